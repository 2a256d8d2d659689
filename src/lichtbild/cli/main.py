"""The command line's table of contents, and the one place where an error becomes a sentence.

Exit codes: 0 done, 1 findings, 2 bad input, 3 broken, 130 interrupted, 143 told to end.
"""

import os
import signal
import sys
from types import FrameType
from typing import Annotated, Any

import typer

from lichtbild import __version__
from lichtbild.cli.develop import develop
from lichtbild.core.errors import LichtbildError

_UsageError: type[Exception] = typer.BadParameter.__mro__[1]  # typer keeps the name to itself

app = typer.Typer(
    name="lichtbild",
    help="An open camera bench: one chain from glass to picture.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> bool:
    if wanted:
        typer.echo(f"lichtbild {__version__}")
        raise typer.Exit
    return wanted


@app.callback()
def lichtbild(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Say the version and end."),
    ] = False,
) -> None:
    """An open camera bench: one chain from glass to picture."""


app.command("develop")(develop)


@app.command("doctor")
def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Findings as JSON on stdout.")] = False,
    warm: Annotated[bool, typer.Option("--warm", help="Compile all kernels now.")] = False,
) -> None:
    """Say what is installed, what can be read and written, and what to do about each finding."""
    from lichtbild.cli.doctor import doctor as examine

    raise typer.Exit(examine(as_json, warm))


class _InterruptedError(BaseException):
    """Ctrl-C, or the wish of the system that we end; nothing but `run` stops it."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise _InterruptedError(number)


def run() -> None:
    """Run the command line; every way it can end is an exit code and at most one sentence."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), _interrupt)
    try:
        sys.exit(app(standalone_mode=False))
    except _UsageError as error:
        _say_usage(error)
        sys.exit(2)
    except LichtbildError as error:
        typer.echo(f"lichtbild: {error}", err=True)
        sys.exit(error.exit_code)
    except _InterruptedError as error:
        typer.echo("lichtbild: interrupted; what was finished is kept, nothing is half-written", err=True)
        sys.exit(128 + error.number)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except MemoryError:
        typer.echo("lichtbild: out of memory; use fewer threads (-j 1) or a smaller file", err=True)
        sys.exit(3)
    except Exception as error:
        if os.environ.get("LICHTBILD_TRACEBACK"):
            raise
        what = f"{type(error).__name__}: {error}"
        typer.echo(
            f"lichtbild: this is a defect of Lichtbild ({what}); set LICHTBILD_TRACEBACK=1 to see where",
            err=True,
        )
        sys.exit(3)


def _say_usage(error: Any) -> None:
    """A slip in the options as one sentence; of a command without any, its help has been shown already."""
    if words := error.format_message():
        place = f"; see {error.ctx.command_path} --help" if error.ctx else ""
        typer.echo(f"lichtbild: {words.rstrip('.')}{place}", err=True)
