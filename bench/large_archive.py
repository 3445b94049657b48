"""An archive of a million messages, written row by row: as large as a release never was, so that pages are measured and not the import.

Its shape is that of mail: a few people write much and many little, a few threads are long and most short, months differ, half of the messages hold
one certain word. The same seed gives the same archive.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from bench.vocabulary import Vocabulary
from threadkit.archive.counts import write_counts
from threadkit.archive.migrations import create_indexes, migrate

#: In half of all bodies, and in none of the sentences.
COMMON, RARE = "quotidien", "introuvable"
LONGEST_THREAD, LINES_A_MESSAGE, A_SOURCE = 5000, 24, 1000
_START, _DAYS = datetime.fromisoformat("2015-01-05"), 3000
_BATCH = 20_000
Row = tuple[object, ...]
#: What is written of each table; what a table has besides stays empty.
_COLUMNS = {
    "people": "id name sort_name kind rule",
    "names": "name person_id rule",
    "addresses": "email person_id rule",
    "printed_participants": "id name email text rule",
    "printed_mailboxes": "id text name email unit rule",
    "sources": "id sha256 media_type encoding byte_count line_count page_count parser_version",
    "source_names": "source_id name",
    "pages": "source_id number label first_line text",
    "segment_kinds": "id kind rule",
    "threads": "id subject first_sent_at last_sent_at message_count person_count rule",
    "messages": "id kind thread_id parent_id relation standing sender_id sent_at sent_precision sent_text subject subject_base occurrence_id occurrence_count "
    "search_row rule body",
    "participant_rows": "message_id role position person_id printed_id",
    "occurrence_rows": "id message_id source_id ordinal standing depth first_line last_line first_page layout kind sent_at sent_precision sent_text sent_rule "
    "subject subject_base relation body_print body_words",
    "segment_rows": "source_id position first_line last_line first_char last_char occurrence_id what_id",
    "header_field_rows": "occurrence_id position field label first_line last_line",
    "mailbox_rows": "occurrence_id field position printed_id",
    "links": "child_id parent_id relation confidence verdict rule evidence",
    "message_attachments": "message_id position attachment_id filename text rule",
    "findings": "id kind certainty message_id source_id first_line last_line rule detail",
    "documents": "id source_id attachment_id kind title first_line last_line confidence search_row rule text",
    "attachments": "id filename extension rule",
}


@dataclass(frozen=True, slots=True)
class Large:
    """Where the archive is, and rows that are hard on a page: the longest thread, the busiest person, a message, source, attachment, document."""

    path: Path
    messages: int
    thread: int
    person: int
    message: int
    source: int
    line: int
    attachment: int
    document: int

    @classmethod
    def of(cls, path: Path, messages: int) -> Large:
        """Return what an archive of that many messages holds, written before or now: ids follow from its size alone."""
        ids = _Writer
        return cls(path, messages, ids.thread_id(0), ids.person_id(0), ids.message_id(messages // 2), 1, 23 * min(messages, A_SOURCE), 1, 1)


def write_large(path: Path, messages: int, seed: int = 7) -> Large:
    """Write an archive with that many messages at `path`."""
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("page_size = 8192", "journal_mode = OFF", "synchronous = OFF", "cache_size = -200000"):
        connection.execute(f"PRAGMA {pragma}")
    migrate(connection)
    connection.execute("BEGIN")
    writer = _Writer(connection, messages, seed)
    writer.write_people()
    writer.write_sources()
    writer.write_messages()
    writer.write_correspondence()
    connection.execute("COMMIT")
    create_indexes(connection)
    connection.execute("BEGIN")
    write_counts(connection)
    connection.execute("COMMIT")
    connection.close()
    return Large.of(path, messages)


def _place(number: int) -> tuple[int, int]:
    """Return the source of a message and its first line there."""
    return number // A_SOURCE + 1, LINES_A_MESSAGE * (number % A_SOURCE) + 1


class _Writer:
    """Writes table after table; ids are spread over 53 bits, as real ones are."""

    def __init__(self, connection: sqlite3.Connection, messages: int, seed: int) -> None:
        self._connection, self._messages, self._rng = connection, messages, Random(seed)
        self._words = Vocabulary(seed)
        self._people = max(50, messages // 50)
        self._attachments = max(20, messages // 12)

    @staticmethod
    def _spread(kind: int, number: int) -> int:
        return (number * 2654435761 * 4 + kind * 1_000_003 + 1) % (1 << 53)

    @classmethod
    def message_id(cls, number: int) -> int:
        return cls._spread(1, number + 1)

    @classmethod
    def thread_id(cls, number: int) -> int:
        return cls._spread(2, number + 1)

    @classmethod
    def person_id(cls, number: int) -> int:
        return cls._spread(3, number + 1)

    def _insert(self, name: str, rows: Iterator[Row]) -> None:
        columns = _COLUMNS[name].split()
        self._connection.executemany(f"INSERT INTO {name} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})", rows)

    def _someone(self) -> int:
        """Return a person's number: the first writes a twentieth of all mail, the last a few messages."""
        return min(int(self._people * self._rng.random() ** 3.2), self._people - 1)

    def write_people(self) -> None:
        given, family = self._words._given, self._words._family
        named = [(f"{given[n % len(given)]} {family[n // len(given) % len(family)]}", n) for n in range(self._people)]
        full = [f"{name} {n}" if n >= len(given) * len(family) else name for name, n in named]
        sort = [" ".join((*name.split()[1:], name.split()[0])) for name in full]
        self._insert("people", ((self.person_id(n), full[n], sort[n], "person", "bench") for n in range(self._people)))
        self._insert("names", ((full[n], self.person_id(n), "bench") for n in range(self._people)))
        self._insert("addresses", ((f"p{n}@ville.example", self.person_id(n), "bench") for n in range(self._people)))
        self._insert(
            "printed_participants", ((self.person_id(n), full[n], f"p{n}@ville.example", full[n], "bench") for n in range(self._people))
        )
        self._insert(
            "printed_mailboxes", ((self.person_id(n), full[n], full[n], f"p{n}@ville.example", None, "bench") for n in range(self._people))
        )

    def write_sources(self) -> None:
        """Write the sources, one dump without page marks for every thousand messages; all have the same text, which is never searched."""
        lines = LINES_A_MESSAGE * A_SOURCE
        text = "\n".join(self._rng.choice(self._words.sentences)[:90] for _ in range(lines))
        count = -(-self._messages // A_SOURCE)
        self._insert("sources", ((n, f"{n:064x}", "text/plain", "utf-8", len(text), lines, 1, "bench") for n in range(1, count + 1)))
        self._insert("source_names", ((n, f"dump-{n:04d}.txt") for n in range(1, count + 1)))
        self._insert("pages", ((n, 1, None, 1, text) for n in range(1, count + 1)))
        self._insert("segment_kinds", iter(((1, "header", "bench"), (2, "body", "bench"), (3, "blank", "bench"))))

    def write_messages(self) -> None:
        plans: list[tuple[int, int, int | None, int, str | None, str]] = []
        threads: list[Row] = []
        number, thread = 0, 0
        while number < self._messages:
            length = min(self._length(thread), self._messages - number)
            plans += self._plan(number, thread, length)
            threads.append((self.thread_id(thread), plans[-1][5], plans[number][4], plans[-1][4], length, min(length, 4) + 1, "bench"))
            number, thread = number + length, thread + 1
        self._insert("threads", iter(threads))
        for start in range(0, self._messages, _BATCH):
            self._write_batch(plans[start : start + _BATCH])

    def _length(self, thread: int) -> int:
        return (
            min(LONGEST_THREAD, self._messages // 4)
            if thread == 0
            else 1 + int(4 * self._rng.random() ** 3 + 60 * self._rng.random() ** 60)
        )

    def _plan(self, number: int, thread: int, length: int) -> list[tuple[int, int, int | None, int, str | None, str]]:
        start = _START + timedelta(days=self._rng.random() * _DAYS)
        subject = self._words.theme(self._rng).capitalize()
        found = []
        for step in range(length):
            sent = None if self._rng.random() < 0.01 else (start + timedelta(hours=7 * step)).isoformat(timespec="minutes")
            parent = number + max(0, step - 1 - int(3 * self._rng.random() ** 4)) if step else None
            found.append((number + step, thread, parent, self._someone(), sent, subject))
        return found

    def _write_batch(self, plans: list[tuple[int, int, int | None, int, str | None, str]]) -> None:
        rng, sentences = self._rng, self._words.sentences
        bodies, rows, people = [], [], []
        for number, thread, parent, person, sent, subject in plans:
            words = [sentences[int(rng.random() * len(sentences))] for _ in range(2 + int(rng.random() * 5))]
            words += [f"Un rappel {COMMON}."] if number % 2 else []
            words += [f"Voir {RARE}."] if number % 5000 == 17 else []
            bodies.append("\n".join(words))
            standing = "released" if number % 3 else "quoted"
            shown = subject if parent is None else f"RE: {subject}"
            above = None if parent is None else self.message_id(parent)
            rows.append((
                self.message_id(number), "message", self.thread_id(thread), above, above and "reply", standing, self.person_id(person), sent,
                sent and "minute", sent, shown, subject, self.message_id(number), 1, number + 1, "bench", bodies[-1],
            ))  # fmt: skip
            others = list(dict.fromkeys(self._someone() for _ in range(1 + int(rng.random() * 4))))
            people.append((number, person, others))
        self._insert("messages", iter(rows))
        self._insert("participant_rows", self._participants(people))
        self._write_readings(plans, rows)
        self._write_things(plans)
        fts = "INSERT INTO messages_fts (rowid, body, subject, signature, header, stems) VALUES (?, ?, ?, '', '', '')"
        self._connection.executemany(fts, ((plan[0] + 1, body, plan[5]) for plan, body in zip(plans, bodies, strict=True)))

    def _participants(self, people: list[tuple[int, int, list[int]]]) -> Iterator[Row]:
        for number, sender, others in people:
            id_ = self.message_id(number)
            yield (id_, "from", 1, self.person_id(sender), self.person_id(sender))
            for position, other in enumerate(others, 1):
                yield (id_, "to" if position < 3 else "cc", position, self.person_id(other), self.person_id(other))

    def _write_readings(self, plans: list[tuple[int, int, int | None, int, str | None, str]], rows: list[Row]) -> None:
        occurrences, segments, fields, boxes, links = [], [], [], [], []
        for (number, _, parent, person, sent, subject), row in zip(plans, rows, strict=True):
            id_, (source, first) = self.message_id(number), _place(number)
            occurrences.append((
                id_, id_, source, number, row[5], 0, first, first + 22, 1, "bench", "message", sent, sent and "minute", sent, "bench", row[10], subject,
                row[4], "", 40,
            ))  # fmt: skip
            segments += [
                (source, 3 * (number % A_SOURCE) + kind, first + at, first + to, 0, 0, id_, kind)
                for kind, at, to in ((1, 0, 3), (2, 4, 22), (3, 23, 23))
            ]
            fields += [
                (id_, place, field, label, first + place, first + place)
                for place, (field, label) in enumerate((("from", "De"), ("date", "Envoyé"), ("subject", "Objet")))
            ]
            boxes.append((id_, "from", 1, self.person_id(person)))
            if parent is not None:
                links.append((id_, self.message_id(parent), "reply", 0.98, "chosen", "quotation", "printed directly below it"))
        for name, found in (
            ("occurrence_rows", occurrences),
            ("segment_rows", segments),
            ("header_field_rows", fields),
            ("mailbox_rows", boxes),
            ("links", links),
        ):
            self._insert(name, iter(found))

    def _write_things(self, plans: list[tuple[int, int, int | None, int, str | None, str]]) -> None:
        attached: list[Row] = []
        findings: list[Row] = []
        documents: list[Row] = []
        for number, *_ in plans:
            if number % 6 == 0:
                attachment = number // 12 % self._attachments + 1
                attached.append((self.message_id(number), 1, attachment, f"Rapport {attachment}.pdf", f"Rapport {attachment}.pdf", "bench"))
            if number % 3 == 0:
                kind = ("only-quoted", "redaction", "parent-missing", "attachment-not-released", "variant")[number // 3 % 5]
                source, first = _place(number)
                findings.append(
                    (self._spread(4, number), kind, "certain", self.message_id(number), source, first, first, "bench", "by the generator")
                )
            if number % 20 == 0:
                text = " ".join(self._words.sentences[(number + place) % len(self._words.sentences)] for place in range(20))
                id_ = number // 20 + 1
                documents.append(
                    (
                        id_,
                        1,
                        id_ if id_ <= self._attachments else None,
                        "attachment-text",
                        f"Rapport {id_}",
                        number + 1,
                        number + 5,
                        0.9,
                        id_,
                        "bench",
                        text,
                    )
                )
        self._insert("message_attachments", iter(attached))
        self._insert("findings", iter(findings))
        self._insert("documents", iter(documents))
        fts = "INSERT INTO documents_fts (rowid, text, title, stems) VALUES (?, ?, ?, '')"
        self._connection.executemany(fts, ((row[8], row[10], row[4]) for row in documents))

    def write_correspondence(self) -> None:
        self._insert("attachments", ((number, f"Rapport {number}.pdf", "pdf", "bench") for number in range(1, self._attachments + 1)))
        self._connection.execute(
            "INSERT INTO correspondence SELECT m.sender_id, r.person_id, count(*), min(m.sent_at), max(m.sent_at), 'bench' "
            "FROM participant_rows AS r JOIN messages AS m ON m.id = r.message_id WHERE r.role <> 'from' GROUP BY 1, 2"
        )
