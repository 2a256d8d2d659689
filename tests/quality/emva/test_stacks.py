"""Frames sorted into stacks."""

from dataclasses import replace

import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.core.window import Extent, Window
from lichtbild.image.levels import Levels
from lichtbild.image.metadata import Metadata
from lichtbild.image.raw_frame import RawFrame
from lichtbild.quality.emva.stacks import stacks


def frame(mean: float, time: float, iso: float = 100.0, side: int = 4) -> RawFrame:
    extent = Extent(side, side)
    return RawFrame(
        samples=np.full((side, side, 1), round(mean), np.uint16),
        window=Window.whole(extent),
        extent=extent,
        cfa=None,
        levels=Levels(np.full((1, 1, 1), 64.0), np.array([1023.0])),
        active_area=Window.whole(extent),
        default_crop=(0.0, 0.0, float(side), float(side)),
        metadata=Metadata(iso=iso, exposure_time_s=time),
    )


def test_times_and_lights_are_told_apart_in_any_order() -> None:
    given = [
        frame(564, 0.1),
        frame(300, 0.2),
        frame(764, 0.1),
        frame(566, 0.1),
        frame(301, 0.2),
        frame(761, 0.1),
    ]
    found = [[int(each.samples[0, 0, 0]) for each in stack] for stack in stacks(given, "flat", lit=True)]
    assert found == [[564, 566], [761, 764], [300, 301]]


def test_dark_frames_around_black_are_one_stack() -> None:
    found = stacks(
        [frame(64, 0.1), frame(65, 0.1), frame(63, 0.1), frame(64, 1.0), frame(65, 1.0)], "dark", lit=False
    )
    assert [len(stack) for stack in found] == [3, 2]


@pytest.mark.parametrize(
    ("frames", "said"),
    [
        ([], "no dark frames"),
        ([frame(64, 0.1), frame(64, 0.1, iso=200.0)], "differ in ISO"),
        ([frame(64, 0.1), frame(64, 0.1, side=6)], "differ in size"),
        ([frame(64, 0.1), frame(64, 0.1), frame(64, 0.5)], "1 of 2 exposures have one dark frame only"),
    ],
)
def test_frames_that_make_no_stacks(frames: list[RawFrame], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        stacks(frames, "dark", lit=False)


def test_frames_without_an_exposure_time_go_by_their_light() -> None:
    bare = [
        replace(each, metadata=Metadata())
        for each in (frame(164, 1), frame(264, 1), frame(164, 1), frame(264, 1))
    ]
    assert [len(stack) for stack in stacks(bare, "flat", lit=True)] == [2, 2]
