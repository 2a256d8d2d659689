"""Optical transfer function: the correlation of a sampled pupil with itself, by fast Fourier transforms.

The fast mode: one pass gives all frequencies along a direction, at multiples of the samples' distance,
between which the function is interpolated. Each column of the pupil is correlated with itself; the weights
that stop the sum where its rim lies belong to the two factors one each, so that it is right for the
shortest shifts too.
"""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from scipy.fft import next_fast_len

from lichtbild.optics.pupil_function import PupilFunction, over_pupils
from lichtbild.optics.pupil_grid import PupilGrid, pupil_grid

SAMPLES = 80
"""Of the pupil along either direction unless asked for otherwise."""

NEIGHBOURS = 6
"""Shifts that the interpolating polynomial goes through."""


@partial(jax.jit, static_argnames=("samples",))
def transfer(
    pupil: PupilFunction,
    directions: Array,
    frequencies: Array,
    focus: Array | float = 0.0,
    samples: int = SAMPLES,
) -> Array:
    """Complex optical transfer function about the pencil's reference point, 1 at frequency 0.

    Args:
        pupil: of each field and wavelength.
        directions: unit vectors ``[2, field, direction]``.
        frequencies: not negative, ``[frequency]``, cycles / mm.
        focus: distance of the plane behind the image, mm.
        samples: of the pupil along either direction.

    Returns:
        ``[field, wavelength, direction, frequency]``.
    """
    shape = (*pupil.misfit.shape, directions.shape[-1])
    each = jnp.broadcast_to(jnp.moveaxis(directions, 0, -1)[:, None], (*shape, 2))

    def one(case: tuple[PupilFunction, Array]) -> Array:
        own, toward = case
        grid = pupil_grid(own, toward, samples, focus)
        found = _correlation(grid)
        return _interpolated(found / found[0].real, frequencies * own.wavelength / grid.step)

    return jax.vmap(lambda toward: over_pupils(one, (pupil, toward)), 2, 2)(each)


def _correlation(grid: PupilGrid) -> Array:
    """Of the columns with themselves, added up: complex, for shifts of 0, 1, 2 ... rows.

    Columns are added up before the transform back: as each factor ends at its own side of the pupil, none of
    them gives anything for a shift longer than its chord.
    """
    waves = grid.waves.real + 1j * grid.waves.imaginary
    rows = waves.shape[-1]
    length = next_fast_len(2 * rows)
    ahead, back = (jnp.fft.fft(waves * weight, length) for weight in (grid.before, 1 - grid.behind))
    spectrum = jnp.sum(ahead * back.conj() * grid.width[:, None], axis=0)
    return jnp.fft.ifft(spectrum)[:rows] * grid.step


def _interpolated(values: Array, place: Array) -> Array:
    """Between the values of a row by polynomials; 0 behind its end.

    The slope of the phase at 0, which is the place of the image, is taken out before and put back after.
    """
    count = values.shape[0]
    turn = jax.lax.stop_gradient(jnp.angle(values[1]))
    level = values * jnp.exp(-1j * turn * np.arange(count))
    first = jnp.clip(jnp.floor(place).astype(int) - NEIGHBOURS // 2 + 1, 0, count - NEIGHBOURS)
    offset = place - first
    total = jnp.zeros(place.shape, complex)
    for i in range(NEIGHBOURS):
        others = [j for j in range(NEIGHBOURS) if j != i]
        factor = jnp.prod(jnp.stack([(offset - j) / (i - j) for j in others]), axis=0)
        total = total + factor * level[first + i]
    return jnp.where(place < count - 1, total * jnp.exp(1j * turn * place), 0.0)
