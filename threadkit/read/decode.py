"""Decode the bytes of a text file: by byte-order mark, then strict UTF-8, then Windows-1252, else ask."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from threadkit.records import Defect, Phrase, Span, ThreadkitError

# UTF-32 before UTF-16: the mark of UTF-16 little-endian opens the mark of UTF-32 little-endian.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Python calls these text encodings, but none is an encoding that a file of mail is written in.
_NOT_FILE_ENCODINGS = frozenset({"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined"})
_SURROGATE = re.compile("[\ud800-\udfff]")
_ASK = Phrase("Say which encoding it has, for example --encoding mac_roman, cp850 or utf-16-le.")

# é of Mac OS Roman or of DOS, read as Windows-1252, puts one of these between two small letters, where no language has it.
_FOREIGN_LETTER = re.compile(r"[a-z][\u017d\u201a\u0160\u02c6\u0192\u2030\u2021\u0152][a-z]")
_LATIN_LETTER = re.compile("[\u00c0-\u00ff]")
# What UTF-8 makes of the letters and signs of West European mail, and of nothing else that is not ASCII.
_WESTERN = rb"\xc2[\xa0-\xbf]|\xc3[\x80-\xbf]|\xc5[\x92\x93\xb8]|\xe2\x80[\x90-\xa6]|\xe2\x82\xac"
_WESTERN_UTF8 = re.compile(_WESTERN)
_WESTERN_UTF8_LINE = re.compile(rb"(?:[\x00-\x7f]|" + _WESTERN + rb")*")
_BYTE_LINE = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_LINE_END = re.compile("\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a file, the encoding that it was read in, and what was worked around."""

    text: str
    encoding: str
    defects: tuple[Defect, ...] = ()


def decode(content: bytes, name: str, encoding: str | None = None) -> Decoded:
    """Decode `content`, by `encoding` where it is given.

    Otherwise a byte-order mark decides, then strict UTF-8, then Windows-1252 (whose five undefined bytes mean no). A file that is
    mostly Windows-1252 with lines in UTF-8 (dumps joined by hand) is read line by line, with a defect on each run of such lines.
    The mark itself is not part of the text.

    Raises:
        ThreadkitError: nothing fits; it names the first offending byte and its line, and asks for `--encoding`.
    """
    if encoding is not None:
        return _decode_as(content, name, known_encoding(encoding, name))
    for mark, marked in _MARKS:
        if content.startswith(mark):
            return _decode_as(content, name, marked)
    try:
        return Decoded(content.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        return _decode_windows(content, name)


def known_encoding(encoding: str, name: str = "") -> str:
    """Return Python's name of an encoding that a user typed; `name`: the file that it is for.

    Raises:
        ThreadkitError: Python knows no such encoding, or it is none of text.
    """
    what = Phrase("{encoding} is not a text encoding that Python knows.", encoding=encoding)
    unusable = ThreadkitError(what, where=name, hint=_ASK, exit_code=1)
    try:
        found = codecs.lookup(encoding)
    except (LookupError, ValueError):
        raise unusable from None
    if not getattr(found, "_is_text_encoding", True) or found.name.replace("_", "-") in _NOT_FILE_ENCODINGS:
        raise unusable
    return found.name


def _decode_as(content: bytes, name: str, encoding: str) -> Decoded:
    codec = "utf-8-sig" if encoding == "utf-8" and content.startswith(codecs.BOM_UTF8) else encoding
    try:
        text = content.decode(codec)
    except UnicodeDecodeError as error:
        raise _undecodable(content, name, Phrase("is not valid {encoding}", encoding=encoding), error.start, codec) from None
    except UnicodeError as error:
        what = Phrase("is not valid {encoding}: {detail}.", encoding=encoding, detail=str(error))
        raise ThreadkitError(what, where=name, hint=_ASK) from None
    if _SURROGATE.search(text):
        what = Phrase("holds half a character (a lone surrogate) when read as {encoding}.", encoding=encoding)
        raise ThreadkitError(what, where=name, hint=_ASK)
    return Decoded(text, codec)


def _undecodable(content: bytes, name: str, what: Phrase, offset: int, codec: str = "latin-1") -> ThreadkitError:
    line = len(_LINE_END.findall(content[:offset].decode(codec, "replace"))) + 1
    told = Phrase("{what}: byte {byte} at offset {offset}.", what=what, byte=f"0x{content[offset]:02x}", offset=str(offset))
    return ThreadkitError(told, where=Phrase("{name}, line {line}", name=name, line=str(line)), hint=_ASK)


def _decode_windows(content: bytes, name: str) -> Decoded:
    decoded = _decode_mixed(content, name) if _WESTERN_UTF8.search(content) else None
    if decoded is None:
        decoded = Decoded(_windows_text(content, name, 0, content), "cp1252")
    foreign = _FOREIGN_LETTER.search(decoded.text)
    if foreign and len(_FOREIGN_LETTER.findall(decoded.text)) > len(_LATIN_LETTER.findall(decoded.text)):
        line = len(_LINE_END.findall(decoded.text[: foreign.start()])) + 1
        what = Phrase("is not UTF-8, and as Windows-1252 it reads like {sample}, as no word is spelled.", sample=repr(foreign.group()))
        raise ThreadkitError(what, where=Phrase("{name}, line {line}", name=name, line=str(line)), hint=_ASK)
    return decoded


def _windows_text(part: bytes, name: str, start: int, content: bytes) -> str:
    try:
        return part.decode("cp1252")
    except UnicodeDecodeError as error:
        raise _undecodable(content, name, Phrase("is neither UTF-8 nor Windows-1252"), start + error.start) from None


def _decode_mixed(content: bytes, name: str) -> Decoded | None:
    """Decode line by line where some lines are UTF-8 and the others are not; None where no line is UTF-8.

    A line is UTF-8 where everything in it that is not ASCII is a letter or sign of West European mail in UTF-8. In Windows-1252 such
    bytes would spell `Ã©` or `â€™`; letters before a closing quotation mark (`CAFÉ»`) are not taken for UTF-8.
    """
    pieces: list[str] = []
    runs: list[list[int]] = []
    for number, line in enumerate(_BYTE_LINE.finditer(content), 1):
        if not _WESTERN_UTF8_LINE.fullmatch(line.group()):
            pieces.append(_windows_text(line.group(), name, line.start(), content))
            continue
        pieces.append(line.group().decode("utf-8"))
        if line.group().isascii():
            continue
        if runs and runs[-1][1] == number - 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    if not runs:
        return None
    detail = "read as UTF-8 inside a file that is otherwise Windows-1252"
    return Decoded("".join(pieces), "cp1252+utf-8", tuple(Defect("mixed-encodings", Span(*run), detail) for run in runs))
