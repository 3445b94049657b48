"""Mail files: what becomes of good, odd and hostile ones, and the thread that they make beside a print of the same mails."""

from __future__ import annotations

import itertools
import mailbox
import sqlite3
import tomllib
from collections.abc import Mapping, Sequence
from email.message import Message
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from threadkit.archive.digest import archive_digest
from threadkit.importing import ImportOptions, import_paths, rebuild, remove
from threadkit.parse import parse_source
from threadkit.read import Claim, Given, Member, ReadOptions
from threadkit.read.formats import why_unread
from threadkit.read.mail import identify_mail, parse_mail, read_mail_file
from threadkit.read.mail_addresses import read_list
from threadkit.read.mail_html import text_of_html
from threadkit.read.mail_mbox import find_mails, identify_mbox, mail_at, read_mbox_file
from threadkit.read.mail_outlook import identify_outlook, read_outlook_file
from threadkit.read.mail_parts import DefectiveError, Part, decoded, split_mail
from threadkit.read.mail_values import Doubts, decode_value
from threadkit.records import Occurrence, Reading, Source, ThreadkitError
from threadkit.words import load_words

FOLDER = Path(__file__).parent / "data" / "mail"
EXPECTED: Mapping[str, Mapping[str, Any]] = tomllib.loads((FOLDER / "expected.toml").read_text(encoding="utf-8"))
NULL = "(none)"
MAIL = (
    b"From: Paul Roy <paul.roy@exemple.example>\nTo: l.cote@exemple.example\nDate: Mon, 14 Nov 2022 08:15:00 -0500\nSubject: Suivi\n"
    b"Message-ID: <1@exemple.example>\nContent-Type: text/plain; charset=utf-8\n\nBonjour Luc,\n\nVoici le suivi.\n\nPaul\n"
)


class Read:
    """What a mail file was read into."""

    def __init__(self, content: bytes, name: str) -> None:
        given = Given.of(content, name)
        if identify_outlook(given.head, name):
            pytest.importorskip("extract_msg", reason="the extra outlook is not installed")
            read = read_outlook_file
        else:
            read = read_mbox_file if identify_mbox(given.head, name) else read_mail_file
        found = list(read(given, ReadOptions(), why_unread))
        self.source = next(each for each in found if isinstance(each, Source))
        self.members = [each.member for each in found if isinstance(each, Member)]
        self.errors = [each for each in found if isinstance(each, ThreadkitError)]
        self.reading: Reading = parse_source(self.source, load_words())
        self.defects = {d.code for d in (*self.source.defects, *self.reading.defects)}

    @property
    def first(self) -> Occurrence:
        return self.reading.occurrences[0]

    def boxes(self, field: str) -> list[str | None]:
        return [use.mailbox.email for use in self.first.mailboxes if use.field == field]


def checks(read: Read) -> Mapping[str, Any]:
    """Return what the corpus may expect, as it is."""
    o = read.first
    sender = next((use.mailbox for use in o.mailboxes if use.field == "from"), None)
    return {
        "messages": len(read.reading.occurrences),
        "subject": o.subject if o.subject is not None else NULL,
        "sender": sender.email if sender else NULL,
        "name": sender.name if sender else NULL,
        "senders": read.boxes("from"),
        "behalf": next(iter(read.boxes("on-behalf-of")), NULL),
        "sent": o.sent.value if o.sent is not None and o.sent.value else NULL,
        "kind": o.kind,
        "attachments": [name.filename for name in o.attachments],
        "members": read.members,
        "enclosed": sum(each.standing == "enclosed" for each in read.reading.occurrences),
        "defects": sorted(read.defects),
    }


# ---------------------------------------------------------------- the corpus


def test_every_file_of_the_corpus_has_its_outcome() -> None:
    assert sorted(path.name for path in FOLDER.iterdir()) == sorted([*EXPECTED, "damaged.msg", "expected.toml"])


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_mail_file_becomes_what_is_expected(name: str) -> None:
    expected = dict(EXPECTED[name])
    read = Read((FOLDER / name).read_bytes(), name)
    bodies = "\n".join(o.body for o in read.reading.occurrences)
    body, not_body = expected.pop("body", None), expected.pop("not_body", None)
    assert body is None or (body in read.first.body if body else not read.first.body)
    assert not_body is None or not_body not in bodies
    found = checks(read)
    assert {key: found[key] for key in expected} == expected


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_every_character_of_a_mail_file_is_in_one_segment(name: str) -> None:
    read = Read((FOLDER / name).read_bytes(), name)
    at = 0
    for segment in read.reading.segments:
        assert segment.first_char == at
        at = segment.last_char + 1
    assert at == len(read.source.text)
    assert "\f".join(page.text for page in read.source.pages) == read.source.text


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_every_printed_text_of_a_mail_stands_in_its_span(name: str) -> None:
    read = Read((FOLDER / name).read_bytes(), name)
    lines = read.source.text.split("\n")
    for o in read.reading.occurrences:
        for field in o.fields:
            printed = "\n".join(lines[field.span.first_line - 1 : field.span.last_line]).replace("\f", "")
            assert field.label in printed
            assert field.text in printed or o.layout != "mail-file"


