"""The command line's table of contents, and the one place where an error becomes a sentence.

Exit codes: 0 done, 1 findings, 2 bad input, 3 broken, 130 interrupted, 143 told to end.
"""

import gc
import os
import signal
import sys
from contextlib import suppress
from typing import Annotated, Any, NoReturn

import typer

from lichtbild import __version__
from lichtbild.cli.calibrate import calibrate
from lichtbild.cli.chart import chart
from lichtbild.cli.design import design
from lichtbild.cli.develop import develop
from lichtbild.cli.interrupt import Interruption, interrupt
from lichtbild.cli.look import app as look
from lichtbild.cli.measure import measure
from lichtbild.cli.panel import app as panel
from lichtbild.cli.sensor import app as sensor
from lichtbild.cli.shoot import shoot
from lichtbild.cli.studio import studio
from lichtbild.cli.tolerance import tolerance
from lichtbild.cli.trace import trace
from lichtbild.core.errors import LichtbildError
from lichtbild.io.machine import keep_freed_memory

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
app.command("shoot")(shoot)
app.command("chart")(chart)
app.command("trace")(trace)
app.command("design")(design)
app.command("tolerance")(tolerance)
app.command("measure")(measure)
app.command("calibrate")(calibrate)
app.command("studio")(studio)
app.add_typer(look)
app.add_typer(sensor)
app.add_typer(panel)


@app.command("doctor")
def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Findings as JSON on stdout.")] = False,
    warm: Annotated[bool, typer.Option("--warm", help="Compile all kernels now.")] = False,
) -> None:
    """Say what is installed, what can be read and written, and what to do about each finding."""
    from lichtbild.cli.doctor import doctor as examine

    raise typer.Exit(examine(as_json, warm))


def run() -> NoReturn:
    """Run the command line as the process that it has for itself.

    Nothing that is loaded is given up again, so that looking for garbage and taking everything down at the
    end would only cost time: as much as a small photograph.
    """
    gc.disable()
    keep_freed_memory()
    code = exit_code()
    with suppress(BrokenPipeError):
        sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def exit_code() -> int:
    """Do what the command line asks; every way it can end is an exit code and at most one sentence."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), interrupt)
    try:
        return int(app(standalone_mode=False) or 0)
    except _UsageError as error:
        _say_usage(error)
        return 2
    except LichtbildError as error:
        return _ended(str(error), error.exit_code)
    except Interruption as error:
        return _ended("interrupted; what was finished is kept, nothing is half-written", 128 + error.number)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except MemoryError:
        return _ended("out of memory; use fewer threads (-j 1) or a smaller file", 3)
    except Exception as error:
        if os.environ.get("LICHTBILD_TRACEBACK"):
            raise
        what = f"{type(error).__name__}: {error}"
        return _ended(f"this is a defect of Lichtbild ({what}); set LICHTBILD_TRACEBACK=1 to see where", 3)


def _ended(words: str, code: int) -> int:
    typer.echo(f"lichtbild: {words}", err=True)
    return code


def _say_usage(error: Any) -> None:
    """A slip in the options as one sentence; of a command without any, its help has been shown already."""
    if words := error.format_message():
        place = f"; see {error.ctx.command_path} --help" if error.ctx else ""
        typer.echo(f"lichtbild: {words.rstrip('.')}{place}", err=True)
