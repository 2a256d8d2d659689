"""What a merged burst gains over one frame, beside the truth, and how fast.

    python benchmarks/burst_merge.py 03_jxl_bayer_raw_integer.dng [PYTHON CHECKOUT]

PYTHON has numba, torch, rawpy and OpenCV, CHECKOUT is of github:amonod/hdrplus-python (A. Monod, J. Delon
and T. Veit, IPOL 11, 2021), which then merges the bursts of 8 on the same reference beside us, its filter in
space switched off.

A real scene and the noise of a real phone: the light of a 61 megapixel sample of Adobe's DNG SDK, at half
its size behind a pixel's box and a lens's Gaussian of 0.35 pixels, is seen by a hand-held camera (shake of 4
pixels and 1 mrad, standard deviations), through a Bayer mosaic, with the photon and read noise of an OPPO
Reno10x (MegEngine/PMRID). Its means are the truth. All frames stand still in the scene but for the shake.

Gain: mean squared error of the reference frame, over that of the merged mosaic, of all pixels but a border of
32. No noise is taken away in space: what exceeds 10 log10 N comes of interpolating between samples.

Moving things: a disc of another part of the scene crosses the picture, and only its own pixels count.

Sharpness: a slanted edge of 5 degrees, seen as sharp as with the lens above and as with one of 0.6 pixels.
"""

import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from scipy import ndimage

import lichtbild
import record
from lichtbild.camera.photograph import chain
from lichtbild.camera.recipe import LookRecipe, Recipe
from lichtbild.core.window import Extent, Window
from lichtbild.develop.linearise import Linearise
from lichtbild.develop.merge import MergedBurst, merge_burst
from lichtbild.develop.recipe import DenoiseChoice
from lichtbild.image.burst import Burst
from lichtbild.image.calibration import CameraColour
from lichtbild.image.cfa import Cfa
from lichtbild.image.levels import Levels
from lichtbild.image.noise_profile import NoiseProfile
from lichtbild.image.raw_frame import RawFrame
from lichtbild.numerics.warp import resample

SIZE = (3000, 4000)
MIDDLE = (1536, 1536)
SMALL = (1024, 1024)
STEP = 2
"""Pixels of the light along a pixel of the frames."""
GAINS = np.array([2.0, 1.0, 1.6])
EXPOSURE = 2.0
"""The sample was exposed so that its brightest tenth fills a third of the range."""
BLACK, WHITE = 64, 1023
SHAKE, TURN = 4.0, 1e-3
BORDER = 32
RUNS = 3
"""Of what is timed: in the first one much of the time is the system's, which finds memory for it."""
LENS, SOFTER = 0.35, 0.6
RGGB = Cfa.bayer("RGGB")
Pose = tuple[float, float, float]
Peer = tuple[str, str]
"""An interpreter and a checkout."""


def noise_of(iso: float) -> tuple[float, float]:
    """Slope and offset of an OPPO Reno10x at an ISO, of full scale (MegEngine/PMRID, run_benchmark.py)."""
    slope = 0.0005995267 * iso + 0.00868861
    offset = 7.11772e-7 * iso**2 + 6.514934e-4 * iso + 0.11492713
    return slope / (WHITE - BLACK), offset / (WHITE - BLACK) ** 2


def light_of(sample: Path) -> np.ndarray:
    """The sample's light in its camera's balanced colours ``[h w 3]``."""
    recipe = Recipe(look=LookRecipe("linear"))
    recipe = replace(recipe, develop=replace(recipe.develop, denoise=DenoiseChoice("off")))
    frame = lichtbild.read(sample)
    return EXPOSURE * chain(frame, recipe).until("demosaic").gather(frame, threads=2).samples


def blurred(light: np.ndarray, lens: float) -> np.ndarray:
    """Light as a lens and the pixels' area leave it; an even box moves all by half of its step."""
    out = np.empty_like(light)
    for plane in range(light.shape[2]):
        soft = ndimage.gaussian_filter(light[..., plane], lens * STEP, truncate=5)
        ndimage.uniform_filter(soft, STEP, output=out[..., plane])
    return out


