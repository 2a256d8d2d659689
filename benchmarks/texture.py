"""Texture: what the two methods and the registration make of simulated shots whose truth is known.

    python benchmarks/texture.py [--shots 5]

Dead leaves of the test's chart, at 4.5 px/mm, turned by 3 degrees, with perspective and distortion, through a
Gaussian and square pixels; the map that is given is wrong by a pixel.
"""

import argparse
import sys
from pathlib import Path

import numpy as np

from lichtbild.quality.texture import direct_response
from lichtbild.quality.texture_cross import TextureResponse, cross_response, cut, target_power, tile_response
from record import table, write

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from leaf_shots import LEAVES, known_mtf, leaf_shot, to_picture

OFF = np.array([0.8, -0.6])
RANGE = slice(2, 26)
"""Rings from 1/32 to 0.4 cycles/px."""


def misses(response: TextureResponse, known: np.ndarray) -> float:
    low, high = response.interval
    return float(((known < low) | (known > high))[RANGE].mean())


def row(sigma: float, noise: float, shots: int) -> list[str]:
    clean = leaf_shot(sigma)
    shifts, errors, covered = [], {"cross": [], "direct": []}, {"cross": [], "direct": []}
    for seed in range(shots if noise else 1):
        rng = np.random.default_rng(seed)
        light = clean + noise * rng.standard_normal(clean.shape)
        _, tiles = cross_response(light, LEAVES, lambda points: to_picture(points) + OFF)
        shifts += [np.abs(tile.registration.shift - [-0.6, 0.8]).max() for tile in tiles]
        known = known_mtf(sigma, len(tiles[0].spectrum))
        patches = [0.3 + noise * rng.standard_normal((96, 96)) for _ in range(2)]
        found = {
            "cross": tile_response(light, tiles, gain=0.9),
            "direct": direct_response(cut(light, tiles[0]), patches, target_power(tiles[:1]), gain=0.9),
        }
        for name, response in found.items():
            errors[name].append((response.mtf - known)[RANGE])
            covered[name].append(1 - misses(response, known))
    cells = [f"{sigma:g}", f"{100 * noise:g} %", f"{max(shifts):.4f}"]
    for name in ("cross", "direct"):
        deviation = np.sqrt(np.mean(np.square(errors[name])))
        share = f"{100 * np.mean(covered[name]):.0f} %" if noise else "no noise"
        cells += [f"{np.mean(errors[name]):+.4f}", f"{deviation:.4f}", share]
    return cells


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--shots", type=int, default=5)
    shots = parser.parse_args().shots
    rows = [row(sigma, noise, shots) for sigma in (0.0, 0.6, 1.2) for noise in (0.0, 0.01, 0.03)]
    header = ["blur, px", "noise", "registration, most, px"]
    header += [f"{name}: {what}" for name in ("cross", "direct") for what in ("mean error", "RMS", "covered")]
    write("texture", table(header, rows))


if __name__ == "__main__":
    main()
