"""The command line: options in, calls, prints. No question to the archive is worded here, and no traceback leaves here."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import click

from threadkit import __version__
from threadkit.cli.auditing import auditing_commands
from threadkit.cli.commands import changing_commands
from threadkit.cli.correcting import correcting_commands
from threadkit.cli.frame import Frame, explain, explain_usage
from threadkit.cli.reading import reading_commands
from threadkit.cli.sources import source_commands
from threadkit.cli.terminal import say
from threadkit.locale import LANGUAGES, choose_language, load_texts

__all__ = ["build_cli", "main", "run"]

INTERRUPTED = 130


def build_cli(frame: Frame) -> click.Group:
    """Return the command `threadkit` in the language of `frame`."""

    @frame.group()
    @click.version_option(__version__, "--version", prog_name="threadkit", message="%(prog)s %(version)s", help=frame.texts("help.version"))
    @frame.option("--lang", text="lang", type=click.Choice(LANGUAGES), expose_value=False)
    def threadkit() -> None:
        pass

    for command in (*changing_commands(frame), *reading_commands(frame), *auditing_commands(frame), *correcting_commands(frame), *source_commands(frame)):
        threadkit.add_command(command)
    return threadkit


def run(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code; every failure has been told on standard error."""
    frame = Frame(load_texts(choose_language(arguments, os.environ)))
    try:
        result = build_cli(frame).main(list(arguments), prog_name="threadkit", standalone_mode=False)
        sys.stdout.flush()
        return result if isinstance(result, int) else 0
    except click.exceptions.NoArgsIsHelpError as error:
        say(error.format_message(), err=True)
        return 1
    except click.UsageError as error:
        return explain_usage(error, frame.texts)
    except (KeyboardInterrupt, click.Abort):
        say(frame.texts("error.interrupted"), err=True)
        return INTERRUPTED
    except (BrokenPipeError, SystemExit):  # click turns a broken pipe into an exit, and nothing else
        return _leave_quietly()
    except Exception as error:  # noqa: BLE001 - the last line of defence: what is told here names its kind, and --log keeps the rest
        return explain(error, frame.texts, frame.log)


def _leave_quietly() -> int:
    """The reader of our output (`| head`) has gone: nothing more can be said, and that is no failure."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _main_streams() -> None:
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def main() -> None:
    """Run threadkit on the command line of this process."""
    _main_streams()
    sys.exit(run(sys.argv[1:]))
