"""What a burst shows beyond the pixels of one frame, beside the truth on the finer grid, and how fast.

    python benchmarks/super_resolution.py 03_jxl_bayer_raw_integer.dng

The light of a 61 megapixel sample of Adobe's DNG SDK at a quarter of its size, behind a pixel's box and a
lens's Gaussian of 0.35 pixels, is seen by a hand-held Bayer camera (shake of 4 pixels and 1 mrad, standard
deviations) with the noise of a phone, as in `burst_merge`. So sharp is what a lens shows that frames alias.
The truth is the same light at 1.5 or 2 times the pixels' places in the reference frame.

PSNR: of white-balanced colours up to 1, all but a border of 16 pixels, of one frame and of the merged burst,
both demosaiced and enlarged by Lanczos's filter, and of the latter with the burst's fine detail.

Contrast: a grey star of 72 spokes within the scene, a wave along every circle. Of each picture the part that
has the truth's phase, over the truth's, on circles where the spokes have 0.4 to 0.8 cycles a pixel; half a
cycle is a sensor's own limit. And what is wrong there: the rest's amplitude over that of the truth's wave.
Means of two bursts.

Moving things: a disc of another part of the scene crosses the picture; PSNR of its pixels in the reference,
and of what it covers in other frames only.
"""

import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy import ndimage

import burst_merge as held
import record
from lichtbild.core.window import Extent, Window
from lichtbild.develop.kernels.resize import resample as lanczos
from lichtbild.develop.merge import merge_burst
from lichtbild.develop.residual import residual_by_rows
from lichtbild.develop.resize import Taps
from lichtbild.develop.super_resolution import fine_detail
from lichtbild.image.burst import Burst
from lichtbild.image.raw_frame import RawFrame
from lichtbild.numerics.warp import resample

STEP = 4
"""Pixels of the light along a pixel of the frames."""
SIZE = (512, 768)
STAR_SIZE = (320, 320)
DISC_SIZE = (256, 256)
SPOKES = 72
STAR_RADIUS = 34
FREQUENCIES = (0.4, 0.6, 0.7, 0.8)
LENS = 0.35
BORDER = 16


def blurred(light: np.ndarray) -> np.ndarray:
    """Light as a lens and the pixels' area leave it; an even box moves all by half of its step."""
    out = np.empty_like(light)
    for plane in range(light.shape[2]):
        soft = ndimage.gaussian_filter(light[..., plane], LENS * STEP, truncate=5)
        ndimage.uniform_filter(soft, STEP, output=out[..., plane])
    return out


