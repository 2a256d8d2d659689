"""A look in plain words: what a photographer would say of what the meter shows.

Something is said from where it is seen: about 2.3 in CIELAB, which is 5 degrees of hue or a tenth of chroma
at C* 25. What is said depends on nothing but the readings, so that the same look is always called the same.

Source: Mahy, Van Eycken and Oosterlinck, "Evaluation of uniform color spaces developed after the adoption of
CIELAB and CIELUV", Color Research and Application 19, 105 (1994), for 2.3 as a difference just noticed.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from lichtbild.look.meter import HUES, Measured

NOTICED: Final = 2.3
"""Distance in CIELAB that is just noticed."""

NAMES: Final = (
    *("pinks", "reds", "oranges", "yellows", "leaf greens", "greens"),
    *("sea greens", "cyans", "sky blues", "blues", "violets", "magentas"),
)
"""Colours at the meter's hues."""

_PRIMARIES: Final = {
    30: "red",
    90: "yellow",
    150: "green",
    210: "cyan",
    270: "blue",
    330: "magenta",
}
_TINTS: Final = ((20, "rosy"), (105, "warm"), (190, "green"), (290, "cool"), (340, "violet"), (361, "rosy"))
_TONERS: Final = ((30, "rose"), (105, "sepia"), (190, "green"), (300, "blue"), (361, "purple"))
_FILTERS: Final = (
    *((38, "a red"), (68, "an orange"), (105, "a yellow"), (225, "a green"), (245, "a cyan")),
    *((300, "a blue"), (345, "a magenta"), (361, "a red")),
)
_TONES: Final = ((20.0, "dark"), (50.0, "middle"), (85.0, "light"))
_CHROMA: Final = 25.0
_SAID: Final = 3
"""Colours that are spoken of at most."""


def sentence(measured: Measured, against: Measured | None = None) -> str:
    """The look in a sentence; a second one names the colours that a pair does not hold.

    Args:
        measured: the readings.
        against: readings of what it is compared with, such as those of the look `natural`; None compares with
            a picture that is left as it is.
    """
    colours = _monochrome(measured) if measured.is_monochrome else _colours(measured, against)
    parts = [*_tone(measured, against), *colours]
    if measured.is_monochrome:
        parts = ["black and white" + _seen_through(measured), *parts]
    first = _clauses(parts) if parts else "no difference that would be noticed"
    return f"{first[0].upper()}{first[1:]}.{_missing(measured)}"


def filter_colour(measured: Measured) -> str:
    """The filter before the lens whose effect a monochrome picture shows, such as "an orange"; or nothing.

    A filter brightens its own colour and darkens the opposite one, so that it is the first harmonic of
    lightness around the circle of hues.
    """
    told = measured.shade.known
    if told.sum() < len(HUES):
        return ""
    first = 2 * np.mean(measured.shade.value * np.exp(1j * np.radians(HUES)))
    return _of(_FILTERS, first) if abs(first) >= NOTICED else ""


def _tone(measured: Measured, against: Measured | None) -> list[str]:
    """What is said of contrast, brightness, black and white."""
    parts = []
    contrast = measured.contrast / (against.contrast if against else 1.0)
    if contrast >= 1.05:
        parts.append(f"{'very contrasty' if contrast >= 1.25 else 'contrasty'} ({contrast:.2f}x)")
    elif contrast <= 0.95:
        parts.append(f"{'very soft' if contrast <= 0.75 else 'soft'} ({contrast:.2f}x)")
    brighter = measured.tone(50.0) - (against.tone(50.0) if against else 50.0)
    if abs(brighter) >= NOTICED:
        parts.append(f"{'brighter' if brighter > 0 else 'darker'} middle tones (L* {brighter:+.0f})")
    lifted = measured.black - (against.black if against else 0.0)
    if lifted >= 1.5:
        parts.append(f"lifted blacks (L* {measured.black:.0f})")
    dimmed = (against.white if against else 100.0) - measured.white
    if dimmed >= NOTICED:
        parts.append(f"whites held back (L* {measured.white:.0f})")
    if measured.reversals >= NOTICED:
        parts.append("tones that turn back")
    return parts


