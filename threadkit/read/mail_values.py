"""Read the header fields of a mail: raw bytes in, text out, and a note of everything that had to be guessed.

RFC 5322 says how fields are laid out, RFC 2047 how words beyond ASCII are written. Both are broken every day: bytes above 127 without a
word of their encoding, charsets that do not exist, base64 that is none. What cannot be decoded stays as it stands.
"""

from __future__ import annotations

import binascii
import codecs
import re
from dataclasses import dataclass, field
from functools import lru_cache

#: Codes of the guesses made here; each has a heading in docs/rules.md.
RULES = ("mail-charset-guessed", "mail-word-undecodable", "mail-field-repeated")

_FIELD = re.compile(rb"([!-9;-~]+)[ \t]*:[ \t]?((?:[^\r\n]|\r(?!\n))*(?:\r?\n[ \t](?:[^\r\n]|\r(?!\n))*)*)(?:\r?\n|\Z)")
_FOLD = re.compile(rb"\r?\n[ \t]+")
_WORD = re.compile(r"=\?([^?\s]{1,75}+)\?([bBqQ])\?([^?]*+)\?=")
_BETWEEN_WORDS = re.compile(r"\s*")
_Q_BYTE = re.compile(rb"=([0-9a-fA-F]{2})")
_BASE64 = re.compile(rb"[A-Za-z0-9+/\s]*={0,3}")
_BREAKS = re.compile(r"[\r\n\f\v\x1c-\x1e\x85\u2028\u2029]+")
_LONGEST_SHOWN = 300


@dataclass(slots=True)
class Doubts:
    """What had to be guessed while one mail is read, in order: (code, what was found and done)."""

    found: list[tuple[str, str]] = field(default_factory=list)

    def note(self, code: str, detail: str) -> None:
        """Take note of one guess; the same one twice is one."""
        if (code, detail) not in self.found:
            self.found.append((code, detail))


def split_head(content: bytes) -> tuple[bytes, bytes, bool]:
    """Return the header, the body, and whether the header is whole: nothing in it but fields, and a blank line at its end or no body."""
    position = 0
    while True:
        found = _FIELD.match(content, position)
        if found is None or found.end() == position:
            break
        position = found.end()
    if content.startswith(b"\n", position):
        return content[:position], content[position + 1 :], True
    if content.startswith(b"\r\n", position):
        return content[:position], content[position + 2 :], True
    return content[:position], content[position:], position == len(content)


def read_fields(head: bytes) -> list[tuple[str, bytes]]:
    """Return (name in small letters, raw value unfolded) for each field of a header, in order."""
    return [(name.decode("ascii").lower(), _unfolded(value)) for name, value in _FIELD.findall(head)]


def _unfolded(value: bytes) -> bytes:
    return (_FOLD.sub(b" ", value) if b"\n" in value else value).strip(b" \t")


def decode_raw(raw: bytes, doubts: Doubts) -> str:
    """Return the characters of a raw value, its encoded words left as they are; bytes above 127 are UTF-8, or guessed to be Windows-1252."""
    if raw.isascii():
        return raw.decode("ascii")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        doubts.note("mail-charset-guessed", f"no charset: {shown(raw)}")
        return windows_text(raw)


def windows_text(raw: bytes) -> str:
    """Return bytes as Windows-1252; the five that it leaves undefined as Latin-1, so that none is lost."""
    try:
        return raw.decode("cp1252")
    except UnicodeDecodeError:
        return "".join(_WINDOWS[byte] for byte in raw)


_WINDOWS = tuple(bytes([code]).decode("cp1252") if code not in {0x81, 0x8D, 0x8F, 0x90, 0x9D} else chr(code) for code in range(256))


def shown(raw: bytes) -> str:
    """Return raw bytes as a detail shows them: ASCII, the rest as escapes, cut where they are long."""
    text = raw.decode("ascii", "backslashreplace")
    return text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "..."


def decode_value(raw: bytes, doubts: Doubts) -> str:
    """Return a raw value as a reader sees it, on one line."""
    return one_line(decode_words(decode_raw(raw, doubts), doubts))


def one_line(text: str) -> str:
    """Return a text without line breaks of any kind: a field is one line."""
    return _BREAKS.sub(" ", text).strip(" \t") if not text.isprintable() else text.strip(" \t")


