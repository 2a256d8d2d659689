"""A DNG as a raw frame.

Source: DNG 1.7.1.
"""

from pathlib import Path

from lichtbild.core.window import Extent, Window
from lichtbild.image.noise_profile import NoiseProfile
from lichtbild.image.opcode import OpcodeLists
from lichtbild.image.raw_frame import RawFrame
from lichtbild.io.dng import opcodes
from lichtbild.io.dng.cfa import read_cfa
from lichtbild.io.dng.colour import read_colour
from lichtbild.io.dng.container import Container, Directory, Source, is_dng, opened
from lichtbild.io.dng.decode import read_samples
from lichtbild.io.dng.directories import read_directories
from lichtbild.io.dng.layout import read_layout
from lichtbild.io.dng.levels import (
    read_active_area,
    read_default_crop,
    read_default_scale,
    read_levels,
    read_masked_areas,
)
from lichtbild.io.dng.metadata import read_metadata
from lichtbild.io.dng.profile import exposure, read_profiles
from lichtbild.io.dng.tags import Tag

__all__ = ["is_dng", "read", "read_source"]


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
    container, version, raw = read_directories(source)
    layout = read_layout(raw)
    extent = Extent(layout.height, layout.width)
    active = read_active_area(raw, extent)
    cfa, planes = read_cfa(raw, layout.planes)
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
