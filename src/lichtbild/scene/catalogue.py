"""Catalogue of scenes: each procedural scene by its name, with the settings that suit most cameras."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Final

import numpy as np

from lichtbild.colour.light import Light
from lichtbild.core.errors import BadInput
from lichtbild.image.chart_catalogue import chart_named, chart_names
from lichtbild.image.scene import Scene
from lichtbild.scene.chart_scene import chart_scene
from lichtbild.scene.colour_checker import colour_checker
from lichtbild.scene.dead_leaves import dead_leaves
from lichtbild.scene.frame import Frame
from lichtbild.scene.lighting import Lighting
from lichtbild.scene.night_street import night_street
from lichtbild.scene.point_grid import point_grid
from lichtbild.scene.slanted_edge import slanted_edge
from lichtbild.scene.uniform import flat_field

NIGHT_STREET: Final = "night-street"
"""The one scene that brings its own lamps; it can be told how bright they are, and of which kind."""


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


def _points(setting: Setting) -> Scene:
    light = setting.lit()
    # Each point gives what its own square of a white chart would give, times a thousand.
    area = setting.frame.pixel[0] * setting.frame.pixel[1]
    return point_grid(setting.frame, light.lights[0], 1000 * light.lux / np.pi * area).scene


def _even(setting: Setting) -> Scene:
    light = setting.lit()
    return flat_field(setting.frame, light.lights[0], light.lux / np.pi)


def _chart(name: str, setting: Setting) -> Scene:
    return chart_scene(chart_named(name), setting.frame, setting.lit()).scene


def _scene_of(chart: str) -> str:
    """Name of a chart's scene; two charts have the names of scenes that fill the frame without paper."""
    return f"{chart}-chart" if chart in ("dead-leaves", "flat-field") else chart


SOURCES: Final = ("point-grid", "flat-field")
"""Scenes that send out their light, and do not mix it."""

SCENES: Final[Mapping[str, Callable[[Setting], Scene]]] = MappingProxyType(
    {
        NIGHT_STREET: _street,
        "color-checker": lambda setting: colour_checker(setting.frame, setting.lit()).scene,
        "slanted-edge": lambda setting: slanted_edge(setting.frame, setting.lit()).scene,
        "dead-leaves": lambda setting: dead_leaves(setting.frame, setting.lit(), setting.seed),
        "point-grid": _points,
        "flat-field": _even,
    }
    | {_scene_of(name): partial(_chart, name) for name in chart_names()}
)
"""Every scene by its name; those of charts have the charts' own names."""
