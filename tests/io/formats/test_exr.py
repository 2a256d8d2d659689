"""EXR's standard attributes, read by OpenEXR itself."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.core.window import Extent, Window
from lichtbild.image.metadata import Metadata
from lichtbild.image.picture import ColourSpace, Picture
from lichtbild.io.formats import exr

OpenEXR = pytest.importorskip("OpenEXR")


def linear(height: int, width: int, **more: object) -> Picture:
    extent = Extent(height, width)
    samples = np.random.default_rng(1).normal(0.2, 1, (*extent, 3)).astype(np.float32)
    return Picture(samples, Window.whole(extent), extent, ColourSpace.LINEAR_REC2020, **more)


def test_how_it_was_taken_is_said_in_the_standards_attributes(tmp_path: Path) -> None:
    taken = Metadata("Maker", "Model", "Lens", 100.0, 0.01, 1.75, 5.4, "2026:01:02 03:04:05")
    exr.write(linear(3, 4, metadata=taken), tmp_path / "a.exr", 16)
    with OpenEXR.File(str(tmp_path / "a.exr")) as file:
        header = dict(file.header())  # the file takes its own away when it closes
    expected = {
        "cameraMake": "Maker", "cameraModel": "Model", "lensModel": "Lens", "isoSpeed": 100,
        "expTime": 0.01, "aperture": 1.75, "nominalFocalLength": 5.4, "capDate": "2026:01:02 03:04:05",
    }  # fmt: skip
    for name, value in expected.items():
        assert header[name] == (value if isinstance(value, str) else pytest.approx(value))


@pytest.mark.parametrize(("height", "width"), [(1, 1), (64, 2), (130, 3)])
def test_every_block_of_rows_is_kept(tmp_path: Path, height: int, width: int) -> None:
    wanted = linear(height, width)
    exr.write(wanted, tmp_path / "a.exr", 32)
    with OpenEXR.File(str(tmp_path / "a.exr")) as file:
        np.testing.assert_array_equal(file.channels()["RGB"].pixels, wanted.samples)
        assert "expTime" not in file.header()


def test_what_is_no_number_is_refused(tmp_path: Path) -> None:
    wanted = linear(3, 3)
    broken = replace(wanted, samples=np.where(wanted.samples > 0, np.nan, wanted.samples))
    with pytest.raises(BadInput, match="no finite numbers"):
        exr.write(broken, tmp_path / "a.exr", 16)


def test_a_missing_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "OpenEXR", None)
    with pytest.raises(BadInput, match=r"pip install 'lichtbild\[exr\]'"):
        exr.library()
