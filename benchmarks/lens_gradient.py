"""Derivatives of MTF and relative illumination by every number of a phone lens: their time and their error.

Usage: python benchmarks/lens_gradient.py SHARED/data

The six-element lens of US 10073249 (embodiment 7) at five fields, as it is and with apertures so narrow that
they cut the light of outer fields. Merits are the polychromatic MTF at 110 cycles / mm, sagittal and
tangential, in the reference mode, and the relative illumination, both as means over the fields. Every
derivative is held against differences in a variable that moves the surface by as much at its rim as a
thickness of the same size would (fourth order, steps of 2 nm).
"""

import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np

import lens_peers
import record
from lichtbild.optics.illumination import relative_illumination
from lichtbild.optics.lens import FieldPoint, Lens
from lichtbild.optics.mtf import mtf

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from optics.phone_lenses import phone_lens

LENS = "optics/phone/US-10073249-B2-e7.json"
FREQUENCY = 110.0
FRONT, NARROWED = 9, 0.93
"""How many surfaces are narrowed, and to which part of their semi-apertures."""

STEP = 2e-6
REPEATS = 9

Merit = Callable[[Lens], jax.Array]


def contrast(lens: Lens) -> jax.Array:
    found = mtf(lens, jnp.asarray([FREQUENCY])).polychromatic(jnp.asarray(lens.weights))
    return jnp.mean(found.modulus)


def illumination(lens: Lens) -> jax.Array:
    return jnp.mean(relative_illumination(lens).polychromatic(jnp.asarray(lens.weights)))


def scales(lens: Lens) -> Lens:
    """A lens of the changes of each number that count as 1 mm at the rim, 0 where it has no effect."""
    zero = jax.tree.map(lambda _: 0.0, lens)

    def surface(own, none):
        r = float(own.semi_aperture)
        root = np.sqrt(max(1 - (1 + own.conic) * (own.curvature * r) ** 2, 1e-6))
        bend = own.curvature**3 * r**4 / (2 * root * (1 + root) ** 2)
        found = replace(none, curvature=2 / r**2, conic=1 / bend if bend else 0.0, semi_aperture=1.0)
        if own.departure is None:
            return found
        powers = tuple(r ** -(4 + 2 * i) for i in range(len(own.departure.coefficients)))
        return replace(found, departure=replace(none.departure, coefficients=powers))

    def gap(own, none):
        thickness = 1.0 if np.isfinite(own.thickness) else 0.0
        if not hasattr(own.medium, "abbe"):
            return replace(none, thickness=thickness)
        spread = own.medium.abbe**2 / (own.medium.index - 1)
        return replace(none, thickness=thickness, medium=replace(none.medium, index=1.0, abbe=spread))

    pairs = zip(lens.surfaces, zero.surfaces, strict=True), zip(lens.gaps, zero.gaps, strict=True)
    surfaces, gaps = (tuple(f(*pair) for pair in some) for f, some in zip((surface, gap), pairs, strict=True))
    return replace(zero, surfaces=surfaces, gaps=gaps, aperture=replace(zero.aperture, value=1.0))


def worst(value: Callable, gradient: Lens, lens: Lens) -> tuple[float, int]:
    """Largest error of a component in parts of the largest component, and how many there are."""
    leaves, tree = jax.tree.flatten(lens)
    scale = jax.tree.leaves(scales(lens))
    slope = np.array([float(g) * s for g, s in zip(jax.tree.leaves(gradient), scale, strict=True)])

    def moved(which: int, far: float) -> float:
        changed = [float(v + far * STEP * scale[i] * (i == which)) for i, v in enumerate(leaves)]
        return float(value(jax.tree.unflatten(tree, changed)))

    errors = []
    for which in np.flatnonzero(scale):
        one, two = ((moved(which, far) - moved(which, -far)) / (2 * far * STEP) for far in (1.0, 2.0))
        errors.append(abs((4 * one - two) / 3 - slope[which]))
    return max(errors) / np.abs(slope).max(), len(errors)


def least(function: Callable, lens: Lens) -> float:
    jax.block_until_ready(function(lens))
    seconds = []
    for _ in range(REPEATS):
        begin = time.perf_counter()
        jax.block_until_ready(function(lens))
        seconds.append(time.perf_counter() - begin)
    return min(seconds)


def row(name: str, merit: Merit, lens: Lens) -> list[str]:
    value, slope = jax.jit(merit), jax.jit(jax.grad(merit))
    times = least(value, lens), least(slope, lens)
    error, count = worst(value, slope(lens), lens)
    print(name, times, error, count, flush=True)
    told = [f"{seconds * 1e3:.0f}" for seconds in times]
    return [name, str(count), *told, f"{times[1] / times[0]:.1f}", f"{error:.1e}"]


def main(data: Path) -> None:
    lens = phone_lens(data / LENS)
    edge = lens.fields[-1].y
    lens = replace(lens, fields=tuple(FieldPoint(y=share * edge) for share in lens_peers.FIELDS))
    narrow = (replace(s, semi_aperture=NARROWED * s.semi_aperture) for s in lens.surfaces[:FRONT])
    cut = replace(lens, surfaces=(*narrow, *lens.surfaces[FRONT:]))
    rows = [
        row("MTF", contrast, lens),
        row("MTF, light cut off", contrast, cut),
        row("relative illumination", illumination, lens),
        row("relative illumination, light cut off", illumination, cut),
    ]
    heads = ["", "parameters", "value, ms", "gradient, ms", "ratio", "largest error"]
    record.write("lens_gradient", "Derivatives by every number of a phone lens", record.table(heads, rows))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
