"""Spectra from colours: back and forth, bounds, and colours that no spectrum has."""

import numpy as np
import pytest

from lichtbild.colour import observer, spaces
from lichtbild.core.errors import BadInput
from lichtbild.scene.upsample import primaries, upsampled
from scene.charts import D65, EDGES, TUNGSTEN

PICTURE = np.random.default_rng(4).uniform(0, 2, (5, 6, 3))


@pytest.mark.parametrize(("space", "matrix"), [("srgb", spaces.SRGB_TO_XYZ), ("xyz", np.eye(3))])
def test_round_trip_in_d65(space: str, matrix: np.ndarray) -> None:
    xyz = PICTURE @ spaces.SRGB_TO_XYZ.T
    picture = PICTURE if space == "srgb" else xyz
    result = upsampled(picture, space)
    spectra = result.weights @ (primaries(EDGES) * D65.photons(1.0))
    # float32 weights; the matrices' condition is about 10.
    np.testing.assert_allclose(observer.xyz_of(spectra, EDGES), xyz, rtol=1e-5)
    assert result.moved == 0


def test_rec2020_inside_srgb_keeps_its_colour() -> None:
    picture = PICTURE @ (spaces.XYZ_TO_REC2020 @ spaces.SRGB_TO_XYZ).T
    assert upsampled(picture, "rec2020").weights == pytest.approx(PICTURE, abs=1e-5)


def test_primaries_are_reflectances_that_make_white() -> None:
    found = primaries(EDGES)
    assert (found >= 0).all() and (found <= 1).all()
    # D65 of the bands and the xy of sRGB's white differ by 1e-4, Z by 6e-4.
    assert found.sum(axis=0) == pytest.approx(np.ones(81), abs=1.5e-3)


def test_grey_is_flat_in_any_light() -> None:
    spectra = upsampled(np.full((1, 1, 3), 0.5)).weights @ (primaries(EDGES) * TUNGSTEN.photons(1.0))
    assert spectra[0, 0] == pytest.approx(0.5 * TUNGSTEN.photons(1.0), rel=1.5e-3)


def test_colours_outside_lose_saturation_and_keep_luminance() -> None:
    picture = np.array([[[0.0, 1.0, 0.0], [0.3, 0.3, 0.3], [0.0, 0.0, -1.0]]])
    result = upsampled(picture, "rec2020")
    assert result.moved == 2
    assert (result.weights >= 0).all()
    assert result.weights[0, 0] @ spaces.SRGB_TO_XYZ[1] == pytest.approx(
        spaces.REC2020_TO_XYZ[1, 1], rel=1e-6
    )
    assert result.weights[0, 0].min() == pytest.approx(0.0, abs=1e-7)
    assert (result.weights[0, 2] == 0).all()


def test_what_is_no_colour() -> None:
    with pytest.raises(BadInput, match="there are srgb, p3, rec2020, xyz"):
        upsampled(PICTURE, "adobe")
    with pytest.raises(BadInput, match="no finite numbers"):
        upsampled(np.full((1, 1, 3), np.nan))
