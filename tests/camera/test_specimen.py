from dataclasses import replace

import numpy as np
import pytest

from frames import bayer_frame
from lichtbild.camera.specimen import specimen
from lichtbild.core.window import Window
from lichtbild.image.opcode import Area, GainMap, OpcodeLists


@pytest.mark.parametrize(("corrected", "most"), [(True, 2e-3), (False, 1.0)])
def test_shading_is_taken_from_the_mosaic_too(corrected: bool, most: float) -> None:
    """Codes are rounded to 1 in some 400; without the gains the darkest lies a half below."""
    size, ramp = (48, 64), np.linspace(1, 0.5, 64)
    frame = bayer_frame(0.8 * np.broadcast_to(ramp[:, None], (*size, 3)))
    at = (np.arange(64) + 0.5) / 64
    knots = np.linspace(0, 1, 129)
    gains = np.tile(1 / np.interp(knots, at, ramp), (2, 1))[..., None]
    area = Area(Window(0, 0, *size), (0, 1), (1, 1))
    asked = OpcodeLists(on_linear=(GainMap(area, gains, (1.0, 1 / 128), (0.0, 0.0)),))
    mosaic = specimen(replace(frame, opcodes=asked), "grey", "", corrected=corrected).mosaic
    assert mosaic is not None
    green = mosaic[::2, 1::2]
    off = np.abs(green / green.max() - 1).max()
    assert off < most
    assert corrected or off > 0.4
