"""Sines in single precision against those in double precision."""

import jax.numpy as jnp
import numpy as np
import pytest

from lichtbild.optics.tolerance.single_sines import LARGEST, single_sines


@pytest.mark.parametrize("size", [1.0, 100.0, LARGEST])
def test_as_good_as_single_precision_can_be(size: float) -> None:
    phase = np.linspace(-size, size, 20_001).astype(np.float32)
    cosine, sine = single_sines(jnp.asarray(phase))
    exact = phase.astype(float)
    assert cosine.dtype == jnp.float32
    assert np.abs(np.asarray(cosine) - np.cos(exact)).max() < 2e-6
    assert np.abs(np.asarray(sine) - np.sin(exact)).max() < 2e-6
