"""Retraced builds are kept: a run that was stopped goes on, and ends as one that was not."""

from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from lichtbild.io.lens.retraces import in_order, kept_at, retraced_anew
from lichtbild.optics.tolerance import retrace
from optics.toleranced import ready

SEED = 6


@pytest.mark.slow  # compiles for long
def test_a_stopped_run_goes_on_where_it_was(tmp_path: Path, monkeypatch) -> None:
    whole = in_order(retraced_anew(ready(), SEED, 4, tmp_path / "whole"))
    folder = tmp_path / "stopped"
    first = list(islice(retraced_anew(ready(), SEED, 4, folder), 2))
    assert [number for number, _ in first] == [0, 1]
    path = kept_at(ready(), SEED, folder)
    with path.open("a") as file:
        file.write('{"build": 2, "contrast": [[')  # the line that was being written when the power failed

    made: list[int] = []
    real = retrace.retraced
    monkeypatch.setattr(
        retrace, "retraced", lambda given, errors: made.append(len(errors)) or real(given, errors)
    )
    again = in_order(retraced_anew(ready(), SEED, 4, folder))
    assert made == [2], "only the missing builds are traced"
    assert np.array_equal(again.contrast, whole.contrast)
    assert np.array_equal(again.tilt, whole.tilt)


@pytest.mark.slow  # compiles for long
def test_another_seed_is_another_file(tmp_path: Path) -> None:
    assert kept_at(ready(), 1, tmp_path) != kept_at(ready(), 2, tmp_path)
    assert kept_at(ready(), 1, tmp_path) == kept_at(ready(), 1, tmp_path)
