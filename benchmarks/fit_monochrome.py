"""Fit the weights of black-and-white looks from spectra, and print them with what they miss.

::

    python benchmarks/fit_monochrome.py [REFLECTANCES]

The surfaces: 190 reflectances of the set that rawtoaces calibrates cameras with, the ColorChecker, skin of
five groups, and eight natural objects. What is missed is also measured on surfaces that the fit did not see
(leave out one in five, five times), and, where REFLECTANCES names the folder
data/surfaces/reflectances of ISETCam, on the surfaces of eight of its sets.
"""

import sys
from pathlib import Path

import numpy as np
from scipy.io import loadmat

from lichtbild.colour import observer
from lichtbild.core.units import nm
from lichtbild.look import film
from lichtbild.scene import reflectance

ISETCAM = (
    "MunsellSamples_Vhrel",
    "Objects_Vhrel",
    "Clothes_Vhrel",
    "DupontPaintChip_Vhrel",
    "Food_Vhrel",
    "Nature_Vhrel",
    "Hair_Vhrel",
    "gretagDigitalColorSG",
)
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


def others(folder: Path) -> np.ndarray:
    """ISETCam's sets of paints, cloth, objects, food and nature; level beyond 400 and 700 nm."""
    found = []
    for name in ISETCAM:
        held = loadmat(folder / f"{name}.mat")
        at, values = nm(1) * held["wavelength"].ravel().astype(float), held["data"].astype(float)
        values = values if len(values) == len(at) else values.T
        found.append(observer.band_means(at, values, EDGES).T)
    return np.maximum(np.concatenate(found), 1e-3)


def main(folder: str | None = None) -> None:
    """Print a row for each filter."""
    every = surfaces()
    unseen = None if folder is None else others(Path(folder))
    sys.stdout.write(f"{len(every)} surfaces{'' if unseen is None else f', and {len(unseen)} others'}\n")
    sys.stdout.write("| filter | weights | L* rms | 95 % | held out | others |\n|---|---|---|---|---|---|\n")
    for name in film.FILTERS:
        found = film.fitted(name, every, EDGES)
        weights = ", ".join(f"{weight:.4f}" for weight in found.weights)
        errors = [found.rms, found.p95, held_out(name, every)]
        if unseen is not None:
            errors.append(float(np.sqrt((film.missed(found.weights, name, unseen, EDGES) ** 2).mean())))
        sys.stdout.write(f"| {name} | {weights} | {' | '.join(f'{error:.2f}' for error in errors)} |\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
