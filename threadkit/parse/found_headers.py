"""Find the headers of a source: from its lines to the headers with their values, one step after the other.

Each step takes what the steps before it found and returns what it finds. `find_headers` and `find_mail_headers` are these steps in their
order, for the text of a release and for the page of a mail file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from threadkit.frozen import record
from threadkit.parse import (
    blocks,
    date_orders,
    doubts,
    headings,
    judge,
    labels,
    list_pages,
    listed_attachments,
    lotus_columns,
    lotus_tables,
    mail_bodies,
    mail_traces,
    values_apart,
)
from threadkit.parse.annexes import Annexes
from threadkit.parse.arrows import find_arrows
from threadkit.parse.bare_labels import find_bare_labels, find_labels_beside
from threadkit.parse.cited_sentences import part_cited
from threadkit.parse.furniture import find_furniture, find_numbers_in_sequence
from threadkit.parse.header_block import HeaderBlock
from threadkit.parse.headers import Header, HeaderReader
from threadkit.parse.intros import FoundIntro, IntroReader, Sentence
from threadkit.parse.judge import Judge, JudgedBlock
from threadkit.parse.labels import LabelLine
from threadkit.parse.lines import Lines
from threadkit.parse.release_stamps import part_stamps
from threadkit.parse.subjects import subject_reader
from threadkit.words import Words

#: So many different labels above one another are a form's, or a torn header's, even where they are no message's.
_NOTICE_LINES = 8
_BLOCK_LABELS = 3


@record(frozen=True, slots=True)
class _Printed:
    """What is printed where a message may begin: lines with labels, sentences that introduce one, sentences that may, and a release's stamps."""

    labels: Mapping[int, LabelLine]
    intros: Sequence[FoundIntro]
    undecided: Sequence[Sentence]
    stamps: Mapping[int, str]

    def introducing(self) -> set[int]:
        """Return the lines of the sentences that introduce a message."""
        return {index for intro in self.intros for index in range(intro.block.first, intro.block.last + 1)}

    def fields(self) -> dict[int, str]:
        """Return line index -> what its label means, `intro` for the lines of a sentence that introduces."""
        found = {index: label.field for index, label in self.labels.items()}
        found.update(dict.fromkeys(self.introducing(), "intro"))
        return found


@record(frozen=True, slots=True)
class _Candidates:
    """The runs of labels that could be headers, and the source's furniture with what these runs told of it."""

    blocks: Sequence[HeaderBlock]
    furniture: Mapping[int, str]


@record(frozen=True, slots=True)
class FoundHeaders:
    """What stands in a source beside the words of its messages, and where these may begin and end.

    `doubtful` are labels that look like a header and prove none; `forms` the first lines of runs of labels that are none; `undecided` the
    sentences that may introduce a quotation. In the page of a mail file (`in_mail`) the first header is the mail's own, and all below it are its words.
    """

    headers: Sequence[Header]
    torn: Sequence[HeaderBlock]
    doubtful: Sequence[HeaderBlock]
    forms: Sequence[int]
    undecided: Sequence[Sentence]
    furniture: Mapping[int, str]
    in_mail: bool = False


def find_headers(lines: Lines, words: Words, spared: frozenset[int]) -> FoundHeaders:
    """Find the headers in the text of a release; none stands on the `spared` lines (from 1)."""
    printed = _without_spared(_find_printed(lines, words), spared)
    fields = printed.fields()
    candidates = _find_candidates(printed, find_furniture(lines, words, fields, printed.stamps), lines, words)
    candidates = _with_numbers_in_sequence(candidates, fields, lines, words)
    judged = _judge_printed(candidates, lines, words, spared)
    return _read_headers(judged, printed, _furniture_of_headers(candidates.furniture, judged), lines, words)


def find_mail_headers(lines: Lines, words: Words, own: Header) -> FoundHeaders:
    """Find the headers in the page of a mail file, whose `own` header is known: below it, what its words quote. No page was printed."""
    printed = _below(_find_printed(lines, words), own.block.last)
    candidates = _find_candidates(printed, {}, lines, words)
    judged = mail_bodies.judge_quoted(Judge(lines, candidates.furniture, words).judge_all(candidates.blocks))
    found = _read_headers(judged, printed, _furniture_of_headers(candidates.furniture, judged), lines, words)
    return replace(found, headers=(own, *found.headers), in_mail=True)


# ------------------------------------------------------------ what is printed


def _find_printed(lines: Lines, words: Words) -> _Printed:
    found = labels.find_label_lines(lines, words)
    find_bare_labels(lines, words, found)
    find_labels_beside(lines, words, found)
    found, stamps = part_stamps(found, lines, words)
    intros, undecided = IntroReader(lines, found, words).read()
    return _Printed(found, find_arrows(lines, intros), undecided, stamps)


