"""Colour correction: the 3 x 3 matrix that brings a camera's numbers nearest to true colours.

The matrix is that of the least mean distance in CIELAB, not of least squares in XYZ: a least-squares fit in
CIELAB by damped Gauss-Newton steps starts from the one in XYZ, then each colour is weighted by the inverse of
its distance until the mean distance settles (Weiszfeld's algorithm).

Sources: G. D. Finlayson and M. S. Drew, "Constrained least-squares regression in color spaces", Journal of
Electronic Imaging 6(4), 484 (1997), for the constraint that white stays white; E. Weiszfeld, Tohoku
Mathematical Journal 43, 355 (1937).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from jaxtyping import Float

from lichtbild.colour import cielab, difference
from lichtbild.colour.spaces import D65_XY
from lichtbild.core.errors import BadInput
from lichtbild.quality import bootstrap

_STEPS: Final = 60
_STEPS_NEAR: Final = 5
_SETTLED: Final = 1e-7
"""Gain in mean distance at which a search ends."""
_NEAREST: Final = 1e-3
"""Distance below which colours count as equally near, so that none gets all the weight."""
_SMALL: Final = 1e-6


@dataclass(frozen=True, eq=False)
class ColourCorrection:
    """A camera's best matrix.

    Attributes:
        matrix: from the camera's numbers to XYZ.
        errors: distance of each colour in CIELAB that is left.
        interval: lower and upper end of the 95 % interval of each entry, over other colours like these.
    """

    matrix: Float[np.ndarray, "3 3"]
    errors: Float[np.ndarray, " colour"]
    interval: Float[np.ndarray, "2 3 3"] | None = None


def colour_correction(
    numbers: Float[np.ndarray, "colour 3"],
    lab: Float[np.ndarray, "colour 3"],
    white_xy: tuple[float, float] = D65_XY,
    white: Float[np.ndarray, "3"] | None = None,
    *,
    near: Float[np.ndarray, "3 3"] | None = None,
) -> ColourCorrection:
    """The matrix of the least mean distance in CIELAB.

    Args:
        numbers: what the camera has for each colour, linear, of any scale.
        lab: CIELAB of each colour.
        white_xy: chromaticity of the white of this CIELAB.
        white: the camera's numbers for a perfect white, which then becomes exactly white; None to leave
            white free.
        near: a matrix that is nearly right, from which a few steps are enough.

    Raises:
        BadInput: there are fewer than four colours, or the camera's numbers lie in a plane.
    """
    if len(numbers) < 4 or np.linalg.matrix_rank(numbers, tol=1e-9 * np.abs(numbers).max()) < 3:
        raise BadInput(
            f"{len(numbers)} colours do not tell a 3 x 3 matrix; give four that differ, or a whole card"
        )
    fixed, basis = _constraint(white, white_xy)
    reduced = numbers @ basis.T
    if near is None:
        missing = cielab.to_xyz(lab, white_xy) - numbers @ fixed.T
        free = np.linalg.lstsq(reduced, missing, rcond=None)[0].T
    else:
        free = (near - fixed) @ basis.T
    damping, cost = 1e-3, _distance(fixed + free @ basis, numbers, lab, white_xy).mean()
    for _ in range(_STEPS if near is None else _STEPS_NEAR):
        errors, slopes = _errors(fixed + free @ basis, numbers, reduced, lab, white_xy)
        weights = 1 / np.maximum(np.linalg.norm(errors, axis=1), _NEAREST)
        tried = free + _step(errors, slopes, weights, damping)
        now = _distance(fixed + tried @ basis, numbers, lab, white_xy).mean()
        if now > cost:
            damping *= 10
            continue
        free, damping, settled, cost = tried, damping / 3, cost - now < _SETTLED, now
        if settled:
            break
    matrix = fixed + free @ basis
    return ColourCorrection(matrix, _distance(matrix, numbers, lab, white_xy))


def with_interval(
    numbers: Float[np.ndarray, "colour 3"],
    lab: Float[np.ndarray, "colour 3"],
    white_xy: tuple[float, float] = D65_XY,
    white: Float[np.ndarray, "3"] | None = None,
    draws: int = 100,
) -> ColourCorrection:
    """`colour_correction` with the interval of each entry, by fits to colours chosen with repetition.

    Args:
        numbers: as of `colour_correction`.
        lab: as of `colour_correction`.
        white_xy: as of `colour_correction`.
        white: as of `colour_correction`.
        draws: how many fits.

    Raises:
        BadInput: as of `colour_correction`.
    """
    best = colour_correction(numbers, lab, white_xy, white)
    sets = (index for index in bootstrap.chosen(len(numbers), draws) if len(np.unique(index)) >= 4)
    regular = (index for index in sets if np.linalg.matrix_rank(numbers[index]) == 3)
    fits = (colour_correction(numbers[i], lab[i], white_xy, white, near=best.matrix) for i in regular)
    found = [fit.matrix for fit in fits]
    ends = np.quantile(np.stack(found), (0.025, 0.975), axis=0)
    return ColourCorrection(best.matrix, best.errors, ends)


def _constraint(
    white: Float[np.ndarray, "3"] | None, white_xy: tuple[float, float]
) -> tuple[Float[np.ndarray, "3 3"], Float[np.ndarray, "free 3"]]:
    """A matrix that takes white to white, and the directions in which rows may leave it."""
    if white is None:
        return np.zeros((3, 3)), np.eye(3)
    wanted = cielab.to_xyz(np.array([100.0, 0.0, 0.0]), white_xy)
    return np.outer(wanted, white) / (white @ white), np.linalg.svd(white[None])[2][1:]


def _lab(matrix: np.ndarray, numbers: np.ndarray, white_xy: tuple[float, float]) -> np.ndarray:
    return np.asarray(cielab.from_xyz(numbers @ matrix.T, white_xy))


def _distance(
    matrix: np.ndarray, numbers: np.ndarray, lab: np.ndarray, white_xy: tuple[float, float]
) -> Float[np.ndarray, " colour"]:
    return np.asarray(difference.cie76(lab, _lab(matrix, numbers, white_xy)))


def _errors(
    matrix: np.ndarray,
    numbers: np.ndarray,
    reduced: np.ndarray,
    lab: np.ndarray,
    white_xy: tuple[float, float],
) -> tuple[Float[np.ndarray, "colour 3"], Float[np.ndarray, "colour 3 entry"]]:
    """What is missing in CIELAB, and its slopes by the free entries, row after row."""
    here = _lab(matrix, numbers, white_xy)
    # CIELAB's slopes by X, Y and Z, by a small step of each.
    steps = _SMALL * np.eye(3)
    xyz = numbers @ matrix.T
    by_xyz = np.stack([(cielab.from_xyz(xyz + step, white_xy) - here) / _SMALL for step in steps], axis=-1)
    slopes = by_xyz[:, :, :, None] * reduced[:, None, None, :]
    return lab - here, slopes.reshape(len(numbers), 3, -1)


def _step(errors: np.ndarray, slopes: np.ndarray, weights: np.ndarray, damping: float) -> np.ndarray:
    normal = np.einsum("c,cki,ckj->ij", weights, slopes, slopes)
    right = np.einsum("c,cki,ck->i", weights, slopes, errors)
    damped = normal + damping * np.diag(np.diag(normal))
    return np.asarray(np.linalg.solve(damped, right).reshape(3, -1))
