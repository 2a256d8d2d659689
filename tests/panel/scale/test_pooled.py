import sys
from math import inf
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from judged import compared, tone_mapping

from lichtbild.core.errors import BadInput
from lichtbild.panel.scale.paired import PairedModel, PairedScale, scaled
from lichtbild.panel.scale.pooled import pooled

QUALITY = np.array([-1.0, -0.3, 0.1, 0.4, 0.8])


def scenes(unlikeness: float, count: int, generator: np.random.Generator) -> list[PairedScale]:
    return [
        scaled(compared(QUALITY + generator.normal(0, unlikeness, 5), 10, 20, generator))
        for _ in range(count)
    ]


def test_two_conditions_are_derSimonians_weighted_mean() -> None:
    """Without priors and with known variances: the mean weighted by the reciprocals of variance and h^2."""
    steps, errors = np.array([0.5, 1.4, -0.2, 0.9]), np.array([0.2, 0.3, 0.25, 0.2])
    half = np.array([0.5, -0.5])
    one = [PairedScale(s * half, e**2 * np.outer(half, half)) for s, e in zip(steps, errors, strict=True)]
    found = pooled(one)
    # h is of each condition: a difference of two has twice its square.
    weight = 1 / (errors**2 + 2 * found.unlikeness**2)
    assert found.value[0] - found.value[1] == pytest.approx((weight * steps).sum() / weight.sum(), abs=1e-3)
    assert found.unlikeness > 0.2
    fixed = 1 / errors**2
    q = (fixed * (steps - (fixed * steps).sum() / fixed.sum()) ** 2).sum()
    assert found.heterogeneity == pytest.approx(q, rel=1e-3) and found.freedom == 3


def test_the_prior_of_each_scene_is_not_pooled() -> None:
    """Forty alike scenes with weak answers: each is pulled to nothing, their pooled scale is not."""
    found = pooled(
        [
            scaled(compared(QUALITY, 3, 8, np.random.default_rng(s)), PairedModel(spread=0.5))
            for s in range(40)
        ]
    )
    assert np.polyfit(QUALITY, found.value, 1)[0] == pytest.approx(1.0, abs=0.2)


def test_unlike_scenes_are_told_from_alike_ones(shared: Path) -> None:
    real = pooled([scaled(scene) for scene in tone_mapping(shared)])
    assert real.p < 1e-6 and real.unlikeness > 0.2
    alike = pooled(scenes(0.0, 6, np.random.default_rng(1)))
    assert alike.p > 0.01 and alike.unlikeness < 0.25


@pytest.mark.slow
@pytest.mark.parametrize("unlikeness", [0.0, 0.5])
def test_intervals_hold_the_truth(unlikeness: float) -> None:
    generator, held = np.random.default_rng(2), []
    truth = QUALITY - QUALITY.mean()
    for _ in range(150):
        low, high = pooled(scenes(unlikeness, 6, generator)).interval.T
        held.append(((low <= truth) & (truth <= high)).mean())
    assert np.mean(held) == pytest.approx(0.955, abs=0.04)


def test_one_scene_is_refused() -> None:
    with pytest.raises(BadInput, match="two scenes"):
        pooled([PairedScale(np.zeros(2), np.eye(2), spread=inf)])
