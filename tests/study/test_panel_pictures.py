"""Pictures of an experiment: found by name, rendered, and known by a key."""

from dataclasses import replace
from pathlib import Path

import pytest

from frames import smooth_frame
from lichtbild.core.errors import BadInput
from lichtbild.io.dng.write import write
from lichtbild.panel.experiment import Experiment
from lichtbild.panel.picture_source import Folder, PictureFile, Rendition, Source
from lichtbild.panel.protocol import Method, Session
from lichtbild.panel.stimulus import Stimulus
from lichtbild.study.panel_pictures import exhibition, in_folder, pattern_of, stimuli_of
from panel_server import write_pictures

PAIRS = Experiment("n", "q", Method.PAIRS, pictures=Folder("p"))


def test_a_folder_is_read_by_its_pattern(tmp_path: Path) -> None:
    write_pictures(tmp_path / "p", ("one", "two"), ("a", "b"))
    assert pattern_of(tmp_path / "p") == "{scene}/{condition}"
    assert [stimulus for stimulus, _ in in_folder(Folder("p"), tmp_path)] == [
        Stimulus(scene, condition) for scene in ("one", "two") for condition in ("a", "b")
    ]
    flat = tmp_path / "flat"
    flat.mkdir()
    for path in (tmp_path / "p").rglob("*.png"):
        path.rename(flat / f"{path.parent.name}_by_night_{path.name}")
    assert pattern_of(flat) == "{scene}_{condition}"
    assert stimuli_of(replace(PAIRS, pictures=Folder("flat", "{scene}_{condition}")), tmp_path)[
        0
    ] == Stimulus("one_by_night", "a")
    with pytest.raises(BadInput, match="does not fit the pattern"):
        list(in_folder(Folder("flat"), tmp_path))
    with pytest.raises(BadInput, match="holds no pictures"):
        list(in_folder(Folder("none"), tmp_path))


def test_the_key_is_that_of_method_plan_and_pictures(tmp_path: Path) -> None:
    write_pictures(tmp_path / "p", ("one",), ("a", "b"))
    store = tmp_path / "kept"
    shown = exhibition(PAIRS, tmp_path, store)
    same = replace(PAIRS, name="other", question="other", session=Session(pause_every=7))
    assert exhibition(same, tmp_path, store).key == shown.key
    assert exhibition(replace(PAIRS, ties=True), tmp_path, store).key != shown.key
    write_pictures(tmp_path / "p", ("one",), ("b", "a"))
    assert exhibition(PAIRS, tmp_path, store).key != shown.key
    twice = replace(PAIRS, picture=(PictureFile("one", "a", "p/one/a.png"),))
    with pytest.raises(BadInput, match="has condition 'a' already"):
        exhibition(twice, tmp_path, store)


@pytest.mark.slow
def test_sources_are_rendered_once(tmp_path: Path) -> None:
    write(smooth_frame((60, 72)), tmp_path / "scene.dng")
    write_pictures(tmp_path / "p", ("done",), ("x",))
    rendered = replace(
        PAIRS,
        pictures=Folder(),
        source=(Source("raw", file="scene.dng"), Source("done", file="p/done/x.png")),
        rendition=(Rendition("as it is"), Rendition("strong", look="authentic", strength=120.0)),
    )
    shown = exhibition(rendered, tmp_path, tmp_path / "kept")
    assert shown.stimuli == stimuli_of(rendered, tmp_path) and len(shown.pictures) == 4
    assert len({picture.digest for picture in shown.pictures.values()}) == 4
    made = {path: path.stat().st_mtime_ns for path in (tmp_path / "kept" / "rendered").rglob("*.png")}
    assert exhibition(rendered, tmp_path, tmp_path / "kept").key == shown.key
    assert {path: path.stat().st_mtime_ns for path in made} == made and len(made) == 4
    missing = replace(rendered, source=(Source("s", file="none.dng"),))
    with pytest.raises(BadInput, match=r"none\.dng"):
        exhibition(missing, tmp_path, tmp_path / "kept")
