"""Rated: findings of ratings, double stimuli and quality rulers.

Scores are those of our subject model; the means and the standards' models stand beside them. The interval of
a condition over all scenes is by observers, for an observer may like a condition in every scene.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import nan
from typing import Final

import numpy as np
from jaxtyping import Float, Int

from lichtbild.core.errors import BadInput
from lichtbild.panel.collect import Answers
from lichtbild.panel.experiment import Experiment, rates_both
from lichtbild.panel.protocol import Method, ScaleKind
from lichtbild.panel.ratings import Ratings
from lichtbild.panel.report.findings import Difference, Findings, Fit, Numbers, Place, Scaling
from lichtbild.panel.report.paired import differences, numbers, student
from lichtbild.panel.scale.bt500 import bt500, screened
from lichtbild.panel.scale.opinion import Scores, mean_opinion
from lichtbild.panel.scale.opinion import differences as referred
from lichtbild.panel.scale.p910 import p910
from lichtbild.panel.scale.p913 import p913
from lichtbild.panel.scale.ruler import matched
from lichtbild.panel.scale.subject_model import SubjectModel, subject_model
from lichtbild.panel.screening import rating_correlation

_BY_MODEL: Final = "2.5 to 97.5 % of what the ratings leave possible (subject model)"
_BY_MEANS: Final = "Student's t of the ratings, one picture at a time"
_BY_OBSERVERS: Final = "Student's t, errors of observers drawn anew (Huber's covariance by observers)"

Row = tuple[float, float, float]


@dataclass(frozen=True, eq=False)
class _Made:
    """Scores with all that stands beside them; the model is None where it cannot be made."""

    ratings: Ratings
    scores: Scores
    model: SubjectModel | None
    others: Mapping[str, Scores]
    why: str = ""


def rated_findings(experiment: Experiment, answers: Answers) -> Findings:
    """What ratings say.

    Args:
        experiment: that asked.
        answers: of the observers who count.

    Raises:
        BadInput: they are no ratings.
    """
    if not isinstance(answers.data, Ratings):
        raise BadInput("comparisons and rankings are no ratings; scale them as pairs")
    made = _made(experiment, answers.data)
    scenes = list(dict.fromkeys(each.scene for each in answers.stimuli))
    scalings = [_of_scene(scene, answers, made) for scene in scenes]
    if len(scenes) > 1:
        scalings.insert(0, _of_all(answers, made))
    scalings[0] = replace(scalings[0], fit=_fits(made))
    ruled = experiment.method is Method.RULER
    quantity = "score less the reference's" if rates_both(experiment) else "quality" if ruled else "score"
    model = "subject model: bias and inconsistency of each observer" if made.model else "mean opinion score"
    return Findings(
        quantity,
        "JND" if ruled else "points",
        "the ruler's" if ruled else _scale_told(experiment),
        model,
        _clause(experiment),
        tuple(scalings),
        _consistency(answers, made),
        (made.why,) if made.why else (),
    )


def outliers(answers: Answers) -> dict[str, str]:
    """Observers whom BT.500's rule leaves out, and why."""
    if not isinstance(answers.data, Ratings):
        return {}
    found = screened(answers.data)
    return {
        name: f"BT.500: {100 * found.outside[k]:.0f} % of scores far from the others', on both sides"
        for k, name in enumerate(answers.observers)
        if found.rejected[k]
    }


def _made(experiment: Experiment, data: Ratings) -> _Made:
    scale, ruler = experiment.scale, np.array(experiment.ruler.jnd)
    graded = scale.kind is ScaleKind.CATEGORY and not rates_both(experiment)
    ratings, model, why = data, None, ""
    if experiment.method is Method.RULER:
        ratings = replace(data, score=ruler[data.score.astype(int)])
    try:
        if experiment.method is Method.RULER:
            model = matched(data, ruler)
        else:
            grades = tuple(float(k + 1) for k in range(scale.categories)) if graded else None
            model = subject_model(ratings, grades)
    except BadInput as error:
        why = f"There is no subject model: {error}. The scores are means."
    others = {"mean (MOS)": mean_opinion(ratings)}
    if experiment.method is not Method.RULER:
        others |= _standards(experiment, ratings)
    return _Made(ratings, model.scores if model else others["mean (MOS)"], model, others, why)


