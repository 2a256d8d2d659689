from pathlib import Path

import pytest

from lichtbild.core.errors import BadInput
from lichtbild.io.lut import cube, export, hald, xmp
from lichtbild.io.lut.label import Label
from lichtbild.look.lut import Lut

LABEL = Label("none")


@pytest.mark.parametrize("suffix", sorted(export.USUAL))
def test_every_format_is_written_with_its_usual_nodes(tmp_path: Path, suffix: str) -> None:
    asked: list[int] = []

    def bake(size: int) -> Lut:
        asked.append(size)
        return Lut.identity(size)

    export.write(bake, tmp_path / f"look{suffix.upper()}", LABEL)
    assert asked == [export.USUAL[suffix]]
    assert (tmp_path / f"look{suffix.upper()}").stat().st_size > 1000


def test_a_size_is_kept(tmp_path: Path) -> None:
    export.write(Lut.identity, tmp_path / "a.cube", LABEL, size=5)
    export.write(Lut.identity, tmp_path / "a.png", LABEL, size=16)
    export.write(Lut.identity, tmp_path / "a.xmp", LABEL, size=7)
    assert cube.read(tmp_path / "a.cube").lut.size == 5
    assert hald.read(tmp_path / "a.png").lut.size == 16
    assert xmp.read(tmp_path / "a.xmp").lut.size == 7


@pytest.mark.parametrize(
    ("suffix", "size", "words"),
    [
        (".3dl", None, "'.3dl' is no format for a look"),
        (".cube", 1, ".cube takes 2 to 144 nodes an axis, not 1"),
        (".xmp", 33, ".xmp takes 2 to 32 nodes"),
        (".png", 33, "a HaldCLUT has 4, 9, 16"),
        (".icc", 145, "2 to 144"),
    ],
)
def test_a_size_or_suffix_that_a_format_lacks_is_refused(suffix: str, size: int | None, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        export.checked_size(suffix, size)
