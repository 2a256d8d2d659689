"""Colours of a synthetic card whose light is the references' own, then changed by known amounts."""

from dataclasses import replace

import numpy as np
import pytest

from lichtbild.colour import cielab
from lichtbild.colour.spaces import D50_XY, D65_XY, SRGB_TO_XYZ
from lichtbild.core.errors import BadInput
from lichtbild.image.chart import Chart, Paint, Patch
from lichtbild.image.measure import Measure
from lichtbild.image.specimen import Origin, Specimen
from lichtbild.quality import bootstrap, chroma, colour_error, white_balance
from lichtbild.quality.colour_error import colour_errors
from lichtbild.quality.found_chart import FoundChart, Verdict
from lichtbild.quality.parts.colours import colours
from lichtbild.quality.parts.subject import Conditions, Part, Subject
from lichtbild.quality.patch_colour import PatchColours, covariance_of_mean, exposure_factor, patch_colours
from lichtbild.quality.patch_samples import patch_samples

LAB = np.array(
    [
        (37.0, 14.0, 14.0),
        (65.0, 19.0, 17.0),
        (50.0, -5.0, -23.0),
        (43.0, -15.0, 21.0),
        (62.0, 34.0, 58.0),
        (96.0, 0.0, 0.0),
        (66.0, 0.0, 0.0),
        (35.0, 0.0, 0.0),
    ]
)
GREY = (LAB[:, 1:] == 0).all(axis=1)
SIDE = 40


def light_of(lab: np.ndarray) -> np.ndarray:
    """Linear sRGB of CIELAB under D65."""
    return cielab.to_xyz(lab) @ np.linalg.inv(SRGB_TO_XYZ).T


def patches(lab: np.ndarray = LAB, noise: float = 0.0, light: np.ndarray | None = None) -> PatchColours:
    count = len(lab)
    return PatchColours(
        tuple(str(i) for i in range(count)),
        light_of(lab) if light is None else light,
        np.tile(noise**2 * np.eye(3), (count, 1, 1)),
        lab,
        tuple(GREY.tolist()),
        np.zeros(count),
        np.zeros((count, 2)),
    )


def by_name(found: tuple[Measure, ...], name: str, where: str = "") -> Measure:
    (one,) = [measure for measure in found if measure.name == name and measure.where.endswith(where)]
    return one


def card(noise: float, clipped: bool = False) -> tuple[np.ndarray, FoundChart]:
    """The card as a picture: patches in a row, each of 40 x 40 pixels, one pixel a millimetre."""
    lab_d50 = cielab.adapted(LAB, D65_XY, D50_XY)
    paints = tuple(Paint(str(i), tuple(lab.tolist())) for i, lab in enumerate(lab_d50))
    squares = [
        ((x, 0.0), (x + SIDE, 0.0), (x + SIDE, 1.0 * SIDE), (x, 1.0 * SIDE)) for x in SIDE * np.arange(8.0)
    ]
    targets = tuple(Patch(str(i), tuple(square), i) for i, square in enumerate(squares))
    chart = Chart("card", "Card", (SIDE, 8 * SIDE), paints, (), targets)
    verdicts = tuple(Verdict(str(i), i != 7) for i in range(8))
    light = np.repeat(np.tile(light_of(LAB)[:, None], (1, SIDE, 1)).reshape(1, -1, 3), SIDE, axis=0)
    light = light + noise * np.random.default_rng(3).standard_normal(light.shape)
    return np.minimum(light, 0.8) if clipped else light, FoundChart(chart, lambda p: p, 0, 0.0, verdicts)


def test_perfect_colours_differ_by_nothing() -> None:
    found = colour_errors(light_of(LAB), LAB, GREY)
    assert float(found.factor) == pytest.approx(1, abs=1e-12)
    np.testing.assert_allclose(found.ciede2000, 0, atol=1e-9)


