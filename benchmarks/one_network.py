"""One network for five cameras beside one trained further for each, at the noise that ELD measured of them.

Usage: python benchmarks/one_network.py SHARED PEER_PYTHON FOLDER PHOTOGRAPHS [--steps 500] [--examples 200]

SHARED is the folder of shared data, PEER_PYTHON an interpreter with scikit-image, FOLDER and PHOTOGRAPHS are
those of `training/denoiser/train.py`. Each camera's network begins with the weights of the one for all and
goes on with examples of that camera alone, at gains over the whole of its range.
Both are then asked to denoise the four pictures of `denoise.py` as the camera sees them at its highest gain,
with a white at a half and at a twentieth of a full sensor.

The noise is that of K. Wei, Y. Fu, J. Yang and H. Huang, "A physics-based noise formation model for extreme
low-light raw denoising", CVPR 2020, section 3, with the calibration of its five cameras: shot noise, read
noise of Tukey's lambda, rows, quantisation, and a bias of each colour. The developer is told the profile.
"""

import argparse
import sys
import tempfile
from pathlib import Path

import numpy as np
from scipy.stats import tukeylambda

sys.path.insert(0, str(Path(__file__).parents[1] / "training" / "denoiser"))
import clean
import examples
import train
from PIL import Image

import denoise as bench
import record
from lichtbild.core.array import transformed
from lichtbild.core.window import Extent, Window
from lichtbild.develop import network
from lichtbild.develop.cells import Cells
from lichtbild.develop.convolution import Convolution
from lichtbild.image.cfa import Cfa
from lichtbild.image.mosaic import Mosaic
from lichtbild.image.noise_profile import NoiseProfile

CAMERAS = ("CanonEOS5D4", "CanonEOS70D", "CanonEOS700D", "NikonD850", "SonyA7S2")
CODES = 15500.0
"""Codes of a full sensor of 14 bits, above black."""
EXPOSURES = (0.5, 0.05)


def sensor_of(camera: dict, rng: np.random.Generator, gain: float) -> examples.Sensor:
    """A camera at a gain in codes for an electron: each scale is e^(slope ln gain + bias), and chance."""

    def scale(name: str) -> float:
        known = camera["Profile-1"][name]
        return float(np.exp(known["slope"] * np.log(gain) + known["bias"] + rng.normal(0, known["sigma"])))

    number = int(rng.integers(0, len(camera["G_shape"])))
    tails = float(camera["G_shape"][number])
    read, lines = scale("G_scale") * tukeylambda.var(tails) ** 0.5, scale("R_scale")
    red, green, other, blue = (float(value) / gain for value in camera["color_bias"][number])
    variance = (read**2 + lines**2 + 1 / 12) / CODES**2
    return examples.Sensor(
        NoiseProfile((gain / CODES,), (variance,)),
        CODES / gain,
        read / gain,
        lines / gain,
        tails,
        1 / gain,
        (red, green, other, blue),
    )


def drawn_of(camera: dict):
    low, high = (float(np.log(camera[key])) for key in ("Kmin", "Kmax"))
    return lambda rng: sensor_of(camera, rng, float(np.exp(rng.uniform(low, high))))


def trained(folder: Path, general: dict, pictures: list[np.ndarray], camera: dict, asked) -> dict:
    """The weights of a camera's own network."""
    folder.mkdir(parents=True, exist_ok=True)
    place = folder / "examples.npy"
    if not place.exists():
        examples.write(pictures, asked.examples, 1, place, 2, drawn_of(camera))
    if not (folder / "state.safetensors").exists():
        train.keep(folder, train.fresh(general, asked.steps), 0)
    train.train(folder, asked.steps, asked.steps, 8, 1)
    state, _ = train.restored(folder, train.fresh(general, asked.steps))
    return state["weights"]


def quality(weights: dict, truths: dict[str, np.ndarray], camera: dict, exposure: float) -> float:
    """Mean PSNR over the pictures, relative to a white."""
    made, found = Convolution.of(weights), []
    for number, truth in enumerate(truths.values()):
        rng = np.random.default_rng((9, number))
        sensor = sensor_of(camera, rng, float(camera["Kmax"]))
        truth = truth[: truth.shape[0] // 8 * 8, : truth.shape[1] // 8 * 8] * (2 * exposure)
        noisy = examples.seen(truth, sensor, rng)
        planes = examples.planes_of(truth, noisy, sensor.noise, bench.NEUTRAL).astype(np.float32)
        *seen, _ = np.split(planes, examples.PARTS, axis=-1)
        extent = Extent(*truth.shape)
        image = Mosaic(noisy[..., None], Window.whole(extent), extent, Cfa.bayer("RGGB"))
        cells = Cells.of(image, sensor.noise, bench.NEUTRAL)
        assert cells is not None
        corrected = seen[2] + made(network.features(*seen))
        light = cells.restored(transformed(corrected, cells.colours.T), 1.0)
        found.append(bench.decibels(light / exposure, truth / exposure))
    return float(np.mean(found))


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("shared", type=Path)
    parser.add_argument("python")
    parser.add_argument("folder", type=Path)
    parser.add_argument("photographs", type=Path)
    parser.add_argument("--steps", type=int, default=500)
    parser.add_argument("--examples", type=int, default=200)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        taken = Path(name) / "pictures.npz"
        bench.peer(asked.python, "denoise_bm3d.py", "pictures", taken)
        pictures = dict(np.load(taken))
    kodim = asked.shared / "data" / "truth" / "kodak24" / "kodim03.png"
    pictures["kodim03"] = np.asarray(Image.open(kodim).convert("RGB"))
    truths = {name: bench.truth_of(picture) for name, picture in pictures.items()}
    state, _ = train.restored(asked.folder, train.fresh(train.initial(0), 1))
    general = state["mean"]
    free = [p for p in clean.photographs(asked.photographs) if min(p.shape[:2]) >= examples.SIDE]
    rows = []
    for name in CAMERAS:
        stored = np.load(asked.shared / "data" / "sensor" / "eld" / f"{name}.npy", allow_pickle=True)
        camera = stored.item()
        own = trained(asked.folder / name, general, free, camera, asked)
        cells = []
        for exposure in EXPOSURES:
            one, each = (quality(weights, truths, camera, exposure) for weights in (general, own))
            cells += [f"{one:.2f}", f"{each:.2f}", f"{one - each:+.2f}"]
        rows.append([name, *cells])
        print(rows[-1], flush=True)
    compared = ("one for all", "its own", "difference")
    heads = [f"{what}, white at {exposure:g}" for exposure in EXPOSURES for what in compared]
    told = (
        f"PSNR in dB; {asked.steps} further steps for each camera, {asked.examples} examples of its own.\n\n"
    )
    record.write("one_network", told + record.table(["camera", *heads], rows))


if __name__ == "__main__":
    main()
