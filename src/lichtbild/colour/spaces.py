"""RGB spaces by their primaries, and the step from one white to another.

Sources: ITU-R BT.2020-2 table 3; IEC 61966-2-1 (sRGB); SMPTE EG 432-1 (P3) with D65; ISO 22028-2 (ROMM,
"ProPhoto") with D50; Lindbloom, "RGB/XYZ Matrices" and "Chromatic Adaptation" (Bradford).
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from jaxtyping import Float

Matrix = Float[np.ndarray, "3 3"]

D50_XY: Final = (0.34567, 0.35850)
D65_XY: Final = (0.31270, 0.32900)

_BRADFORD: Final = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])


def xyz_of(xy: tuple[float, float]) -> Float[np.ndarray, "3"]:
    """CIE XYZ of a chromaticity, with Y = 1."""
    x, y = xy
    return np.array([x / y, 1.0, (1 - x - y) / y])


def rgb_to_xyz(primaries: Sequence[tuple[float, float]], white: tuple[float, float]) -> Matrix:
    """Matrix from linear RGB to XYZ, in which RGB (1, 1, 1) is the white with Y = 1."""
    columns = np.stack([xyz_of(xy) for xy in primaries], axis=1)
    return np.asarray(columns * np.linalg.solve(columns, xyz_of(white)))


def adaptation(source: tuple[float, float], target: tuple[float, float]) -> Matrix:
    """Bradford's matrix, which takes XYZ as seen under one white to XYZ as seen under another."""
    cones = (_BRADFORD @ xyz_of(target)) / (_BRADFORD @ xyz_of(source))
    return np.asarray(np.linalg.solve(_BRADFORD, cones[:, None] * _BRADFORD))


SRGB_TO_XYZ: Final = rgb_to_xyz([(0.640, 0.330), (0.300, 0.600), (0.150, 0.060)], D65_XY)
P3_TO_XYZ: Final = rgb_to_xyz([(0.680, 0.320), (0.265, 0.690), (0.150, 0.060)], D65_XY)
REC2020_TO_XYZ: Final = rgb_to_xyz([(0.708, 0.292), (0.170, 0.797), (0.131, 0.046)], D65_XY)
PROPHOTO_TO_XYZ_D50: Final = rgb_to_xyz([(0.7347, 0.2653), (0.1596, 0.8404), (0.0366, 0.0001)], D50_XY)

XYZ_TO_REC2020: Final = np.linalg.inv(REC2020_TO_XYZ)
XYZ_D50_TO_REC2020: Final = XYZ_TO_REC2020 @ adaptation(D50_XY, D65_XY)
PROPHOTO_TO_REC2020: Final = XYZ_D50_TO_REC2020 @ PROPHOTO_TO_XYZ_D50
REC2020_TO_PROPHOTO: Final = np.linalg.inv(PROPHOTO_TO_REC2020)
