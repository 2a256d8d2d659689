"""Kernels of dead leaves: which disc each place sees, out of lists of the discs that touch each cell."""

from typing import Any

import numpy as np

from lichtbild.numerics.kernel import kernel


@kernel
def list_discs(discs: Any, origin: Any, side: float, first: Any, members: Any, fill: bool) -> None:
    """Count, or list, for each cell the discs that touch it, front ones first, down to one that fills it.

    Args:
        discs: x, y and radius, front ones first.
        origin: x and y of the cells' upper left corner.
        side: of a cell.
        first: ``[row, column]``; counts are added to it, or it holds where each cell's list begins.
        members: the lists, one after another.
        fill: list, else count.
    """
    rows, columns = first.shape
    closed = np.zeros((rows, columns), np.bool_)
    done = np.zeros((rows, columns), np.int64)
    for disc in range(discs.shape[0]):
        x, y, radius = discs[disc, 0] - origin[0], discs[disc, 1] - origin[1], discs[disc, 2]
        left, right = max(0, int((x - radius) // side)), min(columns - 1, int((x + radius) // side))
        top, bottom = max(0, int((y - radius) // side)), min(rows - 1, int((y + radius) // side))
        square = radius * radius
        for row in range(top, bottom + 1):
            above, below = row * side - y, (row + 1) * side - y
            near_y = max(0.0, above, -below)
            far_y = max(-above, below)
            for column in range(left, right + 1):
                before, beyond = column * side - x, (column + 1) * side - x
                near_x = max(0.0, before, -beyond)
                if closed[row, column] or near_x * near_x + near_y * near_y >= square:
                    continue
                if fill:
                    members[first[row, column] + done[row, column]] = disc
                done[row, column] += 1
                far_x = max(-before, beyond)
                closed[row, column] = far_x * far_x + far_y * far_y <= square
    if not fill:
        for row in range(rows):
            for column in range(columns):
                first[row, column] = done[row, column]


@kernel
def see_discs(  # noqa: PLR0913  a kernel knows no structures
    discs: Any, greys: Any, origin: Any, side: float, first: Any, members: Any, x: Any, y: Any, seen: Any
) -> None:
    """``seen`` filled with the grey of the front disc at each place; what none covers is the last grey."""
    rows, columns = first.shape
    for k in range(x.shape[0]):
        column = min(max(int((x[k] - origin[0]) // side), 0), columns - 1)
        row = min(max(int((y[k] - origin[1]) // side), 0), rows - 1)
        cell = row * columns + column
        begin = first[row, column]
        end = (
            first[(cell + 1) // columns, (cell + 1) % columns] if cell + 1 < rows * columns else len(members)
        )
        seen[k] = greys[len(greys) - 1]
        for place in range(begin, end):
            disc = members[place]
            right, down = x[k] - discs[disc, 0], y[k] - discs[disc, 1]
            if right * right + down * down <= discs[disc, 2] * discs[disc, 2]:
                seen[k] = greys[disc]
                break
