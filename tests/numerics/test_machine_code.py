"""Machine code that is kept: the same results without numba, and nothing worse when it is spoilt."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from lichtbild.numerics import machine_code

MODULE = """
import numpy as np
from lichtbild.numerics.kernel import kernel

FACTOR = {factor}

@kernel
def inner(row, out):
    for i in range(len(row)):
        out[i] = row[i] * np.float32(FACTOR)

@kernel
def scaled(image, places, gain, many, wanted):
    scratch = np.zeros(image.shape[1], np.float32)
    rows, columns = places
    total = 0
    for y in range(image.shape[0]):
        inner(image[y], scratch)
        for x in range(image.shape[1]):
            image[y, x] = scratch[x] * gain + rows[y] + columns[x]
            total += many if wanted else 1
    return total
"""

PROGRAM = """
import sys; sys.path.insert(0, sys.argv[1])
import numpy as np, json
from scaling import scaled
kind = np.dtype(sys.argv[2])
image = np.arange(12, dtype=kind).reshape(3, 4)
places = (np.array([10, 20, 30], np.int64), np.array([1, 2, 3, 4], np.float32))
total = scaled(image, places, np.float32(0.5), 7, True)
print(json.dumps([image.tolist(), total, "numba" in sys.modules]))
"""


@pytest.fixture
def called(tmp_path: Path):
    """Calls the kernel in a process of its own, that keeps its machine code in the test's folder."""

    def call(factor: float = 2.0, kind: str = "float32") -> list:
        source = tmp_path / "scaling.py"
        if not source.exists() or f"FACTOR = {factor}" not in source.read_text():
            source.write_text(MODULE.format(factor=factor))
        own = {"LICHTBILD_CACHE": str(tmp_path / "cache"), "NUMBA_CACHE_DIR": str(tmp_path / "numba")}
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, tmp_path, kind],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, **own},
            timeout=120,
        )
        return json.loads(done.stdout)

    return call


def expected(factor: float) -> list:
    image = np.arange(12.0).reshape(3, 4) * factor * 0.5
    return (image + np.array([[10], [20], [30]]) + np.array([1, 2, 3, 4])).tolist()


def files(tmp_path: Path) -> list[Path]:
    return sorted((tmp_path / "cache" / "kernels").glob("*/*.o"))


def test_a_second_process_gives_the_same_without_numba(called, tmp_path: Path) -> None:
    assert called() == [expected(2.0), 84, True]
    assert len(files(tmp_path)) == 1  # the inner kernel is part of it
    assert called() == [expected(2.0), 84, False]


@pytest.mark.slow  # compiles for long
def test_other_types_and_another_source_are_compiled_anew(called, tmp_path: Path) -> None:
    called()
    assert called(kind="float64") == [expected(2.0), 84, True]
    assert called(kind="float64")[2] is False and len(files(tmp_path)) == 2
    assert called(factor=3.0) == [expected(3.0), 84, True]
    assert called(factor=3.0) == [expected(3.0), 84, False]


@pytest.mark.parametrize(
    "spoilt",
    [*(pytest.param(each, marks=pytest.mark.slow) for each in (b"", b"{}\n", b"\x7fELF", "cut")), "other"],
)
def test_a_spoilt_file_is_passed_over(called, tmp_path: Path, spoilt: bytes | str) -> None:
    called()
    (path,) = files(tmp_path)
    if isinstance(spoilt, bytes):
        path.write_bytes(spoilt)
    elif spoilt == "cut":
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    else:  # a line that promises another function than the object file has
        path.write_bytes(path.read_bytes().replace(b'"int64"]', b'"int32"]', 1))
    assert called()[:2] == [expected(2.0), 84]


def test_only_what_the_code_was_compiled_for_fits() -> None:
    code = machine_code.MachineCode((["array", "float32", 2, True], ["scalar", "int64"]), None, None)
    image = np.zeros((4, 6), np.float32)
    assert code.fits((image, 3)) and code.fits((image, np.int64(3)))
    locked = image.copy()
    locked.flags.writeable = False
    for other in (image.astype(float), image[0], image[:, ::2], image.T, locked, None):
        assert not code.fits((other, 3))
    for other in (3.0, True, np.int32(3), "3"):
        assert not code.fits((image, other))
    assert not code.fits((image,))


@pytest.mark.slow  # a process of its own that compiles
def test_threads_that_come_first_together_share_one_linker(called, tmp_path: Path) -> None:
    called()
    program = PROGRAM.replace(
        "total = scaled(image, places, np.float32(0.5), 7, True)",
        "from concurrent.futures import ThreadPoolExecutor as Pool\n"
        "from threading import Barrier\n"
        "gate = Barrier(8)\n"
        "def one(_):\n"
        "    gate.wait()\n"
        "    return [scaled(image.copy(), places, np.float32(0.5), 7, True) for _ in range(50)]\n"
        "with Pool(8) as pool: totals = list(pool.map(one, range(8)))\n"
        "import gc; gc.collect()\n"
        "assert totals == [[84] * 50] * 8\n"
        "total = scaled(image, places, np.float32(0.5), 7, True)",
    )
    own = {"LICHTBILD_CACHE": str(tmp_path / "cache"), "NUMBA_CACHE_DIR": str(tmp_path / "numba")}
    for _ in range(4):
        done = subprocess.run(
            [sys.executable, "-c", program, tmp_path, "float32"],
            capture_output=True,
            text=True,
            env={**os.environ, **own},
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout) == [expected(2.0), 84, False]
