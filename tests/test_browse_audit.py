"""The pages that audit: who knew what when, and what changed from another archive to this one."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from datasette.app import Datasette

from tests import hand_archive
from tests.test_browse_room import ROOM, close, page
from threadkit.browse.server import make_datasette
from threadkit.importing import ImportOptions, import_paths

pytestmark = pytest.mark.asyncio(loop_scope="module")

SAMPLES = Path(__file__).parents[1] / "samples"
CHANGED = "/new/-/threadkit/compare?with=old"


@pytest.fixture(scope="module")
def datasette(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Datasette]:
    served = make_datasette(hand_archive.write_archive(tmp_path_factory.mktemp("knew") / "archive.db"), "en")
    yield served
    close(served)


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Datasette]:
    folder = tmp_path_factory.mktemp("two")
    for name, part in (("old", "."), ("new", "revision")):
        import_paths([SAMPLES / part / "courriels-municipaux.txt"], folder / f"{name}.db", ImportOptions(jobs=1))
    served = make_datasette(folder / "new.db", "en", beside=folder / "old.db")
    yield served
    close(served)


@pytest.mark.parametrize(
    ("asked", "english", "french"),
    [
        ("", "Who knew what when", "Qui savait quoi, et quand"),
        ("?q=voici+les", "1 message holds it", "1 message le contient"),
        ("?q=VOICI+les&by=2023", "known by 2023", "su avant la fin de 2023"),
        ("?q=voici+les&by=soon", "is no date", "n’est pas une date"),
        ("?q=voici+les&by=1999", "Nobody, as far as", "Personne, d’après les documents transmis"),
        ("?q=...", "Nobody, as far as", "Personne, d’après les documents transmis"),
        ("?file=12345", "Nobody, as far as", "Personne, d’après les documents transmis"),
        (f"?file={hand_archive.ATTACHMENT}", "was sent it", "l&#39;a reçu"),
    ],
)  # fmt: skip
async def test_who_knew_is_told_in_both_languages(datasette: Datasette, asked: str, english: str, french: str) -> None:
    joined = "&" if asked else "?"
    assert english in await page(datasette, f"{ROOM}/knew{asked}{joined}lang=en")
    assert french in await page(datasette, f"{ROOM}/knew{asked}{joined}lang=fr")


async def test_each_who_knew_is_told_with_the_message_and_its_line(datasette: Datasette) -> None:
    shown = await page(datasette, f"{ROOM}/knew?q=voici+les&lang=en")
    assert f"/person/{hand_archive.HERVE}" in shown
    assert f"/message/{hand_archive.FIRST}" in shown
    assert "wrote it" in shown
    assert "line " in shown


async def test_a_table_that_is_closed_closes_the_page(tmp_path: Path) -> None:
    served = make_datasette(hand_archive.write_archive(tmp_path / "archive.db"), "en")
    closed = {"databases": {"archive": {"tables": {"participants": {"allow": False}}}}}
    shut = Datasette([str(tmp_path / "archive.db")], metadata=closed, **({} if not hasattr(served, "allowed") else {"config": closed}))
    assert (await shut.client.get(f"{ROOM}/knew?q=voici")).status_code == 403
    close(served)
    close(shut)


async def test_without_another_archive_the_page_says_how_to_open_one(datasette: Datasette) -> None:
    assert "--beside" in await page(datasette, f"{ROOM}/compare?lang=en")
    assert "côte à côte" in await page(datasette, f"{ROOM}/compare?lang=fr")


async def test_what_changed_is_shown_with_the_words_of_both(two: Datasette) -> None:
    assert 'href="/new/-/threadkit/compare?with=old"' in await page(two, "/new/-/threadkit/compare")
    shown = await page(two, f"{CHANGED}&lang=en")
    assert "From old to new" in shown
    assert "3 messages say the same in both." in shown
    assert "1 message only in the new one" in shown
    assert "<del>[caviardé]</del> <ins>418 555-0177</ins>" in shown
    assert shown.count("<ins>") == 3
    assert "newly" in shown or "masked now" in shown
    assert "maintenant caviardé" in await page(two, f"{CHANGED}&lang=fr")


async def test_the_other_way_round_what_was_added_is_gone(two: Datasette) -> None:
    shown = await page(two, "/old/-/threadkit/compare?with=new&lang=en")
    assert "1 message only in the old one" in shown
    assert "/new/-/threadkit/message/" in shown


async def test_an_archive_that_the_reader_may_not_see_is_not_offered(two: Datasette, tmp_path: Path) -> None:
    paths = [str(shutil.copyfile(db.path, tmp_path / f"{name}.db")) for name, db in two.databases.items() if name in ("old", "new")]
    closed = {"databases": {"old": {"allow": False}}}
    shut = Datasette(paths, metadata=closed, **({"config": closed} if hasattr(two, "allowed") else {}))
    shown = await page(shut, f"{CHANGED}&lang=en")
    assert "From old to new" not in shown
    assert "--beside" in shown
    close(shut)
