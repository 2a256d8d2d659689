"""Paired: findings of comparisons and rankings.

Scales are Thurstone's case V with a learned prior. Errors are those of observers drawn anew
(``observer_covariance``), for intervals by the curvature hold too little where tastes differ.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf, isinf, nan
from typing import Final

import numpy as np
from jaxtyping import Float

from lichtbild.core.errors import BadInput
from lichtbild.panel.collect import Answers, Part, as_comparisons, by_scene, over_scenes
from lichtbild.panel.comparisons import TIE, Comparisons
from lichtbild.panel.experiment import Experiment, ranks
from lichtbild.panel.protocol import Method
from lichtbild.panel.ratings import Ratings
from lichtbild.panel.report.findings import Difference, Findings, Fit, Numbers, Place, Scaling
from lichtbild.panel.scale.bradley_terry import bradley_terry
from lichtbild.panel.scale.intervals import observer_covariance
from lichtbild.panel.scale.paired import PairedModel, PairedScale
from lichtbild.panel.scale.plackett_luce import plackett_luce
from lichtbild.panel.scale.pooled import Pooled, pooled
from lichtbild.panel.scale.significance import Significance, significance
from lichtbild.panel.scale.thurstone import thurstone
from lichtbild.panel.scale.ties import Ties
from lichtbild.panel.screening import (
    ObserverFit,
    agreement,
    goodness_of_fit,
    observer_fit,
    side_preferences,
    transitivity,
)

MOST_PAIRED: Final = 300
"""Conditions of a scale up to which all pairs are held against each other."""

MOST_FITTED: Final = 400
"""Pictures up to which each observer is held against the scale of the others."""

_DRAWS: Final = 4_000_000
_BY_OBSERVERS: Final = "Student's t, errors of observers drawn anew (Huber's covariance by observers)"
_BY_CURVATURE: Final = "curvature of the likelihood: of one observer, which says nothing of others"


@dataclass(frozen=True, eq=False)
class _Made:
    """A scale with the covariance that its intervals come from, and degrees of freedom."""

    scale: PairedScale
    covariance: Float[np.ndarray, "item item"]
    freedom: float
    count: np.ndarray


def paired_findings(experiment: Experiment, answers: Answers) -> Findings:
    """What comparisons or rankings say.

    Args:
        experiment: that asked.
        answers: of the observers who count.
    """
    scenes = by_scene(answers)
    made = {scene: _made(experiment, part) for scene, part in scenes.items()}
    scalings = [
        _scaling(experiment, scene, part, made[scene], _other(experiment, part, made[scene]))
        for scene, part in scenes.items()
    ]
    if len(scenes) > 1:
        whole = over_scenes(answers)
        base, over = _made(experiment, whole), _over(made, scenes)
        others = _other(experiment, whole, base) | _of_scenes(experiment, whole, over)
        everything = _scaling(experiment, "", whole, base, others)
        scalings.insert(0, _with_unlikeness(everything, over))
    reference = next((each.conditions for each in scenes.values()), ())
    zero = f"{experiment.reference} (0 by definition)" if experiment.reference in reference else "mean of all"
    model = "Thurstone's case V, normal prior of learned spread"
    if ranks(experiment):
        model += ", from all pairs that the rankings put in order"
    return Findings(
        _quantity(experiment),
        "JND",
        zero,
        model,
        _clause(experiment),
        tuple(scalings),
        _consistency(experiment, answers, scenes),
    )


def _quantity(experiment: Experiment) -> str:
    referred = experiment.method is Method.TRIPLETS and not ranks(experiment)
    return "nearness to the reference" if referred else "quality"


def outliers(answers: Answers) -> dict[str, str]:
    """Observers whose answers are unlike the others', by leave-one-out likelihood, and why."""
    fit = _fit(_data(answers))
    if fit is None:
        return {}
    return {
        name: f"likelihood: {fit.below[k]:.1f} quartile ranges below the others, z {fit.z[k]:.1f}"
        for k, name in enumerate(answers.observers)
        if fit.look_at[k]
    }


def _data(answers: Answers) -> Comparisons:
    if isinstance(answers.data, Ratings):
        raise BadInput("ratings are no comparisons; they have findings of their own")
    return as_comparisons(answers.data)


def _model(comparisons: Comparisons) -> PairedModel:
    """Ties have a width of their own where there are any."""
    return PairedModel(ties=Ties.THRESHOLD if (comparisons.answer == TIE).any() else Ties.HALVES)


def _made(experiment: Experiment, part: Part) -> _Made:
    comparisons = as_comparisons(part.data)
    scale = thurstone(comparisons, _model(comparisons))
    observers = len(np.unique(comparisons.observer))
    freedom = observers - 1.0 if observers > 1 else inf
    covariance = observer_covariance(comparisons, scale) if observers > 1 else scale.covariance
    n = len(part.conditions)
    count = np.bincount(np.concatenate([comparisons.first, comparisons.second]), minlength=n)
    made = _Made(scale, covariance, freedom, count)
    return made if experiment.reference not in part.conditions else _against(made, _zero(experiment, part))


