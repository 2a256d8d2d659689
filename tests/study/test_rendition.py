"""Each kind of file gets what it can hold."""

from dataclasses import replace
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
from PIL import Image

from frames import smooth_frame
from lichtbild.camera.recipe import LookRecipe, OutputRecipe, Recipe
from lichtbild.core.chain import silent
from lichtbild.core.errors import BadInput
from lichtbild.develop.recipe import DenoiseChoice, DevelopRecipe
from lichtbild.image.noise_profile import NoiseProfile
from lichtbild.image.picture import ColourSpace, Picture
from lichtbild.image.raw_frame import RawFrame
from lichtbild.io.reader import read
from lichtbild.study.job import Settings
from lichtbild.study.photograph import develop
from lichtbild.study.rendition import write

SIZE = (60, 72)
LINEAR = Recipe(look=LookRecipe("linear"))


def written(path: Path, recipe: Recipe = LINEAR) -> Path:
    assert write(smooth_frame(SIZE), path, Settings(recipe), silent) == SIZE[0] * SIZE[1]
    return path


@pytest.mark.parametrize(("name", "codes"), [("a.png", 255), ("a.tif", 65535)])
def test_codes_are_those_of_the_picture_in_floats(tmp_path: Path, name: str, codes: int) -> None:
    picture = read(written(tmp_path / name))
    expected = develop(smooth_frame(SIZE), recipe=LINEAR)
    assert isinstance(picture, Picture)
    assert np.abs(picture.samples - expected.samples).max() <= 0.5 / codes + 2**-20


def test_floats_stay_floats(tmp_path: Path) -> None:
    recipe = Recipe(look=LookRecipe("linear"), output=OutputRecipe(ColourSpace.LINEAR_REC2020, bits=32))
    picture = read(written(tmp_path / "a.tif", recipe))
    assert isinstance(picture, Picture) and picture.samples.dtype == np.float32


def test_two_renditions_in_one_jpeg(tmp_path: Path) -> None:
    natural = Recipe(output=OutputRecipe(hdr=True))
    both = written(tmp_path / "both.jpg", natural)
    one = written(tmp_path / "one.jpg", Recipe())
    assert b"urn:iso:std:iso:ts:21496:-1" in both.read_bytes()
    with Image.open(both) as first, Image.open(one) as second:
        assert first.size == second.size == SIZE[::-1]
    with pytest.raises(BadInput, match="two renditions"):
        written(tmp_path / "both.png", natural)
    with pytest.raises(BadInput, match="no HDR rendition"):
        written(tmp_path / "linear.jpg", replace(natural, look=LINEAR.look))


@pytest.mark.parametrize("bits", [8, 10, 12])
def test_a_recipe_says_how_deep_an_avif_is(tmp_path: Path, bits: Literal[8, 10, 12]) -> None:
    path = written(tmp_path / "a.avif", Recipe(output=OutputRecipe(bits=bits)))
    properties = path.read_bytes().partition(b"pixi")[2]  # ISO/IEC 23008-12, 6.5.6: version, planes, bits
    assert properties[4:8] == bytes([3, bits, bits, bits])


@pytest.mark.parametrize("method", ["off", "fast"])
def test_a_linear_dng_states_only_the_noise_that_it_has(
    tmp_path: Path, method: Literal["off", "fast"]
) -> None:
    recipe = replace(LINEAR, develop=DevelopRecipe(denoise=DenoiseChoice(method)))
    noise = NoiseProfile((1e-4, 2e-4, 3e-4), (1e-6, 2e-6, 3e-6))
    mosaic = replace(smooth_frame(SIZE), noise=noise)
    write(mosaic, tmp_path / "a.dng", Settings(recipe), silent)
    planes = read(tmp_path / "a.dng")
    assert isinstance(planes, RawFrame) and planes.noise is None  # interpolation has changed it
    write(replace(planes, noise=noise), tmp_path / "b.dng", Settings(recipe), silent)
    again = read(tmp_path / "b.dng")
    assert isinstance(again, RawFrame)
    if method == "fast":
        assert again.noise is None
    else:
        bright = 2.0 ** (again.baseline_exposure_ev - planes.baseline_exposure_ev)
        assert again.noise is not None
        assert again.noise.scale == pytest.approx([value / bright for value in noise.scale], rel=1e-6)
        assert again.noise.offset == pytest.approx([value / bright**2 for value in noise.offset], rel=1e-6)


def test_a_linear_dng_develops_to_the_same_picture(tmp_path: Path) -> None:
    again = read(written(tmp_path / "a.dng"))
    assert isinstance(again, RawFrame) and again.cfa is None
    first, second = develop(smooth_frame(SIZE), recipe=LINEAR), develop(again, recipe=LINEAR)
    inner = (slice(4, -4), slice(4, -4))
    assert np.abs(first.samples[inner] - second.samples[inner]).max() < 2 / 255
    with pytest.raises(BadInput, match="no camera's colours"):
        write(first, tmp_path / "b.dng", Settings(LINEAR), silent)
