"""The law of gradients: JAX runs, compiles and differentiates what says that it is differentiable."""

import sys
from dataclasses import replace
from pathlib import Path

import jax
import numpy as np
import pytest

from lichtbild.core.window import Extent

sys.path.insert(0, str(Path(__file__).parents[1]))
from strategies import EXAMPLES, Example

DIFFERENTIABLE = [example for example in EXAMPLES if example.differentiable]
EXTENT = Extent(12, 13)


@pytest.fixture(autouse=True)
def double_precision():
    before = jax.config.jax_enable_x64
    jax.config.update("jax_enable_x64", True)
    yield
    jax.config.update("jax_enable_x64", before)


def call_of(example: Example):
    image = example.image(EXTENT)
    return image, lambda samples: example.stage(replace(image, samples=samples)).samples


@pytest.mark.parametrize("example", DIFFERENTIABLE, ids=lambda e: e.name)
def test_jax_compiles_to_what_numpy_computes(example: Example) -> None:
    image, call = call_of(example)
    compiled = jax.jit(call)(jax.numpy.asarray(image.samples))
    assert compiled.dtype == np.float32
    np.testing.assert_allclose(compiled, call(image.samples), rtol=0, atol=example.rounding)


@pytest.mark.parametrize("example", DIFFERENTIABLE, ids=lambda e: e.name)
def test_the_gradient_is_that_of_finite_differences(example: Example) -> None:
    image, call = call_of(example)
    rng = np.random.default_rng(3)
    samples = image.samples.astype(np.float64)
    weights = rng.normal(size=call(samples).shape)
    # Keep away from the kink of a limit at 1, where there is no derivative.
    samples[np.abs(samples - 1) < 1e-3] = 0.9

    def objective(values):
        return (call(values) ** 2 * weights).sum()

    gradient = np.asarray(jax.jit(jax.grad(objective))(jax.numpy.asarray(samples)))
    assert gradient.dtype == np.float64
    for _ in range(5):
        direction = rng.normal(size=samples.shape)
        step = 1e-6
        slope = (objective(samples + step * direction) - objective(samples - step * direction)) / (2 * step)
        # Rounding of a sum near 1e3 in doubles over the step; third derivatives count by the step's square.
        assert np.sum(gradient * direction) == pytest.approx(slope, rel=1e-6, abs=1e-6)
