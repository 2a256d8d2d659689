"""A kernel is a promise until it is called, and then numba's own."""

import subprocess
import sys

import numpy as np

from lichtbild.numerics.kernel import kernel


@kernel
def _doubled(x: float) -> float:
    return 2 * x


@kernel
def _sum_of_doubled(values: np.ndarray) -> float:
    """The sum of twice the values."""
    total = 0.0
    for value in values:
        total += _doubled(value)
    return total


def test_a_kernel_sees_the_kernels_that_it_calls() -> None:
    assert _sum_of_doubled(np.arange(4.0)) == 12
    assert _doubled(3.0) == 6
    assert "twice the values" in (_sum_of_doubled.__doc__ or "")
    assert _sum_of_doubled.__module__ == __name__


def test_to_declare_kernels_loads_no_numba() -> None:
    program = "import sys, lichtbild.camera.photograph; assert 'numba' not in sys.modules"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
