"""Demosaicing beside its peers: closeness to the truth on two sets of pictures, and speed.

    python benchmarks/demosaic.py KODAK24_FOLDER MCMASTER_FOLDER

The pictures become RGGB mosaics; each result is rounded to 8 bits, 8 pixels are cut at the border, and the
error of all three planes together gives a picture's PSNR, of which the mean over a set is shown. "In linear
light" the same pictures are decoded by sRGB's curve first, as a sensor would see them, and encoded again
after. LibRaw's methods are called through rawpy on a DNG of the mosaic, Menon's by the package
colour-demosaicing where it is installed. Speed is processor time on 12 megapixels (Menon's on 1); LibRaw's
counts its scaling and its 16-bit output too.
"""

import io
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from pathlib import Path
from statistics import mean

import numpy as np
import PIL.Image
import rawpy

import record
from lichtbild.colour.transfer import SRGB
from lichtbild.core.window import Extent, Window
from lichtbild.develop.demosaic import KERNELS, METHODS
from lichtbild.image.calibration import Calibration, CameraColour
from lichtbild.image.cfa import Cfa
from lichtbild.image.levels import Levels
from lichtbild.image.raw_frame import RawFrame
from lichtbild.io.dng import write as dng

BAYER = Cfa.bayer("RGGB")
LIBRAW = ("LINEAR", "VNG", "PPG", "DCB", "DHT", "AHD", "AAHD")
WHITE = 65280
"""Code of the value 1: 255 times 256."""

Demosaicing = Callable[[np.ndarray], np.ndarray]


def mosaic_of(picture: np.ndarray) -> np.ndarray:
    """The mosaic of a picture."""
    planes = BAYER.planes(Extent(*picture.shape[:2]))
    return np.take_along_axis(picture, planes[..., None], axis=2)[..., 0].astype(np.float32)


def ours(method: str, mosaic: np.ndarray) -> np.ndarray:
    """A method of this project."""
    made: np.ndarray = {**METHODS, **KERNELS}[method](mosaic, BAYER)
    return made


def dng_of(mosaic: np.ndarray) -> io.BytesIO:
    """A DNG that holds a mosaic."""
    extent = Extent(*mosaic.shape)
    codes = np.rint(np.clip(mosaic, 0, 1) * WHITE).astype(np.uint16)[..., None]
    whole = Window.whole(extent)
    levels = Levels(np.zeros((1, 1, 1)), np.array([float(WHITE)]))
    neutral = CameraColour((Calibration((0.3457, 0.3585), np.eye(3)),), as_shot_neutral=(1.0, 1.0, 1.0))
    crop = (0.0, 0.0, float(extent.height), float(extent.width))
    stream = io.BytesIO()
    dng.write(
        RawFrame(codes, whole, extent, BAYER, levels, whole, crop, colour=neutral),
        stream,
        compression="ljpeg",
    )
    stream.seek(0)
    return stream


def libraw(method: str, mosaic: np.ndarray) -> np.ndarray:
    """A method of LibRaw, without colour or curve; it cannot read a DNG that is smaller than its tiles."""
    (height, width), least = mosaic.shape, 600
    wider = [(0, max(0, least - size)) for size in mosaic.shape]
    with rawpy.imread(dng_of(np.pad(mosaic, wider, mode="reflect"))) as raw:
        made = raw.postprocess(
            demosaic_algorithm=getattr(rawpy.DemosaicAlgorithm, method),
            output_color=rawpy.ColorSpace.raw,
            gamma=(1, 1),
            user_wb=[1, 1, 1, 1],
            no_auto_bright=True,
            user_black=0,
            user_sat=WHITE,
            adjust_maximum_thr=0,
            output_bps=16,
        )
    return made[:height, :width].astype(np.float32) / 65535


def menon() -> Iterator[tuple[str, Demosaicing]]:
    """The peer of the package colour-demosaicing, where there is one."""
    try:
        package = import_module("colour_demosaicing")
    except ImportError:
        return
    yield (
        "Menon 2007 (colour-demosaicing)",
        lambda mosaic: package.demosaicing_CFA_Bayer_Menon2007(mosaic, "RGGB"),
    )


def psnr(made: np.ndarray, picture: np.ndarray) -> float:
    """PSNR in dB of 8-bit codes, all planes together."""
    error = (np.rint(np.clip(made, 0, 1) * 255) - picture)[8:-8, 8:-8]
    return float(10 * np.log10(255**2 / np.mean(error**2)))


def quality(demosaic: Demosaicing, pictures: list[np.ndarray], is_linear: bool) -> float:
    """Mean PSNR of a set, in the pictures' own code values or by way of linear light."""
    values = []
    for picture in pictures:
        scene = SRGB.decode(picture / 255) if is_linear else picture / 255
        made = demosaic(mosaic_of(scene))
        values.append(psnr(SRGB.encode(np.clip(made, 0, 1)) if is_linear else made, picture))
    return mean(values)


def rate(demosaic: Demosaicing, mosaic: np.ndarray, repeats: int) -> float:
    """Megapixels a second of processor time, the fastest of some calls after the first."""
    times = []
    for _ in range(repeats + 1):
        start = time.process_time()
        demosaic(mosaic)
        times.append(time.process_time() - start)
    return mosaic.size / 1e6 / min(times[1:])


def main(*folders: str) -> None:
    """Measure and record."""
    files = [sorted(p for p in Path(folder).iterdir() if p.suffix in (".png", ".tif")) for folder in folders]
    sets = [
        [np.asarray(PIL.Image.open(f).convert("RGB"), dtype=np.float64) for f in names] for names in files
    ]
    large = np.tile(mosaic_of(sets[0][0] / 255), (6, 6))[:3000, :4000]
    methods: list[tuple[str, Demosaicing, np.ndarray, int]] = []
    methods += [(name, partial(ours, name), large, 5) for name in METHODS]
    methods += [(f"{name} (LibRaw)", partial(libraw, name), large, 1) for name in LIBRAW]
    methods += [(name, method, large[:1000, :1000], 1) for name, method in menon()]
    rows = []
    for name, method, mosaic, repeats in methods:
        values = [quality(method, pictures, linear) for linear in (False, True) for pictures in sets]
        rows.append((name, *(f"{value:.2f}" for value in values), f"{rate(method, mosaic, repeats):.1f}"))
    header = (
        "method",
        "Kodak, dB",
        "McMaster, dB",
        "Kodak, linear light",
        "McMaster, linear light",
        "MP/s a core",
    )
    record.write("demosaic", record.table(header, rows))


if __name__ == "__main__":
    main(*sys.argv[1:])
