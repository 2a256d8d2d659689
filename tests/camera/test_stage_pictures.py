"""Pictures of the steps of a shot: sizes, sides and greys that are known."""

from dataclasses import replace

import numpy as np
import pytest

from frames import BLACK, WHITE, bayer_frame, flat_frame
from lichtbild.camera.recipe import Recipe
from lichtbild.camera.stage_pictures import GREY, WIDTH, of_development, of_light, of_raw, of_scene
from lichtbild.colour import light
from lichtbild.core.units import nm
from lichtbild.image.bands import FINE, Bands
from lichtbild.image.optical_image import ChiefAngles, OpticalImage
from lichtbild.image.scene import Scene
from lichtbild.io.recipe import changed

LEVELS = np.array([[4.0, 2.0], [1.0, 0.5]])
"""Of the quarters of a picture: brightest at the upper left, darkest at the lower right."""

PLAIN = changed(
    Recipe(),
    {"develop.defects.method": "off", "develop.denoise.method": "off", "develop.deblur.method": "off"}
    | {"develop.exposure.method": "baseline", "develop.demosaic.method": "bilinear"},
)


def coded(linear: np.ndarray | float) -> np.ndarray:
    """IEC 61966-2-1, above its straight line."""
    return 1.055 * np.asarray(linear) ** (1 / 2.4) - 0.055


def scene(weights: np.ndarray, lamp: str = "D65", *, known: bool = True) -> Scene:
    photons = light.named(lamp, FINE.edges).photons(100.0)
    shape = weights[..., None].astype(np.float32)
    return Scene(shape, photons[None], FINE, (0.6, 0.8), white=photons if known else None)


def image(weights: np.ndarray, bands: Bands = FINE) -> OpticalImage:
    """Light in the proportions of D65, in units that do not count."""
    photons = light.named("D65", bands.edges).photons(1.0)
    angles = ChiefAngles(np.array([0.0, 1.0]), np.array([0.0, 0.3]))
    return OpticalImage((weights[..., None] * photons).astype(np.float32), bands, 2e-3, angles, 1.8)


