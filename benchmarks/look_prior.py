"""What is usual in looks and in photographs: the numbers by which finished pictures tell their look.

    python benchmarks/look_prior.py TABLES PHOTOGRAPHS OTHERS

TABLES is a folder of HaldCLUTs (c_*.png in colour, m_*.png without), PHOTOGRAPHS one of pictures that may be
learned from, OTHERS one of pictures of another source. Sets of five photographs, changed as another camera
might have changed them, are given looks; the linear estimate of least mean square error of the looks' numbers
from the pictures' statistics is written to the package. How firmly it holds to the usual look is decided on
OTHERS, by the rule of one standard error (Hastie, Tibshirani and Friedman, "The Elements of Statistical
Learning", section 7.10). Only numbers are kept: neither pictures nor tables.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from lichtbild.colour.difference import ciede2000
from lichtbild.colour.transfer import SRGB
from lichtbild.io.lut import hald
from lichtbild.look.learn.display_colour import from_oklab, to_cielab, to_oklab
from lichtbild.look.learn.finished import Estimator
from lichtbild.look.learn.look_family import FamilyLook, nearest
from lichtbild.look.learn.picture_statistics import statistics
from lichtbild.look.lut import Lut
from lichtbild.look.lut_table import resampled

TARGET = Path(__file__).parents[1] / "src/lichtbild/look/learn/usual.npz"
FINISHED, PLAIN = 5, 4
PIXELS = 600
FIRMNESS = (0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
"""Ridge parameter by simulated set, in units of the statistics' variance."""
SOURCE, PICTURE = 2.5, 0.7
"""Scatter of renderings between sources and between one source's pictures, in the units of `rendered`."""


@dataclass
class Simulated:
    """Statistics of simulated sets, and their looks' numbers."""

    finished: np.ndarray
    plain: np.ndarray
    numbers: np.ndarray


def pixels(folder: Path, rng: np.random.Generator, count: int) -> list[np.ndarray]:
    found = []
    for path in sorted(folder.iterdir()):
        image = Image.open(path).convert("RGB")
        image.thumbnail((200, 200), Image.Resampling.BOX)
        every = np.asarray(image, np.float64).reshape(-1, 3) / 255
        found.append(every[rng.choice(len(every), count)])
    return found


def rendered(rgb: np.ndarray, rng: np.random.Generator, scale: float) -> np.ndarray:
    """Pixels as another camera, or another light, might have made them."""
    light = SRGB.decode(rgb) * np.exp(scale * rng.normal(0, 0.15, 3) * [0.4, 0.2, 0.4])
    found = SRGB.encode(np.clip(light * 2 ** (scale * rng.normal(0, 0.3)), 0, 1))
    found = found ** np.exp(scale * rng.normal(0, 0.12))
    grey = found.mean(-1, keepdims=True)
    found = grey + (found - grey) * np.exp(scale * rng.normal(-0.1, 0.15))
    lift = scale * abs(rng.normal(0, 0.02))
    return np.clip(lift + found * (1 - lift) * (1 - scale * abs(rng.normal(0, 0.03))), 0, 1)


def simulated(
    tables: Sequence[Lut], looks: np.ndarray, pool: Sequence[np.ndarray], count: int, neutral: bool
) -> Simulated:
    rng = np.random.default_rng(3)
    keep = np.array([1.0, 0.0, 0.0]) if neutral else np.ones(3)
    parts: list[list[np.ndarray]] = [[], [], []]
    for _ in range(count):
        first, second = rng.integers(len(tables), size=2)
        share = rng.random() * (rng.random() < 0.5)
        table = tables[first].table * (1 - share) + tables[second].table * share
        seed = int(rng.integers(1 << 30))
        chosen = [pool[place] for place in rng.choice(len(pool), FINISHED + PLAIN, replace=False)]
        shown = [one[rng.choice(len(one), PIXELS, replace=False)] for one in chosen]
        shown = [rendered(rendered(one, np.random.default_rng(seed), SOURCE), rng, PICTURE) for one in shown]
        done = [to_oklab(Lut(np.asarray(table, np.float32))(one)) * keep for one in shown[:FINISHED]]
        parts[0].append(statistics(done))
        parts[1].append(statistics([to_oklab(one) * keep for one in shown[FINISHED:]]))
        parts[2].append(looks[first] * (1 - share) + looks[second] * share)
    return Simulated(*(np.array(part) for part in parts))


