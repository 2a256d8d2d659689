"""Report of the look meter: charts, tables and swatches on one page."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from jaxtyping import Float

from lichtbild.colour import cielab
from lichtbild.colour.transfer import SRGB
from lichtbild.core.array import transformed
from lichtbild.figure.axes import Axes, Axis
from lichtbild.figure.marks import Arrows, Circle, Line, Mark, Note, Rule
from lichtbild.figure.page import Block, Figure, Paragraph, Section, Table, page
from lichtbild.figure.palette import Ink
from lichtbild.figure.plot import plot
from lichtbild.figure.png import png_bytes
from lichtbild.figure.svg import Svg, moved
from lichtbild.image.picture import ColourSpace
from lichtbild.look.encode import from_rec2020
from lichtbild.look.meter import EXPOSURES, HUES, LIGHTNESS, Measured
from lichtbild.look.readings import CONFIDENCE, Readings
from lichtbild.look.words import NAMES, sentence

TINTS: Final = (0.0, 20.0, 50.0, 85.0, 100.0)
"""L* at which the table tells the tint."""

WHOLE_EV: Final = (-6.0, -4.0, -3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 4.0, 6.0)
"""EV at which the table tells tone."""

_CHROMA: Final = 25.0
_LEVEL: Final = 60.0
_SIDE, _GAP = 48, 6
_WIDTH, _HEIGHT = 560.0, 380.0
_AROUND: Final = Axis("CIELAB hue", "°", 0.0, 360.0, ticks=6)


def chart(measured: Measured, against: Measured | None = None) -> Svg:
    """Six plots on one sheet: tone twice, chroma and hue, chroma by hue, lightness by hue, tint.

    Args:
        measured: the readings.
        against: readings to be drawn beside them, dashed.
    """
    chroma, shade = (None, None) if against is None else (against.chroma, against.shade)
    plots = (
        _tone(measured, against),
        _exposure(measured, against),
        _plane(measured),
        _by_hue("Chroma shown over chroma given", measured.chroma, chroma, (0.6, 1.0, 1.4)),
        _by_hue("L* of colours less that of greys", measured.shade, shade, (-5.0, 0.0, 5.0)),
        _tint(measured),
    )
    body = tuple(
        moved(each.children, (place % 2) * _WIDTH, (place // 2) * _HEIGHT) for place, each in enumerate(plots)
    )
    return Svg(2 * _WIDTH, 3 * _HEIGHT, body, "What a look does to tone, chroma, hue and tint")


def report(name: str, measured: Measured, against: Measured | None = None, footer: str = "") -> str:
    """The readings as a self-contained page.

    Args:
        name: what was measured.
        measured: the readings.
        against: readings that it is compared with.
        footer: last line.
    """
    drawn = Figure(chart(measured, against), _beside(against), wide=True)
    before, after = swatches(measured)
    words = "Colours before (above) and after, L* 60, C* 25."
    shown = Figure(png_bytes(np.concatenate([before, after])), words, wide=True)
    sections = (
        Section("In words", (Paragraph(sentence(measured, against)), shown)),
        Section("Charts", (drawn,)),
        Section("Numbers", _tables(measured)),
    )
    light = "finished pictures" if measured.light == "finished" else "the light of scenes"
    return page(name, sections, subtitle=f"Measured on {light}", data=numbers(measured), footer=footer)


def numbers(measured: Measured) -> dict[str, Any]:
    """The readings as JSON takes them; None where nothing could be read."""
    a, b = measured.tint
    return {
        "light": measured.light,
        "black": _number(measured.black),
        "white": _number(measured.white),
        "contrast": _number(measured.contrast),
        "contrast_error": _number(measured.contrast_error),
        "chroma_mean": _number(measured.chroma.mean),
        "chroma_mean_error": _number(measured.chroma.mean_error),
        "monochrome": measured.is_monochrome,
        "tone": _series("lightness", measured.tone),
        "exposure": _series("ev", measured.exposure),
        "tint_a": _series("lightness", a),
        "tint_b": _series("lightness", b),
        "chroma": _series("hue_deg", measured.chroma),
        "hue_shift_deg": _series("hue_deg", measured.turn),
        "lightness_shift": _series("hue_deg", measured.shade),
        "samples": [_number(each) for each in measured.support.tolist()],
        "primaries_lightness": [_number(each) for each in measured.primaries],
        "reversals": _number(measured.reversals),
        "roughness": _number(measured.roughness),
        "clipped": _number(measured.clipped),
        "scatter": _number(measured.scatter),
    }


def swatches(measured: Measured) -> tuple[Float[np.ndarray, "h w 3"], Float[np.ndarray, "h w 3"]]:
    """Encoded sRGB of squares of each hue, and a grey, before and after; white where nothing was read."""
    colour = np.append(_CHROMA * np.exp(1j * np.radians(HUES)), 0)
    turn = np.nan_to_num(measured.turn.value)
    factor = np.append(measured.chroma.value * np.exp(1j * np.radians(turn)), 0)
    light = measured.tone(_LEVEL) + np.append(measured.shade.value, 0.0)
    a, b = measured.tint_at(_LEVEL)
    shown = colour * factor + a + 1j * b
    before = np.column_stack([np.full(len(colour), _LEVEL), colour.real, colour.imag])
    after = np.column_stack([light, shown.real, shown.imag])
    return _squares(before), _squares(after)


def _squares(lab: Float[np.ndarray, "n 3"]) -> Float[np.ndarray, "h w 3"]:
    known = np.isfinite(lab).all(axis=1, keepdims=True)
    light = cielab.to_rec2020(np.where(known, lab, [100.0, 0.0, 0.0]))
    codes = SRGB.encode(np.clip(transformed(light, from_rec2020(ColourSpace.SRGB)), 0.0, 1.0))
    sheet = np.ones((_SIDE + _GAP, len(lab) * (_SIDE + _GAP), 3))
    for place, code in enumerate(codes):
        left = place * (_SIDE + _GAP)
        sheet[:_SIDE, left : left + _SIDE] = code
    return sheet


def _tone(measured: Measured, against: Measured | None) -> Svg:
    across, up = (Axis(name, low=0.0, high=100.0) for name in ("L* given", "L* shown"))
    axes = Axes(across, up, "Tone", _WIDTH, _HEIGHT)
    plain = LIGHTNESS if against is None else against.tone.value
    reference = Line(LIGHTNESS, plain, "", Ink.MUTED, "4 3", 1.0)
    return plot(axes, [reference, *_with_band(measured.tone)])


def _exposure(measured: Measured, against: Measured | None) -> Svg:
    scene = Axis("Scene's exposure around mid-grey", "EV", -6.0, 6.0, ticks=6)
    axes = Axes(scene, Axis("L* shown", low=0.0, high=100.0), "Tone by exposure", _WIDTH, _HEIGHT)
    marks: list[Mark] = [Rule(0.0, "x")]
    if against is not None:
        marks.append(Line(EXPOSURES, against.exposure.value, "", Ink.MUTED, "4 3", 1.0))
    return plot(axes, [*marks, *_with_band(measured.exposure)])


def _plane(measured: Measured) -> Svg:
    """Arrows from colours of C* 25 to what is shown, the tint taken off."""
    told = measured.chroma.known
    given = _CHROMA * np.exp(1j * np.radians(HUES[told]))
    turn = np.exp(1j * np.radians(np.nan_to_num(measured.turn.value[told])))
    along = given * (measured.chroma.value[told] * turn - 1)
    reach = 45.0
    axes = Axes(
        Axis("a*", low=-reach, high=reach),
        Axis("b*", low=-reach, high=reach),
        "Colours of C* 25 as they are shown",
        _WIDTH,
        _HEIGHT,
        equal=True,
        origin=True,
    )
    arrows = [
        Arrows(
            np.array([start.real]),
            np.array([start.imag]),
            np.array([step.real]),
            np.array([step.imag]),
            label="",
            ink=_ink(hue),
        )
        for hue, start, step in zip(HUES[told].tolist(), given, along, strict=True)
    ]
    names = [
        Note(
            1.45 * _CHROMA * np.cos(np.radians(hue)),
            1.45 * _CHROMA * np.sin(np.radians(hue)),
            f"{hue:.0f}°",
            anchor="middle",
        )
        for hue in HUES[::3].tolist()
    ]
    return plot(axes, [Circle(0.0, 0.0, _CHROMA, ink=Ink.RULE, dash="3 3"), *arrows, *names])


def _by_hue(
    title: str, readings: Readings, against: Readings | None, usual: tuple[float, float, float]
) -> Svg:
    """Readings around the circle of hues, the first again at its end.

    Args:
        title: of the plot.
        readings: by hue.
        against: those that they are compared with.
        usual: least, plain and greatest value that are shown in any case.
    """
    low, plain, high = usual
    marks: list[Mark] = [Rule(plain), _room(360.0, low, high)]
    if against is not None:
        marks.append(Line(np.append(HUES, 360.0), _closed(against.value), "", Ink.MUTED, "4 3", 1.0))
    around = Readings(np.append(HUES, 360.0), _closed(readings.value), _closed(readings.error))
    return plot(Axes(_AROUND, Axis(), title, _WIDTH, _HEIGHT), [*marks, *_with_band(around, dots=True)])


def _tint(measured: Measured) -> Svg:
    a, b = measured.tint
    axes = Axes(Axis("L* given", low=0.0, high=100.0), Axis("a*, b*"), "Tint of greys", _WIDTH, _HEIGHT)
    marks: list[Mark] = [
        Rule(0.0),
        Line(LIGHTNESS, a.value, "a* (red, or green below 0)", Ink.VERMILION),
        Line(LIGHTNESS, b.value, "b* (yellow, or blue below 0)", Ink.BLUE, "6 3"),
        _room(100.0, -3.0, 3.0),
    ]
    return plot(axes, marks)


def _with_band(readings: Readings, *, dots: bool = False) -> list[Mark]:
    """The readings, and where they have errors the bounds of 95 %."""
    drawn: list[Mark] = [Line(readings.at, readings.value, "", Ink.BLUE, width=2.0, dots=dots)]
    if np.nan_to_num(readings.error).any():
        drawn += [
            Line(readings.at, readings.value + side * CONFIDENCE * readings.error, "", Ink.BLUE, "2 2.5", 1.0)
            for side in (-1, 1)
        ]
    return drawn


def _closed(values: np.ndarray) -> np.ndarray:
    return np.append(values, values[:1])


def _room(x: float, low: float, high: float) -> Line:
    """An invisible line, so that a plot shows at least this much."""
    return Line(np.array([x, x]), np.array([low, high]), "", "none")


def _ink(hue: float) -> str:
    """A colour of the hue that stands out on white and on black."""
    lab = np.array([[58.0, 42 * np.cos(np.radians(hue)), 42 * np.sin(np.radians(hue))]])
    linear = transformed(cielab.to_rec2020(lab), from_rec2020(ColourSpace.SRGB))
    codes = np.round(255 * SRGB.encode(np.clip(linear[0], 0.0, 1.0))).astype(int)
    return "#" + "".join(f"{code:02x}" for code in codes)


def _beside(against: Measured | None) -> str:
    dashed = "a picture left as it is" if against is None else "the look natural"
    return f"Dashed: {dashed}. Dotted, where there are any: bounds of 95 %."


def _tables(measured: Measured) -> tuple[Block, ...]:
    """The readings by hue, by exposure and by lightness."""
    sure = CONFIDENCE
    chroma, turn, shade = measured.chroma, measured.turn, measured.shade
    hues = tuple(
        (
            NAMES[k],
            HUES[k],
            chroma.value[k],
            sure * chroma.error[k],
            turn.value[k],
            sure * turn.error[k],
            shade.value[k],
            sure * shade.error[k],
        )
        for k in range(len(HUES))
    )
    head = ("colour", "hue, °", "chroma, x", "± 95 %", "hue shift, °", "± 95 %", "L* shift", "± 95 %")
    words = "By CIELAB hue, at C* 15 to 35; – where nothing could be read."
    a, b = measured.tint
    tints = tuple((f"{at:g}", measured.tone(at), a(at), b(at)) for at in TINTS)
    exposed = tuple((f"{at:+g}", measured.exposure(at)) for at in WHOLE_EV)
    return (
        Table(("", ""), overview(measured), "Overview.", 3),
        Table(head, hues, words, 3),
        Table(("EV", "L*"), exposed, "Tone by the scene's exposure around mid-grey.", 3),
        Table(("L* given", "L* shown", "a*", "b*"), tints, "Tint of greys.", 3),
    )


def overview(measured: Measured) -> tuple[tuple[str, float | None], ...]:
    """Names and values of what is told in one number each."""
    red, green, blue = (_number(each) for each in measured.primaries)
    clipped = _number(measured.clipped)
    return (
        ("black, L*", _number(measured.black)),
        ("white, L*", _number(measured.white)),
        ("contrast, L* 25 to 75", _number(measured.contrast)),
        ("mean chroma, x", _number(measured.chroma.mean)),
        ("pure red, L*", red),
        ("pure green, L*", green),
        ("pure blue, L*", blue),
        ("tones that turn back, L*", _number(measured.reversals)),
        ("largest change of slope", _number(measured.roughness)),
        ("colours cut off, %", None if clipped is None else 100 * clipped),
        ("differs from a function of colour by, L*", _number(measured.scatter)),
    )


def _series(scale: str, readings: Readings) -> Mapping[str, Any]:
    return {
        scale: [round(each, 4) for each in readings.at.tolist()],
        "value": [_number(each) for each in readings.value.tolist()],
        "error": [_number(each) for each in readings.error.tolist()],
    }


def _number(value: float) -> float | None:
    return round(value, 5) + 0.0 if np.isfinite(value) else None  # + 0.0 takes the sign off a zero
