"""The panel's scales: coverage and error of the subject model, stated power, exact modes, seconds.

``[EXPERIMENTS]`` of each kind: 300 by default. choix stands beside us where a Python that has it is named in
CHOIX_PYTHON.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from math import inf
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "panel"))

from judged import compared
from power_study import PAIRED, RATED, paired_share, rated_share
from rating_study import DESIGNS, Study, simulated, studied

import record
from lichtbild.panel.power import PairedDesign, RatingDesign, paired_power, rating_power
from lichtbild.panel.ratings import Ratings
from lichtbild.panel.scale.intervals import bootstrap, profile
from lichtbild.panel.scale.link import Link
from lichtbild.panel.scale.opinion import mean_opinion
from lichtbild.panel.scale.p910 import p910
from lichtbild.panel.scale.paired import PairedModel, scaled
from lichtbild.panel.scale.subject_model import FIVE_GRADES, subject_model

CHOIX = """
import sys, time
import choix, numpy as np
data = np.load(sys.argv[1])
n, pairs, spent = int(data.max()) + 1, [tuple(row) for row in data.tolist()], []
for _ in range(3):
    begin = time.process_time()
    choix.ilsr_pairwise(n, pairs, alpha=0.01)
    spent.append(time.process_time() - begin)
print(min(spent))
"""


def p910_coverage(study: Study, count: int) -> float:
    """Of P.910's Annex E in its own model; a stimulus that nobody rated counts as not held."""
    table, truth, _ = simulated(study, count, 7)
    held = []
    for k in range(count):
        score = np.where(table.there[k], table.score[k], np.nan)[..., 0]
        with np.errstate(all="ignore"):
            scores = p910(Ratings.of_table(score)).scores
        held.append(((scores.low <= truth[k]) & (truth[k] <= scores.high)).mean())
    return float(np.mean(held))


def coverage(count: int) -> Iterator[list[str]]:
    for unlike in ("gamma", "public sets"):
        for design in DESIGNS:
            study = Study(*design, unlike)
            found = studied(study, count, 7)
            yield [
                f"{study.observers} x {study.stimuli}",
                study.kind,
                f"{study.missing:.0%}",
                unlike,
                f"{found.coverage:.1%}",
                f"{found.opinion_coverage:.1%}",
                f"{p910_coverage(study, min(count, 100)):.1%}",
                f"{found.gain:.3f}",
                f"{found.mean_error / found.oracle_error:.3f}",
            ]


def power(count: int) -> Iterator[list[str]]:
    for *numbers, observers in PAIRED:
        design = PairedDesign.even(*numbers)
        stated = paired_power(design, observers)
        shares = [paired_share(design, observers, count)]
        if len(design.quality) > 2:
            shares.append(paired_share(design, observers, count, inf))
        name = f"pairs: {numbers[0]} JND, {numbers[1]} stimuli, {numbers[2]} each, taste {numbers[3]}"
        yield [name, str(observers), f"{stated:.3f}", " / ".join(f"{share:.3f}" for share in shares)]
    for *numbers, observers in RATED:
        rated = RatingDesign(*numbers)
        share = rated_share(rated, observers, count)
        name = (
            f"ratings: {numbers[0]} points, inconsistency {numbers[1]} ({numbers[2]} apart), "
            f"{numbers[3]} times, taste {numbers[4]}, grade {numbers[5]}"
        )
        yield [name, str(observers), f"{rating_power(rated, observers):.3f}", f"{share:.3f}"]


def seconds(work: Callable[[], object]) -> str:
    """Processor seconds, the least of three."""
    spent = []
    for _ in range(3):
        begin = time.process_time()
        work()
        spent.append(time.process_time() - begin)
    return f"{1000 * min(spent):.1f} ms"


def choix(comparisons: object, folder: Path) -> str:
    python = os.environ.get("CHOIX_PYTHON")
    if python is None:
        return "not at hand"
    won = comparisons.answer == 1
    pairs = np.where(won, [comparisons.first, comparisons.second], [comparisons.second, comparisons.first]).T
    np.save(folder / "pairs.npy", pairs)
    said = subprocess.run(
        [python, "-c", CHOIX, str(folder / "pairs.npy")], capture_output=True, text=True, check=True
    )
    return f"{1000 * float(said.stdout):.1f} ms"


def speed(folder: Path) -> Iterator[list[str]]:
    for n, observers, each in ((40, 20, 100), (1000, 40, 500)):
        generator = np.random.default_rng(n)
        comparisons = compared(generator.normal(0, 2, n), observers, each, generator)
        for link in Link:
            for spread in (None, 3.0):
                model = PairedModel(link=link, spread=spread)
                what = f"{link.value}, prior {'learned' if spread is None else 'given'}"
                took = seconds(lambda model=model, data=comparisons: scaled(data, model))
                yield [f"{n} stimuli, {len(comparisons)} answers", what, took]
        yield [f"{n} stimuli", "choix, ilsr_pairwise", choix(comparisons, folder)]
        if n == 40:
            both = comparisons, scaled(comparisons)
            yield ["40 stimuli", "bootstrap of 500", seconds(lambda both=both: bootstrap(*both))]
            yield ["40 stimuli", "profile of all", seconds(lambda both=both: profile(*both))]
    table, _, _ = simulated(Study(24, 40, "five grades", 0.0, "gamma"), 1, 1)
    ratings = Ratings.of_table(table.score[0])
    for name, work in (
        ("MOS", lambda: mean_opinion(ratings)),
        ("P.910 Annex E", lambda: p910(ratings)),
        ("subject model, continuous", lambda: subject_model(ratings)),
        ("subject model, five grades", lambda: subject_model(ratings, FIVE_GRADES)),
    ):
        yield ["24 x 40 ratings", name, seconds(work)]


def main(count: int) -> None:
    first = ["observers x stimuli", "scale", "missing", "inconsistencies", "ours", "MOS's", "P.910's"]
    tables = [
        "Subject model against the mean opinion score: how often the 95 % interval of each holds the truth, "
        f"and MOS's root mean square error over ours; {count} simulated experiments each (at most 100 for "
        "P.910). The last column is MOS's error over that of one who knows every observer's spread.",
        record.table([*first, "MOS / ours", "MOS / all known"], coverage(count)),
        "Stated power against 1,000 simulated experiments, which tell it to 0.016 (pairs: prior learned / "
        "none).",
        record.table(["experiment", "observers", "stated", "counted"], power(1000 if count > 20 else count)),
        "Processor time, one thread.",
    ]
    with tempfile.TemporaryDirectory() as name:
        tables.append(record.table(["data", "work", "time"], speed(Path(name))))
    record.write("panel_scaling", *tables)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 300)
