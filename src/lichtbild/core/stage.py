"""Stage: one step from one noun to the next, as a frozen struct of its parameters with a pure call.

A stage is given a *window* of an image. Its result may depend only on those pixels, on where the window
lies, and on the stage's own fields; then a chain can run it tile by tile and no seam shows. A
`LocalStage` gives each pixel from its neighbourhood; a `ResampleStage` moves pixels (a warp, a rotation,
a crop) and says from where.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, Self, get_type_hints, runtime_checkable

from lichtbild.core.window import Extent, Window

ALIGN = 12
"""Tiles start at multiples of this: a common period of 2x2, 4x4 and 6x6 colour filter patterns."""


@runtime_checkable
class Windowed(Protocol):
    """An image noun that knows which part of the whole it holds."""

    @property
    def window(self) -> Window:
        """Where these pixels lie in the whole image."""
        ...

    @property
    def extent(self) -> Extent:
        """Size of the whole image."""
        ...

    def crop(self, window: Window) -> Self:
        """The part that lies in ``window``, still knowing its place in the whole."""
        ...


@dataclass(frozen=True, eq=False)
class AbstractStage(ABC):
    """What every stage promises."""

    differentiable: ClassVar[bool] = False
    """Whether JAX may trace and differentiate the call."""

    @abstractmethod
    def __call__(self, image: Any) -> Any:
        """The result for all that ``image`` holds."""

    @abstractmethod
    def render(self, image: Any, window: Window) -> Any:
        """The result in ``window``; ``image`` holds at least ``source(window, image.extent)``."""

    @abstractmethod
    def source(self, window: Window, extent: Extent) -> Window:
        """The part of an image of size ``extent`` that the result's ``window`` depends on."""

    def extent(self, extent: Extent) -> Extent:
        """Size of the whole result for a whole image of size ``extent``."""
        return extent

    @classmethod
    def takes(cls) -> type:
        """The noun that the stage accepts."""
        return cls._hints()[0]

    @classmethod
    def gives(cls) -> type:
        """The noun that the stage returns."""
        return cls._hints()[1]

    @classmethod
    def _hints(cls) -> tuple[type, type]:
        hints = get_type_hints(cls._signature())
        return hints["image"], hints["return"]

    @classmethod
    @abstractmethod
    def _signature(cls) -> Callable[..., Any]:
        """The method whose annotations name the two nouns."""


@dataclass(frozen=True, eq=False)
class LocalStage(AbstractStage):
    """A stage whose result at a pixel depends on the pixels at most ``halo`` away from it."""

    @property
    def halo(self) -> int:
        """Pixels beyond a window's border that the window's result depends on."""
        return 0

    def source(self, window: Window, extent: Extent) -> Window:
        """The window with its halo, starting where a colour filter pattern starts."""
        return window.grown(self.halo, extent, ALIGN if self.halo else 1)

    def render(self, image: Windowed, window: Window) -> Any:
        """The call's result, cut to the window."""
        return self(image).crop(window)

    @classmethod
    def _signature(cls) -> Callable[..., Any]:
        return cls.__call__


@dataclass(frozen=True, eq=False)
class ResampleStage(AbstractStage):
    """A stage that moves pixels: it is asked for a window and looks up where that comes from."""

    def __call__(self, image: Windowed) -> Any:
        """The whole result for a whole image."""
        return self.render(image, Window.whole(self.extent(image.extent)))

    @classmethod
    def _signature(cls) -> Callable[..., Any]:
        return cls.render


NamedStage = tuple[str, AbstractStage]
"""A stage and the name by which a chain knows it."""
