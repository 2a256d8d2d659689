"""A DNG as a raw frame.

Source: DNG 1.7.1.
"""

from pathlib import Path
from typing import Final

from lichtbild.core.window import Extent, Window
from lichtbild.image.cfa import Cfa
from lichtbild.image.noise_profile import NoiseProfile
from lichtbild.image.opcode import OpcodeLists
from lichtbild.image.raw_frame import RawFrame
from lichtbild.io.dng import opcodes
from lichtbild.io.dng.colour import read_colour
from lichtbild.io.dng.container import Container, Directory, Source, is_dng, opened, read_container
from lichtbild.io.dng.decode import read_samples
from lichtbild.io.dng.layout import Layout, read_layout
from lichtbild.io.dng.levels import (
    read_active_area,
    read_default_crop,
    read_default_scale,
    read_levels,
    read_masked_areas,
)
from lichtbild.io.dng.metadata import read_metadata
from lichtbild.io.dng.profile import exposure, read_profiles
from lichtbild.io.dng.tags import Photometric, Tag

__all__ = ["is_dng", "read", "read_source"]

NEWEST: Final = (1, 7, 1, 0)
"""The version of the standard that is known here."""
COLOURS: Final = ("red", "green", "blue", "cyan", "magenta", "yellow", "white")
"""Names of the colour codes of CFAPattern and CFAPlaneColor (TIFF/EP)."""
_MOST_PERIOD: Final = 16


def read(path: Path | str) -> RawFrame:
    """What the sensor stored, with all that the file says about it.

    Args:
        path: a DNG file, up to version 1.7.1 of the standard and one gigapixel.

    Raises:
        BadFile: the file is missing, truncated, damaged, hostile, no DNG, or of a kind that is not known.
    """
    with opened(path) as source:
        return read_source(source)


def read_source(source: Source) -> RawFrame:
    """What the sensor stored, from a file that is already open or in memory.

    Raises:
        BadFile: as for `read`.
    """
    container = read_container(source)
    version = _check_version(container)
    raw = _raw_directory(container)
    layout = read_layout(raw)
    extent = Extent(layout.height, layout.width)
    active = read_active_area(raw, extent)
    cfa, planes = _colours(raw, layout)
    default, profiles = read_profiles(container, raw, planes)
    noise, notes = _noise(container, raw, planes)
    if Tag.RGBTables in default:
        notes += ("the profile's RGBTables are not applied, so the look profile lacks them",)
    levels, crop = read_levels(raw, layout, active), read_default_crop(raw, active)
    shadow_scale = container.main.reals(Tag.ShadowScale, 1)
    frame = {
        "levels": levels,
        "active_area": active,
        "default_crop": crop,
        "masked_areas": read_masked_areas(raw, extent),
        "default_scale": read_default_scale(raw),
        "colour": read_colour(container.main, default, planes),
        "opcodes": _opcodes(raw),
        "profiles": profiles,
        "noise": noise,
        "baseline_exposure_ev": exposure(container.main, Tag.BaselineExposure),
        "shadow_scale": float(shadow_scale[0]) if shadow_scale is not None else 1.0,
        "metadata": read_metadata(container),
        "notes": notes,
    }
    # The samples come last: whatever is wrong with the description is then found in no time.
    samples = read_samples(source, layout, extra_bits=version < (1, 1))
    return RawFrame(samples=samples, window=Window.whole(extent), extent=extent, cfa=cfa, **frame)  # type: ignore[arg-type]


def _check_version(container: Container) -> tuple[int, ...]:
    """The version of the standard that the file follows.

    Raises:
        BadFile: it has none, or needs a reader of a later one.
    """
    version = container.main.integers(Tag.DNGVersion)
    if len(version) != 4:
        container.source.refuse("is not a DNG: its first directory has no DNGVersion")
    needed = container.main.integers(Tag.DNGBackwardVersion, (*version[:2], 0, 0))
    if needed > NEWEST:
        container.source.refuse(
            f"needs a reader of DNG {'.'.join(map(str, needed))}; this one knows "
            f"{'.'.join(map(str, NEWEST))}, so convert the file to an older version"
        )
    return version


