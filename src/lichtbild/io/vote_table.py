"""Votes as a table: CSV and JSON out, CSV in.

A row is a vote; pictures of a trial and numbers of an answer are parted by upright strokes. UTF-8.
"""

import csv
import io
import json
import math
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from lichtbild.core.errors import BadFile, BadInput
from lichtbild.io.votes import now
from lichtbild.panel.experiment import Experiment
from lichtbild.panel.stimulus import Stimulus
from lichtbild.panel.trial import Kind, Trial, check_answer
from lichtbild.panel.vote import Observer, Vote

NEEDED: Final = ("observer", "trial", "scene", "shown", "answer")
COLUMNS: Final = (*NEEDED, "kind", "reference", "repetition", "of", "truth", "seconds", "at", "vote")
"""Of an exported table; one that is read may leave out those that are not needed."""

SIZE_LIMIT: Final = 1 << 30
_SCHEMA: Final = 1
_BETWEEN: Final = "|"


def as_csv(votes: Iterable[Vote]) -> Iterator[str]:
    """Lines of a table of votes."""
    yield _line(COLUMNS)
    for vote in votes:
        told = as_table(vote)
        told |= {name: _BETWEEN.join(map(_number, told[name])) for name in ("shown", "answer")}
        yield _line(["" if told[name] is None else told[name] for name in COLUMNS])


def as_json(name: str, observers: Iterable[Observer], votes: Iterable[Vote]) -> Iterator[str]:
    """Parts of a JSON text with all observers and votes of an experiment."""
    people = [
        {"observer": each.name, "consented": each.consented or None, "screen": dict(each.screen)}
        for each in observers
    ]
    head = json.dumps({"schema": _SCHEMA, "experiment": name, "observers": people}, ensure_ascii=False)
    yield head[:-1] + ', "votes": ['
    for place, vote in enumerate(votes):
        yield (",\n" if place else "\n") + json.dumps(as_table(vote), ensure_ascii=False)
    yield "\n]}\n"


def as_table(vote: Vote) -> dict[str, Any]:
    """A vote by the columns of the table."""
    trial = vote.trial
    return {
        "observer": vote.observer,
        "trial": trial.position,
        "scene": trial.scene,
        "shown": trial.shown,
        "answer": vote.answer,
        "kind": trial.kind.value,
        "reference": trial.reference,
        "repetition": trial.repetition,
        "of": trial.of,
        "truth": trial.truth,
        "seconds": vote.seconds,
        "at": vote.at,
        "vote": vote.vote,
    }


def read_votes(path: Path, experiment: Experiment, stimuli: Collection[Stimulus]) -> tuple[Vote, ...]:
    """The votes of a table in CSV, every row of which was looked at.

    Args:
        path: the table.
        experiment: that the votes answer.
        stimuli: its pictures.

    Raises:
        BadFile: it cannot be read, a column is missing or unknown, or a row is no vote on these pictures.
    """
    try:
        if path.stat().st_size > SIZE_LIMIT:
            raise BadFile(path, "is larger than 1 GB, which no table of votes is; give it in parts")
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise BadFile(path, f"cannot be read ({error.strerror}); name a table of votes") from error
    except UnicodeDecodeError as error:
        raise BadFile(path, f"is no text in UTF-8 ({error.reason}); write it again") from error
    table = csv.DictReader(io.StringIO(text), strict=True)
    known = frozenset(stimuli)
    votes = list[Vote]()
    seen = dict[tuple[str, int], int]()
    try:
        _check_columns(table.fieldnames or ())
        for row in table:
            try:
                vote = _vote(row, experiment, known)
            except BadInput as error:
                raise BadFile(path, f"line {table.line_num}: {error}") from error
            name = (vote.observer, vote.trial.position)
            if name in seen:
                raise BadFile(
                    path, f"line {table.line_num}: trial {name[1]} of '{name[0]}' is in line {seen[name]} too"
                )
            seen[name] = table.line_num
            votes.append(vote)
    except BadFile:
        raise
    except (csv.Error, BadInput) as error:
        raise BadFile(path, f"{error}; see docs/panel.md") from error
    return tuple(votes)


def _line(cells: Iterable[object]) -> str:
    made = io.StringIO()
    csv.writer(made, lineterminator="\n").writerow(cells)
    return made.getvalue()


def _number(value: object) -> str:
    """A number without needless digits."""
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def _check_columns(names: Iterable[str]) -> None:
    names = list(names)
    for name in NEEDED:
        if name not in names:
            raise BadInput(f"has no column '{name}'; it needs {', '.join(NEEDED)}")
    for name in names:
        if name not in COLUMNS or names.count(name) > 1:
            raise BadInput(f"has a column '{name[:40]}' too many; it may have {', '.join(COLUMNS)} once each")


def _vote(row: dict[str, Any], experiment: Experiment, known: frozenset[Stimulus]) -> Vote:
    if None in row or None in row.values():
        raise BadInput("has not as many cells as there are columns")
    cell: Callable[[str], str] = lambda name: str(row.get(name, "")).strip()  # noqa: E731
    observer = cell("observer")
    if not 0 < len(observer) <= 100 or not observer.isprintable():
        raise BadInput("names no observer, in 1 to 100 printing characters")
    trial = _trial(cell)
    stimuli = {(trial.scene, condition) for condition in (*trial.shown, trial.reference) if condition}
    for scene, condition in sorted(stimuli):
        if Stimulus(scene, condition) not in known:
            raise BadInput(f"the experiment has no picture of scene '{scene}', condition '{condition}'")
    answer = check_answer(
        experiment, trial, [_real(part, "answer") for part in cell("answer").split(_BETWEEN)]
    )
    seconds = _real(cell("seconds") or "0", "seconds")
    if not 0 <= seconds < math.inf:
        raise BadInput(f"seconds is 0 or more, not {seconds:g}")
    name = cell("vote") or f"imported-{trial.position}"
    if len(name) > 64:
        raise BadInput("vote is a name of at most 64 characters")
    return Vote(observer, trial, answer, seconds, _date(cell("at")), name)


def _trial(cell: Callable[[str], str]) -> Trial:
    try:
        kind = Kind(cell("kind") or Kind.TEST)
    except ValueError:
        raise BadInput(f"kind is {', '.join(Kind)}, not '{cell('kind')[:40]}'") from None
    truth = cell("truth")
    return Trial(
        position=_whole(cell("trial"), "trial"),
        kind=kind,
        scene=cell("scene"),
        shown=tuple(cell("shown").split(_BETWEEN)),
        reference=cell("reference"),
        repetition=_whole(cell("repetition") or "0", "repetition"),
        of=_whole(cell("of"), "of") if cell("of") else None,
        truth=int(_real(truth, "truth")) if truth else None,
    )


def _whole(text: str, name: str) -> int:
    if not (text.isascii() and text.isdecimal()) or len(text) > 9:
        raise BadInput(f"{name} is a whole number from 0, not '{text[:40]}'")
    return int(text)


def _real(text: str, name: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise BadInput(f"{name} is made of numbers, and '{text[:40]}' is none") from None
    if not math.isfinite(value):
        raise BadInput(f"{name} is made of finite numbers, not '{text[:40]}'")
    return value


def _date(text: str) -> str:
    if not text:
        return now()
    try:
        return datetime.fromisoformat(text).isoformat()
    except ValueError:
        raise BadInput(
            f"at is a date and time such as 2026-01-31T12:00:00+00:00, not '{text[:40]}'"
        ) from None
