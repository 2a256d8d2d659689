import numpy as np

from lichtbild.panel.ratings import Ratings
from lichtbild.panel.scale.bt500 import bt500, screened


def test_who_is_far_on_both_sides_is_left_out_and_who_is_on_one_side_is_not() -> None:
    generator = np.random.default_rng(1)
    table = generator.uniform(2, 4, 60) + generator.normal(0, 0.2, (20, 60))
    table[3] += np.where(np.arange(60) % 2, 0.55, -0.55)
    table[4] += 0.55
    found = screened(Ratings.of_table(table))
    assert np.flatnonzero(found.rejected).tolist() == [3]
    assert found.one_sided[4] == 1 and found.outside[4] > 0.2
    scores = bt500(Ratings.of_table(table)).scores
    np.testing.assert_allclose(scores.value, np.delete(table, 3, 0).mean(0))


def test_never_is_everybody_left_out() -> None:
    table = np.array([[1.0, 5.0, 1.0, 5.0], [5.0, 1.0, 5.0, 1.0]])
    assert not screened(Ratings.of_table(table)).rejected.any()
