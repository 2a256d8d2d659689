"""Ideal cones: the pupils of lenses without faults, in and out of focus."""

import numpy as np

from lichtbild.core.units import nm
from lichtbild.optics.wave_sum import SmoothPupil

SINE, WAVE = 0.2, nm(500)


def ideal(defocus: float) -> SmoothPupil:
    """An even cone whose focus lies so far behind the sensor, mm: T = -z sqrt(1 - p^2 - q^2)."""
    node, weight = np.polynomial.legendre.leggauss(17)
    basis = np.polynomial.legendre.legvander(node, 16)
    inverse = (basis * (np.arange(17) + 0.5)).T * weight
    p, q = np.meshgrid(SINE * node, SINE * node, indexing="ij")
    paths = inverse @ (-defocus * np.sqrt(1 - p * p - q * q)) @ inverse.T
    even = np.zeros((17, 17))
    even[0, 0] = 1 / (SINE * np.sqrt(np.pi))
    rim = np.zeros((2, 35), complex)
    rim[0, 1], rim[1, 1] = SINE, -1j * SINE
    return SmoothPupil(np.zeros(2), np.full(2, SINE), paths, even, rim, WAVE)
