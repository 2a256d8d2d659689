import numpy as np
import pytest

from lichtbild.colour.spaces import D65_XY, SRGB_TO_XYZ, XYZ_D50_TO_REC2020, XYZ_TO_REC2020, xyz_of
from lichtbild.core.errors import BadInput
from lichtbild.core.window import Extent, Window
from lichtbild.develop.colour_matrix import ColourMatrix, camera_to_rec2020, neutral, white_xy
from lichtbild.image.calibration import Calibration, CameraColour
from lichtbild.image.camera_image import CameraImage

A_XY, SDK_D65_XY = (0.4476, 0.4074), (0.3127, 0.3290)

# Tags of the DNG SDK's sample 01 (a Sony ILCE-7RM4), and what the SDK 1.7.1 makes of them.
CC = np.diag([1.0158, 1.0, 0.9698])
CM_A = np.array([[0.9054, -0.4504, 0.0215], [-0.4751, 1.2611, 0.2388], [-0.0296, 0.0802, 0.6816]])
CM_D65 = np.array([[0.7662, -0.2686, -0.066], [-0.524, 1.2965, 0.253], [-0.0796, 0.1508, 0.6167]])
FM_A = np.array([[0.5063, 0.3422, 0.1159], [0.2614, 0.7049, 0.0337], [0.1096, 0.0011, 0.7144]])
FM_D65 = np.array([[0.4898, 0.3122, 0.1622], [0.2868, 0.6638, 0.0494], [0.1283, 0.0039, 0.693]])
AS_SHOT = (0.354571, 1.0, 0.703297)
SDK_WHITE_XY = (0.30486148733581503, 0.32121600607733986)
SDK_CAMERA_TO_PCS = np.array(
    [
        [1.3815247222043223, 0.3122309792380326, 0.23065091265116552],
        [0.8088647971774348, 0.6638, 0.07024059536724887],
        [0.3618038921418704, 0.003899549139349, 0.9852450465883924],
    ]
)
FORWARD = CameraColour((Calibration(A_XY, CM_A, FM_A, CC), Calibration(SDK_D65_XY, CM_D65, FM_D65, CC)))
COLOUR_ONLY = CameraColour((Calibration(A_XY, CM_A), Calibration(SDK_D65_XY, CM_D65)))
THREE = CameraColour(
    (*FORWARD.calibrations, Calibration((0.38, 0.38), (CM_A + CM_D65) / 2, (FM_A + FM_D65) / 2))
)
BALANCED = CameraColour(FORWARD.calibrations, (1.2, 1.0, 1.4))
CM_4 = np.vstack([CM_D65, [0.3, 0.8, -0.1]])
FOUR = CameraColour((Calibration(SDK_D65_XY, CM_4),))
REDUCED = CameraColour((Calibration(SDK_D65_XY, CM_4, reduction_matrix=np.eye(3, 4)),))

CAMERAS = {
    "forward": FORWARD,
    "colour only": COLOUR_ONLY,
    "three": THREE,
    "analog balance": BALANCED,
    "four planes": FOUR,
    "four reduced": REDUCED,
}


def test_the_white_is_the_sdks() -> None:
    # The file's neutral has six digits.
    assert white_xy(FORWARD, AS_SHOT) == pytest.approx(SDK_WHITE_XY, abs=1e-6)


def test_the_matrix_is_the_sdks() -> None:
    ours = camera_to_rec2020(FORWARD, AS_SHOT) / np.array(AS_SHOT)
    # The SDK writes the x of D50 with four digits, (0.3457, 0.3585): one part in ten thousand.
    np.testing.assert_allclose(ours, XYZ_D50_TO_REC2020 @ SDK_CAMERA_TO_PCS, atol=3e-4)


@pytest.mark.parametrize("name", CAMERAS)
def test_neutral_is_neutral(name: str) -> None:
    colour = CAMERAS[name]
    found = neutral(colour, (0.36, 0.37))
    assert max(found) == 1
    np.testing.assert_allclose(camera_to_rec2020(colour, found).sum(axis=1), 1, rtol=0, atol=1e-15)


@pytest.mark.parametrize("name", CAMERAS)
@pytest.mark.parametrize("white", [(0.4476, 0.4074), (0.36, 0.37), (0.3127, 0.3290), (0.28, 0.29)])
def test_white_and_neutral_are_inverse(name: str, white: tuple[float, float]) -> None:
    found = white_xy(CAMERAS[name], neutral(CAMERAS[name], white))
    # Turns end at steps of 1e-7; the turns contract at least tenfold a step.
    assert found == pytest.approx(white, abs=1e-6)


@pytest.mark.parametrize("name", ["colour only", "four planes", "four reduced"])
def test_a_colour_under_d65_is_recovered(name: str) -> None:
    colour = CAMERAS[name]
    balance = neutral(colour, D65_XY)
    xyz = np.array([0.3, 0.25, 0.4])
    matrix = colour.calibrations[-1].colour_matrix
    # The camera's exposure: its planes for a white of Y = 1, whose largest is 1.
    camera = matrix @ xyz / (matrix @ xyz_of(D65_XY)).max()
    rgb = camera_to_rec2020(colour, balance) @ (camera / balance)
    np.testing.assert_allclose(rgb, XYZ_TO_REC2020 @ xyz, atol=1e-6)


def test_monochrome_becomes_grey() -> None:
    image = CameraImage(np.full((2, 3, 1), 0.25, np.float32), Window(0, 0, 2, 3), Extent(2, 3))
    result = ColourMatrix.of(CameraColour(), (1.0,))(image)
    assert result.samples.dtype == np.float32
    np.testing.assert_array_equal(result.samples, np.full((2, 3, 3), 0.25, np.float32))


def test_without_calibration_three_planes_are_srgb() -> None:
    matrix = camera_to_rec2020(CameraColour(), (0.5, 1.0, 0.7))
    np.testing.assert_allclose(matrix, XYZ_TO_REC2020 @ SRGB_TO_XYZ, atol=1e-12)
    assert white_xy(CameraColour(), (0.5, 1.0, 0.7)) == D65_XY


@pytest.mark.parametrize(
    ("colour", "balance", "words"),
    [
        (CameraColour(), (1.0, 1.0, 1.0, 1.0), "need a calibration"),
        (FOUR, (1.0, 1.0, 1.0), "for 4 planes"),
        (CameraColour((Calibration(A_XY, np.zeros((3, 3))),)), (1.0, 1.0, 1.0), "no light"),
    ],
)
def test_what_cannot_be_used_is_refused(colour: CameraColour, balance: tuple[float, ...], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        camera_to_rec2020(colour, balance)


def test_another_number_of_planes_is_refused() -> None:
    image = CameraImage(np.ones((1, 1, 4), np.float32), Window(0, 0, 1, 1), Extent(1, 1))
    with pytest.raises(BadInput, match="3 planes"):
        ColourMatrix.of(FORWARD, AS_SHOT)(image)
