"""DCP: a camera profile as a file of its own, for raw converters that follow the DNG standard.

It is a directory of a DNG behind a header of its own: the camera's name and matrices, and the profile's
tables.

Source: DNG 1.7.1, chapter 6 and "Camera Profiles" (extended form, "CR" for 42); tags 50708 to 51110.
"""

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from lichtbild.image.calibration import Calibration
from lichtbild.image.profile import CameraProfile
from lichtbild.io.atomic import replacing
from lichtbild.io.dng import structure
from lichtbild.io.dng.cfa import read_cfa
from lichtbild.io.dng.colour import read_calibrations
from lichtbild.io.dng.container import PROFILE_MAGIC, Container, Dialect, Source, directory_at, held, opened
from lichtbild.io.dng.directories import read_directories
from lichtbild.io.dng.profile import read_profiles
from lichtbild.io.dng.profile_fields import calibration_fields, profile_fields
from lichtbild.io.dng.structure import LONG, numbers, text
from lichtbild.io.dng.tags import Tag

_EMBED_POLICY: Final = 50941
_COPYRIGHT: Final = 50942
_NO_RESTRICTIONS: Final = 3


@dataclass(frozen=True, eq=False)
class Camera:
    """What a profile must know of the camera that it is for.

    Attributes:
        model: the name by which raw converters find its profiles.
        calibrations: its matrices, under one to three lights.
        signature: what its own unit's calibration is signed with; a profile with the same lets it apply.
    """

    model: str
    calibrations: tuple[Calibration, ...]
    signature: str = ""


def camera_of(path: Path | str) -> Camera:
    """What a DNG says of its camera.

    Raises:
        BadFile: it cannot be read, is no DNG, or has no colour matrices of a camera with three planes.
    """
    with opened(path) as source:
        container, _, raw = read_directories(source)
        _, planes = read_cfa(raw, raw.integer(Tag.SamplesPerPixel, 1))
        main = container.main
        calibrations = read_calibrations(main, main, planes)
        if planes != 3 or not calibrations:
            source.refuse(
                "has no colour matrices of a camera with three planes; name another DNG for --camera"
            )
        return Camera(
            main.text(Tag.UniqueCameraModel), calibrations, main.text(Tag.CameraCalibrationSignature)
        )


def encode(profile: CameraProfile, camera: Camera, copyright_notice: str) -> bytes:
    """The bytes of a DCP.

    Args:
        profile: its tables; its calibrations are those that are written.
        camera: which it is for.
        copyright_notice: what stands there; here which look it is.
    """
    fields = dict(calibration_fields(profile.calibrations)) | dict(profile_fields(profile))
    fields[Tag.UniqueCameraModel] = text(camera.model)
    fields[_COPYRIGHT] = text(copyright_notice)
    fields[_EMBED_POLICY] = numbers(LONG, [_NO_RESTRICTIONS])
    if camera.signature:
        fields[Tag.ProfileCalibrationSignature] = text(camera.signature)
    return structure.profile(fields)


def write(profile: CameraProfile, path: Path | str, camera: Camera, copyright_notice: str) -> None:
    """Write a DCP.

    Raises:
        CannotWrite: the file cannot be put there.
    """
    data = encode(profile, camera, copyright_notice)
    with replacing(path) as draft:
        draft.write_bytes(data)


def read(path: Path | str) -> CameraProfile:
    """The profile in a DCP.

    Raises:
        BadFile: it cannot be read, is no DCP, or is damaged.
    """
    with opened(path) as source:
        return _profile(source)


def decode(data: bytes, path: Path | str = "memory") -> CameraProfile:
    """The profile in the bytes of a DCP.

    Raises:
        BadFile: it is no DCP, or is damaged.
    """
    return _profile(held(data, path))


def _profile(source: Source) -> CameraProfile:
    head = source.read(0, 8, "the header")
    order = {b"II": "<", b"MM": ">"}.get(head[:2], "")
    if not order or struct.unpack(order + "H", head[2:4])[0] != PROFILE_MAGIC:
        source.refuse("is no DCP: it does not begin as a camera profile does")
    directory, _ = directory_at(source, Dialect(order), struct.unpack(order + "I", head[4:])[0])
    return read_profiles(Container(source, directory, (directory,)), directory, 3)[1][0]
