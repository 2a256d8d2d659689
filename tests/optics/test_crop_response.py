"""Crop response: what it tells of a phone lens is what other rays tell, and it moves as the lens does."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.core.window import Extent
from lichtbild.image.bands import Bands
from lichtbild.io.lens.catalogue import catalogue_lens
from lichtbild.optics.apertures import with_semi_apertures
from lichtbild.optics.chief_ray import chief
from lichtbild.optics.crop_response import crop_response, crop_site, scaled
from lichtbild.optics.illumination import relative_illumination
from lichtbild.optics.lens import FieldPoint, Lens
from lichtbild.optics.surface import Pose

BANDS = Bands.even(450e-6, 650e-6, 3)
MIDDLE, EXTENT, PITCH = (1.2, 0.9), Extent(64, 64), 1.55e-3


def toward(lens: Lens, tangents: np.ndarray) -> Lens:
    return replace(lens, fields=tuple(FieldPoint(0.0, float(np.arctan(t))) for t in tangents))


def at(coefficients, site, squared):
    return np.polyval(np.asarray(coefficients)[::-1], np.asarray(scaled(site, squared)))


@pytest.mark.slow
def test_a_crop_of_a_phone_lens() -> None:
    lens = with_semi_apertures(catalogue_lens("6p-f1.85"))
    site = crop_site(lens, MIDDLE, EXTENT, PITCH, BANDS, squares=31)
    found = crop_response(lens, site)
    np.testing.assert_allclose(np.sum(found.psf, axis=(1, 2)), 1.0, rtol=1e-12)
    assert np.all(found.held > 0.95)
    assert np.all(found.held <= 1.001)
    # Between the nodes: a polynomial through 5 rays of a field of 0.2 mm, whose distortion is below 2 %.
    tangents = np.linspace(site.tangents[0], site.tangents[4], 4)[1:3]
    rays = toward(lens, tangents)
    heights = np.asarray(chief(rays, None, jnp.asarray(BANDS.middles)).image[1, :, 1])
    np.testing.assert_allclose(at(found.ratio, site, heights**2) * heights, tangents, rtol=1e-7)
    # The rim of this lens magnifies by 0.5 % less than its chief ray, so that areas differ by 1 %.
    shining = relative_illumination(rays, None, jnp.asarray(BANDS.middles))
    for band in range(3):
        told = at(found.solid_angle[:, band], site, heights**2)
        np.testing.assert_allclose(told, shining.solid_angle[:, band], rtol=0.015)
        assert float(found.axis[band]) == pytest.approx(float(shining.axis[band]), rel=0.015)
    angles = chief(rays, None, jnp.asarray(BANDS.middles)).angle[:, 1]
    np.testing.assert_allclose(at(found.angle, site, heights**2) * heights, angles, rtol=1e-6)

    weights = jnp.asarray(np.random.default_rng(5).normal(size=found.psf.shape))

    def objective(bend):
        surfaces = list(lens.surfaces)
        surfaces[2] = replace(surfaces[2], curvature=bend)
        response = crop_response(replace(lens, surfaces=tuple(surfaces)), site)
        return jnp.sum(weights * response.psf) + jnp.sum(response.solid_angle) + jnp.sum(response.ratio)

    bend, step = lens.surfaces[2].curvature, 1e-5
    slope = (objective(bend + step) - objective(bend - step)) / (2 * step)
    # The eikonal's polynomial leaves out what moves by less than its misfit.
    assert float(jax.grad(objective)(bend)) == pytest.approx(float(slope), rel=1e-3)


def test_what_cannot_be_a_crop_is_refused() -> None:
    lens = catalogue_lens("6p-f1.85")
    with pytest.raises(BadInput, match="odd number"):
        crop_site(lens, MIDDLE, EXTENT, PITCH, BANDS, squares=30)
    near = replace(lens, gaps=(replace(lens.gaps[0], thickness=500.0), *lens.gaps[1:]))
    with pytest.raises(BadInput, match="far scenes"):
        crop_site(near, MIDDLE, EXTENT, PITCH, BANDS)
    bent = replace(lens, image=replace(lens.image, pose=Pose(tilt=(0.1, 0.0, 0.0))))
    with pytest.raises(BadInput, match="out of its place"):
        crop_site(bent, MIDDLE, EXTENT, PITCH, BANDS)
