"""The kernels of the edge fit against plain NumPy, with dense matrices and no shortcut."""

import numpy as np
import pytest

import exact_edges as exact
from lichtbild.quality.edge.deviation import deviation, fine_count, tame, waves
from lichtbild.quality.kernels.edge_fit import (
    DEVIATION,
    KNOWN,
    PATH,
    PROFILE,
    SHIFT,
    TAIL,
    reduced,
)
from lichtbild.quality.kernels.edge_noise import correlation
from lichtbild.quality.kernels.edge_profile import blurred_step, wave_of_spline
from lichtbild.quality.kernels.edge_solution import add_variances, solved
from lichtbild.quality.kernels.edge_sums import CELL, STEEP, STEP, edge_cells, residues, weighed

REACH, GRADE, NEAR = 8.0, 6, 5.0
COUNT = fine_count(REACH)


def splines_at(apart: np.ndarray) -> np.ndarray:
    """The fine spline's B-splines at distances, ``[sample, coefficient]``."""
    at = np.abs(apart[:, None] / STEP + 0.5 * (COUNT - 1) - np.arange(COUNT))
    return np.clip(2 - at, 0, None) ** 3 / 6 - 4 * np.clip(1 - at, 0, None) ** 3 / 6


@pytest.fixture(scope="module")
def case() -> dict[str, np.ndarray]:
    """Samples about a straight edge along the rows, their sums, and the same by dense matrices."""
    rng = np.random.default_rng(8)
    samples = np.stack([rng.uniform(-7.9, 7.9, 400), rng.uniform(-20, 20, 400), rng.normal(size=400)], 1)
    frame = np.array([0.0, 0.0, 0.0, 1.0, 20.0, 0.0, 0.0])
    apart, along = -samples[:, 0], samples[:, 1] / 20.0
    known = np.zeros((KNOWN, COUNT))
    known[0] = 1.0
    known[1:PROFILE] = rng.normal(size=(PROFILE - 1, COUNT))
    known[PROFILE] = np.linspace(-0.5, 1.5, COUNT)
    sums, path = np.zeros((8, COUNT)), np.zeros((3, 4))
    cells, steep = np.empty((COUNT, CELL)), np.empty((COUNT, STEEP))
    edge_cells(samples, frame, NEAR, cells, steep)
    weighed(cells, steep, known[PROFILE], np.array([0.5, 0.2]), sums, path)
    facts = np.empty(5)
    residues(cells, known[PROFILE], facts)
    fine = splines_at(apart)
    # Means over cells, by places that are dense in them.
    cell = np.floor(apart / STEP + 0.5 * (COUNT - 1)) - 0.5 * (COUNT - 1)
    inner = (cell[:, None] + (np.arange(64) + 0.5) / 64) * STEP
    value = (splines_at(inner.ravel()) @ known[PROFILE]).reshape(inner.shape).mean(1)
    ends = [splines_at((cell + side) * STEP) @ known[PROFILE] for side in (0, 1)]
    rise = np.where(np.abs(apart) < NEAR, (ends[1] - ends[0]) / STEP, 0.0)
    weight = 1 / (0.5 + 0.2 * np.clip(value, 0, 1))
    legendre = np.stack([along, 1.5 * along**2 - 0.5, 2.5 * along**3 - 1.5 * along], 1)
    model = deviation(GRADE, REACH, 3)
    columns = fine @ np.concatenate([known[:PROFILE], model.splines]).T
    design = np.concatenate([columns[:, :PATH], -rise[:, None] * legendre, columns[:, PATH:]], 1)
    right = design.T @ (weight * samples[:, 2])
    normal = np.zeros((len(design.T), len(design.T) + 1))
    reduced(sums, path, known, model.splines, model.spans, normal)
    dense = design.T @ (weight[:, None] * design)
    profile, left = fine @ known[PROFILE], samples[:, 2] - fine @ known[PROFILE]
    return {
        "normal": normal, "dense": dense, "right": right, "facts": facts, "profile": profile, "left": left
    }  # fmt: skip


def test_normal_equations_are_those_of_dense_matrices(case) -> None:
    scale = np.abs(case["dense"]).max()
    np.testing.assert_allclose(case["normal"][:, :-1], case["dense"], atol=1e-7 * scale)
    np.testing.assert_allclose(case["normal"][:, -1], case["right"], atol=1e-6 * scale)


def test_residues_are_those_of_the_samples_one_by_one(case) -> None:
    profile, left = case["profile"], case["left"]
    told = [len(left), profile.sum(), (profile**2).sum(), (left**2).sum()]
    np.testing.assert_allclose(case["facts"][:4], told, rtol=1e-9)
    # The last takes a cell's mean profile, which is within half its rise over a sixth of a pixel.
    assert case["facts"][4] == pytest.approx((left**2 * profile).sum(), abs=0.02 * (left**2).sum())