def test_the_corpus_is_imported_whole_and_comes_out_of_a_rebuild_as_it_was(tmp_path: Path) -> None:
    db = tmp_path / "archive.db"
    pytest.importorskip("extract_msg", reason="the extra outlook is not installed")
    report = import_paths([FOLDER], db)
    assert [(e.name, e.member) for e in report.exceptions] == [
        ("mail/damaged.msg", None), ("mail/nameless-parts.eml", "message 1/part-3.pdf"),
    ]  # fmt: skip
    with sqlite3.connect(db) as connection:
        before = connection.execute("SELECT id, parent_id, sent_at, subject, body FROM messages ORDER BY id").fetchall()
        ids = connection.execute("SELECT * FROM message_ids ORDER BY 1, 2").fetchall()
    rebuild(db)
    with sqlite3.connect(db) as connection:
        assert connection.execute("SELECT id, parent_id, sent_at, subject, body FROM messages ORDER BY id").fetchall() == before
        assert connection.execute("SELECT * FROM message_ids ORDER BY 1, 2").fetchall() == ids


def test_a_damaged_message_of_outlook_is_an_error_that_says_so() -> None:
    pytest.importorskip("extract_msg", reason="the extra outlook is not installed")
    with pytest.raises(ThreadkitError, match="cannot be opened as an Outlook message"):
        Read((FOLDER / "damaged.msg").read_bytes(), "damaged.msg")


# ---------------------------------------------------------------- hostile mails too large to keep


def nested(depth: int) -> bytes:
    """Return a mail of broken structure with so many parts in one another that the email package gives up."""
    inner = b"Content-Type: text/plain\n\nfond\n"
    for level in range(depth):
        inner = b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n%b\n--b%d--\n' % (level, level, inner, level)
    return inner.replace(b"\n\n", b"\nno field\n\n", 1)


def test_a_mail_nested_too_deep_is_refused_and_the_others_of_its_mailbox_are_read() -> None:
    mark = b"From paul.roy@exemple.example Mon Nov 14 08:15:00 2022\n"
    read = Read(mark + MAIL + b"\n" + mark + nested(1500) + b"\n" + mark + MAIL, "boite.mbox")
    assert [error.member for error in read.errors] == ["message 2"]
    assert [page.label for page in read.source.pages] == ["message 1", "message 3"]


def test_what_could_not_be_read_of_a_mailbox_is_an_exception_of_the_import(tmp_path: Path) -> None:
    mark = b"From paul.roy@exemple.example Mon Nov 14 08:15:00 2022\n"
    (tmp_path / "boite").write_bytes(mark + MAIL + b"\n" + mark + nested(1500))
    report = import_paths([tmp_path / "boite"], tmp_path / "archive.db")
    assert report.exit_code == 2
    assert [(e.name, e.member) for e in report.exceptions] == [("boite", "message 2")]


def test_ten_thousand_recipients_are_ten_thousand_mailboxes() -> None:
    people = ", ".join(f'"Nom, Prénom {number}" <p{number}@exemple.example>' for number in range(10_000)).encode()
    read = Read(MAIL.replace(b"l.cote@exemple.example", people), "a.eml")
    assert len(read.boxes("to")) == 10_000


@pytest.mark.parametrize(
    "html",
    ["<div>" * 20_000, "<a b='" * 5_000, "<!--" * 5_000, "<blockquote type=cite>" * 3_000 + "x", "<table><tr><td>" * 5_000],
    ids=["div", "attributes", "comments", "quotations", "tables"],
)
def test_html_that_never_closes_is_read_in_linear_time(html: str) -> None:
    assert len(text_of_html(html)) < 2_000_000


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400), st.booleans())
def test_no_bytes_make_the_reader_fail(noise: bytes, is_header: bool) -> None:
    content = MAIL.replace(b"Subject: Suivi", b"Subject: " + noise.replace(b"\n", b"")) if is_header else MAIL + noise
    read = Read(content, "a.eml")
    assert read.first.layout == "mail-file"
    assert read.source.text.encode("utf-8")


# ---------------------------------------------------------------- parts, as the email package has them


# Line ends of CR alone; a report whose fields the package takes for mails; a mail in base64, which it leaves so; mails too deep.
READ_OTHERWISE = {"cr.eml", "delivery-report.eml", "forwarded-base64.eml", "nested-four-hundred-deep.eml"}


