"""What a merged bracket is worth: by the closed form on flat fields, beside the truth, where things move."""

import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.core.window import Extent
from lichtbild.develop.bracket import MergedBracket, merge_bracket
from lichtbild.develop.bracket_base import BracketBase
from lichtbild.develop.exposed_frames import ExposedFrames
from lichtbild.develop.kernels import bracket as kernels
from lichtbild.develop.linearise import Linearise
from lichtbild.image.raw_frame import RawFrame

sys.path.insert(0, str(Path(__file__).parents[1]))
from bracket_scene import LAMPS, NOISE, balanced, exposed, means_of, named, street
from moving_scene import GAINS, RGGB, light, mosaicked, places, waves

SIZE = (256, 320)
INNER = (slice(24, -24), slice(24, -24))
REST = (0.0, 0.0, 0.0)
HELD = ((0.0, 0.0, 0.0), (2.3, -3.4, 5e-4), (-1.6, 2.2, -8e-4))


def seen(found: MergedBracket) -> np.ndarray:
    """The merged mosaic in the reference's light."""
    samples = Linearise.of(found.frame)(found.frame).samples[..., 0]
    return np.asarray(samples * 2.0**found.frame.baseline_exposure_ev, np.float64)


def patch(level: float, exposures: tuple[float, ...]) -> tuple[MergedBracket, np.ndarray, np.ndarray]:
    """A bracket of the street with a patch of one raw level, and its samples there, and their means."""
    mean = means_of(SIZE, [REST])[0].copy()
    mean[160:250, 4:140] = level
    found = merge_bracket(named([exposed(mean, e, 7 + i) for i, e in enumerate(exposures)]))
    part = (slice(168, 242), slice(12, 132))
    return found, seen(found)[part], (mean * exposures[found.reference])[part]


def ideal(mean: np.ndarray, exposures: tuple[float, ...], reference: int) -> np.ndarray:
    """Variance that all photons of all frames that are not full allow, in the reference's light."""
    precision = np.zeros(mean.shape)
    for exposure in exposures:
        share = exposure / exposures[reference]
        variance = (NOISE[0] * mean * share + NOISE[1]) / share**2
        # A red sample is not used where the green ones around it are full.
        highest = balanced(mean) * share
        precision += np.where(highest < 0.9, 1 / variance, 0)
    return np.asarray(1 / precision)


@pytest.mark.parametrize("level", [0.0, 0.0002, 0.003, 0.03])
def test_flat_fields_have_the_variance_of_the_closed_form(level: float) -> None:
    """1 / sum(1 / V), which 8880 samples tell to 1.5 %, and no bias, to that of the exposures' ratio."""
    exposures = (1 / 4, 1.0, 4.0)
    found, got, truth = patch(level, exposures)
    share = np.array(exposures) / exposures[found.reference]
    variance = 1 / np.sum(share**2 / (NOISE[0] * truth.mean() * share + NOISE[1]))
    assert got.var() == pytest.approx(variance, rel=0.06)
    assert abs(got.mean() - truth.mean()) < 4 * np.sqrt(variance / got.size) + 2e-3 * truth.mean()


@pytest.mark.parametrize("level", [0.90, 0.95, 0.97, 0.99, 1.0, 1.02])
def test_what_is_near_white_is_not_bent(level: float) -> None:
    """Where the reference is just full or not, the shorter frame takes over; nothing is lost by clipping.

    Samples of the reference that are low by chance are trusted a little more than those that are high: by
    half of its noise, at the most.
    """
    found, got, truth = patch(level, (1 / 8, 1.0))
    assert found.reference == 1
    sigma = float(np.sqrt(NOISE[0] * level + NOISE[1]))
    assert abs(got.mean() - truth.mean()) < sigma / 2


