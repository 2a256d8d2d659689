"""Transfer curves of a row: a power law with a straight line near black, PQ, or HLG.

Which of the three it is shows in how many numbers it has. Light comes as a share of the brightest that the
space is to hold.
"""

from typing import Any, Final

import numpy as np

from lichtbild.colour.spaces import REC2020_TO_XYZ
from lichtbild.colour.transfer import HybridLogGamma, PerceptualQuantiser, Transfer
from lichtbild.look.kernels.powers import exp2, log2
from lichtbild.look.kernels.rows import Plane, Planes, mix, scale
from lichtbild.numerics.kernel import kernel

_f = np.float32

_POWER, _PQ, _HLG = 5, 6, 8
_DARKEST: Final = _f(1e-20)


def curve_numbers(curve: Transfer, peak: float) -> Any:
    """What the kernel needs of a curve, in float32.

    Args:
        curve: which.
        peak: light that arrives as 1, where the white of paper is 1; curves without headroom have 1.
    """
    if isinstance(curve, PerceptualQuantiser):
        numbers = [peak * curve.white / curve.PEAK, curve.M1, curve.M2, curve.C1, curve.C2, curve.C3]
    elif isinstance(curve, HybridLogGamma):
        a, share = curve.A * np.log(2.0), peak * curve.white / curve.peak
        numbers = [share, 1 / curve.gamma - 1, a, curve.B, curve.C, *REC2020_TO_XYZ[1]]
    else:
        numbers = [curve.slope, curve.threshold, 1 / curve.gamma, 1 + curve.offset, curve.offset]
    return np.array(numbers, np.float32)


@kernel
def encode(planes: Planes, curve: np.ndarray, more: Plane) -> None:
    """Transfer curve, in place, for light from 0 to 1."""
    if curve.size == _POWER:
        to_power(planes, curve, more)
    elif curve.size == _PQ:
        to_pq(planes, curve)
    else:
        to_hlg(planes, curve, more)


@kernel
def to_power(planes: Planes, curve: np.ndarray, bent: Plane) -> None:
    """A straight line near black that meets a power law."""
    slope, threshold, power, factor, offset = curve[0], curve[1], curve[2], curve[3], curve[4]
    for p in range(3):
        plane = planes[p]
        for i in range(plane.shape[0]):
            bent[i] = factor * exp2(power * log2(max(plane[i], threshold))) - offset
        for i in range(plane.shape[0]):
            straight, curved = slope * plane[i], bent[i]
            plane[i] = straight if plane[i] <= threshold else curved


@kernel
def to_pq(planes: Planes, curve: np.ndarray) -> None:
    """PQ: ``((c1 + c2 u) / (1 + c3 u))^m2`` with the power u of light as a share of 10 000 cd/m²."""
    share, m1, m2, c1, c2, c3 = curve[0], curve[1], curve[2], curve[3], curve[4], curve[5]
    for p in range(3):
        plane = planes[p]
        for i in range(plane.shape[0]):
            power = exp2(m1 * log2(max(share * plane[i], _DARKEST)))
            plane[i] = exp2(m2 * log2((c1 + c2 * power) / (_f(1) + c3 * power)))


@kernel
def to_hlg(planes: Planes, curve: np.ndarray, grey: Plane) -> None:
    """HLG: the system gamma undone, then a square root that meets a logarithm."""
    share, system, a, b, c = curve[0], curve[1], curve[2], curve[3], curve[4]
    mix(planes, curve[5:], grey)
    for i in range(grey.shape[0]):
        grey[i] = share * exp2(system * log2(max(share * grey[i], _DARKEST)))
    scale(planes, grey)
    for p in range(3):
        plane = planes[p]
        for i in range(plane.shape[0]):
            scene = plane[i]
            root = np.sqrt(_f(3) * scene)
            curved = a * log2(max(_f(12) * scene, _f(1)) - b) + c
            plane[i] = root if scene <= _f(1 / 12) else curved