def _raw_directory(container: Container) -> Directory:
    """The directory of the raw image: the largest mosaic or linear one that is no preview, mask or depth."""
    raw = [
        directory
        for directory in container.images
        if directory.integer(Tag.NewSubFileType, 0) == 0
        and directory.integer(Tag.PhotometricInterpretation, 0) in set(Photometric)
    ]
    if not raw:
        container.source.refuse("holds no raw image (a mosaic or linear raw); open it as a picture")
    return max(raw, key=lambda d: d.integer(Tag.ImageWidth, 0) * d.integer(Tag.ImageLength, 0))


def _colours(raw: Directory, layout: Layout) -> tuple[Cfa | None, int]:
    """The colour filter array, and the number of colour planes.

    Raises:
        BadFile: the pattern is missing, contradicts itself, or is not laid out on a square grid.
    """
    if raw.integer(Tag.PhotometricInterpretation, 0) == Photometric.LINEAR_RAW:
        return None, layout.planes
    if layout.planes != 1:
        raw.source.refuse(f"has a colour filter array over {layout.planes} planes; a mosaic has one")
    if (kind := raw.integer(Tag.CFALayout, 1)) != 1:
        raw.source.refuse(
            f"has staggered pixels (CFALayout {kind}); only pixels on a rectangular grid are read"
        )
    rows, columns = _period(raw)
    codes, names = raw.integers(Tag.CFAPattern), raw.integers(Tag.CFAPlaneColor, (0, 1, 2))
    if len(codes) != rows * columns or not set(codes) <= set(names) or len(set(names)) != len(names):
        raw.source.refuse(
            f"its CFAPattern {codes[:16]} does not fit {rows} x {columns} pixels of colours {names[:8]}"
        )
    if not 1 <= len(names) <= 4 or max(names) >= len(COLOURS):
        raw.source.refuse(f"its CFAPlaneColor is {names[:8]}; one to four colours from 0 to 6 are read")
    pattern = tuple(
        tuple(names.index(code) for code in codes[row * columns : (row + 1) * columns]) for row in range(rows)
    )
    return Cfa(pattern, tuple(COLOURS[code] for code in names)), len(names)


def _period(raw: Directory) -> tuple[int, int]:
    """Rows and columns after which the pattern repeats."""
    dims = raw.integers(Tag.CFARepeatPatternDim, (2, 2))
    if len(dims) != 2 or not all(1 <= size <= _MOST_PERIOD for size in dims):
        raw.source.refuse(
            f"its CFARepeatPatternDim is {dims[:4]}; two numbers from 1 to {_MOST_PERIOD} are needed"
        )
    return dims[0], dims[1]


def _opcodes(raw: Directory) -> OpcodeLists:
    path = raw.source.path
    lists = (
        opcodes.parse(raw.blob(tag), path) if tag in raw else ()
        for tag in (Tag.OpcodeList1, Tag.OpcodeList2, Tag.OpcodeList3)
    )
    return OpcodeLists(*lists)


def _noise(container: Container, raw: Directory, planes: int) -> tuple[NoiseProfile | None, tuple[str, ...]]:
    """Noise of each plane, and a note when the file's numbers cannot be a variance."""
    values = next(
        (found for place in (raw, container.main) if (found := place.reals(Tag.NoiseProfile)) is not None),
        None,
    )
    if values is None:
        return None, ()
    if len(values) not in (2, 2 * planes) or (values[::2] < 0).any() or not (values > 0).any():
        return None, ("the file's NoiseProfile cannot be a variance and was left out",)
    scale, offset = (tuple(map(float, values[k::2])) * (planes if len(values) == 2 else 1) for k in (0, 1))
    return NoiseProfile(scale, offset), ()
