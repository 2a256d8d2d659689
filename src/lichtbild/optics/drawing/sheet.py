"""Sheet: a drawing of one element as a workshop reads it, A4 landscape, in the manner of ISO 10110.

The element in section with its dimensions; a table of its left surface, its material and its right surface;
its sags at heights; a title block. What nobody has said is a dash: no tolerance is made up here.

Source: ISO 10110-10 (the table's three columns); -1 (CC and CX); -12 (aspheres: R, kappa and A_n); -5, -6,
-7, -9 and -18 (the codes 3/, 4/, 5/, the coating's lambda, and 0/, 1/, 2/); ISO 5455 (scales); ISO 5457
(frame).
"""

from dataclasses import dataclass

import numpy as np

from lichtbild.core.errors import BadInput
from lichtbild.core.units import um
from lichtbild.figure.page import quantity
from lichtbild.figure.palette import Ink
from lichtbild.figure.svg import Element, Svg, closed, element, group, line, path, words
from lichtbild.figure.typography import shortened, text_width
from lichtbild.optics.drawing.dimension import across, upward
from lichtbild.optics.drawing.drawing import Sheet
from lichtbild.optics.drawing.sag_table import SagTable, sag_table
from lichtbild.optics.drawing.section import Body, Section, section
from lichtbild.optics.drawing.sheet_table import Row, material_rows, surface_rows
from lichtbild.optics.lens import Lens
from lichtbild.optics.surface import PowerSeries

MM = 4.0
"""Pixels for a millimetre of paper."""

WIDTH, HEIGHT = 297 * MM, 210 * MM
LEFT, RIGHT, TOP, BOTTOM = 20 * MM, WIDTH - 10 * MM, 10 * MM, HEIGHT - 10 * MM
"""Frame; the margin at the left is for filing."""

SAGS = RIGHT - 98 * MM
"""Left edge of the sag table."""

TABLE, BLOCK = 104 * MM, BOTTOM - 19 * MM
"""Upper edges of the table and of the title block."""

SCALES = (100, 50, 20, 10, 5, 2, 1)
"""Enlargements that ISO 5455 recommends."""

REDUCTIONS = (2, 5, 10, 20)
ROW, SIZE = 17.5, 12.0
SAG_ROWS = 9


@dataclass(frozen=True)
class TitleBlock:
    """What a sheet says of itself; empty parts are dashes.

    Args:
        lens: name of the lens; None takes the lens's own.
        source: patent or book; None takes the lens's own.
        date: as it shall be printed.
        author: who answers for the sheet.
    """

    lens: str | None = None
    source: str | None = None
    date: str = ""
    author: str = ""


def element_sheet(
    lens: Lens, number: int, block: TitleBlock | None = None, semi_apertures: np.ndarray | None = None
) -> Svg:
    """A sheet for one element of a lens.

    Args:
        lens: as it is written.
        number: of the element or plate along the light, from 0.
        block: what the title block says.
        semi_apertures: mm, for surfaces that have none of their own, one for each surface.

    Raises:
        BadInput: there is no such element, or a surface has no semi-aperture.
    """
    cut = section(lens, semi_apertures)
    if not 0 <= number < len(cut.bodies):
        raise BadInput(
            f"the lens has {len(cut.bodies)} elements, numbered from 0: there is none of number {number}"
        )
    body = cut.bodies[number]
    drawn = _own_frame(body, cut)
    scale = _scale(drawn)
    block = block or TitleBlock()
    parts = [
        *_frames(),
        *_drawing(drawn, body, cut, scale),
        *_sags(lens, body, cut),
        *_columns(lens, body, cut),
        *_title(lens, body, block, scale),
    ]
    title = f"Element {body.element.name} of {lens.name or 'a lens'}: drawing, table and sags"
    return Svg(WIDTH, HEIGHT, tuple(parts), title, (297, 210))


def sheets(
    lens: Lens, block: TitleBlock | None = None, semi_apertures: np.ndarray | None = None
) -> tuple[Svg, ...]:
    """A sheet for each element and plate of a lens."""
    count = len(section(lens, semi_apertures).bodies)
    return tuple(element_sheet(lens, number, block, semi_apertures) for number in range(count))


def _own_frame(body: Body, cut: Section) -> np.ndarray:
    """The element's outline around the middle of its axis."""
    z, y = body.outline
    half = len(z) // 2
    axis = np.argmin(np.abs(y[:half]))
    middle = (z[axis] + z[half:][::-1][axis]) / 2
    return np.stack([z - middle, y - y[axis]])


