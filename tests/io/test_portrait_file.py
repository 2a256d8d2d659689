"""Portrait files: depth and matte come back as they went, and damaged ones are told."""

from pathlib import Path

import numpy as np
import pytest

from lichtbild.core.errors import BadFile
from lichtbild.image.depth_map import DepthMap
from lichtbild.image.portrait import Portrait
from lichtbild.io.portrait_file import portrait_of, read_portrait, write_portrait


def _portrait(alpha: np.ndarray | None) -> Portrait:
    rng = np.random.default_rng(0)
    distance = rng.uniform(400, 9000, (40, 60)).astype(np.float32)
    distance[0, 0] = np.inf
    depth = DepthMap(distance, rng.random((40, 60)).astype(np.float32), "estimated", "a note")
    return Portrait(depth, alpha, 1234.5, ("one", "two"))


@pytest.mark.parametrize("has_subject", [True, False])
def test_what_is_written_is_read(has_subject: bool, tmp_path: Path) -> None:
    alpha = np.random.default_rng(1).random((80, 120)).astype(np.float32) if has_subject else None
    portrait, path = _portrait(alpha), tmp_path / "a.portrait.tif"
    write_portrait(portrait, path, "key")
    found, made_from = read_portrait(path)
    assert made_from == "key" and found.notes == ("one", "two") and found.focus_mm == 1234.5
    assert found.depth.source == "estimated" and found.depth.note == "a note"
    np.testing.assert_allclose(found.depth.vergence, portrait.depth.vergence, rtol=1e-6, atol=1e-12)
    np.testing.assert_allclose(found.depth.confidence, portrait.depth.confidence, atol=0.51 / 255)
    if alpha is None:
        assert found.alpha is None
    else:
        np.testing.assert_allclose(found.alpha, alpha, atol=0.51 / 255)


def test_it_lies_beside_the_photograph() -> None:
    assert portrait_of(Path("b/a.jpg")) == Path("b/a.portrait.tif")


@pytest.mark.parametrize("kept", [0, 7, 300, 3000])
def test_a_truncated_file_is_told_in_a_sentence(kept: int, tmp_path: Path) -> None:
    path = tmp_path / "a.portrait.tif"
    write_portrait(_portrait(np.zeros((80, 120), np.float32)), path)
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(BadFile, match="no portrait's depth and matte"):
        read_portrait(path)
