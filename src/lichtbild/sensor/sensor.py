"""Sensor: all that turns light into codes, each number with a mark that says how it is known."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from jaxtyping import Int

from lichtbild.core.errors import BadInput
from lichtbild.image.cfa import Cfa
from lichtbild.sensor.crosstalk import Crosstalk
from lichtbild.sensor.microlens import Microlens
from lichtbild.sensor.noise import DarkCurrent, FixedPattern, TemporalNoise
from lichtbild.sensor.pixel import Pixels
from lichtbild.sensor.readout import Merge, Mode, Readout
from lichtbild.sensor.spectral_response import SpectralResponse


@dataclass(frozen=True, eq=False)
class Sensor:
    """An image sensor.

    Attributes:
        name: of the sensor.
        pixels: the grid.
        cfa: colour of each pixel, beginning at row 0 and column 0; None for a monochrome sensor.
        response: quantum efficiency of each of the colours, or of the one.
        modes: conversion modes, the one of the base ISO first.
        readout: amplifier and converter.
        microlens: response to the chief angle.
        crosstalk: to neighbours.
        noise: of each frame.
        pattern: of all frames.
        dark: current.
        merges: pairs of modes that are joined.
        serial: which copy of the sensor this is: its fixed pattern follows from it.
        marks: how numbers are known, by their key in the sensor's file, such as "measured: PMRID".
        notes: on the whole.
    """

    name: str
    pixels: Pixels
    cfa: Cfa | None
    response: SpectralResponse
    modes: tuple[Mode, ...]
    readout: Readout = field(default_factory=Readout)
    microlens: Microlens = field(default_factory=Microlens)
    crosstalk: Crosstalk = field(default_factory=Crosstalk)
    noise: TemporalNoise = field(default_factory=TemporalNoise)
    pattern: FixedPattern = field(default_factory=FixedPattern)
    dark: DarkCurrent = field(default_factory=DarkCurrent)
    merges: tuple[Merge, ...] = ()
    serial: int = 0
    marks: Mapping[str, str] = field(default_factory=dict)
    notes: str = ""

    def __post_init__(self) -> None:
        if self.response.colours != self.colours:
            raise BadInput(
                f"sensor '{self.name}' has {self.colours} colours and {self.response.colours} curves of "
                "quantum efficiency; give one curve for each colour"
            )
        if len(self.microlens.acceptance) not in (0, 1, self.colours):
            raise BadInput(
                f"sensor '{self.name}' has {self.colours} colours and {len(self.microlens.acceptance)} "
                "acceptances of its microlens; give one for each colour, or one for all"
            )
        if not 0 <= self.serial < 2**63:
            raise BadInput(f"the serial number is {self.serial}; give a whole number from 0 to 2^63 - 1")
        self._check_modes()

    def _check_modes(self) -> None:
        names = [mode.name for mode in self.modes] + [merge.name for merge in self.merges]
        if not self.modes or len(set(names)) < len(names):
            raise BadInput(f"sensor '{self.name}' has modes {names}; give it one or more of different names")
        for merge in self.merges:
            for name in (merge.high, merge.low):
                if name not in [mode.name for mode in self.modes]:
                    raise BadInput(f"'{merge.name}' joins mode '{name}'; the modes are {', '.join(names)}")

    @property
    def colours(self) -> int:
        """Number of colours; 1 for a monochrome sensor."""
        return 1 if self.cfa is None else len(self.cfa.colours)

    def mode(self, name: str) -> Mode:
        """The conversion mode of a name.

        Raises:
            BadInput: there is none.
        """
        for mode in self.modes:
            if mode.name == name:
                return mode
        known = ", ".join([mode.name for mode in self.modes] + [merge.name for merge in self.merges])
        raise BadInput(f"sensor '{self.name}' has no mode '{name}'; its modes are {known}")

    def planes(self) -> Int[np.ndarray, "h w"]:
        """Index of each pixel's colour."""
        if self.cfa is None:
            return np.zeros(self.pixels.extent, int)
        return self.cfa.planes(self.pixels.extent)

    def sized(self, rows: int, columns: int) -> "Sensor":
        """The sensor with another number of pixels about the same middle, its colours as before."""
        return replace(self, pixels=replace(self.pixels, rows=rows, columns=columns))


def binned(sensor: Sensor) -> Sensor:
    """The sensor whose blocks of 2 x 2 pixels pour their charge together before it is read.

    Wells and dark current are four times as large and read noise is met once; codes per electron are a
    quarter, so that an exposure meets the same ISO. A pixel's offsets and responses are the sum and the mean
    of four independent ones, and two of the four share each border with a neighbour.

    Raises:
        BadInput: neighbours have different colours, or there is an odd row or column.
    """
    rows, columns = sensor.pixels.extent
    if sensor.cfa is not None and not sensor.cfa.is_quad_bayer:
        raise BadInput(f"sensor '{sensor.name}' is no quad-Bayer one and cannot be binned; leave binning out")
    if rows % 2 or columns % 2:
        raise BadInput(f"{rows} x {columns} pixels cannot be binned; an even number of each can")
    pattern, talk = sensor.pattern, sensor.crosstalk
    return replace(
        sensor,
        pixels=replace(sensor.pixels, rows=rows // 2, columns=columns // 2, pitch=2 * sensor.pixels.pitch),
        cfa=None if sensor.cfa is None else sensor.cfa.binned(),
        modes=tuple(
            replace(mode, full_well=4 * mode.full_well, electrons_per_code=4 * mode.electrons_per_code)
            for mode in sensor.modes
        ),
        crosstalk=replace(talk, optical=talk.optical / 2, electrical=talk.electrical / 2),
        pattern=replace(
            pattern, prnu=pattern.prnu / 2, dsnu=2 * pattern.dsnu, hot_share=4 * pattern.hot_share
        ),
        dark=replace(sensor.dark, rate=4 * sensor.dark.rate),
    )


def half(sensor: Sensor) -> Sensor:
    """One of the two photodiodes of each pixel as a sensor of its own.

    Raises:
        BadInput: the pixels have one photodiode.
    """
    if not sensor.pixels.dual:
        raise BadInput(f"sensor '{sensor.name}' has no dual pixels; expose it to one image")
    return replace(
        sensor,
        modes=tuple(replace(mode, full_well=mode.full_well / 2) for mode in sensor.modes),
        dark=replace(sensor.dark, rate=sensor.dark.rate / 2),
    )
