"""Read a printed name into the form that comparing needs: folded words, family and given apart where the comma tells.

`Thibodeau, Gaston`, `Gaston Thibodeau`, `Gaston THIBODEAU` and `THIBODEAU Gaston` have one key; `Martin, Gilles` and `Gilles, Martin` have two.
Letters of other alphabets stay what they are: a Cyrillic look-alike never has the key of the Latin name.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from threadkit.resolve.worn import WearReader
from threadkit.words import Words

RULES = ("name-list", "name-role", "name-masked", "name-undisclosed")

_MASKS = ("mask", "article-mask", "section-mask", "name-mask")
_UNIT = re.compile(r" ?\([^()]*\)$")
_WORDS = re.compile(r"[^\W_]+")
_LAST_PART = re.compile(r"^.*[-_]")
_TRIM = " \t\n\u00a0'\"«»“”‘’<>;"
_INITIAL = 1
_SHARED_PREFIX = 3
_TELLING_LETTERS = 6
_MIXED = ("LATIN", "CYRILLIC", "GREEK")


@dataclass(frozen=True, slots=True)
class NameForm:
    """One printed name, read. `words` are folded, given names first; `family` is set where comma or capitals tell it apart.

    `kind` is person, list, role, masked, undisclosed or unknown; `lossy` says that letters were lost (`J?r?me`).
    """

    text: str
    kind: str
    words: tuple[str, ...]
    family: tuple[str, ...] | None
    display: str
    sort: str
    lossy: bool

    @property
    def key(self) -> str:
        """The form under which two printings of one name meet."""
        return " ".join(self.words)


class NameReader:
    """Reads printed names by the words; one answer a text, kept."""

    def __init__(self, words: Words) -> None:
        self._vocabulary, self._folding = words, words.folding
        self._lists = words.patterns("list-name")
        self._masks = tuple(p for role in _MASKS for p in words.patterns(role))
        self._undisclosed = tuple(words.folded_terms("undisclosed-recipients"))
        self._roles = tuple(_WORDS.findall(t) for t in words.folded_terms("role-name"))
        self._role_names = words.any_of("role-name")
        self._local_roles = frozenset(words.folded_terms("role-mailbox"))
        self._local_ends = frozenset(words.folded_terms("role-mailbox-end"))
        self._titles = frozenset(words.folded_terms("personal-title"))
        self._particles = frozenset(words.folded_terms("name-particle"))
        self._emails = words.patterns("email-address")
        self._spelled = words.patterns("spelled-address")
        self._wear = WearReader(words)
        self._known: dict[str, NameForm | None] = {}

    def read(self, text: str | None) -> NameForm | None:
        """Return the form of a printed name, None where there is no name (nothing, or an address in its place)."""
        if not text:
            return None
        if text not in self._known:
            self._known[text] = self._read(text)
        return self._known[text]

    def emails(self, text: str) -> list[str]:
        """Return the e-mail addresses printed in `text`, lower case, in order; one with a mask in it is nobody's."""
        found = (m.group(0).lower() for p in self._emails for m in p.regex.finditer(text))
        return [email for email in found if not any(p.regex.search(email) for p in self._masks)]

    def is_mask_alone(self, form: NameForm | None) -> bool:
        """Tell whether nothing but masks stands in the place of a name (`[caviardé]`, `XXXX <XXXX>`): nobody's name is printed."""
        return form is not None and form.kind == "masked" and self._vocabulary.covers(_MASKS, form.text)

    def worn(self, form: NameForm) -> str:
        """Return what wear leaves of a name, its letters sorted: a name with lost letters and the whole one have the same."""
        return "".join(sorted(self._wear.letters(form.display)))

    def is_role_mailbox(self, email: str) -> bool:
        """Tell whether the local part is one that offices use (`info@`, `acces@`)."""
        local = email.partition("@")[0]
        parts = _WORDS.findall(self._folding.plain(local))
        last = self._folding.plain(_LAST_PART.sub("", local)) if "-" in local or "_" in local else ""
        return "".join(parts) in self._local_roles or (bool(parts) and parts[0] in self._local_roles) or last in self._local_ends

    def names_office(self, form: NameForm, email: str) -> bool:
        """Tell whether a name is that of the office or firm itself: its domain's, or with the word that its address has (`Contact Préfecture`)."""
        if fits_domain(form, email) or self._names_branch(form, email):
            return True
        parts = set(_WORDS.findall(self._folding.plain(email.partition("@")[0])))
        return not self._local_roles.isdisjoint(parts.intersection(form.words))

    def _names_branch(self, form: NameForm, email: str) -> bool:
        """Tell whether a name is that of a firm's branch: the word of its domain, then an office (`Voltaval Agence Est <contact@voltaval.fr>`)."""
        firm = email.partition("@")[2].split(".")[-2:-1]
        if form.family is not None or list(form.words[:1]) != firm:
            return False
        rest = form.display.split(maxsplit=1)[1:]
        return bool(rest) and self._begins_like_role(rest[0], tuple(self._words(rest[0])))

    def is_list_mailbox(self, email: str) -> bool:
        """Tell whether the local part is printed like a list's name (`dl-direction@`)."""
        return any(p.regex.search(email) for p in self._lists)

    def _read(self, text: str) -> NameForm | None:
        cleaned = " ".join(text.strip(_TRIM).split())
        if not cleaned or self.emails(cleaned):
            return None
        kind = self._kind(cleaned, " ".join(text.split()))
        cleaned = _UNIT.sub("", cleaned) or cleaned
        words = tuple(self._words(cleaned))
        if kind != "person":
            return NameForm(text, kind, words or (cleaned,), None, cleaned, cleaned, False)
        return self._person(text, cleaned)

    def _words(self, text: str) -> list[str]:
        return _WORDS.findall(self._folding.plain(text))

    def _kind(self, text: str, printed: str) -> str:
        folded = self._folding.fold(text)
        if any(p.regex.search(form) for p in self._masks for form in {text, printed}):
            return "masked"
        if any(folded.startswith(u) for u in self._undisclosed):
            return "undisclosed"
        if any(p.regex.search(text) for p in self._lists):
            return "list"
        if any(p.regex.search(text) for p in self._spelled):
            return "unknown"
        return "role" if self._is_role(text) or self._is_role_in_two_languages(text) else "person"

    def _is_role_in_two_languages(self, text: str) -> bool:
        """Tell whether a name without its unit says an office, in each language that it is printed in: `Ministre / Minister (DFH)`."""
        parts = _UNIT.sub("", text).split(" / ")
        return (len(parts) > 1 or text.endswith(")")) and all(self._is_role(part) for part in parts)

    def _is_role(self, text: str) -> bool:
        return self._role_names.search(text) is not None or self._begins_like_role(text, tuple(self._words(text)))

    def _begins_like_role(self, text: str, words: tuple[str, ...]) -> bool:
        """Tell whether a name begins with the word of an office: `Mairie de Vauclair`, `Mairie de Lessac, accueil`.

        Not `Bureau, Anne` or `BUREAU Anne`: before a comma, or in capitals beside another name, the word may be a family's.
        """
        if not any(list(words[: len(r)]) == r for r in self._roles):
            return False
        pieces = text.partition(",")[0].split()
        if "," in text:
            return len(pieces) > 1 and pieces[1][0].islower()
        return not (len(pieces) == 2 and len(pieces[0]) > 2 and pieces[0].isupper() and pieces[1].istitle())

    def _person(self, text: str, cleaned: str) -> NameForm:
        parts = [p.strip() for p in cleaned.split(",") if p.strip()]
        while len(parts) > 1 and all(w in self._titles for w in self._words(parts[-1])):
            parts.pop()
        lossy = "?" in cleaned or "\ufffd" in cleaned
        if len(parts) == 2:
            given, family = self._untitled(parts[1]), parts[0]
        else:
            given, family = self._split(self._untitled(" ".join(parts)))
        if lossy:
            pieces = tuple(f"{given} {family}".lower().split())
            return NameForm(text, "person", pieces, None, cleaned, cleaned, True)
        families = tuple(self._words(family))
        words = (*self._words(given), *families)
        if not words:
            return NameForm(text, "unknown", (cleaned,), None, cleaned, cleaned, False)
        kind = "person" if len(words) > 1 and not any(c.isdigit() for c in cleaned) else "unknown"
        told = len(parts) == 2 or family.isupper()
        display = f"{given} {family}".strip()
        return NameForm(text, kind, words, families if told else None, display, f"{family}, {given}" if given else family, False)

    def _untitled(self, text: str) -> str:
        pieces = text.split()
        while len(pieces) > 1 and self._folding.fold(pieces[0]).rstrip(".") in self._titles:
            pieces = pieces[1:]
        return " ".join(pieces)

    def _split(self, text: str) -> tuple[str, str]:
        """Return (given, family): capitals tell the family name, else it is the last word with its particles."""
        pieces = text.split()
        capital = [len(p) > 2 and p.isupper() for p in pieces]
        if any(capital) and not all(capital):
            family = [p for p, c in zip(pieces, capital, strict=True) if c]
            return " ".join(p for p, c in zip(pieces, capital, strict=True) if not c), " ".join(family)
        start = len(pieces) - 1
        while start > 1 and self._folding.fold(pieces[start - 1]) in self._particles:
            start -= 1
        return " ".join(pieces[:start]), " ".join(pieces[start:])


