"""The reading room: every page answers, in both languages, to whoever may see what it reads, and says where things stand."""

from __future__ import annotations

import email
import re
import sqlite3
from email import policy
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

import pytest
from datasette import __version__
from datasette.app import Datasette

from tests import hand_archive
from tests.serving import ROOM, close, page
from threadkit.browse.answers import POLICY
from threadkit.browse.server import make_datasette
from threadkit.hidden import with_marks

pytestmark = pytest.mark.asyncio(loop_scope="module")

#: Each page with something that it must say in English and in French.
SAID = [
    ("", "Who wrote what to whom, and when", "Qui a écrit quoi à qui, et quand"),
    ("/threads", "Longest first", "Les plus longues d’abord"),
    ("/threads?month=2023-09", "September 2023", "septembre 2023"),
    ("/people", "Who writes most", "Qui écrit le plus"),
    ("/sources", "2,838", "2\u00a0838"),
    (f"/thread/{hand_archive.THREAD}", "Why it stands here", "Pourquoi il est placé ici"),
    (f"/thread/{hand_archive.THREAD}?order=time", "2 October 2023, 08:00:05", "2 octobre 2023, 8\u00a0h\u00a000\u00a0min\u00a005\u00a0s"),
    (f"/thread/{hand_archive.OTHER_THREAD}", "A message is missing here", "Il manque ici un message"),
    (f"/message/{hand_archive.FIRST}", "Cite it", "Le citer"),
    (f"/message/{hand_archive.FIRST}", "text not in the release", "texte non transmis"),
    (f"/person/{hand_archive.HERVE}", "Why this is one person", "Pourquoi c’est une seule personne"),
    (f"/source/{hand_archive.SOURCE}", "About this source", "À propos de cette source"),
    ("/search?q=evaluations", "3 results", "3 résultats"),
    ("/search?q=evaluation+de:herve", "1 result", "1 résultat"),
    ("/search?q=xyzzy", "Nothing found", "Rien trouvé"),
    ("/search?q=%22l%27%C3%A9t%C3%A9+NEAR(+avant:demain", "names no date", "ne nomme aucune date"),
    ("/search?q=pour:evaluations", "searched for as words: nobody here", "cherché comme des mots : personne ici"),
    ("/search?q=avec:roy", "only attachments are asked for so", "ainsi se demandent les pièces jointes seules"),
    ("/search", "How to search", "Comment chercher"),
    ("/missing", "its text is nowhere in the release", "n’est nulle part dans les documents transmis"),
    ("/missing?kind=only-quoted", "another quotes it", "un autre le cite"),
    ("/attachments", "in the release", "dans les documents transmis"),
    ("/attachments?show=missing", "Plan.pptx", "Plan.pptx"),
    ("/attachments?name=bilan+ete", "Bilan été.pdf", "Bilan été.pdf"),
    (f"/attachment/{hand_archive.ATTACHMENT}", "Where it was named", "Où il a été nommé"),
    (f"/attachment/{hand_archive.MISSING}", "Its text is not in the release", "Son texte n’est pas dans les documents transmis"),
    ("/documents", "besides messages", "outre les messages"),
    (f"/document/{hand_archive.DOCUMENT}", "text of an attachment", "pièce jointe"),
    ("/timeline", "October 2023", "octobre 2023"),
    ("/timeline?month=2023-09", "By conversation", "Par conversation"),
    (f"/timeline?person={hand_archive.HERVE}", "remove this condition", "retirer cette condition"),
    (f"/timeline?thread={hand_archive.THREAD}&from=2023-09-22&to=2023-10-02", "Messages per day", "Messages par jour"),
    ("/timeline?from=9999-99-99&to=x", "No message in this period", "Aucun message dans cette période"),
    ("/network", "Who writes to whom", "Qui écrit à qui"),
    (f"/network?person={hand_archive.HERVE}", "2 pairs", "2 paires"),
    ("/network?name=nobody+at+all", "Nobody here has a name", "Personne ici n’a"),
    ("/network?from=2023-09&to=2023-10", "Counted over the first", "Compté sur les"),
    ("/network?subject=evaluation", "Hervé Élie", "Hervé Élie"),
    (f"/network?thread={hand_archive.THREAD}", "Alice Côté", "Alice Côté"),
]


