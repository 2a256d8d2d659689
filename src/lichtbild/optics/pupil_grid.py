"""Pupil grid: samples of a pupil function in columns along one direction, with weights that know its rim.

Columns lie across the direction where Gauss would put them; within each, samples are evenly spaced, and the
weights integrate the polynomials through them from one end of the chord to the other. Sums over the grid thus
converge as h^6 although the rim cuts it anywhere.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from lichtbild.optics import disc_polynomial, outline
from lichtbild.optics.fourier import Parts, phasor
from lichtbild.optics.pupil_function import TINY, PupilFunction, amplitude, eikonal
from lichtbild.optics.pytree import register

BESIDE = 3
"""Samples outside the pupil, at either end of a column, that polynomials at its very rim go through."""


@register
@dataclass(frozen=True)
class PupilGrid:
    """Samples of one pupil in columns, ``[column, row]``.

    Args:
        waves: the pupil function, 0 where it is not needed.
        before: weight of each sample in an integral up to its column's forward end, 0 to 1.
        behind: weight in an integral up to the backward end; ``before - behind`` is that of the chord.
        width: of the columns.
        across: direction cosines of the columns, to the left of the rows' direction.
        along: evenly spaced direction cosines of the rows.
    """

    waves: Parts
    before: Array
    behind: Array
    width: Array
    across: Array
    along: Array

    @property
    def step(self) -> Array:
        """Distance of rows in direction cosines."""
        return self.along[1] - self.along[0]

    def weighted(self) -> Parts:
        """The pupil function times each sample's element of direction."""
        weights = (self.before - self.behind) * self.width[:, None] * self.step
        return Parts(self.waves.real * weights, self.waves.imaginary * weights)


def pupil_grid(pupil: PupilFunction, toward: Array, samples: int, focus: Array | float = 0.0) -> PupilGrid:
    """Samples of one pupil.

    Args:
        pupil: without the axes of fields and wavelengths.
        toward: unit vector ``[2]`` along which rows follow one another.
        samples: columns, and rows between the outermost ends of all.
        focus: distance of the plane behind the image, mm.
    """
    height, width, ends = outline.chords(pupil.outline, toward, samples)
    start, stop = jnp.min(ends), jnp.max(ends)
    step = (stop - start) / samples
    along = start + step * (np.arange(-BESIDE, samples + BESIDE) + 0.5)
    from_back, from_front = ((end[:, None] - along) / step for end in ends)
    needed = (from_front > -BESIDE) & (from_back < BESIDE)
    modulus, paths = _on_grid(pupil, toward, height, along)
    axial = pupil.index**2 - height[:, None] ** 2 - along**2
    phase = 2 * np.pi / pupil.wavelength * (paths + focus * jnp.sqrt(jnp.maximum(axial, TINY)))
    # far outside the polynomials run to millions of waves, whose sines take long
    waves = phasor(jnp.where(needed, phase, 0.0), jnp.where(needed, modulus, 0.0))
    return PupilGrid(waves, _integral(from_front), _integral(from_back), width, height, along)


def _on_grid(pupil: PupilFunction, toward: Array, across: Array, along: Array) -> tuple[Array, Array]:
    """Amplitude and eikonal ``[column, row]``, from polynomials over a square that lies as the grid."""
    corners = jax.lax.stop_gradient(jnp.array([[across[0], along[0]], [across[-1], along[-1]]]))
    middle, half = (corners[0] + corners[1]) / 2, (corners[1] - corners[0]) / 2
    axes = jnp.stack([jnp.stack([-toward[1], toward[0]]), toward], axis=-1)
    nodes = np.stack(disc_polynomial.nodes(pupil.eikonal.shape[-1] - 1))
    cosines = axes @ (middle[:, None] + half[:, None] * nodes.reshape(2, -1))
    places = (across - middle[0]) / half[0], (along - middle[1]) / half[1]

    def values(function: Callable[[PupilFunction, Array], Array]) -> Array:
        table = disc_polynomial.through_nodes(function(pupil, cosines).reshape(nodes.shape[1:]))
        return disc_polynomial.on_grid(table, *places)

    return values(amplitude), values(eikonal)


def _integral(x: Array) -> Array:
    """Integral, up to x, of Lagrange's kernel of interpolation through the nearest samples."""
    z = jnp.minimum(jnp.abs(x), BESIDE)
    found = jnp.zeros_like(z)
    for cell, coefficients in enumerate(kernel_integral()):
        found = jnp.where(z >= cell, jnp.polyval(coefficients, z), found)
    return 0.5 + jnp.sign(x) * found


@lru_cache(maxsize=1)
def kernel_integral() -> tuple[np.ndarray, ...]:
    """The kernel's integral from 0: a polynomial for each distance between whole numbers.

    At a distance from ``cell`` to ``cell + 1`` a sample's weight is the product of (1 - distance / d) over
    the distances d of the other samples from it.
    """
    pieces, total = [], 0.0
    for cell in range(BESIDE):
        others = [d for d in range(cell + 1 - BESIDE, cell + 1 + BESIDE) if d != 0]
        piece = np.poly1d(others, r=True)
        integral = np.polyint(piece / np.prod([-d for d in others]))
        pieces.append((integral - integral(cell) + total).coefficients)
        total = pieces[-1] @ (cell + 1.0) ** np.arange(len(pieces[-1]) - 1, -1, -1)
    return tuple(pieces)