def leaves(part: Part) -> list[tuple[str, bytes]]:
    return [(part.media_type, decoded(part, Doubts()))] if part.parts is None else [leaf for inner in part.parts for leaf in leaves(inner)]


def message_leaves(message: Message) -> list[tuple[str, bytes]]:
    if message.is_multipart():
        return [leaf for inner in message.get_payload() for leaf in message_leaves(inner)]  # type: ignore[union-attr, arg-type]
    return [(message.get_content_type(), message.get_payload(decode=True))]  # type: ignore[list-item]


@pytest.mark.parametrize("name", sorted(name for name in EXPECTED if name.endswith(".eml")))
def test_well_formed_mail_has_the_parts_that_the_email_package_sees(name: str) -> None:
    import email

    if name in READ_OTHERWISE:
        return
    content = (FOLDER / name).read_bytes()
    try:
        ours = leaves(split_mail(content))
    except DefectiveError:
        return
    theirs = message_leaves(email.message_from_bytes(content))
    assert [(kind, text.strip()) for kind, text in ours] == [(kind, (text or b"").strip()) for kind, text in theirs]


# ---------------------------------------------------------------- headers


@pytest.mark.parametrize(
    ("given_list", "read"),
    [
        pytest.param("Roy, Paul <a@b>", '"Roy, Paul" <a@b>', id="a comma without quotes before an address"),
        pytest.param('"Roy, Paul" <a@b>, c@d', '"Roy, Paul" <a@b>; c@d', id="a comma in quotes"),
        pytest.param("a@b, c@d", "a@b; c@d", id="addresses alone"),
        pytest.param("=?utf-8?Q?Roy=2C_Paul?= <a@b>", '"Roy, Paul" <a@b>', id="a comma in an encoded word"),
        pytest.param("undisclosed-recipients:;", "undisclosed-recipients", id="an empty group"),
        pytest.param("Équipe: a@b, C <c@d>;", "Équipe; a@b; C <c@d>", id="a group"),
        pytest.param("a@b (Paul Roy)", "Paul Roy <a@b>", id="a name as a comment"),
        pytest.param('"x@y" <a@b>', '"x@y" <a@b>', id="an address as a name"),
        pytest.param("'a@b' <a@b>", "a@b", id="an address that names itself"),
        pytest.param("Roy, Paul; Côté, Luc", '"Roy, Paul"; "Côté, Luc"', id="names alone, parted as in Outlook"),
        pytest.param("Paul (DGR) <a@b>", "Paul (DGR) <a@b>", id="a unit"),
        pytest.param("Paul </O=EX/CN=PAUL>", "Paul </O=EX/CN=PAUL>", id="an address of Exchange"),
    ],
)
def test_a_list_is_cut_where_its_mailboxes_end(given_list: str, read: str) -> None:
    assert read_list(given_list, Doubts()) == read


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        pytest.param(b"=?utf-8?Q?=C3?= =?utf-8?Q?=89t=C3=A9?=", "Été", id="a letter cut between two words"),
        pytest.param(b"=?iso-8859-1?Q?=C9t=E9?= 2022", "Été 2022", id="a word and plain text"),
        pytest.param(b"=?cp1252?B?yXTp?=", "Été", id="base64"),
        pytest.param(b"\xc9t\xe9", "Été", id="bytes without charset"),
        pytest.param("Été".encode(), "Été", id="utf-8 without charset"),
        pytest.param(b"=?utf-8?B?w?=", "=?utf-8?B?w?=", id="no base64"),
        pytest.param(b"=?utf-8?Q?a=0Ab?=", "a b", id="a line break in a word"),
    ],
)
def test_a_value_is_shown_decoded(raw: bytes, shown: str) -> None:
    assert decode_value(raw, Doubts()) == shown


@pytest.mark.parametrize(
    ("name", "head", "claim"),
    [
        pytest.param("a.eml", MAIL, Claim.CONTENT, id="a mail"),
        pytest.param("a.bin", MAIL, Claim.CONTENT, id="a mail by another name"),
        pytest.param("a.txt", b"From: Paul Roy\nSent: Monday\nTo: Luc\nSubject: Suivi\n\nBonjour", Claim.NONE, id="a print in English"),
        pytest.param("a.eml", b"From: Paul Roy\nTo: Luc\nSubject: Suivi\n\nBonjour", Claim.NAME, id="no more than a print, but named .eml"),
        pytest.param("a.txt", "De : Paul\nEnvoyé : lundi\n".encode(), Claim.NONE, id="a print in French"),
        pytest.param("a.eml", b"\x89PNG\r\n", Claim.NONE, id="a picture"),
    ],
)
def test_a_mail_file_is_told_by_its_header(name: str, head: bytes, claim: Claim) -> None:
    assert identify_mail(head, name) == claim


