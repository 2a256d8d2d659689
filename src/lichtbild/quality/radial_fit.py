"""Radial fit: the homography and the radial terms by which a lens shows a flat chart.

A chart that is not quite square to the camera is seen in perspective, which is no fault of the lens. So the
ideal places are those of a homography H, found together with the radial terms of the lens,

    place = c + (1 + k1 r^2 + k2 r^4 + k3 r^6) (H(chart) - c),   r = |H(chart) - c| / half the diagonal,

about the picture's middle c. The terms vanish at the middle, so H carries the scale that holds there, as the
pitch of a dot chart's central dots does.

Source: D. C. Brown, "Close-range camera calibration", Photogrammetric Engineering 37(8), 855 (1971), with the
radii of the ideal places.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from jaxtyping import Float

from lichtbild.core.array import iterated, namespace
from lichtbild.core.errors import BadInput

STEPS: Final = 8
"""Of Gauss-Newton; the fit is nearly linear and settles in four."""


_LEAST_SINGULAR: Final = 1e-3
"""Of scaled slopes; three terms have 0.007 on 5 x 5 points, and 0 on 4 x 4 of a square."""


@dataclass(frozen=True, eq=False)
class RadialFit:
    """A homography and radial terms; arrays of NumPy or JAX.

    Attributes:
        homography: ``[8]``, of chart coordinates from -1 to 1 to (place - c) / half diagonal.
        terms: k1 to k3, or fewer.
        ideal: where each point would lie without the terms, ``(column, row)`` px.
        residual: what the fit leaves of each point, px.
        covariance: of homography and terms, from the residuals.
        size: height and width of the picture, px.
    """

    homography: Any
    terms: Any
    ideal: Any
    residual: Any
    covariance: Any
    size: tuple[int, int]


def radial_fit(
    chart: Float[np.ndarray, "point 2"], places: Any, size: tuple[int, int], terms: int = 3
) -> RadialFit:
    """The homography and the radial terms that take a chart's points nearest to their places.

    Args:
        chart: ``(x, y)`` of the points, mm.
        places: ``(column, row)`` of each in the picture, px, NumPy or JAX.
        size: height and width of the picture, px.
        terms: how many radial ones at most, 1 to 3; fewer are fitted where the points lie at too few
            different radii to tell so many, as those of a square grid of 3 x 3 do.

    Raises:
        BadInput: there are too few points for so many numbers, or all lie on a line or on a circle.
    """
    xp = namespace(places)
    away = chart - chart.mean(axis=0)
    if 2 * len(chart) < 8 + terms + 4 or np.linalg.matrix_rank(away) < 2:
        raise BadInput(
            f"{len(chart)} points do not tell a lens's distortion; give a grid of at least 3 x 3 points"
        )
    middle, half = np.array([size[1] / 2, size[0] / 2]), float(np.hypot(*size)) / 2
    source = away / np.abs(away).max()
    terms = _told(source, terms)
    target = (places - xp.asarray(middle)) / half
    guess = _affine(xp, source, target)

    def step(_: Any, theta: Any) -> Any:
        _, model, slopes = _model(xp, theta, source)
        return theta + _solved(xp, slopes, (target - model).reshape(-1))

    theta = iterated(step, xp.concatenate([guess, xp.zeros(2 + terms)]), STEPS)
    ideal, model, slopes = _model(xp, theta, source)
    left = target - model
    freedom = 2 * len(chart) - theta.shape[0]
    scale = xp.sqrt((slopes**2).sum(axis=0))
    inverse = xp.linalg.inv((slopes / scale).T @ (slopes / scale)) / scale / scale[:, None]
    covariance = inverse * (left**2).sum() / freedom
    return RadialFit(theta[:8], theta[8:], ideal * half + middle, left * half, covariance, size)


def radial_curve(terms: Any, radius: Any) -> Any:
    """Distortion of a fit, %, at distances of the ideal places in half diagonals.

    Args:
        terms: k1, k2, ..., NumPy or JAX.
        radius: distances.
    """
    square = radius**2
    return 100 * sum(terms[i] * square ** (i + 1) for i in range(terms.shape[0]))


def _told(source: Float[np.ndarray, "point 2"], most: int) -> int:
    """How many terms the points tell, by the columns' least singular value on a chart square to the camera.

    Raises:
        BadInput: they tell none.
    """
    for terms in range(most, 0, -1):
        theta = np.zeros(8 + terms)
        theta[[0, 4]] = 1 / np.linalg.norm(source, axis=1).max()
        slopes = _model(np, theta, source)[2]
        scaled = slopes / np.maximum(np.sqrt((slopes**2).sum(axis=0)), 1e-300)
        if np.linalg.svd(scaled, compute_uv=False)[-1] > _LEAST_SINGULAR:
            return terms
    raise BadInput(
        f"{len(source)} points at one distance from their middle do not tell a lens's distortion; give a "
        "grid of at least 3 x 3 points"
    )


def _affine(xp: Any, source: np.ndarray, target: Any) -> Any:
    """First six numbers of a homography, from the points' best affine map."""
    terms = np.concatenate([source, np.ones((len(source), 1))], axis=1)
    fitted = xp.asarray(np.linalg.pinv(terms)) @ target
    return xp.concatenate([fitted[:, 0], fitted[:, 1]])


def _model(xp: Any, theta: Any, source: np.ndarray) -> tuple[Any, Any, Any]:
    """Ideal places, places and their slopes ``[2 point, parameter]``."""
    x, y = xp.asarray(source[:, 0]), xp.asarray(source[:, 1])
    below = 1 + theta[6] * x + theta[7] * y
    u = (theta[0] * x + theta[1] * y + theta[2]) / below
    v = (theta[3] * x + theta[4] * y + theta[5]) / below
    zero = 0 * x
    by_u = [x / below, y / below, 1 / below, zero, zero, zero, -u * x / below, -u * y / below]
    by_v = [zero, zero, zero, x / below, y / below, 1 / below, -v * x / below, -v * y / below]
    square = u * u + v * v
    powers = [square ** (i + 1) for i in range(theta.shape[0] - 8)]
    gain = 1 + sum(theta[8 + i] * power for i, power in enumerate(powers))
    steep = sum((i + 1) * theta[8 + i] * square**i for i in range(len(powers)))
    rows = []
    for here, other, own, across in ((u, v, by_u, by_v), (v, u, by_v, by_u)):
        slopes = [
            (gain + 2 * steep * here**2) * a + 2 * steep * here * other * b
            for a, b in zip(own, across, strict=True)
        ]
        rows.append(xp.stack(slopes + [power * here for power in powers], axis=-1))
    slopes = xp.stack(rows, axis=1)
    ideal = xp.stack([u, v], axis=-1)
    return ideal, gain[:, None] * ideal, slopes.reshape(-1, theta.shape[0])


def _solved(xp: Any, slopes: Any, right: Any) -> Any:
    """Least squares by normal equations of columns of one length."""
    scale = xp.sqrt((slopes**2).sum(axis=0))
    scaled = slopes / scale
    return xp.linalg.solve(scaled.T @ scaled, scaled.T @ right) / scale
