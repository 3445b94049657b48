"""Read the mailboxes of a printed recipient list: `Nom, Prénom (UNITÉ) <a@b>; Prénom Nom [mailto:c@d]`.

Printed lists are not RFC 5322: the comma of `Thibodeau, Gaston` stands inside one name. Windows Outlook separates by `;`; Mac, Gmail and
Apple Mail by `,`, which is recognised only where it follows an address or where the block is known to do so.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise

from threadkit.parse.known_lines import lines_that_are
from threadkit.records import Mailbox
from threadkit.words import Words, load_words

RULES = (
    "mailbox-address",
    "mailbox-name",
    "mailbox-name-address",
    "mailbox-text",
    "mailbox-directory-name",
    "mailbox-spelled-address",
    "mailbox-masked-address",
)

_ADDRESS = r"[\w.+\-=&/'’]{0,64}[\w+\-=]@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}"
_EMAIL = re.compile(_ADDRESS)
_MAILTO_ADDRESS = re.compile(rf"[<\[(]\s*(?:mailto:|smtp:)?\s*({_ADDRESS})\s*(?:<\s*mailto:[^<>\[\]]*>?)?\s*[>\])]*", re.IGNORECASE)
_BROKEN_ADDRESS = re.compile(r"\s*[<\[](?:mailto:?|smtp:)?[^<>\[\]]*$", re.IGNORECASE)
_UNREADABLE_ADDRESS = re.compile(r"\s*<[^<>]*@[^<>]*>|\s+<[^<>\s]*\.[^<>\s]*\s?>?$|(?<=\S)\s+[^\s@]+@[^\s@]*[.,][^\s@]*$")
_TORN_ADDRESS = re.compile(r"<[^<>@:]*[^<>@:\s]\s+[^<>@\s]+@[^<>]*>")
_EMPTY_BRACKETS = re.compile(r"\s*(?:<\s*(?:mailto:)?\s*>|\[\s*(?:mailto:)?\s*\])")
_AFTER_ADDRESS = re.compile(rf"(?:[>\]]|{_ADDRESS})\s*,(?=\s|$|[^\s,;]*@)")
_ADDRESS_TO_THE_END = re.compile(r"\s*[<\[](?:(?:mailto|smtp):[^<>\[\]]*|[^<>\[\]\s]*@[^<>\[\]\s]*)[>\]]?$", re.IGNORECASE)
#: A link to an address that cannot be read, whatever brackets stand in it: none of it is the name's.
_LINK_TO_THE_END = re.compile(r"\s*[<\[(]{1,3}\s?(?:mailto|smtp):.*$", re.IGNORECASE)
_BRACKETED_ADDRESS = re.compile(r"\s*(?:<\s*(?:mailto:)?(?P<inside>[^<>]{1,80})>|\[mailto:(?P<posted>[^\[\]]{1,80})\])$")
_UNIT = re.compile(r"^(.*?\S)\s*\(([^()]{1,80})\)\s*$")
_DIRECTORY = re.compile(r"\s*<?/(?:o|ou|cn|c)=[^<>;]*>?", re.IGNORECASE)
#: A key of a directory; `C=C3=A9cile` is a name in quoted-printable.
_KEYS = re.compile(r"(^|/)(?:cn|ou|o|c)=(?![C-F][0-9A-F]=[89AB][0-9A-F])", re.IGNORECASE)
_LOTUS = re.compile(r"^([^/@<>,;()]{1,59}[^/@<>,;()\s])/([^@<>,;/()\s][^@<>,;/()]{0,39}(?:/[^@<>,;/()]{1,40}){0,5})(?:@[\w .-]{1,40})?$")
_MASKS = ("mask", "article-mask", "section-mask", "name-mask")
_LONGEST = 2000
_QUOTES = " \t\u00a0\"'«»“”‘’‹›`,;•"
#: What nobody sees inside a word: soft hyphens and joiners.
_UNSEEN = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
_HAS_LETTER = re.compile(r"[^\W\d_]")
_ONE_RUN = re.compile(r"[^\s<>();,]*@[^\s<>();,]*")


def _may_end_address_at_comma(text: str) -> bool:
    """Say whether something of an address stands before the last comma: most commas stand inside a name, with the address after it."""
    before = text[: text.rfind(",") + 1]
    return bool(before) and ("@" in before or ">" in before or "]" in before)


def _split_at_commas_after_addresses(text: str) -> list[str]:
    if not _may_end_address_at_comma(text):
        return [text]
    parts, start = [], 0
    for match in _AFTER_ADDRESS.finditer(text):
        parts.append(text[start : match.end() - 1])
        start = match.end()
    parts.append(text[start:])
    return parts


def _is_full_name(text: str) -> bool:
    return len(text.partition("(")[0].split()) >= 2 and "@" not in text


def _split_bare_names(part: str) -> list[str]:
    """Split `Jean Roy, Luc Côté <a@b>` at its commas where every piece is a full name; keep `Roy, Jean` whole.

    A list that mixes both (`Bédard, Line, Hélène Roy`) is cut so that two single words in a row are one name; where a word is left over
    the list stays whole.
    """
    head, bracket, tail = part.partition("<")
    pieces = [piece.strip() for piece in head.split(",") if piece.strip()]
    if len(pieces) < 2:
        return [part]
    names: list[str] = []
    waiting: str | None = None
    for piece in pieces:
        if _is_full_name(piece) and waiting is None:
            names.append(piece)
        elif waiting is None:
            waiting = piece
        else:
            names.append(f"{waiting}, {piece}")
            waiting = None
    if waiting is not None:
        return [part]
    return [*names[:-1], f"{names[-1]} {bracket}{tail}".strip()]


def _split_after_paths(section: str) -> list[str] | None:
    """Split a list of Lotus Notes some of whose names have no path (`Paul Roy/VOIRIE/EX, Garde du soir`), or return None.

    The comma behind a path ends its name, and each path begins with a whole name. Where two names without a path stand side by side, nothing tells
    whether their comma stands inside one (`Roy, Paul`).
    """
    pieces = [piece.strip() for piece in section.split(",") if piece.strip()]
    paths = [(found := _LOTUS.match(piece)) is not None and " " in found[1] and "/" in found[2] for piece in pieces]
    if len(pieces) < 2 or not any(paths[:-1]) or any(not (left or right) for left, right in pairwise(paths)):
        return None
    return pieces


def _sections(text: str) -> list[str]:
    """Split a list at its semicolons, but for those that end the name of a bracket in HTML (`&gt;`)."""
    if "&" not in text:
        return text.split(";")
    named = {match.end() - 1 for pattern in load_words().patterns("worn-bracket") for match in pattern.regex.finditer(text)}
    cuts = [place for place, char in enumerate(text) if char == ";" and place not in named]
    return [text[start:stop] for start, stop in zip([0, *(cut + 1 for cut in cuts)], [*cuts, len(text)], strict=True)]


def split_mailboxes(text: str, commas: bool = False) -> list[str]:
    """Split a printed list into the texts of its mailboxes, empty ones left out.

    Args:
        text: the unfolded value of a recipient field.
        commas: whether this block separates mailboxes by commas even between bare names (Outlook for Mac, Gmail, Apple Mail).
    """
    parts: list[str] = []
    for section in _sections(text):
        if "/" in section and "," in section and all(_LOTUS.match(part.strip()) or "@" in part for part in section.split(",")):
            parts.extend(section.split(","))
            continue
        if "/" in section and (listed := _split_after_paths(section)) is not None:
            parts.extend(listed)
            continue
        for part in _split_at_commas_after_addresses(section):
            parts.extend(_split_bare_names(part) if commas else [part])
    return [part.strip() for part in parts if part.strip(_QUOTES)]


def separates_by_commas(texts: list[str]) -> bool:
    """Say whether a block's recipient fields separate mailboxes by commas: a comma after an address, and no semicolon."""
    if any(";" in text for text in texts):
        return False
    return any(_may_end_address_at_comma(text) and _AFTER_ADDRESS.search(text) is not None for text in texts)


