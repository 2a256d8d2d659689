"""Fuzzing of the readers of lookup tables: cube files, XMP profiles, HaldCLUTs, camera profiles.

    python tests/fuzz/lut_fuzz.py [SEEDS...] [--seconds 600] [--seed 1] [--keep FOLDER]

Seeds are sound files (.cube, .xmp, .png, .tif, .dcp) or folders of them; without any, small ones are made.
Each input is a seed with words, lines or bytes changed, or cut off. It is a find when it gives anything but a
table or a `BadInput` of one line, or takes longer than a second of processor time.
"""

import argparse
import random
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import changes
import numpy as np

from lichtbild.core.errors import BadInput
from lichtbild.image.calibration import Calibration
from lichtbild.image.profile import CameraProfile, HueSatMap
from lichtbild.io.lut import cube, dcp, hald, xmp
from lichtbild.io.lut.as_look import imported, read_lut
from lichtbild.io.lut.label import Label
from lichtbild.look.lut import Lut, nodes

SECONDS = 1.0
SUFFIXES = (".cube", ".xmp", ".png", ".tif", ".dcp")
HARD = (
    "1e308 -1e308 1e-320 1e400 nan inf -inf -1 0 1 2 144 145 999999999999 0x10 1_0 0,5 -0.0 \0 \ufeff \u0661 "
    "TITLE LUT_3D_SIZE LUT_1D_SIZE DOMAIN_MIN DOMAIN_MAX LUT_3D_INPUT_RANGE <!DOCTYPE <!ENTITY &a; ]]> <x> "
    "</x> crs:RGBTable"
)
"""What stands in the place of another word: hard numbers, keys of each format, and XML."""

WORDS = HARD.split()


def seeds(folder: Path) -> None:
    """Small sound files of each kind."""
    table, label = Lut((nodes(4) ** np.float32(1.2)).astype(np.float32)), Label("seed", "a look")
    cube.write(table, folder / "a.cube", label)
    cube.write(Lut(table.table, (-1.0,) * 3, (2.0,) * 3), folder / "b.cube", label)
    xmp.write(table, folder / "a.xmp", label)
    for name in ("a.png", "a.tif"):
        hald.write(table, folder / name, label, level=2)
    calibrations = (Calibration((0.3127, 0.329), np.eye(3)),)
    rough = HueSatMap(np.ones((2, 6, 4, 3), np.float32))
    curve = np.array([[0.0, 0.0], [0.5, 0.6], [1.0, 1.0]])
    profile = CameraProfile("seed", calibrations, (), rough, curve)
    dcp.write(profile, folder / "a.dcp", dcp.Camera("Model", calibrations), "a look")


def mutated(data: bytes, chance: random.Random) -> bytes:
    """A seed with one to six changes."""
    for _ in range(chance.randint(1, 6)):
        data = chance.choice((_word, changes.lines, changes.some_bytes, changes.cut, _long))(data, chance)
    return data


def _word(data: bytes, chance: random.Random) -> bytes:
    words = data.split(b" ")
    words[chance.randrange(len(words))] = chance.choice(WORDS).encode()
    return b" ".join(words)


def _long(data: bytes, chance: random.Random) -> bytes:
    place = chance.randint(0, len(data))
    return data[:place] + chance.choice((b"9", b"<x>", b" ", b"1 ", b"\n")) * 5000 + data[place:]


def outcome(path: Path) -> str:
    """What became of a file; anything but a table or one sentence raises."""
    try:
        if path.suffix == ".dcp":
            dcp.read(path)
        else:
            imported(read_lut(path), "fuzz")
    except BadInput as error:
        if "\n" in str(error) or len(str(error)) > 1000:
            raise AssertionError(f"more than a sentence: {error}") from error
        return "refused"
    return "read"


def found(places: list[Path]) -> Iterator[tuple[str, bytes]]:
    """Suffix and bytes of each sound file."""
    for place in places:
        for file in [place] if place.is_file() else sorted(place.iterdir()):
            if file.suffix in SUFFIXES:
                yield file.suffix, file.read_bytes()


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("seeds", type=Path, nargs="*")
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, default=Path("lut_finds"))
    asked = parser.parse_args()
    warnings.simplefilter("error")
    chance, counts, finds = random.Random(asked.seed), Counter[str](), 0
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        if not asked.seeds:
            seeds(work)
        files = list(found([*asked.seeds, work]))
        end = time.monotonic() + asked.seconds
        number = 0
        while time.monotonic() < end:
            number += 1
            suffix, data = chance.choice(files)
            path = work / f"input{suffix}"
            path.write_bytes(mutated(data, chance))
            begin = time.process_time()
            try:
                counts[outcome(path)] += 1
                if (taken := time.process_time() - begin) > SECONDS:
                    raise AssertionError(f"took {taken:.1f} s")
            except Exception:
                finds += 1
                asked.keep.mkdir(exist_ok=True)
                (asked.keep / f"{number}{suffix}").write_bytes(path.read_bytes())
                traceback.print_exc()
    print(f"{number} inputs, {dict(counts)}, {finds} finds")
    return int(finds > 0)


if __name__ == "__main__":
    sys.exit(main())
