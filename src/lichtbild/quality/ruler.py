"""Ruler: the scale of sharpness of ISO 20462-3, on which losses of quality are told in just noticeable steps.

A ruler picture is blurred like an ideal lens of one f-number: its response at v cycles/degree is

    m(v) = (2 / pi) (acos(k v) - k v sqrt(1 - (k v)^2)),    k v <= 1

and its quality on the standard's second scale, in steps of which 75 of 100 observers notice one, is

    SQS2(k) = (17249 + 203792 k - 114950 k^2 - 3571075 k^3) / (578 - 1304 k + 357372 k^2)

for k from 0.01 degrees (SQS2 32.08, the sharpest) to 0.26 (-0.01). An acutance is given the k of the ruler
that has it; its loss of quality is what lies between the sharpest ruler and that one.

Source: ISO 20462-3:2012, from literature: the text was not at hand. Keelan, Handbook of Image Quality (2002).
"""

from functools import cache
from typing import Any, Final

import numpy as np
from jaxtyping import Float

from lichtbild.core.array import namespace
from lichtbild.core.errors import BadInput
from lichtbild.quality.acutance import acutance, acutance_weights

SHARPEST: Final = 0.01
BLURREST: Final = 0.26
"""Ends of the ruler: k, degrees."""

TOP: Final = 32.08247670373692
"""SQS2 at the sharpest end."""

_STEPS = 1024
_SAMPLES = 400

Table = tuple[Float[np.ndarray, " k"], Float[np.ndarray, " k"], Float[np.ndarray, " k"]]


def ruler_response(frequency: Any, k: float) -> Any:
    """Response of a ruler picture at ``frequency``, cycles/degree, not negative; k in degrees."""
    xp = namespace(frequency)
    part = xp.minimum(k * frequency, 1.0)
    return 2 / np.pi * (xp.arccos(part) - part * xp.sqrt(1 - part**2))


def sqs2(k: Any) -> Any:
    """Quality of a ruler picture, SQS2 in just noticeable differences; k in degrees, 0.01 to 0.26."""
    above = 17249 + 203792 * k - 114950 * k**2 - 3571075 * k**3
    return above / (578 - 1304 * k + 357372 * k**2)


@cache
def _table() -> Table:
    """Acutance, SQS2 and k along the ruler, from its blurred end to its sharp one."""
    # Even in the logarithm: quality moves with the relative change of k.
    rulers = np.geomspace(BLURREST, SHARPEST, _STEPS)
    found = []
    for k in rulers:
        # The response ends with the square root of what is left: finer towards its end.
        frequency = np.sin(np.linspace(0, np.pi / 2, _SAMPLES)) / k
        found.append(float(acutance(ruler_response(frequency, float(k)), acutance_weights(frequency))))
    return np.array(found), np.asarray(sqs2(rulers)), rulers


def ruler_of_acutance(value: Any) -> Any:
    """K of the ruler picture that has this acutance, degrees; the ruler's ends for what lies beyond them."""
    xp = namespace(value)
    acutances, _, rulers = (xp.asarray(column) for column in _table())
    return xp.exp(xp.interp(value, acutances, xp.log(rulers)))


def ruler_of_quality(quality: float) -> float:
    """K of the ruler picture of this SQS2, degrees: the inverse of ``sqs2``.

    Raises:
        BadInput: a quality outside the ruler.
    """
    k = np.geomspace(SHARPEST, BLURREST, _STEPS)
    values = np.asarray(sqs2(k))
    top = int(values.argmax())
    if not values[-1] <= quality <= values[top]:
        raise BadInput(
            f"a quality of {quality:g} is not on the ruler, which reaches from {values[-1]:.2f} to "
            f"{values[top]:.2f}"
        )
    low, high = float(k[top]), BLURREST
    for _ in range(60):
        middle = (low * high) ** 0.5
        low, high = (middle, high) if float(sqs2(middle)) > quality else (low, middle)
    return float((low * high) ** 0.5)


def acutance_loss(value: Any) -> Any:
    """Loss of quality of an acutance against the sharpest ruler, JND, NumPy or JAX.

    0 from 0.8734 on: the scale is flat at its top, where up to 0.8851 it would give gains of 0.006 JND.
    32.1 at the ruler's blurred end, acutance 0.0744, and below.
    """
    xp = namespace(value)
    acutances, qualities, _ = _table()
    loss = np.maximum(TOP - qualities, 0.0)
    return xp.interp(value, xp.asarray(acutances), xp.asarray(loss))
