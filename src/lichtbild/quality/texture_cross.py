"""Texture by the cross method: the transfer from the chart's own leaves to the picture, with its phase.

The leaves are drawn where they lie in the picture, pixel by pixel out of their seed, and laid on it by a
registration of their own; then::

    H(f) = phi_yx(f) / phi_xx(f)

with the picture y and the leaves x, over sectors of rings. Noise that has nothing to do with the leaves drops
out. A sector's |H|^2 is freed of the noise's share in it; the mean over a ring does not mind a phase, so that
what is left of misregistration does no harm, as it would to the real part.

Sources: Kirk, Herzer, Artmann and Kunz, "Description of texture loss using the dead leaves target: current
issues and a new intrinsic approach", Proc. SPIE 9023 (2014), equation 5; Sumner et al., "The effects of
misregistration on the dead leaves cross-correlation texture blur analysis", Electronic Imaging (2017);
variance: Bendat and Piersol, Random Data (4th ed.), equation 9.90.
"""

import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from os import cpu_count
from typing import Any, Final

import numpy as np
from jaxtyping import Complex, Float, Int

from lichtbild.core.array import namespace
from lichtbild.image.chart import Leaves
from lichtbild.quality.leaf_pattern import LeafPattern, leaf_pattern
from lichtbild.quality.registration import UNMOVED, Registration, drawn_from, refine
from lichtbild.quality.texture import (
    RINGS,
    Plane,
    TextureResponse,
    check_size,
    detrended,
    frequencies,
    independent,
    ring_mean,
    summed,
    window,
    with_zero,
)

METHOD: Final = "texture-cross 1"
TILE: Final = 256
"""Pixels along a side of the largest part that is registered and measured at once."""
MOST_TILES: Final = 2
"""Tiles along a side of the area."""
_FINE: Final = 4
"""Samples of the reference along a side of a pixel; each the mean of 2 x 2."""
_COARSE: Final = 4
"""Samples along a side of a pixel of what is registered."""
_SECTORS: Final = 8
_SECTORS_OF_RING: Final = np.where(np.arange(1, RINGS + 1) < 8, 1, _SECTORS)[:, None]
"""The lowest rings have few frequencies, and phases of nearly none: they are one sector."""
_BEYOND: Final = 8
"""Pixels about a tile that are drawn for its registration."""
_DEGREE: Final = 5
_POWERS: Final = [(a, b) for a in range(_DEGREE + 1) for b in range(_DEGREE + 1 - a)]
_MARGIN: Final = 0.02
_AMPLE: Final = 1.1
"""Of a pixel's size on the chart, which changes over the leaves and by their registration."""

Points = Float[np.ndarray, "*many 2"]
Spectrum = Complex[np.ndarray, "_ _"]


@dataclass(frozen=True, eq=False)
class ReferenceTile:
    """The leaves as they lie in one tile of the picture.

    Attributes:
        top: its first row in the picture.
        left: its first column.
        spectrum: of the leaves' reflectance without any blur, weighed by the picture's window.
        registration: of the drawn leaves against the picture.
    """

    top: int
    left: int
    spectrum: Spectrum
    registration: Registration


def cross_mtf(picture: Any, spectrum: Spectrum, gain: Any = None) -> Any:
    """MTF at each of `frequencies` of one tile; differentiable with regard to the picture.

    Args:
        picture: the tile in linear light, NumPy or JAX.
        spectrum: of the leaves as they lie there, `reference_spectrum`.
        gain: light for the reflectance 1; None where the lowest frequencies tell it.
    """
    xp = namespace(picture)
    square, _ = _squared(_sums(picture, spectrum), *picture.shape)
    return with_zero(xp.where(square > 0, xp.sqrt(xp.where(square > 0, square, 1.0)), 0.0), gain)


def cross_response(
    light: Plane, leaves: Leaves, to_picture: Callable[[Points], Points], gain: float | None = None
) -> tuple[TextureResponse, tuple[ReferenceTile, ...]]:
    """Texture's MTF by the cross method, and the tiles it was measured on.

    Args:
        light: the whole picture in linear light.
        leaves: of the chart, grey.
        to_picture: from places on the chart, mm, to places in the picture, px, as a chart is found; right to
            about two pixels.
        gain: light for the reflectance 1; None where the lowest frequencies tell it.

    Raises:
        BadInput: the leaves are coloured, less than 64 px of them are seen, or they cannot be laid on the
            picture.
    """
    tiles = reference_tiles(light, leaves, to_picture)
    return tile_response(light, tiles, gain), tiles