# ---------------------------------------------------------------- what every page is


@pytest.mark.parametrize(("path", "english", "french"), SAID, ids=[f"{case[0] or 'home'} {case[1]}" for case in SAID])
async def test_a_page_says_what_it_shows_in_both_languages(datasette: Datasette, path: str, english: str, french: str) -> None:
    joined = "&" if "?" in path else "?"
    assert english in await page(datasette, f"{ROOM}{path}{joined}lang=en")
    assert french in await page(datasette, f"{ROOM}{path}{joined}lang=fr")


@pytest.mark.parametrize("path", dict.fromkeys(case[0] for case in SAID))
async def test_a_page_carries_its_headers_and_nothing_that_acts(datasette: Datasette, path: str) -> None:
    response = await datasette.client.get(f"{ROOM}{path}")
    assert response.headers["content-security-policy"] == POLICY
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["referrer-policy"] == "no-referrer"
    assert "unsafe" not in POLICY
    shown = response.text
    assert not re.search(r"<script(?![^>]* src=)|<style|\sstyle=|\son[a-z]+=|javascript:", shown)
    assert not re.search(r'(?:src|href|action)="(?:https?:)?//', re.sub(r'rel="noreferrer[^>]*>', "", shown))
    assert shown.count("<h1") == 1
    assert 'lang="en"' in shown


@pytest.mark.parametrize("path", dict.fromkeys(case[0] for case in SAID))
async def test_every_link_of_a_page_to_the_room_leads_somewhere(datasette: Datasette, path: str) -> None:
    shown = await page(datasette, f"{ROOM}{path}")
    for address in set(re.findall(rf'href="({ROOM}[^"#]*)', shown)):
        response = await datasette.client.get(unescape(address), follow_redirects=True)
        assert response.status_code == 200, address


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
async def test_nothing_but_get_is_answered(datasette: Datasette, method: str) -> None:
    response = await datasette.client.request(method, ROOM)
    assert response.status_code in (403, 405)  # 0.65 refuses a POST without its token before it looks further