def where(size: tuple[int, int], pose: held.Pose, scale: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    """Where a camera's pixels look, or finer ones, from the middle."""
    finer = (round(side * scale) for side in size)
    y, x = np.meshgrid(*((np.arange(n) + 0.5) / scale - 0.5 for n in finer), indexing="ij")
    y, x = y - size[0] / 2, x - size[1] / 2
    cosine, sine = np.cos(pose[2]), np.sin(pose[2])
    return cosine * y - sine * x + pose[0], sine * y + cosine * x + pose[1]


def seen(light: np.ndarray, size: tuple[int, int], pose: held.Pose, scale: float = 1.0) -> np.ndarray:
    """The balanced colours of the middle of the light at a camera's pixels, or at finer ones."""
    y, x = where(size, pose, scale)
    rows, columns = y * STEP + light.shape[0] / 2, x * STEP + light.shape[1] / 2
    extent = Extent(*light.shape[:2])
    return resample(light, Window.whole(extent), extent, rows[None], columns[None])


def mosaicked(colours: np.ndarray) -> np.ndarray:
    """What the filters of a mosaic leave, before white balance."""
    of = held.RGGB.planes(Extent(*colours.shape[:2]))
    return np.clip(np.take_along_axis(colours, of[..., None], 2)[..., 0] / held.GAINS[of], 0, 1)


def demosaiced(frame: RawFrame) -> np.ndarray:
    """Balanced colours of a frame."""
    mosaic = held.linear(frame)
    balanced = mosaic * held.GAINS[held.RGGB.planes(Extent(*mosaic.shape))]
    return residual_by_rows(balanced.astype(np.float32), held.RGGB)


def enlarged(colours: np.ndarray, scale: float) -> np.ndarray:
    """By Lanczos's filter of three lobes."""
    size = tuple(round(side * scale) for side in colours.shape[:2])
    taps = [Taps.of(0, size[k], colours.shape[k], size[k]) for k in range(2)]
    out = np.empty((*size, 3), np.float32)
    lanczos(colours, *((one.first, one.count, one.weight) for one in taps), out)
    return out


def developed(
    light: np.ndarray, size: tuple[int, int], count: int, iso: float, scales: tuple[float, ...], seed: int
):
    """For each scale the truth, one frame, the merged burst, the burst's detail with it, and seconds."""
    poses = held.poses(count, seed)
    frames = [
        held.frame_of(mosaicked(seen(light, size, pose)), iso, 100 * seed + n) for n, pose in enumerate(poses)
    ]
    burst = Burst(tuple(frames), tuple(map(str, range(count))))
    begun = time.process_time()
    merged = merge_burst(burst)
    before = time.process_time() - begun
    for scale in scales:
        begun = time.process_time()
        detail = fine_detail(burst, merged, scale)
        seconds = time.process_time() - begun
        truth = seen(light, size, poses[merged.reference], scale)
        one = enlarged(demosaiced(frames[merged.reference]), scale)
        base = enlarged(demosaiced(merged.frame), scale)
        fine = base + np.moveaxis(detail.samples, 0, -1) * np.float32(detail.unit) * held.GAINS.astype(
            np.float32
        )
        yield scale, truth, (one, base, fine), (before, seconds)


def psnr(picture: np.ndarray, truth: np.ndarray) -> float:
    inner = (slice(BORDER, -BORDER),) * 2
    return float(-10 * np.log10(np.mean((np.clip(picture[inner], 0, 1) - np.clip(truth[inner], 0, 1)) ** 2)))


def real(light: np.ndarray) -> list[list[str]]:
    rows = []
    for count in (8, 15):
        for iso in (100, 1600):
            for scale, truth, pictures, seconds in developed(light, SIZE, count, iso, (1.5, 2.0), 1):
                values = [f"{psnr(picture, truth):.2f}" for picture in pictures]
                per_frame = 12e6 / (SIZE[0] * SIZE[1]) / count
                rows.append([
                    f"{count} frames, ISO {iso}, {scale:g}x", *values,
                    f"{seconds[0] * per_frame:.2f}", f"{seconds[1] * per_frame:.2f}",
                ])  # fmt: skip
                print(rows[-1], flush=True)
    return rows


def star(light: np.ndarray) -> np.ndarray:
    """The light with a star of spokes in its middle, grey."""
    side = STEP * (STAR_SIZE[0] + 64)
    top, left = (n // 2 - side // 2 for n in light.shape[:2])
    y, x = np.meshgrid(*(np.arange(side) - side / 2,) * 2, indexing="ij")
    grey = 0.35 + 0.3 * np.cos(SPOKES * np.arctan2(y, x))
    inside = np.clip(STAR_RADIUS * STEP - np.hypot(y, x) + 0.5, 0, 1)[..., None]
    spokes = blurred(np.repeat(grey[..., None], 3, 2).astype(np.float32))
    return (inside * spokes + (1 - inside) * light[top : top + side, left : left + side]).astype(np.float32)


def on_circles(
    picture: np.ndarray, truth: np.ndarray, scale: float, pose: held.Pose
) -> list[tuple[float, float]]:
    """Contrast in the truth's phase, and what is wrong, both over the truth's, at each frequency."""
    radius = np.hypot(*where(STAR_SIZE, pose, scale))
    found = []
    for frequency in FREQUENCIES:
        ring = np.abs(SPOKES / (2 * np.pi * np.maximum(radius, 1)) - frequency) < 0.02
        wave, shown = truth[ring] - truth[ring].mean(axis=0), picture[ring] - picture[ring].mean(axis=0)
        kept = (wave * shown).sum() / (wave**2).sum()
        found.append((float(kept), float(((shown - kept * wave) ** 2).sum() / (wave**2).sum()) ** 0.5))
    return found


def stars(light: np.ndarray) -> list[list[str]]:
    light, rows = star(light), []
    for count in (8, 15):
        for iso in (100, 1600):
            of = {}
            for seed in (3, 4):
                poses = held.poses(count, seed)
                for scale, truth, pictures, _ in developed(light, STAR_SIZE, count, iso, (1.5, 2.0), seed):
                    frames = [np.abs(truth - seen(light, STAR_SIZE, pose, scale)).sum() for pose in poses]
                    pose = poses[int(np.argmin(frames))]
                    of.setdefault(scale, []).append([on_circles(p, truth, scale, pose) for p in pictures])
            for scale, found in of.items():
                for name, values in zip(
                    ("one frame", "merged", "with detail"), np.mean(found, axis=0), strict=True
                ):
                    rows.append([
                        f"{count} frames, ISO {iso}, {scale:g}x", name,
                        *(f"{kept:.2f} ({wrong:.2f})" for kept, wrong in values),
                    ])  # fmt: skip
                    print(rows[-1], flush=True)
    return rows


def moving(light: np.ndarray) -> list[list[str]]:
    """Rows of the table of things that move."""
    (back, front), rows = held.halves(light), []
    for radius, speed, contrast in ((80, 12, 1.0), (60, 1, 1.0), (20, 10, 1.0), (4, 8, 1.0), (60, 3, 0.1)):
        mixed = (contrast * front + (1 - contrast) * back).astype(np.float32)
        for iso in (100, 1600):
            poses = held.poses(8, 2)
            scene = Disc(back, mixed, radius, (0.6 * speed, 0.8 * speed))
            frames = [held.frame_of(mosaicked(scene(pose, n)), iso, 7 + n) for n, pose in enumerate(poses)]
            burst = Burst(tuple(frames), tuple(map(str, range(8))))
            merged = merge_burst(burst)
            pose, one = poses[merged.reference], enlarged(demosaiced(frames[merged.reference]), 2.0)
            base, truth = enlarged(demosaiced(merged.frame), 2.0), scene(pose, merged.reference, 2.0)
            detail = fine_detail(burst, merged, 2.0)
            assert detail is not None  # hands do not hold still
            shown = np.moveaxis(detail.samples, 0, -1) * np.float32(detail.unit)
            fine = base + shown * held.GAINS.astype(np.float32)
            inside = scene.covers(pose, merged.reference, 2.0)[..., 0] > 0
            others = np.any([scene.covers(pose, n, 2.0)[..., 0] > 0 for n in range(8)], axis=0) & ~inside
            rows.append([f"{radius} px, {speed} px a frame, contrast {contrast:g}, ISO {iso}"])
            for place in (inside, others):
                place[:BORDER], place[-BORDER:], place[:, :BORDER], place[:, -BORDER:] = (False,) * 4
                values = [
                    -10 * np.log10(np.mean((picture.clip(0, 1) - truth.clip(0, 1))[place] ** 2))
                    for picture in (one, base, fine)
                ]
                rows[-1].append(", ".join(f"{value:.2f}" for value in values))
            print(rows[-1], flush=True)
    return rows


@dataclass(frozen=True, eq=False)
class Disc:
    """Balanced colours of a scene that a disc of another one crosses, by some pixels a frame."""

    back: np.ndarray
    front: np.ndarray
    radius: float
    speed: tuple[float, float]

    def __call__(self, pose: held.Pose, index: int, scale: float = 1.0) -> np.ndarray:
        """The colours that a camera sees in a frame."""
        moved = pose[0] - self.speed[0] * index, pose[1] - self.speed[1] * index
        share = self.covers(pose, index, scale)
        front = seen(self.front, DISC_SIZE, (*moved, pose[2]), scale)
        return share * front + (1 - share) * seen(self.back, DISC_SIZE, pose, scale)

    def covers(self, pose: held.Pose, index: int, scale: float) -> np.ndarray:
        """Share of each pixel that is of the disc."""
        y, x = where(DISC_SIZE, pose, scale)
        away = np.hypot(y - self.speed[0] * index, x - self.speed[1] * index)
        return np.clip(self.radius - away + 0.5, 0, 1)[..., None]


def main(sample: Path) -> None:
    light = blurred(held.light_of(sample))
    list(developed(light, (128, 160), 3, 100, (1.5, 2.0), 0))  # compiles
    record.write(
        "super_resolution",
        f"{SIZE[1]} x {SIZE[0]} pixels a frame; PSNR in dB, seconds of one thread for each frame of 12 MP.",
        record.table(["burst", "one frame", "merged", "with detail", "merging", "detail"], real(light)),
        "Contrast in the truth's phase over the truth's, and in brackets what is wrong, by cycles a pixel.",
        record.table(["star", "picture", *(f"{f:g}" for f in FREQUENCIES)], stars(light)),
        "A disc that moves, 8 frames, 2x: PSNR in dB of one frame, merged, and with detail.",
        record.table(["disc", "in the disc", "uncovered"], moving(light)),
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
