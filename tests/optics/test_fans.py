from dataclasses import replace

import numpy as np

from lichtbild.optics.fans import fans
from lichtbild.optics.lateral_colour import longitudinal_colour
from optics.ball_lens import ball_lens


def test_fans_of_a_ball_are_those_of_its_zones() -> None:
    lens = ball_lens(stop=1.0)
    found = fans(lens, [[0.0, 0.0], [0.0, 0.1], [0.0, 0.2]], count=9)
    assert bool(found.tangential_found.all())
    assert bool(found.sagittal_found.all())
    np.testing.assert_allclose(found.stop, np.linspace(-1, 1, 9))
    np.testing.assert_allclose(found.tangential[..., 4], 0.0, atol=1e-14)
    # On the axis both fans are the same, odd, and cross the axis where the zones' rays do.
    axis = np.asarray(found.tangential[1, 0, 1])
    np.testing.assert_allclose(axis, -axis[::-1], atol=1e-12)
    np.testing.assert_allclose(found.sagittal[0, 0, 1], axis, atol=1e-12)
    focus = np.asarray(longitudinal_colour(lens, zones=4).focus[1])
    # A ray that crosses the axis before the image has gone below it there.
    assert np.all(np.sign(axis[5:]) == np.sign(focus))
    np.testing.assert_allclose(found.tangential[0, 0], 0.0, atol=1e-12)


def test_a_sagittal_fan_is_symmetric() -> None:
    found = fans(ball_lens(stop=1.0), [[0.0, 0.0], [0.0, 0.1], [0.0, 0.2]], count=9)
    x, y = np.asarray(found.sagittal[:, 2, 1])
    np.testing.assert_allclose(x, -x[::-1], atol=1e-11)
    np.testing.assert_allclose(y, y[::-1], atol=1e-11)


def test_rays_that_an_aperture_stops_are_named() -> None:
    lens = ball_lens(stop=1.0)
    first, stop, last = lens.surfaces
    found = fans(replace(lens, surfaces=(replace(first, semi_aperture=0.6), stop, last)), count=9)
    assert not bool(found.tangential_found[0, 1].all())
    assert bool(found.tangential_found[0, 1, 4])
    assert np.isfinite(np.asarray(found.tangential)).all()
