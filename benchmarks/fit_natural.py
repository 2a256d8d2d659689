"""Solve the numbers of the look "natural" from its targets, and print them as TOML."""

import sys
import tomllib
from pathlib import Path

import numpy as np
from scipy.optimize import least_squares

from lichtbild.colour import cielab
from lichtbild.look.natural import GREY, ViewTransform

CATALOGUE = Path(__file__).parents[1] / "src/lichtbild/look/catalogue/natural.toml"


def tone(view: ViewTransform, exposures_ev: np.ndarray) -> np.ndarray:
    """L* of neutral objects whose light lies so many EV from mid-grey."""
    scene = GREY * 2.0 ** np.asarray(exposures_ev)
    return cielab.from_rec2020(view.display(np.repeat(scene[:, None], 3, axis=1)))[:, 0]


def chroma_and_hue(view: ViewTransform, hues_deg: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Chroma ratio and hue shift in degrees, in CIELAB, of colours with L* 50 and C* 15, 25 and 35."""
    hue = np.radians(np.repeat(hues_deg, 3))
    chroma = np.tile([15.0, 25.0, 35.0], len(hues_deg))
    lab = np.stack([np.full_like(hue, 50.0), chroma * np.cos(hue), chroma * np.sin(hue)], axis=-1)
    out = cielab.from_rec2020(view.display(cielab.to_rec2020(lab)))
    turned = np.angle(np.exp(1j * (np.arctan2(out[:, 2], out[:, 1]) - hue)))
    ratio = np.hypot(out[:, 1], out[:, 2]) / chroma
    return ratio.reshape(-1, 3).mean(1), np.degrees(turned).reshape(-1, 3).mean(1)


def solve(targets: dict, inset: float, preserve_hue: float) -> ViewTransform:
    """The view transform nearest to the targets, each weighted by its tolerance."""
    exposures = np.array([point["ev"] for point in targets["tone"]])
    wanted = np.array([point["lightness"] for point in targets["tone"]])
    black = targets["black_lightness"] / (29 / 3) ** 3
    grey = ((targets["grey_lightness"] + 16) / 116) ** 3

    def view(numbers: np.ndarray) -> ViewTransform:
        return ViewTransform(numbers[0], numbers[1], grey, black, inset, numbers[2], preserve_hue)

    def misses(numbers: np.ndarray) -> np.ndarray:
        ratio, _ = chroma_and_hue(view(numbers), np.arange(0, 360, 30))
        tones = (tone(view(numbers), exposures) - wanted) / targets["tone_tolerance"]
        return np.append(tones, (ratio.mean() - targets["chroma_ratio"]) / targets["chroma_tolerance"])

    return view(least_squares(misses, [1.5, 1.0, 1.1]).x)


if __name__ == "__main__":
    table = tomllib.loads(CATALOGUE.read_text())
    best = solve(table["targets"], table["view"]["inset"], table["view"]["preserve_hue"])
    for key, value in vars(best).items():
        sys.stdout.write(f"{key} = {value:.6g}\n")