def quarters(height: int = 24, width: int = 32) -> np.ndarray:
    return np.kron(LEVELS, np.ones((height // 2, width // 2)))


def middles(samples: np.ndarray) -> np.ndarray:
    """In the middle of each quarter, mean of the planes, ``[2, 2]``."""
    height, width = samples.shape[:2]
    rows, columns = (np.array([side // 4, side - side // 4 - 1]) for side in (height, width))
    return samples.mean(axis=2)[np.ix_(rows, columns)]


@pytest.mark.parametrize("lamp", ["D65", "A", "FL2"])
def test_a_grey_scene_is_middle_grey_in_any_light(lamp: str) -> None:
    """The white of the scene's lamp is drawn as that of sRGB, whose chromaticity has four digits."""
    found = of_scene(scene(np.full((6, 8), 0.7), lamp)).samples
    assert found.shape == (6, 8, 3)
    assert found == pytest.approx(np.full(found.shape, coded(GREY)), abs=5e-4)


def test_without_a_white_a_lamp_keeps_its_colour() -> None:
    red, green, blue = of_scene(scene(np.ones((4, 4)), "A", known=False)).samples[0, 0]
    assert red > green + 0.05 > blue + 0.1
    # Luminance is a mean of linear sRGB with the weights of its primaries.
    linear = ((np.array([red, green, max(blue, 0.04045)]) + 0.055) / 1.055) ** 2.4
    assert linear @ [0.2126, 0.7152, 0.0722] == pytest.approx(GREY, rel=0.02)


def test_scene_and_light_have_their_sides_and_proportions() -> None:
    """Linear light in proportion to the levels, their mean at middle grey."""
    expected = coded(GREY * LEVELS / LEVELS.mean())
    assert middles(of_scene(scene(quarters())).samples) == pytest.approx(expected, abs=5e-4)
    seen = of_light(image(quarters()), scene(quarters())).samples
    assert seen.shape == (24, 32, 3)
    assert middles(seen) == pytest.approx(expected, abs=5e-4)


def test_light_in_few_bands_is_still_neutral() -> None:
    """Twelve bands of 25 nm have the chromaticity of D65 to some 1e-3."""
    bands = Bands.even(nm(400), nm(700), 12)
    found = of_light(image(np.ones((4, 4)), bands), scene(np.ones((4, 4)))).samples
    assert found == pytest.approx(np.full(found.shape, coded(GREY)), abs=0.01)


def test_what_is_brighter_than_white_is_white_and_the_dark_is_black() -> None:
    """One of 16 pixels with all the light is 16 times the mean: 2.9 of white."""
    weights = np.zeros((4, 4))
    weights[1, 2] = 1.0
    found = of_scene(scene(weights)).samples
    assert found[1, 2] == pytest.approx(np.ones(3), abs=1e-6) and found.sum() == found[1, 2].sum()
    assert not of_scene(scene(np.zeros((4, 4)))).samples.any()


@pytest.mark.parametrize(
    ("width", "columns"), [(WIDTH, WIDTH), (WIDTH + 1, 320), (2 * WIDTH, WIDTH), (1999, 499)]
)
def test_wide_pictures_are_means_of_whole_squares(width: int, columns: int) -> None:
    """The fewest pixels along a square that leave no more than `WIDTH` columns; what is over is left out."""
    step = width // columns
    weights = np.random.default_rng(1).uniform(0.5, 1.5, size=(6 * step - 1, width)).astype(np.float32)
    found = of_scene(scene(weights)).samples
    assert found.shape == (5, columns, 3)
    means = weights[: 5 * step, : columns * step].reshape(5, step, columns, step).mean(axis=(1, 3))
    assert found[..., 1] == pytest.approx(coded(GREY * means / means.mean()), abs=5e-4)


def test_a_raw_frame_is_its_codes_over_whole_periods() -> None:
    """Means of 4 x 4 codes, black 0 and white 1, below black 0; coded as sRGB."""
    rng = np.random.default_rng(2)
    codes = rng.integers(int(BLACK) - 40, int(WHITE), size=(24, 32, 1)).astype(np.uint16)
    codes[:4, :4], codes[:4, 4:8], codes[:4, 8:12] = int(BLACK) - 20, int(WHITE), int(BLACK) + 279
    found = of_raw(replace(flat_frame(size=(24, 32)), samples=codes)).samples
    assert found.shape == (6, 8, 1)
    assert found[0, 0, 0] == 0.0
    assert found[0, 1, 0] == pytest.approx(1.0, abs=1e-6)
    assert found[0, 2, 0] == pytest.approx(coded(279 / 1023), abs=1e-6)
    means = (codes[4:, :, 0].reshape(5, 4, 8, 4).mean(axis=(1, 3)) - BLACK) / (WHITE - BLACK)
    assert found[1:, :, 0] == pytest.approx(coded(means), abs=1e-5)


@pytest.mark.parametrize(("width", "step"), [(640, 4), (2560, 4), (2564, 8)])
def test_squares_of_a_raw_frame_are_whole_periods_of_any_filters(width: int, step: int) -> None:
    """So that a mosaic of even light has no pattern left, whatever its colours."""
    found = of_raw(flat_frame(0.3, size=(16, width))).samples
    assert found.shape == (16 // step, width // step, 1)
    assert np.ptp(found) < 1e-6


def test_a_raw_frame_and_its_development_have_their_sides() -> None:
    rgb = np.repeat(quarters(96, 128)[..., None] / 5, 3, axis=2)
    frame = bayer_frame(rgb)
    raw = middles(of_raw(frame).samples)
    assert raw[0, 0] > raw[0, 1] > raw[1, 0] > raw[1, 1]
    developed = of_development(frame, PLAIN, "exposure", threads=1).samples
    assert developed.shape == (96, 128, 3)
    # Codes are rounded to 1/1023 of white, and white balance raises red twofold.
    assert middles(developed) == pytest.approx(coded(LEVELS / 5), abs=4e-3)


def test_a_development_is_coded_linear_light() -> None:
    """A colour of linear sRGB comes back as its sRGB: 12.92 times what is below 0.0031308."""
    colour = np.array([0.4, 0.25, 0.1])
    frame = bayer_frame(np.broadcast_to(colour, (48, 60, 3)))
    found = of_development(frame, PLAIN, "exposure", threads=2).samples
    assert found.mean(axis=(0, 1)) == pytest.approx(coded(colour), abs=4e-3)
    dark = of_development(flat_frame(0.002), PLAIN, "exposure", threads=1).samples
    assert dark.mean() == pytest.approx(12.92 * 0.002, abs=12.92 / 1023)


def test_a_strip_keeps_a_row() -> None:
    assert of_scene(scene(np.ones((2, 2000)))).samples.shape[:2] == (1, 1000)
