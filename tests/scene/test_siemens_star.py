"""The star's spokes, contrast and mean."""

import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.scene.frame import Frame
from lichtbild.scene.siemens_star import siemens_star
from scene.charts import LIGHTING, WHITE, luminances

FRAME = Frame(201, 201, (1.0, 1.0))


def on_circle(grey: np.ndarray, radius: float) -> np.ndarray:
    angle = np.arange(4096) * 2 * np.pi / 4096
    column = ((radius * np.cos(angle)) + 0.5) * 201
    row = (0.5 - radius * np.sin(angle)) * 201
    return grey[row.astype(int), column.astype(int)]


@pytest.mark.parametrize("binary", [False, True])
@pytest.mark.parametrize("cycles", [7, 24])
def test_a_circle_meets_each_spoke_once(cycles: int, binary: bool) -> None:
    grey = luminances(siemens_star(FRAME, LIGHTING, cycles=cycles, binary=binary).scene) / WHITE
    spectrum = np.abs(np.fft.rfft(on_circle(grey, 0.35) - 0.45))
    assert np.argmax(spectrum) == cycles


def test_a_sinusoid_has_its_amplitude_and_phase() -> None:
    grey = luminances(siemens_star(FRAME, LIGHTING, cycles=4, contrast=9.0).scene) / WHITE
    swing = 0.45 * 8 / 10
    # At radius 0.4 a pixel is 0.0125 rad: the mean over it loses (4 x 0.0125)^2 / 24, 1e-4, and its middle is
    # up to half a pixel off, 4 x 0.00625 of the swing at most.
    at = on_circle(grey, 0.4)
    expected = 0.45 + swing * np.cos(4 * np.arange(4096) * 2 * np.pi / 4096)
    np.testing.assert_allclose(at, expected, atol=4 * 0.0125 * swing)
    # A bright spoke points to the right.
    assert grey[100, 180] == pytest.approx(0.45 + swing, rel=1e-3)


def test_beyond_the_radius_and_within_the_finest_it_is_grey() -> None:
    grey = luminances(siemens_star(FRAME, LIGHTING, cycles=48).scene) / WHITE
    assert grey[0, 0] == pytest.approx(0.45)
    assert grey[100, 100] == pytest.approx(0.45)
    assert np.ptp(on_circle(grey, 0.3)) > 0.5


def test_what_is_no_star() -> None:
    with pytest.raises(BadInput, match="a contrast above 1, not 12"):
        siemens_star(FRAME, LIGHTING, cycles=12, contrast=1.0)