def test_solution_evidence_and_variances_are_those_of_dense_matrices(case) -> None:
    model, normal = deviation(GRADE, REACH, 3), case["normal"]
    size, scale = len(normal), (0.05, 0.2)
    factor, solution = np.zeros((size, size)), np.empty(size)
    evidence = solved(normal, model.prior, scale, model.spans, factor, solution)
    prior = model.prior.copy()
    prior[DEVIATION:, DEVIATION:] /= scale[0] ** 2
    prior[TAIL, TAIL] /= scale[1] ** 2
    precision = normal[:, :-1] + prior
    expected = np.linalg.solve(precision, normal[:, -1])
    np.testing.assert_allclose(solution, expected, rtol=1e-6, atol=1e-9)
    determinant = np.linalg.slogdet(precision)[1]
    told = (
        0.5 * normal[:, -1] @ expected - 0.5 * determinant - (size - DEVIATION) * np.log(0.05) - np.log(0.2)
    )
    assert evidence == pytest.approx(told, rel=1e-8)
    slopes, variances = np.random.default_rng(9).normal(size=(size, 3)), np.zeros(3)
    add_variances(factor, model.spans, 0.4, slopes.copy(), variances)
    wanted = 0.4 * np.einsum("if,if->f", slopes, np.linalg.solve(precision, slopes))
    np.testing.assert_allclose(variances, wanted, rtol=1e-6)


def test_a_step_without_deviation_leaves_out_tail_and_kurtosis(case) -> None:
    factor, solution = np.zeros((TAIL, TAIL)), np.empty(TAIL)
    normal = np.zeros((TAIL, TAIL + 1))
    normal[:, :-1], normal[:, -1] = case["dense"][:TAIL, :TAIL], case["right"][:TAIL]
    solved(normal, tame(DEVIATION, 3), (1.0, 1.0), np.zeros((0, 3), np.int64), factor, solution)
    precision = normal[:, :-1] + tame(DEVIATION, 3)[:TAIL, :TAIL]
    np.testing.assert_allclose(solution, np.linalg.solve(precision, normal[:, -1]), rtol=1e-6)


def test_splines_that_do_not_meet_share_nothing() -> None:
    """Found: a product over no coefficient at all was taken from two beside, of which none were known."""
    model = deviation(GRADE, REACH, 3)
    known, sums = np.zeros((KNOWN, COUNT)), np.ones((8, COUNT))
    known[0] = 1.0
    known[2:4, 50:54] = known[5, 50:54] = 1.0
    size = len(model.prior)
    normal = np.zeros((size, size + 1))
    reduced(sums, np.zeros((3, 4)), known, model.splines, model.spans, normal)
    apart = (model.spans[:, 0] > 57) | (model.spans[:, 1] < 47)
    assert (normal[SHIFT, DEVIATION:size][apart] == 0.0).all() and apart.sum() > 5


@pytest.mark.parametrize(("angle", "sigma"), [(1.0, 0.7), (20.0, 0.7), (44.0, 0.3), (30.0, 2.0)])
def test_the_blurred_step_is_the_integral_of_its_transfer(angle: float, sigma: float) -> None:
    c, s = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    out, bow = np.empty((3, COUNT)), np.empty(COUNT)
    blurred_step(0.1, sigma, (c, s), out, bow)
    apart = np.linspace(-6, 6, 49)
    optics = exact.system(exact.gaussian(sigma), angle)
    wanted = exact.profile(optics, 5.0, apart - 0.1)
    # A spline of knots h apart misses (pi f h)^6 and more of what has the frequency f.
    tolerance = 2e-3 * (0.3 / sigma) ** 4 + 3e-6
    np.testing.assert_allclose(splines_at(apart) @ out[0], wanted, atol=tolerance)
    bowed = exact.profile(lambda f: optics(f) * (1 + (2 * np.pi * sigma * f) ** 4 / 24), 5.0, apart - 0.1)
    np.testing.assert_allclose(splines_at(apart) @ bow, bowed - wanted, atol=3 * tolerance)


def test_waves_of_splines_are_the_same_in_kernel_and_table() -> None:
    model, frequencies = deviation(GRADE, REACH, 3), (0.0, 0.13, 0.5)
    table = waves(GRADE, REACH, 3, frequencies)
    for i, f in enumerate(frequencies):
        for k in (0, 7):
            wave = wave_of_spline(model.splines[k], model.spans[k, 0], model.spans[k, 1], f)
            np.testing.assert_allclose(table[i, k], wave, atol=1e-12)


def test_neighbours_are_looked_up_within_the_samples_alone() -> None:
    """What lies behind the grid's memory once decided, now and then, whether noise was shared."""
    rows, columns = np.mgrid[0:12, 0:16]
    noise = np.random.default_rng(3).normal(size=(13, 17))
    shared = noise[1:, 1:] + noise[:-1, 1:] + noise[1:, :-1] + noise[:-1, :-1]
    samples = np.stack([columns.ravel() - 7.5, rows.ravel() - 5.5, shared.ravel()], 1).astype(float)
    frame = np.array([0.0, 0.0, 0.0, 1.0, 20.0, 0.0, 0.0])
    profile, variance = np.zeros(COUNT), np.array([4.0, 0.0])
    # Python's own reading of the kernel's text refuses a place outside an array.
    plainly = correlation.__wrapped__(samples, frame, profile, variance)
    assert plainly > 1.5
    assert correlation(samples, frame, profile, variance) == pytest.approx(plainly, rel=1e-12)