def _standards(experiment: Experiment, ratings: Ratings) -> dict[str, Scores]:
    found = {"BT.500": bt500(ratings).scores, "P.913": p913(ratings).scores, "P.910": p910(ratings).scores}
    if ratings.reference is not None:
        scale = experiment.scale
        top = float(scale.categories) if scale.kind is ScaleKind.CATEGORY else scale.high
        found["to hidden reference (DMOS)"] = mean_opinion(referred(ratings, top))
    return found


def _rows(scores: Scores) -> tuple[Row, ...]:
    return tuple(
        (float(a), float(b), float(c)) for a, b, c in zip(scores.value, scores.low, scores.high, strict=True)
    )


def _of_scene(scene: str, answers: Answers, made: _Made) -> Scaling:
    chosen = np.array([k for k, each in enumerate(answers.stimuli) if each.scene == scene])
    names = [answers.stimuli[k].condition for k in chosen]
    rows, count = _rows(made.scores), np.bincount(made.ratings.stimulus, minlength=len(answers.stimuli))
    own = made.ratings.chosen(np.isin(made.ratings.stimulus, chosen))
    observers = len(np.unique(own.observer))
    pairs: tuple[Difference, ...] = ()
    if made.model is not None and observers > 1:
        covariance = np.atleast_2d(np.cov(made.model.draws[:, chosen].T))
        value = np.nan_to_num(made.scores.value[chosen])
        pairs = differences(names, value, covariance, observers - 1, count[chosen] > 0)
    return Scaling(
        scene,
        tuple(
            Place(name, rows[k][0], rows[k][1], rows[k][2], int(count[k]))
            for name, k in zip(names, chosen, strict=True)
        ),
        pairs,
        _BY_MODEL if made.model else _BY_MEANS,
        observers,
        len(own),
        {name: tuple(_rows(scores)[k] for k in chosen) for name, scores in made.others.items()},
    )


def _of_all(answers: Answers, made: _Made) -> Scaling:
    """Each condition's mean over the scenes that show it."""
    names = sorted({each.condition for each in answers.stimuli})
    shares = np.array([[each.condition == name for each in answers.stimuli] for name in names], float)
    shares *= np.isfinite(made.scores.value)
    shares /= np.maximum(shares.sum(1, keepdims=True), 1)
    known = shares.sum(1) > 0
    value = np.where(known, shares @ np.nan_to_num(made.scores.value), nan)
    observers = len(np.unique(made.ratings.observer))
    covariance = shares @ observer_errors(made.ratings, made.scores.value, made.model) @ shares.T
    reach = (
        student(observers - 1) * np.sqrt(np.diag(covariance)) if observers > 1 else np.full(len(names), nan)
    )
    count = np.bincount(made.ratings.stimulus, minlength=len(answers.stimuli)) @ (shares > 0).T
    others = {
        name: tuple(
            (float(each), nan, nan) for each in np.where(known, shares @ np.nan_to_num(scores.value), nan)
        )
        for name, scores in made.others.items()
        if name != "to hidden reference (DMOS)"
    }
    return Scaling(
        "",
        tuple(
            Place(name, float(v), float(v - r), float(v + r), int(n))
            for name, v, r, n in zip(names, value, reach, count, strict=True)
        ),
        differences(names, np.nan_to_num(value), covariance, observers - 1, known) if observers > 1 else (),
        _BY_OBSERVERS,
        observers,
        len(made.ratings),
        others,
        (),
        ("The mean of each condition over these scenes; the interval is for other observers.",),
    )


