"""Lesson: a look learned from pictures of one kind, and what is to be said of it."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any, Final, TypeVar

import numpy as np
from jaxtyping import Float

from lichtbild.core.errors import BadInput
from lichtbild.look.learn.chart_reading import chart_pairs, read_chart
from lichtbild.look.learn.description import Description, description
from lichtbild.look.learn.finished import finished_look, sample, table_of
from lichtbild.look.learn.held_out import HeldOutError, PicturePair, held_out
from lichtbild.look.learn.learned_look import LearnedLook, learned
from lichtbild.look.learn.pairs import check_sizes, joined, of_pictures
from lichtbild.look.learn.registration import overlapping, shift
from lichtbild.look.learn.regression import fit
from lichtbild.look.learn.whole_look import WholeLook, whole_look
from lichtbild.look.lut import Lut

_SAME: Final = 0.5 / 255
_LOCAL: Final = 1.0
_UNUSUAL: Final = 3

_Made = TypeVar("_Made")
Picture = Float[np.ndarray, "h w 3"]


@dataclass(frozen=True, eq=False)
class Lesson:
    """What was learned.

    Attributes:
        lut: all of the look as one table, encoded sRGB for encoded sRGB.
        whole: the look as its file holds it.
        told: what it was learned from and how well, a sentence each.
        numbers: the same for other programs.
        trust: CIEDE2000 by which colours after the look are expected to be wrong, at nodes of the cube.
    """

    lut: Lut
    whole: WholeLook
    told: tuple[str, ...]
    numbers: dict[str, Any] = field(default_factory=dict)
    trust: Float[np.ndarray, "n n n"] | None = None

    @cached_property
    def description(self) -> Description:
        """What the look does, in the words in which looks are spoken of."""
        return description(self.lut)


def from_pairs(pictures: Sequence[PicturePair], hold_out: bool = False) -> Lesson:
    """A look from pictures before and after, in encoded sRGB.

    Args:
        pictures: the pairs.
        hold_out: also measure the error on each pair as learned from the others; of one pair, on quarters.

    Raises:
        BadInput: two pictures of a pair differ in size or are the same, or tell too little of a look.
    """
    told, placed = [], []
    for before, after in pictures:
        check_sizes(before, after)
        by = shift(before, after)
        if by != (0, 0):
            told.append(f"a picture after lies {by[0]} pixels lower, {by[1]} further right; that was undone")
        placed.append(overlapping(before, after, by))
    apart = [np.abs(before - after) for before, after in placed]
    if all(float(one.mean()) < _SAME for one in apart):
        most = 255 * max(float(one.max()) for one in apart)
        raise BadInput(
            f"before and after differ by no more than {most:.0f} codes of 8 bits, and by less than half a "
            "code in the mean; give the pictures with and without the look"
        )
    pairs = joined([of_pictures(*pair) for pair in placed])
    look = learned(fit(pairs))
    count = "1 pair" if len(pictures) == 1 else f"{len(pictures)} pairs"
    whole = whole_look(look.lut, look.trust)
    numbers: dict[str, Any] = {"pairs": len(pictures), "colours": len(pairs), **_numbers(look, whole)}
    told.insert(0, f"learned from {count} of pictures with {len(pairs)} different colours")
    told += [_trusted(look), whole.told]
    if hold_out:
        error = held_out(placed)
        numbers["held_out"] = asdict(error)
        told += _held_out(error, len(pictures))
    return Lesson(look.lut, whole, tuple(told), numbers, look.trust)


def from_chart(
    after: Picture, before: Float[np.ndarray, "h2 w2 3"] | None = None, names: Sequence[str] = ()
) -> Lesson:
    """A look from our chart after it, and before it where something else than the look changed it.

    Args:
        after: the chart with the look.
        before: the chart without; None takes it as it is drawn.
        names: what messages call them.

    Raises:
        BadInput: the chart is not found.
    """
    readings = _each(read_chart, (after,) if before is None else (after, before), names)
    pairs = chart_pairs(*readings)
    look = learned(fit(pairs))
    whole = whole_look(look.lut, look.trust)
    spread = 255 * float(np.median(readings[0].spread))
    told = (
        f"learned from a chart of {len(pairs)} patches, which vary within by {spread:.1f} codes of 8 bits",
        _trusted(look),
        whole.told,
    )
    numbers = {"patches": len(pairs), "spread": spread, **_numbers(look, whole)}
    return Lesson(look.lut, whole, told, numbers, look.trust)


def from_finished(
    finished: Sequence[Picture], plain: Sequence[Picture] = (), names: Sequence[str] = ()
) -> Lesson:
    """A look from pictures that have it, and some of the same camera that have not.

    Args:
        finished: pictures with the look.
        plain: pictures without.
        names: what messages call them, in this order.

    Raises:
        BadInput: there is no picture with the look, or one says nothing.
    """
    samples = _each(sample, (*finished, *plain), names)
    look = finished_look(samples[: len(finished)], samples[len(finished) :])
    told = [f"learned from {len(finished)} finished pictures without their originals"]
    if plain:
        told[0] += f", beside {len(plain)} plain ones"
    if look.neutral:
        told.append("it leaves no colour, of which the pictures leave no doubt")
    told.append("what pictures cannot tell is left as in a usual look; expect about 5 CIEDE2000")
    if len(finished) < _UNUSUAL:
        told.append("fewer than three pictures say more of themselves than of their look")
    lut = table_of(look)
    whole = whole_look(lut)
    told.append(whole.told)
    numbers = {"finished": len(finished), "plain": len(plain), "neutral": look.neutral, **whole.numbers}
    return Lesson(lut, whole, tuple(told), numbers)


def _each(make: Callable[[Picture], _Made], pictures: Sequence[Picture], names: Sequence[str]) -> list[_Made]:
    """What is made of each picture; a refusal says of which."""
    made = []
    for place, picture in enumerate(pictures):
        try:
            made.append(make(picture))
        except BadInput as error:
            raise BadInput(f"{names[place]}: {error}" if names else str(error)) from error
    return made


def _numbers(look: LearnedLook, whole: WholeLook) -> dict[str, Any]:
    trust = {"trusted_share": look.trusted_share, "expected_mean": float(look.trust.mean())}
    return {**trust, **whole.numbers}


def _trusted(look: LearnedLook) -> str:
    return f"{look.trusted_share:.0%} of all colours are expected to be right within 2 CIEDE2000"


def _held_out(error: HeldOutError, pairs: int) -> list[str]:
    part = "each pair learned from the others" if pairs > 1 else "each quarter learned from the other three"
    found = [
        f"held out, {part}: {error.mean:.2f} CIEDE2000 in the mean, {error.p95:.1f} at 95 %; "
        f"doing nothing {error.before:.1f}"
    ]
    if error.local > _LOCAL:
        found.append(
            f"the look also goes with the brightness around ({error.local:.1f} L*), which no table holds; "
            "local tone was left out"
        )
    return found
