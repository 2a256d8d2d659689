import numpy as np
import pytest

from lichtbild.panel.scale.likelihood import AnswerModel
from lichtbild.panel.scale.link import Link
from lichtbild.panel.scale.ties import Ties, answers

MODELS = [
    AnswerModel(link, ties, lapse)
    for link, ties in (
        (Link.NORMAL, Ties.THRESHOLD),
        (Link.LOGISTIC, Ties.THRESHOLD),
        (Link.LOGISTIC, Ties.DAVIDSON),
        (Link.NORMAL, Ties.HALVES),
    )
    for lapse in (0.0, 0.04)
]


@pytest.mark.parametrize("model", MODELS, ids=str)
def test_three_answers_are_all_there_are(model: AnswerModel) -> None:
    p = model.probabilities(np.array([-30.0, -1.0, 0.0, 2.0, 30.0]), 0.7)
    assert p.sum(-1) == pytest.approx(1, abs=1e-12) and (p >= 0).all()
    assert p[2, 0] == p[2, 1]


def test_davidson_and_rao_and_kupper_have_their_closed_forms() -> None:
    u, width = np.array([0.8]), np.array([0.5])
    strength = np.exp(0.8)
    total = strength + 1 + 0.5 * np.sqrt(strength)
    davidson = np.array([strength, 1, 0.5 * np.sqrt(strength)]) / total
    np.testing.assert_allclose(answers(Link.LOGISTIC, Ties.DAVIDSON, u, width).p[0], davidson, rtol=1e-12)
    theta = np.exp(0.5)
    rao = np.array([strength / (strength + theta), 1 / (theta * strength + 1)])
    found = answers(Link.LOGISTIC, Ties.THRESHOLD, u, width).p[0]
    np.testing.assert_allclose(found, [*rao, 1 - rao.sum()], rtol=1e-12)


@pytest.mark.parametrize("model", MODELS, ids=str)
def test_slopes_are_those_of_differences(model: AnswerModel) -> None:
    d, w, h = np.array([0.7, -1.0, 3.0]), np.full(3, -0.4), 1e-5
    counts = np.array([[3.0, 2, 4], [1, 5, 2], [4, 1, 0]])
    if model.plain:
        w = np.zeros(3)

    def at(by_d: float, by_w: float) -> tuple[np.ndarray, ...]:
        return tuple(np.broadcast_to(each, 3) for each in model.slopes(d + by_d, w + by_w, counts))

    here, right, left, up, down = at(0, 0), at(h, 0), at(-h, 0), at(0, h), at(0, -h)
    for slope, one, other in (
        (here[1], right[0], left[0]),
        (here[2], right[1], left[1]),
        (here[3], up[0], down[0]),
        (here[4], up[1], down[1]),
        (here[5], up[3], down[3]),
    ):
        np.testing.assert_allclose(slope, (one - other) / (2 * h), rtol=1e-6, atol=1e-7)
