"""Which format a file has: one table of the formats that are read, one of those that are only recognised, and the reading itself."""

from __future__ import annotations

import platform
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from importlib import metadata
from importlib.util import find_spec
from shutil import which

from threadkit.read import mail, mail_mbox, mail_outlook
from threadkit.read.given import Claim, Format, Given, Known, Member, ReadOptions, Skipped
from threadkit.read.ocr import PICTURE, picture_error
from threadkit.read.office import DOCX, HTML, ODT, PPTX, RTF, XLSX
from threadkit.read.pdf import PDF
from threadkit.read.text import identify_text, read_text_file
from threadkit.read.zips import ZIP
from threadkit.records import Phrase, Source, ThreadkitError

_LIBRARIES = ("mail-parser", "extract-msg", "pypdfium2", "python-docx", "openpyxl", "python-pptx", "striprtf", "odfpy", "beautifulsoup4")
#: So many containers may lie inside one another.
MOST_DEPTH = 5


@dataclass(frozen=True, slots=True)
class Foreign:
    """One kind of file that is recognised by its first bytes and refused with advice."""

    magic: bytes
    what: str
    hint: str


_UNPACK = "Unpack it and import the folder."
_READPST = "Turn it into mailboxes first (for example: readpst -r -o FOLDER FILE.pst) and import the folder."
_AS_TEXT = "Save it as plain text and import that."
_NOT_MAIL = "Only the text of a release can be imported."

