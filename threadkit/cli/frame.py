"""The frame around every command: help in the user's language, the options all share, and what a failure looks like."""

from __future__ import annotations

import errno
import sqlite3
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import click

from threadkit.cli.terminal import say
from threadkit.hidden import with_marks
from threadkit.locale import LANGUAGES, Texts
from threadkit.records import ThreadkitError

__all__ = ["USAGE", "Frame", "archive_options", "explain", "explain_usage"]

USAGE, NOTHING, DAMAGED, LOCKED = 1, 3, 4, 5
_Command = TypeVar("_Command", bound=click.Command)
_Function = TypeVar("_Function", bound=Callable[..., Any])


class _Formatter(click.HelpFormatter):
    """Help whose headings speak the user's language (click ships English alone)."""

    texts: ClassVar[Texts]

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, f"{self.texts('help.usage')} ")

    def section(self, name: str) -> Any:
        return super().section(self.texts.maybe(f"help.section.{name.lower()}") or name)


class Frame:
    """The click classes and texts that the commands of one language are made with."""

    def __init__(self, texts: Texts) -> None:
        self.texts = texts
        self.log: str | None = None
        formatter = type("Formatter", (_Formatter,), {"texts": texts})
        self._context = type("Context", (click.Context,), {"formatter_class": formatter})
        self._options: dict[str, Any] = {
            "context_settings": {"help_option_names": ["-h", "--help"]},
            "options_metavar": texts("help.options_metavar"),
        }

    def keep_log(self, context: click.Context, parameter: click.Parameter, value: str | None) -> None:
        """Remember where `--log` wants a traceback written."""
        self.log = value

    def _localised(self, base: type[_Command]) -> type[_Command]:
        frame = self

        class Localised(base):  # type: ignore[misc, valid-type]
            context_class = frame._context

            def get_help_option(self, ctx: click.Context) -> click.Option | None:
                option = super().get_help_option(ctx)
                if option is not None:
                    option.help = frame.texts("help.help")
                return option  # type: ignore[no-any-return]

            def list_commands(self, ctx: click.Context) -> list[str]:
                return list(self.commands)  # in the order of use, not of the alphabet

        return Localised

    def command(self, name: str) -> Callable[[Callable[..., Any]], click.Command]:
        """Make a function the command `name`; its help is the text `help.NAME`."""
        return click.command(name, cls=self._localised(click.Command), help=self.texts(f"help.{name}"), **self._options)

    def group(self) -> Callable[[Callable[..., Any]], click.Group]:
        """Make a function the group of all commands."""
        return click.group(
            "threadkit",
            cls=self._localised(click.Group),
            help=self.texts("help.threadkit"),
            subcommand_metavar=self.texts("help.command_metavar"),
            **self._options,
        )

    def option(self, *names: str, text: str, **more: Any) -> Callable[[_Function], _Function]:
        """Add an option whose help is the text `help.option.TEXT`."""
        return click.option(*names, help=self.texts(f"help.option.{text}"), **more)


def archive_options(frame: Frame, *, with_json: bool = True, with_db: bool = True) -> Callable[[_Function], _Function]:
    """Add the options that every command on an archive takes: --db, --json (where it answers with data), --lang, --log."""
    file = frame.texts("help.file_metavar")
    options = [
        frame.option(
            "--log", text="log", type=click.Path(dir_okay=False), expose_value=False, is_eager=True, callback=frame.keep_log, metavar=file
        ),
        frame.option("--lang", text="lang", type=click.Choice(LANGUAGES), expose_value=False),
        frame.option("--json", "as_json", text="json", is_flag=True),
        frame.option("--db", text="db", type=click.Path(dir_okay=False, path_type=Path), default=Path("archive.db"), metavar=file),
    ]
    if not with_db:
        del options[3]
    if not with_json:
        del options[2]

    def add(function: _Function) -> _Function:
        for option in options:
            function = option(function)
        return function

    return add


