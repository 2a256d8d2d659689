"""A lean start: for a process of our own, numba without what our kernels never use.

Where SciPy is installed, numba loads it to find its linear algebra; that takes longer than all the rest of
numba. Lichtbild's kernels have no products of matrices, so a process that does nothing but develop looks away
while numba loads. In anybody else's process their own kernels might want it, so nothing is done there.
"""

import sys
from typing import Any


def load_numba() -> None:
    """Load numba without SciPy; afterwards SciPy can be imported as ever."""
    if "numba" in sys.modules or "scipy" in sys.modules:
        return
    modules: dict[str, Any] = sys.modules
    modules["scipy"] = None  # the import system takes this for "not installed"
    try:
        import numba.np.arraymath  # noqa: F401  asks for SciPy once, while it is loaded
    except ImportError:
        return  # another numba asks elsewhere; then it finds SciPy and only takes longer
    finally:
        del modules["scipy"]
