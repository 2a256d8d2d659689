"""Overlay: the picture with what was found in it: outlines, regions, and why some cannot be used."""

import io
from typing import Any, Final, Literal

import numpy as np
from jaxtyping import Float, UInt8

from lichtbild.image.chart import Grid, Target
from lichtbild.quality.detect.preview import preview
from lichtbild.quality.detect.verdicts import corners_of
from lichtbild.quality.found_chart import FoundChart, Verdict

WIDEST: Final = 1400
"""Pixels of the longer side."""
_GOOD: Final = (64, 222, 128)
_NOTED: Final = (255, 196, 40)
_POOR: Final = (255, 72, 72)
_PAPER: Final = (96, 180, 255)
_INK: Final = (24, 28, 34)
_WORDS: Final = (236, 240, 245)
_QUIET: Final = 0.72
"""Of the picture's light in the overlay, so that lines stand out."""
_MOST_LINES: Final = 14


def overlay(
    light: Float[np.ndarray, "row column 3"],
    found: tuple[FoundChart, ...],
    *,
    widest: int = WIDEST,
    kind: Literal["PNG", "WEBP"] = "PNG",
) -> bytes:
    """A picture file that shows what was found.

    Regions that can be measured are green, those with a note yellow, those that cannot red; the same reason
    has the same number, and the numbers are explained below the picture.

    Args:
        light: linear sRGB that was searched.
        found: what was found in it.
        widest: pixels of the longer side of the picture's part.
        kind: of file; PNG keeps lines sharp, WebP is about an eighth as large.
    """
    from PIL import Image, ImageDraw

    shown, scale = _shown(light, widest)
    reasons = _reasons(found)
    height = 34 + 24 * min(len(reasons), _MOST_LINES) + (12 if reasons else 0) + 26 * max(len(found), 1)
    page = Image.new("RGB", (shown.shape[1], shown.shape[0] + height), _INK)
    page.paste(Image.fromarray(shown))
    draw = ImageDraw.Draw(page, "RGBA")
    for number, chart in enumerate(found):
        _draw_chart(draw, chart, scale, reasons, chr(ord("A") + number % 26))
    # A chart that leaves the picture shall not cross the words.
    draw.rectangle((0, shown.shape[0], page.width, page.height), fill=_INK)
    _legend(draw, found, reasons, shown.shape[0] + 14)
    stream = io.BytesIO()
    page.save(stream, kind, **({"optimize": True} if kind == "PNG" else {"quality": 80, "method": 2}))
    return stream.getvalue()


