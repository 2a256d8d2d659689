import subprocess
import sys


def test_numba_is_loaded_without_scipy_which_stays_usable() -> None:
    program = (
        "import sys\n"
        "from lichtbild.study.lean import load_numba\n"
        "load_numba()\n"
        "assert 'numba' in sys.modules and 'scipy' not in sys.modules\n"
        "import numba, numpy\n"
        "assert numba.njit(lambda x: x + 1)(numpy.ones(2)).sum() == 4\n"
        "assert 'scipy' not in sys.modules\n"
        "import scipy.linalg\n"
        "assert scipy.linalg.det(numpy.eye(2)) == 1\n"
        "load_numba()\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