# ---------------------------------------------------------------- mailboxes


def test_a_mailbox_is_cut_where_the_standard_library_cuts_it(tmp_path: Path) -> None:
    box = mailbox.mbox(tmp_path / "boite")
    for number in range(50):
        message = mailbox.mboxMessage(MAIL.replace(b"Suivi", b"Suivi %d" % number))
        message.set_from("paul.roy@exemple.example", (2022, 11, 14, 8, 15, number % 60, 0, 318, 0))
        box.add(message)
    box.close()
    content = (tmp_path / "boite").read_bytes()
    subjects = [dict(parse_mail(mail_at(content, *place)).fields)["Subject"] for place in find_mails(content)]
    assert subjects == [f"Suivi {number}" for number in range(50)]


def test_a_large_mailbox_is_read_in_members_of_whole_mails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from threadkit.read import mail_mbox

    mark = b"From paul.roy@exemple.example Mon Nov 14 08:15:00 2022\n"
    mails = [MAIL.replace(b"<1@", b"<%d@" % n).replace(b"08:15", b"08:%02d" % n) for n in range(20)]
    (tmp_path / "boite").write_bytes(b"\n".join(mark + mail for mail in mails))
    monkeypatch.setattr(mail_mbox, "CHUNK_BYTES", 1500)
    report = import_paths([tmp_path / "boite"], tmp_path / "archive.db", ImportOptions(jobs=1))
    assert report.exit_code == 0
    with sqlite3.connect(tmp_path / "archive.db") as connection:
        assert connection.execute("SELECT count(*) FROM messages").fetchone() == (20,)
        assert connection.execute("SELECT count(*) FROM sources WHERE container_id IS NOT NULL").fetchone()[0] > 2


def test_a_maildir_is_read_with_its_folders_and_without_the_servers_files(tmp_path: Path) -> None:
    top = mailbox.Maildir(tmp_path / "courriel")
    top.add(MAIL)
    top.add_folder("Sent").add(MAIL.replace(b"<1@", b"<2@").replace(b"08:15", b"08:16"))
    (tmp_path / "courriel" / "dovecot-uidlist").write_text("3 V1 N2\n")
    (tmp_path / "courriel" / "tmp" / "1.part").write_bytes(MAIL.replace(b"<1@", b"<3@"))
    report = import_paths([tmp_path / "courriel"], tmp_path / "archive.db")
    assert report.exit_code == 0
    assert len(report.added) == 2
    told = "\n".join(str(each) for each in report.left_out)
    assert "courriel/dovecot-uidlist" in told
    assert "courriel/tmp" in told
    with sqlite3.connect(tmp_path / "archive.db") as connection:
        assert connection.execute("SELECT rfc_message_id FROM message_ids ORDER BY 1").fetchall() == [
            ("1@exemple.example",), ("2@exemple.example",),
        ]  # fmt: skip


def test_thunderbirds_mailboxes_are_read_and_its_indexes_left_out(tmp_path: Path) -> None:
    mark = b"From - Mon Nov 14 08:15:00 2022\n"
    folder = tmp_path / "Mail"
    (folder / "INBOX.sbd").mkdir(parents=True)
    (folder / "INBOX").write_bytes(mark + MAIL)
    (folder / "INBOX.msf").write_text('// <!-- <mdb:mork:z v="1.4"/> -->\n')
    (folder / "INBOX.sbd" / "Dossier").write_bytes(mark + MAIL.replace(b"<1@", b"<2@").replace(b"08:15", b"08:16"))
    (folder / "msgFilterRules.dat").write_text('version="9"\n')
    report = import_paths([folder], tmp_path / "archive.db")
    assert report.exit_code == 0
    assert sorted(report.added) == ["Mail/INBOX", "Mail/INBOX.sbd/Dossier"]


# ---------------------------------------------------------------- a mailbox beside a print of it

