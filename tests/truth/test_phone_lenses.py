"""Phone lenses against the bracketed oracle: chief rays, no wrong root, statuses that agree."""

import json
import os
from dataclasses import replace
from math import radians
from pathlib import Path

import jax
import numpy as np
import pytest

from lichtbild.core.units import nm
from lichtbild.optics.aim import Sights, chief_rays, sights
from lichtbild.optics.launch import launched
from lichtbild.optics.lens import FieldPoint, Lens
from lichtbild.optics.trace import Status, trace
from optics import oracle
from optics.padded import padded
from optics.phone_lenses import phone_lens, phone_lens_files

FRACTIONS = np.array([0.0, 0.3, 0.5, 0.7, 0.85, 1.0])
D_LINE = nm(587.5618)
EVERYDAY = ("US8310767B2", "US-10073249-B2-e7", "US-12541079-B2-e2")
"""A thick stack, the 6P of the references, and one of f/1.4."""


def by_angle(path: Path) -> Lens:
    lens = phone_lens(path)
    full = radians(oracle_full_field(path))
    return replace(lens, field_kind="angle", fields=tuple(FieldPoint(y=float(full * t)) for t in FRACTIONS))


def oracle_full_field(path: Path) -> float:
    return float(json.loads(path.read_text())["meta"]["hfov_deg"])


def d_indices(lens: Lens) -> list[float]:
    return [float(getattr(gap.medium, "index", 1.0)) for gap in lens.gaps]


@jax.jit
def traced_chiefs(aims: Sights):
    chief = chief_rays(aims)
    traced = trace(aims.train, launched(aims.light, chief.place), clip=False)
    return chief.found, traced.status, traced.rays.position


def check(path: Path) -> None:
    """Chief rays beside those of the program that the data come from, and of the oracle."""
    lens = by_angle(path)
    found, status, position = traced_chiefs(padded(sights(lens, wavelengths=np.array([D_LINE]))))
    passed = np.asarray(found & (status == Status.PASSED))[:, 0, 0]
    height = np.asarray(position)[1, :, 0, 0]
    known = recorded(path)
    both = passed & np.isfinite(known)
    assert np.max(np.abs(height - known)[both]) < 1e-9
    truth = oracle_heights(lens)
    if truth is None:  # the program behind the data did not lose its way
        assert np.all(passed[np.isfinite(known)])
        return
    assert np.array_equal(passed, np.isfinite(truth))
    assert np.max(np.abs(height - truth)[passed]) < 1e-9


def oracle_heights(lens: Lens) -> np.ndarray | None:
    """Chief rays' heights in the image by the oracle; None where it loses its way among the angles."""
    indices = d_indices(lens)
    full = lens.fields[-1].y
    angles = oracle.field_steps(FRACTIONS, full, 0.02)
    try:
        starts = oracle.chief_heights(lens, indices, angles, np.searchsorted(angles, full * FRACTIONS))
    except ValueError:
        return None
    rays = [oracle.meridional(angle, starts[i : i + 1]) for i, angle in enumerate(full * FRACTIONS)]
    return np.array([oracle.trace(lens, indices, *ray).position[-1, 1, 0] for ray in rays])


def recorded(path: Path) -> np.ndarray:
    """Chief rays' heights in the image by the program that the data come from; NaN where it has none."""
    heights = json.loads(path.read_text())["meta"]["chief_height"]
    return np.array([np.nan if height is None else height for height in heights])


def paths(shared: Path, names: tuple[str, ...] | None = None) -> list[Path]:
    return [path for path in phone_lens_files(shared) if names is None or path.stem in names]


@pytest.mark.parametrize("name", EVERYDAY)
def test_chief_rays_go_where_the_oracle_says(shared: Path, name: str) -> None:
    (path,) = paths(shared, (name,))
    check(path)


STEP = 1 if os.environ.get("LICHTBILD_EVERY_LENS") else 2
"""Each takes half a minute: every second lens, unless the environment asks for every one."""


@pytest.mark.slow
@pytest.mark.parametrize("number", range(0, 76, STEP))
def test_chief_rays_of_every_lens_go_where_the_oracle_says(shared: Path, number: int) -> None:
    check(paths(shared)[number])
