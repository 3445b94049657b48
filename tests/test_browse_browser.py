"""The reading room in a real browser: what people do there, with a keyboard, on a phone, in the dark, and what hostile mail cannot do.

Needs Playwright and a Chromium on the PATH; left out, with the reason, where one is absent.
"""

from __future__ import annotations

import re
import shutil
import sqlite3
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from docs.take_screenshots import served
from tests import hostile
from threadkit.hidden import with_marks

sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed: pip install playwright")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on the PATH: apt install chromium")

ROOT = Path(__file__).parents[1]
AXE = ROOT / "tests" / "data" / "axe"
STATIC = ROOT / "threadkit" / "browse" / "static"
PHONE = {"width": 390, "height": 800}


@pytest.fixture(scope="module")
def archive(samples_archive: Path) -> Path:
    return samples_archive


@pytest.fixture(scope="module")
def room(archive: Path) -> Iterator[str]:
    with served(archive) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield running
        running.close()


class Reader:
    """A reader's window that notes whatever a page should not do."""

    def __init__(self, browser: Any, **options: Any) -> None:
        self.context = browser.new_context(**options)
        self.context.add_init_script("window.probe = () => { window.probed = true; }")
        self.page = self.context.new_page()
        self.strange: list[str] = []
        self.page.on("dialog", lambda dialog: (self.strange.append(f"dialog {dialog.message}"), dialog.dismiss()))
        self.page.on("pageerror", lambda error: self.strange.append(f"error {error}"))
        self.page.on("console", lambda message: self.strange.append(message.text) if message.type == "error" else None)
        self.page.on("request", lambda request: self._note(request.url))
        self.page.on("popup", lambda _: self.strange.append("popup"))

    def _note(self, address: str) -> None:
        if not re.match(r"http://127\.0\.0\.1:\d+/(?:archive/-/threadkit|-/threadkit-static/)", address):
            self.strange.append(f"request {address}")

    def open(self, address: str) -> Any:
        self.page.goto(address)
        return self.page


@contextmanager
def reading(browser: Any, **options: Any) -> Iterator[Reader]:
    reader = Reader(browser, **{"locale": "en", "viewport": {"width": 1280, "height": 900}, **options})
    yield reader
    reader.context.close()
    assert reader.strange == []


def one(archive: Path, sql: str) -> Any:
    connection = sqlite3.connect(archive)
    (found,) = connection.execute(sql).fetchone()
    connection.close()
    return found


def pages_of(archive: Path) -> list[str]:
    thread = one(archive, "SELECT id FROM threads ORDER BY message_count DESC, id LIMIT 1")
    variant = one(archive, "SELECT message_id FROM findings WHERE kind = 'variant' ORDER BY id LIMIT 1")
    source = one(archive, "SELECT id FROM sources ORDER BY line_count DESC LIMIT 1")
    person = one(archive, "SELECT person_id FROM person_counts ORDER BY sent DESC, person_id LIMIT 1")
    document = one(archive, "SELECT id FROM documents WHERE attachment_id IS NOT NULL ORDER BY id LIMIT 1")
    attachment = one(archive, "SELECT attachment_id FROM documents WHERE attachment_id IS NOT NULL ORDER BY id LIMIT 1")
    return [
        "", "/threads", f"/thread/{thread}", f"/thread/{thread}?order=time", f"/message/{variant}", "/sources", f"/source/{source}?line=386&to=404", "/people",
        f"/person/{person}", "/network", "/timeline?month=2022-11", "/attachments", f"/attachment/{attachment}", "/documents", f"/document/{document}",
            "/missing",
        "/missing?kind=redaction", "/search?q=rapport", "/search", "/search?q=zzz+avant:hier", "/message/5", "/knew?q=moisissure",
        "/knew", "/compare", "/timeline?month=none", f"/timeline?sender={person}", f"/network?person={person}", "/attachments?show=missing",
    ]  # fmt: skip


# ---------------------------------------------------------------- what people do


