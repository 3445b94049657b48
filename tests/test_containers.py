"""Zips, folders and changed files: items in = items out + exceptions, within limits, and a changed file supersedes what it was."""

from __future__ import annotations

import io
import os
import random
import socket
import sqlite3
import stat
import struct
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from threadkit.archive.digest import archive_digest
from threadkit.importing import ImportOptions, ImportReport, import_paths, rebuild, remove
from threadkit.read import Claim, Format, formats, zips
from threadkit.read.given import Given, Member, ReadOptions
from threadkit.records import Source, ThreadkitError

LETTER = """De : Côté, Odile <odile.cote@rivage.example>
Envoyé : {day} mars 2024 09:12
À : Roy, Paul <paul.roy@rivage.example>
Objet : Les quais, jour {day}

{words}
"""


def letter(day: int, words: str = "La visite est remise.") -> bytes:
    return LETTER.format(day=day, words=words).encode()


def zip_of(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as made:
        for name, content in members.items():
            made.writestr(zipfile.ZipInfo(name), content, method)
    return out.getvalue()


def rows(db: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(db)) as connection:
        return connection.execute(sql).fetchall()


def digest(db: Path) -> str:
    with closing(sqlite3.connect(db)) as connection:
        return archive_digest(connection)


def imported(path: Path, db: Path, options: ImportOptions | None = None) -> ImportReport:
    report = import_paths([path], db, options)
    assert report.given == len(report.added) + len(report.known) + len(report.exceptions)
    return report


# ---------------------------------------------------------------- zips


def test_every_member_is_a_source_inside_its_container(tmp_path: Path) -> None:
    inner = zip_of({"c.txt": letter(12)})
    (tmp_path / "r.zip").write_bytes(zip_of({"a.txt": letter(10), "sous/b.txt": letter(11), "sous/i.zip": inner, "sous/": b""}))
    report = imported(tmp_path / "r.zip", tmp_path / "a.db")
    assert report.added == ("r.zip", "r.zip/a.txt", "r.zip/sous/b.txt", "r.zip/sous/i.zip", "r.zip/sous/i.zip/c.txt")
    sql = """
        SELECT s.member, c.media_type, n.name FROM sources s LEFT JOIN sources c ON c.id = s.container_id
        JOIN source_names n ON n.source_id = s.id ORDER BY n.name
    """
    assert rows(tmp_path / "a.db", sql) == [
        (None, None, "r.zip"),
        ("a.txt", "application/zip", "r.zip/a.txt"),
        ("sous/b.txt", "application/zip", "r.zip/sous/b.txt"),
        ("sous/i.zip", "application/zip", "r.zip/sous/i.zip"),
        ("c.txt", "application/zip", "r.zip/sous/i.zip/c.txt"),
    ]
    assert rows(tmp_path / "a.db", "SELECT count(*) FROM messages") == [(3,)]
    assert imported(tmp_path / "r.zip", tmp_path / "a.db").known == ("r.zip",)


def test_a_file_in_a_zip_and_beside_it_is_one_source_whatever_comes_first(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(letter(10))
    (tmp_path / "r.zip").write_bytes(zip_of({"x/a.txt": letter(10)}))
    (tmp_path / "s.zip").write_bytes(zip_of({"y/a.txt": letter(10), "b.txt": letter(11)}))
    paths = [tmp_path / name for name in ("a.txt", "r.zip", "s.zip")]
    digests = set()
    for number in range(4):
        random.Random(number).shuffle(paths)
        db = tmp_path / f"{number}.db"
        for path in paths:
            imported(path, db)
        digests.add(digest(db))
        assert rows(db, "SELECT count(*) FROM sources WHERE media_type = 'text/plain'") == [(2,)]
        assert rows(db, "SELECT count(*) FROM source_members") == [(3,)]
    assert len(digests) == 1


def test_a_rebuild_and_a_removal_keep_zips_in_order(tmp_path: Path) -> None:
    (tmp_path / "r.zip").write_bytes(zip_of({"a.txt": letter(10), "b.txt": letter(11)}))
    imported(tmp_path / "r.zip", tmp_path / "a.db")
    before = digest(tmp_path / "a.db")
    rebuild(tmp_path / "a.db")
    assert digest(tmp_path / "a.db") == before
    remove(tmp_path / "a.db", "r.zip/a.txt")
    assert rows(tmp_path / "a.db", "SELECT count(*) FROM messages") == [(1,)]
    assert imported(tmp_path / "r.zip", tmp_path / "a.db").known == ("r.zip",)


def bomb() -> bytes:
    return zip_of({"bombe.txt": b" " * (zips.SUSPECT_BYTES + 1), "a.txt": letter(10)})


def overlapping() -> bytes:
    """Two entries of the table of contents that lead to one place."""
    made = zip_of({"a.txt": letter(10), "b.txt": letter(11)})
    start = made.rindex(b"PK\x01\x02")
    return made[: start + 42] + struct.pack("<L", 0) + made[start + 46 :]


def locked() -> bytes:
    made = bytearray(zip_of({"a.txt": letter(10)}))
    made[6] |= 1
    made[made.rindex(b"PK\x01\x02") + 8] |= 1
    return bytes(made)


def linked() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        entry = zipfile.ZipInfo("lien.txt")
        entry.external_attr = (stat.S_IFLNK | 0o777) << 16
        made.writestr(entry, "/etc/passwd")
        made.writestr("a.txt", letter(10))
    return out.getvalue()


def flipped() -> bytes:
    made = bytearray(zip_of({"a.txt": letter(10)}, zipfile.ZIP_STORED))
    made[60] ^= 0xFF
    return bytes(made)


def deep(levels: int) -> bytes:
    content = zip_of({"fond.txt": letter(10)})
    for _ in range(levels):
        content = zip_of({"dedans.zip": content})
    return content


def zip_of_twins() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("a.txt", letter(10))
        with pytest.warns(UserWarning, match="Duplicate name"):
            made.writestr("a.txt", letter(11))
    return out.getvalue()


HOSTILE = [
    ("a bomb beside a letter", bomb, 2, [("bombe.txt", "as a zip bomb does")]),
    ("members that overlap", overlapping, 0, [(None, "whose members overlap")]),
    ("a member with a password", locked, 1, [("a.txt", "locked with a password")]),
    ("a link to a system file", linked, 2, [("lien.txt", "a link or a device")]),
    ("a flipped byte", flipped, 1, [("a.txt", "cannot be unpacked: Bad CRC-32")]),
    ("half a zip", lambda: zip_of({"a.txt": letter(10)})[:-30], 0, [(None, "is a damaged zip")]),
    ("an empty zip", lambda: zip_of({}), 0, [(None, "is an empty zip")]),
    ("zips in zips in zips", lambda: deep(7), 5, [("dedans.zip/" * 4 + "dedans.zip", "more than 5 containers")]),
    ("an empty member", lambda: zip_of({"vide.txt": b"", "a.txt": letter(10)}), 2, [("vide.txt", "is empty")]),
    ("a picture", lambda: zip_of({"logo.png": b"\x89PNG\r\n\x1a\n1234", "a.txt": letter(10)}), 2, [("logo.png", "is a picture")]),
    ("names that lead out", lambda: zip_of({"../../x.txt": letter(10), "/etc/y.txt": letter(11), "CON": letter(12)}), 4, []),
    ("a name of 300 letters", lambda: zip_of({"x" * 300 + ".txt": letter(10)}), 2, []),
    ("twice one name", zip_of_twins, 3, []),
]


@pytest.mark.parametrize(("make", "added", "refused"), [case[1:] for case in HOSTILE], ids=[case[0] for case in HOSTILE])
def test_a_hostile_zip_costs_what_cannot_be_read_and_nothing_else(
    make: object, added: int, refused: list[tuple[str | None, str]], tmp_path: Path
) -> None:
    (tmp_path / "r.zip").write_bytes(make())  # type: ignore[operator]
    report = imported(tmp_path / "r.zip", tmp_path / "a.db")
    assert len(report.added) == added
    assert [exception.member for exception in report.exceptions] == [member for member, _ in refused]
    assert all(what in exception.detail for exception, (_, what) in zip(report.exceptions, refused, strict=True))
    assert report.exit_code == (3 if not added else 2 if refused else 0)
    assert sorted(path.name for path in tmp_path.iterdir() if not path.name.startswith("a.db")) == ["r.zip"]


def test_what_was_missing_is_tried_again_and_what_is_there_is_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "r.zip").write_bytes(bomb())
    imported(tmp_path / "r.zip", tmp_path / "a.db")
    monkeypatch.setattr(zips, "MOST_GROWTH", 100_000)
    (tmp_path / "r.zip").write_bytes(bomb())
    again = imported(tmp_path / "r.zip", tmp_path / "a.db", ImportOptions(jobs=1))
    assert (again.added, again.known) == (("r.zip/bombe.txt",), ("r.zip", "r.zip/a.txt"))


def test_old_names_are_read_as_windows_wrote_them(tmp_path: Path) -> None:
    made = zip_of({"Xvxnement.txt": letter(10)}).replace(b"Xvxnement", b"\x90v\x82nement")
    (tmp_path / "r.zip").write_bytes(made)
    assert imported(tmp_path / "r.zip", tmp_path / "a.db").added[1] == "r.zip/Événement.txt"


def test_hidden_and_system_files_are_left_out_and_told(tmp_path: Path) -> None:
    (tmp_path / "r.zip").write_bytes(zip_of({"__MACOSX/._a.txt": b"x", "a.txt": letter(10), "sous/.DS_Store": b"x", "Thumbs.db": b"x"}))
    report = imported(tmp_path / "r.zip", tmp_path / "a.db")
    assert report.left_out == (
        "r.zip/__MACOSX/._a.txt: a system file",
        "r.zip/sous/.DS_Store: hidden",
        "r.zip/Thumbs.db: a system file",
    )
    assert rows(tmp_path / "a.db", "SELECT left_out_count FROM imports") == [(3,)]
    assert rows(tmp_path / "a.db", "SELECT name, outcome FROM import_names ORDER BY position")[2:] == [
        (name.partition(":")[0], "left-out") for name in report.left_out
    ]


# ---------------------------------------------------------------- folders


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_pipes_sockets_links_and_devices_are_refused_and_the_rest_goes_on(tmp_path: Path) -> None:
    folder = tmp_path / "r"
    folder.mkdir()
    (folder / "a.txt").write_bytes(letter(10))
    os.mkfifo(folder / "pipe.txt")
    (folder / "gone.txt").symlink_to(tmp_path / "nowhere")
    (folder / "zero.txt").symlink_to("/dev/zero")
    (folder / "again").symlink_to(folder)
    with closing(socket.socket(socket.AF_UNIX)) as made:
        made.bind(os.path.relpath(folder / "s"))
        report = imported(folder, tmp_path / "a.db")
    assert report.added == ("r/a.txt",)
    assert sorted(exception.name for exception in report.exceptions) == ["r/again", "r/gone.txt", "r/pipe.txt", "r/s", "r/zero.txt"]


def test_any_order_and_any_number_of_processes_give_the_same(tmp_path: Path) -> None:
    folder = tmp_path / "r"
    (folder / "sous").mkdir(parents=True)
    for day in range(10, 16):
        (folder / ("sous" if day % 2 else ".") / f"{day}.txt").write_bytes(letter(day))
    (folder / "r.zip").write_bytes(zip_of({"x.txt": letter(20), "y.txt": letter(10), "bad.txt": b""}))
    one, two, three = (tmp_path / name for name in ("1.db", "2.db", "3.db"))
    imported(folder, one, ImportOptions(jobs=1))
    imported(folder, two, ImportOptions(jobs=2))
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_file():
            import_paths([path], three)
    assert digest(one) == digest(two)
    kept = "SELECT id, thread_id, parent_id, body FROM messages ORDER BY id"
    assert rows(three, kept) == rows(one, kept)


# ---------------------------------------------------------------- changed files


def bodies(db: Path) -> list[object]:
    return [row[0] for row in rows(db, "SELECT body FROM messages ORDER BY body")]


def test_a_changed_file_supersedes_what_it_was(tmp_path: Path) -> None:
    path, db = tmp_path / "r.txt", tmp_path / "a.db"
    path.write_bytes(letter(10, "Avant."))
    imported(path, db)
    path.write_bytes(letter(11, "Après."))
    imported(path, db)
    assert bodies(db) == ["Après."]
    assert rows(db, "SELECT count(*) FROM sources WHERE superseded_by IS NOT NULL") == [(1,)]
    assert rows(db, "SELECT count(*) FROM occurrence_rows") == [(2,)]
    path.write_bytes(letter(10, "Avant."))
    assert imported(path, db).known == ("r.txt",)
    assert bodies(db) == ["Avant."]


def test_two_files_of_one_name_in_two_folders_do_not_supersede_each_other(tmp_path: Path) -> None:
    for folder, day in (("a", 10), ("b", 11)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "r.txt").write_bytes(letter(day))
        imported(tmp_path / folder / "r.txt", tmp_path / "a.db")
    assert rows(tmp_path / "a.db", "SELECT count(*) FROM messages") == [(2,)]


def test_what_still_lies_elsewhere_still_counts(tmp_path: Path) -> None:
    one, two, db = tmp_path / "1.txt", tmp_path / "2.txt", tmp_path / "a.db"
    for path in (one, two):
        path.write_bytes(letter(10))
        imported(path, db)
    one.write_bytes(letter(11))
    imported(one, db)
    assert rows(db, "SELECT count(*) FROM messages") == [(2,)]


def test_a_changed_zip_supersedes_what_it_no_longer_holds(tmp_path: Path) -> None:
    path, db = tmp_path / "r.zip", tmp_path / "a.db"
    path.write_bytes(zip_of({"a.txt": letter(10, "Un."), "b.txt": letter(11, "Deux."), "c.txt": letter(12, "Trois.")}))
    imported(path, db)
    path.write_bytes(zip_of({"a.txt": letter(10, "Un."), "b.txt": letter(13, "Deux, corrigé.")}))
    report = imported(path, db)
    assert report.added == ("r.zip", "r.zip/b.txt")
    assert bodies(db) == ["Deux, corrigé.", "Un."]
    fresh = tmp_path / "fresh.db"
    imported(path, fresh)
    assert rows(fresh, "SELECT id FROM messages ORDER BY id") == rows(db, "SELECT id FROM messages ORDER BY id")


def test_no_path_of_this_machine_is_in_the_archive(tmp_path: Path) -> None:
    (tmp_path / "r.zip").write_bytes(zip_of({"a.txt": letter(10)}))
    imported(tmp_path / "r.zip", tmp_path / "a.db")
    assert tmp_path.name.encode() not in (tmp_path / "a.db").read_bytes()


# ---------------------------------------------------------------- the table of formats


def claiming(name: str, claim: Claim) -> Format:
    def read(given: Given, options: ReadOptions) -> list[Source | Member | ThreadkitError]:
        return [Source(given.name, given.sha256, f"x/{name}", "x", b"", "", ())]

    return Format(name, name, f"x/{name}", (), lambda head, _: claim if head.startswith(b"@@") else Claim.NONE, read)


def test_two_formats_that_claim_a_file_are_named_and_the_user_decides(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "FORMATS", (*formats.FORMATS, claiming("one", Claim.CONTENT), claiming("two", Claim.CONTENT)))
    (tmp_path / "r.txt").write_bytes(b"@@ bonjour")
    (refused,) = import_paths([tmp_path / "r.txt"], tmp_path / "a.db", ImportOptions(jobs=1)).exceptions
    assert refused.detail == "is claimed by one and two. Say which it is: --format one."
    imported(tmp_path / "r.txt", tmp_path / "a.db", ImportOptions(jobs=1, format="two"))
    assert rows(tmp_path / "a.db", "SELECT media_type FROM sources") == [("x/two",)]


def test_content_wins_over_a_name_and_a_name_over_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "FORMATS", (*formats.FORMATS, claiming("named", Claim.NAME), claiming("sure", Claim.CONTENT)))
    assert formats.choose_format(Given.of(b"@@", "x.named"), ReadOptions()).name == "sure"
    monkeypatch.setattr(formats, "FORMATS", (*formats.FORMATS[:-2], claiming("named", Claim.NAME)))
    assert formats.choose_format(Given.of(b"@@", "x.named"), ReadOptions()).name == "named"
    assert formats.choose_format(Given.of(b"xx", "x.named"), ReadOptions()).name == "text"


def test_a_format_that_nobody_reads_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(ThreadkitError) as caught:
        import_paths([tmp_path], tmp_path / "a.db", ImportOptions(format="nosuch"))
    assert caught.value.exit_code == 1
    assert "pdf" in caught.value.hint


def test_a_format_without_its_library_names_the_command_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "find_spec", lambda module: None)
    with pytest.raises(ThreadkitError) as caught:
        formats.read_bytes(b"%PDF-1.7", "r.pdf")
    assert "pip install 'threadkit[pdf]'" in caught.value.hint


def test_a_reader_at_fault_costs_its_file(monkeypatch: pytest.MonkeyPatch) -> None:
    def read(given: Given, options: ReadOptions) -> list[Source | Member | ThreadkitError]:
        raise KeyError("x")

    broken = Format("broken", "broken", "x/x", (), lambda head, _: Claim.CONTENT, read)
    monkeypatch.setattr(formats, "FORMATS", (*formats.FORMATS, broken))
    with pytest.raises(ThreadkitError, match="could not be read \\(KeyError"):
        formats.read_bytes(b"abc", "r.txt")
