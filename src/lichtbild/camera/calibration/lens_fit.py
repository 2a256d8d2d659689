"""Lens fit: a lens's distortion from the points of one or more frames of grids.

Each frame has a homography of its own, since a chart is never quite square to the camera; the lens is the
same in all,

    place = c + (1 + k1 r^2 + k2 r^4 + ...) (H(chart) - c),   r = |H(chart) - c| / half the diagonal,

about the picture's middle c. A phone's aspheres bend more often than three terms can; so there are `TERMS`,
and beforehand the distortion is any smooth curve of even heights, a Gaussian process of the likeliest size.
Where no points lie it goes back to nothing over its length and its deviation grows. The length is not sought:
where points lie any that is short enough gives the same curve, and a long one goes on from them as
polynomials do, which is seldom as lenses do.

Source: D. C. Brown, "Close-range camera calibration", Photogrammetric Engineering 37(8), 855 (1971).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from jaxtyping import Float
from numpy.polynomial import Polynomial

from lichtbild.camera.calibration.penalised_fit import PenalisedFit, penalised_fit
from lichtbild.core.errors import BadInput
from lichtbild.quality.lateral_colour import Displacements

TERMS: Final = 10
"""Factors of r^2, r^4, ..."""
STEPS: Final = 10
"""Of Gauss-Newton."""
LEAST: Final = 9
"""Points of a grid."""
LENGTH: Final = 0.2
"""Of the process, half diagonals; an asphere bends about that often."""
_HOMOGRAPHY: Final = 8
_LEAST: Final = 1e-9
"""Share of its variance that the process has in every term."""

Points = Float[np.ndarray, "point 2"]


@dataclass(frozen=True, eq=False)
class LensFit:
    """A lens's distortion.

    Attributes:
        terms: factors of r^2, r^4, ... by which a point lies farther out than its ideal place.
        covariance: of the terms.
        ideal: places of each grid's points without distortion, from the picture's middle, half diagonals.
        seen: their places.
        residual: rms of a coordinate that is left, px.
        reach: of the ideal place of the farthest point.
    """

    terms: Float[np.ndarray, " term"]
    covariance: Float[np.ndarray, "term term"]
    ideal: tuple[Points, ...]
    seen: tuple[Points, ...]
    residual: float
    reach: float

    def at(self, height: float) -> tuple[float, float]:
        """Distortion at an ideal height in half diagonals, as a share, and its standard deviation."""
        powers = height ** (2.0 * np.arange(1, len(self.terms) + 1))
        return float(powers @ self.terms), float(np.sqrt(powers @ self.covariance @ powers))


def lens_fit(grids: Sequence[Displacements], size: tuple[int, int]) -> LensFit:
    """The lens that shows grids as they are seen.

    Args:
        grids: points of each, in green.
        size: height and width of the picture, px.

    Raises:
        BadInput: a grid's points are too few, or lie on a line.
    """
    middle, half = np.array([size[1] / 2, size[0] / 2]), float(np.hypot(*size)) / 2
    sources, seen = [], []
    for grid in grids:
        away = np.asarray(grid.chart) - np.mean(grid.chart, axis=0)
        if len(away) < LEAST or np.linalg.matrix_rank(away) < 2:
            raise BadInput(
                f"{len(away)} points do not tell a lens's distortion; give a grid of at least 3 x 3 points"
            )
        sources.append(away / np.abs(away).max())
        seen.append((np.asarray(grid.places) - middle) / half)
    theta = np.concatenate([*map(_affine, sources, seen), np.zeros(TERMS)])
    wanted = np.concatenate([one.ravel() for one in seen])
    rough, even = _roughness(len(sources)), np.ones(len(wanted))
    fit: PenalisedFit | None = None
    for _ in range(STEPS):
        model, slopes = _model(theta, sources)
        # The numbers themselves, not their steps, are rough.
        fit = penalised_fit(slopes, wanted - model + slopes @ theta, even, rough)
        theta = fit.numbers
    assert fit is not None  # there are steps
    powers, own = _powers(), slice(_HOMOGRAPHY * len(sources), None)
    ideal = tuple(_plane(theta, number, source)[0] for number, source in enumerate(sources))
    left = (wanted - _model(theta, sources)[0]) * half
    return LensFit(
        powers @ theta[own],
        powers @ fit.covariance[own, own] @ powers.T,
        ideal,
        tuple(seen),
        float(np.sqrt(np.mean(left**2))),
        float(max(np.hypot(*one.T).max() for one in ideal)),
    )


def radial_powers(count: int) -> Float[np.ndarray, "power term"]:
    """Chebyshev's polynomials of r^2 between 0 and 1 as factors of r^0, r^2, r^4, ..."""
    found = np.zeros((count, count))
    shifted = Polynomial([-1.0, 2.0])
    terms = [Polynomial([1.0]), shifted]
    while len(terms) < count:
        terms.append(2 * shifted * terms[-1] - terms[-2])
    for number, term in enumerate(terms[:count]):
        found[: len(term.coef), number] = term.coef
    return found


