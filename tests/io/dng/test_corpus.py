"""Inputs that a coverage-guided fuzzer found worth keeping (see `tests/fuzz/dng_fuzz.py`).

Each reaches some other part of the reader. None may do anything but give a frame or a sentence, in time.
"""

import time
import zipfile
from pathlib import Path

import pytest

from dng_seeds import files
from lichtbild.core.errors import BadInput
from lichtbild.image.raw_frame import RawFrame
from lichtbild.io.dng.container import held
from lichtbild.io.dng.read import read_source

CORPUS = Path(__file__).with_name("corpus") / "found.zip"
SECONDS = 2.0


def test_every_input_that_was_found_gives_a_frame_or_a_sentence() -> None:
    for _, data in files():  # kernels compile before the clock counts
        assert isinstance(read_source(held(data)), RawFrame)
    with zipfile.ZipFile(CORPUS) as found:
        inputs = {name: found.read(name) for name in found.namelist()}
    assert len(inputs) > 100
    outcomes = set()
    for name, data in inputs.items():
        begin = time.process_time()
        try:
            outcomes.add(type(read_source(held(data))).__name__)
        except BadInput as error:
            outcomes.add(type(error).__name__)
            assert "\n" not in str(error), name
        except Exception as error:
            pytest.fail(f"{name}: {type(error).__name__}: {error}")
        assert time.process_time() - begin < SECONDS, name
    assert outcomes == {"RawFrame", "BadFile"}
