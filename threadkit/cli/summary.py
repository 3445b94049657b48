"""What an import brought, for a person to take in at a glance, and what to type next."""

from __future__ import annotations

from pathlib import Path

from threadkit.hidden import with_marks
from threadkit.locale import Texts
from threadkit.queries import FINDING_ORDER
from threadkit.queries.lists import Counts

__all__ = ["db_option", "summary_of"]

_DEFAULT_ARCHIVE = "archive.db"


def summary_of(texts: Texts, counts: Counts, head: str, db: Path) -> str:
    """Return the summary of an archive under one line of `head`: counts, lines accounted for, next commands."""
    lines = [with_marks(head), "", *_count_lines(texts, counts), "", *_next_lines(texts, db)]
    return "\n".join(lines)


def _count_lines(texts: Texts, counts: Counts) -> list[str]:
    found = [
        ("messages", counts["messages"], _messages(texts, counts)),
        ("threads", counts["threads"], ""),
        ("people", counts["people"], ""),
        ("attachments", counts["attachments"], _attachments(texts, counts)),
        ("documents", counts["documents"], texts("import.documents_detail") if counts["documents"] else ""),
        ("findings", counts["findings"], ""),
        *((f"  {name}", number, "") for name, number in _findings(texts, counts)),
        ("defects", counts["defects"], texts("import.defects_detail") if counts["defects"] else ""),
        ("lines", counts["lines"], _lines(texts, counts)),
    ]
    rows = [(texts.maybe(f"import.{name}") or name, texts.number(number), detail) for name, number, detail in found]
    name_room, number_room = (max(len(row[i]) for row in rows) for i in (0, 1))
    return [f"  {name:<{name_room}}  {number:>{number_room}}  {detail}".rstrip() for name, number, detail in rows]


def _messages(texts: Texts, counts: Counts) -> str:
    if not counts["messages"]:
        return ""
    detail = texts("import.messages_detail", released=counts["released"], only_quoted=counts["only_quoted"])
    return f"{detail}, {texts('import.enclosed', n=counts['enclosed'])}" if counts["enclosed"] else detail


def _attachments(texts: Texts, counts: Counts) -> str:
    if not counts["attachments"]:
        return ""
    return texts(
        "import.attachments_detail", names=texts.count("import.names", counts["attachment_names"]), found=counts["attachments_found"]
    )


def _findings(texts: Texts, counts: Counts) -> list[tuple[str, int]]:
    kinds = [name.removeprefix("finding:") for name in counts if name.startswith("finding:")]
    order = {kind: position for position, kind in enumerate(FINDING_ORDER)}
    kinds.sort(key=lambda kind: (order.get(kind, len(order)), kind))
    return [(texts.maybe(f"finding.{kind}") or kind, counts[f"finding:{kind}"]) for kind in kinds]


def _lines(texts: Texts, counts: Counts) -> str:
    if counts["lines_accounted"] == counts["lines"]:
        return texts.count("import.lines_all", counts["lines"]) if counts["lines"] else ""
    return texts("import.lines_some", accounted=counts["lines_accounted"], n=counts["lines"])


def _next_lines(texts: Texts, db: Path) -> list[str]:
    option = db_option(db)
    word = texts("help.words_metavar").rstrip(".")
    commands = [
        (f"threadkit browse{option}", texts("import.next_browse")),
        (f"threadkit search{option} {word}", texts("import.next_search")),
        (f"threadkit findings{option}", texts("import.next_findings")),
    ]
    room = max(len(command) for command, _ in commands)
    return [texts("import.next"), *(f"  {with_marks(command):<{room}}  {why}" for command, why in commands)]


def db_option(db: Path) -> str:
    """Return what a command needs to find this archive again, with a blank before it; nothing where it is the usual one."""
    return "" if str(db) == _DEFAULT_ARCHIVE else f" --db {_quoted(str(db))}"


def _quoted(path: str) -> str:
    return f'"{path}"' if any(c in path for c in " &();'") else path
