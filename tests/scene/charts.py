"""What tests of charts share: a small frame, a light, luminance of a scene."""

import math
from typing import Any

import numpy as np

from lichtbild.colour import light, observer
from lichtbild.image.bands import FINE
from lichtbild.scene.frame import Frame
from lichtbild.scene.lighting import one_light

EDGES = FINE.edges
D65 = light.named("D65", EDGES)
TUNGSTEN = light.named("A", EDGES)
FRAME = Frame(30, 40, (0.6, 0.8))
LIGHTING = one_light(D65, 1000.0)
WHITE = 1000.0 / math.pi
"""Luminance of a perfect white in that lighting, cd m^-2."""


def luminances(scene: Any) -> np.ndarray:
    return np.asarray(scene.weights, float) @ observer.luminance(np.asarray(scene.spectra), scene.bands.edges)


def xyz(scene: Any) -> np.ndarray:
    return np.asarray(scene.weights, float) @ observer.xyz_of(np.asarray(scene.spectra), scene.bands.edges)
