import struct
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from frames import smooth_frame
from lichtbild.core.errors import BadFile
from lichtbild.image.calibration import Calibration
from lichtbild.image.profile import BlackRender, CameraProfile, HueSatMap
from lichtbild.io.dng.write import write as write_dng
from lichtbild.io.lut import dcp
from lichtbild.io.lut.dcp import Camera

MATRIX = np.array([[0.9, -0.2, -0.1], [-0.4, 1.2, 0.2], [-0.1, 0.2, 0.6]])
CAMERA = Camera("Maker Model 1", (Calibration((0.3127, 0.329), MATRIX),), "com.maker")
PROFILE = CameraProfile(
    name="warm",
    calibrations=CAMERA.calibrations,
    look_table=HueSatMap(np.random.default_rng(1).random((3, 6, 4, 3), np.float32), srgb_encoded=True),
    tone_curve=np.array([[0.0, 0.0], [0.5, 0.625], [1.0, 1.0]]),
    black_render=BlackRender.NONE,
)


def test_what_was_written_is_read_again() -> None:
    found = dcp.decode(dcp.encode(PROFILE, CAMERA, "a look"))
    assert (found.name, found.black_render) == ("warm", BlackRender.NONE)
    np.testing.assert_array_equal(found.look_table.table, PROFILE.look_table.table)
    assert found.look_table.srgb_encoded
    np.testing.assert_array_equal(found.tone_curve, PROFILE.tone_curve)
    np.testing.assert_allclose(found.calibrations[0].colour_matrix, MATRIX, atol=1e-9)
    assert found.calibrations[0].white_xy == (0.3127, 0.329)


def test_the_directory_has_the_fields_of_a_profile_in_order() -> None:
    data = dcp.encode(PROFILE, CAMERA, "a look")
    assert data[:8] == b"IIRC\x08\0\0\0"
    count = struct.unpack_from("<H", data, 8)[0]
    entries = [struct.unpack_from("<HHII", data, 10 + 12 * index) for index in range(count)]
    tags = [entry[0] for entry in entries]
    assert tags == sorted(tags)
    assert {50708, 50721, 50778, 50932, 50936, 50940, 50941, 50942, 50981, 50982, 51108, 51110} <= set(tags)
    model = next(entry for entry in entries if entry[0] == 50708)
    assert data[model[3] : model[3] + model[2]] == b"Maker Model 1\0"
    assert data == dcp.encode(PROFILE, CAMERA, "a look")


def test_a_dng_tells_its_camera(tmp_path: Path) -> None:
    frame = smooth_frame((60, 72))
    colour = replace(frame.colour, calibrations=CAMERA.calibrations)
    write_dng(replace(frame, colour=colour), tmp_path / "scene.dng")
    found = dcp.camera_of(tmp_path / "scene.dng")
    np.testing.assert_allclose(found.calibrations[0].colour_matrix, MATRIX, atol=1e-9)


def test_what_is_no_profile_or_no_dng_is_refused(tmp_path: Path) -> None:
    data = dcp.encode(PROFILE, CAMERA, "a look")
    for damaged in (b"", b"II*\0\x08\0\0\0", data[:30], data[: len(data) // 2]):
        with pytest.raises(BadFile) as error:
            dcp.decode(damaged, "t.dcp")
        assert "\n" not in str(error.value)
    (tmp_path / "t.dcp").write_bytes(data)
    assert dcp.read(tmp_path / "t.dcp").name == "warm"
    with pytest.raises(BadFile, match="not a DNG"):
        dcp.camera_of(tmp_path / "t.dcp")
