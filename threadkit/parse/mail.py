"""Read the sources that mail files become: a page a mail, its fields down to the first blank line, its words below (read/mail_pages.py).

The fields are taken as they stand. The words are read by the same reader as a release's: what they quote is found in them, and nothing
else is. A mail that lies in another as a part is enclosed in it, and keeps its place (`within_id`).
"""

from __future__ import annotations

from dataclasses import replace

from threadkit.parse.headers import Header
from threadkit.parse.mail_headers import MailHeaderReader, read_mail_ids
from threadkit.parse.reader import parse_mail_page
from threadkit.records import Defect, HeaderField, Mark, Occurrence, Page, Reading, Segment, Source, Span, content_id
from threadkit.words import Words

RULES = ("mail-header",)

#: The media types of the sources that are read here.
MEDIA_TYPES = frozenset({"message/rfc822", "application/mbox", "application/vnd.ms-outlook"})

_LABEL = "message "


def parse_mails(source: Source, words: Words) -> Reading:
    """Read a source of mails.

    Returns:
        As `parse_source`: occurrences in order, segments that tile the text, marks and defects.
    """
    return _MailsReader(source, words).reading()


class _MailsReader:
    """The parse of one source of mails, one page after the other."""

    def __init__(self, source: Source, words: Words) -> None:
        self._source = source
        self._words = words
        self._headers = MailHeaderReader(words)
        self._occurrences: list[Occurrence] = []
        self._segments: list[Segment] = []
        self._marks: list[Mark] = []
        self._defects: list[Defect] = []
        self._own: dict[str, int] = {}
        self._first_char = 0

    def reading(self) -> Reading:
        """Return the reading of the source."""
        for page in self._source.pages:
            self._read_page(page, self._first_char)
            self._first_char += len(page.text) + 1
        return Reading(
            source_id=self._source.id,
            occurrences=tuple(self._occurrences),
            segments=tuple(self._segments),
            marks=tuple(sorted(self._marks, key=lambda mark: (mark.span.first_line, mark.kind, mark.text))),
            defects=tuple(sorted(self._defects, key=lambda defect: (defect.span.first_line, defect.code))),
        )

    def _read_page(self, page: Page, first_char: int) -> None:
        alone = replace(self._source, text=page.text, pages=(Page(1, None, 1, page.text),), content=b"", defects=())
        header = self._headers.read(page.text)
        read = parse_mail_page(alone, self._words, header)
        ids = {o.id: self._id(page.first_line + o.span.first_line - 1) for o in read.occurrences}
        number = (page.label or "").removeprefix(_LABEL)
        self._own[number] = ids[read.occurrences[0].id]
        moved = _Moved(page, first_char, len(self._segments), ids)
        for occurrence in read.occurrences:
            self._occurrences.append(self._placed(moved.occurrence(occurrence, len(self._occurrences)), occurrence, header, number))
        self._segments.extend(moved.segments(read))
        self._marks.extend(replace(mark, span=moved.span(mark.span), occurrence_id=ids.get(mark.occurrence_id or 0)) for mark in read.marks)
        self._defects.extend(replace(defect, span=moved.span(defect.span)) for defect in read.defects)

    def _id(self, first_line: int) -> int:
        return content_id("occurrence", self._source.sha256, str(first_line))

    def _placed(self, moved: Occurrence, read: Occurrence, header: Header, number: str) -> Occurrence:
        """Give the mail's own occurrence its identifiers and, where it lies in another mail, its standing."""
        if read.ordinal:
            return moved
        outer = self._own.get(number.rpartition(".")[0]) if "." in number else None
        standing = moved.standing if outer is None else "enclosed"
        return replace(moved, standing=standing, within_id=outer, mail_ids=read_mail_ids(header))


class _Moved:
    """Moves what was read on a page alone to where the page stands in its source."""

    def __init__(self, page: Page, first_char: int, segments: int, ids: dict[int, int]) -> None:
        self._page = page
        self._lines = page.first_line - 1
        self._chars = first_char
        self._before = segments
        self._ids = ids

    def span(self, span: Span) -> Span:
        """Return a span of the page as one of the source."""
        return Span(span.first_line + self._lines, span.last_line + self._lines)

    def occurrence(self, o: Occurrence, ordinal: int) -> Occurrence:
        """Return an occurrence with the source's lines."""
        return replace(
            o,
            id=self._ids[o.id],
            ordinal=ordinal,
            within_id=self._ids[o.within_id] if o.within_id is not None else None,
            span=self.span(o.span),
            first_page=self._page.number,
            fields=tuple([HeaderField(field.field, field.label, field.text, self.span(field.span)) for field in o.fields]),
            attachments=tuple([replace(name, span=self.span(name.span)) for name in o.attachments]),
        )

    def segments(self, read: Reading) -> list[Segment]:
        """Return the page's segments with the source's lines and characters; the form feed below a page belongs to the next one's first."""
        found = [
            Segment(
                s.position + self._before, s.kind, self.span(s.span), s.first_char + self._chars, s.last_char + self._chars,
                self._ids[s.occurrence_id] if s.occurrence_id is not None else None, None, s.rule,
            )
            for s in read.segments
        ]  # fmt: skip
        if found and self._chars:
            found[0] = replace(found[0], first_char=found[0].first_char - 1)
        return found