PEOPLE = {
    "ines": ("Delorme, Inès", "ines.delorme@rhnq.example"),
    "martin": ("Gagnon, Martin", "martin.gagnon@rhnq.example"),
    "francine": ("Pomerleau, Francine", "francine.pomerleau@rhnq.example"),
}
# number, who, to whom, day and minutes from noon, subject, answers, words
TALK = (
    (
        1,
        "martin",
        "ines",
        14,
        0,
        "Taux d'humidité",
        None,
        "Bonjour Inès,\n\nLes sondes du bâtiment B plafonnent depuis samedi, toutes à la même valeur.",
    ),
    (
        2,
        "ines",
        "martin",
        14,
        25,
        "RE: Taux d'humidité",
        1,
        "Martin,\n\nRefais les mesures demain matin, avant que les fenêtres ne soient ouvertes.",
    ),
    (
        3,
        "martin",
        "ines",
        15,
        -200,
        "RE: Taux d'humidité",
        2,
        "C'est fait, et les chiffres sont les mêmes que samedi dans les neuf logements.",
    ),
    (
        4,
        "ines",
        "francine",
        15,
        40,
        "TR: Taux d'humidité",
        3,
        "Francine, je te transmets les mesures de Martin : il faut en parler cette semaine.",
    ),
    (5, "martin", "ines", 15, 90, "Changement d'objet", 2, "Je reprends ici ta question d'hier sur les fenêtres du deuxième étage."),
    (6, "francine", "ines", 16, 5, "RE: Taux d'humidité", 4, "On attend l'annonce avant d'en parler à qui que ce soit, s'il te plaît."),
)


def clock(day: int, minutes: int, offset: int = 0) -> tuple[int, int, int]:
    total = 12 * 60 + minutes + offset
    return day + total // 1440, total // 60 % 24, total % 60


def box_of(talk: Sequence[tuple[Any, ...]], offset: int) -> bytes:
    """Render the talk as an mbox, its dates in a zone so many minutes from the writers'."""
    found = []
    by_number = {mail[0]: mail for mail in talk}
    for number, who, whom, day, minutes, subject, answers, words in talk:
        d, h, m = clock(day, minutes, offset)
        zone = f"{'+' if offset - 300 >= 0 else '-'}{abs(offset - 300) // 60:02d}{abs(offset - 300) % 60:02d}"
        head = [
            f'From: "{PEOPLE[who][0]}" <{PEOPLE[who][1]}>', f'To: "{PEOPLE[whom][0]}" <{PEOPLE[whom][1]}>',
            f"Date: {d} Nov 2022 {h:02d}:{m:02d}:07 {zone}", f"Subject: {subject}", f"Message-ID: <{number}@rhnq.example>",
            "Content-Type: text/plain; charset=utf-8",
        ]  # fmt: skip
        if answers:
            head.append(f"In-Reply-To: <{answers}@rhnq.example>")
        quoted = quoting(by_number[answers]) if answers and subject != "Changement d'objet" else ""
        found.append("From x@y.example Mon Nov 14 08:15:00 2022\n" + "\n".join(head) + f"\n\n{words}\n{quoted}")
    return "\n".join(found).encode()


def quoting(mail: tuple[Any, ...]) -> str:
    _, who, whom, day, minutes, subject, _, words = mail
    d, h, m = clock(day, minutes)
    name, address = PEOPLE[who]
    return f"\nDe : {name} <{address}>\nEnvoyé : {d} novembre 2022 {h:02d}:{m:02d}\nÀ : {PEOPLE[whom][0]} <{PEOPLE[whom][1]}>\nObjet : {subject}\n\n{words}\n"


def print_of(talk: Sequence[tuple[Any, ...]]) -> str:
    """Render the talk as Outlook prints it, a page a mail."""
    pages = []
    by_number = {mail[0]: mail for mail in talk}
    for place, (_, who, whom, day, minutes, subject, answers, words) in enumerate(talk, 1):
        d, h, m = clock(day, minutes)
        quoted = quoting(by_number[answers]) if answers and subject != "Changement d'objet" else ""
        wrapped = words.replace(", ", ",\n", 1)
        pages.append(
            f"{place}\n\n{PEOPLE[who][0]}\n\nDe: {PEOPLE[who][0]}\nEnvoyé: {d} novembre 2022 {h:02d}:{m:02d}\nÀ: {PEOPLE[whom][0]}\nObjet: {subject}\n\n"
            f"{wrapped}\n{quoted}"
        )
    return "\f".join(pages)


def conclusions(db: Path) -> tuple[list[tuple[Any, ...]], int]:
    with sqlite3.connect(db) as connection:
        ids = dict(connection.execute("SELECT message_id, rfc_message_id FROM message_ids").fetchall())
        rows = connection.execute("SELECT id, parent_id, thread_id, occurrence_count FROM messages").fetchall()
    told = [(ids.get(id_, "?"), ids.get(parent, parent and "?"), thread, count) for id_, parent, thread, count in rows]
    return sorted(told), len(rows)


