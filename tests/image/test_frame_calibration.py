import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.core.window import Extent, Window
from lichtbild.image.calibration import Calibration
from lichtbild.image.cfa import Cfa
from lichtbild.image.frame_calibration import FrameCalibration, NoiseAt, calibrated
from lichtbild.image.levels import Levels
from lichtbild.image.metadata import Metadata
from lichtbild.image.noise_profile import NoiseProfile
from lichtbild.image.raw_frame import RawFrame

KNOWN = FrameCalibration(
    "Phone",
    Extent(4, 6),
    (Calibration((0.3127, 0.329), np.eye(3), np.eye(3)),),
    np.full((4, 3, 5), 1.5),
    noise=(
        NoiseAt(100.0, NoiseProfile((1e-4,) * 3, (1e-6,) * 3)),
        NoiseAt(400.0, NoiseProfile((4e-4,) * 3, (4e-6,) * 3)),
    ),
)


def frame(model: str = "Phone", rows: int = 4) -> RawFrame:
    window = Window(0, 0, rows, 6)
    levels = Levels(np.zeros((1, 1, 1)), np.array([255.0]))
    return RawFrame(
        np.zeros((rows, 6, 1), np.uint16),
        window,
        window.extent,
        cfa=Cfa.bayer("RGGB"),
        levels=levels,
        active_area=window,
        default_crop=(0, 0, rows, 6),
        metadata=Metadata(model=model, iso=200.0),
    )


def test_noise_between_and_beyond() -> None:
    """Straight in logarithms between; then photons' noise in proportion, darkness's by the square."""
    assert KNOWN.noise_at(200).scale[0] == pytest.approx(2e-4)
    assert KNOWN.noise_at(200).offset[0] == pytest.approx(2e-6)
    assert KNOWN.noise_at(800).scale[0] == pytest.approx(8e-4)
    assert KNOWN.noise_at(800).offset[0] == pytest.approx(1.6e-5)


def test_what_was_measured_counts() -> None:
    made = calibrated(frame(), KNOWN)
    assert made.colour.calibrations == KNOWN.calibrations
    assert made.noise is not None
    assert made.noise.scale[0] == pytest.approx(2e-4)
    assert len(made.opcodes.on_linear) == 4
    assert calibrated(frame(), KNOWN, noise=False).noise is None


def test_other_cameras_are_refused() -> None:
    with pytest.raises(BadInput, match="name its own camera"):
        calibrated(frame("Other"), KNOWN)
    with pytest.raises(BadInput, match="calibrate it in this mode"):
        calibrated(frame(rows=8), KNOWN)
