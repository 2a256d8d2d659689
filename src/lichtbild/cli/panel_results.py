"""``lichtbild panel report``, ``power`` and ``simulate``: what votes say, and how many are needed."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lichtbild.cli.destination import Overwrite, refuse_existing
from lichtbild.cli.options import option
from lichtbild.cli.panel_files import exhibited, read, store_of
from lichtbild.core.errors import BadInput

if TYPE_CHECKING:
    from lichtbild.panel.experiment import Experiment
    from lichtbild.panel.report.results import Results
    from lichtbild.panel.stimulus import Stimulus
    from lichtbild.panel.vote import Vote

_PLACES, _RUN, _DESIGN = "Places", "Run", "Design"
_POWERS = (0.5, 0.8, 0.9, 0.95)

File = Annotated[
    Path, typer.Argument(help="The experiment (.toml).", metavar="EXPERIMENT", show_default=False)
]
AsJson = Annotated[bool, option(_RUN, "--json", "", "As JSON on stdout.")]


def register(app: typer.Typer) -> None:
    """Add the three commands to ``lichtbild panel``."""
    for name, command in (("report", report), ("power", power), ("simulate", simulate)):
        app.command(name)(command)


def report(  # noqa: PLR0913  a command's options are its arguments
    file: File,
    votes: Annotated[
        str | None,
        option(
            _PLACES,
            "--votes",
            "PLACE",
            "Store of votes (a file or URL), or a table of them (.csv).",
            "EXPERIMENT.votes.sqlite",
        ),
    ] = None,
    output: Annotated[
        Path | None,
        option(_PLACES, "-o --output", "FILE", "Page (.html); JSON beside it.", "EXPERIMENT.report.html"),
    ] = None,
    pictures: Annotated[
        Path | None,
        option(_PLACES, "--pictures", "FOLDER", "Where pictures are kept.", "EXPERIMENT.pictures"),
    ] = None,
    bare: Annotated[bool, option(_RUN, "--no-pictures", "", "Leave the pictures out of the page.")] = False,
    overwrite: Overwrite = False,
    as_json: AsJson = False,
) -> None:
    """Write what the votes say as one page: scale in JND or points, intervals, pairs, observers, pictures."""
    from lichtbild.study import panel_report

    target = output or file.with_suffix(".report.html")
    if target.suffix.lower() not in (".html", ".htm"):
        raise BadInput(f"{target}: the report is a page; name it .html")
    for each in (target, target.with_suffix(".json")):
        refuse_existing(each, overwrite)
    found = _found(file, votes, pictures, bare)
    panel_report.write(found, target)
    if as_json:
        typer.echo(panel_report.as_json(found), nl=False)
    count = len(found.conduct) - len(found.left_out)
    _say(f"{target}: {count} observers count, {len(found.left_out)} left out; numbers in {target.stem}.json")


def power(  # noqa: PLR0913  a command's options are its arguments
    kind: Annotated[str, typer.Argument(help="pairs, or ratings.", metavar="KIND", show_default=False)],
    effect: Annotated[
        float, option(_DESIGN, "--effect", "X", "Difference to be found: JND of pairs, points of ratings.")
    ],
    conditions: Annotated[int, option(_DESIGN, "--conditions", "N", "Conditions of a scene.", "2")] = 2,
    comparisons: Annotated[
        int | None,
        option(_DESIGN, "--comparisons", "N", "Pairs that an observer sees of a scene.", "each pair once"),
    ] = None,
    repetitions: Annotated[
        int, option(_DESIGN, "--repetitions", "N", "Ratings of a picture by an observer.", "1")
    ] = 1,
    taste: Annotated[
        float | None,
        option(_DESIGN, "--taste", "X", "Spread of observers' own qualities.", "0.3 JND; 0 points"),
    ] = None,
    inconsistency: Annotated[
        float, option(_DESIGN, "--inconsistency", "X", "Spread of one rating by an observer, points.", "0.7")
    ] = 0.7,
    unlikeness: Annotated[
        float, option(_DESIGN, "--unlikeness", "X", "Spread of its natural logarithm over observers.", "0.3")
    ] = 0.3,
    grade: Annotated[
        float, option(_DESIGN, "--grade", "X", "Step of the scale, points; 0 for a line.", "1")
    ] = 1.0,
    alpha: Annotated[float, option(_DESIGN, "--alpha", "P", "Chance of a false difference.", "0.05")] = 0.05,
    all_pairs: Annotated[
        bool,
        option(_DESIGN, "--all-pairs", "", "Hold alpha for all pairs of conditions together (Bonferroni)."),
    ] = False,
    wanted: Annotated[float, option(_DESIGN, "--power", "P", "Chance to find the difference.", "0.8")] = 0.8,
    observers: Annotated[
        int | None, option(_DESIGN, "--observers", "N", "Tell the power of so many observers.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say how many observers are needed to tell two conditions apart, or what power a number of them has."""
    from lichtbild.panel import power as planning

    if not 2 <= conditions <= 1000:
        raise BadInput(f"--conditions takes 2 to 1000, not {conditions}")
    pairs = conditions * (conditions - 1) // 2
    level = alpha / pairs if all_pairs else alpha
    if not 0 < alpha < 1:
        raise BadInput(f"--alpha is above 0 and below 1, not {alpha:g}")
    chance: Callable[[int], float]
    if kind == "pairs":
        spread = 0.3 if taste is None else taste
        paired = planning.PairedDesign.even(effect, conditions, comparisons or pairs, spread)
        chance = lambda n: planning.paired_power(paired, n, level)  # noqa: E731
    elif kind == "ratings":
        rated = planning.RatingDesign(effect, inconsistency, unlikeness, repetitions, taste or 0.0, grade)
        chance = lambda n: planning.rating_power(rated, n, level)  # noqa: E731
    else:
        raise BadInput(f"power is of pairs or ratings, not of '{kind[:40]}'")
    told = _told(chance, wanted, observers)
    if as_json:
        unit = "JND" if kind == "pairs" else "points"
        head = {"kind": kind, "effect": effect, "unit": unit, "level": level, "power": wanted}
        typer.echo(json.dumps(head | told))
        return
    _tell(told)


