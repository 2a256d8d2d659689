"""Matte: how much of each pixel the subject covers, down to its hair.

A network says where people are, coarsely. Between what is surely theirs and surely not, the closed-form
matting solves for the coverage under which colours of subject and background lie on a line in each small
square; on a picture of moderate size, since its cost grows faster than the pixels. A guided filter finds how
that coverage follows the light, and so its detail on the large picture.

Source: Levin, Lischinski and Weiss, "A closed-form solution to natural image matting", IEEE TPAMI 30, 228
    (2008), by the library PyMatting; He and Sun, "Fast guided filter" (2015).
"""

from contextlib import redirect_stdout
from io import StringIO
from typing import Any, Final

import numpy as np
from jaxtyping import Float, Float32

from lichtbild.core.errors import BadInput
from lichtbild.develop.segment import sampled
from lichtbild.numerics.guided_filter import box_mean, coefficients

SIDE: Final = 640
"""Pixels of the long side on which the matte is solved."""
_FOUND: Final = 0.5
_LEAST: Final = 0.002
"""Share of the picture that a subject fills at least."""
_BORDER: Final = 0.02
"""Half width of what is unsure, as a share of the root of the subject's area."""
_RADIUS: Final = 2
_TEXTURE: Final = 0.01
_BRIGHTEST: Final = 1.0


def matte(
    light: Float32[np.ndarray, "row column 3"], mask: Float[np.ndarray, "small_row small_column"]
) -> Float32[np.ndarray, "row column"] | None:
    """How much of each pixel of a picture the subject covers; None where there is none.

    Args:
        light: of the whole picture, where white is 1.
        mask: where the subject is, coarsely, 0 to 1, over the same field.

    Raises:
        BadInput: the library that solves for the matte is not installed.
    """
    rows, columns = light.shape[:2]
    scale = min(1.0, SIDE / max(rows, columns))
    height, width = max(1, round(rows * scale)), max(1, round(columns * scale))
    sure = sampled(np.asarray(mask, np.float64)[..., None], height, width)[..., 0]
    if (sure > _FOUND).mean() < _LEAST:
        return None
    small = _seen(_reduced(light, height, width))
    solved = _solved(small, _trimap(sure))
    if scale == 1:
        return np.asarray(solved, np.float32)
    factors = coefficients(small, solved, _RADIUS, _TEXTURE)
    return _guided(light, np.moveaxis(factors, 0, -1), solved)


def _trimap(sure: Any) -> Any:
    """1 where the subject surely is, 0 where it surely is not, a half between."""
    within = sure > _FOUND
    radius = max(2, round(_BORDER * float(within.sum()) ** 0.5))
    share = box_mean(within.astype(np.float64), radius)
    return np.where(share > 1 - 1e-9, 1.0, np.where(share < 1e-9, 0.0, 0.5))


def _solved(small: Any, trimap: Any) -> Any:
    """The coverage by closed-form matting."""
    try:
        from pymatting import cf_laplacian, ichol
        from pymatting.solver.cg import cg
    except ImportError as error:
        raise BadInput("mattes need a library: pip install 'lichtbild[person]'") from error
    from scipy.sparse import diags

    known = trimap != 0.5
    if known.all():
        return trimap
    weight = 100.0 * known.ravel()
    system = (cf_laplacian(small, is_known=known) + diags(weight)).tocsc()
    with redirect_stdout(StringIO()):  # where the preconditioner tells that it had to try twice
        likely = ichol(system)
    found = cg(system, weight * trimap.ravel(), M=likely, maxiter=2000, rtol=1e-6)
    return np.clip(found.reshape(trimap.shape), 0, 1)


def _guided(light: Any, factors: Any, solved: Any) -> Float32[np.ndarray, "row column"]:
    """The coverage on the large picture, strip by strip."""
    rows, columns = light.shape[:2]
    alpha = np.empty((rows, columns), np.float32)
    step = max(1, (1 << 21) // columns)
    across = _places(columns, factors.shape[1])
    down = _places(rows, factors.shape[0])
    both = np.concatenate([factors, solved[..., None]], axis=-1).astype(np.float32)
    for top in range(0, rows, step):
        part = slice(top, min(top + step, rows))
        lines = _between(both, down[0][part], down[1][part], 0)
        table = _between(lines, *across, 1)
        follows = (table[..., :3] * _seen(light[part])).sum(axis=-1) + table[..., 3]
        alpha[part] = np.where((table[..., 4] > 1e-3) & (table[..., 4] < 1 - 1e-3), follows, table[..., 4])
    return np.clip(alpha, 0, 1, out=alpha)


def _places(size: int, count: int) -> tuple[Any, Any]:
    """For pixels of a large line the first of two of a small one, and the share of the second."""
    place = np.clip((np.arange(size) + 0.5) * count / size - 0.5, 0, count - 1)
    first = np.minimum(place.astype(np.intp), max(count - 2, 0))
    return first, (place - first).astype(np.float32)


def _between(planes: Any, first: Any, part: Any, axis: int) -> Any:
    low = np.take(planes, first, axis)
    high = np.take(planes, np.minimum(first + 1, planes.shape[axis] - 1), axis)
    return low + (high - low) * part.reshape((-1, 1, 1) if axis == 0 else (1, -1, 1))


def _seen(light: Any) -> Any:
    """Light as the matting takes it: linear up to white, so that a mixture stays a mixture."""
    return np.clip(light, 0, _BRIGHTEST)


def _reduced(light: Any, height: int, width: int) -> Any:
    """The picture on fewer pixels, each the mean of those that it stands for, float64."""
    for axis, size in ((0, height), (1, width)):
        edges = np.linspace(0, light.shape[axis], size + 1).round().astype(np.intp)
        counts = np.diff(edges).reshape((-1, 1, 1) if axis == 0 else (1, -1, 1))
        light = np.add.reduceat(light, edges[:-1], axis=axis, dtype=np.float64) / counts
    return light
