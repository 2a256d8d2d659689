"""Experiment: what is asked of whom about which pictures, as its file says it.

A picture is named by its scene and its condition; an observer never learns either name.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from lichtbild.core.errors import BadInput
from lichtbild.panel.picture_source import Folder, PictureFile, Rendition, Source
from lichtbild.panel.protocol import (
    Method,
    Prior,
    Ruler,
    Scale,
    ScaleKind,
    Schedule,
    Screening,
    Session,
    View,
)
from lichtbild.panel.stimulus import Stimulus, check_distinct, check_range, check_text
from lichtbild.panel.words import LANGUAGES

MOST_RANKED: Final = 8
MOST_TEXT: Final = 20_000


@dataclass(frozen=True)
class Anchor:
    """A trial that opens each session, so that observers know what to expect; it is kept apart.

    Attributes:
        scene: of its pictures.
        shown: conditions that it shows, as many as a trial does; of a ruler only the one judged.
    """

    scene: str
    shown: tuple[str, ...]


@dataclass(frozen=True)
class Golden:
    """A comparison whose answer is known, spread through each session; it counts for screening alone."""

    scene: str
    better: str
    worse: str


@dataclass(frozen=True)
class Experiment:
    """An experiment.

    Attributes:
        name: shown to observers.
        question: that each trial asks.
        method: how it is put.
        view: side by side, or in turn in one place.
        ties: whether "no difference" may be answered to a comparison.
        reference: condition of the undistorted pictures: hidden among those rated or compared, shown in a
            double stimulus, and between the two of a triplet; empty for none, and then three of a triplet
            are put in order.
        shown: pictures of one ranking.
        schedule: balanced, or active: each pair chosen by all votes so far of its scene.
        language: of the pages: en or de.
        distance_mm: from eye to screen; 0 leaves it to the observers.
        consent: what an observer agrees to before the first trial; empty for our own words.
        session: what one observer is given.
        scale: of ratings.
        ruler: of the quality ruler.
        screening: which observers count.
        prior: that an active schedule begins with.
        pictures: a folder of pictures.
        picture: pictures one by one.
        source: of what is rendered by us.
        rendition: how.
        anchor: trials that open a session.
        golden: comparisons whose answer is known.
        words: the page's words that differ from ours, by key (`lichtbild.panel.words`).
    """

    name: str
    question: str
    method: Method
    view: View = View.SIDE_BY_SIDE
    ties: bool = False
    reference: str = ""
    shown: int = 4
    schedule: Schedule = Schedule.BALANCED
    language: str = "en"
    distance_mm: float = 0.0
    consent: str = ""
    session: Session = field(default_factory=Session)
    scale: Scale = field(default_factory=Scale)
    ruler: Ruler = field(default_factory=Ruler)
    screening: Screening = field(default_factory=Screening)
    prior: Prior = field(default_factory=Prior)
    pictures: Folder = field(default_factory=Folder)
    picture: tuple[PictureFile, ...] = ()
    source: tuple[Source, ...] = ()
    rendition: tuple[Rendition, ...] = ()
    anchor: tuple[Anchor, ...] = ()
    golden: tuple[Golden, ...] = ()
    words: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_text(self.name, "name", 200)
        check_text(self.question, "question", 500)
        check_text(self.consent, "consent", MOST_TEXT, empty=True)
        check_range(self.distance_mm, 0, 20_000, "distance_mm")
        check_range(self.shown, 2, MOST_RANKED, "shown")
        _check_language(self)
        _check_method(self)
        _check_anchors(self)
        _check_renditions(self)


def per_trial(experiment: Experiment) -> int:
    """Pictures judged in one trial, a known reference and the ruler's not counted."""
    match experiment.method:
        case Method.PAIRS:
            return 2
        case Method.TRIPLETS:
            return 2 if experiment.reference else 3
        case Method.RANKING:
            return experiment.shown
        case _:
            return 1


def compares(experiment: Experiment) -> bool:
    """Whether an answer is one of two pictures: of a pair, or of the two beside a reference."""
    return experiment.method is Method.PAIRS or (
        experiment.method is Method.TRIPLETS and bool(experiment.reference)
    )


def ranks(experiment: Experiment) -> bool:
    """Whether an answer is an order of all pictures shown."""
    return experiment.method is Method.RANKING or (
        experiment.method is Method.TRIPLETS and not experiment.reference
    )


def rates_both(experiment: Experiment) -> bool:
    """Whether both of a double stimulus are rated, neither known to be the reference (BT.500's DSCQS)."""
    return experiment.method is Method.DOUBLE and experiment.scale.kind is ScaleKind.CONTINUOUS


