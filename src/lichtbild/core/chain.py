"""Chain: named stages in the order in which light meets them, run whole or tile by tile."""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from lichtbild.core.stage import NamedStage, Windowed
from lichtbild.core.window import Extent, Window

TILE = 1164
"""Side of a tile in pixels, measured: smaller ones compute more borders twice, larger ones keep threads
waiting for the last one. With its borders it is as wide as five of denoising's strips, and no sixth."""


def silent(share: float) -> None:
    """The progress report of a caller who wants none."""


@dataclass(frozen=True)
class Chain:
    """Named stages in order.

    Attributes:
        stages: pairs of name and stage; each stage takes what the one before it gives.

    Raises:
        TypeError: two neighbours do not agree on the noun between them.
        ValueError: there is no stage, or two stages have the same name.
    """

    stages: tuple[NamedStage, ...]

    def __post_init__(self) -> None:
        if not self.stages:
            raise ValueError("a chain needs at least one stage")
        if len(set(self.names)) != len(self.stages):
            raise ValueError(f"two stages of a chain have the same name: {', '.join(self.names)}")
        for (first, before), (second, after) in zip(self.stages, self.stages[1:], strict=False):
            if not issubclass(before.gives(), after.takes()):
                raise TypeError(
                    f"stage '{second}' takes {after.takes().__name__}, "
                    f"but '{first}' before it gives {before.gives().__name__}"
                )

    @property
    def names(self) -> tuple[str, ...]:
        """The stages' names in order."""
        return tuple(name for name, _ in self.stages)

    def until(self, name: str) -> "Chain":
        """The chain that ends after the stage of this name.

        Raises:
            ValueError: no stage has this name.
        """
        if name not in self.names:
            raise ValueError(f"there is no stage '{name}'; the stages are {', '.join(self.names)}")
        return Chain(self.stages[: self.names.index(name) + 1])

    def extent(self, extent: Extent) -> Extent:
        """Size of the result for a whole image of size ``extent``."""
        for _, stage in self.stages:
            extent = stage.extent(extent)
        return extent

    def __call__(self, image: Any) -> Any:
        """The result for a whole image, computed in one piece."""
        for _, stage in self.stages:
            image = stage(image)
        return image

    def render(self, image: Windowed, window: Window) -> Any:
        """The result in one window, computed from no more of ``image`` than it depends on."""
        ((_, made),) = deque(self.steps(image, window), maxlen=1)
        return made

    def steps(self, image: Windowed, window: Window) -> Iterator[tuple[str, Any]]:
        """Each stage's name and what it gives of the part that the result in a window depends on."""
        windows = self._windows(image.extent, window)
        image = image.crop(windows[0])
        for (name, stage), target in zip(self.stages, windows[1:], strict=True):
            image = stage.render(image, target)
            yield name, image

    def gather(
        self,
        image: Windowed,
        *,
        tile: int = TILE,
        threads: int = 1,
        progress: Callable[[float], None] = silent,
    ) -> Any:
        """The whole result, computed tile by tile; arguments as for `run`."""
        whole = Window.whole(self.extent(image.extent))
        gathered = None
        for part in self.run(image, tile=tile, threads=threads, progress=progress):
            if gathered is None:
                samples = np.empty((*whole.extent, part.samples.shape[2]), part.samples.dtype)
                gathered = replace(part, samples=samples, window=whole)
            gathered.samples[whole.slices_of(part.window)] = part.samples
        return gathered

    def run(
        self,
        image: Windowed,
        *,
        tile: int = TILE,
        threads: int = 1,
        progress: Callable[[float], None] = silent,
    ) -> Iterator[Any]:
        """The result in tiles, in order, several at a time when there are several threads.

        Args:
            image: the whole image.
            tile: side of a tile in pixels.
            threads: tiles computed at a time; at most twice as many wait to be taken.
            progress: called with the finished share, 0 to 1, after each tile.
        """
        windows = list(Window.whole(self.extent(image.extent)).tiles(tile))
        with ThreadPoolExecutor(threads) as pool:
            waiting = [pool.submit(self.render, image, window) for window in windows[: 2 * threads]]
            upcoming = iter(windows[2 * threads :])
            try:
                for done in range(1, len(windows) + 1):
                    result = waiting.pop(0).result()
                    if (window := next(upcoming, None)) is not None:
                        waiting.append(pool.submit(self.render, image, window))
                    yield result
                    progress(done / len(windows))
            finally:
                for future in waiting:
                    future.cancel()

    def _windows(self, extent: Extent, window: Window) -> list[Window]:
        """The window wanted before the first stage, and after each one, in order."""
        extents = [extent]
        for _, stage in self.stages[:-1]:
            extents.append(stage.extent(extents[-1]))
        windows = [window]
        for (_, stage), size in zip(reversed(self.stages), reversed(extents), strict=True):
            windows.append(stage.source(windows[-1], size))
        return windows[::-1]
