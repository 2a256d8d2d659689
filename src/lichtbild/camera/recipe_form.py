"""Recipe form: every parameter of a recipe with its limits and words, for whoever draws controls for it."""

from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from types import UnionType
from typing import Any, Final, Literal, Union, get_args, get_origin, get_type_hints

from lichtbild.camera.recipe import Recipe
from lichtbild.develop.recipe import SCALES
from lichtbild.look.recipe import LOOKS

Kind = Literal["choice", "number", "bool", "text", "place", "box", "numbers"]
"""``place`` is x, y; ``box`` left, top, right, bottom, each 0 to 1; ``numbers`` any number of them."""


@dataclass(frozen=True)
class Limits:
    """Of a number.

    Attributes:
        least: smallest.
        most: largest.
        step: a sensible one.
        unit: empty for a share or a factor.
    """

    least: float
    most: float
    step: float
    unit: str = ""


@dataclass(frozen=True)
class Field:
    """A parameter.

    Attributes:
        path: with dots, as in `lichtbild.io.recipe.changed`.
        group: what it belongs to.
        label: a word or two.
        kind: of its value.
        choices: of a choice.
        limits: of a number.
        optional: whether it may have no value, which leaves it to the look, the file or the program.
        default: None where it has no value.
    """

    path: str
    group: str
    label: str
    kind: Kind
    choices: tuple[str | float, ...] = ()
    limits: Limits | None = None
    optional: bool = False
    default: Any = None


_SHARE: Final = Limits(0.0, 2.0, 0.01)
_LIMITS: Final = {
    "develop.denoise.luma": Limits(0.0, 4.0, 0.05),
    "develop.denoise.chroma": Limits(0.0, 4.0, 0.05),
    "develop.white_balance.kelvin": Limits(2000.0, 20000.0, 50.0, "K"),
    "develop.white_balance.tint": Limits(-150.0, 150.0, 1.0),
    "develop.exposure.ev": Limits(-20.0, 20.0, 0.05, "EV"),
    "develop.deblur.strength": _SHARE,
    "look.strength": Limits(0.0, 1.5, 0.01),
    "look.person_strength": Limits(0.0, 1.5, 0.01),
    "look.local_tone": _SHARE,
    "look.sharpening": _SHARE,
    "look.vignette": Limits(0.0, 1.5, 0.01),
    "look.grain": _SHARE,
    "geometry.straighten_deg": Limits(-45.0, 45.0, 0.1, "degrees"),
    "output.quality": Limits(1, 100, 1),
    "output.long_edge": Limits(1, 65535, 1, "px"),
    "output.max_bytes": Limits(1, 2**31, 1000, "bytes"),
}
_CHOICES: Final[dict[str, tuple[str | float, ...]]] = {
    "look.name": tuple(LOOKS),
    "develop.scale": SCALES,
    "geometry.quarter_turns": (0, 1, 2, 3),
}
_KINDS: Final[dict[str, Kind]] = {
    "develop.white_balance.neutral": "numbers",
    "develop.white_balance.place": "place",
    "geometry.crop": "box",
}
_LABELS: Final = {
    "develop.corrections.codes": "opcodes of codes",
    "develop.corrections.linear": "opcodes of linear light",
    "develop.corrections.colour": "opcodes of colour",
    "develop.denoise.luma": "brightness",
    "develop.denoise.chroma": "colour",
    "develop.exposure.baseline": "maker's exposure",
    "develop.exposure.ev": "exposure",
    "look.name": "look",
    "look.text": "look of one's own",
    "geometry.straighten_deg": "straighten",
    "geometry.default_crop": "leave out the maker's border",
    "output.bits": "bits",
    "output.max_bytes": "largest file",
    "output.hdr": "Ultra HDR",
}


def form() -> tuple[Field, ...]:
    """All parameters of a recipe, in its order, but a portrait's: they change the light of the whole picture.

    Controls are for what is shown at once, part by part.
    """
    found = _fields(Recipe, Recipe(), "")
    return tuple(field for field in found if field.group != "portrait")


def _fields(struct: Any, defaults: Any, parent: str) -> list[Field]:
    hints, made = get_type_hints(struct), []
    for field in fields(struct):
        path, value = f"{parent}{field.name}", getattr(defaults, field.name)
        if is_dataclass(hints[field.name]):
            made.extend(_fields(hints[field.name], value, f"{path}."))
        else:
            made.append(_field(path, hints[field.name], value))
    return made


def _field(path: str, hint: Any, default: Any) -> Field:
    optional = get_origin(hint) in (Union, UnionType)
    plain = next(one for one in get_args(hint) if one is not type(None)) if optional else hint
    choices = _CHOICES.get(path, _listed(plain))
    label = _LABELS.get(path, path.rsplit(".", 1)[-1].replace("_", " "))
    group = ".".join(path.split(".")[:-1])
    plain_default = default.value if isinstance(default, Enum) else default
    kind = _KINDS.get(path) or ("choice" if choices else _kind(plain))
    return Field(path, group, label, kind, choices, _LIMITS.get(path), optional, plain_default)


def _listed(hint: Any) -> tuple[str | float, ...]:
    if get_origin(hint) is Literal:
        return get_args(hint)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return tuple(one.value for one in hint)
    return ()


def _kind(hint: Any) -> Kind:
    return "bool" if hint is bool else "number" if hint in (int, float) else "text"
