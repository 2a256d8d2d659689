"""Pupil function: amplitude and eikonal of a pencil as smooth functions of direction, within its outline.

Polynomials of the optical direction cosines are laid through the traced rays. The outline is a curve of its
own, so that nothing here is masked and all of it has derivatives.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from lichtbild.optics import disc_polynomial, outline
from lichtbild.optics.pencil import Pencil
from lichtbild.optics.pytree import register

DEGREE = 16
"""Total degree of the polynomials unless asked for otherwise."""

MARGIN = 1.04
"""Half-width of the normalised square, in half-widths of the outline's points."""

TINY = 1e-30
"""Floor under squares whose roots have derivatives."""


@register
@dataclass(frozen=True)
class PupilFunction:
    """Smooth pupil of each field and wavelength, of power 1.

    Every array begins with the axes ``[field, wavelength]``; functions of one pupil alone take it without
    them.

    Args:
        middle: of the normalised square, p and q, ``[2]``.
        half: its half-widths, ``[2]``.
        eikonal: table of T over the square, mm, ``[i, j]``.
        amplitude: table of A, ``[i, j]``.
        outline: Fourier coefficients of the rim's p and q, complex, ``[2, harmonic]``.
        misfit: rms difference of the eikonal from the rays', in wavelengths.
        wavelength: mm.
        index: of image space.
    """

    middle: Array
    half: Array
    eikonal: Array
    amplitude: Array
    outline: Array
    misfit: Array
    wavelength: Array
    index: Array


@partial(jax.jit, static_argnames=("degree",))
def pupil_function(pencil: Pencil, degree: int = DEGREE) -> PupilFunction:
    """The smooth pupils through a pencil's rays.

    Args:
        pencil: with more rays than the polynomials have terms, ``(degree + 1) (degree + 2) / 2``.
        degree: total degree of the polynomials.
    """

    def one(rays: tuple[Array, ...], wavelength: Array, index: Array) -> PupilFunction:
        return _of_unit_power(_fitted(rays, wavelength, index, degree))

    rays = (pencil.cosines, pencil.rim, pencil.eikonal, pencil.amplitude, pencil.weight)
    batched = (1, 1, 0, 0, 0)
    over_waves = jax.vmap(one, (batched, 0, 0))
    found: PupilFunction = jax.vmap(over_waves, (batched, None, None))(rays, pencil.wavelength, pencil.index)
    return found


def over_pupils(function: Callable[[Any], Array], cases: Any) -> Array:
    """A function of one pupil, applied to all: its arrays lack the axes ``[field, wavelength]``.

    One after the other, so that what one pupil needs stays in the cache.
    """
    batch = jax.tree.leaves(cases)[0].shape[:2]
    flat = jax.tree.map(lambda v: v.reshape(-1, *v.shape[2:]), cases)
    found = jax.lax.map(function, flat)
    return jnp.reshape(found, (*batch, *found.shape[1:]))


def _fitted(rays: tuple[Array, ...], wavelength: Array, index: Array, degree: int) -> PupilFunction:
    """Polynomials through the rays of one pencil; the amplitude's scale is the source's."""
    cosines, rim, eikonal, amplitude, weight = rays
    low, high = jax.lax.stop_gradient((jnp.min(rim, axis=-1), jnp.max(rim, axis=-1)))
    middle, half = (low + high) / 2, MARGIN * (high - low) / 2
    x, y = (cosines - middle[:, None]) / half[:, None]
    fit = disc_polynomial.fit(x, y, weight, degree)
    tables = fit.table(jnp.stack([eikonal, amplitude], axis=-1))
    difference = disc_polynomial.evaluate(tables[0], x, y) - eikonal
    mean_square = jnp.sum(weight * difference**2) / jnp.sum(weight)
    misfit = jnp.sqrt(mean_square + TINY) / wavelength
    return PupilFunction(middle, half, tables[0], tables[1], outline.series(rim), misfit, wavelength, index)


def _of_unit_power(pupil: PupilFunction) -> PupilFunction:
    points, area = polar_points(pupil, rings=20, arms=2 * pupil.outline.shape[-1])
    power = jnp.sum(amplitude(pupil, points) ** 2 * area)
    return replace(pupil, amplitude=pupil.amplitude / jnp.sqrt(power))


def amplitude(pupil: PupilFunction, cosines: Array) -> Array:
    """A of one pupil at points ``[2, point]``, 1; the integral of its square over all directions is 1."""
    return disc_polynomial.evaluate(pupil.amplitude, *_normalised(pupil, cosines))


def eikonal(pupil: PupilFunction, cosines: Array, focus: Array | float = 0.0) -> Array:
    """T of one pupil at points ``[2, point]``, in a plane a distance ``focus`` behind the image, mm."""
    found = disc_polynomial.evaluate(pupil.eikonal, *_normalised(pupil, cosines))
    return found + focus * jnp.sqrt(jnp.maximum(pupil.index**2 - jnp.sum(cosines**2, axis=0), TINY))


def _normalised(pupil: PupilFunction, cosines: Array) -> Array:
    return (cosines - pupil.middle[:, None]) / pupil.half[:, None]


def polar_points(pupil: PupilFunction, rings: int, arms: int) -> tuple[Array, Array]:
    """Points that fill the outline of one pupil ``[2, point]``, and their areas of direction ``[point]``.

    Gauss's points on lines from the middle to the rim, at even steps of the outline's parameter.
    """
    node, weight = np.polynomial.legendre.leggauss(rings)
    radius = (node + 1) / 2
    rim, slope = outline.curve(pupil.outline, 2 * np.pi * jnp.arange(arms) / arms)
    middle = pupil.outline[:, :1].real
    out = rim - middle
    points = middle[:, :, None] + radius[:, None] * out[:, None, :]
    turned = out[0] * slope[1] - out[1] * slope[0]
    area = (radius * weight / 2)[:, None] * turned * (2 * np.pi / arms)
    return points.reshape(2, -1), jnp.asarray(area).reshape(-1)
