"""Catalogue of scenes: each procedural scene by its name, with the settings that suit most cameras."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np

from lichtbild.colour.light import Light
from lichtbild.core.errors import BadInput
from lichtbild.image.scene import Scene
from lichtbild.scene.colour_checker import colour_checker
from lichtbild.scene.dead_leaves import dead_leaves
from lichtbild.scene.dot_grid import dot_grid
from lichtbild.scene.flare_target import flare_target
from lichtbild.scene.frame import Frame
from lichtbild.scene.grey_scale import grey_scale
from lichtbild.scene.lighting import Lighting
from lichtbild.scene.night_street import night_street
from lichtbild.scene.point_grid import point_grid
from lichtbild.scene.siemens_star import siemens_star
from lichtbild.scene.slanted_edge import slanted_edge
from lichtbild.scene.uniform import flat_field

NIGHT_STREET: Final = "night-street"
"""The one scene that brings its own lamps; it can be told how bright they are, and of which kind."""

DOTS: Final = 25
"""Dots across the frame's height."""

DENSITIES: Final = tuple(np.linspace(0.05, 3.5, 24).tolist())
"""Of the grey scale: 11.5 stops."""


@dataclass(frozen=True, eq=False)
class Setting:
    """What a scene is made for.

    Attributes:
        frame: where it lies.
        lighting: what falls on it; None for a scene that shines itself.
        seed: of what is drawn by chance.
        lux: mean illuminance of the night street's road; None leaves its lamps as they are.
        lamp: that all lamps of the night street are; None leaves them of three kinds.
    """

    frame: Frame
    lighting: Lighting | None
    seed: int = 0
    lux: float | None = None
    lamp: Light | None = None

    def lit(self) -> Lighting:
        """The lighting of a scene that needs one."""
        if self.lighting is None:
            raise BadInput("this scene needs a light and its illuminance; give --light and --lux")
        return self.lighting


def check(name: str, *, lit: bool, lights: int = 1) -> None:
    """Nothing, if there is a scene of a name that can be lit, or shines itself.

    Args:
        name: of the scene.
        lit: whether it is given an even light, or a level of one.
        lights: how many are mixed.

    Raises:
        BadInput: there is none of that name, it has lamps of its own and is given a light, or it is a source
            itself and is given two.
    """
    if name not in SCENES:
        raise BadInput(f"there is no scene '{name[:80]}'; there are {', '.join(SCENES)}, and picture files")
    if name == NIGHT_STREET and lit:
        raise BadInput("the night street has lamps of its own; give --lux of its road, or one --light of all")
    if name in SOURCES and lights > 1:
        raise BadInput(f"{name} shines itself and takes one light, not {lights}; mix lights on a chart")


def scene(name: str, setting: Setting) -> Scene:
    """A scene by its name.

    Raises:
        BadInput: as of `check`, or there is no light where one is needed.
    """
    lighting = setting.lighting
    check(name, lit=lighting is not None, lights=1 if lighting is None else len(lighting.lights))
    return SCENES[name](setting)


def _street(setting: Setting) -> Scene:
    return night_street(setting.frame, setting.seed, lux=setting.lux, lamp=setting.lamp, samples=1)


def _dots(setting: Setting) -> Scene:
    step = setting.frame.size[0] / DOTS
    return dot_grid(setting.frame, setting.lit(), step=step, radius=0.2 * step).scene


def _points(setting: Setting) -> Scene:
    light = setting.lit()
    # Each point gives what its own square of a white chart would give, times a thousand.
    area = setting.frame.pixel[0] * setting.frame.pixel[1]
    return point_grid(setting.frame, light.lights[0], 1000 * light.lux / np.pi * area).scene


def _even(setting: Setting) -> Scene:
    light = setting.lit()
    return flat_field(setting.frame, light.lights[0], light.lux / np.pi)


SOURCES: Final = ("point-grid", "flat-field")
"""Scenes that send out their light, and do not mix it."""

SCENES: Final[Mapping[str, Callable[[Setting], Scene]]] = MappingProxyType(
    {
        NIGHT_STREET: _street,
        "color-checker": lambda setting: colour_checker(setting.frame, setting.lit()).scene,
        "slanted-edge": lambda setting: slanted_edge(setting.frame, setting.lit()).scene,
        "siemens-star": lambda setting: siemens_star(setting.frame, setting.lit()).scene,
        "dead-leaves": lambda setting: dead_leaves(setting.frame, setting.lit(), setting.seed),
        "grey-scale": lambda setting: grey_scale(setting.frame, setting.lit(), DENSITIES).scene,
        "dot-grid": _dots,
        "point-grid": _points,
        "flare-target": lambda setting: flare_target(setting.frame, setting.lit()).scene,
        "flat-field": _even,
    }
)
"""Every scene by its name."""
