"""LibRaw's mapping on frames whose truth is known: DNGs that the tests write, and one of a real camera."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile

from lichtbild.colour.spaces import D65_XY
from lichtbild.core.errors import BadFile
from lichtbild.core.window import Window
from lichtbild.image.cfa import Cfa
from lichtbild.image.metadata import Orientation
from lichtbild.io import libraw

CODES = np.random.default_rng(9).integers(300, 4000, (64, 96)).astype(np.uint16)
MATRIX = np.array([[0.9, -0.3, -0.1], [-0.5, 1.3, 0.2], [-0.1, 0.2, 0.6]])


def write_dng(path: Path, codes: np.ndarray = CODES, pattern: bytes = b"\0\1\1\2", **tags: Any) -> Path:
    """A plain Bayer DNG, or linear raw where the codes have three planes."""
    linear = codes.ndim == 3
    entries = [
        (50706, 1, 4, b"\1\4\0\0", True),
        (271, 2, 6, "Maker", True),
        (272, 2, 6, "Model", True),
        (50708, 2, 12, "Maker Model", True),
        (50714, 4, 1, 256, True),
        (50717, 4, 1, 4095, True),
        (50721, 10, 9, [int(v) for m in MATRIX.ravel() for v in (round(m * 10000), 10000)], True),
        (50728, 5, 3, (1, 2, 1, 1, 3, 4), True),
        (50778, 3, 1, 21, True),
        (34855, 3, 1, 400, True),
        (33434, 5, 1, (1, 125), True),
    ]
    if not linear:
        entries += [(33421, 3, 2, (2, 2), True), (33422, 1, 4, pattern, True)]
    entries += list(tags.get("extra", ()))
    tifffile.imwrite(
        path, codes, photometric=34892 if linear else 32803, extratags=entries, metadata=None, software="test"
    )
    return path


@pytest.mark.parametrize(
    ("pattern", "phase"),
    [(b"\0\1\1\2", "RGGB"), (b"\2\1\1\0", "BGGR"), (b"\1\0\2\1", "GRBG"), (b"\1\2\0\1", "GBRG")],
)
def test_a_bayer_frame(tmp_path: Path, pattern: bytes, phase: str) -> None:
    frame = libraw.read(write_dng(tmp_path / "a.dng", pattern=pattern))
    np.testing.assert_array_equal(frame.samples[..., 0], CODES)
    assert frame.cfa == Cfa.bayer(phase)
    assert frame.levels.black.ravel().tolist() == [256] * 4 and frame.levels.white.tolist() == [4095]
    assert frame.active_area == Window(0, 0, 64, 96)
    assert frame.metadata.make == "Maker" and frame.metadata.model == "Model"
    assert frame.metadata.iso == 400 and frame.metadata.exposure_time_s == pytest.approx(1 / 125)
    assert frame.colour.as_shot_neutral == pytest.approx((0.5, 1.0, 0.75), rel=1e-6)


def test_black_of_each_place(tmp_path: Path) -> None:
    levels = [(50713, 3, 2, (2, 2), True), (50714, 4, 4, (100, 110, 120, 130), True)]
    path = tmp_path / "a.dng"
    write_dng(path)
    frame = libraw.read(_rewritten(path, levels))
    assert frame.levels.black[..., 0].tolist() == [[100, 110], [120, 130]]


def _rewritten(path: Path, extra: list[Any]) -> Path:
    """The DNG again, with some entries replaced."""
    replaced = {entry[0] for entry in extra}
    with tifffile.TiffFile(path) as file:
        codes = file.asarray()
        entries = [
            (tag.code, int(tag.dtype), tag.count, tag.value, True)
            for tag in file.pages[0].tags
            if (tag.code > 33000 and tag.code not in replaced) or tag.code in (271, 272)
        ]
    tifffile.imwrite(
        path, codes, photometric=32803, extratags=[*entries, *extra], metadata=None, software="test"
    )
    return path


def test_active_area_moves_the_pattern(tmp_path: Path) -> None:
    path = write_dng(tmp_path / "a.dng", extra=[(50829, 4, 4, (4, 6, 60, 92), True)])
    frame = libraw.read(path)
    assert frame.active_area == Window(4, 6, 60, 92)
    assert frame.cfa == Cfa.bayer("RGGB")  # DNG's pattern begins at the active area, as ours does
    np.testing.assert_array_equal(frame.samples[..., 0], CODES)


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_orientation(tmp_path: Path, orientation: int) -> None:
    frame = libraw.read(write_dng(tmp_path / "a.dng", extra=[(274, 3, 1, orientation, True)]))
    assert frame.metadata.orientation is Orientation(orientation)


def test_every_flip_of_libraw_has_its_orientation() -> None:
    """dcraw builds a flip from bits: 4 swaps rows and columns, 2 mirrors rows, 1 mirrors columns."""
    from lichtbild.io.picture_file import upright

    stored = np.arange(6.0, dtype=np.float32).reshape(2, 3, 1)
    for flip, orientation in libraw._FLIPS.items():
        source = stored[:: -1 if flip & 2 else 1, :: -1 if flip & 1 else 1]
        turned = source.swapaxes(0, 1) if flip & 4 else source
        np.testing.assert_array_equal(upright(stored, Orientation(orientation)), turned, err_msg=str(flip))


def test_linear_raw_has_all_planes(tmp_path: Path) -> None:
    codes = np.stack([CODES, CODES + 1, CODES + 2], axis=-1)
    frame = libraw.read(write_dng(tmp_path / "a.dng", codes))
    assert frame.cfa is None
    np.testing.assert_array_equal(frame.samples, codes)
    assert frame.levels.black.shape == (1, 1, 3) and frame.levels.white.shape == (3,)


class Fake:
    """What rawpy would give for a camera that is not at hand."""

    def __init__(self, **fields: Any) -> None:
        self.__dict__.update(fields)

    def raw_color(self, row: int, column: int) -> int:
        return int(
            self.colours[(row - self.origin[0]) % len(self.colours)][
                (column - self.origin[1]) % len(self.colours)
            ]
        )


XTRANS = [[1, 1, 0, 1, 1, 2], [1, 1, 2, 1, 1, 0], [2, 0, 1, 0, 2, 1],
          [1, 1, 2, 1, 1, 0], [1, 1, 0, 1, 1, 2], [0, 2, 1, 2, 0, 1]]  # fmt: skip


def test_x_trans_begins_at_the_active_area() -> None:
    raw = Fake(colours=XTRANS, origin=(4, 8), raw_pattern=np.zeros((6, 6)))
    indices = libraw._indices(raw, Window(4, 8, 40, 44))
    assert indices.tolist() == XTRANS
    assert libraw._cfa(indices, "RGBG", "RGB").pattern == tuple(map(tuple, XTRANS))


def test_four_colours_and_two_greens() -> None:
    assert libraw._cfa(np.array([[0, 1], [3, 2]]), "RGBG", "RGB") == Cfa.bayer("RGGB")
    cfa = libraw._cfa(np.array([[0, 1], [3, 2]]), "RGBE", "RGBE")
    assert cfa.pattern == ((0, 1), (3, 2)) and cfa.colours == ("red", "green", "blue", "emerald")


def test_colour_of_a_camera_that_libraw_knows() -> None:
    matrix = np.vstack([MATRIX, np.zeros(3)])
    raw = Fake(rgb_xyz_matrix=matrix, camera_whitebalance=[2.0, 1.0, 1.6, 0.0])
    colour = libraw._colour(raw, "RGBG", "RGB")
    (calibration,) = colour.calibrations
    assert calibration.white_xy == D65_XY
    np.testing.assert_array_equal(calibration.colour_matrix, MATRIX)
    assert colour.as_shot_neutral == pytest.approx((0.5, 1.0, 0.625)) and colour.estimated is None
    unknown = libraw._colour(
        Fake(rgb_xyz_matrix=0 * matrix, camera_whitebalance=[-1.0, 0, 0, 0]), "RGBG", "RGB"
    )
    assert unknown.calibrations == () and unknown.as_shot_neutral is None and unknown.estimated is not None


def test_a_crop_outside_the_active_area_is_passed_over() -> None:
    active = Window(10, 20, 110, 220)
    sizes = Fake(crop_top_margin=12, crop_left_margin=24, crop_height=90, crop_width=180)
    assert libraw._crop(sizes, active) == (2, 4, 90, 180)
    sizes.crop_width = 500
    assert libraw._crop(sizes, active) == (0, 0, 100, 200)
    sizes.crop_width = 0
    assert libraw._crop(sizes, active) == (0, 0, 100, 200)


@pytest.mark.parametrize(("aspect", "scale"), [(1.0, (1, 1)), (0.5, (2, 1)), (2.0, (1, 2)), (0.0, (1, 1))])
def test_pixels_that_are_not_square(aspect: float, scale: tuple[float, float]) -> None:
    assert libraw._scale(aspect) == scale


def test_a_real_camera_reads_the_same_as_through_our_own_reader(shared: Path) -> None:
    from lichtbild.io.dng import read as dng

    path = shared / "data" / "raw" / "colorchart.dng"
    ours, theirs = dng.read(path), libraw.read(path)
    np.testing.assert_array_equal(theirs.samples, ours.samples)
    assert theirs.cfa == ours.cfa and theirs.active_area == ours.active_area
    assert theirs.levels.white.tolist() == ours.levels.white.tolist()
    assert set(theirs.levels.black.ravel()) == set(ours.levels.black.ravel())
    assert theirs.colour.as_shot_neutral == pytest.approx(ours.colour.as_shot_neutral, rel=1e-5)


@pytest.mark.parametrize("data", [b"", b"text", bytes(5000), b"II*\0\x08\0\0\0" + bytes(100)])
def test_what_libraw_does_not_know(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.nef").write_bytes(data)
    with pytest.raises(BadFile):
        libraw.read(tmp_path / "a.nef")


FUZZ = """
import random, sys, os
from pathlib import Path
from lichtbild.core.errors import BadFile
from lichtbild.io import libraw
path, count = Path(sys.argv[1]), int(sys.argv[2])
whole = path.read_bytes()
broken = path.with_name("broken.dng")
places = random.Random(11)
refused = 0
versions = [whole[: len(whole) * cut // 20] for cut in range(20)]
for flip in range(count):
    data = bytearray(whole)
    limit = 700 if flip % 4 else len(whole)
    start = len(whole) - 700 if flip % 4 == 2 else 0
    data[start + places.randrange(min(limit, len(whole) - start))] ^= 1 << places.randrange(8)
    versions.append(bytes(data))
for data in versions:
    broken.write_bytes(data)
    try:
        libraw.read(broken)
    except BadFile:
        refused += 1
print(refused)
"""


def test_damage_never_ends_the_process(tmp_path: Path) -> None:
    """LibRaw is C++: a crash would take the process with it, so the damage is tried in another one."""
    path = write_dng(tmp_path / "a.dng")
    done = subprocess.run(
        [sys.executable, "-c", FUZZ, str(path), "300"],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert int(done.stdout) >= 15
