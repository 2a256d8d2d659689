"""Marks: squares of the ArUco family 4X4_1000 by which a chart is found, with its name, way up and side.

A mark's number is eight times the chart's place in the catalogue and its own place on the chart: 0 upper
left, 1 upper right, 2 lower right, 3 lower left, and between these 4 above, 5 right, 6 below, 7 left. The
family has no mark that is another one turned or mirrored, so that one mark tells which way up a chart is.

Source: S. Garrido-Jurado et al., "Automatic generation and detection of highly reliable fiducial markers
under occlusion", Pattern Recognition 47, 2280 (2014); codes of the dictionary as OpenCV has them.
"""

from typing import Final

from lichtbild.image.chart import Fiducial, Point, Polygon

CELLS: Final = 6
"""Along a mark's side: four that tell its number, and a black border."""
QUIET: Final = 3 / 14
"""White about a mark, of its side: more than one cell."""
PLACES: Final = 8
"""Numbers that each chart has."""

_CODES: Final = (
    "b5320f9a332d9946549e79cd9e2ec4f2fedacf56f99111a70eb72a0f24b1263e466566006c5e76af868bb02bccd5dd82"
    "fe479471ace4a5542123346f441557b29ecff0cb08ae0929187504ff0df61c5a17182a28328c38b224e82eeb2d3f4b64"
    "502e5013519455685d415f9768016867612461e96b126fe567df7e1b80a083448ba2937a846c852a859c9c899fa1bb7c"
    "bc04b65bbfc8b7abca1fc962d958d3d5cc98c7a0c537e95df925fbbbee2af74d35758aad76170acf064b2dc149d843f4"
    "4f364fd369e470c77a6eb4eaed4ffce7fea6002500430a880a86026f001c009708370a3109c60b0109fb0b581082182d"
    "10781073127412b11af913060c0e0cf1"
)
"""Four hexadecimal digits a mark, a bit a cell, row by row; 1 is white."""


def code(number: int) -> tuple[tuple[bool, ...], ...]:
    """Which of a mark's inner cells are white, row by row.

    Raises:
        ValueError: the catalogue of charts has no such mark.
    """
    if not 0 <= number < len(_CODES) // 4:
        raise ValueError(f"marks 0 to {len(_CODES) // 4 - 1} are drawn, not {number}")
    bits = f"{int(_CODES[4 * number : 4 * number + 4], 16):016b}"
    return tuple(tuple(bit == "1" for bit in bits[4 * row : 4 * row + 4]) for row in range(4))


def mark(chart: int, place: int, middle: Point, side: float) -> Fiducial:
    """The mark of a chart's place.

    Args:
        chart: its place in the catalogue.
        place: of the mark, 0 to 7.
        middle: of the mark, mm.
        side: mm.
    """
    return Fiducial(PLACES * chart + place, (middle[0] - side / 2, middle[1] - side / 2), side)


def drawn(mark: Fiducial, white: int, black: int) -> tuple[Polygon, ...]:
    """A mark's shapes: its quiet border, its black square, and white cells joined along their rows.

    Args:
        mark: which.
        white: paint of the quiet border and of cells.
        black: paint of the square.
    """
    (x, y), side = mark.corner, mark.side
    quiet, cell = QUIET * side, side / CELLS
    shapes = [
        upright((x - quiet, y - quiet, x + side + quiet, y + side + quiet), white),
        upright((x, y, x + side, y + side), black),
    ]
    for row, cells in enumerate(code(mark.number)):
        top, column = y + (1 + row) * cell, 0
        while column < 4:
            end = column
            while end < 4 and cells[end]:
                end += 1
            if end > column:
                left, right = x + (1 + column) * cell, x + (1 + end) * cell
                shapes.append(upright((left, top, right, top + cell), white))
            column = end + 1
    return tuple(shapes)


def upright(borders: tuple[float, float, float, float], paint: int) -> Polygon:
    """A rectangle from its left, upper, right and lower border, its corners clockwise from the upper left."""
    left, top, right, bottom = borders
    return Polygon(((left, top), (right, top), (right, bottom), (left, bottom)), paint)
