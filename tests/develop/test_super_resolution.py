"""Detail between the pixels: it is the scene's, it is no noise, and nothing that moves is doubled."""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lichtbild.core.window import Extent, Window
from lichtbild.develop.enlarge import Enlarge
from lichtbild.develop.kernels import innovations as innovation_kernels
from lichtbild.develop.kernels import super_resolution as kernels
from lichtbild.develop.linearise import Linearise
from lichtbild.develop.merge import MergedBurst, merge_burst
from lichtbild.develop.residual import residual_by_rows
from lichtbild.develop.super_resolution import MISFIT, _asked, detail_prior, fine_detail
from lichtbild.image.burst import Burst
from lichtbild.image.calibration import CameraColour
from lichtbild.image.camera_image import CameraImage
from lichtbild.image.cfa import Cfa
from lichtbild.image.fine_detail import FineDetail
from lichtbild.image.noise_profile import NoiseProfile
from lichtbild.image.raw_frame import RawFrame

sys.path.insert(0, str(Path(__file__).parents[1]))
from moving_scene import GAINS, framed, light, mosaicked, waves

SIZE = (224, 256)
QUIET = (1.0e-4, 1.0e-7)
"""Noise of a full sensor of 10 000 electrons."""
NOISY = (1.0e-3, 3.2e-6)
RGGB = Cfa.bayer("RGGB")
BORDER = 24
HEIGHT = 0.03
"""Of the fine wave."""
Pose = tuple[float, float]


def poses(count: int, seed: int = 0) -> list[Pose]:
    return [tuple(pose) for pose in np.random.default_rng(seed).normal(0, 3, (count, 2)).tolist()]