def check_stimuli(experiment: Experiment, stimuli: Sequence[Stimulus]) -> None:
    """Refuse pictures with which the experiment cannot be run.

    Raises:
        BadInput: there are too few, one is there twice, or one that the experiment speaks of is missing.
    """
    known = set(stimuli)
    if len(known) < len(stimuli):
        twice = next(each for each, count in Counter(stimuli).items() if count > 1)
        raise BadInput(f"scene '{twice.scene}' has two pictures of condition '{twice.condition}'; keep one")
    scenes = {each.scene for each in known}
    if not scenes:
        raise BadInput("there are no pictures; name a folder, files, or sources and renditions")
    needed = [(golden.scene, name) for golden in experiment.golden for name in (golden.better, golden.worse)]
    needed += [(anchor.scene, name) for anchor in experiment.anchor for name in anchor.shown]
    if experiment.reference:
        needed += [(scene, experiment.reference) for scene in sorted(scenes)]
    ruler = experiment.ruler
    if experiment.method is Method.RULER:
        ruled = [ruler.scene] if ruler.scene else sorted(scenes)
        needed += [(scene, name) for scene in ruled for name in ruler.conditions]
    for scene, condition in needed:
        if Stimulus(scene, condition) not in known:
            raise BadInput(
                f"scene '{scene}' has no condition '{condition}'; add its picture, or mend the name"
            )
    least = per_trial(experiment)
    for scene, conditions in judged(experiment, stimuli).items():
        if len(conditions) < least and scene != ruler.scene:
            raise BadInput(
                f"scene '{scene}' has {len(conditions)} to judge; a trial takes {least}: add pictures"
            )


def judged(experiment: Experiment, stimuli: Iterable[Stimulus]) -> dict[str, tuple[str, ...]]:
    """Conditions of each scene that are judged, both in order: no known reference, no step of a ruler."""
    shown = experiment.method in (Method.TRIPLETS, Method.DOUBLE)
    apart = {experiment.reference} if shown else set()
    if experiment.method is Method.RULER:
        apart |= set(experiment.ruler.conditions)
    found: dict[str, list[str]] = defaultdict(list)
    for each in sorted(stimuli):
        if each.condition not in apart:
            found[each.scene].append(each.condition)
        else:
            found[each.scene] += []
    return {scene: tuple(conditions) for scene, conditions in found.items()}


def _check_language(experiment: Experiment) -> None:
    if experiment.language not in LANGUAGES:
        raise BadInput(f"language is {' or '.join(LANGUAGES)}, not '{experiment.language[:20]}'")
    known = LANGUAGES[experiment.language]
    for key, text in experiment.words.items():
        if key not in known:
            raise BadInput(f"words has no key '{key[:60]}'; it has {', '.join(known)}")
        check_text(text, f"words.{key}", 2000)


def _check_method(experiment: Experiment) -> None:
    method, view = experiment.method, experiment.view
    if method is Method.DOUBLE and not experiment.reference:
        raise BadInput(f"method '{method}' shows a reference; name its condition with reference")
    if method is Method.RULER and not experiment.ruler.conditions:
        raise BadInput(f"method '{method}' needs a ruler; give ruler.conditions and ruler.jnd")
    if method is not Method.RULER and experiment.ruler.conditions:
        raise BadInput(f"a ruler is for method '{Method.RULER}'; leave it out, or choose that method")
    if experiment.ties and not compares(experiment):
        raise BadInput(f"ties are for comparisons; leave them out of method '{method}'")
    if experiment.schedule is Schedule.ACTIVE and not compares(experiment):
        raise BadInput(f"schedule '{Schedule.ACTIVE}' is for comparisons; method '{method}' takes balanced")
    if experiment.prior.file and experiment.schedule is not Schedule.ACTIVE:
        raise BadInput(f"a prior is for schedule '{Schedule.ACTIVE}'; choose it, or leave the prior out")
    if view is View.FLICKER and (method in (Method.RATING, Method.RULER) or ranks(experiment)):
        raise BadInput(f"view '{view}' shows two pictures in turn, which method '{method}' does not; drop it")
    if experiment.session.flicker_hz and view is not View.FLICKER:
        raise BadInput(f"session.flicker_hz is for view '{View.FLICKER}'; choose it, or leave that out")


def _check_anchors(experiment: Experiment) -> None:
    count = per_trial(experiment)
    for anchor in experiment.anchor:
        if len(anchor.shown) != count:
            raise BadInput(
                f"the anchor of scene '{anchor.scene[:80]}' shows {len(anchor.shown)}, and a trial {count}"
            )
        check_distinct(anchor.shown, "anchor.shown")
    if experiment.golden and not compares(experiment):
        raise BadInput(f"golden pairs are for comparisons; leave them out of method '{experiment.method}'")
    for golden in experiment.golden:
        if golden.better == golden.worse:
            raise BadInput(f"the golden pair of scene '{golden.scene[:80]}' is one picture; name two")


def _check_renditions(experiment: Experiment) -> None:
    if bool(experiment.source) != bool(experiment.rendition):
        raise BadInput("sources are rendered by renditions; give both, or neither")
    check_distinct([each.condition for each in experiment.rendition], "rendition.condition")
    check_distinct([each.scene for each in experiment.source], "source.scene")
    simulated = {bool(each.simulated) for each in experiment.source}
    cameras = {bool(each.camera) for each in experiment.rendition}
    if len(simulated) > 1 or len(cameras) > 1 or simulated != cameras:
        raise BadInput(
            "simulated sources are for renditions with a camera, files for ones without; keep to one kind"
        )
