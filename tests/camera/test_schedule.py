"""A schedule changes how fast a picture is made, and nothing else."""

from dataclasses import replace

import numpy as np
import pytest

from frames import smooth_frame
from lichtbild.camera.photograph import Rendition, chain
from lichtbild.camera.recipe import GeometryRecipe, LookRecipe, OutputRecipe, Recipe
from lichtbild.camera.schedule import scheduled
from lichtbild.core.window import Window
from lichtbild.develop.recipe import DevelopRecipe, ExposureChoice, HighlightsChoice
from lichtbild.image.noise_profile import NoiseProfile
from lichtbild.image.opcode import Area, GainMap, OpcodeLists
from lichtbild.image.picture import ColourSpace
from lichtbild.image.raw_frame import RawFrame


def noisy_frame() -> RawFrame:
    """A frame with all that a phone's file has: noise, its model, gain maps for each colour, blown parts."""
    frame = replace(smooth_frame((232, 310)), noise=NoiseProfile((2e-4,), (1e-6,)))
    rng = np.random.default_rng(4)
    codes = frame.samples + rng.normal(0, 9, frame.samples.shape)
    codes[40:90, 60:120] *= 3
    maps = tuple(
        GainMap(
            area=Area(Window(row, column, *frame.extent), (0, 1), (2, 2)),
            spacing=(0.5, 0.5),
            origin=(0.0, 0.0),
            gains=rng.uniform(1, 1.6, (3, 3, 1)).astype(np.float32),
        )
        for row in range(2)
        for column in range(2)
    )
    return replace(
        frame,
        samples=np.clip(np.rint(codes), 0, 1087).astype(np.uint16),
        opcodes=OpcodeLists(on_linear=maps),
    )


RECIPES = {
    "natural": Recipe(),
    "authentic": Recipe(look=LookRecipe("authentic")),
    "sepia": Recipe(look=LookRecipe("sepia")),
    "small": Recipe(geometry=GeometryRecipe(quarter_turns=1), output=OutputRecipe(long_edge=200)),
    "linear light": Recipe(output=OutputRecipe(ColourSpace.LINEAR_REC2020)),
    "profile": Recipe(look=LookRecipe("profile")),
    "little": Recipe(
        DevelopRecipe(highlights=HighlightsChoice("off"), exposure=ExposureChoice(ev=0.5)),
        LookRecipe("natural", local_tone=0, sharpening=0),
    ),
}


CASES = [(name, bits) for name in RECIPES for bits in (8, None) if (name, bits) != ("linear light", 8)]
"""Linear light is not written in whole codes."""


@pytest.mark.parametrize(("name", "bits"), CASES)
def test_a_scheduled_chain_gives_the_same_picture(name: str, bits: int | None) -> None:
    recipe, frame = RECIPES[name], noisy_frame()
    steps = chain(frame, recipe, Rendition(bits))
    plain, fast = steps(frame).samples.astype(np.float64), scheduled(steps)(frame).samples
    assert plain.shape == fast.shape
    one = 1 if bits else np.maximum(np.abs(plain), 1) / 65535
    assert (np.abs(fast - plain) > one).mean() <= 1e-5


@pytest.mark.parametrize("name", RECIPES)
def test_tiles_and_threads_give_the_same_bytes(name: str) -> None:
    frame = noisy_frame()
    steps = scheduled(chain(frame, RECIPES[name]))
    whole = steps(frame).samples
    for tile, threads in ((48, 1), (100, 2), (5000, 2)):
        np.testing.assert_array_equal(steps.gather(frame, tile=tile, threads=threads).samples, whole)


def test_neighbours_are_fused_and_named_after_their_parts() -> None:
    frame = noisy_frame()
    names = scheduled(chain(frame, Recipe(), Rendition(8))).names
    assert "highlights+colour_matrix+exposure" in names
    assert "local_tone+natural" in names
    assert "sharpen+encode+quantise" in names
    assert any(name.startswith("linear_gain_map+") and name.endswith("+white_balance") for name in names)


def test_what_stands_alone_is_left_alone() -> None:
    steps = chain(noisy_frame(), Recipe()).until("white_balance").until("linearise")
    assert scheduled(steps) == steps
