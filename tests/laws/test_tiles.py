"""The law of tiles: a stage gives the same bytes whether it sees the whole image or a tile of it."""

import sys
from pathlib import Path

import numpy as np
import pytest

from lichtbild.core.chain import Chain
from lichtbild.core.window import Extent, Window

sys.path.insert(0, str(Path(__file__).parents[1]))
from strategies import EXAMPLES, Example

EXTENT = Extent(53, 61)
KINDS = {np.dtype(np.float32), np.dtype(np.uint8), np.dtype(np.uint16)}
"""Light, and whole codes."""


@pytest.mark.parametrize("tile", [7, 24, 40])
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: e.name)
def test_tile_by_tile_equals_whole(example: Example, tile: int) -> None:
    image = example.image(EXTENT)
    before = image.samples.copy()
    chain = Chain((("stage", example.stage),))
    whole = chain(image)
    assert whole.extent == example.stage.extent(EXTENT) == whole.samples.shape[:2]
    assert whole.window == Window.whole(whole.extent)
    assert whole.samples.dtype in KINDS
    assert np.isfinite(whole.samples).all()
    for part in chain.run(image, tile=tile):
        assert part.extent == whole.extent
        assert part.samples.dtype == whole.samples.dtype
        np.testing.assert_array_equal(part.samples, whole.crop(part.window).samples)
    np.testing.assert_array_equal(image.samples, before)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: e.name)
def test_a_source_holds_all_that_a_window_needs_and_lies_in_the_image(example: Example) -> None:
    image = example.image(EXTENT)
    extent = example.stage.extent(EXTENT)
    window = Window(extent.height - 3, extent.width // 2, extent.height, extent.width // 2 + 1)
    source = example.stage.source(window, EXTENT)
    assert Window.whole(EXTENT).contains(source)
    whole = example.stage(image).crop(window).samples
    np.testing.assert_array_equal(example.stage.render(image.crop(source), window).samples, whole)