def seen(
    light: np.ndarray, size: tuple[int, int], pose: Pose, moved: tuple[float, float] = (0, 0)
) -> np.ndarray:
    """A mosaic's means of the middle of the light, by a camera that has moved."""
    y, x = where(size, pose)
    rows = (y - moved[0]) * STEP + light.shape[0] / 2
    columns = (x - moved[1]) * STEP + light.shape[1] / 2
    extent = Extent(*light.shape[:2])
    planes = resample(light, Window.whole(extent), extent, rows[None], columns[None])
    of = RGGB.planes(Extent(*size))
    return np.clip(np.take_along_axis(planes, of[..., None], 2)[..., 0] / GAINS[of], 0, 1)


def where(size: tuple[int, int], pose: Pose) -> tuple[np.ndarray, np.ndarray]:
    """Where the pixels look, from the middle."""
    y, x = np.meshgrid(np.arange(size[0]) - size[0] / 2, np.arange(size[1]) - size[1] / 2, indexing="ij")
    cosine, sine = np.cos(pose[2]), np.sin(pose[2])
    return cosine * y - sine * x + pose[0], sine * y + cosine * x + pose[1]


def poses(count: int, seed: int) -> list[Pose]:
    """Where a hand holds the camera."""
    rng = np.random.default_rng(seed)
    return [(*rng.normal(0, SHAKE, 2).tolist(), float(rng.normal(0, TURN))) for _ in range(count)]


def frame_of(mean: np.ndarray, iso: float, key: int) -> RawFrame:
    """A frame with these means, and the noise of an ISO."""
    rng = np.random.default_rng(key)
    slope, offset = noise_of(iso)
    samples = rng.poisson(mean / slope) * slope
    samples += rng.normal(0, np.sqrt(offset), mean.shape)
    codes = np.clip(np.rint(samples * (WHITE - BLACK) + BLACK), 0, WHITE).astype(np.uint16)
    extent = Extent(*mean.shape)
    whole = Window.whole(extent)
    return RawFrame(
        samples=codes[..., None],
        window=whole,
        extent=extent,
        cfa=RGGB,
        levels=Levels(np.full((1, 1, 1), float(BLACK)), np.array([float(WHITE)])),
        active_area=whole,
        default_crop=(0.0, 0.0, float(extent.height), float(extent.width)),
        colour=CameraColour(as_shot_neutral=tuple((1 / GAINS).tolist())),
        noise=NoiseProfile((slope,) * 3, (offset,) * 3),
    )


@dataclass(frozen=True, eq=False)
class Merged:
    """What came of a burst, its squared errors before and after, and the processor's seconds."""

    found: MergedBurst
    before: np.ndarray
    after: np.ndarray
    seconds: float

    def gain(self, place: np.ndarray | None = None) -> float:
        """In decibels, over a mask or all but the border."""
        if place is None:
            place = np.zeros(self.before.shape, bool)
            place[BORDER:-BORDER, BORDER:-BORDER] = True
        return float(10 * np.log10(self.before[place].mean() / self.after[place].mean()))


def linear(frame: RawFrame) -> np.ndarray:
    return Linearise.of(frame)(frame).samples[..., 0]


def merged(means: list[np.ndarray], iso: float, key: int = 100, runs: int = 1) -> Merged:
    """A burst of these means, merged, and the seconds of the quickest of several runs."""
    frames = [frame_of(mean, iso, key + index) for index, mean in enumerate(means)]
    burst = Burst(tuple(frames), tuple(f"frame {n}" for n in range(len(frames))))
    seconds = []
    for _ in range(runs):
        begun = time.process_time()
        found = merge_burst(burst)
        seconds.append(time.process_time() - begun)
    truth = means[found.reference]
    before = (linear(frames[found.reference]) - truth) ** 2
    return Merged(found, before, (linear(found.frame) - truth) ** 2, min(seconds))


