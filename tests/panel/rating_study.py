"""Simulated experiments of ratings whose truth is known, for the tests and the benchmark.

The truth is the mean score of all observers of the same kind, as ``subject_model`` has it: on a continuous
scale the quality itself; with five grades the expectation of the grade that an observer drawn anew gives.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from lichtbild.panel.scale.subject_model import FIVE_GRADES, population_scores
from lichtbild.panel.scale.subject_sampler import Table, begun, drawn

DESIGNS = [
    (i, j, kind, missing)
    for i, j in ((8, 12), (15, 20), (24, 40))
    for kind in ("continuous", "five grades")
    for missing in (0.0, 0.1, 0.4)
]
BIAS = 0.35
"""Standard deviation of observers' biases, points; 0.30 and 0.42 in the public sets nflx and vqeghd3."""

_KINDS = 4000


@dataclass(frozen=True)
class Study:
    """Kind of experiment; inconsistencies are gamma(4, 0.18) or like the public sets' (0.6, 17 % apart)."""

    observers: int
    stimuli: int
    kind: str
    missing: float
    unlike: str

    def __str__(self) -> str:
        return f"{self.observers} x {self.stimuli} {self.kind} {self.missing:.0%} missing {self.unlike}"


@dataclass(frozen=True)
class Found:
    """What came of it: root mean square errors of ours, of MOS and of one who knows every spread."""

    coverage: float
    error: float
    mean_error: float
    oracle_error: float
    opinion_coverage: float

    @property
    def gain(self) -> float:
        return self.mean_error / self.error


def inconsistencies(unlike: str, shape: tuple[int, ...], generator: np.random.Generator) -> np.ndarray:
    if unlike == "gamma":
        return generator.gamma(4, 0.18, shape)
    return 0.6 * np.exp(generator.normal(0, 0.17, shape))


def simulated(study: Study, count: int, seed: int) -> tuple[Table, np.ndarray, np.ndarray]:
    """So many experiments: tables, truth and inconsistencies."""
    generator = np.random.default_rng(seed)
    quality = generator.uniform(1.2, 4.8, (count, study.stimuli))
    bias = generator.normal(0, BIAS, (count, study.observers))
    spread = inconsistencies(study.unlike, (count, study.observers), generator)
    noise = generator.standard_normal((count, study.observers, study.stimuli))
    felt = (quality[:, None] + bias[:, :, None] + spread[:, :, None] * noise)[..., None]
    there = generator.random(felt.shape) >= study.missing
    if study.kind == "continuous":
        return Table(felt, there, felt, felt), quality, spread
    score = np.clip(np.rint(felt), 1, 5)
    low, high = np.where(score == 1, -np.inf, score - 0.5), np.where(score == 5, np.inf, score + 0.5)
    all_spreads = np.hypot(BIAS, inconsistencies(study.unlike, (_KINDS,), np.random.default_rng(1)))
    grid = np.linspace(1, 5, 201)
    edges = np.array([1.5, 2.5, 3.5, 4.5])
    mean = 1 + sum(ndtr((grid[:, None] - edge) / all_spreads).mean(1) for edge in edges)
    return Table(score, there, low, high), np.interp(quality, grid, mean), spread


def draws_of(table: Table, graded: bool, first: int = 200, kept: int = 500) -> np.ndarray:
    """Scores as ``subject_model`` draws them, of all experiments side by side."""
    generator, state = np.random.default_rng(1), begun(table)
    usual, found = np.exp(state.log_v[:, 0]), []
    for turn in range(first + kept):
        state = drawn(table, state, usual, generator)
        if turn >= first:
            found.append(population_scores(state, FIVE_GRADES if graded else None))
    return np.array(found)


def known_best(score: np.ndarray, spread: np.ndarray, graded: bool) -> np.ndarray:
    """Scores of least error when every spread is known (Gauss and Markov): what no method can pass by much.

    Grades' steps count as noise; what the ends of the scale do is left out.
    """
    weight = np.where(np.isnan(score), 0.0, 1 / (spread**2 + graded / 12)[:, :, None])
    count, observers, stimuli = weight.shape
    both = np.zeros((count, stimuli + observers, stimuli + observers))
    both[:, :stimuli, stimuli:] = weight.transpose(0, 2, 1)
    both[:, stimuli:, :stimuli] = weight
    total = np.concatenate([weight.sum(1) + 1e-9, weight.sum(2) + BIAS**-2], 1)
    both += np.eye(stimuli + observers) * total[:, None]
    told = weight * np.nan_to_num(score)
    pull = np.concatenate([told.sum(1), told.sum(2)], 1)
    return np.linalg.solve(both, pull[..., None])[:, :stimuli, 0]


def studied(study: Study, count: int, seed: int) -> Found:
    """Coverage and errors over so many experiments."""
    table, truth, spread = simulated(study, count, seed)
    graded = study.kind != "continuous"
    draws = draws_of(table, graded)
    low, high = np.quantile(draws, [0.025, 0.975], axis=0)
    score = np.where(table.there, table.score, np.nan)[..., 0]
    rated = table.there[..., 0].sum(1)
    known = rated > 1
    mean = np.divide(np.nansum(score, 1), rated, out=np.full(rated.shape, np.nan), where=known)
    away = (mean - truth)[known]
    squares = np.nansum((score - mean[:, None]) ** 2, 1)
    scatter = np.sqrt(squares / np.maximum(rated - 1, 1) / np.maximum(rated, 1))
    best = known_best(score, spread, graded)
    return Found(
        float(((low <= truth) & (truth <= high)).mean()),
        float(np.sqrt(((draws.mean(0) - truth)[known] ** 2).mean())),
        float(np.sqrt((away**2).mean())),
        float(np.sqrt(((best - truth)[known] ** 2).mean())),
        float((np.abs(away) <= 1.96 * scatter[known]).mean()),
    )