def _scale(outline: np.ndarray) -> float:
    """Largest scale at which an element fits its place on the paper."""
    long, tall = np.ptp(outline, axis=1)
    fits = [scale for scale in SCALES if long * scale <= 84 and tall * scale <= 73]
    reduced = [1 / by for by in REDUCTIONS if long / by <= 84 and tall / by <= 73]
    return float((fits or reduced or [1 / REDUCTIONS[-1]])[0])


def _frames() -> list[Element]:
    """The frame of the paper and the lines between its parts."""
    rules = [(LEFT, TABLE, RIGHT, TABLE), (LEFT, BLOCK, RIGHT, BLOCK), (SAGS, TOP, SAGS, TABLE)]
    return [
        element(
            "rect",
            x=LEFT,
            y=TOP,
            width=RIGHT - LEFT,
            height=BOTTOM - TOP,
            fill="none",
            stroke=Ink.INK,
            stroke_width=2,
        ),
        group([line(*ends) for ends in rules], stroke=Ink.INK, stroke_width=1),
    ]


def _drawing(outline: np.ndarray, body: Body, cut: Section, scale: float) -> list[Element]:
    """The element in section with its dimensions."""
    sheet = Sheet(scale * MM, (LEFT + SAGS) / 2, (TOP + TABLE) / 2 - 4, SAGS, TOP, TABLE)
    x, y = sheet.line(outline)
    left, right, top, bottom = float(x.min()), float(x.max()), float(y.min()), float(y.max())
    half = outline.shape[1] // 2
    front, back = outline[:, :half], outline[:, half:][:, ::-1]
    axis = int(np.argmin(np.abs(front[1])))
    vertices = [sheet.place(float(face[0, axis]), 0.0)[0] for face in (front, back)]
    rims = [sheet.place(float(face[0, -1]), 0.0)[0] for face in (front, back)]
    semi = [float(cut.semi[index]) for index in (body.element.front, body.element.back)]
    centre, edge = back[0, axis] - front[0, axis], back[0, -1] - front[0, -1]
    return [
        path(closed(x, y), fill=Ink.GLASS, stroke=Ink.INK, stroke_width=1.8, stroke_linejoin="round"),
        line(
            left - 40,
            sheet.y,
            right + 40,
            sheet.y,
            stroke=Ink.MUTED,
            stroke_width=0.8,
            stroke_dasharray="12 3 2 3",
        ),
        across(vertices[0], vertices[1], bottom + 30, quantity(float(centre), 4), sheet.y),
        across(rims[0], rims[1], top - 26, quantity(float(edge), 4), top),
        _diameter(sheet, semi[0], left - 44, rims[0]),
        _diameter(sheet, semi[1], right + 44, rims[1]),
        upward(top, bottom, right + 84, f"⌀ {quantity(2 * body.radius, 5)}", right),
    ]


def _diameter(sheet: Sheet, semi: float, x: float, start: float) -> Element:
    """Dimension line of an effective diameter."""
    top, bottom = (sheet.place(0.0, sign * semi)[1] for sign in (1, -1))
    return upward(top, bottom, x, f"⌀e {quantity(2 * semi, 5)}", start)


def _sags(lens: Lens, body: Body, cut: Section) -> list[Element]:
    """Sags, slopes and departures of both surfaces at heights."""
    faces = (body.element.front, body.element.back)
    tables = [
        sag_table(lens.surfaces[index], semi_aperture=float(cut.semi[index]), rows=SAG_ROWS)
        for index in faces
    ]
    height = 15.6
    parts: list[Element] = []
    for place, (table, name) in enumerate(zip(tables, ("Left surface", "Right surface"), strict=True)):
        top = TOP + 22 + place * (SAG_ROWS + 2.8) * height
        parts += _sag_rows(table, name, top, height)
    return [group(parts, font_size=11, fill=Ink.INK, style="font-variant-numeric:tabular-nums")]


def _sag_rows(table: SagTable, name: str, top: float, height: float) -> list[Element]:
    fit = table.sphere_radius
    sphere = "plane" if not np.isfinite(fit) else f"sphere of {quantity(fit, 6)} mm"
    ends = (SAGS + 66, SAGS + 164, SAGS + 262, RIGHT - 12)
    heads = ("h", "z", "dz/dh", "departure (µm)")
    parts = [words(SAGS + 12, top, f"{name}; departure from the best-fit {sphere}", font_weight=600)]
    parts += [
        words(end, top + height, head, text_anchor="end", fill=Ink.MUTED)
        for end, head in zip(ends, heads, strict=True)
    ]
    for index in range(len(table.height)):
        cells = (
            f"{table.height[index]:.4f}",
            f"{table.sag[index]:.6f}",
            f"{table.slope[index]:.5f}",
            f"{table.departure[index] / um(1):.3f}",
        )
        y = top + (index + 2) * height
        parts += [
            words(end, y, _signed(cell), text_anchor="end") for end, cell in zip(ends, cells, strict=True)
        ]
    return parts


