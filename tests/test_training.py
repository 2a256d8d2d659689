"""The denoiser's training: no tested picture is trained on, and an interrupted run ends as a whole one."""

import io
import subprocess
import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

sys.path.insert(0, str(Path(__file__).parents[1] / "training" / "denoiser"))
from perceptual_hash import NEAR, apart, perceptual_hash, turned

TRAINING = Path(__file__).parents[1] / "training" / "denoiser"
LISTED = tomllib.loads((TRAINING / "photographs.toml").read_text())["photograph"]
TRAINED = {entry["file"]: int(entry["hash"], 16) for entry in LISTED}


def test_only_free_photographs_are_listed() -> None:
    assert {entry["licence"] for entry in LISTED} <= {"CC0-1.0", "CC-BY-4.0"}
    assert all(entry["author"] for entry in LISTED)
    assert len(TRAINED) == len(LISTED) == 10


def test_a_hash_outlives_what_keeps_a_picture_the_same(shared: Path) -> None:
    with Image.open(shared / "data/truth/kodak24/kodim03.png") as file:
        picture = file.convert("RGB")
    packed = io.BytesIO()
    picture.save(packed, "JPEG", quality=60)
    same = [
        picture.resize((170, 170)),
        picture.crop((8, 8, 492, 492)),
        picture.point(lambda code: min(255, int(1.2 * code))),
        Image.open(packed),
    ]
    own = perceptual_hash(picture)
    assert max(apart(own, perceptual_hash(one)) for one in same) <= NEAR
    assert perceptual_hash(picture.transpose(Image.Transpose.ROTATE_90)) == turned(picture)[1]
    with Image.open(shared / "data/truth/kodak24/kodim04.png") as file:
        assert min(apart(own, other) for other in turned(file.convert("RGB"))) > NEAR


def test_no_tested_picture_or_its_like_is_trained_on(shared: Path) -> None:
    places = [
        p for p in (shared / "data").rglob("*") if p.suffix.lower() in (".png", ".jpg", ".jpeg", ".tif")
    ]
    assert len(places) > 60
    near = []
    for place in places:
        with Image.open(place) as file:
            hashes = turned(file.convert("RGB"))
        near += [(place, name) for name, own in TRAINED.items() if min(apart(own, h) for h in hashes) <= NEAR]
    assert not near


def test_no_picture_of_scikit_image_is_trained_on() -> None:
    tested = tomllib.loads((TRAINING / "scikit_image_hashes.toml").read_text())
    assert {"astronaut.png", "coffee.png", "motorcycle_left.png"} <= set(tested)
    for own in TRAINED.values():
        assert min(apart(own, int(other, 16)) for other in tested.values()) > NEAR


@pytest.mark.slow
def test_an_interrupted_run_ends_as_a_whole_one(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    truth = np.cumsum(rng.normal(0, 1, (3, 104, 104, 4)), axis=1)
    parts = [truth + rng.normal(0, deviation, truth.shape) for deviation in (1.0, 0.4, 0.3)]
    stored = np.concatenate([*parts, truth], axis=-1).astype(np.float16)

    def run(name: str, *steps: int) -> bytes:
        folder = tmp_path / name
        folder.mkdir()
        np.save(folder / "examples.npy", stored)
        for each in steps:
            asked = [
                str(TRAINING / "train.py"),
                str(folder),
                "--steps",
                "4",
                "--stop",
                str(each),
                "--batch",
                "2",
            ]
            subprocess.run([sys.executable, *asked], check=True)
        return (folder / "state.safetensors").read_bytes()

    assert run("whole", 4) == run("parts", 2, 4)
