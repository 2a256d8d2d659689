"""Schedule: how many comparisons it takes to know scores to 0.5 JND, and how long a choice takes.

    python benchmarks/panel_schedule.py SHARED/data/quality/pwcmp KEPT [--runs 200] [--only WORD] [--table]

Observers are simulated (Thurstone V), but for the last table, in which recorded votes are drawn with
replacement.
Every row is kept in the folder KEPT, so that a run that was stopped goes on; --table only writes the result.
"""

import argparse
import csv
import json
import os
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from time import process_time

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from lichtbild.panel.posterior import ScorePrior
from lichtbild.panel.schedule import active, bound, many, simulate
from lichtbild.panel.schedule.balanced import incomplete
from lichtbild.panel.schedule.prior import Measure, learned
from record import table, write

LEVEL = 0.5
MISS = 0.7
ENSEMBLES = {
    "uniform": "drawn from 0 to 12",
    "even": "at equal steps over 12",
    "normal 3": "normal of deviation 3 (12 is four deviations)",
    "normal 1.5": "normal of deviation 1.5",
}
BUDGETS = {
    16: [40, 60, 80, 100, 120, 140, 160, 180, 200, 240, 280, 320, 360, 400],
    40: [80, 120, 160, 200, 240, 280, 320, 380, 440, 500, 560, 640],
    112: [300, 400, 500, 600, 700, 800, 900, 1000, 1150, 1300],
}
SHUFFLED = {
    16: [240, 320, 400, 480, 560, 640, 720, 800, 1000],
    40: [600, 700, 800, 900, 1000, 1150, 1300, 1500, 1800],
    112: [800, 900, 1000, 1150, 1300, 1500, 1800, 2072],
}
FEWER = 50
"""Runs of 112 conditions whose rows ask for no test against random."""


@dataclass(frozen=True)
class Row:
    """A study: how many conditions, how they lie, how pairs are chosen, what is known beforehand."""

    n: int
    ensemble: str
    design: str
    measure: str

    @property
    def name(self) -> str:
        """Of the file that keeps it."""
        return f"{self.n} {self.ensemble} {self.design} {self.measure}"


ROWS = [
    *(
        Row(n, ensemble, design, measure)
        for n, ensemble in ((16, "uniform"), (40, "uniform"), (112, "normal 1.5"))
        for design, measure in (
            ("random", "none"),
            ("round robin", "none"),
            ("active", "none"),
            ("active", "in JND"),
            ("active", "of unknown unit"),
            ("active", "reversed"),
            ("active", "unrelated"),
        )
    ),
    *(
        Row(n, ensemble, design, measure)
        for n in (16, 40)
        for ensemble in ("even", "normal 3")
        for design, measure in (("random", "none"), ("active", "none"), ("active", "in JND"))
    ),
    Row(16, "uniform", "information", "none"),
    Row(16, "uniform", "late", "none"),
    Row(40, "uniform", "late", "none"),
]


def truth(row: Row, rng: np.random.Generator) -> np.ndarray:
    if row.ensemble == "uniform":
        return rng.uniform(0, 12, row.n)
    if row.ensemble == "even":
        return rng.permutation(np.linspace(0, 12, row.n))
    return float(row.ensemble.split()[1]) * rng.standard_normal(row.n)


def measured(row: Row, scores: np.ndarray, rng: np.random.Generator) -> Measure | None:
    miss = MISS * rng.standard_normal(row.n)
    if row.measure == "none":
        return None
    if row.measure == "unrelated":
        return Measure(rng.permutation(scores), in_jnd=True)
    if row.measure == "reversed":
        return Measure(-scores + miss, in_jnd=True)
    return Measure(scores + miss, in_jnd=row.measure == "in JND")


