"""How bright a night becomes, how dark its sky stays, and how neutral a grey is under each of its lamps.

    python benchmarks/night_tone.py FOLDER [THREADS]

The main camera with its lens and its picture a quarter as large each way: field, f-number and pixels, and so
the light of each pixel, are the camera's own. It photographs the night street with its road at 0.1, 1 and 10
lux, in 13 frames of 1/3 s, at 0.1 lux held by hand, and merges them. Sky is what the street's own
geometry says, but for 12 pixels beside houses, poles and lamps. L* is that of the finished picture.

Neutral: the six greys of a ColorChecker, lit by one of the street's lamps at 0.1 lux, in the mean of each:
chroma in CIELAB, and CIEDE2000 to a grey of the same L*. The white is the camera's own ("as shot") or found
in the picture ("auto"). Likewise walls and the road of a street whose lamps are all alike, but for windows
and signs, and of one that has all three, where nine tenths of the light are of one lamp.

Frames that are in FOLDER already are taken as they are.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import colour
import numpy as np
from PIL import Image
from scipy import ndimage

import record
from lichtbild.camera import photograph
from lichtbild.camera.camera import Camera, LensSource
from lichtbild.camera.module import module
from lichtbild.camera.recipe import LookRecipe, Recipe
from lichtbild.colour.cielab import from_rec2020
from lichtbild.develop.recipe import WhiteBalanceChoice
from lichtbild.image.bands import FINE
from lichtbild.image.picture import Picture
from lichtbild.image.raw_frame import RawFrame
from lichtbild.io.camera_file import read_camera
from lichtbild.io.lens import read_lens
from lichtbild.look.decode import Decode
from lichtbild.optics.scaled import scaled
from lichtbild.scene.colour_checker import colour_checker
from lichtbild.scene.frame import Frame
from lichtbild.scene.lighting import one_light
from lichtbild.scene.night_street import lights_of, night_street
from lichtbild.study.merging import merged
from lichtbild.study.scene_order import SceneOrder
from lichtbild.study.shooting import Order, shooting

SMALLER = 4
SIZE = (768, 1024)
CHART = (384, 512)
LAMPS = {"HP1": "high-pressure sodium", "LED-B3": "white LED", "2900K": "halogen"}
MIXED = 2
"""Seed of the street whose grey walls are looked at."""
FEWEST = 300
STREETS = ((0.1, 0), (0.1, 2), (1.0, 0), (10.0, 0))
FRAMES = 13
BESIDE, INSIDE = 12, 4
"""Pixels that are kept away from what is near, and from what another lamp lights."""
OF_ONE = 0.9
DULL, BRIGHT = (0.5, 1.2), (1.2, 20.0)
"""Luminances of the street as built, cd/m2: below them the lens scatters more light on a place than it shows
itself; up to the first limit all reflects and does not shine, up to the second where lamps are all alike."""


def camera() -> Camera:
    """The main camera, a quarter as large."""
    found = read_camera("main")
    name, scale = found.lens_from.name, found.lens_from.scale / SMALLER
    lens = scaled(read_lens(name).lens, scale)
    return replace(found, lens=lens, lens_from=LensSource(name, scale))


def shot(
    folder: Path, scene: SceneOrder, size: tuple[int, int], threads: int, *, held: bool = False
) -> RawFrame:
    """The burst of a scene, merged; held by hand, it moves by as many pixels as in the camera's own size."""
    used = camera()
    used = replace(used, automatic=replace(used.automatic, shake=held * SMALLER * used.automatic.shake))
    order = Order(camera=used, scene=scene, size=size, frames=FRAMES, time_s=1 / 3, threads=threads)
    return merged([folder / name for name in shooting(order, folder).frames], threads=threads).frame


def developed(frame: RawFrame, look: str = "authentic", white: str = "as-shot") -> Picture:
    """The photograph."""
    recipe = Recipe(look=LookRecipe(look))
    recipe = replace(recipe, develop=replace(recipe.develop, white_balance=WhiteBalanceChoice(white)))
    return photograph.develop(frame, recipe)


def linear(picture: Picture) -> np.ndarray:
    """A photograph's light on a display, Rec.2020."""
    return np.asarray(Decode(picture.space)(picture).samples, float)


@cache
def seen(size: tuple[int, int]) -> tuple[float, tuple[float, float]]:
    """Tangent of a pixel in the middle, which is that of all once distortion is corrected; and the field."""
    found = module(camera(), size=size, stray=False)
    focal = float(found.response.height[1] / np.asarray(found.response.tangent)[1])
    return float(found.sensor.pixels.pitch) / focal, found.field


@dataclass(frozen=True)
class Street:
    """What is where in a picture of the street: the sky, and what one lamp lights."""

    sky: np.ndarray
    lit: tuple[np.ndarray, ...]


def street_of(
    shape: tuple[int, ...], seed: int, *, only: bool = False, level: tuple[float, float] = DULL
) -> Street:
    """The street's own geometry at the pixels of a developed picture; all its lamps may be of one kind."""
    tangent, lamp = seen(SIZE)[0], lights_of(FINE)[0] if only else None
    size = (shape[0] * tangent, shape[1] * tangent)
    scene = night_street(Frame(*shape[:2], size), seed, lamp=lamp)
    light = scene.weights.sum(axis=2)
    near, dull = np.isfinite(scene.depth), (light > level[0]) & (light < level[1])
    share = scene.weights / light[..., None]
    lit = tuple(
        ndimage.binary_erosion(near & dull & (share[..., kind] > OF_ONE), iterations=INSIDE)
        for kind in range(len(LAMPS))
    )
    return Street(~ndimage.binary_dilation(near, iterations=BESIDE), lit)


