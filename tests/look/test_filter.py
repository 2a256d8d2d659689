from dataclasses import replace

import numpy as np
import pytest

from lichtbild.colour import cielab, oklab
from lichtbild.colour.difference import ciede2000
from lichtbild.core.array import transformed
from lichtbild.core.window import Extent, Window
from lichtbild.image.linear_image import LinearImage
from lichtbild.image.picture import ColourSpace
from lichtbild.look.bake import encoded
from lichtbild.look.colour_mix import ColourMix
from lichtbild.look.encode import CURVES, from_rec2020
from lichtbild.look.filter import Filter
from lichtbild.look.lut import nodes
from lichtbild.look.recipe import LOOKS
from lichtbild.look.style import Style, style

SRGB, P3 = ColourSpace.SRGB, ColourSpace.DISPLAY_P3
CUBE = nodes(25).reshape(25, -1, 3)
GREYS = np.repeat(np.linspace(0, 1, 513, dtype=np.float32)[None, :, None], 3, axis=2)
STYLED = [name for name, look in LOOKS.items() if look.has_style]


def filtered(look: Style, colours: np.ndarray, space: ColourSpace = SRGB) -> np.ndarray:
    return np.asarray(encoded(Filter.of(look, space, space), colours, space))


def light(colours: np.ndarray) -> LinearImage:
    samples = transformed(CURVES[SRGB].decode(colours), np.linalg.inv(from_rec2020(SRGB)))
    extent = Extent(*colours.shape[:2])
    return LinearImage(samples, Window.whole(extent), extent)


def stronger(look: Style, chroma: float) -> Style:
    return replace(look, colour_mix=ColourMix(chroma=(chroma,) * 12))


@pytest.mark.parametrize("space", [SRGB, P3, ColourSpace.REC2020])
@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_that_of_natural_leaves_the_whole_cube_alone(space: ColourSpace, kind: type) -> None:
    np.testing.assert_allclose(filtered(style("natural"), CUBE.astype(kind), space), CUBE, atol=1e-4)


def test_that_of_natural_is_known_to_change_nothing() -> None:
    assert Filter.of(style("natural"), SRGB, SRGB).changes_nothing
    assert not Filter.of(style("natural"), P3, SRGB).changes_nothing
    assert not Filter.of(style("natural"), SRGB, SRGB, ev=0.5).changes_nothing
    assert not Filter.of(style("authentic"), SRGB, SRGB).changes_nothing


def test_a_picture_by_natural_becomes_what_the_look_makes_of_the_scene() -> None:
    scene = np.random.default_rng(0).uniform(0.02, 1.5, (40, 40, 3)) ** 1.5
    scene = scene * 0.3 + 0.7 * scene.mean(axis=-1, keepdims=True)  # calm enough to stay inside sRGB
    natural, other = style("natural"), style("authentic")
    shown, wanted = natural.view.display(scene), other.view.display(scene)
    assert other.colour_mix is not None
    extent = Extent(40, 40)
    image = LinearImage(wanted, Window.whole(extent), extent)
    wanted = other.colour_mix.definition(image).samples
    made = Filter.of(other, SRGB, ColourSpace.LINEAR_REC2020)
    found = made.definition(replace(image, samples=shown)).samples
    np.testing.assert_allclose(found, wanted, atol=1e-9)


@pytest.mark.parametrize("name", STYLED)
def test_kernel_equals_definition(name: str) -> None:
    made, image = Filter.of(style(name), SRGB, SRGB), light(CUBE)
    expected = made.definition(replace(image, samples=image.samples.astype(np.float64))).samples
    # Of encoded sRGB: near black its slope is 12.9, and colours near the border are searched for to 1e-7.
    after = (transformed(one, from_rec2020(SRGB)) for one in (made(image).samples, expected))
    found, expected = (CURVES[SRGB].encode(np.clip(one, 0, 1)) for one in after)
    np.testing.assert_allclose(found, expected, atol=2e-4)


@pytest.mark.parametrize("name", ["natural", "authentic"])
def test_greys_stay_neutral_and_keep_their_order_and_white_stays_white(name: str) -> None:
    found = filtered(style(name), GREYS)[0]
    assert np.ptp(found, axis=-1).max() < 1e-5  # less than a code of 16 bits
    assert (np.diff(found.mean(axis=-1)) > 0).all()
    np.testing.assert_allclose(found[-1], 1, atol=1e-6)
    black = CURVES[SRGB].encode(style(name).view.black)
    assert 0 <= found[0].min() <= found[0].max() <= black


