"""Which format a file has: a table of the formats that are read, and one of those that are only recognised."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from dataclasses import dataclass

from threadkit.read.text import read_text
from threadkit.records import Phrase, Source, ThreadkitError

_WIDE_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_WIDE_ENCODINGS = ("utf16", "utf32")
_FEW_NULS = 8
_NUL_SHARE = 1000
_CONTROL_SHARE = 10
_CONTROLS = bytes([*range(0x08), 0x0B, *range(0x0E, 0x1B), *range(0x1C, 0x20), 0x7F])
_SAMPLE = 1 << 20


@dataclass(frozen=True, slots=True)
class Format:
    """One format that is read: how it is told from the bytes and the name, and what reads it."""

    name: str
    identify: Callable[[bytes, str], bool]
    read: Callable[[bytes, str, str | None], Source]


@dataclass(frozen=True, slots=True)
class Foreign:
    """One kind of file that is recognised by its first bytes and refused with advice."""

    magic: bytes
    what: str
    hint: str


_UNPACK = "Unpack it and import the folder."
_AS_TEXT = "Save it as plain text and import that."
_NOT_MAIL = "Only the text of a release can be imported."

FOREIGN = (
    Foreign(b"%PDF-", "a PDF", "Turn it into text first (for example: pdftotext FILE.pdf FILE.txt) and import that."),
    Foreign(b"PK\x03\x04", "a zip archive or an Office document", "Unpack it and import the folder, or save the document as text."),
    Foreign(b"PK\x05\x06", "an empty zip archive", _NOT_MAIL),
    Foreign(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an Outlook message or an old Office document", _AS_TEXT),
    Foreign(b"!BDN", "an Outlook mailbox (.pst or .ost)", _AS_TEXT),
    Foreign(b"{\\rtf", "a rich-text document", _AS_TEXT),
    Foreign(b"\x1f\x8b", "a gzip archive", _UNPACK),
    Foreign(b"BZh", "a bzip2 archive", _UNPACK),
    Foreign(b"\xfd7zXZ\x00", "an xz archive", _UNPACK),
    Foreign(b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", _UNPACK),
    Foreign(b"Rar!\x1a\x07", "a RAR archive", _UNPACK),
    Foreign(b"SQLite format 3\x00", "a SQLite database", "If it is an archive of threadkit, name it with --db."),
    Foreign(b"\x89PNG\r\n\x1a\n", "a picture (PNG)", _NOT_MAIL),
    Foreign(b"\xff\xd8\xff", "a picture (JPEG)", _NOT_MAIL),
    Foreign(b"GIF8", "a picture (GIF)", _NOT_MAIL),
    Foreign(b"II*\x00", "a picture (TIFF)", _NOT_MAIL),
    Foreign(b"MM\x00*", "a picture (TIFF)", _NOT_MAIL),
    Foreign(b"\x7fELF", "a program", _NOT_MAIL),
)


FORMATS: tuple[Format, ...] = (Format("text", lambda *_: True, read_text),)


def read_bytes(content: bytes, name: str, encoding: str | None = None) -> Source:
    """Read `content` by the one format that claims it.

    Args:
        content: the whole file.
        name: what the source is called in the archive and in messages.
        encoding: what the user says the encoding is; None leaves it to the byte-order mark, UTF-8 and Windows-1252.

    Raises:
        ThreadkitError: the content is empty, of a kind that is not read, binary, or not decodable; it says what to do.
    """
    if not content:
        raise ThreadkitError("is empty: there is nothing to archive.", where=name, hint="Check how the file was made.")
    for foreign in FOREIGN:
        if content.startswith(foreign.magic):
            raise ThreadkitError(Phrase("is {kind}, not the text of one.", kind=Phrase(foreign.what)), where=name, hint=foreign.hint)
    if not _has_wide_characters(content, encoding):
        _refuse_binary(content, name)
    claims = [candidate for candidate in FORMATS if candidate.identify(content, name)]
    if len(claims) != 1:
        names = ", ".join(candidate.name for candidate in claims) or Phrase("no format")
        raise ThreadkitError(Phrase("is claimed by {names}.", names=names), where=name, hint="Please report the kind of file.")
    return claims[0].read(content, name, encoding)


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
