"""Uniform: the same light everywhere, for shading, noise and photon transfer."""

import numpy as np

from lichtbild.colour.light import Light
from lichtbild.image.bands import Bands
from lichtbild.image.scene import Scene
from lichtbild.scene.frame import Frame
from lichtbild.scene.lighting import Lighting, grey_lit
from lichtbild.scene.reflectance import check


def flat_field(frame: Frame, light: Light, luminance: float) -> Scene:
    """A surface that shines alike everywhere and in all directions.

    Args:
        frame: where it lies.
        light: its spectrum.
        luminance: cd m^-2, 0 or more.

    Raises:
        BadInput: the luminance is below 0.
    """
    photons = light.photons(luminance)
    weights = np.ones((frame.rows, frame.columns, 1), np.float32)
    return Scene(
        weights, photons[None], Bands(light.edges), frame.size, frame.depth, white=photons, name="flat field"
    )


def grey_card(frame: Frame, lighting: Lighting, reflectance: float = 0.18) -> Scene:
    """An even grey card in a light.

    Args:
        frame: where it lies.
        lighting: what falls on it.
        reflectance: 0 to 1.

    Raises:
        BadInput: the reflectance lies outside of that.
    """
    return grey_lit(frame, lighting, np.full((frame.rows, frame.columns), check(reflectance)), "grey card")
