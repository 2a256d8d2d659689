"""Form: the terms that a form error is made of, as sags over a surface's semi-aperture.

They are orthonormal Zernike polynomials (`lichtbild.optics.zernike`), so that the squares of coefficients add
up to the mean square, less their value at the vertex: a surface that moves as a whole has no error of form.
"""

from math import sqrt
from typing import Any

FORMS = (
    "astigmatism 0°",
    "astigmatism 45°",
    "coma x",
    "coma y",
    "trefoil x",
    "trefoil y",
    "spherical",
)
"""Names of the terms."""

MONOMIALS: dict[str, dict[tuple[int, int], float]] = {
    "astigmatism 0°": {(2, 0): sqrt(6), (0, 2): -sqrt(6)},
    "astigmatism 45°": {(1, 1): 2 * sqrt(6)},
    "coma x": {(3, 0): 3 * sqrt(8), (1, 2): 3 * sqrt(8), (1, 0): -2 * sqrt(8)},
    "coma y": {(2, 1): 3 * sqrt(8), (0, 3): 3 * sqrt(8), (0, 1): -2 * sqrt(8)},
    "trefoil x": {(3, 0): sqrt(8), (1, 2): -3 * sqrt(8)},
    "trefoil y": {(2, 1): 3 * sqrt(8), (0, 3): -sqrt(8)},
    "spherical": {
        (4, 0): 6 * sqrt(5),
        (2, 2): 12 * sqrt(5),
        (0, 4): 6 * sqrt(5),
        (2, 0): -6 * sqrt(5),
        (0, 2): -6 * sqrt(5),
    },
}
"""Coefficients of x^i y^j, where x and y are 1 at the semi-aperture."""


def form_sag(name: str, x: Any, y: Any) -> Any:
    """Sag of a term of coefficient 1, at places in semi-apertures."""
    return sum(size * x**i * y**j for (i, j), size in MONOMIALS[name].items())