def _shown(light: Float[np.ndarray, "row column 3"], widest: int) -> tuple[UInt8[np.ndarray, "r c 3"], float]:
    """The picture in quieter tones, as large as it may be, and its pixels for one of the whole picture."""
    from PIL import Image

    view = preview(light, widest)
    small = np.zeros((240, 320, 3), np.float32) if view is None else view.small
    coded = np.clip(small, 0, 1) ** (1 / 2.2) * _QUIET
    picture = Image.fromarray(np.round(coded * 255).astype(np.uint8))
    factor = 1 if view is None else view.factor
    grow = max(1, min(widest // max(picture.size), 4))
    if grow > 1:
        picture = picture.resize((picture.width * grow, picture.height * grow), Image.Resampling.BICUBIC)
    return np.asarray(picture), grow / factor


def _reasons(found: tuple[FoundChart, ...]) -> dict[str, int]:
    """The kinds of reasons, numbered as they come; figures in them do not make a new kind."""
    kinds: dict[str, int] = {}
    for chart in found:
        for verdict in chart.verdicts:
            if verdict.reason:
                kinds.setdefault(_kind(verdict), len(kinds) + 1)
    return kinds


def _kind(verdict: Verdict) -> str:
    """A reason without the figures of its case."""
    if "degrees to the pixels" in verdict.reason:
        return "near " + verdict.reason.split("is near ")[1]
    return verdict.reason.split(":")[0]


def _draw_chart(draw: Any, chart: FoundChart, scale: float, reasons: dict[str, int], letter: str) -> None:
    """A chart's paper, its targets, and its letter."""
    height, width = chart.chart.size
    corners = np.array([[0.0, 0.0], [width, 0.0], [width, height], [0.0, height]])
    share = np.linspace(0, 1, 25)[:-1, None]
    along = [a + share * (b - a) for a, b in zip(corners, np.roll(corners, -1, axis=0), strict=True)]
    paper = chart.to_picture(np.concatenate(along)) * scale
    _line(draw, paper, _PAPER, 2)
    for target, verdict in zip(chart.chart.targets, chart.verdicts, strict=True):
        colour = _GOOD if verdict.usable and not verdict.reason else _NOTED if verdict.usable else _POOR
        _draw_target(draw, chart, target, scale, colour)
    for target, verdict in zip(chart.chart.targets, chart.verdicts, strict=True):
        if verdict.reason and not isinstance(target, Grid):
            middle = chart.to_picture(corners_of(target)).mean(axis=0) * scale
            _word(draw, middle, str(reasons[_kind(verdict)]), _NOTED if verdict.usable else _POOR)
    up = chart.to_picture(np.array([[0.0, 0.0]]))[0] * scale
    _badge(draw, np.clip(up, 14, None), letter)


def _draw_target(
    draw: Any, chart: FoundChart, target: Target, scale: float, colour: tuple[int, int, int]
) -> None:
    """The region of a target; the points of a grid as crosses."""
    if isinstance(target, Grid):
        for x, y in chart.to_picture(target.points.reshape(-1, 2)) * scale:
            draw.line((x - 4, y, x + 4, y), fill=colour, width=1)
            draw.line((x, y - 4, x, y + 4), fill=colour, width=1)
        return
    corners = chart.to_picture(corners_of(target)) * scale
    draw.polygon([tuple(place) for place in corners], fill=(*colour, 46))
    _line(draw, corners, colour, 1)


def _line(draw: Any, places: Float[np.ndarray, "n 2"], colour: tuple[int, int, int], width: int) -> None:
    """A closed line."""
    draw.line([tuple(place) for place in (*places, places[0])], fill=colour, width=width, joint="curve")


def _word(draw: Any, at: Float[np.ndarray, "2"], text: str, colour: tuple[int, int, int]) -> None:
    """A small number that can be read on any ground."""
    draw.text(tuple(at), text, fill=colour, anchor="mm", font=_font(12), stroke_width=2, stroke_fill=_INK)


def _badge(draw: Any, at: Float[np.ndarray, "2"], letter: str) -> None:
    """A chart's letter on a disc, at its upper left corner."""
    x, y = at
    draw.ellipse((x - 12, y - 12, x + 12, y + 12), fill=_PAPER, outline=_INK)
    draw.text((x, y), letter, fill=_INK, anchor="mm", font=_font(15))


def _legend(draw: Any, found: tuple[FoundChart, ...], reasons: dict[str, int], top: int) -> None:
    """What the letters and numbers mean."""
    if not found:
        draw.text((16, top), "No chart was found.", fill=_WORDS, font=_font(16))
    for number, chart in enumerate(found):
        usable = sum(verdict.usable for verdict in chart.verdicts)
        turned = f", turned by {90 * chart.quarter_turns} degrees" if chart.quarter_turns else ""
        text = f"{chart.chart.title}: {usable} of {len(chart.verdicts)} targets usable, "
        text += f"map to {chart.rms:.2f} px{turned}"
        _badge(draw, np.array([28.0, top + 9.0]), chr(ord("A") + number % 26))
        draw.text((50, top), text, fill=_WORDS, font=_font(16))
        top += 26
    top += 8 if reasons else 0
    noted = {_kind(one): one.usable for chart in found for one in chart.verdicts if one.reason}
    for kind, number in list(reasons.items())[:_MOST_LINES]:
        colour = _NOTED if noted[kind] else _POOR
        draw.text((28, top + 9), str(number), fill=colour, anchor="mm", font=_font(14))
        draw.text((50, top), kind, fill=_WORDS, font=_font(14))
        top += 24


def _font(size: int) -> Any:
    """The font that Pillow carries within itself, the same on every machine."""
    from PIL import ImageFont

    return ImageFont.load_default(size)
