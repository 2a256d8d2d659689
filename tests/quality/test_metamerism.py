"""Matrices and the index of cameras whose sensitivities are known."""

import json
from pathlib import Path

import colour
import numpy as np
import pytest

from lichtbild.colour import cielab
from lichtbild.colour.spaces import SRGB_TO_XYZ
from lichtbild.core.errors import BadInput
from lichtbild.quality.colour_correction import colour_correction, with_interval
from lichtbild.quality.metamerism import index_of, measures, metamerism
from lichtbild.quality.patch_colour import PatchColours

NM = np.arange(380, 781, 5)
MIXED = np.array([[0.4, 0.3, 0.1], [0.2, 0.9, -0.1], [0.05, -0.2, 1.1]])


def at(table: colour.SpectralDistribution) -> np.ndarray:
    return np.interp(NM, table.wavelengths, table.values)


@pytest.fixture(scope="module")
def card() -> np.ndarray:
    """Reflectances of the 18 colours."""
    tables = list(colour.SDS_COLOURCHECKERS["ISO 17321-1"].values())[:18]
    return np.stack([at(table) for table in tables])


@pytest.fixture(scope="module")
def matching() -> np.ndarray:
    table = colour.MSDS_CMFS["CIE 1931 2 Degree Standard Observer"]
    return np.stack([np.interp(NM, table.wavelengths, table.values[:, i]) for i in range(3)])


@pytest.mark.parametrize("keeps_white", [True, False])
@pytest.mark.parametrize("light", ["A", "D50"])
def test_a_colorimetric_camera_has_100(
    card: np.ndarray, matching: np.ndarray, light: str, keeps_white: bool
) -> None:
    found = metamerism(
        MIXED @ matching, at(colour.SDS_ILLUMINANTS[light]), card, matching, keeps_white=keeps_white
    )
    assert found.index == pytest.approx(100, abs=1e-6)


def test_index_is_a_line() -> None:
    assert index_of(np.array([2.0, 4.0])) == pytest.approx(100 - 5.5 * 3)


def test_real_cameras_lie_where_published_ones_do(
    card: np.ndarray, matching: np.ndarray, shared: Path
) -> None:
    """Published indices, by photographs, are 75 to 90; by spectra, without noise, some units more."""
    folder = shared / "data" / "spectral" / "camera_sensitivities" / "data" / "camera"
    files = sorted(folder.glob("*.json"))[::9]
    assert len(files) > 5
    for file in files:
        data = json.loads(file.read_text(encoding="utf-8"))["spectral_data"]["data"]["main"]
        places = [float(key) for key in data]
        curves = np.array([np.interp(NM, places, [value[i] for value in data.values()]) for i in range(3)])
        by_light = [
            metamerism(curves, at(colour.SDS_ILLUMINANTS[one]), card, matching).index for one in ("A", "D50")
        ]
        assert 78 < by_light[0] < 92, file.stem
        assert 82 < by_light[1] < 95, file.stem
        assert by_light[0] < by_light[1], file.stem


def numbers_of(card: np.ndarray, matching: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A camera that is not an eye: the colour matching functions moved by 10 nm; its numbers, and CIELAB."""
    light = at(colour.SDS_ILLUMINANTS["D65"])
    seen = (card * light) @ np.roll(matching, 2, axis=1).T / (light @ matching[1])
    xyz = (card * light) @ matching.T / (light @ matching[1])
    return seen, cielab.from_xyz(xyz)


def test_the_matrix_has_the_least_mean_distance(card: np.ndarray, matching: np.ndarray) -> None:
    """No small change of it is better, and least squares in XYZ is worse."""
    seen, lab = numbers_of(card, matching)
    best = colour_correction(seen, lab)

    def mean(matrix: np.ndarray) -> float:
        return float(np.linalg.norm(cielab.from_xyz(seen @ matrix.T) - lab, axis=1).mean())

    assert best.errors.mean() == pytest.approx(mean(best.matrix))
    assert best.errors.mean() < mean(np.linalg.lstsq(seen, cielab.to_xyz(lab), rcond=None)[0].T)
    for change in np.random.default_rng(0).normal(size=(40, 3, 3)):
        assert mean(best.matrix + 1e-3 * change) >= best.errors.mean() - 1e-4


def test_white_stays_white(card: np.ndarray, matching: np.ndarray) -> None:
    seen, lab = numbers_of(card, matching)
    white = np.array([0.9, 1.0, 1.1])
    kept = colour_correction(seen, lab, white=white)
    np.testing.assert_allclose(kept.matrix @ white, cielab.to_xyz(np.array([100.0, 0.0, 0.0])), atol=1e-12)
    assert kept.errors.mean() >= colour_correction(seen, lab).errors.mean()


def test_scale_does_not_matter(card: np.ndarray, matching: np.ndarray) -> None:
    seen, lab = numbers_of(card, matching)
    one, other = colour_correction(seen, lab), colour_correction(1000 * seen, lab)
    np.testing.assert_allclose(1000 * other.matrix, one.matrix, rtol=1e-4, atol=1e-5)


def test_interval_holds_the_matrix(card: np.ndarray, matching: np.ndarray) -> None:
    seen, lab = numbers_of(card, matching)
    found = with_interval(seen, lab, draws=40)
    assert found.interval is not None
    inside = (found.interval[0] <= found.matrix) & (found.matrix <= found.interval[1])
    assert inside.all()


def photographed(card: np.ndarray, matching: np.ndarray, noise: float) -> PatchColours:
    seen, lab = numbers_of(card, matching)
    light = seen @ np.linalg.inv(SRGB_TO_XYZ).T
    light = light + noise * np.random.default_rng(2).standard_normal(light.shape)
    names = tuple(str(i) for i in range(18))
    covariance = np.tile(noise**2 * np.eye(3), (18, 1, 1))
    return PatchColours(names, light, covariance, lab, (False,) * 18, np.zeros(18), np.zeros((18, 2)))


def test_a_photographed_card(card: np.ndarray, matching: np.ndarray) -> None:
    """Noise lowers the index; its interval reaches up to the one without noise."""
    seen, lab = numbers_of(card, matching)
    true = index_of(colour_correction(seen, lab).errors)
    found = {one.name: one for one in measures(photographed(card, matching, 2e-3))}
    low, high = found["metamerism_index"].interval or (0, 0)
    assert low <= true <= high
    residual = found["colour_correction_residual"]
    assert residual.value == pytest.approx((100 - found["metamerism_index"].value) / 5.5)
    assert len([name for name in found if name.startswith("colour_correction_") and len(name) == 20]) == 9


def test_what_tells_no_matrix(card: np.ndarray, matching: np.ndarray) -> None:
    seen, lab = numbers_of(card, matching)
    with pytest.raises(BadInput, match="four"):
        colour_correction(seen[:3], lab[:3])
    with pytest.raises(BadInput, match="four"):
        colour_correction(seen[:, :1] * np.ones(3), lab)
    with pytest.raises(BadInput, match="three channels"):
        metamerism(matching[:2], np.ones(len(NM)), card, matching)
    with pytest.raises(BadInput, match="coloured patches"):
        measures(photographed(card, matching, 0.0).of([0, 1]))