def beside(light: np.ndarray, peer: Peer) -> list[list[str]]:
    """Rows of the table of HDR+ in Python beside us: gain of all pixels, and of the finest tenth."""
    rows, means = [], [seen(light, MIDDLE, pose) for pose in poses(8, 1)]
    for iso in (1600, 6400):
        one = merged(means, iso, runs=RUNS)
        truth = means[one.found.reference]
        by_peer, seconds = of_peer(means, iso, one.found.reference, peer)
        theirs = replace(one, after=(by_peer - truth) ** 2, seconds=seconds)
        across = ndimage.gaussian_gradient_magnitude(truth[::2, 1::2], 1).repeat(2, 0).repeat(2, 1)
        inner = slice(BORDER, -BORDER)
        fine = np.zeros(MIDDLE, bool)
        fine[inner, inner] = (across > np.quantile(across, 0.9))[inner, inner]
        for name, each in (("Lichtbild", one), ("HDR+ in Python", theirs)):
            rate = len(means) * truth.size / 1e6 / each.seconds
            rows.append([f"{name}, ISO {iso}", f"{each.gain():.2f}", f"{each.gain(fine):.2f}", f"{rate:.1f}"])
            print(rows[-1], flush=True)
    return rows


def of_peer(means: list[np.ndarray], iso: float, reference: int, peer: Peer) -> tuple[np.ndarray, float]:
    """What HDR+ in Python makes of the frames that `merged` makes, and the processor's seconds."""
    frames = np.stack([frame_of(mean, iso, 100 + n).samples[..., 0] for n, mean in enumerate(means)])
    (slope, offset), span = noise_of(iso), WHITE - BLACK
    noise = slope * span, offset * span**2 - slope * span * BLACK
    with tempfile.TemporaryDirectory() as name:
        given, out = Path(name) / "burst.npz", Path(name) / "merged.npz"
        np.savez(given, frames=frames, reference=reference, noise=np.array(noise))
        script = Path(__file__).with_name("burst_merge_peer.py")
        subprocess.run([peer[0], script, peer[1], given, out], check=True)
        found = dict(np.load(out))
    return (found["merged"].astype(float) - BLACK) / span, float(found["seconds"])


def still(light: np.ndarray) -> list[list[str]]:
    """Rows of the table of a scene at rest."""
    rows = []
    for count in (8, 15):
        means = [seen(light, SIZE, pose) for pose in poses(count, 1)]
        for iso in (1600, 6400):
            one = merged(means, iso, runs=RUNS)
            pixels = count * SIZE[0] * SIZE[1] / 1e6
            ideal = 10 * np.log10(count)
            rows.append([
                f"{count} frames, ISO {iso}", f"{one.gain():.2f}", f"{ideal:.2f}",
                f"{one.seconds:.2f}", f"{pixels / one.seconds:.1f}",
            ])  # fmt: skip
            print(rows[-1], flush=True)
    return rows


