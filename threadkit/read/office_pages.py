"""The pages that Office documents become, while they are written; in the process that reads them."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, field

#: Cells that stand side by side are this far apart.
CELL = "  "
#: Tables, groups and lists are followed so deep.
DEEPEST = 60
_MOST_XML = 256 * 1024 * 1024
_MOST_TEXT = 64 * 1024 * 1024
_MAILTO = "mailto:"


@dataclass
class OfficePage:
    """One page: its lines, the links in them (line from 0, words, address), and where words are hidden (line, how many letters).

    `label` is what the document calls the page: a sheet's name.
    """

    lines: list[str] = field(default_factory=list)
    links: list[tuple[int, str, str]] = field(default_factory=list)
    hidden: list[tuple[int, int]] = field(default_factory=list)
    label: str | None = None

    def last_line(self) -> int:
        """Return the number of the line that is being written."""
        return max(len(self.lines) - 1, 0)


class Writer:
    """Pages while they are written."""

    def __init__(self) -> None:
        self.pages = [OfficePage()]
        self._is_open = False
        self._room = _MOST_TEXT

    @property
    def page(self) -> OfficePage:
        """Return the page that is being written."""
        return self.pages[-1]

    def words(self, text: str) -> None:
        """Write on in the line.

        Raises:
            ValueError: one text, used again and again, becomes more than any document holds.
        """
        self._room -= len(text)
        if self._room < 0:
            raise ValueError(f"more than {_MOST_TEXT:,} letters")
        if not self._is_open:
            self.page.lines.append("")
            self._is_open = True
        self.page.lines[-1] += text

    def end_line(self) -> None:
        """End the line; where none is begun, write an empty one."""
        if not self._is_open:
            self.page.lines.append("")
        self.page.lines[-1] = self.page.lines[-1].rstrip()
        self._is_open = False

    def end_page(self) -> None:
        """Begin another page."""
        if self._is_open:
            self.end_line()
        self.pages.append(OfficePage())

    def link(self, start: int, address: str) -> None:
        """Note a mail address behind the words from `start` on in the line; other addresses say nothing of people."""
        if address[: len(_MAILTO)].lower() == _MAILTO and self._is_open:
            self.page.links.append((self.page.last_line(), self.page.lines[-1][start:], address[len(_MAILTO) :].partition("?")[0]))

    def column(self) -> int:
        """Return how long the line is so far."""
        return len(self.page.lines[-1]) if self._is_open else 0


def check(content: bytes) -> None:
    """Refuse what is no zip, or holds more than any document does.

    Raises:
        ValueError: it says why.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as opened:
            total = sum(entry.file_size for entry in opened.infolist() if entry.filename.endswith((".xml", ".rels")))
    except (zipfile.BadZipFile, OSError) as error:
        raise ValueError(str(error)) from None
    if total > _MOST_XML:
        raise ValueError(f"{total:,} bytes of XML")


def refuse_entities(content: bytes) -> None:
    """Refuse XML that declares a document type: no workbook and no slides have one, and bombs begin with it.

    Raises:
        ValueError: it does.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as opened:
        for entry in opened.infolist():
            if entry.filename.endswith((".xml", ".rels")):
                with opened.open(entry) as part:
                    if b"<!DOCTYPE" in part.read(4096).replace(b"\0", b"").upper():
                        raise ValueError("XML that declares a document type")


_TYPES = "[Content_Types].xml"
# What documents with macros, templates and shows call their main part, and what one without calls it. Macros are never run: their part is not opened.
_WORD_TYPE = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_SLIDES_TYPE = b"application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
_PLAIN_TYPES = {
    b"application/vnd.ms-word.document.macroEnabled.main+xml": _WORD_TYPE,
    b"application/vnd.ms-word.template.macroEnabledTemplate.main+xml": _WORD_TYPE,
    b"application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml": _WORD_TYPE,
    b"application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml": _SLIDES_TYPE,
    b"application/vnd.ms-powerpoint.slideshow.macroEnabled.main+xml": _SLIDES_TYPE,
    b"application/vnd.ms-powerpoint.template.macroEnabled.main+xml": _SLIDES_TYPE,
    b"application/vnd.openxmlformats-officedocument.presentationml.slideshow.main+xml": _SLIDES_TYPE,
    b"application/vnd.openxmlformats-officedocument.presentationml.template.main+xml": _SLIDES_TYPE,
}


def as_plain(content: bytes) -> bytes:
    """Return a document with macros, a template or a show as the plain document or presentation that it holds; others as they are.

    Raises:
        KeyError: it has no table of the types of its parts.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as opened:
        types = opened.read(_TYPES)
        told = next((kind for kind in _PLAIN_TYPES if b'"' + kind + b'"' in types), None)
        if told is None:
            return content
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w") as written:
            for entry in opened.infolist():
                written.writestr(entry, types.replace(told, _PLAIN_TYPES[told]) if entry.filename == _TYPES else opened.read(entry))
    return made.getvalue()