@pytest.mark.parametrize("offset", [0, 300, 60], ids=["the writers' zone", "universal time", "another zone"])
def test_a_mailbox_beside_its_print_gives_each_message_once_and_the_thread_of_its_identifiers(tmp_path: Path, offset: int) -> None:
    (tmp_path / "boite.mbox").write_bytes(box_of(TALK, offset))
    (tmp_path / "impression.txt").write_text(print_of(TALK), encoding="utf-8")
    db = tmp_path / "archive.db"
    assert import_paths([tmp_path / "boite.mbox", tmp_path / "impression.txt"], db).exit_code == 0
    told, count = conclusions(db)
    assert count == len(TALK)
    parents = {mail: parent for mail, parent, _, _ in told}
    assert parents == {f"{number}@rhnq.example": f"{answers}@rhnq.example" if answers else None for number, *_, answers, _ in TALK}
    assert len({thread for _, _, thread, _ in told}) == 1
    assert all(occurrences >= 2 for _, _, _, occurrences in told)


def test_the_order_in_which_a_mailbox_and_its_print_come_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "boite.mbox").write_bytes(box_of(TALK, 300))
    (tmp_path / "impression.txt").write_text(print_of(TALK), encoding="utf-8")
    for name, order in {"a": ("boite.mbox", "impression.txt"), "b": ("impression.txt", "boite.mbox")}.items():
        for file in order:
            import_paths([tmp_path / file], tmp_path / f"{name}.db")
    import_paths([tmp_path / "boite.mbox", tmp_path / "impression.txt"], tmp_path / "c.db")
    assert conclusions(tmp_path / "a.db") == conclusions(tmp_path / "b.db") == conclusions(tmp_path / "c.db")


def test_the_samples_in_any_order_make_the_same_archive(tmp_path: Path) -> None:
    release, box = SAMPLES / "demande-2024-117.txt", SAMPLES / "boite-lemelin.mbox"
    digests = set()
    for name, runs in {"a": [[release, box]], "b": [[release], [box]], "c": [[box], [release]]}.items():
        for run in runs:
            import_paths(run, tmp_path / f"{name}.db")
        with sqlite3.connect(tmp_path / f"{name}.db") as connection:
            digests.add(archive_digest(connection))
    assert len(digests) == 1


def test_half_a_conversation_in_a_mailbox_and_half_in_a_print_is_one_thread(tmp_path: Path) -> None:
    (tmp_path / "boite.mbox").write_bytes(box_of(TALK, 300)[: box_of(TALK, 300).index(b"Message-ID: <4@")].rpartition(b"\nFrom x@y")[0])
    (tmp_path / "impression.txt").write_text(print_of(TALK).split("\f", 3)[3], encoding="utf-8")
    db = tmp_path / "archive.db"
    import_paths([tmp_path / "boite.mbox", tmp_path / "impression.txt"], db)
    with sqlite3.connect(db) as connection:
        rows = connection.execute("SELECT subject_base, count(*), count(DISTINCT thread_id) FROM messages GROUP BY 1 ORDER BY 1").fetchall()
    assert rows == [("Changement d'objet", 1, 1), ("Taux d'humidité", 5, 1)]


SAMPLES = Path(__file__).parent.parent / "samples"


def test_the_mailbox_of_the_samples_comes_together_with_the_release(tmp_path: Path) -> None:
    release, box, db = SAMPLES / "demande-2024-117.txt", SAMPLES / "boite-lemelin.mbox", tmp_path / "archive.db"
    assert import_paths([release, box], db).exit_code == 0
    with sqlite3.connect(db) as connection:
        assert connection.execute("SELECT count(*) FROM messages").fetchone() == (66,)
        mails = connection.execute(
            "SELECT m.occurrence_count > 1, p.rfc_message_id FROM messages AS m JOIN message_ids AS i ON i.message_id = m.id "
            "LEFT JOIN message_ids AS p ON p.message_id = m.parent_id ORDER BY m.sent_utc"
        ).fetchall()
        held = connection.execute("SELECT filename FROM message_attachments WHERE sha256 IS NOT NULL ORDER BY 1").fetchall()
        missing = {row[0] for row in connection.execute("SELECT detail FROM findings WHERE kind = 'attachment-not-released'")}
    assert [in_release for in_release, _ in mails] == [1, 1, 1, 0, 0, 1]
    assert [parent for _, parent in mails[:5]] == [
        None, "0926-1152@rhnq.example", None, "22-0871.prelim@sondair-quirion.example", "1114-2047@rhnq.example",
    ]  # fmt: skip
    assert [name for (name,) in held] == ["Offre de service 22-0871.pdf", "RAP_PRELIM_Epinettes_v1.pdf"]
    assert not missing & {name for (name,) in held}


