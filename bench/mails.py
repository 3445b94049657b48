"""Measure the reading of mail files: against mail-parser alone for the same fields, and a mailbox's table of contents against `mailbox`."""

from __future__ import annotations

import base64
import hashlib
import mailbox
import mmap
import quopri
from collections.abc import Callable, Iterable, Iterator
from email.header import Header
from pathlib import Path
from time import process_time
from typing import Any

import mailparser

from bench.corpus import Generator
from bench.rows import LeftOut, Row, ratio
from threadkit.read.mail import parse_mail
from threadkit.read.mail_mbox import find_mails

ROUNDS = 5
_MAILS = 600
_BOX_MAILS = 20_000
_ATTACHED = bytes(range(256)) * 60
MB = 1024 * 1024


def make_mails(generator: Generator, number: int, count: int = _MAILS) -> list[bytes]:
    """Return mails whose words are generated: half plain, a quarter in two forms, a quarter with an attachment."""
    texts = [text for text in generator.dump(number, max(200, count // 2)).prints if text.count("\n") < 400]
    return [_mail(place, texts[place % len(texts)]) for place in range(count)]


def _mail(place: int, words: str) -> bytes:
    head = (
        "Received: from a.example (a.example [192.0.2.1]) by b.example with ESMTP id 1; Mon, 14 Nov 2022 17:22:06 -0500\n"
        f"From: {Header('Hélène Thériault', 'utf-8').encode()} <helene.{place}@rhnq.example>\n"
        f'To: "Gagnon, Martin" <martin@rhnq.example>, {Header("Inès", "utf-8").encode()} <ines@rhnq.example>\nCc: paul@rhnq.example\n'
        f"Date: Mon, 14 Nov 2022 17:{place % 60:02d}:05 -0500\nSubject: {Header(f'Évaluation {place}', 'utf-8').encode()}\n"
        f"Message-ID: <{place}@rhnq.example>\nIn-Reply-To: <{place - 1}@rhnq.example>\nMIME-Version: 1.0\n"
    ).encode()
    text = b"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n" + quopri.encodestring(words.encode())
    if place % 4 < 2:
        return head + text
    if place % 4 == 2:
        html = b"Content-Type: text/html; charset=utf-8\n\n<p>" + words.replace("\n", "<br>\n").encode() + b"</p>"
        return head + b'Content-Type: multipart/alternative; boundary="xx"\n\n--xx\n' + text + b"\n--xx\n" + html + b"\n--xx--\n"
    file = (
        b'Content-Type: application/pdf; name="rapport.pdf"\nContent-Disposition: attachment; filename="rapport.pdf"\n'
        b"Content-Transfer-Encoding: base64\n\n"
    )
    attached = file + base64.encodebytes(_ATTACHED + str(place).encode())
    return head + b'Content-Type: multipart/mixed; boundary="xx"\n\n--xx\n' + text + b"\n--xx\n" + attached + b"\n--xx--\n"


def read_ours(content: bytes) -> tuple[Any, ...]:
    """Return the fields of a mail, its words, and its attachments with their SHA-256."""
    mail = parse_mail(content)
    return mail.fields, mail.body, [(attached.filename, attached.sha256) for attached in mail.attached]


def read_theirs(content: bytes) -> tuple[Any, ...]:
    """Return the same through mail-parser alone."""
    mail = mailparser.parse_from_bytes(content)
    fields = (mail.from_, mail.to, mail.cc, mail.subject, mail.date, mail.message_id, mail.in_reply_to)
    files = [(each["filename"], hashlib.sha256(base64.b64decode(each["payload"])).hexdigest()) for each in mail.attachments]
    return fields, mail.text_plain or mail.text_html, files


def measure_mails(generator: Generator, folder: Path) -> Iterator[Row | LeftOut]:
    """Read the same mails both ways, in turns, new ones each round; then find where the mails of a mailbox stand."""
    ours, theirs, sizes = [], [], []
    for number in range(ROUNDS + 1):
        mails = make_mails(generator, number)
        sizes.append(sum(map(len, mails)))
        ours.append(_seconds(read_ours, mails))
        theirs.append(_seconds(read_theirs, mails))
    speed, their_speed = (_MAILS * ROUNDS / sum(seconds[1:]) for seconds in (ours, theirs))
    note = f"{speed:,.0f} mails a second against {their_speed:,.0f}; {sum(sizes[1:]) / MB:.0f} MB in {_MAILS * ROUNDS:,} mails"
    yield Row(".eml against mail-parser alone, same fields", ratio(theirs[1:], ours[1:]), target=2, at_least=True, note=note)
    yield from _measure_box(make_mails(generator, 0), folder / "boite.mbox")


def _measure_box(mails: list[bytes], path: Path) -> Iterator[Row]:
    with path.open("wb") as file:
        for place in range(_BOX_MAILS):
            file.write(b"From paul@rhnq.example Mon Nov 14 08:15:00 2022\n" + mails[place % len(mails)] + b"\n")
    ours, theirs = [], []
    for _ in range(3):
        ours.append(_seconds(_count_ours, [path]))
        theirs.append(_seconds(lambda box: len(mailbox.mbox(box)), [path]))
    note = f"{path.stat().st_size / MB / min(ours):,.0f} MB/s against {path.stat().st_size / MB / min(theirs):,.0f}; {_BOX_MAILS:,} mails"
    yield Row("where the mails of a mailbox stand, against mailbox", ratio(theirs, ours), target=10, at_least=True, note=note)


def _count_ours(path: Path) -> int:
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return sum(1 for _ in find_mails(content))


def _seconds(call: Callable[[Any], object], items: Iterable[Any]) -> float:
    """Return the processor's seconds: what else the machine does in the meantime is left out of both sides."""
    start = process_time()
    for item in items:
        call(item)
    return process_time() - start
