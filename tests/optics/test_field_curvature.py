from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lichtbild.optics.chief_ray import chief
from lichtbild.optics.field_curvature import field_curvature
from lichtbild.optics.paraxial import first_order
from lichtbild.optics.surface import PowerSeries, Surface
from lichtbild.optics.trace import Rays, trace_through
from lichtbild.optics.train import train
from optics.ball_lens import ANGLES, FOCAL, ball_lens
from optics.phone_lenses import phone_lens


def test_both_foci_of_a_ball_lie_on_a_sphere() -> None:
    found = field_curvature(ball_lens())
    expected = np.repeat(FOCAL * (np.cos(np.deg2rad(ANGLES)) - 1)[:, None], 3, axis=1)
    assert bool(found.found.all())
    np.testing.assert_allclose(found.tangential, expected, atol=1e-11)
    np.testing.assert_allclose(found.sagittal, expected, atol=1e-11)
    np.testing.assert_allclose(found.astigmatism, 0.0, atol=1e-11)
    np.testing.assert_allclose(found.medial, expected, atol=1e-11)


def test_fields_at_any_azimuth_have_the_same_foci() -> None:
    y = field_curvature(_decentred_stop(), [[0.0, 0.0], [0.0, 0.2], [0.0, 0.3]])
    x = field_curvature(_decentred_stop(), [[0.0, 0.0], [-0.2, 0.0], [0.3, 0.0]])
    np.testing.assert_allclose(x.tangential, y.tangential, atol=1e-11)
    np.testing.assert_allclose(x.sagittal, y.sagittal, atol=1e-11)
    assert abs(float(y.astigmatism[2, 0])) > 1e-3


def _decentred_stop():
    """The ball with its stop away from the centre, along the axis."""
    lens = ball_lens()
    gaps = (
        lens.gaps[0],
        replace(lens.gaps[1], thickness=2.0),
        replace(lens.gaps[2], thickness=4.0),
        lens.gaps[3],
    )
    return replace(lens, gaps=gaps)


@pytest.mark.parametrize("fraction", [0.0, 0.6, 1.0])
def test_coddington(shared: Path, fraction: float) -> None:
    """By Coddington's equations along the chief ray, with the curvatures of the aspheres in both sections."""
    lens = phone_lens(shared / "data/optics/phone/US-10073249-B2-e7.json")
    fields = [[0.0, share * lens.fields[-1].y] for share in (0.0, 0.6, 1.0)]
    which = (0.0, 0.6, 1.0).index(fraction)
    found = field_curvature(lens, fields)
    rays, surfaces = chief(lens, fields), train(lens)
    tangential, sagittal = _coddington(lens, rays, surfaces, which)
    assert float(found.tangential[which, 1]) == pytest.approx(tangential, abs=1e-9)
    assert float(found.sagittal[which, 1]) == pytest.approx(sagittal, abs=1e-9)
    if which == 0:
        paraxial = float(first_order(lens).defocus)
        assert tangential == pytest.approx(paraxial, abs=1e-9)


def _coddington(lens, rays, surfaces, which: int) -> tuple[float, float]:
    """Foci along z from the image: ``n' cos^2 I' / t' - n cos^2 I / t = (n' cos I' - n cos I) C``."""
    start = Rays(rays.launch.position[:, which, 1], rays.launch.direction[:, which, 1])
    launch = Rays(start.position[:, None, None], start.direction[:, None, None])
    passage = trace_through(surfaces, launch)
    place = np.asarray(passage.position)[:, :, 1, 0]
    direction = np.asarray(passage.direction)[:, :, 1, 0]
    cosine = np.asarray(passage.cosine)[:, 1, 0]
    before, after = (np.asarray(n)[:, 1, 0] for n in (surfaces.before, surfaces.after))
    vergence = np.zeros(2)  # n / t of both sections, before each surface
    for row, surface in enumerate(lens.surfaces):
        n, m, c = before[row], after[row], cosine[row]
        inner = np.sqrt(1 - (n / m) ** 2 * (1 - c * c))
        power = (m * inner - n * c) * np.array(_curvatures(surface, float(np.hypot(*place[row, :2]))))
        squared = np.array([c * c, 1.0]), np.array([inner * inner, 1.0])
        vergence = (vergence * squared[0] + power) / squared[1]
        length = np.linalg.norm(place[row + 1] - place[row])
        vergence = vergence / (1 - length * vergence / m)
    return tuple(after[-1] / vergence * direction[-1, 2])


def _curvatures(surface: Surface, r: float) -> tuple[float, float]:
    """Of the meridional section and the one square to it, at a distance from the axis."""
    c, k = surface.curvature, surface.conic
    root = np.sqrt(1 - (1 + k) * c * c * r * r)
    slope, bend = c * r / root, c / root**3
    if isinstance(surface.departure, PowerSeries):
        for power, a in zip(surface.departure.powers, surface.departure.coefficients, strict=True):
            slope += power * a * r ** (power - 1)
            bend += power * (power - 1) * a * r ** (power - 2)
    steep = np.sqrt(1 + slope * slope)
    return bend / steep**3, (slope / (r * steep) if r > 1e-9 else bend)
