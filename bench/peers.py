"""Other splitters of mail, where they are installed (bench/requirements.txt). None of them returns the whole chain."""

from __future__ import annotations

import logging
from collections.abc import Callable
from importlib import import_module
from typing import Any

Split = Callable[[str], Any]

TALON = "talon"


def _talon(module: Any) -> Split:
    logging.getLogger("talon").setLevel(logging.CRITICAL)
    split: Split = module.extract_from_plain
    return split


def _mail_parser_reply(module: Any) -> Split:
    return lambda text: module.EmailReplyParser(languages=["fr", "en"]).read(text).replies


def _email_reply_parser(module: Any) -> Split:
    return lambda text: module.EmailReplyParser.read(text).fragments


def _quotequail(module: Any) -> Split:
    split: Split = module.unwrap
    return split


#: name -> the module that holds its splitter, and what calls it
_PEERS: dict[str, tuple[str, Callable[[Any], Split]]] = {
    TALON: ("talon.quotations", _talon),
    "mail-parser-reply": ("mailparser_reply", _mail_parser_reply),
    "email-reply-parser": ("email_reply_parser", _email_reply_parser),
    "quotequail, first block alone": ("quotequail", _quotequail),
}


def find_peers() -> dict[str, Split | None]:
    """Return every peer's splitter; None for one that is not installed or does not load here."""
    found: dict[str, Split | None] = {}
    for name, (module, splitter) in _PEERS.items():
        try:
            found[name] = splitter(import_module(module))
        except ImportError:
            found[name] = None
    return found