def test_the_street_is_as_clear_as_all_photons_allow() -> None:
    """Over twelve stops: within 10 % of the ideal's sigma, and unbiased to 1 %, as exposures are known."""
    exposures = (1 / 64, 1 / 8, 1.0)
    (mean,) = means_of(SIZE, [REST])
    found = merge_bracket(named([exposed(mean, e, i) for i, e in enumerate(exposures)]))
    truth = mean * exposures[found.reference]
    z = (seen(found) - truth) / np.sqrt(ideal(truth, exposures, found.reference))
    for low, high in ((0.0, 0.01), (0.01, 0.1), (0.1, 0.8), (15.0, 50.0)):
        place = (truth >= low) & (truth < high)
        assert np.median(np.abs(z[place])) / 0.6745 == pytest.approx(1, abs=0.1), (low, high)
        assert abs(np.median(seen(found)[place] / truth[place]) - 1) < 0.01, (low, high)
    assert truth.max() / np.sqrt(ideal(truth, exposures, found.reference)).min() > 2**12


@pytest.mark.parametrize("poses", [(REST,) * 3, HELD])
def test_lamps_keep_their_radiance(poses: tuple[tuple[float, float, float], ...]) -> None:
    """The short frame's, within 2 %, whose exposure is known to 1 %; by an eighth it is full."""
    means = means_of(SIZE, poses)
    exposures = (1 / 64, 1 / 8, 1.0)
    frames = [exposed(mean, e, i) for i, (mean, e) in enumerate(zip(means, exposures, strict=True))]
    found = merge_bracket(named(frames))
    y, x = places(SIZE, poses[found.reference])
    light = balanced(seen(found))
    for row, column, radius, bright in LAMPS:
        inside = np.hypot(y - row, x - column) < radius - 5
        assert np.median(light[inside]) == pytest.approx(bright, rel=0.02)
    assert found.exposure_ev[0] == pytest.approx(-6, abs=0.03)
    assert found.frame.baseline_exposure_ev == pytest.approx(6, abs=0.03)


@pytest.mark.parametrize("poses", [(REST,) * 3, HELD])
def test_the_noise_that_is_stated_is_that_which_is_left(
    poses: tuple[tuple[float, float, float], ...],
) -> None:
    """Within 10 %, up to the white of the longest frame; beyond it a line cannot follow."""
    exposures = (1 / 16, 1 / 4, 1.0)
    means = means_of(SIZE, poses)
    frames = [exposed(mean, e, i) for i, (mean, e) in enumerate(zip(means, exposures, strict=True))]
    found = merge_bracket(named(frames))
    truth, noise = means[found.reference] * exposures[found.reference], found.frame.noise
    assert noise is not None
    gain = 2.0**found.frame.baseline_exposure_ev
    planes = RGGB.planes(Extent(*SIZE))
    for plane in range(3):
        for low, high in ((0, 0.005), (0.005, 0.02), (0.02, 0.1)):
            place = (planes == plane) & (truth >= low) & (truth < high)
            place[:24], place[-24:], place[:, :24], place[:, -24:] = False, False, False, False
            stated = noise.scale[plane] * truth[place] * gain + noise.offset[plane] * gain**2
            z = (seen(found) - truth)[place] / np.sqrt(stated)
            assert np.median(np.abs(z)) / 0.6745 == pytest.approx(1, abs=0.1), (plane, low)


@pytest.mark.parametrize("contrast", [0.2, 0.8])
def test_what_moves_is_not_worse_than_in_the_reference(contrast: float) -> None:
    """A disc crosses the picture; inside it, and where it is in other frames, 0.1 dB are allowed."""
    back, front, exposures = waves(1), waves(2), (1 / 8, 1.0, 2.0)
    frames, means, inside = [], [], []
    for index, exposure in enumerate(exposures):
        y, x = places(SIZE, HELD[index])
        down, right = y - 5.0 * index, x + 5.0 * index
        disc = (1 - contrast) * light(back, y, x) + contrast * light(front, down, right)
        within = np.hypot(down, right) < 40
        means.append(mosaicked(np.where(within, disc, light(back, y, x)), RGGB))
        frames.append(exposed(means[-1], exposure, index))
        inside.append(within)
    found = merge_bracket(named(frames))
    truth = means[found.reference] * exposures[found.reference]
    single = Linearise.of(frames[found.reference])(frames[found.reference]).samples[..., 0]
    before, after = (single - truth) ** 2, (seen(found) - truth) ** 2
    free = balanced(truth) < 0.9
    for place in (inside[found.reference] & free, np.any(inside, axis=0) & free):
        assert 10 * np.log10(before[place].mean() / after[place].mean()) > -0.1