def _colours(measured: Measured, against: Measured | None) -> list[str]:
    """What is said of chroma, of single colours, and of the tint."""
    ratio = measured.chroma.value / (against.chroma.value if against else 1.0)
    turn = measured.turn.value - (against.turn.value if against else 0.0)
    shade = measured.shade.value - (against.shade.value if against else 0.0)
    told = np.isfinite(ratio)
    if not told.any():
        return _tints(measured)
    mean = float(ratio[told].mean())
    steps = ((0.75, "muted"), (0.93, "calm"), (1.07, ""), (1.25, "rich"), (np.inf, "vivid"))
    name = next(word for limit, word in steps if mean < limit)
    parts = [f"{name} colours ({mean:.2f}x)"] if name else []
    return [*parts, *_hues(ratio / mean, turn, shade), *_tints(measured)]


def _hues(strength: np.ndarray, turn: np.ndarray, shade: np.ndarray) -> list[str]:
    """What is said of the colours that differ most, neighbours of which stand for one another.

    Args:
        strength: chroma ratio over its mean, by hue.
        turn: shift of hue in degrees.
        shade: shift of L*.
    """
    amounts = np.stack([_CHROMA * np.abs(strength - 1), _CHROMA * np.radians(np.abs(turn)), np.abs(shade)])
    seen = np.nan_to_num(amounts)
    order = np.argsort(-seen.max(axis=0), kind="stable")
    chosen: list[int] = []
    for place in order.tolist():
        apart = [min((place - other) % 12, (other - place) % 12) for other in chosen]
        if seen[:, place].max() < NOTICED or len(chosen) == _SAID:
            break
        if all(steps > 1 for steps in apart):
            chosen.append(place)
    return [
        f"{NAMES[place]} {_what(strength[place], float(turn[place]), float(shade[place]), int(HUES[place]))}"
        for place in sorted(chosen)
    ]


def _what(strength: float, turn: float, shade: float, hue: int) -> str:
    said = []
    if abs(shade) >= NOTICED:
        said.append("lighter" if shade > 0 else "darker")
    if _CHROMA * abs(strength - 1) >= NOTICED:
        said.append("stronger" if strength > 1 else "weaker")
    if _CHROMA * np.radians(abs(turn)) >= NOTICED:
        way = 1 if turn > 0 else -1
        nearest = min((each for each in _PRIMARIES if each != hue), key=lambda each: way * (each - hue) % 360)
        said.append(f"turned {abs(turn):.0f} degrees towards {_PRIMARIES[nearest]}")
    return _listed(said)


def _tints(measured: Measured) -> list[str]:
    """What is said of the greys' own colour."""
    found: dict[str, list[str]] = {}
    for lightness, name in _TONES:
        a, b = measured.tint_at(lightness)
        if np.hypot(a, b) >= NOTICED:
            found.setdefault(_of(_TINTS, complex(a, b)), []).append(name)
    return [
        f"a {tint} tint{'' if len(names) == len(_TONES) else f' in the {_listed(names)} tones'}"
        for tint, names in found.items()
    ]


def _monochrome(measured: Measured) -> list[str]:
    """What is said of the tint of a picture without colours."""
    tints = [complex(*measured.tint_at(lightness)) for lightness, _ in _TONES]
    strong = max((each for each in tints if np.isfinite(abs(each))), key=abs, default=0j)
    return [f"toned {_of(_TONERS, strong)}"] if abs(strong) >= NOTICED else []


def _seen_through(measured: Measured) -> str:
    name = filter_colour(measured)
    return f", as through {name} filter" if name else ""


def _missing(measured: Measured) -> str:
    """A sentence on the colours that the picture does not hold."""
    told = measured.chroma.known
    if told.all():
        return ""
    names = [name for name, known in zip(NAMES, told, strict=True) if not known]
    if not told.any():
        return " The picture holds too little colour to tell more."
    words = _listed(names)
    return f" {words[0].upper()}{words[1:]} are not in the picture."


def _of(names: Sequence[tuple[int, str]], colour: complex) -> str:
    """The name of a hue's range."""
    hue = float(np.degrees(np.angle(colour))) % 360
    return next(name for limit, name in names if hue < limit)


def _clauses(parts: Sequence[str]) -> str:
    """Clauses that may have an "and" of their own."""
    return ", and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 2 else _listed(parts)


def _listed(words: Sequence[str]) -> str:
    """Words with commas and an "and" between them."""
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)
