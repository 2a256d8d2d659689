"""A search is the same whoever works at it, in whatever order and however often it is interrupted."""

import random
from collections.abc import Callable, Iterator
from math import inf, radians
from pathlib import Path
from typing import Any, Self

import pytest

from lichtbild.optics.lens import Aperture, Gap, Lens
from lichtbild.optics.search.candidate import Candidate, Failed
from lichtbild.optics.search.result import SPOT, Measure, Proof
from lichtbild.optics.search.target import SAMPLING
from lichtbild.optics.specification import Specification
from lichtbild.optics.surface import Surface
from lichtbild.study import design, judge
from lichtbild.study.design import Progress, Search, Task, search
from lichtbild.study.judge import Best
from lichtbild.study.workers import Crew, Lost

WANTED = Specification(2, 4.0, 1.0, radians(20), 5.0)
LENS = Lens((Surface(),), (Gap(inf), Gap(1.0)), 0, Aperture("f-number", 4.0))


def made(task: Task) -> Candidate | Failed:
    """A stand-in for the optics: numbers that follow from the task alone."""
    draw = random.Random(repr((task.name, task.seed)))
    if task.candidate is None:
        if draw.random() < 0.6:
            return Failed(draw.random(), 7)
        size = 0.02 * draw.random()
    else:
        size = task.candidate.radii[0] * draw.uniform(0.8, 1.1)
    return Candidate(
        ("PMMA", "POLYCARB"),
        (0.1,) * 4,
        ((0.0,) * 7,) * 4,
        (0.1,) * 7,
        (1.0,) * 7,
        50 * size,
        (size,) * len(SAMPLING.fields),
        3,
        task.name,
    )


class Shuffled(Crew[Any, Any]):
    """Workers in one process that end their tasks in a random order; now and then one dies."""

    draw = random.Random(0)
    deaths = 0.0

    def __init__(self, function: Callable[[Any], Any], *_: object) -> None:
        self.function, self.tasks = function, []

    @property
    def has_answers(self) -> bool:
        return self.draw.random() < 0.5

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return

    def give(self, task: Any) -> None:
        self.tasks.append(task)

    def next(self) -> tuple[Any, Any]:
        task = self.tasks.pop(self.draw.randrange(len(self.tasks)))
        return task, Lost(1) if self.draw.random() < self.deaths else self.function(task)


def tabled(candidate: Candidate) -> Proof:
    """A stand-in for the proof: spots somewhat greater than the search knows; half of them miss a limit."""
    draw = random.Random(candidate.radii[0])
    size = 1e3 * candidate.radii[0] * draw.uniform(1.0, 1.2)
    track = 5.0 if draw.random() < 0.5 else 5.1
    measures = (Measure("track", 0.0, 5.0, track, "mm"), Measure(f"{SPOT} 0.85", 0.0, 4.0, size, "um"))
    return Proof(LENS, measures)


@pytest.fixture(autouse=True)
def _no_optics(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for module in (design, judge):
        monkeypatch.setattr(module, "Crew", Shuffled)
    monkeypatch.setattr(design, "done", made)
    monkeypatch.setattr(judge, "proved", lambda question: tabled(question.candidate))
    yield


def run(path: Path, tasks: int) -> list[Best]:
    """A search until so many tasks are done."""

    def keep_on(progress: Progress) -> bool:
        return progress.tasks < tasks

    return list(search(WANTED, 5, path, 2, keep_on))


def results(path: Path) -> dict[str, dict[str, object]]:
    """All results of a search's ledger, without the times."""
    state = Search(WANTED, 5, path)
    return {name: {k: v for k, v in entry.items() if k != "seconds"} for name, entry in state.known.items()}


def test_each_lens_is_better_than_the_one_before(tmp_path: Path) -> None:
    found = run(tmp_path / "lens.toml", 300)
    standings = [each.proof.standing for each in found]
    assert len(standings) > 3
    assert standings == sorted(standings, reverse=True)


def test_a_lens_that_keeps_to_all_limits_goes_before_a_sharper_one_that_does_not(tmp_path: Path) -> None:
    last = run(tmp_path / "lens.toml", 300)[-1]
    state = Search(WANTED, 5, tmp_path / "lens.toml")
    known = [design._known(entry) for name, entry in state.known.items() if not name.startswith("start")]
    proofs = [tabled(each) for each in known if isinstance(each, Candidate)]
    sharpest = min(proofs, key=lambda each: each.spot)
    assert last.proof.is_met
    assert last.proof.spot == min(each.spot for each in proofs if each.standing[0] == 0.0)
    assert sharpest.spot < last.proof.spot
    assert sharpest.standing[0] == pytest.approx(0.1 / 5.1)


def test_order_does_not_matter(tmp_path: Path) -> None:
    """Whole generations have the same tasks with the same results, in whatever order they ended."""
    for name, seed in (("a", 1), ("b", 2)):
        Shuffled.draw = random.Random(seed)
        run(tmp_path / f"{name}.toml", 400)
    first, second = (results(tmp_path / f"{name}.toml") for name in "ab")
    shared = set(first) & set(second)
    assert len(shared) > 350
    assert all(first[name] == second[name] for name in shared)


def test_an_interrupted_search_ends_where_a_whole_one_does(tmp_path: Path) -> None:
    Shuffled.draw = random.Random(1)
    run(tmp_path / "whole.toml", 400)
    Shuffled.draw = random.Random(2)
    bests = [run(tmp_path / "parts.toml", count) for count in (30, 110, 111, 290, 400)]
    whole, parts = (results(tmp_path / f"{name}.toml") for name in ("whole", "parts"))
    shared = set(whole) & set(parts)
    assert len(shared) > 350
    assert all(whole[name] == parts[name] for name in shared)
    ends = [each[-1].proof.standing for each in bests if each]
    assert ends == sorted(ends, reverse=True)


def test_a_worker_that_dies_costs_its_task_only(tmp_path: Path) -> None:
    Shuffled.deaths = 0.2
    try:
        found = run(tmp_path / "lens.toml", 300)
    finally:
        Shuffled.deaths = 0.0
    assert found
    assert sum(entry["kind"] == "failed" for entry in results(tmp_path / "lens.toml").values()) > 60


def test_another_seed_or_specification_is_another_search(tmp_path: Path) -> None:
    run(tmp_path / "lens.toml", 40)
    assert Search(WANTED, 5, tmp_path / "lens.toml").known
    assert not Search(WANTED, 6, tmp_path / "lens.toml").known
