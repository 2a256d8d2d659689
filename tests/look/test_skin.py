"""Skin keeps its hue: ten tones in five lights by every colour look.

The tones are the Monk Skin Tone scale's ten published colours, as reflectances by the three smooth spectra of
`lichtbild.scene.upsample`. Each is lit, seen by the CIE observer, and white-balanced to D65 by Bradford's
transform: that is what the developer hands to a look. A look's own error is how far it turns the hue from
there, beyond what it declares; a tint of neutrals that it declares is taken away first.

Source: E. Monk, "The Monk Skin Tone Scale" (2019), skintone.google, CC BY 4.0.
"""

from functools import cache

import numpy as np
import pytest

from lichtbild.colour import cielab, light, observer, spaces
from lichtbild.colour.transfer import SRGB
from lichtbild.core import resources
from lichtbild.core.units import nm
from lichtbild.look.reached import neutrals, shown
from lichtbild.look.style import style
from lichtbild.look.targets import parse_targets
from lichtbild.scene.upsample import primaries

pytest.importorskip("colour", reason="spectra of standards need colour-science")

TONES = ["f6ede4", "f3e7db", "f7ead0", "eadaba", "d7bd96", "a07e56", "825c43", "604134", "3a312a", "292420"]
LIGHTS = ("D65", "D50", "A", "FL2", "LED-B3")
LOOKS = ("natural", "authentic", "vibrant", "heritage", "modern", "ccd-day")
EDGES = nm(1) * np.arange(380, 781, 5.0)
LIMIT_DEG = 2.0


@cache
def lit_tones() -> np.ndarray:
    """Linear Rec.2020 of the tones after white balance, ``[light, tone, plane]``; white is 1."""
    encoded = np.array([[int(tone[at : at + 2], 16) / 255 for at in (0, 2, 4)] for tone in TONES])
    reflectances = SRGB.decode(encoded) @ primaries(EDGES)
    found = []
    for name in LIGHTS:
        photons = light.named(name, EDGES).photons(1.0)
        white = observer.xyz_of(photons, EDGES)
        xy = (white[0] / white.sum(), white[1] / white.sum())
        balanced = observer.xyz_of(reflectances * photons, EDGES) / white[1]
        found.append(balanced @ (spaces.XYZ_TO_REC2020 @ spaces.adaptation(xy, spaces.D65_XY)).T)
    return np.array(found)


def hue(lab: np.ndarray) -> np.ndarray:
    return np.degrees(np.arctan2(lab[..., 2], lab[..., 1]))


def without_tint(name: str, lab: np.ndarray) -> np.ndarray:
    """CIELAB less a* and b* of the look's neutrals that are as light."""
    greys = shown(style(name), neutrals(np.linspace(-9, 9, 500)))
    tint = [np.interp(lab[..., 0], greys[:, 0], greys[:, plane]) for plane in (1, 2)]
    return np.stack([lab[..., 0], lab[..., 1] - tint[0], lab[..., 2] - tint[1]], axis=-1)


def declared(name: str) -> float:
    text = resources.read("look", "catalogue", f"{name}.toml")
    return parse_targets(text, name).numbers["skin_shift_deg"]


@pytest.mark.parametrize("name", LOOKS)
@pytest.mark.parametrize("ev", [0.0, 1.0])
def test_skin_has_the_hue_that_the_look_declares(name: str, ev: float) -> None:
    for lamp, tones in zip(LIGHTS, lit_tones(), strict=True):
        picture = shown(style(name), tones * 2.0**ev)
        turned = hue(without_tint(name, picture)) - hue(cielab.from_rec2020(tones)) - declared(name)
        assert np.abs(turned).max() <= LIMIT_DEG, f"{lamp}, tone {1 + np.abs(turned).argmax()}"


@pytest.mark.parametrize("name", LOOKS)
@pytest.mark.parametrize("ev", [-1.0, 0.0, 1.0])
def test_a_lighter_skin_stays_the_lighter_one(name: str, ev: float) -> None:
    for tones in lit_tones():
        order = np.argsort(cielab.from_rec2020(tones)[:, 0])
        assert (np.diff(shown(style(name), tones * 2.0**ev)[order, 0]) > 0).all()


def test_the_sector_of_skin_ends_without_an_edge() -> None:
    # Around the circle of hues and out from grey, a small step of colour is a small step in the picture.
    look = style("heritage")
    hues = np.radians(np.arange(0, 360, 0.25))
    for chroma in (2.0, 10.0, 25.0, 45.0):
        lab = np.stack([np.full_like(hues, 60.0), chroma * np.cos(hues), chroma * np.sin(hues)], axis=-1)
        picture = shown(look, cielab.to_rec2020(lab))
        steps = np.linalg.norm(np.diff(picture, axis=0, append=picture[:1]), axis=1)
        assert steps.max() < 2.5 * np.median(steps)
        turned = np.unwrap(
            np.arctan2(picture[:, 2] - picture[:, 2].mean(), picture[:, 1] - picture[:, 1].mean())
        )
        assert (np.diff(turned) > 0).all()  # no hue passes another
