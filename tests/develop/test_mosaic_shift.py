"""Shifts of a mosaic beside the waves that they shift, and what brings back the detail that they cost."""

import numpy as np
import pytest

from lichtbild.develop.kernels.merge import STEPS, TAPS
from lichtbild.develop.mosaic_shift import noise_kept, restoring_filters, shift_filters
from lichtbild.image.cfa import Cfa

PATTERNS = [Cfa.bayer(phase).pattern for phase in ("RGGB", "BGGR", "GRBG", "GBRG")]
WINDOW, BEFORE = 2 * TAPS, TAPS - 1


def in_place(weights: np.ndarray, row: int, column: int) -> np.ndarray:
    """Weights of planes in the rows and columns of a window whose first pixel has this parity."""
    window = np.empty((WINDOW, WINDOW))
    for i, j in np.ndindex(2, 2):
        window[(i - row) % 2 :: 2, (j - column) % 2 :: 2] = weights[2 * i + j]
    return window


def passed(window: np.ndarray, place: tuple[float, float], down: float, right: float) -> complex:
    """What a filter gives for a wave that is 1 at a place of the window."""
    y, x = (np.arange(WINDOW) - at for at in place)
    return complex(np.exp(2j * np.pi * down * y) @ window @ np.exp(2j * np.pi * right * x))


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_colours_own_samples_give_its_level_and_others_none(pattern: tuple[tuple[int, ...], ...]) -> None:
    colours = np.asarray(pattern)
    for filters in (shift_filters(pattern), restoring_filters(pattern, 0.9)[None, None, None, None]):
        shift = filters.shape[0] > 1
        sums = filters.sum(axis=(-2, -1), dtype=float)
        for p in range(4):
            own = colours.ravel() == colours.ravel()[p]
            assert np.abs(sums[..., p, own].sum(-1) - shift).max() < 2e-3
            for other in set(range(3)) - {colours.ravel()[p]}:
                assert np.abs(sums[..., p, colours.ravel() == other].sum(-1)).max() < 2e-3


def test_no_shift_is_nearly_the_sample_itself() -> None:
    """The little noise that the filters are made for leaves a few hundredths to the neighbours."""
    filters = shift_filters(PATTERNS[0])
    for p in range(4):
        row, column = (p // 2 - BEFORE) % 2, (p % 2 - BEFORE) % 2
        window = in_place(filters[0, 0, row, column, p], row, column)
        assert window[BEFORE, BEFORE] > 0.95
        window[BEFORE, BEFORE] = 0
        assert np.abs(window).max() < 0.03


@pytest.mark.parametrize(("frequency", "error"), [(0.05, 0.01), (0.1, 0.02), (0.2, 0.06)])
def test_a_grey_wave_is_shifted(frequency: float, error: float) -> None:
    """All shifts, rows and columns, every pixel of the cell: largest departure from the wave itself."""
    filters, worst = shift_filters(PATTERNS[0]), 0.0
    for i, j, row, column in np.ndindex(STEPS, STEPS, 2, 2):
        for p in range(4):
            window = in_place(filters[i, j, row, column, p], row, column)
            place = BEFORE + i / STEPS, BEFORE + j / STEPS
            for wave in ((frequency, 0.0), (0.0, frequency)):
                worst = max(worst, abs(passed(window, place, *wave) - 1))
    assert worst < error


@pytest.mark.parametrize(("frequency", "least"), [(0.25, 0.99), (0.3, 0.97)])
def test_restoring_brings_fine_detail_back(frequency: float, least: float) -> None:
    """A grey wave in the mean over all shifts, at a green pixel, without and with what is restored."""
    pattern, share = PATTERNS[0], 0.92
    shifts, restoring = shift_filters(pattern), restoring_filters(pattern, share)
    total = 0.0
    for i, j, row, column, p in np.ndindex(STEPS, STEPS, 2, 2, 4):
        place = BEFORE + i / STEPS, BEFORE + j / STEPS
        total += passed(in_place(shifts[i, j, row, column, p], row, column), place, 0, frequency).real
    mean = total / (STEPS**2 * 16)
    before = 1 - share * (1 - mean)
    row, column = (0 - BEFORE) % 2, (1 - BEFORE) % 2
    added = passed(in_place(restoring[1], row, column), (BEFORE, BEFORE), 0, frequency).real
    assert before < 0.99 if frequency > 0.25 else before < 1
    assert least < before * (1 + added) < 1.03


def test_kept_noise_is_that_of_white_noise() -> None:
    """Restoring what is not shifted: the sums of squares of the taps, with the pixel itself."""
    pattern = PATTERNS[0]
    of_one, of_shifted = noise_kept(pattern, 0.92)
    squares = []
    for p, weights in enumerate(restoring_filters(pattern, 0.92)):
        window = in_place(weights, (p // 2 - BEFORE) % 2, (p % 2 - BEFORE) % 2)
        window[BEFORE, BEFORE] += 1
        squares.append((window**2).sum())
    assert of_one == pytest.approx(squares)
    assert 0.9 < np.mean(of_shifted) < np.mean(of_one)
