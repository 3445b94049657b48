"""What an addition may ask of an archive that holds conclusions already; the archive answers from SQLite."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from threadkit.records import Attachment, KeptDocument, MailboxUse, OccurrenceKey, Readings, SignatureUse, Span

#: Key of a name, unit, and the address and rule that single messages tell; no unit, address and rule for the name itself, which fits two.
KeptNamesake = tuple[str, str, str | None, str | None]


class CannotAddError(Exception):
    """Say that new sources touch too much, or what cannot be told apart: everything is to be concluded anew."""


@dataclass(frozen=True, slots=True)
class ToldDocument:
    """One document as it was concluded last, without its text."""

    id: int
    source_id: int
    span: Span
    kind: str
    title: str | None
    attachment_id: int | None
    rule: str
    confidence: float


class Earlier(Readings, Protocol):
    """The readings of all sources, the new ones included, and what was concluded before these came."""

    def keys_of_sources(self, sources: Sequence[int]) -> list[OccurrenceKey]:
        """Return the keys of the occurrences of some sources, in the fixed order."""
        ...

    def keys_of(self, ids: Collection[int]) -> list[OccurrenceKey]:
        """Return the keys of some occurrences, in the fixed order."""
        ...

    def subjects(self) -> Iterable[str]:
        """Return the distinct base subjects of the old sources."""
        ...

    def held_files_before(self) -> Sequence[tuple[str, str]]:
        """Return the distinct (filename, SHA-256) of the files that the mail files among the old sources hold, sorted."""
        ...

    def mailbox_uses_of(self, sources: Sequence[int], *, new: bool) -> Iterator[MailboxUse]:
        """Yield the distinct mailboxes of these sources (`new`), or of all others."""
        ...

    def signature_uses_of(self, sources: Sequence[int], *, new: bool) -> Iterator[SignatureUse]:
        """Yield the distinct signatures of these sources (`new`), or of all others."""
        ...

    def printed(self) -> Iterable[tuple[int, str | None, str | None, str | None]]:
        """Return (number, name, email, unit) of each distinct mailbox as printed."""
        ...

    def printing(self, printed: Collection[int], *, senders: bool) -> set[int]:
        """Return the occurrences that print one of these mailboxes anywhere, or (`senders`) as their first author."""
        ...

    def signed_with(self, emails: Collection[str]) -> set[int]:
        """Return the occurrences whose signature holds one of these addresses."""
        ...

    def sharing(self, alike: Iterable[tuple[int, int, int]]) -> set[int]:
        """Return the old occurrences kept under (number of what is alike, first day, last day)."""
        ...

    def within(self, ids: Collection[int]) -> set[int]:
        """Return what is printed directly inside these occurrences, and what they are printed in."""
        ...

    def messages_of(self, ids: Collection[int]) -> dict[int, int]:
        """Return occurrence -> message, as concluded last; new occurrences have none."""
        ...

    def occurrences_of(self, messages: Collection[int]) -> dict[int, list[int]]:
        """Return message -> its occurrences, as concluded last."""
        ...

    def positions(self, source_id: int, span: Span) -> tuple[int, ...]:
        """Return the positions of the document segments of a source between two lines."""
        ...

    def kept_documents(self) -> Iterable[KeptDocument]:
        """Return the old documents as their own sources tell them."""
        ...

    def kept_namesakes(self) -> Iterable[KeptNamesake]:
        """Return the names that fitted two people, and whom single messages told apart."""
        ...

    def documents(self) -> Iterable[ToldDocument]:
        """Return the documents as concluded last."""
        ...

    def attachments(self) -> Mapping[int, Attachment]:
        """Return the attached files as concluded last."""
        ...

    def named_in(self, messages: Collection[int]) -> set[int]:
        """Return the attached files that messages name, as concluded last."""
        ...

    def crosses_attached(self, sources: Sequence[int]) -> bool:
        """Tell whether a new source holds, as an attachment, the bytes of an old one, or the other way round."""
        ...

    def held(self, attachments: Collection[int], gone: Collection[int]) -> set[int]:
        """Return which of these attached files a mail file holds, as concluded last; messages that are `gone` do not count."""
        ...

    def namers(self, attachments: Collection[int]) -> Iterable[tuple[int, int, str | None, str]]:
        """Return (attachment, message that names it, when that was sent, the name there), as concluded last."""
        ...

    def not_released(self) -> Mapping[int, int]:
        """Return attachment -> source of its first naming, for those whose text is nowhere, as concluded last."""
        ...
