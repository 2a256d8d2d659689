"""Single sines: cosine and sine in single precision, for long sums of which six digits are enough.

A phase is brought within pi/4 of a multiple of pi/2 by pi/2 in three parts, the first two with so few digits
that their multiples are exact; there, Taylor's series to the ninth power have all digits of single precision.

Source: Muller, Elementary Functions (3rd ed.), chapter 11 (reduction after Cody and Waite).
"""

from math import factorial, pi

import jax.numpy as jnp
from jax import Array

PARTS = (1.5703125, 4.83751296997e-4, 7.54978995489e-8)
"""pi/2 in 9, 11 and all the digits that are left."""

LARGEST = 2.0**12
"""Phase up to which 2e-6 is promised, rad; beyond, the phase itself is not known better."""


def single_sines(phase: Array) -> tuple[Array, Array]:
    """Cosine and sine within 1e-6, and of half a digit of the phase.

    Args:
        phase: rad, float32.
    """
    quarters = jnp.round(phase * jnp.float32(2 / pi))
    x = phase
    for part in PARTS:
        x = x - quarters * jnp.float32(part)
    square = x * x
    sine, cosine = x * _series(square, 9), _series(square, 8)
    turn = quarters.astype(jnp.int32) & 3
    swapped = (turn & 1) == 1
    along, across = jnp.where(swapped, sine, cosine), jnp.where(swapped, cosine, sine)
    return jnp.where((turn == 1) | (turn == 2), -along, along), jnp.where(turn >= 2, -across, across)


def _series(square: Array, last: int) -> Array:
    """Taylor's series of the cosine (``last`` even), or of the sine over x, in x^2."""
    total = jnp.zeros_like(square)
    for power in range(last, -1, -2):
        total = total * square + jnp.float32((-1) ** (power // 2) / factorial(power))
    return total
