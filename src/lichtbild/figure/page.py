"""Page: a report as one HTML file, with everything in it.

Nothing is fetched and no script runs: style, drawings and numbers are in the file, the numbers as JSON for
other programs. It follows the reader's choice of light or dark, and prints on A4.
"""

import json
import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Final, Literal, TypeAlias

from lichtbild.figure.page_style import style
from lichtbild.figure.palette import PAGE
from lichtbild.figure.svg import Svg, clean, svg_text
from lichtbild.figure.typography import signed

_HELD: Final = 24
"""Letters of a cell that stay on one line."""

_JPEG: Final = b"\xff\xd8"


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of text."""

    text: str


@dataclass(frozen=True)
class Figure:
    """A drawing or plot with its caption.

    Args:
        picture: an SVG, or the bytes of a PNG or a JPEG.
        wide: takes a row of its own; others stand side by side where there is room.
    """

    picture: Svg | bytes
    caption: str = ""
    wide: bool = False


@dataclass(frozen=True)
class Table:
    """Rows of text and numbers under a head.

    Args:
        head: of the columns.
        rows: cells; a number that is not finite or None is shown as a dash.
        caption: what the table says.
        digits: significant digits of floating numbers.
    """

    head: tuple[str, ...]
    rows: tuple[tuple[str | float | None, ...], ...]
    caption: str = ""
    digits: int = 5


@dataclass(frozen=True)
class Download:
    """A file that the reader can take out of the page.

    Args:
        name: of the file.
        data: its bytes.
        kind: media type, such as ``model/gltf-binary``.
    """

    name: str
    data: bytes
    kind: str = "application/octet-stream"


@dataclass(frozen=True)
class Folded:
    """Blocks behind a line that opens them; where browsers know how, they are open in print."""

    line: str
    blocks: tuple["Block", ...]


Block: TypeAlias = Paragraph | Figure | Table | Download | Folded


@dataclass(frozen=True)
class Section:
    """A part of a page under a heading."""

    heading: str
    blocks: tuple[Block, ...]


def page(
    title: str,
    sections: Sequence[Section],
    *,
    subtitle: str = "",
    data: Mapping[str, Any] | None = None,
    footer: str = "",
) -> str:
    """Text of an HTML file.

    Args:
        title: of the page.
        sections: in their order; with more than one, a list of contents leads to them.
        subtitle: under the title.
        data: numbers for other programs, found under the id "data"; what JSON cannot say (NaN) must be None.
        footer: last line.

    Raises:
        ValueError: ``data`` holds a number that is not finite.
    """
    names = _anchors([section.heading for section in sections])
    body = "\n".join(_section(section, name) for section, name in zip(sections, names, strict=True))
    under = f'<p class="subtitle">{_text(subtitle)}</p>' if subtitle else ""
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; img-src data:; '
        "style-src 'unsafe-inline'\">\n"
        f"<title>{_text(title)}</title>\n<style>\n{style()}</style>\n</head>\n<body>\n"
        f"<header><h1>{_text(title)}</h1>{under}</header>\n{_contents(sections, names)}"
        f"<main>\n{body}\n</main>\n"
        + (f"<footer>{_text(footer)}</footer>\n" if footer else "")
        + ("" if data is None else _embedded(data))
        + "</body>\n</html>\n"
    )


def _anchors(headings: Sequence[str]) -> list[str]:
    """A different anchor for each heading, made of its letters and digits."""
    found: list[str] = []
    for heading in headings:
        stem = re.sub(r"[^a-z0-9]+", "-", heading.lower()).strip("-") or "section"
        name, count = stem, 2
        while name in found or name == "data":
            name, count = f"{stem}-{count}", count + 1
        found.append(name)
    return found


def _contents(sections: Sequence[Section], names: Sequence[str]) -> str:
    if len(sections) < 2:
        return ""
    items = "".join(
        f'<li><a href="#{name}">{_text(section.heading)}</a></li>'
        for section, name in zip(sections, names, strict=True)
    )
    return f'<nav aria-label="Contents"><ol>{items}</ol></nav>\n'


def _section(section: Section, name: str) -> str:
    return (
        f'<section id="{name}" aria-labelledby="{name}-heading">\n'
        f'<h2 id="{name}-heading">{_text(section.heading)}</h2>\n{_blocks(section.blocks)}</section>\n'
    )


def _blocks(blocks: Sequence[Block]) -> str:
    """Blocks in their order; neighbouring figures that are not wide share a row."""
    parts: list[str] = []
    open_row = False
    for block in blocks:
        narrow = isinstance(block, Figure) and not block.wide
        if narrow != open_row:
            parts.append('<div class="row">\n' if narrow else "</div>\n")
            open_row = narrow
        parts.append(_block(block))
    return "".join(parts) + ("</div>\n" if open_row else "")


def _block(block: Block) -> str:
    match block:
        case Paragraph():
            return f"<p>{_text(block.text)}</p>\n"
        case Figure():
            return _figure(block)
        case Table():
            return _table(block)
        case Download():
            data = b64encode(block.data).decode()
            kind, name = escape(block.kind), _text(block.name)
            size = f"{len(block.data) / 1000:.0f} kB"
            return f'<p><a href="data:{kind};base64,{data}" download="{name}">{name}</a> ({size})</p>\n'
        case Folded():
            inside = _blocks(block.blocks)
            return f"<details><summary>{_text(block.line)}</summary>\n{inside}</details>\n"


def _figure(figure: Figure) -> str:
    caption = f"<figcaption>{_text(figure.caption)}</figcaption>" if figure.caption else ""
    if isinstance(figure.picture, bytes):
        source = b64encode(figure.picture).decode()
        kind = _kind_of(figure.picture)
        picture = f'<img alt="{_text(figure.caption)}" src="data:image/{kind};base64,{source}">'
    else:
        picture = svg_text(figure.picture, PAGE, alone=False)
    return f"<figure{' class=wide' if figure.wide else ''}>{picture}{caption}</figure>\n"


def _kind_of(picture: bytes) -> str:
    if picture.startswith(b"\xff\xd8"):
        return "jpeg"
    return "webp" if picture[8:12] == b"WEBP" else "png"


def _table(table: Table) -> str:
    sides = [_side(table, column) for column in range(len(table.head))]
    head = "".join(
        f'<th scope="col" class="{side}">{_text(name)}</th>'
        for name, side in zip(table.head, sides, strict=True)
    )
    rows = "".join(
        "<tr>"
        + "".join(
            f"<td{_class(cell, side)}>{_cell(cell, table.digits)}</td>"
            for cell, side in zip(row, sides, strict=True)
        )
        + "</tr>\n"
        for row in table.rows
    )
    caption = f"<caption>{_text(table.caption)}</caption>" if table.caption else ""
    inside = f"{caption}<thead><tr>{head}</tr></thead>\n<tbody>{rows}</tbody>"
    return f'<div class="scroll"><table>{inside}</table></div>\n'


def _side(table: Table, column: int) -> Literal["number", "text"]:
    """Numbers are aligned right."""
    return "text" if any(isinstance(row[column], str) for row in table.rows) else "number"


def _class(value: str | float | None, side: Literal["number", "text"]) -> str:
    """Of a cell, in few letters, for a page may have a hundred thousand; a short text is not broken."""
    if side == "number":
        return " class=n"
    return " class=h" if isinstance(value, str) and 0 < len(value) <= _HELD else ""


def _cell(value: str | float | None, digits: int) -> str:
    if isinstance(value, str):
        return _text(value)
    return "–" if value is None else quantity(value, digits)


def quantity(value: float, digits: int = 5) -> str:
    """A number as a reader expects it: significant digits, a real minus sign, a dash if it is not finite.

    >>> quantity(-1234.5678), quantity(3), quantity(2.5e-7), quantity(float("inf"))
    ('−1234.6', '3', '2.5000e−7', '∞')
    """
    if value != value:
        return "–"
    if value in (float("inf"), float("-inf")):
        return signed("∞" if value > 0 else "-∞")
    if value == 0:
        return "0"
    if isinstance(value, int):
        return signed(str(value))
    size = abs(value)
    if size < 1e-3 or size >= 10.0 ** max(digits, 6):
        mantissa, power = f"{value:.{digits - 1}e}".split("e")
        return signed(f"{mantissa}e{int(power)}")
    if size >= 10.0**digits:
        return signed(f"{value:.0f}")
    return signed(f"{value:#.{digits}g}".rstrip("."))


def _embedded(data: Mapping[str, Any]) -> str:
    """Numbers as JSON that no HTML parser can mistake for markup."""
    text = json.dumps(data, allow_nan=False, ensure_ascii=True, separators=(",", ":"))
    safe = text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    return f'<script type="application/json" id="data">{safe}</script>\n'


def _text(text: str) -> str:
    return escape(clean(text))
