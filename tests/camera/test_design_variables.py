"""Design variables: every float of a camera is read and replaced by its path, in every room alike."""

from dataclasses import replace

import jax
import numpy as np
import pytest

from lichtbild.camera.design_variables import get, put, put_all, values_at, variables
from lichtbild.core.errors import BadInput
from lichtbild.develop.colour_matrix import ColourMatrix
from lichtbild.develop.denoise import Denoise
from lichtbild.image.noise_profile import NoiseProfile
from lichtbild.io.lens.catalogue import catalogue_lens
from lichtbild.io.sensor_file import catalogue_sensor
from lichtbild.look.style import style
from lichtbild.optics.configuration import value_at, with_change
from lichtbild.optics.lens import Change

LENS, SENSOR = catalogue_lens("6p-f1.85"), catalogue_sensor("imx477")
DENOISE = Denoise(NoiseProfile((1e-4,), (1e-6,)))
MATRIX = ColourMatrix(np.eye(3))


@pytest.mark.parametrize(
    ("struct", "path", "value"),
    [
        (LENS, "surface[3].curvature", LENS.surfaces[3].curvature),
        (LENS, "gap[1].medium.index", 1.66),
        (LENS, "surfaces[5].departure.coefficients[0]", -0.060873),
        (SENSOR, "modes[0].read_noise", 3.0),
        (SENSOR, "response.peaks[1][0].height", SENSOR.response.peaks[1][0].height),
        (DENOISE, "luma", 1.0),
        (MATRIX, "matrix[1][1]", 1.0),
        (style("natural"), "view.contrast", style("natural").view.contrast),
    ],
)
def test_a_number_is_read_and_replaced_and_nothing_else_moves(struct, path, value) -> None:
    assert float(get(struct, path)) == value
    changed = put(struct, path, 0.25)
    assert float(get(changed, path)) == 0.25
    assert float(get(struct, path)) == value
    others = [
        other for other in variables(struct) if other not in (path, path.replace("surface[", "surfaces["))
    ]
    others = [other for other in others if other != path.replace("gap[", "gaps[")]
    assert len(others) == len(variables(struct)) - 1
    assert all(np.array_equal(get(changed, other), get(struct, other)) for other in others[:40])


def test_all_listed_paths_lead_to_floats() -> None:
    for struct in (LENS, SENSOR, style("authentic")):
        paths = variables(struct)
        assert len(set(paths)) == len(paths) > 10
        assert all(isinstance(float(get(struct, path)), float) for path in paths)
    assert set(variables(LENS, "surfaces[2]")) <= set(variables(LENS))
    assert "surfaces[2].curvature" in variables(LENS, "surfaces[2]")


def test_lens_paths_agree_with_those_of_configurations() -> None:
    path = "gaps[2].thickness"
    assert get(LENS, path) == value_at(LENS, path)
    assert put(LENS, path, 0.06) == with_change(LENS, Change(path, 0.06))


def test_what_is_put_in_can_be_differentiated() -> None:
    def total(value):
        sensor = put_all(SENSOR, {"modes[0].read_noise": value, "pattern.prnu": 2 * value})
        return get(sensor, "modes[0].read_noise") ** 2 + get(sensor, "pattern.prnu")

    assert jax.grad(total)(3.0) == 2 * 3.0 + 2
    assert jax.grad(lambda v: put(MATRIX, "matrix[0][2]", v).matrix.sum() ** 2)(1.0) == 2 * 4.0


def test_a_part_still_refuses_what_it_cannot_be() -> None:
    with pytest.raises(BadInput, match="read noise"):
        put(SENSOR, "modes[0].read_noise", -1.0)


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("surface[3].curve", "curvature"),
        ("surface[99].curvature", "count from 0"),
        ("surface[3]", "float"),
        ("stop", "whole number"),
        ("surface[3].curvature.value", "end the path"),
        ("surface..curvature", "no path"),
        ("[3].curvature", "no path"),
        ("", "no path"),
        ("aperture[0]", "leave the index out"),
    ],
)
def test_a_wrong_path_says_what_is_there(path: str, said: str) -> None:
    for call in (lambda: get(LENS, path), lambda: put(LENS, path, 1.0)):
        with pytest.raises(BadInput, match=said):
            call()


def test_values_come_as_floats() -> None:
    moved = replace(LENS, pressure=np.float32(1.0))
    assert values_at(moved, ["pressure"]) == {"pressure": 1.0}
