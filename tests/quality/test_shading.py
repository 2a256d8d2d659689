"""Shading, colour uniformity and flare of fields whose light is known exactly."""

import numpy as np
import pytest

from lichtbild.colour import cielab
from lichtbild.colour.spaces import SRGB_TO_XYZ
from lichtbild.core.errors import BadInput
from lichtbild.image.chart import Area, Chart, Paint, Patch
from lichtbild.image.measure import Measure
from lichtbild.quality import colour_uniformity, flare, shading
from lichtbild.quality.fall_off import fall_off, radial_profile
from lichtbild.quality.found_chart import FoundChart, Verdict
from lichtbild.quality.shading import BLOCKS, block_means

SIZE = (110, 143)
HALF = float(np.hypot(*SIZE)) / 2
CENTRE = (80.0, 50.0)
TERMS = (-0.5, 0.2, -0.05)


def fallen(terms: tuple[float, ...] = TERMS, centre: tuple[float, float] = CENTRE) -> np.ndarray:
    x, y = np.arange(SIZE[1]) + 0.5 - centre[0], (np.arange(SIZE[0]) + 0.5)[:, None] - centre[1]
    square = (x * x + y * y) / HALF**2
    return 0.2 * (1 + sum(term * square ** (i + 1) for i, term in enumerate(terms)))


def grey(plane: np.ndarray) -> np.ndarray:
    return np.repeat(plane[..., None], 3, axis=2)


def by_name(measures: tuple[Measure, ...], name: str, where: str = "") -> Measure:
    (one,) = [measure for measure in measures if measure.name == name and measure.where.endswith(where)]
    return one


def test_block_means() -> None:
    """Blocks of 10 x 13 px; seven rows are shared as 2, 3 and 2."""
    light = np.random.default_rng(0).random((*SIZE, 3))
    expected = light.reshape(11, 10, 11, 13, 3).mean(axis=(1, 3))
    np.testing.assert_allclose(block_means(light), expected, rtol=1e-10)
    ramp = np.tile(np.arange(7.0)[:, None, None], (1, 4, 1))
    np.testing.assert_allclose(block_means(ramp, (3, 2))[:, 0, 0], (0.5, 3.0, 5.5))
    with pytest.raises(BadInput, match="11 x 11"):
        block_means(light[:10])


def test_luminance_shading_by_hand() -> None:
    """One block of 121 at half of the others' light: 50 % at most, 50 / 121 % in the mean."""
    blocks = np.full((*BLOCKS, 3), 0.3)
    blocks[0, 0] = 0.15
    found = shading.shading(blocks)
    assert float(found.luminance_max) == pytest.approx(50)
    assert float(found.luminance_mean) == pytest.approx(50 / 121)
    assert float(found.colour_max) == pytest.approx(0, abs=1e-9)


def test_colour_shading_by_hand() -> None:
    """One block 3 of a* and 4 of b* from grey at the centre's level: 5, and 5 / 120 in the mean."""
    level = float(cielab.lightness(np.array(0.18782077)))
    lab = np.tile((level, 0.0, 0.0), (*BLOCKS, 1))
    lab[3, 4, 1:] = 3, 4
    blocks = cielab.to_xyz(lab) @ np.linalg.inv(SRGB_TO_XYZ).T
    for exposure in (1.0, 0.4):
        found = shading.shading(exposure * blocks)
        assert float(found.colour_max) == pytest.approx(5, abs=1e-4)
        assert float(found.colour_mean) == pytest.approx(5 / 120, abs=1e-5)
    pairs = colour_uniformity.uniformity(blocks)
    assert float(pairs.pair_max) == pytest.approx(5, abs=1e-4)
    assert float(pairs.mean_max) == pytest.approx(5 * 120 / 121, abs=1e-4)


def test_ratios_of_channels() -> None:
    blocks = np.full((*BLOCKS, 3), 0.3)
    blocks[0, 0, 0], blocks[1, 1, 2] = 0.33, 0.27
    found = colour_uniformity.uniformity(blocks)
    assert float(found.red_range) == pytest.approx(10 / (1 + 0.1 / 121))
    assert float(found.blue_range) == pytest.approx(10 / (1 - 0.1 / 121))


def test_fall_off_comes_back() -> None:
    """Its centre and terms; blocks of 10 px blur r^2 by their own width, (10^2 + 13^2) / 12 px^2."""
    found = fall_off(block_means(grey(fallen()))[..., 1], SIZE)
    np.testing.assert_allclose(found.centre, CENTRE, atol=0.02)
    np.testing.assert_allclose(found.terms, TERMS, atol=3e-3)
    even = fall_off(np.full(BLOCKS, 0.3), SIZE)
    np.testing.assert_allclose(even.centre, (SIZE[1] / 2, SIZE[0] / 2), atol=1e-6)