def match_names(a: NameForm, b: NameForm) -> bool:
    """Tell whether two names printed with ONE address can be one person's. Never enough by itself to make two people one.

    Equal, swapped, contained (`Marie Roy` in `Marie Roy-Côté`), initials (`G. Thibodeau`), a short given name (`Gaby` for `Gabrielle`), or
    letters lost.
    """
    if a.lossy or b.lossy:
        return match_lossy(a, b)
    if sorted(a.words) == sorted(b.words):
        return True
    short, long = sorted((a.words, b.words), key=lambda w: (len(w), w))
    if set(short) <= set(long):
        return True
    if len(short) != len(long):
        return False
    same = sum(x == y for x, y in zip(short, long, strict=True))
    return same >= 1 and all(_same_word(x, y) for x, y in zip(short, long, strict=True))


def _same_word(x: str, y: str) -> bool:
    if x == y:
        return True
    if min(len(x), len(y)) == _INITIAL:
        return x[0] == y[0]
    return x[:_SHARED_PREFIX] == y[:_SHARED_PREFIX] and min(len(x), len(y)) >= _SHARED_PREFIX


def is_telling(form: NameForm) -> bool:
    """Tell whether so much is left of a name with lost letters that it tells somebody: two words, a letter in each, six in all."""
    letters = [sum(c.isalpha() for c in word) for word in form.words]
    return len(letters) > 1 and all(letters) and sum(letters) >= _TELLING_LETTERS


