import io

import numpy as np
import pytest
from PIL import Image, ImageCms

from lichtbild.colour import icc, spaces
from lichtbild.colour.transfer import PROPHOTO, REC709, SRGB, TransferCurve

XYZ_D65 = {
    "srgb": (spaces.SRGB_TO_XYZ, SRGB),
    "display-p3": (spaces.P3_TO_XYZ, SRGB),
    "rec2020": (spaces.REC2020_TO_XYZ, REC709),
    "prophoto": (spaces.adaptation(spaces.D50_XY, spaces.D65_XY) @ spaces.PROPHOTO_TO_XYZ_D50, PROPHOTO),
}


@pytest.mark.parametrize("space", XYZ_D65)
def test_colour_management_reads_our_colours_within_one_code(space: str) -> None:
    to_xyz, curve = XYZ_D65[space]
    assert isinstance(curve, TransferCurve)
    profile = ImageCms.ImageCmsProfile(io.BytesIO(icc.profile(space)))
    codes = np.random.default_rng(0).integers(70, 230, (1, 3000, 3), dtype=np.uint8)
    codes[0, :100] = codes[0, :100, :1]
    srgb = SRGB.encode(curve.decode(codes / 255) @ (np.linalg.inv(spaces.SRGB_TO_XYZ) @ to_xyz).T)
    # Rounding of LittleCMS is amplified where the curve of sRGB is steep, so dark planes are left out.
    within = ((srgb > 0.1) & (srgb < 1)).all(axis=-1)
    target = ImageCms.createProfile("sRGB")
    read = ImageCms.profileToProfile(Image.fromarray(codes), profile, target, renderingIntent=1)
    assert read is not None
    assert within.sum() > 200
    assert np.abs(np.asarray(read)[within] / 255 - srgb[within]).max() <= 1.01 / 255
    neutral = np.asarray(read)[0, :100].astype(int)
    assert np.ptp(neutral, axis=-1).max() <= 1


def test_unknown_space() -> None:
    with pytest.raises(ValueError, match="there is no space"):
        icc.profile("adobe")


def test_header_states_its_size() -> None:
    data = icc.profile("linear-rec2020")
    assert int.from_bytes(data[:4], "big") == len(data)
    assert len(data) % 4 == 0
