"""Answers for the panel's tests: published ones, and simulated ones whose truth is known."""

import ast
import csv
import json
from pathlib import Path

import numpy as np

from lichtbild.panel.comparisons import Comparisons
from lichtbild.panel.ratings import Ratings
from lichtbild.panel.scale.link import Link, preference


def lukas(shared: Path) -> np.ndarray:
    """Wins of SUREAL's example of paired comparisons; an answer noted twice counts as last noted."""
    assets = json.loads((shared / "data/quality/sureal/lukas_pc.json").read_text())
    noted: dict[tuple[str, int, int], float] = {}
    for i, asset in enumerate(assets):
        for key, value in asset["os"].items():
            observer, j = ast.literal_eval(key)
            noted[observer, i, j], noted[observer, j, i] = value, 1 - value
    wins = np.zeros((len(assets),) * 2)
    for (_, i, j), value in noted.items():
        wins[i, j] += value
    return wins


def rated(shared: Path, name: str) -> tuple[Ratings, dict[str, dict[str, list[float]]]]:
    """A set of SUREAL's ratings, and what SUREAL makes of it."""
    folder = shared / "data/quality/sureal"
    assets = json.loads((folder / f"{name}.json").read_text())
    expected = json.loads((folder / f"{name}_expected_sureal0.9.json").read_text())
    return Ratings.of_table(np.array([asset["os"] for asset in assets], float).T), expected


def tone_mapping(shared: Path) -> list[Comparisons]:
    """The tone-mapping experiment of pwcmp, one table a scene, conditions by name."""
    with (shared / "data/quality/pwcmp/ex3_tmo_cmp_data.csv").open() as file:
        rows = list(csv.DictReader(file))
    conditions = sorted({row[f"condition_{side}"] for row in rows for side in "AB"})
    observers = sorted({row["observer"] for row in rows})
    scenes = []
    for scene in sorted({row["scene"] for row in rows}):
        own = [row for row in rows if row["scene"] == scene]
        columns = (
            [observers.index(row["observer"]) for row in own],
            [conditions.index(row["condition_A"]) for row in own],
            [conditions.index(row["condition_B"]) for row in own],
            [1 if row["is_A_selected"] == "1" else -1 for row in own],
        )
        scenes.append(Comparisons(*map(np.array, columns), len(conditions), len(observers)))
    return scenes


def joined(scenes: list[Comparisons]) -> Comparisons:
    """Answers of all scenes in one table."""
    columns = [
        np.concatenate([getattr(scene, name) for scene in scenes])
        for name in ("observer", "first", "second", "answer")
    ]
    return Comparisons(*columns, scenes[0].n_items, scenes[0].n_observers)


def compared(
    quality: np.ndarray, observers: int, each: int, generator: np.random.Generator, taste: float = 0.0
) -> Comparisons:
    """Random pairs as Thurstone's observers judge them, tastes of their own among them."""
    n, count = len(quality), observers * each
    own = quality + generator.normal(0, taste, (observers, n))
    who = np.repeat(np.arange(observers), each)
    first = generator.integers(0, n, count)
    second = (first + generator.integers(1, n, count)) % n
    p = preference(Link.NORMAL, own[who, first] - own[who, second])
    return Comparisons(who, first, second, np.where(generator.random(count) < p, 1, -1), n, observers)
