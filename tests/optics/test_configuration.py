"""Settings of a lens: what paths reach, and what they are refused for."""

from dataclasses import replace

import jax
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.optics.configuration import configured, parsed, value_at, with_change
from lichtbild.optics.lens import Change, Configuration, FieldPoint, Lens
from lichtbild.optics.medium import ModelGlass
from lichtbild.optics.paraxial import first_order
from lichtbild.optics.surface import Pose
from optics.test_paraxial import aspheric_pair


def zoom() -> Lens:
    settings = (
        Configuration("far"),
        Configuration("near", (Change("gaps[0].thickness", 150.0), Change("gaps[5].thickness", 25.0))),
    )
    return replace(aspheric_pair(), configurations=settings)


PATHS = {
    "gaps[5].thickness": 20.0,
    "aperture.value": 4.0,
    "fields[1].y": pytest.approx(0.1745329, abs=1e-6),
    "surfaces[3].curvature": -0.03,
    "surfaces[0].departure.coefficients[1]": 2e-4,
    "gaps[1].medium.index": 1.6,
    "wavelengths[2]": 6.562725e-4,
    "temperature": None,
    "surfaces[1].semi_aperture": None,
}


@pytest.mark.parametrize("path", PATHS)
def test_a_path_reaches_its_number_and_changes_nothing_else(path: str) -> None:
    lens = aspheric_pair()
    assert value_at(lens, path) == PATHS[path]
    changed = with_change(lens, Change(path, 3.25))
    assert value_at(changed, path) == 3.25
    assert value_at(lens, path) == PATHS[path]
    for other in PATHS:
        if other != path:
            assert value_at(changed, other) == PATHS[other]


def test_a_configuration_is_taken_by_name_or_index() -> None:
    lens = zoom()
    near = configured(lens, "near")
    assert near == configured(lens, 1)
    assert (near.gaps[0].thickness, near.gaps[5].thickness) == (150.0, 25.0)
    assert near.configurations == ()
    assert configured(lens, "far") == replace(lens, configurations=())


def test_a_pose_that_is_there_can_be_changed() -> None:
    lens = aspheric_pair()
    posed = replace(lens.surfaces[1], pose=Pose())
    lens = replace(lens, surfaces=(lens.surfaces[0], posed, *lens.surfaces[2:]))
    changed = with_change(lens, Change("surfaces[1].pose.decentre[1]", 0.5))
    assert changed.surfaces[1].pose == Pose(decentre=(0.0, 0.5, 0.0))


REFUSED = {
    "gaps[70].thickness": "gaps has 6 entries, 0 to 5, so that [70] leads nowhere",
    "gaps.thickness": "it is a list of 6 entries, 0 to 5",
    "gaps[1]": "it has thickness, medium",
    "stop": 'the lens has no number "stop"; it has surfaces, gaps, aperture',
    "name": 'the lens has no number "name"',
    "surfaces[0].mirror": 'surfaces[0] has no number "mirror"',
    "surfaces[1].pose.tilt[0]": "the lens has none there",
    "surfaces[0].departure.powers[0]": "it has coefficients",
    "fields[0].y[1]": "fields[0].y is no list",
    "fields[0].vignetting": "no number that a configuration can change",
    "gaps[1].medium.formula": "it has index, abbe, partial",
    "": "no path",
    "gaps[1]thickness": "no path",
    "gaps[-1].thickness": "no path",
    "gaps[1]..thickness": "no path",
    ".gaps": "no path",
    "gaps[1].": "no path",
    "__class__": 'the lens has no number "__class__"',
}


@pytest.mark.parametrize("path", REFUSED)
def test_a_path_to_no_number_is_refused_with_what_there_is(path: str) -> None:
    for refuse in (
        lambda: value_at(aspheric_pair(), path),
        lambda: with_change(aspheric_pair(), Change(path, 1.0)),
    ):
        with pytest.raises(BadInput) as found:
            refuse()
        assert REFUSED[path] in str(found.value)
        assert path in str(found.value)


def test_a_bad_path_is_told_with_its_configuration() -> None:
    lens = replace(zoom(), configurations=(Configuration("macro", (Change("gaps[9].thickness", 1.0),)),))
    with pytest.raises(BadInput, match=r'configuration "macro": gaps\[9\]\.thickness: gaps has 6 entries'):
        configured(lens, "macro")


def test_an_unknown_configuration_is_told_with_those_there_are() -> None:
    with pytest.raises(BadInput, match='no configuration "tele"; its configurations are: "far", "near"'):
        configured(zoom(), "tele")
    with pytest.raises(BadInput, match="no configuration 2; it has 2 configurations, 0 to 1"):
        configured(zoom(), 2)
    with pytest.raises(BadInput, match="it has no configurations"):
        configured(aspheric_pair(), 0)
    with pytest.raises(BadInput, match="are: none"):
        configured(aspheric_pair(), "wide")


def test_paths_are_names_and_indices() -> None:
    assert parsed("gaps[7].medium.index") == ("gaps", 7, "medium", "index")


def test_gradients_flow_through_a_change() -> None:
    """The focal length by a configuration's number is that by the lens's own."""

    def by_change(value: float) -> jax.Array:
        changed = with_change(aspheric_pair(), Change("surfaces[0].curvature", value))
        return first_order(changed).focal_length

    def by_lens(lens: Lens) -> jax.Array:
        return first_order(lens).focal_length

    expected = jax.jit(jax.grad(by_lens))(aspheric_pair()).surfaces[0].curvature
    assert float(jax.jit(jax.grad(by_change))(0.05)) == pytest.approx(float(expected), rel=1e-12)


def test_fields_can_be_moved() -> None:
    changed = with_change(aspheric_pair(), Change("fields[0].x", 0.2))
    assert changed.fields[0] == FieldPoint(x=0.2)
    assert isinstance(changed.gaps[1].medium, ModelGlass)
