"""What a merged burst gains, what it must not lose, and what it says of itself."""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.core.window import Extent, Window
from lichtbild.develop.linearise import Linearise
from lichtbild.develop.merge import MergedBurst, merge_burst
from lichtbild.image.burst import Burst
from lichtbild.image.cfa import Cfa
from lichtbild.image.opcode import Area, MapPolynomial, OpcodeLists
from lichtbild.image.raw_frame import RawFrame

sys.path.insert(0, str(Path(__file__).parents[1]))
from moving_scene import PHONE, framed, light, mosaicked, places, waves

SIZE = (320, 384)
INNER = (slice(24, -24), slice(24, -24))
RGGB = Cfa.bayer("RGGB")


def linear(frame: RawFrame) -> np.ndarray:
    return Linearise.of(frame)(frame).samples[..., 0]


def named(frames: list[RawFrame]) -> Burst:
    return Burst(tuple(frames), tuple(f"frame {n}" for n in range(len(frames))))


def poses(count: int, seed: int = 0) -> list[tuple[float, float, float]]:
    rng = np.random.default_rng(seed)
    return [(*rng.normal(0, 3, 2).tolist(), float(rng.normal(0, 1e-3))) for _ in range(count)]


def static(
    count: int, cfa: Cfa = RGGB, most: float = 0.12, size: tuple[int, int] = SIZE
) -> tuple[list[RawFrame], list[np.ndarray]]:
    """Frames of a scene at rest by a hand-held camera, and their means."""
    scene = waves(1, most)
    means = [mosaicked(light(scene, *places(size, pose)), cfa) for pose in poses(count)]
    return [framed(mean, key, PHONE, cfa) for key, mean in enumerate(means)], means


def errors(
    frames: list[RawFrame], means: list[np.ndarray], found: MergedBurst
) -> tuple[np.ndarray, np.ndarray]:
    """Squared error of the reference and of the merged frame."""
    mean = means[found.reference]
    return (linear(frames[found.reference]) - mean) ** 2, (linear(found.frame) - mean) ** 2


@pytest.mark.parametrize(
    ("count", "least"),
    [pytest.param(2, 2.6, marks=pytest.mark.slow), (8, 8.6), pytest.param(15, 11.2, marks=pytest.mark.slow)],
)
def test_a_burst_gains_what_its_frames_can(count: int, least: float) -> None:
    """Of 3.0, 9.0 and 11.8 dB, over a scene of waves up to an eighth of a cycle a pixel."""
    frames, means = static(count)
    found = merge_burst(named(frames), threads=2)
    before, after = errors(frames, means, found)
    assert 10 * np.log10(before[INNER].mean() / after[INNER].mean()) > least
    assert found.left_out == ()
    assert np.median(found.frames_used) == pytest.approx(count, rel=0.02)


@pytest.mark.parametrize("phase", ["BGGR", "GRBG", "GBRG"])
def test_all_phases_of_a_bayer_pattern_gain(phase: str) -> None:
    frames, means = static(4, Cfa.bayer(phase))
    before, after = errors(frames, means, merge_burst(named(frames)))
    assert 10 * np.log10(before[INNER].mean() / after[INNER].mean()) > 5.5


def test_the_noise_that_is_stated_is_that_which_is_left() -> None:
    """Within 10 %, of all pixels together; a little of the error is fine detail that shifts cost."""
    frames, means = static(8, most=0.05)
    found = merge_burst(named(frames))
    _, after = errors(frames, means, found)
    noise = found.frame.noise
    assert noise is not None
    stated = noise.scale[0] * means[found.reference] + noise.offset[0]
    assert np.sqrt(after[INNER].mean() / stated[INNER].mean()) == pytest.approx(1, abs=0.1)


@pytest.mark.parametrize(
    ("contrast", "speed"),
    [
        (0.05, 1.0),
        (0.8, 6.0),
        *(
            pytest.param(*case, marks=pytest.mark.slow)
            for case in ((0.2, 1.0), (0.8, 1.0), (0.05, 6.0), (0.2, 6.0))
        ),
    ],
)
def test_what_moves_is_not_worse_than_in_a_single_frame(contrast: float, speed: float) -> None:
    """A disc crosses the picture; inside it, and where it is in other frames, 0.1 dB are allowed."""
    back, front = waves(1), waves(2)
    frames, means, inside = [], [], []
    for index, pose in enumerate(poses(8)):
        y, x = places(SIZE, pose)
        away = np.hypot(y - speed * index, x + speed * index)
        disc = (1 - contrast) * light(back, y, x) + contrast * light(
            front, y - speed * index, x + speed * index
        )
        means.append(mosaicked(np.where(away < 40, disc, light(back, y, x)), RGGB))
        frames.append(framed(means[-1], index))
        inside.append(away < 40)
    found = merge_burst(named(frames))
    before, after = errors(frames, means, found)
    around = np.any(inside, axis=0)
    for place in (inside[found.reference], around):
        assert 10 * np.log10(before[place].mean() / after[place].mean()) > -0.1
    elsewhere = ~around
    elsewhere[:24], elsewhere[-24:], elsewhere[:, :24], elsewhere[:, -24:] = False, False, False, False
    assert 10 * np.log10(before[elsewhere].mean() / after[elsewhere].mean()) > 8


def test_a_frame_of_another_scene_is_left_out() -> None:
    frames, means = static(4)
    other = framed(mosaicked(light(waves(99), *places(SIZE)), RGGB), 50)
    found = merge_burst(named([*frames, other]))
    assert found.left_out == ((4, "shows another scene"),)
    before, after = errors([*frames, other], means, found)
    assert 10 * np.log10(before[INNER].mean() / after[INNER].mean()) > 5.5


