"""Frames that every developer here can open and that ask for all that a phone asks for: made, not shipped.

    python benchmarks/bench_frame.py 03_jxl_bayer_raw_integer.dng FOLDER

The mosaic is real: that of a sample file of Adobe's DNG SDK, 61 megapixels without clipped codes. Written as
lossless JPEG in tiles, which LibRaw opens too:

=================  ==========================================================================
bench12.dng        the middle 4032 x 3024 pixels behind a lens that darkens its corners by about
                   one stop, and four gain maps that give the light back, as phones have it
bench12_plain.dng  the same without shading and maps
bench61.dng        the whole
=================  ==========================================================================
"""

import sys
from dataclasses import replace
from math import hypot
from pathlib import Path

import numpy as np

import lichtbild
from lichtbild.core.window import Extent, Window
from lichtbild.develop.shading import gain_mapped
from lichtbild.image.opcode import Area, GainMap, OpcodeLists
from lichtbild.image.raw_frame import RawFrame
from lichtbild.io.dng.write import write

FOCAL_LENGTH_35MM = ("exif", 41989)
SIZE = Extent(3024, 4032)
POINTS = (13, 17)
FALLOFF = (1.02, 1.0, 1.0, 0.94)
"""Gain at the corners, of 2, for the four pixels of a Bayer cell: colour shading."""


def middle(frame: RawFrame, size: Extent) -> RawFrame:
    """The middle of a frame, from even coordinates, without its lens corrections, which are relative."""
    area = frame.active_area
    top = area.top + (area.height - size.height) // 4 * 2
    left = area.left + (area.width - size.width) // 4 * 2
    whole = Window.whole(size)
    share = hypot(*size) / hypot(*area.extent)
    equivalent = {FOCAL_LENGTH_35MM: round(frame.metadata.exif[FOCAL_LENGTH_35MM] / share)}
    return replace(
        frame,
        samples=frame.samples[top : top + size.height, left : left + size.width].copy(),
        window=whole,
        extent=size,
        active_area=whole,
        default_crop=(0.0, 0.0, float(size.height), float(size.width)),
        opcodes=OpcodeLists(),
        metadata=replace(frame.metadata, exif=dict(frame.metadata.exif) | equivalent),
    )


def gain_maps(size: Extent) -> tuple[GainMap, ...]:
    """One map for each pixel of a Bayer cell: 1 in the middle, about 2 in the corners, as cos^4 has it."""
    v, u = np.meshgrid(np.linspace(-1, 1, POINTS[0]), np.linspace(-1, 1, POINTS[1]), indexing="ij")
    aspect = size.width / size.height
    squared = (v**2 + (aspect * u) ** 2) / (1 + aspect**2)
    spacing = (1 / (POINTS[0] - 1), 1 / (POINTS[1] - 1))
    maps = []
    for index, strength in enumerate(FALLOFF):
        gains = (1 + (2**0.5 - 1) * strength * squared) ** 2
        area = Area(Window(index // 2, index % 2, *size), (0, 1), (2, 2))
        maps.append(GainMap(area, gains[..., None].astype(np.float32), spacing, (0.0, 0.0)))
    return tuple(maps)


def shaded(frame: RawFrame) -> RawFrame:
    """The frame as it would have been behind such a lens, with the maps that make it good."""
    gain = np.ones((*frame.extent, 1), np.float32)
    maps = gain_maps(frame.extent)
    for one in maps:
        gain = gain_mapped(one, gain, frame.window, frame.extent)
    black = float(frame.levels.black.mean())
    codes = np.rint((frame.samples - np.float32(black)) / gain + np.float32(black)).clip(0, 65535)
    return replace(frame, samples=codes.astype(np.uint16), opcodes=OpcodeLists(on_linear=maps))


def main(sample: Path, folder: Path) -> None:
    """Write the three files."""
    folder.mkdir(parents=True, exist_ok=True)
    frame = lichtbild.read(sample)
    plain = middle(frame, SIZE)
    write(plain, folder / "bench12_plain.dng")
    write(shaded(plain), folder / "bench12.dng")
    active = frame.active_area.extent
    write(middle(frame, Extent(active.height, active.width)), folder / "bench61.dng")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