def simulate(  # noqa: PLR0913  a command's options are its arguments
    file: File,
    observers: Annotated[int, option(_RUN, "--observers", "N", "How many answer.", "20")] = 20,
    seed: Annotated[int, option(_RUN, "--seed", "S", "Of all chance.", "0")] = 0,
    truth: Annotated[
        Path | None,
        option(_PLACES, "--truth", "CSV", "True scores: condition, score, and scene.", "drawn by the seed"),
    ] = None,
    keep: Annotated[
        Path | None, option(_PLACES, "--keep-truth", "CSV", "Write the true scores.", "not written")
    ] = None,
    votes: Annotated[
        str | None,
        option(_PLACES, "--votes", "PLACE", "Where the votes go.", "EXPERIMENT.simulated.sqlite"),
    ] = None,
    pictures: Annotated[
        Path | None,
        option(_PLACES, "--pictures", "FOLDER", "Where pictures are kept.", "EXPERIMENT.pictures"),
    ] = None,
    overwrite: Overwrite = False,
) -> None:
    """Let simulated observers answer, to try a plan and its report; their votes are marked as simulated."""
    from lichtbild.study import panel_simulation

    place = votes or str(file.with_suffix(".simulated.sqlite"))
    if "://" not in place:
        refuse_existing(Path(place), overwrite)
    if keep is not None:
        refuse_existing(keep, overwrite)
    if seed < 0:
        raise BadInput(f"--seed is 0 or more, not {seed}")
    shown = exhibited(file, pictures, 0)
    known = panel_simulation.truth_of(shown.experiment, shown.stimuli, truth, seed)
    made = panel_simulation.answers(
        shown.experiment, file.resolve().parent, shown.stimuli, known, (observers, seed)
    )
    with store_of(file, place, shown) as store:
        names = [each.name for each, _ in store.observers()]
        panel_simulation.refuse_people(names, store.place)
        for name in names:
            store.forget(name)
        store.put(made)
    if keep is not None:
        panel_simulation.keep_truth(known, keep)
    told = f"{len(made)} votes of {observers} simulated observers"
    _say(f"{place}: {told}; next: lichtbild panel report {file} --votes {place}")


def _found(file: Path, votes: str | None, pictures: Path | None, bare: bool) -> "Results":
    from lichtbild.study.panel_pictures import stimuli_of
    from lichtbild.study.panel_report import report as made

    shown = None if bare else exhibited(file, pictures, 0)
    experiment = read(file) if shown is None else shown.experiment
    stimuli = stimuli_of(experiment, file.resolve().parent) if shown is None else shown.stimuli
    if votes is not None and votes.lower().endswith(".csv"):
        return made(experiment, stimuli, _table(Path(votes), experiment, stimuli), shown, dated=False)
    with store_of(file, votes, shown, create=False) as store:
        return made(experiment, stimuli, [vote for _, vote in store.all_votes()], shown)


def _table(path: Path, experiment: "Experiment", stimuli: "tuple[Stimulus, ...]") -> "tuple[Vote, ...]":
    try:
        from lichtbild.io.vote_table import read_votes
    except ImportError as error:
        raise BadInput("votes need: pip install 'lichtbild[panel]'") from error
    return read_votes(path, experiment, stimuli)


def _told(chance: Callable[[int], float], wanted: float, observers: int | None) -> dict[str, Any]:
    """What the power of numbers of observers is."""
    from lichtbild.panel.power import observers_needed

    rows = [
        {"power": each, "observers": observers_needed(chance, each)} for each in sorted({*_POWERS, wanted})
    ]
    needed = next(row["observers"] for row in rows if row["power"] == wanted)
    told = {"observers_needed": needed, "table": rows}
    return (
        told
        if observers is None
        else told | {"observers": observers, "power_of_observers": chance(observers)}
    )


def _tell(told: Mapping[str, Any]) -> None:
    if "observers" in told:
        typer.echo(f"{told['observers']} observers have a power of {told['power_of_observers']:.3f}")
    typer.echo("power  observers")
    for row in told["table"]:
        typer.echo(f"{row['power']:5.2f}  {row['observers']:9.0f}")


def _say(words: str) -> None:
    typer.echo(words, err=True)
