"""Shading: how light and colour fall off over the picture of an even field.

The field is cut into 11 x 11 blocks. Luminance shading is 100 times the share that the darkest block, and the
mean of all blocks, lack of the brightest; colour shading is the greatest and the mean difference in a* and b*
from the centre block, at the exposure that gives the centre the sRGB code 120.

Each channel's fall-off is also fitted as a function of the distance from its centre (see
`lichtbild.quality.fall_off`).

Source: after ISO 17957:2015.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from jaxtyping import Float

from lichtbild.colour import cielab
from lichtbild.colour.spaces import SRGB_TO_XYZ
from lichtbild.colour.transfer import SRGB
from lichtbild.core.array import namespace
from lichtbild.core.errors import BadInput
from lichtbild.image.chart import Area
from lichtbild.image.measure import Measure
from lichtbild.quality import bootstrap
from lichtbild.quality.fall_off import FallOff, fall_off
from lichtbild.quality.found_chart import FoundChart
from lichtbild.quality.noise_spectrum import without_surface

METHOD: Final = "shading 1"

BLOCKS: Final = (11, 11)
CENTRE_CODE: Final = 120 / 255
"""sRGB code of the centre block at which colours are compared; the standard asks for 110 to 130."""

CLIPPED: Final = 0.01
"""Share of clipped pixels from which a field tells nothing."""

_ORDER: Final = 4
_CLAUSE: Final = "after ISO 17957:2015"
_CHANNELS: Final = ("red", "green", "blue")


@dataclass(frozen=True, eq=False)
class Shading:
    """Shading of an even field; numbers of NumPy or JAX.

    Attributes:
        luminance_max: 100 (1 - darkest / brightest), %.
        luminance_mean: 100 (1 - mean / brightest), %.
        colour_max: greatest difference from the centre in a* and b*.
        colour_mean: mean of it over the other blocks.
        luminance: of each block, relative to the brightest, ``[row, column]``.
        colour: difference of each block from the centre in a* and b*, ``[row, column, 2]``.
    """

    luminance_max: Any
    luminance_mean: Any
    colour_max: Any
    colour_mean: Any
    luminance: Any
    colour: Any


def block_means(light: Any, blocks: tuple[int, int] = BLOCKS) -> Any:
    """Means of blocks of nearly equal size, ``[row, column, channel]``.

    Args:
        light: ``[row, column, channel]``, NumPy or JAX.
        blocks: how many rows and columns of them.

    Raises:
        BadInput: the picture is smaller than that.
    """
    xp = namespace(light)
    if light.shape[0] < blocks[0] or light.shape[1] < blocks[1]:
        raise BadInput(
            f"a field of {light.shape[1]} x {light.shape[0]} px has no {blocks[1]} x {blocks[0]} blocks"
        )
    down, across = (_averaging(light.shape[axis], count) for axis, count in enumerate(blocks))
    lines = xp.tensordot(xp.asarray(down, dtype=light.dtype), light, axes=(1, 0))
    return xp.moveaxis(xp.tensordot(xp.asarray(across, dtype=light.dtype), lines, axes=(1, 1)), 0, 1)


def shading(blocks: Any) -> Shading:
    """Shading by the means of blocks.

    Args:
        blocks: linear light of sRGB's primaries, ``[..., row, column, RGB]``, NumPy or JAX, odd counts.
    """
    xp = namespace(blocks)
    rows, columns = blocks.shape[-3:-1]
    luminance = blocks @ xp.asarray(SRGB_TO_XYZ[1], dtype=blocks.dtype)
    brightest = luminance.max(axis=(-2, -1))
    centre = blocks[..., rows // 2, columns // 2, :]
    level = float(SRGB.decode(np.array(CENTRE_CODE)))
    factor = level / (centre @ xp.asarray(SRGB_TO_XYZ[1], dtype=blocks.dtype))
    lab = cielab.from_srgb(blocks * factor[..., None, None, None])
    offset = lab[..., 1:] - lab[..., rows // 2 : rows // 2 + 1, columns // 2 : columns // 2 + 1, 1:]
    square = (offset**2).sum(axis=-1)
    distance = xp.where(square > 0, xp.sqrt(xp.where(square > 0, square, 1.0)), 0.0)
    return Shading(
        100 * (1 - luminance.min(axis=(-2, -1)) / brightest),
        100 * (1 - luminance.mean(axis=(-2, -1)) / brightest),
        distance.max(axis=(-2, -1)),
        distance.sum(axis=(-2, -1)) / (rows * columns - 1),
        luminance / brightest[..., None, None],
        offset,
    )


def field_of(light: Float[np.ndarray, "row column 3"], found: FoundChart) -> tuple[slice, slice, str]:
    """Rows and columns of the picture within a chart's first usable even area, and its name.

    Args:
        light: of the picture.
        found: the chart in it.

    Raises:
        BadInput: the chart has no such area.
    """
    bad = {verdict.target for verdict in found.verdicts if not verdict.usable}
    areas = [one for one in found.chart.targets if isinstance(one, Area) and one.name not in bad]
    if not areas:
        raise BadInput(
            f"shading is measured on an even field, and the chart {found.chart.name} has none usable"
        )
    corners = np.sort(found.to_picture(np.array(areas[0].corners, float)), axis=0)
    # The second and third of the four corners, in order, bound the largest upright rectangle inside.
    low = np.ceil(np.maximum(corners[1], 0)).astype(int)
    high = np.floor(np.minimum(corners[-2], np.array(light.shape[1::-1]))).astype(int)
    return slice(int(low[1]), int(high[1])), slice(int(low[0]), int(high[0])), areas[0].name


def measures(light: Float[np.ndarray, "row column 3"], found: FoundChart) -> tuple[Measure, ...]:
    """Shading of a chart's even field.

    Args:
        light: of the picture, linear sRGB primaries.
        found: the chart in it.

    Raises:
        BadInput: the chart has no even field that is usable, or it is dark or clipped.
    """
    rows, columns, name = field_of(light, found)
    return measures_of(light[rows, columns], f"field {name}", (columns.start, rows.start))


def measures_of(
    field: Float[np.ndarray, "row column 3"], where: str = "", corner: tuple[int, int] = (0, 0)
) -> tuple[Measure, ...]:
    """Shading of a picture of an even field; intervals by the pixels' noise in each block.

    Args:
        field: linear light of sRGB's primaries.
        where: for the measures.
        corner: column and row of the field's upper left corner in the picture.

    Raises:
        BadInput: the field is smaller than the blocks, dark, or clipped in 1 % of its pixels or more.
    """
    blocks, note = blocks_of(field)
    covariance = covariance_of_blocks(field)
    smooth = smooth_of(blocks)
    one, about, many = shading(blocks), shading(smooth), shading(bootstrap.drawn(smooth, covariance))
    even = np.broadcast_to(blocks.mean(axis=(0, 1)), blocks.shape)
    flat, change = (
        shading(bootstrap.drawn(even, covariance)),
        np.linalg.norm(many.colour - about.colour, axis=-1),
    )
    others = change.shape[1] * change.shape[2] - 1
    nothing = {
        "luminance_max": flat.luminance_max,
        "luminance_mean": flat.luminance_mean,
        "colour_max": change.max(axis=(1, 2)),
        "colour_mean": change.sum(axis=(1, 2)) / others,
    }
    found = [
        Measure(
            name,
            float(getattr(one, key)),
            unit,
            _CLAUSE,
            METHOD,
            bootstrap.lifted(
                float(getattr(one, key)),
                np.asarray(getattr(many, key)),
                nothing[key],
                float(getattr(about, key)),
                greatest=key != "colour_mean",
            ),
            where,
            None,
            note,
        )
        for name, key, unit in (
            ("luminance_shading_max", "luminance_max", "%"),
            ("luminance_shading_mean", "luminance_mean", "%"),
            ("colour_shading_max", "colour_max", ""),
            ("colour_shading_mean", "colour_mean", ""),
        )
    ]
    for i, channel in enumerate(_CHANNELS):
        found += _of_channel(fall_off(blocks[..., i], field.shape[:2]), channel, where, corner)
    return tuple(found)


def blocks_of(field: Float[np.ndarray, "h w 3"]) -> tuple[Float[np.ndarray, "row column 3"], str]:
    """Means of the blocks of an even field that can be measured, and what a reader has to know of it.

    Raises:
        BadInput: the field is smaller than the blocks, not finite, dark, or clipped in 1 % of its pixels or
            more.
    """
    if not np.isfinite(field).all():
        raise BadInput("the even field has samples that are not finite; give linear light")
    blocks = block_means(field).astype(float)
    if not blocks.min() > 0:
        raise BadInput("the even field is black somewhere; expose it so that its centre has about code 120")
    clipped = float((field >= 1).any(axis=2).mean())
    if clipped >= CLIPPED:
        raise BadInput(
            f"{clipped:.1%} of the even field is clipped, which hides shading and colour, and below "
            f"{CLIPPED:.0%} is needed; expose it so that its centre has about code 120"
        )
    return blocks, f"{clipped:.1%} of the field is clipped, which hides shading" if clipped > 0 else ""


def smooth_of(blocks: Float[np.ndarray, "row column 3"]) -> Float[np.ndarray, "row column 3"]:
    """The blocks' surface of fourth order, about which noise is drawn: the blocks hold noise already."""
    return np.asarray(blocks - without_surface(blocks, _ORDER))


