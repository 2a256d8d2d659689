"""Photographs of a roll written into a folder."""

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lichtbild.camera.recipe import GeometryRecipe, OutputRecipe, Recipe
from lichtbild.core.errors import BadInput
from lichtbild.study import batch
from lichtbild.study.exporting import Export, Order
from lichtbild.study.roll import roll

EXAMPLE = Path(__file__).parents[2] / "examples" / "colour_checker.dng"
SMALL = replace(
    Recipe(), geometry=GeometryRecipe(crop=(0.4, 0.4, 0.5, 0.5)), output=OutputRecipe(long_edge=32)
)


def test_a_bad_file_fails_alone(tmp_path: Path) -> None:
    shutil.copy(EXAMPLE, tmp_path / "a.dng")
    (tmp_path / "b.dng").write_bytes(EXAMPLE.read_bytes()[:4000])
    order = Order([(photo, SMALL) for photo in roll(tmp_path)], tmp_path / "out", ".jpg")
    ended = Export(order).start().wait()
    assert ended.ended and ended.total == 2 and ended.share == 1.0
    assert [(one.name, one.status) for one in ended.written] == [("a.jpg", "done"), ("b.jpg", "failed")]
    assert (tmp_path / "out" / "a.jpg").is_file() and not (tmp_path / "out" / "b.jpg").exists()


def test_a_cancelled_export_leaves_no_part_of_the_photograph_that_was_being_developed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(EXAMPLE, tmp_path / "a.dng")
    export = Export(Order([(photo, SMALL) for photo in roll(tmp_path)], tmp_path / "out", ".jpg"))
    real = batch.run

    def cancelled(*given: Any) -> Any:
        export.cancel()
        return real(*given)

    monkeypatch.setattr(batch, "run", cancelled)
    ended = export.start().wait()
    assert ended.ended and ended.written == ()
    assert not [path for path in (tmp_path / "out").iterdir() if path.suffix != ".jsonl"]


def test_an_export_that_was_cancelled_before_writes_nothing(tmp_path: Path) -> None:
    for name in "ab":
        shutil.copy(EXAMPLE, tmp_path / f"{name}.dng")
    export = Export(Order([(photo, SMALL) for photo in roll(tmp_path)], tmp_path / "out", ".jpg"))
    export.cancel()
    ended = export.start().wait()
    assert ended.ended and ended.written == ()


def test_what_cannot_be_written_is_refused_beforehand(tmp_path: Path) -> None:
    shutil.copy(EXAMPLE, tmp_path / "a.dng")
    chosen = [(photo, SMALL) for photo in roll(tmp_path)]
    with pytest.raises(BadInput, match="is no format"):
        Order(chosen, tmp_path / "out", ".exe")
    with pytest.raises(BadInput, match="no photograph"):
        Order([], tmp_path / "out", ".jpg")
