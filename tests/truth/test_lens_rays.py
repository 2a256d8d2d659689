"""Real rays of phone lenses against independent programs (shared/data/optics/reference).

Their numbers are of the d line with n_d exact, through a stop whose radius a real ray gives; spots are of the
points of a grid of 32 by 32 from edge to edge that lie in the stop, about their centroid.
"""

import json
from math import inf, radians
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from lichtbild.core.units import nm
from lichtbild.optics.aim import Sights, aimed, chief_rays, sights
from lichtbild.optics.launch import launched
from lichtbild.optics.lens import Aperture, FieldPoint, Gap, Lens
from lichtbild.optics.medium import Air, ModelGlass
from lichtbild.optics.surface import PowerSeries, Surface
from lichtbild.optics.trace import Status, trace
from optics.padded import padded

SIDE = np.linspace(-1.0, 1.0, 32)
GRID = np.stack(np.meshgrid(SIDE, SIDE)).reshape(2, -1)
SAMPLES = GRID[:, np.sum(GRID**2, axis=0) <= 1]


def reference(shared: Path, name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((shared / f"data/optics/reference/{name}.json").read_text())
    return found


def lens_of(data: dict[str, Any]) -> Lens:
    rows = data["prescription"]
    return Lens(
        surfaces=tuple(_surface(row) for row in rows[1:-1]),
        gaps=tuple(
            Gap(
                inf if row["t"] is None else row["t"],
                Air() if row["nd"] == 1.0 else ModelGlass(row["nd"], row["vd"]),
            )
            for row in rows[:-1]
        ),
        stop=next(index for index, row in enumerate(rows[1:]) if row["stop"]),
        aperture=Aperture("f-number", data["phonelib"]["fno"]),
        fields=tuple(FieldPoint(y=radians(angle)) for angle in data["field_deg"]),
        wavelengths=(nm(587.5618),),
    )


def _surface(row: dict[str, Any]) -> Surface:
    powers = tuple(sorted(int(power) for power in row["a"]))
    series = PowerSeries(powers, tuple(row["a"][str(power)] for power in powers)) if powers else None
    return Surface(0.0 if row["R"] is None else 1 / row["R"], row["k"], series, row["sd"])


@jax.jit
def spots(aims: Sights):
    chief = chief_rays(aims)
    rays = aimed(aims, chief, SAMPLES)
    middle, all_rays = (trace(aims.train, launched(aims.light, v.place), clip=False) for v in (chief, rays))
    place = all_rays.rays.position[:2, :, 0]
    spread = place - jnp.mean(place, axis=-1, keepdims=True)
    rms = jnp.sqrt(jnp.mean(jnp.sum(spread**2, axis=0), axis=-1))
    whole = rays.found & (all_rays.status == Status.PASSED)
    return middle.rays.position[1, :, 0, 0], middle.rays.direction[:, :, 0, 0], rms, whole


@pytest.mark.parametrize(
    "name", ["6P", pytest.param("7P", marks=pytest.mark.slow), pytest.param("8P", marks=pytest.mark.slow)]
)
def test_chief_rays_and_spots_are_those_of_other_programs(shared: Path, name: str) -> None:
    data = reference(shared, name)
    truth = data["phonelib"]
    aims = sights(lens_of(data))
    if "stop_radius_real" in truth:
        assert float(aims.radius) == pytest.approx(truth["stop_radius_real"], rel=1e-9)
    height, direction, rms, whole = (np.asarray(value) for value in spots(padded(aims)))
    assert height == pytest.approx(np.array(truth["chief_height"]), rel=1e-9, abs=1e-12)
    angle = np.degrees(np.arctan2(direction[1], direction[2]))
    assert angle == pytest.approx(np.array(truth["cra_deg"]), rel=1e-9, abs=1e-12)
    passed = np.all(whole, axis=(1, 2))
    wanted = np.array(truth["rms_spot_um_stop_aimed"])
    assert passed.tolist() == (np.array(truth["pass_fraction"]) == 1).tolist()
    # The differences of places that are rounded to 1e-15 mm, in spots of micrometres.
    assert 1e3 * rms[passed] == pytest.approx(wanted[passed], rel=1e-9)