def _of_channel(fit: FallOff, channel: str, where: str, corner: tuple[int, int]) -> list[Measure]:
    error = np.sqrt(np.diag(np.asarray(fit.covariance)))
    place = f"{where}, {channel}" if where else channel
    numbers = [float(number) for number in (*fit.centre, *fit.terms)]
    numbers[0], numbers[1] = numbers[0] + corner[0], numbers[1] + corner[1]
    names = ("centre_column", "centre_row", "a", "b", "c")
    at = numbers[0], numbers[1]
    found = [
        Measure(
            f"shading_{name}",
            number,
            "px" if name.startswith("centre") else "",
            "fit of light by 1 + a r^2 + b r^4 + c r^6",
            METHOD,
            (number - 1.96 * float(spread), number + 1.96 * float(spread)),
            place,
            at,
        )
        for name, number, spread in zip(names, numbers, error, strict=True)
    ]
    light = 100 * float(fit.corner)
    note = "by the fit, at the corner block"
    clause, none = "light at the corner over that at the centre", None
    return [*found, Measure("relative_illumination", light, "%", clause, METHOD, none, place, none, note)]


def covariance_of_blocks(field: Float[np.ndarray, "h w 3"]) -> Float[np.ndarray, "row column 3 3"]:
    """Of the errors of the blocks' means, from second differences of cells.

    Slow shading does not enter those. Cells are up to 8 px wide: neighbouring pixels depend on one another.

    Args:
        field: linear light of sRGB's primaries.
    """
    cell = max(min(8, field.shape[0] // (2 * BLOCKS[0]), field.shape[1] // (2 * BLOCKS[1])), 1)
    rows, columns = field.shape[0] // cell, field.shape[1] // cell
    cut = field[: rows * cell, : columns * cell].reshape(rows, cell, columns, cell, 3)
    cells = cut.mean(axis=(1, 3), dtype=float)
    change = cells[:, 2:] - 2 * cells[:, 1:-1] + cells[:, :-2]
    noise = np.einsum("rci,rcj->ij", change, change) / (6 * change.shape[0] * change.shape[1])
    count = rows * columns / (BLOCKS[0] * BLOCKS[1])
    return np.broadcast_to(noise / count, (*BLOCKS, 3, 3))


def _averaging(size: int, count: int) -> Float[np.ndarray, "count size"]:
    """Weights that take samples to the means of ``count`` stretches of nearly equal length."""
    ends = np.round(np.linspace(0, size, count + 1))
    at = np.arange(size) + 0.5
    held = (at >= ends[:-1, None]) & (at < ends[1:, None])
    return np.asarray(held / held.sum(axis=1, keepdims=True))