def test_white_stays_white_for_flat_and_hard_curves() -> None:
    base = style("natural")
    for contrast in (1.0, 1.3, 2.2):
        look = replace(base, view=replace(base.view, contrast=contrast))
        assert filtered(look, GREYS)[0, -1].min() > 1 - 1e-5


def test_a_brighter_grey_shifts_the_middle_as_the_look_says() -> None:
    base = style("natural")
    brighter = replace(base, view=replace(base.view, grey=0.25))
    grey = CURVES[SRGB].encode(np.full((1, 1, 3), base.view.grey))
    np.testing.assert_allclose(CURVES[SRGB].decode(filtered(brighter, grey)), 0.25, atol=1e-6)


def test_exposure_is_added_to_the_scene_and_white_stays() -> None:
    shown = style("natural").view.display(np.full((1, 1, 3), 0.18))
    extent = Extent(1, 1)
    image = LinearImage(shown, Window.whole(extent), extent)
    made = Filter.of(style("natural"), SRGB, SRGB, ev=1.0)
    expected = style("natural").view.display(np.full((1, 1, 3), 0.36))
    np.testing.assert_allclose(made.definition(image).samples, expected, atol=1e-9)


def test_a_stronger_look_keeps_hue_and_full_colours_still_differ() -> None:
    found = filtered(stronger(style("natural"), 1.3), CUBE)
    before, after = (oklab.from_rec2020(light(one.astype(np.float64)).samples) for one in (CUBE, found))
    chroma = np.hypot(before[..., 1], before[..., 2])
    turn = np.arctan2(after[..., 2], after[..., 1]) - np.arctan2(before[..., 2], before[..., 1])
    turn = np.degrees(np.angle(np.exp(1j * turn)))
    # Blue's line of constant hue passes outside sRGB by 7e-4 of light, which the cube's floor cuts off.
    coloured = (chroma > 0.02) & (before[..., 0] > 0.2)
    told = CUBE.max(axis=-1) < 0.96  # of encoded sRGB: below the brightest light that is told
    assert np.abs(turn)[coloured & told].max() < 2.5
    # Beyond it light is added plane by plane: next to white, hues of little chroma turn a little.
    assert np.abs(turn)[coloured].max() < 4.5
    ramp = np.array([[[1 - t, 0.2, 0.15] for t in np.linspace(0, 0.4, 41)]], np.float32)
    saturated = filtered(stronger(style("natural"), 1.3), ramp)[0]
    assert (np.abs(np.diff(saturated, axis=0)).max(axis=-1) > 0.25 * 0.01).all()


def test_a_picture_from_a_wider_space_comes_inside_softly() -> None:
    made = Filter.of(style("natural"), P3, SRGB)
    green = transformed(np.array([[[0.0, 1.0, 0.0], [0.2, 1.0, 0.2]]]), np.linalg.inv(from_rec2020(P3)))
    extent = Extent(1, 2)
    found = made.definition(LinearImage(green, Window.whole(extent), extent)).samples
    inside = transformed(found, from_rec2020(SRGB))
    assert inside.min() > -1e-9
    assert inside.max() < 1 + 1e-9
    assert np.abs(inside[0, 0] - inside[0, 1]).max() > 0.005


def test_colours_change_smoothly() -> None:
    # Between neighbours of one code. In deep blue, lines of constant hue run along the outside of sRGB; there
    # a colour that the look turns out of it falls back fast, and this is the bound that it is kept to.
    steps = np.linspace(0, 1, 256, dtype=np.float32)
    for plane in range(3):
        ramp = np.empty((25, 256, 3), np.float32)
        ramp[..., plane] = steps
        ramp[..., (plane + 1) % 3] = np.repeat(np.linspace(0, 1, 5), 5)[:, None]
        ramp[..., (plane + 2) % 3] = np.tile(np.linspace(0, 1, 5), 5)[:, None]
        both = filtered(style("authentic"), ramp), ramp
        after, before = (cielab.from_rec2020(light(one.astype(np.float64)).samples) for one in both)
        moved, was = (ciede2000(one[:, 1:], one[:, :-1]) for one in (after, before))
        assert (moved < 2.5 * was + 1.5).all()
        assert np.percentile(moved - 2.5 * was, 99) < 0.1