def match_lossy(a: NameForm, b: NameForm) -> bool:
    """Tell whether one name is the other with letters lost: each `?` stands for one letter or for none.

    Limit: told only in whole names of two or more words, and only asked within one message or one address.
    """
    lossy, other = (a, b) if a.lossy else (b, a)
    target = unicodedata.normalize("NFC", other.display.casefold())
    swapped = unicodedata.normalize("NFC", other.sort.casefold())
    source = lossy.display.casefold()
    regex = "".join(r"[^\s,]?" if c in "?\ufffd" else re.escape(c) for c in source)
    return any(re.fullmatch(regex, t) is not None for t in (target, swapped)) or lossy.display == other.display


def fits_local_part(form: NameForm, email: str) -> bool:
    """Tell whether an address could have been made from a name: all its words, or initials and the family name; a number may follow.

    Limit: it says that the address fits, not whose it is; only a signature or a header can say that.
    """
    local = email.partition("@")[0].lower()
    letters = "".join(_WORDS.findall(local)).rstrip("0123456789")
    words = form.words
    if form.kind != "person" or form.lossy or len(words) < 2 or not letters:
        return False
    splits = [len(words) - len(form.family)] if form.family else range(1, len(words))
    for cut in splits:
        given, family = words[:cut], "".join(words[cut:])
        initials = "".join(w[0] for w in given)
        firsts = {"".join(given), given[0], initials, given[0][0]} if given else {""}
        if any(letters in (f + family, family + f) for f in firsts if f):
            return True
    return False


def fits_domain(form: NameForm, email: str) -> bool:
    """Tell whether an address's domain is made of all words of a name and the part before it of none: `Studio Goéland <bonjour@studiogoeland.ca>`.

    That is how a firm is called; a person with a domain of his own has his name before the `@` too.
    """
    local, _, domain = email.partition("@")
    letters = "".join(_WORDS.findall(domain))
    mine = "".join(_WORDS.findall(local))
    words = [w for w in form.words if len(w) > 1]
    return len(words) > 1 and all(w in letters for w in words) and not any(w in mine or mine in w for w in words)


def is_mixed_alphabet(text: str) -> bool:
    """Tell whether one word of `text` mixes letters of alphabets that look alike.

    >>> is_mixed_alphabet("Al\\u0430in Thibodeau"), is_mixed_alphabet("Gaston Thibodeau")
    (True, False)
    """
    if text.isascii():
        return False
    for word in _WORDS.findall(text):
        scripts = {unicodedata.name(c, "").partition(" ")[0] for c in word if c.isalpha()}
        if len(scripts.intersection(_MIXED)) > 1:
            return True
    return False
