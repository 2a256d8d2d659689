"""Form crop: the light of a scene laid upon a small part of a sensor by a lens, differentiably.

::

    scene --where each square looks--> radiance --point spread of the crop's middle--> * solid angle, pixel

The crop is an isoplanatic patch: one point spread for each band. What lies on its border's squares sends its
light in. Radiance is met at the squares' middles; the point spread is that of whole squares, so that the mean
over a pixel's squares is the light on the whole of it.
"""

from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from lichtbild.core.errors import BadInput
from lichtbild.image.scene import Scene
from lichtbild.optics.crop_response import CropResponse, CropSite, scaled
from lichtbild.optics.pytree import register


@register
@dataclass(frozen=True)
class CropImage:
    """The light on a crop's pixels, row 0 at the top.

    Args:
        irradiance: photons s^-1 mm^-2, ``[row, column, band]``.
        radiance: of the scene where each pixel looks, as no lens has blurred it, photons s^-1 mm^-2 sr^-1,
            ``[row, column, band]``.
        solid_angle: projected, of the light that comes there, sr, ``[row, column, band]``.
        angle: chief angle, rad, ``[row, column]``.
    """

    irradiance: Array
    radiance: Array
    solid_angle: Array
    angle: Array


def form_crop(
    response: CropResponse, site: CropSite, scene: Scene, middle: tuple[float, float] = (0.0, 0.0)
) -> CropImage:
    """The light that a scene lays upon a crop; to be compiled and differentiated by JAX.

    Args:
        response: of the lens at the site.
        site: the crop.
        scene: what the camera looks at; beyond its borders its outermost pixels go on.
        middle: tangents, x to the right and y up, of the scene's middle: a scene no larger than the crop
            needs may lie where the crop looks.

    Raises:
        BadInput: nothing of the scene is as coarse as the squares of the crop are wide, or a pixel is.
    """
    _check(site, scene)
    spectra = jnp.asarray(scene.in_bands(site.bands))
    sharp = _seen(response, site, scene, middle) @ spectra
    blurred = _convolved(jnp.moveaxis(sharp, -1, 0), response.psf)
    irradiance = _pixels(jnp.moveaxis(blurred, 0, -1), site)
    y, x = site.pixels()
    squared = y * y + x * x
    at = scaled(site, squared)
    solid_angle = _evaluated(response.solid_angle, at)
    angle = _evaluated(response.angle[:, None], at)[..., 0] * np.sqrt(squared)
    return CropImage(irradiance * solid_angle, _pixels(sharp, site), solid_angle, angle)


def _check(site: CropSite, scene: Scene) -> None:
    focal = float(np.sqrt(site.span[1])) / float(site.tangents.max())
    square = site.pitch / site.finer / focal
    for side, count in zip(scene.size, scene.extent, strict=True):
        if side / count < square / 3:
            raise BadInput(
                f"pixels of scene '{scene.name}' are {side / count:.2g} tangents wide, the crop's squares "
                f"{square:.2g}, which would skip some; give a coarser scene or more squares along a pixel"
            )


def _seen(response: CropResponse, site: CropSite, scene: Scene, middle: tuple[float, float]) -> Array:
    """Weights of the scene's spectra where the squares look, ``[row, column, spectrum]``."""
    y, x = site.places()
    ratio = _evaluated(response.ratio[:, None], scaled(site, y * y + x * x))[..., 0]
    height, width = scene.size
    rows = (0.5 - (y * ratio - middle[1]) / height) * scene.extent.height - 0.5
    columns = (0.5 + (x * ratio - middle[0]) / width) * scene.extent.width - 0.5
    return _cubic(jnp.asarray(scene.weights), jnp.asarray(rows), jnp.asarray(columns))


def _evaluated(coefficients: Array, at: Array) -> Array:
    """A polynomial for each column of ``[power, column]``, column last."""
    total = jnp.zeros((*at.shape, coefficients.shape[1]))
    for row in coefficients[::-1]:
        total = total * at[..., None] + row
    return total


def _cubic(planes: Array, rows: Array, columns: Array) -> Array:
    """Planes ``[row, column, plane]`` at places between their pixels, with a continuous slope.

    Source: Keys, IEEE Trans. Acoustics, Speech, and Signal Processing 29, 1153 (1981), equation 15.
    """
    top, left = jnp.floor(rows), jnp.floor(columns)
    down, right = jnp.stack(_weights(rows - top)), _weights(columns - left)
    first, second = top.astype(int) - 1, left.astype(int) - 1
    places = [jnp.clip(second + j, 0, planes.shape[1] - 1) for j in range(4)]

    # A line at a time, and met again for the gradient: all sixteen neighbours would fill a gigabyte.
    @jax.checkpoint
    def added(total: Array, along: tuple[Array, Array]) -> tuple[Array, None]:
        of_row, i = along
        line = jnp.clip(first + i, 0, planes.shape[0] - 1)
        met = sum(share[..., None] * planes[line, at] for share, at in zip(right, places, strict=True))
        return total + of_row[..., None] * met, None

    nothing = jnp.zeros((*rows.shape, planes.shape[2]))
    total: Array = jax.lax.scan(added, nothing, (down, jnp.arange(4)))[0]
    return total


def _weights(t: Array) -> tuple[Array, Array, Array, Array]:
    """Of the four pixels around a place, ``t`` beyond the second."""
    return (
        ((2 - t) * t - 1) * t / 2,
        ((3 * t - 5) * t * t + 2) / 2,
        ((4 - 3 * t) * t + 1) * t / 2,
        (t - 1) * t * t / 2,
    )


def _convolved(planes: Array, psf: Array) -> Array:
    """Planes ``[band, row, column]`` spread around; right wherever the spread does not reach a border."""
    rows, columns = planes.shape[1:]
    half = psf.shape[-1] // 2
    padded = jnp.pad(psf, ((0, 0), (0, rows - psf.shape[1]), (0, columns - psf.shape[2])))
    around = jnp.roll(padded, (-half, -half), axis=(1, 2))
    waves = jnp.fft.rfft2(planes) * jnp.fft.rfft2(around)
    return jnp.fft.irfft2(waves, (rows, columns))


def _pixels(squares: Array, site: CropSite) -> Array:
    """Means over each pixel's squares, without the border."""
    border, finer = site.border, site.finer
    inner = squares[border : squares.shape[0] - border, border : squares.shape[1] - border]
    rows, columns = site.extent
    return jnp.mean(inner.reshape(rows, finer, columns, finer, -1), axis=(1, 3))
