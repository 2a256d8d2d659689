"""Samples of mosaics at their true places."""

import numpy as np
import pytest

from exact_edge import gaussian_edge, gaussian_response, sigma_of
from lichtbild.core.errors import BadInput
from lichtbild.image.cfa import Cfa
from lichtbild.quality.edge.iso2023 import measure_edge
from lichtbild.quality.sampling import Lattice, mosaic_channels, picture_channels


def places_of(lattice: Lattice) -> np.ndarray:
    rows, columns = lattice.samples.shape
    own = np.stack(np.meshgrid(np.arange(columns) + 0.5, np.arange(rows) + 0.5), axis=-1)
    return lattice.whole(own)


@pytest.mark.parametrize("phase", ["RGGB", "BGGR", "GRBG", "GBRG"])
def test_each_sample_is_told_once_at_its_place(phase: str) -> None:
    rows, columns = np.mgrid[:8, :10] + 0.5
    mosaic = columns + 100 * rows
    channels = mosaic_channels(mosaic, Cfa.bayer(phase))
    assert [(one.name, len(one.lattices)) for one in channels] == [("red", 1), ("green", 2), ("blue", 1)]
    seen = 0
    for channel in channels:
        for lattice in channel.lattices:
            at = places_of(lattice)
            np.testing.assert_array_equal(at[..., 0] + 100 * at[..., 1], lattice.samples)
            np.testing.assert_allclose(lattice.own(at), (at - lattice.origin) / 2 + 0.5)
            seen += lattice.samples.size
    assert seen == mosaic.size
    first = channels["RGB".index(phase[0])]
    assert any(lattice.origin == (0.5, 0.5) for lattice in first.lattices)


def test_a_colour_s_lattices_may_stand_alone() -> None:
    names = [one.name for one in mosaic_channels(np.ones((4, 4)), Cfa.bayer("RGGB"), joined=False)]
    assert names == ["red", "green 1", "green 2", "blue"]


def test_quad_bayer_has_four_lattices_to_a_block() -> None:
    quad = Cfa(((0, 0, 1, 1), (0, 0, 1, 1), (1, 1, 2, 2), (1, 1, 2, 2)))
    channels = mosaic_channels(np.ones((8, 8)), quad)
    assert [len(one.lattices) for one in channels] == [4, 8, 4]
    assert channels[0].lattices[0].pitch == 4


def test_pictures_have_luminance_too() -> None:
    light = np.zeros((4, 5, 3))
    light[..., 1] = 1
    red, green, _, luminance = picture_channels(light)
    assert (red.lattices[0].samples == 0).all()
    assert (green.lattices[0].samples == 1).all()
    np.testing.assert_allclose(luminance.lattices[0].samples, 0.7152)


def test_samples_near_an_edge_lie_near_it() -> None:
    mosaic = np.arange(400.0).reshape(20, 20)
    green = mosaic_channels(mosaic, Cfa.bayer("RGGB"))[1]
    found = green.near((5.0, 2.0), (8.0, 18.0), 4.0)
    line = np.array([3.0, 16.0]) / np.hypot(3, 16)
    off = found[:, :2] - [5.0, 2.0]
    assert np.abs(off @ [-line[1], line[0]]).max() <= 4
    assert (off @ line).min() >= 0
    # Half of all pixels are green; the window is 16.3 by 8 px.
    assert len(found) == pytest.approx(16.3 * 8 / 2, rel=0.08)
    row, column = (found[:, :2] - 0.5).T[::-1].astype(int)
    np.testing.assert_array_equal(found[:, 2], mosaic[row, column])
    with pytest.raises(BadInput, match="outside"):
        green.near((500.0, 2.0), (500.0, 18.0), 4.0)
    with pytest.raises(BadInput, match="one point"):
        green.near((5.0, 2.0), (5.0, 2.0), 4.0)


def test_each_plane_of_a_mosaic_tells_the_whole_mosaic_s_response() -> None:
    """A quarter of the samples, twice as far apart: frequencies go back to cycles/px of the mosaic.

    The standard's bins are then half a pixel wide, which is its known bias and taken off here.
    """
    sigma = sigma_of(0.15, 6)
    mosaic = gaussian_edge((240, 160), 6, sigma)
    for channel in mosaic_channels(mosaic, Cfa.bayer("GRBG"), joined=False):
        (lattice,) = channel.lattices
        found = measure_edge(lattice.samples, 1)
        f = lattice.frequency(found.frequencies)
        use = f < 0.3
        seen = found.sfr[0] / np.sinc(f * np.cos(np.radians(6)) / 2)
        np.testing.assert_allclose(seen[use], gaussian_response(f, 6, sigma)[use], atol=0.005)


def test_patterns_that_are_no_lattice_are_refused() -> None:
    with pytest.raises(BadInput, match="lattices"):
        mosaic_channels(np.ones((4, 4)), Cfa(((0, 1, 2),)))
