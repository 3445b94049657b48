"""Whatever a mail holds, a page shows it as text: no element, no attribute, no link of another kind, no character that acts."""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from datasette.app import Datasette

from tests import hostile
from tests.fence import stopped_after
from threadkit.browse.contents import PAGES
from threadkit.browse.server import make_datasette
from threadkit.browse.visible import SCHEMES
from threadkit.hidden import has_hidden, with_marks

pytestmark = pytest.mark.asyncio(loop_scope="module")

ROOM = "/archive/-/threadkit"
TEXTS = hostile.payloads()
PATTERNS = [re.compile(f"/{page.path}" if page.path else "") for page in PAGES]
ADDRESSES = [path for path in hostile.addresses(len(TEXTS)) if any(pattern.fullmatch(path.partition("?")[0]) for pattern in PATTERNS)]
#: Addresses in texts become links, and these alone: they stand in one twin and not in the other.
_OUTSIDE = "noreferrer noopener nofollow"


class Shape(HTMLParser):
    """The elements of a page with the names of their attributes, its links, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, tuple[str, ...]]] = []
        self.links: list[str] = []
        self.text: list[str] = []
        self.outside: list[bool] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        is_outside = given.get("rel") == _OUTSIDE
        self.links += [value or "" for name, value in attrs if name in ("href", "src", "action", "formaction", "srcset", "data", "poster")]
        if not is_outside:
            self.elements.append((tag, tuple(sorted(given))))

    def handle_data(self, data: str) -> None:
        self.text.append(data)


@pytest.fixture(scope="module")
def twins(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Datasette, Datasette]]:
    folder = tmp_path_factory.mktemp("hostile")
    served = []
    for name, texts in (("hostile", TEXTS), ("plain", tuple(hostile.plain(number) for number in range(len(TEXTS))))):
        (folder / name).mkdir()
        served.append(make_datasette(hostile.write_hostile(folder / name / "archive.db", texts), "en"))
    yield served[0], served[1]
    for each in served:
        if hasattr(each, "close"):
            each.close()


async def test_there_are_two_hundred_hostile_texts() -> None:
    assert len(set(TEXTS)) == 200
    assert all(TEXTS)


@pytest.mark.parametrize("part", range(8))
async def test_a_hostile_text_adds_nothing_to_a_page(twins: tuple[Datasette, Datasette], part: int) -> None:
    seen = 0
    for path in ADDRESSES[part::8]:
        shown, plain = [await served.client.get(f"{ROOM}{path}") for served in twins]
        assert shown.status_code == plain.status_code, path
        assert shown.status_code == 200, path
        seen += 1
        check(path, shown.text, plain.text)
    assert seen > 50


_LINK, _TIME, _PARAGRAPH = ("a", ("href",)), ("time", ("datetime",)), ("p", ("class",))
#: Two pages hold more of our own elements than their twins, by the words they hold: the months of a search that finds fewer texts, and the link
#: to the rest of a long text.
MORE = {"/search?q=word": Counter({_LINK: 8, _TIME: 8}), "/attachment/7146": Counter({_LINK: 1, _PARAGRAPH: 1})}


def check(path: str, hostile_page: str, plain_page: str) -> None:
    one, two = Shape(hostile_page), Shape(plain_page)
    if path in MORE:
        ours, theirs = Counter(one.elements), Counter(two.elements)
        assert (ours - theirs, theirs - ours) == (MORE[path], Counter()), path
    else:
        differing = next(((a, b) for a, b in zip(one.elements, two.elements, strict=False) if a != b), None)
        assert differing is None, f"{path}: {differing}"
        assert len(one.elements) == len(two.elements), path
    for link in one.links:
        assert re.match(r"[/#?]|https?://|mailto:", link), f"{path}: {link}"
        assert not link.startswith("//"), f"{path}: {link}"
        scheme = link.partition(":")[0].lower()
        assert link.startswith(("/", "#", "?")) or scheme in SCHEMES, f"{path}: {link}"
    assert not has_hidden("".join(one.text)), path


async def test_the_text_of_a_message_is_whole_in_its_page(twins: tuple[Datasette, Datasette]) -> None:
    for number, text in enumerate(TEXTS):
        shown = (await twins[0].client.get(f"{ROOM}/message/{hostile.FIRST_MESSAGE + number}")).text
        body = re.search(r'<div class="words">(.*?)</div>', shown, re.DOTALL)
        if text.strip():
            assert body is not None, repr(text)
            assert "".join(Shape(body[1]).text) == with_marks(text), repr(text)


@pytest.mark.parametrize("ending", [".eml", ".bib", ".ris"])
async def test_a_file_to_take_away_holds_no_more_lines_than_its_own(twins: tuple[Datasette, Datasette], ending: str) -> None:
    plain = lines_of((await twins[1].client.get(f"{ROOM}/message/{hostile.FIRST_MESSAGE + 1}{ending}")).content, ending)
    for number, text in list(enumerate(TEXTS))[1:]:
        shown = await twins[0].client.get(f"{ROOM}/message/{hostile.FIRST_MESSAGE + number}{ending}")
        assert shown.status_code == 200, repr(text)
        assert shown.headers["content-disposition"] == f'attachment; filename="threadkit-{hostile.FIRST_MESSAGE + number}{ending}"'
        if number % hostile.IN_A_THREAD:
            assert lines_of(shown.content, ending) == plain, repr(text)


def lines_of(content: bytes, ending: str) -> list[bytes]:
    """Return what the lines of a file begin with: the names of a mail's headers, of an entry's fields."""
    if ending == ".eml":
        head = content.split(b"\r\n\r\n")[0]
        return sorted({line.split(b":")[0] for line in head.split(b"\r\n") if not line.startswith((b" ", b"\t"))})
    return [line[:4] for line in content.split(b"\r\n" if ending == ".ris" else b"\n")]


async def test_a_body_of_a_hundred_megabytes_is_a_page_like_others(tmp_path: Path) -> None:
    path = hostile.write_hostile(tmp_path / "archive.db", tuple(hostile.plain(number) for number in range(20)))
    connection = sqlite3.connect(path)
    for table, column in (
        ("messages", "body"),
        ("pages", "text"),
        ("documents", "text"),
        ("occurrence_rows", "own_body"),
        ("signatures", "text"),
    ):
        where = "own_body IS NOT NULL AND message_id" if table == "occurrence_rows" else "source_id" if table == "pages" else "id"
        first = {"messages": hostile.FIRST_MESSAGE, "pages": hostile.SOURCE, "documents": hostile.FIRST_DOCUMENT}.get(
            table, hostile.FIRST_MESSAGE
        )
        connection.execute(f"UPDATE {table} SET {column} = printf('%.*c', 100000000, 'x') WHERE {where} = {first}")
    connection.commit()
    connection.close()
    served = make_datasette(path, "en")
    for address in (path for path in ADDRESSES if not re.search(r"/\d+", path) or re.search(r"/\d*000\b|/7\b", path)):
        with stopped_after(60, address):
            response = await served.client.get(f"{ROOM}{address}")
        assert response.status_code == 200, address
        assert len(response.content) < 3_000_000, address
    if hasattr(served, "close"):
        served.close()
