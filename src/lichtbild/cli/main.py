"""The command line's table of contents, and the one place where an error becomes a sentence.

Exit codes: 0 done, 1 findings, 2 bad input, 3 broken, 130 interrupted.
"""

import os
import signal
import sys
from types import FrameType
from typing import Annotated

import typer

from lichtbild import __version__
from lichtbild.cli.develop import develop
from lichtbild.core.errors import LichtbildError

app = typer.Typer(
    name="lichtbild",
    help="An open camera bench: one chain from glass to picture.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"lichtbild {__version__}")
        raise typer.Exit


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
    """Ctrl-C; unlike KeyboardInterrupt, it passes through typer, which would end without a word."""


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise _InterruptedError


def run() -> None:
    """Run the command line; every way it can end is an exit code and at most one sentence."""
    signal.signal(signal.SIGINT, _interrupt)
    try:
        app()
    except LichtbildError as error:
        typer.echo(f"lichtbild: {error}", err=True)
        sys.exit(error.exit_code)
    except _InterruptedError:
        typer.echo("lichtbild: interrupted; what was finished is kept, nothing is half-written", err=True)
        sys.exit(130)
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
