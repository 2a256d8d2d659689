"""Rays that parts of a report share are those that each part would have had by itself."""

import numpy as np
import pytest

from lichtbild.optics.bundle import bundle, taken
from lichtbild.optics.disc import hexapolar
from lichtbild.optics.illumination import of_bundles, relative_illumination
from lichtbild.optics.pencil import pencil, rim
from lichtbild.optics.report.shared_rays import DISCS, FANS, OF_FAN, RINGS, SLICES
from lichtbild.optics.report.subject import Subject, subject
from lichtbild.optics.spot import spot
from lichtbild.optics.wavefront import of_bundle, opd_fan
from optics.ball_lens import ball_lens

ROUNDING = 1e-12
"""Aiming leaves 1e-13 of the stop."""


@pytest.fixture(scope="module")
def ready() -> Subject:
    return subject(ball_lens(0.5))


def test_slices_follow_one_another() -> None:
    ends = [0, *(part.stop for part in SLICES.values())]
    assert [part.start for part in SLICES.values()] == ends[:-1]
    assert all(part.stop - part.start == DISCS[name].weights.size for name, part in SLICES.items())


@pytest.mark.slow
def test_spots_and_pencils_are_their_own(ready: Subject) -> None:
    alone = spot(bundle(ready.lens, hexapolar(RINGS)))
    np.testing.assert_allclose(spot(ready.rays("spot")).rms, alone.rms, rtol=1e-9)
    own = pencil(ready.lens)
    for name in ("cosines", "eikonal", "displacement", "weight", "rim", "centre"):
        np.testing.assert_allclose(getattr(ready.pencils, name), getattr(own, name), rtol=1e-9, atol=ROUNDING)


@pytest.mark.slow
def test_fans_of_optical_path_are_their_own(ready: Subject) -> None:
    for (name, disc), axis in zip(FANS.items(), ("y", "x"), strict=True):
        found = of_bundle(ready.lens, disc, ready.rays(name)).difference
        own = opd_fan(ready.lens, OF_FAN, axis).difference
        # paths of some 10 mm to 1e-15 of themselves, in waves of 5e-4 mm
        np.testing.assert_allclose(found, own, rtol=0, atol=1e-9)
        assert float(abs(own).max()) > 1e-2


@pytest.mark.slow
def test_illumination_of_the_shared_pencils(ready: Subject) -> None:
    """Another disc of rays, the same solid angle."""
    aims, rays = ready.over_field
    found = of_bundles(aims, taken(rays, rim()))
    usual = relative_illumination(ready.lens, ready.curve)
    np.testing.assert_allclose(found.relative, usual.relative, rtol=1e-6)
