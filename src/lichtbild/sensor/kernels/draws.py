"""Random numbers by counter: each pixel's own, whatever is drawn before it or on another thread."""

from typing import Any, Final

import numpy as np

from lichtbild.numerics.kernel import kernel

_u = np.uint64
_LOW: Final = _u(0xFFFFFFFF)
_HALF: Final = _u(32)
_FIRST: Final = _u(0xD2511F53)
_SECOND: Final = _u(0xCD9E8D57)
_WEYL_FIRST: Final = _u(0x9E3779B9)
_WEYL_SECOND: Final = _u(0xBB67AE85)
_SHARE: Final = 2.0**-32


@kernel
def words(column: Any, row: Any, stream: Any, key: Any) -> Any:
    """Four words of 32 bits that belong to a pixel, a stream and a key.

    Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC 2011), Philox-4x32
    with 10 rounds.
    """
    a, b, c, d = _u(column) & _LOW, _u(row) & _LOW, _u(stream) & _LOW, _u(0)
    k, m = _u(key) & _LOW, _u(key) >> _HALF
    for _ in range(10):
        x, y = _FIRST * a, _SECOND * c
        a, b, c, d = (y >> _HALF) ^ b ^ k, y & _LOW, (x >> _HALF) ^ d ^ m, x & _LOW
        k, m = (k + _WEYL_FIRST) & _LOW, (m + _WEYL_SECOND) & _LOW
    return a, b, c, d


@kernel
def share(word: Any) -> Any:
    """A number between 0 and 1, neither of them met, of a word."""
    return (np.float64(word) + 0.5) * _SHARE


@kernel
def shares(key: int, stream: int, result: np.ndarray) -> None:
    """Write four shares for each pixel ``[row, column, 4]``."""
    for row in range(result.shape[0]):
        for column in range(result.shape[1]):
            a, b, c, d = words(column, row, stream, key)
            result[row, column, 0] = share(a)
            result[row, column, 1] = share(b)
            result[row, column, 2] = share(c)
            result[row, column, 3] = share(d)