def estimate(found: np.ndarray, numbers: np.ndarray, firmness: float) -> Estimator:
    usual, scatter, look = found.mean(0), found.std(0) + 1e-6, numbers.mean(0)
    unit = (found - usual) / scatter
    normal = unit.T @ unit / len(unit) + firmness * np.eye(unit.shape[1])
    return Estimator(usual, scatter, look, np.linalg.solve(normal, unit.T @ (numbers - look) / len(unit)))


def errors(
    estimator: Estimator, tables: Sequence[Lut], others: Sequence[np.ndarray], neutral: bool, plain: bool
) -> np.ndarray:
    """CIEDE2000 of 60 looks on pictures of another source, learned from five."""
    rng = np.random.default_rng(9)
    keep = np.array([1.0, 0.0, 0.0]) if neutral else np.ones(3)
    found = []
    for _ in range(60):
        table = tables[rng.integers(len(tables))]
        chosen = [others[place] for place in rng.permutation(len(others))]
        parts = [statistics([to_oklab(table(one)) * keep for one in chosen[:FINISHED]])]
        if plain:
            parts.append(statistics([to_oklab(one) * keep for one in chosen[FINISHED : FINISHED + PLAIN]]))
        look = FamilyLook(estimator(np.concatenate(parts)), neutral)
        rest = np.concatenate(chosen[FINISHED + PLAIN :])
        made = from_oklab(look.lab(to_oklab(rest)))
        found.append(ciede2000(to_cielab(made), to_cielab(table(rest))).mean())
    return np.array(found)


def firmest(build: Callable[[float], Estimator], judge: Callable[[Estimator], np.ndarray]) -> Estimator:
    """The firmest whose error is within a standard error of the least."""
    tried = [(build(firmness), firmness) for firmness in FIRMNESS]
    judged = [judge(estimator) for estimator, _ in tried]
    best = min(judged, key=np.mean)
    bound = best.mean() + best.std(ddof=1) / len(best) ** 0.5
    for (_, firmness), error in zip(tried, judged, strict=True):
        print(f"  firmness {firmness:g}: {error.mean():.2f} CIEDE2000 (bound {bound:.2f})", flush=True)
    chosen = max(place for place, error in enumerate(judged) if error.mean() <= bound)
    return tried[chosen][0]


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for name in ("tables", "photographs", "others"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--count", type=int, default=2500)
    asked = parser.parse_args()
    rng = np.random.default_rng(1)
    pool, others = pixels(asked.photographs, rng, 3000), pixels(asked.others, rng, 1500)
    known = np.concatenate([one[::4] for one in pool] + [rng.random((2000, 3))])
    kept = {}
    for kind, neutral in (("colour", False), ("neutral", True)):
        paths = sorted(asked.tables.glob(f"{'m' if neutral else 'c'}_*.png"))
        tables = [resampled(hald.read(path).lut, 33) for path in paths]
        looks = np.array([nearest(to_oklab(known), to_oklab(table(known))).numbers for table in tables])
        found = simulated(tables, looks, pool, asked.count, neutral)
        for name, seen in (("alone", found.finished), ("with", np.hstack([found.finished, found.plain]))):
            print(f"{kind} {name}: {len(tables)} tables, {seen.shape[1]} statistics", flush=True)
            estimator = firmest(
                lambda firmness, seen=seen, found=found: estimate(seen, found.numbers, firmness),
                lambda one, name=name, tables=tables, neutral=neutral: errors(
                    one, tables, others, neutral, name == "with"
                ),
            )
            for part in ("usual", "scatter", "look", "gain"):
                kept[f"{kind}_{name}_{part}"] = getattr(estimator, part).astype(np.float32)
    np.savez_compressed(TARGET, **kept)
    return 0


if __name__ == "__main__":
    sys.exit(main())
