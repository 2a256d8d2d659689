"""Stacks: frames sorted by exposure time and light, for calibration."""

from collections.abc import Sequence

import numpy as np

from lichtbild.core.errors import BadInput
from lichtbild.image.raw_frame import RawFrame

ALIKE = 0.01
"""Difference in mean signal, as a share, up to which frames of one exposure time saw the same light."""

LEAST = 2
"""Frames of a stack: noise is what differs between them."""


def stacks(frames: Sequence[RawFrame], what: str, *, lit: bool) -> list[tuple[RawFrame, ...]]:
    """Frames of one gain, sorted by exposure time and, if they are lit, by their light within a hundredth.

    Args:
        frames: in any order.
        what: name of the frames in messages, such as "dark".
        lit: whether light fell on them.

    Raises:
        BadInput: there are none, they differ in ISO or size, or one has no other of its exposure.
    """
    if not frames:
        raise BadInput(f"there are no {what} frames; give two or more of each exposure")
    for name, values in (
        ("ISO", {frame.metadata.iso for frame in frames}),
        ("size", {tuple(frame.extent) for frame in frames}),
    ):
        if len(values) > 1:
            shown = ", ".join(sorted(map(str, values)))
            raise BadInput(f"the {what} frames differ in {name} ({shown[:120]}); give frames of one only")
    rows = sorted(
        (frame.metadata.exposure_time_s or 0.0, _signal(frame), n) for n, frame in enumerate(frames)
    )
    found: list[list[int]] = []
    for place, (time, signal, number) in enumerate(rows):
        before = rows[place - 1]
        if place and time == before[0] and (not lit or signal - before[1] <= max(ALIKE * signal, 1.0)):
            found[-1].append(number)
        else:
            found.append([number])
    alone = [group for group in found if len(group) < LEAST]
    if alone:
        time = frames[alone[0][0]].metadata.exposure_time_s or 0.0
        raise BadInput(
            f"{len(alone)} of {len(found)} exposures have one {what} frame only (one of {time:g} s); give "
            f"{LEAST} or more of each"
        )
    return [tuple(frames[number] for number in group) for group in found]


def _signal(frame: RawFrame) -> float:
    """Mean above black, codes."""
    return float(np.mean(frame.samples)) - float(frame.levels.black.mean())
