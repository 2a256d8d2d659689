"""The whole chain on frames of which every colour is known."""

from dataclasses import replace
from typing import Literal

import numpy as np
import pytest

from frames import BLACK, NEUTRAL, WHITE, bayer_frame, flat_frame, smooth_frame
from lichtbild.camera.photograph import Rendition, chain, develop, intermediate
from lichtbild.camera.recipe import GeometryRecipe, LookRecipe, OutputRecipe, Recipe
from lichtbild.colour.cielab import from_rec2020
from lichtbild.core import resources
from lichtbild.core.errors import BadInput
from lichtbild.core.window import Extent, Window
from lichtbild.develop import development
from lichtbild.develop.exposure import Exposure
from lichtbild.develop.recipe import (
    Corrections,
    DefectsChoice,
    DemosaicChoice,
    DevelopRecipe,
    ExposureChoice,
    HighlightsChoice,
    WhiteBalanceChoice,
)
from lichtbild.image.cfa import Cfa
from lichtbild.image.linear_image import LinearImage
from lichtbild.image.metadata import Metadata, Orientation
from lichtbild.image.noise_profile import NoiseProfile
from lichtbild.image.opcode import Area, FixBadPixelsList, OpcodeLists, ScalePerRow
from lichtbild.image.picture import HDR_SPACES, HEADROOM_EV, ColourSpace
from lichtbild.image.profile import CameraProfile
from lichtbild.image.raw_frame import RawFrame
from lichtbild.look.decode import Decode
from lichtbild.look.encode import CURVES

LINEAR = Recipe(look=LookRecipe("linear"))
CODE = 1 / (1087 - 64)
"""One sensor code; a frame's own rounding is half of it, divided by the smallest neutral."""


def srgb(linear: np.ndarray) -> np.ndarray:
    return np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * np.maximum(linear, 0) ** (1 / 2.4) - 0.055)


def exposed(ev: float) -> DevelopRecipe:
    return DevelopRecipe(exposure=ExposureChoice(ev=ev))


@pytest.mark.parametrize("phase", ["RGGB", "BGGR", "GRBG", "GBRG"])
@pytest.mark.parametrize("look", ["linear", "natural", "profile"])
def test_grey_stays_grey_in_every_look(phase: str, look: str) -> None:
    rgb = develop(flat_frame(0.18, phase=phase), Recipe(look=LookRecipe(look))).samples
    # Half a code of rounding in each plane, amplified by at most 1 / 0.5 and the curve's slope of 3 at most.
    assert np.ptp(rgb, axis=2).max() < 3 * CODE / min(NEUTRAL)
    assert np.ptp(rgb, axis=(0, 1)).max() < 1e-6


def test_linear_gives_the_scene_back() -> None:
    scene = np.empty((32, 36, 3))
    scene[:] = (0.30, 0.20, 0.45)
    picture = develop(bayer_frame(scene), LINEAR)
    assert picture.space is ColourSpace.SRGB and picture.samples.dtype == np.float32
    # Slope of the sRGB curve at 0.2 is 1.1; half a code of rounding over the smallest neutral.
    np.testing.assert_allclose(
        picture.samples, np.broadcast_to(srgb(scene), picture.samples.shape), atol=1.2 * CODE
    )


@pytest.mark.parametrize("space", [space for space in ColourSpace if space not in HDR_SPACES])
def test_white_is_white_in_every_space(space: ColourSpace) -> None:
    recipe = Recipe(look=LookRecipe("linear"), output=OutputRecipe(space))
    rgb = develop(flat_frame(1.0), recipe).samples
    np.testing.assert_allclose(rgb, 1.0, atol=2e-3)


@pytest.mark.parametrize("space", HDR_SPACES)
def test_rec2100_shows_the_rendition_with_headroom(space: ColourSpace) -> None:
    """Grey below the middle is as bright as on a common display, what is far above goes beyond white."""

    def light(ev: float, space: ColourSpace) -> float:
        recipe = Recipe(exposed(ev), LookRecipe("natural", local_tone=0.0), output=OutputRecipe(space))
        shown = CURVES[space].decode(develop(flat_frame(0.9), recipe).samples.astype(np.float64))
        return float(shown.mean())

    # The two curves part by 0.05 EV at most below mid-grey.
    assert light(-3.0, space) == pytest.approx(light(-3.0, ColourSpace.SRGB), rel=0.035)
    assert light(2.0, ColourSpace.SRGB) < 1 < 1.5 < light(2.0, space) < 2.0**HEADROOM_EV


