"""Dynamic range and speed of a simulated grey scale."""

from dataclasses import replace

import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.quality.dynamic_range import Steps, dynamic_range, measures, steps_of
from lichtbild.quality.noise import noise_of_frames

LIGHT = 10 ** -np.linspace(-0.1, 4.0, 36)
READ, WELL = 3.0, 20_000.0


def scale(veil: float = 0.0, seed: int | None = None, freedom: float = 5000.0) -> Steps:
    """A sensor of read noise 3 and full well 20,000: light 1 is full, and a veil of glare over all."""
    electrons = WELL * (LIGHT + veil)
    noise, error = np.sqrt(electrons + READ**2), np.sqrt(electrons + READ**2) / np.sqrt(freedom)
    signal = electrons
    if seed is not None:
        rng = np.random.default_rng(seed)
        noise = noise * np.sqrt(rng.chisquare(freedom, len(LIGHT)) / freedom)
        signal = electrons + error * rng.normal(size=len(LIGHT))
    return Steps(LIGHT, np.minimum(signal, WELL) / WELL, error / WELL, noise / WELL, 0 * LIGHT + freedom)


def least(ratio: float, veil: float = 0.0) -> float:
    """Light of a signal-to-noise ratio: the root of L^2 = ratio^2 (L + veil + read^2), in electrons."""
    square = ratio**2
    return float(square + np.sqrt(square**2 + 4 * square * (READ**2 + veil * WELL))) / 2 / WELL


@pytest.mark.parametrize("threshold", [20.0, 10.0, 6.0, 0.0])
def test_thresholds_have_their_closed_form(threshold: float) -> None:
    """A line in the logarithms between patches of 0.12 density errs by less than 0.01 stops."""
    found = dynamic_range(scale())
    stops = found.stops[threshold]
    assert stops is not None
    assert stops.value == pytest.approx(-np.log2(least(10 ** (threshold / 20))), abs=0.01)
    assert found.notes == ()


def test_the_standard_takes_the_noise_at_density_two_for_black() -> None:
    """Shot noise at density 2 keeps that range below the true one; by so much."""
    found = dynamic_range(scale())
    black = LIGHT[np.argmin(np.abs(-np.log10(LIGHT) - 2.0))]
    expected = WELL / np.sqrt(WELL * black + READ**2)
    assert found.standard.value == pytest.approx(np.log2(expected), abs=0.01)


def test_glare_does_not_count_as_signal() -> None:
    """A veil of 0.2 % hides what codes over noise would count, and is told."""
    veil = 0.002
    found = dynamic_range(scale(veil))
    stops = found.stops[0.0]
    assert stops is not None
    assert stops.value == pytest.approx(np.log2((1 - veil) / least(1.0, veil)), abs=0.05)
    counted = (LIGHT + veil) * WELL / np.sqrt((LIGHT + veil) * WELL + READ**2)
    assert counted.min() > 4
    assert "Flare-limited" in found.notes[0]


def test_what_the_chart_does_not_reach_is_said() -> None:
    steps = scale()
    bright = Steps(*(getattr(steps, name)[:20] for name in list(vars(steps))[:5]))
    found = dynamic_range(replace(bright, temporal=False), (0.0, 60.0))
    rows = {row.name: row for row in measures(found, "green")}
    assert np.isnan(rows["dynamic_range_0db"].value)
    assert "stops or more" in rows["dynamic_range_0db"].note
    assert "brightest patch" in rows["dynamic_range_60db"].note
    assert "one frame" in rows["dynamic_range"].note
    dim = Steps(*(getattr(steps, name)[5:] for name in list(vars(steps))[:5]))
    assert "does not saturate" in dynamic_range(dim).notes[0]


@pytest.mark.slow
def test_intervals_cover() -> None:
    """95 % of 300 scales within 4 binomial deviations; where lines and cubics err little beside noise."""
    hits, truth = [], -np.log2(least(10**0.5))
    for seed in range(300):
        stops = dynamic_range(scale(0.0, seed, 400.0), (10.0,)).stops[10.0]
        assert stops is not None
        hits.append(stops.covers(truth))
    assert np.mean(hits) == pytest.approx(0.95, abs=0.05)


def test_steps_of_measured_patches() -> None:
    rng = np.random.default_rng(1)
    patches = [noise_of_frames(level + 0.01 * rng.normal(size=(4, 20, 20, 2))) for level in (0.1, 0.5)]
    steps = steps_of([0.1, 0.5], patches, channel=1)
    assert steps.temporal
    assert steps.signal == pytest.approx([0.1, 0.5], abs=0.001)
    assert steps.noise == pytest.approx([0.01, 0.01], rel=0.12)
    with pytest.raises(BadInput, match="one for each"):
        steps_of([0.1], patches)