def test_exposure_is_matched_in_closed_form() -> None:
    """Half the light is half the light, and nothing else, once the exposure is matched."""
    half = colour_errors(0.5 * light_of(LAB), LAB, GREY)
    assert float(half.factor) == pytest.approx(2, rel=1e-12)
    raw = colour_errors(0.5 * light_of(LAB), LAB, GREY, matched=False)
    expected = 116 * (0.5 ** (1 / 3) - 1) * (LAB[:, 0] + 16) / 116
    np.testing.assert_allclose(raw.lightness_error, expected, atol=1e-9)
    assert float(exposure_factor(np.array([0.1, 0.2]), np.array([0.0, 0.0]))) > 0


def test_known_offsets_come_back() -> None:
    """5 of L* on one colour, its chroma times 1.2, its hue by 10 degrees: the parts, and their sum."""
    length, hue = np.hypot(*LAB[0, 1:]), np.arctan2(*LAB[0, :0:-1])
    lab = LAB.copy()
    lab[0] = 42, *(1.2 * length * np.array([np.cos(hue + np.pi / 18), np.sin(hue + np.pi / 18)]))
    found = colour_errors(light_of(lab), LAB, GREY)
    assert float(found.lightness_error[0]) == pytest.approx(5)
    assert float(found.chroma_error[0]) == pytest.approx(0.2 * length)
    assert float(found.hue_error[0]) == pytest.approx(2 * np.sqrt(1.2) * length * np.sin(np.pi / 36))
    parts = found.lightness_error**2 + found.chroma_error**2 + found.hue_error**2
    np.testing.assert_allclose(found.cie76**2, parts, atol=1e-9)
    strong = chroma.chroma(light_of(lab), LAB, GREY)
    assert float(strong.ratio[0]) == pytest.approx(1.2)
    assert float(strong.saturation[0]) == pytest.approx(1.2 * 37 / 42)
    assert float(strong.hue_shift[0]) == pytest.approx(10)
    lengths = np.hypot(LAB[:5, 1], LAB[:5, 2])
    assert float(strong.level) == pytest.approx(1 + 0.2 * length / lengths.sum())


def test_offset_of_greys() -> None:
    lab = LAB + np.array([0.0, 2.0, -3.0]) * GREY[:, None]
    found = white_balance.measures(patches(LAB, 1e-9, light_of(lab)))
    for where in ("5", "6", "greys"):
        name = "white_balance" + ("_mean" if "greys" in where else "")
        assert by_name(found, f"{name}_a", where).value == pytest.approx(2, abs=1e-6)
        assert by_name(found, f"{name}_b", where).value == pytest.approx(-3, abs=1e-6)
        assert by_name(found, f"{name}_chroma", where).value == pytest.approx(13**0.5, abs=1e-6)
    assert by_name(found, "white_balance_mired").value < -1
    assert by_name(found, "white_balance_tint").value < -1


def test_intervals_hold_the_truth() -> None:
    """Of 30 noisy shots, 95 % of the intervals of eight patches' differences hold the true one.

    240 intervals; 1.4 % is one deviation of the share, three of them are allowed.
    """
    true = LAB + np.array([1.0, 3.0, -2.0])
    expected = colour_errors(light_of(true), LAB, GREY, matched=False).ciede2000
    hits, sigma = [], 1e-3
    for seed in range(30):
        light = light_of(true) + sigma * np.random.default_rng(seed).standard_normal((8, 3))
        found = colour_error.measures(patches(LAB, sigma, light))
        ends = [one.interval for one in found if one.name == "unmatched_ciede2000"]
        hits += [low <= truth <= high for (low, high), truth in zip(ends, expected, strict=True)]  # type: ignore[misc]
    assert np.mean(hits) == pytest.approx(0.95, abs=0.042)


def test_a_picture_of_a_card() -> None:
    light, found = card(0.01)
    read = patch_colours(light, found)
    assert read.names == tuple("0123456")
    assert read.grey == (False,) * 5 + (True, True)
    np.testing.assert_allclose(read.reference, LAB[:7], atol=1e-9)
    # 32 x 32 pixels lie off the border. Ten blocks tell a variance to sqrt(2 / 10); 21 of those, to 0.1.
    expected = 0.01**2 / 32**2
    diagonal = np.einsum("pii->pi", read.covariance)
    assert diagonal.mean() == pytest.approx(expected, rel=0.3)
    deviations = (read.light - light_of(LAB)[:7]) / np.sqrt(expected)
    assert np.abs(deviations).max() < 4


