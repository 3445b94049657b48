"""The commands that audit an archive: audit, redactions, compare, knew, explain, verify, digest."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from sqlite3 import Connection

import click

from threadkit import queries
from threadkit.archive.digest import archive_digest
from threadkit.archive.opening import open_archive
from threadkit.audit.auditing import Audit, audit_archive
from threadkit.audit.comparison import Comparison, Difference, DocumentRow, MessageRow, Pair, compare_archives
from threadkit.audit.explaining import Conclusion, Witness, explain_row
from threadkit.audit.knowledge import Knowledge, Step, who_knew
from threadkit.audit.letter import letter_paragraphs, letter_text, write_docx
from threadkit.audit.points import Places
from threadkit.audit.redactions import read_ledger
from threadkit.cli.audit_pages import audit_page, ledger_page, points_csv, redactions_csv, verify_page
from threadkit.cli.frame import Frame, archive_options
from threadkit.cli.progress import ProgressLine
from threadkit.cli.terminal import columns, json_text, one_line, say, when
from threadkit.hidden import with_marks
from threadkit.locale import Texts
from threadkit.records import ThreadkitError
from threadkit.words import load_words

__all__ = ["auditing_commands"]

#: The exit code of `verify` where a row does not hold: the archive is damaged.
_DOES_NOT_HOLD = 4
#: What the name of a letter may end in: it is written as text, or for Word.
_LETTERS = ("", ".txt", ".text", ".md", ".docx")
_MAGIC = b"SQLite format 3\x00"
#: What a terminal shows of one change.
_WIDEST = 160


@contextlib.contextmanager
def _archive_of(path: Path) -> Iterator[Connection]:
    """Open an archive, or import a file or folder into one that lasts as long as the question."""
    with contextlib.ExitStack() as stack:
        if not _is_database(path):
            from threadkit.importing import import_paths  # noqa: PLC0415 - the parsers take a while to load, which archives do not need

            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="threadkit-"))
            db = Path(folder, "compared.db")
            report = import_paths([path], db)
            if not db.exists():
                detail = report.exceptions[0].detail if report.exceptions else ""
                raise ThreadkitError(detail or "holds nothing that can be imported.", where=str(path))
            path = db
        yield stack.enter_context(contextlib.closing(open_archive(path)))


def _is_database(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(_MAGIC)) == _MAGIC
    except IsADirectoryError:
        return False


def _compare(frame: Frame) -> click.Command:
    given = click.Path(exists=True, path_type=Path)

    @frame.command("compare")
    @click.argument("old", type=given, metavar=frame.texts("help.old_metavar"))
    @click.argument("new", type=given, metavar=frame.texts("help.new_metavar"))
    @archive_options(frame, with_db=False)
    def compare(*, old: Path, new: Path, as_json: bool) -> None:
        with _archive_of(old) as before, _archive_of(new) as after:
            found = compare_archives(before, after, load_words())
        if as_json:
            say(json_text(asdict(found)))
        else:
            _print_comparison(frame.texts, found)

    return compare


def _print_comparison(texts: Texts, found: Comparison) -> None:
    say(texts.count("compare.same", found.same))
    if found.is_empty:
        say(texts("compare.nothing"))
    _print_list(texts, "compare.added", [_shown(texts, row) for row in found.added])
    _print_list(texts, "compare.gone", [_shown(texts, row) for row in found.gone])
    _print_list(texts, "compare.changed", _pairs(texts, found.changed))
    _print_list(texts, "compare.attachments_added", found.attachments_added)
    _print_list(texts, "compare.attachments_gone", found.attachments_gone)
    _print_list(texts, "compare.texts_added", found.texts_added)
    _print_list(texts, "compare.texts_gone", found.texts_gone)
    _print_list(texts, "compare.documents_added", [_shown(texts, row) for row in found.documents_added])
    _print_list(texts, "compare.documents_gone", [_shown(texts, row) for row in found.documents_gone])
    _print_list(texts, "compare.documents_changed", _pairs(texts, found.documents_changed))


def _print_list(texts: Texts, key: str, lines: Sequence[str]) -> None:
    count = sum(not line.startswith(" ") for line in lines)
    if not lines:
        return
    say()
    say(texts.count(key, count))
    for line in lines:
        say(f"  {line}")


def _pairs(texts: Texts, pairs: Iterable[Pair]) -> list[str]:
    return [line for pair in pairs for line in (_shown(texts, pair.new), *(_difference(texts, d) for d in pair.differences))]


def _difference(texts: Texts, difference: Difference) -> str:
    old, new = _short(difference.old), _short(difference.new)
    said = {"added": f"+ {new}", "gone": f"- {old}"}.get(difference.kind, f"{old} -> {new}")
    return f"    {texts('compare.field.' + difference.field)}, {texts('compare.kind.' + difference.kind)}{texts('show.colon')} {said}"


def _short(text: str) -> str:
    text = one_line(text)
    return text if len(text) <= _WIDEST else f"{text[: _WIDEST - 1]}…"


def _shown(texts: Texts, row: MessageRow | DocumentRow) -> str:
    if isinstance(row, MessageRow):
        parts: tuple[str | None, ...] = (when(row.sent_at), row.sender or row.from_text, row.subject)
    else:
        parts = (texts(f"document_kind.{row.kind}"), row.filename or row.title)
    return f"{' · '.join(one_line(part) for part in parts if part)} ({_place(texts, row.source, row.line)})  [{row.id}]"


def _place(texts: Texts, source: str | None, line: int | None) -> str:
    return f"{one_line(source)}, {texts('show.line', first=str(line))}" if source and line else one_line(source)


def _knew(frame: Frame) -> click.Command:
    @frame.command("knew")
    @click.argument("words", nargs=-1, required=True, metavar=frame.texts("help.knew_metavar"))
    @frame.option("--by", text="by", metavar="DATE")
    @archive_options(frame)
    def knew(*, db: Path, as_json: bool, words: tuple[str, ...], by: str | None) -> None:
        number = int(words[0]) if len(words) == 1 and words[0].isdecimal() else None
        with contextlib.closing(open_archive(db)) as connection:
            found = who_knew(connection, load_words(), phrase=" ".join(words), row_id=number, by=by)
        if as_json:
            say(json_text(asdict(found)))
        else:
            _print_knowledge(frame.texts, found)

    return knew


def _print_knowledge(texts: Texts, found: Knowledge) -> None:
    if not found.steps:
        say(texts("knew.nobody"))
        return
    headings = [texts(f"column.{key}") for key in ("sent_at", "who", "knew_how", "subject", "source", "message")]
    say(columns(headings, [_step(texts, step) for step in found.steps]))


def _step(texts: Texts, step: Step) -> list[object]:
    how = texts(f"knew.{step.rule}")
    if step.certainty == "possible":
        how = f"{how} ({texts('certainty.possible')})"
    return [when(step.sent_at), step.name, how, step.subject, _place(texts, step.source, step.line), step.message_id]


def _explain(frame: Frame) -> click.Command:
    @frame.command("explain")
    @click.argument("row_id", type=int, metavar="ID")
    @archive_options(frame)
    def explain(*, db: Path, as_json: bool, row_id: int) -> None:
        with contextlib.closing(open_archive(db)) as connection:
            found = queries.find_kind(connection, row_id)
            if found is None:
                hint = frame.texts("show.none_hint")
                raise ThreadkitError(frame.texts("show.none", id=str(row_id)), where=str(db), hint=hint, exit_code=1)
            conclusions = explain_row(connection, *found)
        if as_json:
            say(json_text([asdict(conclusion) for conclusion in conclusions]))
        else:
            say("\n\n".join(_conclusion(frame.texts, conclusion) for conclusion in conclusions))

    return explain


def _conclusion(texts: Texts, found: Conclusion) -> str:
    value = one_line(found.value) or texts("explain.unknown")
    lines = [f"{texts('explain.' + found.what)}{texts('show.colon')} {value}"]
    if found.rule:
        evidence = one_line(texts.archived("evidence", found.evidence))
        lines.append(f"  {texts('explain.rule', rule=found.rule)}" + (f"{texts('show.colon')} {evidence}" if evidence else ""))
    lines += [f"  {_witness(texts, witness)}" for witness in found.witnesses]
    for other in found.refused:
        evidence = one_line(texts.archived("evidence", other.evidence))
        lines.append(
            f"  {texts('show.refused')}{texts('show.colon')} {one_line(other.shown)} [{other.id}], {other.rule}, {other.confidence}: {evidence}"
        )
    return "\n".join(lines)


def _witness(texts: Texts, witness: Witness) -> str:
    return f"{_place(texts, witness.source, witness.first_line)}{texts('show.colon')} {one_line(witness.label)} | {_short(witness.text)}"


def _digest(frame: Frame) -> click.Command:
    @frame.command("digest")
    @archive_options(frame)
    def digest(*, db: Path, as_json: bool) -> None:
        with contextlib.closing(open_archive(db)) as connection:
            found = archive_digest(connection)
        say(json_text({"digest": found}) if as_json else found)

    return digest


def _audit(frame: Frame) -> click.Command:
    @frame.command("audit")
    @frame.option("--csv", "as_csv", text="csv", is_flag=True)
    @frame.option(
        "--letter",
        text="letter",
        type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
        metavar=frame.texts("help.file_metavar"),
    )
    @archive_options(frame)
    def audit(*, db: Path, as_json: bool, as_csv: bool, letter: Path | None) -> None:
        _refuse_two_forms(frame.texts, {"--csv": as_csv, "--json": as_json, "--letter": letter})
        with contextlib.closing(open_archive(db)) as connection:
            found = audit_archive(connection, load_words())
        if letter is not None:
            _write_letter(frame.texts, found, letter)
        elif as_json:
            say(json_text(asdict(found)))
        elif as_csv:
            say(points_csv(frame.texts, found.points))
        else:
            say(audit_page(frame.texts, found))

    return audit


def _refuse_two_forms(texts: Texts, forms: dict[str, object]) -> None:
    """Raise where more than one form of the answer is asked for: an option that is left unheard is an error."""
    asked = [name for name, value in forms.items() if value]
    if len(asked) > 1:
        raise ThreadkitError(texts("usage.together", names=", ".join(asked)), exit_code=1)


def _write_letter(texts: Texts, found: Audit, path: Path) -> None:
    if path.exists():
        raise ThreadkitError(texts("audit.exists"), where=str(path), hint=texts("audit.exists_hint"), exit_code=1)
    if path.suffix.lower() not in _LETTERS:
        hint = texts("audit.no_letter_hint", suffixes=", ".join(filter(None, _LETTERS)))
        raise ThreadkitError(texts("audit.no_letter"), where=str(path), hint=hint, exit_code=1)
    paragraphs = letter_paragraphs(found, texts)
    if not found.ledger.redactions and not any(paragraph.style == "item" for paragraph in paragraphs):
        say(texts("audit.nothing_to_ask"))
        return
    if str(path) == "-":
        say(with_marks(letter_text(paragraphs)))
        return
    try:
        if path.suffix.lower() == ".docx":
            write_docx(paragraphs, path)
        else:
            path.write_text(f"{letter_text(paragraphs)}\n", encoding="utf-8")
    except OSError as error:
        why = texts("audit.not_written", detail=texts.archived("system", error.strerror or str(error)))
        raise ThreadkitError(why, where=str(path), hint=texts("audit.not_written_hint"), exit_code=1) from error
    say(texts("audit.written", file=path))


def _redactions(frame: Frame) -> click.Command:
    @frame.command("redactions")
    @frame.option("--csv", "as_csv", text="csv", is_flag=True)
    @archive_options(frame)
    def redactions(*, db: Path, as_json: bool, as_csv: bool) -> None:
        _refuse_two_forms(frame.texts, {"--csv": as_csv, "--json": as_json})
        with contextlib.closing(open_archive(db)) as connection:
            ledger = read_ledger(connection, load_words(), Places(connection))
        if as_json:
            say(json_text(asdict(ledger)))
        elif as_csv:
            say(redactions_csv(ledger))
        else:
            say(ledger_page(frame.texts, ledger))

    return redactions


def _verify(frame: Frame) -> click.Command:
    @frame.command("verify")
    @archive_options(frame)
    def verify(*, db: Path, as_json: bool) -> int:
        from threadkit.verifying import verify as verify_archive  # noqa: PLC0415 - the parsers take a while to load, which no other command should

        line = ProgressLine(frame.texts)
        try:
            report = verify_archive(db, line)
        finally:
            line.clear()
        if as_json:
            say(json_text({**asdict(report), "archive": str(report.archive)}))
        else:
            say(verify_page(frame.texts, report))
        return _DOES_NOT_HOLD if report.problems else 0

    return verify


def auditing_commands(frame: Frame) -> tuple[click.Command, ...]:
    """Return the commands that audit an archive, in the order of the help."""
    return tuple(make(frame) for make in (_audit, _redactions, _compare, _knew, _explain, _verify, _digest))
