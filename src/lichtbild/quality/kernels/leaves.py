"""Kernels of dead leaves: which disc each place sees, out of lists of the discs that touch each cell."""

import math
from typing import Any

import numpy as np

from lichtbild.numerics.kernel import kernel


@kernel
def list_discs(  # noqa: PLR0913  a kernel knows no structures
    discs: Any, origin: Any, side: float, beyond: float, first: Any, members: Any, fill: bool
) -> None:
    """Count, or list, for each cell the discs that touch it, front ones first, down to one that fills it.

    Args:
        discs: x, y and radius, front ones first.
        origin: x and y of the cells' upper left corner.
        side: of a cell.
        beyond: how far about a cell its list holds good.
        first: ``[row, column]``; counts are added to it, or it holds where each cell's list begins.
        members: the lists, one after another.
        fill: list, else count.
    """
    rows, columns = first.shape
    closed = np.zeros((rows, columns), np.bool_)
    done = np.zeros((rows, columns), np.int64)
    for disc in range(discs.shape[0]):
        x, y, radius = discs[disc, 0] - origin[0], discs[disc, 1] - origin[1], discs[disc, 2]
        far = radius + beyond
        left, right = max(0, int((x - far) // side)), min(columns - 1, int((x + far) // side))
        top, bottom = max(0, int((y - far) // side)), min(rows - 1, int((y + far) // side))
        square = radius * radius
        for row in range(top, bottom + 1):
            above, below = row * side - beyond - y, (row + 1) * side + beyond - y
            near_y = max(0.0, above, -below)
            far_y = max(-above, below)
            for column in range(left, right + 1):
                before, after = column * side - beyond - x, (column + 1) * side + beyond - x
                near_x = max(0.0, before, -after)
                if closed[row, column] or near_x * near_x + near_y * near_y >= square:
                    continue
                if fill:
                    members[first[row, column] + done[row, column]] = disc
                done[row, column] += 1
                far_x = max(-before, after)
                closed[row, column] = far_x * far_x + far_y * far_y <= square
    if not fill:
        for row in range(rows):
            for column in range(columns):
                first[row, column] = done[row, column]


@kernel
def cell_of(x: float, y: float, origin: Any, side: float, first: Any) -> int:
    """Number of the cell, row after row, that a place lies in or nearest to."""
    rows, columns = first.shape
    column = min(max(math.floor((x - origin[0]) / side), 0), columns - 1)
    row = min(max(math.floor((y - origin[1]) / side), 0), rows - 1)
    return int(row * columns + column)


@kernel
def seen_disc(x: float, y: float, discs: Any, candidates: Any, begin: int, end: int) -> int:
    """The first of some candidates that a place lies in; the last of all greys, -1, without one."""
    for place in range(begin, end):
        disc = candidates[place]
        right, down = x - discs[disc, 0], y - discs[disc, 1]
        if right * right + down * down <= discs[disc, 2] * discs[disc, 2]:
            return int(disc)
    return -1


@kernel
def see_discs(  # noqa: PLR0913  a kernel knows no structures
    discs: Any, greys: Any, origin: Any, side: float, first: Any, members: Any, x: Any, y: Any, seen: Any
) -> None:
    """``seen`` filled with the grey of the front disc at each place; what none covers is the last grey."""
    begins = first.ravel()
    for k in range(x.shape[0]):
        cell = cell_of(x[k], y[k], origin, side, first)
        end = begins[cell + 1] if cell + 1 < begins.shape[0] else len(members)
        seen[k] = greys[seen_disc(x[k], y[k], discs, members, begins[cell], end)]


@kernel
def touching(  # noqa: PLR0913  a kernel knows no structures
    x: float, y: float, reach: float, discs: Any, members: Any, begin: int, end: int, near: Any
) -> int:
    """How many discs touch the circle about a place, written to ``near``; -1 where the first covers it."""
    count = 0
    for place in range(begin, end):
        disc = members[place]
        radius = discs[disc, 2]
        right, down = x - discs[disc, 0], y - discs[disc, 1]
        away, outer, inner = right * right + down * down, radius + reach, radius - reach
        if away >= outer * outer:
            continue
        near[count] = disc
        count += 1
        if inner >= 0 and away <= inner * inner:
            return -1 if count == 1 else count
    return count


@kernel
def see_pixels(  # noqa: PLR0913  a kernel knows no structures
    discs: Any,
    greys: Any,
    cells: tuple[Any, float, float],
    first: Any,
    members: Any,
    places: Any,
    parts: int,
    seen: Any,
) -> None:
    """``seen`` filled with means over ``parts`` x ``parts`` places of each pixel, in groups as it has them.

    A pixel that one disc covers has its grey; of others only the few discs that touch it are asked.

    Args:
        discs: x, y and radius, front ones first.
        greys: of the discs, and last of what none covers.
        cells: origin, side, and how far about a cell its list holds good.
        first: where each cell's list begins.
        members: the lists.
        places: ``[row, column, 6]``: x and y of a pixel's middle, and their changes a pixel down and right.
        parts: of a pixel along each side.
        seen: its rows and columns are a whole multiple of the pixels', which divides the parts.
    """
    origin, side, beyond = cells
    begins = first.ravel()
    longest = len(members) - begins[-1]
    for cell in range(begins.shape[0] - 1):
        longest = max(longest, begins[cell + 1] - begins[cell])
    near = np.empty(longest, np.int64)
    shade = np.empty(parts * parts)
    groups = seen.shape[0] // places.shape[0]
    for row in range(places.shape[0]):
        for column in range(places.shape[1]):
            pixel = places[row, column]
            down = math.sqrt(pixel[2] * pixel[2] + pixel[3] * pixel[3])
            reach = 0.5000001 * (down + math.sqrt(pixel[4] * pixel[4] + pixel[5] * pixel[5]))
            part = seen[row * groups : (row + 1) * groups, column * groups : (column + 1) * groups]
            if reach > beyond:
                see_parts(discs, greys, (origin, side, first), members, pixel, (parts, -1), part)
                continue
            cell = cell_of(pixel[0], pixel[1], origin, side, first)
            end = begins[cell + 1] if cell + 1 < begins.shape[0] else len(members)
            count = touching(pixel[0], pixel[1], reach, discs, members, begins[cell], end, near)
            if count < 0:
                part[:] = greys[near[0]]
            else:
                paint_parts(discs, greys, near, count, pixel, parts, shade, part)


@kernel
def paint_parts(  # noqa: PLR0913  a kernel knows no structures
    discs: Any, greys: Any, near: Any, count: int, pixel: Any, parts: int, shade: Any, seen: Any
) -> None:
    """``seen`` filled with means over groups of one pixel's places, that a few discs are painted on.

    Those behind are painted first: no place asks whether it is covered, so that several go at a time.

    Args:
        discs: x, y and radius.
        greys: of the discs, and last of what none covers.
        near: the discs that touch the pixel, front ones first.
        count: of them.
        pixel: its middle and its changes, as of `see_pixels`.
        parts: places along each side.
        shade: room for so many squared.
        seen: the groups.
    """
    each = parts // seen.shape[0]
    for k in range(parts * parts):
        shade[k] = greys[-1]
    for place in range(count - 1, -1, -1):
        disc = near[place]
        grey, square = greys[disc], discs[disc, 2] * discs[disc, 2]
        right, down = pixel[0] - discs[disc, 0], pixel[1] - discs[disc, 1]
        for i in range(parts):
            a = (i + 0.5) / parts - 0.5
            x, y = right + a * pixel[2], down + a * pixel[3]
            row = i * parts
            for j in range(parts):
                b = (j + 0.5) / parts - 0.5
                dx, dy = x + b * pixel[4], y + b * pixel[5]
                shade[row + j] = grey if dx * dx + dy * dy <= square else shade[row + j]
    seen[:] = 0.0
    for i in range(parts):
        for j in range(parts):
            seen[i // each, j // each] += shade[i * parts + j]
    seen[:] = seen / (each * each)


@kernel
def see_parts(  # noqa: PLR0913  a kernel knows no structures
    discs: Any,
    greys: Any,
    cells: tuple[Any, float, Any],
    members: Any,
    pixel: Any,
    counts: tuple[int, int],
    seen: Any,
) -> None:
    """``seen`` filled with means over groups of one pixel's places.

    Args:
        discs: x, y and radius, front ones first.
        greys: of the discs, and last of what none covers.
        cells: origin, side, and where each cell's list begins.
        members: the lists; or the only discs that are asked.
        pixel: its middle and its changes, as of `see_pixels`.
        counts: places along each side; the discs that are asked, or -1 for those of each place's cell.
        seen: the groups.
    """
    origin, side, first = cells
    begins = first.ravel()
    parts, count = counts
    each = parts // seen.shape[0]
    seen[:] = 0.0
    begin, end = 0, count
    for i in range(parts):
        for j in range(parts):
            a, b = (i + 0.5) / parts - 0.5, (j + 0.5) / parts - 0.5
            x, y = pixel[0] + a * pixel[2] + b * pixel[4], pixel[1] + a * pixel[3] + b * pixel[5]
            if count < 0:
                cell = cell_of(x, y, origin, side, first)
                begin = begins[cell]
                end = begins[cell + 1] if cell + 1 < begins.shape[0] else len(members)
            seen[i // each, j // each] += greys[seen_disc(x, y, discs, members, begin, end)]
    seen[:] = seen / (each * each)
