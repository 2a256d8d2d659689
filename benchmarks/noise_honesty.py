"""Is the noise that Lichtbild predicts the noise that is there? In estimates, on flats, on real charts.

python benchmarks/noise_honesty.py ../shared/data
"""

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image

import lichtbild
import record
from colour_checker_frames import CENTRES
from lichtbild.camera.noise_budget import predicted_noise, predicted_noise_in_scene
from lichtbild.camera.patch_noise import patch_noise
from lichtbild.camera.photograph import chain
from lichtbild.camera.recipe import Recipe
from lichtbild.core.chain import Chain
from lichtbild.core.window import Window
from lichtbild.develop.denoise import Denoise
from lichtbild.develop.linearise import Linearise
from lichtbild.develop.noise_estimate import estimated, of
from lichtbild.image.cfa import Cfa
from lichtbild.image.raw_frame import RawFrame
from lichtbild.io.recipe import changed

sys.path.insert(0, str(record.ROOT / "tests"))
from frames import NEUTRAL, flat_frame
from sensor_noise import ROUNDING, exposed, mosaicked, phone_noise

RGGB = Cfa.bayer("RGGB")
SIGNALS = np.array([[0.01], [0.05], [0.18], [0.5]])
METHODS = ("off", "fast", "best")
CHART = {"colorchart.dng": ((624, 714), (614, 1252), (922, 1258), (930, 702))}
"""(row, column) of the centres of the corner patches, clockwise from dark skin; marked by eye."""
CLOSEUP_ROWS, CLOSEUP_COLUMNS = (82, 320, 572, 820), (100, 354, 614, 868, 1112, 1338)
INNER, WHOLE = 0.25, 0.36
"""Half the side of what is measured of a patch, and of what is even of it, in distances between patches."""

FULL = 0.97