def test_profile_falls_by_rings() -> None:
    blocks = block_means(grey(fallen(centre=(SIZE[1] / 2, SIZE[0] / 2))))
    radius, profile = radial_profile(blocks, SIZE)
    expected = 1 + sum(term * radius ** (2 * i + 2) for i, term in enumerate(TERMS))
    np.testing.assert_allclose(profile[:, 0], expected / expected[0], atol=0.01)


def area(corners: tuple[tuple[float, float], ...], usable: bool = True) -> FoundChart:
    chart = Chart("flat", "Flat", SIZE, (Paint("grey", (50.0, 0.0, 0.0)),), (), (Area("all", corners, 0),))
    return FoundChart(chart, lambda at: np.asarray(at, float), 0, 0.0, (Verdict("all", usable),))


def test_measures_of_a_noisy_field() -> None:
    """The greatest of 121 noisy blocks is lifted by chance; its interval reaches down to the truth."""
    clean = np.stack([fallen(), 0.9 * fallen(), fallen((-0.4, 0.1, 0.0))], axis=-1)
    light = clean + 0.01 * np.random.default_rng(0).standard_normal(clean.shape)
    found = area(((0.0, 0.0), (143.0, 0.0), (143.0, 110.0), (0.0, 110.0)))
    measured, true = shading.measures(light, found), shading.shading(block_means(clean))
    for name, key in (("luminance_shading_max", "luminance_max"), ("colour_shading_mean", "colour_mean")):
        low, high = by_name(measured, name).interval or (0, 0)
        assert low <= float(getattr(true, key)) <= high
    for channel, terms in (("red", TERMS), ("blue", (-0.4, 0.1, 0.0))):
        column = by_name(measured, "shading_centre_column", channel)
        low, high = column.interval or (0, 0)
        assert low - 1 <= CENTRE[0] <= high + 1
        corner = by_name(measured, "relative_illumination", channel).value / 100
        square = ((SIZE[1] / 22 - CENTRE[0]) ** 2 + (SIZE[0] * 21 / 22 - CENTRE[1]) ** 2) / HALF**2
        assert corner == pytest.approx(1 + sum(t * square ** (i + 1) for i, t in enumerate(terms)), abs=0.02)
    pairs = colour_uniformity.measures(light, found)
    low, high = by_name(pairs, "colour_uniformity_mean").interval or (0, 0)
    assert low <= float(colour_uniformity.uniformity(block_means(clean)).mean) <= high


SIZES = (
    "luminance_shading_max",
    "luminance_shading_mean",
    "colour_shading_max",
    "colour_shading_mean",
    "colour_uniformity_pair_max",
    "colour_uniformity_max",
    "colour_uniformity_mean",
    "red_green_range",
    "blue_green_range",
)


def sizes(light: np.ndarray) -> dict[str, Measure]:
    return {one.name: one for one in (*shading.measures_of(light), *colour_uniformity.measures_of(light))}


def share_held(strength: float, shots: int) -> dict[str, float]:
    """Share of intervals that hold the truth of a field that grows redder and darker to the right."""
    slope = strength * np.linspace(-1, 1, SIZE[1])[None, :, None] * np.array([1.0, 0.2, -0.5])
    clean = np.broadcast_to(0.2 * (1 + slope), (*SIZE, 3))
    even, pairs = shading.shading(block_means(clean)), colour_uniformity.uniformity(block_means(clean))
    truth = [even.luminance_max, even.luminance_mean, even.colour_max, even.colour_mean]
    truth += [pairs.pair_max, pairs.mean_max, pairs.mean, pairs.red_range, pairs.blue_range]
    random, held = np.random.default_rng(7), np.zeros(len(SIZES))
    for _ in range(shots):
        found = sizes(clean + 0.01 * random.standard_normal(clean.shape))
        ends = [found[name].interval or (np.nan, np.nan) for name in SIZES]
        held += [low - 1e-9 <= t <= high + 1e-9 for (low, high), t in zip(ends, truth, strict=True)]
    return dict(zip(SIZES, held / shots, strict=True))


def test_an_even_field_is_within_every_interval() -> None:
    found = sizes(0.2 + 0.01 * np.random.default_rng(2).standard_normal((*SIZE, 3)))
    assert all((found[name].interval or (1,))[0] == 0 for name in SIZES)


@pytest.mark.slow
@pytest.mark.parametrize("strength", [0.0, 0.01, 0.1])
def test_intervals_of_sizes_hold_the_truth(strength: float) -> None:
    """95 % of 60 fields, three binomial deviations: even, in the noise (0.4 % a block), and far above it."""
    held = share_held(strength, 60)
    assert min(held.values()) >= 0.95 - 3 * np.sqrt(0.05 * 0.95 / 60), held


