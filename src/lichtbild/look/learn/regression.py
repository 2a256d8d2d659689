"""Regression: the smooth change of colours that pairs tell, and how sure it is of it.

The change in Oklab is a Gaussian process with the covariance of `prior_over_looks`; its overall size and the
noise of the pairs are those of the largest marginal likelihood. Where a look leaves no colour, what comes of
it is neutral to the last bit.

Source: Rasmussen and Williams, "Gaussian Processes for Machine Learning" (2006), equations 2.23 to 2.26 and
2.30.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from jaxtyping import Float

from lichtbild.core.errors import BadInput
from lichtbild.look.learn.display_colour import difference, from_oklab, to_oklab
from lichtbild.look.learn.pairs import FEWEST, Pairs
from lichtbild.look.learn.prior_over_looks import ROUNDING, covariance, places, variance

MOST: Final = 1200
"""Pairs that a regression takes; more are gathered in coarser cells. Time goes with their number's cube."""
NEUTRAL: Final = 0.008
"""Oklab chroma up to which a colour of an 8-bit picture counts as neutral."""
_NOISE: Final = (1 / 4, 1.0, 4.0, 16.0, 64.0)
"""Factors on the noise that are tried."""
_TRIED: Final = 400
"""Pairs, at most, that size and noise are found from."""
_ROWS: Final = 2048
_MEAN_OF_THREE: Final = 0.921
"""Mean length of a vector of three normal numbers over its root mean square, sqrt(8 / (3 pi))."""


@dataclass(frozen=True, eq=False)
class Regression:
    """The change of colours by a look.

    Attributes:
        pairs: what it was found from.
        dual: factors on the covariances with the pairs, for the changes of L, a and b.
        inverse: of the covariance of the pairs with their noise.
        size: factor on the prior's variance.
        neutral: whether the look leaves no colour.
    """

    pairs: Pairs
    dual: Float[np.ndarray, "n 3"]
    inverse: Float[np.ndarray, "n n"]
    size: float
    neutral: bool

    def __call__(self, encoded: Float[np.ndarray, "m 3"]) -> Float[np.ndarray, "m 3"]:
        """Colours after the look, encoded sRGB for encoded sRGB."""
        return shown(self.lab(encoded))

    def lab(self, encoded: Float[np.ndarray, "m 3"]) -> Float[np.ndarray, "m 3"]:
        """Oklab of colours after the look, not bounded by the gamut; a = b = 0 where it leaves no colour."""
        known = places(np.asarray(self.pairs.before, np.float32))
        found = [
            covariance(places(np.asarray(part, np.float32)), known) @ self.dual.astype(np.float32)
            for part in np.array_split(encoded, max(1, len(encoded) // _ROWS))
        ]
        lab = np.asarray(to_oklab(encoded) + np.concatenate(found), np.float64)
        if self.neutral:
            lab[:, 1:] = 0.0
        return lab

    def expected_difference(self, encoded: Float[np.ndarray, "m 3"]) -> Float[np.ndarray, " m"]:
        """CIEDE2000 by which the colours after the look are expected to be wrong.

        It is the mean length of the posterior's deviation, carried from Oklab to CIEDE2000 by the change of
        each coordinate.
        """
        asked = places(encoded)
        across = covariance(asked, places(self.pairs.before))
        told = np.einsum("mn,mn->m", across @ self.inverse, across)
        deviation = np.sqrt(self.size * np.maximum(variance(asked) - told, 1e-12))
        lab = self.lab(encoded)
        middle = shown(lab)
        square = np.zeros(len(encoded))
        for step in np.eye(3)[: 1 if self.neutral else 3]:
            # Inwards, so that the border of the gamut does not hide the change.
            inwards = np.where(lab @ step > (0.5 if step[0] else 0.0), -1.0, 1.0)[:, None]
            square += difference(middle, shown(lab + step * inwards * deviation[:, None])) ** 2
        return np.asarray(_MEAN_OF_THREE * np.sqrt(square))


def fit(pairs: Pairs) -> Regression:
    """The regression of pairs.

    Raises:
        BadInput: there are too few pairs, or the pictures before hold one shade only.
    """
    chosen = pairs.at_most(MOST)
    if len(chosen) < FEWEST or np.ptp(chosen.before, axis=0).max() < 0.1:
        raise BadInput(
            "the pictures before are all of one shade, which says nothing of a look; give pictures with "
            "dark, bright and coloured parts"
        )
    change = np.asarray(to_oklab(chosen.after) - to_oklab(chosen.before), np.float64)
    prior = covariance(places(chosen.before), places(chosen.before))
    some = slice(None, None, -(-len(chosen) // _TRIED))
    own = ROUNDING * (1 + 1 / chosen.weight)
    tries = (_likelihood(prior[some, some], factor * own[some], change[some]) for factor in _NOISE)
    (_, size), factor = max(zip(tries, _NOISE, strict=True))
    inverse = np.linalg.inv(prior + np.diag(factor * own))
    return Regression(chosen, inverse @ change, inverse, size, leaves_no_colour(pairs))


def leaves_no_colour(pairs: Pairs) -> bool:
    """Whether all is neutral after the look, but for the rounding of 8-bit pictures."""
    chroma = np.hypot(*np.asarray(to_oklab(pairs.after))[:, 1:].T)
    return bool(np.quantile(chroma, 0.98) < NEUTRAL)


def shown(lab: Float[np.ndarray, "m 3"]) -> Float[np.ndarray, "m 3"]:
    """Encoded sRGB of Oklab; three equal planes where a and b are 0."""
    rgb = np.asarray(from_oklab(lab))
    grey = (lab[:, 1] == 0) & (lab[:, 2] == 0)
    rgb[grey] = rgb[grey, 1:2]
    return rgb


def _likelihood(
    prior: Float[np.ndarray, "n n"], own: Float[np.ndarray, " n"], change: Float[np.ndarray, "n 3"]
) -> tuple[float, float]:
    """Logarithm of the marginal likelihood of changes for the best size, and that size.

    ``own`` is the variance of what each pair has of its own, before the size.
    """
    root = np.linalg.cholesky(prior + np.diag(own))
    white = np.linalg.solve(root, change)
    size = float((white**2).mean())
    log = -0.5 * change.size * np.log(size) - change.shape[1] * np.log(np.diag(root)).sum()
    return float(log), size
