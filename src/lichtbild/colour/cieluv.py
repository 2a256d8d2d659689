"""CIELUV: lightness L* and the even colour scales u* and v*.

Source: CIE 15:2018 section 8.2.2.
"""

from typing import Any, Final

from lichtbild.colour.cielab import lightness
from lichtbild.colour.spaces import D65_XY, xyz_of
from lichtbild.core.array import namespace

BLACK: Final = 1e-9
"""Sum X + 15 Y + 3 Z below which a colour has no chromaticity; white's is 19."""


def from_xyz(xyz: Any, white: tuple[float, float] = D65_XY) -> Any:
    """CIELUV on the last axis, of NumPy or JAX.

    Args:
        xyz: tristimulus values on the last axis, Y 1 for white.
        white: its chromaticity.
    """
    xp = namespace(xyz)
    x, y, z = xyz[..., 0], xyz[..., 1], xyz[..., 2]
    total = xp.maximum(x + 15 * y + 3 * z, BLACK)
    first, second, third = xyz_of(white)
    of_white = first + 15 * second + 3 * third
    level = lightness(y)
    u = 13 * level * (4 * x / total - 4 * first / of_white)
    v = 13 * level * (9 * y / total - 9 * second / of_white)
    return xp.stack([level, u, v], axis=-1)