def photograph(path: Path) -> np.ndarray:
    """Linear light of a photograph, averaged over 2 x 2 pixels to be rid of its own grain."""
    coded = np.asarray(Image.open(path).convert("RGB")) / 255.0
    linear = np.where(coded <= 0.04045, coded / 12.92, ((coded + 0.055) / 1.055) ** 2.4) / 2
    return linear.reshape(linear.shape[0] // 2, 2, linear.shape[1] // 2, 2, 3).mean(axis=(1, 3))


def estimates(folder: Path) -> Iterator[list[str]]:
    """Found over true sigma of green, over 24 photographs with a phone's noise added."""
    pictures = [photograph(path) for path in sorted(folder.glob("*.png"))]
    for iso in (100, 400, 1600, 6400):
        noise, ratios = phone_noise(iso), []
        for seed, picture in enumerate(pictures):
            found = estimated(exposed(mosaicked(picture, RGGB), noise, seed, RGGB))
            ratios.append(np.sqrt(found.variance(SIGNALS) / (noise.variance(SIGNALS) + ROUNDING))[:, 1])
        low, middle, high = np.quantile(ratios, (0.1, 0.5, 0.9), axis=0)
        yield [
            str(iso),
            *(f"{b:.2f} ({a:.2f} to {c:.2f})" for a, b, c in zip(low, middle, high, strict=True)),
        ]


def flats() -> Iterator[list[str]]:
    """Measured over predicted sigma of luminance on flats of Poisson and Gaussian noise and rounded codes."""
    for method in METHODS:
        for look in ("linear", "natural"):
            recipe = changed(Recipe(), {"look.name": look, "develop.denoise.method": method})
            for iso in (100, 1600, 6400):
                ratios = []
                for level in (0.02, 0.18, 0.6):
                    signal = tuple(level * value for value in NEUTRAL)
                    frame = replace(
                        exposed(
                            mosaicked(np.broadcast_to(signal, (480, 480, 3)), RGGB), phone_noise(iso), 1, RGGB
                        ),
                        colour=flat_frame(size=(4, 4)).colour,
                    )
                    predicted = predicted_noise(frame, recipe, signal)
                    measured = patch_noise(chain(frame, recipe).render(frame, Window(80, 80, 400, 400)))
                    ratios.append(measured.luma / predicted.luma)
                yield [method, look, str(iso), *(f"{ratio:.3f}" for ratio in ratios)]


def places(corners, half: float) -> list[Window]:
    """Squares about the centres of 24 patches; ``half`` is half their side in distances between patches."""
    a, b, c, d = np.array(corners, float)
    side = int(half * np.linalg.norm(b - a) / 5) // 2 * 2
    grid = ((u, v) for v in np.linspace(0, 1, 4) for u in np.linspace(0, 1, 6))
    centres = [(a * (1 - u) + b * u) * (1 - v) + (d * (1 - u) + c * u) * v for u, v in grid]
    corners = [(int(y) // 2 * 2, int(x) // 2 * 2) for y, x in centres]
    return [Window(y - side, x - side, y + side, x + side) for y, x in corners]


def scene(frame: RawFrame, patches: list[Window]) -> np.ndarray:
    """The frame without noise: denoised, and smooth surfaces in the patches."""
    stages = Chain((("linearise", Linearise.of(frame)), ("denoise", Denoise(of(frame)))))
    light = stages.gather(frame).samples.astype(np.float64)
    for window in patches:
        part = light[window.top : window.bottom, window.left : window.right, 0]
        for row, column in np.ndindex(2, 2):
            field = part[row::2, column::2]
            y, x = np.meshgrid(*(np.linspace(-1, 1, size) for size in field.shape), indexing="ij")
            terms = np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=-1).reshape(-1, 6)
            fit = terms @ np.linalg.lstsq(terms, field.ravel(), rcond=None)[0]
            part[row::2, column::2] = fit.reshape(field.shape)
    return light


def chart(frame: RawFrame, inner: list[Window], whole: list[Window], method: str) -> tuple[np.ndarray, float]:
    """Measured over predicted sigma of each patch's luminance in the finished picture, and chance's part."""
    recipe = changed(
        Recipe(),
        {
            "look.name": "linear",
            "develop.denoise.method": method,
            "geometry.default_crop": False,
            "geometry.upright": False,
        },
    )
    light, stages = scene(frame, whole), chain(frame, recipe)
    ratios, chances = [], []
    for window in inner:
        measured = patch_noise(stages.render(frame, window))
        if max(measured.mean) < FULL:  # clipped patches have no noise
            ratios.append(measured.luma / predicted_noise_in_scene(frame, recipe, light, window).luma)
            chances.append(np.ptp(measured.interval[1]) / (2 * 1.96 * measured.sigma[1]))
    return np.array(ratios), float(np.median(chances))


def charts(folder: Path) -> Iterator[list[str]]:
    """Ratios of each real chart by method."""
    frames = [
        (name, lichtbild.read(folder / f"colour_checker_frames/{name}.raw"), CENTRES[name])
        for name in CENTRES
    ]
    frames += [(name, lichtbild.read(folder / name), corners) for name, corners in CHART.items()]
    closeup = replace(lichtbild.read(record.ROOT / "examples/colour_checker.dng"), noise=None)
    top, bottom, left, right = CLOSEUP_ROWS[0], CLOSEUP_ROWS[-1], CLOSEUP_COLUMNS[0], CLOSEUP_COLUMNS[-1]
    frames.append(("closeup", closeup, ((top, left), (top, right), (bottom, right), (bottom, left))))
    for name, frame, corners in frames:
        inner, whole = places(corners, INNER), places(corners, WHOLE)
        for method in METHODS:
            ratios, chance = chart(frame, inner, whole, method)
            together = np.sqrt(np.mean(ratios**2))
            low, middle, high = np.quantile(ratios, (0.1, 0.5, 0.9))
            yield [
                name,
                f"{inner[0].width} x {inner[0].width}",
                method,
                f"{together:.2f}",
                f"{middle:.2f}",
                f"{low:.2f} to {high:.2f}",
                f"{chance:.0%}",
            ]


def main(data: Path) -> None:
    """Measure and write."""
    record.write(
        "noise_honesty",
        "Noise found in one frame over the noise that was added: green, median (10 to 90 %) of 24 pictures "
        "of 250 x 250 pixels, at signals of",
        record.table(("ISO", "0.01", "0.05", "0.18", "0.5"), estimates(data / "truth/kodak24")),
        "Measured over predicted sigma of luminance, synthetic flats, finished pictures, at signals of",
        record.table(("denoise", "look", "ISO", "0.02", "0.18", "0.6"), flats()),
        "Measured over predicted sigma of luminance, patches of real ColorCheckers (smooth shading removed), "
        "look linear, noise estimated from the frame; last, what chance alone (one sigma) does to one patch",
        record.table(
            ("frame", "pixels of a patch", "denoise", "all patches", "median", "10 to 90 %", "chance in one"),
            charts(data / "raw"),
        ),
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
