"""Read the mailbox lists of a mail's header, and write them so that nobody can misread them.

Lists are cut at the commas that RFC 5322 means, before encoded words are decoded: a name may hold a comma of its own. Written out, each
mailbox is `Name <address>`, a name with a sign that means something in a list stands in quotes, and `; ` parts them as in Outlook.
"""

from __future__ import annotations

import re
from functools import lru_cache

from threadkit.read.mail_values import Doubts, decode_words, one_line

#: Codes of the repairs made here; each has a heading in docs/rules.md.
RULES = ("mail-comma-in-name",)

_SIGN = re.compile(r'"(?:[^"\\]|\\.)*+"|<[^<>]*+>|[,;:]|[^",;:<]++|["<]', re.DOTALL)
_PLAIN_LIST = re.compile(r"[\w.+\-=&/'~!#$%*?^`{|}]+@[\w.\-]+(?:, ?[\w.+\-=&/'~!#$%*?^`{|}]+@[\w.\-]+)*", re.ASCII)
_ANGLE = re.compile(r"<([^<>]*)>?\s*(?:\([^()]*\)\s*)?$", re.DOTALL)
_COMMENT = re.compile(r"\(([^()]*)\)\s*$")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*+)"', re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_SPECIAL = re.compile(r'[",;:<>@()\[\]\\]')
_PARENTHESES = re.compile(r"^[^\"',;:<>@()\[\]\\]+ \([^\"',;:<>@()\[\]\\]+\)$")
_BLANKS = re.compile(r"\s+")


def write_mailbox(name: str, address: str) -> str:
    """Return one mailbox as the text of a mail shows it."""
    if not name:
        return address
    if _SPECIAL.search(name) and not _PARENTHESES.match(name):
        name = '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f"{name} <{address}>" if address else name


def read_list(text: str, doubts: Doubts) -> str:
    """Return the mailboxes of a list field, its characters decoded and its encoded words not, as the text of a mail shows them.

    A name with a comma that stands without quotes before an address (`Roy, Jean <a@b>`) is one name, and is noted. Of a group its name
    comes first, then its mailboxes. What is no mailbox stays as it is.
    """
    if text.isascii() and _PLAIN_LIST.fullmatch(text):
        return "; ".join(part.strip() for part in text.split(","))
    return _read_list(text, doubts) if doubts.found or "=?" in text else _cached_list(text, doubts)


def _cached_list(text: str, doubts: Doubts) -> str:
    written, found = _known_list(text)
    for code, detail in found:
        doubts.note(code, detail)
    return written


@lru_cache(maxsize=8192)
def _known_list(text: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    doubts = Doubts()
    return _read_list(text, doubts), tuple(doubts.found)


def _read_list(text: str, doubts: Doubts) -> str:
    pieces = _joined(_split(text), text, doubts)
    return "; ".join(found for piece in pieces if (found := _read_mailbox(piece, doubts)))


def _split(text: str) -> list[str]:
    """Cut a list at its commas and semicolons, and after the name of a group.

    Where semicolons part it as Outlook does, with no group and one address at most in each part, commas stand inside names.
    """
    signs = _SIGN.findall(text)
    if ";" in signs and ":" not in signs:
        parts = _cut(signs, ";")
        if all(part.count("@") - sum(quoted.count("@") for quoted in _QUOTED.findall(part)) <= 1 for part in parts):
            return parts
    return _cut(signs, ",;:")


def _cut(signs: list[str], at: str) -> list[str]:
    pieces: list[str] = []
    current: list[str] = []
    for sign in signs:
        if sign in at and (sign != ":" or not any("@" in part for part in current)):
            pieces.append("".join(current).strip())
            current = []
        else:
            current.append(sign)
    pieces.append("".join(current).strip())
    return [piece for piece in pieces if piece]


def _joined(pieces: list[str], text: str, doubts: Doubts) -> list[str]:
    """Put a family name and the given name behind its comma together again, where no quotes kept them so."""
    joined: list[str] = []
    waiting: str | None = None
    for piece in pieces:
        if waiting is not None and "<" in piece and not piece.startswith(('"', "<")):
            doubts.note("mail-comma-in-name", one_line(text)[:200])
            joined.append(f"{waiting}, {piece}")
            waiting = None
            continue
        if waiting is not None:
            joined.append(waiting)
        waiting = piece if "@" not in piece and '"' not in piece else None
        if waiting is None:
            joined.append(piece)
    return joined if waiting is None else [*joined, waiting]


def _read_mailbox(piece: str, doubts: Doubts) -> str:
    angle = _ANGLE.search(piece)
    if angle:
        name, address = piece[: angle.start()], angle.group(1)
    else:
        comment = _COMMENT.search(piece)
        bare = piece[: comment.start()].strip() if comment else piece
        if "@" in bare and " " not in bare:
            name, address = (comment.group(1) if comment else ""), bare
        else:
            name, address = piece, ""
    name = _QUOTED.sub(lambda found: _ESCAPED.sub(r"\1", found.group(1)), name)
    name = one_line(_BLANKS.sub(" ", decode_words(name.strip(), doubts)))
    address = one_line(_BLANKS.sub("", decode_words(address, doubts)))
    return write_mailbox("" if name.strip("'") == address else name, address)
