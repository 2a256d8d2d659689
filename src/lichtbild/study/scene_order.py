"""Scene order: a scene as its user asks for it, by name or file, made to fill a camera's field."""

import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from lichtbild.colour import light
from lichtbild.core.errors import BadInput
from lichtbild.core.window import Extent
from lichtbild.image.bands import FINE
from lichtbild.image.scene import Scene
from lichtbild.io import ledger
from lichtbild.io.scene_file import read_scene, read_spectrum
from lichtbild.scene import catalogue
from lichtbild.scene.frame import Frame
from lichtbild.scene.lighting import one_light, two_lights
from lichtbild.scene.photograph import Surroundings

LIGHT: Final = "D65"
LUX: Final = 1000.0
"""What falls on a chart where nothing is said."""

COARSER: Final = {
    "color-checker": 2,
    "colour-checker-classic": 2,
    "colour-checker-classic-before-2014": 2,
    "colour-checker-sg": 2,
}
"""Pixels of a picture along one of a scene, where the scene has many spectra and no fine detail."""


@dataclass(frozen=True)
class SceneOrder:
    """What a camera shall look at.

    Attributes:
        name: of the catalogue of scenes, or of a picture file.
        light: by name, temperature or a file of two columns; two with a plus between them mix from left to
            right; None takes the scene's usual. On the night street, that of all lamps.
        lux: illuminance of a chart, of a white in a picture, or of the night street's road, in the mean;
            None takes the usual of a chart, and leaves the street's lamps as they are.
        luminance: of a picture's white, cd m^-2.
        depth: distance of a flat scene, mm.
        seed: of what is drawn by chance.
    """

    name: str = catalogue.NIGHT_STREET
    light: str | None = None
    lux: float | None = None
    luminance: float | None = None
    depth: float = math.inf
    seed: int = 0

    def __post_init__(self) -> None:
        if self.lux is not None and self.luminance is not None:
            raise BadInput("--lux and --luminance both say how bright the scene is; give one of them")
        for value, unit in ((self.lux, "lux"), (self.luminance, "cd/m2")):
            if value is not None and not 0 <= value < math.inf:
                raise BadInput(f"a scene's level is 0 {unit} or more, not {value:g}")
        if not self.depth > 0:
            raise BadInput(f"a scene lies farther than 0 mm, not at {self.depth:g}")
        if self.seed < 0:
            raise BadInput(f"a seed is a whole number of 0 or more, not {self.seed}")
        if not self.is_file:
            lights = len(self._lights())
            even = self.luminance is not None or lights > 1
            if self.name != catalogue.NIGHT_STREET:
                even = even or self.light is not None or self.lux is not None
            catalogue.check(self.name, lit=even, lights=lights)

    @property
    def is_file(self) -> bool:
        """Whether a picture file is meant."""
        return self.name not in catalogue.SCENES and Path(self.name).suffix != ""

    def key(self) -> str:
        """Digest of all that the scene is made of.

        Raises:
            BadInput: a file that it names cannot be read.
        """
        names = [self.name] if self.is_file else []
        names += [part for part in self._lights() if Path(part).suffix]
        try:
            files = [ledger.digest(Path(name)) for name in names]
        except OSError as error:
            raise BadInput(f"{error.filename}: cannot be read ({error.strerror}); name a file") from error
        return ledger.key([repr(self), *files])

    def loaded(self) -> Scene | None:
        """The scene of a picture file, as wide as may be; None where no file is meant.

        What is wrong with an order is found here, before a lens is traced.

        Raises:
            BadFile: a file cannot be read.
            BadInput: there is no such light, or the picture has no level.
        """
        lights = [_light(name) for name in self._lights() or (LIGHT,)]
        if not self.is_file:
            return None
        if len(lights) > 1:
            raise BadInput("a picture is seen in one light; give one, or a chart")
        level = self.luminance if self.lux is None else self.lux / math.pi
        return read_scene(self.name, 1.0, Surroundings(lights[0], level, self.depth)).scene

    def made(self, field: tuple[float, float], extent: Extent, picture: Scene | None) -> Scene:
        """The scene, as large as a camera's field.

        Args:
            field: height and width in tangents that it must fill.
            extent: pixels of the picture that will be taken of it.
            picture: what was `loaded`; it covers the field both ways, as a poster before the camera.

        Raises:
            BadInput: lights are given where none fit.
        """
        if picture is not None:
            tall, wide = picture.size
            scale = max(field[0] / tall, field[1] / wide)
            return replace(picture, size=(tall * scale, wide * scale))
        coarser = COARSER.get(self.name, 1)
        frame = Frame(extent.height // coarser or 1, extent.width // coarser or 1, field, self.depth)
        if self.name == catalogue.NIGHT_STREET:
            lamps = [_light(name) for name in self._lights()]
            setting = catalogue.Setting(frame, None, self.seed, self.lux, lamps[0] if lamps else None)
            return catalogue.scene(self.name, setting)
        lux = self.lux if self.luminance is None else math.pi * self.luminance
        lux = LUX if lux is None else lux
        lights = [_light(name) for name in self._lights() or (LIGHT,)]
        lighting = (
            one_light(lights[0], lux) if len(lights) == 1 else two_lights(lights[0], lights[1], lux, frame)
        )
        return catalogue.scene(self.name, catalogue.Setting(frame, lighting, self.seed))

    def _lights(self) -> tuple[str, ...]:
        names = tuple(part.strip() for part in (self.light or "").split("+") if part.strip())
        if len(names) > 2:
            raise BadInput(f"--light takes one light or two with a plus between them, not {len(names)}")
        return names


def _light(name: str) -> light.Light:
    if Path(name).suffix and Path(name).is_file():
        return light.of_table(Path(name).stem, *read_spectrum(name), FINE.edges)
    return light.named(name, FINE.edges)
