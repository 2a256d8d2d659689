"""Point spread function: the image of a point, by scalar diffraction of a lens's real rays.

Two ways to the same sum over plane waves (`lichtbild.optics.pencil`), which share no step but the rays:

- ``huygens`` adds a wave for each traced ray, weighted by Gauss's rule over the pupil.
- ``fft`` adds waves on a Cartesian grid of directions, with eikonal and amplitude from a fit and samples at
  the rim weighted by the share of their cell inside it.
"""

from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from lichtbild.optics import fourier
from lichtbild.optics.lens import Lens
from lichtbild.optics.pencil import Pencil, Rings, pencil
from lichtbild.optics.pupil_function import DEGREE, PupilFunction, over_pupils, pupil_function
from lichtbild.optics.pupil_grid import pupil_grid
from lichtbild.optics.pytree import register

Method = Literal["fft", "huygens"]

SAMPLES = 88
"""Of the pupil along either direction, for pupil functions of the usual degree."""

FOR_GRID, GRID_DEGREE, GRID_SAMPLES = Rings(rings=14, arms=44, rim=64), 20, 112
"""Rays, degree and samples of `psf`: within 1e-3 of the peak even at the edge of a phone lens's field."""

FOR_WAVES = Rings(rings=32, arms=128, rim=64)
"""Rays of a Huygens sum: no two neighbours differ by half a wave within 20 wavelengths times f-number."""


@register
@dataclass(frozen=True)
class PointSpread:
    """Images of points.

    Args:
        values: density of power ``[field, wavelength, y, x]``, 1 / mm^2; each integrates to 1 over an
            infinite plane. Rows go toward +y and columns toward +x; sample [n // 2, n // 2] lies at the
            centre.
        pitch: distance of samples, mm.
        centre: reference points in the image, ``[3, field]``, mm: where the chief ray of the primary
            wavelength meets it.
    """

    values: Array
    pitch: Array
    centre: Array

    @property
    def positions(self) -> Array:
        """Coordinates of the samples from the centre, mm."""
        return sample_positions(self.values.shape[-1], self.pitch)

    def polychromatic(self, weights: Array) -> "PointSpread":
        """All wavelengths added about their common centre, ``[field, 1, y, x]``; lateral colour remains."""
        share = weights / jnp.sum(weights)
        values = jnp.einsum("fwyx,w->fyx", self.values, share)[:, None]
        return PointSpread(values, self.pitch, self.centre)


def sample_positions(pixels: int, pitch: Array | float) -> Array:
    """Coordinates of a row of samples, of which number ``pixels // 2`` is 0."""
    return (jnp.arange(pixels) - pixels // 2) * pitch


@jax.jit
def huygens(pencil: Pencil, x: Array, focus: Array | float = 0.0) -> Array:
    """Point spread of every field and wavelength as a sum over rays, ``[f, w, y, x]``, 1 / mm^2.

    Args:
        pencil: rays dense enough that neighbours differ by less than half a wave everywhere on the grid.
        x: coordinates of the samples in either direction, mm.
        focus: distance of the plane behind the image, mm.
    """

    def one(rays: tuple[Array, ...]) -> Array:
        wavelength, index, cosines, paths, weight, amplitude = rays
        k = 2 * np.pi / wavelength
        along = jnp.sqrt(jnp.maximum(index**2 - jnp.sum(cosines**2, axis=0), 0.0))
        modulus = weight / jnp.where(weight > 0, amplitude, 1.0) / jnp.sqrt(jnp.sum(weight))
        waves = fourier.phasor(k * (paths + focus * along), modulus)
        return fourier.from_rays(waves, k * cosines[0], k * cosines[1], x, x).power() / wavelength**2

    rays = jnp.moveaxis(pencil.cosines, 0, 2), pencil.eikonal, pencil.weight, pencil.amplitude
    media = (jnp.broadcast_to(v, pencil.weight.shape[:2]) for v in (pencil.wavelength, pencil.index))
    return over_pupils(one, (*media, *rays))


@partial(jax.jit, static_argnames=("samples",))
def fft(pupil: PupilFunction, samples: int, x: Array, focus: Array | float = 0.0) -> Array:
    """Point spread of every field and wavelength from a grid of directions, ``[f, w, y, x]``, 1 / mm^2.

    Args:
        pupil: of each field and wavelength.
        samples: of the pupil along either direction.
        x: coordinates of the samples in either direction, mm.
        focus: distance of the plane behind the image, mm.
    """

    def one(pupil: PupilFunction) -> Array:
        k = 2 * np.pi / pupil.wavelength
        grid = pupil_grid(pupil, jnp.array([0.0, 1.0]), samples, focus)
        waves = grid.weighted().transposed()
        return fourier.from_grid(waves, -k * grid.across, k * grid.along, x, x).power() / pupil.wavelength**2

    return over_pupils(one, pupil)


def psf(
    lens: Lens,
    pixels: int = 128,
    pitch: Any = None,
    fields: Any = None,
    wavelengths: Any = None,
    *,
    method: Method = "fft",
) -> PointSpread:
    """Images of points by a lens.

    Args:
        lens: whose every asphere has a semi-aperture.
        pixels: samples along either direction.
        pitch: distance of samples, mm; by default a quarter of the shortest wavelength over the widest
            pupil's width in direction cosines, half of what its light needs.
        fields: ``[field, 2]`` in the lens's own kind of field; by default the lens's.
        wavelengths: mm; by default the lens's.
        method: see the module.
    """
    rays = pencil(lens, fields, wavelengths, FOR_WAVES if method == "huygens" else FOR_GRID)
    return of_pencil(rays, pixels, pitch, method=method, degree=GRID_DEGREE, samples=GRID_SAMPLES)


def usual_pitch(rays: Pencil) -> Array:
    """Distance of samples where none is given, mm; see `psf`."""
    width = jnp.max(rays.rim, axis=-1) - jnp.min(rays.rim, axis=-1)
    return jnp.min(rays.wavelength) / (4 * jnp.max(width))


def of_pencil(
    rays: Pencil,
    pixels: int = 128,
    pitch: Any = None,
    *,
    method: Method = "fft",
    degree: int = DEGREE,
    samples: int = SAMPLES,
) -> PointSpread:
    """Images of points by pencils, by default those of the usual rays.

    Args:
        rays: of each field and wavelength.
        pixels: as of `psf`.
        pitch: as of `psf`.
        method: see the module.
        degree: of the polynomials that ``fft`` takes.
        samples: of the pupil along either direction that it takes.
    """
    pitch = usual_pitch(rays) if pitch is None else pitch
    x = sample_positions(pixels, jnp.asarray(pitch, float))
    values = huygens(rays, x) if method == "huygens" else fft(pupil_function(rays, degree), samples, x)
    return PointSpread(values, jnp.asarray(pitch, float), rays.centre)
