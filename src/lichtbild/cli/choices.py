"""What a user writes after an option, as the values that a recipe holds."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast, get_args

from lichtbild.core.errors import BadInput

if TYPE_CHECKING:
    from lichtbild.camera.recipe import Recipe
    from lichtbild.image.depth_map import DepthRange
    from lichtbild.look.recipe import Look
    from lichtbild.study.bursts import Choice

OPTIONS = {
    "look.name": "--look",
    "look.text": "--look",
    "look.strength": "--strength",
    "look.person_strength": "--person-strength",
    "look.profile": "--profile",
    "look.local_tone": "--local-tone",
    "look.sharpening": "--sharpening",
    "look.vignette": "--vignette",
    "look.grain": "--grain",
    "develop.exposure.ev": "--ev",
    "develop.scale": "--scale",
    "develop.denoise.method": "--denoise",
    "develop.demosaic.method": "--demosaic",
    "develop.white_balance": "--wb",
    "develop.highlights.method": "--highlights",
    "develop.deblur": "--deblur",
    "portrait.lens": "--lens",
    "portrait.f_number": "--f-number",
    "portrait.focus_at": "--focus",
    "portrait.focus_mm": "--focus",
    "portrait.strength": "--blur",
    "portrait.blades": "--blades",
    "geometry.crop": "--crop",
    "geometry.straighten_deg": "--straighten",
    "geometry.quarter_turns": "--rotate",
    "geometry.flip": "--flip",
    "output.space": "--space",
    "output.quality": "--quality",
    "output.bits": "--bits",
    "output.long_edge": "--long-edge",
    "output.max_bytes": "--max-bytes",
}
"""Place of each choice in a recipe, and the option that makes it."""

_UNITS = {"": 1, "k": 1000, "m": 1000_000, "g": 1000_000_000}


def changed(recipe: "Recipe", changes: Mapping[str, Any]) -> "Recipe":
    """The recipe with what the user chose; a refusal speaks of options, not of places in a recipe.

    Args:
        recipe: what holds where the user chose nothing.
        changes: values by their places in a recipe; None stands for nothing chosen.

    Raises:
        BadInput: a value that the recipe does not have.
    """
    made = {place: value for place, value in changes.items() if value is not None}
    if not made:
        return recipe
    from lichtbild.io import recipe as recipes

    try:
        return recipes.changed(recipe, made)
    except BadInput as error:
        words = str(error)
        for place, option in OPTIONS.items():
            table, _, key = place.rpartition(".")
            words = words.replace(f"'{place}'", option).replace(f"'{table}': {key} is", f"{option} takes")
        raise BadInput(words) from error


def suffix(file_format: str) -> str:
    """Suffix of the files of a format; two renditions in one file are a JPEG."""
    name = file_format.lower().lstrip(".")
    return ".jpg" if name == "ultra-hdr" else f".{name}"


def suited(suffix: str) -> dict[str, Any]:
    """What is usual for this kind of file, where it is not what is usual else.

    An EXR holds the scene's light as it is, for others to render: no look's curve, no limit.
    """
    return {"look.name": "linear", "output.space": "linear-rec2020"} if suffix == ".exr" else {}


def white_balance(wb: str | None, pick: str | None) -> dict[str, Any] | None:
    """The choice of white balance: a method by name, a temperature with or without tint, or a picked place.

    Raises:
        BadInput: it is none of these, or two of them.
    """
    if wb is not None and pick is not None:
        raise BadInput("--wb and --pick both say what white is; give one of them")
    if pick is not None:
        return {"method": "picked", "place": numbers(pick, "--pick", 2)}
    if wb is None or wb in ("as-shot", "auto"):
        return None if wb is None else {"method": wb}
    try:
        kelvin, tint = (float(part) for part in (wb if "," in wb else f"{wb},0").split(","))
    except ValueError as error:
        raise BadInput(
            f"--wb takes as-shot, auto, a temperature (5200), or one with a tint (5200,10), not '{wb}'"
        ) from error
    return {"method": "temperature", "kelvin": kelvin, "tint": tint}


def burst(text: str) -> "Choice":
    """Which files are frames of one photograph.

    Raises:
        BadInput: it is none of the choices.
    """
    from lichtbild.study.bursts import Choice

    if text not in get_args(Choice):
        raise BadInput(f"--burst takes auto, folder or off, not '{text}'")
    return cast(Choice, text)


def deblur(text: str | None) -> dict[str, Any] | None:
    """The choice of deblurring: ``auto``, ``off`` or its strength."""
    if text is None or text in ("auto", "off"):
        return None if text is None else {"method": text}
    return {"method": "auto", "strength": _strength(text, "--deblur", "auto, off")}


def look(name: str | None) -> dict[str, Any]:
    """The choice of a look: one of the package by its name, or one of the user's own by its file.

    Raises:
        BadInput: the file cannot be read, or describes no look.
    """
    if name is None:
        return {}
    from lichtbild.io.look_file import is_file, load_look

    if not is_file(name):
        return {"look.name": name}
    label, text = load_look(name)
    return {"look.name": label, "look.text": text}


def check_filter(look: "Look") -> None:
    """Refuse a look that finished pictures cannot be given.

    Raises:
        BadInput: it is none of the looks with a style.
    """
    if not look.has_style:
        raise BadInput(
            f"the look '{look.name}' is no filter of finished pictures; choose one of {with_numbers()}"
        )


def with_numbers() -> str:
    """The names of the looks that have numbers, for a sentence."""
    from lichtbild.look.recipe import LOOKS

    return ", ".join(one.name for one in LOOKS.values() if one.has_style)


def percent(number: float | None, option: str = "--strength") -> float | None:
    """A look's strength as a factor.

    Raises:
        BadInput: it is not from 0 to 150 %.
    """
    if number is None:
        return None
    if not 0 <= number <= 150:
        raise BadInput(f"{option} takes 0 to 150 percent, not {number:g}")
    return number / 100


def strength(text: str | None, option: str, most: str = "2") -> float | None:
    """A strength: ``off`` or a number, of which there is a largest.

    Raises:
        BadInput: it is neither.
    """
    return None if text is None else 0.0 if text == "off" else _strength(text, option, "off", most)


def strengths(**texts: str | None) -> dict[str, float | None]:
    """Strengths of the parts of a look, by their places in a recipe, of what is written after their options.

    Raises:
        BadInput: one is neither ``off`` nor a number of its range.
    """
    return {
        f"look.{part}": strength(text, f"--{part.replace('_', '-')}", "1.5" if part == "vignette" else "2")
        for part, text in texts.items()
    }


def _strength(text: str, option: str, words: str, most: str = "2") -> float:
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number <= float(most):
        raise BadInput(f"{option} takes {words} or a number from 0 to {most}, not '{text}'")
    return number


def scale(text: str | None) -> float | None:
    """Rows and columns of the photograph, of the sensor's.

    Raises:
        BadInput: it is none of the choices.
    """
    if text is None:
        return None
    from lichtbild.develop.recipe import SCALES

    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if number not in SCALES:
        raise BadInput(f"--scale takes 1, 1.5 or 2 times the sensor's rows and columns, not '{text}'")
    return number


def byte_count(text: str | None) -> int | None:
    """A number of bytes such as ``500k``, ``2M`` or ``800000``; the units are powers of ten.

    Raises:
        BadInput: it is none.
    """
    if text is None:
        return None
    parts = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?) *([kmg]?)b?", text.strip().lower())
    if parts is None:
        raise BadInput(f"--max-bytes takes a size such as 500k, 2M or 800000, not '{text}'")
    return round(float(parts[1]) * _UNITS[parts[2]])


def count(number: int, option: str) -> int:
    """A number that counts things; 0 leaves it to the machine.

    Raises:
        BadInput: it is below 0.
    """
    if number < 0:
        raise BadInput(f"{option} takes 0 or more, not {number}")
    return number


def numbers(text: str, option: str, count: int) -> tuple[float, ...]:
    """Numbers with commas between them.

    Raises:
        BadInput: they are not so many.
    """
    try:
        found = tuple(float(part) for part in text.split(","))
    except ValueError:
        found = ()
    if len(found) != count:
        raise BadInput(f"{option} takes {count} numbers with commas between them, not '{text}'")
    return found


def quarter_turns(degrees: int | None) -> int | None:
    """Quarter turns clockwise, 0 to 3.

    Raises:
        BadInput: the angle is no multiple of 90 degrees.
    """
    if degrees is None:
        return None
    if degrees % 90:
        raise BadInput(
            f"--rotate takes 0, 90, 180 or 270 degrees, not {degrees}; --straighten takes any angle"
        )
    return degrees // 90 % 4


def portrait(
    wanted: bool,
    lens: str | None,
    f_number: float | None,
    focus: str | None,
    blur: float | None,
    blades: int | None,
    *files: object,
) -> dict[str, Any]:
    """What the options of a portrait change in the recipe; any of them asks for one.

    Args:
        wanted: whether ``--portrait`` was given.
        lens: name of the lens.
        f_number: that it is stopped down to.
        focus: a distance in mm, or a place as X,Y.
        blur: strength.
        blades: of the diaphragm.
        files: of depth and mask, or None.

    Raises:
        BadInput: the focus is neither a distance nor a place.
    """
    placed = focus is not None and "," in focus
    changes = {
        "portrait.lens": lens,
        "portrait.f_number": f_number,
        "portrait.focus_at": numbers(focus, "--focus", 2) if focus is not None and placed else None,
        "portrait.focus_mm": numbers(focus, "--focus", 1)[0] if focus is not None and not placed else None,
        "portrait.strength": blur,
        "portrait.blades": blades,
    }
    asked = wanted or any(value is not None for value in (*changes.values(), *files))
    return changes | {"portrait.on": True if asked else None}


def depth_range(ends: str | None, kind: str | None) -> "DepthRange | None":
    """What the numbers of a depth map mean; None where no option says.

    Args:
        ends: nearest and farthest distance in mm.
        kind: "inverse" or "distance".

    Raises:
        BadInput: these are no two numbers in their order, or there is no such kind.
    """
    from lichtbild.image.depth_map import DepthRange

    if ends is None and kind is None:
        return None
    if kind not in (None, "inverse", "distance"):
        raise BadInput(f"--depth-kind is inverse or distance, not '{kind}'")
    try:
        near, far = (float(part) for part in (ends or "600,inf").split(","))
    except ValueError as error:
        raise BadInput(f"--depth-range is NEAR,FAR in mm, such as 800,6000, not '{ends}'") from error
    return DepthRange(near, far, "distance" if kind == "distance" else "inverse")


def given(changes: Mapping[str, Any]) -> dict[str, Any]:
    """The changes that an option asked for."""
    return {place: value for place, value in changes.items() if value is not None}