def errors(row: Row, run: int) -> list[float]:
    rng = np.random.default_rng([row.n, run])
    scores = truth(row, rng)
    measure = measured(row, scores, rng)
    criterion = "information" if row.design == "information" else "error"
    design = "active" if row.design in ("information", "late") else row.design
    plan = simulate.Plan(row.n, design, measure, criterion=criterion, late=row.design == "late")
    return [simulate.error(found, scores) for found in simulate.simulated(scores, plan, budgets(row), run)]


def budgets(row: Row) -> list[int]:
    if row.design in ("random", "round robin"):
        return SHUFFLED[row.n]
    last = 0.6 if row.measure in ("in JND", "of unknown unit") else 1.0
    return BUDGETS[row.n][: int(np.ceil(last * len(BUDGETS[row.n])))] if last < 1 else BUDGETS[row.n]


def run_row(row: Row, kept: Path, runs: int) -> None:
    place = kept / f"{row.name}.json".replace(" ", "_")
    found = json.loads(place.read_text()) if place.exists() else []
    wanted = min(runs, FEWER) if row.n == 112 and row.measure not in ("unrelated", "reversed") else runs
    for run in range(len(found), wanted):
        found.append(errors(row, run))
        if run % 10 == 9 or run == wanted - 1:
            place.write_text(json.dumps(found))
    print(row.name, len(found), crossing(np.array(budgets(row)), np.array(found).mean(axis=0)), flush=True)


def crossing(numbers: np.ndarray, curve: np.ndarray) -> float:
    """Votes at which the mean error falls below the level; infinite where it does not."""
    below = np.flatnonzero(curve < LEVEL)
    if not below.size or below[0] == 0:
        return float("inf") if not below.size else float(numbers[0])
    k = below[0]
    share = (curve[k - 1] - LEVEL) / (curve[k - 1] - curve[k])
    return float(numbers[k - 1] + share * (numbers[k] - numbers[k - 1]))


def interval(numbers: np.ndarray, runs: np.ndarray) -> tuple[float, float]:
    """Of the crossing of the mean of runs, 95 %, by drawing runs with replacement."""
    rng = np.random.default_rng(0)
    draws = [
        crossing(numbers, runs[rng.integers(len(runs), size=len(runs))].mean(axis=0)) for _ in range(500)
    ]
    return float(np.quantile(draws, 0.025, method="nearest")), float(
        np.quantile(draws, 0.975, method="nearest")
    )


def cell(numbers: np.ndarray, runs: np.ndarray) -> str:
    low, high = interval(numbers, runs)
    middle = crossing(numbers, runs.mean(axis=0))
    words = [f"{value:.0f}" if np.isfinite(value) else f"> {numbers[-1]}" for value in (middle, low, high)]
    return f"{words[0]} ({words[1]} to {words[2]})"


def oracle(row: Row, runs: int = 12) -> float:
    """Votes that even the design for the true scores needs (see ``panel.schedule.bound``)."""
    numbers = np.unique(np.geomspace(20, 1.5 * max(BUDGETS[row.n]), 14).astype(int))
    found = []
    for run in range(runs if row.n < 100 else 3):
        scores = truth(row, np.random.default_rng([row.n, run]))
        away = scores - scores.mean()
        prior = ScorePrior.flat(row.n, float(away.std()))
        if row.measure == "in JND":
            prior = ScorePrior(MISS, away / away.std(), float(away.std()), 0.05 * float(away.std()))
        elif row.measure != "none":
            prior = ScorePrior(MISS, away / away.std(), 0.0, float(away.std()))
        found.append([bound.least_error(scores, prior, int(number)) for number in numbers])
    return crossing(numbers, np.sqrt(np.square(found).mean(axis=0)))


def simulated_table(kept: Path) -> str:
    lines = []
    for row in ROWS:
        place = kept / f"{row.name}.json".replace(" ", "_")
        if not place.exists():
            continue
        runs = np.array(json.loads(place.read_text()))
        limit = f"{oracle(row):.0f}" if row.measure in ("none", "in JND") and row.design == "active" else ""
        lines.append(
            [
                str(row.n), ENSEMBLES[row.ensemble], row.design, row.measure,
                cell(np.array(budgets(row)), runs), str(len(runs)), limit,
            ]
        )  # fmt: skip
    head = [
        "conditions",
        "scores, JND",
        "design",
        "measure, error 0.7 JND",
        "votes to 0.5 JND (95 %)",
        "runs",
        "oracle",
    ]
    return table(head, lines)


