"""Two blues that are equally light, in black and white: by the film, from exact RGB, and by real cameras.

::

    python benchmarks/two_blues.py CAMERAS

CAMERAS is the folder data/camera of AcademySoftwareFoundation/rawtoaces-data: spectral sensitivities of 52
cameras. Each is white-balanced for D65 and gets the matrix that brings the surfaces of `fit_monochrome.py`
nearest to their colours, white staying white. Printed is L* of the blue of 450 nm less that of 480 nm.
"""

import json
import sys
from pathlib import Path

import numpy as np
from scipy.optimize import brentq

from fit_monochrome import EDGES, surfaces
from lichtbild.colour import cielab, light, observer
from lichtbild.colour.spaces import REC2020_TO_XYZ
from lichtbild.core.units import nm
from lichtbild.core.window import Extent, Window
from lichtbild.image.linear_image import LinearImage
from lichtbild.look import film
from lichtbild.look.render import Render
from lichtbild.look.style import style

LOOKS = {"mono": "light-yellow", "mono-hard": "orange", "mono-hard-blue": "blue"}
LUMINANCE, PURITY, WIDTH_NM = 0.1, 0.5, 40.0
MIDDLE = (EDGES[1:] + EDGES[:-1]) / 2 / nm(1)
PHOTONS = light.named("D65", EDGES).photons(1.0)
WHITE = observer.xyz_of(PHOTONS, EDGES)


def chromaticity(xyz: np.ndarray) -> np.ndarray:
    """CIE 1931 xy from white."""
    return xyz[:2] / xyz.sum() - WHITE[:2] / WHITE.sum()


def blue(dominant_nm: float) -> np.ndarray:
    """Reflectance of a band and a flat grey, of the dominant wavelength, purity and luminance."""
    table = observer.colour_science().MSDS_CMFS["CIE 1931 2 Degree Standard Observer"]
    at = [np.interp(dominant_nm, np.asarray(table.wavelengths), line) for line in np.asarray(table.values).T]
    locus = chromaticity(np.array(at))

    def band(middle_nm: float) -> np.ndarray:
        return np.exp(-4 * np.log(2) * ((MIDDLE - middle_nm) / WIDTH_NM) ** 2)

    def xy(reflectance: np.ndarray) -> np.ndarray:
        return chromaticity(observer.xyz_of(reflectance * PHOTONS, EDGES))

    def beside(middle_nm: float) -> float:
        x, y = xy(band(middle_nm))
        return x * locus[1] - y * locus[0]

    middle = brentq(beside, dominant_nm - 20, dominant_nm + 15)
    grey = brentq(lambda share: np.hypot(*xy(band(middle) + share)) / np.hypot(*locus) - PURITY, 0, 5)
    found = band(middle) + grey
    return LUMINANCE * found / (film.rec2020(found[None], EDGES) @ REC2020_TO_XYZ[1])


def camera(path: Path) -> np.ndarray:
    """Sensitivities ``[band, plane]``."""
    held = json.loads(path.read_text())["spectral_data"]["data"]["main"]
    at = np.array(sorted(map(int, held)))
    return observer.band_means(nm(1) * at, np.array([held[str(one)][:3] for one in at]), EDGES)


def by_camera(sensitivities: np.ndarray, reflectances: np.ndarray) -> np.ndarray:
    """Linear Rec.2020 of surfaces from a camera's raw light and its best matrix."""
    energy = PHOTONS * observer.photon_energy(EDGES)
    balanced = sensitivities / (energy @ sensitivities)
    every = surfaces()
    seen, wanted = (every * energy) @ balanced, film.rec2020(every, EDGES)
    counts = 1 / np.maximum(wanted @ REC2020_TO_XYZ[1], 0.02)[:, None]
    matrix = np.linalg.lstsq(
        (seen[:, :2] - seen[:, 2:]) * counts, (wanted - seen[:, 2:]) * counts, rcond=None
    )[0]
    matrix = np.vstack([matrix, 1 - matrix.sum(axis=0)])
    return (reflectances * energy) @ balanced @ matrix


def apart(look: str, colours: np.ndarray) -> float:
    """L* between two colours in the picture of a look."""
    extent = Extent(1, len(colours))
    stage = Render(monochrome=style(look).monochrome, view=style(look).view)
    shown = stage.definition(LinearImage(colours[None], Window.whole(extent), extent)).samples[0]
    first, second = cielab.lightness(shown[:, 1])
    return float(first - second)


def main(folder: str) -> None:
    """Print a row for each look."""
    blues = np.stack([blue(450.0), blue(480.0)])
    seen = [by_camera(camera(path), blues) for path in sorted(Path(folder).glob("*.json"))]
    sys.stdout.write(
        "| look | film | exact RGB | cameras, mean | standard deviation |\n|---|---|---|---|---|\n"
    )
    for look, through in LOOKS.items():
        by_film = np.repeat(film.answer(through, blues, EDGES)[:, None], 3, axis=1)
        found = np.array([apart(look, colours) for colours in seen])
        values = apart(look, by_film), apart(look, film.rec2020(blues, EDGES)), found.mean(), found.std()
        sys.stdout.write(f"| {look} | {' | '.join(f'{value:.1f}' for value in values)} |\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
