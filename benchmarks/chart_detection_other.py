"""Charts found in simulated pictures: all but colour cards without marks, which have a table of their own.

    python benchmarks/chart_detection_other.py [--each 72] [--size 1400] [--seed 9] [--seconds 600]
    python benchmarks/chart_detection_other.py --only marks --part a.json (and so on)
    python benchmarks/chart_detection_other.py --join a.json b.json c.json

Every chart of the catalogue is turned by any angle, tilted, bent by a lens, lit unevenly, blurred, made noisy
and laid on clutter; then those that can be known without marks once more, with their marks left out; then
clutter alone, in which nothing may be found.
"""

import argparse
import json
import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

import cv2
import numpy as np

import record

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from lichtbild.image.chart import Chart
from lichtbild.image.chart_catalogue import chart_named, chart_names
from lichtbild.quality.detect.chart_map import ChartMap
from lichtbild.quality.detect.find import find_charts, search_charts
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
    errors: list[float] = field(default_factory=list)
    worst: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)


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
        tally.wrong += int(away.max() > WRONG)


@dataclass(frozen=True)
class Series:
    """Charts of which pictures are made.

    Attributes:
        names: of the charts, in the catalogue.
        each: pictures of every one at most.
        shape: rows and columns of a picture.
        by_marks: with their marks.
        seed: of all chance.
        seconds: after which no further picture is begun.
    """

    names: list[str]
    each: int
    shape: tuple[int, int]
    by_marks: bool
    seed: int
    seconds: float


def taken(series: Series) -> dict[str, Tally]:
    """The charts' pictures, searched: one of each, then the next of each."""
    known, began = tuple(map(chart_named, chart_names())), time.monotonic()
    charts = {
        name: chart_named(name) if series.by_marks else unmarked(chart_named(name)) for name in series.names
    }
    prints = {name: print_of(chart) for name, chart in charts.items()}
    tallies = {name: Tally() for name in series.names}
    warp = Warp() if series.by_marks else PLAIN
    for number in range(series.each):
        for name, chart in charts.items():
            if time.monotonic() - began > series.seconds:
                return tallies
            chance = np.random.default_rng([series.seed, number, len(name), ord(name[0])])
            truth = a_map(chart, series.shape, warp, chance)
            plane = seen(prints[name], chart.size, truth, clutter(series.shape, chance))
            light = photographed(plane, warp, chance)
            start = time.process_time()
            found = find_charts(light, known)
            tallies[name].seconds.append(time.process_time() - start)
            called = name if series.by_marks else BY_CONTENT[name]
            add(tallies[name], list(found), truth, chart, called, series.by_marks)
        sys.stderr.write(f"{number} {row('all', total(list(tallies.values())))}\n")
        sys.stderr.flush()
    return tallies


def empty(count: int, shape: tuple[int, int], seed: int, seconds: float) -> dict[str, int]:
    """Pictures of clutter alone, charts found in them, and charts refused."""
    known, began = tuple(map(chart_named, chart_names())), time.monotonic()
    taken, found, refused = 0, 0, 0
    while taken < count and time.monotonic() - began < seconds:
        chance = np.random.default_rng([seed, taken, 0, 0])
        finding = search_charts(photographed(clutter(shape, chance), Warp(), chance), known)
        taken, found = taken + 1, found + len(finding.found)
        refused += len(finding.refused)
    return {"taken": taken, "found": found, "refused": refused}


def row(name: str, tally: Tally) -> list[str]:
    """A line of the table."""
    errors = (
        (f"{np.median(tally.errors):.3f}", f"{np.percentile(tally.worst, 95):.2f}")
        if tally.errors
        else ("", "")
    )
    counts = (tally.found, tally.turned, tally.wrong, tally.others)
    spent = f"{np.median(tally.seconds):.2f}" if tally.seconds else ""
    return [name, str(tally.taken), *map(str, counts), *errors, spent]


def total(tallies: list[Tally]) -> Tally:
    """All charts' pictures together."""
    whole = Tally()
    for one in tallies:
        for count in ("taken", "found", "wrong", "turned", "others"):
            setattr(whole, count, getattr(whole, count) + getattr(one, count))
        whole.errors += one.errors
        whole.worst += one.worst
        whole.seconds += one.seconds
    return whole


def table(tallies: dict[str, Tally]) -> str:
    """The lines of all charts."""
    header = ("chart", "pictures", "found", "wrong way up", f"off by > {WRONG:g} px", "other charts named")
    header += ("median error, px", "95 % of worst places, px", "processor time, s")
    rows = [row(name, one) for name, one in tallies.items()]
    return record.table(header, [*rows, row("all", total(list(tallies.values())))])


def write(size: int, marked: dict[str, Tally], plain: dict[str, Tally], none: dict[str, int]) -> None:
    """The record of all series."""
    record.write(
        "chart_detection_other",
        f"Pictures of {size} x {size * 3 // 4} pixels. With their marks:",
        table(marked),
        "Without marks, by what they show:",
        table(plain),
        f"Clutter alone, {none['taken']} pictures: {none['found']} charts found, {none['refused']} refused.",
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--each", type=int, default=72)
    parser.add_argument("--size", type=int, default=1400)
    parser.add_argument("--seed", type=int, default=9)
    parser.add_argument("--seconds", type=float, default=np.inf, help="of each series, on the clock")
    parser.add_argument("--only", choices=("marks", "content", "clutter"), help="one series, into --part")
    parser.add_argument("--part", type=Path)
    parser.add_argument("--join", type=Path, nargs=3, help="parts of marks, content, clutter: the record")
    chosen = parser.parse_args()
    cv2.setNumThreads(1)
    shape = (chosen.size * 3 // 4, chosen.size)
    if chosen.join:
        *halves, none = (json.loads(path.read_text()) for path in chosen.join)
        tallies = ({name: Tally(**one) for name, one in half.items()} for half in halves)
        write(chosen.size, *tallies, none)
        return
    rest = (chosen.each, shape)
    both = {
        "marks": Series(list(chart_names()), *rest, True, chosen.seed, chosen.seconds),
        "content": Series(list(BY_CONTENT), *rest, False, chosen.seed, chosen.seconds),
    }
    if chosen.only == "clutter":
        chosen.part.write_text(json.dumps(empty(chosen.each, shape, chosen.seed, chosen.seconds)))
        return
    if chosen.only:
        tallies = taken(both[chosen.only])
        chosen.part.write_text(json.dumps({name: asdict(one) for name, one in tallies.items()}))
        return
    none = empty(chosen.each, shape, chosen.seed, chosen.seconds)
    write(chosen.size, taken(both["marks"]), taken(both["content"]), none)


if __name__ == "__main__":
    main()