@lru_cache(maxsize=65536)
def read_mailbox(text: str) -> Mailbox:
    """Read one printed mailbox.

    The address is lower case; the name keeps its printed order, without quotes and unit. A name that is only an address again is no name.

    >>> read_mailbox("Lavigne, Odile (DGR) <Odile.Lavigne@exemple.qc.ca>")
    Mailbox(text='Lavigne, Odile (DGR) <Odile.Lavigne@exemple.qc.ca>', name='Lavigne, Odile', email='odile.lavigne@exemple.qc.ca', \
unit='DGR', rule='mailbox-name-address')
    """
    if len(text) > _LONGEST:
        return Mailbox(text=text.strip(), name=None, email=None, rule="mailbox-text")
    if not text.isascii() and _UNSEEN.search(text):
        return replace(read_mailbox(_UNSEEN.sub("", text)), text=text.strip())
    if "/" in text and "://" not in text and (named := _directory_name(text)):
        return named
    if (masked := _with_masked_address(text)) is not None:
        return masked
    email, rest = _email_and_rest(_with_brackets(text) if "ailto" in text or "&" in text else text)
    if email is None and "." in text and (spelled := _spelled(text)):
        return spelled
    rest = _EMPTY_BRACKETS.sub("", _BROKEN_ADDRESS.sub("", rest)) if "<" in rest or "[" in rest else rest
    if email is None and ("<" in rest or "[" in rest or "ailto:" in rest):
        rest = _LINK_TO_THE_END.sub("", _ADDRESS_TO_THE_END.sub("", rest))
    rest = rest.replace("mailto:", " ").strip(_QUOTES).removesuffix("(").rstrip()
    if email is None and ("<" in rest or "@" in rest):
        rest = _UNREADABLE_ADDRESS.sub("", rest).strip(_QUOTES)
    if email is None and rest.endswith((">", "]")):
        rest = _without_mask_for_address(rest if "<" in rest or "[" in rest else rest[:-1].rstrip())
    if "@" in rest:
        rest = _EMAIL.sub("", rest).strip(_QUOTES + "<>[]()")
    if email is not None and rest[:1] == "(" and rest[-1:] == ")":
        rest = rest[1:-1]
    name, unit = _name_and_unit(rest)
    if email is not None:
        email = _in_letters(email.strip("'’.")).lower()
        name = None if name and _says_no_more(name, email) else name
    return Mailbox(text=text.strip(), name=name, email=email, unit=unit, rule=_rule(name, email))


