"""Lichtbild: an open camera bench, one chain from glass to picture.

>>> import lichtbild
>>> picture = lichtbild.develop("examples/colour_checker.dng")
>>> lichtbild.save(picture, "photograph.jpg")  # doctest: +SKIP
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lichtbild.camera.photograph import chain, intermediate
    from lichtbild.camera.recipe import Recipe
    from lichtbild.core.errors import BadFile, BadInput, CannotWrite, LichtbildError
    from lichtbild.image.linear_image import LinearImage
    from lichtbild.image.picture import ColourSpace, Picture
    from lichtbild.image.raw_frame import RawFrame
    from lichtbild.io.export import save
    from lichtbild.io.reader import read
    from lichtbild.io.recipe import load_recipe, save_recipe
    from lichtbild.study.photograph import develop

# The room `lichtbild.develop` and the verb share a name. Importing a room binds its name here once, so that
# is done now and undone; from then on the name is the verb, and `from lichtbild.develop...` finds the room.
import lichtbild.develop  # noqa: F401

del develop

__version__ = "0.1.0"

_HOME = {
    "BadFile": "core.errors",
    "BadInput": "core.errors",
    "CannotWrite": "core.errors",
    "ColourSpace": "image.picture",
    "LichtbildError": "core.errors",
    "LinearImage": "image.linear_image",
    "Picture": "image.picture",
    "RawFrame": "image.raw_frame",
    "Recipe": "camera.recipe",
    "chain": "camera.photograph",
    "develop": "study.photograph",
    "intermediate": "camera.photograph",
    "load_recipe": "io.recipe",
    "read": "io.reader",
    "save": "io.export",
    "save_recipe": "io.recipe",
}
"""The room in which each public name lives; it is entered when the name is first asked for."""

__all__ = [  # noqa: RUF022  in the order in which one needs them
    "read",
    "develop",
    "save",
    "Recipe",
    "load_recipe",
    "save_recipe",
    "chain",
    "intermediate",
    "RawFrame",
    "LinearImage",
    "Picture",
    "ColourSpace",
    "LichtbildError",
    "BadInput",
    "BadFile",
    "CannotWrite",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'lichtbild' has no attribute '{name}'")
    from importlib import import_module

    found = getattr(import_module(f"lichtbild.{_HOME[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