def observer_errors(
    ratings: Ratings, value: Float[np.ndarray, " stimulus"], model: SubjectModel | None
) -> Float[np.ndarray, "stimulus stimulus"]:
    """Covariance of the errors of scores when each observer's errors may go together, points^2.

    sum_o e_o e_o' n / (n - 1), with e_o what observer o's residuals add to the scores; the error of the
    panel's mean bias is added to all, for residuals are without bias.

    Args:
        ratings: that the scores were made of.
        value: scores.
        model: that they come from, None for means.
    """
    who, what, n = ratings.observer, ratings.stimulus, ratings.n_observers
    weight, bias, shared = np.ones(n), np.zeros(n), 0.0
    active = len(np.unique(who))
    if model is not None:
        weight, bias = 1 / np.nan_to_num(model.inconsistency, nan=1.0) ** 2, np.nan_to_num(model.bias)
        shared = model.bias_spread**2 / active
    residual = ratings.score - value[what] - bias[who]
    residual -= _means(what, residual, weight[who], ratings.n_stimuli)[what]
    total = np.bincount(what, weight[who], ratings.n_stimuli)
    pull = np.zeros((n, ratings.n_stimuli))
    np.add.at(pull, (who, what), weight[who] * residual / total[what])
    return np.asarray(pull.T @ pull * active / max(active - 1, 1) + shared)


def _means(groups: Int[np.ndarray, " r"], values: np.ndarray, weight: np.ndarray, count: int) -> np.ndarray:
    total = np.bincount(groups, weight, count)
    return np.bincount(groups, weight * values, count) / np.where(total > 0, total, 1)


def _fits(made: _Made) -> tuple[Fit, ...]:
    model = made.model
    if model is None:
        return ()
    return (
        Fit("Spread of observers' biases", model.bias_spread, told="standard deviation, in the scale's unit"),
        Fit("Typical inconsistency", model.typical_inconsistency, told="of one rating, in the scale's unit"),
        Fit("Unlikeness", model.unlikeness, told="of inconsistencies, in their natural logarithm"),
        Fit("Mixing (R-hat)", model.mixing, told="above 1.05 the draws are too few"),
    )


def _consistency(answers: Answers, made: _Made) -> tuple[Numbers, ...]:
    names, found = answers.observers, list[Numbers]()
    if made.model is not None:
        model = made.model
        found += [
            numbers("bias", names, model.bias),
            numbers("bias from", names, model.bias_interval[:, 0]),
            numbers("to", names, model.bias_interval[:, 1]),
            numbers("inconsistency", names, model.inconsistency),
            numbers("inconsistency from", names, model.inconsistency_interval[:, 0]),
            numbers("to (95 %)", names, model.inconsistency_interval[:, 1]),
        ]
    found.append(numbers("correlation with the others", names, rating_correlation(made.ratings)))
    outside = screened(made.ratings)
    found.append(numbers("far from the others (BT.500), share", names, outside.outside))
    return tuple(found)


def _scale_told(experiment: Experiment) -> str:
    scale = experiment.scale
    if scale.kind is ScaleKind.CATEGORY:
        words: Sequence[str] = scale.labels
        ends = f" ({words[0]} to {words[-1]})" if words else ""
        return f"grades 1 to {scale.categories}{ends}"
    return f"{scale.low:g} to {scale.high:g}"


def _clause(experiment: Experiment) -> str:
    subjects = "subject model of ITU-T P.910 (2022), Annex E, solved our way"
    match experiment.method:
        case Method.RATING:
            hidden = " with hidden reference" if experiment.reference else ""
            return f"after ITU-T P.910 (2022), absolute category rating{hidden}; {subjects}"
        case Method.DOUBLE:
            name = "DSCQS" if rates_both(experiment) else "DSIS"
            return f"after ITU-R BT.500-15, double stimulus ({name}); {subjects}"
        case _:
            return f"after ISO 20462-3:2012, quality ruler; {subjects}"
