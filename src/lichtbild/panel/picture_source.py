"""Where an experiment's pictures come from: folders, files, or what is rendered by us."""

from dataclasses import dataclass

from lichtbild.core.errors import BadInput
from lichtbild.panel.stimulus import check_range


@dataclass(frozen=True)
class Folder:
    """Pictures of a folder, named by scene and condition.

    Attributes:
        path: the folder, from where the experiment's file lies.
        pattern: a file's place in it without its suffix; holds {scene} and {condition} once each.
    """

    path: str = ""
    pattern: str = "{scene}/{condition}"

    def __post_init__(self) -> None:
        parts = self.pattern.count("{scene}"), self.pattern.count("{condition}")
        if parts != (1, 1) or "}{" in self.pattern:
            raise BadInput(
                f"pictures.pattern holds {{scene}} and {{condition}} once each and something between them, "
                f"not '{self.pattern[:80]}'"
            )


@dataclass(frozen=True)
class PictureFile:
    """One picture by its file."""

    scene: str
    condition: str
    file: str


@dataclass(frozen=True)
class Found:
    """Pictures that an experiment can be begun with: all of a folder, or each by its file.

    Attributes:
        scenes: their names, in order.
        conditions: the same.
        folder: that holds them all; or
        files: each of them.
    """

    scenes: tuple[str, ...]
    conditions: tuple[str, ...]
    folder: Folder = Folder()
    files: tuple[PictureFile, ...] = ()


@dataclass(frozen=True)
class Source:
    """What a scene's pictures are rendered from.

    Attributes:
        scene: name of the scene.
        file: a raw file or a finished picture; or
        simulated: a scene of `lichtbild shoot --list`, which simulated cameras photograph.
        lux: illuminance of a simulated scene; None is its own.
    """

    scene: str
    file: str = ""
    simulated: str = ""
    lux: float | None = None

    def __post_init__(self) -> None:
        if bool(self.file) == bool(self.simulated):
            raise BadInput(f"source '{self.scene[:80]}' has either a file or a simulated scene; give one")


@dataclass(frozen=True)
class Rendition:
    """A condition that is rendered from each source.

    Attributes:
        condition: its name.
        look: by name or file; empty takes the recipe's own.
        strength: of the look, per cent, 0 to 150; None takes the recipe's own.
        recipe: a recipe's file; empty for the usual one.
        camera: that photographs simulated scenes, by name or file; empty for sources that are files.
        size: rows and columns of the middle of that camera's sensor; empty for all of it.
    """

    condition: str
    look: str = ""
    strength: float | None = None
    recipe: str = ""
    camera: str = ""
    size: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        if self.strength is not None:
            check_range(self.strength, 0, 150, f"the strength of rendition '{self.condition[:80]}'")