def _with_masked_address(text: str) -> Mailbox | None:
    """Read a name behind which something stands for its address (`Roy, Jean ________`, `Jean Roy [mailto:jroy_at_[hidden]]`), or None.

    What an archive left of an address stays as the name where nobody else is named: it tells people apart.
    """
    lowered = text.lower()
    for pattern in load_words().patterns("masked-address"):
        found = pattern.regex.search(text) if any(needed in lowered for needed in pattern.needs) else None
        if found is None:
            continue
        name, unit = _name_and_unit(text[: found.start()].strip(_QUOTES))
        if name is not None and "@" not in name:
            return Mailbox(text.strip(), name, None, unit, "mailbox-masked-address")
    return None


def _without_mask_for_address(text: str) -> str:
    """Return a name without the mask that stands in the brackets of its address: `Roy, Paul <[caviardé]>`, `Edna [mailto:████]`."""
    found = _BRACKETED_ADDRESS.search(text)
    if found is None or not found.start():
        return text
    inside = (found["inside"] or found["posted"]).strip()
    return text[: found.start()].rstrip() if is_mask(inside) else text


def is_mask(text: str) -> bool:
    """Say whether a text is a mask and nothing else: a bar, a word in brackets, an article of the law.

    >>> is_mask("(art. 53-54)"), is_mask("Paul [caviardé]")
    (True, False)
    """
    return lines_that_are(load_words(), *_MASKS)[text]


def _with_angles(text: str) -> str:
    """Return a text with angle brackets where their names in HTML stand, worn or not: `&lt;`, `&It`."""
    for pattern in load_words().patterns("worn-bracket"):
        text = pattern.regex.sub(pattern.value, text)
    return text


def _with_brackets(text: str) -> str:
    """Return a text with the brackets of an address where recognition read other signs: `H [triailto:h@x.example]`, `imailto:h@x.govj`."""
    text, words = _with_angles(text), load_words()
    worn = words.any_of("worn-mailto").search(text)
    if worn is None:
        return text
    after = text[worn.end() :]
    for pattern in words.patterns("worn-address-end") if not after.rstrip().endswith(("]", ">", ")")) else ():
        after = pattern.regex.sub(r"\1]", after)
    return f"{text[: worn.start()]} [mailto:{after}"


def _in_letters(email: str) -> str:
    """Return an address with the letters for which a ligature of the print stands: no address has one.

    >>> _in_letters("marque\N{LATIN CAPITAL LETTER O WITH MIDDLE TILDE}ng@oﬃce.example")
    'marqueting@office.example'
    """
    return email if email.isascii() else unicodedata.normalize("NFKC", load_words().folding.repair(email))


def _says_no_more(name: str, email: str) -> bool:
    """Say whether a name is the address again in which the `@` was misread, or holds no letter."""
    letters = load_words().folding.letters
    return letters(name) in ("", letters(email))


def _email_and_rest(text: str) -> tuple[str | None, str]:
    found = _MAILTO_ADDRESS.search(text)
    if found:
        return found.group(1), text[: found.start()] + " " + text[found.end() :]
    bare = _EMAIL.search(text)
    if bare and "<" in text and (torn := _TORN_ADDRESS.search(text)) and torn.start() < bare.start() < torn.end():
        return None, text  # a blank inside it: its tail is another address than the one that was meant
    return (bare.group(0), text[: bare.start()] + " " + text[bare.end() :]) if bare else (None, text)


