"""Align: where each part of a scene that one frame shows is seen in another frame of the burst.

Both frames are made small grey pictures, a pixel for each cell of 2 x 2 filters, and halved again and again.
The smallest ones are laid on each other by whole pixels. From there on each tile of 16 pixels finds its own
shift, level by level: one step of Gauss and Newton brings the other frame's tile nearer to the reference, and
what a tile can say about its shift is held against its neighbours::

    minimise   sum over tiles  |H^(1/2) (u - v)|^2 / s^2   +   sum over neighbours  |d - d'|^2 / spread^2

where v is the tile's own shift, H its gradients' second moments and s^2 the variance of what is left between
the frames, which is at least what their noise explains: so H / s^2 is the shift's inverse covariance, an edge
counts across itself only, and a tile of the sky follows its neighbours. d is the shift's departure from one
affine motion of the whole frame, of shift, turn and shear: a hand moves the frame as a whole, a rolling
shutter bends it slowly, and parallax differs from tile to tile. How much neighbours differ is found from the
tiles that know their shifts best, and those that differ by far more, at the edge of a thing that is nearer or
moves, are hardly tied to each other.

Source: B. D. Lucas and T. Kanade, "An iterative image registration technique with an application to stereo
vision", IJCAI 1981, with the gradients of the reference (S. Baker and I. Matthews, "Lucas-Kanade 20 years
on", IJCV 56 (2004), section 3.2); the covariance of a shift is the Cramér-Rao bound of D. Robinson and P.
Milanfar, "Fundamental performance limits in image registration", IEEE Trans. Image Processing 13 (2004).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from jaxtyping import Float, Float32

from lichtbild.develop.kernels import align as kernels

TILE: Final = 2 * kernels.TILE
"""Pixels of the sensor along a tile."""
SPREAD: Final = 0.3
LEAST_SPREAD: Final = 0.01
"""Shift in pixels of a level by which neighbours differ beside what moves the whole frame, at most and at
least; between these it is what the tiles show."""
_TRUSTED: Final = 0.3
"""Share of the pairs of tiles, those that know their shifts best, that the spread is found from."""
_MEDIAN_OF_SQUARE: Final = 0.4549
"""Median of the square of a normal deviate."""
_APART: Final = 12.0
"""Squared difference of two tiles, in variances, from which they are taken for two things: one of 400."""
_SMALLEST: Final = 48
"""Pixels along the shorter side of the smallest picture, at least."""
_SEARCH: Final = 0.2
"""Largest shift of the smallest picture, of its shorter side."""
_STEPS: Final = 2
"""Of each tile on every level but the largest one, where a single one is left to do."""
_SWEEPS: Final = 6
_LONGEST_STEP: Final = 1.0
_SMOOTHED_NOISE: Final = (3 / 8) ** 2
"""Share of white noise's variance that the binomial of 1, 2, 1 leaves in two dimensions."""
_INTERPOLATED: Final = 0.7
"""Share that cubic interpolation leaves, as the mean over all fractions of a pixel, of noise so smooth."""
_CORRELATED: Final = 4.0
"""Variance of a shift over that of white noise: smoothed noise is like its neighbours, which makes 7 where
gradients are smooth too, and 2 where they are as fine as can be."""


@dataclass(frozen=True, eq=False)
class GreyPyramid:
    """Grey pictures of a frame, each half as large as the one before.

    Attributes:
        levels: the largest first, smoothed for their gradients.
        noise: (slope, offset) of each level's variance against its mean.
    """

    levels: tuple[Float32[np.ndarray, "_ _"], ...]
    noise: tuple[tuple[float, float], ...]