def test_exposure_is_a_factor_of_two_a_stop() -> None:
    recipe = Recipe(exposed(1.0), LookRecipe("linear"), output=OutputRecipe(ColourSpace.LINEAR_REC2020))
    brighter = develop(flat_frame(0.2), recipe).samples
    plain = develop(flat_frame(0.2), replace(recipe, develop=DevelopRecipe())).samples
    np.testing.assert_allclose(brighter, 2 * plain, rtol=1e-6)


def test_the_makers_exposure_is_added_unless_refused() -> None:
    frame = replace(flat_frame(0.2), baseline_exposure_ev=1.0)
    expected = develop(flat_frame(0.2), Recipe(exposed(1.0), LookRecipe("linear"))).samples
    np.testing.assert_array_equal(develop(frame, LINEAR).samples, expected)
    without = Recipe(DevelopRecipe(exposure=ExposureChoice(baseline=False)), LookRecipe("linear"))
    np.testing.assert_array_equal(develop(frame, without).samples, develop(flat_frame(0.2), LINEAR).samples)


def test_blown_highlights_are_neutral_unless_left_alone() -> None:
    scene = np.full((24, 24, 3), 1.0)
    frame = bayer_frame(scene)
    blown = replace(frame, samples=np.full_like(frame.samples, 1087))
    np.testing.assert_allclose(develop(blown, LINEAR).samples, 1.0, atol=1e-3)
    left = Recipe(
        DevelopRecipe(highlights=HighlightsChoice("off")),
        LookRecipe("linear"),
        output=OutputRecipe(ColourSpace.LINEAR_REC2020),
    )
    assert np.ptp(develop(blown, left).samples, axis=2).min() > 0.1


def test_a_neutral_by_numbers_replaces_the_files() -> None:
    frame = flat_frame(0.3)
    doubled = Recipe(
        DevelopRecipe(white_balance=WhiteBalanceChoice("neutral", tuple(3 * v for v in NEUTRAL))),
        LookRecipe("linear"),
    )
    np.testing.assert_array_equal(develop(frame, doubled).samples, develop(frame, LINEAR).samples)
    wrong = Recipe(DevelopRecipe(white_balance=WhiteBalanceChoice("neutral", (1.0, 1.0))))
    with pytest.raises(BadInput, match="has 2 numbers, but the camera has 3 planes"):
        develop(frame, wrong)


def test_without_white_balance_a_grey_scene_is_found_neutral() -> None:
    frame = flat_frame(0.3)
    frame = replace(frame, colour=replace(frame.colour, as_shot_neutral=None))
    assert np.ptp(develop(frame, LINEAR).samples, axis=2).max() < 0.01


@pytest.mark.parametrize("method", ["residual", "malvar", "bilinear", "generic"])
def test_every_demosaic_gives_smooth_colours_back(method: str) -> None:
    recipe = Recipe(DevelopRecipe(demosaic=DemosaicChoice(method)), LookRecipe("linear"))  # type: ignore[arg-type]
    truth = develop(smooth_frame(), LINEAR).samples
    np.testing.assert_allclose(develop(smooth_frame(), recipe).samples, truth, atol=0.02)


@pytest.mark.parametrize("quad", ["remosaic", "bin"])
def test_a_quad_bayer_frame_develops(quad: str) -> None:
    scene = np.empty((48, 64, 3))
    scene[:] = (0.3, 0.2, 0.4)
    frame = bayer_frame(scene)
    pattern = np.kron(frame.cfa.pattern, np.ones((2, 2), int))  # type: ignore[union-attr]
    cfa = Cfa(tuple(tuple(int(v) for v in row) for row in pattern))
    signal = np.take_along_axis(scene * NEUTRAL, cfa.planes(frame.extent)[..., None], axis=2)
    frame = replace(frame, cfa=cfa, samples=np.rint(64 + signal * 1023).astype(np.uint16))
    recipe = Recipe(DevelopRecipe(demosaic=DemosaicChoice(quad=quad)), LookRecipe("linear"))  # type: ignore[arg-type]
    picture = develop(frame, recipe)
    assert picture.extent == ((24, 32) if quad == "bin" else (48, 64))
    np.testing.assert_allclose(
        picture.samples, np.broadcast_to(srgb(scene[:1, :1]), picture.samples.shape), atol=2e-3
    )


