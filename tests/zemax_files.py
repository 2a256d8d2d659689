"""Zemax files as tests write them by hand."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path

import numpy as np
from scipy.spatial.transform import Rotation

from lichtbild.io.lens.agf import read_agf
from lichtbild.io.lens.reading import Reading
from lichtbild.io.lens.zemax_read import reading_of
from lichtbild.optics.lens import Lens
from lichtbild.optics.medium import Glass, Medium
from lichtbild.optics.surface import Pose, Surface

SYSTEM = (
    "MODE SEQ",
    "UNIT MM X W X CM MR CPMM",
    "ENPD 2",
    "FTYP 0 0 2 1 0 0 0",
    "XFLN 0 0",
    "YFLN 0 10",
    "WAVM 1 0.5875618 1",
    "PWAV 1",
)
OBJECT = ("TYPE STANDARD", "CURV 0", "DISZ INFINITY")
FRONT = ("STOP", "TYPE STANDARD", "CURV 0.02", "DISZ 3", "GLAS ___BLANK 1 0 1.5 60 0 0 0 0 0 0")
BACK = ("TYPE STANDARD", "CURV -0.01", "DISZ 90")
IMAGE = ("TYPE STANDARD", "CURV 0", "DISZ 0")


def text_of(*surfaces: Iterable[str], system: Iterable[str] = SYSTEM, after: Iterable[str] = ()) -> str:
    """A file of a system, surfaces between object and image, and what follows them."""
    rows = (OBJECT, *surfaces, IMAGE)
    blocks = (line for i, row in enumerate(rows) for line in (f"SURF {i}", *(f"  {entry}" for entry in row)))
    return "\r\n".join([*system, *blocks, *after, ""])


def read(text: str, media: Iterable[Medium] = ()) -> Reading:
    """What is read of a text."""
    return reading_of(text.encode(), media)


def only_surface(*lines: str, unit: str = "MM") -> Surface:
    """The stop of a file that has no other surface between object and image."""
    system = tuple(line.replace("UNIT MM", f"UNIT {unit}") for line in SYSTEM)
    return read(text_of(("STOP", *lines), system=system)).lens.surfaces[0]


def changed(*lines: str) -> tuple[str, ...]:
    """The usual system with the lines of some keywords put in the place of its own."""
    keys = {line.split()[0] for line in lines}
    return (*(line for line in SYSTEM if line.split()[0] not in keys), *lines)


def classic(shared: Path) -> list[Path]:
    """The Zemax files of the shared data."""
    return sorted((shared / "data/optics/classic").glob("*.zmx"))


@cache
def glasses(shared: Path) -> tuple[Glass, ...]:
    """The glasses of all catalogues of the shared data."""
    folder = shared / "data/optics/agf"
    return tuple(glass for path in sorted(folder.glob("*")) for glass in read_agf(path))


def frames(lens: Lens) -> list[tuple[float, np.ndarray, np.ndarray]]:
    """Curvature, axes and origin of each surface and of the image, in the frame before the first one."""
    axes, origin, found = np.eye(3), np.zeros(3), []
    distances = [0.0, *(gap.thickness for gap in lens.gaps[1:])]
    for surface, distance in zip((*lens.surfaces, lens.image), distances, strict=True):
        origin = origin + axes[:, 2] * distance
        axes, origin = moved(axes, origin, surface.turn)
        found.append((surface.curvature, *moved(axes, origin, surface.pose)))
    return found


def moved(axes: np.ndarray, origin: np.ndarray, pose: Pose | None) -> tuple[np.ndarray, np.ndarray]:
    """A frame after a pose in it, by SciPy's rotations."""
    if pose is None:
        return axes, origin
    order, angles = ("ZYX", pose.tilt[::-1]) if pose.tilt_first else ("XYZ", pose.tilt)
    turned = axes @ Rotation.from_euler(order, angles).as_matrix()
    return turned, origin + (turned if pose.tilt_first else axes) @ np.array(pose.decentre)
