"""Light table: a look in the numbers that a graphics card shades with, for any strength of it.

What a look does to a pixel of the developed scene is a gain by its place and surroundings, and then a
function of its colour alone::

    x' = x * 2^(ev + keep * fall_off(place) + tone(a * EV(x) + b)),     picture = table(x')

so that a slider needs no developing: the map of fall-off, a and b is one small picture, a look at one
strength is six numbers and one table of colours, and between the strengths of `STRENGTHS` both are
interpolated. What looks at its neighbours in the finished picture (sharpening, grain) and people who are
rendered apart are left out; the picture itself is always that of `lichtbild.camera.photograph`.

Sources: local tone and vignette are those of `lichtbild.look`; the table's steps, even in EV but near black,
are our own choice.
"""

from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from jaxtyping import Float, Float16

from lichtbild.camera.photograph import Parts, chain, parts
from lichtbild.camera.recipe import Recipe
from lichtbild.core.chain import Chain
from lichtbild.core.stage import NamedStage
from lichtbild.core.window import Extent, Window
from lichtbild.develop.development import Survey
from lichtbild.develop.geometry import Geometry
from lichtbild.develop.illumination import relative_illumination
from lichtbild.image.linear_image import LinearImage
from lichtbild.image.picture import ColourSpace, Picture
from lichtbild.image.raw_frame import RawFrame
from lichtbild.look.by_mask import ByMask
from lichtbild.look.decode import Decode
from lichtbild.look.encode import Encode
from lichtbild.look.filter import Filter
from lichtbild.look.local_tone import DARKEST_EV, LocalTone
from lichtbild.look.vignette import Vignette

STRENGTHS: Final = (0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5)
"""Strengths of a look that are told."""
NODES: Final = 33
"""Colours along an axis of a table."""
DARKEST: Final = 2.0**-9
"""Light around which the table's steps turn from even in light to even in EV; white is 1."""
BRIGHTEST: Final = 64.0
"""Light at the last node, white being 1."""
_MAP: Final = 256
"""Points along the long side of a map."""


@dataclass(frozen=True)
class Shading:
    """A look at one strength, but for its table.

    Attributes:
        ev: exposure that it adds to the light as it was developed.
        lift: gain of shadows by local tone, EV.
        tame: what highlights lose, EV.
        sink: what parts as dark as noise lose, EV.
        noise: light as bright as its noise, EV around mid-grey.
        keep: share of the lens's fall-off, in EV, that is given back.
    """

    ev: float = 0.0
    lift: float = 0.0
    tame: float = 0.0
    sink: float = 0.0
    noise: float = DARKEST_EV
    keep: float = 0.0


@dataclass(frozen=True, eq=False)
class Shadings:
    """A look at all strengths that are told; at one alone where it has no others.

    Attributes:
        strengths: which.
        numbers: of each.
        tables: sRGB's codes, 0 to 1, ``[strength, blue, green, red, plane]``; the fourth plane is 1.
    """

    strengths: tuple[float, ...]
    numbers: tuple[Shading, ...]
    tables: Float16[np.ndarray, "strength nodes nodes nodes 4"]


def shadings(
    source: RawFrame | Picture, recipe: Recipe, known: Survey | None = None, light_ev: float | None = None
) -> Shadings:
    """What a card shades a source with.

    Args:
        source: as it was read.
        recipe: whose look; its own strength does not matter, its exposure is that of the light.
        known: the survey of a raw frame by the recipe (`Parts.known`).
        light_ev: exposure of the light that is shaded; None for the recipe's own.

    Raises:
        BadInput: the recipe asks for what the source does not have.
    """
    plain = replace(recipe, output=replace(recipe.output, space=ColourSpace.SRGB, hdr=False))
    alone = replace(plain, look=replace(plain.look, person_strength=None))
    strengths = STRENGTHS if recipe.look.look.has_style else (1.0,)
    each = [replace(alone, look=replace(alone.look, strength=one)) for one in strengths]
    if isinstance(source, Picture):
        tables = [_table(_pointwise(chain(source, one).stages)) for one in each]
        return Shadings(strengths, (Shading(),) * len(strengths), np.stack(tables))
    own = parts(source, alone, known=known)
    made = [parts(source, one, known=own.known) for one in each]
    full = _fall_off(source, own)
    return Shadings(
        strengths,
        tuple(_shading(one, own.ev if light_ev is None else light_ev, full) for one in made),
        np.stack([_table(_pointwise((*one.rendering, *one.finishing))) for one in made]),
    )