def test_a_monochrome_frame_is_grey() -> None:
    frame = flat_frame(0.4)
    levels = replace(frame.levels, white=np.array([1087.0]))
    mono = replace(
        frame, cfa=None, colour=replace(frame.colour, calibrations=(), as_shot_neutral=None), levels=levels
    )
    mono = replace(mono, samples=np.full_like(frame.samples, 64 + 409))
    rgb = develop(mono, LINEAR).samples
    np.testing.assert_allclose(rgb, srgb(np.array(409 / 1023)), atol=1e-4)


def test_the_picture_is_cropped_and_turned_upright() -> None:
    frame = smooth_frame((60, 84))
    turned = replace(
        frame, default_crop=(4.0, 6.0, 40.0, 70.0), metadata=Metadata(orientation=Orientation.QUARTER_TURN)
    )
    whole = develop(frame, LINEAR).samples
    np.testing.assert_array_equal(develop(turned, LINEAR).samples, np.rot90(whole[4:44, 6:76], -1))
    stored = Recipe(look=LookRecipe("linear"), geometry=GeometryRecipe(default_crop=False, upright=False))
    np.testing.assert_array_equal(develop(turned, stored).samples, whole)


def test_tiles_and_threads_change_nothing() -> None:
    frame = smooth_frame((100, 130))
    for look in ("linear", "natural", "profile"):
        made = chain(frame, Recipe(look=LookRecipe(look)))
        np.testing.assert_array_equal(made.gather(frame, tile=36, threads=2).samples, made(frame).samples)


def test_every_stage_can_be_had_by_name() -> None:
    frame = flat_frame()
    names = chain(frame, Recipe()).names
    mosaic = ("linearise", "defects", "denoise", "white_balance", "demosaic")
    scene = ("highlights", "colour_matrix", "exposure", "deblur")
    assert names == (*mosaic, *scene, "local_tone", "natural", "geometry", "sharpen", "encode")
    for name in names:
        assert np.isfinite(intermediate(frame, Recipe(), name).samples).all()
    with pytest.raises(BadInput, match="no stage 'bokeh'; the stages are linearise"):
        intermediate(frame, Recipe(), "bokeh")


def test_a_profile_by_name_or_a_sentence() -> None:
    frame = replace(
        flat_frame(0.2), profiles=(CameraProfile("A"), CameraProfile("B", baseline_exposure_offset=1.0))
    )
    pictures = {
        name: develop(frame, Recipe(look=LookRecipe("profile", name))).samples.mean()
        for name in (None, "A", "B")
    }
    assert pictures[None] == pictures["A"] < pictures["B"]
    with pytest.raises(BadInput, match="no profile 'C'; it offers 'A', 'B'"):
        develop(frame, Recipe(look=LookRecipe("profile", "C")))
    with pytest.raises(BadInput, match="no look 'velvet'"):
        develop(frame, Recipe(look=LookRecipe("velvet")))


def test_a_finished_picture_is_only_given_another_look() -> None:
    picture = develop(smooth_frame((60, 72)), LINEAR)
    again = develop(picture, LINEAR)
    np.testing.assert_allclose(again.samples, picture.samples, atol=2e-6)
    assert (
        develop(picture, Recipe(exposed(-1.0), LookRecipe("linear"))).samples.mean() < picture.samples.mean()
    )
    with pytest.raises(BadInput, match="carries no DNG profile"):
        develop(picture, Recipe(look=LookRecipe("profile")))


def test_a_profile_has_highlights_clipped_where_others_have_them_rebuilt() -> None:
    light = np.linspace(0.2, 3, 64)[None, :, None] * np.ones((48, 1, 1))  # green is full first, then others
    frame = bayer_frame(light * (0.7, 1.0, 0.5))

    def shown(look: str, method: Literal["rebuild", "clip", "off"]) -> np.ndarray:
        choices = DevelopRecipe(highlights=HighlightsChoice(method))
        return np.asarray(develop(frame, Recipe(choices, LookRecipe(look))).samples)

    np.testing.assert_array_equal(shown("profile", "rebuild"), shown("profile", "clip"))
    assert not np.array_equal(shown("profile", "rebuild"), shown("profile", "off"))
    assert not np.array_equal(shown("linear", "rebuild"), shown("linear", "clip"))


