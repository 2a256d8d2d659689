"""Experiments as TOML: there and back, and sentences for what is wrong."""

from dataclasses import replace
from pathlib import Path

import pytest

from lichtbild.core.errors import BadFile, BadInput
from lichtbild.io.experiment_file import dumps, loads, read_experiment, template, write_experiment
from lichtbild.panel.experiment import Anchor, Experiment, Golden
from lichtbild.panel.picture_source import Folder, Found, PictureFile, Rendition, Source
from lichtbild.panel.protocol import Method, Ruler, Scale, ScaleKind, Screening, Session, View

WHOLE = Experiment(
    name="Größe „zwei“",
    question="Which?",
    method=Method.PAIRS,
    view=View.FLICKER,
    ties=True,
    reference="a",
    language="de",
    distance_mm=612.5,
    consent="First line\nsecond\tline",
    session=Session(12, 4, 2, 3, 2.5, 0.4, False),
    screening=Screening(0.75, None, 0.5, "likelihood"),
    pictures=Folder("some/where", "{condition} {scene}"),
    picture=(PictureFile("s", "a", "x.png"), PictureFile("s", "b", "y.png")),
    source=(Source("s", simulated="night-street", lux=3.0),),
    rendition=(Rendition("c", "authentic", 80.0, "r.toml", "main", (60, 80)),),
    anchor=(Anchor("s", ("a", "b")),),
    golden=(Golden("s", "a", "b"),),
    words={"tie": "egal"},
)
RATED = Experiment("n", "q", Method.RATING, scale=Scale(ScaleKind.CATEGORY, ("low", "high")))
RULED = Experiment("n", "q", Method.RULER, ruler=Ruler(("x", "y"), (0.0, -2.5), "chart"))


@pytest.mark.parametrize("experiment", [WHOLE, RATED, RULED], ids=["whole", "rated", "ruled"])
def test_an_experiment_comes_back_as_the_same_file(experiment: Experiment, tmp_path: Path) -> None:
    path, again = tmp_path / "one.toml", tmp_path / "two.toml"
    write_experiment(experiment, path)
    assert read_experiment(path) == experiment
    write_experiment(read_experiment(path), again)
    assert path.read_bytes() == again.read_bytes()


def test_the_template_is_an_experiment_that_says_what_is_usual() -> None:
    text = template(Found(("s",), ("a", "b"), Folder("my pictures", "{scene}_{condition}")))
    experiment = loads(text)
    assert experiment.pictures == Folder("my pictures", "{scene}_{condition}")
    usual = Experiment(experiment.name, experiment.question, Method.PAIRS)
    assert replace(experiment, pictures=Folder()) == usual
    every = "\n".join(
        line.removeprefix("# ") if " = " in line or line[:3] == "# [" else line for line in text.split("\n")
    )
    with pytest.raises(
        BadInput, match=r"sources are for renditions|needs|is for"
    ):  # a ruler is for its method
        loads(every)
    assert loads(dumps(experiment)) == experiment


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x", "is no TOML"),
        ("schema = 2", "begins with 'schema = 1'"),
        ("schema = 1\nname = 'n'\nquestion = 'q'", "'method' is missing"),
        ("method = 'voting'", "'method' cannot be 'voting'"),
        ("distance_mm = '60 cm'", "'distance_mm' cannot be '60 cm': it is a valid number"),
        ("distance_mm = 1979-05-27", "'distance_mm' cannot be"),
        ("shown = 2.5", "'shown' cannot be"),
        ("ties = 1", "'ties' cannot be"),
        ("colour = 1", "an experiment has no key 'colour'; it has name"),
        ("[session]\nlength = 1", "'session' has no key 'length'"),
        ("[[golden]]\nscene = 's'\nbest = 'a'", "'golden' has no key 'best'"),
        ("[[golden]]\nscene = 's'\nbetter = 'a'", r"'golden\.1\.worse' is missing"),
        ("[session]\ntrials = -1", r"session\.trials is 0 to 5000, not -1"),
        ("distance_mm = nan", "distance_mm"),
    ],
)
def test_what_is_wrong_is_told_in_a_sentence(text: str, words: str, tmp_path: Path) -> None:
    whole = "schema = 1\nname = 'n'\nquestion = 'q'\nmethod = 'ranking'\n"
    if text.startswith("method"):
        whole = whole.replace("method = 'ranking'\n", "")
    path = tmp_path / "bad.toml"
    path.write_text(text if text == "x" or text.startswith("schema") else whole + text)
    with pytest.raises(BadFile, match=words) as found:
        read_experiment(path)
    assert str(found.value).startswith(f"{path}: ") and "\n" not in str(found.value)


def test_a_file_that_is_none_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="cannot be read"):
        read_experiment(tmp_path / "missing.toml")
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadFile, match="no text"):
        read_experiment(tmp_path / "binary.toml")