def _zero(experiment: Experiment, part: Part) -> int:
    return part.conditions.index(experiment.reference)


def _against(made: _Made, item: int) -> _Made:
    """The same with its zero at a condition."""
    shift = np.eye(len(made.count))
    shift[:, item] -= 1
    return _Made(made.scale.against(item), shift @ made.covariance @ shift.T, made.freedom, made.count)


def _scaling(
    experiment: Experiment,
    scene: str,
    part: Part,
    made: _Made,
    others: Mapping[str, tuple[tuple[float, float, float], ...]],
) -> Scaling:
    comparisons = as_comparisons(part.data)
    known = made.count > 0
    reach = student(made.freedom) * np.sqrt(np.maximum(np.diag(made.covariance), 0))
    value = np.where(known, made.scale.value, nan)
    places = tuple(
        Place(name, float(middle), float(middle - far), float(middle + far), int(many))
        for name, middle, far, many in zip(part.conditions, value, reach, made.count, strict=True)
    )
    return Scaling(
        scene,
        places,
        differences(part.conditions, made.scale.value, made.covariance, made.freedom, known),
        _BY_CURVATURE if isinf(made.freedom) else _BY_OBSERVERS,
        len(np.unique(comparisons.observer)),
        len(part.data),
        others,
        _fits(comparisons, made.scale),
        _notes(experiment, part, comparisons, made),
    )


def student(freedom: float) -> float:
    """Errors from the value to the end of a 95 % interval."""
    from scipy.special import ndtri, stdtrit  # of the extra "panel"

    return float(ndtri(0.975) if isinf(freedom) else stdtrit(freedom, 0.975))


def differences(
    conditions: Sequence[str],
    value: Float[np.ndarray, " item"],
    covariance: Float[np.ndarray, "item item"],
    freedom: float,
    known: np.ndarray,
) -> tuple[Difference, ...]:
    """All pairs of conditions that were judged, with Holm's correction; none where there are too many."""
    chosen = np.flatnonzero(known)
    if not 2 <= len(chosen) <= MOST_PAIRED:
        return ()
    asked = significance(value[chosen], covariance[np.ix_(chosen, chosen)], freedom=freedom)
    return _pairs([conditions[int(k)] for k in chosen], asked, student(freedom))


def _pairs(names: Sequence[str], asked: Significance, times: float) -> tuple[Difference, ...]:
    rows, columns = np.triu_indices(len(names), 1)
    return tuple(
        Difference(
            names[i],
            names[j],
            float(asked.difference[i, j]),
            float(asked.difference[i, j] - times * asked.error[i, j]),
            float(asked.difference[i, j] + times * asked.error[i, j]),
            float(asked.p[i, j]),
            float(asked.adjusted[i, j]),
        )
        for i, j in zip(rows.tolist(), columns.tolist(), strict=True)
    )


def _other(
    experiment: Experiment, part: Part, made: _Made
) -> dict[str, tuple[tuple[float, float, float], ...]]:
    """The scale by another model, with its own intervals, for who wants to know what the model does."""
    comparisons = as_comparisons(part.data)
    if isinstance(part.data, Comparisons):
        name, scale = "Bradley and Terry", bradley_terry(comparisons, _model(comparisons))
        if not isinf(made.freedom):
            by_observers = observer_covariance(comparisons, scale)
            scale = PairedScale(scale.value, by_observers, spread=scale.spread, model=scale.model)
    else:
        name, scale = "Plackett and Luce", plackett_luce(part.data)
    if experiment.reference in part.conditions:
        scale = scale.against(_zero(experiment, part))
    reach = scale.error * (nan if name.startswith("Plackett") else student(made.freedom))
    value = np.where(made.count > 0, scale.value, nan)
    rows = np.stack([value, value - reach, value + reach], -1)
    return {name: tuple((float(a), float(b), float(c)) for a, b, c in rows)}


def _over(made: Mapping[str, _Made], scenes: Mapping[str, Part]) -> Pooled | None:
    """The scale of scenes as a sample of all such scenes, where all have the same conditions."""
    if len({part.conditions for part in scenes.values()}) > 1:
        return None
    whole = [each.scale for each in made.values() if (each.count > 0).all()]
    try:
        # By the curvature: the prior is taken out of each scene's own errors.
        return pooled(whole) if len(whole) == len(made) else None
    except (BadInput, np.linalg.LinAlgError):
        return None


def _of_scenes(
    experiment: Experiment, part: Part, over: Pooled | None
) -> dict[str, tuple[tuple[float, float, float], ...]]:
    if over is None:
        return {}
    value, covariance = over.value, over.covariance
    if experiment.reference in part.conditions:
        shift = np.eye(len(value))
        shift[:, _zero(experiment, part)] -= 1
        value, covariance = shift @ value, shift @ covariance @ shift.T
    freedom = (over.n_scenes - 1) * (len(value) - 1)
    reach = student(freedom) * np.sqrt(np.maximum(np.diag(covariance), 0))
    rows = np.stack([value, value - reach, value + reach], -1)
    return {"all such scenes": tuple((float(a), float(b), float(c)) for a, b, c in rows)}


