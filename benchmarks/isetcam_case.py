"""What a comparison with ISETCam needs: a compared number, an ideal lens, pixels that are alike."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import j1

from lichtbild.core.units import nm
from lichtbild.core.window import Extent
from lichtbild.image.bands import Bands
from lichtbild.image.cfa import Cfa
from lichtbild.image.optical_image import ChiefAngles, OpticalImage
from lichtbild.image.optical_response import OpticalResponse
from lichtbild.image.scene import Scene
from lichtbild.optics.form_image import form_image
from lichtbild.sensor.pixel import Pixels
from lichtbild.sensor.readout import Mode, Readout
from lichtbild.sensor.sensor import Sensor
from lichtbild.sensor.spectral_response import ResponseTable

TEN = Bands.even(nm(395), nm(705), 31)
"""Bands about ISETCam's usual wavelengths, 400, 410 ... 700 nm."""
SQUARE_METRE = 1e6
"""mm^2."""
FOCAL = 3.862755099228
"""Of ISETCam's usual lens, mm."""
ALLOWED = 0.01


@dataclass(frozen=True)
class Case:
    """One number, or the ratio that lies farthest from 1 of several.

    Attributes:
        name: what it is.
        unit: of both numbers.
        ours: Lichtbild's.
        theirs: ISETCam's.
    """

    name: str
    unit: str
    ours: Any
    theirs: Any

    def worst(self) -> tuple[float, float]:
        """The two numbers that differ most."""
        ours, theirs = (np.ravel(np.asarray(values, float)) for values in (self.ours, self.theirs))
        assert ours.shape == theirs.shape
        at = int(np.argmax(np.abs(ours / theirs - 1)))
        return float(ours[at]), float(theirs[at])

    def row(self) -> list[str]:
        """Cells of the table."""
        ours, theirs = self.worst()
        count = str(np.size(self.ours))
        return [self.name, self.unit, count, f"{ours:.6g}", f"{theirs:.6g}", f"{ours / theirs - 1:+.3%}"]


def airy(f_number: float, bands: Bands, pitch: float, squares: int) -> np.ndarray:
    """Shares of a point's light in squares, by diffraction at a round pupil, ``[band, y, x]``."""
    fine = 9 if pitch < f_number * bands.edges[-1] * 4 else 27
    at = ((np.arange(squares * fine) + 0.5) / fine - squares / 2) * pitch
    radius = np.hypot(at[:, None], at)
    planes = []
    for wavelength in bands.middles:
        x = np.maximum(np.pi * radius / (wavelength * f_number), 1e-9)
        light_there = ((2 * j1(x) / x) ** 2).reshape(squares, fine, squares, fine).sum(axis=(1, 3))
        planes.append(light_there / light_there.sum())
    return np.stack(planes)


def ideal(
    f_number: float, bands: Bands, pitch: float, extent: Extent, *, cosine: bool = False, diffracts: int = 1
) -> OpticalResponse:
    """A lens without aberration, distortion and loss.

    Args:
        f_number: working.
        bands: of its light.
        pitch: of the squares, mm.
        extent: in squares.
        cosine: whether light falls off by the cosine's fourth power.
        diffracts: squares along a point spread by diffraction; 1 leaves diffraction out.
    """
    half = np.hypot(*extent) * pitch / 2 * 1.05
    height = np.linspace(0.0, half, 30)
    tangent = height / FOCAL
    fall = (1 + tangent**2) ** -2 if cosine else np.ones(30)
    spread = airy(f_number, bands, pitch, diffracts) if diffracts > 1 else np.ones((len(bands), 1, 1))
    point = np.broadcast_to(spread.astype(np.float32), (2, 2, *spread.shape))
    return OpticalResponse(
        psf=point,
        rows=np.array([half, -half]),
        columns=np.array([-half, half]),
        pitch=pitch,
        held=1.0,
        height=height,
        tangent=tangent,
        solid_angle=np.pi / (1 + 4 * f_number**2) * fall[:, None] * np.ones(len(bands)),
        bands=bands,
        chief_angles=ChiefAngles(height, np.zeros(30)),
        f_number=f_number,
    )


def image_of(
    scene: Scene, f_number: float, pitch: float, extent: Extent, *, cosine: bool = False, diffracts: int = 1
) -> OpticalImage:
    """The light of a scene behind an ideal lens, in the scene's bands."""
    lens = ideal(f_number, scene.bands, pitch, extent, cosine=cosine, diffracts=diffracts)
    return form_image(lens, scene, extent, 1)


def plain(name: str, pixels: Pixels, response: ResponseTable, cfa: Cfa | None, mode: Mode) -> Sensor:
    """A sensor of 16 bits whose pixels all are alike."""
    return Sensor(name, pixels, cfa, response, (mode,), Readout(bits=16, black=0.0))


def per_nm(photons: np.ndarray, bands: Bands) -> np.ndarray:
    """Photons s^-1 mm^-2 of bands as ISETCam tells them, s^-1 m^-2 nm^-1."""
    return photons * SQUARE_METRE / (bands.widths / nm(1))
