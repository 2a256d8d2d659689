"""``lichtbild panel``: quality judged by people, from the question to the votes."""

import json
import os
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from lichtbild.cli.destination import Overwrite, refuse_existing
from lichtbild.cli.options import option
from lichtbild.cli.panel_files import VOTES, exhibited, read, store_of
from lichtbild.cli.panel_results import register
from lichtbild.core.errors import BadInput

app = typer.Typer(
    name="panel",
    help="Quality judged by people: experiments served to observers, and their votes.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)

TOKEN = "LICHTBILD_PANEL_TOKEN"
"""Environment variable for what shall stand on no command line; another is `panel_files.VOTES`."""
PORT = 8765
_PLACES, _SERVER, _RUN = "Places", "Server", "Run"

File = Annotated[
    Path, typer.Argument(help="The experiment (.toml).", metavar="EXPERIMENT", show_default=False)
]
VotesPlace = Annotated[
    str | None,
    option(
        _PLACES,
        "--votes",
        "PLACE",
        f"File of SQLite, or postgresql://user@host/name; with a password, by {VOTES}.",
        "EXPERIMENT.votes.sqlite",
    ),
]
Pictures = Annotated[
    Path | None, option(_PLACES, "--pictures", "FOLDER", "Where pictures are kept.", "EXPERIMENT.pictures")
]
Url = Annotated[
    str | None,
    option(_SERVER, "--url", "URL", "Under which observers reach the server, such as through a proxy."),
]
AsJson = Annotated[bool, option(_RUN, "--json", "", "As JSON on stdout.")]
Threads = Annotated[int, option(_RUN, "-j --threads", "N", "Cores to render pictures with.", "all")]


@app.command("new")
def new(
    file: Annotated[
        Path, typer.Argument(help="Experiment to write (.toml).", metavar="FILE", show_default=False)
    ],
    pictures: Annotated[
        list[Path],
        typer.Argument(
            help="A folder of pictures named scene/condition or scene_condition; several folders, each a "
            "condition, whose files of one name are a scene; or files in the conditions of one scene.",
            metavar="PICTURES...",
            show_default=False,
        ),
    ],
    overwrite: Overwrite = False,
) -> None:
    """Write an experiment to begin with, about your pictures; each choice is explained in it."""
    from lichtbild.io.atomic import put_text, replacing
    from lichtbild.io.experiment_file import template
    from lichtbild.study.panel_sorting import sorted_out

    refuse_existing(file, overwrite)
    if file.suffix.lower() != ".toml":
        raise BadInput(f"{file}: an experiment is a TOML; name it .toml")
    found = sorted_out(pictures, file.resolve().parent)
    with replacing(file) as draft:
        put_text(template(found), draft)
    told = f"{len(found.scenes)} scene{'s' * (len(found.scenes) > 1)} in {len(found.conditions)} conditions"
    _say(f"{file}: {told}; edit it, then: lichtbild panel check {file}")


@app.command("check")
def check(file: File, pictures: Pictures = None, as_json: AsJson = False, threads: Threads = 0) -> None:
    """Read an experiment, render its pictures, and say what it will be."""
    from lichtbild.panel.session import course, length

    shown = exhibited(file, pictures, threads)
    planned = course(shown.experiment, shown.stimuli)
    told = {
        "name": shown.experiment.name,
        "method": shown.experiment.method.value,
        "pictures": len(shown.pictures),
        "scenes": len({each.scene for each in shown.stimuli}),
        "conditions": len({each.condition for each in shown.stimuli}),
        "judgements": planned.total,
        "trials": length(planned),
        "largest": [
            max(each.width for each in shown.pictures.values()),
            max(each.height for each in shown.pictures.values()),
        ],
    }
    if as_json:
        typer.echo(json.dumps(told))
        return
    rounds = planned.total / planned.each
    _say(
        f"{file}: {told['method']} of {told['pictures']} pictures, {told['scenes']} scenes in "
        f"{told['conditions']} conditions; {planned.total} judgements, {told['trials']} trials an observer; "
        f"{rounds:.3g} observer{'s see' if rounds != 1 else ' sees'} all once"
    )


@app.command("serve")
def serve(  # noqa: PLR0913  a command's options are its arguments
    file: File,
    votes: VotesPlace = None,
    pictures: Pictures = None,
    host: Annotated[
        str, option(_SERVER, "--host", "ADDRESS", "To listen at; 0.0.0.0 is all.", "127.0.0.1, this machine")
    ] = "127.0.0.1",
    port: Annotated[int, option(_SERVER, "--port", "N", "0 takes one that is free.", f"{PORT}")] = PORT,
    url: Url = None,
    name: Annotated[
        list[str] | None, option(_SERVER, "--name", "HOST", "Another name of this machine; repeatable.")
    ] = None,
    token_file: Annotated[
        Path | None,
        option(_SERVER, "--token-file", "FILE", f"Holds the experimenter's token; or {TOKEN}.", "a new one"),
    ] = None,
    links: Annotated[int, option(_SERVER, "--invite", "N", "Observers to invite at once.", "none")] = 0,
    threads: Threads = 0,
) -> None:
    """Open an experiment to observers, on this machine alone unless told otherwise, until Ctrl-C."""
    # Before NumPy is loaded: its threads would wait for one another on the cores that answer observers.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from lichtbild.cli.interrupt import Interruption
    from lichtbild.studio.panel_app import Panel, application, link
    from lichtbild.studio.serve import door
    from lichtbild.studio.serve import serve as answer
    from lichtbild.studio.serve import token as checked
    from lichtbild.study.panel_choice import choice_of

    if not 0 <= port <= 65535:
        raise BadInput(f"--port takes 0 to 65535, not {port}")
    given = _token(token_file)
    token = checked(given)
    opened = door(host, port, url or "", tuple(name or ()))
    with ExitStack() as stack:
        stack.callback(opened.listener.close)
        shown = exhibited(file, pictures, threads)
        store = stack.enter_context(store_of(file, votes, shown))
        choose = choice_of(shown.experiment, file.resolve().parent, shown.stimuli, store)
        invited = store.invite(links) if links else ()

        def ready() -> None:
            _say(f"{shown.experiment.name}: open at {opened.address}/ until Ctrl-C")
            words = "as you set it" if given else token
            _say(f"experimenter's desk: {opened.address}/desk, token: {words}")
            for observer, secret in invited:
                typer.echo(f"{observer.name}\t{link(opened.address, secret)}")

        try:
            answer(application(Panel(shown, store, token, opened.address, choose)), opened, ready)
        except Interruption as error:
            if error.number != 2:
                raise
        _say("closed; every vote that was acknowledged is stored")


@app.command("invite")
def invite(
    file: File,
    count: Annotated[int, typer.Argument(help="Observers to invite.", metavar="N")] = 1,
    votes: VotesPlace = None,
    pictures: Pictures = None,
    url: Url = None,
) -> None:
    """Make links for observers, a line each: pseudonym and link; a link is told this once."""
    from lichtbild.studio.panel_app import link

    address = (url or f"http://127.0.0.1:{PORT}").rstrip("/")
    with store_of(file, votes, exhibited(file, pictures, 0)) as store:
        for observer, secret in store.invite(count):
            typer.echo(f"{observer.name}\t{link(address, secret)}")
    if url is None:
        _say(f"the links are to {address}; where it is served elsewhere, give --url")


@app.command("status")
def status(file: File, votes: VotesPlace = None, as_json: AsJson = False) -> None:
    """Say how far each observer is."""
    from lichtbild.panel.session import course, length
    from lichtbild.study.panel_pictures import stimuli_of

    experiment = read(file)
    total = length(course(experiment, stimuli_of(experiment, file.resolve().parent)))
    with store_of(file, votes, None) as store:
        people = store.observers()
    if as_json:
        rows = [
            {"observer": each.name, "begun": each.consented, "votes": count, "screen": dict(each.screen)}
            for each, count in people
        ]
        typer.echo(json.dumps({"trials": total, "observers": rows}))
        return
    for each, count in people:
        state = "not begun" if not each.consented and not count else f"{count} of {total}"
        typer.echo(f"{each.name}\t{state}")
    finished = sum(count >= total for _, count in people)
    _say(f"{len(people)} observers, {finished} finished, {sum(count for _, count in people)} votes")


@app.command("export")
def export(
    file: File,
    output: Annotated[
        Path | None, option(_PLACES, "-o --output", "FILE", "Table to write, .csv or .json.", "CSV on stdout")
    ] = None,
    votes: VotesPlace = None,
    overwrite: Overwrite = False,
) -> None:
    """Write all votes as a table."""
    from lichtbild.io.atomic import replacing
    from lichtbild.io.vote_table import as_csv, as_json

    suffix = ".csv" if output is None else output.suffix.lower()
    if suffix not in (".csv", ".json"):
        raise BadInput(f"{output}: votes are written as .csv or .json; name it so")
    if output is not None:
        refuse_existing(output, overwrite)
    experiment = read(file)
    with store_of(file, votes, None) as store:
        rows = (vote for _, vote in store.all_votes())
        people = [each for each, _ in store.observers()]
        parts = as_csv(rows) if suffix == ".csv" else as_json(experiment.name, people, rows)
        if output is None:
            for part in parts:
                typer.echo(part, nl=False)
            return
        with replacing(output) as draft, draft.open("w", encoding="utf-8", newline="") as target:
            target.writelines(parts)
    _say(f"{output}: written")


@app.command("import")
def import_(
    file: File,
    table: Annotated[Path, typer.Argument(help="Table of votes (.csv).", metavar="CSV", show_default=False)],
    votes: VotesPlace = None,
    pictures: Pictures = None,
) -> None:
    """Take in votes from a table, all or none; those that are there already stay as they are."""
    from lichtbild.io.vote_table import read_votes

    shown = exhibited(file, pictures, 0)
    found = read_votes(table, shown.experiment, shown.stimuli)
    with store_of(file, votes, shown) as store:
        new_ = store.put(found)
    _say(f"{table}: {new_} of {len(found)} votes taken in, {len(found) - new_} were there")


@app.command("forget")
def forget(
    file: File,
    observer: Annotated[str, typer.Argument(help="Pseudonym.", metavar="OBSERVER", show_default=False)],
    votes: VotesPlace = None,
) -> None:
    """Erase an observer: link, consent and every vote."""
    with store_of(file, votes, None) as store:
        erased = store.forget(observer)
    _say(f"{observer}: forgotten, {erased} votes erased; tables that were exported before still hold them")


def _say(words: str) -> None:
    typer.echo(words, err=True)


def _token(file: Path | None) -> str:
    """The token that the experimenter brings; empty for none."""
    if file is None:
        return os.environ.get(TOKEN, "")
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{file}: holds no token that can be read; name another with --token-file") from error


register(app)