def test_aliasing_that_stands_out_of_little_noise_is_no_other_scene() -> None:
    """Waves that the colours of a mosaic are too sparse for, at 10 000 electrons."""
    scene = waves(1, 0.35)
    means = [mosaicked(light(scene, *places(SIZE, pose)), RGGB) for pose in poses(4)]
    found = merge_burst(named([framed(mean, key, (1e-4, 1e-7)) for key, mean in enumerate(means)]))
    assert found.left_out == ()


def test_frames_that_all_differ_leave_the_reference() -> None:
    frames = [framed(mosaicked(light(waves(90 + n), *places(SIZE)), RGGB), n) for n in range(3)]
    found = merge_burst(named(frames))
    assert {index for index, _ in found.left_out} == {0, 1, 2} - {found.reference}
    changed = np.abs(linear(found.frame) - linear(frames[found.reference])) > 2e-5
    assert changed.mean() < 1e-4  # here and there two scenes of three have a peak at one pixel
    assert (found.frames_used == 1).all()


def test_progress_never_goes_back() -> None:
    """Not even where each frame is tried as the reference."""
    frames = [framed(mosaicked(light(waves(90 + n), *places((96, 128))), RGGB), n) for n in range(3)]
    shares: list[float] = []
    merge_burst(named(frames), progress=shares.append)
    assert shares == sorted(shares) and shares[-1] == 1 and len(shares) == 5


def test_defects_of_the_sensor_do_not_multiply() -> None:
    """A hot pixel lies at another place of the scene in each frame; the merged frame shows none of them."""
    frames, means = static(8)
    for frame in frames:
        frame.samples[100:220:20, 100:280:20] = 1023
    found = merge_burst(named(frames))
    error = np.abs(linear(found.frame) - means[found.reference])[INNER]
    assert error.max() < 0.08


def test_the_border_that_other_frames_do_not_show_is_the_references() -> None:
    shifted = places(SIZE, (0.0, 60.0, 0.0))
    frames = [static(1)[0][0], framed(mosaicked(light(waves(1), *shifted), RGGB), 9)]
    found = merge_burst(named(frames))
    side = found.frames_used[:, :16] if found.reference == 0 else found.frames_used[:, -16:]
    assert (side == 1).mean() > 0.9
    assert np.median(found.frames_used) > 1.9
    assert np.isfinite(linear(found.frame)).all()


@pytest.mark.parametrize("size", [(32, 32), (34, 40), (66, 131), (321, 257)])
def test_any_size_is_merged(size: tuple[int, int]) -> None:
    """Small frames, and those with an odd row and column, which stay as they are."""
    frames, _ = static(3, size=size)
    found = merge_burst(named(frames))
    assert found.frame.extent == Extent(*size)
    assert np.isfinite(linear(found.frame)).all()


def test_bytes_do_not_depend_on_threads_and_only_the_active_area_changes() -> None:
    frames, _ = static(3)
    area = Window(2, 4, 306, 380)
    cut = [replace(frame, active_area=area) for frame in frames]
    one, three = (merge_burst(named(cut), threads=threads).frame for threads in (1, 3))
    assert (one.samples == three.samples).all()
    assert one.active_area == area and one.samples.shape == frames[0].samples.shape


def test_frames_that_are_not_kept_are_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A burst too large for memory gives the same bytes."""
    frames, _ = static(3)
    for frame in frames:
        frame.samples[100:220:20, 100:280:20] = 1023
    kept = merge_burst(named(frames)).frame.samples
    monkeypatch.setattr(sys.modules["lichtbild.develop.mosaic_planes"], "_KEPT", 0)
    assert (merge_burst(named(frames)).frame.samples == kept).all()


def test_corrections_of_the_codes_are_done_before_and_not_again() -> None:
    """Codes stored twice as large, with an opcode that halves them; single precision rounds once more."""
    frames, _ = static(3)
    halve = MapPolynomial(Area(Window.whole(frames[0].extent), (0, 1), (1, 1)), (0.0, 0.5))
    doubled = [
        replace(frame, samples=2 * frame.samples, opcodes=OpcodeLists(on_codes=(halve,))) for frame in frames
    ]
    plain, corrected = merge_burst(named(frames)).frame, merge_burst(named(doubled)).frame
    assert corrected.opcodes.on_codes == ()
    assert np.abs(corrected.samples.astype(int) - plain.samples).max() <= 1


def test_frames_of_floating_point_are_refused() -> None:
    """They may go on above white, and the merged codes end there."""
    frames, _ = static(2)
    with pytest.raises(BadInput, match="--burst off"):
        merge_burst(named([replace(frame, samples=frame.samples.astype(np.float32)) for frame in frames]))


@pytest.mark.parametrize("size", [(1, 1), (1, 5), (2, 2), (24, 48), (64, 31)])
def test_frames_too_small_to_be_aligned_are_refused(size: tuple[int, int]) -> None:
    with pytest.raises(BadInput, match=r"at least 32 on each side.*--burst off"):
        merge_burst(named([framed(np.full(size, 0.1), key) for key in range(2)]))


def test_frames_that_are_no_bayer_mosaic_are_refused() -> None:
    frames, _ = static(2)
    rows = tuple(tuple(plane for plane in row for _ in "ab") for row in ((0, 1), (1, 2)) for _ in "ab")
    with pytest.raises(BadInput, match="--burst off"):
        merge_burst(named([replace(frame, cfa=Cfa(rows)) for frame in frames]))
