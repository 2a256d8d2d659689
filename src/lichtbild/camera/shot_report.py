"""Shot report: a page on how a simulated camera took its pictures, from the lens to the photograph."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import atan, degrees, inf
from typing import NamedTuple

import numpy as np

from lichtbild.camera.module import Module
from lichtbild.camera.stage_pictures import StagePicture
from lichtbild.colour import light
from lichtbild.figure.axes import Axes, Axis
from lichtbild.figure.marks import Line, Rule
from lichtbild.figure.page import Block, Figure, Paragraph, Section, Table, page
from lichtbild.figure.palette import Ink
from lichtbild.figure.plot import plot
from lichtbild.figure.png import png_bytes
from lichtbild.image.bands import FINE
from lichtbild.image.measured_lens import MeasuredLens
from lichtbild.image.optical_response import OpticalResponse
from lichtbild.image.raw_frame import RawFrame
from lichtbild.optics.arrivals import through
from lichtbild.optics.drawing.drawn_rays import seen_rays
from lichtbild.optics.drawing.layout import layout
from lichtbild.optics.response_mtf import response_mtf
from lichtbild.sensor.exposure import Exposure
from lichtbild.sensor.photon_transfer import photon_transfer

HEIGHTS = (0.0, 1 / 3, 2 / 3, 1.0)
"""Shares of the way to the corner at which MTFs are told."""

FREQUENCIES = 41
RAYS = 5
"""Drawn of each field."""


@dataclass(frozen=True, eq=False)
class Taken:
    """One frame that was taken.

    Attributes:
        name: of its file.
        exposure: of the frame.
        ev: above what was metered.
        full: share of its pixels that are full.
        mean: of its codes, as a share of white above black.
    """

    name: str
    exposure: Exposure
    ev: float
    full: float
    mean: float


class Mtf(NamedTuple):
    """What MTFs are told of.

    Attributes:
        response: of the lens, in small squares.
        weights: of its bands.
        nyquist: frequency of the sensor, cycles / mm.
    """

    response: OpticalResponse
    weights: np.ndarray
    nyquist: float

    def places(self) -> list[tuple[float, float]]:
        """The nodes that are nearest to shares of the diagonal, mm."""
        rows, columns = self.response.rows, self.response.columns
        return [
            (
                float(columns[np.argmin(np.abs(columns - share * columns.max()))]),
                float(rows[np.argmin(np.abs(rows - share * rows.max()))]),
            )
            for share in HEIGHTS
        ]

    def at(self, place: tuple[float, float], frequency: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Sagittal and tangential."""
        return response_mtf(self.response, place, frequency, self.weights)


def taken(name: str, exposure: Exposure, ev: float, frame: RawFrame) -> Taken:
    """What a report tells of a frame."""
    codes, white = np.asarray(frame.samples), float(np.min(frame.levels.white))
    black = float(np.mean(frame.levels.black))
    mean = (float(codes.mean()) - black) / (white - black)
    return Taken(name, exposure, ev, float(np.mean(codes >= white)), mean)


def shot_report(
    module: Module,
    scene: str,
    frames: Sequence[Taken],
    pictures: Sequence[StagePicture],
    footer: str = "",
    *,
    sharp: OpticalResponse | None = None,
) -> str:
    """The report as one self-contained page.

    Args:
        module: that took the frames.
        scene: its name.
        frames: in their order.
        pictures: of the steps; the last one is the photograph.
        footer: last line.
        sharp: what MTFs are told of (`lichtbild.camera.module.sharp_response`); by default the module's own
            response, whose squares must then be small.
    """
    camera, last = module.camera, pictures[-1]
    mtf = Mtf(sharp or module.response, _weights(module), 0.5 / float(module.sensor.pixels.pitch))
    sections = (
        Section("Photograph", (Figure(_shown(last), last.words, wide=True),)),
        Section("Exposure", (_exposures(module, frames),)),
        Section("Lens", _lens(module, mtf)),
        Section("Sensor", _sensor(module, frames)),
        Section("Step by step", tuple(Figure(_shown(one), one.words) for one in pictures)),
    )
    numbers = {
        "camera": camera.name,
        "scene": scene,
        "frames": [_numbers(one) for one in frames],
        "nyquist_mtf": [list(row) for row in _nyquist(mtf)],
    }
    subtitle = f"photographs {scene}" if scene else ""
    return page(camera.name or "Camera", sections, subtitle=subtitle, data=numbers, footer=footer)