def test_a_lamp_that_moved_leaves_no_hole() -> None:
    """Where the reference is full and a short frame dark, the short one saw something else."""
    y, x = places(SIZE)
    frames, means = [], []
    for index, exposure in enumerate((1 / 64, 1.0)):
        lamp = 20.0 * (np.hypot(y, x - 60 * index) < 20)
        means.append(mosaicked(street(y, x) * (street(y, x) < 1) + lamp + 0.01, RGGB))
        frames.append(exposed(means[-1], exposure, index))
    found = merge_bracket(named(frames))
    assert found.reference == 1
    inside = np.hypot(y, x - 60) < 15
    assert np.median(balanced(seen(found))[inside]) > 0.98


def test_where_all_are_full_the_shortest_decides() -> None:
    mean = means_of(SIZE, [REST])[0].copy()
    mean[100:140, 100:140] = 100.0
    found = merge_bracket(named([exposed(mean, e, i) for i, e in enumerate((1 / 16, 1 / 4, 1.0))]))
    full = Linearise.of(found.frame)(found.frame).samples[104:136, 104:136, 0]
    assert full.min() > 0.999


def test_equal_exposures_of_a_bracket_all_take_part() -> None:
    """Three dark frames and a long one: the lamps have the light of three."""
    (mean,) = means_of(SIZE, [REST])
    exposures = (1 / 64, 1 / 64, 1 / 64, 1.0)
    found = merge_bracket(named([exposed(mean, e, i) for i, e in enumerate(exposures)]))
    y, x = places(SIZE)
    row, column, radius, _ = LAMPS[1]
    inside = np.hypot(y - row, x - column) < radius - 5
    got, truth = seen(found)[inside], mean[inside]
    variance = (NOISE[0] * truth / 64 + NOISE[1]) * 64**2 / 3
    spread = np.std(got / truth) / np.sqrt(np.mean(variance / truth**2))
    assert spread == pytest.approx(1, abs=0.1)
    assert found.light[3] > 0.9 and sum(found.light.values()) == pytest.approx(1)


def test_what_a_file_says_wrongly_is_corrected_by_the_light() -> None:
    """A time of 1/15 s that was 6 % longer; and gain counts as time does."""
    (mean,) = means_of(SIZE, [REST])
    frames = [exposed(mean, 1.0, 0), exposed(mean, 0.25 * 1.06, 1), exposed(mean, 4.0, 2, iso=400.0)]
    told = replace(frames[1].metadata, exposure_time_s=0.25 / 60)
    frames[1] = replace(frames[1], metadata=told)
    found = merge_bracket(named(frames))
    assert found.exposure_ev[1] - found.exposure_ev[0] == pytest.approx(np.log2(0.25 * 1.06), abs=0.01)
    assert found.exposure_ev[2] - found.exposure_ev[0] == pytest.approx(2, abs=0.01)


def test_a_frame_of_another_scene_is_left_out() -> None:
    means = means_of(SIZE, HELD)
    frames = [exposed(mean, e, i) for i, (mean, e) in enumerate(zip(means, (0.25, 1.0, 2.0), strict=True))]
    other = exposed(mosaicked(light(waves(99), *places(SIZE)), RGGB), 0.5, 50)
    found = merge_bracket(named([*frames, other]))
    assert found.left_out == ((3, "shows another scene"),)
    assert set(found.exposure_ev) == set(found.light) == {0, 1, 2}


