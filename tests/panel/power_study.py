"""Simulated experiments whose power is counted, for the tests and the benchmark."""

from itertools import combinations

import numpy as np
from scipy.special import stdtrit

from lichtbild.panel.comparisons import Comparisons
from lichtbild.panel.power import PairedDesign, RatingDesign
from lichtbild.panel.scale.intervals import observer_covariance
from lichtbild.panel.scale.link import preference
from lichtbild.panel.scale.paired import PairedModel, scaled
from lichtbild.panel.scale.significance import Correction, significance

PAIRED = [
    # step, stimuli, comparisons of each observer, taste, observers
    (0.5, 2, 4, 0.0, 20),
    (0.5, 4, 12, 0.0, 20),
    (0.5, 4, 12, 0.5, 20),
    (1.0, 6, 15, 0.5, 12),
    (0.5, 8, 28, 0.3, 24),
    (0.5, 8, 28, 0.8, 40),
    (0.3, 6, 30, 0.2, 30),
    (0.7, 16, 30, 0.3, 30),
    (0.0, 6, 15, 0.3, 15),
]
RATED = [
    # step, inconsistency, unlikeness, repetitions, taste, grade, observers
    (0.5, 0.7, 0.0, 1, 0.0, 0.0, 20),
    (0.5, 0.7, 0.2, 1, 0.3, 0.0, 24),
    (0.4, 0.7, 0.5, 1, 0.0, 0.0, 24),
    (0.4, 0.6, 0.2, 2, 0.2, 1.0, 16),
    (0.3, 0.6, 0.2, 1, 0.2, 1.0, 60),
    (0.0, 0.6, 0.5, 1, 0.2, 1.0, 10),
]


def experiment(design: PairedDesign, observers: int, generator: np.random.Generator) -> Comparisons:
    """One experiment: all pairs equally often, in any order."""
    quality = np.array(design.quality)
    pairs = np.array(list(combinations(range(len(quality)), 2)))
    count = observers * design.comparisons
    rounds = -(-count // len(pairs))
    shown = np.concatenate([generator.permutation(len(pairs)) for _ in range(rounds)])[:count]
    who = np.repeat(np.arange(observers), design.comparisons)
    first, second = pairs[shown].T
    own = quality + generator.normal(0, design.taste, (observers, len(quality)))
    p = preference(design.link, own[who, first] - own[who, second])
    answer = np.where(generator.random(count) < p, 1, -1)
    return Comparisons(who, first, second, answer, len(quality), observers)


def paired_share(design: PairedDesign, observers: int, count: int, spread: float | None = None) -> float:
    """Share of experiments in which the first two stimuli are told apart."""
    generator, told = np.random.default_rng(5), 0
    for _ in range(count):
        comparisons = experiment(design, observers, generator)
        model = PairedModel(link=design.link, spread=spread)
        scale = scaled(comparisons, model)
        covariance = observer_covariance(comparisons, scale)
        told += bool(significance(scale.value, covariance, Correction.NONE, observers - 1).differs[0, 1])
    return told / count


def rated_share(design: RatingDesign, observers: int, count: int) -> float:
    """Share of experiments in which two stimuli are told apart by the paired test."""
    generator = np.random.default_rng(6)
    spread = design.inconsistency * np.exp(generator.normal(0, design.unlikeness, (count, observers)))
    shape = (count, observers, 2, design.repetitions)
    felt = np.array([0.0, design.step])[:, None] + spread[..., None, None] * generator.standard_normal(shape)
    felt = felt + generator.normal(0, design.taste, (count, observers, 2))[..., None]
    # Where on the scale the two lie is chance, the same for all observers of an experiment.
    felt = felt + generator.uniform(0, 1, (count, 1, 1, 1))
    felt = felt + generator.normal(0, 0.35, (count, observers, 1, 1))
    score = np.rint(felt / design.grade) * design.grade if design.grade else felt
    step = (score[:, :, 1] - score[:, :, 0]).mean(-1)
    error = step.std(1, ddof=1) / np.sqrt(observers)
    t = np.abs(step.mean(1)) / np.maximum(error, 1e-12)
    return float((t > stdtrit(observers - 1, 0.975)).mean())
