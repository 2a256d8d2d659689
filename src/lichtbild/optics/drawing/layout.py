"""Layout: a lens in section with its rays, drawn to one scale.

Elements are filled as they would be moulded, flints in another tint than crowns and plates in a third; rays
have a colour for each field, the stop is two blades, the image a line. Below stand the track and a bar for
scale.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float

from lichtbild.figure.legend import legend
from lichtbild.figure.marks import Line
from lichtbild.figure.palette import Ink, series_ink
from lichtbild.figure.plot import title as heading
from lichtbild.figure.svg import (
    Element,
    Svg,
    arrow_heads,
    closed,
    element,
    group,
    line,
    moved,
    path,
    trace,
    window,
    words,
)
from lichtbild.figure.ticks import round_step
from lichtbild.figure.typography import shortened, text_width
from lichtbild.optics.drawing.dimension import across
from lichtbild.optics.drawing.drawing import Drawing, Sheet
from lichtbild.optics.drawing.elements import Kind, bending
from lichtbild.optics.drawing.section import Section, section
from lichtbild.optics.lens import Lens

FILLS = {Kind.CROWN: Ink.GLASS, Kind.FLINT: Ink.DENSE_GLASS, Kind.PLATE: Ink.PLATE}

MARGIN = 24.0
LABELS = 26.0
"""Height of the row of elements' names, pixels."""

UNDER = 58.0
"""Height of what stands below the lens, pixels."""

TALLEST = 600.0
"""Of the lens itself, pixels: one that is taller than long is drawn narrower than the page."""

NARROWEST = 480.0
"""Figure, pixels."""

LEAD = 0.16
"""Of the lens's length: what is shown of the rays before it."""


@dataclass(frozen=True, eq=False)
class RayBundle:
    """Rays of one field.

    Args:
        points: where each ray meets the surfaces and the image, in their order, in the frame of the first
            surface (x, y, z or y, z), mm; not finite from where it is lost.
        label: of the field, for the legend.
        incoming: directions of the rays before their first point, axes as of the points; None shows
            nothing there.
    """

    points: Float[np.ndarray, "surface axis ray"]
    label: str = ""
    incoming: Float[np.ndarray, "axis ray"] | None = None


def layout(
    lens: Lens,
    rays: Sequence[RayBundle] = (),
    semi_apertures: Float[np.ndarray, " s"] | None = None,
    *,
    title: str | None = None,
    width: float = 960,
) -> Drawing:
    """A drawing of a lens in its yz plane.

    Args:
        lens: as it stands in one configuration.
        rays: a bundle for each field.
        semi_apertures: mm, for surfaces that have none of their own, one for each surface.
        title: above the drawing; None takes the lens's name.
        width: of the figure, pixels.

    Raises:
        BadInput: a surface has no semi-aperture.
    """
    cut = section(lens, semi_apertures, _image_height(rays))
    name = lens.name if title is None else title
    samples, samples_height = legend(_samples(rays), width - 2 * MARGIN)
    top = (34.0 if name else 12.0) + (samples_height + 4 if samples_height else 0) + LABELS
    sheet = _sheet(cut, rays, width, top)
    width = min(width, max(sheet.right + MARGIN, NARROWEST))
    height = sheet.bottom + UNDER + (20 if cut.trimmed else 0)
    parts = [heading(name, MARGIN, 23, width - 2 * MARGIN)] if name else []
    if samples_height:
        parts.append(moved(samples, MARGIN, 34.0 if name else 12.0))
    bent = [replace(bundle, points=bundle.points[[*bending(lens), -1]]) for bundle in rays]
    parts += [_axis(sheet, width), *_bodies(cut, sheet), *_rays(bent, sheet, width), *_outlines(cut, sheet)]
    parts += [*_blades(cut, sheet), _image(cut, sheet), *_names(cut, sheet), *_below(cut, sheet, width)]
    return Drawing(Svg(width, height, tuple(parts), f"Section of {name or 'the lens'}"), sheet, cut)


def _image_height(rays: Sequence[RayBundle]) -> float | None:
    """Largest distance from the axis at which rays meet the image; None if none does."""
    ends = [np.abs(bundle.points[-1, -2]) for bundle in rays]
    heights = np.concatenate(ends)[np.isfinite(np.concatenate(ends))] if ends else np.empty(0)
    return float(heights.max()) if heights.size and heights.max() > 0 else None


