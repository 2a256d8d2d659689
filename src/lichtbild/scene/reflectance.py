"""Reflectance: how much of each band's light a surface gives back, relative to a perfect white.

Sources: ColorChecker: BabelColor's average of 30 charts, and ISO 17321-1:2012, as tabulated in colour-science
(held level beyond 730 nm by the first). ColorChecker SG, skin and nature: `catalogue/colour_checker_sg.csv`,
`catalogue/skin.csv`, `catalogue/nature.csv`.
"""

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from jaxtyping import Float

from lichtbild.colour.observer import band_means, colour_science
from lichtbild.core.errors import BadInput
from lichtbild.core.resources import read
from lichtbild.core.units import nm

Edges = Float[np.ndarray, " edges"]

EDITIONS: Final = {"babelcolor": "BabelColor Average", "iso-17321": "ISO 17321-1"}
"""Measurements of the ColorChecker, and what colour-science calls them."""


@dataclass(frozen=True, eq=False)
class Reflectances:
    """Named reflectances.

    Attributes:
        names: of the surfaces.
        values: ``[surface, band]``, mean of each band.
    """

    names: tuple[str, ...]
    values: Float[np.ndarray, "surface band"]


def colour_checker(edges: Edges, edition: str = "babelcolor") -> Reflectances:
    """The 24 patches of a ColorChecker Classic, row by row from dark skin to black.

    Args:
        edges: of the bands, mm.
        edition: "babelcolor" or "iso-17321".

    Raises:
        BadInput: there is no such edition.
    """
    if edition not in EDITIONS:
        raise BadInput(f"no ColorChecker is called '{edition[:40]}'; there are {' and '.join(EDITIONS)}")
    patches = colour_science().SDS_COLOURCHECKERS[EDITIONS[edition]]
    values = [
        band_means(nm(1) * np.asarray(patch.wavelengths), np.asarray(patch.values), edges)
        for patch in patches.values()
    ]
    return Reflectances(tuple(patches), np.stack(values))


def skin(edges: Edges) -> Reflectances:
    """Facial skin of five groups, the mean of each; level below 415 nm and beyond 780 nm.

    Args:
        edges: of the bands, mm.
    """
    return _catalogued("skin.csv", edges)


def nature(edges: Edges) -> Reflectances:
    """Eight natural surfaces that lie far apart; level below 400 nm and beyond 700 nm.

    Args:
        edges: of the bands, mm.
    """
    return _catalogued("nature.csv", edges)


def knots() -> Float[np.ndarray, " knot"]:
    """Wavelengths in mm that the spectra of paints are tabulated at; level beyond them, straight between."""
    return _table("colour_checker_sg.csv")[1]


def of_paints(names: tuple[str, ...] | None, edges: Edges) -> Float[np.ndarray, "paint band"]:
    """Reflectances of a chart's paints.

    Args:
        names: such as "colour-checker/dark skin" or "colour-checker-sg/A1"; None takes those that are 1 at
            one wavelength of `knots` and 0 at the others, of which all are made.
        edges: of the bands, mm.

    Raises:
        BadInput: there is no such paint.
    """
    samples = np.eye(len(knots())) if names is None else samples_of(names)
    return band_means(knots(), samples.T, edges).T


def samples_of(names: tuple[str, ...]) -> Float[np.ndarray, "paint knot"]:
    """Reflectances of a chart's paints at the wavelengths of `knots`.

    Args:
        names: as of `of_paints`.

    Raises:
        BadInput: there is no such paint.
    """
    known = _paints()
    if unknown := [name for name in names if name not in known]:
        raise BadInput(f"no paint is called '{unknown[0][:60]}'; charts have those of the ColorCheckers")
    return np.array([known[name] for name in names]).reshape(len(names), len(knots()))


@cache
def _paints() -> dict[str, Float[np.ndarray, " knot"]]:
    """Samples of all paints by their names."""
    classic = colour_science().SDS_COLOURCHECKERS[EDITIONS["babelcolor"]]
    found = {f"colour-checker/{name.partition(' (')[0]}": patch.values for name, patch in classic.items()}
    names, _, values = _table("colour_checker_sg.csv")
    return found | {f"colour-checker-sg/{name}": values[:, column] for column, name in enumerate(names)}


def grey(reflectance: float, edges: Edges) -> Float[np.ndarray, " band"]:
    """A grey that reflects all bands alike.

    Args:
        reflectance: 0 to 1.
        edges: of the bands, mm.

    Raises:
        BadInput: the reflectance lies outside of 0 to 1.
    """
    return np.full(len(edges) - 1, check(reflectance))


def check(reflectance: float) -> float:
    """The reflectance, if it is one.

    Raises:
        BadInput: it lies outside of 0 to 1.
    """
    if not 0 <= reflectance <= 1:
        raise BadInput(f"a reflectance is 0 to 1, not {reflectance:g}; give percents as hundredths")
    return float(reflectance)


def _catalogued(file: str, edges: Edges) -> Reflectances:
    names, wavelength, values = _table(file)
    return Reflectances(names, band_means(wavelength, values, edges).T)


@cache
def _table(
    file: str,
) -> tuple[tuple[str, ...], Float[np.ndarray, " sample"], Float[np.ndarray, "sample surface"]]:
    """Names, wavelengths in mm, values of a table of the catalogue."""
    text = read("scene", "catalogue", file).decode("utf-8").splitlines()
    lines = [line.split(",") for line in text if not line.startswith("#")]
    numbers = np.array(lines[1:], float)
    return tuple(lines[0][1:]), nm(1) * numbers[:, 0], numbers[:, 1:]
