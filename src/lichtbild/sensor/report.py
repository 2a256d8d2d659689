"""Report: a sensor's photon transfer, signal-to-noise ratio, dynamic range and colours, as a page."""

import numpy as np

from lichtbild.figure.axes import Axes, Axis
from lichtbild.figure.marks import Dots, Line, Mark
from lichtbild.figure.page import Block, Figure, Paragraph, Section, Table, page
from lichtbild.figure.palette import Ink
from lichtbild.figure.plot import plot
from lichtbild.image.bands import FINE
from lichtbild.image.sensor_numbers import SensorNumber, SensorNumbers
from lichtbild.sensor.exposure import Exposure
from lichtbild.sensor.photon_transfer import PhotonTransfer, photon_transfer
from lichtbild.sensor.sensor import Sensor

TIME = 1 / 30
"""Exposure time of the curves, s: what dark current adds depends on it."""
_INKS = {"red": Ink.VERMILION, "green": Ink.GREEN, "blue": Ink.BLUE}


def report(sensor: Sensor, found: SensorNumbers | None = None) -> str:
    """HTML page of a sensor.

    Args:
        sensor: the model.
        found: what the sensor's frames said, drawn beside the model's curve.
    """
    return page(sensor.name, sections(sensor, found), subtitle=_subtitle(sensor))


def sections(sensor: Sensor, found: SensorNumbers | None = None) -> tuple[Section, ...]:
    """Parts of a page: noise, colours, and how the numbers are known."""
    names = [mode.name for mode in sensor.modes] + [merge.name for merge in sensor.merges]
    curves = {name: photon_transfer(sensor, Exposure(TIME, mode=name)) for name in names}
    noise: list[Block] = [_numbers(curves), _transfer(curves, found), _ratio(curves)]
    if found is not None:
        noise.append(_found(found))
    parts = [Section("Noise", tuple(noise)), Section("Colours", (_colours(sensor),))]
    if sensor.marks:
        rows = tuple(
            (key, *(part.strip() for part in text.split(":", 1))) for key, text in sensor.marks.items()
        )
        known = Table(("numbers", "known", "source"), rows, "How the numbers are known.")
        parts.append(Section("Sources", (*([Paragraph(sensor.notes)] if sensor.notes else []), known)))
    return tuple(parts)


def _subtitle(sensor: Sensor) -> str:
    pixels = sensor.pixels
    return (
        f"{pixels.columns} x {pixels.rows} pixels of {float(pixels.pitch) * 1e3:g} um, "
        f"{pixels.diagonal:.2f} mm diagonal"
    )


def _numbers(curves: dict[str, PhotonTransfer]) -> Table:
    rows = tuple(
        (
            name,
            1 / curve.codes_per_electron,
            curve.dark_noise,
            curve.saturation,
            curve.largest_snr_db,
            curve.dynamic_range_db,
        )
        for name, curve in curves.items()
    )
    head = ("mode", "e-/code", "dark noise, e-", "saturation, e-", "largest SNR, dB", "dynamic range, dB")
    return Table(head, rows, f"At the least analogue gain, {TIME:.3g} s and 30 °C (EMVA 1288).", 4)


def _transfer(curves: dict[str, PhotonTransfer], found: SensorNumbers | None) -> Figure:
    marks: list[Mark] = [
        Line(curve.code[1:], np.sqrt(curve.variance[1:]), name) for name, curve in curves.items()
    ]
    first = next(iter(curves.values()))
    marks.append(Line(first.code[1:], np.sqrt(first.spatial[1:]), "fixed pattern", Ink.MUTED, "4 3"))
    if found is not None:
        lit = (found.code > 0) & (found.variance > 0)
        dark = found.dark_noise.value**2 / found.electrons_per_code.value**2
        marks.append(Dots(found.code[lit], np.sqrt(found.variance[lit] + dark), "measured", Ink.INK, 4.0))
    axes = Axes(Axis("signal", "codes", log=True), Axis("noise", "codes rms", log=True), "Photon transfer")
    return Figure(plot(axes, marks), "Temporal noise against signal, both above black.")


def _ratio(curves: dict[str, PhotonTransfer]) -> Figure:
    marks = [Line(curve.electrons[1:], 20 * np.log10(curve.snr[1:]), name) for name, curve in curves.items()]
    axes = Axes(Axis("signal", "e-", log=True), Axis("SNR", "dB"), "Signal-to-noise ratio")
    return Figure(plot(axes, marks), "Of one pixel in one frame, temporal noise.")


def _colours(sensor: Sensor) -> Figure:
    names = ("monochrome",) if sensor.cfa is None else sensor.cfa.colours
    curves = np.asarray(sensor.response.efficiency(FINE))
    marks = [
        Line(FINE.middles * 1e6, curve, name, _INKS.get(name))
        for name, curve in zip(names, curves, strict=True)
    ]
    axes = Axes(Axis("wavelength", "nm"), Axis("quantum efficiency", low=0.0), "Spectral response")
    return Figure(plot(axes, marks), "Electrons for each photon, filters and cover included.")


def _found(found: SensorNumbers) -> Table:
    rows = tuple(_row(name, value) for name, value in found.named().items())
    return Table(("measured", "value", "from", "to", "unit"), rows, "With intervals of 95 %.", 4)


def _row(name: str, value: SensorNumber) -> tuple[str, float, float, float, str]:
    return name, value.value, value.low, value.high, value.unit
