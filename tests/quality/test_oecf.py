"""Opto-electronic conversion functions."""

import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.quality.oecf import luminances, measures, oecf

LIGHT = luminances(np.linspace(0.05, 2.3, 20).tolist(), 100.0)
BETWEEN = np.geomspace(LIGHT.min() * 0.7, LIGHT.max() * 1.3, 40)


def test_a_power_law_is_exact_everywhere() -> None:
    """Straight in the logarithms, inside and beyond the patches."""
    found = oecf(LIGHT, 40 * LIGHT**0.45, 0.01 * np.ones(20))
    assert found.code_of(BETWEEN) == pytest.approx(40 * BETWEEN**0.45, rel=1e-12)
    assert found.gain_of(BETWEEN) == pytest.approx(18 * BETWEEN**-0.55, rel=1e-12)
    assert found.gamma().value == pytest.approx(0.45)
    assert found.gamma(1.0, 50.0).error < 0.01 / (40 * 1.0**0.45)  # of the darkest patch


def test_the_interval_of_gamma_holds_it_where_dark_patches_are_noisy() -> None:
    """300 shots: a share of 0.95 is known to 0.0126; errors of the scatter alone would hold 0.86 of them."""
    generator, light = np.random.default_rng(5), luminances(np.linspace(0.0, 3.0, 20).tolist())
    error = 0.002 * np.sqrt(light) + 2e-5
    shots = light + error * generator.standard_normal((300, 20))
    gammas = [oecf(light, shot, error).gamma() for shot in shots]
    assert np.mean([one.covers(1.0) for one in gammas]) == pytest.approx(0.95, abs=0.035)


def test_a_linear_camera_with_glare_between_the_patches() -> None:
    """A cubic errs with the fourth power of the step of 0.27: below 1e-3; its slope with the second."""
    found = oecf(LIGHT, 3 * LIGHT + 2, 0.01 * np.ones(20))
    inside = BETWEEN[(LIGHT.min() < BETWEEN) & (LIGHT.max() > BETWEEN)]
    assert found.code_of(inside) == pytest.approx(3 * inside + 2, rel=1e-3)
    assert found.gain_of(inside) == pytest.approx(np.full(len(inside), 3.0), rel=0.05)


def test_the_inverse_linearises() -> None:
    found = oecf(LIGHT, 200 * LIGHT**0.5 / (10 + LIGHT**0.5), 0.01 * np.ones(20))
    assert found.light_of(found.code_of(BETWEEN)) == pytest.approx(BETWEEN, rel=1e-9)
    assert found.light_of(np.array([-1.0, 0.0])) == pytest.approx([0, 0])


def test_codes_that_fall_are_pooled_and_clipped_ones_left_out() -> None:
    code = np.minimum(3 * LIGHT, 255.0)
    code[5], code[6] = code[6], code[5]
    found = oecf(LIGHT, code, 0.02 * code, clip=255.0)
    assert found.dropped == int((code >= 255).sum()) > 0
    assert (np.diff(found.code) >= 0).all()
    assert (np.diff(found.code_of(np.geomspace(1, 80, 500))) >= -1e-12).all()
    assert (found.slopes >= 0).all()


def test_intervals_cover_between_the_patches() -> None:
    """95 % of 400 curves and slopes, within 4 binomial deviations."""
    rng, hits = np.random.default_rng(1), []
    place = float(np.sqrt(LIGHT[3] * LIGHT[4]))
    for _ in range(400):
        found = oecf(LIGHT, 3 * LIGHT * (1 + 0.01 * rng.normal(size=20)), 0.03 * LIGHT)
        code, gain = (float(one(place)) for one in (found.code_of, found.gain_of))
        reach = [1.96 * float(one(place)) for one in (found.error_of, found.gain_error_of)]
        hits.append((abs(code - 3 * place) <= reach[0], abs(gain - 3) <= reach[1]))
    assert np.mean(hits, axis=0) == pytest.approx([0.95, 0.95], abs=0.044)


def test_measures() -> None:
    rows = measures(oecf(LIGHT, 3 * LIGHT, 0.003 * LIGHT, kind="focal plane"), "green")
    assert rows[0].name == "gamma" and "focal plane" in rows[0].note
    gains = [row for row in rows if row.name == "incremental_gain"]
    assert len(gains) == 20
    assert all(row.interval is not None and row.interval[0] < 3 < row.interval[1] for row in gains)


def test_too_few_patches() -> None:
    with pytest.raises(BadInput, match="needs 4 or more"):
        oecf(LIGHT, np.full(20, 300.0), np.ones(20), clip=255.0)
    with pytest.raises(BadInput, match="not above 0"):
        oecf(LIGHT - 50, LIGHT, LIGHT)
