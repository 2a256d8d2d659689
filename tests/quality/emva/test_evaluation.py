"""A sensor's numbers from frames."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.quality.emva.evaluation import Evaluation, Series, evaluate
from lichtbild.quality.emva.level import level_of
from lichtbild.quality.emva.measures import measures

SHARES = np.linspace(0.03, 1.05, 20)


@pytest.fixture(scope="module")
def series(bent: Any, series_of: Any) -> Series:
    sensor = replace(bent, prnu=0.01, dsnu=3.0)
    lit, dark = series_of(sensor, SHARES, (96, 96), 7)
    half = sensor.level(0.5 * sensor.full / sensor.efficiency, 8, (96, 96), 8)
    return Series((*lit, half), dark, "photons")


@pytest.fixture(scope="module")
def found(series: Series) -> Evaluation:
    return evaluate(series)


def test_numbers_within_their_intervals(bent: Any, found: Evaluation) -> None:
    """1.6 times an interval of 95 % holds all but 2e-3, and the seed is fixed."""
    assert found.quantum_efficiency is not None
    for estimate, truth in (
        (found.gain, bent.gain),
        (found.dark_noise, bent.noise),
        (found.quantum_efficiency, bent.efficiency),
        (found.dsnu, 3.0),
        (found.prnu, 0.01),
    ):
        assert 0 < estimate.error < 0.03 * truth
        assert estimate.value == pytest.approx(truth, abs=1.6 * 1.96 * estimate.error)
    assert found.saturation.value == pytest.approx(bent.full, rel=0.08)


def test_lines_miss_what_the_joint_fit_finds(bent: Any, series: Series, found: Evaluation) -> None:
    lines = evaluate(series, "linear")
    assert lines.quantum_efficiency is not None
    assert lines.gain.value < 0.985 * bent.gain
    assert not lines.quantum_efficiency.covers(bent.efficiency)
    assert abs(found.gain.value - bent.gain) < 0.5 * abs(lines.gain.value - bent.gain)


def test_without_photons_there_is_no_efficiency(series: Series) -> None:
    blind = evaluate(replace(series, light="unknown"))
    assert blind.quantum_efficiency is None
    assert blind.linearity_error is None
    assert blind.gain.error > evaluate(series).gain.error


def test_derived_numbers_follow_from_the_others(found: Evaluation) -> None:
    noise = np.hypot(found.dark_noise.value, np.sqrt(1 / 12) / found.gain.value)
    assert found.threshold.value == pytest.approx(noise + 0.5)
    ratio = found.saturation.value / found.threshold.value
    assert found.dynamic_range_db.value == pytest.approx(20 * np.log10(ratio))
    assert found.largest_snr_db.value == pytest.approx(10 * np.log10(found.saturation.value))


def test_dark_current(series: Series) -> None:
    """Mean and variance of dark frames rise with time by the same electrons."""
    rng, gain, rate = np.random.default_rng(4), 0.3, 200.0
    dark = [
        level_of(
            [60 + gain * (rng.poisson(rate * time, (96, 96)) + rng.normal(0, 3, (96, 96))) for _ in "ab"],
            0,
            time,
        )
        for time in (0.01, 0.2, 0.5, 1.0)
    ]
    found = evaluate(replace(series, dark=(*series.dark, *dark)))
    for estimate in (found.dark_current, found.dark_current_by_variance):
        assert estimate is not None
        assert estimate.error < 0.1 * rate
        assert estimate.value == pytest.approx(rate, abs=1.6 * 1.96 * estimate.error + 0.005 * rate)


def test_measures_have_units_and_intervals(found: Evaluation) -> None:
    named = {measure.name: measure for measure in measures(found, "green")}
    assert named["gain"].unit == "codes/e-"
    assert named["gain"].method == "emva-joint-cubic 1"
    assert all(one.clause.startswith(("after", "own")) and one.where == "green" for one in named.values())
    without = {name for name, one in named.items() if one.interval is None}
    assert without == {"linearity_error"}
    assert {"quantum_efficiency", "response_cubic"} <= set(named)
    assert "dark_current" not in named


def test_an_unknown_model(series: Series) -> None:
    with pytest.raises((BadInput, Exception), match="joint"):
        evaluate(series, "quartic")  # type: ignore[arg-type]


@pytest.mark.slow
@pytest.mark.parametrize("light", ["photons", "unknown"])
def test_intervals_cover(bent: Any, series_of: Any, light: str) -> None:
    """95 % of 300 series, within 3 binomial deviations (3.8 %)."""
    hits = np.zeros((300, 4))
    for seed in range(300):
        lit, dark = series_of(bent, SHARES, (48, 48), seed + 10)
        found = evaluate(Series(lit, dark, light))  # type: ignore[arg-type]
        hits[seed, :2] = found.gain.covers(bent.gain), found.dark_noise.covers(bent.noise)
        efficiency = found.quantum_efficiency
        hits[seed, 2] = efficiency is None or efficiency.covers(bent.efficiency)
        share = found.fit.response.scale / (bent.gain * bent.full)
        error = abs(found.fit.response.cubic - bent.cubic * share**2)
        hits[seed, 3] = error <= 1.96 * found.fit.response_errors[1]
    covered = hits.mean(axis=0)
    reach = 3 * np.sqrt(0.95 * 0.05 / 300)
    known = [0, 1, 3] if light == "unknown" else [0, 1, 2, 3]
    assert covered[known] == pytest.approx(np.full(len(known), 0.95), abs=reach)
