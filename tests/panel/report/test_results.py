"""From simulated observers to a report: it finds the truth, and the same votes give the same bytes."""

import json

import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.panel.experiment import Experiment
from lichtbild.panel.protocol import Method, Ruler, Scale, ScaleKind, Screening, Session
from lichtbild.panel.report.results import Results, results, results_json, results_page
from lichtbild.panel.session import course
from lichtbild.panel.simulation import People, simulated
from lichtbild.panel.stimulus import Stimulus
from simulated_panel import STIMULI, experiment

LINE = Scale(ScaleKind.CONTINUOUS)
METHODS = {
    "pairs": experiment(Method.PAIRS, ties=True, reference="ref", session=Session(retests=3)),
    "triplets": experiment(Method.TRIPLETS),
    "reference": experiment(Method.TRIPLETS, reference="ref"),
    "grades": experiment(Method.RATING, reference="ref"),
    "line": experiment(Method.RATING, scale=LINE),
    "impairment": experiment(Method.DOUBLE, reference="ref"),
    "both": experiment(Method.DOUBLE, reference="ref", scale=LINE),
    "ruler": experiment(Method.RULER, ruler=Ruler(("ref", "c"), (0.0, -3.0)), scale=LINE),
    "ranking": experiment(Method.RANKING, shown=3),
}


def truth(asked: Experiment) -> dict[Stimulus, float]:
    """Conditions 0.6 JND apart, or a tenth of the scale, the reference best."""
    steps = {"ref": 0.0, "a": -0.6, "b": -1.2, "c": -1.8}
    if asked.method in (Method.RATING, Method.DOUBLE):
        width = 100 if asked.scale.kind is ScaleKind.CONTINUOUS else 4
        low = 0 if width == 100 else 1
        return {each: low + width * (0.75 + steps[each.condition] / 4) for each in STIMULI}
    return {each: steps[each.condition] for each in STIMULI}


def found(asked: Experiment, observers: int = 12, people: People | None = None) -> Results:
    votes = simulated(course(asked, STIMULI), truth(asked), observers, 5, people)
    return results("0", asked, STIMULI, votes)


@pytest.mark.parametrize(
    "name",
    ["triplets", *(pytest.param(each, marks=pytest.mark.slow) for each in METHODS if each != "triplets")],
)
def test_a_page_of_simulated_votes_says_so_and_is_the_same_each_time(name: str) -> None:
    one, other = found(METHODS[name], 5), found(METHODS[name], 5)
    page = results_page(one)
    assert page == results_page(other) and results_json(one) == results_json(other)
    assert "Simulated: test" in page and "no person has seen the pictures" in page
    told = json.loads(results_json(one))
    assert told["simulated"] and told["experiment"]["method"] == METHODS[name].method.value
    assert len(told["findings"]["scalings"]) == 4 and len(told["observers"]) == 5


def test_a_reference_among_the_pairs_is_the_zero() -> None:
    first = found(METHODS["pairs"], 4).findings.scalings[0]
    reference = next(each for each in first.places if each.condition == "ref")
    assert (reference.value, reference.low, reference.high) == (0, 0, 0)
    assert all(each.value < 0 for each in first.places if each.condition in "bc")


@pytest.mark.slow
@pytest.mark.parametrize("name", METHODS)
def test_intervals_hold_the_truth(name: str) -> None:
    """95 % of intervals over 30 experiments and three scenes; four standard errors of 0.95 are left free."""
    asked, inside = METHODS[name], []
    score = truth(asked)
    for seed in range(30):
        votes = simulated(course(asked, STIMULI), score, 16, seed, People(taste=0.0, lapse=0.0))
        findings = results("0", asked, STIMULI, votes).findings
        for scaling in findings.scalings[1:]:
            shown = [each for each in scaling.places if each.high > each.low]
            true = np.array([score[Stimulus(scaling.scene, each.condition)] for each in shown])
            if findings.zero == "mean of all":
                true -= true.mean()
            if asked is METHODS["both"] or asked is METHODS["pairs"]:
                true = true - score[Stimulus(scaling.scene, "ref")]
            inside += [each.low <= value <= each.high for each, value in zip(shown, true, strict=True)]
    # Values of one scene go together: as many independent ones as scenes and seeds.
    assert np.mean(inside) == pytest.approx(0.95, abs=4 * np.sqrt(0.95 * 0.05 / 90))


def test_rules_leave_out_observers_and_never_all() -> None:
    asked = experiment(Method.PAIRS, screening=Screening(least_median_s=3.4))
    one = found(asked, 6)
    assert 0 < len(one.left_out) < 6 and all("time: median" in rule for rule in one.left_out.values())
    assert one.findings.scalings[0].observers == 6 - len(one.left_out)
    with pytest.raises(BadInput, match="leaves out every observer"):
        found(experiment(Method.PAIRS, screening=Screening(least_median_s=600)), 3)


def test_one_observer_gives_a_scale_that_says_what_it_is() -> None:
    assert "of one observer" in found(METHODS["triplets"], 1).findings.scalings[0].interval
    graded = found(METHODS["grades"], 2).findings
    assert graded.model == "mean opinion score" and "There is no subject model" in graded.notes[0]


def test_a_rule_for_another_method_leaves_out_nobody() -> None:
    one = found(experiment(Method.PAIRS, screening=Screening(outliers="bt500")), 4)
    assert not one.left_out and "is not for this method" in one.notes[0]
