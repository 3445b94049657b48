"""One row as a page of text: a message with its places, parent, answers and body; a thread as a tree; a person; an attachment; a document."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from threadkit.cli.terminal import fields, one_line, when
from threadkit.hidden import with_marks
from threadkit.locale import Texts
from threadkit.queries import Row

__all__ = ["page_of"]

_ROLES = ("from", "on-behalf-of", "to", "cc", "bcc", "reply-to")


def page_of(texts: Texts, table: str, row: Row) -> str:
    """Return the page of one row as `queries.describe` gives it."""
    return _PAGES[table](texts, row)


def _list(row: Row, key: str) -> list[Row]:
    value = row[key]
    return value if isinstance(value, list) else []


def _lines(texts: Texts, row: Row) -> str:
    if row["first_line"] == row["last_line"]:
        return texts("show.line", first=str(row["first_line"]))
    return texts("show.lines", first=str(row["first_line"]), last=str(row["last_line"]))


def _message_line(row: Row) -> str:
    parts = (when(row["sent_at"]), row["sender"], row["subject"])
    return f"{' · '.join(one_line(part) for part in parts if part)}  [{row['id']}]"


def _section(title: str, lines: Sequence[str]) -> list[str]:
    return ["", title, *(f"  {line}" for line in lines)] if lines else []


def _mailbox(row: Row) -> str:
    name, email = row["name"], row["email"]
    shown = f"{name} <{email}>" if name and email else str(name or email or row["text"] or "")
    return f"{shown} [{row['person_id']}]" if row["person_id"] else shown


def _place(texts: Texts, row: Row) -> str:
    label = f" ({row['page_label']})" if row["page_label"] else ""
    page = texts("show.page", number=str(row["page"])) + label
    return f"{texts('standing.' + str(row['standing']))}{texts('show.colon')} {one_line(row['source'])}, {page}, {_lines(texts, row)}"


def _attached(texts: Texts, row: Row) -> str:
    found = texts("show.text_in", id=str(row["document_id"]), lines=_lines(texts, row)) if row["document_id"] else texts("show.no_text")
    return f"{one_line(row['filename'])} [{row['id']}]{texts('show.colon')} {found}"


def _finding(texts: Texts, row: Row) -> str:
    kind = texts.maybe(f"finding.{row['kind']}") or str(row["kind"])
    return one_line(f"{kind} ({texts('certainty.' + str(row['certainty']))})") + (
        f"{texts('show.colon')} {one_line(texts.archived(str(row['kind']), str(row['detail'])))}" if row["detail"] else ""
    )


def _parent(texts: Texts, row: Row) -> list[str]:
    links = _list(row, "links")
    if row["parent_id"] is None:
        word = texts("show.parent_unknown") if row["relation"] else texts("show.parent_none")
        return [word, *(f"{texts('show.refused')} {_message_line(link)}, {link['rule']}, {link['confidence']}" for link in links)]
    lines = []
    for link in links:
        relation = texts("relation." + str(link["relation"]))
        verdict = relation if link["verdict"] == "chosen" else texts("show.refused")
        lines.append(f"{verdict}{texts('show.colon')} {_message_line(link)}")
        evidence = one_line(texts.archived("evidence", str(link["evidence"])))
        lines.append(f"    {one_line(link['rule'])}, {link['confidence']}{texts('show.colon')} {evidence}")
    return lines or [f"[{row['parent_id']}]"]


def _message_head(texts: Texts, row: Row) -> str:
    people = _list(row, "participants")
    sent = f"{when(row['sent_at'])}" if row["sent_at"] else texts("show.no_date")
    printed = f"  ({row['sent_text']})" if row["sent_text"] else ""
    pairs: list[tuple[str, object]] = []
    for role in _ROLES:
        named = "; ".join(_mailbox(person) for person in people if person["role"] == role)
        if named:
            pairs.append((texts(f"role.{role}"), named))
    pairs += [
        (texts("column.sent_at"), sent + printed),
        (texts("column.subject"), row["subject"]),
        (texts("column.kind"), texts.maybe(f"message_kind.{row['kind']}") or row["kind"]),
        (texts("column.standing"), texts(f"standing.{row['standing']}")),
        (texts("column.thread"), f"{row['thread_subject'] or ''} [{row['thread_id']}]"),
    ]
    return fields(pairs)


def _message(texts: Texts, row: Row) -> str:
    lines = [texts("show.message", id=str(row["id"])), _message_head(texts, row)]
    lines += _section(texts("show.attachments"), [_attached(texts, item) for item in _list(row, "attachments")])
    lines += _section(texts("show.places"), [_place(texts, item) for item in _list(row, "places")])
    lines += _section(texts("show.parent"), _parent(texts, row))
    lines += _section(texts("show.children"), [_message_line(item) for item in _list(row, "children")])
    lines += _section(texts("show.findings"), [_finding(texts, item) for item in _list(row, "findings")])
    return "\n".join([*lines, "", with_marks(str(row["body"] or texts("show.no_body")))])


def _tree(messages: Sequence[Row]) -> list[tuple[int, Row]]:
    """Return the messages with their depth, each under its parent; with a stack, for a chain may be 50,000 long."""
    known = {row["id"] for row in messages}
    children: dict[object, list[Row]] = {}
    for row in messages:
        children.setdefault(row["parent_id"] if row["parent_id"] in known else None, []).append(row)
    waiting = [(0, row) for row in reversed(children.get(None, []))]
    shown: list[tuple[int, Row]] = []
    while waiting:
        depth, row = waiting.pop()
        shown.append((depth, row))
        waiting += [(depth + 1, child) for child in reversed(children.get(row["id"], []))]
    return shown


def _thread(texts: Texts, row: Row) -> str:
    tree = [f"{'  ' * min(depth, 12)}{_message_line(message)}" for depth, message in _tree(_list(row, "messages"))]
    head = fields(
        [
            (texts("column.subject"), row["subject"]),
            (texts("column.first_sent_at"), when(row["first_sent_at"])),
            (texts("column.last_sent_at"), when(row["last_sent_at"])),
            (texts("column.message_count"), row["message_count"]),
            (texts("column.person_count"), row["person_count"]),
        ]
    )
    return "\n".join([texts("show.thread", id=str(row["id"])), head, "", *tree])


def _person(texts: Texts, row: Row) -> str:
    head = fields(
        [
            (texts("column.name"), row["name"]),
            (texts("column.kind"), texts(f"person_kind.{row['kind']}")),
            (texts("column.names"), "; ".join(map(str, _list(row, "names")))),
            (texts("column.addresses"), ", ".join(map(str, _list(row, "addresses")))),
        ]
    )
    lines = [texts("show.person", id=str(row["id"])), head]
    for key in ("sent", "received"):
        messages = _list(row, key)
        lines += _section(texts.count(f"show.{key}", len(messages)), [_message_line(message) for message in messages])
    return "\n".join(lines)


def _attachment(texts: Texts, row: Row) -> str:
    documents = [
        f"{texts('document_kind.' + str(item['kind']))} [{item['id']}], {_lines(texts, item)} ({item['confidence']})"
        for item in _list(row, "documents")
    ]
    lines = [texts("show.attachment", id=str(row["id"])), fields([(texts("column.filename"), row["filename"])])]
    lines += _section(texts("show.attached_to"), [_message_line(item) for item in _list(row, "messages")])
    lines += _section(texts("show.its_text"), documents or [texts("show.no_text")])
    lines += _section(texts("show.findings"), [_finding(texts, item) for item in _list(row, "findings")])
    return "\n".join(lines)


def _document(texts: Texts, row: Row) -> str:
    head = fields(
        [
            (texts("column.title"), row["title"]),
            (texts("column.kind"), texts(f"document_kind.{row['kind']}")),
            (texts("column.filename"), f"{row['filename']} [{row['attachment_id']}]" if row["attachment_id"] else None),
            (texts("column.source"), f"{row['source']}, {_lines(texts, row)}"),
            (texts("column.confidence"), row["confidence"]),
        ]
    )
    return "\n".join([texts("show.document", id=str(row["id"])), head, "", with_marks(str(row["text"] or ""))])


def _one_finding(texts: Texts, row: Row) -> str:
    place = f"{row['source']}, {_lines(texts, row)}" if row["source"] and row["first_line"] else None
    message = _message_line({**row, "id": row["message_id"]}) if row["message_id"] else None
    head = fields(
        [
            (texts("column.kind"), f"{texts.maybe('finding.' + str(row['kind'])) or row['kind']} ({row['kind']})"),
            (texts("column.certainty"), texts(f"certainty.{row['certainty']}")),
            (texts("column.message"), message),
            (texts("column.filename"), f"{row['filename']} [{row['attachment_id']}]" if row["attachment_id"] else None),
            (texts("column.title"), f"{row['document'] or ''} [{row['document_id']}]" if row["document_id"] else None),
            (texts("column.who"), f"{row['person']} [{row['person_id']}]" if row["person_id"] else None),
            (texts("column.source"), place),
            (texts("column.rule"), row["rule"]),
            (texts("column.detail"), texts.archived(str(row["kind"]), str(row["detail"])) if row["detail"] else None),
        ]
    )
    return "\n".join([texts("show.finding", id=str(row["id"])), head])


_PAGES: dict[str, Callable[[Texts, Row], str]] = {
    "findings": _one_finding,
    "messages": _message,
    "threads": _thread,
    "people": _person,
    "attachments": _attachment,
    "documents": _document,
}
