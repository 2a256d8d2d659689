"""Schedule: neighbours of a chain that are computed in one pass over the pixels.

A chain says what is done; a schedule changes only how fast. Each fused stage names the stages that it stands
for, and its definition is theirs, one after another.
"""

from collections.abc import Callable
from typing import Any, Final

from lichtbild.core.chain import Chain
from lichtbild.core.stage import AbstractStage, NamedStage
from lichtbild.develop.camera_to_scene import CameraToScene
from lichtbild.develop.colour_matrix import ColourMatrix
from lichtbild.develop.exposure import Exposure
from lichtbild.develop.gains import Gains
from lichtbild.develop.highlights import ClipHighlights, RebuildHighlights
from lichtbild.develop.opcode_stages import CorrectLinear
from lichtbild.develop.white_balance import WhiteBalance
from lichtbild.look.colour_mix import ColourMix
from lichtbild.look.encode import Encode
from lichtbild.look.finish import Finish
from lichtbild.look.grain import Grain
from lichtbild.look.local_tone import LocalTone
from lichtbild.look.monochrome import Monochrome
from lichtbild.look.quantise import Quantise
from lichtbild.look.render import Render
from lichtbild.look.sharpen import Sharpen
from lichtbild.look.tone_bath import ToneBath
from lichtbild.look.view import ViewTransform

Kinds = tuple[type[AbstractStage] | tuple[type[AbstractStage], ...], ...]


def _to_scene(
    highlights: ClipHighlights | RebuildHighlights | None,
    matrix: ColourMatrix | None,
    exposure: Exposure | None,
) -> CameraToScene | None:
    return None if matrix is None else CameraToScene(highlights, matrix, exposure)


def _finish(
    sharpen: Sharpen | None, grain: Grain | None, encode: Encode | None, quantise: Quantise | None
) -> Finish | None:
    return None if encode is None or quantise is None else Finish(sharpen, encode, quantise, grain)


_FUSIONS: Final[tuple[tuple[Kinds, Callable[..., AbstractStage | None]], ...]] = (
    (((ClipHighlights, RebuildHighlights), ColourMatrix, Exposure), _to_scene),
    ((LocalTone, Monochrome, ViewTransform, ColourMix, ToneBath), Render),
    ((Sharpen, Grain, Encode, Quantise), _finish),
)
"""Kinds of stages that follow each other, of which some may be missing, and what makes one stage of them."""


def scheduled(chain: Chain) -> Chain:
    """The chain in fewer passes; it gives the same picture."""
    stages = _gains(chain.stages)
    for kinds, fuse in _FUSIONS:
        stages = _fused(stages, kinds, fuse)
    return Chain(stages)


def _gains(stages: tuple[NamedStage, ...]) -> tuple[NamedStage, ...]:
    """The stages with white balance and the gain maps just before it made one."""
    end = next((i for i, (_, stage) in enumerate(stages) if isinstance(stage, WhiteBalance)), None)
    if end is None:
        return stages
    start = end
    while start and isinstance(stages[start - 1][1], CorrectLinear):
        start -= 1
    made = Gains.of([stage for _, stage in stages[start : end + 1]]) if start < end else None
    return stages if made is None else _replaced(stages, start, end + 1, made)


def _fused(
    stages: tuple[NamedStage, ...], kinds: Kinds, fuse: Callable[..., AbstractStage | None]
) -> tuple[NamedStage, ...]:
    """The stages with the first run of these kinds made one."""
    for start in range(len(stages)):
        parts, end = _run(stages, start, kinds)
        if end - start >= 2 and (made := fuse(*parts)) is not None:
            return _replaced(stages, start, end, made)
    return stages


def _run(stages: tuple[NamedStage, ...], start: int, kinds: Kinds) -> tuple[list[Any], int]:
    """The stage of each kind, None where it is missing, of the run that begins here; and where it ends."""
    parts: list[Any] = []
    for kind in kinds:
        found = start < len(stages) and isinstance(stages[start][1], kind)
        parts.append(stages[start][1] if found else None)
        start += found
    return parts, start


def _replaced(
    stages: tuple[NamedStage, ...], start: int, end: int, made: AbstractStage
) -> tuple[NamedStage, ...]:
    name = "+".join(name for name, _ in stages[start:end])
    return (*stages[:start], (name, made), *stages[end:])