def decode_words(text: str, doubts: Doubts) -> str:
    """Return a text with its encoded words (RFC 2047) decoded.

    Blanks between two encoded words are not shown. Neighbours of one charset are joined before they are decoded: many clients cut
    inside a letter. A word that cannot be decoded stays as it is.
    """
    if "=?" not in text:
        return text
    parts: list[str] = []
    position = 0
    found = _WORD.search(text)
    while found is not None:
        parts.append(text[position : found.start()])
        run, position = _run_of_words(text, found)
        parts.append(_decode_run(run, doubts))
        found = _WORD.search(text, position)
    parts.append(text[position:])
    return "".join(parts)


def _run_of_words(text: str, found: re.Match[str]) -> tuple[list[re.Match[str]], int]:
    """Return the encoded words that follow each other with nothing but blanks between, and where the run ends."""
    run = [found]
    while True:
        blanks = _BETWEEN_WORDS.match(text, run[-1].end())
        following = _WORD.match(text, blanks.end() if blanks else run[-1].end())
        if following is None:
            return run, run[-1].end()
        run.append(following)


def _decode_run(run: list[re.Match[str]], doubts: Doubts) -> str:
    decoded: list[str] = []
    waiting, charset = b"", ""
    for word in run:
        content = _word_bytes(word)
        if content is None:
            doubts.note("mail-word-undecodable", shown(word.group().encode("ascii", "backslashreplace")))
            decoded.extend((decode_bytes(waiting, charset, doubts) if waiting else "", word.group()))
            waiting = b""
            continue
        named = word.group(1).partition("*")[0].lower()
        if waiting and named != charset:
            decoded.append(decode_bytes(waiting, charset, doubts))
            waiting = b""
        waiting, charset = waiting + content, named
    if waiting:
        decoded.append(decode_bytes(waiting, charset, doubts))
    return "".join(decoded)


def _word_bytes(word: re.Match[str]) -> bytes | None:
    """Return the bytes that an encoded word stands for; None where it is none."""
    try:
        content = word.group(3).encode("ascii")
    except UnicodeEncodeError:
        return None
    if word.group(2) in "qQ":
        return _Q_BYTE.sub(lambda found: bytes([int(found.group(1), 16)]), content.replace(b"_", b" "))
    if not _BASE64.fullmatch(content):
        return None
    try:
        return binascii.a2b_base64(content + b"=" * (-len(content) % 4))
    except binascii.Error:
        return None


@lru_cache(maxsize=256)
def find_codec(charset: str) -> str | None:
    """Return Python's name of a charset that mail names, None where there is no such text encoding.

    Latin-1 is read as Windows-1252, and GB 2312 as GB 18030, which hold them: that is what programs that name them write.
    """
    try:
        found = codecs.lookup(charset.strip("\"' \t"))
    except (LookupError, ValueError, UnicodeError):
        return None
    if not getattr(found, "_is_text_encoding", True) or found.name in _NO_CHARSETS:
        return None
    return _WIDER.get(found.name, found.name)


_NO_CHARSETS = frozenset({"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "unicode_escape", "raw_unicode_escape"})
_WIDER = {"iso8859-1": "cp1252", "gb2312": "gb18030", "gbk": "gb18030"}


def decode_bytes(content: bytes, charset: str | None, doubts: Doubts) -> str:
    """Return the text of `content` in `charset`; where that is none, or does not fit, as UTF-8 if it is that, else as Windows-1252."""
    if charset is not None and charset.lower() in ("utf-8", "us-ascii", "ascii", ""):
        codec: str | None = "utf-8"
    else:
        codec = find_codec(charset or "utf-8")
    if codec == "cp1252":
        return windows_text(content)
    for candidate in dict.fromkeys((codec, "utf-8")):
        if candidate is None:
            continue
        try:
            text = content.decode(candidate)
            text.encode("utf-8")
        except (UnicodeError, ValueError):
            continue
        if candidate != codec:
            doubts.note("mail-charset-guessed", f"{_named(charset)}: utf-8")
        return text
    doubts.note("mail-charset-guessed", f"{_named(charset)}: cp1252, {shown(content[:80])}")
    return windows_text(content)


def _named(charset: str | None) -> str:
    return repr(charset[:40]) if charset is not None else "no charset"