def test_errors_of_means_of_pixels_that_depend_on_their_neighbours() -> None:
    """Means over 5 x 5 pixels of white noise: the mean of a patch errs as much as that of the white noise.

    Blocks of 8 alone would tell 0.70 of it: a block misses (1 - 1.6 / 8) in each direction, 1.6 being the
    mean distance of two pixels in five. Of 40 patches, each of some 45 blocks told to 0.26: 0.26 / sqrt(40).
    """
    side, corners = 88, ((0.0, 0.0), (88.0, 0.0), (88.0, 88.0), (0.0, 88.0))
    told = []
    for seed in range(40):
        white = np.random.default_rng(seed).standard_normal((side + 4, side + 4, 1))
        sums = white.cumsum(axis=0).cumsum(axis=1)
        sums = np.pad(sums, ((1, 0), (1, 0), (0, 0)))
        noise = (sums[5:, 5:] - sums[:-5, 5:] - sums[5:, :-5] + sums[:-5, :-5]) / 25
        samples = patch_samples(0.5 + 1e-3 * noise, corners)
        told.append(covariance_of_mean(samples)[0, 0] * samples.count / 1e-6)
    assert np.mean(told) == pytest.approx(1.0, abs=3 * 0.26 / 40**0.5)


def test_a_chart_without_colours_is_not_asked_for_them() -> None:
    chart = Chart("flare", "", (40.0, 40.0), (Paint("white", (96.0, 0.0, 0.0)),), (), ())
    trap = Patch("trap", ((0.0, 0.0), (9.0, 0.0), (9.0, 9.0), (0.0, 9.0)), 0, "black")
    found = FoundChart(
        replace(chart, targets=(trap,)), lambda places: places, 0, 0.0, (Verdict("trap", True),)
    )
    light = np.random.default_rng(0).uniform(0.1, 0.2, (40, 40, 3)).astype(np.float32)
    subject = Subject(Specimen("", "", Origin.PICTURE, light), found, Conditions())
    assert colours(subject) == Part()


def test_summaries_and_notes() -> None:
    light, found = card(0.01, clipped=True)
    measures = colour_error.measures(patch_colours(light, found))
    values = [one.value for one in measures if one.name == "ciede2000"]
    assert by_name(measures, "ciede2000_mean").value == pytest.approx(np.mean(values))
    assert by_name(measures, "ciede2000_max").value == max(values)
    assert by_name(measures, "ciede2000_p95").value == pytest.approx(np.quantile(values, 0.95))
    assert "clipped" not in by_name(measures, "ciede2000", "patch 3").note
    assert all(low <= one.value <= high for one in measures for low, high in [one.interval or (0, 0)])
    assert measures == colour_error.measures(patch_colours(light, found))


def test_what_cannot_be_measured() -> None:
    light, found = card(0.0)
    none = FoundChart(found.chart, found.to_picture, 0, 0.0, tuple(Verdict(str(i), False) for i in range(8)))
    with pytest.raises(BadInput, match="verdicts"):
        patch_colours(light, none)
    with pytest.raises(BadInput, match="black"):
        patch_colours(0 * light, found)
    with pytest.raises(BadInput, match="greys"):
        white_balance.measures(patches().of([0, 1]))
    with pytest.raises(BadInput, match="chroma"):
        chroma.measures(patches().of([5, 6]))
    measured = chroma.measures(patches(noise=1e-6))
    assert by_name(measured, "chroma_level").value == pytest.approx(100)
    assert by_name(measured, "hue_shift_max").value == pytest.approx(0, abs=1e-9)


def test_reflected_percentiles() -> None:
    """Noise that always adds 1 to 2 was added to the value too: the truth is 1 to 2 below it."""
    low, high = bootstrap.reflected(5.0, 5 + np.linspace(1, 2, 401))
    assert (low, high) == pytest.approx((3.025, 5))
    assert bootstrap.reflected(0.5, 0.5 + np.linspace(1, 2, 401), 0.0) == (0.0, 0.5)
