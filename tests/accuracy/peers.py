"""Compare threadkit with other libraries that split mails, on a folder of fixtures: `python -m tests.accuracy.peers FOLDER [-v]`; or, on the
dumps read by hand, by the messages that each gives complete: `python -m tests.accuracy.peers --complete` (`peers_complete`).

Each fixture is a file `NAME.json`: `text` (the words of a mail as it was sent, quotations included) and what is known of it: `reply` (the
words of its sender), and `from`, `to`, `date`, `subject` of the first message quoted in it. The libraries' own tests are such fixtures; their
licences are theirs, and none is kept here. A library that is not installed is left out; one that does not tell a field has a dash.
Texts are compared by their letters and digits.
"""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tests.accuracy import peers_complete
from tests.accuracy.corpora import find_corpora
from threadkit.parse import parse_source
from threadkit.read.formats import read_bytes
from threadkit.words import load_words

FIELDS = ("reply", "from", "to", "date", "subject")
_OWN = ("body", "signature", "disclaimer")
_HEAD = (
    b"From: Sender <sender@sender.example>\nTo: r@r.example\nDate: Wed, 01 Jan 2031 12:00:00 +0000\nSubject: Re: x\n"
    b"Content-Type: text/plain; charset=utf-8\n\n"
)
_LANGUAGES = ["en", "fr", "de", "nl", "it", "es"]

Answer = Mapping[str, str | None]


def threadkit_says(text: str) -> Answer:
    """Return what threadkit reads in a mail with these words."""
    source = read_bytes(_HEAD + text.encode(), "fixture.eml")
    reading = parse_source(source, load_words())
    top, *quoted = reading.occurrences
    own = [source.text[s.first_char : s.last_char + 1] for s in reading.segments if s.occurrence_id == top.id and s.kind in _OWN]
    told: dict[str, str | None] = {"reply": top.body if any(behind_words(each, top) for each in quoted) else "\n".join(own)}
    for field in FIELDS[1:]:
        told[field] = next((item.text for each in quoted[:1] for item in each.fields if item.field == field), None)
    return told


def behind_words(quoted: Any, top: Any) -> bool:
    """Say whether a quoted message is introduced on a line that holds words of the mail that quotes it."""
    return bool(top.span.first_line <= quoted.span.first_line <= top.span.last_line)


def talon_says(text: str, talon: Any) -> Answer:
    """Return talon's reply."""
    return {"reply": importlib.import_module("talon.quotations").extract_from_plain(text)}


def email_reply_parser_says(text: str, library: Any) -> Answer:
    """Return the reply of Zapier's library; it leaves signatures out."""
    return {"reply": library.EmailReplyParser.parse_reply(text)}


def mailparser_reply_says(text: str, library: Any) -> Answer:
    """Return the reply of mail-parser-reply."""
    replies = library.EmailReplyParser(languages=_LANGUAGES).read(text=text).replies
    return {"reply": replies[0].content if replies else ""}


def quotequail_says(text: str, library: Any) -> Answer:
    """Return the reply and the header that quotequail unwraps."""
    told = library.unwrap(text)
    if told is None:
        return {"reply": text, **dict.fromkeys(FIELDS[1:])}
    reply = "\n".join(filter(None, (told.get("text_top"), told.get("text_bottom"))))
    return {"reply": reply, **{field: told.get(field) for field in FIELDS[1:]}}


def unquotemail_says(text: str, library: Any) -> Answer:
    """Return the reply of unquotemail."""
    unquote = library.Unquote(None, text, parse=False)
    unquote.parse()
    return {"reply": unquote.get_text()}


PEERS: Mapping[str, Callable[[str, Any], Answer]] = {
    "talon": talon_says,
    "email_reply_parser": email_reply_parser_says,
    "mailparser_reply": mailparser_reply_says,
    "quotequail": quotequail_says,
    "unquotemail": unquotemail_says,
}


def letters(text: str | None) -> str:
    return load_words().folding.letters(text or "")


def installed() -> dict[str, Callable[[str], Answer]]:
    """Return threadkit and the libraries that are there, by name."""
    found: dict[str, Callable[[str], Answer]] = {"threadkit": threadkit_says}
    for name, says in PEERS.items():
        try:
            library = importlib.import_module(name)
        except ImportError:
            continue
        found[name] = lambda text, says=says, library=library: says(text, library)  # type: ignore[misc]
    return found


def complete_readers() -> dict[str, peers_complete.Reader]:
    """Return how each library that is there is asked for whole messages: one that unwraps headers is given them."""
    found: dict[str, peers_complete.Reader] = {}
    for name, says in installed().items():
        if name == "quotequail":
            library = importlib.import_module(name)
            found[name] = peers_complete.Reader(lambda text, of=library: peers_complete.unwraps(text, of), True, peers_complete.HEADER)  # type: ignore[misc]
        elif name != "threadkit":
            found[name] = peers_complete.Reader(says, False, peers_complete.WORDS)
    return found


def main(arguments: list[str]) -> int:
    if "--complete" in arguments:
        readers, truths = complete_readers(), (truth for corpus in find_corpora() for truth in corpus.truths())
        print(peers_complete.write_complete(peers_complete.count_complete(readers, truths), readers))
        return 0
    (folder,) = [Path(each) for each in arguments if not each.startswith("-")]
    libraries = installed()
    right = {name: dict.fromkeys(FIELDS, 0) for name in libraries}
    asked, told = dict.fromkeys(FIELDS, 0), {name: set[str]() for name in libraries}
    for path in sorted(folder.glob("*.json")):
        fixture = json.loads(path.read_text(encoding="utf-8"))
        answers = {name: says(fixture["text"]) for name, says in libraries.items()}
        for field in (field for field in FIELDS if field in fixture):
            asked[field] += 1
            for name, answer in answers.items():
                told[name] |= {field} & answer.keys()
                agrees = letters(answer.get(field)) == letters(fixture[field])
                right[name][field] += agrees
                if not agrees and name == "threadkit" and "-v" in arguments:
                    print(f"{path.stem}: {field}: {answer.get(field)!r} for {fixture[field]!r}")
    print(f"{'':20}" + "".join(f"{field:>10}" for field in FIELDS))
    print(f"{'fixtures':20}" + "".join(f"{asked[field]:10}" for field in FIELDS))
    for name, counts in right.items():
        print(f"{name:20}" + "".join(f"{counts[field] if field in told[name] else '-':>10}" for field in FIELDS))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
