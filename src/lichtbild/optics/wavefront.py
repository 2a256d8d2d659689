"""Wavefront: optical path differences of real rays from a perfect spherical wave, in wavelengths.

The reference sphere stands about the image point of the chief ray of the primary wavelength and passes the
paraxial exit pupil on the axis. A ray with direction d that meets the image a vector r from that point has,
with the sphere's curvature c, the optical path from where light is in phase to the sphere::

    [path] - n d.r + n s c / (1 + sqrt(1 - s c^2)) - n / c          s = r^2 - (d.r)^2

W is the chief ray's path less the ray's: positive where the wave runs ahead of the sphere, as under-corrected
spherical aberration makes it. With c = 0, the pupil infinitely far, W is the angular eikonal that diffraction
is computed from.

Source: Welford, Aberrations of Optical Systems (1986), sections 7.1 and 7.2; Marechal's formula after Born
    and Wolf, Principles of Optics (7th ed.), equation 9.1.24 in Mahajan's form, JOSA 73, 860 (1983).
"""

from dataclasses import dataclass, replace
from typing import Any, Literal

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from lichtbild.optics import disc as discs
from lichtbild.optics import zernike
from lichtbild.optics.bundle import Bundle, bundle
from lichtbild.optics.disc import Disc
from lichtbild.optics.fourier import summed
from lichtbild.optics.glass import refractive_index
from lichtbild.optics.lens import Lens
from lichtbild.optics.paraxial import first_order
from lichtbild.optics.pupil_function import PupilFunction, amplitude, eikonal, over_pupils, polar_points
from lichtbild.optics.pytree import register

TINY = 1e-30
"""Floor under squares whose roots have derivatives."""


@register
@dataclass(frozen=True)
class Wavefront:
    """Optical path differences over pupils.

    Args:
        difference: W in wavelengths, ``[field, wavelength, ray]``.
        points: of the rays on the unit disc that is mapped to each pupil, ``[2, ray]``.
        weight: power that each ray stands for, ``[f, w, ray]``.
        cosines: optical direction cosines in image space, ``[2, f, w, ray]``.
    """

    difference: Array
    points: Array
    weight: Array
    cosines: Array

    def _mean(self, values: Array) -> Array:
        return jnp.sum(self.weight * values, axis=-1) / jnp.sum(self.weight, axis=-1)

    @property
    def rms(self) -> Array:
        """Standard deviation over the pupil's power, in wavelengths, ``[f, w]``."""
        apart = self.difference - self._mean(self.difference)[..., None]
        return jnp.sqrt(self._mean(apart**2) + TINY)

    @property
    def peak_to_valley(self) -> Array:
        """Greatest less least difference of the rays, in wavelengths, ``[f, w]``."""
        return jnp.max(self.difference, axis=-1) - jnp.min(self.difference, axis=-1)

    @property
    def strehl(self) -> Array:
        """Strehl ratio by Marechal's formula, ``exp(-(2 pi rms)^2)``: good above 0.3; see `strehl_ratio`."""
        return jnp.exp(-((2 * np.pi * self.rms) ** 2))

    def without_tilt(self) -> "Wavefront":
        """The same about the point of the image that makes its variance least, for each pupil."""
        terms = jnp.concatenate([jnp.ones_like(self.difference)[None], self.cosines - self._middle()])
        scaled = terms / jnp.sqrt(jnp.mean(terms**2, axis=-1, keepdims=True))
        normal = jnp.einsum("afwr,bfwr,fwr->fwab", scaled, scaled, self.weight)
        right = jnp.einsum("afwr,fwr->fwa", scaled, self.weight * self.difference)
        found = jnp.linalg.solve(normal, right[..., None])[..., 0]
        return replace(self, difference=self.difference - jnp.einsum("afwr,fwa->fwr", scaled, found))

    def _middle(self) -> Array:
        return self._mean(self.cosines)[..., None]

    def zernikes(self, count: int = 37, order: zernike.Order = "noll") -> zernike.ZernikeFit:
        """Zernike terms over the unit disc, ``[f, w, term]`` in wavelengths, and what they leave."""
        area = jnp.mean(jax.lax.stop_gradient(self.weight), axis=(0, 1))
        return zernike.fit(self.points, self.difference, area, count, order)


Reference = Literal["sphere", "plane"]


def wavefront(
    lens: Lens,
    disc: Disc,
    fields: Any = None,
    wavelengths: Any = None,
    *,
    reference: Reference = "sphere",
) -> Wavefront:
    """Wavefronts of a lens over points of its pupils.

    Args:
        lens: whose every asphere has a semi-aperture.
        disc: points of the pupil.
        fields: ``[field, 2]`` in the lens's own kind of field; by default the lens's.
        wavelengths: mm; by default the lens's. The reference point is the primary one's, or else the middle
            one's.
        reference: ``sphere`` through the exit pupil, or ``plane``: a sphere infinitely far, the eikonal.
    """
    light = bundle(lens, with_centre(disc), fields, wavelengths)
    return of_bundle(lens, disc, light, wavelengths, reference=reference)


