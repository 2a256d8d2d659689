"""Fit the weights of black-and-white looks from spectra, and print them with what they miss.

::

    python benchmarks/fit_monochrome.py

The surfaces: 190 reflectances of the set that rawtoaces calibrates cameras with, the ColorChecker, skin of
five groups, and eight natural objects. What is missed is also measured on surfaces that the fit did not see
(leave out one in five, five times).
"""

import sys

import numpy as np

from lichtbild.colour import observer
from lichtbild.core.units import nm
from lichtbild.look import film
from lichtbild.scene import reflectance

EDGES = nm(1) * np.arange(377.5, 783.0, 5.0)


def surfaces() -> np.ndarray:
    """Reflectances ``[surface, band]``."""
    table = observer.colour_science().characterisation.read_training_data_rawtoaces_v1()
    measured = observer.band_means(nm(1) * np.asarray(table.wavelengths), np.asarray(table.values), EDGES).T
    shipped = [
        read(EDGES).values for read in (reflectance.colour_checker, reflectance.skin, reflectance.nature)
    ]
    return np.concatenate([measured, *shipped])


def held_out(name: str, every: np.ndarray) -> float:
    """Root mean square error in L* of surfaces that the weights were not fitted to."""
    squares = []
    order = np.random.default_rng(0).permutation(len(every))
    for part in np.array_split(order, 5):
        weights = film.fitted(name, np.delete(every, part, axis=0), EDGES).weights
        squares.append(film.missed(weights, name, every[part], EDGES) ** 2)
    return float(np.sqrt(np.concatenate(squares).mean()))


def main() -> None:
    """Print a row for each filter."""
    every = surfaces()
    sys.stdout.write(
        f"{len(every)} surfaces\n| filter | weights | L* rms | 95 % | held out |\n|---|---|---|---|---|\n"
    )
    for name in film.FILTERS:
        found = film.fitted(name, every, EDGES)
        weights = ", ".join(f"{weight:.4f}" for weight in found.weights)
        sys.stdout.write(
            f"| {name} | {weights} | {found.rms:.2f} | {found.p95:.2f} | {held_out(name, every):.2f} |\n"
        )


if __name__ == "__main__":
    main()