def test_a_profile_brings_its_own_matrices() -> None:
    frame = smooth_frame((36, 48))
    (known,) = frame.colour.calibrations
    green = replace(known, colour_matrix=known.colour_matrix[[0, 2, 1]] * [[1.0], [2.0], [0.5]])
    other = replace(frame, colour=replace(frame.colour, calibrations=(green,)))
    carried = replace(frame, profiles=(CameraProfile("own", calibrations=(green,)),))
    recipe = Recipe(look=LookRecipe("profile"))
    np.testing.assert_array_equal(develop(carried, recipe).samples, develop(other, recipe).samples)
    assert not np.array_equal(develop(carried, recipe).samples, develop(frame, recipe).samples)
    np.testing.assert_array_equal(develop(carried, LINEAR).samples, develop(frame, LINEAR).samples)


def test_a_profile_for_hdr_keeps_what_is_brighter_than_white() -> None:
    frame = replace(flat_frame(0.6), baseline_exposure_ev=1.0)
    curve = np.array([[0.0, 0.0], [1.0, 1.0]])
    brightest = []
    for hdr in (False, True):
        profile = CameraProfile("P", tone_curve=curve, high_dynamic_range=hdr)
        recipe = Recipe(look=LookRecipe("profile"), output=OutputRecipe(ColourSpace.LINEAR_REC2020))
        brightest.append(develop(replace(frame, profiles=(profile,)), recipe).samples.max())
    # The renderer's black (0.005) is taken off, and what is left is stretched so that white stays white.
    expected = (0.6 - 0.005) / (0.5 - 0.005)
    assert brightest[0] == pytest.approx(1.0, abs=1e-5) and brightest[1] == pytest.approx(expected, abs=3e-3)


def test_the_default_crop_of_a_binned_frame_is_halved() -> None:
    frame = bayer_frame(np.full((48, 64, 3), 0.3))
    pattern = np.kron(frame.cfa.pattern, np.ones((2, 2), int))  # type: ignore[union-attr]
    cfa = Cfa(tuple(tuple(int(v) for v in row) for row in pattern))
    quad = replace(frame, cfa=cfa, default_crop=(8.0, 12.0, 32.0, 40.0))
    for choice, expected in (("bin", (16, 20)), ("remosaic", (32, 40))):
        recipe = Recipe(DevelopRecipe(demosaic=DemosaicChoice(quad=choice)), LookRecipe("linear"))  # type: ignore[arg-type]
        assert develop(quad, recipe).extent == expected
    steps = np.arange(24, dtype=np.float32)[:, None, None] * np.ones((1, 32, 1), np.float32)
    cropped = chain(quad, Recipe(DevelopRecipe(demosaic=DemosaicChoice(quad="bin")), LookRecipe("linear")))
    geometry = dict(cropped.stages)["geometry"]
    light = LinearImage(steps.repeat(3, axis=2), Window(0, 0, 24, 32), Extent(24, 32))
    assert (
        geometry(light).samples[0, 0, 0] == 4.0
    )  # the crop's first row is row 8 of the sensor, 4 when binned


def test_the_users_exposure_and_the_files_shadow_scale_reach_the_profile() -> None:
    frame = replace(
        flat_frame(0.1), profiles=(CameraProfile("P", tone_curve=np.array([[0.0, 0.0], [1.0, 1.0]])),)
    )

    def light(shadow_scale: float, ev: float) -> float:
        recipe = Recipe(exposed(ev), LookRecipe("profile"), output=OutputRecipe(ColourSpace.LINEAR_REC2020))
        return float(develop(replace(frame, shadow_scale=shadow_scale), recipe).samples[..., 1].mean())

    # Adobe's ramp: (x - black) / (white - black), black = 0.005 * ShadowScale and white = 2^-EV.
    measured = np.rint(0.1 * 1023) / 1023
    for scale, ev in ((1.0, 0.0), (1.0, 1.0), (0.0, 0.0), (2.0, 1.0)):
        black, white = 0.005 * scale, 2.0**-ev
        assert light(scale, ev) == pytest.approx((measured - black) / (white - black), abs=2e-3)