def with_centre(disc: Disc) -> Disc:
    """The points of a disc, and the chief ray's, which has no weight."""
    centre = discs.centre()
    return discs.joined(disc, Disc(centre.points, np.zeros_like(centre.weights)))


def of_bundle(
    lens: Lens, disc: Disc, light: Bundle, wavelengths: Any = None, *, reference: Reference = "sphere"
) -> Wavefront:
    """The wavefronts of a bundle over the points of a disc and its centre (`with_centre`)."""
    waves = jnp.asarray(lens.wavelengths if wavelengths is None else wavelengths, float)
    primary = lens.primary if wavelengths is None else waves.shape[0] // 2
    last = refractive_index(lens.gaps[-1].medium, waves, lens.temperature, lens.pressure)
    index = (jnp.abs(last) * jnp.ones_like(waves))[:, None]
    point = light.traced.rays.position[:, :, primary, -1]
    curvature = jnp.zeros(()) if reference == "plane" else _curvature(lens, point, waves[primary])
    paths = _to_sphere(light, point, index, curvature)
    difference = (paths[..., -1:] - paths) / waves[:, None]
    return Wavefront(
        difference[..., :-1],
        jnp.asarray(disc.points),
        light.weight[..., :-1],
        (light.traced.rays.direction * index)[:2, ..., :-1],
    )


def _curvature(lens: Lens, point: Array, wavelength: Array) -> Array:
    """Of spheres about image points ``[3, field]`` through the exit pupil; positive if it lies in front."""
    along = first_order(lens, wavelength).exit_pupil
    squared = along**2 + jnp.sum(point[:2] ** 2, axis=0)
    return (-jnp.sign(along) / jnp.sqrt(squared))[:, None, None]


def _to_sphere(light: Bundle, point: Array, index: Array, curvature: Array) -> Array:
    """Optical paths to the reference spheres, less their radii."""
    apart = light.traced.rays.position - point[:, :, None, None]
    along = jnp.sum(light.traced.rays.direction * apart, axis=0)
    squared = jnp.sum(apart**2, axis=0) - along**2
    root = jnp.sqrt(jnp.maximum(1 - squared * curvature**2, 0.0))
    return light.traced.path + index * (squared * curvature / (1 + root) - along)


def wavefront_map(
    lens: Lens, size: int = 64, fields: Any = None, wavelengths: Any = None
) -> tuple[Wavefront, Any]:
    """Wavefronts on a square grid over the pupil, and which of its squares have a ray, ``[y, x]``.

    ``numpy.place(picture, inside, wavefront.difference[f, w])`` makes a picture, rows toward +y.

    Args:
        lens: whose every asphere has a semi-aperture.
        size: squares along either side.
        fields: as in `wavefront`.
        wavelengths: as in `wavefront`.
    """
    squares, inside = map_points(size)
    return wavefront(lens, squares, fields, wavelengths), inside


def map_points(size: int) -> tuple[Disc, np.ndarray]:
    """The middles of a map's squares that lie in the pupil, and which squares these are, ``[y, x]``."""
    side = (2 * np.arange(size) + 1) / size - 1
    x, y = np.meshgrid(side, side)
    inside = x * x + y * y <= 1
    points = np.stack([x[inside], y[inside]])
    return Disc(points, np.full(points.shape[1], 4.0 / size**2)), inside


def opd_fan(lens: Lens, count: int = 41, axis: Literal["x", "y"] = "y", fields: Any = None) -> Wavefront:
    """Optical path differences along an axis of the pupil, from edge to edge.

    Args:
        lens: whose every asphere has a semi-aperture.
        count: of rays.
        axis: of the pupil.
        fields: as in `wavefront`.
    """
    return wavefront(lens, discs.fan(count, axis), fields)


@jax.jit
def strehl_ratio(pupils: PupilFunction) -> Array:
    """Strehl ratio by the sum of waves, where the wavefront's variance is least, ``[f, w]``.

    The greatest intensity lies at that point unless aberrations are larger than some half wave.
    """

    def one(pupil: PupilFunction) -> Array:
        points, area = polar_points(pupil, rings=24, arms=64)
        modulus, path = amplitude(pupil, points) * area, eikonal(pupil, points)
        middle = pupil.outline[:, :1].real
        terms = jnp.concatenate([jnp.ones_like(path)[None], (points - middle) / pupil.half[:, None]])
        tilt = jnp.linalg.solve((terms * modulus) @ terms.T, terms @ (modulus * path))
        phase = 2 * np.pi / pupil.wavelength * (path - tilt @ terms)
        return jnp.abs(summed(phase, modulus)) ** 2 / jnp.sum(modulus) ** 2

    return over_pupils(one, pupils)