def _powers() -> Float[np.ndarray, "term term"]:
    return radial_powers(TERMS)


def _roughness(grids: int) -> Float[np.ndarray, "number number"]:
    """The precision of terms, of a process that is alike on both sides of the axis and nothing on it."""
    height = np.linspace(0, 1, 65)
    alike = np.zeros((len(height),) * 2)
    for side in (1, -1):
        alike += np.exp(-((height[:, None] - side * height) ** 2) / (2 * LENGTH**2))
    terms = (height[1:, None] ** (2 * np.arange(1, TERMS + 1))) @ _powers()
    # What the process is on the axis is the picture's scale, which the homography tells.
    less = (alike - alike[:1] - alike[:, :1] + alike[0, 0])[1:, 1:]
    told = np.linalg.pinv(terms)
    covariance = told @ less @ told.T
    rough = np.zeros((_HOMOGRAPHY * grids + TERMS,) * 2)
    own = np.linalg.inv(covariance + _LEAST * np.trace(covariance) * np.eye(TERMS))
    rough[-TERMS:, -TERMS:] = (own + own.T) / 2
    return rough


def _affine(source: Points, seen: Points) -> Float[np.ndarray, "8"]:
    """A homography, from the points' best affine map."""
    terms = np.concatenate([source, np.ones((len(source), 1))], axis=1)
    fitted = np.linalg.lstsq(terms, seen, rcond=None)[0]
    return np.concatenate([fitted[:, 0], fitted[:, 1], np.zeros(2)])


def _model(theta: np.ndarray, sources: Sequence[Points]) -> tuple[np.ndarray, np.ndarray]:
    """Places of all points, x and y in turn, and their slopes ``[2 point, number]``."""
    terms = _powers() @ theta[_HOMOGRAPHY * len(sources) :]
    places, slopes = [], []
    for number, source in enumerate(sources):
        ideal, by_plane = _plane(theta, number, source)
        square = (ideal**2).sum(axis=1)[:, None]
        raised = square ** np.arange(1, TERMS + 1)
        gain = 1 + raised @ terms
        steep = (raised / np.maximum(square, 1e-12) * np.arange(1, TERMS + 1)) @ terms
        turn = gain[:, None, None] * np.eye(2) + 2 * steep[:, None, None] * ideal[:, :, None] * ideal[:, None]
        own = np.zeros((len(ideal), 2, len(theta)))
        own[..., _HOMOGRAPHY * number : _HOMOGRAPHY * (number + 1)] = turn @ by_plane
        own[..., -TERMS:] = ideal[:, :, None] * (raised @ _powers())[:, None]
        places.append((gain[:, None] * ideal).ravel())
        slopes.append(own.reshape(-1, len(theta)))
    return np.concatenate(places), np.concatenate(slopes)


def _plane(theta: np.ndarray, number: int, source: Points) -> tuple[Points, Float[np.ndarray, "point 2 8"]]:
    """Ideal places of a grid's points, and their slopes by its homography."""
    h = theta[_HOMOGRAPHY * number : _HOMOGRAPHY * (number + 1)]
    x, y = source.T
    terms = np.stack([x, y, np.ones_like(x)], axis=1) / (1 + h[6] * x + h[7] * y)[:, None]
    ideal = np.stack([terms @ h[:3], terms @ h[3:6]], axis=1)
    slopes = np.zeros((len(source), 2, _HOMOGRAPHY))
    slopes[:, 0, :3], slopes[:, 1, 3:6] = terms, terms
    slopes[..., 6:] = -ideal[:, :, None] * terms[:, None, :2]
    return ideal, slopes