def grey_pyramid(
    samples: Float32[np.ndarray, "H W"], gains: Float[np.ndarray, "2 2"], noise: Float[np.ndarray, "2 2 2"]
) -> GreyPyramid:
    """The grey pictures of a mosaic.

    Args:
        samples: linear samples of a Bayer mosaic, black 0 and white 1.
        gains: white balance of each pixel of its cell.
        noise: slope and offset of each pixel's variance against its mean, before the gains.
    """
    height, width = (side // 2 for side in samples.shape)
    grey = np.empty((height, width), np.float32)
    kernels.grey_cells(samples, gains.astype(np.float32), grey)
    slope = float((noise[..., 0] * gains).mean()) / 4
    offset = float((noise[..., 1] * gains**2).mean()) / 4
    levels, known = [grey], [(slope, offset)]
    while min(levels[-1].shape) >= 2 * _SMALLEST:
        half = np.empty(tuple(side // 2 for side in levels[-1].shape), np.float32)
        kernels.halved(levels[-1], half)
        levels.append(half)
        known.append((known[-1][0] / 4, known[-1][1] / 4))
    smooth = []
    for level in levels:
        out = np.empty_like(level)
        kernels.smoothed(level, out)
        smooth.append(out)
    return GreyPyramid(tuple(smooth), tuple((a * _SMOOTHED_NOISE, b * _SMOOTHED_NOISE) for a, b in known))


@dataclass(frozen=True, eq=False)
class Reference:
    """What the frame that all others are laid on says about each level's tiles.

    Attributes:
        pyramid: of the frame.
        gradients: of each level, (down, right).
        moments: of each level's tiles, the sums of down * down, down * right and right * right, and the mean.
    """

    pyramid: GreyPyramid
    gradients: tuple[tuple[Float32[np.ndarray, "_ _"], Float32[np.ndarray, "_ _"]], ...]
    moments: tuple[Float[np.ndarray, "_ _ 4"], ...]


def reference_of(pyramid: GreyPyramid) -> Reference:
    """The reference that other frames are aligned with."""
    gradients, moments = [], []
    for level in pyramid.levels:
        down, right = np.empty_like(level), np.empty_like(level)
        rows, columns = (side // kernels.TILE for side in level.shape)
        found = np.empty((rows, columns, 4))
        kernels.tile_curvatures(level, down, right, found)
        gradients.append((down, right))
        moments.append(found)
    return Reference(pyramid, tuple(gradients), tuple(moments))


def sharpness(pyramid: GreyPyramid) -> float:
    """How much detail a frame shows: squared gradients, less what noise makes of them, over its squared mean.

    Taken on the second level, where noise is a quarter and what shake takes away is still seen.
    """
    level = min(1, len(pyramid.levels) - 1)
    image, (slope, offset) = pyramid.levels[level], pyramid.noise[level]
    mean = max(float(image.mean()), 1e-9)
    detail = sum(float((np.diff(image, axis=axis) ** 2).mean()) for axis in range(2))
    # Neighbours of smoothed noise are alike: their covariance is 2/3 of their variance.
    noise = 2 * 2 * (1 - 2 / 3) * (slope * mean + offset)
    return (detail - noise) / mean**2


def alignment(reference: Reference, other: GreyPyramid) -> Float[np.ndarray, "rows columns 2"]:
    """Shift (down, right) of each tile of `TILE` pixels of the reference in another frame, in sensor pixels.

    Pixel (y, x) of the reference is seen at (y + down, x + right) of the other frame.
    """
    last = len(other.levels) - 1
    whole = _whole_shift(reference.pyramid.levels[last], other.levels[last])
    shifts = np.broadcast_to(whole, (*reference.moments[last].shape[:2], 2)).copy()
    for level in range(last, -1, -1):
        if level < last:
            shifts = _finer(shifts, reference.moments[level].shape[:2])
        for _ in range(_STEPS if level else 1):
            shifts = _step(reference, other, level, shifts)
    return 2.0 * shifts


def _whole_shift(one: Float32[np.ndarray, "h w"], two: Float32[np.ndarray, "h w"]) -> Float[np.ndarray, "2"]:
    """The shift in whole pixels at which two pictures differ least."""
    reach = max(1, int(_SEARCH * min(one.shape)))
    energies = np.empty((2 * reach + 1, 2 * reach + 1))
    kernels.shift_energies(one, two, reach, energies)
    best = np.unravel_index(int(np.argmin(energies)), energies.shape)
    return np.array(best, float) - reach


def _finer(shifts: Float[np.ndarray, "r c 2"], shape: tuple[int, ...]) -> Float[np.ndarray, "rows columns 2"]:
    """The shifts in pixels half as large, on tiles half as large, interpolated at their middles."""
    rows, columns = (
        np.clip((np.arange(n) + 0.5) / 2 - 0.5, 0, m - 1)
        for n, m in zip(shape, shifts.shape[:2], strict=True)
    )
    top, left = (
        np.minimum(at.astype(int), m - 2).clip(0)
        for at, m in ((rows, len(shifts)), (columns, shifts.shape[1]))
    )
    below, beside = (np.minimum(at + 1, m - 1) for at, m in ((top, len(shifts)), (left, shifts.shape[1])))
    down, across = (rows - top)[:, None, None], (columns - left)[None, :, None]
    upper = shifts[top][:, left] * (1 - across) + shifts[top][:, beside] * across
    lower = shifts[below][:, left] * (1 - across) + shifts[below][:, beside] * across
    return np.asarray(2.0 * (upper * (1 - down) + lower * down))


def _step(
    reference: Reference, other: GreyPyramid, level: int, shifts: Float[np.ndarray, "rows columns 2"]
) -> Float[np.ndarray, "rows columns 2"]:
    """The shifts after one step of each tile, held against those of its neighbours."""
    moments = reference.moments[level]
    found = np.empty((*shifts.shape[:2], 3))
    here, gradients = reference.pyramid.levels[level], reference.gradients[level]
    kernels.tile_residuals(here, gradients, other.levels[level], shifts, found)
    slope, offset = reference.pyramid.noise[level]
    noise = (1 + _INTERPOLATED) * (slope * np.maximum(moments[..., 3], 0) + offset)
    variance = _CORRELATED * np.maximum(found[..., 2] / kernels.TILE**2, noise)
    information = moments[..., :3] / variance[..., None]
    return _regular(information, -found[..., :2] / variance[..., None], shifts)


def _regular(
    information: Float[np.ndarray, "r c 3"],
    pull: Float[np.ndarray, "r c 2"],
    shifts: Float[np.ndarray, "r c 2"],
) -> Float[np.ndarray, "r c 2"]:
    """The shifts that suit both the tiles' own residuals and their neighbours.

    Args:
        information: inverse covariance of each tile's shift: (down down, down right, right right).
        pull: that times the step which each tile would take alone.
        shifts: before the step.
    """
    target = pull + _times(information, shifts)
    whole = _affine(information, target)
    goal = target - _times(information, whole)
    alone, variance = _alone(information, goal)
    down, right = (_ties(alone, variance, axis) for axis in range(2))
    # Ties pass a correction on from tile to tile, too slowly for one that all need: so begin without it.
    departure = shifts - _affine(information, _times(information, shifts))
    kernels.relaxed(information, goal, down, right, _SWEEPS, departure)
    return np.asarray(shifts + np.clip(whole + departure - shifts, -_LONGEST_STEP, _LONGEST_STEP))


def _times(
    matrix: Float[np.ndarray, "r c 3"], vector: Float[np.ndarray, "r c 2"]
) -> Float[np.ndarray, "r c 2"]:
    """Each tile's symmetric matrix, given as (yy, yx, xx), times its vector."""
    (yy, yx, xx), (y, x) = np.moveaxis(matrix, -1, 0), np.moveaxis(vector, -1, 0)
    return np.stack([yy * y + yx * x, yx * y + xx * x], -1)


def _alone(
    information: Float[np.ndarray, "r c 3"], goal: Float[np.ndarray, "r c 2"]
) -> tuple[Float[np.ndarray, "r c 2"], Float[np.ndarray, "r c 2"]]:
    """What each tile would have without its neighbours, and the variance of that along both axes."""
    ridge = 1 / _LONGEST_STEP**2
    yy, yx, xx = information[..., 0] + ridge, information[..., 1], information[..., 2] + ridge
    determinant = yy * xx - yx * yx
    inverse = np.stack([xx, -yx, yy], -1) / determinant[..., None]
    return _times(inverse, goal), inverse[..., ::2]


def _ties(
    alone: Float[np.ndarray, "r c 2"], variance: Float[np.ndarray, "r c 2"], axis: int
) -> Float[np.ndarray, "rows columns"]:
    """How strongly each tile is tied to the next one along an axis: one over the variance between them.

    The spread is that which most pairs show beyond their own variance. Two tiles that differ by far more
    belong to different things, and their tie is loose.
    """
    step = np.diff(alone, axis=axis)
    if not step.size:
        return np.zeros(step.shape[:2])
    before, after = (np.take(variance, range(k, variance.shape[axis] - 1 + k), axis) for k in (0, 1))
    own = before + after
    best = own <= np.quantile(own, _TRUSTED)
    beyond = np.median(step[best] ** 2) / _MEDIAN_OF_SQUARE - np.median(own[best]) if best.any() else 0.0
    spread = float(np.clip(beyond, LEAST_SPREAD**2, SPREAD**2))
    departure = (step**2 / (own + spread)).sum(axis=-1)
    return np.asarray(1 / (spread * (1 + (departure / _APART) ** 2)))


def _affine(
    information: Float[np.ndarray, "r c 3"], target: Float[np.ndarray, "r c 2"]
) -> Float[np.ndarray, "r c 2"]:
    """The affine motion of the whole frame that suits all tiles best."""
    rows, columns = information.shape[:2]
    y, x = np.meshgrid(np.linspace(-1, 1, rows), np.linspace(-1, 1, columns), indexing="ij")
    basis = np.stack([np.ones(y.size), y.ravel(), x.ravel()], -1)
    yy, yx, xx = (basis.T @ (basis * information[..., k].reshape(-1, 1)) for k in range(3))
    matrix = np.block([[yy, yx], [yx, xx]])
    matrix += np.eye(6) * (1e-9 * np.trace(matrix) + 1e-12)
    wanted = basis.T @ target.reshape(-1, 2)
    found = np.linalg.solve(matrix, wanted.T.ravel()).reshape(2, 3)
    return np.asarray((basis @ found.T).reshape(rows, columns, 2))