def test_a_conversation_is_read_from_the_overview(browser: Any, room: str) -> None:
    with reading(browser) as reader:
        page = reader.open(room)
        page.get_by_role("link", name="Rapport préliminaire - qualité de l'air").first.click()
        letters = page.locator("article.letter")
        assert letters.count() == 7
        assert "14 November 2022, 17:22" in letters.first.inner_text()
        signature = letters.first.locator("details.small-print").first
        assert not signature.locator(".words").is_visible()
        signature.locator("summary").click()
        assert signature.locator(".words").is_visible()
        why = page.locator("details.why").first
        why.locator("summary").click()
        assert "Rule quotation, confidence 98 %" in why.inner_text()
        page.get_by_role("link", name="By time").click()
        times = page.locator("article.letter .when time").evaluate_all("all => all.map(each => each.dateTime)")
        assert times == sorted(times)


def test_a_citation_leads_to_the_marked_line_in_view(browser: Any, room: str, archive: Path) -> None:
    message = one(
        archive, "SELECT m.id FROM messages AS m JOIN occurrence_rows AS o ON o.id = m.occurrence_id ORDER BY o.first_line DESC LIMIT 1"
    )
    with reading(browser) as reader:
        page = reader.open(f"{room}/message/{message}")
        page.locator("a.place").first.click()
        cited = page.locator(".line.cited")
        assert cited.count() > 1
        box = cited.first.bounding_box()
        assert box is not None
        assert 0 <= box["y"] <= 900
        assert cited.first.evaluate("line => getComputedStyle(line).backgroundColor") != "rgba(0, 0, 0, 0)"


def test_search_finds_the_same_with_and_without_accents(browser: Any, room: str) -> None:
    with reading(browser, locale="fr") as reader:
        page, found = reader.open(room), []
        for words in ("préliminaire", "preliminaires"):
            page.locator("#q").fill(words)
            page.locator("#q").press("Enter")
            found.append(page.locator("ol.rows > li > a.name").evaluate_all("all => all.map(each => each.getAttribute('href'))"))
        assert set(found[0]) == set(found[1]) != set()
        assert "préliminaire" in page.locator("mark").first.inner_text()


def test_the_network_is_narrowed_by_its_sliders(browser: Any, room: str) -> None:
    with reading(browser) as reader:
        page = reader.open(f"{room}/network")
        page.wait_for_selector("#graph[data-nodes]")
        before = page.locator("tr[data-from]").count()
        assert page.locator("#graph").get_attribute("data-edges") == str(before)
        slider = page.locator(".sliders input").first
        slider.focus()
        with page.expect_response(re.compile("network")):
            slider.press("End")
        page.wait_for_function("count => document.querySelectorAll('tr[data-from]').length < count", arg=before)
        after = page.locator("tr[data-from]").count()
        assert 0 < after < before
        page.wait_for_function("count => document.querySelector('#graph').dataset.edges === String(count)", arg=after)
        assert "from=2024" in page.url


def test_the_network_is_narrowed_without_script(browser: Any, room: str) -> None:
    with reading(browser, java_script_enabled=False) as reader:
        page = reader.open(f"{room}/network")
        before = page.locator("tr[data-from]").count()
        page.locator("#subject").fill("toussent")
        page.get_by_role("button", name="Show").click()
        assert 0 < page.locator("tr[data-from]").count() < before
        assert not page.locator("#graph").is_visible()


def test_a_language_is_chosen_and_stays(browser: Any, room: str) -> None:
    with reading(browser, locale="fr-CA") as reader:
        page = reader.open(room)
        assert page.locator("html").get_attribute("lang") == "fr"
        page.get_by_role("link", name="English").click()
        assert page.locator("html").get_attribute("lang") == "en"
        page.get_by_role("navigation", name="Reading room").get_by_role("link", name="People").click()
        assert page.locator("h1").inner_text() == "People"


