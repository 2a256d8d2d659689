"""No reference: noise, blur and blocks of a picture of anything, from the picture alone.

None of these is a quality by itself: a picture may be smooth because its subject is. Measures that were
trained on people's ratings (BRISQUE) or on photographs (NIQE) are left out: no such model that may be shipped
was at hand.

Sources: noise, Immerkær, "Fast noise variance estimation", Computer Vision and Image Understanding 64(2), 300
(1996), with the median in place of the mean; re-blur, Crété, Dolmiere, Ladret and Nicolas, "The blur effect",
Proc. SPIE 6492 (2007), equations 1 to 7; edge width, Marziliano, Dufaux, Winkler and Ebrahimi,
"A no-reference perceptual blur metric", ICIP (2002), section 2; blocks, Wang, Sheikh and Bovik,
"No-reference perceptual quality assessment of JPEG compressed images", ICIP (2002), equations 1 to 4.
"""

import math
from typing import Any, Final

import numpy as np
from jaxtyping import Float

from lichtbild.core.array import namespace
from lichtbild.core.errors import BadInput
from lichtbild.image.measure import Measure
from lichtbild.numerics.separable import DELTA, filtered
from lichtbild.quality.finite import checked_finite

METHOD: Final = "no-reference 1"
BLOCK: Final = 8
"""Pixels along a side of a block of JPEG."""
_SMALLEST: Final = 32
_BLUR_TAPS: Final = 11
_TO_SIGMA: Final = 1 / 0.6744897501960817
"""Standard deviation of normal numbers over the median of their magnitudes."""
_MASK: Final = np.array([1.0, -2.0, 1.0])
_CELL: Final = 16
_FLATTEST: Final = 0.1
_STEEPEST: Final = 0.02
_REACH: Final = 16

Plane = Float[np.ndarray, "_ _"]


