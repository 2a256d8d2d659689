"""Numbers that standards and papers print, to the digits that they print."""

import numpy as np
import pytest

from lichtbild.colour import oklab, spaces, temperature


@pytest.mark.parametrize(
    ("matrix", "printed"),
    [
        # IEC 61966-2-1, linear sRGB to XYZ.
        (spaces.SRGB_TO_XYZ, [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]),
        # ITU-R BT.2087-0, linear Rec.2020 to XYZ.
        (
            spaces.REC2020_TO_XYZ,
            [[0.6370, 0.1446, 0.1689], [0.2627, 0.6780, 0.0593], [0.0000, 0.0281, 1.0610]],
        ),
        # ISO 22028-2, linear ROMM RGB to XYZ under D50.
        (
            spaces.PROPHOTO_TO_XYZ_D50,
            [[0.7977, 0.1352, 0.0313], [0.2880, 0.7119, 0.0001], [0.0000, 0.0000, 0.8249]],
        ),
        # Lindbloom, "Chromatic Adaptation": Bradford from D65 to D50, with the whites of ASTM E308.
        (
            spaces.adaptation(spaces.D65_XY, spaces.D50_XY),
            [[1.0478, 0.0229, -0.0501], [0.0295, 0.9905, -0.0171], [-0.0092, 0.0150, 0.7521]],
        ),
    ],
    ids=["sRGB", "Rec.2020", "ROMM", "Bradford"],
)
def test_matrices(matrix: np.ndarray, printed: list[list[float]]) -> None:
    # Half of the last printed digit, and what a white given with four digits moves Z = (1 - x - y) / y.
    np.testing.assert_allclose(matrix, printed, atol=0.5e-4 + 3e-4)


@pytest.mark.parametrize(
    ("xyz", "lab"),
    [
        # Ottosson 2020, "A perceptual color space for image processing", table of test values.
        ((0.950, 1.000, 1.089), (1.000, 0.000, 0.000)),
        ((1.000, 0.000, 0.000), (0.450, 1.236, -0.019)),
        ((0.000, 1.000, 0.000), (0.922, -0.671, 0.263)),
        ((0.000, 0.000, 1.000), (0.153, -1.415, -0.449)),
    ],
)
def test_oklab(xyz: tuple[float, float, float], lab: tuple[float, float, float]) -> None:
    rec2020 = spaces.XYZ_TO_REC2020 @ np.array(xyz)
    np.testing.assert_allclose(oklab.from_rec2020(rec2020[None])[0], lab, atol=1e-3)


@pytest.mark.parametrize(
    ("xy", "kelvin"),
    [
        # CIE 15: correlated colour temperatures of standard illuminants.
        ((0.44757, 0.40745), 2856),
        ((0.34567, 0.35850), 5003),
        ((0.33242, 0.34743), 5503),
        ((0.31271, 0.32902), 6504),
        ((0.29902, 0.31485), 7504),
    ],
    ids=["A", "D50", "D55", "D65", "D75"],
)
def test_colour_temperatures(xy: tuple[float, float], kelvin: float) -> None:
    # Robertson 1968 states 0.1 mired for his method; with 31 isotherms the daylights come within 0.25 mired.
    found, _ = temperature.temperature_and_tint(xy)
    assert abs(1e6 / found - 1e6 / kelvin) < 0.25
