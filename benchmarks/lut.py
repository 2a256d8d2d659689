"""Lookup tables: how near the look, and how fast beside OpenColorIO.

    python benchmarks/lut.py PYTHON [--pictures FOLDER ...]

PYTHON is an interpreter that has OpenColorIO (`pip install opencolorio`). The first folder's pictures are
tiled to 12 megapixels. Both run on one thread, on the same picture and table, into memory that was touched
before; CPU time, the quickest of seven.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import PIL.Image

import record
from lichtbild.colour import cielab
from lichtbild.colour.difference import ciede2000
from lichtbild.core.array import transformed
from lichtbild.image.picture import ColourSpace
from lichtbild.look.bake import bake, encoded
from lichtbild.look.encode import CURVES, from_rec2020
from lichtbild.look.filter import Filter
from lichtbild.look.lut import Lut
from lichtbild.look.recipe import LOOKS

ROUNDS = 7
EXTENT = (3000, 4000)
TO_CODES = {"uint8": 1, "uint16": 257}
SRGB = ColourSpace.SRGB


def pixels(folder: Path, count: int = 6000) -> np.ndarray:
    """Encoded colours drawn from each picture of a folder."""
    random, drawn = np.random.default_rng(0), []
    for path in sorted((*folder.glob("*.png"), *folder.glob("*.jpg"))):
        colours = np.asarray(PIL.Image.open(path).convert("RGB")).reshape(-1, 3)
        drawn.append(colours[random.choice(len(colours), min(count, len(colours)), replace=False)])
    return np.concatenate(drawn) / 255.0


def lab(colours: np.ndarray) -> np.ndarray:
    """CIELAB of encoded sRGB."""
    linear = CURVES[SRGB].decode(np.asarray(colours, np.float64))
    return np.asarray(cielab.from_rec2020(transformed(linear, np.linalg.inv(from_rec2020(SRGB)))))


def errors(name: str, sets: list[np.ndarray]) -> list[str]:
    """Of the table of 33 nodes against the look: mean and p99 by set of colours, and of greys."""
    style = LOOKS[name].style
    assert style is not None
    table, made = bake(style, 33), Filter.of(style, SRGB, SRGB)
    cells = []
    for colours in sets:
        far = ciede2000(lab(table(colours)), lab(encoded(made, colours[None], SRGB)[0]))
        cells.append(f"{far.mean():.3f} / {np.percentile(far, 99):.2f}")
    grey = np.repeat(np.linspace(0, 1, 1021)[:, None], 3, axis=1)
    found, wanted = table(grey), encoded(made, grey[None], SRGB)[0]
    spread = "toned" if np.ptp(wanted, axis=1).max() > 1e-3 else f"{np.ptp(found, axis=1).max():g}"
    lightness = np.abs(lab(found)[:, 0] - lab(wanted)[:, 0])
    return [f"`{name}`", *cells, spread, f"{lightness.mean():.3f} / {lightness.max():.2f}"]


def picture(folder: Path) -> np.ndarray:
    """12 megapixels of photographs, 8 bits."""
    paths = sorted((*folder.glob("*.png"), *folder.glob("*.jpg")))
    parts = [np.asarray(PIL.Image.open(path).convert("RGB"))[:500, :500] for path in paths[:24]]
    row = np.concatenate(parts[:8], axis=1)
    rows = [np.concatenate((parts[k:] + parts[:k])[:8], axis=1) for k in range(1, 6)]
    return np.ascontiguousarray(np.concatenate([row, *rows])[: EXTENT[0], : EXTENT[1]])


def ours(table: Lut, samples: np.ndarray) -> tuple[float, np.ndarray]:
    """CPU seconds and the result."""
    seconds = []
    result = table.render(samples)
    for _ in range(ROUNDS):
        began = time.process_time()
        table.render(samples, out=result)
        seconds.append(time.process_time() - began)
    return min(seconds), result


def theirs(python: str, table: Lut, samples: np.ndarray) -> tuple[str, float, np.ndarray]:
    """OpenColorIO's version, CPU seconds and result."""
    with tempfile.TemporaryDirectory() as name:
        places = [Path(name) / f"{part}.npy" for part in ("table", "picture", "result")]
        np.save(places[0], table.table)
        np.save(places[1], samples)
        peer = Path(__file__).with_name("lut_peer.py")
        command = [python, str(peer), *map(str, places), str(samples.dtype), str(ROUNDS)]
        said = subprocess.run(command, capture_output=True, text=True, check=True)
        version, *seconds = said.stdout.split()
        return version, min(map(float, seconds)), np.load(places[2])


def speed(python: str, table: Lut, codes: np.ndarray) -> tuple[str, list[list[str]]]:
    """Rows of the table, one a kind of sample, and OpenColorIO's version."""
    rows, version = [], ""
    for kind in ("uint8", "uint16", "float32"):
        samples = codes.astype(np.float32) / 255 if kind == "float32" else codes.astype(kind) * TO_CODES[kind]
        samples = np.ascontiguousarray(samples, kind)
        mine, found = ours(table, samples)
        version, peer, other = theirs(python, table, samples)
        top = 1.0 if kind == "float32" else float(np.iinfo(kind).max)
        apart = np.abs(found.astype(np.float64) - other).max() / top * 255
        rows.append([kind, f"{mine:.3f}", f"{peer:.3f}", f"{peer / mine:.1f}", f"{apart:.2g}"])
    return version, rows


def main() -> None:
    """Measure and record."""
    parser = argparse.ArgumentParser()
    parser.add_argument("python")
    parser.add_argument("--pictures", type=Path, nargs="+", required=True)
    asked = parser.parse_args()
    sets = [pixels(folder) for folder in asked.pictures]
    names = [folder.name for folder in asked.pictures]
    codes = picture(asked.pictures[0])
    table = bake(LOOKS["authentic"].style, 33)  # type: ignore[arg-type]
    version, rows = speed(asked.python, table, codes)
    head = ("samples", "ours, s", f"OpenColorIO {version}, s", "times as fast", "apart, codes of 8 bits")
    pictures = (f"{name}: mean / p99" for name in names)
    near = ("look", *pictures, "greys' planes apart", "L* of greys: mean / most")
    megapixels = codes.shape[0] * codes.shape[1] / 1e6
    record.write(
        "lut",
        f"{megapixels:.0f} megapixels through a table of 33 nodes by tetrahedra, CPU time on one thread, the "
        f"quickest of {ROUNDS}:",
        record.table(head, rows),
        "Tables of 33 nodes against the looks themselves, CIEDE2000:",
        record.table(near, [errors(name, sets) for name, look in LOOKS.items() if look.has_style]),
    )


if __name__ == "__main__":
    sys.exit(main())
