"""Coverage-guided fuzzing of the DNG reader (needs `pip install atheris`, Linux).

    PYTHONPATH=tests python tests/fuzz/dng_fuzz.py CORPUS -max_total_time=600 -timeout=10

An input is a find when it gives anything but a `RawFrame` or a `BadInput`, takes longer than two seconds,
or lets the process grow beyond bounds. What was found is kept in `tests/io/dng/corpus/found.zip`
(unpack it as CORPUS to go on from there), and `tests/io/dng/test_corpus.py` holds the reader to it.
"""

import os
import sys
import time
import warnings
from pathlib import Path

# Kernels run as Python here: their branches guide the search, and an index out of bounds shows itself.
os.environ["NUMBA_DISABLE_JIT"] = "1"

import atheris

with atheris.instrument_imports(include=["lichtbild.io.dng"]):
    from lichtbild.io.dng.container import held
    from lichtbild.io.dng.read import read_source

from lichtbild.core.errors import BadInput

SECONDS = 2.0


def seeds(folder: Path) -> None:
    """Fill an empty corpus with one small file of each kind."""
    from dng_seeds import files

    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files():
        (folder / name).write_bytes(data)


def one(data: bytes) -> None:
    """Read one input."""
    begin = time.perf_counter()
    try:
        read_source(held(data))
    except BadInput as error:
        if "\n" in str(error):
            raise AssertionError(f"more than a sentence: {error}") from error
    if (taken := time.perf_counter() - begin) > SECONDS:
        raise AssertionError(f"took {taken:.1f} s")


if __name__ == "__main__":
    warnings.simplefilter("error")
    folders = [Path(word) for word in sys.argv[1:] if not word.startswith("-")]
    if folders and not (folders[0].is_dir() and any(folders[0].iterdir())):
        seeds(folders[0])
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()