def test_each_list_of_corrections_can_be_left_out() -> None:
    frame = flat_frame(0.3, size=(48, 48))
    codes = frame.samples.copy()
    codes[20, 20] = 1087
    point = FixBadPixelsList(points=((20, 20),), windows=(), bayer_phase=0)
    halved = ScalePerRow(Area(Window(0, 0, 48, 48), (0, 3), (1, 1)), np.full(48, 0.5))
    lists = OpcodeLists(on_codes=(point,), on_linear=(halved,), on_colour=(halved,))
    frame = replace(frame, samples=codes, opcodes=lists)

    def linear(**wanted: bool) -> np.ndarray:
        recipe = Recipe(
            DevelopRecipe(corrections=Corrections(**wanted), defects=DefectsChoice("off")),
            LookRecipe("linear"),
        )
        return np.asarray(intermediate(frame, recipe, "exposure").samples)

    everything = linear()
    assert np.ptp(everything[4:-4, 4:-4], axis=(0, 1)).max() < 1e-5 and everything.mean() == pytest.approx(
        0.075, rel=0.01
    )
    assert np.ptp(linear(codes=False)[4:-4, 4:-4], axis=(0, 1)).max() > 0.05
    np.testing.assert_allclose(linear(linear=False), 2 * everything, rtol=1e-4)
    np.testing.assert_allclose(linear(colour=False), 2 * everything, rtol=1e-4)


def test_a_night_is_shown_as_one_unless_it_is_metered_as_any_scene() -> None:
    rng = np.random.default_rng(0)
    scene = rng.uniform(0.002, 0.02, (96, 128, 1)) * np.ones(3)
    frame = replace(bayer_frame(scene), noise=NoiseProfile((1e-6,), (1e-8,)))

    def mean(time_s: float | None, method: Literal["auto", "metered", "baseline"] = "auto") -> float:
        metadata = Metadata(iso=1600, exposure_time_s=time_s, f_number=1.8)
        recipe = Recipe(DevelopRecipe(exposure=ExposureChoice(method=method)), LookRecipe("authentic"))
        shown = Decode()(develop(replace(frame, metadata=metadata), recipe)).samples
        return float(from_rec2020(shown.astype(float))[..., 0].mean())

    # The same codes in ever more time are ever darker scenes: cd/m2 of 10, 1 and 0.1 at a full sensor.
    nights = [mean(1.6 / 10**power) for power in (2, 1, 0)]
    assert nights == sorted(nights, reverse=True) and nights[-1] < 32
    # The darker quarter may be no lighter than L* 12; a picture as even as this is held back by it.
    assert nights[0] < 32
    assert mean(1e-5) == pytest.approx(mean(1e-5, "metered"))
    assert mean(1.6, "metered") != pytest.approx(nights[-1], abs=1)
    assert mean(None) == pytest.approx(mean(None, "metered"))


@pytest.mark.parametrize("method", ["metered", "baseline"])
def test_daylight_through_a_grey_filter_is_no_night_where_the_recipe_says_so(
    method: Literal["metered", "baseline"],
) -> None:
    """1/250 s at f/8 without a filter, and 30 s at f/11 with one of ND1000: the same codes."""
    scene = np.random.default_rng(0).uniform(0.02, 0.5, (96, 128, 3))
    frame = replace(bayer_frame(scene), noise=NoiseProfile((1e-6,), (1e-8,)))
    frame = replace(frame, colour=replace(frame.colour, as_shot_neutral=None))
    day = replace(frame, metadata=Metadata(iso=100, exposure_time_s=1 / 250, f_number=8.0))
    filtered = replace(frame, metadata=Metadata(iso=100, exposure_time_s=30.0, f_number=11.0))

    def known(of: RawFrame, exposure: ExposureChoice) -> development.Survey:
        return development.survey(DevelopRecipe(exposure=exposure), of)

    told, said = known(filtered, ExposureChoice(method=method)), known(day, ExposureChoice(method=method))
    assert (told.noise, told.neutral) == (said.noise, said.neutral)
    night = known(filtered, ExposureChoice())
    assert night.noise != said.noise and night.neutral != said.neutral
    # An exposure by hand says nothing of noise and of lamps.
    by_hand = known(filtered, ExposureChoice(ev=0.0))
    assert (by_hand.noise, by_hand.neutral) == (night.noise, night.neutral)