def test_everything_is_reached_by_keyboard(browser: Any, room: str, archive: Path) -> None:
    thread = one(archive, "SELECT id FROM threads ORDER BY message_count DESC, id LIMIT 1")
    with reading(browser) as reader:
        page = reader.open(f"{room}/thread/{thread}")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "content"
        page.keyboard.press("j")
        first = page.evaluate("document.activeElement.id")
        page.keyboard.press("j")
        second = page.evaluate("document.activeElement.id")
        assert re.fullmatch(r"m\d+", first)
        assert first != second
        page.keyboard.press("k")
        assert page.evaluate("document.activeElement.id") == first
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.tagName") in ("A", "SUMMARY")
        page.keyboard.press("/")
        assert page.evaluate("document.activeElement.id") == "q"
        page.keyboard.type("rapport")
        page.keyboard.press("Enter")
        page.wait_for_url("**/search?q=rapport")


def test_no_page_is_wider_than_a_phone(browser: Any, room: str, archive: Path) -> None:
    for language in ("fr", "en"):
        with reading(browser, viewport=PHONE, locale=language) as reader:
            for path in pages_of(archive):
                page = open_any(reader, f"{room}{path}")
                assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path


def open_any(reader: Reader, address: str) -> Any:
    """Open a page that may be one of those that say that nothing is there: a browser calls that an error on its console."""
    page = reader.open(address)
    reader.strange = [each for each in reader.strange if "404 (Not Found)" not in each]
    return page


#: Each language, colour scheme and width beside each other; all eight together find no more and take twice the time.
LOOKS = [("light", 1280, "en"), ("dark", 1280, "fr"), ("light", 390, "fr"), ("dark", 390, "en")]


@pytest.mark.parametrize(("scheme", "width", "language"), LOOKS)
def test_no_page_has_a_serious_fault_of_access(browser: Any, room: str, archive: Path, scheme: str, width: int, language: str) -> None:
    script = (AXE / "axe.min.js").read_text(encoding="utf-8")
    faults = []
    with reading(browser, color_scheme=scheme, locale=language, viewport={"width": width, "height": 900}) as reader:
        for path in pages_of(archive):
            page = open_any(reader, f"{room}{path}")
            if path == "/network":
                page.wait_for_selector("#graph[data-nodes]")
            page.evaluate(script)
            tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
            found = page.evaluate("tags => axe.run(document, {runOnly: tags, resultTypes: ['violations']})", tags)
            faults += [
                (path, each["id"], each["nodes"][0]["html"][:200])
                for each in found["violations"]
                if each["impact"] in ("serious", "critical")
            ]
    assert faults == []


def test_a_page_enlarged_twice_and_four_times_is_read_without_scrolling_sideways(browser: Any, room: str, archive: Path) -> None:
    for width in (640, 320):  # what a window of 1280 has left at 200 % and 400 %
        with reading(browser, viewport={"width": width, "height": 512}) as reader:
            for path in pages_of(archive):
                page = open_any(reader, f"{room}{path}")
                assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_every_page_has_its_landmarks_and_one_heading_of_the_first_rank(browser: Any, room: str, archive: Path) -> None:
    with reading(browser) as reader:
        for path in pages_of(archive):
            page = open_any(reader, f"{room}{path}")
            for role, name in (
                ("banner", None),
                ("search", None),
                ("navigation", "Reading room"),
                ("navigation", "Language"),
                ("main", None),
                ("contentinfo", None),
            ):
                assert page.get_by_role(role, name=name).count() == 1 if name else page.get_by_role(role).count() == 1, (path, role, name)
            assert page.get_by_role("heading", level=1).count() == 1, path
            levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4')].map(each => Number(each.tagName[1]))")
            assert all(after - before <= 1 for before, after in pairwise(levels)), path


