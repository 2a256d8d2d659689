from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lichtbild.camera.camera import Camera
from lichtbild.core.errors import BadFile, BadInput
from lichtbild.core.window import Extent
from lichtbild.image.calibration import Calibration
from lichtbild.image.frame_calibration import FrameCalibration, NoiseAt
from lichtbild.image.noise_profile import NoiseProfile
from lichtbild.image.opcode import WarpRectilinear
from lichtbild.io.calibration_file import read_calibration
from lichtbild.io.camera_file import dumps, loads, read_camera, write_calibration
from lichtbild.io.sensor_file import catalogue_sensor
from measured_lenses import measured_lens

KNOWN = FrameCalibration(
    "Phone",
    Extent(40, 60),
    (Calibration((0.44758, 0.40745), np.diag([0.9, 1.0, 0.3]), np.eye(3) / 3),),
    1 + np.arange(60.0).reshape(4, 3, 5) / 7,
    (2, 2),
    WarpRectilinear(np.ones((3, 4)) / 3, np.zeros((3, 2)), (0.5, 0.5)),
    (NoiseAt(100.0, NoiseProfile((1e-4, 2e-4, 3e-4), (1e-6, 0.0, 1e-6))),),
)


def test_a_measured_camera_comes_back() -> None:
    """What is written is read and written again to the same bytes, and each number to nine digits."""
    camera = Camera("Phone", measured_lens(), catalogue_sensor("imx477"), calibration=KNOWN)
    text = dumps(camera)
    again = loads(text)
    assert dumps(again) == text
    assert again.calibration is not None
    assert again.calibration.gains is not None
    np.testing.assert_allclose(again.calibration.gains, KNOWN.gains, rtol=1e-8)
    assert again.calibration.noise == KNOWN.noise


def test_a_calibration_alone(tmp_path: Path) -> None:
    """Enough to develop by; a camera it is not, and the sentence says what would make it one."""
    path = tmp_path / "phone.toml"
    write_calibration(KNOWN, "Phone", path)
    assert read_calibration(path).extent == (40, 60)
    with pytest.raises(BadFile, match="dark and even frames"):
        read_camera(path)


def test_a_warp_of_many_terms_knows_how_far_it_holds(tmp_path: Path) -> None:
    path, many = tmp_path / "phone.toml", np.linspace(1, 0, 45).reshape(3, 15)
    warp = WarpRectilinear(many, np.zeros((3, 2)), (0.5, 0.5), np.tile([0.0, 1.0], (3, 1)))
    write_calibration(replace(KNOWN, warp=warp), "Phone", path)
    again = read_calibration(path).warp
    assert again is not None
    np.testing.assert_allclose(again.radial, many, atol=1e-8)
    np.testing.assert_array_equal(again.valid_radius, warp.valid_radius)
    write_calibration(replace(KNOWN, warp=replace(warp, radial=many[:, :5])), "Phone", path)
    with pytest.raises(BadInput, match="4 or 15"):
        read_calibration(path)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("rows = 40", "rows = 0", "whole number"),
        ('model = "Phone"', 'modell = "Phone"', "did you mean"),
        ("iso = 100.0", "iso = -1", "above 0"),
        ("colour_matrix = [", "colour_matrix = [[1, 2], ", "3 x 3"),
        ("period = [2, 2]", "period = [2, 3]", "each place"),
    ],
)
def test_slips(tmp_path: Path, old: str, new: str, words: str) -> None:
    path = tmp_path / "phone.toml"
    write_calibration(KNOWN, "Phone", path)
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(BadInput, match=words):
        read_calibration(path)
