"""Form errors: orthonormal terms, of which the mean square is the sum of squares."""

import numpy as np
import pytest

from lichtbild.optics.disc import polar
from lichtbild.optics.tolerance.form import FORMS, form_sag
from lichtbild.optics.zernike import zernike

PAIRS = ((2, 2), (2, -2), (3, 1), (3, -1), (3, 3), (3, -3), (4, 0))


def test_terms_are_the_zernike_polynomials_less_their_value_at_the_vertex() -> None:
    x, y = polar(6, 14).points
    ours = np.stack([form_sag(name, x, y) for name in FORMS], axis=-1)
    theirs = zernike(PAIRS, x, y) - zernike(PAIRS, np.zeros(1), np.zeros(1))
    assert ours == pytest.approx(theirs, abs=1e-12)