def test_clipped_fields_are_refused() -> None:
    light = grey(fallen()).copy()
    light[:3, :20] = 1
    assert (
        "clipped" in {one.name: one for one in colour_uniformity.measures_of(light)}["red_green_range"].note
    )
    light[:10, :40] = 1
    for measured in (shading.measures_of, colour_uniformity.measures_of):
        with pytest.raises(BadInput, match="clipped"):
            measured(light)
    light[0, 0] = np.nan
    with pytest.raises(BadInput, match="finite"):
        shading.measures_of(light)


def test_fields_that_cannot_be_measured() -> None:
    whole = ((0.0, 0.0), (143.0, 0.0), (143.0, 110.0), (0.0, 110.0))
    with pytest.raises(BadInput, match="none usable"):
        shading.measures(grey(fallen()), area(whole, usable=False))
    with pytest.raises(BadInput, match="black"):
        shading.measures(0 * grey(fallen()), area(whole))
    with pytest.raises(BadInput, match="black"):
        colour_uniformity.measures(0 * grey(fallen()), area(whole))


def flare_chart(black: float) -> FoundChart:
    """Two black squares in white; Y of the black paint in %."""
    paints = (
        Paint("white", (96.0, 0.0, 0.0)),
        Paint("black", (float(cielab.lightness(np.array(black))), 0, 0)),
    )

    def square(x: float, y: float) -> tuple[tuple[float, float], ...]:
        return ((x, y), (x + 20, y), (x + 20, y + 20), (x, y + 20))

    places = {"left": (15.0, 40.0), "right": (105.0, 40.0), "above": (60.0, 5.0), "below": (60.0, 85.0)}
    targets = tuple(
        Patch(name, square(*at), int(name in ("left", "right")), "black" if at[1] == 40 else "white")
        for name, at in places.items()
    )
    verdicts = tuple(Verdict(name, True) for name in places)
    chart = Chart("flare", "Flare", (110.0, 143.0), paints, (), targets)
    return FoundChart(chart, lambda at: np.asarray(at, float), 0, 0.0, verdicts)


def test_flare_comes_back() -> None:
    """2 % of scatter on the left, 4 % on the right, without noise and with."""
    light = np.full((*SIZE, 3), 0.8)
    light[40:60, 15:35], light[40:60, 105:125] = 0.016, 0.032
    for noise in (0.0, 0.004):
        noisy = light + noise * np.random.default_rng(1).standard_normal(light.shape)
        found = flare.measures(noisy, flare_chart(0.0), bits=8)
        for where, true in (("left", 2.0), ("right", 4.0)):
            one = by_name(found, "flare", where)
            low, high = one.interval or (0, 0)
            assert low - 1e-9 <= true <= high + 1e-9
        assert by_name(found, "flare_mean").value == pytest.approx(3, abs=0.05)
        assert by_name(found, "flare_max").where == "black patches"
        assert "patch right" in by_name(found, "flare_max").note
        assert not [one for one in found if one.name == "flare_scattered"]


def test_black_paint_is_no_flare() -> None:
    """White 0.8 and black 0.04 of light, 1 % of the white added to both."""
    white, black = 0.8, 0.04
    chart = flare_chart(black)
    of_white = float(cielab.to_xyz(np.array([96.0, 0.0, 0.0]))[1])
    light = np.full((*SIZE, 3), white * 1.01)
    ratio = black / of_white
    light[40:60, 15:35] = light[40:60, 105:125] = white * (ratio + 0.01)
    found = flare.measures(light, chart)
    assert by_name(found, "flare_scattered", "left").value == pytest.approx(1, abs=1e-6)
    assert by_name(found, "flare", "left").value == pytest.approx(100 * (ratio + 0.01) / 1.01, abs=1e-6)


def test_flare_warns() -> None:
    light = np.full((*SIZE, 3), 1.0)
    light[40:60, 15:35] = light[40:60, 105:125] = 3e-4
    note = by_name(flare.measures(light, flare_chart(0.0), bits=8), "flare", "left").note
    assert "saturated" in note
    assert "one code" in note
    # The first code of sRGB is 1 / 255 / 12.92 of the light.
    assert flare.quantisation_floor(1.0, 8, True) == pytest.approx(100 / 255 / 12.92)
    assert flare.quantisation_floor(0.5, 10, False) == pytest.approx(200 / 1023)
    with pytest.raises(BadInput, match="black patches"):
        flare.measures(light, area(((0.0, 0.0), (9.0, 0.0), (9.0, 9.0), (0.0, 9.0))))
