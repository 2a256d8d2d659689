"""Developed: a source as the light of its scene, before any look."""

from dataclasses import dataclass

from lichtbild.develop.development import Survey
from lichtbild.image.linear_image import LinearImage
from lichtbild.image.picture import Picture
from lichtbild.image.raw_frame import RawFrame


@dataclass(frozen=True, eq=False)
class Developed:
    """A source whose light was developed, and changed since, such as by a portrait's blur.

    Attributes:
        frame: as it was read.
        light: of the whole scene, exposed, on the developed image's pixels.
        known: the survey of a raw frame.
    """

    frame: RawFrame | Picture
    light: LinearImage
    known: Survey | None = None