def _directory_name(text: str) -> Mailbox | None:
    """Read a name with its place in a directory: Lotus Notes (`Paul ROY/DGR/EXEMPLE@EXEMPLE`) or Exchange (`Roy, Paul </O=EXCHANGELABS/...>`)."""
    exchange = _DIRECTORY.search(text)
    if exchange and "=" not in text[: exchange.start()]:
        name, unit = _name_and_unit(text[: exchange.start()].strip(_QUOTES))
        return Mailbox(text.strip(), name, None, unit, "mailbox-directory-name" if name else "mailbox-text")
    lotus = _LOTUS.match(_KEYS.sub(r"\1", text.strip(_QUOTES)))
    if lotus is None or (" " not in lotus[1] and "/" not in lotus[2] and "@" not in lotus[0]):
        return None
    unit, _, organisation = lotus[2].partition("/")
    return Mailbox(text.strip(), " ".join(lotus[1].split()), None, unit.strip() if organisation else None, "mailbox-directory-name")


def _spelled(text: str) -> Mailbox | None:
    """Read an address printed in words, as list archives do (`Paul Roy <paul.roy at liste.example>`): in brackets, or alone."""
    for pattern in load_words().patterns("spelled-address"):
        found = pattern.regex.search(text)
        if found is None:
            continue
        before, after = text[: found.start("local")].rstrip(), text[found.end() :].lstrip()
        bracket = before.removesuffix("mailto:")[-1:]
        if bracket in ("<", "[", "(") or not after:
            name, unit = _name_and_unit(before.removesuffix("mailto:").rstrip("<[( ").strip(_QUOTES))
            return Mailbox(text.strip(), name, f"{found['local']}@{found['domain']}".lower(), unit, "mailbox-spelled-address")
    return None


def _name_and_unit(text: str) -> tuple[str | None, str | None]:
    unit = None
    found = _UNIT.match(text)
    if found and load_words().any_of("name-mask").match(text):
        found = None  # an article of the law: what stands in its brackets is no unit
    if found and (_HAS_LETTER.search(found.group(1)) or not found.group(1).isascii()) and not text.startswith("("):
        text, unit = found.group(1), found.group(2).strip()
        inner = _UNIT.match(text)
        text, unit = (inner.group(1), inner.group(2).strip()) if inner else (text, unit)
    text = " ".join(text.strip(_QUOTES).split())
    if not text or not _HAS_LETTER.search(text):
        return (text or None) if text and not text.isascii() else None, unit
    return text, unit


@lru_cache(maxsize=65536)
def without_masked_address(mailbox: Mailbox) -> Mailbox:
    """Return a mailbox without its address where a mask stands in that: what is crossed out for two people is not one person's address.

    >>> without_masked_address(read_mailbox("XXXXX <XXXXX@exemple.qc.ca>"))
    Mailbox(text='XXXXX <XXXXX@exemple.qc.ca>', name='XXXXX', email=None, unit=None, rule='mailbox-masked-address')
    """
    if mailbox.email is None:
        return mailbox
    masks = load_words().any_of("mask")
    printed = [run for run in _ONE_RUN.findall(mailbox.text) if mailbox.email in run.lower()] or [mailbox.email]
    masked = next((run for run in printed if masks.search(run)), None)
    if masked is None:
        return mailbox
    return Mailbox(mailbox.text, mailbox.name or masked, None, mailbox.unit, "mailbox-masked-address")


def _rule(name: str | None, email: str | None) -> str:
    if name and email:
        return "mailbox-name-address"
    if email:
        return "mailbox-address"
    return "mailbox-name" if name else "mailbox-text"


@lru_cache(maxsize=16384)
def read_mailboxes(text: str, commas: bool = False) -> tuple[Mailbox, ...]:
    """Read every mailbox of a printed list; nothing is dropped: what has neither name nor address keeps its text."""
    return tuple(read_mailbox(part) for part in split_mailboxes(text, commas))


@lru_cache(maxsize=16384)
def split_originator(text: str, words: Words) -> tuple[str, str | None]:
    """Split the value of a `De` field into the author and the one on whose behalf it was sent (None where none is printed).

    >>> from threadkit.words import load_words
    >>> split_originator("Roy, Paul au nom de Direction générale", load_words())
    ('Roy, Paul', 'Direction générale')
    """
    for pattern in words.patterns("on-behalf"):
        found = pattern.regex.search(text)
        if found and found.start() > 0:
            bracket = 1 if text[found.start()] in ">])" else 0
            return text[: found.start() + bracket].strip(), text[found.end() :].strip()
        cut = pattern.regex.search(f"{text.rstrip()} .")
        if cut and cut.start() > 0 and cut.end() > len(text.rstrip()):
            return text[: cut.start() + (text[cut.start()] in ">])")].strip(), None  # who that was is masked
    return text, None
