"""Find the files to import under the paths that the user named."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from threadkit.read.given import STANDARD_INPUT, Skipped, printable_name
from threadkit.read.mail_folders import is_mail_subfolder, is_program_file
from threadkit.records import Phrase

_SYSTEM_FILES = frozenset({"thumbs.db", "desktop.ini", "icon\r"})
_SYSTEM_FOLDERS = frozenset({"__macosx", "$recycle.bin", "system volume information"})
_LOCK_PREFIX = "~$"


@dataclass(frozen=True, slots=True)
class FoundFile:
    """One file to import, and the name that it gets in the archive: the same on every machine."""

    path: Path
    name: str


def find_sources(
    paths: Iterable[str | os.PathLike[str]], exclude: Iterable[str | os.PathLike[str]] = ()
) -> tuple[tuple[FoundFile, ...], tuple[Skipped, ...]]:
    """Return the files under `paths`, sorted by name within each folder, and what was left out.

    Folders are walked to any depth; each is walked once, so that links in a loop end. Files named by the user are taken whatever they
    are called; inside folders hidden and system files are left out and reported. `-` is standard input. A file named twice is found once.

    Args:
        paths: files and folders, in the user's order.
        exclude: files that are no sources, such as the archive itself and its journal.
    """
    walk = _Walk({_real(path) for path in exclude})
    for path in paths:
        walk.visit_named(path)
    return tuple(walk.found), tuple(walk.skipped)


def _real(path: str | os.PathLike[str]) -> str:
    return os.path.normcase(os.path.realpath(path))


class _Walk:
    """What was found so far, while the folders are walked."""

    def __init__(self, exclude: set[str]) -> None:
        self.found: list[FoundFile] = []
        self.skipped: list[Skipped] = []
        self._exclude = exclude
        self._paths: set[str] = set()
        self._folders: set[str] = set()

    def visit_named(self, path: str | os.PathLike[str]) -> None:
        if os.fspath(path) == STANDARD_INPUT:
            self._add(Path(STANDARD_INPUT), "standard input")
            return
        named = Path(path)
        own_name = printable_name(named.name or Path(os.path.realpath(named)).name)
        if os.path.isdir(named):  # unlike Path.is_dir, False where the rights are missing
            own_name = printable_name(Path(os.path.abspath(named)).name)
            self._visit_folder(named, own_name)
        elif not os.path.lexists(named):
            self._skip(printable_name(os.fspath(named)), Phrase("does not exist, or may not be seen"), refused=True)
        elif not os.path.exists(named):
            self._skip(own_name, Phrase("is a link that leads nowhere"), refused=True)
        else:
            self._add(named, own_name)

    def _visit_folder(self, top: Path, top_name: str) -> None:
        waiting = [(top, top_name)]
        while waiting:
            folder, name = waiting.pop()
            real = _real(folder)
            if real in self._folders:
                self._skip(name, Phrase("is a folder that was walked already: a link leads back to it"), refused=True)
                continue
            self._folders.add(real)
            waiting.extend(reversed(list(self._visit_entries(folder, name))))

    def _visit_entries(self, folder: Path, name: str) -> Iterator[tuple[Path, str]]:
        """Add the files of one folder, in order of name, and yield its folders."""
        try:
            entries = sorted(os.listdir(folder))
        except OSError as error:
            self._skip(name, Phrase("cannot be listed: {detail}", detail=error.strerror or error), refused=True)
            return
        siblings = frozenset(entries)
        for entry in entries:
            path, entry_name = folder / entry, f"{name}/{printable_name(entry)}"
            reason = "" if is_mail_subfolder(path, siblings) else unwanted(entry) or is_program_file(path, siblings)
            if reason:
                self._skip(entry_name, reason, refused=False)
            elif os.path.isdir(path):
                yield path, entry_name
            elif not os.path.exists(path):
                self._skip(entry_name, Phrase("is a link that leads nowhere"), refused=True)
            else:
                self._add(path, entry_name)

    def _add(self, path: Path, name: str) -> None:
        here = os.fspath(path) if name == "standard input" else os.path.normcase(os.path.abspath(path))
        if here in self._paths:
            return
        self._paths.add(here)
        if _real(path) in self._exclude:
            self._skip(name, Phrase("is the archive itself"), refused=False)
        else:
            self.found.append(FoundFile(path, name))

    def _skip(self, name: str, reason: str, *, refused: bool) -> None:
        self.skipped.append(Skipped(name, reason, refused))


def unwanted(entry: str) -> str:
    """Return why nobody misses a file or folder of that name, "" where somebody might."""
    if entry.startswith("."):
        return Phrase("hidden")
    if entry.startswith(_LOCK_PREFIX) or entry.lower() in _SYSTEM_FILES | _SYSTEM_FOLDERS:
        return Phrase("a system file")
    return ""
