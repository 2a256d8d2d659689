"""Bright light compressed for demosaicing: undone exactly, smooth, and without colour beside a lamp."""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

from lichtbild.core.chain import Chain
from lichtbild.core.window import Extent, Window
from lichtbild.develop.bright_light import CompressBright, ExpandBright, compressed, expanded
from lichtbild.develop.demosaic import Demosaic
from lichtbild.image.mosaic import Mosaic

sys.path.insert(0, str(Path(__file__).parents[1]))
from moving_scene import RGGB


def test_what_was_compressed_is_expanded() -> None:
    light = np.linspace(-0.1, 60, 5001, dtype=np.float32).reshape(-1, 1)
    for limit in (1.0, 1 / 64):
        np.testing.assert_allclose(expanded(compressed(light, limit), limit), light, rtol=2e-6)
        below = light[light <= limit]
        np.testing.assert_array_equal(compressed(below, limit), below)


def test_the_slope_is_that_of_light_at_the_limit() -> None:
    step = 1e-3
    light = np.array([1 - step, 1.0, 1 + step])
    first, second = np.diff(compressed(light, 1.0)) / step
    assert abs(first - 1) < 1e-9 and abs(second - 1) < step


def test_a_grey_lamp_has_no_coloured_rim() -> None:
    """Beside 200 times white, errors of colour are a quarter of what they are without, or less (rms)."""
    y, x = np.meshgrid(np.arange(96.0), np.arange(96.0), indexing="ij")
    grey = 0.2 + 200 / (1 + np.exp((np.hypot(y - 47.3, x - 48.6) - 20) / 0.5))
    extent = Extent(96, 96)
    mosaic = Mosaic(grey[..., None].astype(np.float32), Window.whole(extent), extent, RGGB)
    plain = Demosaic()(mosaic).samples
    stages = (("compress", CompressBright(1.0)), ("demosaic", Demosaic()), ("expand", ExpandBright(1.0)))
    tamed = Chain(stages)(replace(mosaic)).samples
    rim = (grey > 0.3) & (grey < 3)
    before, after = (np.square(np.ptp(image, axis=2)[rim]).mean() for image in (plain, tamed))
    assert after < before / 4**2
