"""Logarithm, power of two and cube root of float32, as polynomials that a compiler turns into wide loops.

The library's own functions cost 20 ns a call, because each call handles one number. The polynomials are
minimax fits of our own (weighted least squares, Lawson's iteration) and are right to 3e-7, relative, for
results near 1: the rounding of float32 is of that size too. They are summed in pairs (Estrin's scheme), since
the loops wait for results rather than for units that compute.
"""

from typing import Any, Final

import numpy as np

from lichtbild.numerics.kernel import kernel

_f = np.float32
_i = np.int32

_ROOT_HALF: Final = _i(0x3F3504F3)
"""Bits of sqrt(1/2): the mantissa is taken from there to sqrt(2), so that its logarithm is small."""
_ROUND: Final = _f(12582912.0)
"""1.5 * 2^23: added and taken away again, it rounds to whole numbers, which then lie in the low bits."""
_L: Final = tuple(
    _f(c)
    for c in (
        1.4426947832107544,
        -0.7213571667671204,
        0.48093944787979126,
        -0.36008721590042114,
        0.28670743107795715,
        -0.2500690519809723,
        0.23689046502113342,
        -0.14574451744556427,
    )
)
_L0, _L1, _L2, _L3, _L4, _L5, _L6, _L7 = _L
_E1, _E2, _E3, _E4, _E5 = (
    _f(c)
    for c in (
        0.6931470036506653,
        0.24022242426872253,
        0.05550733581185341,
        0.009671512991189957,
        0.001326472731307149,
    )
)
_THIRD: Final = _f(1 / 3)
_ROOT_BITS: Final = _f(1419967116.0)
"""Four thirds of the bits of 1: minus a third of x's bits, they are those of about x^(-1/3)."""
_TINY: Final = _f(1e-24)


@kernel
def log2(x: Any) -> Any:
    """Logarithm to base 2 of a positive, normal float32."""
    bits = _f(x).view(_i)
    exponent = _i(_i(bits - _ROOT_HALF) >> _i(23))
    m = _f(_i(bits - _i(exponent << _i(23))).view(_f)) - _f(1)
    m2 = m * m
    low = (_L0 + _L1 * m) + m2 * (_L2 + _L3 * m)
    high = (_L4 + _L5 * m) + m2 * (_L6 + _L7 * m)
    return _f(exponent) + m * (low + (m2 * m2) * high)


@kernel
def exp2(x: Any) -> Any:
    """Power of two of a float32; cut at -126 and 127."""
    x = min(max(x, _f(-126)), _f(127))
    shifted = x + _ROUND
    r = x - (shifted - _ROUND)
    r2 = r * r
    p = (_f(1) + _E1 * r) + r2 * ((_E2 + _E3 * r) + r2 * (_E4 + _E5 * r))
    return _f(_i(_f(p).view(_i) + _i(_f(shifted).view(_i) << _i(23))).view(_f))


@kernel
def cube_root(x: Any) -> Any:
    """Cube root of a float32 of either sign, without a division.

    A first guess of x^(-1/3) from the bits is bettered twice by the series of (1 - e)^(-1/3), where
    e = 1 - x y^3.
    """
    size = max(abs(x), _TINY)
    y = _f(_i(_ROOT_BITS - _THIRD * _f(_f(size).view(_i))).view(_f))
    e = _f(1) - size * (y * y * y)
    y = y * (_f(1) + e * (_f(1 / 3) + e * (_f(2 / 9) + e * _f(14 / 81))))
    e = _f(1) - size * (y * y * y)
    y = y * (_f(1) + e * (_f(1 / 3) + e * _f(2 / 9)))
    root = size * (y * y)
    return root if x >= _f(0) else -root
