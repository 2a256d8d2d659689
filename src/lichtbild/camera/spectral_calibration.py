"""Spectral calibration: the colour matrices of a camera of known spectra, as a laboratory would find them.

Reflectances of known objects in a known light give the camera's numbers and CIE XYZ; the matrices between are
those of least squares among all that take white to white exactly.

Source: DNG 1.7.1 chapter 6, "Mapping Camera Color Space to CIE XYZ Space".
"""

import numpy as np
from jaxtyping import Float

from lichtbild.colour import light, observer
from lichtbild.image.bands import FINE, Bands
from lichtbild.image.calibration import Calibration, CameraColour
from lichtbild.scene import reflectance
from lichtbild.sensor.sensor import Sensor

LIGHTS = ("A", "D65")
"""That cameras are calibrated in."""


def spectral_colour(
    sensor: Sensor, through: Float[np.ndarray, " band"] | None = None, white: np.ndarray | None = None
) -> CameraColour:
    """All that a raw file says of the colour of a camera.

    Args:
        sensor: with three colours.
        through: share of light that the lens lets through in each of the bands `FINE`; by default all.
        white: photons of a white object in the scene, in `FINE`; None if unknown.
    """
    seen = _efficiency(sensor, through)
    return CameraColour(
        calibrations=tuple(calibration(sensor, name, through) for name in LIGHTS),
        as_shot_neutral=None if white is None else tuple(_largest_one(seen @ white).tolist()),
    )


def calibration(sensor: Sensor, name: str, through: Float[np.ndarray, " band"] | None = None) -> Calibration:
    """The matrices of a camera in a light, by its name.

    Args:
        sensor: with three colours.
        name: of the light, as of `lichtbild.colour.light.named`.
        through: as of `spectral_colour`.
    """
    edges = FINE.edges
    objects, seen = trained_on(), _efficiency(sensor, through)
    lit = light.named(name, edges)
    photons = lit.photons(1.0)
    numbers, white = (objects * photons) @ seen.T, seen @ photons
    xyz = observer.xyz_of(objects * photons, edges)
    d50 = light.named("D50", edges).photons(1.0)
    under_d50 = observer.xyz_of(objects * d50, edges)
    to_camera = _matrix(xyz, numbers / white.max(), observer.xyz_of(photons, edges), white / white.max())
    forward = _matrix(numbers / white, under_d50, np.ones(3), observer.xyz_of(d50, edges))
    return Calibration(lit.xy, to_camera, forward)


def trained_on() -> Float[np.ndarray, "object band"]:
    """Reflectances of the ColorChecker's patches, of skin and of nature, in `FINE`."""
    parts = [part(FINE.edges) for part in (reflectance.colour_checker, reflectance.skin, reflectance.nature)]
    return np.concatenate([part.values for part in parts])


def shares_in(fine: Bands, bands: Bands, values: Float[np.ndarray, " band"]) -> Float[np.ndarray, " fine"]:
    """Values of bands at the middles of finer ones, straight between the bands' own middles."""
    return np.asarray(np.interp(fine.middles, bands.middles, values))


def _efficiency(sensor: Sensor, through: np.ndarray | None) -> Float[np.ndarray, "colour band"]:
    """Electrons of each colour by photons, with what an even light brings from its neighbours on the axis."""
    seen = mixing(sensor) @ np.asarray(sensor.response.efficiency(FINE), float)
    return np.asarray(seen if through is None else seen * through)


def mixing(sensor: Sensor, angle: float = 0.0) -> Float[np.ndarray, "colour colour"]:
    """What part of each colour's electrons, in even light, was freed in pixels of which colour.

    Args:
        sensor: whose pixels hand electrons to their neighbours.
        angle: of the chief ray, rad.
    """
    share = float(sensor.crosstalk.share(np.float64(angle)))
    if sensor.cfa is None:
        return np.ones((1, 1))
    kept = np.asarray((1 - 4 * share) * np.eye(sensor.colours))
    pattern = np.asarray(sensor.cfa.pattern)
    beside = [np.roll(pattern, step, axis) for axis in (0, 1) for step in (1, -1)]
    pairs = np.zeros_like(kept)
    for neighbour in beside:
        np.add.at(pairs, (pattern, neighbour), 1.0)
    return np.asarray(kept + 4 * share * pairs / pairs.sum(axis=1, keepdims=True))


def _largest_one(numbers: np.ndarray) -> np.ndarray:
    return np.asarray(numbers / numbers.max())


def _matrix(given: np.ndarray, wanted: np.ndarray, white: np.ndarray, to: np.ndarray) -> np.ndarray:
    """The matrix of least squares from rows to rows that takes one white to the other.

    Any such matrix is one of them plus one whose rows are orthogonal to the white.
    """
    first = np.outer(to, white) / (white @ white)
    basis = np.linalg.svd(white[None])[2][1:]
    rest = np.linalg.lstsq(given @ basis.T, wanted - given @ first.T, rcond=None)[0]
    return np.asarray(first + rest.T @ basis)
