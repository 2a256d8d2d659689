"""Metadata: what a file says about how its picture was taken."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any


class Orientation(IntEnum):
    """How the stored rows and columns lie in the upright picture (EXIF 0x0112)."""

    NORMAL = 1
    MIRRORED = 2
    HALF_TURN = 3
    FLIPPED = 4
    TRANSPOSED = 5
    QUARTER_TURN = 6
    """The picture is upright after a quarter turn clockwise."""
    TRANSVERSED = 7
    THREE_QUARTER_TURN = 8


@dataclass(frozen=True)
class Metadata:
    """How a picture was taken, as far as the file says.

    Attributes:
        make: maker of the camera.
        model: model of the camera, as the file's Model tag.
        lens: model of the lens.
        iso: sensitivity.
        exposure_time_s: exposure time in seconds.
        f_number: f-number.
        focal_length_mm: focal length in mm.
        taken_at: "YYYY:MM:DD hh:mm:ss" as EXIF has it.
        orientation: how to turn the stored image upright.
        exif: tags of the main, Exif and GPS directories by (directory, tag), to be kept in what is written;
            directories are named "main", "exif" and "gps".
    """

    make: str = ""
    model: str = ""
    lens: str = ""
    iso: float | None = None
    exposure_time_s: float | None = None
    f_number: float | None = None
    focal_length_mm: float | None = None
    taken_at: str = ""
    orientation: Orientation = Orientation.NORMAL
    exif: Mapping[tuple[str, int], Any] = field(default_factory=dict)