def _without_spared(printed: _Printed, spared: frozenset[int]) -> _Printed:
    """Leave out the sentences of which a reader knows that they introduce nothing."""
    return replace(printed, intros=[intro for intro in printed.intros if not judge.is_spared(intro.block, spared)]) if spared else printed


def _below(printed: _Printed, last: int) -> _Printed:
    """Leave out what stands in the header above, which ends on line `last`."""
    return replace(
        printed,
        labels={index: label for index, label in printed.labels.items() if index > last},
        intros=[intro for intro in printed.intros if intro.block.first > last],
    )


# ------------------------------------------------------------ runs of labels


def _find_candidates(printed: _Printed, furniture: Mapping[int, str], lines: Lines, words: Words) -> _Candidates:
    """Find the runs of labels; a page that ends inside one shows its furniture there, and a line that completes one is none."""
    furniture = dict(furniture)
    found = blocks.BlockReader(lines, printed.labels, furniture, words, printed.introducing() - printed.labels.keys()).blocks()
    found = mail_traces.with_traces(found, lines, words)
    found = values_apart.with_values(found, printed.labels, lines, furniture, words)
    found = lotus_columns.with_columns(lotus_tables.with_tables(found, lines, words), lines, words)
    found = headings.complete_blocks(list_pages.with_list_pages(found, lines, words), lines, furniture, words)
    return _Candidates(listed_attachments.with_listed(found, lines, furniture, words), furniture)


def _with_numbers_in_sequence(candidates: _Candidates, fields: Mapping[int, str], lines: Lines, words: Words) -> _Candidates:
    """Look once more for page numbers that fit between others: some were found inside the runs of labels."""
    furniture = dict(candidates.furniture)
    find_numbers_in_sequence(lines, words, fields, furniture)
    return _Candidates(candidates.blocks, furniture)


def _judge_printed(candidates: _Candidates, lines: Lines, words: Words, spared: frozenset[int]) -> list[JudgedBlock]:
    """Judge the runs of labels in the text of a release."""
    furniture = candidates.furniture
    annexes = Annexes(lines, furniture, words)
    judged = Judge(lines, furniture, words).judge_all(candidates.blocks)
    judged = [judge.spare(annexes.torn(item), spared) for item in judged]
    return doubts.weigh(judged, lines, furniture, spared, words)


def _furniture_of_headers(furniture: Mapping[int, str], judged: Iterable[JudgedBlock]) -> dict[int, str]:
    """Return the furniture with the lines that headers, whole or torn, prove to be nobody's words: an owner's above, stamps inside."""
    found = dict(furniture)
    for block in (item.block for item in judged if item.verdict != "none"):
        if block.owner is not None:
            found[block.owner] = "owner-line"
        found.update(dict.fromkeys(block.strange, "repeated-stamp"))
    return found


# ------------------------------------------------------------ their values


def _read_headers(
    judged: Sequence[JudgedBlock], printed: _Printed, furniture: Mapping[int, str], lines: Lines, words: Words
) -> FoundHeaders:
    """Read the values of the headers that open a message, those of the sentences that introduce one among them, in order."""
    judged, undecided = judge.marked_by_sentences(judged, printed.undecided, lines)
    opening = [item for item in judged if item.verdict == "message"]
    if printed.intros:
        opening.extend(map(Judge(lines, furniture, words).introduced, printed.intros))
    reader = HeaderReader(words, subject_reader(words))
    headers = [reader.read(item) for item in sorted(date_orders.with_orders(opening), key=lambda item: item.block.first)]
    headers, cited = part_cited(headers, lines, furniture, words) if printed.intros else (headers, [])
    return FoundHeaders(
        headers=headers,
        torn=[item.block for item in judged if item.verdict == "torn" and not _is_in_notice(item.block, headers)],
        doubtful=[item.block for item in judged if item.rule == "header-doubtful"],
        forms=[item.block.first for item in judged if item.verdict == "none" and len(item.block.names) >= _BLOCK_LABELS],
        undecided=[*undecided, *cited],
        furniture=furniture,
    )


def _is_in_notice(block: HeaderBlock, headers: Sequence[Header]) -> bool:
    """Say whether a torn header stands right below the header of a receipt: such a notice repeats the labels of the mail of which it tells."""
    above = next((header for header in reversed(headers) if header.block.last < block.first), None)
    return above is not None and above.kind == "receipt" and block.first - above.block.last <= _NOTICE_LINES
