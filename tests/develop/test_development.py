"""Which method takes the noise away follows from the frame's light, unless the user says so."""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))
from frames import BLACK, WHITE, flat_frame
from lichtbild.core import resources
from lichtbild.core.errors import BadInput
from lichtbild.develop import convolution
from lichtbild.develop.development import denoising, stages, survey
from lichtbild.develop.recipe import DenoiseChoice, DevelopRecipe
from lichtbild.image.noise_profile import NoiseProfile
from lichtbild.image.raw_frame import RawFrame

AUTO = DevelopRecipe()


def frame(electrons: float, light: float = 0.2, frames: int = 1) -> RawFrame:
    """An even frame whose full pixels hold so many electrons, without read noise."""
    clean = flat_frame(light, (120, 132))
    counts = np.random.default_rng(1).poisson((clean.samples - BLACK) / (WHITE - BLACK) * electrons)
    codes = np.rint(BLACK + counts / electrons * (WHITE - BLACK)).astype(np.uint16)
    told = clean.metadata.merged(frames, frames) if frames > 1 else clean.metadata
    return replace(clean, samples=codes, noise=NoiseProfile((1 / electrons,), (0.0,)), metadata=told)


def method(of: RawFrame, recipe: DevelopRecipe = AUTO) -> str:
    return denoising(recipe, of, survey(recipe, of))[0]


def test_the_method_follows_from_the_light() -> None:
    # The signal over its noise is the square root of the electrons: of 0.2 of a full pixel, 10 at 500.
    assert method(frame(1000)) == "fast"
    assert method(frame(400)) == "net"
    assert method(frame(1000, light=0.05)) == "net"
    assert method(frame(1000, frames=2)) == "net"


@pytest.mark.parametrize("wanted", ["fast", "best", "net", "off"])
def test_what_is_asked_for_is_done(wanted: str) -> None:
    assert method(frame(400), DevelopRecipe(denoise=DenoiseChoice(wanted))) == wanted  # type: ignore[arg-type]


def test_without_weights_there_is_best_and_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resources, "read", lambda *_: b"")
    convolution._loaded.cache_clear()
    try:
        dark = frame(400)
        known = survey(AUTO, dark)
        chosen, note = denoising(AUTO, dark, known)
        assert chosen == "best"
        assert note.startswith("denoised by 'best', as the weights of the denoising network do not load")
        asked = DevelopRecipe(denoise=DenoiseChoice("net"))
        with pytest.raises(BadInput, match="--denoise best"):
            stages(asked, dark, known, 0.0)
    finally:
        convolution._loaded.cache_clear()
