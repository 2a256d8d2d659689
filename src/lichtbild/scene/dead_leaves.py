"""Dead leaves: discs of all sizes that hide one another, whose statistics are those of natural pictures.

Leaves fall one after another at uniform places; their radii have a density proportional to r^-3 between a
smallest and a largest one, and their colours are independent of all else. What the last ones leave visible
is the picture: so it is made from the front, each leaf filling what is free. Two places at distance d belong
to the same leaf with the probability K(d) / (2 K(0) - K(d)), K being the mean area that a leaf shares with
itself moved by d; this is also the correlation of the reflectances there.

Sources: A. B. Lee, D. Mumford and J. Huang, "Occlusion models for natural images", IJCV 41, 35 (2001);
ISO/TS 19567-2:2019 (texture, dead leaves), for the use as a chart.
"""

import math
from typing import Final

import numpy as np
from jaxtyping import Float

from lichtbild.core.errors import BadInput
from lichtbild.image.leaves import COLOURS, Lattice, fallen, greys, pixel_means
from lichtbild.image.scene import Scene
from lichtbild.scene import reflectance
from lichtbild.scene.frame import Frame
from lichtbild.scene.lighting import Lighting, lit

_SAMPLES: Final = 3
"""Samples along each side of a pixel, whose mean is the pixel."""


def dead_leaves(
    frame: Frame,
    lighting: Lighting,
    seed: int,
    *,
    radii: tuple[float, float] | None = None,
    grey: tuple[float, float] | None = None,
) -> Scene:
    """A picture full of leaves.

    Args:
        frame: where it lies.
        lighting: what falls on it.
        seed: 0 or more; the same gives the same bytes.
        radii: smallest and largest radius, tangents; by default one pixel and a quarter of the shorter side.
        grey: reflectances that greys are drawn evenly between; by default leaves have colours, mixtures of
            eight natural reflectances with shares drawn from a Dirichlet distribution of 0.3 each.

    Raises:
        BadInput: the radii are not above 0 and increasing, a grey is outside of 0 to 1, or the seed below 0.
    """
    small, large = radii or (max(frame.pixel), max(min(frame.size) / 4, 2 * max(frame.pixel)))
    if not 0 < small < large < math.inf:
        raise BadInput(f"leaves have radii above 0, the smallest first, not {small:g} and {large:g}")
    if seed < 0:
        raise BadInput(f"a seed is 0 or more, not {seed}")
    weights_of, spectra = _colours(lighting, seed, grey)
    height, width = (side / _SAMPLES for side in frame.pixel)
    lattice = Lattice(frame.rows * _SAMPLES, frame.columns * _SAMPLES, (height, width))
    labels = fallen(frame.size, (small, large), seed, lattice)
    weights = pixel_means(labels, weights_of, _SAMPLES)
    return lit(frame, lighting, weights, spectra, "dead leaves")


def _colours(
    lighting: Lighting, seed: int, grey: tuple[float, float] | None
) -> tuple[Float[np.ndarray, "colour spectrum"], Float[np.ndarray, "spectrum band"]]:
    """Weights of each colour, and the reflectances that they weigh."""
    if grey is not None:
        dark, bright = map(reflectance.check, grey)
        return greys(seed, (dark, bright)).astype(np.float32), np.ones((1, len(lighting.edges) - 1))
    spectra = reflectance.nature(lighting.edges).values
    rng = np.random.default_rng([seed, 1])
    return rng.dirichlet(np.full(len(spectra), 0.3), COLOURS).astype(np.float32), spectra
