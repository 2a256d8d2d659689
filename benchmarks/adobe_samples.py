"""The look "profile" beside Adobe's DNG SDK and the peers, on the SDK's own sample files.

    python benchmarks/adobe_samples.py SAMPLES RENDER

SAMPLES is the folder of the sample files, RENDER the program that ``benchmarks/sdk/build.py`` names. With
``--reference`` the SDK's pictures are only summed up for ``tests/chain/test_adobe_samples.py``.
"""

import argparse
import json
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import colour
import numpy as np

import lichtbild
import record
from lichtbild.camera.photograph import chain
from lichtbild.camera.recipe import GeometryRecipe, LookRecipe, Recipe
from lichtbild.core.chain import Chain
from lichtbild.core.window import Extent, Window
from lichtbild.develop import development
from lichtbild.develop.recipe import DevelopRecipe
from lichtbild.image.camera_image import CameraImage
from lichtbild.image.raw_frame import RawFrame
from peers import PEERS, NotOpenedError, versions

REFERENCE = record.ROOT / "tests/chain/adobe_sdk_means.json"
AS_SDK = lichtbild.load_recipe(REFERENCE.with_name("adobe_sdk.toml"))
USUAL = Recipe(look=LookRecipe("profile"), geometry=GeometryRecipe(upright=False))
"""All that Lichtbild does when nothing is said, but for the rendering."""

REFERENCE_GRID = (6, 8)
PEER_GRID = (128, 192)
EVERY = 5
"""Of a large picture every fifth row and column counts: odd, so that all places of a Bayer tile do."""
LARGE = 8_000_000
PINK = 10.0
"""Shift of the picture's mean a* that nobody would overlook."""


@dataclass(frozen=True)
class Row:
    """What one sample gave: stage 3 in 16-bit codes, differences as (mean, p99, max), and by block means."""

    name: str
    stage3: tuple[float, float]
    stage3_rendered: tuple[float, float, float]
    final: tuple[float, float, float]
    blocks: dict[str, str]

    def cells(self) -> list[str]:
        """The row of the table."""
        mean, p99, largest = self.final
        return [
            self.name,
            f"{self.stage3[0]:.2f} / {self.stage3[1]:.0f}",
            f"{self.stage3_rendered[0]:.4f}",
            f"{mean:.4f}",
            f"{p99:.3f}",
            f"{largest:.2f}",
            *self.blocks.values(),
        ]


def by_sdk(render: Path, file: Path, folder: str) -> tuple[np.ndarray, np.ndarray]:
    """Stage 3 and the final render of the SDK."""
    subprocess.run([render, file, f"{folder}/", "--stage3", "--final"], check=True, capture_output=True)
    return np.load(f"{folder}/stage3.npy"), np.load(f"{folder}/final.npy")


def gains(frame: RawFrame) -> np.ndarray:
    """What white balance multiplies the camera's planes by, which the SDK does only after stage 3."""
    neutral = development.survey(DevelopRecipe(), frame).neutral
    return max(neutral) / np.array(neutral, np.float32)


def stage3(frame: RawFrame, recipe: Recipe) -> np.ndarray:
    """Our stage 3: demosaiced and corrected camera planes, white balance undone."""
    made = chain(frame, recipe)
    last = made.names[made.names.index("highlights") - 1]
    return made.until(last).gather(frame, threads=2).samples / gains(frame)


def rendered(frame: RawFrame, samples: np.ndarray) -> np.ndarray:
    """A stage 3 rendered by our own chain, so that nothing but stage 3 makes a difference."""
    made = chain(frame, AS_SDK)
    extent = Extent(*samples.shape[:2])
    image = CameraImage(_unit(samples, np.float32) * gains(frame), Window.whole(extent), extent)
    return Chain(made.stages[made.names.index("highlights") :]).gather(image, threads=2).samples


def code_error(ours: np.ndarray, theirs: np.ndarray) -> tuple[float, float]:
    """Root mean square and largest difference in 16-bit codes; the SDK cuts integers to their range."""
    square, largest = 0.0, 0.0
    for strip in range(0, len(ours), 512):
        a, b = ours[strip : strip + 512] * 65535.0, theirs[strip : strip + 512]
        a, b = (a, b * 65535.0) if b.dtype.kind == "f" else (np.rint(a.clip(0, 65535)), b.astype(float))
        square += float(((a - b) ** 2).sum())
        largest = max(largest, float(np.abs(a - b).max()))
    return float(np.sqrt(square / ours.size)), largest


def lab(encoded: np.ndarray) -> np.ndarray:
    """CIELAB under D65 of sRGB from 0 to 1."""
    return colour.XYZ_to_Lab(colour.sRGB_to_XYZ(encoded))


