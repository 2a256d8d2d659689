"""Penalised fit: numbers that follow noisy samples no more roughly than these ask for.

The numbers c of terms H are those of the least

    |w (H c - y)|^2 + k c' P c,

P telling how rough they are. Seen the other way round, the numbers were normal beforehand, of the precision
k P / s^2, and the samples have the noise s / w: so k and s are the likeliest ones of samples whose numbers
are not known (restricted maximum likelihood). Little noise lets the numbers follow every bend of the samples,
and much noise leaves what is not rough at all. What no sample sees goes on as it was beforehand likely to,
and its deviation says how far it can be trusted.

Source: G. Wahba, "A comparison of GCV and GML for choosing the smoothing parameter in the generalized spline
smoothing problem", Annals of Statistics 13(4), 1378 (1985); P. H. C. Eilers and B. D. Marx, "Flexible
smoothing with B-splines and penalties", Statistical Science 11(2), 89 (1996).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from jaxtyping import Float

ORDER: Final = 3
"""Of the differences that are rough."""
WEIGHTS: Final = 10.0 ** np.arange(-11, 6.25, 0.5)
"""That are tried, by the samples' squares over the roughness's."""
_FLAT: Final = 1e-13
"""Roughness, by the greatest, of numbers that have none."""
_RIDGE: Final = 1e-11
"""By each term's squares; holds what neither samples nor roughness tell."""


@dataclass(frozen=True, eq=False)
class PenalisedFit:
    """Numbers that were fitted.

    Attributes:
        numbers: of the terms.
        covariance: of them.
        freedom: how many samples' worth of terms are left.
    """

    numbers: Float[np.ndarray, " term"]
    covariance: Float[np.ndarray, "term term"]
    freedom: float


def penalised_fit(
    design: Float[np.ndarray, "sample term"],
    values: Float[np.ndarray, " sample"],
    weights: Float[np.ndarray, " sample"],
    roughness: Float[np.ndarray, "term term"],
) -> PenalisedFit:
    """The numbers of terms.

    Args:
        design: each term at each sample.
        values: of the samples.
        weights: the inverse of each sample's standard deviation, of any scale.
        roughness: P, symmetric, nowhere negative.
    """
    size = np.sqrt(((design * weights[:, None]) ** 2).sum(axis=0))
    size = np.where(size > 0, size, size.max())
    weighted, wanted = design * weights[:, None] / size, values * weights
    squares, right = weighted.T @ weighted, weighted.T @ wanted
    rough = roughness / size / size[:, None]
    scale = len(squares) / max(float(np.trace(rough)), 1e-300)
    low = np.linalg.cholesky(squares + _RIDGE * np.eye(len(squares)))
    # In the basis where both are diagonal each weight costs a product.
    half = np.linalg.solve(low, rough)
    bends, turn = np.linalg.eigh(np.linalg.solve(low, half.T))
    bends = np.maximum(bends, 0.0)
    basis = np.linalg.solve(low.T, turn)
    told, total, count = basis.T @ right, float(wanted @ wanted), len(values)
    bent = bends > _FLAT * bends.max()
    free = count - int((~bent).sum())
    best, kept, noise = np.inf, np.ones_like(told), 0.0
    for weight in scale * WEIGHTS:
        share = 1 / (1 + weight * bends)
        left = max(total - float((told**2 * share).sum()), 1e-300)
        unlikely = free * np.log(left) - float(np.log(weight * bends[bent] * share[bent]).sum())
        if unlikely < best:
            best, kept, noise = unlikely, share, left / free
    numbers, covariance = basis @ (kept * told), noise * (basis * kept) @ basis.T
    return PenalisedFit(numbers / size, covariance / size / size[:, None], float(kept.sum()))


def hats(at: Float[np.ndarray, " place"], count: int) -> Float[np.ndarray, "place knot"]:
    """Terms of straight lines between evenly spaced knots, the first at 0 and the last at 1, at places.

    A knot's hat is 1 there and falls to 0 at its neighbours; beyond the last knots their lines are level.
    """
    places = np.clip(at, 0.0, 1.0) * (count - 1)
    return np.asarray(np.maximum(1 - np.abs(places[:, None] - np.arange(count)), 0.0))


def differences(knots: tuple[int, ...]) -> Float[np.ndarray, "knot knot"]:
    """The roughness of knots: squares of third differences along every direction, none for a parabola.

    Args:
        knots: how many along each direction, the last one fastest.
    """
    total = np.zeros((int(np.prod(knots)),) * 2)
    for axis, own in enumerate(knots):
        if own > ORDER:
            steps = np.diff(np.eye(own), ORDER, axis=0)
            before, after = (np.eye(int(np.prod(side))) for side in (knots[:axis], knots[axis + 1 :]))
            total += np.kron(before, np.kron(steps.T @ steps, after))
    return total
