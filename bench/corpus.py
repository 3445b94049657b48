"""Generate releases: dumps of French Outlook prints with their quoted chains, attachments' text, signatures, disclaimers and page numbers.

A dump depends on the seed and its own number alone, so that the first ten dumps of a hundred are those of ten. What is drawn and printed
here knows nothing of threadkit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from bench.vocabulary import Person, Vocabulary, wrap

SEED = 20_240_117
MESSAGES_A_DUMP = 1000
#: The share of a dump's lines that are attachments' text (letter and notice of recourse included).
ATTACHMENT_SHARE = 0.45
_DUMPS_A_BODY = 4
_SIZES = (1, 1, 1, 2, 2, 3, 3, 4, 4, 5)
_PAGE_LINES = 46
_LONGEST_DOCUMENT = 400
_LATER = 50_000


@dataclass(frozen=True, slots=True)
class Facts:
    """What a dump holds: distinct messages that begin in it, and the places where one stands."""

    messages: int
    occurrences: int
    lines: int
    attachment_lines: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Dump:
    """One generated dump; `prints` are its released messages, each with its quoted chain and the attachments' text behind it."""

    name: str
    text: str
    prints: tuple[str, ...]
    facts: Facts


@dataclass(frozen=True, slots=True)
class _Sent:
    """One message before it is printed."""

    sender: Person
    to: tuple[Person, ...]
    copy: tuple[Person, ...]
    day: int
    minute: int
    second: int
    subject: str
    words: str
    files: tuple[tuple[str, str], ...]


class Generator:
    """Writes the dumps of one seed."""

    def __init__(self, seed: int = SEED) -> None:
        self.seed = seed
        self._vocabulary = Vocabulary(seed)

    def dump(self, number: int, messages: int = MESSAGES_A_DUMP) -> Dump:
        """Return dump `number`, with `messages` distinct messages of its own and a few that the dump before it holds too."""
        return _DumpWriter(self._vocabulary, self.seed, number).write(messages)

    def addition(self, messages: int = 40) -> Dump:
        """Return a small dump that comes later: messages of its own, and copies of some that dump 0 holds."""
        return _DumpWriter(self._vocabulary, self.seed, 1).write(messages, first=_LATER)

    def write(self, folder: Path, messages: int) -> Facts:
        """Write as many dumps as hold `messages` distinct messages into a folder, and return what they hold together."""
        folder.mkdir(parents=True, exist_ok=True)
        found = []
        for number, first in enumerate(range(0, messages, MESSAGES_A_DUMP)):
            dump = self.dump(number, min(MESSAGES_A_DUMP, messages - first))
            (folder / dump.name).write_text(dump.text, encoding="utf-8", newline="")
            found.append(dump.facts)
        return Facts(*(sum(column) for column in zip(*map(_counts, found), strict=True)))


def _counts(facts: Facts) -> tuple[int, int, int, int, int]:
    return facts.messages, facts.occurrences, facts.lines, facts.attachment_lines, facts.bytes


