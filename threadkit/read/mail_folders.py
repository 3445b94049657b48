"""Tell what in the folder of a mail program is mail, and what is the program's own: Maildir, and Thunderbird's folders."""

from __future__ import annotations

import os
from collections.abc import Set as AbstractSet
from pathlib import Path

from threadkit.records import Phrase

_MAILDIR = frozenset({"cur", "new"})
_DELIVERY = "tmp"
_INDEX = ".msf"
_THUNDERBIRD_FILES = frozenset({"filterlog.html", "msgfilterrules.dat", "popstate.dat", "rules.dat"})


def is_maildir(path: Path) -> bool:
    """Say whether a folder is a Maildir: its mails lie in `cur` and `new`."""
    return all(os.path.isdir(path / part) for part in _MAILDIR)


def is_mail_subfolder(path: Path, siblings: AbstractSet[str]) -> bool:
    """Say whether a hidden folder is a folder of mail (`.Sent` in a Maildir), which nobody wants left out."""
    return siblings >= _MAILDIR and is_maildir(path)


def is_program_file(path: Path, siblings: AbstractSet[str]) -> str:
    """Return why a file or folder beside mail is none, "" where it is none of a mail program's.

    In a Maildir everything but `cur`, `new` and other Maildirs is the server's, and what lies in `tmp` is not delivered yet. Beside
    Thunderbird's mailboxes lie its indexes (`INBOX.msf`) and its filters.
    """
    name = path.name
    if siblings >= _MAILDIR and name not in _MAILDIR:
        if name == _DELIVERY:
            return Phrase("mail that was still being delivered")
        return "" if os.path.isdir(path) else Phrase("a file of the mail server")
    if name.lower().endswith(_INDEX) and len(name) > len(_INDEX) and _is_index(path):
        return Phrase("an index of Thunderbird")
    if name.lower() in _THUNDERBIRD_FILES and any(sibling.lower().endswith(_INDEX) for sibling in siblings):
        return Phrase("a file of Thunderbird")
    return ""


def _is_index(path: Path) -> bool:
    """Say whether a file opens as the tables in which Thunderbird keeps its indexes."""
    try:
        with path.open("rb") as file:
            return file.read(32).startswith(_MARK)
    except OSError:
        return False


_MARK = b"// <!-- <mdb:mork"