def _samples(rays: Sequence[RayBundle]) -> list[Line]:
    """A mark for each field, of which the legend shows name and ink."""
    nothing = np.empty(0)
    return [Line(nothing, nothing, _named(bundle), series_ink(index)) for index, bundle in enumerate(rays)]


def _named(bundle: RayBundle) -> str:
    """A field's label; it says so if no ray of the field reaches the image."""
    return bundle.label if np.isfinite(bundle.points[-1]).any() else f"{bundle.label} (no ray arrives)"


def _sheet(cut: Section, rays: Sequence[RayBundle], width: float, top: float) -> Sheet:
    """Where millimetres lie on the figure: as large as its width allows."""
    curves = [body.outline for body in cut.bodies] + [*cut.mirrors, cut.image, cut.stop]
    points = np.concatenate(curves, axis=1)
    (left, low), (right, high) = points.min(axis=1), points.max(axis=1)
    length = right - left
    if any(bundle.incoming is not None for bundle in rays):
        left -= LEAD * length
    reach = max(-low, high) if cut.centred else (high - low) / 2
    middle = 0.0 if cut.centred else (high + low) / 2
    scale = min((width - 2 * MARGIN) / (right - left), TALLEST / (2 * reach))
    return Sheet(
        scale=float(scale),
        x=float(MARGIN - left * scale),
        y=float(top + (reach + middle) * scale),
        right=float(MARGIN + (right - left) * scale),
        top=top,
        bottom=float(top + 2 * reach * scale),
    )


def _axis(sheet: Sheet, width: float) -> Element:
    return line(
        MARGIN / 2,
        sheet.y,
        width - MARGIN / 2,
        sheet.y,
        stroke=Ink.RULE,
        stroke_width=0.8,
        stroke_dasharray="12 3 2 3",
    )


def _bodies(cut: Section, sheet: Sheet) -> list[Element]:
    """Elements as filled shapes."""
    return [
        path(closed(*sheet.line(body.outline)), fill=FILLS[body.element.kind], stroke="none")
        for body in cut.bodies
    ]


def _outlines(cut: Section, sheet: Sheet) -> list[Element]:
    """Outlines of elements, over the rays; mirrors as strong lines."""
    bodies = [path(closed(*sheet.line(body.outline))) for body in cut.bodies]
    mirrors = [path(trace(*sheet.line(curve)), stroke_width=2.5) for curve in cut.mirrors]
    return [
        group([*bodies, *mirrors], fill="none", stroke=Ink.OUTLINE, stroke_width=1.1, stroke_linejoin="round")
    ]


def _rays(rays: Sequence[RayBundle], sheet: Sheet, width: float) -> list[Element]:
    """Rays, cut off above and below where the lens ends."""
    height = sheet.bottom - sheet.top
    drawn = []
    for index, bundle in enumerate(rays):
        points = bundle.points[:, [-1, -2]]
        if bundle.incoming is not None:
            points = np.concatenate(
                [_before(points[0], bundle.incoming[[-1, -2]], sheet, width)[None], points]
            )
        x, y = sheet.pixels(points[:, 0], points[:, 1])
        gap = np.full((1, x.shape[1]), np.nan)
        data = trace(np.concatenate([x, gap]).T.ravel(), np.concatenate([y, gap]).T.ravel() - sheet.top)
        drawn.append(path(data, stroke=series_ink(index)))
    lines = group(drawn, fill="none", stroke_width=0.9, stroke_linejoin="round", opacity=0.9)
    return [moved([window(0, 0, width, height, [lines])], 0, sheet.top)]


def _before(
    first: Float[np.ndarray, "2 ray"], incoming: Float[np.ndarray, "2 ray"], sheet: Sheet, width: float
) -> Float[np.ndarray, "2 ray"]:
    """Points of rays (z, y) at the left edge of the figure, or as far before the lens as is shown of them."""
    left = (MARGIN - sheet.x) / sheet.scale
    slope = incoming[1] / np.where(np.abs(incoming[0]) > 1e-9, incoming[0], np.nan)
    return np.stack([np.full_like(first[0], left), first[1] + (left - first[0]) * slope])


