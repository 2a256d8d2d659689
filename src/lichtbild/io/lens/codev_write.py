"""Lenses as CODE V sequence files."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from lichtbild.core.errors import BadInput
from lichtbild.io.atomic import replacing
from lichtbild.io.lens.codev_read import KEPT
from lichtbild.io.lens.codev_system import FIELDS
from lichtbild.io.lens.codev_write_glass import glass_words, private_lines
from lichtbild.io.lens.codev_write_surface import INFINITE, radius_word, surface_lines, text_word
from lichtbild.io.lens.codev_write_zoom import zoom_lines
from lichtbild.io.lens.exact import plain, sum_text, to_celsius, to_degrees, to_nm, to_torr
from lichtbild.optics.lens import Lens, Vignetting

_APERTURES: Final = {"f-number": "FNO", "entrance pupil diameter": "EPD", "object na": "NAO"}
_VIGNETTING: Final = (
    ("VUX", "cx", "dx", -1),
    ("VLX", "cx", "dx", 1),
    ("VUY", "cy", "dy", -1),
    ("VLY", "cy", "dy", 1),
)
_LINE: Final = 100
"""Characters after which a list of numbers goes on in the next line."""


def write_seq(lens: Lens, path: Path | str) -> None:
    """Write a lens as a CODE V sequence, in mm.

    Coatings are not part of a sequence; a comment names them.

    Raises:
        BadInput: something of the lens has no place in such a file; the sentence names it.
        CannotWrite: the file cannot be written there.
    """
    text = dumps_seq(lens)
    with replacing(path) as draft:
        draft.write_text(text, encoding="utf-8", newline="\n")


def dumps_seq(lens: Lens) -> str:
    """The lens as a CODE V sequence.

    Raises:
        BadInput: something of the lens has no place in such a file.
    """
    return "".join(f"{line}\n" for line in _lines(lens))


def _lines(lens: Lens) -> Iterator[str]:
    yield "RDM; LEN NEW"
    yield f"TITLE {text_word(lens.name)}"
    for prefix, key in KEPT.items():
        text = getattr(lens, key)
        yield from (f"! {prefix}{line}" for line in (text.split("\n") if text else ()))
    yield from _aperture(lens)
    yield "DIM M"
    yield from _spectrum(lens)
    yield from _fields(lens)
    if lens.temperature is not None:
        yield f"TEM {to_celsius(lens.temperature)}"
    if lens.pressure != 1.0:
        yield f"PRE {to_torr(lens.pressure)}"
    yield from private_lines(lens)
    yield from _surfaces(lens)
    yield from zoom_lines(lens)
    yield "GO"


def _aperture(lens: Lens) -> Iterator[str]:
    name = _APERTURES.get(lens.aperture.kind)
    if name is None:
        raise BadInput(
            "a stop's radius has no place in a .seq file; give the aperture as f-number or pupil diameter"
        )
    if name == "FNO" and lens.object_distance < INFINITE:
        raise BadInput(
            "an f-number at infinity has no place in a .seq file whose object is near; give the entrance "
            "pupil's diameter"
        )
    yield f"{name} {plain(lens.aperture.value)}"


def _spectrum(lens: Lens) -> Iterator[str]:
    yield from _list("WL", lens.wavelengths, to_nm)
    yield from _list("WTW", lens.weights)
    yield f"REF {lens.primary + 1}"


def _fields(lens: Lens) -> Iterator[str]:
    suffix = next(end for end, kind in FIELDS.items() if kind == lens.field_kind)
    write = to_degrees if suffix == "AN" else plain
    yield from _list(f"X{suffix}", [point.x for point in lens.fields], write)
    yield from _list(f"Y{suffix}", [point.y for point in lens.fields], write)
    yield from _list("WTF", [point.weight for point in lens.fields])
    if all(point.vignetting is None for point in lens.fields):
        return
    factors = [point.vignetting or Vignetting() for point in lens.fields]
    if any(factor.angle != 0.0 for factor in factors):
        raise BadInput("a vignetting angle has no place in a .seq file; make it 0, or write TOML")
    for name, middle, shift, sign in _VIGNETTING:
        values = [(getattr(factor, middle), sign * getattr(factor, shift)) for factor in factors]
        yield from _wrapped(name, [sum_text(a, b) for a, b in values])


def _surfaces(lens: Lens) -> Iterator[str]:
    far = lens.object_distance >= INFINITE
    distance = "1e+20" if far else plain(lens.object_distance)
    yield " ".join(["SO 0.0", distance, *glass_words(lens, 0)])
    for index, surface in enumerate(lens.surfaces):
        words = ["REFL"] if surface.mirror else glass_words(lens, index + 1)
        yield " ".join(["S", radius_word(surface), plain(lens.gaps[index + 1].thickness), *words])
        if surface.mirror and lens.gaps[index + 1].medium != lens.gaps[index].medium:
            raise BadInput(f"surface {index + 1} is a mirror between two media; light stays in the first one")
        yield from surface_lines(surface, f"surface {index + 1}")
        if index == lens.stop:
            yield "  STO"
    yield f"SI {radius_word(lens.image)} 0.0"
    yield from surface_lines(lens.image, "the image surface")


def _list(
    name: str, values: tuple[float, ...] | list[float], write: Callable[[float], str] = plain
) -> Iterator[str]:
    yield from _wrapped(name, [write(value) for value in values])


def _wrapped(name: str, words: list[str]) -> Iterator[str]:
    """A command and its words, on as many lines as they need."""
    line = name
    for word in words:
        if len(line) + len(word) > _LINE:
            yield f"{line} &"
            line = " "
        line += f" {word}"
    yield line