def chart_rows(folder: Path, threads: int) -> Iterator[list[str]]:
    """Greys of a chart under each lamp."""
    for name, words in LAMPS.items():
        frame = shot(folder / f"chart-{name}", SceneOrder("color-checker", name, 0.1), CHART, threads)
        row = [words]
        for white in ("as-shot", "auto"):
            shown = linear(developed(frame, white=white))
            row += away(np.array([shown[part].mean(axis=(0, 1)) for part in greys(shown.shape)]))
        yield row


def greys(shape: tuple[int, ...]) -> list[tuple[slice, slice]]:
    """Where the greys of a chart lie in its picture, less a quarter of a patch on each side."""
    tangent, field = seen(CHART)
    truth = colour_checker(Frame(*CHART, field), one_light(lights_of(FINE)[1], 1.0)).truth
    found = []
    for patch in truth.patches[-6:]:
        left, low, right, high = patch.borders
        x, y, half = (left + right) / 2, (low + high) / 2, (right - left) / 4
        rows = (round(shape[0] / 2 - at / tangent) for at in (y + half, y - half))
        columns = (round(shape[1] / 2 + at / tangent) for at in (x - half, x + half))
        found.append((slice(*rows), slice(*columns)))
    return found


def away(colours: np.ndarray) -> list[str]:
    """Largest chroma and largest CIEDE2000 to grey, of colours as display-linear Rec.2020."""
    lab = from_rec2020(colours)
    apart = colour.delta_E(lab, lab * (1, 0, 0), method="CIE 2000")
    return [f"{np.hypot(lab[:, 1], lab[:, 2]).max():.1f}", f"{apart.max():.1f}"]


def lightness_rows(folder: Path, threads: int) -> Iterator[list[str]]:
    """How light streets of three lamps are, and their skies."""
    for lux, seed in STREETS:
        place = folder / f"street-{lux:g}-{seed}"
        frame = shot(place, SceneOrder(lux=lux, seed=seed), SIZE, threads, held=lux < 1)
        for look in ("authentic", "natural"):
            picture = developed(frame, look)
            Image.fromarray(np.rint(255 * picture.samples).astype(np.uint8)).save(place / f"{look}.png")
            light = from_rec2020(linear(picture))[..., 0]
            sky = light[street_of(light.shape, seed).sky]
            numbers = light.mean(), sky.mean(), np.percentile(sky, 95)
            yield [f"{lux:g} lux, seed {seed}", look, *(f"{number:.1f}" for number in numbers)]


def wall_rows(folder: Path, threads: int) -> Iterator[list[str]]:
    """Grey walls and road under each lamp: of a street that has only this, and of one that has three."""
    for name, words in LAMPS.items():
        place = folder / f"street-{name}"
        frame = shot(place, SceneOrder(light=name, lux=0.1, seed=MIXED), SIZE, threads)
        for level in (BRIGHT, DULL):
            yield [f"only {words}, {words_of(level)}", *wall_row(frame, 0, place, level, only=True)]
    place = folder / f"street-0.1-{MIXED}"
    frame = shot(place, SceneOrder(lux=0.1, seed=MIXED), SIZE, threads, held=True)
    for kind, words in enumerate(LAMPS.values()):
        yield [f"{words}, of three, {words_of(DULL)}", *wall_row(frame, kind, place, DULL, only=False)]


def words_of(level: tuple[float, float]) -> str:
    """A range of light in words."""
    return f"{level[0]:g} to {level[1]:g} cd/m2"


def wall_row(frame: RawFrame, kind: int, place: Path, level: tuple[float, float], *, only: bool) -> list[str]:
    """What a kind of lamp lights, by either white."""
    row = []
    for white in ("as-shot", "auto"):
        picture = developed(frame, white=white)
        Image.fromarray(np.rint(255 * picture.samples).astype(np.uint8)).save(place / f"{white}.png")
        shown = linear(picture)
        part = street_of(shown.shape, MIXED, only=only, level=level).lit[kind]
        row += away(shown[part].mean(axis=0)[None]) if part.sum() > FEWEST else ["-", "-"]
    return row


def main(folder: Path, threads: int = 1) -> None:
    """Measure the streets, and the charts."""
    folder.mkdir(exist_ok=True)
    whites = [f"{white}: {of}" for white in ("as shot", "auto") for of in ("C*", "CIEDE2000")]
    record.write(
        "night_tone",
        f"Night street, {SIZE[1]} x {SIZE[0]} pixels of the main camera, f/1.85, 1/3 s, up to ISO 6400.",
        record.table(
            ["street", "look", "mean L*", "unlit sky, mean L*", "its 95th percentile"],
            lightness_rows(folder, threads),
        ),
        "Greys of a ColorChecker at 0.1 lux under one lamp, the largest of six, look `authentic`.",
        record.table(["lamp", *whites], chart_rows(folder, threads)),
        "Grey walls and road at 0.1 lux where one lamp gives nine tenths of the light, in the mean, by their "
        "luminance in the street as built, before it is darkened to 0.1 lux.",
        record.table(["lamps of the street", *whites], wall_rows(folder, threads)),
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:]))
