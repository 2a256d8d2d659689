"""Warps move pixels to where the opcode's polynomial says."""

import numpy as np
import pytest

from lichtbild.core.chain import Chain
from lichtbild.core.errors import BadInput
from lichtbild.core.window import Extent, Window
from lichtbild.develop.distortion import WarpImage, WarpLinear, is_identity, places
from lichtbild.image.camera_image import CameraImage
from lichtbild.image.cfa import Cfa
from lichtbild.image.mosaic import Mosaic
from lichtbild.image.opcode import WarpFisheye, WarpRectilinear

EXTENT = Extent(61, 81)
WHOLE = Window.whole(EXTENT)
NONE = np.zeros((1, 2))
BARREL = WarpRectilinear(np.array([[1.0, -0.1, 0.02, -0.01]]), NONE, (0.5, 0.5))
TANGENTIAL = WarpRectilinear(np.array([[0.98, 0.0, 0.0, 0.0]]), np.array([[0.004, -0.003]]), (0.3, 0.6))
LATERAL = WarpRectilinear(
    np.array([[0.99, -0.02, 0, 0], [1.0, -0.02, 0, 0], [1.01, -0.02, 0, 0]]), np.zeros((3, 2)), (0.5, 0.5)
)
SECOND = WarpRectilinear(
    np.array([[1.02, 0.01, 0.03, *[0.001] * 12]]), NONE, (0.5, 0.5), np.array([[0.2, 0.8]]), True
)
FISHEYE = WarpFisheye(np.array([[1.0, 0.05, -0.01, 0.002]]), (0.5, 0.5))
WARPS = (BARREL, TANGENTIAL, LATERAL, SECOND, FISHEYE)


def image(samples):
    return CameraImage(samples.astype(np.float32), Window.whole(Extent(*samples.shape[:2])), EXTENT)


def naive(opcode, plane, row, column, aspect=1.0):
    """The standard's equations for one pixel."""
    cx, cy = opcode.centre[0] * 80, opcode.centre[1] * 60
    m = np.hypot(max(cx, 80 - cx), max(cy, 60 - cy) / aspect)
    x, y = (column - cx) / m, (row - cy) / aspect / m
    r = np.hypot(x, y)
    if isinstance(opcode, WarpFisheye):
        theta = np.arctan(r)
        k = opcode.radial[plane]
        f = sum(k[i] * theta ** (2 * i + 1) for i in range(4)) / r if r else k[0]
        return cy + m * aspect * f * y, cx + m * f * x
    k = opcode.radial[plane]
    if opcode.valid_radius is None:
        f = sum(k[i] * r ** (2 * i) for i in range(4))
    else:
        f = sum(k[i] * np.clip(r, *opcode.valid_radius[plane]) ** i for i in range(15))
    f = 1 / f if opcode.reciprocal else f
    t0, t1 = opcode.tangential[plane]
    dx = f * x + t0 * 2 * x * y + t1 * (r * r + 2 * x * x)
    dy = f * y + t1 * 2 * x * y + t0 * (r * r + 2 * y * y)
    return cy + m * aspect * dy, cx + m * dx


@pytest.mark.parametrize("opcode", WARPS)
@pytest.mark.parametrize("aspect", [1.0, 1.5])
def test_places_are_those_of_the_standard(opcode, aspect):
    rows, columns = places(opcode, np.arange(61.0), np.arange(81.0), EXTENT, aspect)
    for plane in range(len(opcode.radial)):
        for r, c in ((0, 0), (30, 40), (60, 80), (17, 3), (45, 66)):
            expected = naive(opcode, plane, r, c, aspect)
            assert (rows[plane, r, c], columns[plane, r, c]) == pytest.approx(expected, abs=1e-9)


def test_a_ramp_shows_where_its_pixels_come_from():
    rows, columns = np.mgrid[:61, :81]
    found = WarpImage(BARREL)(image(np.stack([rows, columns], -1))).samples
    expected = np.stack([p[0] for p in places(BARREL, np.arange(61.0), np.arange(81.0), EXTENT)], -1)
    # Cubic convolution reproduces a ramp; 80 in float32 has a step of 8e-6.
    inside = (expected > 1).all(-1) & (expected < (59, 79)).all(-1)
    assert inside.mean() > 0.9
    assert np.abs(found - expected)[inside].max() < 5e-5


@pytest.mark.parametrize("opcode", WARPS)
@pytest.mark.parametrize("tile", [7, 20, 32])
def test_tiles_are_the_whole(opcode, tile):
    samples = np.random.default_rng(14).random((61, 81, 3))
    stage = WarpImage(opcode)
    whole = stage(image(samples)).samples
    for part in Chain((("warp", stage),)).run(image(samples), tile=tile):
        assert np.array_equal(part.samples, whole[WHOLE.slices_of(part.window)])


def test_a_warp_without_effect_changes_nothing():
    unmoved = WarpRectilinear(np.array([[1.0, 0, 0, 0]]), NONE, (0.5, 0.5))
    samples = np.random.default_rng(15).random((61, 81, 3))
    assert is_identity(unmoved) and not any(is_identity(opcode) for opcode in WARPS)
    # The place itself is computed as centre + distance, exact to 1e-14 of a pixel.
    np.testing.assert_allclose(WarpImage(unmoved)(image(samples)).samples, samples, atol=1e-6)


@pytest.mark.parametrize("terms", [[0.0, 0, 0, 0], [1e300, 1e300, 1e300, 1e300]])
def test_a_warp_to_nowhere_is_refused(terms):
    with pytest.raises(BadInput, match="lens correction"):
        WarpImage(
            WarpRectilinear(np.array([terms]), NONE, (0.5, 0.5), np.array([[0.0, 1.0]]), True)
            if terms[0] == 0
            else WarpRectilinear(np.array([terms]), NONE, (0.5, 0.5))
        )


def test_a_warp_of_a_mosaic_is_refused_before_it_mixes_colours() -> None:
    extent = Extent(8, 8)
    mosaic = Mosaic(np.zeros((8, 8, 1), np.float32), Window.whole(extent), extent, Cfa.bayer("RGGB"))
    with pytest.raises(BadInput, match="mix its colours"):
        WarpLinear(BARREL)(mosaic)