def _blades(cut: Section, sheet: Sheet) -> list[Element]:
    """Two wedges whose edges are at the rim of the stop."""
    x, y = sheet.pixels(cut.stop[0], cut.stop[1])
    size = max(0.05 * (sheet.bottom - sheet.top), 14.0)
    inward = np.stack([x.mean() - x, y.mean() - y])
    inward /= np.maximum(np.sqrt((inward**2).sum(axis=0)), 1e-9)
    return [arrow_heads(x, y, inward, np.full(2, size), slope=0.16, fill=Ink.INK)]


def _image(cut: Section, sheet: Sheet) -> Element:
    return path(
        trace(*sheet.line(cut.image)), fill="none", stroke=Ink.INK, stroke_width=2.5, stroke_linecap="butt"
    )


def _names(cut: Section, sheet: Sheet) -> list[Element]:
    """Names of elements in a row above them, each with a thin line to its upper rim."""
    tops = [body.outline[:, int(np.argmax(body.outline[1]))] for body in cut.bodies]
    ends = [_upper_middle(body.outline) for body in cut.bodies]
    wanted = np.array([sheet.place(z, y)[0] for z, y in ends]) if tops else np.empty(0)
    widths = np.array([text_width(body.element.name, 12) for body in cut.bodies])
    places = spread(wanted, widths + 8)
    row = sheet.top - 12
    parts = []
    for body, (z, y), x in zip(cut.bodies, ends, places, strict=True):
        foot_x, foot_y = sheet.place(z, y)
        parts.append(line(float(x), row + 4, foot_x, foot_y - 2, stroke=Ink.RULE, stroke_width=0.6))
        parts.append(words(float(x), row, body.element.name, text_anchor="middle", fill=Ink.INK))
    return [group(parts, font_size=12)]


def _upper_middle(outline: Float[np.ndarray, "2 n"]) -> tuple[float, float]:
    """The middle of an element's upper edge."""
    high = outline[1].max()
    upper = outline[0][outline[1] >= high - 1e-9 * abs(high)]
    return float((upper.min() + upper.max()) / 2), float(high)


def spread(places: Float[np.ndarray, " n"], widths: Float[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
    """Places of labels, moved as little as it takes that none overlaps its neighbour.

    Args:
        places: where their middles should be.
        widths: of each, with the room around it.
    """
    order = np.argsort(places, kind="stable")
    x, w = places[order].copy(), widths[order]
    least = (w[1:] + w[:-1]) / 2
    # Neighbours that overlap share the move; each round settles at least the worst pair.
    for _ in range(20 * len(x)):
        lack = least - np.diff(x)
        if not (lack > 1e-3).any():
            break
        push = np.maximum(lack, 0) / 2
        x[:-1] -= push
        x[1:] += push
    result = np.empty_like(x)
    result[order] = x
    return result


def _below(cut: Section, sheet: Sheet, width: float) -> list[Element]:
    """The track from the first vertex to the image, and a bar for scale."""
    y = sheet.bottom + 20
    ends = cut.vertex, float(cut.image[0, cut.image.shape[1] // 2])
    first, last = (sheet.place(z, 0.0)[0] for z in ends)
    parts = [across(first, last, y, f"Track {ends[1] - ends[0]:.4g} mm", sheet.y)] if cut.centred else []
    length = round_step((sheet.right - MARGIN) / sheet.scale, 6)
    pixels = length * sheet.scale
    bar = [
        element("rect", x=MARGIN, y=y + 22, width=pixels / 2, height=4, fill=Ink.INK),
        element(
            "rect",
            x=MARGIN + pixels / 2,
            y=y + 22,
            width=pixels / 2,
            height=4,
            fill=Ink.PAPER,
            stroke=Ink.INK,
            stroke_width=0.8,
        ),
        words(MARGIN + pixels + 8, y + 28, f"{length:g} mm", font_size=11.5, fill=Ink.MUTED),
    ]
    if cut.trimmed:
        bar.append(_honest(cut, y + 48, width - 2 * MARGIN))
    return [*parts, group(bar)]


def _honest(cut: Section, y: float, room: float) -> Element:
    """Which surfaces are drawn narrower than the lens's description has them."""
    which = ", ".join(str(index) for index in cut.trimmed)
    text = shortened(f"Drawn narrower than their semi-apertures: surfaces {which}", room, 10.5)
    return words(MARGIN, y, text, font_size=10.5, fill=Ink.MUTED)
