"""Results: an experiment, who answered and what it says, as a page for people and JSON for programs."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from math import isfinite
from typing import Any, Final

from lichtbild.core.errors import BadInput
from lichtbild.figure.page import Block, Figure, Folded, Paragraph, Section, Table, page
from lichtbild.panel.collect import Answers, collected
from lichtbild.panel.conduct import Conduct, conduct, left_out
from lichtbild.panel.experiment import Experiment, compares, ranks
from lichtbild.panel.protocol import Screening
from lichtbild.panel.report import paired, rated, tables
from lichtbild.panel.report.findings import SCHEMA, Findings, Scaling
from lichtbild.panel.report.plots import MOST_ROWS, MOST_SCENES, scale_plot
from lichtbild.panel.simulation import is_simulated
from lichtbild.panel.stimulus import Stimulus
from lichtbild.panel.trial import Kind
from lichtbild.panel.vote import Vote, judgement

_FOOTER: Final = (
    "Where a clause says “after”, the standard's text was only partly at hand; nothing here claims to "
    "conform to it. Intervals are of one value each; for many pairs at once take Holm's p."
)
_PRETENDED: Final = (
    "These answers are simulated: no person has seen the pictures. They say nothing about them."
)


@dataclass(frozen=True, eq=False)
class Results:
    """What an experiment found.

    Attributes:
        version: of Lichtbild.
        experiment: that asked.
        scenes: number of scenes judged.
        conditions: number of conditions judged.
        votes: of each kind.
        begun: day of the first vote; empty where unknown.
        ended: day of the last.
        conduct: of every observer.
        left_out: observers who do not count, and the rule that says so.
        findings: of the others.
        simulated: whether any observer is simulated.
        pictures: small ones, JPEG.
        notes: what has to be known.
    """

    version: str
    experiment: Experiment
    scenes: int
    conditions: int
    votes: Mapping[str, int]
    begun: str
    ended: str
    conduct: tuple[Conduct, ...]
    left_out: Mapping[str, str]
    findings: Findings
    simulated: bool
    pictures: Mapping[Stimulus, bytes] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def results(
    version: str,
    experiment: Experiment,
    stimuli: Sequence[Stimulus],
    votes: Sequence[Vote],
    pictures: Mapping[Stimulus, bytes] | None = None,
    *,
    dated: bool = True,
) -> Results:
    """What votes say, after the experiment's screening.

    Args:
        version: of Lichtbild.
        experiment: that they answer.
        stimuli: all its pictures.
        votes: in any order.
        pictures: small ones, JPEG, to be shown.
        dated: whether the votes' dates are when they were given.

    Raises:
        BadInput: no vote counts, or the rules leave out everybody.
    """
    people = conduct(experiment, votes)
    out = {each.observer: rule for each in people if (rule := left_out(experiment.screening, each))}
    answers = _kept(experiment, stimuli, votes, out)
    unlike, notes = _outliers(experiment, answers)
    if unlike:
        out |= unlike
        answers = _kept(experiment, stimuli, votes, out)
    judges = compares(experiment) or ranks(experiment)
    findings = (paired.paired_findings if judges else rated.rated_findings)(experiment, answers)
    pretended = any(is_simulated(each.observer) for each in people)
    days = sorted(vote.at[:10] for vote in votes if vote.at) if dated and not pretended else []
    return Results(
        version,
        experiment,
        len({each.scene for each in answers.stimuli}),
        len({each.condition for each in answers.stimuli}),
        {kind.value: sum(vote.trial.kind is kind for vote in votes) for kind in Kind},
        days[0] if days else "",
        days[-1] if days else "",
        people,
        out,
        findings,
        pretended,
        pictures or {},
        notes,
    )


def _kept(
    experiment: Experiment, stimuli: Sequence[Stimulus], votes: Sequence[Vote], out: Mapping[str, str]
) -> Answers:
    kept = [vote for vote in votes if vote.observer not in out]
    if out and not any(judgement(vote.trial) for vote in kept):
        raise BadInput("the screening leaves out every observer; see [screening] of the experiment")
    return collected(experiment, stimuli, kept)


def _outliers(experiment: Experiment, answers: Answers) -> tuple[dict[str, str], tuple[str, ...]]:
    """Observers unlike the others, by the experiment's rule, and what has to be said of the rule."""
    rule = experiment.screening.outliers
    fits = {"bt500": not (compares(experiment) or ranks(experiment)), "likelihood": compares(experiment)}
    if rule == "none":
        return {}, ()
    if not fits[rule]:
        return {}, (f"Screening by outliers = “{rule}” is not for this method; nobody was left out by it.",)
    found = rated.outliers(answers) if rule == "bt500" else paired.outliers(answers)
    return found, ()


