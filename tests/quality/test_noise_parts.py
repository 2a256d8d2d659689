"""A variance by rows, columns and pixels."""

import numpy as np
import pytest

from lichtbild.quality.noise_parts import Parts, parts_of


def test_a_picture_of_rows_alone() -> None:
    """Rows of one value each leave nothing to pixels and columns."""
    rows = np.array([1.0, -1.0] * 8)
    parts = parts_of(np.tile(rows[:, None], (1, 12)))
    assert parts.pixel == pytest.approx(0, abs=1e-28)
    assert parts.row == pytest.approx(16 / 15)
    assert parts.column == pytest.approx(0, abs=1e-28)


def test_freedom_is_that_of_the_rows_where_they_rule() -> None:
    assert Parts(0.0, 2.0, 0.0).freedom(17, 40) == pytest.approx(16)
    assert Parts(2.0, 0.0, 0.0).freedom(17, 41) == pytest.approx(16 * 40)
    assert Parts(3.0, 2.0, 1.0).without(Parts(1.0, 1.0, 1.0), 0.5) == Parts(2.5, 1.5, 0.5)