def _with_unlikeness(scaling: Scaling, over: Pooled | None) -> Scaling:
    """With how unlike the scenes are."""
    note = (
        "Answers on all scenes are taken together: the interval is for other observers and these scenes. "
        "Where scenes differ, this scale is a little flatter than theirs."
    )
    if over is None:
        return replace_notes(scaling, (), (note,))
    told = (
        f"standard deviation of a condition from scene to scene {over.unlikeness:.2f} JND (restricted "
        "likelihood); small p: scenes differ"
    )
    fit = Fit("Scenes alike (Cochran's Q)", over.heterogeneity, over.freedom, over.p, told)
    more = "“All such scenes” takes the scenes for a sample; observers in it are as in the scenes' curvature."
    return replace_notes(scaling, (fit,), (note, more))


def replace_notes(scaling: Scaling, fit: tuple[Fit, ...], notes: tuple[str, ...]) -> Scaling:
    """A scaling with more to be known of it."""
    return replace(scaling, fit=(*scaling.fit, *fit), notes=(*scaling.notes, *notes))


def _fits(comparisons: Comparisons, scale: PairedScale) -> tuple[Fit, ...]:
    pairs = max(1, len(np.unique(comparisons.pairs()[0])))
    found = goodness_of_fit(comparisons, scale, draws=int(np.clip(_DRAWS // pairs, 200, 2000)))
    told = "small p: one scale does not explain the answers"
    fits = [Fit("Deviance of the scale", found.deviance, max(found.freedom, 0), found.p, told)]
    try:
        alike = agreement(comparisons)
    except BadInput:
        return tuple(fits)
    told = "1: all answers agree, 0: as by chance; small p: more than chance"
    return (*fits, Fit("Kendall's agreement u", alike.coefficient, alike.freedom, alike.p, told))


def _notes(experiment: Experiment, part: Part, comparisons: Comparisons, made: _Made) -> tuple[str, ...]:
    from scipy.sparse.csgraph import connected_components  # of the extra "panel"

    notes = []
    if (comparisons.answer == TIE).any():
        share = (comparisons.answer == TIE).mean()
        notes.append(
            f"{100 * share:.0f} % ties; a difference within ± {made.scale.width:.2f} JND is called none "
            "(Glenn and David)."
        )
    unseen = [name for name, many in zip(part.conditions, made.count, strict=True) if not many]
    if unseen:
        notes.append(f"Nobody judged {', '.join(unseen)}.")
    shown = comparisons.wins() + comparisons.wins().T > 0
    groups, _ = connected_components(shown[np.ix_(made.count > 0, made.count > 0)], directed=False)
    if groups > 1:
        notes.append(
            f"The conditions fall into {groups} groups that were never compared with one another; where "
            "these stand to each other is the prior's alone."
        )
    if len(part.conditions) > MOST_PAIRED:
        notes.append(f"Pairs are not listed for more than {MOST_PAIRED} conditions.")
    return tuple(notes)


def _fit(comparisons: Comparisons) -> ObserverFit | None:
    if len(np.unique(comparisons.observer)) < 3 or comparisons.n_items > MOST_FITTED:
        return None
    return observer_fit(comparisons, _model(comparisons))


def _consistency(experiment: Experiment, answers: Answers, scenes: Mapping[str, Part]) -> tuple[Numbers, ...]:
    comparisons = _data(answers)
    names = answers.observers
    found = []
    fit = _fit(comparisons)
    if fit is not None:
        columns = {
            "agrees with the others' scale, share": fit.agreement,
            "leave-one-out log-likelihood less expected": fit.log_likelihood - fit.expected,
            "sensitivity (1: as the others)": fit.sensitivity,
        }
        if not ranks(experiment):
            columns["z"] = fit.z
        found += [numbers(name, names, column) for name, column in columns.items()]
    if not ranks(experiment):
        parts = [transitivity(as_comparisons(part.data)) for part in scenes.values()]
        circular, triads = sum(each.circular for each in parts), sum(each.triads for each in parts)
        share, p = side_preferences(comparisons)
        found += [
            numbers("circular triads", names, np.asarray(circular)),
            numbers("of triads", names, np.asarray(triads)),
            numbers("chose the first side, share", names, share),
            numbers("p of that", names, p),
        ]
    return tuple(found)


def numbers(name: str, observers: Sequence[str], values: np.ndarray) -> Numbers:
    """A number of each observer."""
    return Numbers(name, {who: float(value) for who, value in zip(observers, values, strict=True)})


def _clause(experiment: Experiment) -> str:
    match experiment.method:
        case Method.PAIRS:
            return "after ITU-T P.910 (2022), pair comparison; Thurstone (1927); JND of 75 %"
        case Method.TRIPLETS if not ranks(experiment):
            return "triplet with a reference; Thurstone (1927); JND of 75 %"
        case Method.TRIPLETS:
            return "after ISO 20462-2:2005, triplet comparison; Thurstone (1927); JND of 75 %"
        case _:
            return "rank order; Thurstone (1927) from pairs; JND of 75 %"
