"""Say what stands in the sender's place of an introduction: a nickname, a mask, a pronoun or nothing at all."""

from __future__ import annotations

import re

from threadkit.words import Words

_MASKS = ("sender-mask", "mask", "section-mask")
_NICKNAME = re.compile(r"^[^\W_][\w.+-]{2,39}$")
_SENTENCE_END = re.compile(r"([^\W\d_]{3,})[.!?…]\s")
_WITH_YEAR = re.compile(r"\((?:19|20)\d\d\)$")
_CAPITAL = re.compile(r"^[^\W\d_a-zß-ÿ]")


class SenderPlace:
    """Looks at what introductions print in the sender's place."""

    def __init__(self, words: Words) -> None:
        self._fold = words.folding.fold
        self._via = frozenset(words.folded_terms("list-via"))
        self.titles = frozenset(words.folded_terms("name-title")) | frozenset(words.folded_terms("personal-title"))
        self._pronouns = frozenset(words.folded_terms("pronoun"))
        self._words = words
        self._kept_back = words.any_of("masked-address")

    def names_nobody(self, sender: str) -> bool:
        """Say whether what stands there names nobody: a pronoun in small letters, nothing but signs, or a title with its year in brackets."""
        if _WITH_YEAR.search(sender) is not None:
            return True
        return not any(map(str.isalnum, sender)) or (sender[0].islower() and sender.split(maxsplit=1)[0] in self._pronouns)

    def without_address(self, sender: str) -> str:
        """Return a sender without what stands for an address behind the name: `Paul Roy` of `Paul Roy <________`."""
        found = self._kept_back.search(sender)
        return sender if found is None or not found.start() else sender[: found.start()].rstrip()

    def is_masked(self, sender: str) -> bool:
        """Say whether masks stand there, and nothing else."""
        return self._words.covers(_MASKS, sender)

    def holds_sentence(self, sender: str) -> bool:
        """Say whether a sentence ends inside what stands there, where no title is cut short (`Prof. Anna Bell`), and it is no mask."""
        ends = _SENTENCE_END.finditer(sender)
        return any(self._fold(end[1]) not in self.titles for end in ends) and not self.is_masked(sender)

    def is_nickname(self, name: str) -> bool:
        """Say whether a name is one word as people call themselves (`jmb`), or that and who sent for it (`odil via Liste des bouées`)."""
        nick, *rest = name.split()
        via = not rest or (len(rest) > 1 and self._fold(rest[0]) in self._via and _CAPITAL.match(rest[1]) is not None)
        return _NICKNAME.match(nick) is not None and via
