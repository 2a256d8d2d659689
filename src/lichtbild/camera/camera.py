"""Camera: a lens before a sensor, and how their pictures are exposed, developed and rendered."""

from dataclasses import dataclass, field
from math import isfinite
from typing import Literal

from lichtbild.camera.recipe import Recipe
from lichtbild.core.errors import BadInput
from lichtbild.image.frame_calibration import FrameCalibration
from lichtbild.image.measured_lens import MeasuredLens
from lichtbild.optics.lens import Lens
from lichtbild.sensor.metering import Limits
from lichtbild.sensor.sensor import Sensor

Metering = Literal["mean", "centre", "highlights"]
"""What an exposure is chosen by."""

MOST_FRAMES = 64
"""Of a burst."""


@dataclass(frozen=True)
class Automatic:
    """What a camera does where its user says nothing.

    Attributes:
        metering: what the exposure is chosen by, see `lichtbild.sensor.metering`.
        ev: exposure above what metering finds, in stops.
        limits: of time and ISO.
        frames: of a burst, 1 or more.
        shake: angular speed of the hand that holds it, rms about each axis, rad s^-1, what a stabiliser
            leaves of it; 0 stands on a tripod.
    """

    metering: Metering = "mean"
    ev: float = 0.0
    limits: Limits = field(default_factory=Limits)
    frames: int = 1
    shake: float = 0.0

    def __post_init__(self) -> None:
        if not (isfinite(self.ev) and abs(self.ev) <= 10):
            raise BadInput(f"an exposure is moved by -10 to 10 EV, not {self.ev:g}")
        if not 1 <= self.frames <= MOST_FRAMES:
            raise BadInput(f"a burst has 1 to {MOST_FRAMES} frames, not {self.frames}")
        if not 0 <= self.shake <= 1:
            raise BadInput(f"a hand shakes by 0 to 1 rad/s, not {self.shake:g}")


@dataclass(frozen=True)
class LensSource:
    """Where a camera's lens comes from.

    Attributes:
        name: of the catalogue or of a file.
        scale: that all its lengths were multiplied by.
        semi_apertures: of its surfaces then, mm, where the lens itself says none; empty leaves them to be
            found (`lichtbild.optics.apertures`), which takes some seconds.
    """

    name: str
    scale: float = 1.0
    semi_apertures: tuple[float, ...] = ()


@dataclass(frozen=True, eq=False)
class Camera:
    """A camera as it is designed.

    Attributes:
        name: what it is called.
        lens: focused far; of a prescription, or as pictures show it.
        sensor: it lies in the middle of the lens's image.
        binned: whether blocks of 2 x 2 pixels are read as one.
        matched: whether the sensor's microlenses are shifted for the chief rays of this very lens.
        automatic: how it exposes.
        recipe: how its raw frames are developed and rendered.
        notes: of whoever designed it.
        lens_from: where the lens was read; None for one that no file has.
        sensor_from: catalogue or file in which the sensor was read; empty for one that no file has.
        calibration: what was measured of its frames; None for a camera that is designed.
    """

    name: str
    lens: Lens | MeasuredLens
    sensor: Sensor
    binned: bool = False
    matched: bool = False
    automatic: Automatic = field(default_factory=Automatic)
    recipe: Recipe = field(default_factory=Recipe)
    notes: str = ""
    lens_from: LensSource | None = None
    sensor_from: str = ""
    calibration: FrameCalibration | None = None

    def __post_init__(self) -> None:
        quad = self.sensor.cfa is not None and self.sensor.cfa.is_quad_bayer
        if self.binned and not (quad or self.sensor.cfa is None):
            raise BadInput(
                f"sensor '{self.sensor.name}' has neighbours of different colours, which cannot be read as "
                "one; leave binning out"
            )