def test_progress_never_goes_back() -> None:
    """Not even where each frame is tried as the reference."""
    scenes = [mosaicked(light(waves(90 + n), *places((96, 128))), RGGB) for n in range(3)]
    frames = [exposed(scene, e, n) for n, (scene, e) in enumerate(zip(scenes, (0.5, 1.0, 1.5), strict=True))]
    shares: list[float] = []
    found = merge_bracket(named(frames), progress=shares.append)
    assert len(found.left_out) == 2
    assert shares == sorted(shares) and shares[-1] == 1 and len(shares) == 7


def test_frames_beyond_memory_are_laid_again(monkeypatch: pytest.MonkeyPatch) -> None:
    means = means_of(SIZE, HELD)
    frames = [exposed(mean, e, i) for i, (mean, e) in enumerate(zip(means, (0.25, 1.0, 2.0), strict=True))]
    kept = seen(merge_bracket(named(frames)))
    monkeypatch.setattr(sys.modules["lichtbild.develop.bracket_base"], "_KEPT", 0)
    monkeypatch.setattr(sys.modules["lichtbild.develop.mosaic_planes"], "_KEPT", 0)
    # The light's ratio scales what is kept, and is in the gains of what is laid again.
    np.testing.assert_allclose(seen(merge_bracket(named(frames), threads=2)), kept, rtol=1e-4, atol=2e-5)


@pytest.mark.parametrize(("lacking", "kept"), [(0, {0}), (1, set())])
def test_all_that_is_kept_of_a_frame_counts(
    monkeypatch: pytest.MonkeyPatch, lacking: int, kept: set[int]
) -> None:
    """Its planes, and the maps of their variance and trust."""
    (mean,) = means_of((64, 96), [REST])
    frames = named([exposed(mean, e, i) for i, e in enumerate((0.5, 1.0))])
    wanted = (4 + 1 + 1) * 32 * 48 * 4
    monkeypatch.setattr(sys.modules["lichtbild.develop.bracket_base"], "_KEPT", wanted - lacking)
    with ThreadPoolExecutor(1) as pool:
        base = BracketBase.of(ExposedFrames.of(frames, pool), 1)
        base.lay(0, pool)
    assert set(base.exposures) == {0, 1} and set(base.kept) == kept


def test_what_cannot_be_merged_is_refused() -> None:
    (mean,) = means_of((64, 64), [REST])
    frames: list[RawFrame] = [exposed(mean, e, i) for i, e in enumerate((0.5, 1.0))]
    unknown = replace(frames[1], metadata=replace(frames[1].metadata, iso=None))
    with pytest.raises(BadInput, match="frame 1 does not say its time and ISO"):
        merge_bracket(named([frames[0], unknown]))
    with pytest.raises(BadInput, match="only whole codes of a Bayer sensor"):
        merge_bracket(named([replace(frame, cfa=None) for frame in frames]))


@pytest.mark.parametrize("size", [(1, 1), (1, 5), (2, 2), (24, 48), (64, 31)])
def test_frames_too_small_to_be_aligned_are_refused(size: tuple[int, int]) -> None:
    frames = [exposed(np.full(size, 0.1), e, i) for i, e in enumerate((0.5, 1.0))]
    with pytest.raises(BadInput, match=r"at least 32 on each side.*--burst off"):
        merge_bracket(named(frames))


def test_the_smallest_frames_are_merged() -> None:
    frames = [exposed(np.full((32, 32), 0.1), e, i) for i, e in enumerate((0.5, 1.0))]
    assert np.isfinite(seen(merge_bracket(named(frames)))).all()


