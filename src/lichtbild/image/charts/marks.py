"""Marks: squares of the ArUco family 4X4_1000 by which a chart is found, with its name, way up and side.

Each chart has eight numbers that follow one another, one for each place on it: 0 upper left, 1 upper right,
2 lower right, 3 lower left, and between these 4 above, 5 right, 6 below, 7 left. The family has no mark that
is another one turned; and only those eights are taken of which no mark, mirrored, is any of the family. So
one mark tells which chart it is, which way up, and whether a picture shows it from behind.

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

_EIGHTS: Final = (
    *(3, 4, 6, 9, 10, 11, 12, 22, 23, 25, 26, 27),
    *(29, 30, 31, 35, 37, 38, 43, 46, 48, 50, 58, 60),
)
"""Eighths of the numbers of each chart in the catalogue, and of charts to come."""

_CODES: Final = (
    "fe479471ace4a5542123346f441557b29ecff0cb08ae0929187504ff0df61c5a502e5013519455685d415f9768016867"
    "bc04b65bbfc8b7abca1fc962d958d3d5cc98c7a0c537e95df925fbbbee2af74d35758aad76170acf064b2dc149d843f4"
    "4f364fd369e470c77a6eb4eaed4ffce7340d34fb369a3de0356a3d093ded3fc43f6c37ce3d5c3d7637b03f173fff48e5"
    "5816505d5afa5ab551235b8a591951354c6946c14e0b445f4e594d834d7d47d847735c855e44562b5cbb55c35f6e5feb"
    "6b5b780c7acf787f798071e5717479b671d37b33646a66a86ea76e9165226dcb678d6d317e807ee27e8d74d27c327e35"
    "85af85d787b39ce19cf29417950095a2a93da957ab52a336a359b0f4b812b0bfb29dbbedb972b996a4c3acd2aeb1a582"
    "cc78cd45c50bcfcfdcacd402dc63d427f8f6f149f3eaf19cf9f5f13bec8deec9fc01f6c3f47cfc93f542fd98f53d02bd"
    "0a320ade025101a203800b830b4b0b272a8d2aa32aef2890283b2a58223321a02b9b2b97382838a53a863201389f32d2"
)
"""Four hexadecimal digits a mark of those eights, a bit a cell, row by row; 1 is white."""


def chart_of(number: int) -> int | None:
    """Place in the catalogue of the chart that a number is kept for; None where it is kept for none."""
    return _EIGHTS.index(number // PLACES) if number // PLACES in _EIGHTS else None


def code(number: int) -> tuple[tuple[bool, ...], ...]:
    """Which of a mark's inner cells are white, row by row.

    Raises:
        ValueError: the number is kept for no chart.
    """
    chart = chart_of(number)
    if chart is None:
        raise ValueError(f"no chart has a mark of the number {number}")
    first = 4 * (PLACES * chart + number % PLACES)
    bits = f"{int(_CODES[first : first + 4], 16):016b}"
    return tuple(tuple(bit == "1" for bit in bits[4 * row : 4 * row + 4]) for row in range(4))


def mark(chart: int, place: int, middle: Point, side: float) -> Fiducial:
    """The mark of a chart's place.

    Args:
        chart: its place in the catalogue.
        place: of the mark, 0 to 7.
        middle: of the mark, mm.
        side: mm.
    """
    return Fiducial(PLACES * _EIGHTS[chart] + place, (middle[0] - side / 2, middle[1] - side / 2), side)


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
