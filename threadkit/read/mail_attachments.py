"""Hand the files attached to mails on to the formats that read them: what holds text becomes a source of its own, inside the mail's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from threadkit.read.given import Given, Member, ReadOptions, WhyUnread
from threadkit.read.mail_message import Attached, Mail

#: Codes of what is told of attachments; each has a heading in docs/rules.md.
RULES = ("mail-attachment-unread",)

_WORDLESS = ("image/", "audio/", "video/", "font/", "application/pkcs7", "application/x-pkcs7", "application/pgp-signature")
_STRUCTURED = frozenset({"text/calendar", "text/vcard", "text/x-vcard", "text/directory", "text/rfc822-headers"})
_FAX = "image/tiff"
#: With --ocr an attached picture is read where it has so many bytes; smaller ones are logos.
_SCANNED_BYTES = 30_000


def members_of(
    mails: Iterable[tuple[str, Mail]], options: ReadOptions, why_unread: WhyUnread, seen: set[str] | None = None
) -> Iterator[Member]:
    """Yield the attached files that a format reads, each once; of the others it is noted why not, but for pictures and the like.

    Args:
        mails: each with the number under which its source holds it.
        options: as given for the mail file.
        why_unread: asks the table of formats.
        seen: the SHA-256 of those yielded before, which grows.
    """
    seen = set() if seen is None else seen
    used: set[str] = set()
    for number, mail in mails:
        for attached in mail.attached:
            if attached.sha256 in seen or not attached.content or _says_nothing(attached, options):
                continue
            seen.add(attached.sha256)
            reason = why_unread(Given.of(attached.content, attached.filename), options)
            if reason:
                mail.doubts.note("mail-attachment-unread", f"{attached.filename}: {reason}")
            else:
                yield Member(_name(f"message {number}", attached.filename, used), attached.content)


def _says_nothing(attached: Attached, options: ReadOptions) -> bool:
    """Tell whether nobody looks for words in it: a sound, a signature; a picture, unless it may be a scanned page."""
    if attached.media_type == _FAX or (
        attached.media_type.startswith("image/") and options.ocr and len(attached.content) >= _SCANNED_BYTES
    ):
        return False
    return attached.media_type.startswith(_WORDLESS) or attached.media_type in _STRUCTURED


def _name(mail: str, filename: str, used: set[str]) -> str:
    """Return the name of a member, like no other of its source."""
    plain = filename.replace("/", "_").replace("\\", "_")
    name, count = f"{mail}/{plain}", 1
    while name in used:
        count += 1
        stem, dot, extension = plain.rpartition(".")
        name = f"{mail}/{stem} ({count}){dot}{extension}" if stem else f"{mail}/{plain} ({count})"
    used.add(name)
    return name
