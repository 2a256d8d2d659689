"""Losses of quality: what each attribute costs in just noticeable differences, and all of them together.

An attribute that is told by an objective number takes from quality by an integrated hyperbolic increment
(Keelan): nothing up to a threshold, then slowly, far above it one JND (75 of 100 observers see it) for every
step of the number,

    Q(x) = x / d - (r / d^2) ln(1 + d x / r),    x = number - threshold > 0,

with d the step and r the roundness of the beginning. Sharpness goes by the quality ruler instead
(``lichtbild.quality.ruler``). Losses of n attributes add as

    (sum of losses^p)^(1/p),    p = 1 + 2 tanh(greatest loss / 16.9):

small ones add up, beside a great one they are hardly seen.

**What is published and what is our estimate.** Published, though told from literature since the standard's
text was not at hand: the ruler's map for the acutance of edges, the constants for visual noise, the
combination. The maps of IEEE 1858 for texture, colour uniformity, lateral colour, distortion and chroma were
not found: those here are this project's estimates in the same form, each stated as a threshold, the number
that costs 1 JND and the step; texture takes the ruler's map. Scores that mix both are for comparing cameras
with one another.

Source: Keelan, Handbook of Image Quality (2002), chapters 10 and 11; Baxter et al., Proc. SPIE 8293 (2012);
after IEEE 1858-2023.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
from jaxtyping import Float

from lichtbild.core.array import namespace
from lichtbild.core.errors import BadInput
from lichtbild.quality.ruler import acutance_loss

METHOD: Final = "jnd-loss 1"
CLAUSE: Final = "after IEEE 1858-2023, quality loss"

Basis = Literal["published", "estimate"]

_SOFTEST: Final = 16.9
_TINY: Final = 1e-12


@dataclass(frozen=True)
class Increment:
    """Constants of an integrated hyperbolic increment, in units of the objective number.

    Attributes:
        threshold: up to which nothing is lost.
        roundness: r; the larger, the slower the loss begins.
        step: d, that costs 1 JND far above the threshold.
    """

    threshold: float
    roundness: float
    step: float

    def loss(self, number: Any) -> Any:
        """Loss of quality, JND, NumPy or JAX."""
        xp = namespace(number)
        above = xp.maximum(number - self.threshold, 0.0)
        bend = self.roundness / self.step**2
        return above / self.step - bend * xp.log1p(self.step * above / self.roundness)


VISUAL_NOISE: Final = Increment(0.4627, 0.1418, 0.02180)
"""Of the logarithmic visual noise of CPIQ; published."""

COLOUR_UNIFORMITY: Final = Increment(1.0, 3.18, 2.0)
"""Of the greatest distance in a* and b* from an even field's mean: 1 JND at 5. Our estimate."""

LATERAL_COLOUR: Final = Increment(0.3, 0.158, 0.7)
"""Of the greatest displacement of red or blue in arc minutes of the view: 1 JND at 1.4. Our estimate, from
the eye's resolution of about one arc minute."""

DISTORTION: Final = Increment(0.5, 0.928, 1.5)
"""Of the greatest local distortion, per cent: 1 JND at 3. Our estimate."""

CHROMA: Final = Increment(10.0, 40.9, 8.0)
"""Of the distance of the chroma level from 110 %, per cent: 1 JND at 25, so at 85 and 135 %. Our estimate."""

PREFERRED_CHROMA: Final = 110.0
"""Chroma level that people like best, per cent of the original's. Our estimate: a little more than true."""


def visual_noise_loss(omega: Any) -> Any:
    """Loss by CPIQ's visual noise, JND."""
    return VISUAL_NOISE.loss(omega)


def colour_uniformity_loss(difference: Any) -> Any:
    """Loss by the greatest distance in a* and b* from an even field's mean, JND."""
    return COLOUR_UNIFORMITY.loss(difference)


