"""The camera of a roll."""

from pathlib import Path

import numpy as np
import pytest

from lichtbild.camera.negative import negative
from lichtbild.camera.recipe import GeometryRecipe, Recipe
from lichtbild.core.errors import BadFile, BadInput
from lichtbild.io.reader import read
from lichtbild.study.camera_room import CameraRoom, known_camera

EXAMPLE = Path(__file__).parents[2] / "examples" / "colour_checker.dng"
MEASURED = 'schema = 1\nname = "Phone"\n[calibration]\nmodel = "Phone"\nrows = 968\ncolumns = 1424\n'


def test_a_file_with_a_calibration_alone_has_no_lens(tmp_path: Path) -> None:
    path = tmp_path / "phone.toml"
    path.write_text(MEASURED)
    known = known_camera(str(path))
    assert known.camera is None and known.calibration is not None and known.name == "phone.toml"
    assert CameraRoom(known).standing[0] == "none"


def test_what_is_no_camera_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput):
        known_camera("no-such-camera")
    path = tmp_path / "other.toml"
    path.write_text("schema = 1\n")
    with pytest.raises(BadFile):
        known_camera(str(path))


def test_without_a_camera_nothing_is_followed() -> None:
    room = CameraRoom(None)
    room.wait()
    with pytest.raises(BadInput, match="--camera"):
        room.followed()


@pytest.mark.slow
def test_a_lens_of_the_catalogue_is_followed_drawn_and_has_points() -> None:
    room = CameraRoom(known_camera("main"))
    assert room.standing[0] == "following"
    room.wait()
    assert room.standing == ("ready", "")
    assert room.followed().drawing is not None
    frame = read(EXAMPLE)
    recipe = Recipe(geometry=GeometryRecipe(crop=(0.0, 0.0, 0.5, 1.0)))
    scene = negative(frame, recipe)
    right = room.point(scene, (1.0, 0.5))
    assert right.place[0] == pytest.approx(0.0, abs=2 * room.followed().pitch), "the crop ends at the axis"
    assert right.place[1] == pytest.approx(0.0, abs=2 * room.followed().pitch)
    corner = room.point(scene, (0.0, 0.0)).place
    half = np.array([frame.active_area.width, frame.active_area.height]) * room.followed().pitch / 2
    np.testing.assert_allclose(corner, half * (-1, 1), atol=2 * room.followed().pitch)
