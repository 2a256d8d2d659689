"""Spectral calibration: the colour matrices of a camera of known spectra, as a laboratory would find them.

Reflectances of known objects in a known light give the camera's numbers and CIE XYZ. The matrix between them
is the one of the smallest differences in colour, as eyes weigh them, among all that take white to white. Most
raw developers render by the colour matrix alone, so it is found from the camera to XYZ, and inverted.

Sources: DNG 1.7.1 chapter 6, "Mapping Camera Color Space to CIE XYZ Space"; CIE 15:2018 section 8.2.1,
CIELAB; CIE 116-1995, CIE94, whose weights of chroma and hue are taken.
"""

from typing import Final

import numpy as np
from jaxtyping import Float

from lichtbild.colour import light, observer
from lichtbild.image.bands import FINE, Bands
from lichtbild.image.calibration import Calibration, CameraColour
from lichtbild.scene import reflectance
from lichtbild.sensor.sensor import Sensor

LIGHTS: Final = {"A": (0.44758, 0.40745), "D65": (0.3127, 0.329)}
"""That cameras are calibrated in, and the chromaticities that light source codes stand for in raw files, from
which those of spectra in bands differ by 0.0001 (CIE 15:2004, table T.3)."""

_BREAK: Final = 6 / 29
"""Where CIELAB's cube root becomes straight."""


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
    d50 = light.named("D50", edges).photons(1.0)
    to_xyz, forward = (
        _matrix(
            numbers / scale,
            observer.xyz_of(objects * lamp, edges),
            white / scale,
            observer.xyz_of(lamp, edges),
        )
        for scale, lamp in ((white.max(), photons), (white, d50))
    )
    return Calibration(LIGHTS.get(name, lit.xy), np.linalg.inv(to_xyz), forward)


def trained_on() -> Float[np.ndarray, "object band"]:
    """Reflectances of the ColorChecker's patches, of skin and of nature, in `FINE`."""
    parts = [part(FINE.edges) for part in (reflectance.colour_checker, reflectance.skin, reflectance.nature)]
    return np.concatenate([part.values for part in parts])


def shares_in(fine: Bands, bands: Bands, values: Float[np.ndarray, " band"]) -> Float[np.ndarray, " fine"]:
    """Values of bands at the middles of finer ones, straight between the bands' own middles."""
    return np.asarray(np.interp(fine.middles, bands.middles, values))


def observed(bands: Bands) -> Float[np.ndarray, "band 3"]:
    """XYZ in cd m^-2 of one photon s^-1 mm^-2 sr^-1 in each band, overlapping or not."""
    if not bands.overlapping:
        return observer.xyz_weights(bands.edges)
    return np.asarray((observer.xyz_weights(FINE.edges).T @ bands.means_of(FINE)).T)


def neutral_of(
    sensor: Sensor, bands: Bands, light: Float[np.ndarray, " band"]
) -> Float[np.ndarray, " colour"]:
    """A camera's numbers for a white, the largest 1.

    Args:
        sensor: with three colours.
        bands: in which light was followed through the lens.
        light: of a white object behind the lens, of any unit.
    """
    return _largest_one(mixing(sensor) @ np.asarray(sensor.response.efficiency(bands), float) @ light)


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


def _matrix(
    numbers: Float[np.ndarray, "object colour"],
    xyz: Float[np.ndarray, "object 3"],
    white: Float[np.ndarray, " colour"],
    xyz_white: Float[np.ndarray, " 3"],
) -> Float[np.ndarray, "3 colour"]:
    """The matrix of the smallest differences in colour from numbers to XYZ that takes one white to the other.

    Any such matrix is one of them plus one whose rows are orthogonal to the white.
    """
    first = np.outer(xyz_white, white) / (white @ white)
    basis = np.linalg.svd(white[None])[2][1:]
    weights = _weights(xyz / xyz_white) / xyz_white
    parts = np.einsum("oij,ok->oijk", weights, numbers @ basis.T)
    missing = np.einsum("oij,oj->oi", weights, xyz - numbers @ first.T)
    rest = np.linalg.lstsq(parts.reshape(missing.size, -1), missing.ravel(), rcond=None)[0]
    return np.asarray(first + rest.reshape(3, -1) @ basis)


def _weights(relative: Float[np.ndarray, "object 3"]) -> Float[np.ndarray, "object 3 3"]:
    """What XYZ, relative to white, changes in lightness, chroma and hue, as CIE94 weighs them."""
    bright = relative > _BREAK**3
    root = np.where(bright, np.cbrt(relative), relative / (3 * _BREAK**2) + 4 / 29)
    slope = 1 / (3 * np.where(bright, root, _BREAK) ** 2)
    red, yellow = 500 * (root[:, 0] - root[:, 1]), 200 * (root[:, 1] - root[:, 2])
    chroma, hue = np.hypot(red, yellow), np.arctan2(yellow, red)
    to_lab = np.array([[0.0, 116.0, 0.0], [500.0, -500.0, 0.0], [0.0, 200.0, -200.0]])
    turn = np.zeros((len(relative), 3, 3))
    turn[:, 0, 0] = 1.0
    turn[:, 1, 1:] = np.stack([np.cos(hue), np.sin(hue)], axis=1) / (1 + 0.045 * chroma)[:, None]
    turn[:, 2, 1:] = np.stack([-np.sin(hue), np.cos(hue)], axis=1) / (1 + 0.015 * chroma)[:, None]
    return np.asarray(turn @ (to_lab * slope[:, None, :]))
