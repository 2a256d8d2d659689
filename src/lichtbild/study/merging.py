"""Merging: the files of a burst or bracket become one raw frame; each that does not fit is left out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from lichtbild.core.chain import silent
from lichtbild.core.errors import BadFile, BadInput
from lichtbild.image.burst import MERGED, Burst, Gathered, misfit
from lichtbild.image.metadata import Metadata, relative_exposures
from lichtbild.image.raw_frame import RawFrame
from lichtbild.io.reader import read
from lichtbild.study.bursts import groups, same_exposure

if TYPE_CHECKING:
    from lichtbild.develop.bracket import MergedBracket
    from lichtbild.develop.merge import MergedBurst

SHARE: Final = 0.7
"""Of the time that a burst's photograph takes, until it is one frame."""

_READING: Final = 0.25
"""Share of that time that reading the files takes."""

_MERGING: Final = 0.4
"""Share of the rest that merging takes, where detail is looked for afterwards."""

_BY_ITSELF: Final = ", to be developed by itself with --burst off"


@dataclass(frozen=True, eq=False)
class Merged:
    """What became of a burst.

    Attributes:
        frame: to be developed like any other.
        count: of the frames that are in it.
        left_out: name of each file that is not, and why, to follow the name and a colon.
        gathered: what a report tells of it; None where a single frame was left.
    """

    frame: RawFrame
    count: int
    left_out: tuple[tuple[str, str], ...] = ()
    gathered: Gathered | None = None


def merged(
    sources: Sequence[Path | RawFrame],
    layout: Path | None = None,
    *,
    scale: float = 1.0,
    threads: int = 1,
    progress: Callable[[float], None] = silent,
) -> Merged:
    """The raw frame of a burst, merged of the most frames that are of one size and camera.

    Frames of differing exposure are merged as a bracket; where some say their exposure and some do not, the
    others are left out. Where no two show the same scene, it is the first frame that can be read, as it is.

    Args:
        sources: files or frames, in the order in which they were taken.
        layout: as of `read`.
        scale: rows and columns that the photograph is to have, of the frames'; beyond 1 the frame also has
            the detail that the burst shows between its pixels.
        threads: cores to use.
        progress: called with the finished share, 0 to 1.

    Raises:
        BadInput: none of the files is a raw frame that can be read.
    """
    names = [
        f"frame {number}" if isinstance(source, RawFrame) else source.name
        for number, source in enumerate(sources, 1)
    ]
    frames, left = _raw_frames(sources, layout, lambda share: progress(_READING * share))
    kept = max(groups(list(frames), lambda a, b: not _reason(frames[a], frames[b])), key=len)
    if len(kept) == 1:
        return _alone(frames, left, names)
    burst = Burst(tuple(frames[index] for index in kept), tuple(names[index] for index in kept))
    found, exposures = _merge(
        burst, scale, threads, lambda share: progress(_READING + (1 - _READING) * share)
    )
    if len(found.left_out) == len(kept) - 1:
        return _alone(frames, left, names)
    first = frames[kept[0]]
    left |= {index: _reason(first, frame) for index, frame in frames.items() if index not in kept}
    left |= {kept[place]: f"it {reason}{_BY_ITSELF}" for place, reason in found.left_out}
    became = tuple((name, left.get(index, MERGED)) for index, name in enumerate(names))
    count = len(names) - len(left)
    gathered = Gathered(became, count, found.frames_used, found.variance, exposures)
    return Merged(found.frame, count, _told(left, names), gathered)


def _alone(frames: dict[int, RawFrame], left: dict[int, str], names: Sequence[str]) -> Merged:
    """The first frame that can be read, where no two show the same: the photograph is named after it."""
    first = min(frames)
    odd = {
        index: _reason(frames[first], frame) or f"it shows another scene{_BY_ITSELF}"
        for index, frame in frames.items()
        if index != first
    }
    return Merged(frames[first], 1, _told(left | odd, names))


def _told(left: dict[int, str], names: Sequence[str]) -> tuple[tuple[str, str], ...]:
    return tuple((names[index], left[index]) for index in sorted(left))


def _merge(
    burst: Burst, scale: float, threads: int, progress: Callable[[float], None]
) -> tuple["MergedBurst | MergedBracket", tuple[tuple[str, float, float], ...]]:
    """What came of frames of one exposure, or of several, and then which exposure brought what light."""
    if all(same_exposure(burst.frames[0].metadata, frame.metadata) for frame in burst):
        return _merge_alike(burst, scale, threads, progress), ()
    from lichtbild.develop.bracket import merge_bracket  # only brackets need it

    found = merge_bracket(burst, threads=threads, progress=progress)
    told = ((burst.names[index], ev, found.light[index]) for index, ev in found.exposure_ev.items())
    return found, tuple(told)


def _merge_alike(
    burst: Burst, scale: float, threads: int, progress: Callable[[float], None]
) -> "MergedBurst":
    """What came of frames of one exposure, with the detail between their pixels where that is wanted."""
    from lichtbild.develop.merge import merge_burst  # only bursts need it

    if scale == 1:
        return merge_burst(burst, threads=threads, progress=progress)
    from lichtbild.develop.super_resolution import fine_detail  # only enlarged photographs need it

    found = merge_burst(burst, threads=threads, progress=lambda share: progress(_MERGING * share))
    detail = fine_detail(
        burst,
        found,
        scale,
        threads=threads,
        progress=lambda share: progress(_MERGING + (1 - _MERGING) * share),
    )
    return replace(found, frame=replace(found.frame, detail=detail))


def _raw_frames(
    sources: Sequence[Path | RawFrame], layout: Path | None, progress: Callable[[float], None]
) -> tuple[dict[int, RawFrame], dict[int, str]]:
    """The frames by their numbers, and why there is none of the others.

    Raises:
        BadInput: as for `merged`.
    """
    if not sources:
        raise BadInput("a burst without any frame cannot be merged; give at least one")
    frames: dict[int, RawFrame] = {}
    left: dict[int, str] = {}
    for index, source in enumerate(sources):
        try:
            frame = source if isinstance(source, RawFrame) else read(source, layout)
        except BadFile as error:
            left[index] = error.what
        else:
            if isinstance(frame, RawFrame):
                frames[index] = frame
            else:
                left[index] = "it is a finished picture and no raw frame"
        progress((index + 1) / len(sources))
    if not frames:
        raise BadInput(
            f"{sources[0]}: none of the {len(sources)} files of this burst can be read; the first: {left[0]}"
        )
    return frames, left


def _reason(first: RawFrame, other: RawFrame) -> str:
    """Why two frames are not merged, as a sentence about the other; empty where they are."""
    if reason := misfit(first, other):
        return f"it {reason}"
    told = first.metadata, other.metadata
    if same_exposure(*told) or all(relative_exposures(told)):
        return ""
    return f"it was exposed for {_exposed(other.metadata)}, the others for {_exposed(first.metadata)}"


def _exposed(metadata: Metadata) -> str:
    facts = dict(metadata.facts())
    words = f"{facts.get('exposure', 'an unknown time')} at ISO {facts.get('ISO', 'unknown')}"
    return f"{words} and {facts['aperture']}" if "aperture" in facts else words
