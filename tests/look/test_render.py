import numpy as np
import pytest

from lichtbild.core.window import Extent, Window
from lichtbild.image.linear_image import LinearImage
from lichtbild.look.local_tone import LocalTone
from lichtbild.look.monochrome import Monochrome
from lichtbild.look.render import Render
from lichtbild.look.style import style
from lichtbild.look.tone_bath import ToneBath

EXTENT = Extent(50, 61)
SAMPLES = np.random.default_rng(0).uniform(-0.02, 1.5, (*EXTENT, 3)).astype(np.float32) ** 3
IMAGE = LinearImage(SAMPLES, Window.whole(EXTENT), EXTENT)
TONE = LocalTone.of(
    LinearImage(SAMPLES[8::16, 8::16], Window(0, 0, 3, 4), Extent(3, 4)), style("natural").local_tone
)
GREY = Monochrome((1.3, 0.1, -0.4), 0.7)
VIEW, MIX = style("authentic").view, style("authentic").colour_mix
BATH = ToneBath((2.0,) * 11, tuple(range(11)))


@pytest.mark.parametrize(
    "stage",
    [
        Render(),
        Render(TONE),
        Render(None, GREY),
        Render(None, None, VIEW),
        Render(TONE, None, VIEW),
        Render(None, None, None, MIX),
        Render(TONE, None, VIEW, MIX),
        Render(TONE, GREY, VIEW, None, BATH),
        Render(TONE, GREY, VIEW, MIX, BATH),
    ],
    ids=["nothing", "tone", "grey", "view", "tone and view", "mix", "colour", "toned", "all"],
)
def test_one_pass_gives_what_the_stages_give_one_after_another(stage: Render) -> None:
    one_by_one = IMAGE
    for part in (stage.local_tone, stage.monochrome, stage.view, stage.colour_mix, stage.tone_bath):
        if part is not None:
            one_by_one = part(one_by_one)
    np.testing.assert_array_equal(stage(IMAGE).samples, one_by_one.samples)
    np.testing.assert_allclose(stage(IMAGE).samples, stage.definition(IMAGE).samples, rtol=4e-6, atol=4e-6)