def noise_level(plane: Plane) -> float:
    """Standard deviation of white noise, from the flattest tenth of cells of 16 x 16 px; NaN if none is left.

    Cells with a sample at 0 or 1 or beyond are left out: there the limit cuts the noise.

    The mask is the product of second differences along both axes, which slopes and straight upright edges
    leave at 0; its sum of squares is 36.

    Args:
        plane: light or codes, 0 to 1, 32 px or more along a side.

    Raises:
        BadInput: a side is shorter, or samples are not finite.
    """
    _check(plane)
    found = np.abs(filtered(np.asarray(plane, np.float64), _MASK, _MASK)) / 6
    rows, columns = (side // _CELL for side in found.shape)
    cells = found[: rows * _CELL, : columns * _CELL].reshape(rows, _CELL, columns, _CELL)
    cells = cells.transpose(0, 2, 1, 3).reshape(rows * columns, -1)
    light = np.asarray(plane, np.float64)[1:-1, 1:-1][: rows * _CELL, : columns * _CELL]
    light = light.reshape(rows, _CELL, columns, _CELL)
    whole = ((light.min(axis=(1, 3)) > 0) & (light.max(axis=(1, 3)) < 1)).ravel()
    if not whole.any():
        return math.nan
    spread, cells = light.std(axis=(1, 3)).ravel()[whole], cells[whole]
    # By the spread of the light and not by the mask itself, which would prefer cells of little noise.
    flattest = np.argsort(spread, kind="stable")[: max(1, math.ceil(_FLATTEST * len(spread)))]
    return float(np.median(cells[flattest])) * _TO_SIGMA


def blur_effect(plane: Any) -> Any:
    """How little a further blur takes from a picture: 0 sharp to 1 blurred; the larger of both axes.

    Args:
        plane: encoded 0 to 1, NumPy or JAX; differentiable with regard to it, but where both axes are equal.

    Raises:
        BadInput: a side is below 32 px.
    """
    _check(plane)
    xp = namespace(plane)
    line = np.full(_BLUR_TAPS, 1 / _BLUR_TAPS)
    found = []
    for turned in (plane, plane.T):
        blurred = filtered(turned, line, DELTA, "mirrored")
        # Sobel's differences of both along the axis, and how much of them the blur takes.
        sharp, soft = (
            xp.abs(filtered(one, np.array([-1.0, 0.0, 1.0]) / 2, np.array([1.0, 2.0, 1.0]) / 4, "mirrored"))
            for one in (turned, blurred)
        )
        inner = (slice(2, -1), slice(2, -1))
        whole = xp.sum(sharp[inner])
        taken = xp.sum(xp.maximum(sharp[inner] - soft[inner], 0.0))
        found.append(xp.where(whole > 0, (whole - taken) / xp.where(whole > 0, whole, 1.0), 1.0))
    return xp.maximum(found[0], found[1])


def edge_width(plane: Plane) -> tuple[float, float]:
    """Mean width of the steepest edges along rows and columns, px, and its standard error.

    An edge is where the slope is greatest along its line and among the steepest 2 % of the picture; its width
    is the way from the extreme before it to the extreme behind it, 16 px each at most.

    Args:
        plane: encoded, 32 px or more along a side.

    Raises:
        BadInput: a side is shorter, or the picture has no edge.
    """
    _check(plane)
    widths = np.concatenate([_widths(np.asarray(one, np.float64)) for one in (plane, plane.T)])
    if not len(widths):
        raise BadInput("the picture has no edge whose width could be told; give one that shows detail")
    return float(widths.mean()), float(widths.std() / math.sqrt(len(widths)))


def blockiness(plane: Any) -> Any:
    """Mean step across the borders of blocks of 8 x 8 px over the mean step inside; 1 for no blocks.

    Args:
        plane: encoded, its corner a block's corner, NumPy or JAX; differentiable with regard to it.

    Raises:
        BadInput: a side is below 32 px.
    """
    _check(plane)
    xp = namespace(plane)
    across, inside = [], []
    for turned in (plane, plane.T):
        steps = xp.abs(turned[1:] - turned[:-1])
        border = np.arange(steps.shape[0]) % BLOCK == BLOCK - 1
        across.append(xp.mean(steps[np.flatnonzero(border)]))
        inside.append(xp.mean(steps[np.flatnonzero(~border)]))
    between = inside[0] + inside[1]
    return xp.where(between > 0, (across[0] + across[1]) / xp.where(between > 0, between, 1.0), 1.0)


def measures(encoded: Plane) -> tuple[Measure, ...]:
    """Noise, blur, edge width and blockiness of a picture's luma.

    Args:
        encoded: luma as a display takes it, 0 to 1.

    Raises:
        BadInput: a side is below 32 px, or samples are not finite.
    """
    _check(encoded)
    alone = "one picture tells no interval of it"
    even = float(np.ptp(encoded)) == 0
    noise = math.nan if even else 255 * noise_level(encoded)
    blur, blocks = (math.nan if even else float(tell(encoded)) for tell in (blur_effect, blockiness))
    note = "the picture is one even level: it tells nothing" if even else alone
    clipped = "" if even or math.isfinite(noise) else "every cell has samples at 0 or 1, where noise is cut"
    found = [
        _measure("noise_level", noise, "codes of 255", "Immerkær 1996", clipped or note),
        _measure("blur_effect", blur, "", "Crété et al. 2007", note),
        _measure("blockiness", blocks, "", "after Wang, Sheikh and Bovik 2002", note),
    ]
    try:
        width, error = edge_width(encoded)
    except BadInput as failure:
        return (*found, _measure("edge_width", math.nan, "px", "Marziliano et al. 2002", str(failure)))
    interval = (width - 1.96 * error, width + 1.96 * error)
    return (*found, Measure("edge_width", width, "px", "Marziliano et al. 2002", METHOD, interval))


def _measure(name: str, value: float, unit: str, clause: str, note: str) -> Measure:
    return Measure(name, value, unit, clause, METHOD, note=note)


def _check(plane: Any) -> None:
    if min(plane.shape) < _SMALLEST:
        raise BadInput(
            f"a picture of {plane.shape[0]} x {plane.shape[1]} px is too small to be judged; "
            f"{_SMALLEST} px are needed along each side"
        )
    checked_finite("a picture", plane)


def _widths(plane: Plane) -> Float[np.ndarray, " edge"]:
    """Widths of the edges that columns cross, going down."""
    steps = np.diff(plane, axis=0)
    steep = np.abs(steps)
    limit = max(float(np.quantile(steep, 1 - _STEEPEST)), 1e-6)
    peak = np.zeros(steps.shape, bool)
    peak[1:-1] = (steep[1:-1] >= steep[:-2]) & (steep[1:-1] > steep[2:]) & (steep[1:-1] >= limit)
    rows, columns = np.nonzero(peak)
    sign = np.sign(steps[rows, columns])
    width = np.ones(len(rows))
    for way in (-1, 1):
        going = np.ones(len(rows), bool)
        for reach in range(1, _REACH + 1):
            place = rows + way * reach
            going &= (place >= 0) & (place < len(steps))
            going &= steps[place.clip(0, len(steps) - 1), columns] * sign > 0
            width += going
    return width
