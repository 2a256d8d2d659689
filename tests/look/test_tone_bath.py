from dataclasses import replace

import numpy as np
import pytest
from scipy.interpolate import PchipInterpolator

from lichtbild.colour import cielab
from lichtbild.core.window import Extent, Window
from lichtbild.image.linear_image import LinearImage
from lichtbild.look.style import style
from lichtbild.look.tone_bath import NODES, ToneBath

NODES_A = (0.0, -3.0, 1.0, 4.0, 4.0, 2.0, 0.5, 0.0, -2.0, -4.0, 0.0)
NODES_B = (0.0, 2.0, 5.0, 6.5, 6.5, 6.0, 5.0, 4.0, 3.0, 2.0, 0.0)
BATH = ToneBath(NODES_A, NODES_B)


def image(samples: np.ndarray) -> LinearImage:
    extent = Extent(*samples.shape[:2])
    return LinearImage(samples, Window.whole(extent), extent)


def lab(samples: np.ndarray, bath: ToneBath = BATH) -> np.ndarray:
    """CIELAB of the tinted picture, by the kernel."""
    return cielab.from_rec2020(bath(image(samples.astype(np.float32))).samples.astype(np.float64))


def neutral(lightness: np.ndarray) -> np.ndarray:
    grey = np.zeros((1, len(lightness), 3))
    grey[0, :, 0] = lightness
    return cielab.to_rec2020(grey)


def test_each_node_gets_its_tint_and_between_them_runs_the_monotone_cubic() -> None:
    places = np.linspace(0.5, 100, 398)
    found = lab(neutral(places))[0]
    nodes = np.linspace(0, 100, NODES)
    # A straight piece of the table is 0.39 L* long: it is off by an eighth of its square times the bend.
    for plane, values in ((1, NODES_A), (2, NODES_B)):
        np.testing.assert_allclose(found[:, plane], PchipInterpolator(nodes, values)(places), atol=0.01)
    np.testing.assert_allclose(
        lab(neutral(nodes[1:]))[0, :, 1:], np.stack([NODES_A, NODES_B], 1)[1:], atol=0.01
    )


def test_lightness_stays() -> None:
    colours = np.random.default_rng(0).random((60, 70, 3)) ** 2
    colours[0] = 0.0
    colours[1] = np.linspace(0, 1, 70)[:, None]
    found, before = lab(colours), cielab.from_rec2020(colours)
    # Cube roots in float32 are right to 3e-7.
    np.testing.assert_allclose(found[..., 0], before[..., 0], atol=1e-3)


def test_colours_get_the_tint_of_a_grey_as_light() -> None:
    colours = np.random.default_rng(1).random((30, 40, 3)) * 0.8 + 0.1
    before = cielab.from_rec2020(colours)
    tint = (lab(colours) - before)[..., 1:]
    np.testing.assert_allclose(
        tint, lab(neutral(before[..., 0].ravel()))[0, :, 1:].reshape(30, 40, 2), atol=2e-3
    )


def test_black_stays_black_and_white_white_where_the_tint_ends_there() -> None:
    ends = np.array([[[0.0] * 3, [1.0] * 3, [4.0] * 3]], np.float32)
    np.testing.assert_allclose(BATH(image(ends)).samples, ends, rtol=2e-6, atol=1e-7)


def test_without_a_tint_nothing_moves() -> None:
    samples = np.random.default_rng(2).uniform(-0.05, 1.3, (20, 30, 3)).astype(np.float32)
    np.testing.assert_allclose(ToneBath()(image(samples)).samples, samples, atol=3e-6)


def test_a_tint_that_ends_stays_ended_and_has_no_corner() -> None:
    shadows = ToneBath(b=(0.0, 4.0, 4.0, 3.0, 1.0, *(0.0,) * 6))
    tints = lab(neutral(np.linspace(0, 100, 1001)), shadows)[0, :, 2]
    assert np.abs(tints[500:]).max() < 1e-3
    # A bend of the cubic is at most 6 times a step's share of its height: a corner would be ten times that.
    assert np.abs(np.diff(tints[100:], 2)).max() < 0.1


def test_both_renditions_have_one_hue() -> None:
    sepia = ToneBath(b=NODES_B)
    scene = np.repeat(np.geomspace(0.01, 2.0, 50)[None, :, None], 3, axis=2)
    hues = []
    for headroom in (0.0, 2.0):
        view = style("natural").view
        shown = type(view)(**{**vars(view), "headroom": headroom}).definition(image(scene))
        toned = cielab.from_rec2020(sepia.definition(shown).samples)
        hues.append(np.arctan2(toned[..., 2], toned[..., 1])[np.hypot(toned[..., 1], toned[..., 2]) > 1])
    for hue in hues:
        np.testing.assert_allclose(hue, np.pi / 2, atol=np.radians(0.5))


def test_a_bath_has_eleven_nodes() -> None:
    with pytest.raises(ValueError, match="11 nodes, not 2 and 11"):
        ToneBath((1.0, 1.0))


def test_a_bath_through_points_has_their_tints_and_none_at_the_ends() -> None:
    bath = ToneBath.through([(40.0, 0.0, 6.5), (90.0, -1.0, 2.0)])
    assert (bath.a[4], bath.b[4]) == pytest.approx((0.0, 6.5))
    assert (bath.a[9], bath.b[9]) == pytest.approx((-1.0, 2.0))
    assert bath.a[0] == bath.b[0] == bath.a[10] == bath.b[10] == 0.0
    assert max(bath.b) == 6.5


def test_a_bath_may_tint_black_and_white_too() -> None:
    np.testing.assert_allclose(
        ToneBath.through([(0.0, 1.0, 0.0), (100.0, 1.0, 10.0)]).b, np.arange(NODES), atol=1e-12
    )
    assert ToneBath.through([]) == ToneBath()
    with pytest.raises(ValueError, match="increase"):
        ToneBath.through([(50.0, 1.0, 0.0), (40.0, 1.0, 0.0)])


@pytest.mark.parametrize("headroom", [1.0, 2.0, 2.3])
def test_a_grey_has_one_chromaticity_with_and_without_headroom(headroom: float) -> None:
    """From where CIELAB is a cube root; in its straight line near black the two part by 0.003."""
    made = style("sepia")
    assert made.tone_bath is not None
    grey = (0.18 * np.exp2(np.linspace(-3, 7, 200)))[None, :, None].repeat(3, axis=2).astype(np.float32)
    light = LinearImage(grey, Window(0, 0, 1, 200), Extent(1, 200))
    view = replace(made.view, headroom=headroom)
    plain = made.tone_bath(made.view(light)).samples.astype(np.float64)
    bright = replace(made.tone_bath, view=view)(view(light)).samples.astype(np.float64)
    shares = [one / one.sum(axis=2, keepdims=True) for one in (plain, bright)]
    np.testing.assert_allclose(shares[1], shares[0], atol=2e-6)
