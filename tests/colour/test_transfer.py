import colour
import numpy as np
import pytest

from lichtbild.colour.transfer import HLG, LINEAR, PQ, PROPHOTO, REC709, SRGB, Transfer, TransferCurve

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


@pytest.mark.parametrize(
    ("luminance", "pq", "hlg"),
    [(0.0, 8e-7, 0.0), (26.0, 0.38, 0.38), (203.0, 0.5807, 0.75), (1000.0, 0.7518, 1.0)],
)
def test_published_numbers_of_rec2100(luminance: float, pq: float, hlg: float) -> None:
    """ITU-R BT.2408-8 table 1: a grey card and reference white in percent; ST 2084: 1000 cd/m² is 0.7518."""
    light = np.full((1, 3), luminance / 203)
    rounding = 0.005 if luminance == 26.0 else 5e-5 if luminance else 2e-7
    np.testing.assert_allclose(PQ.encode(light), pq, atol=rounding)
    np.testing.assert_allclose(HLG.encode(light), hlg, atol=max(rounding, 2e-4))


def test_rec2100_agrees_with_colour_science() -> None:
    shown = np.random.default_rng(1).random((500, 3)) ** 4 * 1000
    pq = colour.models.eotf_inverse_ST2084(shown)
    np.testing.assert_allclose(PQ.encode(shown / 203), pq, atol=1e-12)
    # BT.2100 rounds its luminance to four places: 2e-6 of 1000 cd/m², under a power law near black.
    with np.errstate(invalid="ignore"):  # its logarithm is asked for dark light, too, and not used there
        hlg = colour.models.eotf_inverse_BT2100_HLG(shown, L_B=0, L_W=1000)
    np.testing.assert_allclose(HLG.encode(shown / 203), hlg, atol=2e-5)


@pytest.mark.parametrize("curve", [PQ, HLG])
def test_decode_inverts_encode_in_rec2100(curve: Transfer) -> None:
    light = np.random.default_rng(2).random((4000, 3)) ** 3 * 1000 / 203
    back = curve.decode(curve.encode(light))
    # Powers to the 79th and back, in double precision.
    np.testing.assert_allclose(back, light, rtol=1e-9, atol=1e-12)
    assert curve.encode(light.astype(np.float32)).dtype == np.float32
    np.testing.assert_array_equal(curve.encode(-light), curve.encode(0 * light))


def test_hlg_keeps_ratios_of_planes_in_scene_light() -> None:
    """The system gamma works on luminance alone: undoing it keeps the hue of a colour."""
    shown = np.array([[0.9, 0.3, 0.1]])
    signal = HLG.encode(shown)
    scene = np.where(signal <= 0.5, signal**2 / 3, (np.exp((signal - HLG.C) / HLG.A) + HLG.B) / 12)
    np.testing.assert_allclose(scene / scene[:, :1], shown / shown[:, :1], rtol=1e-6)