class _DumpWriter:
    """Writes one dump: its letter, its conversations, some reprinted from the dump before, its notice."""

    def __init__(self, vocabulary: Vocabulary, seed: int, number: int) -> None:
        self._vocabulary, self._seed, self._number = vocabulary, seed, number
        self._rng = Random(f"{seed}/{number}")
        self._width = (95, 110, 76)[number % 3]
        self._body = vocabulary.body(number // _DUMPS_A_BODY)
        self._memo = number % 5 not in (1, 3)
        self._paging = ("feeds", "numbers", "none")[number % 3]
        self._page_lines = 1.0 if self._paging == "none" else 1 + 4 / _PAGE_LINES / (1 - ATTACHMENT_SHARE)
        self._owner = self._body.people[self._rng.randrange(len(self._body.people))]
        self._occurrences = self._mail_lines = self._attachment_lines = 0
        self._page = 0

    def write(self, messages: int, first: int = 0) -> Dump:
        """Return the dump; its own conversations are numbered from `first`."""
        prints: list[str] = []
        letter, notice = (self._official(self._vocabulary.release[part]) for part in ("letter", "notice"))
        left, index = messages, first
        while left > 0:
            chain = self._conversation(self._number, index)[:left]
            left -= len(chain)
            index += 1
            prints.extend(self._prints(chain))
            if self._number % _DUMPS_A_BODY and index % 12 == 0:
                prints.extend(self._reprint(index - first))
        text = self._paged("".join([letter, *prints, notice]))
        lines = text.count("\n")
        facts = Facts(messages, self._occurrences, lines, self._attachment_lines, len(text.encode()))
        return Dump(f"release-{self._number:04}.txt", text, tuple(prints), facts)

    def _official(self, template: str) -> str:
        rng, vocabulary = self._rng, self._vocabulary
        values = {"town": rng.choice(vocabulary.towns), "date": rng.choice(vocabulary.days).plain, "number": str(rng.randrange(100_000))}
        text = template.format(**values) + "\n\n\n"
        self._attachment_lines += text.count("\n")
        return text

    # ------------------------------------------------------------ what was written

    def _conversation(self, dump: int, index: int) -> list[_Sent]:
        """Return conversation `index` of a dump, first message first: the same from whichever dump it is printed in."""
        rng = Random((self._seed * 100_003 + dump) * 100_003 + index)
        body = self._body
        size = _SIZES[int(rng.random() * len(_SIZES))]
        among = rng.sample(body.people, min(2 + size, len(body.people)))
        base = self._subject(rng)
        subject = base if rng.random() < 0.95 else self._vocabulary.printed["reply"] + base
        day, minute = int(rng.random() * (len(self._vocabulary.days) - 60)), 420 + int(rng.random() * 540)
        chain: list[_Sent] = []
        writer, reader = among[0], among[1]
        for place in range(size):
            if place:
                forward = place == size - 1 and rng.random() < 0.15
                subject = self._vocabulary.printed["forward" if forward else "reply"] + base
                writer, reader = reader, among[2 + place] if forward else writer
                day, minute = self._later(rng, day, minute)
            copy = tuple(among[2 : 2 + int(rng.random() * 3)]) if rng.random() < 0.4 else ()
            files = self._files(rng) if rng.random() < 0.3 else ()
            words = self._words(rng, writer, reader)
            chain.append(_Sent(writer, (reader,), copy, day, minute, int(rng.random() * 60), subject, words, files))
        return chain

    @staticmethod
    def _later(rng: Random, day: int, minute: int) -> tuple[int, int]:
        if rng.random() < 0.6 and minute < 1000:
            return day, minute + 2 + int(rng.random() * 200)
        return day + 1 + int(rng.random() * 4), 420 + int(rng.random() * 540)

    def _subject(self, rng: Random) -> str:
        vocabulary = self._vocabulary
        if rng.random() < 0.08:
            return str(rng.choice(vocabulary.subjects["generic"]))
        template = vocabulary.subjects["specific"][int(rng.random() * len(vocabulary.subjects["specific"]))]
        return str(template).format(
            number=10_000 + int(rng.random() * 90_000), town=rng.choice(vocabulary.towns), firm=rng.choice(vocabulary.firms),
            theme=vocabulary.theme(rng), object=vocabulary.object(rng),
        )  # fmt: skip

    def _files(self, rng: Random) -> tuple[tuple[str, str], ...]:
        named = []
        for _ in range(1 + int(rng.random() * 2.3)):
            file, title = rng.choice(self._vocabulary.attached["files"])
            firm, number = rng.choice(self._vocabulary.firms), str(1000 + int(rng.random() * 9000))
            named.append((file.format(firm=firm, number=number), title.format(firm=firm, FIRM=firm.upper(), number=number)))
        return tuple(dict(named).items())

    def _words(self, rng: Random, writer: Person, reader: Person) -> str:
        """Return a message's own words with signature and disclaimer, wrapped as this dump's printer wraps."""
        vocabulary, draw = self._vocabulary, rng.random
        prose = vocabulary.prose
        opening = prose["openings"][int(draw() * len(prose["openings"]))].replace("{name}", reader.given)
        if draw() < 0.1:
            paragraphs = [prose["short"][int(draw() * len(prose["short"]))]]
        else:
            told = vocabulary.sentences
            sentences = [told[int(draw() * len(told))] for _ in range(1 + int(draw() * 4))]
            sentences.insert(int(draw() * len(sentences)), vocabulary.unique(rng))
            cut = len(sentences) if draw() < 0.6 else 1
            paragraphs = [" ".join(part) for part in (sentences[:cut], sentences[cut:]) if part]
        closing = prose["closings"][int(draw() * len(prose["closings"]))]
        signature = writer.signature if draw() < 0.7 else f"{writer.given}\n"
        disclaimer = f"\n{self._body.disclaimer}" if self._body.disclaimer and draw() < 0.3 else ""
        wrapped = "\n\n".join([wrap(paragraph, self._width) for paragraph in paragraphs])
        return f"{opening}\n{wrapped}\n{closing}\n\n{signature}{disclaimer}"

    # ------------------------------------------------------------ how it is printed

    def _prints(self, chain: list[_Sent]) -> Iterator[str]:
        """Print a conversation as its last message with the others quoted below; now and then an earlier one too."""
        if len(chain) > 1 and self._rng.random() < 0.2:
            yield self._print(chain[: self._rng.randrange(1, len(chain))])
        yield self._print(chain)

    def _reprint(self, index: int) -> Iterator[str]:
        """Print a conversation of the dump before this one, from another mailbox."""
        chain = self._conversation(self._number - 1, index)
        yield self._print(chain[: self._rng.randrange(1, len(chain) + 1)])

    def _print(self, chain: list[_Sent]) -> str:
        sent = chain[-1]
        marker = self._vocabulary.printed["markers"][index] if (index := int(self._rng.random() * 8)) < 2 else ""
        quoted = [f"\n{marker}{self._quoted(before)}{before.words}" for before in reversed(chain[:-1])]
        text = f"{self._released(sent)}\n{sent.words}{''.join(quoted)}"
        self._occurrences += len(chain)
        self._mail_lines += int((text.count("\n") + 4) * self._page_lines)
        return f"\n\n\n{text}{self._documents(sent)}\n"

    def _released(self, sent: _Sent) -> str:
        printed = self._vocabulary.printed
        day = self._vocabulary.days[sent.day]
        time = f"{sent.minute // 60:02}:{sent.minute % 60:02}"
        memo = self._memo
        form = "memo" if memo else "cover"
        copy = self._listed(sent.copy, "listed")
        files = wrap("; ".join(file for file, _ in sent.files), 90)
        header = printed[form].format(
            sender=sent.sender.short, to=self._listed(sent.to, "listed"), subject=sent.subject,
            copy=printed[f"{form}_copy"].format(copy=copy) if copy else "", files=printed[f"{form}_files"].format(files=files) if files else "",
            long=f"{day.with_weekday} {time}" if self._number % 2 else f"{day.plain} {time}", second=f"{day.plain} {time}:{sent.second:02}",
        )  # fmt: skip
        if memo and sent.minute % 7 == 0:
            header += printed["memo_categories"].format(category=printed["categories"][sent.second % 3])
        return f"{self._owner_lines()}{header}" if memo and sent.minute % 5 == 0 else str(header)

    def _owner_lines(self) -> str:
        self._page += 1
        return f"{self._page}\n\n{self._owner.listed}\n\n"

    def _quoted(self, sent: _Sent) -> str:
        printed = self._vocabulary.printed
        copy = self._listed(sent.copy, "mailbox")
        return str(printed["quoted"]).format(
            sender=sent.sender.mailbox, to=self._listed(sent.to, "mailbox"), subject=sent.subject,
            copy=printed["quoted_copy"].format(copy=copy) if copy else "",
            minute=f"{self._vocabulary.days[sent.day].plain} {sent.minute // 60:02}:{sent.minute % 60:02}",
        )  # fmt: skip

    def _listed(self, people: tuple[Person, ...], form: str) -> str:
        return wrap("; ".join([getattr(person, form) for person in people]), self._width) if people else ""

    def _documents(self, sent: _Sent) -> str:
        """Return the text of a message's attachments: as long as keeps the share of such lines at what it is to be."""
        if not sent.files:
            return ""
        wanted = int(self._mail_lines * ATTACHMENT_SHARE / (1 - ATTACHMENT_SHARE)) - self._attachment_lines
        count = 0
        parts: list[str] = []
        for _, title in sent.files:
            parts.append(f"\n\n {title}\n\n{self._vocabulary.unique(self._rng)}")
            count += 5
            most = count + min(_LONGEST_DOCUMENT, wanted) // len(sent.files)
            while count < most:
                section = "\n".join(self._vocabulary.section(self._rng, self._width))
                count += section.count("\n") + 1
                parts.append(section)
        self._attachment_lines += count
        return "\n".join(parts) + "\n"

    def _paged(self, text: str) -> str:
        """Cut the text into pages: by form feeds under page numbers, by page numbers between blank lines, or not at all."""
        if self._paging == "none":
            return text
        lines = text.split("\n")
        pages = ["\n".join(lines[start : start + _PAGE_LINES]) for start in range(0, len(lines), _PAGE_LINES)]
        between = "\n\n{}\n\f" if self._paging == "feeds" else "\n\n\n{}\n\n"
        return "".join([page + between.format(number) for number, page in enumerate(pages, 1)])
