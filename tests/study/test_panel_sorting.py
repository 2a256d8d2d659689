"""Pictures on the disk as the scenes and conditions that an experimenter means by them."""

from pathlib import Path

import pytest

from lichtbild.core.errors import BadInput
from lichtbild.io.experiment_file import loads, template
from lichtbild.study.panel_pictures import stimuli_of
from lichtbild.study.panel_sorting import sorted_out


@pytest.fixture
def shots(tmp_path: Path) -> Path:
    """Two folders of the same scenes, their suffixes unlike."""
    for name in ("mild/lake.png", "mild/far/barn.png", "strong/lake.jpg", "strong/far/barn.png"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return tmp_path


def test_each_folder_is_a_condition(shots: Path) -> None:
    found = sorted_out([shots / "mild", shots / "strong"], shots)
    assert (found.scenes, found.conditions) == (("far/barn", "lake"), ("mild", "strong"))
    made = stimuli_of(loads(template(found)), shots)
    assert {(each.scene, each.condition) for each in made} == {
        (scene, condition) for scene in found.scenes for condition in found.conditions
    }


def test_folders_of_one_name_are_told_apart_by_where_they_are(shots: Path) -> None:
    found = sorted_out([shots / "mild/far", shots / "strong/far"], shots)
    assert found.conditions == ("mild/far", "strong/far") and found.scenes == ("barn",)


def test_files_are_the_conditions_of_one_scene(shots: Path) -> None:
    found = sorted_out([shots / "mild/lake.png", shots / "mild/far/barn.png"], shots)
    assert found.scenes == ("scene",) and found.conditions == ("barn", "lake")
    assert [each.file for each in found.files] == ["mild/far/barn.png", "mild/lake.png"]


@pytest.mark.parametrize(
    ("places", "words"),
    [
        (["mild", "nowhere"], "is not there"),
        (["mild", "strong/lake.jpg"], "given together"),
        (["mild/lake.png"], "is one picture"),
        (["mild/lake.png", "mild/lake.png"], "have one name"),
        (["mild", "strong/far"], "lacks condition"),
        (["mild", "empty"], "holds no pictures"),
        (["mild/lake.png", "notes.txt"], "is no picture"),
    ],
)
def test_what_cannot_be_sorted_out_is_told(shots: Path, places: list[str], words: str) -> None:
    (shots / "empty").mkdir()
    (shots / "notes.txt").touch()
    with pytest.raises(BadInput, match=words):
        sorted_out([shots / each for each in places], shots)
