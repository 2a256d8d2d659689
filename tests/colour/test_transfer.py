import colour
import numpy as np
import pytest

from lichtbild.colour.transfer import LINEAR, PROPHOTO, REC709, SRGB, TransferCurve

CURVES = {"sRGB": SRGB, "ITU-R BT.709": REC709, "ROMM RGB": PROPHOTO}


@pytest.mark.parametrize("curve", [*CURVES.values(), LINEAR])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_decode_inverts_encode(curve: TransferCurve, dtype: type) -> None:
    light = np.linspace(-2, 2, 4001).astype(dtype)
    back = curve.decode(curve.encode(light))
    assert back.dtype == dtype
    np.testing.assert_allclose(back, light, atol=8 * np.finfo(dtype).eps)


@pytest.mark.parametrize(("name", "curve"), CURVES.items())
def test_curves_agree_with_colour_science(name: str, curve: TransferCurve) -> None:
    light = np.linspace(0, 1, 1001)
    functions = {"sRGB": colour.models.eotf_inverse_sRGB, "ITU-R BT.709": colour.models.oetf_BT709}
    encode = functions.get(name, lambda x: colour.models.cctf_encoding_ROMMRGB(x))
    # BT.709 is published with its constants rounded to 1.099 and 0.018.
    np.testing.assert_allclose(curve.encode(light), encode(light), atol=4e-4 if curve is REC709 else 1e-7)


@pytest.mark.parametrize("curve", CURVES.values())
def test_line_meets_power_law(curve: TransferCurve) -> None:
    above = curve.encode(np.array([curve.threshold * (1 + 1e-9)]))
    np.testing.assert_allclose(above, curve.slope * curve.threshold, atol=5e-8)
