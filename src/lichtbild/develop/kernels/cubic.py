"""Cubic interpolation along an affine map."""

import numpy as np
from jaxtyping import Float, Float32

from lichtbild.numerics.kernel import kernel


@kernel
def _weight(distance: float) -> float:
    """Keys' cubic with a = -1/2, which reproduces squares (Keys 1981, equation 15)."""
    d = abs(distance)
    if d < 1:
        return 1 + d * d * (1.5 * d - 2.5)
    return 2 + d * (-4 + d * (2.5 - 0.5 * d)) if d < 2 else 0.0


@kernel
def sample_affine(
    samples: Float32[np.ndarray, "H W planes"],
    origin: tuple[int, int],
    extent: tuple[int, int],
    affine: Float[np.ndarray, "2 3"],
    corner: tuple[int, int],
    out: Float32[np.ndarray, "h w planes"],
) -> None:
    """Samples at the places to which ``affine`` takes the centres of the pixels of ``out``.

    ``samples`` begin at ``origin`` of an image of size ``extent``, beyond whose borders the outermost pixel
    holds; ``out`` begins at ``corner``. Coordinates are (row, column) with pixel centres at half-integers.
    """
    height, width, planes = out.shape
    for i in range(height):
        for j in range(width):
            y, x = corner[0] + i + 0.5, corner[1] + j + 0.5
            row = affine[0, 0] * y + affine[0, 1] * x + affine[0, 2] - 0.5
            column = affine[1, 0] * y + affine[1, 1] * x + affine[1, 2] - 0.5
            top, left = int(np.floor(row)), int(np.floor(column))
            for p in range(planes):
                out[i, j, p] = 0
            for s in range(-1, 3):
                r = min(max(top + s, 0), extent[0] - 1) - origin[0]
                across = _weight(row - top - s)
                for t in range(-1, 3):
                    c = min(max(left + t, 0), extent[1] - 1) - origin[1]
                    weight = np.float32(across * _weight(column - left - t))
                    for p in range(planes):
                        out[i, j, p] += weight * samples[r, c, p]
