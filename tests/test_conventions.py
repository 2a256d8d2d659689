"""Conventions of docs/conventions.md, each pinned by one test."""

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import lichtbild
from lichtbild.colour import spaces
from lichtbild.core.errors import BadFile, BadInput, CannotWrite
from lichtbild.core.stage import ALIGN
from lichtbild.core.units import nm, um
from lichtbild.core.window import Extent, Window
from lichtbild.develop.development import survey
from lichtbild.develop.exposure import Exposure
from lichtbild.develop.linearise import normalised
from lichtbild.develop.recipe import DevelopRecipe, WhiteBalanceChoice
from lichtbild.develop.shading import gain_mapped
from lichtbild.image.cfa import Cfa
from lichtbild.image.levels import Levels
from lichtbild.image.linear_image import LinearImage
from lichtbild.image.metadata import Metadata, Orientation
from lichtbild.image.opcode import Area, GainMap
from lichtbild.image.raw_frame import RawFrame

PAGE = Path(__file__).parents[1] / "docs" / "conventions.md"
EXTENT = Extent(48, 72)
WHOLE = Window.whole(EXTENT)


def frame() -> RawFrame:
    """A ramp of codes from below black to white."""
    codes = np.linspace(0, 1023, EXTENT.height * EXTENT.width).reshape(*EXTENT, 1).astype(np.uint16)
    return RawFrame(
        codes,
        WHOLE,
        EXTENT,
        Cfa.bayer("RGGB"),
        Levels(np.full((1, 1, 1), 64.0), np.array([1023.0])),
        WHOLE,
        (0.0, 0.0, 48.0, 72.0),
    )


def image(samples: np.ndarray) -> LinearImage:
    extent = Extent(*samples.shape[:2])
    return LinearImage(samples, Window.whole(extent), extent)


def test_the_page_names_these_tests() -> None:
    named = set(re.findall(r"`(test_\w+)`", PAGE.read_text(encoding="utf-8")))
    here = {name for name in globals() if name.startswith("test_")} - {"test_the_page_names_these_tests"}
    assert named == here


def test_lengths_are_millimetres() -> None:
    assert (nm(550), um(1.4)) == pytest.approx((0.00055, 0.0014), rel=1e-15)


def test_samples_are_row_column_plane() -> None:
    held = image(np.zeros((4, 6, 3), np.float32))
    assert (held.extent.height, held.extent.width) == held.samples.shape[:2] == (4, 6)
    with pytest.raises(ValueError, match="do not fill"):
        LinearImage(np.zeros((3, 4, 6), np.float32), Window(0, 0, 4, 6), Extent(4, 6))


def test_windows_leave_out_their_ends() -> None:
    window = Window(2, 3, 5, 9)
    assert (window.height, window.width) == (3, 6)
    covered = np.zeros((50, 70), int)
    for tile in Window(0, 0, 50, 70).tiles(16):
        covered[tile.top : tile.bottom, tile.left : tile.right] += 1
    assert (covered == 1).all()


def test_halos_start_with_the_pattern() -> None:
    grown = Window(31, 29, 40, 40).grown(3, EXTENT, ALIGN)
    assert (grown.top % 12, grown.left % 12) == (0, 0)
    assert grown.contains(Window(28, 26, 40, 40))


def test_pixel_centres_are_half_integers() -> None:
    """A gain map of two columns reaches from edge to edge: pixel i lies at (i + 1/2) / width."""

    gains = np.array([[[0.0], [1.0]], [[0.0], [1.0]]])
    opcode = GainMap(Area(WHOLE, (0, 1), (1, 1)), gains, (1.0, 1.0), (0.0, 0.0))
    found = gain_mapped(opcode, np.ones((*EXTENT, 1), np.float32), WHOLE, EXTENT)
    expected = (np.arange(EXTENT.width) + 0.5) / EXTENT.width
    np.testing.assert_allclose(found[5, :, 0], expected, atol=2**-22)


def test_pattern_names_its_upper_left_pixel_first() -> None:
    assert Cfa.bayer("GRBG").pattern == ((1, 0), (2, 1))
    assert Cfa.bayer("GRBG").planes(EXTENT)[0, 1] == 0


def test_white_is_d65() -> None:
    white = spaces.REC2020_TO_XYZ @ np.ones(3)
    np.testing.assert_allclose(white[:2] / white.sum(), (0.3127, 0.3290), atol=1e-12)


def test_matrices_act_on_columns() -> None:
    """The first column of a matrix is where its first primary goes."""
    red = spaces.REC2020_TO_XYZ[:, 0]
    np.testing.assert_allclose(red[:2] / red.sum(), (0.708, 0.292), atol=1e-12)
    assert spaces.REC2020_TO_XYZ.dtype == np.float64


def test_samples_stay_float32() -> None:
    for name in lichtbild.chain(frame(), lichtbild.Recipe()).names:
        assert lichtbild.intermediate(frame(), lichtbild.Recipe(), name).samples.dtype == np.float32, name


def test_below_black_stays_negative() -> None:
    """(0 - 64) / (1023 - 64), correctly rounded to a few ulp of float32."""
    linear = lichtbild.intermediate(frame(), lichtbild.Recipe(), "linearise").samples
    assert linear[0, 0, 0] == pytest.approx(-64 / 959, rel=2**-22)
    assert normalised(np.zeros(1, np.uint16), np.float32(64), np.float32(1 / 959))[0] < 0


def test_range_belongs_to_the_type() -> None:
    """A picture of bytes and one of floats mean 0 to 1 alike; light may be any number."""
    bright = image(np.full((2, 2, 3), 40.0, np.float32))
    assert bright.samples.max() == 40
    picture = lichtbild.develop(frame())
    assert picture.samples.min() >= 0
    assert picture.samples.max() <= 1


def test_quarter_turn_is_clockwise() -> None:
    """EXIF 6: row 0 of the stored image is the right-hand side of the upright one."""
    turned = replace(frame(), metadata=Metadata(orientation=Orientation.QUARTER_TURN))
    upright, stored = lichtbild.develop(turned).samples, lichtbild.develop(frame()).samples
    # Sharpening adds neighbours in another order.
    np.testing.assert_allclose(upright, np.rot90(stored, -1), rtol=0, atol=1e-6)


def test_an_exposure_value_doubles_the_light() -> None:
    light = image(np.full((2, 2, 3), 0.25, np.float32))
    assert (Exposure(1.0)(light).samples == 0.5).all()


def test_largest_neutral_is_one() -> None:
    recipe = DevelopRecipe(white_balance=WhiteBalanceChoice("neutral", (1.0, 2.0, 0.5)))
    assert survey(recipe, frame()).neutral == (0.5, 1.0, 0.25)


def test_errors_know_their_exit_code() -> None:
    assert (BadInput.exit_code, BadFile.exit_code, CannotWrite.exit_code) == (2, 2, 3)


def test_same_input_same_bytes() -> None:
    first, second = (lichtbild.develop(frame(), threads=threads).samples for threads in (1, 3))
    assert first.tobytes() == second.tobytes()


@pytest.mark.parametrize("names", [("develop", "chain"), ("chain", "develop"), ("load_recipe", "develop")])
def test_public_names_in_any_order(names: tuple[str, str]) -> None:
    """`lichtbild.develop` is a function and a room's name: entering the room must not hide the function."""
    program = (
        "import sys, lichtbild\n"
        "assert {name for name in sys.modules if name.startswith('lichtbild.')} <= {'lichtbild.develop'}\n"
        f"assert all(callable(getattr(lichtbild, name)) for name in {names!r})\n"
        "assert callable(lichtbild.develop)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