def _signed(cell: str) -> str:
    """A number without the sign of a rounded zero, with a real minus."""
    return cell.lstrip("-") if float(cell) == 0 else cell.replace("-", "−")


def _columns(lens: Lens, body: Body, cut: Section) -> list[Element]:
    """The table: left surface, material, right surface."""
    front, back = body.element.front, body.element.back
    left = surface_rows(lens.surfaces[front], 1, float(cut.semi[front]))
    right = surface_rows(lens.surfaces[back], -1, float(cut.semi[back]))
    middle = material_rows(lens, body.element)
    widths = (0.38, 0.24, 0.38)
    edges = LEFT + (RIGHT - LEFT) * np.concatenate([[0.0], np.cumsum(widths)])
    parts: list[Element] = []
    heads = ("Left surface", "Material", "Right surface")
    for index, (head, rows) in enumerate(zip(heads, (left, middle, right), strict=True)):
        start, end = float(edges[index]), float(edges[index + 1])
        if index:
            parts.append(line(start, TABLE, start, BLOCK, stroke=Ink.INK, stroke_width=1))
        parts.append(
            words((start + end) / 2, TABLE + 19, head, text_anchor="middle", font_weight=600, font_size=12.5)
        )
        parts += _rows(rows, start, end)
    parts += _legend(lens, body, float(edges[1]))
    parts.append(line(LEFT, TABLE + 28, RIGHT, TABLE + 28, stroke=Ink.INK, stroke_width=1))
    return parts


def _rows(rows: tuple[Row, ...], start: float, end: float) -> list[Element]:
    """Symbols and values, in two columns where there are many."""
    room = int((BLOCK - TABLE - 36) // ROW)
    columns = 1 if len(rows) <= room else 2
    wide = (end - start) / columns
    room = max(room, -(-len(rows) // columns))
    row = min(ROW, (BLOCK - TABLE - 36) / room)
    parts = []
    for index, (symbol, value) in enumerate(rows):
        x, y = start + 14 + (index // room) * wide, TABLE + 28 + (index % room + 1) * row
        parts.append(_symbol(x, y, symbol))
        parts.append(words(x + 62, y, shortened(value, wide - 80, SIZE)))
    return [group(parts, font_size=SIZE, style="font-variant-numeric:tabular-nums")]


def _symbol(x: float, y: float, symbol: str) -> Element:
    """A symbol whose part behind an underscore is a subscript."""
    main, _, under = symbol.partition("_")
    lower = [element("tspan", under, dy=3, font_size=9)] if under else []
    return element("text", main, *lower, x=x, y=y, fill=Ink.MUTED)


def _legend(lens: Lens, body: Body, start: float) -> list[Element]:
    """How the table is to be read: what a dash is, and the equation of an asphere."""
    faces = [lens.surfaces[index] for index in (body.element.front, body.element.back)]
    lines = ["–  not specified", "CX convex, CC concave; z grows along the light"]
    if any(face.conic or isinstance(face.departure, PowerSeries) for face in faces):
        lines += [
            "z = h² / (R (1 + √(1 − (1 + κ) h² / R²)))",
            "      + Σ Aₙ hⁿ  (R < 0: centre before the vertex)",
        ]
    first = BLOCK - 12 - 15 * (len(lines) - 1)
    rows = [words(start + 14, first + 15 * index, text) for index, text in enumerate(lines)]
    return [group(rows, font_size=10, fill=Ink.MUTED)]


def _title(lens: Lens, body: Body, block: TitleBlock, scale: float) -> list[Element]:
    """The title block: what is drawn, from where, how large, by whom and when."""
    ratio = f"{scale:g} : 1" if scale >= 1 else f"1 : {1 / scale:g}"
    cells = (
        ("Lens", lens.name if block.lens is None else block.lens, 0.26),
        ("Source", lens.source if block.source is None else block.source, 0.2),
        ("Element", body.element.name, 0.08),
        ("Scale", ratio, 0.08),
        ("Date", block.date, 0.11),
        ("Responsible", block.author, 0.13),
        ("Lengths in mm", "ISO 10110", 0.14),
    )
    parts: list[Element] = []
    x = LEFT
    for index, (head, value, share) in enumerate(cells):
        width = share * (RIGHT - LEFT)
        if index:
            parts.append(line(x, BLOCK, x, BOTTOM, stroke=Ink.INK, stroke_width=1))
        parts.append(words(x + 10, BLOCK + 20, head, font_size=10, fill=Ink.MUTED))
        size = 15.0 if text_width(value, 15) < width - 20 else 12.0
        parts.append(words(x + 10, BLOCK + 50, shortened(value or "–", width - 20, size), font_size=size))
        x += width
    return parts