FOREIGN = (
    Foreign(b"PK\x03\x04", "an Office document of another kind than text", "Print it to a PDF and import that."),
    Foreign(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an Outlook message or an old Office document", _AS_TEXT),
    Foreign(b"!BDN", "an Outlook mailbox (.pst or .ost)", _READPST),
    Foreign(b"\x1f\x8b", "a gzip archive", _UNPACK),
    Foreign(b"BZh", "a bzip2 archive", _UNPACK),
    Foreign(b"\xfd7zXZ\x00", "an xz archive", _UNPACK),
    Foreign(b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", _UNPACK),
    Foreign(b"Rar!\x1a\x07", "a RAR archive", _UNPACK),
    Foreign(b"SQLite format 3\x00", "a SQLite database", "If it is an archive of threadkit, name it with --db."),
    Foreign(b"GIF8", "a picture (GIF)", _NOT_MAIL),
    Foreign(b"\x7fELF", "a program", _NOT_MAIL),
)


def why_unread(given: Given, options: ReadOptions) -> str:
    """Return why no format reads a file that is attached to a mail, "" where one does."""
    try:
        chosen = choose_format(given, ReadOptions(), top=False)
        if chosen is TEXT:
            for _ in read_text_file(given, options):
                pass
        if chosen is PICTURE and not options.ocr:
            raise picture_error(given.name)
    except ThreadkitError as error:
        return f"{error.what} {error.hint}".strip()
    return ""


TEXT = Format("text", "plain text", "text/plain", (".txt", ".text", ".asc"), identify_text, read_text_file)
MAIL = Format(
    "mail",
    "a mail file",
    mail.MEDIA_TYPE,
    (".eml", ".emlx"),
    mail.identify_mail,
    partial(mail.read_mail_file, why_unread=why_unread),
)
OUTLOOK = Format(
    "outlook",
    "an Outlook message",
    mail_outlook.MEDIA_TYPE,
    (".msg",),
    mail_outlook.identify_outlook,
    partial(mail_outlook.read_outlook_file, why_unread=why_unread),
    extra="outlook",
    needs=("extract_msg",),
)
MBOX = Format(
    "mbox",
    "a mailbox",
    mail_mbox.MEDIA_TYPE,
    (".mbox", ".mbx"),
    mail_mbox.identify_mbox,
    partial(mail_mbox.read_mbox_file, why_unread=why_unread),
    largest=mail_mbox.LARGEST,
)

#: Every format that is read. The order decides nothing: of two that claim a file equally, the user must choose.
FORMATS: tuple[Format, ...] = (TEXT, MAIL, MBOX, OUTLOOK, PDF, DOCX, XLSX, PPTX, ODT, RTF, HTML, ZIP, PICTURE)


#: What comes out of a file: sources, what is known, what nobody misses, and errors.
Read = Source | Known | Skipped | ThreadkitError


def read_given(given: Given, options: ReadOptions, known: Collection[str] = (), depth: int = 0) -> Iterator[Read]:
    """Read one file by the format that claims it, and its members in their turn.

    Whatever is in the file comes out: as a source, as known already (its SHA-256 is among `known`), or as an error that names it. A
    member's source is named by its container's name, a slash and its name in it, and knows both.
    """
    try:
        chosen = choose_format(given, options, top=depth == 0)
        for found in chosen.read(given, options):
            yield from _members(given, found, options, known, depth) if isinstance(found, Member) else [_in_place(found, given)]
    except ThreadkitError as error:
        yield error
    except Exception as error:  # noqa: BLE001 - a fault of a reader costs the file that it was at, and is told with its kind
        what = Phrase("could not be read ({kind}: {detail}).", kind=type(error).__name__, detail=str(error))
        yield ThreadkitError(what, where=given.name, hint="Please report it, with the file if you may.")


def _in_place(found: Source | Skipped | ThreadkitError, given: Given) -> Read:
    if isinstance(found, ThreadkitError) and not found.where:
        found.where = given.name
    return found


def _members(given: Given, member: Member, options: ReadOptions, known: Collection[str], depth: int) -> Iterator[Read]:
    """Read one member, and tell of everything found in it where it stands."""
    inner = Given.of(member.content, f"{given.name}/{member.member}")
    if inner.sha256 in known:
        yield Known(inner.sha256, inner.name, given.sha256, member.member)
        return
    if depth + 1 >= MOST_DEPTH:
        what = Phrase("lies in more than {most} containers.", most=MOST_DEPTH)
        yield ThreadkitError(what, where=inner.name, hint="Unpack the outer ones and import the folder.", member=member.member)
        return
    for found in read_given(inner, options, known, depth + 1):
        if isinstance(found, ThreadkitError):
            found.member = f"{member.member}/{found.member}" if found.member else member.member
        if isinstance(found, Source) and found.container_sha256 is None:
            yield replace(found, container_sha256=given.sha256, member=member.member)
        else:
            yield found


def read_bytes(content: bytes, name: str, encoding: str | None = None) -> Source:
    """Read `content`, which is one file and no container, by the one format that claims it.

    Args:
        content: the whole file.
        name: what the source is called in the archive and in messages.
        encoding: what the user says the encoding is; None leaves it to the byte-order mark, UTF-8 and Windows-1252.

    Raises:
        ThreadkitError: the content is empty, of a kind that is not read, binary, or not decodable; it says what to do.
    """
    return first_source(read_given(Given.of(content, name), ReadOptions(encoding)))


def first_source(found: Iterator[Read]) -> Source:
    """Return the source that comes first.

    Raises:
        ThreadkitError: what comes first is one.
    """
    first = next(found)
    if isinstance(first, ThreadkitError):
        raise first
    if not isinstance(first, Source):
        raise TypeError(first)
    return first


def choose_format(given: Given, options: ReadOptions, *, top: bool = True) -> Format:
    """Return the format that reads the file: by content first, by name second, else text.

    Where the user names one (`options.format`), it reads whatever it claims at all; in a container it only decides between equals.

    Raises:
        ThreadkitError: the file is empty, of a kind that is not read, not what the user says, claimed by two formats equally, or needs what
            is not installed.
    """
    if not len(given.content):
        raise ThreadkitError("is empty: there is nothing to archive.", where=given.name, hint="Check how the file was made.")
    claims = {candidate: candidate.identify(given.head, given.name) for candidate in FORMATS}
    surest = max(claims.values())
    best = [candidate for candidate, claim in claims.items() if claim == surest]
    wanted = [candidate for candidate in (claims if top else best) if candidate.name == options.format and claims[candidate]]
    if top and options.format is not None and not wanted:
        names = ", ".join(each.name for each in best)
        hint = Phrase("It is read as {name} without --format.", name=names)
        raise ThreadkitError(Phrase("is no {name}.", name=options.format), where=given.name, hint=hint)
    if not wanted and surest <= Claim.ANYTHING:
        _refuse_foreign(given)
    chosen = wanted or best
    if len(chosen) > 1:
        names = Phrase("{first} and {second}", first=", ".join(each.name for each in chosen[:-1]), second=chosen[-1].name)
        hint = Phrase("Say which it is: --format {name}.", name=chosen[0].name)
        raise ThreadkitError(Phrase("is claimed by {names}.", names=names), where=given.name, hint=hint)
    _refuse_unless_installed(chosen[0], given)
    if len(given.content) > chosen[0].largest:
        limit = Phrase("is larger than {limit} MB.", limit=chosen[0].largest // 1024**2)
        raise ThreadkitError(limit, where=given.name, hint="Split it, between two messages, into smaller files.")
    return chosen[0]


def _refuse_foreign(given: Given) -> None:
    for foreign in FOREIGN:
        if given.head.startswith(foreign.magic):
            raise ThreadkitError(Phrase("is {kind}, not the text of one.", kind=Phrase(foreign.what)), where=given.name, hint=foreign.hint)


def missing_of(wanted: Format, find: Callable[[str], object] = find_spec) -> tuple[str, ...]:
    """Return what this installation lacks to read a format: modules, or the programs of which one would do."""
    modules = tuple(module for module in wanted.needs if find(module) is None)
    programs = wanted.programs if wanted.programs and not any(map(which, wanted.programs)) else ()
    return modules or programs


def _refuse_unless_installed(wanted: Format, given: Given) -> None:
    if all(find_spec(module) for module in wanted.needs):
        return
    what = Phrase("is {kind}, which this installation does not read.", kind=Phrase(wanted.what))
    hint = Phrase("Install what reads it: {command}", command=f"pip install 'threadkit[{wanted.extra}]'")
    raise ThreadkitError(what, where=given.name, hint=hint)


def library_versions() -> dict[str, str]:
    """Return the versions of Python and of the libraries that read files, as far as they are installed."""
    found = {"python": platform.python_version()}
    for library in _LIBRARIES:
        with suppress(metadata.PackageNotFoundError):
            found[library] = metadata.version(library)
    return found


def check_format_name(name: str | None) -> None:
    """Raise where `--format` names no format."""
    if name is not None and name not in {each.name for each in FORMATS}:
        hint = Phrase("The formats are: {names}", names=", ".join(sorted(each.name for each in FORMATS)))
        raise ThreadkitError("is no format that threadkit reads.", where=name, hint=hint, exit_code=1)