def place_map(frame: RawFrame, own: Parts) -> Float16[np.ndarray, "rows columns 4"]:
    """Local tone's a and b, and the lens's fall-off in EV, over the picture as it is shown.

    Args:
        frame: the raw frame.
        own: its stages, at the look's whole strength.
    """
    stored = Chain(own.developing).extent(frame.extent)
    shown = own.geometry.extent(stored)
    points = _fewer(shown)
    rows, columns = _origins(own.geometry, points, stored)
    tone = next((stage for _, stage in own.rendering if isinstance(stage, LocalTone)), None)
    made = np.zeros((*points, 4), np.float16)
    made[..., 0] = 1.0  # without local tone a base is the light itself
    if tone is not None:
        for plane, coefficients in enumerate(tone.coefficients):
            made[..., plane] = _between(coefficients, rows / tone.cell - 0.5, columns / tone.cell - 0.5)
    full = _fall_off(frame, own)
    if full is not None:
        log = np.log2(full.gains)
        made[..., 2] = _between(log, rows / full.cell + 0.5, columns / full.cell + 0.5)
    return made


def _fewer(extent: Extent) -> Extent:
    factor = min(1.0, _MAP / max(extent))
    return Extent(*(max(1, round(side * factor)) for side in extent))


def _origins(geometry: Geometry, points: Extent, stored: Extent) -> tuple[Any, Any]:
    """Rows and columns of the stored image at points spread evenly over the picture."""
    down, right = ((np.arange(count) + 0.5) / count for count in points)
    x, y = geometry.origins(*np.meshgrid(right, down), stored)
    return y * stored.height, x * stored.width


def _between(plane: Float[np.ndarray, "h w"], rows: Any, columns: Any) -> Any:
    """Values between the points of a plane, by straight lines; beyond its edge those of the edge."""
    rows, columns = (
        np.clip(place, 0, side - 1) for place, side in zip((rows, columns), plane.shape, strict=True)
    )
    top, left = (np.floor(place).astype(np.intp) for place in (rows, columns))
    bottom, right = (np.minimum(top + 1, plane.shape[0] - 1), np.minimum(left + 1, plane.shape[1] - 1))
    upper = plane[top, left] + (columns - left) * (plane[top, right] - plane[top, left])
    lower = plane[bottom, left] + (columns - left) * (plane[bottom, right] - plane[bottom, left])
    return upper + (rows - top) * (lower - upper)


def _fall_off(frame: RawFrame, own: Parts) -> Vignette | None:
    """All of the lens's fall-off given back; None where none was corrected."""
    illumination = relative_illumination(own.known.overview, own.known.neutral, frame.colour)
    return None if illumination is None else Vignette.of_lens(illumination, 1.0, cell=own.cell)


def _shading(one: Parts, light_ev: float, full: Vignette | None) -> Shading:
    tone = next((stage for _, stage in one.rendering if isinstance(stage, LocalTone)), None)
    kept = next((stage for _, stage in one.fading if isinstance(stage, Vignette)), None)
    made = Shading(ev=one.ev - light_ev)
    if tone is not None:
        made = replace(
            made, lift=tone.lift_ev, tame=tone.tame_ev, sink=tone.sink_ev, noise=float(tone.noise_ev)
        )
    if kept is None or full is None:
        return made
    whole, part = np.log2(full.gains), np.log2(kept.gains)
    return replace(made, keep=float((whole * part).sum() / (whole * whole).sum()))


def _pointwise(stages: tuple[NamedStage, ...]) -> tuple[NamedStage, ...]:
    """The stages that look at a pixel alone, from scene light to codes."""
    made: list[NamedStage] = []
    for name, stage in stages:
        if isinstance(stage, ByMask):
            made.extend(_pointwise(stage.outside))
        elif isinstance(stage, Filter):
            made.append((name, replace(stage, vignette=None)))
        elif name not in _LEFT_OUT and not isinstance(stage, LocalTone | Decode):
            made.append((name, stage))
        if isinstance(stage, Encode):
            break
    return tuple(made)


_LEFT_OUT: Final = ("geometry", "resize", "sharpen", "grain")
"""Stages that a shaded picture does without."""


def _table(stages: tuple[NamedStage, ...]) -> Float16[np.ndarray, "nodes nodes nodes 4"]:
    """Codes for the colours of the table's nodes, red running fastest."""
    light = levels()
    blue, green, red = np.meshgrid(light, light, light, indexing="ij")
    nodes = np.stack([red, green, blue], axis=-1).reshape(NODES * NODES, NODES, 3).astype(np.float32)
    extent = Extent(*nodes.shape[:2])
    image: Any = LinearImage(nodes, Window.whole(extent), extent)
    for _, stage in stages:
        image = stage(image)
    codes = np.clip(np.asarray(image.samples), 0.0, 1.0).reshape(NODES, NODES, NODES, 3)
    made = np.ones((NODES, NODES, NODES, 4), np.float16)
    made[..., :3] = codes
    return made


def levels() -> Float[np.ndarray, " nodes"]:
    """Light of the nodes along an axis, from 0 to `BRIGHTEST`: ``d (2^(S t) - 1)`` for t from 0 to 1."""
    span = np.log2(BRIGHTEST / DARKEST + 1.0)
    return np.asarray(DARKEST * np.expm1(np.linspace(0.0, span, NODES) * np.log(2.0)))
