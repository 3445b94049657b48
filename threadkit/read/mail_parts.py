"""Cut a mail into its MIME parts: strictly, by bytes, and only where nothing is odd about them.

What is odd (a boundary that is missing or never closed, a line in a header that is no field) is left to a reader that mends: `DefectiveError`
is raised, and `mail_mending` does it. Of well-formed mail both give the same parts.
"""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import unquote_to_bytes

from threadkit.read.mail_values import Doubts, decode_bytes, decode_raw, decode_words, one_line, read_fields, split_head

#: Codes of what is told of parts; each has a heading in docs/rules.md.
RULES = ("mail-part-undecodable",)

#: Parts may lie so deep inside one another.
MOST_DEPTH = 60

_PARAMETER = re.compile(r';\s*([^\s=;"]+)\s*=\s*(?:"((?:[^"\\]|\\.)*+)"|([^;]*+))', re.DOTALL)
_CONTINUED = re.compile(r"^([^*]+)(?:\*(\d+))?(\*)?$")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_CONTENT_TYPE, _DISPOSITION, _TRANSFER = "content-type", "content-disposition", "content-transfer-encoding"


class DefectiveError(Exception):
    """Something about a mail's structure is odd."""


@dataclass(slots=True)
class Part:
    """One MIME part. `content` is what stands below its header, still in its transfer encoding; `parts` are those inside it; `after` is
    what stands behind the last of them.
    """

    fields: list[tuple[str, bytes]]
    content: bytes
    media_type: str = "text/plain"
    parameters: dict[str, str] = field(default_factory=dict)
    parts: list[Part] | None = None
    after: bytes = b""

    def raw(self, name: str) -> bytes | None:
        """Return the first field of that name, raw; None where there is none."""
        return next((value for key, value in self.fields if key == name), None)


def split_mail(content: bytes, depth: int = 0, media_type: str = "text/plain") -> Part:
    """Return a mail as a tree of parts; a forwarded mail (`message/rfc822`) is a part with one part in it.

    What lies too deep stays whole, as an attachment.

    Raises:
        DefectiveError: something about its structure is odd.
    """
    if depth > MOST_DEPTH:
        return Part([(_DISPOSITION, b"attachment")], content, "message/rfc822")
    head, body, whole = split_head(content)
    if not whole:
        raise DefectiveError
    part = described(read_fields(head), body, media_type)
    if part.media_type.startswith("multipart/"):
        inner = "message/rfc822" if part.media_type == "multipart/digest" else "text/plain"
        pieces, part.after = _pieces(body, part.parameters.get("boundary", ""))
        part.parts = [split_mail(piece, depth + 1, inner) for piece in pieces]
    elif part.media_type == "message/rfc822":
        part.parts = [split_mail(decoded(part, Doubts()), depth + 1)]
    return part


def described(fields: list[tuple[str, bytes]], content: bytes, media_type: str = "text/plain") -> Part:
    """Return a part with its media type and parameters read from its fields."""
    part = Part(fields, content, media_type)
    declared = part.raw(_CONTENT_TYPE)
    if declared is not None:
        part.media_type, part.parameters = read_parameters(declared)
        part.media_type = part.media_type if part.media_type.count("/") == 1 else "text/plain"
    return part


def _pieces(body: bytes, boundary: str) -> tuple[list[bytes], bytes]:
    """Return what stands between the boundary lines of a body, and what stands behind the last.

    Raises:
        DefectiveError: there is no such line, or the last is missing.
    """
    if not boundary:
        raise DefectiveError
    body, delimiter = b"\n" + body, b"\n--" + boundary.encode("utf-8", "surrogatepass")
    pieces: list[bytes] = []
    start = None
    place = body.find(delimiter)
    while place >= 0:
        after = place + len(delimiter)
        end = body.find(b"\n", after)
        rest = (body[after:] if end < 0 else body[after:end]).strip(b" \t\r")
        if rest in (b"", b"--"):
            if start is not None:
                pieces.append(_without_break(body[start:place]))
            if rest:
                return pieces, body[end:] if end >= 0 else b""
            start = end + 1 if end >= 0 else len(body)
        place = body.find(delimiter, after if end < 0 else end)
    raise DefectiveError


