"""Noise of a patch."""

import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.quality.noise import (
    PatchNoise,
    luminance_noise,
    measures,
    noise_of_frame,
    noise_of_frames,
    spatial_noise,
)

SHAPE = (60, 80, 2)
TEMPORAL, PATTERN = np.array([0.01, 0.02]), np.array([0.004, 0.0])


@pytest.fixture(scope="module")
def frames() -> np.ndarray:
    """Eight frames of an uneven patch under a flickering lamp."""
    rng = np.random.default_rng(1)
    y, x = np.mgrid[0:60, 0:80, 0:2][:2] / 80
    still = 0.4 + 0.1 * x - 0.05 * y**2 + PATTERN * rng.normal(size=SHAPE)
    return np.stack([still * (1 + 0.01 * rng.normal()) + TEMPORAL * rng.normal(size=SHAPE) for _ in range(8)])


@pytest.fixture(scope="module")
def found(frames: np.ndarray) -> PatchNoise:
    return noise_of_frames(frames)


def test_temporal_noise_and_pattern_are_told_apart(found: PatchNoise) -> None:
    """Within 4 deviations of chi-square numbers."""
    pixels = 60 * 80
    assert found.temporal == pytest.approx(TEMPORAL, rel=4 * np.sqrt(0.5 / (7 * pixels)) + 1e-3)
    assert found.pattern is not None
    assert found.pattern[0] == pytest.approx(0.004, rel=4 * np.sqrt(0.5 / pixels) * (1 + 1e-4 / 8 / 1.6e-5))
    assert found.pattern[1] < 0.02 / np.sqrt(8) * (2 / pixels) ** 0.25 * 2
    assert found.total == pytest.approx(
        np.hypot(TEMPORAL, PATTERN), rel=4 * np.sqrt(0.5 / (8 * pixels)) + 2e-3
    )
    assert found.flicker == pytest.approx([0.01, 0.01], rel=0.8)


def test_one_frame_has_both_together(frames: np.ndarray) -> None:
    found = noise_of_frame(frames[0])
    assert found.temporal is None and found.pattern is None
    assert found.total == pytest.approx(np.hypot(TEMPORAL, PATTERN), rel=4 * np.sqrt(0.5 / 4800))
    assert found.total == pytest.approx(spatial_noise(frames[0]))


def test_grey_noise_has_no_colour() -> None:
    """Noise common to the channels is luminance alone; of red alone, three parts."""
    rng = np.random.default_rng(2)
    one = rng.normal(size=(60, 80, 1))
    grey = np.broadcast_to(one, (60, 80, 3))
    assert luminance_noise(grey) == pytest.approx(spatial_noise(grey)[0])
    red = np.concatenate([one, 0 * one, 0 * one], axis=2)
    share = np.sqrt(0.2125**2 + 0.279 * 0.7875**2 + 0.088 * 0.2125**2)
    assert luminance_noise(red) == pytest.approx(share * spatial_noise(red)[0])


def test_measures_cover_the_truth(found: PatchNoise) -> None:
    named = {(one.name, one.where): one for one in measures(found, ("red", "green"), "patch 3", (10.0, 20.0))}
    temporal = named["temporal_noise", "patch 3, red"]
    assert temporal.interval is not None
    assert temporal.interval[0] < 0.01 < temporal.interval[1]
    assert temporal.at == (10.0, 20.0)
    snr = named["temporal_snr", "patch 3, green"]
    assert snr.unit == "dB"
    assert snr.value == pytest.approx(20 * np.log10(0.43 / 0.02), abs=0.5)
    assert named["fixed_pattern_noise", "patch 3, green"].interval[0] == 0.0  # type: ignore[index]
    assert all(one.note == "" for one in named.values())


def test_notes_say_what_is_missing(frames: np.ndarray) -> None:
    rows = measures(noise_of_frame(0 * frames[0]), ("red", "green"))
    snr = next(one for one in rows if one.name == "snr")
    assert np.isnan(snr.value) and "black" in snr.note
    assert "one frame" in rows[0].note


def test_a_patch_too_small_for_its_surface() -> None:
    with pytest.raises(BadInput, match="too small"):
        noise_of_frame(np.zeros((4, 5, 1)))


@pytest.mark.slow
def test_intervals_of_temporal_noise_and_pattern_cover() -> None:
    """95 % of 600 patches each, within 3 binomial deviations (2.7 %), neighbours alike or not."""
    rng, hits = np.random.default_rng(8), np.zeros((600, 2))
    for index in range(600):
        still = 0.5 + 0.01 * rng.normal(size=(40, 40, 1))
        frames = still + 0.02 * rng.normal(size=(6, 40, 40, 1))
        if index % 2:
            frames = (frames + np.roll(frames, 1, axis=2)) / 2
        rows = {one.name: one for one in measures(noise_of_frames(frames), ("grey",))}
        factor = np.sqrt(0.5) if index % 2 else 1.0
        for place, (name, truth) in enumerate((("temporal_noise", 0.02), ("fixed_pattern_noise", 0.01))):
            ends = rows[name].interval
            assert ends is not None
            hits[index, place] = ends[0] <= truth * factor <= ends[1]
    assert hits.mean(axis=0) == pytest.approx([0.95, 0.95], abs=3 * np.sqrt(0.95 * 0.05 / 600))
