"""What a merged bracket gains over one frame, beside the truth and beside all its photons, and how fast.

    python benchmarks/bracket_merge.py

A street by formula: waves between 0.2 % and 12 % of the middle frame's white, a black wall, and lamps of 4 to
50 times that white with soft edges, seen through a Bayer mosaic of 14 bits with the photon and read noise of
an OPPO Reno10x at ISO 100 (MegEngine/PMRID). Its means are the truth.

Range: the light that fills the shortest frame over the sigma of the black wall, in stops; of the middle frame
alone, and of the merged one, as measured.

Noise: the median size of the error, over that of the ideal: 1 / sum(1 / variance) of all frames that are not
full at this light, by their true exposures. Over light of 0.5 to 2 % and of 5 to 10 % of the middle frame's
white, and inside the lamps. Bias: the median of the merged light over the true one, inside the lamps.

Moving: mean squared error inside a disc that moves, of the reference over the merged frame.
"""

import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

import record
from burst_merge import GAINS, RGGB, Pose, frame_of, noise_of, poses, where
from lichtbild.core.window import Extent
from lichtbild.develop.bracket import MergedBracket, merge_bracket
from lichtbild.develop.linearise import Linearise
from lichtbild.image.burst import Burst
from lichtbild.image.levels import Levels
from lichtbild.image.metadata import Metadata
from lichtbild.image.noise_profile import NoiseProfile
from lichtbild.image.raw_frame import RawFrame

SIZE = (1024, 1536)
ISO = 100.0
BLACK, WHITE = 1024.0, 16383.0
BORDER = 32
LAMPS = ((-300, -400, 40, 4.0), (-200, 300, 30, 12.0), (120, -150, 24, 25.0), (300, 500, 20, 50.0))
WALL = (slice(700, 900), slice(900, 1200))
REST: Pose = (0.0, 0.0, 0.0)
SLOPE, OFFSET = noise_of(ISO)[0], noise_of(ISO)[1] + 1 / (WHITE - BLACK) ** 2 / 12
Light = Callable[[np.ndarray, np.ndarray], np.ndarray]


