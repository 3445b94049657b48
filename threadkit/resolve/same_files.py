"""Tell which filenames are names of one file because mail files hold the same bytes under them."""

from __future__ import annotations

from collections.abc import Iterable

from threadkit.resolve.messages import plain_filename
from threadkit.words import Words


def find_same_files(held: Iterable[tuple[str, str]], words: Words) -> dict[str, str]:
    """Return filename -> the least of the filenames of its bytes, all as compared, for bytes that stand under several.

    A name that many files have (`image001.png`) is left out, and so is one under which different bytes stand: of it the name alone does
    not say which are meant.

    Args:
        held: (filename, SHA-256) of the attached files whose bytes mail files hold.
        words: the words as data.
    """
    generic = words.any_of("generic-attachment")
    bytes_of: dict[str, set[str]] = {}
    for filename, sha256 in held:
        if not generic.search(filename.strip()):
            bytes_of.setdefault(plain_filename(filename, words.folding), set()).add(sha256)
    names_of: dict[str, list[str]] = {}
    for name, found in sorted(bytes_of.items()):
        if len(found) == 1:
            names_of.setdefault(min(found), []).append(name)
    return {name: names[0] for names in names_of.values() if len(names) > 1 for name in names}
