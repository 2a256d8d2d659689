"""Light of scenes on sensors, with point spreads that are known."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.ndimage import convolve
from scipy.signal import convolve2d

from lichtbild.core.errors import BadInput
from lichtbild.core.window import Extent, Window
from lichtbild.numerics.blocks import blocks
from lichtbild.optics.form_image import form_image, form_strips, kernels
from optics.responses import everywhere, gaussian, grey, response

EXTENT = Extent(90, 120)
POINT = np.pad(np.ones((1, 1)), 7)


def picture(weights: np.ndarray, psf: np.ndarray, **others: object) -> np.ndarray:
    found = form_image(response(psf, EXTENT), grey(weights, EXTENT), EXTENT, **others)
    return found.irradiance


def noise(seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).uniform(0.2, 1.0, size=(2 * EXTENT.height, 2 * EXTENT.width))


def test_an_even_scene_is_even() -> None:
    """Radiance 2 times the solid angle of each band, without seams, to the rounding of the transforms."""
    found = picture(np.ones((180, 240)), everywhere(gaussian(2.0)))
    assert found.shape == (90, 120, 3) and found.dtype == np.float32
    assert found == pytest.approx(np.broadcast_to([1.0, 1.2, 1.4], found.shape), rel=2e-6)


def test_an_even_scene_where_point_spreads_change() -> None:
    """Where the slope of the variance of a point spread breaks by s, light is s / 2 / sqrt(2 pi v) off.

    Variances of 4, 9 and 4 squares on nodes 120 squares apart: 10 / 120 / 2 / 7.5, 0.6 %, and with both
    directions' twice that; a camera's point spreads change a hundred times as slowly.
    """
    psf = np.stack([[everywhere(gaussian(s + t))[0, 0] for s in (1, 2, 1)] for t in (0, 1, 3)])
    found = picture(np.ones((180, 240)), psf)
    assert found == pytest.approx(np.broadcast_to([1.0, 1.2, 1.4], found.shape), rel=1.2e-2)


def test_a_point_between_nodes_has_the_point_spread_between_them() -> None:
    """Its variance lies between those of the nodes beside it as its place does."""
    extent, spreads = Extent(200, 240), [gaussian(sigma) for sigma in (1.0, 1.5, 2.0)]
    given = response(np.stack([[everywhere(one)[0, 0] for one in spreads]] * 3), extent, 1)
    own = [spread(one.sum(axis=0)) for one in spreads]
    for column in (30, 60, 90, 150, 210):
        weights = np.zeros(extent)
        weights[100, column] = 1.0
        found = form_image(given, grey(weights, extent, 1), extent, 1).irradiance[..., 0]
        # A square sends from all of itself, by which its point spread is narrower.
        wanted = np.interp(column + 0.5, [0, 120, 240], own) - 1 / 12
        assert spread(found.sum(axis=0, dtype=float)) == pytest.approx(wanted, rel=0.01)


def spread(line: np.ndarray) -> float:
    """Variance of light along a line."""
    at = np.arange(len(line))
    mean = (line * at).sum() / line.sum()
    return float((line * (at - mean) ** 2).sum() / line.sum())


def test_one_point_spread_everywhere_is_a_convolution() -> None:
    """Beside SciPy's plain sums over all squares, means of 2 x 2 taken last."""
    weights = noise()
    narrow = kernels(response(everywhere(gaussian(1.5)), EXTENT), (0.0, 0.0))[1]
    expected = convolve(weights, narrow.astype(float), mode="nearest")
    expected = 1.2 * expected.reshape(90, 2, 120, 2).mean(axis=(1, 3))
    assert picture(weights, everywhere(gaussian(1.5)))[..., 1] == pytest.approx(expected, rel=2e-5)


def test_a_point_spread_without_width_leaves_the_scene_as_it_is() -> None:
    """But for the moment of a square, which sharpens by second differences over 24."""
    weights = noise()
    around = convolve(weights, np.array([[0, 1, 0], [1, -4, 1], [0, 1, 0]]) / 24, mode="nearest")
    expected = 0.5 * 2 * (weights - around).reshape(90, 2, 120, 2).mean(axis=(1, 3))
    assert picture(weights, everywhere(POINT))[..., 0] == pytest.approx(expected, rel=2e-5)