def lateral_colour_loss(arc_minutes: Any) -> Any:
    """Loss by the greatest displacement of red or blue against green, of either sign, JND."""
    xp = namespace(arc_minutes)
    return LATERAL_COLOUR.loss(xp.abs(arc_minutes))


def distortion_loss(percent: Any) -> Any:
    """Loss by the greatest local distortion, of either sign, JND."""
    xp = namespace(percent)
    return DISTORTION.loss(xp.abs(percent))


def chroma_loss(percent: Any) -> Any:
    """Loss by a chroma level, per cent of the original's, JND; none at 110 %."""
    xp = namespace(percent)
    return CHROMA.loss(xp.abs(percent - PREFERRED_CHROMA))


@dataclass(frozen=True)
class Attribute:
    """What of a picture can cost quality.

    Attributes:
        name: its key.
        title: for people.
        number: the objective number in words.
        unit: of the number.
        basis: whether its map is published or this project's estimate.
        loss: from the number to JND, NumPy or JAX.
    """

    name: str
    title: str
    number: str
    unit: str
    basis: Basis
    loss: Callable[[Any], Any]


ATTRIBUTES: Final = (
    Attribute("edge_acutance", "Sharpness of edges", "acutance", "", "published", acutance_loss),
    Attribute("texture_acutance", "Texture", "acutance of dead leaves", "", "estimate", acutance_loss),
    Attribute("visual_noise", "Noise", "CPIQ visual noise", "", "published", visual_noise_loss),
    Attribute(
        "colour_uniformity", "Colour uniformity", "greatest C*ab", "", "estimate", colour_uniformity_loss
    ),
    Attribute(
        "lateral_colour", "Colour fringes", "greatest displacement", "arcmin", "estimate", lateral_colour_loss
    ),
    Attribute("distortion", "Distortion", "greatest local distortion", "%", "estimate", distortion_loss),
    Attribute("chroma_level", "Chroma", "chroma level", "%", "estimate", chroma_loss),
)


def attribute_named(name: str) -> Attribute:
    """An attribute of the table.

    Raises:
        BadInput: no such attribute.
    """
    for attribute in ATTRIBUTES:
        if attribute.name == name:
            return attribute
    names = ", ".join(attribute.name for attribute in ATTRIBUTES)
    raise BadInput(f"no attribute of quality is called {name!r}; there are {names}")


def combined_loss(losses: Any) -> Any:
    """Loss of several attributes together, JND.

    Args:
        losses: of the attributes on the last axis, not negative, NumPy or JAX.
    """
    xp = namespace(losses)
    # A power of nothing has no slope in JAX.
    parts = losses + _TINY
    power = 1 + 2 * xp.tanh(xp.max(parts, axis=-1, keepdims=True) / _SOFTEST)
    return xp.sum(parts**power, axis=-1) ** (1 / power[..., 0])


def loss_interval(attribute: Attribute, ends: tuple[float, float]) -> tuple[float, float]:
    """Least and greatest loss of an objective number between two ends, JND."""
    losses = np.asarray(attribute.loss(np.linspace(*ends, 65)))
    return float(losses.min()), float(losses.max())


def combined_interval(
    losses: Float[np.ndarray, " attribute"], ends: Float[np.ndarray, "attribute 2"]
) -> tuple[float, float]:
    """Interval of the combined loss by those of its parts, which are independent.

    Each part is moved to its ends alone; what that does to the whole is added in squares, each side for
    itself.

    Args:
        losses: of the attributes, JND.
        ends: of their intervals; both equal to the loss where none is known.
    """
    whole = float(combined_loss(losses))
    squares = np.zeros(2)
    for i in range(len(losses)):
        for side in range(2):
            moved = losses.copy()
            moved[i] = ends[i, side]
            squares[side] += (float(combined_loss(moved)) - whole) ** 2
    low, high = np.sqrt(squares)
    return max(whole - float(low), 0.0), whole + float(high)
