"""Two hundred texts that a mail may hold to act in a page, and an archive that holds one of them in every field of each message."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from tests.hand_archive import _insert
from threadkit.archive.counts import write_counts
from threadkit.archive.migrations import create_indexes, migrate

#: What asks a browser to run, load, submit, frame or navigate; `probe` is told of in the page if it ever runs.
_ACTS = (
    "<script>probe()</script>",
    "<script src=/probe.js></script>",
    "<ScRiPt>probe()</sCrIpT>",
    "<script/x>probe()</script>",
    "<scr<script>ipt>probe()</script>",
    "<img src=x onerror=probe()>",
    "<img src='//probe.example/x.png'>",
    "<img srcset='https://probe.example/x 1x'>",
    "<image href=x onerror=probe()>",
    "<svg onload=probe()>",
    "<svg><script>probe()</script></svg>",
    "<svg><a xlink:href='javascript:probe()'><text>x</text></a></svg>",
    "<svg><animate onbegin=probe() attributeName=x></svg>",
    "<svg><foreignObject><iframe srcdoc='<script>probe()</script>'></foreignObject></svg>",
    "<math><mtext></p><img src=x onerror=probe()></mtext></math>",
    "<math href='javascript:probe()'>x</math>",
    "<iframe src='javascript:probe()'></iframe>",
    "<iframe srcdoc='<img src=x onerror=parent.probe()>'></iframe>",
    "<object data='data:text/html,x'></object>",
    "<embed src='https://probe.example/x.swf'>",
    "<link rel=stylesheet href='https://probe.example/x.css'>",
    "<style>@import 'https://probe.example/x.css';</style>",
    "<style>body{display:none}</style>",
    "<base href='https://probe.example/'>",
    "<meta http-equiv=refresh content='0;url=https://probe.example/'>",
    "<meta http-equiv=Content-Security-Policy content=''>",
    "<form action='https://probe.example/'><button>OK</button></form>",
    "<form id=x></form><button form=x formaction='javascript:probe()'>x",
    "<input autofocus onfocus=probe()>",
    "<textarea autofocus onfocus=probe()>",
    "<select autofocus onfocus=probe()>",
    "<keygen autofocus onfocus=probe()>",
    "<details open ontoggle=probe()>",
    "<marquee onstart=probe()>",
    "<body onload=probe()>",
    "<video><source onerror=probe()></video>",
    "<audio src=x onerror=probe()>",
    "<video poster='https://probe.example/x'></video>",
    "<a href='javascript:probe()'>x</a>",
    "<a href='java\tscript:probe()'>x</a>",
    "<a href=' &#1;javascript:probe()'>x</a>",
    "<a href='data:text/html,<script>probe()</script>'>x</a>",
    "<a href='vbscript:probe()'>x</a>",
    "<a ping='https://probe.example/' href='#'>x</a>",
    "<div style='background:url(https://probe.example/x)'>x</div>",
    "<div style='position:fixed;inset:0'>x</div>",
    "<template><script>probe()</script></template>",
    "<noscript><p title='</noscript><img src=x onerror=probe()>'>",
    "<!--><img src=x onerror=probe()>-->",
    "<![CDATA[<img src=x onerror=probe()>]]>",
    "<?xml version='1.0'?><x:script xmlns:x='http://www.w3.org/1999/xhtml'>probe()</x:script>",
    "<x onclick=probe() tabindex=0 autofocus>x</x>",
    "<dialog open><form method=dialog><button>OK</button></form></dialog>",
    "<portal src='https://probe.example/'>",
    "<frameset onload=probe()>",
    "<isindex action='javascript:probe()' type=image>",
    "<table background='javascript:probe()'>",
    "<bgsound src='https://probe.example/x'>",
    "<applet code=x codebase='https://probe.example/'>",
    "<plaintext>",
    "<xmp><img src=x onerror=probe()></xmp>",
    "<title><img src=x onerror=probe()></title>",
    "<listing><img src=x onerror=probe()></listing>",
    "<div popover id=p>x</div><button popovertarget=p>x</button>",
)
#: What breaks out of where a text stands: attributes, scripts, comments, templates, addresses, queries.
_BREAKS = (
    '" onmouseover="probe()" x="',
    "' onmouseover='probe()' x='",
    '"><script>probe()</script>',
    "'><script>probe()</script>",
    "--><script>probe()</script>",
    "</textarea><script>probe()</script>",
    "</title><script>probe()</script>",
    "</style><script>probe()</script>",
    "</script><script>probe()</script>",
    "]]><script>probe()</script>",
    "`-probe()-`",
    "${probe()}",
    "{{ probe() }}",
    "{% raw %}{{ 7*7 }}",
    "{{ ''.__class__.__mro__ }}",
    "{{ config }}",
    "{# x #}",
    "#{7*7}",
    "<%= probe() %>",
    "<? probe() ?>",
    "%3Cscript%3Eprobe()%3C/script%3E",
    "&lt;script&gt;probe()&lt;/script&gt;",
    "&#60;script&#62;probe()&#60;/script&#62;",
    "&amp;lt;b&amp;gt;",
    "&nbsp;&NewLine;&Tab;",
    "\\u003cscript\\u003eprobe()",
    "\\x3cscript\\x3eprobe()",
    "javascript:probe()",
    "JaVaScRiPt:probe()",
    "java\nscript:probe()",
    "\x01javascript:probe()",
    "data:text/html,<script>probe()</script>",
    'https://probe.example/" onmouseover="probe()',
    "https://probe.example/'><img src=x onerror=probe()>",
    "https://probe.example/?a=1&b=<b>",
    "http://[::1",
    "https://probe.example/\u202egpj.exe",
    "mailto:a@b.example?body=<script>",
    'a@b.example"onclick="probe()',
    "//probe.example/x",
    "\\\\probe.example\\x",
    "/-/logout",
    "../../../etc/passwd",
    "?lang=fr&q=x#y",
    "%00",
    "%s%s%n",
    "' OR 1=1 --",
    "'; DROP TABLE messages; --",
    '" UNION SELECT * FROM people --',
    ":id",
    "NEAR(a b)",
    'a" OR "b',
    "*",
    "Robert'); --",
)
#: What a page must show and not obey: control characters, bidi overrides, letters that look alike or pile up, line ends, lone surrogates.
_HIDDEN = (
    "\x1b[31mrouge\x1b[0m",
    "\x1b]0;titre\x07",
    "\x07\x08\x7f",
    "a\x00b",
    "a\rb",
    "a\r\nb",
    "a\x0bb\x0cc",
    "a\x85b",
    "a\u2028b\u2029c",
    "\u202egnp.exe\u202c",
    "\u2066a\u2067b\u2068c\u2069",
    "\u202aA\u202bB\u202d",
    "\u200ea\u200f",
    "\u061cx",
    "\ufeffx",
    "a\u200bb\u200cc\u200dd",
    "\ufff9a\ufffab\ufffb",
    "\U000e0041\U000e0042",
    "Z\u0351\u036b\u0343\u036a\u0302\u036b" * 20,
    "\u0430\u0440\u0440\u04cf\u0435.example",
    "\uff1cscript\uff1eprobe()",
    "\u003c\u0338script>",
    "\u05d0\u05d1\u05d2 (x) 123",
    "\u0627\u0644\u0639 <b>x</b>",
    "\ud7ff\ue000\uffff",
    "\U0001f600\U0001f468\u200d\U0001f469",
    "i\u0307\u0130\u0131",
    "\ufb03\ufb05",
    "x" * 3000,
    "<" * 400,
    "&" * 400,
    "\u00a0x\u2003\u3000",
    "\t\ttab",
    "<",
    ">",
    "&",
    '"',
    "'",
    "`",
)


def payloads() -> tuple[str, ...]:
    """Return two hundred distinct texts; none is empty, none holds a lone surrogate (SQLite keeps none)."""
    wrapped = (f'x"\'>{text}<b title="' for text in _ACTS)
    found = dict.fromkeys((*_ACTS, *_BREAKS, *_HIDDEN, *wrapped))
    return tuple(found)[:200]


def plain(number: int) -> str:
    """Return the harmless text that stands in the twin archive where payload `number` stands in the hostile one."""
    return f"plain text {number}"


SOURCE, FIRST_MESSAGE, FIRST_THREAD, FIRST_PERSON, FIRST_ATTACHMENT, FIRST_DOCUMENT, FIRST_FINDING = 7, 1000, 3000, 5000, 7000, 9000, 11000
IN_A_THREAD = 50


def write_hostile(path: Path, texts: tuple[str, ...]) -> Path:
    """Write an archive in which text `n` stands in every field of message `n`, and of its person, attachment, document, findings and links."""
    connection = sqlite3.connect(path, isolation_level=None)
    migrate(connection)
    connection.execute("BEGIN")
    _write_sources(connection, texts)
    for number, text in enumerate(texts):
        _write_person(connection, number, text)
        _write_message(connection, number, text)
        _write_things(connection, number, text)
    write_counts(connection)
    connection.execute("COMMIT")
    create_indexes(connection)
    connection.close()
    return path


def _write_sources(connection: sqlite3.Connection, texts: tuple[str, ...]) -> None:
    page = "\n".join(line.replace("\n", " ").replace("\r", " ") for line in texts)
    _insert(
        connection, "sources", id=SOURCE, sha256=texts[0], media_type=texts[1], encoding=texts[2], line_count=len(texts), member=texts[3]
    )
    for number, text in enumerate(texts[:15]):
        _insert(connection, "source_names", source_id=SOURCE, name=f"{number} {text}")
    _insert(connection, "pages", source_id=SOURCE, number=1, label=texts[4], first_line=1, text=page)
    _insert(connection, "segment_kinds", id=1, kind="header", rule=texts[5])
    _insert(connection, "segment_kinds", id=2, kind="disclaimer", rule=texts[6])
    for thread, start in enumerate(range(0, len(texts), IN_A_THREAD)):
        _insert(
            connection,
            "threads",
            id=FIRST_THREAD + thread,
            subject=texts[start],
            message_count=len(texts[start : start + IN_A_THREAD]),
            first_sent_at="2023-01-01T10:00",
            last_sent_at="2023-01-02T10:00",
            person_count=2,
            rule=texts[start],
        )


def _write_person(connection: sqlite3.Connection, number: int, text: str) -> None:
    id_ = FIRST_PERSON + number
    _insert(connection, "people", id=id_, name=text, sort_name=text, kind="person", rule=text)
    _insert(connection, "names", name=text, person_id=id_, rule=text)
    _insert(connection, "addresses", email=f"{number}{text}", person_id=id_, rule=text)
    _insert(connection, "printed_participants", id=id_, name=text, email=text, text=text, rule=text)
    _insert(connection, "correspondence", sender_id=id_, recipient_id=FIRST_PERSON, messages=1, first_sent_at=text, last_sent_at=text)


def _write_message(connection: sqlite3.Connection, number: int, text: str) -> None:
    id_, person, occurrence = FIRST_MESSAGE + number, FIRST_PERSON + number, 20000 + number
    thread = FIRST_THREAD + number // IN_A_THREAD
    parent = id_ - 1 if number % IN_A_THREAD else None
    _insert(
        connection,
        "messages",
        id=id_,
        thread_id=thread,
        parent_id=parent,
        relation="reply",
        standing="released",
        sender_id=person,
        sent_at=f"2023-01-01T10:{number % 60:02d}",
        sent_text=text,
        subject=text,
        subject_base=text,
        occurrence_id=occurrence,
        occurrence_count=2,
        search_row=number + 1,
        kind="message",
        rule=text,
        body=text,
    )
    connection.execute(
        "INSERT INTO messages_fts (rowid, subject, body, signature, header, stems) VALUES (?, ?, ?, '', '', 'word')",
        (number + 1, text, f"word {text}"),
    )
    _insert(connection, "signatures", id=id_, text=text)
    for copy, own in ((occurrence, None), (occurrence + 10000, f"{text} once more")):
        _insert(
            connection,
            "occurrence_rows",
            id=copy,
            message_id=id_,
            source_id=SOURCE,
            ordinal=copy,
            standing="released",
            first_line=number + 1,
            last_line=number + 1,
            first_page=1,
            layout=text,
            kind="message",
            sent_text=text,
            sent_rule=text,
            sent_conflict=text,
            subject=text,
            signature_id=id_,
            own_body=own,
        )
        for position, field in enumerate(("from", "to", "subject", "date", "attachments"), 1):
            _insert(
                connection,
                "header_field_rows",
                occurrence_id=copy,
                position=position,
                field=field,
                label=text,
                first_line=number + 1,
                last_line=number + 1,
                own_text=text if copy == occurrence else f"other {text}",
            )
    _insert(connection, "printed_mailboxes", id=id_, text=text, name=text, email=text, unit=text, rule=text)
    for role in ("from", "to", "cc"):
        _insert(connection, "participant_rows", message_id=id_, role=role, position=1, person_id=person, printed_id=person)
        _insert(connection, "mailbox_rows", occurrence_id=occurrence, field=role, position=1, printed_id=id_)
    _insert(
        connection,
        "segment_rows",
        source_id=SOURCE,
        position=number + 1,
        what_id=1 + number % 2,
        first_line=number + 1,
        last_line=number + 1,
        occurrence_id=occurrence,
    )
    if parent:
        _insert(
            connection,
            "links",
            child_id=id_,
            parent_id=parent,
            relation="reply",
            confidence=0.5,
            verdict="chosen",
            rule=text,
            evidence=text,
        )


def _write_things(connection: sqlite3.Connection, number: int, text: str) -> None:
    message, attachment, document = FIRST_MESSAGE + number, FIRST_ATTACHMENT + number, FIRST_DOCUMENT + number
    _insert(connection, "attachments", id=attachment, filename=text, extension=text, rule=text)
    _insert(
        connection, "message_attachments", message_id=message, position=1, attachment_id=attachment, filename=text, text=text, rule=text
    )
    _insert(
        connection,
        "documents",
        id=document,
        source_id=SOURCE,
        attachment_id=attachment,
        kind="unknown",
        title=text,
        first_line=number + 1,
        last_line=number + 1,
        search_row=number + 1,
        rule=text,
        text=text,
    )
    connection.execute("INSERT INTO documents_fts (rowid, title, text, stems) VALUES (?, ?, ?, 'word')", (number + 1, text, f"word {text}"))
    _insert(
        connection,
        "defects",
        source_id=SOURCE,
        position=number + 1,
        stage="read",
        code=text,
        detail=text,
        first_line=number + 1,
        last_line=number + 1,
    )
    for offset, kind in enumerate(("redaction", "parent-missing", "attachment-not-released")):
        _insert(
            connection,
            "findings",
            id=FIRST_FINDING + 10 * number + offset,
            kind=kind,
            certainty="certain",
            message_id=message,
            attachment_id=attachment,
            document_id=document,
            person_id=FIRST_PERSON + number,
            source_id=SOURCE,
            first_line=number + 1,
            last_line=number + 1,
            detail=text,
            rule=text,
        )
    _insert(connection, "message_ids", message_id=message, rfc_message_id=text)


def addresses(count: int) -> Iterator[str]:
    """Yield the pages of the reading room on which the texts stand: those of each message and its like, and every list."""
    yield from (
        "",
        "/threads",
        "/people",
        "/people?order=sent",
        "/sources",
        "/attachments",
        "/documents",
        "/missing",
        "/timeline",
        "/timeline?month=2023-01",
    )
    yield from ("/search?q=word", "/network", "/knew", "/compare", "/timeline?month=none", f"/timeline?sender={FIRST_PERSON}")
    yield from (f"/knew?file={FIRST_ATTACHMENT + number}" for number in range(0, count, 9))
    yield from (f"/people?page={page}" for page in range(1, count // 100 + 1))
    yield from (f"/thread/{FIRST_THREAD + thread}{order}" for thread in range(count // IN_A_THREAD) for order in ("", "?order=time"))
    yield from (f"/source/{SOURCE}?line={line}" for line in range(1, count + 1, 100))
    for number in range(count):
        yield f"/message/{FIRST_MESSAGE + number}"
        yield f"/person/{FIRST_PERSON + number}"
        yield f"/document/{FIRST_DOCUMENT + number}"
        yield f"/attachment/{FIRST_ATTACHMENT + number}"