def _numbers(one: Taken) -> dict[str, float | str | None]:
    return {
        "file": one.name,
        "time_s": float(one.exposure.time_s),
        "iso": one.exposure.iso,
        "ev": one.ev,
        "full_share": one.full,
        "mean_share_of_white": one.mean,
    }


def _shown(picture: StagePicture) -> bytes:
    return png_bytes(picture.samples)


def _exposures(module: Module, frames: Sequence[Taken]) -> Table:
    rows = tuple(
        (
            one.name,
            _time(float(one.exposure.time_s)),
            one.exposure.iso,
            one.ev,
            100 * one.mean,
            100 * one.full,
        )
        for one in frames
    )
    head = ("frame", "time", "ISO", "EV from metering", "mean, % of white", "full pixels, %")
    return Table(head, rows, f"f/{module.response.f_number:.3g} on the axis.", 4)


def _time(seconds: float) -> str:
    return f"1/{float(f'{1 / seconds:.3g}'):g} s" if seconds < 0.4 else f"{seconds:.3g} s"


def _lens(module: Module, mtf: Mtf) -> tuple[Block, ...]:
    lens, response = module.lens, module.response
    if isinstance(lens, MeasuredLens):
        text = f"{lens.name or 'Lens'}, as its pictures show it; what happens out of focus is not known."
        return Paragraph(text), _lens_numbers(module), _mtf(mtf), _falls(module), _nyquist_table(mtf)
    corner = min(_corner(module), float(response.height[-1]))
    tangents = np.interp(np.array(HEIGHTS) * corner, response.height, np.asarray(response.tangent))
    rays = seen_rays(through(lens, response.bands).at(inf), tangents, RAYS)
    text = f"{lens.name or 'Lens'}. {lens.source}".strip()
    return (
        Paragraph(text),
        Figure(layout(lens, rays).svg, "Section with rays of four fields.", wide=True),
        _lens_numbers(module),
        _mtf(mtf),
        _falls(module),
        _nyquist_table(mtf),
    )


def _corner(module: Module) -> float:
    """Distance of the sensor's corner from the axis, mm."""
    return float(np.hypot(*module.sensor.pixels.extent)) * float(module.sensor.pixels.pitch) / 2


def _lens_numbers(module: Module) -> Table:
    response, pixels = module.response, module.sensor.pixels
    tall, wide = (side * float(pixels.pitch) for side in pixels.extent)
    focal, scale = (
        module.focal_length,
        float(response.height[1] / response.tangent[1]),
    )
    corner = float(np.interp(_corner(module), response.height, np.asarray(response.tangent)))
    equivalent = focal * 43.267 / np.hypot(tall, wide)
    rows = (
        ("focal length", focal, "mm"),
        ("as on 36 x 24 mm, by the diagonal", equivalent, "mm"),
        ("f-number", response.f_number, ""),
        ("field, corner to corner", 2 * degrees(atan(corner)), "°"),
        ("distortion at the corner", 100 * (_corner(module) / (scale * corner) - 1), "%"),
        ("light in the point spreads, at least", 100 * response.held, "%"),
        ("sensor", f"{wide:.2f} x {tall:.2f}", "mm"),
        ("pixels", f"{pixels.columns} x {pixels.rows}", ""),
        ("pitch", float(pixels.pitch) * 1e3, "um"),
    )
    return Table(("", "value", "unit"), rows, "Lens and sensor together.", 4)


def _weights(module: Module) -> np.ndarray:
    """Of the bands: daylight as the sensor's most sensitive colour takes it."""
    bands = module.response.bands
    efficiency = np.asarray(module.sensor.response.efficiency(bands))
    best = efficiency[int(np.argmax(efficiency.sum(axis=1)))]
    return np.asarray(best * (light.named("D55", FINE.edges).photons(1.0) @ bands.shares_of(FINE)))