def time_table() -> str:
    lines = []
    for n in (16, 40, 112, 200):
        rng = np.random.default_rng(n)
        scores = rng.uniform(0, 12, n)
        measure = Measure(scores + MISS * rng.standard_normal(n), in_jnd=True)
        votes = np.zeros((0, 3), int)
        single, fits, known = [], [], active.unknown(n, measure)
        for k in range(3 * n):
            start = process_time()
            first, second = active.next_pairs(known, 1, k)[0]
            spent = process_time() - start
            sides = np.array([first]), np.array([second])
            answer = simulate.answers(scores, *sides, simulate.Observer(), rng)
            votes = np.concatenate([votes, [[first, second, answer[0]]]])
            start = process_time()
            known = known.after(int(first), int(second), int(answer[0]))
            single.append(spent + process_time() - start)
            if active.checkpoint(k + 1, n) == k + 1:
                start = process_time()
                known = learned(*votes.T, n, measure).known
                fits.append(process_time() - start)
        each = 1e3 * np.array(single)
        whole = each.mean() + 1e3 * sum(fits) / len(each)
        cells = [np.median(each), np.quantile(each, 0.99), 1e3 * np.median(fits), whole]
        lines.append([str(n), *(f"{value:.1f}" for value in cells)])
    head = [
        "conditions",
        "update and choice, median, ms",
        "99 of 100 below",
        "full fit, every n/8, later n/2 votes",
        "mean with fits",
    ]
    return table(head, lines)


def many_table() -> str:
    lines = []
    for n, appearances in ((1000, 10), (5000, 10)):
        rng = np.random.default_rng(n)
        scores = 2 * rng.standard_normal(n)
        pairs = incomplete(n, appearances, 0)
        answers = simulate.answers(scores, *pairs.T, simulate.Observer(), rng)
        votes = active.Votes(pairs[:, 0], pairs[:, 1], answers, n)
        start = process_time()
        known = many.sketched(votes, 0)
        middle = process_time()
        many.next_pairs_of_many(known, 200, 0)
        lines.append([str(n), str(len(pairs)), f"{middle - start:.2f}", f"{process_time() - middle:.2f}"])
    return table(["conditions", "votes", "posterior, s", "200 next pairs, s"], lines)


def recorded(folder: Path) -> dict[str, dict[str, list[tuple[str, str, int]]]]:
    """Votes by study and scene: two conditions, and +1 where the first was preferred."""
    studies: dict[str, dict[str, list[tuple[str, str, int]]]] = {"tone mapping": defaultdict(list)}
    studies["light field"] = defaultdict(list)
    with (folder / "ex3_tmo_cmp_data.csv").open() as file:
        for line in csv.DictReader(file):
            answer = 1 if line["is_A_selected"] == "1" else -1
            vote = line["condition_A"], line["condition_B"], answer
            studies["tone mapping"][line["scene"]].append(vote)
    with (folder / "lf_quality_pwcmps.csv").open() as file:
        for line in csv.DictReader(file):
            names = [f"{line[f'dist_type{side}']} {line[f'dist_level{side}']}" for side in (1, 2)]
            vote = names[0], names[1], 1 if line["selected"] == "1" else -1
            studies["light field"][line["scene"]].append(vote)
    return studies


