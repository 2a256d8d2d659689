"""Sensitivities: what one error does, as traced, as symmetry says, and as compensation leaves it."""

from dataclasses import replace

import numpy as np
import pytest

from lichtbild.optics.tolerance.budget import Compensation
from lichtbild.optics.tolerance.draws import limits
from lichtbild.optics.tolerance.kind import Kind
from lichtbild.optics.tolerance.sensitivity import sensitivities, wavefront_rms, yields_without
from optics.toleranced import ready

pytestmark = pytest.mark.slow  # compiles for minutes


def test_x_and_y_hurt_a_round_lens_alike_on_the_axis() -> None:
    waves = wavefront_rms(ready())
    by_name = {p.name: waves[i] for i, p in enumerate(ready().parameters)}
    for name, wave in by_name.items():
        if name.endswith(" x"):
            assert wave[0] == pytest.approx(by_name[f"{name[:-1]}y"][0], rel=1e-6), name


def test_compensation_takes_from_every_error_and_most_from_thickness() -> None:
    none = Compensation(focus=False, image_tilt=False)
    bare = replace(ready(), budget=replace(ready().budget, compensation=none))
    left, before = (np.sqrt(np.mean(wavefront_rms(each) ** 2, axis=1)) for each in (ready(), bare))
    whole = np.sqrt(np.mean(np.asarray(ready().changes.square), axis=1)) / (2 * np.pi)
    assert before == pytest.approx(whole, rel=1e-12)
    assert np.all(left <= before * (1 + 1e-9))
    kinds = [p.kind for p in ready().parameters]
    thickness = [i for i, kind in enumerate(kinds) if kind is Kind.THICKNESS]
    strongest = max(thickness, key=lambda i: before[i])
    assert left[strongest] < 0.2 * before[strongest], "an air gap beside the stop puts out of focus"


def test_the_worst_come_first_and_their_fall_is_that_of_a_build() -> None:
    rows = sensitivities(ready())
    assert [row.worst for row in rows] == sorted(row.worst for row in rows)
    first = rows[0].parameter
    number = ready().parameters.index(first)
    errors = np.zeros((2, len(ready().parameters)))
    errors[:, number] = first.limit, -first.limit
    change = ready().predicted(errors).contrast - ready().nominal.contrast
    assert rows[0].worst == pytest.approx(change.min(), abs=1e-9)
    assert rows[0].mean == pytest.approx(change.mean(), abs=1e-9)
    waves = np.sqrt(np.mean(wavefront_rms(ready())[number] ** 2)) * limits(ready().parameters)[number]
    assert rows[0].wavefront == pytest.approx(waves, rel=1e-12)


def test_a_kind_without_error_costs_nothing() -> None:
    rates = dict(yields_without(ready(), 200, 1))
    assert set(rates) == {parameter.kind for parameter in ready().parameters}
    assert all(rate.total == 200 for rate in rates.values())