def _mtf(mtf: Mtf) -> Figure:
    frequency = np.linspace(0.0, 1.5 * mtf.nyquist, FREQUENCIES)
    marks: list[Line | Rule] = []
    inks = (Ink.INK, Ink.BLUE, Ink.GREEN, Ink.VERMILION)
    for place, ink in zip(mtf.places(), inks, strict=True):
        sagittal, tangential = mtf.at(place, frequency)
        height = np.hypot(*place)
        marks += [Line(frequency, sagittal, f"{height:.2f} mm, sagittal", ink)]
        if height > 0:
            marks += [Line(frequency, tangential, f"{height:.2f} mm, tangential", ink, "4 3")]
    marks.append(Rule(mtf.nyquist, "x", "Nyquist"))
    axes = Axes(Axis("frequency", "cycles / mm"), Axis("MTF", low=0.0, high=1.0), "MTF of the lens")
    width = 1e3 * mtf.response.pitch * mtf.response.psf.shape[-1]
    what = f"In daylight, as the sensor's most sensitive colour sees it, of the light within {width:.0f} um."
    return Figure(plot(axes, marks), what)


def _nyquist(mtf: Mtf) -> list[tuple[float, float, float]]:
    """Distance from the axis, and sagittal and tangential MTF at the sensor's Nyquist frequency."""
    at = np.array([mtf.nyquist])
    found = []
    for place in mtf.places():
        sagittal, tangential = mtf.at(place, at)
        found.append((float(np.hypot(*place)), float(sagittal[0]), float(tangential[0])))
    return found


def _nyquist_table(mtf: Mtf) -> Table:
    head = ("from the axis, mm", "sagittal", "tangential")
    title = f"MTF at the sensor's Nyquist, {mtf.nyquist:.4g} cycles / mm."
    return Table(head, tuple(_nyquist(mtf)), title, 3)


def _falls(module: Module) -> Figure:
    response = module.response
    falls = np.asarray(response.solid_angle)[:, len(response.bands) // 2]
    angles = np.degrees(np.abs(response.chief_angles.angle)) / 90
    marks = (
        Line(response.height, falls / falls[0], "relative illumination"),
        Line(response.chief_angles.height, angles, "chief-ray angle / 90°", dash="4 3"),
        Rule(_corner(module), "x", "corner"),
    )
    axes = Axes(Axis("distance from the axis", "mm"), Axis("", low=0.0, high=1.0), "Light over the field")
    return Figure(
        plot(axes, marks), "What the GainMap of the raw file takes out again, with the microlenses."
    )


def _sensor(module: Module, frames: Sequence[Taken]) -> tuple[Block, ...]:
    sensor, first = module.sensor, frames[0]
    curve = photon_transfer(sensor, first.exposure)
    ratio = 20 * np.log10(np.maximum(curve.snr[1:], 1e-3))
    marks = (
        Line(curve.electrons[1:], ratio, "temporal"),
        Line(curve.electrons[1:], 20 * np.log10(curve.total_snr[1:]), "with fixed pattern", dash="4 3"),
    )
    axes = Axes(Axis("signal", "e-", log=True), Axis("SNR", "dB"), "Signal-to-noise ratio")
    noise = Axes(Axis("signal", "codes", log=True), Axis("noise", "codes rms", log=True), "Photon transfer")
    transfer = (Line(curve.code[1:], np.sqrt(curve.variance[1:]), "temporal"),)
    rows = (
        ("gain", curve.codes_per_electron, "codes / e-"),
        ("dark noise", curve.dark_noise, "e- rms"),
        ("saturation", curve.saturation, "e-"),
        ("dynamic range", curve.dynamic_range_db, "dB"),
        ("largest SNR", curve.largest_snr_db, "dB"),
    )
    what = f"{sensor.name} at ISO {first.exposure.iso or 0:g}, {_time(float(first.exposure.time_s))}."
    return (
        Table(("", "value", "unit"), rows, what, 4),
        Figure(plot(noise, transfer), "Noise curve of the first frame's setting."),
        Figure(plot(axes, marks), "Of one pixel in one frame."),
    )
