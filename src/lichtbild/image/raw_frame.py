"""Raw frame: what a sensor stored, with all that is needed to read it."""

from dataclasses import dataclass, field

import numpy as np

from lichtbild.colour import transfer
from lichtbild.core.window import Window
from lichtbild.figure.png import block_means, png_bytes
from lichtbild.figure.table import table_html
from lichtbild.image.calibration import CameraColour
from lichtbild.image.cfa import Cfa
from lichtbild.image.fine_detail import FineDetail
from lichtbild.image.levels import Levels
from lichtbild.image.metadata import Metadata
from lichtbild.image.noise_profile import NoiseProfile
from lichtbild.image.opcode import OpcodeLists
from lichtbild.image.profile import CameraProfile
from lichtbild.image.raster import AbstractRaster


@dataclass(frozen=True, eq=False)
class RawFrame(AbstractRaster):
    """Stored codes of a sensor, in the vocabulary of the DNG standard.

    The samples keep the file's own type (a 61-megapixel mosaic of 16 bits is 122 MB); the stage
    ``linearise`` turns them into float32, tile by tile.

    Attributes:
        samples: codes ``[row, column, plane]`` over the whole stored area; one plane for a mosaic.
        cfa: colour of each pixel, beginning at the active area's corner; None for linear raw and
            monochrome.
        levels: black, white and linearisation.
        active_area: the part that saw light.
        masked_areas: parts that saw none.
        default_crop: (top, left, height, width) in pixels of the active area that the picture shows;
            fractions are allowed.
        default_scale: vertical and horizontal factor that makes the pixels square.
        colour: calibration and white balance.
        opcodes: corrections that the file asks for.
        profiles: renderings that the file offers, its default first.
        noise: variance against signal, where the file gives it.
        baseline_exposure_ev: exposure that the maker wants added.
        shadow_scale: factor for the black that a profile's renderer chooses.
        metadata: how the picture was taken.
        detail: of a merged burst, what it shows between its pixels; a file does not hold it.
        notes: what was estimated or assumed while reading, in words, for the user to be told.
    """

    cfa: Cfa | None
    levels: Levels
    active_area: Window
    default_crop: tuple[float, float, float, float]
    masked_areas: tuple[Window, ...] = ()
    default_scale: tuple[float, float] = (1.0, 1.0)
    colour: CameraColour = field(default_factory=CameraColour)
    opcodes: OpcodeLists = field(default_factory=OpcodeLists)
    profiles: tuple[CameraProfile, ...] = ()
    noise: NoiseProfile | None = None
    baseline_exposure_ev: float = 0.0
    shadow_scale: float = 1.0
    metadata: Metadata = field(default_factory=Metadata)
    detail: FineDetail | None = None
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        if not Window.whole(self.extent).contains(self.active_area):
            raise ValueError(f"the active area {self.active_area} does not lie in an image of {self.extent}")
        if self.cfa is not None and self.samples.shape[2] != 1:
            raise ValueError(f"a mosaic has one plane, not {self.samples.shape[2]}")

    def _repr_html_(self) -> str:
        """The frame as a notebook shows it: what it says of itself, and its light in grey."""
        pattern = "none" if self.cfa is None else " x ".join(map(str, self.cfa.extent))
        rows = [
            ("pixels", f"{self.extent.width} x {self.extent.height}, {self.samples.dtype}"),
            ("light fell on", f"{self.active_area.width} x {self.active_area.height}"),
            ("colour filters", "Bayer" if self.cfa is not None and self.cfa.is_bayer else pattern),
            ("black", ", ".join(f"{level:g}" for level in np.unique(self.levels.black))),
            ("white", ", ".join(f"{level:g}" for level in np.unique(self.levels.white))),
            ("calibrations", len(self.colour.calibrations)),
            ("profiles", ", ".join(profile.name for profile in self.profiles)),
            *self.metadata.facts(),
            *(("note", note) for note in self.notes),
        ]
        return table_html("Raw frame", rows, self._preview())

    def _preview(self, width: int = 320) -> bytes:
        """A small grey picture of the linear light, whatever the colour filters."""
        codes = np.asarray(self.samples)[..., :1]
        side = -(-codes.shape[1] // width)
        black, white = float(self.levels.black.mean()), float(self.levels.white.min())
        light = (block_means(codes, side).astype(np.float32) - black) / max(white - black, 1.0)
        return png_bytes(transfer.SRGB.encode(light.clip(0, 1)).astype(np.float32))