def damaged(archive: Path) -> dict[str, bytes]:
    """Return what an archive's file may have become: hollow behind its schema, or, where Datasette still opens it, cut in half."""
    whole = archive.read_bytes()
    connection = sqlite3.connect(archive)
    (size,) = connection.execute("PRAGMA page_size").fetchone()
    roots = [root for (root,) in connection.execute("SELECT rootpage FROM sqlite_master WHERE rootpage > 1 AND tbl_name NOT LIKE '%fts%'")]
    connection.close()
    hollow = bytearray(whole)
    for root in roots:
        hollow[(root - 1) * size : root * size] = bytes(size)
    return {"hollow": bytes(hollow)} | ({"half": whole[: len(whole) // 2]} if __version__.startswith("0.") else {})


async def test_a_damaged_archive_gives_a_page_that_says_so(archive: Path, tmp_path: Path) -> None:
    for name, content in damaged(archive).items():
        (tmp_path / f"{name}.db").write_bytes(content)
        served = make_datasette(tmp_path / f"{name}.db", "en")
        answers = [await served.client.get(f"/{name}/-/threadkit{path}") for path in ("", "/threads", "/search?q=pont")]
        assert {answer.status_code for answer in answers} == {500}
        assert all("This archive is damaged" in answer.text for answer in answers)
        close(served)


async def test_a_number_that_nothing_has_gives_a_page_that_helps(datasette: Datasette) -> None:
    for path in ("message/5", "thread/5", "person/5", "source/5", "attachment/5", "document/5", "message/9999999999999999"):
        response = await datasette.client.get(f"{ROOM}/{path}")
        assert response.status_code == 404
        assert "Nothing here has that number" in response.text


@pytest.mark.parametrize("rest", ["nowhere", "person/x", "message/99999999999999999", "message/41.txt", "a%22%3E%3Cb/../c"])
async def test_an_address_where_no_page_is_gives_a_page_that_helps(datasette: Datasette, rest: str) -> None:
    response = await datasette.client.get(f"{ROOM}/{rest}?lang=fr")
    assert response.status_code == 404
    assert "Aperçu de l’archive" in response.text
    assert "<b/" not in response.text


async def test_a_former_number_leads_to_the_message_that_it_is_now(datasette: Datasette) -> None:
    for ending in ("", ".eml"):
        response = await datasette.client.get(f"{ROOM}/message/{hand_archive.OLD_ID}{ending}", follow_redirects=False)
        assert (response.status_code, response.headers["location"]) == (301, f"{ROOM}/message/{hand_archive.ANSWER}{ending}")


async def test_hidden_characters_are_marked_and_tags_are_text(datasette: Datasette) -> None:
    for path in (f"thread/{hand_archive.OTHER_THREAD}", f"message/{hand_archive.HOSTILE}", "threads", ""):
        shown = await page(datasette, f"{ROOM}/{path}")
        assert "Rouge &lt;U+001B&gt;[31m et &lt;U+202E&gt;envers &lt;script&gt;alert(1)&lt;/script&gt;" in shown
        assert "\x1b" not in shown
        assert "\u202e" not in shown


async def test_static_files_are_served_with_a_name_that_changes_with_them(datasette: Datasette) -> None:
    shown = await page(datasette, ROOM)
    for address in re.findall(r'(?:href|src)="(/-/threadkit-static/[^"]+)"', shown):
        response = await datasette.client.get(address)
        assert response.status_code == 200
        assert "immutable" in response.headers["cache-control"]
    assert (await datasette.client.get("/-/threadkit-static/0000000000000000/../room.css")).status_code == 404


# ---------------------------------------------------------------- languages


def texts_of(page: str) -> set[str]:
    """Return what a page says: its texts between tags, and the names that it gives to what is seen alone."""
    named = re.findall(r'(?:aria-label|placeholder|title|data-label)="([^"]*)"', page)
    return {" ".join(unescape(text).split()) for text in (*re.split(r"<[^>]*>", page), *named)}


#: What both languages write alike.
ALIKE = """Archive|Conversations|Documents|Messages|Page|Pages|Source|Sources|English|Français|BibTeX|RIS|SHA-256|1 message|2 messages|(2 messages)|2 messages ·
passerel*|de:Roy|from:Roy|à:Roy|to:"Paul Roy"|avant:2023-05|before:2023|après:2023-05-03|after:2023|has:attachment|cc:Roy|avec:pj|Cc|text/plain, utf-8"""


@pytest.mark.parametrize("path", dict.fromkeys(case[0] for case in SAID))
async def test_what_a_page_says_alike_in_both_languages_is_what_the_archive_holds(datasette: Datasette, archive: Path, path: str) -> None:
    joined = "&" if "?" in path else "?"
    english, french = [texts_of(await page(datasette, f"{ROOM}{path}{joined}lang={language}")) for language in ("en", "fr")]
    connection = sqlite3.connect(archive)
    tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    cells = [cell for name in tables for row in connection.execute(f'SELECT * FROM "{name}"') for cell in row if isinstance(cell, str)]
    connection.close()
    known = " ".join(" ".join(with_marks(text).split()) for text in (*cells, unquote_plus(path), "archive"))
    for text in english & french:
        said = text.removesuffix(" · archive")
        is_citation = "threadkit message" in said or "message threadkit" in said
        assert said in known or is_citation or said in re.split(r"[|\n]", ALIKE) or not re.search(r"[^\W\d_]{2}", said), (path, text)


async def test_the_language_asked_for_is_remembered(datasette: Datasette) -> None:
    response = await datasette.client.get(f"{ROOM}?lang=fr")
    assert "threadkit_lang=fr" in response.headers["set-cookie"]
    assert "httponly" in response.headers["set-cookie"].lower()
    assert "set-cookie" not in (await datasette.client.get(ROOM)).headers


# ---------------------------------------------------------------- who may see what


def restricted(archive: Path, allow: dict[str, Any]) -> Datasette:
    config = {"databases": {"archive": allow}}
    return Datasette([str(archive)], **({"metadata": config} if __version__.startswith("0.") else {"config": config}))


async def test_an_archive_that_a_reader_may_not_see_stays_closed(archive: Path) -> None:
    served = restricted(archive, {"allow": {"id": "reader"}})
    for path in dict.fromkeys(case[0] for case in SAID):
        assert (await served.client.get(f"{ROOM}{path}")).status_code == 403
    cookies = {"ds_actor": served.sign({"a": {"id": "reader"}}, "actor")}
    assert (await served.client.get(ROOM, cookies=cookies)).status_code == 200
    close(served)


CLOSED = [
    ("messages", [f"/message/{hand_archive.FIRST}", f"/message/{hand_archive.FIRST}.eml", f"/thread/{hand_archive.THREAD}", ""]),
    ("pages", [f"/source/{hand_archive.SOURCE}"]),
    ("participants", [f"/message/{hand_archive.FIRST}"]),
    ("people", ["/people", f"/person/{hand_archive.HERVE}"]),
    ("links", [f"/thread/{hand_archive.THREAD}"]),
]


@pytest.mark.parametrize(("table", "paths"), CLOSED, ids=[case[0] for case in CLOSED])
async def test_a_table_that_a_reader_may_not_see_closes_the_pages_that_read_it(archive: Path, table: str, paths: list[str]) -> None:
    served = restricted(archive, {"tables": {table: {"allow": False}}})
    for path in paths:
        assert (await served.client.get(f"{ROOM}{path}")).status_code == 403, path
    assert (await served.client.get(f"{ROOM}/sources")).status_code == 200
    close(served)


async def test_a_database_that_is_no_archive_has_no_room(tmp_path: Path, archive: Path) -> None:
    other = tmp_path / "other.db"
    connection = sqlite3.connect(other)
    connection.execute("CREATE TABLE messages (id INTEGER PRIMARY KEY, subject TEXT)")
    connection.execute("INSERT INTO messages VALUES (41, 'x')")
    connection.commit()
    connection.close()
    served = Datasette([str(archive), str(other)])
    assert (await served.client.get("/other/-/threadkit")).status_code == 404
    assert (await served.client.get("/nowhere/-/threadkit")).status_code == 404
    assert "threadkit" not in re.sub(r"<!--.*?-->|plugins", "", (await served.client.get("/other/messages")).text)
    assert (await served.client.get(ROOM)).status_code == 200
    close(served)


async def test_under_a_base_address_every_link_stays_below_it(archive: Path) -> None:
    served = Datasette([str(archive)], settings={"base_url": "/mail/"})
    for path in dict.fromkeys(case[0] for case in SAID):
        shown = (await served.client.get(f"{ROOM}{path}")).text
        addresses = re.findall(r'(?:href|src|action)="(/[^"]*)"', shown)
        assert addresses
        assert [address for address in addresses if not address.startswith("/mail/")] == []
    close(served)


# ---------------------------------------------------------------- files to take away


async def test_a_message_is_a_mail_file(datasette: Datasette) -> None:
    response = await datasette.client.get(f"{ROOM}/message/{hand_archive.ANSWER}.eml")
    assert response.headers["content-type"] == "message/rfc822"
    assert response.headers["content-disposition"] == f'attachment; filename="threadkit-{hand_archive.ANSWER}.eml"'
    mail = email.message_from_bytes(response.content, policy=policy.default)
    assert mail["Subject"] == "RE: Évaluation du pont"
    assert str(mail["From"]).startswith('"Élie, Hervé"')
    assert mail["Date"].datetime.isoformat() == "2023-10-02T08:00:05"
    assert mail["In-Reply-To"] == f"<message.{hand_archive.FIRST}@threadkit.invalid>"
    assert mail.get_content().strip() == "Merci Alice, j'ai participé."


async def test_a_message_without_a_date_has_none_in_its_mail_file(datasette: Datasette) -> None:
    mail = email.message_from_bytes(
        (await datasette.client.get(f"{ROOM}/message/{hand_archive.HOSTILE}.eml")).content, policy=policy.default
    )
    assert mail["Date"] is None
    assert mail["Subject"] == "Rouge <U+001B>[31m et <U+202E>envers <script>alert(1)</script>"


async def test_a_message_is_cited_for_bibtex_and_ris(datasette: Datasette) -> None:
    bibtex = (await datasette.client.get(f"{ROOM}/message/{hand_archive.FIRST}.bib")).text
    assert f"@misc{{threadkit-{hand_archive.FIRST}," in bibtex
    assert "author = {{Alice Côté}}" in bibtex
    assert "date = {2023-09-22}" in bibtex
    ris = (await datasette.client.get(f"{ROOM}/message/{hand_archive.FIRST}.ris")).text
    assert ris.startswith("TY  - PCOMM\r\n")
    assert "TI  - Évaluation du pont\r\n" in ris
    assert ris.endswith("ER  - \r\n")


async def test_a_citation_says_the_same_in_both_languages(datasette: Datasette) -> None:
    shown = await page(datasette, f"{ROOM}/message/{hand_archive.FIRST}")
    assert (
        "«\u00a0Évaluation du pont\u00a0», courriel à Hervé Élie, 22 septembre 2023, 10\u00a0h\u00a033, dans dump.txt, page p. 7" in shown
    )
    assert "“Évaluation du pont”, e-mail to Hervé Élie, 22 September 2023, 10:33, in dump.txt, page p. 7, lines 10 to 15" in shown


# ---------------------------------------------------------------- the source


async def longest_source(samples: Datasette) -> tuple[int, sqlite3.Row]:
    found = await samples.get_database("archive").execute(
        "SELECT o.source_id, o.first_line, o.last_line, o.message_id FROM occurrence_rows AS o JOIN sources AS s ON s.id = o.source_id "
        "ORDER BY s.line_count DESC, o.ordinal DESC LIMIT 1"
    )
    return found.first()["source_id"], found.first()


async def test_a_cited_line_is_on_the_page_and_marked_wherever_it_stands(samples: Datasette) -> None:
    source, place = await longest_source(samples)
    first, last = place["first_line"], place["last_line"]
    shown = await page(samples, f"{ROOM}/source/{source}?line={first}&to={last}")
    assert re.findall(r'<div class="line cited" id="L(\d+)">', shown) == [str(line) for line in range(first, last + 1)]
    assert f'href="{ROOM}/message/{place["message_id"]}"' in shown


async def test_a_message_leads_to_its_place(samples: Datasette) -> None:
    source, place = await longest_source(samples)
    response = await samples.client.get(f"{ROOM}/message/{place['message_id']}/place", follow_redirects=False)
    assert response.status_code == 302
    assert response.headers["location"].startswith(f"{ROOM}/source/")
    assert "#L" in response.headers["location"]
    assert source


async def test_every_line_of_a_source_can_be_read_part_after_part(samples: Datasette) -> None:
    source, _ = await longest_source(samples)
    address, lines = f"{ROOM}/source/{source}", []
    for _ in range(20):
        shown = await page(samples, address)
        lines += [(int(number), text) for number, text in re.findall(r'id="L(\d+)">.*?<span class="t">(.*?)</span>', shown, re.DOTALL)]
        following = re.search(r'rel="next" href="([^"]+)"', shown)
        if following is None:
            break
        address = following[1].replace("&amp;", "&")
    held = await samples.get_database("archive").execute("SELECT line_count FROM sources WHERE id = ?", (source,))
    assert [number for number, _ in lines] == list(range(1, held.first()[0] + 1))


@pytest.mark.parametrize("query", ["line=99999999", "page=99", "page=0", "line=-4", "line=x&to=y", "from=7&page=1", "line=5&to=2"])
async def test_a_place_that_is_not_there_gives_the_nearest(samples: Datasette, query: str) -> None:
    source, _ = await longest_source(samples)
    assert 'class="line' in await page(samples, f"{ROOM}/source/{source}?{query}")