def difference(ours: np.ndarray, theirs: np.ndarray) -> tuple[float, float, float]:
    """Mean, 99th percentile and largest CIEDE2000 of two pictures of one size."""
    every = EVERY if ours.shape[0] * ours.shape[1] > LARGE else 1
    ours, theirs = ours[::every, ::every], theirs[::every, ::every]
    found = [colour.delta_E(lab(_unit(a)), lab(_unit(b))).ravel() for a, b in _strips(ours, theirs)]
    values = np.concatenate(found)
    return float(values.mean()), float(np.percentile(values, 99)), float(values.max())


def _unit(samples: np.ndarray, dtype: type = np.float64) -> np.ndarray:
    """16-bit codes or floats as floats, white at 1."""
    return samples.astype(dtype) / dtype(65535 if samples.dtype == np.uint16 else 1)


def _strips(*pictures: np.ndarray) -> Iterator[tuple[np.ndarray, ...]]:
    for top in range(0, len(pictures[0]), 256):
        yield tuple(picture[top : top + 256] for picture in pictures)


def means(picture: np.ndarray, grid: tuple[int, int]) -> np.ndarray:
    """Means of the encoded samples in a grid of blocks that covers the picture."""
    rows, columns = (np.arange(n) * size // n for n, size in zip(grid, picture.shape, strict=False))
    sizes = np.diff([*rows, picture.shape[0]])[:, None] * np.diff([*columns, picture.shape[1]])
    sums = np.add.reduceat(np.add.reduceat(_unit(picture), rows, axis=0), columns, axis=1)
    return sums / sizes[..., None]


def beside(pictures: Iterator[tuple[str, np.ndarray | None]], reference: np.ndarray) -> dict[str, str]:
    """How each picture does, by block means, so that neither size nor sharpness counts; pink is said."""
    grid = tuple(min(n, size) for n, size in zip(PEER_GRID, reference.shape, strict=False))
    wanted, found = lab(means(reference, grid)), {}
    for name, picture in pictures:
        if picture is None:
            found[name] = "does not open"
            continue
        got = lab(means(picture, grid))
        pink = " **pink**" if (got - wanted)[..., 1].mean() > PINK else ""
        mean = colour.delta_E(got, wanted).mean()
        found[name] = f"{mean:.4f}{pink}" if mean < 0.1 else f"{mean:.2f}{pink}"
    return found


def by_peers(file: Path) -> Iterator[tuple[str, np.ndarray | None]]:
    """The peers' pictures; None where a peer makes none."""
    for name, develop in PEERS.items():
        try:
            yield name, develop(file)
        except NotOpenedError:
            yield name, None


def measure(file: Path, render: Path) -> Iterator[Row]:
    """The rows of a sample: developed as the SDK does, and, where it is a mosaic, as usual."""
    frame = lichtbild.read(file)
    with tempfile.TemporaryDirectory() as folder:
        stage, final = by_sdk(render, file, folder)
    peers = beside(by_peers(file), final)
    same_render = rendered(frame, stage)
    recipes = {"": AS_SDK} if frame.cfa is None else {"": AS_SDK, ", developed as usual": USUAL}
    for note, recipe in recipes.items():
        ours = stage3(frame, recipe)
        picture = lichtbild.develop(frame, recipe=recipe, threads=2).samples
        yield Row(
            name=file.stem[:2] + note,
            stage3=code_error(ours, stage),
            stage3_rendered=difference(rendered(frame, ours), same_render),
            final=difference(picture, final),
            blocks=beside(iter([("Lichtbild", picture)]), final) | peers,
        )


def write_reference(files: list[Path], render: Path) -> None:
    """Block means of the SDK's final renders, for the tests."""
    found = {}
    for file in files:
        with tempfile.TemporaryDirectory() as folder:
            final = by_sdk(render, file, folder)[1]
        found[file.name] = means(final, REFERENCE_GRID).round(5).tolist()
    lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(value)}" for name, value in found.items())
    REFERENCE.write_text(f"{{\n{lines}\n}}\n")


def main() -> None:
    """Measure all samples and record the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("samples", type=Path)
    parser.add_argument("render", type=Path)
    parser.add_argument("--reference", action="store_true")
    asked = parser.parse_args()
    files = sorted(asked.samples.glob("*.dng"))
    if asked.reference:
        write_reference(files, asked.render)
        return
    rows = [row.cells() for file in files for row in measure(file, asked.render)]
    header = ["sample", "stage 3, codes: rms / max", "stage 3: mean", "final: mean", "p99", "max"]
    header += [f"blocks: {name}" for name in ("Lichtbild", *PEERS)]
    notes = (
        "CIEDE2000 against the SDK's final render, or against our render of the SDK's stage 3; of pictures "
        f'above {LARGE / 1e6:.0f} MP each {EVERY}th row and column. "Blocks" are means of sRGB numbers in '
        f"at most {PEER_GRID[1]} x {PEER_GRID[0]} blocks, so that neither size nor sharpness counts; peers "
        f"render by their own defaults. Pink: mean a* more than {PINK:.0f} above the SDK's."
    )
    record.write("profile", record.table(header, rows), notes, f"Peers: {versions()}.")


if __name__ == "__main__":
    main()
