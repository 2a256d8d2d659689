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
from lichtbild.develop.deblur import Deblur
from lichtbild.develop.development import denoising, noise_left, stages, survey
from lichtbild.develop.recipe import DemosaicChoice, DenoiseChoice, DevelopRecipe
from lichtbild.image.cfa import Cfa
from lichtbild.image.metadata import Metadata
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


def shot(of: RawFrame) -> RawFrame:
    """The frame with what is needed to know its blur."""
    # Tag 41989 is the focal length in 35 mm terms: pixels of 1.2 um.
    return replace(of, metadata=Metadata(f_number=2.0, focal_length_mm=5.0, exif={("exif", 41989): 1000}))


def noises(recipe: DevelopRecipe, of: RawFrame) -> tuple[tuple[float, float], tuple[float, float]]:
    """Noise that is left in the developed light, and that of which deblurring knows."""
    known = survey(recipe, of)
    deblur = dict(stages(recipe, of, known, 0.0))["deblur"]
    assert isinstance(deblur, Deblur)
    return noise_left(recipe, of, known), deblur.noise


@pytest.mark.parametrize(("wanted", "share"), [("auto", 1.0), ("off", 1.0), ("fast", 0.25)])
def test_all_noise_is_left_where_nothing_denoises(wanted: str, share: float) -> None:
    # So many electrons that "auto" sees no noise to take away.
    clean = shot(frame(1.2e6))
    assert method(clean) == "off"
    off = noises(DevelopRecipe(denoise=DenoiseChoice("off")), clean)
    found = noises(DevelopRecipe(denoise=DenoiseChoice(wanted)), clean)  # type: ignore[arg-type]
    for left, all_of_it in zip(found, off, strict=True):
        assert left[0] == pytest.approx(share * all_of_it[0], rel=1e-6)


def test_four_pixels_in_one_have_a_quarter_of_the_variance() -> None:
    noisy = shot(frame(400))
    pattern = np.kron(np.array(noisy.cfa.pattern), np.ones((2, 2), int))  # type: ignore[union-attr]
    quad = replace(noisy, cfa=Cfa(tuple(tuple(int(v) for v in row) for row in pattern)))
    kept, binned = (
        noises(DevelopRecipe(demosaic=DemosaicChoice(quad=way), denoise=DenoiseChoice("fast")), quad)
        for way in ("remosaic", "bin")
    )
    for whole, quarter in zip(kept, binned, strict=True):
        assert quarter[0] == pytest.approx(whole[0] / 4, rel=1e-6)
    assert binned[0][0] == pytest.approx(binned[1][0], rel=1e-6)