def test_narrowed_point_spreads_lose_the_moment_of_a_square() -> None:
    at = np.arange(15) - 7
    found = kernels(response(everywhere(gaussian(1.0)), EXTENT), (0.0, 0.0))[0]
    before = (gaussian(1.0).sum(axis=0) * at**2).sum()
    assert (found.sum(axis=0) * at**2).sum() == pytest.approx(before - 1 / 12, abs=1e-6)
    assert found.sum() == pytest.approx(1.0, abs=1e-6)


def test_rows_of_point_spreads_go_down_and_columns_right() -> None:
    weights = np.zeros((180, 240))
    weights[100, 60] = 1.0
    found = picture(weights, everywhere(gaussian(0.7, shift=(4.0, -2.0))))[..., 0]
    row, column = np.unravel_index(found.argmax(), found.shape)
    assert (row, column) == ((100 + 4) // 2, (60 - 2) // 2)


def test_point_spreads_between_nodes() -> None:
    psf = np.stack([[everywhere(gaussian(1.0 + x + 2 * y))[0, 0] for x in range(3)] for y in range(3)])
    given = response(psf, EXTENT)
    at = (given.columns[2] * 0.25, given.rows[0] * 0.5)
    upper = 0.75 * psf[0, 1] + 0.25 * psf[0, 2]
    lower = 0.75 * psf[1, 1] + 0.25 * psf[1, 2]
    mean = response(everywhere((upper + lower)[0] / 2), EXTENT)
    assert kernels(given, at)[0] == pytest.approx(kernels(mean, (0.0, 0.0))[0], abs=1e-7)
    assert kernels(given, (9.0, -9.0))[0] == pytest.approx(
        kernels(response(everywhere(psf[2, 2, 0]), EXTENT), (0.0, 0.0))[0], abs=1e-7
    )


def test_distortion_moves_what_is_off_the_axis() -> None:
    """A point whose tangent is t appears where r (1 + b r^2) = t f."""
    weights = np.zeros((240, 320))
    weights[119:121, 260:262] = 1.0
    scene = grey(weights, EXTENT)
    tangent = (261 - 160) / 320 * scene.size[1]
    radius = 0.07
    barrel = (tangent * 5.0 / radius - 1) / radius**2
    found = form_image(response(everywhere(POINT), EXTENT, barrel=barrel), scene, EXTENT).irradiance[..., 0]
    at = (found.sum(axis=0) * (np.arange(120) + 0.5 - 60)).sum() / found.sum()
    assert at * 2e-3 == pytest.approx(radius, abs=2e-4)


@pytest.mark.parametrize("finer", [1, 2, 3])
def test_blocks_beside_plain_sums(finer: int) -> None:
    """Every square's light by direct convolution, block by block, with other point spreads in each band.

    Float32 transforms err by some 1e-6 of the brightest.
    """
    extent = Extent(210 // finer, 251 // finer)
    rng = np.random.default_rng(6)
    psf = np.stack([[everywhere(gaussian(1 + x / 2 + y))[0, 0] for x in range(3)] for y in range(3)])
    psf = psf * rng.uniform(0.5, 1.5, size=psf.shape)
    psf /= psf.sum(axis=(-1, -2), keepdims=True)
    given = response(psf, extent, finer)
    weights = rng.uniform(size=(extent.height * finer, extent.width * finer)) ** 4
    spectra = np.array([[1.0, 2.0, 0.5]])
    scene = replace(grey(weights, extent, finer), spectra=spectra)
    border = -(-7 // finer) * finer
    looked = np.pad(weights, border, mode="edge")
    total = np.zeros((3, looked.shape[0] + 14, looked.shape[1] + 14))
    rows, columns = (tuple(border + round(side * finer * k / 2) for k in range(3)) for side in extent)
    for block in blocks(Extent(*looked.shape), rows, columns):
        rows, columns = Window.whole(Extent(*looked.shape)).slices_of(block.window)
        place = (
            (block.middle[1] - looked.shape[1] / 2) * given.pitch,
            (looked.shape[0] / 2 - block.middle[0]) * given.pitch,
        )
        for band, own in enumerate(kernels(given, place)):
            light = convolve2d(looked[rows, columns] * block.weight, own.astype(float)) * spectra[0, band]
            total[band, rows.start : rows.stop + 14, columns.start : columns.stop + 14] += light
    inner = total[:, 7 + border : -7 - border, 7 + border : -7 - border]
    means = inner.reshape(3, extent.height, finer, extent.width, finer).mean(axis=(2, 4))
    expected = np.moveaxis(means, 0, -1) * np.array([0.5, 0.6, 0.7])
    found = form_image(given, scene, extent, finer).irradiance
    assert found == pytest.approx(np.maximum(expected, 0), abs=5e-6 * expected.max())


def test_strips_are_the_image() -> None:
    """In order, without gaps; planes that are many are mixed before they are transformed."""
    big = Extent(300, 400)
    rng = np.random.default_rng(1)
    weights = rng.uniform(size=(600, 800, 7)).astype(np.float32)
    weights[..., 3:] *= weights[..., 3:] > 0.9
    scene = replace(grey(weights[..., 0], big), weights=weights, spectra=rng.uniform(size=(7, 3)))
    given = response(everywhere(gaussian(2.0)), big)
    strips = list(form_strips(given, scene, big))
    assert (
        len(strips) > 1
        and [s.top for s in strips] == [0, *np.cumsum([len(s.irradiance) for s in strips])][:-1]
    )
    whole = form_image(given, scene, big, threads=1).irradiance
    np.testing.assert_array_equal(np.concatenate([strip.irradiance for strip in strips]), whole)
    few = [replace(scene, weights=weights[..., k], spectra=scene.spectra[k]) for k in (slice(3), slice(3, 7))]
    sums = [form_image(given, part, big).irradiance for part in few]
    assert whole == pytest.approx(np.sum(sums, axis=0), rel=1e-4)


def test_any_number_of_threads_gives_the_same_bytes() -> None:
    big = Extent(300, 400)
    weights = np.random.default_rng(1).uniform(size=(600, 800))
    given, scene = response(everywhere(gaussian(2.0)), big), grey(weights, big)
    pictures = [form_image(given, scene, big, threads=n).irradiance.tobytes() for n in (1, 3)]
    assert pictures[0] == pictures[1]


def test_finer_scenes_are_averaged_not_skipped() -> None:
    """Lines far finer than a square have the mean of their light."""
    weights = np.tile([0.0, 1.0], (180 * 4, 240 * 2)).astype(float)
    scene = grey(weights, EXTENT, finer=8)
    found = form_image(response(everywhere(POINT), EXTENT), scene, EXTENT).irradiance[..., 0]
    assert found == pytest.approx(np.full(found.shape, 0.5), rel=1e-5)


def test_squares_that_cannot_be() -> None:
    with pytest.raises(BadInput, match="give 1 or more"):
        picture(noise(), everywhere(POINT), finer=0)
    with pytest.raises(BadInput, match="squares or fewer"):
        form_image(response(everywhere(gaussian(3.0, 255)), EXTENT), grey(noise(), EXTENT), EXTENT)


def test_views_of_dual_pixels_share_the_light() -> None:
    """Of a quarter and three, by their shares at the nodes, whatever the point spreads are."""
    whole = response(everywhere(gaussian(1.0)), EXTENT)
    scene = grey(noise(), EXTENT)
    together = form_image(whole, scene, EXTENT).irradiance
    for share in (0.25, 0.75):
        view = replace(whole, view="left", share=np.full((3, 3, 3), share))
        assert form_image(view, scene, EXTENT).irradiance == pytest.approx(share * together, rel=1e-5)
