"""Charts found in simulated pictures: all but colour cards without marks, which have a table of their own.

    python benchmarks/chart_detection_other.py [--each 72] [--size 1400]

Every chart of the catalogue is turned by any angle, tilted, bent by a lens, lit unevenly, blurred, made noisy
and laid on clutter; then those that can be known without marks once more, with their marks left out.
"""

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

import record

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from lichtbild.image.chart import Chart
from lichtbild.image.chart_catalogue import chart_named, chart_names
from lichtbild.quality.detect.chart_map import ChartMap
from lichtbild.quality.detect.find import find_charts
from lichtbild.quality.found_chart import FoundChart
from warped_charts import Warp, a_map, clutter, off, photographed, print_of, seen, unmarked

BY_CONTENT = {
    "esfr-grid": "slanted-edges",
    "checkerboard": "checkerboard",
    "grey-scale": "grey-steps",
    "siemens-star": "siemens-star",
    "dead-leaves": "dead-leaves",
    "dot-grid": "dot-grid",
}
"""Names of what is found of the catalogue's charts without their marks."""
WRONG = 5.0
"""px from the truth anywhere on the paper, from which on a chart with marks counts as wrongly found."""
PLAIN = Warp(tilt=0.12, bend=0.05, blur=(0.4, 1.0), gradient=0.3)


@dataclass
class Tally:
    """What a chart's pictures gave."""

    taken: int = 0
    found: int = 0
    wrong: int = 0
    turned: int = 0
    others: int = 0
    errors: list[float] = None  # type: ignore[assignment]
    worst: list[float] = None  # type: ignore[assignment]

    def __post_init__(self) -> None:
        self.errors, self.worst = [], []


def turns(truth: ChartMap, chart: Chart) -> float:
    """Angle by which a chart is turned in the picture, in quarters."""
    middle = np.array(chart.size[::-1]) / 2
    way = truth(middle + np.array([0.01, 0.0])) - truth(middle)
    return float(np.arctan2(-way[1], way[0]) / (np.pi / 2)) % 4


def add(
    tally: Tally, found: list[FoundChart], truth: ChartMap, chart: Chart, name: str, by_marks: bool
) -> None:
    """One picture's outcome."""
    tally.taken += 1
    right = [one for one in found if one.chart.name == name]
    tally.others += len(found) - len(right)
    if not right:
        return
    tally.found += 1
    best = right[0]
    apart = abs(turns(truth, chart) - best.quarter_turns)
    known = by_marks or name == "grey-steps"  # a board, a star and squares look the same turned by quarters
    if known and min(apart, 4 - apart) > 0.75:
        tally.turned += 1
    if by_marks:
        away = off(best.to_picture, truth, chart)
        tally.errors.append(float(np.sqrt(np.mean(away**2))))
        tally.worst.append(float(away.max()))
        tally.wrong += away.max() > WRONG


def taken(name: str, each: int, shape: tuple[int, int], *, by_marks: bool, seed: int) -> Tally:
    """A chart's pictures, searched."""
    chart = chart_named(name) if by_marks else unmarked(chart_named(name))
    known = tuple(map(chart_named, chart_names()))
    print_, tally = print_of(chart), Tally()
    warp = Warp() if by_marks else PLAIN
    for number in range(each):
        chance = np.random.default_rng([seed, number, len(name), ord(name[0])])
        truth = a_map(chart, shape, warp, chance)
        plane = seen(print_, chart.size, truth, clutter(shape, chance))
        found = find_charts(photographed(plane, warp, chance), known)
        add(tally, list(found), truth, chart, name if by_marks else BY_CONTENT[name], by_marks)
    return tally


def row(name: str, tally: Tally) -> list[str]:
    """A line of the table."""
    errors = (
        (f"{np.median(tally.errors):.3f}", f"{np.percentile(tally.worst, 95):.2f}")
        if tally.errors
        else ("", "")
    )
    counts = (tally.found, tally.turned, tally.wrong, tally.others)
    return [name, str(tally.taken), *map(str, counts), *errors]


def total(tallies: list[Tally]) -> Tally:
    """All charts' pictures together."""
    whole = Tally()
    for one in tallies:
        for field in ("taken", "found", "wrong", "turned", "others"):
            setattr(whole, field, getattr(whole, field) + getattr(one, field))
        whole.errors += one.errors
        whole.worst += one.worst
    return whole


def table(names: list[str], each: int, shape: tuple[int, int], *, by_marks: bool) -> str:
    """The lines of all charts."""
    tallies = []
    for name in names:
        tallies.append(taken(name, each, shape, by_marks=by_marks, seed=9))
        sys.stderr.write(" ".join(row(name, tallies[-1])) + "\n")
        sys.stderr.flush()
    header = ("chart", "pictures", "found", "wrong way up", f"off by > {WRONG:g} px", "other charts named")
    header += ("median error, px", "95 % of worst places, px")
    rows = [row(name, one) for name, one in zip(names, tallies, strict=True)]
    return record.table(header, [*rows, row("all", total(tallies))])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--each", type=int, default=72)
    parser.add_argument("--size", type=int, default=1400)
    chosen = parser.parse_args()
    cv2.setNumThreads(1)
    shape = (chosen.size * 3 // 4, chosen.size)
    record.write(
        "chart_detection_other",
        f"Pictures of {shape[1]} x {shape[0]} pixels. With their marks:",
        table(list(chart_names()), chosen.each, shape, by_marks=True),
        "Without marks, by what they show:",
        table(list(BY_CONTENT), chosen.each, shape, by_marks=False),
    )


if __name__ == "__main__":
    main()
