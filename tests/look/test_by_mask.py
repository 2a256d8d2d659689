"""Two renderings and a mask: pure where the mask is 0 or 1, and with its border where the light jumps."""

from typing import Any

import numpy as np
import pytest

from lichtbild.core.window import Extent, Window
from lichtbild.figure.png import block_means
from lichtbild.image.linear_image import LinearImage
from lichtbild.image.mask import Mask
from lichtbild.look.by_mask import ByMask
from lichtbild.look.style import style

CELL = 8
INSIDE = (("inside", style("authentic").view),)
OUTSIDE = (("outside", style("natural").view),)


def image(samples: Any) -> LinearImage:
    extent = Extent(*samples.shape[:2])
    return LinearImage(samples, Window.whole(extent), extent)


def mask(plane: Any) -> Mask:
    extent = Extent(*plane.shape)
    return Mask(plane[..., None].astype(np.float32), Window.whole(extent), extent)


def scene(edge: int) -> Any:
    """Dark green beside bright orange, with texture of a tenth of a stop; the edge at a column."""
    rng = np.random.default_rng(2)
    light = np.where(np.arange(320)[None, :, None] < edge, (0.04, 0.1, 0.05), (0.7, 0.4, 0.2))
    return (light * np.exp2(rng.normal(0, 0.1, (240, 320, 1)))).astype(np.float32)


@pytest.mark.parametrize(("level", "stages"), [(1.0, INSIDE), (0.0, OUTSIDE)])
def test_a_mask_without_border_is_one_rendering(level: float, stages: Any) -> None:
    light = image(scene(150))
    small = image(block_means(light.samples, CELL))
    plane = np.full(small.samples.shape[:2], level)
    found = ByMask.of(INSIDE, OUTSIDE, small, mask(plane), float(CELL))(light)
    np.testing.assert_allclose(found.samples, stages[0][1](light).samples, atol=1e-6)


@pytest.mark.parametrize("edge", [155, 157, 160, 163])
def test_its_border_lies_where_the_light_jumps(edge: int) -> None:
    """The mask is known to a cell of 8 pixels; what is rendered ends at the pixel where the light does."""
    light = image(scene(edge))
    small = image(block_means(light.samples, CELL))
    columns = np.arange(small.samples.shape[1]) * CELL + CELL / 2
    plane = np.broadcast_to(np.where(columns < edge, 1.0, 0.0), small.samples.shape[:2])
    share = ByMask.of(INSIDE, OUTSIDE, small, mask(plane), float(CELL)).mask(light).samples[..., 0]
    # Straight lines between cells would cross a half up to four pixels off, and be a quarter off in the mean.
    assert (share[:, edge - 1] > 0.5).mean() > 0.98 and (share[:, edge] < 0.5).mean() > 0.98
    near = np.abs(np.arange(320) - edge) <= CELL
    truth = (np.arange(320) < edge).astype(float)
    assert np.abs(share - truth)[:, near].mean() < 0.15 and np.abs(share - truth)[:, ~near].mean() < 0.02


def test_between_both_light_is_mixed() -> None:
    light = image(scene(150))
    small = image(block_means(light.samples, CELL))
    stage = ByMask.of(INSIDE, OUTSIDE, small, mask(np.full(small.samples.shape[:2], 0.25)), float(CELL))
    first, second = (stages[0][1](light).samples for stages in (INSIDE, OUTSIDE))
    np.testing.assert_allclose(stage(light).samples, 0.25 * first + 0.75 * second, atol=1e-5)