def test_nothing_moves_for_who_asks_for_less_motion_and_lines_are_plain_for_who_asks_for_contrast(
    browser: Any, room: str, archive: Path
) -> None:
    style = "const style = getComputedStyle(each); return style.animationName !== 'none' || !/^(0s(, )?)+$/.test(style.transitionDuration);"
    moving = f"[...document.querySelectorAll('*')].filter(each => {{ {style} }}).length"
    with reading(browser, reduced_motion="reduce", contrast="more") as reader:
        for path in pages_of(archive):
            page = open_any(reader, f"{room}{path}")
            assert page.evaluate(moving) == 0, path
            assert page.evaluate("getComputedStyle(document.querySelector('footer p')).color === getComputedStyle(document.body).color"), (
                path
            )


def test_a_conversation_is_printed_without_what_only_a_screen_needs(browser: Any, room: str, archive: Path, tmp_path: Path) -> None:
    pypdfium2 = pytest.importorskip("pypdfium2", reason="pypdfium2 is not installed")
    thread = one(archive, "SELECT id FROM threads ORDER BY message_count DESC, id LIMIT 1")
    with reading(browser) as reader:
        reader.open(f"{room}/thread/{thread}").pdf(path=tmp_path / "thread.pdf", format="Letter")
    document = pypdfium2.PdfDocument(tmp_path / "thread.pdf")
    text = " ".join(" ".join(page.get_textpage().get_text_bounded() for page in document).split())
    document.close()
    assert "Comptes de spores" in text or "comptes de spores" in text
    assert "demande-2024-117.txt, page 1, lines" in text
    for unwanted in ("Skip to the content", "Why it stands here", "Keys: j and k", "Search everything", "Made from the text"):
        assert unwanted not in text, unwanted


@pytest.mark.parametrize("folder", [AXE, STATIC], ids=["axe", "static"])
def test_files_of_others_are_what_they_were(folder: Path) -> None:
    for file in tomllib.loads((folder / "vendored.toml").read_text(encoding="utf-8"))["file"]:
        assert sha256((folder / file["name"]).read_bytes()).hexdigest() == file["sha256"], file["name"]
        assert file["licence"]
        assert file["version"]


# ---------------------------------------------------------------- what hostile mail cannot do

TEXTS = hostile.payloads()


@pytest.fixture(scope="module")
def besieged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    path = hostile.write_hostile(tmp_path_factory.mktemp("hostile") / "archive.db", TEXTS)
    with served(path) as address:
        yield address


def shown(text: str) -> str:
    """Return what a browser makes of a text: marks for what is hidden, and of line ends newlines."""
    return with_marks(text)


def test_hostile_mail_is_text_in_every_message(browser: Any, besieged: str) -> None:
    with reading(browser) as reader:
        for thread in range(len(TEXTS) // hostile.IN_A_THREAD):
            for start in (1, 31):
                page = reader.open(f"{besieged}/thread/{hostile.FIRST_THREAD + thread}?from={start}")
                found = page.evaluate(
                    "[...document.querySelectorAll('article.letter')].map(each => [each.id.slice(1), each.querySelector('.words').textContent])"
                )
                assert found
                for id_, text in found:
                    assert text == shown(TEXTS[int(id_) - hostile.FIRST_MESSAGE]), id_
                assert page.evaluate("window.probed") is None


def test_hostile_mail_does_nothing_on_any_page(browser: Any, besieged: str) -> None:
    with reading(browser) as reader:
        for path in hostile.addresses(len(TEXTS)):
            numbered = re.search(r"/(\w+)/(\d+)$", path)
            page = reader.open(f"{besieged}{path}")
            assert page.evaluate("window.probed") is None, path
            assert page.evaluate("location.pathname").startswith("/archive/-/threadkit"), path
            assert page.evaluate("document.querySelectorAll('iframe, object, embed, img, style, base, form[action^=http]').length") == 0, (
                path
            )
            if numbered and numbered[1] == "message":
                subject = " ".join(shown(TEXTS[int(numbered[2]) - hostile.FIRST_MESSAGE]).split()) or "(no subject)"
                assert page.locator("h1").text_content().strip() == subject, path
            focused = page.evaluate("document.activeElement.tagName")
            assert focused == "BODY", path
