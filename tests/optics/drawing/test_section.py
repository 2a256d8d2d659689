"""Sections: elements have their lens's shapes, and no outline cuts through another."""

from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.figure.simplify import kept_points
from lichtbild.optics.drawing.elements import Kind, elements
from lichtbild.optics.drawing.section import section
from lichtbild.optics.lens import Aperture, Gap, Lens
from lichtbild.optics.medium import Air, ModelGlass
from lichtbild.optics.surface import Pose, Surface
from optics.oracle import sag
from optics.phone_lenses import phone_lens, phone_lens_files

CROWN, FLINT = ModelGlass(1.5168, 64.2), ModelGlass(1.62, 36.4)


def doublet() -> Lens:
    """A cemented doublet behind a stop in air."""
    surfaces = (
        Surface(semi_aperture=4.0),
        Surface(1 / 20, semi_aperture=5.0),
        Surface(-1 / 15, semi_aperture=5.0),
        Surface(-1 / 60, semi_aperture=4.5),
    )
    gaps = (Gap(np.inf), Gap(1.0), Gap(3.0, CROWN), Gap(1.5, FLINT), Gap(30.0))
    return Lens(surfaces, gaps, 0, Aperture("f-number", 4.0))


def crossings(a: np.ndarray, b: np.ndarray) -> int:
    """How many pairs of edges of two closed outlines properly cross."""
    p, r = a[:, :, None], (np.roll(a, -1, axis=1) - a)[:, :, None]
    q, s = b[:, None, :], (np.roll(b, -1, axis=1) - b)[:, None, :]

    def cross(u: np.ndarray, v: np.ndarray) -> np.ndarray:
        return np.asarray(u[0] * v[1] - u[1] * v[0])

    turn = cross(r, s)
    with np.errstate(all="ignore"):
        t, u = cross(q - p, s) / turn, cross(q - p, r) / turn
    within = (t > 1e-9) & (t < 1 - 1e-9) & (u > 1e-9) & (u < 1 - 1e-9)
    return int((within & (np.abs(turn) > 1e-15)).sum())


def thinned(outline: np.ndarray) -> np.ndarray:
    """An outline without points that lie within 0.2 um of a line through others."""
    return outline[:, kept_points(outline[0], outline[1], 2e-4)]


def thickness(outline: np.ndarray) -> float:
    """Least distance along z between the faces and rims of an element."""
    front, back = np.split(outline, 2, axis=1)
    np.testing.assert_array_equal(front[1], back[1][::-1])
    return float((back[0][::-1] - front[0]).min())


def test_elements_are_what_is_not_air() -> None:
    found = elements(doublet())
    assert [(one.name, one.front, one.back, one.group, one.kind) for one in found] == [
        ("E1", 1, 2, 0, Kind.CROWN),
        ("E2", 2, 3, 0, Kind.FLINT),
    ]


def test_a_stop_in_the_glass_divides_no_element() -> None:
    lens = doublet()
    surfaces = (lens.surfaces[1], replace(lens.surfaces[0]), lens.surfaces[2])
    gaps = (Gap(np.inf), Gap(1.5, CROWN), Gap(1.5, CROWN), Gap(20.0))
    found = elements(replace(lens, surfaces=surfaces, gaps=gaps, stop=1))
    assert [(one.front, one.back) for one in found] == [(0, 2)]


def test_plane_plates_are_not_counted_among_the_elements() -> None:
    lens = doublet()
    plate = (Surface(semi_aperture=5.0), Surface(semi_aperture=5.0))
    found = elements(
        replace(
            lens,
            surfaces=(*lens.surfaces, *plate),
            gaps=(*lens.gaps[:-1], Gap(20.0), Gap(0.5, CROWN), Gap(9.5)),
        )
    )
    assert [one.name for one in found] == ["E1", "E2", "P1"]
    assert found[-1].kind is Kind.PLATE


def test_faces_follow_the_sag() -> None:
    """Each point of an outline within the semi-apertures lies on one of its two surfaces."""
    lens = doublet()
    body = section(lens).bodies[0]
    z, y = body.outline
    half = len(z) // 2
    for curve, surface, vertex in ((slice(0, half), 1, 1.0), (slice(half, None), 2, 4.0)):
        inside = np.abs(y[curve]) <= 5.0
        assert inside.sum() > 100
        expected = vertex + sag(lens.surfaces[surface], np.zeros(inside.sum()), y[curve][inside])
        np.testing.assert_allclose(z[curve][inside], expected, atol=1e-12)


def test_a_given_edge_is_the_outer_radius() -> None:
    lens = doublet()
    edged = replace(lens, surfaces=(*lens.surfaces[:3], replace(lens.surfaces[3], edge=6.25)))
    assert {body.radius for body in section(edged).bodies} == {6.25}
    assert section(edged).bodies[1].outline[1].max() == 6.25


def test_a_surface_without_an_aperture_needs_one() -> None:
    lens = doublet()
    bare = replace(lens, surfaces=(*lens.surfaces[:3], replace(lens.surfaces[3], semi_aperture=None)))
    with pytest.raises(BadInput, match="surface 3 has no semi-aperture"):
        section(bare)
    given = section(bare, np.array([9.0, 9.0, 9.0, 4.5]))
    np.testing.assert_array_equal(given.bodies[1].outline, section(lens).bodies[1].outline)


def test_a_turned_surface_turns_its_element() -> None:
    """Tilted by 0.1 about x, the axis of a plane face leans by as much: its ends move along z."""
    plate = (Surface(semi_aperture=5.0, turn=Pose(tilt=(0.1, 0.0, 0.0))), Surface(semi_aperture=5.0))
    lens = Lens(plate, (Gap(np.inf), Gap(2.0, CROWN), Gap(10.0)), 0, Aperture("f-number", 4.0))
    body = section(lens).bodies[0]
    z, y = body.outline
    upper = int(np.argmax(y[: len(y) // 2]))
    # Right-handed about +x, +y turns toward +z.
    assert (z[upper], y[upper]) == pytest.approx((body.radius * np.sin(0.1), body.radius * np.cos(0.1)))


@pytest.mark.slow
def test_phone_lenses_do_not_cross(shared: Path) -> None:
    """No outline of an element cuts through itself or through another one, in any of the patents."""
    crossed = {}
    for path in phone_lens_files(shared):
        bodies = section(phone_lens(path)).bodies
        thin = {body.element.name: thinned(body.outline) for body in bodies}
        found = [body.element.name for body in bodies if thickness(body.outline) <= 0]
        found += [
            f"{a.element.name} {b.element.name}"
            for a, b in combinations(bodies, 2)
            if a.element.back != b.element.front
            and a.outline[0].max() > b.outline[0].min()
            and crossings(thin[a.element.name], thin[b.element.name])
        ]
        if found:
            crossed[path.stem] = found
    assert crossed == {}


def test_faces_are_shown_whole_where_they_can_be(shared: Path) -> None:
    """The element of an ordinary lens is as wide as its semi-apertures say, and none is called trimmed."""
    lens = phone_lens(shared / "data/optics/phone/US-10073249-B2-e7.json")
    found = section(lens)
    assert found.trimmed == ()
    for body in found.bodies:
        widest = max(
            lens.surfaces[body.element.front].semi_aperture, lens.surfaces[body.element.back].semi_aperture
        )
        assert body.radius == pytest.approx(1.05 * widest, rel=1e-12)


def test_media_that_are_alike_are_air() -> None:
    lens = doublet()
    assert elements(replace(lens, gaps=tuple(Gap(gap.thickness, Air()) for gap in lens.gaps))) == ()
