"""The page beside a photograph: its numbers follow from the frame and from what it was merged of."""

import json
import re
import sys
from pathlib import Path

import numpy as np
import pytest

from lichtbild.camera.photo_report import photo_report
from lichtbild.image.burst import MERGED, Gathered

sys.path.insert(0, str(Path(__file__).parents[1]))
from moving_scene import PHONE, RGGB, framed, light, mosaicked, places, waves

SIZE = (128, 160)
FRAME = framed(mosaicked(light(waves(1), *places(SIZE)), RGGB), 1)
PICTURE = np.full((60, 80, 3), 99, np.uint8)


def numbers(page: str) -> dict:
    found = re.search(r'<script type="application/json"[^>]*>(.*?)</script>', page, re.DOTALL)
    assert found is not None
    return json.loads(found[1])


def test_a_single_frame_has_all_of_its_own_light() -> None:
    page = photo_report("one.jpg", PICTURE, FRAME)
    told = numbers(page)
    assert (told["frames"], told["light_gathered"], told["light_available"]) == (1, 1.0, 1)
    assert told["noise_profile"]["scale"] == pytest.approx([PHONE[0]] * 3)
    assert "frames were merged" not in page


def test_noise_and_photons_of_a_burst_follow_from_the_variance() -> None:
    """18 % of a full sensor are 0.18 / 0.001 = 180 photons in one frame of four times the variance."""
    used = np.full((64, 80), 3.5, np.float32)
    frames = (
        ("a.dng", MERGED),
        ("b.dng", MERGED),
        ("c.dng", MERGED),
        ("d.dng", MERGED),
        ("e.dng", "it is dark"),
    )
    page = photo_report("four.jpg", PICTURE, FRAME, Gathered(frames, 4, used, (0.3, 0.25, 0.2)))
    told = numbers(page)
    assert (told["frames"], told["light_gathered"], told["light_available"]) == (4, 3.5, 4)
    assert told["left_out"] == {"e.dng": "it is dark"}
    photons = 0.18 * 0.25 / PHONE[0]
    assert f"counted {photons:.3g} photons in one frame" in page
    assert f"of {4 * photons:.3g} that all frames counted {3.5 * photons:.3g}" in page
    sigma = np.sqrt(PHONE[0] * 0.18 + PHONE[1]) / 0.18
    assert f"{200 * sigma:.3g}" in page and f"{100 * sigma:.3g}" in page
    assert "it is dark" in page and "3.50 frames on average, 88 %" in page
