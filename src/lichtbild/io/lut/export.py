"""Looks as files of other programs: the suffix names the format."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from lichtbild.core.errors import BadInput
from lichtbild.io.lut import clf, cube, dcp, device_link, hald, xmp
from lichtbild.io.lut.label import Label
from lichtbild.look.camera_profile import Distance, camera_profile, distance, rendering
from lichtbild.look.lut import SIZES, Lut
from lichtbild.look.recipe import Look

USUAL: Final = {".cube": 33, ".clf": 33, ".icc": 33, ".png": 64, ".tif": 64, ".tiff": 64, ".xmp": 32}
"""Nodes an axis by suffix, where nothing else is asked for."""

_HALD: Final = tuple(level**2 for level in range(hald.LEVELS[0], hald.LEVELS[1] + 1))


def write(bake: Callable[[int], Lut], path: Path | str, label: Label, *, size: int | None = None) -> None:
    """Write a look's table in the format that the path's suffix names.

    Args:
        bake: gives the table with a number of nodes an axis.
        path: ends in .cube, .clf, .icc, .xmp, or for a HaldCLUT in .png, .tif or .tiff.
        label: what the file says of itself.
        size: nodes an axis; None takes the format's usual.

    Raises:
        BadInput: the format has no such size, or none of this suffix.
        CannotWrite: the file cannot be put there.
    """
    path = Path(path)
    suffix = path.suffix.lower()
    lut = bake(checked_size(suffix, size))
    match suffix:
        case ".cube":
            cube.write(lut, path, label)
        case ".clf":
            clf.write(lut, path, label)
        case ".icc":
            device_link.write(lut, path, label)
        case ".xmp":
            xmp.write(lut, path, label)
        case _:
            hald.write(lut, path, label, level=round(lut.size**0.5))


def write_dcp(look: Look, path: Path | str, camera: Path | str, label: Label) -> Distance:
    """Write a look as a camera profile.

    Args:
        look: which.
        path: ends in .dcp.
        camera: a DNG of the camera that the profile is for.
        label: what the file says of itself.

    Returns:
        How far the profile lies from the look.

    Raises:
        BadFile: the DNG cannot be read, or has no matrices.
        CannotWrite: the file cannot be put there.
    """
    known = dcp.camera_of(camera)
    render = rendering(look)
    profile = camera_profile(render, known.calibrations, label.title)
    dcp.write(profile, path, known, label.line)
    return distance(render, profile)


def checked_size(suffix: str, size: int | None = None) -> int:
    """The number of nodes an axis for a format; asked before long work, it spares a late refusal.

    Raises:
        BadInput: the format has no such size, or none of this suffix.
    """
    suffix = suffix.lower()
    if suffix not in USUAL:
        told = f"'{suffix}' is no format for a look" if suffix else "without a suffix the format is not known"
        raise BadInput(f"{told}; choose one of {', '.join(USUAL)} or .dcp")
    if size is None:
        return USUAL[suffix]
    if USUAL[suffix] == 64:
        if size not in _HALD:
            raise BadInput(f"a HaldCLUT has {', '.join(map(str, _HALD))} nodes an axis, not {size}")
        return size
    most = xmp.MOST_NODES if suffix == ".xmp" else SIZES[1]
    if not SIZES[0] <= size <= most:
        raise BadInput(f"{suffix} takes {SIZES[0]} to {most} nodes an axis, not {size}")
    return size
