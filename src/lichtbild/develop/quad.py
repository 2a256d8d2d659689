"""Quad-Bayer: sensors whose filters cover 2 x 2 pixels each, made into Bayer mosaics."""

from dataclasses import dataclass, replace

import numpy as np

from lichtbild.core.errors import BadInput
from lichtbild.core.stage import LocalStage, ResampleStage
from lichtbild.core.window import Extent, Window
from lichtbild.develop import demosaic
from lichtbild.image.cfa import Cfa
from lichtbild.image.mosaic import Mosaic


@dataclass(frozen=True)
class BinQuad(ResampleStage):
    """The mean of each 2 x 2 pixels of one colour: a Bayer mosaic of half the height and width.

    An odd last row or column is left out.
    """

    def extent(self, extent: Extent) -> Extent:
        """Half the height and width."""
        return Extent(extent.height // 2, extent.width // 2)

    def source(self, window: Window, extent: Extent) -> Window:
        """The pixels that are averaged in a window."""
        return Window(2 * window.top, 2 * window.left, 2 * window.bottom, 2 * window.right)

    def render(self, image: Mosaic, window: Window) -> Mosaic:
        """The binned mosaic in a window.

        Raises:
            BadInput: the mosaic is not a quad-Bayer one.
        """
        cfa = _quad_bayer(image)
        s = image.crop(self.source(window, image.extent)).samples
        # Pairs of rows first, so that the result does not depend on how a whole sum would be ordered.
        rows = s[::2] + s[1::2]
        mean = (rows[:, ::2] + rows[:, 1::2]) * s.dtype.type(0.25)
        return Mosaic(mean, window, self.extent(image.extent), cfa.binned())


@dataclass(frozen=True)
class RemosaicQuad(LocalStage):
    """A Bayer mosaic of full size; the samples that already lie under the right colour stay.

    The others are taken from `lichtbild.develop.demosaic.generic`: the nearest samples of their colour,
    guided by green.
    """

    @property
    def halo(self) -> int:
        """Pixels around a window that its colours depend on."""
        return demosaic.Demosaic("generic").halo

    def __call__(self, image: Mosaic) -> Mosaic:
        """The mosaic under a Bayer pattern that begins with the quad pattern's first colour.

        Raises:
            BadInput: the mosaic is not a quad-Bayer one.
        """
        bayer = _quad_bayer(image).binned()
        colours = bayer.shifted(image.window.top, image.window.left).planes(image.window.extent)
        planes = demosaic.Demosaic("generic")(image).samples
        return replace(image, samples=np.take_along_axis(planes, colours[..., None], axis=2), cfa=bayer)


def _quad_bayer(image: Mosaic) -> Cfa:
    if image.cfa is None or not image.cfa.is_quad_bayer:
        raise BadInput("only a quad-Bayer mosaic, four pixels under one filter, can be binned or remosaiced")
    return image.cfa
