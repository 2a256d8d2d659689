"""A vignette from its targets."""

from dataclasses import replace

import pytest

from lichtbild.core.errors import BadInput
from lichtbild.look import vignette
from lichtbild.look.reached import measured
from lichtbild.look.solve import PLAIN, read
from lichtbild.look.style import style
from lichtbild.look.targets import Aim
from lichtbild.look.vignette import Falloff
from lichtbild.look.vignette_fit import fit_vignette


def aim(radius: float, ev: float, tolerance: float = 0.05) -> Aim:
    return Aim(f"vignette at radius {radius:g}", "vignette", radius, ev, ev - tolerance, ev + tolerance, 1)


def test_the_corner_alone_leaves_the_exponent() -> None:
    """A lens that loses 1.83 EV gives the look's corner by the share that it keeps."""
    assert fit_vignette([aim(1.0, -0.732)], None) == Falloff(0.4, -0.732, 3.2)
    assert fit_vignette([aim(1.0, -0.5)], Falloff(0.1, -0.3, 4.0)) == Falloff(0.1, -0.5, 4.0)
    assert fit_vignette([], None) is None and fit_vignette([], Falloff(0.1, -0.3)) == Falloff(0.1, -0.3)


@pytest.mark.parametrize("exponent", [1.4, 2.7, 6.0])
@pytest.mark.parametrize("radii", [(0.5, 1.0), (0.3, 0.6, 0.8, 1.0), (0.4, 0.8)])
def test_a_law_is_found_again(exponent: float, radii: tuple[float, ...]) -> None:
    found = fit_vignette([aim(r, -0.9 * r**exponent) for r in radii], None)
    assert found is not None
    assert found.corner_ev == pytest.approx(-0.9, abs=1e-3)
    assert found.exponent == pytest.approx(exponent, abs=2e-3)


def test_numbers_that_meet_their_targets_stay() -> None:
    for name in ("authentic", "heritage"):
        held = style(name).vignette
        targets = [aim(0.5, -0.08), aim(1.0, -0.7)] if name == "authentic" else [aim(1.0, -0.5)]
        assert fit_vignette(targets, held) == held
    # An exponent of 3.2 would give -0.08 half way.
    bent = fit_vignette([aim(0.5, -0.3), aim(1.0, -0.7)], Falloff(0.4, -0.7, 3.2))
    assert bent is not None and bent.keep == 0.4 and bent.ev_at(0.5) == pytest.approx(-0.3, abs=1e-3)


def test_targets_without_any_fall_off_are_none() -> None:
    none = fit_vignette([aim(0.0, 0.0), aim(0.5, 0.0)], None)
    assert none is not None and (none.keep, none.corner_ev) == (0.0, 0.0)


def test_a_file_of_targets_alone_has_its_vignette() -> None:
    pytest.importorskip("scipy")
    text = "schema = 1\n[targets]\ngrey_lightness = 50\n"
    text += "vignette = [{ radius = 0.5, ev = -0.2 }, { radius = 1, ev = -0.8 }]\n"
    assert read(text.encode(), "mine").vignette == Falloff(0.437, -0.8, 2.0)
    with pytest.raises(BadInput, match=r"this target: vignette at radius 0 -0.4 \(line 4\)"):
        read(text.replace("radius = 0.5, ev = -0.2", "radius = 0, ev = -0.4").encode(), "mine")


def test_what_is_reached_is_what_the_stage_does(monkeypatch: pytest.MonkeyPatch) -> None:
    look = replace(PLAIN, vignette=Falloff(0.4, -0.8, 3.0))
    for radius in (0.0, 0.3, 0.7, 1.0):
        assert measured(look, aim(radius, 0.0)) == pytest.approx(-0.8 * radius**3, abs=1e-3)
    assert measured(PLAIN, aim(1.0, 0.0)) == 0.0
    monkeypatch.setattr(vignette, "faded", lambda samples, *_: samples)
    assert measured(look, aim(1.0, 0.0)) == 0.0
