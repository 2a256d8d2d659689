"""Solve the numbers of a look from its targets, and print them as TOML.

::

    python benchmarks/fit_looks.py natural
    python benchmarks/fit_looks.py authentic
"""

import sys
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
from scipy.interpolate import PchipInterpolator
from scipy.optimize import least_squares

from lichtbild.colour import cielab
from lichtbild.core.window import Extent, Window
from lichtbild.image.linear_image import LinearImage
from lichtbild.look.colour_mix import NODES, ColourMix
from lichtbild.look.view import GREY, ViewTransform

CATALOGUE = Path(__file__).parents[1] / "src/lichtbild/look/catalogue"
HUES_DEG = np.arange(0, 360, 30)
LIGHTNESS, CHROMAS = 50.0, (15.0, 25.0, 35.0)


def shown(scene: np.ndarray, view: ViewTransform, mix: ColourMix | None) -> np.ndarray:
    """CIELAB of the picture of a list of colours."""
    extent = Extent(1, len(scene))
    image = view.definition(LinearImage(scene[None], Window.whole(extent), extent))
    return cielab.from_rec2020((image if mix is None else mix.definition(image)).samples[0])


def tone(view: ViewTransform, exposures_ev: np.ndarray) -> np.ndarray:
    """L* of neutral objects whose light lies so many EV from mid-grey."""
    scene = GREY * 2.0 ** np.asarray(exposures_ev)
    return shown(np.repeat(scene[:, None], 3, axis=1), view, None)[:, 0]


def chroma_and_hue(
    view: ViewTransform, mix: ColourMix | None, hues_deg: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Chroma ratio and shift of hue in degrees, in CIELAB, of colours with L* 50 and C* 15, 25 and 35."""
    hue = np.radians(np.repeat(hues_deg, len(CHROMAS)))
    chroma = np.tile(CHROMAS, len(hues_deg))
    lab = np.stack([np.full_like(hue, LIGHTNESS), chroma * np.cos(hue), chroma * np.sin(hue)], axis=-1)
    out = shown(cielab.to_rec2020(lab), view, mix)
    turned = np.degrees(np.angle(np.exp(1j * (np.arctan2(out[:, 2], out[:, 1]) - hue))))
    ratio = np.hypot(out[:, 1], out[:, 2]) / chroma
    return ratio.reshape(-1, len(CHROMAS)).mean(1), turned.reshape(-1, len(CHROMAS)).mean(1)


def solve_view(targets: dict[str, Any], inset: float, preserve_hue: float) -> ViewTransform:
    """The view transform nearest to the targets of tone and mean chroma, each weighted by its tolerance."""
    exposures = np.array([point["ev"] for point in targets["tone"]])
    wanted = np.array([point["lightness"] for point in targets["tone"]])
    black = targets["black_lightness"] / (29 / 3) ** 3
    grey = ((targets["grey_lightness"] + 16) / 116) ** 3

    def view(numbers: np.ndarray) -> ViewTransform:
        return ViewTransform(numbers[0], numbers[1], grey, black, inset, numbers[2], preserve_hue)

    def misses(numbers: np.ndarray) -> np.ndarray:
        ratio, _ = chroma_and_hue(view(numbers), None, HUES_DEG)
        tones = (tone(view(numbers), exposures) - wanted) / targets["tone_tolerance"]
        return np.append(tones, (ratio.mean() - targets["chroma_ratio"]) / targets["chroma_tolerance"])

    return view(least_squares(misses, [1.5, 1.0, 1.1]).x)


def solve_mix(targets: dict[str, Any], view: ViewTransform) -> ColourMix:
    """The colour mix that gives the targets' hues their chroma and shift; others lie smoothly between."""
    hues = np.array([point["hue_deg"] for point in targets["colours"]])
    asked = np.unique([*HUES_DEG, *hues])
    ratio, shift = (
        _around(hues, np.array([point[key] for point in targets["colours"]]))(asked)
        for key in ("chroma", "shift_deg")
    )

    def mix(numbers: np.ndarray) -> ColourMix:
        return ColourMix(tuple(numbers[:NODES]), tuple(numbers[NODES:]))

    def misses(numbers: np.ndarray) -> np.ndarray:
        found, turned = chroma_and_hue(view, mix(numbers), asked)
        return np.concatenate(
            [
                (found - ratio) / targets["chroma_tolerance"],
                (turned - shift) / targets["hue_tolerance_deg"],
            ]
        )

    return mix(least_squares(misses, np.repeat([1.0, 0.0], NODES)).x)


def _around(hues_deg: np.ndarray, values: np.ndarray) -> PchipInterpolator:
    """A curve through values around the circle of hues that does not overshoot them."""
    places = np.concatenate([hues_deg - 360, hues_deg, hues_deg + 360])
    return PchipInterpolator(places, np.tile(values, 3))


def main(name: str) -> None:
    """Print a look's tables of view and colour mix."""
    table = tomllib.loads((CATALOGUE / f"{name}.toml").read_text())
    view = solve_view(table["targets"], table["view"]["inset"], table["view"]["preserve_hue"])
    sys.stdout.write("[view]\n")
    for key, value in vars(view).items():
        if key != "headroom":
            sys.stdout.write(f"{key} = {value:.6g}\n")
    if "colours" in table["targets"]:
        mix = solve_mix(table["targets"], view)
        sys.stdout.write("\n[colour_mix]\n")
        for key, values in vars(mix).items():
            sys.stdout.write(f"{key} = [{', '.join(f'{value:.4g}' for value in values)}]\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
