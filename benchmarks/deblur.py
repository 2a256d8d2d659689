"""What deblurring gives back: contrast by frequency, closeness to the sharp truth, and what noise pays.

    python benchmarks/deblur.py KODAK24_FOLDER

Kodak's pictures are the scene; a pixel covers 3 x 3 of theirs, behind an aperture of a cut-off and a further
blur of 0.3 pixel that the stage does not know. "Demosaiced" takes the same through a Bayer mosaic.
"""

import sys
import time
from pathlib import Path
from statistics import mean

import numpy as np
import PIL.Image
from scipy import fft

import record
from lichtbild.colour.transfer import SRGB
from lichtbild.core.window import Extent, Window
from lichtbild.develop.deblur import Deblur, filter_of, noise_gain, response
from lichtbild.develop.demosaic import Demosaic
from lichtbild.develop.known_blur import transfer
from lichtbild.image.cfa import Cfa
from lichtbild.image.linear_image import LinearImage
from lichtbild.image.mosaic import Mosaic

CUTOFFS = (None, 4.0, 1.5, 1.0)
FREQUENCIES = (0.1, 0.2, 0.35)
UNKNOWN_BLUR = 0.3
NOISE = (1e-5, 1e-7)
"""Slope and offset of a sensor of 100,000 electrons."""


def stage(cutoff: float | None) -> Deblur:
    """The stage for a cut-off, a quiet sensor and light far below its limit."""
    (edge, corner), caution = filter_of(cutoff)
    return Deblur(edge, corner, caution, NOISE, full=1.2)


def through_pixels(scene: np.ndarray, cutoff: float | None) -> tuple[np.ndarray, np.ndarray]:
    """The scene sampled without loss below half a cycle a pixel, and as pixels of 3 x 3 of its own see it."""
    rows, columns = (size // 3 for size in scene.shape[:2])
    spectrum = fft.dctn(scene[: 3 * rows, : 3 * columns], axes=(0, 1), norm="ortho")
    truth = fft.idctn(spectrum[:rows, :columns] / 3, axes=(0, 1), norm="ortho")
    y, x = np.arange(3 * rows)[:, None] / (2 * rows), np.arange(3 * columns) / (2 * columns)
    lens = np.exp(-2 * (np.pi * UNKNOWN_BLUR) ** 2 * (x * x + y * y))
    if cutoff is not None:
        v = np.minimum(np.hypot(x, y) / cutoff, 1)
        lens = lens * 2 / np.pi * (np.arccos(v) - v * np.sqrt(1 - v * v))
    seen = fft.idctn(spectrum * lens[..., None], axes=(0, 1), norm="ortho")
    return truth, seen.reshape(rows, 3, columns, 3, 3).mean((1, 3))


def demosaiced(seen: np.ndarray) -> np.ndarray:
    """The same through a Bayer mosaic and back."""
    extent, cfa = Extent(*seen.shape[:2]), Cfa.bayer("RGGB")
    samples = np.take_along_axis(seen, cfa.planes(extent)[..., None], axis=2).astype(np.float32)
    made: np.ndarray = Demosaic()(Mosaic(samples, Window.whole(extent), extent, cfa)).samples
    return made


def gain_db(truth: np.ndarray, seen: np.ndarray, made: Deblur) -> float:
    """Gain in PSNR of sRGB numbers by deblurring, without a border of 8 pixels."""
    extent = Extent(*seen.shape[:2])
    image = LinearImage(seen.astype(np.float32), Window.whole(extent), extent)
    before, after = (
        np.mean((SRGB.encode(truth.clip(0, 1)) - SRGB.encode(one.astype(float).clip(0, 1)))[8:-8, 8:-8] ** 2)
        for one in (image.samples, made(image).samples)
    )
    return float(10 * np.log10(before / after))


def row(cutoff: float | None, scenes: list[np.ndarray]) -> list[str]:
    """A row of the table."""
    made = stage(cutoff)
    contrast = []
    for f in FREQUENCIES:
        kept = float(transfer(f, 0.0, cutoff))
        contrast.append(f"{kept:.2f} → {kept * float(response(f, 0.0, made.edge, made.corner)):.2f}")
    pairs = [through_pixels(scene, cutoff) for scene in scenes]
    full = mean(gain_db(truth, seen, made) for truth, seen in pairs)
    bayer = mean(gain_db(truth, demosaiced(seen), made) for truth, seen in pairs)
    name = "only the pixel is known" if cutoff is None else f"{cutoff:g} cycles a pixel"
    return [name, *contrast, f"{noise_gain(made.edge, made.corner):.2f}", f"{full:+.2f}", f"{bayer:+.2f}"]


def milliseconds(megapixels: float = 12.19, side: int = 768, runs: int = 20) -> float:
    """Processor time of 12 megapixels in tiles, best of several."""
    extent = Extent(side, side)
    samples = np.random.default_rng(1).uniform(0, 1, (side, side, 3)).astype(np.float32)
    image, made, found = LinearImage(samples, Window.whole(extent), extent), stage(1.5), []
    for _ in range(runs):
        began = time.process_time()
        made(image)
        found.append(time.process_time() - began)
    return 1e3 * min(found) * megapixels * 1e6 / side**2


def main(folder: Path) -> None:
    """Measure and record."""
    scenes = [SRGB.decode(np.asarray(PIL.Image.open(file)) / 255.0) for file in sorted(folder.glob("*.png"))]
    header = ["aperture's cut-off", *(f"contrast at {f:g}" for f in FREQUENCIES), "noise gain at most"]
    header += ["PSNR, all planes seen, dB", "PSNR, demosaiced, dB"]
    record.write(
        "deblur",
        record.table(header, [row(cutoff, scenes) for cutoff in CUTOFFS]),
        f"Mean of {len(scenes)} pictures, pixels of 3 x 3 of theirs, unknown blur of {UNKNOWN_BLUR} pixel. "
        f"12 megapixels in tiles take {milliseconds():.0f} ms on one core.",
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