def replay(folder: Path, repeats: int) -> str:
    lines = []
    for study, scenes in recorded(folder).items():
        names = {
            scene: sorted({name for vote in votes for name in vote[:2]}) for scene, votes in scenes.items()
        }
        truths = {scene: full_scores(votes, names[scene]) for scene, votes in scenes.items()}
        numbers = np.arange(10, 121, 10) if study == "tone mapping" else np.arange(50, 1001, 50)
        kinds = ["random", "none", "other scenes"] + (["strength"] if study == "light field" else [])
        for kind in kinds:
            runs = [
                one_replay(scenes[scene], names[scene], truths, scene, (kind, numbers, repeat))
                for scene in scenes
                for repeat in range(repeats)
            ]
            conditions = sorted({len(found) for found in names.values()})
            design = "random" if kind == "random" else "active"
            measure = "none" if kind == "random" else kind
            count = f"{len(scenes)} scenes of {conditions[0]}"
            curve = np.array(runs)
            at = [f"{curve[:, place].mean():.2f}" for place in (len(numbers) // 4, len(numbers) // 2, -1)]
            lines.append([study, count, design, measure, cell(numbers, curve), *at])
            print(lines[-1], flush=True)
    head = [
        "study",
        "size",
        "design",
        "measure",
        "votes to 0.5 JND (95 %)",
        "error at a quarter",
        "at half",
        "at the end",
    ]
    return table(head, lines)


def full_scores(votes: list[tuple[str, str, int]], names: list[str]) -> dict[str, float]:
    """Scores by all recorded votes."""
    numbered = np.array(
        [(names.index(first), names.index(second), answer) for first, second, answer in votes]
    )
    return dict(zip(names, learned(*numbered.T, len(names)).known.centred_mean, strict=True))


def one_replay(votes, names, truths, scene, asked) -> list[float]:
    kind, numbers, repeat = asked
    by_pair = defaultdict(list)
    for first, second, answer in votes:
        low, high = sorted((names.index(first), names.index(second)))
        by_pair[low, high].append(answer if names.index(first) == low else -answer)
    rng = np.random.default_rng(repeat)

    def judge(first: int, second: int) -> int:
        given = by_pair[min(first, second), max(first, second)]
        return given[rng.integers(len(given))] * (1 if first < second else -1)

    candidates = np.array(sorted(by_pair))
    plan = simulate.Plan(
        len(names),
        "random" if kind == "random" else "active",
        known_before(kind, names, truths, scene),
        candidates,
    )
    scores = np.array([truths[scene][name] for name in names])
    return [simulate.error(found, scores) for found in simulate.course(plan, judge, numbers.tolist(), repeat)]


def known_before(
    kind: str, names: list[str], truths: dict[str, dict[str, float]], scene: str
) -> Measure | None:
    """A measure of a scene's conditions that none of its votes went into."""
    if kind == "strength":
        return Measure(np.array([-np.log1p(float(name.split()[1])) for name in names]))
    if kind != "other scenes":
        return None
    others = [found for other, found in truths.items() if other != scene]
    return Measure(
        np.array([np.mean([found[name] for found in others if name in found]) for name in names]), True
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("pwcmp", type=Path)
    parser.add_argument("kept", type=Path)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--only", default="")
    parser.add_argument("--table", action="store_true")
    asked = parser.parse_args()
    asked.kept.mkdir(exist_ok=True, parents=True)
    for runs in sorted({min(30, asked.runs), min(60, asked.runs), asked.runs}):
        for row in ROWS if not asked.table else ():
            if asked.only in row.name:
                run_row(row, asked.kept, runs)
    if asked.only:
        return
    write(
        "panel_schedule",
        "Votes until the mean over runs of the root mean square error falls to 0.5 JND; the oracle knows the"
        " scores beforehand and chooses all pairs for them (root of the mean square, same normal prior).",
        simulated_table(asked.kept),
        "Processor time of one choice, with a measure in JND:",
        time_table(),
        "Thousands of pictures, votes of a random design of 10 appearances each:",
        many_table(),
        "Recorded votes drawn anew, 20 repeats a scene; the truth is the scores by all its votes:",
        replay(asked.pwcmp, 20),
    )


if __name__ == "__main__":
    main()
