"""What the pages of the reading room say agrees with what they lead to, and nobody on them is taken for another."""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from html import unescape
from pathlib import Path

import pytest
from datasette.app import Datasette

from tests import hand_archive
from tests.serving import ROOM, ROOT, close, page
from threadkit.browse.server import make_datasette
from threadkit.browse.templating import load_environment
from threadkit.importing import import_paths
from threadkit.queries import FINDING_ORDER

pytestmark = pytest.mark.asyncio(loop_scope="module")


# ---------------------------------------------------------------- numbers that agree with what they lead to


async def results_of(served: Datasette, address: str) -> int:
    shown = await page(served, unescape(address), **{"accept-language": "en"})
    found = re.search(r'role="status">([\d,]+) result', shown)
    return int(found[1].replace(",", "")) if found else 0


@pytest.mark.parametrize("query", ["le", "passerelle", "de:a", "has:attachment"])
async def test_a_facet_of_a_search_counts_what_it_leads_to(samples: Datasette, query: str) -> None:
    shown = await page(samples, f"{ROOM}/search?q={query}")
    facets = re.findall(r'<li><a href="([^"]+(?:person|month|source)=[^"]+)">(?:(?!</li>).)*<span class="soft count">([\d,]+)<', shown)
    assert facets
    for address, number in facets:
        assert await results_of(samples, address) == int(number.replace(",", "")), address


@pytest.mark.parametrize("query", ["", "?from=2022-10&to=2023-01"])
async def test_a_pair_of_the_network_counts_the_messages_that_it_leads_to(samples: Datasette, query: str) -> None:
    pairs = re.findall(r'data-messages="(\d+)">.*?<td class="count"><a href="([^"]+)">', await page(samples, f"{ROOM}/network{query}"))
    assert pairs
    for number, address in pairs:
        assert await results_of(samples, address) == int(number), address


async def test_someone_without_messages_in_a_period_is_still_someone(datasette: Datasette) -> None:
    shown = await page(datasette, f"{ROOM}/network?name=herve&from=1999-01&to=1999-02")
    assert "Nobody here has" not in shown
    assert "Nobody writes to anybody there" in shown
    assert "remove this condition" in await page(datasette, f"{ROOM}/network?person={hand_archive.HERVE}&from=1999-01&to=1999-02")


async def test_a_mail_of_a_mailbox_stands_on_a_page_and_not_on_a_label_that_nobody_printed(tmp_path: Path) -> None:
    import_paths([ROOT / "samples" / "boite-lemelin.mbox"], tmp_path / "archive.db")
    served = make_datasette(tmp_path / "archive.db", "en")
    (first, *_) = re.findall(rf'href="({ROOM}/message/\d+)"', await page(served, f"{ROOM}/timeline"))
    shown = await page(served, first)
    assert re.search(r"boite-lemelin\.mbox, page \d", shown)
    assert "page message" not in shown
    close(served)


async def test_every_kind_of_finding_is_explained() -> None:
    explained = load_environment("fr").loader.get_source(load_environment("fr"), "threadkit/_findings.html")[0]  # type: ignore[union-attr]
    assert [kind for kind in FINDING_ORDER if f'kind == "{kind}"' not in explained] == []


# ---------------------------------------------------------------- the timeline


async def rows_of(served: Datasette, address: str) -> int:
    return (await page(served, unescape(address))).count("<li data-stop")


@pytest.mark.parametrize("query", ["", "?month=2022-11", "?from=2023-01&to=2023-02"])
async def test_a_lane_of_the_timeline_counts_the_messages_that_it_opens(samples: Datasette, query: str) -> None:
    shown = await page(samples, f"{ROOM}/timeline{query}")
    lanes = re.findall(r'<th scope="row"><a href="([^"]+)">.*?</th><td class="count">(\d+)</td>', shown)
    assert lanes
    for address, number in lanes:
        assert await rows_of(samples, address) == int(number), address


@pytest.mark.parametrize("query", ["", f"?person={hand_archive.HERVE}", f"?sender={hand_archive.HERVE}", f"?thread={hand_archive.THREAD}"])
async def test_a_bar_of_the_timeline_counts_the_messages_that_it_opens(datasette: Datasette, query: str) -> None:
    shown = await page(datasette, f"{ROOM}/timeline{query}")
    bars = re.findall(r'<a href="([^"]+month=\d{4}-\d\d)" aria-label="\w+ \d{4}: (\d+)[^",]*(?:, (\d+)[^"]*)?">', shown)
    assert bars
    for address, strong, pale in bars:
        assert await rows_of(datasette, address) == int(strong) + int(pale or 0), address


async def test_messages_without_a_date_are_counted_below_the_chart_and_listed(datasette: Datasette) -> None:
    for path in ("", "/timeline"):
        shown = await page(datasette, f"{ROOM}{path}", **{"accept-language": "en"})
        (address,) = re.findall(r'<a href="([^"]+)">1 message without a date is not drawn</a>', shown)
        assert f"{ROOM}/message/{hand_archive.HOSTILE}" in await page(datasette, unescape(address))


async def test_a_chart_says_how_many_its_fullest_month_has(samples: Datasette) -> None:
    shown = await page(samples, f"{ROOM}/timeline", **{"accept-language": "en"})
    bars = [int(strong) + int(pale) for strong, pale in re.findall(r'aria-label="[A-Z]\w+ \d{4}: (\d+) released, (\d+) known', shown)]
    assert re.findall(r'<text class="most"[^>]*>(\d+)</text>', shown)[0] == str(max(bars))


# ---------------------------------------------------------------- who is who


