"""Entrances of the measures refuse what is empty or no number, in plain words."""

from collections.abc import Callable

import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.quality.colour_error import colour_errors
from lichtbild.quality.edge import iso2023
from lichtbild.quality.emva.level import level_of
from lichtbild.quality.psnr import psnr
from lichtbild.quality.registration import register
from lichtbild.quality.visual_noise import visual_noise
from lichtbild.quality.white_balance import apparent_light

BAD = np.full((64, 64), np.nan)
LAB = np.array([[50.0, 0.0, 0.0], [80.0, 0.0, 0.0]])


@pytest.mark.parametrize(
    ("measure", "said"),
    [
        (lambda: visual_noise(np.full((32, 32, 3), np.nan), 40.0), "not finite"),
        (lambda: level_of([BAD, BAD], 1.0), "not finite"),
        (lambda: level_of([], 1.0), "two or more"),
        (lambda: psnr(np.ones((64, 64)), BAD), "not finite"),
        (lambda: psnr(np.ones((0, 3)), np.ones((0, 3))), "empty"),
        (lambda: register(BAD, BAD), "not finite"),
        (lambda: colour_errors(np.full((2, 3), np.nan), LAB), "not finite"),
        (lambda: colour_errors(np.zeros((2, 3)), LAB), "black"),
        (lambda: apparent_light(np.zeros((2, 3)), LAB), "black"),
        (lambda: iso2023.measure_edge(np.ones((64, 64, 2))), "red, green and blue"),
    ],
)
def test_what_is_empty_or_no_number_is_refused(measure: Callable[[], object], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        measure()
