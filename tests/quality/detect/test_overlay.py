import io

import numpy as np
from PIL import Image

from lichtbild.quality.detect.find import find_charts
from lichtbild.quality.detect.overlay import overlay


def test_overlay_is_a_picture_with_its_legend_and_the_same_each_time():
    field = np.full((300, 400, 3), 0.4, np.float32)
    found = find_charts(field, [])
    first = overlay(field, found)
    picture = Image.open(io.BytesIO(first))
    assert picture.format == "PNG" and picture.height > picture.width * 300 / 400
    assert first == overlay(field, found)
    assert Image.open(io.BytesIO(overlay(field, (), kind="WEBP"))).format == "WEBP"
