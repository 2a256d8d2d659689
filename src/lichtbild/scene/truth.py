"""Truth: what a chart really shows, so that what is measured on its photograph can be judged."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lichtbild.image.scene import Scene
from lichtbild.scene.coverage import Rectangle

Points = Float[np.ndarray, "point 2"]


@dataclass(frozen=True)
class Patch:
    """An even area of a chart.

    Attributes:
        name: of the patch.
        borders: left, lower, right and upper border, tangents.
        reflectance: row of the truth's reflectances.
    """

    name: str
    borders: Rectangle
    reflectance: int


@dataclass(frozen=True)
class Edge:
    """A straight border between dark and bright.

    Attributes:
        point: x and y of a point of it, tangents.
        normal: direction from dark to bright, rad from the x axis towards y.
        dark: reflectance on the dark side.
        bright: reflectance on the bright side.
    """

    point: tuple[float, float]
    normal: float
    dark: float
    bright: float


@dataclass(frozen=True, eq=False)
class Truth:
    """What a chart shows.

    Attributes:
        patches: even areas.
        reflectances: of the patches, relative to a perfect white, ``[reflectance, band]``; None without.
        points: x and y of the middles of points, dots or of a star, tangents; None without.
        edges: straight borders.
    """

    patches: tuple[Patch, ...] = ()
    reflectances: Float[np.ndarray, "reflectance band"] | None = None
    points: Points | None = None
    edges: tuple[Edge, ...] = ()

    def reflectance_of(self, name: str) -> Float[np.ndarray, " band"]:
        """Reflectance of the patch of a name.

        Raises:
            KeyError: there is no such patch.
        """
        for patch in self.patches:
            if patch.name == name and self.reflectances is not None:
                return np.asarray(self.reflectances[patch.reflectance])
        raise KeyError(name)


@dataclass(frozen=True, eq=False)
class ChartScene:
    """A chart as light, and what it shows.

    Attributes:
        scene: the light.
        truth: what it shows.
    """

    scene: Scene
    truth: Truth
