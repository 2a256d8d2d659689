"""Grain and vignette through the whole chain: from a lens, or a frame's own pixels, to a picture."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from frames import bayer_frame, flat_frame, smooth_frame
from lichtbild.camera.module import Module, module
from lichtbild.camera.photograph import Rendition, chain, coded, develop, intermediate
from lichtbild.camera.recipe import GeometryRecipe, LookRecipe, OutputRecipe, Recipe
from lichtbild.camera.schedule import scheduled
from lichtbild.camera.shoot import shoot
from lichtbild.colour import light
from lichtbild.colour.observer import xyz_of
from lichtbild.colour.spaces import REC2020_TO_XYZ
from lichtbild.core.chain import Chain
from lichtbild.core.resources import read
from lichtbild.core.units import nm
from lichtbild.core.window import Window
from lichtbild.develop.recipe import Corrections, DevelopRecipe, ExposureChoice
from lichtbild.image.bands import FINE, Bands
from lichtbild.image.linear_image import LinearImage
from lichtbild.image.metadata import Metadata
from lichtbild.image.opcode import FixVignetteRadial, OpcodeLists
from lichtbild.image.picture import ColourSpace, Picture
from lichtbild.image.raw_frame import RawFrame
from lichtbild.io.camera_file import catalogue_camera
from lichtbild.io.formats.gain_map import GainMap
from lichtbild.look.filter import Filter
from lichtbild.look.grain import Grain
from lichtbild.look.vignette import Vignette
from lichtbild.scene.frame import Frame
from lichtbild.scene.uniform import flat_field
from lichtbild.study.merging import merged

AUTHENTIC = LookRecipe("authentic")
FILM = """
[grain]
granularity = 17.0
size_um = 8.0
colour = 0.0
"""


def grainy(**choices: float) -> LookRecipe:
    """`natural` on film."""
    text = read("look", "catalogue", "natural.toml").decode()
    return LookRecipe("film", text=text.replace("\n[targets]", f"\n{FILM}\n[targets]"), **choices)


@cache
def small(name: str) -> Module:
    """A camera of the catalogue with its own lens before a sensor of fewer, larger pixels."""
    camera = catalogue_camera(name)
    pixels = camera.sensor.pixels
    share = pixels.rows // 480
    fewer = replace(
        pixels, rows=pixels.rows // share // 4 * 4, columns=pixels.columns // share // 4 * 4,
        pitch=pixels.pitch * share,
    )  # fmt: skip
    camera = replace(camera, sensor=replace(camera.sensor, pixels=fewer), binned=False)
    return module(camera, bands=Bands.even(nm(400), nm(700), 6), nodes=(3, 3), squares=5, stray=False)


def relative_illumination(made: Module, raw: RawFrame, row: int, column: int) -> float:
    """Of the lens by its traced rays, photometric in daylight, at a pixel of the picture, in EV."""
    response = made.response
    daylight = light.named("D55", response.bands.edges).photons(1.0)
    seen = [xyz_of(daylight * band, response.bands.edges)[1] for band in np.eye(len(response.bands))]
    fall = np.asarray(response.solid_angle) @ np.array(seen)
    height, width = made.extent
    half = np.hypot(height, width) / 2
    away = np.hypot(row + 0.5 - height / 2, column + 0.5 - width / 2) / half
    (warp,) = raw.opcodes.on_colour
    place = (
        away
        * half
        * float(made.sensor.pixels.pitch)
        * np.polynomial.polynomial.polyval(away**2, warp.radial[0])
    )
    return float(np.log2(np.interp(place, response.height, fall) / fall[0]))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["main", "tele"])
def test_the_vignette_is_a_share_of_the_traced_lens(name: str) -> None:
    """Within 0.02 EV in every corner, through a file's gain maps: a lens that loses more keeps more."""
    made = small(name)
    field = flat_field(Frame(*made.extent, made.field), light.named("D55", FINE.edges), 100.0)
    raw = shoot(made.sensor, made.response, field, key=1, finer=1)
    recipe = Recipe(look=AUTHENTIC)
    before, after = (
        intermediate(raw, recipe, stage).samples @ REC2020_TO_XYZ[1] for stage in ("exposure", "vignette")
    )
    height, width = made.extent
    for row, column in ((0, 0), (0, width - 1), (height - 1, 0), (height // 2, 0), (height // 4, width // 4)):
        wanted = 0.4 * relative_illumination(made, raw, row, column)
        assert np.log2(after[row, column] / before[row, column]) == pytest.approx(wanted, abs=0.02)
    corner = 0.4 * relative_illumination(made, raw, 0, 0)
    if name == "main":
        assert corner < -0.5
        # The light itself, of 24 x 24 pixels: shot noise of 1 % of 576, and the fall-off within the block.
        block, middle = (
            after[:24, :24].mean(),
            after[height // 2 - 12 :][:24, width // 2 - 12 :][:, :24].mean(),
        )
        inside = 0.4 * relative_illumination(made, raw, 11, 11)
        assert np.log2(block / middle) == pytest.approx(inside, abs=0.03)
    else:
        assert corner > -0.2


def dim(size: tuple[int, int] = (120, 160)) -> RawFrame:
    """An even grey whose lens lost half of the light in the corners, as its file says."""
    row, column = ((np.arange(side) - (side - 1) / 2) for side in size)
    far = (row[:, None] ** 2 + column**2) / (row[-1] ** 2 + column[-1] ** 2)
    return replace(
        bayer_frame(0.5 / (1 + far[..., None] * np.ones(3))),
        opcodes=OpcodeLists(on_colour=(FixVignetteRadial((1.0, 0.0, 0.0, 0.0, 0.0), (0.5, 0.5)),)),
    )


def light_of(frame: RawFrame, recipe: Recipe) -> np.ndarray:
    return np.asarray(intermediate(frame, recipe, "vignette").samples, float)[..., 1]


def test_it_follows_its_strength_and_needs_a_correction() -> None:
    plain = Recipe(look=AUTHENTIC)
    gains = {}
    for strength in (0.5, 1.0, 1.5):
        recipe = replace(plain, look=replace(AUTHENTIC, vignette=strength))
        even = np.asarray(intermediate(dim(), recipe, "exposure").samples, float)[..., 1]
        gains[strength] = np.log2(light_of(dim(), recipe) / even)
    np.testing.assert_allclose(gains[1.5], 3 * gains[0.5], atol=2e-3)  # straight between points, not in EV
    assert gains[1.0][0, 0] == pytest.approx(-0.4, abs=0.02)  # of the 1 EV that was corrected
    off = replace(plain, look=replace(AUTHENTIC, vignette=0.0))
    left = replace(plain, develop=DevelopRecipe(corrections=Corrections(colour=False)))
    for frame, recipe in ((dim(), off), (dim(), left), (flat_frame(), plain), (dim(), Recipe())):
        assert "vignette" not in chain(frame, recipe).names


def test_a_crop_keeps_the_middle_of_the_lens_and_a_scale_its_corners() -> None:
    plain = Recipe(look=AUTHENTIC)
    whole = develop(dim(), plain).samples
    part = develop(dim(), replace(plain, geometry=GeometryRecipe(crop=(0.5, 0.5, 1.0, 1.0)))).samples
    np.testing.assert_array_equal(part[20:, 20:], whole[80:, 100:])
    assert part[-1, -1, 0] < part[0, 0, 0] - 0.03
    double = replace(plain, develop=DevelopRecipe(scale=2.0))
    assert light_of(dim(), double)[::2, ::2][4:-4, 4:-4] == pytest.approx(
        light_of(dim(), plain)[4:-4, 4:-4], rel=0.01
    )


def test_a_merged_burst_keeps_it() -> None:
    recipe = Recipe(look=AUTHENTIC)
    of_one, of_two = (
        dict(chain(frame, recipe).stages)["vignette"] for frame in (dim(), merged((dim(), dim())).frame)
    )
    assert isinstance(of_one, Vignette) and isinstance(of_two, Vignette)
    np.testing.assert_allclose(of_two.gains, of_one.gains, rtol=1e-3)


def test_a_night_has_half_of_it() -> None:
    """Of a lens that lost 1 EV, 0.2 EV: by what the file says of exposure the scene has 0.02 cd/m2."""
    told = Metadata(iso=3200, exposure_time_s=1.0, f_number=1.8)
    frame = replace(dim(), metadata=told)
    recipe = Recipe(look=AUTHENTIC)
    ratio = (
        light_of(frame, recipe) / np.asarray(intermediate(frame, recipe, "exposure").samples, float)[..., 1]
    )
    assert np.log2(ratio[0, 0]) == pytest.approx(-0.2, abs=0.01)


def test_local_tone_sees_the_vignette() -> None:
    """Its map is made of what it will be given: the corner's base lies lower by what is left there."""
    recipe = Recipe(DevelopRecipe(exposure=ExposureChoice(ev=-3.0)), LookRecipe("authentic", vignette=1.5))
    tone = dict(chain(dim(), recipe).stages)["local_tone"]
    offset = np.asarray(tone.coefficients)[1]  # type: ignore[attr-defined]
    assert offset[0, 0] < offset[offset.shape[0] // 2, offset.shape[1] // 2] - 0.15


def test_a_finished_picture_gets_the_look_s_own_law() -> None:
    samples = np.full((120, 160, 3), 0.5, np.float32)
    picture = Picture(samples, Window(0, 0, 120, 160), flat_frame(size=(120, 160)).extent, ColourSpace.SRGB)
    given = dict(chain(picture, Recipe(look=AUTHENTIC)).stages)["filter"]
    assert isinstance(given, Filter) and given.vignette is not None
    even = LinearImage(np.ones((120, 160, 3), np.float32), picture.window, picture.extent)
    assert np.log2(given.vignette(even).samples[0, 0, 1]) == pytest.approx(-0.7, abs=0.02)
    shown = develop(picture, Recipe(look=AUTHENTIC)).samples
    plain = develop(picture, Recipe(look=LookRecipe("authentic", vignette=0.0))).samples
    assert shown[60, 80] == pytest.approx(plain[60, 80], abs=1e-4)
    assert shown[0, 0, 1] < plain[0, 0, 1] - 0.1


def test_grain_is_the_pictures_own_and_comes_again() -> None:
    recipe = Recipe(look=grainy())
    assert coded(smooth_frame(), recipe).samples.tobytes() == coded(smooth_frame(), recipe).samples.tobytes()
    clean = develop(smooth_frame(), Recipe(look=grainy(grain=0.0))).samples
    grain = develop(smooth_frame(), recipe).samples - clean
    assert 0.001 < grain.std() < 0.02 and abs(grain.mean()) < 0.0003
    other = smooth_frame()
    codes = other.samples.copy()
    codes[70, 90] += 1
    second = develop(replace(other, samples=codes), recipe).samples - clean
    inner = (slice(10, 50), slice(10, 80))  # far from the code that changed
    own, apart = grain[inner].astype(float), second[inner].astype(float)
    assert abs((own * apart).mean() / own.var()) < 0.1


def test_tiles_and_threads_give_the_same_grain() -> None:
    steps = scheduled(chain(smooth_frame(), Recipe(look=grainy()), Rendition(8)))
    assert "sharpen+grain+encode+quantise" in steps.names
    whole = steps(smooth_frame()).samples
    for tile, threads in ((48, 1), (70, 2)):
        np.testing.assert_array_equal(steps.gather(smooth_frame(), tile=tile, threads=threads).samples, whole)


def test_it_is_as_strong_after_resizing() -> None:
    """Sigma of a pixel follows the picture's own pixels, 36 mm over the long side."""
    found = []
    for long_edge in (None, 102):
        recipe = Recipe(look=grainy(), output=OutputRecipe(long_edge=long_edge))
        clean = replace(recipe, look=grainy(grain=0.0))
        light = [develop(smooth_frame((300, 408)), one).samples.mean(axis=2) for one in (recipe, clean)]
        found.append(float((light[0] - light[1]).std()))
    assert found[0] / found[1] == pytest.approx(4.0 * np.sqrt(0.96 / 0.99), rel=0.1)


def test_a_gain_map_does_not_hold_the_grain() -> None:
    """Both renditions have the same grain, in bright light too, where the one with headroom is beyond white.

    What is left is the rounding of codes of 8 bits, 0.29 of 200 in the picture and as much in the map.
    """
    frame = smooth_frame((300, 400))
    recipe = Recipe(DevelopRecipe(exposure=ExposureChoice(ev=1.5)), grainy(grain=2.0, sharpening=0.0))
    clean = replace(recipe, look=replace(recipe.look, grain=0.0))
    bright = chain(frame, recipe, Rendition(headroom=2.3))
    alone = [
        (name, replace(stage, tone=()) if isinstance(stage, Grain) else stage)
        for name, stage in bright.stages
    ]
    maps = {}
    for name, choices, steps in (
        ("clean", clean, chain(frame, clean, Rendition(headroom=2.3))),
        ("same grain", recipe, bright),
        ("its own", recipe, Chain(tuple(alone))),
    ):
        plain = coded(frame, choices)
        made = GainMap.between(plain.samples, plain.space, scheduled(steps).gather(frame), 1)
        maps[name] = made.codes / 255.0 * (made.most - made.least) + made.least
    assert (maps["same grain"] - maps["clean"]).std() < 0.01
    assert (maps["its own"] - maps["clean"]).std() > 0.02
