"""Lighting: the lights that fall on a scene and how much; what reflects them becomes light."""

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lichtbild.colour.light import Light, level
from lichtbild.core.errors import BadInput
from lichtbild.image.bands import Bands
from lichtbild.image.scene import Scene
from lichtbild.scene.frame import Frame

Places = Float[np.ndarray, "row column light"]


@dataclass(frozen=True, eq=False)
class Lighting:
    """Even illuminance of one light, or of several that mix over the picture.

    Attributes:
        lights: one or more, in the same bands.
        lux: illuminance of the whole chart, 0 or more.
        shares: each light's share of the illuminance at each place, ``[row, column, light]``, with sum 1;
            None where all lights give alike everywhere.
    """

    lights: tuple[Light, ...]
    lux: float
    shares: Places | None = None

    def __post_init__(self) -> None:
        level(self.lux, "lux")
        if not self.lights:
            raise BadInput("a lit scene needs a light; name one, such as D65")
        if any(not np.array_equal(light.edges, self.lights[0].edges) for light in self.lights):
            raise ValueError("the lights of a scene come in the same bands")
        if self.shares is not None:
            fit = self.shares.shape[2] == len(self.lights) and (self.shares >= 0).all()
            if not (fit and np.allclose(self.shares.sum(axis=2), 1.0, atol=1e-5)):
                raise BadInput("shares of lights are 0 or more, one a light, with sum 1 at each place")

    @property
    def edges(self) -> Float[np.ndarray, " edges"]:
        """Edges of the lights' bands, mm."""
        return self.lights[0].edges

    @property
    def bands(self) -> Bands:
        """The lights' bands."""
        return Bands(self.edges)

    @property
    def white(self) -> Float[np.ndarray, " band"]:
        """Photon radiance of a perfect white diffuser, mean over the picture."""
        count = len(self.lights)
        means = np.full(count, 1 / count) if self.shares is None else self.shares.mean(axis=(0, 1))
        return np.asarray(means @ np.stack([light.photons_at(self.lux) for light in self.lights]))


def one_light(light: Light, lux: float) -> Lighting:
    """Lighting by one light at an illuminance in lux."""
    return Lighting((light,), lux)


def two_lights(
    first: Light, second: Light, lux: float, frame: Frame, *, direction: float = 0.0, softness: float = 0.5
) -> Lighting:
    """Lighting that goes smoothly from one light to another across the picture.

    Args:
        first: the light at the beginning.
        second: the light at the end.
        lux: illuminance by both together, everywhere.
        frame: of the scene that is lit.
        direction: from the first to the second, rad from the x axis towards y.
        softness: width of the change in widths of the picture, above 0.

    Raises:
        BadInput: the softness is not above 0.
    """
    if not softness > 0:
        raise BadInput(f"the change from light to light has a width above 0, not {softness:g}")
    along = frame.x[None] * math.cos(direction) + frame.y[:, None] * math.sin(direction)
    place = np.clip(along / (softness * frame.size[1]) + 0.5, 0.0, 1.0)
    share = place * place * (3 - 2 * place)
    return Lighting((first, second), lux, np.stack([1 - share, share], axis=2).astype(np.float32))


def lit(
    frame: Frame,
    lighting: Lighting,
    weights: Float[np.ndarray, "row column spectrum"],
    reflectances: Float[np.ndarray, "spectrum band"],
    name: str,
) -> Scene:
    """The scene that reflects light diffusely: photon radiance is reflectance x illuminance / pi.

    Args:
        frame: where it lies.
        lighting: what falls on it.
        weights: of the reflectances at each place.
        reflectances: relative to a perfect white, in the lights' bands.
        name: for reports.

    Raises:
        BadInput: the lights' shares were made for another number of pixels.
    """
    white = np.stack([light.photons_at(lighting.lux) for light in lighting.lights])
    weights = np.asarray(weights, np.float32)
    if lighting.shares is None:
        spectra = reflectances * lighting.white
    else:
        if lighting.shares.shape[:2] != weights.shape[:2]:
            raise BadInput(
                f"lights are shared over {lighting.shares.shape[:2]} pixels and the scene has "
                f"{weights.shape[:2]}; make both of the same frame"
            )
        spectra = np.concatenate([reflectances * one for one in white])
        parts = [weights * lighting.shares[..., k : k + 1] for k in range(len(white))]
        weights = np.concatenate(parts, axis=2).astype(np.float32)
    bands = lighting.bands
    return Scene(weights, spectra, bands, frame.size, frame.depth, white=lighting.white, name=name)


def grey_lit(
    frame: Frame, lighting: Lighting, reflectance: Float[np.ndarray, "row column"], name: str
) -> Scene:
    """The scene of a grey of any reflectance at each place; one spectrum for each light."""
    return lit(frame, lighting, reflectance[..., None], np.ones((1, len(lighting.edges) - 1)), name)
