import numpy as np
import pytest

from lichtbild.colour import cielab, light, observer
from lichtbild.colour.spaces import REC2020_TO_XYZ
from lichtbild.core.errors import BadInput
from lichtbild.core.units import nm
from lichtbild.core.window import Extent, Window
from lichtbild.image.linear_image import LinearImage
from lichtbild.look import film
from lichtbild.look.render import Render
from lichtbild.look.style import style
from lichtbild.scene import reflectance, upsample

EDGES = nm(1) * np.arange(377.5, 783.0, 5.0)
MIDDLE = (EDGES[1:] + EDGES[:-1]) / 2 / nm(1)
PATCHES = np.array(
    [[50, c * np.cos(h), c * np.sin(h)] for h in np.radians(range(0, 360, 30)) for c in (15.0, 25.0, 35.0)]
)


def row(colours: np.ndarray) -> LinearImage:
    extent = Extent(1, len(colours))
    return LinearImage(colours[None].astype(np.float32), Window.whole(extent), extent)


def surfaces() -> np.ndarray:
    """What `benchmarks/fit_monochrome.py` fits the weights to."""
    table = observer.colour_science().characterisation.read_training_data_rawtoaces_v1()
    measured = observer.band_means(nm(1) * np.asarray(table.wavelengths), np.asarray(table.values), EDGES).T
    others = reflectance.colour_checker, reflectance.skin, reflectance.nature
    return np.concatenate([measured, *(read(EDGES).values for read in others)])


@pytest.mark.parametrize(
    ("name", "rms"),
    [
        ("none", 0.7),
        ("light-yellow", 0.5),
        ("yellow", 0.9),
        ("orange", 2.2),
        ("red", 2.1),
        ("green", 1.0),
        ("blue", 2.1),
    ],
)
def test_the_weights_are_those_that_the_spectra_give(name: str, rms: float) -> None:
    found = film.fitted(name, surfaces(), EDGES)
    np.testing.assert_allclose(film.WEIGHTS[name], found.weights, atol=2e-4)
    assert sum(film.WEIGHTS[name]) == pytest.approx(1.0, abs=1e-9)
    assert found.rms < rms and found.p95 < 2.5 * rms


@pytest.mark.parametrize("name", film.FILTERS)
def test_on_spectra_that_the_fit_did_not_see_the_estimate_is_as_near(name: str) -> None:
    to_srgb = np.linalg.solve(upsample.TO_XYZ["srgb"], REC2020_TO_XYZ)
    spectra = cielab.to_rec2020(PATCHES) @ to_srgb.T @ upsample.primaries(EDGES)
    missed = film.missed(film.WEIGHTS[name], name, spectra, EDGES)
    # Smooth spectra of three primaries: the red filter, which sees but a corner of them, is the hardest.
    limit = 4.5 if name == "red" else 1.0
    assert np.sqrt((missed**2).mean()) < limit


def test_a_white_is_white_and_the_red_ends_where_it_is_said_to() -> None:
    white = np.ones((1, len(MIDDLE)))
    for name in film.FILTERS:
        assert film.answer(name, white, EDGES) == pytest.approx(1.0)
    np.testing.assert_allclose(film.rec2020(white, EDGES), 1.0, rtol=1e-12)
    seen = film.sensitivity(EDGES)
    assert np.interp(615, MIDDLE, seen) == pytest.approx(0.5, abs=0.01)
    assert np.interp(660, MIDDLE, seen) == pytest.approx(0.023, abs=0.003)


def test_filters_pass_half_where_they_cut() -> None:
    red, green = (film.FILTERS[name].transmittance(EDGES) for name in ("red", "green"))
    assert np.interp(595, MIDDLE, red) == pytest.approx(0.5, abs=0.01)
    assert (np.diff(red) > 0).all()
    assert MIDDLE[green.argmax()] == pytest.approx(535, abs=2.6)
    with pytest.raises(BadInput, match="no filter is called 'infrared'; there are none, light-yellow"):
        film.answer("infrared", np.ones((1, len(MIDDLE))), EDGES)


def blue(dominant_nm: float, middle_nm: float, purity: float) -> np.ndarray:
    """A band 40 nm wide and a flat grey: a surface of luminance 0.1, dominant wavelength checked."""
    band = np.exp(-4 * np.log(2) * ((MIDDLE - middle_nm) / 40) ** 2)
    photons = light.named("D65", EDGES).photons(1.0)
    xyz, white = observer.xyz_of(band * photons, EDGES), observer.xyz_of(photons, EDGES)
    table = observer.colour_science().MSDS_CMFS["CIE 1931 2 Degree Standard Observer"]
    at = np.array([np.interp(dominant_nm, np.asarray(table.wavelengths), line) for line in table.values.T])
    locus, centre = at[:2] / at.sum(), white[:2] / white.sum()
    towards = xyz[:2] / xyz.sum() - centre
    angles = [np.arctan2(way[1], way[0]) for way in (towards, locus - centre)]
    assert angles[0] == pytest.approx(angles[1], abs=0.02), "another dominant wavelength"

    def excess(grey: float) -> float:
        mixed = xyz + grey * white
        return float(np.hypot(*(mixed[:2] / mixed.sum() - centre)) / np.hypot(*(locus - centre))) - purity

    low, high = 0.0, 5.0
    for _ in range(60):
        grey = (low + high) / 2
        low, high = (grey, high) if excess(grey) > 0 else (low, grey)
    surface = band + grey
    return 0.1 * surface / (film.rec2020(surface[None], EDGES) @ REC2020_TO_XYZ[1])


def test_a_blue_filter_tells_blues_apart_that_are_equally_light() -> None:
    blues = np.stack([blue(450, 440.114, 0.5), blue(480, 480.203, 0.5)])
    rgb = film.rec2020(blues, EDGES)
    luminance = rgb @ REC2020_TO_XYZ[1]
    np.testing.assert_allclose(luminance, 0.1, rtol=1e-9)
    look = style("mono-hard-blue")
    seen = Render(monochrome=look.monochrome, view=look.view)(row(rgb)).samples[0, :, 0]
    by_film = np.repeat(film.answer("blue", blues, EDGES)[:, None], 3, axis=1)
    true = look.view(row(by_film)).samples[0, :, 0]
    for planes in (seen, true):
        violet, cyan = cielab.lightness(planes.astype(float))
        assert violet - cyan > 5