def places(pose: Pose, scale: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    """Where pixels, or finer ones, of a camera look that has moved."""
    y, x = np.meshgrid(*((np.arange(round(n * scale)) + 0.5) / scale - 0.5 for n in SIZE), indexing="ij")
    return y + pose[0], x + pose[1]


def scene(fine: tuple[float, float] | None, y: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Broad waves by which frames are aligned, and a fine one, down and right, in their right half."""
    broad = light(waves(1, 0.1), y, x)
    return broad if fine is None else np.maximum(broad + HEIGHT * there(x) * wave(fine, y, x), 0.01)


def wave(fine: tuple[float, float], y: np.ndarray, x: np.ndarray) -> np.ndarray:
    return np.sin(2 * np.pi * (fine[0] * y + fine[1] * x) + 0.3)


def there(x: np.ndarray) -> np.ndarray:
    """Share of the fine wave: it begins in the middle, within some pixels."""
    return 0.5 + 0.5 * np.tanh((x - SIZE[1] / 2) / 3)


def named(frames: list[RawFrame]) -> Burst:
    return Burst(tuple(frames), tuple(f"frame {n}" for n in range(len(frames))))


def shot(
    fine: tuple[float, float] | None, held: list[Pose], noise: tuple[float, float] = QUIET
) -> tuple[Burst, MergedBurst]:
    means = [mosaicked(scene(fine, *places(pose)), RGGB) for pose in held]
    burst = named([framed(mean, key, noise) for key, mean in enumerate(means)])
    return burst, merge_burst(burst)


def enlarged(frame: RawFrame, scale: float, detail: FineDetail | None = None) -> np.ndarray:
    """Balanced grey of a frame on the finer grid."""
    mosaic = Linearise.of(frame)(frame).samples[..., 0]
    balanced = (mosaic * GAINS[RGGB.planes(frame.extent)]).astype(np.float32)
    whole = Window.whole(frame.extent)
    image = CameraImage(residual_by_rows(balanced, RGGB), whole, frame.extent)
    return Enlarge(scale, detail, tuple(GAINS.tolist()), cfa=RGGB)(image).samples.mean(axis=2)


def contrast(picture: np.ndarray, fine: tuple[float, float], pose: Pose, scale: float) -> float:
    """What of a wave is there, in its own phase."""
    y, x = places(pose, scale)
    inner = (slice(BORDER, -BORDER), slice(round((SIZE[1] / 2 + 16) * scale), -BORDER))
    shown = wave(fine, y, x)[inner]
    return float((picture[inner] * shown).sum() / (HEIGHT * (shown**2).sum()))


@pytest.mark.parametrize(
    ("fine", "scale"), [((0.6, 0.05), 2.0), ((0.42, 0.45), 2.0), ((0.7, 0.1), 2.0), ((0.1, 0.6), 1.5)]
)
def test_a_wave_beyond_the_pixels_limit_is_recovered(fine: tuple[float, float], scale: float) -> None:
    """A single frame shows another, coarser wave in its place."""
    held = poses(12)
    burst, merged = shot(fine, held)
    pose = held[merged.reference]
    detail = fine_detail(burst, merged, scale)
    assert abs(contrast(enlarged(burst.frames[merged.reference], scale), fine, pose, scale)) < 0.3
    assert 0.8 < contrast(enlarged(merged.frame, scale, detail), fine, pose, scale) < 1.1


def test_a_noisy_wave_is_recovered_less() -> None:
    """The share that is worth its noise; never more than there is."""
    held, fine = poses(8), (0.6, 0.05)
    found = []
    for noise in (QUIET, NOISY):
        burst, merged = shot(fine, held, noise)
        picture = enlarged(merged.frame, 2.0, fine_detail(burst, merged, 2.0))
        found.append(contrast(picture, fine, held[merged.reference], 2.0))
    assert 0.3 < found[1] < found[0] < 1.1


@pytest.mark.parametrize("noise", [QUIET, NOISY])
def test_where_nothing_is_finer_nothing_is_added(noise: tuple[float, float]) -> None:
    """Broad waves that pixels sample well; noise would be detail of about its own size."""
    burst, merged = shot(None, poses(8), noise)
    detail = fine_detail(burst, merged, 2.0)
    assert detail is not None
    inner = detail.samples[:, BORDER:-BORDER, BORDER:-BORDER] * detail.unit * GAINS[:, None, None]
    sigma = np.sqrt(noise[0] * 0.3 + noise[1])
    assert inner.std() < 0.15 * sigma


def test_a_flat_field_keeps_the_noise_that_merging_left() -> None:
    """Lanczos's filter at a quarter pixel keeps 0.83^2 of white noise's variance; detail adds none."""
    means = [np.full(SIZE, 0.3) / GAINS[RGGB.planes(Extent(*SIZE))]] * 6
    burst = named([framed(mean, key, NOISY) for key, mean in enumerate(means)])
    still = merge_burst(burst)
    moved = replace(
        still,
        shifts=tuple(
            shift + pose
            for shift, pose in zip(still.shifts, np.random.default_rng(0).normal(0, 1, (6, 2)), strict=True)
        ),
    )
    detail = fine_detail(burst, moved, 2.0)
    assert detail is not None
    base, fine = (
        enlarged(merged_frame, 2.0, of) for merged_frame, of in ((still.frame, None), (still.frame, detail))
    )
    inner = (slice(BORDER, -BORDER),) * 2
    assert fine[inner].std() < 1.03 * base[inner].std()


def test_what_moves_is_the_references_alone() -> None:
    """A disc of another texture crosses the scene: where it is or was in any frame, nothing is worse."""
    held, means, truths = poses(8), [], []
    for index, pose in enumerate(held):
        for scale, to in ((1.0, means), (2.0, truths)):
            y, x = places(pose, scale)
            away = np.hypot(y - 110 - 6 * index, x - 90 - 10 * index)
            share = np.clip(30 - away + 0.5, 0, 1)
            grey = share * (light(waves(7, 0.3), y, x) + 0.15) + (1 - share) * scene((0.6, 0.05), y, x)
            to.append(mosaicked(grey, RGGB) if scale == 1 else grey)
    burst = named([framed(mean, key, QUIET) for key, mean in enumerate(means)])
    merged = merge_burst(burst)
    y, x = places(held[merged.reference], 2.0)
    inside = [np.hypot(y - 110 - 6 * index, x - 90 - 10 * index) < 31 for index in range(8)]
    truth, detail = truths[merged.reference], fine_detail(burst, merged, 2.0)
    before, after = (np.abs(enlarged(merged.frame, 2.0, of) - truth) for of in (None, detail))
    disc = inside[merged.reference]
    assert (after[disc] ** 2).mean() < 1.02 * (before[disc] ** 2).mean()
    swept = np.any(inside, axis=0) & ~disc
    assert (after[swept] ** 2).mean() < 1.02 * (before[swept] ** 2).mean()
    elsewhere = ~np.any(inside, axis=0)
    elsewhere[:BORDER], elsewhere[-BORDER:], elsewhere[:, :BORDER], elsewhere[:, -BORDER:] = (False,) * 4
    elsewhere &= there(x) > 0.9
    assert (after[elsewhere] ** 2).mean() < 0.3 * (before[elsewhere] ** 2).mean()


def test_full_samples_tell_nothing() -> None:
    held = poses(6)
    means = [mosaicked(scene((0.6, 0.05), *places(pose)), RGGB) for pose in held]
    for mean, pose in zip(means, held, strict=True):
        y, x = places(pose)
        mean[np.hypot(y - 110, x - 120) < 30] = 1.0
    burst = named([framed(mean, key, QUIET) for key, mean in enumerate(means)])
    merged = merge_burst(burst)
    detail = fine_detail(burst, merged, 2.0)
    assert detail is not None
    y, x = places(held[merged.reference], 2.0)
    assert (detail.samples[:, np.hypot(y - 110, x - 120) < 20] == 0).all()


def test_frames_on_each_others_pixels_tell_nothing() -> None:
    """A tripod's frames, and those of whole pixels' shifts; but a camera that moved along one axis tells."""
    rng = np.random.default_rng(0)
    shifts = rng.integers(-3, 4, (4, 2)) + rng.normal(0, 0.01, (4, 2))
    burst, merged = shot((0.6, 0.05), [tuple(shift) for shift in shifts.tolist()])
    assert fine_detail(burst, merged, 2.0) is None
    shifts[:, 0] += (0, 0.25, 0.5, 0.75)
    burst, merged = shot((0.6, 0.05), [tuple(shift) for shift in shifts.tolist()])
    assert fine_detail(burst, merged, 2.0) is not None


def test_a_sensor_of_four_colours_tells_nothing() -> None:
    """The detail is of three colours; a fourth would lie beyond what its kernels hold."""
    four = Cfa(((0, 1), (3, 2)), ("red", "green", "blue", "cyan"))
    noise = NoiseProfile((QUIET[0],) * 4, (QUIET[1],) * 4)
    neutral = CameraColour(as_shot_neutral=(1.0, 1.0, 1.0, 1.0))
    frames = [
        replace(framed(scene((0.6, 0.05), *places(pose)), key, QUIET), cfa=four, noise=noise, colour=neutral)
        for key, pose in enumerate(poses(3))
    ]
    burst = named(frames)
    assert fine_detail(burst, merge_burst(burst), 2.0) is None


def test_of_many_frames_those_next_to_the_reference_are_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    burst, merged = shot((0.6, 0.05), poses(5))
    merged = replace(merged, reference=3, left_out=((2, "shows another scene"),))
    assert _asked(burst, merged) == [0, 1, 3, 4]
    monkeypatch.setattr(sys.modules["lichtbild.develop.super_resolution"], "MOST", 3)
    assert _asked(burst, merged) == [1, 3, 4]
    assert fine_detail(burst, merged, 1.5) is not None


def test_bytes_do_not_depend_on_threads_and_progress_ends() -> None:
    burst, merged = shot((0.6, 0.05), poses(4))
    shares: list[float] = []
    one = fine_detail(burst, merged, 1.5, progress=shares.append)
    three = fine_detail(burst, merged, 1.5, threads=3)
    assert one is not None and three is not None
    assert (one.samples == three.samples).all() and one.samples.any()
    assert one.samples.shape == (3, 336, 384)
    assert shares == sorted(shares) and shares[-1] == 1.0


def test_the_prior_is_a_covariance() -> None:
    """1 for both together at no distance, and no eigenvalue is below what noise adds."""
    prior = detail_prior()
    assert prior[:, 0].sum() == pytest.approx(1)
    at = np.random.default_rng(0).uniform(0, 4, (80, 2))
    squared = ((at[:, None] - at) ** 2).sum(axis=2) * kernels.STEPS
    for table in prior:
        covariance = np.interp(squared, np.arange(len(table)), table)
        assert np.linalg.eigvalsh(covariance).min() > -MISFIT * table[0]


def test_the_kernel_gives_the_estimate_of_least_squared_error() -> None:
    """Against the same estimate by NumPy, from the nearest samples, of every finer pixel of a cell."""
    rng = np.random.default_rng(0)
    frames, area, side = 3, innovation_kernels.SIDE**2, innovation_kernels.SIDE
    codes = rng.integers(-900, 900, (frames, 1, 1, 4, area)).astype(np.int16)
    trust = np.full((frames, 16, 16), 255, np.uint8)
    offsets = rng.uniform(-1, 1, (1, 1, frames, 2)).astype(np.float32)
    means, noise = (
        np.ones((1, 1, frames), np.float32),
        rng.uniform(0.1, 0.3, (1, 1, frames, 4)).astype(np.float32),
    )
    scale = (np.array([[[1.5, 1.0, 1.0, 0.5]]], np.float32), np.array([[[0.7, 1.0, 1.0, 0.3]]], np.float32))
    colours, prior = np.array([0, 1, 1, 2]), detail_prior()
    out, most = np.zeros((3, 64, 64), np.int16), 40
    kernels.resolved((codes, trust), (offsets, means, noise), scale, (colours, prior), (0, 1, most), out)

    k, p, u, v = (
        one.ravel() for one in np.meshgrid(range(frames), range(4), (-1, 0, 1), (-1, 0, 1), indexing="ij")
    )
    at = np.stack([2 * u + p // 2, 2 * v + p % 2], -1) + offsets[0, 0, k]
    row, column = 6, 9
    index = (row + 1 + u) * side + column + 1 + v
    values = codes[k, 0, 0, p, index] / scale[0][0, 0, p]

    def covariance(squared: np.ndarray, same: np.ndarray) -> np.ndarray:
        of = [np.interp(squared * kernels.STEPS, np.arange(len(table)), table) for table in prior]
        return of[0] + same * of[1]

    for fine in np.ndindex(4, 4):
        target = (np.array(fine) + 0.5) / 2 - 0.5
        away = ((at - target) ** 2).sum(axis=1)
        bins = np.minimum((away * kernels.STEPS).astype(int), 256)
        radius = int(np.searchsorted(np.cumsum(np.bincount(bins, minlength=257)), most, side="right"))
        chosen = bins < radius
        between = ((at[chosen][:, None] - at[chosen]) ** 2).sum(axis=2)
        matrix = covariance(between, colours[p[chosen]][:, None] == colours[p[chosen]])
        matrix += np.diag(noise[0, 0, k[chosen], p[chosen]])
        for colour in range(3):
            wanted = covariance(away[chosen], colours[p[chosen]] == colour)
            expected = wanted @ np.linalg.solve(matrix, values[chosen]) * scale[1][0, 0, [0, 1, 3][colour]]
            expected *= float(innovation_kernels.UNITS / innovation_kernels.CODES)
            assert out[colour, 4 * row + fine[0], 4 * column + fine[1]] == pytest.approx(expected, abs=1.5)
