"""Frame calibration: what was measured of a camera, as its raw frames would state it themselves."""

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float

from lichtbild.core.errors import BadInput
from lichtbild.core.window import Extent, Window
from lichtbild.image.calibration import Calibration
from lichtbild.image.noise_profile import NoiseProfile
from lichtbild.image.opcode import Area, GainMap, OpcodeLists, WarpRectilinear
from lichtbild.image.raw_frame import RawFrame


@dataclass(frozen=True)
class NoiseAt:
    """Noise at a sensitivity.

    Attributes:
        iso: the sensitivity.
        profile: of its frames, black 0 and white 1.
    """

    iso: float
    profile: NoiseProfile


@dataclass(frozen=True, eq=False)
class FrameCalibration:
    """A camera's colour, shading, distortion and noise; what was not measured is empty or None.

    Attributes:
        model: as the camera's files call it.
        extent: pixels of the active area of its frames.
        calibrations: colour matrices, of one light or two.
        gains: that make an even field even, of each place of the colour filters' period, row by row,
            ``[place, row, column]``; their first and last rows and columns lie on the frame's borders.
        period: rows and columns of the colour filters.
        warp: that undoes distortion and lateral colour.
        noise: at each measured sensitivity, rising.
    """

    model: str
    extent: Extent
    calibrations: tuple[Calibration, ...] = ()
    gains: Float[np.ndarray, "place row column"] | None = None
    period: tuple[int, int] = (2, 2)
    warp: WarpRectilinear | None = None
    noise: tuple[NoiseAt, ...] = ()

    def noise_at(self, iso: float) -> NoiseProfile:
        """The noise at a sensitivity.

        Between measured ones both terms are straight in logarithms. Beyond, the photons' term grows with the
        sensitivity and that of darkness with its square, as if all noise arose before the amplifier.

        Raises:
            BadInput: no noise was measured.
        """
        if not self.noise:
            raise BadInput(
                f"the noise of {self.model or 'this camera'} was not measured; give it dark frames"
            )
        known = np.log([one.iso for one in self.noise])
        at = float(np.log(iso))
        inside = float(np.clip(at, known[0], known[-1]))

        def term(name: str, power: int) -> tuple[float, ...]:
            values = np.log(np.maximum([getattr(one.profile, name) for one in self.noise], 1e-300))
            rows = [np.interp(inside, known, plane) + power * (at - inside) for plane in values.T]
            return tuple(np.exp(rows).tolist())

        return NoiseProfile(term("scale", 1), term("offset", 2))

    def gain_maps(self) -> tuple[GainMap, ...]:
        """The gains as a raw file asks for them."""
        if self.gains is None:
            return ()
        spacing = tuple(1 / (points - 1) for points in self.gains.shape[1:])
        found = []
        for place, gains in enumerate(self.gains):
            row, column = divmod(place, self.period[1])
            window = Window(row, column, self.extent.height, self.extent.width)
            area = Area(window, (0, 1), self.period)
            found.append(GainMap(area, gains[..., None], (spacing[0], spacing[1]), (0.0, 0.0)))
        return tuple(found)


def calibrated(frame: RawFrame, known: FrameCalibration, *, noise: bool = True) -> RawFrame:
    """The frame with what was measured of its camera in the place of what its file says.

    Args:
        frame: of this camera, whole.
        known: of the camera.
        noise: also its noise, which a frame that was merged of many has no more.

    Raises:
        BadInput: the frame is of another camera, or has another size.
    """
    model, area = frame.metadata.model, frame.active_area.extent
    if known.model and model and model != known.model:
        raise BadInput(f"the frame is of a {model}, and a {known.model} was calibrated; name its own camera")
    if (known.gains is not None or known.warp is not None) and tuple(area) != tuple(known.extent):
        raise BadInput(
            f"the frame has {area[1]} x {area[0]} pixels, and the camera was calibrated with "
            f"{known.extent[1]} x {known.extent[0]}; calibrate it in this mode"
        )
    colour = frame.colour
    if known.calibrations:
        colour = replace(colour, calibrations=known.calibrations, estimated=None)
    iso, profile = frame.metadata.iso, frame.noise
    if noise and known.noise and iso:
        profile = known.noise_at(iso)
    return replace(frame, colour=colour, opcodes=_opcodes(frame.opcodes, known), noise=profile)


def _opcodes(given: OpcodeLists, known: FrameCalibration) -> OpcodeLists:
    linear, colour = given.on_linear, given.on_colour
    if known.gains is not None:
        linear = (*known.gain_maps(), *(one for one in linear if not isinstance(one, GainMap)))
    if known.warp is not None:
        colour = (known.warp, *(one for one in colour if not isinstance(one, WarpRectilinear)))
    return replace(given, on_linear=linear, on_colour=colour)
