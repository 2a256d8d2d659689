"""Denoising at a phone's noise beside BM3D and PMRID: decibels against the truth in raw, seconds a megapixel.

Usage: python benchmarks/denoise.py SHARED PEER_PYTHON PMRID

SHARED is the folder of shared data, PEER_PYTHON an interpreter that has bm3d 4.0.3, scikit-image and torch
2.13, PMRID a checkout of github:MegEngine/PMRID. BM3D's licence allows no commercial use: it is measured here
and never a dependency.

Four photographs (upper left 512 x 512 pixels) are taken to linear light, darkened to half, seen by a sensor
whose red is a half and whose blue two thirds of green in grey, sampled as RGGB, and given the photon and
read noise of SHARED/data/sensor/phone_1p6um_noise.json, rounded to codes, with fixed seeds. BM3D gets each
colour's plane with its noise stabilised, and the same unbiased inverse as our own.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image

import record
from lichtbild.colour import transfer
from lichtbild.core.window import Extent, Window
from lichtbild.develop.cells import channels_of, woven
from lichtbild.develop.denoise import Denoise, Method
from lichtbild.develop.stabilise import Stabiliser
from lichtbild.image.cfa import Cfa
from lichtbild.image.mosaic import Mosaic
from lichtbild.image.noise_profile import NoiseProfile

WHITE = 959.0
SIDE = 512
NEUTRAL = (0.5, 1.0, 2 / 3)
ISOS = (1600, 6400)
METHODS: tuple[Method, ...] = ("fast", "best", "net")
REPEATS = 5


def noise_at(iso: float) -> NoiseProfile:
    """The fit that the file of the phone's noise states, for a sensor that is full at 1."""
    scale = 0.0005995267 * iso + 0.00868861
    offset = 7.11772e-7 * iso**2 + 6.514934e-4 * iso + 0.11492713
    return NoiseProfile((scale / WHITE,), (offset / WHITE**2,))


def truth_of(picture: np.ndarray) -> np.ndarray:
    light = 0.5 * transfer.SRGB.decode(picture[:SIDE, :SIDE] / 255.0) * np.array(NEUTRAL)
    height, width = (size // 2 * 2 for size in light.shape[:2])
    light = light[:height, :width]
    channels = [light[::2, ::2, 0], light[::2, 1::2, 1], light[1::2, ::2, 1], light[1::2, 1::2, 2]]
    return woven(np.stack(channels, axis=-1))


def noisy(truth: np.ndarray, noise: NoiseProfile, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    scale, offset = noise.scale[0] * WHITE, noise.offset[0] * WHITE**2
    codes = scale * rng.poisson(truth * WHITE / scale) + rng.normal(0, offset**0.5, truth.shape)
    return np.round(codes) / WHITE


def decibels(found: np.ndarray, truth: np.ndarray) -> float:
    return float(-10 * np.log10(np.mean((found.astype(np.float64) - truth) ** 2)))


def by_lichtbild(mosaic: np.ndarray, noise: NoiseProfile, method: Method) -> tuple[np.ndarray, float]:
    """The result, and processor seconds of the quickest of several runs."""
    extent = Extent(*mosaic.shape)
    samples = mosaic.astype(np.float32)[..., None]
    image = Mosaic(samples, Window.whole(extent), extent, Cfa.bayer("RGGB"))
    stage = Denoise(noise, method, neutral=NEUTRAL)
    seconds = []
    for _ in range(REPEATS):
        start = time.process_time()
        result = stage(image).samples[..., 0]
        seconds.append(time.process_time() - start)
    return result, min(seconds)


def by_bm3d(
    python: str, folder: Path, mosaics: dict[str, np.ndarray], noise: NoiseProfile
) -> dict[str, tuple[np.ndarray, float]]:
    stabiliser = Stabiliser.of(noise.scale[0], noise.offset[0])
    planes = {name: channels_of(stabiliser.stabilised(mosaic)) for name, mosaic in mosaics.items()}
    np.savez(folder / "noisy.npz", **planes)
    peer(python, "denoise_bm3d.py", "denoise", folder / "noisy.npz", folder / "bm3d.npz")
    found = np.load(folder / "bm3d.npz")
    return {n: (stabiliser.restored(woven(found[n])), float(found[f"{n}/seconds"])) for n in mosaics}


def by_pmrid(
    python: str, folder: Path, mosaics: dict[str, np.ndarray], iso: float, pmrid: tuple[str, Path]
) -> dict[str, tuple[np.ndarray, float]]:
    """PMRID's network at the noise of its own training, whose model this benchmark's is."""
    planes = {name: channels_of(mosaic) for name, mosaic in mosaics.items()}
    known = {"noise": codes_noise(iso), "anchor": codes_noise(1600)}
    np.savez(folder / "packed.npz", **planes, **known)
    peer(python, "denoise_pmrid.py", *pmrid, folder / "packed.npz", folder / "pmrid.npz")
    found = np.load(folder / "pmrid.npz")
    return {name: (woven(found[name]), float(found[f"{name}/seconds"])) for name in mosaics}


def codes_noise(iso: float) -> np.ndarray:
    """Slope and offset of the variance in codes."""
    noise = noise_at(iso)
    return np.array([noise.scale[0] * WHITE, noise.offset[0] * WHITE**2])


def peer(python: str, script: str, *arguments: object) -> None:
    subprocess.run([python, Path(__file__).with_name(script), *arguments], check=True)


def main(shared: str, python: str, pmrid: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        peer(python, "denoise_bm3d.py", "pictures", folder / "pictures.npz")
        pictures = dict(np.load(folder / "pictures.npz"))
        kodim = Path(shared) / "data" / "truth" / "kodak24" / "kodim03.png"
        pictures["kodim03"] = np.asarray(Image.open(kodim).convert("RGB"))
        truths = {name: truth_of(pictures[name]) for name in ("astronaut", "coffee", "kodim03", "motorcycle")}
        trained = (pmrid, Path(shared) / "data" / "models" / "pmrid_torch_pretrained.ckp")
        tables = [measured(truths, iso, python, folder, trained) for iso in ISOS]
    record.write("denoise", *tables)


def measured(
    truths: dict[str, np.ndarray], iso: int, python: str, folder: Path, pmrid: tuple[str, Path]
) -> str:
    noise = noise_at(iso)
    mosaics = {name: noisy(truth, noise, seed) for seed, (name, truth) in enumerate(truths.items())}
    methods = {
        "noisy": {name: (mosaic, 0.0) for name, mosaic in mosaics.items()},
        "BM3D 4.0.3, stabilised, per plane": by_bm3d(python, folder, mosaics, noise),
        "PMRID, 1.03 M parameters": by_pmrid(python, folder, mosaics, iso, pmrid),
        **{
            f"Lichtbild `{method}`": {n: by_lichtbild(m, noise, method) for n, m in mosaics.items()}
            for method in METHODS
        },
    }
    megapixels = sum(truth.size for truth in truths.values()) / 1e6
    rows = []
    for method, found in methods.items():
        quality = [decibels(found[name][0], truth) for name, truth in truths.items()]
        seconds = sum(took for _, took in found.values()) / megapixels
        shown = f"{seconds:.4f}" if seconds else ""
        rows.append([method, *(f"{value:.2f}" for value in quality), f"**{np.mean(quality):.2f}**", shown])
    return f"ISO {iso}, PSNR in dB:\n\n" + record.table(
        ["method", *truths, "mean", "CPU s a megapixel of mosaic"], rows
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