def _usage_message(error: click.UsageError, texts: Texts) -> str:
    if texts.language == "en":
        return error.format_message()
    option, command = getattr(error, "option_name", None), getattr(error, "command_name", None)
    if isinstance(error, click.NoSuchOption):
        return texts("usage.no_such_option", name=option)
    if command:
        return texts("usage.no_such_command", name=command)
    if isinstance(error, click.BadParameter) and error.param is not None:
        return _parameter_message(error, error.param, texts)
    if isinstance(error, click.BadOptionUsage):
        return texts("usage.bad_option", name=option)
    return error.format_message()


def _parameter_message(error: click.BadParameter, parameter: click.Parameter, texts: Texts) -> str:
    name = parameter.get_error_hint(error.ctx) if error.ctx else parameter.name
    if isinstance(error, click.MissingParameter):
        return texts("usage.missing", name=name)
    if isinstance(parameter.type, click.Choice):
        return texts("usage.choice", name=name, choices=", ".join(map(str, parameter.type.choices)))
    if isinstance(parameter.type, click.IntRange) and parameter.type.max is not None:
        return texts("usage.bad_range", name=name, low=str(parameter.type.min), high=str(parameter.type.max))
    if isinstance(parameter.type, click.types.IntParamType):
        return texts("usage.bad_number", name=name)
    if isinstance(parameter.type, click.Path):
        return texts("usage.bad_path", name=name)
    return texts("usage.bad_value", name=name, message=error.message)


def explain_usage(error: click.UsageError, texts: Texts) -> int:
    """Say what is wrong with a command line and where its help is; return the exit code."""
    say(f"threadkit: {with_marks(_usage_message(error, texts))}", err=True)
    path = error.ctx.command_path if error.ctx else "threadkit"
    say(texts("usage.see_help", command=f"{path} --help"), err=True)
    return USAGE


def _sqlite_trouble(error: sqlite3.Error, texts: Texts) -> tuple[str, int]:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return texts("error.locked"), LOCKED
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return texts("error.damaged", detail=str(error)), DAMAGED
    if code == sqlite3.SQLITE_FULL:
        return texts("error.disk_full"), NOTHING
    if code == sqlite3.SQLITE_INTERRUPT:
        return texts("error.interrupted"), 130
    return texts("error.sqlite", detail=str(error)), NOTHING


def _known_trouble(error: BaseException, texts: Texts) -> tuple[str, int] | None:
    if isinstance(error, ThreadkitError):
        place = f"{texts.phrase(error.where)}{texts('show.colon')} " if error.where else ""
        hint = f"\n  {texts.phrase(error.hint)}" if error.hint else ""
        return f"{place}{texts.phrase(error.what)}{hint}", error.exit_code
    if isinstance(error, sqlite3.Error):
        return _sqlite_trouble(error, texts)
    if isinstance(error, MemoryError):
        return texts("error.memory"), NOTHING
    if isinstance(error, OSError):
        if error.errno == errno.ENOSPC:
            return texts("error.disk_full"), NOTHING
        place = f"{error.filename}{texts('show.colon')} " if error.filename else ""
        return f"{place}{texts.archived('system', error.strerror or str(error))}", NOTHING
    return None


_LOG_OPENING = b"Traceback"


def _write_log(error: BaseException, log: str) -> str | None:
    """Write what stopped the command into the log; return its name, None where nothing could be written, or where the file is no such log."""
    try:
        if Path(log).exists() and Path(log).read_bytes()[: len(_LOG_OPENING)] not in (b"", _LOG_OPENING):
            return None
        Path(log).write_text("".join(traceback.format_exception(error)), encoding="utf-8", errors="backslashreplace")
    except OSError:
        return None
    return log


def explain(error: BaseException, texts: Texts, log: str | None) -> int:
    """Say in plain words what stopped the command, and return the exit code. A traceback goes to the `--log` file, never to a user."""
    known = _known_trouble(error, texts)
    if log:
        log = _write_log(error, log)
    if known is not None:
        say(f"threadkit: {with_marks(known[0])}", err=True)
        return known[1]
    say(f"threadkit: {with_marks(texts('error.unexpected', kind=type(error).__name__, detail=str(error)))}", err=True)
    say(texts("error.log_written", file=log) if log else texts("error.how_to_report"), err=True)
    return NOTHING
