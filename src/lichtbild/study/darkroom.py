"""Darkroom: a roll's photographs opened, developed and printed while somebody works on them.

It keeps what was made lately, because an eye comes back to it; what it keeps decides how fast an answer
comes, never what it is.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from lichtbild.camera.contact_print import contact_print
from lichtbild.camera.light_table import Shadings
from lichtbild.camera.negative import Negative, draft, key_of, light_key_of, negative
from lichtbild.camera.recipe import Recipe
from lichtbild.camera.stage_pictures import StagePicture
from lichtbild.camera.stage_strip import stage_strip
from lichtbild.core.chain import silent
from lichtbild.core.errors import BadInput
from lichtbild.core.window import Window
from lichtbild.image.coded_picture import CodedPicture
from lichtbild.image.frame_calibration import FrameCalibration, calibrated
from lichtbild.image.picture import Picture
from lichtbild.image.raw_frame import RawFrame
from lichtbild.io import sidecar
from lichtbild.io.recipe import dumps
from lichtbild.study.roll import Photo
from lichtbild.study.shelf import Shelf

_SOURCES: Final = 600 << 20
_LIGHTS: Final = 900 << 20
_SCENES: Final = 900 << 20
_DRAFTS: Final = 400 << 20
_SMALL: Final = 64 << 20
"""Bytes that are kept: of opened files, of developed light, of pyramids of it, of drafts, of small things."""

_ROUGH: Final = "rough-"
"""How the keys of drafts begin."""

Source = RawFrame | Picture
Strip = tuple[StagePicture, ...]


@dataclass(frozen=True, eq=False)
class Scene:
    """A photograph developed.

    Attributes:
        key: by which its tiles are asked for.
        photo: which.
        made: its negative.
    """

    key: str
    photo: Photo
    made: Negative


class Darkroom:
    """Opens, develops and prints the photographs of a roll."""

    def __init__(
        self, photos: Sequence[Photo], known: FrameCalibration | None = None, *, threads: int = 1
    ) -> None:
        """Begin with nothing opened.

        Args:
            photos: the roll.
            known: what was measured of the camera that took its raw frames.
            threads: tiles at a time.
        """
        self.photos: Mapping[str, Photo] = {photo.id: photo for photo in photos}
        self._known, self._threads = known, threads
        self._sources: Shelf[tuple[str, float], Source] = Shelf(_SOURCES, lambda one: one.samples.nbytes)
        self._lights: Shelf[str, Negative] = Shelf(_LIGHTS, _bytes_of_light)
        self._scenes: Shelf[str, Scene] = Shelf(_SCENES, _bytes_of)
        self._latest: dict[str, Negative] = {}
        self._drafts: Shelf[str, Scene | None] = Shelf(_DRAFTS, lambda one: _bytes_of(one) if one else 0)
        self._recipes: dict[str, tuple[Photo, Recipe]] = {}
        self._prints: Shelf[tuple[str, str], CodedPicture | Picture] = Shelf(
            _SMALL, lambda one: one.samples.nbytes
        )
        self._shadings: Shelf[tuple[str, str], Shadings] = Shelf(_SMALL, lambda one: one.tables.nbytes)

    def photo(self, name: str) -> Photo:
        """The photograph of an id.

        Raises:
            BadInput: the roll has none.
        """
        if name not in self.photos:
            raise BadInput("there is no such photograph in this roll; load the page again")
        return self.photos[name]

    def recipe(self, photo: Photo) -> tuple[Recipe, bool]:
        """The recipe beside a photograph, or the usual one; and whether it is the former.

        Raises:
            BadFile: what lies beside it is no recipe.
        """
        saved = sidecar.saved(photo.source)
        return (Recipe(), False) if saved is None else (saved, True)

    def source(self, photo: Photo, scale: float = 1.0) -> Source:
        """What is developed.

        Raises:
            BadFile: a file cannot be read.
            BadInput: frames do not fit each other, or the camera's calibration does not fit them.
        """
        scale = scale if len(photo.sources) > 1 else 1.0
        return self._sources.get((photo.id, scale), lambda: self._opened(photo, scale))

    def contact(self, photo: Photo, recipe: Recipe) -> CodedPicture | Picture:
        """A small picture, as it was made before if it was."""
        return self._prints.get((photo.id, dumps(recipe)), lambda: contact_print(self._first(photo), recipe))

    def draft(self, photo: Photo, recipe: Recipe) -> Scene | None:
        """The photograph developed roughly; None where the scene itself is there, or would be as soon."""
        if self._scenes.kept(_key(photo, key_of(recipe))) or self._lights.kept(_light_key(photo, recipe)):
            return None
        key = _ROUGH + _key(photo, key_of(recipe))
        self._recipes[key] = (photo, recipe)
        return self._drafts.get(key, lambda: self._drafted(key, photo, recipe))

    def scene(self, photo: Photo, recipe: Recipe, progress: Callable[[float], None] = silent) -> Scene:
        """The photograph developed by a recipe; `progress` hears the share that is done, and may end it."""
        key = _key(photo, key_of(recipe))
        self._recipes[key] = (photo, recipe)
        return self._scenes.get(key, lambda: self._developed(key, photo, recipe, progress))

    def known_scene(self, key: str) -> Scene:
        """The scene of a key that was given out; developed again where it is no longer kept.

        Raises:
            BadInput: the key was not given out.
        """
        if key not in self._recipes:
            raise BadInput("there is no such scene; load the page again")
        photo, recipe = self._recipes[key]
        if not key.startswith(_ROUGH):
            return self.scene(photo, recipe)
        return self._drafts.get(key, lambda: self._drafted(key, photo, recipe)) or self.scene(photo, recipe)

    def kept_scene(self, key: str) -> Scene | None:
        """The scene or draft of a key, if it is there."""
        return self._scenes.kept(key) or self._drafts.kept(key)

    def shadings(self, scene: Scene, recipe: Recipe) -> Shadings:
        """What a graphics card shades a scene with."""
        return self._shadings.get((scene.key, dumps(recipe)), lambda: scene.made.shadings(recipe))

    def printed(self, scene: Scene, recipe: Recipe, window: Window | None = None) -> CodedPicture:
        """The photograph, or a part of it, by a recipe that develops as the scene was."""
        return scene.made.printed(recipe, window, threads=self._threads)

    def strip(self, photo: Photo, recipe: Recipe, window: Window) -> Strip:
        """What each stage gives of a part of the picture."""
        return tuple(stage_strip(self.source(photo, recipe.develop.scale), recipe, window))

    def forget_prints(self, photo: Photo) -> None:
        """Let small pictures of a photograph go, whose recipe has changed."""
        self._prints.drop(lambda key: key[0] == photo.id)

    def _opened(self, photo: Photo, scale: float) -> Source:
        return self._of_camera(
            photo.opened(scale=scale, threads=self._threads), single=len(photo.sources) == 1
        )

    def _first(self, photo: Photo) -> Source:
        """The first frame alone: a burst is not merged for a small picture."""
        alone = Photo(photo.id, photo.sources[:1], photo.is_raw)
        return self._of_camera(alone.opened(), single=True)

    def _of_camera(self, source: Source, *, single: bool) -> Source:
        if self._known is None or not isinstance(source, RawFrame):
            return source
        return calibrated(source, self._known, noise=single)

    def _developed(self, key: str, photo: Photo, recipe: Recipe, progress: Callable[[float], None]) -> Scene:
        def develop() -> Negative:
            source = self.source(photo, recipe.develop.scale)
            near = self._latest.get(photo.id)
            made = negative(source, recipe, near=near, threads=self._threads, progress=progress)
            self._latest = {photo.id: made}
            return made

        light = self._lights.get(_light_key(photo, recipe), develop)
        return Scene(key, photo, light.framed(recipe))

    def _drafted(self, key: str, photo: Photo, recipe: Recipe) -> Scene | None:
        source = self.source(photo, recipe.develop.scale)
        made = draft(source, recipe, threads=self._threads) if isinstance(source, RawFrame) else None
        return None if made is None else Scene(key, photo, made)


def _light_key(photo: Photo, recipe: Recipe) -> str:
    return _key(photo, light_key_of(recipe))


def _key(photo: Photo, recipe: Recipe) -> str:
    return hashlib.sha256(f"{photo.id} {dumps(recipe)}".encode()).hexdigest()[:32]


def tile(scene: Scene, level: int, row: int, column: int, side: int) -> bytes:
    """A tile of a level of a scene's pyramid: numbers of 16 bits, low byte first, rows from the top.

    Raises:
        BadInput: there is no such level or tile.
    """
    levels = scene.made.pyramid
    if not 0 <= level < len(levels):
        raise BadInput(f"a scene of {len(levels)} levels has none of number {level}")
    high, wide = levels[level].shape[:2]
    if not (0 <= row * side < high and 0 <= column * side < wide):
        raise BadInput(f"level {level} has no tile in row {row} and column {column}")
    part = levels[level][row * side : (row + 1) * side, column * side : (column + 1) * side]
    return np.ascontiguousarray(part, dtype="<f2").tobytes()


def _bytes_of_light(made: Negative) -> int:
    clean: Any = 0 if made.clean is None else made.clean.samples.nbytes
    light: Any = made.light.samples
    return int(light.nbytes + clean)


def _bytes_of(scene: Scene) -> int:
    """Bytes of the pyramid that is made of a negative: four planes of 16 bits, and a third more."""
    light: Any = scene.made.light.samples
    return int(light.nbytes * 4 * 2 / (3 * 4) * 4 / 3)