def test_a_filtered_day_is_shown_as_a_day_where_the_recipe_says_so() -> None:
    frame = bayer_frame(np.random.default_rng(0).uniform(0.1, 0.8, (96, 128, 1)) * np.ones(3))

    def mean(time_s: float, f_number: float, exposure: ExposureChoice) -> float:
        metadata = Metadata(iso=100, exposure_time_s=time_s, f_number=f_number)
        recipe = Recipe(DevelopRecipe(exposure=exposure))
        return float(develop(replace(frame, metadata=metadata), recipe).samples.mean())

    metered, auto, by_hand = ExposureChoice(method="metered"), ExposureChoice(), ExposureChoice(ev=0.0)
    day = mean(1 / 250, 8.0, auto)
    assert mean(30.0, 11.0, metered) == pytest.approx(day, rel=1e-6)
    assert mean(30.0, 11.0, by_hand) == mean(1 / 250, 8.0, by_hand)
    assert mean(30.0, 11.0, auto) < 0.9 * day


def test_both_renditions_of_a_night_have_one_exposure_sought_with_its_local_tone() -> None:
    scene = np.clip(np.random.default_rng(0).uniform(0.0, 0.02, (96, 128, 1)), 0.004, 0.02) * np.ones(3)
    scene[40:56, 40:56] = 0.9
    night = Metadata(iso=1600, exposure_time_s=1 / 8, f_number=1.8)
    frame = replace(bayer_frame(scene), noise=NoiseProfile((1e-4,), (4e-6,)), metadata=night)

    def ev(headroom: float = 0.0, local_tone: float | None = None) -> float:
        recipe = Recipe(look=LookRecipe("authentic", local_tone=local_tone))
        stages = dict(chain(frame, recipe, Rendition(headroom=headroom)).stages)
        stage = stages["exposure"]
        assert isinstance(stage, Exposure)
        return stage.ev

    assert ev() == ev(headroom=2.3)
    # What neither sinks nor is lifted needs another exposure; the search ends within 0.01 EV.
    assert ev(local_tone=1.0) == ev()
    assert abs(ev(local_tone=0.0) - ev()) > 0.05


def test_stars_come_through_repair_denoising_and_the_look() -> None:
    """A star is as wide as a lens and a pixel make it; a defect is one pixel."""
    y, x = np.mgrid[:96, :128]
    stars, defects = [(20.3, 30.6), (50.5, 90.1), (70.8, 40.2)], [(33, 64), (60, 17)]
    light = np.full((96, 128), 0.002)
    for row, column in stars:
        light += 0.4 * np.exp(-0.5 * ((y - row) ** 2 + (x - column) ** 2) / 0.7**2)
    rng = np.random.default_rng(1)
    noise = NoiseProfile((1e-4,), (1e-6,))
    light = light + rng.normal(size=light.shape) * np.sqrt(1e-4 * light + 1e-6)
    codes = BLACK + (WHITE - BLACK) * light[..., None]
    for defect in defects:
        codes[defect] = WHITE
    frame = flat_frame(0.1, (96, 128))
    frame = replace(frame, samples=np.rint(codes).clip(0, WHITE).astype(np.uint16), noise=noise)
    recipe = Recipe(DevelopRecipe(white_balance=WhiteBalanceChoice("neutral", (1.0, 1.0, 1.0))), LINEAR.look)
    shown = intermediate(frame, recipe, "colour_matrix").samples.mean(axis=2) - 0.002
    for row, column in stars:
        around = np.s_[int(row) - 3 : int(row) + 5, int(column) - 3 : int(column) + 5]
        # All light of a Gaussian of 0.7 pixels, in a mosaic of three colours: 2 pi 0.49 of its peak.
        assert shown[around].sum() == pytest.approx(0.4 * 2 * np.pi * 0.7**2, rel=0.25)
        assert shown[around].max() > 0.15
    for row, column in defects:
        assert shown[row, column] < 0.02


@pytest.mark.parametrize("name", ["profile", "aces2", "grain", "deblur"])
def test_a_look_of_ones_own_renders_whatever_it_is_called(name: str) -> None:
    text = resources.read("look", "catalogue", "authentic.toml").decode()
    own, named = Recipe(look=LookRecipe(name, text=text)), Recipe(look=LookRecipe("authentic"))
    frame = smooth_frame((60, 72))
    np.testing.assert_array_equal(develop(frame, own).samples, develop(frame, named).samples)
    finished = develop(frame, Recipe())
    np.testing.assert_array_equal(develop(finished, own).samples, develop(finished, named).samples)