def with_plan(number: int, plan: str, name: str = "plan.txt") -> bytes:
    """Return a mail of a mailbox that carries a plan under a name."""
    head = MAIL[: MAIL.index(b"Content-Type")].replace(b"<1@", b"<%d@" % number).replace(b"08:15", b"08:%02d" % number)
    head = head.replace(b"Suivi", b"Suivi %d" % number)
    file = f'Content-Type: text/plain; charset=utf-8; name="{name}"\nContent-Disposition: attachment; filename="{name}"\n\n{plan}\n'
    words = f"Content-Type: text/plain; charset=utf-8\n\nBonjour Luc, voici le plan numéro {number}, comme convenu hier.\n"
    body = f'Content-Type: multipart/mixed; boundary="xx"\n\n--xx\n{words}--xx\n{file}--xx--\n\n'
    return b"From - Mon Nov 14 08:15:00 2022\n" + head + body.encode()


def test_a_file_attached_twice_is_one_and_two_files_of_one_name_are_two(tmp_path: Path) -> None:
    first = "Le plan prévoit neuf logements au bâtiment B, avec des fenêtres neuves au deuxième étage.\n" * 3
    other = "Une tout autre page : rien des murs, mais le budget de la fête annuelle et la liste des invités.\n" * 3
    (tmp_path / "boite").write_bytes(b"".join(with_plan(n, plan) for n, plan in enumerate((first, first, other, other), 1)))
    assert import_paths([tmp_path / "boite"], tmp_path / "archive.db").exit_code == 0
    with sqlite3.connect(tmp_path / "archive.db") as connection:
        uses = connection.execute("SELECT count(*) FROM message_attachments GROUP BY attachment_id").fetchall()
        documents = connection.execute("SELECT count(DISTINCT attachment_id), min(rule), max(rule) FROM documents").fetchall()
    assert uses == [(2,), (2,)]
    assert documents == [(2, "attached-bytes", "attached-bytes")]


def test_a_mailbox_is_removed_with_the_files_attached_to_its_mails(tmp_path: Path) -> None:
    box, other, plan = tmp_path / "a.mbox", tmp_path / "b.eml", tmp_path / "plan.txt"
    shared = with_plan(1, "Plan du parc\n\nUn chemin, deux bancs.\n")
    box.write_bytes(shared + with_plan(2, "Autre plan\n", "b.txt"))
    other.write_bytes(with_plan(3, "Plan du parc\n\nUn chemin, deux bancs.\n").partition(b"\n")[2])
    plan.write_text("Autre plan\n", encoding="utf-8")
    for number, rest in enumerate(([], [other], [plan], [other, plan])):
        whole, without = tmp_path / f"whole{number}.db", tmp_path / f"without{number}.db"
        letter = tmp_path / "lettre.txt"
        letter.write_text("Une note.\n", encoding="utf-8")
        import_paths([box, letter, *rest], whole)
        remove(whole, "a.mbox")
        import_paths([letter, *rest], without)
        with sqlite3.connect(whole) as first, sqlite3.connect(without) as second:
            assert archive_digest(first) == archive_digest(second)
            sql = "SELECT source_id, name FROM source_names ORDER BY 1, 2"
            assert first.execute(sql).fetchall() == second.execute(sql).fetchall()


@pytest.mark.parametrize("first", ["boite", "plan"])
def test_a_file_that_is_removed_stays_where_a_mail_attaches_it(first: str, tmp_path: Path) -> None:
    box, plan, letter = tmp_path / "boite.mbox", tmp_path / "plan.txt", tmp_path / "lettre.txt"
    box.write_bytes(with_plan(1, "Plan du parc\n\nUn chemin, deux bancs.\n"))
    plan.write_text("Plan du parc\n\nUn chemin, deux bancs.\n", encoding="utf-8")
    letter.write_text("Une note.\n", encoding="utf-8")
    whole, without = tmp_path / "whole.db", tmp_path / "without.db"
    for path in (box, plan) if first == "boite" else (plan, box):
        import_paths([path], whole)
    import_paths([letter], whole)
    remove(whole, "plan.txt")
    import_paths([box, letter], without)
    with sqlite3.connect(whole) as one, sqlite3.connect(without) as other:
        assert archive_digest(one) == archive_digest(other)
        sql = "SELECT source_id, name FROM source_names ORDER BY 1, 2"
        assert one.execute(sql).fetchall() == other.execute(sql).fetchall()
        assert one.execute("SELECT count(*) FROM documents WHERE attachment_id IS NOT NULL").fetchone() == (1,)
    remove(whole, "boite.mbox/message 1/plan.txt")
    with sqlite3.connect(whole) as one:
        assert one.execute("SELECT count(*) FROM documents WHERE attachment_id IS NOT NULL").fetchone() == (0,)


ATTACHED_MAIL = """De: Roy, Paul
Envoyé: 15 mars 2024 10:12
À: Côté, Odile
Objet: TR: Dossier
Pièces jointes: RE Les quais.msg; Autre chose.msg

Odile,

Voir les deux courriels.

Paul



De: Lemay, Anne
Envoyé: 14 mars 2024 09:12
À: Roy, Paul
Objet: RE: Les quais

Paul,

La visite est remise.

Anne
"""


