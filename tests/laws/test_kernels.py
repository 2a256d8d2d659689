"""The law of kernels: a stage's kernel gives what its definition says, to one code of 16 bits.

A decision (this edge or that one) may fall to the other side by rounding; so one sample in 100,000 may
differ by more, and only where the definition in double precision shows that the decision was a tie.
"""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lichtbild.core.window import Extent

sys.path.insert(0, str(Path(__file__).parents[1]))
from strategies import EXAMPLES, Example

PAIRS = [example for example in EXAMPLES if hasattr(example.stage, "definition")]
ONE_CODE = 1 / 65535
EXTENT = Extent(211, 307)


def smooth(samples: np.ndarray) -> np.ndarray:
    """Noise of all scales, so that there are flat parts, ramps and edges, as a photograph has."""
    rng = np.random.default_rng(5)
    height, width, planes = samples.shape
    total = np.full(samples.shape, 0.4)
    for step in (2, 8, 32):
        coarse = rng.normal(0, 0.02 * np.sqrt(step), (height // step + 2, width // step + 2, planes))
        fine = np.kron(coarse, np.ones((step, step, 1)))[:height, :width]
        total += fine
    total[60:120, 100:200] += 0.5  # an edge, and light above white
    return total.astype(np.float32)


@pytest.mark.parametrize("kind", ["random", "photographic"])
@pytest.mark.parametrize("example", PAIRS, ids=lambda e: e.name)
def test_a_kernel_gives_what_its_definition_says(example: Example, kind: str) -> None:
    image = example.image(EXTENT)
    if kind == "photographic" and image.samples.dtype == np.float32:
        image = replace(image, samples=smooth(image.samples))
    by_kernel, by_definition = example.stage(image), example.stage.definition(image)
    assert type(by_kernel) is type(by_definition)
    assert by_kernel.samples.dtype == by_definition.samples.dtype
    assert by_kernel.window == by_definition.window and by_kernel.extent == by_definition.extent
    one = 1 if by_kernel.samples.dtype.kind == "u" else ONE_CODE
    difference = np.abs(by_kernel.samples.astype(np.float64) - by_definition.samples)
    # Beyond white a code is a share of the light, as rounding is.
    if by_kernel.samples.dtype == np.uint8:  # a code of 16 bits is 1/257 of these, and rounds over at a tie
        assert (difference > 0).mean() < 2 / 257
    apart = difference > one * np.maximum(np.abs(by_definition.samples.astype(np.float64)), 1.0)
    assert apart.mean() <= 1e-5, (
        f"{apart.sum()} of {apart.size} samples differ, by up to {difference.max():g}"
    )
