import math

import numpy as np
import pytest

from lichtbild.colour.transfer import SRGB
from lichtbild.core.errors import BadInput
from lichtbild.figure.png import SIGNATURE
from lichtbild.quality.flip import flip
from lichtbild.quality.full_reference import Comparison, compare_pictures, flip_png
from reference_pair import reference_pair

REFERENCE, PICTURE = (SRGB.decode(one.astype(np.float64)) for one in reference_pair(176, 192))


def values(found: Comparison) -> dict[str, float]:
    return {one.name: one.value for one in found.measures}


def test_each_measure_is_there_with_its_method() -> None:
    found = compare_pictures(REFERENCE, PICTURE)
    named = values(found)
    assert list(named) == [
        *("psnr", "ssim", "ms_ssim", "flip"),
        *("ciede2000_mean", "ciede2000_median", "ciede2000_p95", "ciede2000_max"),
    ]
    codes = reference_pair(176, 192)
    assert named["flip"] == pytest.approx(float(flip(*codes)), abs=1e-5)
    assert found.flip_map.shape == (176, 192) and found.flip_png.startswith(SIGNATURE)
    assert found.registration is None
    assert all(one.method and one.clause for one in found.measures)


def test_equal_pictures_differ_by_nothing() -> None:
    named = values(compare_pictures(REFERENCE, REFERENCE))
    assert named["flip"] == named["ciede2000_max"] == 0.0 and named["ssim"] == pytest.approx(1.0)


def test_a_shift_is_taken_out_and_no_colour_is_touched() -> None:
    """A picture moved by whole pixels, its border lost, is its reference again."""
    moved = np.roll(REFERENCE, (5, -3), axis=(0, 1))
    found = compare_pictures(REFERENCE, moved, registered=True)
    named = values(found)
    assert (named["registration_down"], named["registration_right"]) == pytest.approx((-5.0, 3.0), abs=0.02)
    assert found.flip_map.shape[0] <= 176 - 5 and found.flip_map.shape[1] <= 192 - 3
    # A hundredth of a pixel moves a border of 0.3 of the range by 0.003.
    assert named["ciede2000_p95"] < 1.0 and named["ssim"] > 0.999
    plain = values(compare_pictures(REFERENCE, moved))
    assert plain["ssim"] < 0.9


def test_a_small_picture_says_why_there_are_no_five_scales() -> None:
    found = compare_pictures(REFERENCE[:64, :64], PICTURE[:64, :64])
    (scales,) = (one for one in found.measures if one.name == "ms_ssim")
    assert math.isnan(scales.value) and "too small" in scales.note


def test_the_map_begins_black_and_gets_lighter() -> None:
    from io import BytesIO

    from PIL import Image

    seen = np.asarray(Image.open(BytesIO(flip_png(np.linspace(0, 1, 256)[None].repeat(2, axis=0)))))
    assert (seen[0, 0] == 0).all()
    assert (np.diff(seen[0] @ [0.2126, 0.7152, 0.0722]) >= -1e-9).mean() > 0.9


def test_bad_input() -> None:
    with pytest.raises(BadInput, match="both need one size"):
        compare_pictures(REFERENCE, PICTURE[1:])
