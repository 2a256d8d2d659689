"""Phase tables: the contrast they give is the lens room's own."""

import numpy as np
import pytest

from lichtbild.optics.mtf import mtf
from lichtbild.optics.tolerance.budget import Compensation
from lichtbild.optics.tolerance.monte_carlo import as_builds, of_table
from optics.toleranced import FREQUENCY, ready

pytestmark = pytest.mark.slow  # compiles for minutes

NOTHING = Compensation(focus=False, image_tilt=False)


def test_contrast_without_errors_is_that_of_the_lens_room() -> None:
    """As many points along and across the overlap as the phases need, instead of 32: within 1e-3."""
    lens = ready().lens
    ours = as_builds(of_table(ready().table, NOTHING)).contrast[0]
    theirs = np.asarray(mtf(lens, [FREQUENCY]).polychromatic(lens.weights).modulus)[:, 0]
    assert ours == pytest.approx(theirs, abs=1e-3)


def test_phases_without_aberrations_add_up_to_the_limit_of_diffraction() -> None:
    lens = ready().lens
    best = np.einsum("fwsm,w->fs", ready().table.area, ready().table.weights)
    limit = mtf(lens, [FREQUENCY], mode="limit").polychromatic(lens.weights).modulus
    assert best == pytest.approx(np.asarray(limit)[:, 0, :, 0], abs=1e-3)