def _without_break(piece: bytes) -> bytes:
    """Return a piece without the carriage return of the line break that belongs to the boundary below it."""
    return piece[:-1] if piece.endswith(b"\r") else piece


@lru_cache(maxsize=4096)
def _plain_parameters(value: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    kind, _, _ = value.partition(";")
    found: dict[str, list[tuple[int, bool, str]]] = {}
    for name, quoted, bare in _PARAMETER.findall(value):
        matched = _CONTINUED.match(name.lower())
        text = _ESCAPED.sub(r"\1", quoted) if quoted else bare.strip()
        if matched:
            found.setdefault(matched[1], []).append(
                (int(matched[2] or 0) if len(matched[2] or "") < 6 else 0, matched[3] is not None, text)
            )
    return kind.strip().lower(), tuple((name, _joined(pieces)) for name, pieces in found.items())


def _joined(pieces: list[tuple[int, bool, str]]) -> str:
    """Return a parameter's value from its pieces (RFC 2231): the one with a charset wins over a plain one of the same name."""
    encoded = [piece for piece in pieces if piece[1]]
    if not encoded:
        ordered = sorted(pieces, key=lambda piece: piece[0])
        return "".join(text for _, _, text in ordered) if len({n for n, _, _ in pieces}) == len(pieces) else ordered[0][2]
    ordered = sorted(pieces if len({n for n, _, _ in pieces}) == len(pieces) else encoded, key=lambda piece: piece[0])
    charset, mark, first = ordered[0][2].partition("'")
    first = first.partition("'")[2] if mark else ordered[0][2]
    content = b"".join(
        unquote_to_bytes(text) if is_encoded else text.encode("utf-8", "surrogatepass")
        for text, is_encoded in [(first, ordered[0][1]), *((text, is_encoded) for _, is_encoded, text in ordered[1:])]
    )
    return decode_bytes(content, (charset if mark else "") or None, Doubts())


def read_parameters(raw: bytes) -> tuple[str, dict[str, str]]:
    """Return the value of a structured field in small letters, and its parameters."""
    kind, found = _plain_parameters(decode_raw(raw, Doubts()))
    return kind, dict(found)


def filename_of(part: Part, doubts: Doubts) -> str:
    """Return the file name that a part gives itself, "" where it gives none."""
    disposition = part.raw(_DISPOSITION)
    given = read_parameters(disposition)[1].get("filename", "") if disposition is not None else ""
    given = given or part.parameters.get("name", "")
    return one_line(decode_words(given, doubts)) if given else ""


def is_attached(part: Part) -> bool:
    """Say whether a part calls itself an attachment."""
    disposition = part.raw(_DISPOSITION)
    return disposition is not None and read_parameters(disposition)[0] == "attachment"


_AS_IT_IS = frozenset({"", "7bit", "8bit", "binary"})
_BASE64_SIGNS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_BASE64_LAYOUT = _BASE64_SIGNS + b"= \t\r\n"


def transfer_of(part: Part) -> str:
    """Return the transfer encoding of a part, in small letters."""
    raw = part.raw(_TRANSFER)
    return "" if raw is None else raw.partition(b";")[0].decode("ascii", "replace").strip().strip('"').lower()


def decoded(part: Part, doubts: Doubts) -> bytes:
    """Return the bytes of a part without its transfer encoding; what cannot be decoded stays, and is noted."""
    transfer = transfer_of(part)
    if transfer in _AS_IT_IS:
        return part.content
    if transfer == "base64":
        return _from_base64(part.content, doubts)
    if transfer == "quoted-printable":
        return binascii.a2b_qp(part.content)
    doubts.note("mail-part-undecodable", f"transfer encoding {transfer[:40]!r}")
    return part.content


def _from_base64(content: bytes, doubts: Doubts) -> bytes:
    try:
        found = binascii.a2b_base64(content)
    except binascii.Error:
        letters = bytes(sign for sign in content if sign in _BASE64_SIGNS)
        doubts.note("mail-part-undecodable", f"base64 cut short: {len(letters)} letters")
        letters = letters if len(letters) % 4 != 1 else letters[:-1]
        return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))
    if content.translate(None, _BASE64_LAYOUT):
        doubts.note("mail-part-undecodable", "base64 with other signs in it, left out")
    return found
