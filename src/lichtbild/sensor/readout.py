"""Readout: from electrons in a pixel to codes: conversion modes, amplifier and converter."""

from dataclasses import dataclass

from lichtbild.core.errors import BadInput
from lichtbild.sensor.scalar import Scalar, check


@dataclass(frozen=True)
class Mode:
    """One way to turn charge into a voltage.

    A second well that takes what overflows (LOFIC) is a mode with a large well and its reset noise, which a
    `Merge` puts behind the mode of the photodiode.

    Attributes:
        name: such as "low" or "high".
        electrons_per_code: at an analogue gain of 1, the inverse of EMVA 1288's K.
        full_well: electrons that can be held, or converted.
        read_noise: electrons rms ahead of the amplifier.
        reset_noise: electrons rms of a capacitor that is reset without correlated double sampling (kTC).
        conversion_gain: microvolt per electron, as published; 0 where it is not, and nothing is computed
            from it.
    """

    name: str
    electrons_per_code: Scalar
    full_well: Scalar
    read_noise: Scalar
    reset_noise: Scalar = 0.0
    conversion_gain: float = 0.0

    def __post_init__(self) -> None:
        if not self.name or self.name == "auto":
            raise BadInput(f"a mode is called '{self.name}'; give it another name, such as 'low'")
        check(f"electrons per code of mode '{self.name}'", self.electrons_per_code, 1e-4, 1e5)
        check(f"the full well of mode '{self.name}'", self.full_well, 1.0, 1e8, "e-")
        check(f"the read noise of mode '{self.name}'", self.read_noise, 0.0, 1e4, "e-")
        check(f"the reset noise of mode '{self.name}'", self.reset_noise, 0.0, 1e4, "e-")
        check(f"the conversion gain of mode '{self.name}'", self.conversion_gain, 0.0, 1e4, "uV/e-")


@dataclass(frozen=True)
class Merge:
    """Two modes that read the same charge and are joined to one linear code, of the high mode's scale.

    Attributes:
        name: such as "merged".
        high: name of the mode with more codes per electron.
        low: name of the other.
        knee: share of the high mode's range from which on the low mode's code is taken.
        bits: of the joined code.
    """

    name: str
    high: str
    low: str
    knee: float = 0.9
    bits: int = 14

    def __post_init__(self) -> None:
        check(f"the knee of '{self.name}'", self.knee, 0.1, 1.0)
        check(f"the bits of '{self.name}'", self.bits, 8, 16)


@dataclass(frozen=True)
class Readout:
    """Amplifier and converter, shared by all modes.

    Attributes:
        bits: of the converter.
        black: code of no light.
        gain_range: least and largest analogue gain.
        base_iso: sensitivity of the first mode at a gain of 1.
        row_time: from one row's readout to the next one's, s.
        amplifier_noise: codes rms at a gain of 1, whose variance grows in proportion to the gain.
        converter_noise: codes rms behind the amplifier, without the rounding to codes.
    """

    bits: int = 12
    black: Scalar = 64.0
    gain_range: tuple[float, float] = (1.0, 16.0)
    base_iso: float = 100.0
    row_time: float = 8e-6
    amplifier_noise: Scalar = 0.0
    converter_noise: Scalar = 0.0

    def __post_init__(self) -> None:
        check("the converter's bits", self.bits, 6, 16)
        check("the black level", self.black, 0.0, 2.0**self.bits / 4, "codes")
        check("the base ISO", self.base_iso, 1.0, 1e5)
        check("the time of a row", self.row_time, 0.0, 1.0, "s")
        check("the amplifier's noise", self.amplifier_noise, 0.0, 1e3, "codes")
        check("the converter's noise", self.converter_noise, 0.0, 1e3, "codes")
        least, largest = self.gain_range
        if not 0 < least <= largest:
            raise BadInput(
                f"the analogue gain goes from {least:g} to {largest:g}; give the smaller one first"
            )