def halves(light: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The upper left quarter of a light and the lower right one: two scenes."""
    height, width = light.shape[0] // 2, light.shape[1] // 2
    return light[:height, :width], light[height : 2 * height, width : 2 * width]


def moving(light: np.ndarray) -> list[list[str]]:
    """Rows of the table of things that move."""
    (back, front), rows = halves(light), []
    for radius, speed, contrast in ((80, 12, 1.0), (80, 1, 1.0), (20, 30, 1.0), (4, 8, 1.0), (60, 3, 0.1)):
        means, inside = [], []
        for index, pose in enumerate(poses(8, 2)):
            moved = (0.6 * speed * index, 0.8 * speed * index)
            y, x = where(SMALL, pose)
            disc = np.clip(radius - np.hypot(y - moved[0], x - moved[1]) + 0.5, 0, 1)
            mixed = contrast * front[: back.shape[0]] + (1 - contrast) * back
            means.append(disc * seen(mixed, SMALL, pose, moved) + (1 - disc) * seen(back, SMALL, pose))
            inside.append(disc > 0)
        row = [f"{radius} px, {speed} px a frame, contrast {contrast:g}"]
        for iso in (1600, 6400):
            one = merged(means, iso)
            row.append(f"{one.gain(inside[one.found.reference]):+.2f}")
        rows.append(row)
        print(row, flush=True)
    return rows


def edge(size: tuple[int, int], lens: float) -> np.ndarray:
    """Light of a slanted edge, with checks away from it by which frames are aligned."""
    shape = STEP * size[0] + 120, STEP * size[1] + 120
    y, x = np.meshgrid(np.arange(shape[0]) - shape[0] / 2, np.arange(shape[1]) - shape[1] / 2, indexing="ij")
    away = x * np.cos(np.radians(5)) + y * np.sin(np.radians(5))
    checks = 0.08 * (np.sin(y / 37) * np.sin(x / 53) > 0) * (np.abs(away) > 160)
    grey = np.clip(away + 0.5, 0, 1) * 0.45 + 0.1 + checks
    return blurred(np.repeat(grey[..., None], 3, 2).astype(np.float32), lens)


def mtf50(mosaic: np.ndarray, pose: Pose) -> float:
    """Frequency at which green's modulation is a half, cycles a pixel."""
    y, x = where(mosaic.shape, pose)
    away = x * np.cos(np.radians(5)) + y * np.sin(np.radians(5))
    rows = np.add.outer(np.arange(mosaic.shape[0]), np.arange(mosaic.shape[1]))
    chosen = (rows % 2 == 1) & (np.abs(away) < 24) & (np.abs(y) < mosaic.shape[0] / 2 - BORDER)
    bins = np.round(away[chosen] * 8).astype(int) + 200
    count = np.bincount(bins)
    profile = (np.bincount(bins, mosaic[chosen]) / np.maximum(count, 1))[count > 0]
    spread = np.diff(profile) * np.hanning(len(profile) + 1)[1:-1]
    response = np.abs(np.fft.rfft(spread, 4096))
    response /= response[0]
    first = int(np.argmax(response < 0.5))
    part = (response[first - 1] - 0.5) / (response[first - 1] - response[first])
    return float(np.fft.rfftfreq(4096, 1 / 8)[first - 1] + part * 8 / 4096)


def sharp() -> list[list[str]]:
    """Rows of the table of sharpness: means of five bursts."""
    rows, size = [], (512, 512)
    for lens in (LENS, SOFTER):
        light = edge(size, lens)
        for iso, count in ((1600, 8), (6400, 8), (1600, 15)):
            pairs = []
            for seed in range(5):
                held = poses(count, 10 + seed)
                means = [seen(light, size, pose) for pose in held]
                one = merged(means, iso, 1000 * seed)
                pose = held[one.found.reference]
                of = means[one.found.reference], linear(one.found.frame)
                pairs.append([mtf50(mosaic, pose) for mosaic in of])
            before, after = np.mean(pairs, axis=0)
            name = f"{count} frames, ISO {iso}"
            rows.append([name, f"{before:.3f}", f"{after:.3f}", f"{100 * after / before:.1f} %"])
            print(rows[-1], flush=True)
    return rows


def against(light: np.ndarray, peer: Peer) -> tuple[str, str]:
    """The table beside the peer, and the words above it."""
    heads = ["8 frames", "gain", "gain of the finest tenth", "MP/s"]
    words = f"Beside HDR+ in Python, {MIDDLE[1]} x {MIDDLE[0]} pixels, one thread. The ideal is 9.03 dB."
    return words, record.table(heads, beside(light, peer))


def main(sample: Path, peer: Peer | None = None) -> None:
    light = blurred(light_of(sample), LENS)
    merged([seen(light, (256, 256), pose) for pose in poses(2, 0)], 1600)  # compiles
    record.write(
        "burst_merge",
        f"{SIZE[1]} x {SIZE[0]} pixels; gain in dB over the reference frame, one thread.",
        record.table(["burst, scene at rest", "gain", "10 log N", "s", "MP/s"], still(light)),
        "Inside moving discs, 8 frames: merged over the reference frame, dB.",
        record.table(["disc", "ISO 1600", "ISO 6400"], moving(light)),
        "MTF50 of a slanted edge, green, cycles a pixel: truth of the reference frame, and merged.",
        record.table(["burst", "one frame", "merged", "kept"], sharp()),
        *(against(light, peer) if peer else ()),
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), (sys.argv[2], sys.argv[3]) if sys.argv[2:] else None)