async def test_namesakes_are_told_apart_wherever_they_are_named(samples: Datasette) -> None:
    rows = await samples.get_database("archive").execute(
        "SELECT id, thread_id, sender_id FROM messages WHERE sender_id IN "
        "(SELECT id FROM people WHERE name IN (SELECT name FROM people GROUP BY name HAVING count(*) > 1)) ORDER BY id"
    )
    assert len({row["sender_id"] for row in rows.rows}) == 2
    seen = 0
    paths = ["", "/people", "/people?order=sent", "/network", "/timeline?from=2022&to=2023", "/missing", "/search?q=gagnon", "/search?q=le"]
    for row in rows.rows:
        paths += [
            f"/thread/{row['thread_id']}",
            f"/message/{row['id']}",
            f"/timeline?sender={row['sender_id']}",
            f"/network?person={row['sender_id']}",
        ]
    for path in dict.fromkeys(paths):
        shown = re.sub(r"<h1>.*?</h1>|<title>.*?</title>", "", await page(samples, f"{ROOM}{path}"), flags=re.DOTALL)
        named = re.findall(r'href="[^"]*/person/\d+"><bdi>(?:Martin Gagnon|Gagnon, Martin)</bdi>(.{0,60})', shown)
        seen += len(named)
        assert all(re.match(r' <span class="apart">\(<bdi>martin\.gagnon2?@', after) for after in named), path
    assert seen > 20


async def test_people_stand_in_the_order_of_a_dictionary(samples: Datasette) -> None:
    names = re.findall(r'<th scope="row"><a href="[^"]+"><bdi>([^<]+)</bdi>', await page(samples, f"{ROOM}/people"))
    assert names.index("Côté, Guillaume") < names.index("Delorme, Inès") if "Côté, Guillaume" in names else names
    plain = [name.translate(str.maketrans("éèêôîç", "eeeoic")).lower() for name in names]
    assert plain == sorted(plain)
    assert len(names) > 10


# ---------------------------------------------------------------- mail files


async def test_every_message_of_the_samples_is_a_mail_file_without_fault_that_says_the_same(samples: Datasette) -> None:
    rows = await samples.get_database("archive").execute("SELECT id, subject, sent_at, sent_precision, body FROM messages")
    assert len(rows.rows) > 50
    for row in rows.rows:
        mail = message_from_bytes((await samples.client.get(f"{ROOM}/message/{row['id']}.eml")).content, policy=policy.default)
        assert mail.defects == []
        assert all(not mail[name].defects for name in ("From", "To", "Cc", "Subject", "Date") if mail[name]), row["id"]
        assert str(mail["Subject"] or "").split() == (row["subject"] or "").split()
        if row["sent_at"] and row["sent_precision"] != "day":
            assert mail["Date"].datetime.isoformat().startswith(row["sent_at"])
        assert mail.get_content().replace("\r\n", "\n").startswith(row["body"].strip("\n"))


# ---------------------------------------------------------------- lists that end


async def test_a_facet_says_what_it_does_not_show(tmp_path: Path) -> None:
    senders = [f"Personne{chr(65 + n // 26)}{chr(65 + n % 26)}" for n in range(80)]
    body = "Voici le mot que tu as cherché hier soir. Bonne lecture à toi et aux autres."
    heads = [
        f"De : {name}, Luc\nEnvoyé : {1 + n % 28} mars {1980 + n // 2} 10:{n % 60:02d}\nÀ : Roy, Paul\nObjet : Sujet {n}"
        for n, name in enumerate(senders)
    ]
    (tmp_path / "many.txt").write_text("\n".join(f"{head}\n\n{body}\n" for head in heads), encoding="utf-8")
    import_paths([tmp_path / "many.txt"], tmp_path / "archive.db")
    served = make_datasette(tmp_path / "archive.db", "en")
    shown = await page(served, f"{ROOM}/search?q=cherche", **{"accept-language": "en"})
    (whom,) = re.findall(r"<h2>By whom</h2>(.*?)<h2>", shown, re.DOTALL)
    before, after = whom.split("<details>")
    assert before.count("<li>") == 10
    assert after.count("<li>") == 50
    assert "<summary>70 more</summary>" in after
    assert "20 with fewer results are not listed." in after
    close(served)


# ---------------------------------------------------------------- findings in a reader's words

TOLD = [
    ("/missing?kind=redaction", "nothing is printed after “Cell.”", "rien n’est imprimé après «\u00a0Cell.\u00a0»"),
    ("/missing?kind=variant", "“14 novembre”; another: “[…]” and 1 more place", "une copie\u00a0: «\u00a014 novembre\u00a0»; une autre"),
    ("/missing?kind=variant", "(nothing)", "(rien)"),
    ("/missing?kind=person-ambiguous", "“Gagnon, Martin” may be martin.gagnon@", "«\u00a0Gagnon, Martin\u00a0» peut être"),
    ("/missing?kind=parent-ambiguous", "it may answer: 2023-04-03 09:00", "il pourrait répondre à\u00a0: 2023-04-03 09:00"),
    ("/missing?kind=attachment-mentioned-not-named", "“ci-joint”", "«\u00a0ci-joint\u00a0»"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "english", "french"), TOLD, ids=[f"{case[0]} {case[1]}" for case in TOLD])
async def test_a_finding_is_told_in_the_words_of_a_reader(samples: Datasette, path: str, english: str, french: str) -> None:
    assert english in unescape(await page(samples, f"{ROOM}{path}&lang=en"))
    assert french in unescape(await page(samples, f"{ROOM}{path}&lang=fr"))