def test_a_mail_attached_as_a_file_and_printed_as_a_message_is_not_certainly_missing(tmp_path: Path) -> None:
    (tmp_path / "release.txt").write_text(ATTACHED_MAIL, encoding="utf-8")
    import_paths([tmp_path / "release.txt"], tmp_path / "a.db")
    with sqlite3.connect(tmp_path / "a.db") as connection:
        sql = "SELECT certainty, detail, rule FROM findings WHERE kind = 'attachment-not-released' ORDER BY 1"
        assert connection.execute(sql).fetchall() == [
            ("certain", "Autre chose.msg", "text-nowhere"),
            ("possible", "RE Les quais.msg: RE: Les quais (15-24)", "mail-perhaps-printed"),
        ]


def test_equal_bytes_under_two_names_are_one_file_whatever_the_order_of_import(tmp_path: Path) -> None:
    plan = "Le plan prévoit neuf logements au bâtiment B, avec des fenêtres neuves au deuxième étage.\n"
    mails = [with_plan(1, plan, "plan.txt"), with_plan(2, plan, "plan (pour Luc).txt"), with_plan(3, "Autre.\n", "autre.txt")]
    paths = [tmp_path / f"{number}.mbox" for number in range(3)]
    for path, mail in zip(paths, mails, strict=True):
        path.write_bytes(mail)
    digests = set()
    for order in itertools.permutations(paths):
        db = tmp_path / f"{len(list(tmp_path.iterdir()))}.db"
        for path in order:
            import_paths([path], db)
        digests.add(digest_of(db))
    assert len(digests) == 1
    with sqlite3.connect(db) as connection:
        uses = connection.execute("SELECT count(*), min(rule) FROM message_attachments GROUP BY attachment_id ORDER BY 1").fetchall()
        files = connection.execute("SELECT filename, count(*) FROM attachments JOIN documents ON attachment_id = attachments.id GROUP BY 1")
        assert sorted(files) == [("autre.txt", 1), ("plan (pour Luc).txt", 1)]
    assert uses == [(1, "filename"), (2, "same-bytes")]


def test_a_name_of_two_versions_makes_no_other_name_one_with_it(tmp_path: Path) -> None:
    first, second = "La première version du plan : neuf logements au bâtiment B.\n" * 3, "Tout autre chose que le plan, un budget.\n" * 3
    box = with_plan(1, first) + with_plan(2, second) + with_plan(3, first, "ancien plan.txt")
    (tmp_path / "boite.mbox").write_bytes(box)
    import_paths([tmp_path / "boite.mbox"], tmp_path / "archive.db")
    with sqlite3.connect(tmp_path / "archive.db") as connection:
        assert connection.execute("SELECT count(*) FROM attachments").fetchone() == (3,)


REPORT = """Rapport de la tournée des parcs

Le 3 novembre, madame Lebel écrivait au contremaître :

De : Diane Lebel <d.lebel@exemple.example>
Envoyé : 3 novembre 2022 10:15
À : Yves Morin <y.morin@exemple.example>
Objet : Clôture du parc

Bonjour Yves,

La clôture est tombée hier soir.

Diane
"""


def standings(db: Path) -> list[tuple[str, str]]:
    with sqlite3.connect(db) as connection:
        found = connection.execute("SELECT subject, standing FROM messages ORDER BY 1").fetchall()
        assert connection.execute("SELECT DISTINCT standing FROM occurrences ORDER BY 1").fetchall() == sorted({(s,) for _, s in found})
    return found


def test_a_mail_printed_in_an_attached_file_is_enclosed_until_the_file_is_given_on_its_own(tmp_path: Path) -> None:
    box, report, db = tmp_path / "boite.mbox", tmp_path / "rapport.txt", tmp_path / "archive.db"
    box.write_bytes(with_plan(1, REPORT, "rapport.txt"))
    report.write_text(REPORT, encoding="utf-8")
    import_paths([box], db)
    assert standings(db) == [("Clôture du parc", "enclosed"), ("Suivi 1", "released")]
    enclosed = digest_of(db)
    rebuild(db)
    import_paths([box], db)
    assert digest_of(db) == enclosed
    import_paths([report], db)
    assert standings(db) == [("Clôture du parc", "released"), ("Suivi 1", "released")]
    for name, paths in {"first": [report, box], "second": [box, report]}.items():
        again = tmp_path / f"{name}.db"
        for path in paths:
            import_paths([path], again)
        assert digest_of(again) == digest_of(db)


def digest_of(db: Path) -> str:
    with sqlite3.connect(db) as connection:
        return archive_digest(connection)