def test_gains_do_not_change_what_is_grey() -> None:
    """All three colours of a grey lamp come out alike."""
    (mean,) = means_of(SIZE, [REST])
    found = merge_bracket(named([exposed(mean, e, i) for i, e in enumerate((1 / 64, 1.0))]))
    y, x = places(SIZE)
    row, column, radius, _ = LAMPS[1]
    inside = np.hypot(y - row, x - column) < radius - 5
    planes = RGGB.planes(Extent(*SIZE))
    levels = [np.median(seen(found)[inside & (planes == p)]) * GAINS[p] for p in range(3)]
    assert np.ptp(levels) / np.mean(levels) < 0.01


def test_the_kernels_are_their_equations() -> None:
    """Beside NumPy in double precision, on samples full and not, seen and not."""
    rng = np.random.default_rng(3)
    reference, other = rng.uniform(0, 1.2, (2, 4, 9, 13)).astype(np.float32)
    trust = (rng.uniform(0, 1, (4, 9, 13)) > 0.3).astype(np.float32)
    share, free = rng.uniform(0.3, 1, (2, 9, 13)).astype(np.float32)
    other[:, 2, 3] = np.nan
    light = rng.uniform(-0.01, 1, (4, 9, 13)).astype(np.float32)
    pairs = rng.uniform(0.5, 2, (2, 4, 2)).astype(np.float32) * np.float32([1e-3, 1e-5])
    own, beneath = np.empty((2, 9, 13), np.float32)
    kernels.departures((reference, trust), other, share, light, (pairs[0], pairs[1]), (own, beneath))
    x = np.maximum(light, 0).astype(float)
    one, two = (pair[:, 0, None, None] * x + pair[:, 1, None, None] for pair in pairs.astype(float))
    d = other.astype(float) - reference
    parts = 0.25 * d**2 / (one + share * two + (0.01 * x) ** 2)
    seen = np.isfinite(d).all(axis=0)
    np.testing.assert_allclose(own[seen], np.where(trust > 0.5, parts, 0).sum(0)[seen], rtol=1e-4)
    below = np.where((trust < 0.5) & (d < 0), parts, 0).sum(0)
    np.testing.assert_allclose(beneath[seen], below[seen], rtol=1e-4)
    assert own[2, 3] == 1e6

    around = rng.uniform(0, 4, (9, 13)).astype(np.float32)
    sums = [np.zeros((4, 9, 13), np.float32) for _ in range(4)]
    used, brought = np.zeros((2, 9, 13), np.float32)
    kernels.begun((reference, trust), light, pairs[0], (sums[0], sums[1], sums[2]))
    limits = np.float32(6), np.float32(1.5)
    maps = share, free, trust, own, around, beneath
    kernels.added(other, maps, light, (pairs[0], pairs[1]), (*limits, np.float32(0)), (*sums, used, brought))
    left = share * two
    apart = np.maximum(np.maximum(around - 1.5, own - 6.0), 0)
    e = np.where(trust > 0.5, apart, np.maximum(beneath - 6, 0)) * (1 + left / one)
    w = np.where(seen, free / (left + (e + e**2) * one), 0)
    first = trust / one
    np.testing.assert_allclose(sums[1], first + w, rtol=1e-4)
    np.testing.assert_allclose(sums[0], first * reference + w * np.nan_to_num(other), rtol=1e-4)
    same = np.where(seen, left / (left + (e + e**2) * one), 0)
    np.testing.assert_allclose(sums[3], same * free, rtol=1e-4, atol=1e-9)

    mean, variance = sums[0] / np.maximum(sums[1], 1e-30), sums[2] / np.maximum(sums[1], 1e-30) ** 2
    sure = np.where(sums[1] > 0, np.maximum(trust, sums[3]), 0)
    kernels.settled((reference, trust), light, pairs[0], (sums[0], sums[1], sums[2]), sums[3])
    np.testing.assert_allclose(sums[0], reference + sure * (mean - reference), rtol=1e-4)
    np.testing.assert_allclose(sums[2], sure**2 * variance + (1 - sure) ** 2 * one, rtol=1e-4)
