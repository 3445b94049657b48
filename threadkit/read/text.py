"""Read a plain-text dump: line ends as one, form feeds as pages, and the defects that only a reader of characters sees."""

from __future__ import annotations

import codecs
import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace

from threadkit.read.decode import decode
from threadkit.read.given import Claim, Given, ReadOptions
from threadkit.read.page_labels import FEWEST, edge_lines, printed_labels
from threadkit.records import Defect, Page, Phrase, Source, Span, ThreadkitError

_WIDE_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_WIDE_ENCODINGS = ("utf16", "utf32")
_FEW_NULS = 8
_NUL_SHARE = 1000
_CONTROL_SHARE = 10
_CONTROLS = bytes([*range(0x08), 0x0B, *range(0x0E, 0x1B), *range(0x1C, 0x20), 0x7F])
_SAMPLE = 1 << 20
_NOT_MAIL = "Only the text of a release can be imported."
_MOST_DEFECTS = 500
_DOUBTFUL = re.compile("[\0-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufffd]")
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
#: What a NUL is read as: SQLite ends a value at a NUL in places, and no reader sees one.
NUL_SHOWN = "\u2400"


def identify_text(head: bytes, name: str) -> Claim:  # noqa: ARG001 - every format is asked alike
    """Claim whatever no other format claims: a text has no mark of its own."""
    return Claim.ANYTHING


def read_text_file(given: Given, options: ReadOptions) -> Iterator[Source]:
    """Yield the one source that a text file is.

    Raises:
        ThreadkitError: the bytes are no text, or cannot be decoded.
    """
    content = bytes(given.content)
    if not _has_wide_characters(content, options.encoding):
        _refuse_binary(content, given.name)
    yield read_text(content, given.name, options.encoding)


def read_text(content: bytes, name: str, encoding: str | None = None) -> Source:
    """Return the source that `content` is, decoded.

    CRLF and CR are read as `\\n`, and lines are counted on `\\n` alone: VT, NEL and U+2028 stay inside their line. A form feed starts a
    page, but one at the very end closes the last page. A NUL is read as U+2400 with a defect; every other character stays as it is.

    Raises:
        ThreadkitError: the bytes cannot be decoded.
    """
    decoded = decode(content, name, encoding)
    text = decoded.text
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    defects = decoded.defects + tuple(find_doubtful(text))
    if "\0" in text:
        text = text.replace("\0", NUL_SHOWN)
    return Source(
        name=name,
        sha256=hashlib.sha256(content).hexdigest(),
        media_type="text/plain",
        encoding=decoded.encoding,
        content=content,
        text=text,
        pages=_labelled(split_pages(text)),
        defects=defects,
    )


def _labelled(pages: tuple[Page, ...]) -> tuple[Page, ...]:
    """Return the pages with the folios or Bates numbers that they bear, where these count up from page to page."""
    if len(pages) < FEWEST:
        return pages
    labels = printed_labels([edge_lines(page.text) for page in pages])
    return tuple(page if label is None else replace(page, label=label) for page, label in zip(pages, labels, strict=True))


def split_pages(text: str) -> tuple[Page, ...]:
    """Split `text` at form feeds; joined by form feeds the pages give it back.

    >>> [(page.number, page.first_line, page.text) for page in split_pages("a\\nb\\n\\fc\\n\\f")]
    [(1, 1, 'a\\nb\\n'), (2, 3, 'c\\n\\x0c')]
    """
    texts = text.split("\f")
    if len(texts) > 1 and not texts[-1]:
        texts.pop()
        texts[-1] += "\f"
    pages: list[Page] = []
    first_line = 1
    for number, page in enumerate(texts, 1):
        pages.append(Page(number, None, first_line, page))
        first_line += page.count("\n")
    return tuple(pages)


def find_doubtful(text: str) -> Iterator[Defect]:
    """Yield one defect a run of neighbouring lines and kind; past the limit, one for all that is left."""
    runs: dict[str, list[_Run]] = {}
    line, counted_to = 1, 0
    for match in _DOUBTFUL.finditer(text):
        line += text.count("\n", counted_to, match.start())
        counted_to = match.start()
        of_code = runs.setdefault(_code_of(match.group()), [])
        if of_code and (line <= of_code[-1].last_line + 1 or len(of_code) == _MOST_DEFECTS):
            of_code[-1].last_line = line
            of_code[-1].characters.add(match.group())
        else:
            of_code.append(_Run(line, match.group()))
    for code in sorted(runs):
        for run in runs[code]:
            detail = ", ".join(f"U+{ord(character):04X}" for character in sorted(run.characters))
            yield Defect(code, Span(run.first_line, run.last_line), detail)


def _code_of(character: str) -> str:
    if character == "\0":
        return "nul-character"
    if character == "\ufffd":
        return "replacement-character"
    return "bidi-control" if character in _BIDI else "control-character"


class _Run:
    """Neighbouring lines with characters of one kind, while they are being counted."""

    __slots__ = ("characters", "first_line", "last_line")

    def __init__(self, line: int, character: str) -> None:
        self.first_line = line
        self.last_line = line
        self.characters = {character}


def _has_wide_characters(content: bytes, encoding: str | None) -> bool:
    """Tell whether NUL bytes are ordinary: the text is, or is said to be, UTF-16 or UTF-32."""
    if encoding is None:
        return content.startswith(_WIDE_MARKS)
    return encoding.lower().replace("-", "").replace("_", "").startswith(_WIDE_ENCODINGS)


def _refuse_binary(content: bytes, name: str) -> None:
    """Raise where the bytes are no text: many NULs, or a tenth of the start control characters."""
    sample = content[:_SAMPLE]
    nuls = content.count(0)
    if nuls > max(_FEW_NULS, len(content) // _NUL_SHARE) or 2 * nuls > len(content):
        for parity, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
            if 2 * sample[parity::2].count(0) > len(sample) // 2 and not sample[1 - parity :: 2].count(0):
                hint = Phrase("If so, give --encoding {encoding}.", encoding=encoding)
                raise ThreadkitError("looks like UTF-16 without a byte-order mark.", where=name, hint=hint)
        raise ThreadkitError(Phrase("looks like a binary file: it holds {nuls:,} NUL bytes.", nuls=nuls), where=name, hint=_NOT_MAIL)
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    if controls > _FEW_NULS and controls * _CONTROL_SHARE > len(sample):
        raise ThreadkitError("looks like a binary file: a tenth of it is control characters.", where=name, hint=_NOT_MAIL)
