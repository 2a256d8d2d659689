import numpy as np

from lichtbild.panel.ratings import Ratings
from lichtbild.panel.scale.p910 import p910
from lichtbild.panel.scale.p913 import mean_bias, p913


def test_biases_are_found_and_taken_off() -> None:
    generator = np.random.default_rng(1)
    quality, bias = generator.uniform(1, 5, 200), np.linspace(-0.5, 0.5, 11)
    table = quality + bias[:, None] + generator.normal(0, 0.3, (11, 200))
    for found in (p910(Ratings.of_table(table)).bias, p913(Ratings.of_table(table)).bias):
        # 200 ratings of 0.3 points each: 0.021, three and a half of those.
        np.testing.assert_allclose(found, bias, atol=0.075)
    np.testing.assert_allclose(mean_bias(Ratings.of_table(table)).sum(), 0, atol=1e-12)


def test_one_consistent_observer_takes_over_what_the_subject_model_cures() -> None:
    """The weakness of alternating projection: with few observers one spread goes to nothing."""
    generator = np.random.default_rng(3)
    spreads = []
    for _ in range(20):
        table = generator.uniform(1, 5, 12) + generator.gamma(4, 0.18, (8, 1)) * generator.normal(
            0, 1, (8, 12)
        )
        spreads.append(p910(Ratings.of_table(table)).inconsistency.min())
    assert np.median(spreads) < 1e-3
