"""What a photograph would be made from."""

from dataclasses import replace
from pathlib import Path

from lichtbild.camera.recipe import LookRecipe, Recipe
from lichtbild.study.job import Job, Settings
from lichtbild.study.resume import key


def test_every_choice_makes_another_photograph(tmp_path: Path) -> None:
    source = tmp_path / "a.png"
    source.write_bytes(b"a")
    job, plain = Job(source, tmp_path / "b.png"), Settings(Recipe(look=LookRecipe("mono")))
    others = [
        replace(plain, own_space=True),
        replace(plain, dumps=("exposure",)),
        replace(plain, recipe=Recipe(look=LookRecipe("mono", strength=0.5))),
    ]
    keys = {key(job, settings) for settings in (plain, *others)}
    keys |= {key(replace(job, target=tmp_path / "b.jpg"), plain)}
    assert len(keys) == 5 and key(job, replace(plain, threads=4, overwrite=True)) in keys
    source.write_bytes(b"b")
    assert key(job, plain) not in keys
    source.unlink()
    assert key(job, plain) == ""