def tile_response(
    light: Plane, tiles: tuple[ReferenceTile, ...], gain: float | None = None
) -> TextureResponse:
    """Texture's MTF where the leaves are known already; arguments as for `cross_response`."""
    size = tiles[0].spectrum.shape
    sums = sum(_sums(np.asarray(cut(light, tile), np.float64), tile.spectrum) for tile in tiles)
    square, variance = _squared(sums, size[0], size[1], len(tiles))
    root = np.sqrt(np.maximum(square, 0.0))
    mtf = with_zero(root, gain)
    scale = gain if gain is not None else float(np.median(root[root > 0]) / np.median(mtf[1:][root > 0]))
    spread = np.sqrt(variance) / scale**2
    sigma = spread / np.maximum(2 * mtf[1:], np.sqrt(spread))
    phase = np.pad(_phase(tiles, light), ((0, 0), (1, 0)))
    return TextureResponse(frequencies(), mtf, np.insert(sigma, 0, 0.0), METHOD, phase)


def reference_tiles(
    light: Plane, leaves: Leaves, to_picture: Callable[[Points], Points]
) -> tuple[ReferenceTile, ...]:
    """The leaves drawn and registered in tiles of the picture; arguments and errors as `cross_response`."""
    to_chart, corners = inverse_map(leaves, to_picture)
    top, left, side = upright_square(corners, light.shape)
    check_size(light[top : top + side, left : left + side], "the area of leaves")
    count = min(MOST_TILES, max(1, side // TILE))
    size = min(TILE, side) // 2 * 2
    starts = np.round(np.linspace(0, side - size, count)).astype(int) if count > 1 else [(side - size) // 2]
    places = [(top + int(down), left + int(right)) for down in starts for right in starts]

    def measured(place: tuple[int, int]) -> ReferenceTile:
        picture = light[place[0] : place[0] + size, place[1] : place[1] + size]
        pattern = _pattern_of(leaves, to_chart, (*place, size))
        return _tile(np.asarray(picture, np.float64), place, pattern, to_chart)

    with ThreadPoolExecutor(cpu_count() or 1) as pool:
        return tuple(pool.map(measured, places))


def cut(light: Plane, tile: ReferenceTile) -> Plane:
    """The tile's part of a picture."""
    height, width = tile.spectrum.shape
    return light[tile.top : tile.top + height, tile.left : tile.left + width]


def target_power(tiles: tuple[ReferenceTile, ...]) -> Float[np.ndarray, " ring"]:
    """Ring means of the leaves' own power, for the direct method."""
    powers = [ring_mean(np.abs(tile.spectrum) ** 2 / tile.spectrum.size) for tile in tiles]
    return np.asarray(np.mean(powers, axis=0))


def reference_spectrum(fine: Float[np.ndarray, "fine_h fine_w"]) -> Spectrum:
    """Spectrum of leaves without any blur, at the frequencies of pixels, weighed by the picture's window.

    Args:
        fine: four samples along each side of a pixel, each the mean of two by two.
    """
    rows, columns = (side // _FINE for side in fine.shape)
    right, down = _low(columns), _low(rows)
    half = np.fft.rfft(detrended(fine) * window(*fine.shape), axis=1)[:, : columns // 2 + 1]
    half = np.fft.fft(half, axis=0) / _FINE**2
    # Of real samples, what lies at a negative frequency is the conjugate of its opposite.
    mirrored = right > columns
    kept = np.empty((rows, columns), np.complex128)
    kept[:, ~mirrored] = half[np.ix_(down, right[~mirrored])]
    kept[:, mirrored] = half[np.ix_(-down % len(half), fine.shape[1] - right[mirrored])].conj()
    factors = [_undone(rows)[:, None], _undone(columns)]
    return np.asarray(kept * factors[0] * factors[1])


def inverse_map(
    leaves: Leaves, to_picture: Callable[[Points], Points]
) -> tuple[Callable[[Points], Points], Float[np.ndarray, "4 2"]]:
    """The map from the picture back to the chart about the leaves, and their corners in the picture.

    A polynomial of the fifth degree through a lattice of places; the registration that follows takes care of
    the thousandths of a pixel that it leaves.
    """
    (x, y), (height, width) = leaves.corner, leaves.size
    u, v = np.meshgrid(np.linspace(0, 1, 15), np.linspace(0, 1, 15))
    chart = np.stack([x + width * u.ravel(), y + height * v.ravel()], axis=-1)
    seen = np.asarray(to_picture(chart), np.float64)
    middle, reach = seen.mean(axis=0), np.abs(seen - seen.mean(axis=0)).max()
    answer = np.linalg.lstsq(_terms((seen - middle) / reach), chart, rcond=None)[0]

    def to_chart(points: Points) -> Points:
        return _of_terms((points - middle) / reach, answer)

    corners = np.array([[x, y], [x + width, y], [x + width, y + height], [x, y + height]])
    return to_chart, np.asarray(to_picture(corners), np.float64)


def _terms(points: Points) -> Float[np.ndarray, "*many terms"]:
    x, y = points[..., 0], points[..., 1]
    return np.stack([x**a * y**b for a, b in _POWERS], axis=-1)


def _of_terms(points: Points, factors: Float[np.ndarray, "terms 2"]) -> Points:
    """The sums of terms with factors, by Horner's rule, which takes a tenth of the time."""
    x, y = (np.ascontiguousarray(points[..., axis]) for axis in (0, 1))
    sums = []
    for axis in (0, 1):
        of_power = dict(zip(_POWERS, factors[:, axis].tolist(), strict=True))
        total = np.zeros(x.shape)
        for a in range(_DEGREE, -1, -1):
            inner = np.zeros(x.shape)
            for b in range(_DEGREE - a, -1, -1):
                inner *= y
                inner += of_power[a, b]
            total *= x
            total += inner
        sums.append(total)
    return np.stack(sums, axis=-1)


def upright_square(corners: Float[np.ndarray, "4 2"], shape: tuple[int, ...]) -> tuple[int, int, int]:
    """First row, first column and side of the largest upright square about the middle of four corners.

    Args:
        corners: in order, px, ``(column, row)``.
        shape: of the picture; what does not lie in it has a side of 0.
    """
    middle = corners.mean(axis=0)
    ends = np.roll(corners, -1, axis=0)
    along = ends - corners
    normals = np.stack([-along[:, 1], along[:, 0]], axis=-1) / np.linalg.norm(along, axis=1)[:, None]
    distances = np.abs(((middle - corners) * normals).sum(axis=1))
    # A square of side s reaches s / 2 (|n_x| + |n_y|) towards a line with the normal n.
    half = float((distances / np.abs(normals).sum(axis=1)).min()) * (1 - _MARGIN)
    limits = [middle[0], shape[1] - middle[0], middle[1], shape[0] - middle[1], half]
    half = max(0, math.floor(min(limits)))
    return round(middle[1]) - half, round(middle[0]) - half, 2 * half


def _pattern_of(
    leaves: Leaves, to_chart: Callable[[Points], Points], place: tuple[int, int, int]
) -> LeafPattern:
    """The leaves of a square of the picture and a little beyond."""
    top, left, side = place
    line = np.linspace(-2.0 * _BEYOND, side + 2.0 * _BEYOND, 9)
    rows, columns = np.meshgrid(top + line, left + line, indexing="ij")
    places = to_chart(np.stack([columns, rows], axis=-1))
    steps = [
        np.linalg.norm(np.diff(places, axis=axis), axis=-1).max() / (line[1] - line[0]) for axis in (0, 1)
    ]
    places = places.reshape(-1, 2)
    low, high = places.min(axis=0), places.max(axis=0)
    borders = float(low[0]), float(low[1]), float(high[0]), float(high[1])
    return leaf_pattern(leaves, borders, _AMPLE * float(sum(steps)) / 2)


def _tile(
    picture: Plane, place: tuple[int, int], pattern: LeafPattern, to_chart: Callable[[Points], Points]
) -> ReferenceTile:
    """The leaves registered on one tile, and their spectrum there."""
    (height, width), side = picture.shape, 2 * _FINE

    def seen(registration: Registration, parts: int, margin: int = 0, groups: int = 1) -> Plane:
        """``parts`` x ``parts`` samples of each pixel, each pixel as large as its neighbours tell."""
        rows, columns = registration.places(height, width, margin)
        centres = to_chart(np.stack([columns + place[1], rows + place[0]], axis=-1))
        changes = np.gradient(centres, axis=0), np.gradient(centres, axis=1)
        return pattern.of_pixels(np.concatenate([centres, *changes], axis=-1), parts, groups)

    found = UNMOVED
    # Once the leaves are drawn where they lie, moving them by what is left needs next to no interpolation.
    for blur, parts in ((3.0, 4), (1.2, side)):
        drawn = drawn_from(seen(found, parts, _BEYOND), _BEYOND)
        found = refine(drawn, picture, blurs=(blur,)).after(found)
    return ReferenceTile(*place, reference_spectrum(seen(found, side, 0, _FINE)), found)


def _low(size: int) -> Int[np.ndarray, " size"]:
    """Where the frequencies of ``size`` pixels lie in the spectrum of four times as many samples."""
    numbers = np.fft.fftfreq(size, 1 / size).round().astype(np.int64)
    return np.asarray(numbers % (size * _FINE))


def _undone(size: int) -> Complex[np.ndarray, " size"]:
    """What undoes the mean of two samples, and moves the first sample's place to the first pixel's."""
    frequency = np.fft.fftfreq(size)
    apart = (1 - 1 / _FINE) / 2
    return np.asarray(np.exp(2j * np.pi * frequency * apart) / np.cos(np.pi * frequency / (2 * _FINE)))


def _sums(picture: Any, spectrum: Spectrum) -> Any:
    """Over each sector of each ring: real and imaginary part of y x*, |x|^2 and |y|^2."""
    xp = namespace(picture)
    seen = xp.fft.fft2(detrended(picture) * xp.asarray(window(*picture.shape)))
    product = seen * xp.asarray(spectrum.conj())
    # At the opposite frequency the imaginary part is its negative.
    imaginary = product.imag * xp.asarray(_halves(*picture.shape))
    parts = (product.real, imaginary, xp.asarray(np.abs(spectrum) ** 2), seen.real**2 + seen.imag**2)
    sectors, count = _sectors(*picture.shape), (RINGS + 2) * _SECTORS
    return xp.stack([summed(part, sectors, count).reshape(RINGS + 2, _SECTORS)[1:-1] for part in parts])


def _squared(sums: Any, rows: int, columns: int, tiles: int = 1) -> tuple[Any, Any]:
    """|H|^2 of each ring without the noise's share in it, and its variance."""
    xp = namespace(sums)
    real, imaginary, target, seen = sums
    known = target > 0
    base = xp.where(known, target, 1.0)
    square = (real**2 + imaginary**2) / base**2
    told = independent(rows, columns)[:, None] * tiles / _SECTORS_OF_RING
    # What the leaves do not explain, over the leaves: the noise of a sector's |H|^2 (Bendat and Piersol).
    noise = xp.maximum(seen / base - square, 0.0) / xp.asarray(np.maximum(told - 1, 0.5))
    weight = target / xp.sum(target, axis=1, keepdims=True)
    mean = xp.sum(weight * (square - noise), axis=1)
    variance = xp.sum(weight**2 * (2 * xp.maximum(square, 0.0) * noise + noise**2), axis=1)
    return mean, variance


def _phase(tiles: tuple[ReferenceTile, ...], light: Plane) -> Float[np.ndarray, "2 ring"]:
    """Mean phase of the frequencies within 45 degrees of each axis, along the rows and along the columns."""
    rows, columns = tiles[0].spectrum.shape
    down, right = np.fft.fftfreq(rows)[:, None], np.fft.fftfreq(columns)
    rings = np.minimum(np.floor(np.hypot(down, right) * 2 * RINGS + 0.5), RINGS + 1).astype(np.int64)
    found = []
    for half in ((right > np.abs(down)), (down > np.abs(right))):
        total = np.zeros(RINGS + 2, np.complex128)
        for tile in tiles:
            seen = np.fft.fft2(detrended(np.asarray(cut(light, tile), np.float64)) * window(rows, columns))
            np.add.at(total, rings[half], (seen * tile.spectrum.conj())[half])
        found.append(np.angle(total[1:-1]))
    return np.stack(found)


@lru_cache(maxsize=8)
def _sectors(rows: int, columns: int) -> Int[np.ndarray, " sample"]:
    """The sector of each frequency: its ring, and its direction among eight of a half turn."""
    down, right = np.fft.fftfreq(rows)[:, None], np.fft.fftfreq(columns)
    rings = np.minimum(np.floor(np.hypot(down, right) * 2 * RINGS + 0.5), RINGS + 1)
    turn = np.arctan2(down, right) % np.pi / np.pi
    sector = np.where(rings < 8, 0, np.floor(turn * _SECTORS) % _SECTORS)
    return np.asarray((rings * _SECTORS + sector).astype(np.int64).ravel())


@lru_cache(maxsize=8)
def _halves(rows: int, columns: int) -> Float[np.ndarray, "h w"]:
    """1 for one of each two opposite frequencies and -1 for the other, as the sectors' half turn goes."""
    down, right = np.fft.fftfreq(rows)[:, None], np.fft.fftfreq(columns)
    upper = (down > 0) | ((down == 0) & (right >= 0))
    return np.where(upper, 1.0, -1.0)
