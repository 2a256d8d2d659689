import colour
import numpy as np
import pytest

from lichtbild.colour import spaces


@pytest.mark.parametrize(
    ("ours", "name"),
    [
        (spaces.SRGB_TO_XYZ, "sRGB"),
        (spaces.P3_TO_XYZ, "Display P3"),
        (spaces.REC2020_TO_XYZ, "ITU-R BT.2020"),
        (spaces.PROPHOTO_TO_XYZ_D50, "ProPhoto RGB"),
    ],
)
def test_matrices_are_those_of_colour_science(ours, name: str) -> None:
    # Standards print four digits; colour-science keeps what some of them print.
    np.testing.assert_allclose(ours, colour.RGB_COLOURSPACES[name].matrix_RGB_to_XYZ, atol=3e-4)


def test_white_stays_white() -> None:
    for to_xyz in (spaces.SRGB_TO_XYZ, spaces.P3_TO_XYZ, spaces.REC2020_TO_XYZ):
        np.testing.assert_allclose(to_xyz.sum(axis=1), spaces.xyz_of(spaces.D65_XY), rtol=1e-14)
    np.testing.assert_allclose(spaces.PROPHOTO_TO_REC2020.sum(axis=1), 1, rtol=1e-13)
    np.testing.assert_allclose(spaces.PROPHOTO_TO_REC2020 @ spaces.REC2020_TO_PROPHOTO, np.eye(3), atol=1e-14)


def test_adaptation_is_bradfords() -> None:
    white_a, white_d65 = (0.44757, 0.40745), spaces.D65_XY
    ours = spaces.adaptation(white_a, white_d65)
    theirs = colour.adaptation.matrix_chromatic_adaptation_VonKries(
        spaces.xyz_of(white_a), spaces.xyz_of(white_d65), transform="Bradford"
    )
    np.testing.assert_allclose(ours, theirs, atol=1e-12)
    np.testing.assert_allclose(ours @ spaces.adaptation(white_d65, white_a), np.eye(3), atol=1e-13)