def waves(y: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Grey waves of 8 to 200 pixels, 0.2 to 12 %."""
    rng, total = np.random.default_rng(1), np.zeros(y.shape)
    for _ in range(40):
        angle, length, phase = rng.uniform(0, np.pi), 8 * 25 ** rng.uniform(0, 1), rng.uniform(0, 7)
        total += np.sin(2 * np.pi * (np.sin(angle) * y + np.cos(angle) * x) / length + phase)
    return np.asarray(0.015 * np.exp(0.16 * np.clip(total, -12, 12)))


def street(y: np.ndarray, x: np.ndarray) -> np.ndarray:
    """The light at places from the middle."""
    total = waves(y, x)
    top, left = WALL[0].start - SIZE[0] // 2, WALL[1].start - SIZE[1] // 2
    total[(y > top - 40) & (y < top + 240) & (x > left - 40) & (x < left + 340)] = 0
    for row, column, radius, bright in LAMPS:
        away = np.minimum(np.hypot(y - row, x - column) - radius, 50)
        total += bright / (1 + np.exp(away / 0.7))
    return np.asarray(total)


def means_of(light: Light, size: tuple[int, int], held: list[Pose]) -> list[np.ndarray]:
    """What the mosaic of a camera that moves sees, without noise."""
    of = RGGB.planes(Extent(*size))
    return [light(*where(size, pose)) / GAINS[of] for pose in held]


def exposed(mean: np.ndarray, exposure: float, key: int) -> RawFrame:
    """A frame of this exposure, with noise."""
    rng = np.random.default_rng(key)
    samples = rng.poisson(mean * exposure / SLOPE) * SLOPE
    samples += rng.normal(0, np.sqrt(OFFSET), mean.shape)
    codes = np.clip(np.rint(samples * (WHITE - BLACK) + BLACK), 0, WHITE).astype(np.uint16)
    return replace(
        frame_of(np.zeros(mean.shape), ISO, 0),
        samples=codes[..., None],
        levels=Levels(np.full((1, 1, 1), BLACK), np.array([WHITE])),
        noise=NoiseProfile((SLOPE,) * 3, (OFFSET,) * 3),
        metadata=Metadata(iso=ISO, exposure_time_s=exposure / 60, f_number=1.8),
    )


def merged(means: list[np.ndarray], exposures: tuple[float, ...]) -> tuple[MergedBracket, np.ndarray, float]:
    """What comes of a bracket, its samples in the light of an exposure of 1, and the processor's seconds."""
    frames = [exposed(mean, e, 50 + i) for i, (mean, e) in enumerate(zip(means, exposures, strict=True))]
    burst = Burst(tuple(frames), tuple(f"frame {number}" for number in range(len(frames))))
    begun = time.process_time()
    found = merge_bracket(burst)
    seconds = time.process_time() - begun
    samples = Linearise.of(found.frame)(found.frame).samples[..., 0].astype(np.float64)
    return found, samples * 2.0**found.frame.baseline_exposure_ev / exposures[found.reference], seconds


def ideal(mean: np.ndarray, exposures: tuple[float, ...]) -> np.ndarray:
    """Variance that all photons allow, in the light of an exposure of 1."""
    precision = np.zeros(mean.shape)
    for e in exposures:
        precision += np.where(mean * e < 0.97, e**2 / (SLOPE * mean * e + OFFSET), 0)
    return np.asarray(1 / np.maximum(precision, 1e-12))


def still(exposures: tuple[float, ...], held: list[Pose]) -> list[str]:
    """A row of the table of a scene at rest, but for its name."""
    means = means_of(street, SIZE, held)
    found, samples, seconds = merged(means, exposures)
    truth = means[found.reference]
    z = np.abs(samples - truth) / np.sqrt(ideal(truth, exposures)) / 0.6745
    inner = np.zeros(SIZE, bool)
    inner[BORDER:-BORDER, BORDER:-BORDER] = True
    y, x = where(SIZE, held[found.reference])
    lamps = np.any([np.hypot(y - r, x - c) < radius - 6 for r, c, radius, _ in LAMPS], axis=0)
    lamps &= truth < 0.97 / min(exposures)
    wall = samples[WALL].std()
    places = [inner & (truth > low) & (truth < high) for low, high in ((0.005, 0.02), (0.05, 0.1))]
    return [
        f"{np.log2(1 / np.sqrt(OFFSET)):.1f}",
        f"{np.log2(1 / min(exposures) / wall):.1f}",
        *(f"{np.median(z[place]):.2f}" for place in (*places, lamps)),
        f"{np.median(samples[lamps] / truth[lamps]):.3f}",
        f"{len(exposures) * SIZE[0] * SIZE[1] / 1e6 / seconds:.0f}",
    ]


def moving(exposures: tuple[float, ...], speed: float) -> str:
    """Gain inside a moving disc, dB."""
    size, held = (512, 512), poses(len(exposures), 3)
    means, inside = [], []
    for index, pose in enumerate(held):
        y, x = where(size, pose)
        within = np.hypot(y - speed * index, x + speed * index) < 60
        means += means_of(
            lambda y, x, w=within, i=index: np.where(w, waves(x + speed * i, speed * i - y), waves(y, x)),
            size,
            [pose],
        )
        inside.append(within)
    found, samples, _ = merged(means, exposures)
    best = found.reference
    frame = exposed(means[best], exposures[best], 50 + best)
    single = Linearise.of(frame)(frame).samples[..., 0] / exposures[best]
    before, after = ((each - means[best])[inside[best]] ** 2 for each in (single, samples))
    return f"{10 * np.log10(before.mean() / after.mean()):+.2f}"


def main() -> None:
    brackets = {
        "-2, 0, 2 EV": (1 / 4, 1.0, 4.0),
        "-3, 0, 3 EV": (1 / 8, 1.0, 8.0),
        "-6, -3, 0 EV": (1 / 64, 1 / 8, 1.0),
        "-6, -6, -6, 0 EV": (1 / 64, 1 / 64, 1 / 64, 1.0),
    }
    merged(means_of(street, SIZE, [REST] * 2), (0.25, 1.0))  # compiles
    rows = []
    for name, exposures in brackets.items():
        for way, held in (("tripod", [REST] * len(exposures)), ("hand", poses(len(exposures), 1))):
            rows.append([f"{name}, {way}", *still(exposures, held)])
            print(rows[-1], flush=True)
    disc = [
        [name, *(moving(exposures, speed) for speed in (1.0, 12.0))] for name, exposures in brackets.items()
    ]
    head = [
        "bracket", "one frame, stops", "merged, stops", "noise at 1 %", "at 7 %", "in lamps",
        "light of lamps", "MP/s",
    ]  # fmt: skip
    record.write(
        "bracket_merge",
        f"{SIZE[1]} x {SIZE[0]} pixels, ISO {ISO:g}, one thread. Noise over that of all photons; 1 is ideal.",
        record.table(head, rows),
        "Inside a moving disc: merged over the reference frame, dB.",
        record.table(["bracket", "1 px a frame", "12 px a frame"], disc),
    )


if __name__ == "__main__":
    main()
