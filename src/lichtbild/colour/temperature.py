"""Correlated colour temperature and tint of a white, and the weights that calibrations get from them.

Tint is the distance from the Planckian locus along an isotherm in the CIE 1960 UCS diagram, times 3000, as
raw converters show it: positive for a light that is greener than the black body, such as daylight.

Sources: Robertson, "Computation of correlated color temperature and distribution temperature", JOSA 58, 1528
(1968); the table also in Wyszecki and Stiles, "Color Science", 2nd edition, page 228, where the u of 325
mired is misprinted as 0.24702; DNG 1.7.1 chapter 6, "One, Two, or Three Color Calibrations".
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from jaxtyping import Float

Chromaticity = tuple[float, float]

TINT_SCALE: Final = -3000.0
"""Tint for a distance of 1 in the CIE 1960 UCS diagram, from the locus towards magenta."""

# Reciprocal temperature in mired, u and v of the black body, slope of the isotherm.
_ISOTHERMS: Final = np.array(
    [
        (0, 0.18006, 0.26352, -0.24341),
        (10, 0.18066, 0.26589, -0.25479),
        (20, 0.18133, 0.26846, -0.26876),
        (30, 0.18208, 0.27119, -0.28539),
        (40, 0.18293, 0.27407, -0.30470),
        (50, 0.18388, 0.27709, -0.32675),
        (60, 0.18494, 0.28021, -0.35156),
        (70, 0.18611, 0.28342, -0.37915),
        (80, 0.18740, 0.28668, -0.40955),
        (90, 0.18880, 0.28997, -0.44278),
        (100, 0.19032, 0.29326, -0.47888),
        (125, 0.19462, 0.30141, -0.58204),
        (150, 0.19962, 0.30921, -0.70471),
        (175, 0.20525, 0.31647, -0.84901),
        (200, 0.21142, 0.32312, -1.0182),
        (225, 0.21807, 0.32909, -1.2168),
        (250, 0.22511, 0.33439, -1.4512),
        (275, 0.23247, 0.33904, -1.7298),
        (300, 0.24010, 0.34308, -2.0637),
        (325, 0.24792, 0.34655, -2.4681),
        (350, 0.25591, 0.34951, -2.9641),
        (375, 0.26400, 0.35200, -3.5814),
        (400, 0.27218, 0.35407, -4.3633),
        (425, 0.28039, 0.35577, -5.3762),
        (450, 0.28863, 0.35714, -6.7262),
        (475, 0.29685, 0.35823, -8.5955),
        (500, 0.30505, 0.35907, -11.324),
        (525, 0.31320, 0.35968, -15.628),
        (550, 0.32129, 0.36011, -23.325),
        (575, 0.32931, 0.36038, -40.770),
        (600, 0.33724, 0.36051, -116.45),
    ]
)
_MIRED: Final = _ISOTHERMS[:, 0]
_LOCUS: Final = _ISOTHERMS[:, 1:3]
_DIRECTION: Final = np.stack([np.ones(31), _ISOTHERMS[:, 3]], 1) / np.hypot(1.0, _ISOTHERMS[:, 3])[:, None]


def temperature_and_tint(xy: Chromaticity) -> tuple[float, float]:
    """Correlated colour temperature in kelvin, 1667 to 100000, and tint of a chromaticity.

    Source: Robertson 1968, interpolation between the two isotherms that the chromaticity lies between.
    """
    x, y = xy
    uv = np.array([2 * x, 3 * y]) / (1.5 - x + 6 * y)
    offset = uv - _LOCUS
    above = offset[:, 1] * _DIRECTION[:, 0] - offset[:, 0] * _DIRECTION[:, 1]
    below = np.flatnonzero(above[1:] <= 0)
    index = int(below[0]) + 1 if len(below) else len(above) - 1
    here, before = max(-above[index], 0.0), max(above[index - 1], 0.0)
    share = here / (here + before) if index > 1 and here + before > 0 else 0.0
    mired, locus, direction = _between(index - 1, share)
    return 1e6 / mired, float((uv - locus) @ direction) * TINT_SCALE


def xy_of(temperature: float, tint: float = 0.0) -> Chromaticity:
    """Chromaticity of a correlated colour temperature in kelvin, 1667 to 100000, and a tint.

    Raises:
        ValueError: the temperature lies outside of the table.
    """
    if not 1e6 / 600 - 1 <= temperature <= 1e5:
        raise ValueError(f"a colour temperature is 1667 K to 100000 K, not {temperature:g} K")
    mired = min(1e6 / temperature, 600.0)
    index = min(int(np.searchsorted(_MIRED, mired, side="right")), len(_MIRED) - 1)
    share = float((_MIRED[index] - mired) / (_MIRED[index] - _MIRED[index - 1]))
    _, locus, direction = _between(index - 1, share)
    # Two lines meet: distances to the isotherms before and after in the ratio of the shares, and the tint.
    # Across an isotherm is (-v, u) of its direction.
    before, after = (np.array([-line[1], line[0]]) for line in _DIRECTION[index - 1 : index + 1])
    across = share * before + (1 - share) * after
    offset = share * before @ _LOCUS[index - 1] + (1 - share) * after @ _LOCUS[index]
    lines = np.stack([across, direction])
    u, v = np.linalg.solve(lines, np.array([offset, direction @ locus + tint / TINT_SCALE]))
    scale = u - 4 * v + 2
    return float(1.5 * u / scale), float(v / scale)


def interpolation_weights(white: Chromaticity, calibrated: Sequence[Chromaticity]) -> tuple[float, ...]:
    """Shares, with sum 1, of one to three calibrations in what holds under a white.

    Args:
        white: the chromaticity of the light.
        calibrated: the chromaticities under which the calibrations were measured.

    Two calibrations are interpolated linearly in reciprocal temperature, and the nearer one holds outside
    of the two. For three, the standard leaves the weights open.

    Source: DNG 1.7.1 chapter 6, "One, Two, or Three Color Calibrations".
    """
    if len(calibrated) == 1:
        return (1.0,)
    if len(calibrated) == 2:
        mired, first, second = (1e6 / temperature_and_tint(xy)[0] for xy in (white, *calibrated))
        share = 1.0 if first == second else (mired - second) / (first - second)
        share = min(max(share, 0.0), 1.0)
        return share, 1.0 - share
    if len(calibrated) == 3:
        return _three_weights(white, calibrated)
    raise ValueError(f"a camera has one to three calibrations, not {len(calibrated)}")


def _between(index: int, share: float) -> tuple[float, Float[np.ndarray, "2"], Float[np.ndarray, "2"]]:
    """Mired, black body and direction of the isotherm between two lines; ``share`` belongs to the first."""
    mired, locus, direction = (
        table[index] * share + table[index + 1] * (1 - share) for table in (_MIRED, _LOCUS, _DIRECTION)
    )
    return float(mired), locus, direction / np.hypot(*direction)


def _three_weights(white: Chromaticity, calibrated: Sequence[Chromaticity]) -> tuple[float, ...]:
    """Weights by inverse squared distance, as Adobe's DNG SDK 1.7.1 chooses them.

    The plane is (1500 K / temperature, tint / 200); the weights are made steeper by a smooth step, and a
    weight below 0.02 counts as none.
    """
    squares = np.sum((_position(white) - np.stack([_position(xy) for xy in calibrated])) ** 2, axis=1)
    weights = 1 / (squares + 1e-8)
    weights /= weights.sum()
    weights = weights**2 * (3 - 2 * weights)
    weights = np.maximum((weights - 0.02) / 0.98, 0.0)
    return tuple(float(weight) for weight in weights / weights.sum())


def _position(xy: Chromaticity) -> Float[np.ndarray, "2"]:
    temperature, tint = temperature_and_tint(xy)
    return np.array([min(1500 / temperature, 1.0), tint / 200])