def results_json(found: Results) -> str:
    """The results as JSON; the same votes give the same bytes."""
    experiment = found.experiment
    table = {
        "schema": SCHEMA,
        "lichtbild": found.version,
        "simulated": found.simulated,
        "experiment": {
            "name": experiment.name,
            "question": experiment.question,
            "method": experiment.method.value,
            "view": experiment.view.value,
            "scenes": found.scenes,
            "conditions": found.conditions,
            "screening": asdict(experiment.screening),
        },
        "votes": dict(found.votes),
        "begun": found.begun,
        "ended": found.ended,
        "observers": [
            {**asdict(each), "left_out": found.left_out.get(each.observer, "")} for each in found.conduct
        ],
        "findings": asdict(found.findings),
        "notes": list(found.notes),
    }
    return json.dumps(_plain(table), ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def _plain(thing: Any) -> Any:
    """The same with None for numbers that are none, as JSON wants it."""
    if isinstance(thing, Mapping):
        return {key: _plain(value) for key, value in thing.items()}
    if isinstance(thing, list | tuple):
        return [_plain(value) for value in thing]
    return None if isinstance(thing, float) and not isfinite(thing) else thing


def results_page(found: Results) -> str:
    """The results as one HTML file; the same votes and pictures give the same bytes."""
    findings, experiment = found.findings, found.experiment
    mark = "Simulated: " if found.simulated else ""
    sections = [Section("What was asked", _asked(found)), *_scales(findings)]
    sections.append(Section("Which differ", tables.pairs(findings.scalings[0], findings.unit)))
    sections.append(Section("Observers", _observers(found)))
    if any(each.fit for each in findings.scalings):
        sections.append(Section("Does the scale fit", (tables.fits(findings.scalings),)))
    if found.pictures:
        sections += _pictures(found)
    sections.append(Section("How it was computed", (tables.models(findings), *_paragraphs(findings.notes))))
    subtitle = f"{experiment.question} Lichtbild {found.version}"
    return page(f"{mark}{experiment.name}", sections, subtitle=subtitle, footer=_FOOTER)


def _paragraphs(texts: Sequence[str]) -> tuple[Paragraph, ...]:
    return tuple(Paragraph(text) for text in texts)


def _asked(found: Results) -> tuple[Block, ...]:
    experiment, votes = found.experiment, found.votes
    left = len(found.left_out)
    rows: list[tuple[str, str]] = [
        ("question", experiment.question),
        ("method", _method(experiment)),
        ("shown", f"{experiment.view.value}; {found.conditions} conditions of {found.scenes} scenes"),
        ("observers", f"{len(found.conduct) - left} count, {left} left out"),
        ("judgements", f"{votes['test']} tests and {votes['retest']} retests of all observers"),
        ("apart", f"{votes['anchor']} anchors, {votes['golden']} golden pairs: for no scale"),
        ("screening", _rules(experiment.screening)),
    ]
    if experiment.distance_mm:
        rows.append(("distance", f"{experiment.distance_mm:g} mm"))
    if found.begun:
        rows.append(
            ("answered", found.begun if found.begun == found.ended else f"{found.begun} to {found.ended}")
        )
    told = _paragraphs((_PRETENDED,) if found.simulated else ())
    return (*told, Table(("", ""), tuple(rows)), *_paragraphs(found.notes))


def _method(experiment: Experiment) -> str:
    told = experiment.method.value
    if experiment.reference:
        told += f", reference “{experiment.reference}”"
    return told + (", ties allowed" if experiment.ties else "")


def _rules(rules: Screening) -> str:
    told = []
    if rules.golden_share is not None:
        told.append(f"golden pairs right: {rules.golden_share:g} at least")
    if rules.retest_share is not None:
        told.append(f"retests alike: {rules.retest_share:g} at least")
    if rules.least_median_s is not None:
        told.append(f"median time: {rules.least_median_s:g} s at least")
    if rules.outliers != "none":
        told.append(f"outliers: {rules.outliers}")
    return "; ".join(told) or "none asked for"


def _scales(findings: Findings) -> list[Section]:
    """The scale of all scenes, or of the one there is, then scene by scene."""
    first, unit = findings.scalings[0], findings.unit
    heading = "All scenes" if len(findings.scalings) > 1 else f"Scene {first.scene}"
    blocks: list[Block] = [
        Figure(scale_plot([first], heading, findings.quantity, unit), _caption(findings, first), wide=True),
        tables.scale_table(first, unit),
        *_paragraphs(first.notes),
    ]
    sections = [Section("The scale", tuple(blocks))]
    scenes = [each for each in findings.scalings if each.scene]
    if len(scenes) > 1:
        sections.append(Section("Scene by scene", _by_scene(findings, scenes)))
    return sections


def _caption(findings: Findings, scaling: Scaling) -> str:
    cut = len(scaling.places) - MOST_ROWS
    words = (
        f"Dots are values, bars 95 % intervals. Zero: {findings.zero}."
        if findings.unit == "JND"
        else (f"Dots are scores, bars 95 % intervals; {findings.zero}.")
    )
    return words + (f" The {cut} lowest are in the table." if cut > 0 else "")


def _by_scene(findings: Findings, scenes: Sequence[Scaling]) -> tuple[Block, ...]:
    blocks: list[Block] = []
    for begin in range(0, len(scenes), MOST_SCENES):
        group = scenes[begin : begin + MOST_SCENES]
        drawn = scale_plot(group, "Scenes", findings.quantity, findings.unit)
        blocks.append(Figure(drawn, "95 % intervals of each scene by itself.", wide=True))
    blocks.append(tables.by_scene(scenes, findings.unit))
    for each in scenes:
        inside = (
            tables.scale_table(each, findings.unit),
            *tables.pairs(each, findings.unit),
            *_paragraphs(each.notes),
        )
        blocks.append(Folded(f"{each.scene}: every number", inside))
    return tuple(blocks)


def _observers(found: Results) -> tuple[Block, ...]:
    blocks: list[Block] = [tables.conducts(found.conduct, found.left_out)]
    if found.findings.consistency:
        blocks.append(
            Folded("Consistency of those who count", (tables.consistency(found.findings.consistency),))
        )
    return tuple(blocks)


def _pictures(found: Results) -> list[Section]:
    """The pictures of each scene with what was said of them, best first."""
    values = {
        (each.scene, place.condition): place.value
        for each in found.findings.scalings
        for place in each.places
    }
    sections = []
    for scene in dict.fromkeys(each.scene for each in found.pictures):
        own = [each for each in found.pictures if each.scene == scene]
        own.sort(key=lambda each: (-_value(values, each), each.condition))
        figures = tuple(
            Figure(found.pictures[each], _named(values, each, found.findings.unit)) for each in own
        )
        sections.append(Section(f"Pictures: {scene}", figures))
    return sections


def _value(values: Mapping[tuple[str, str], float], stimulus: Stimulus) -> float:
    value = values.get((stimulus.scene, stimulus.condition), float("nan"))
    return value if isfinite(value) else -1e9


def _named(values: Mapping[tuple[str, str], float], stimulus: Stimulus, unit: str) -> str:
    value = values.get((stimulus.scene, stimulus.condition), float("nan"))
    return f"{stimulus.condition}: {tables.fixed(value)} {unit}" if isfinite(value) else stimulus.condition
