"""Findings: what all frames of a camera tell together, and the camera that follows from it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from math import pi
from typing import Final

import numpy as np
from jaxtyping import Float

from lichtbild.camera.calibration.card_matrices import CardMatrices, card_matrices
from lichtbild.camera.calibration.chart_reading import Card, ChartReading
from lichtbild.camera.calibration.lens_fit import LensFit, lens_fit
from lichtbild.camera.calibration.lens_shape import LATERAL, fall_of, lateral_of
from lichtbild.camera.calibration.lens_warp import lens_warp
from lichtbild.camera.calibration.sensor_model import Codes, full_well, sensor_model
from lichtbild.camera.calibration.spectral_curves import BANDS, LitCard, SpectralCurves, spectral_curves
from lichtbild.camera.calibration.spread_fit import SpreadFit, spread_fit
from lichtbild.camera.camera import Automatic, Camera
from lichtbild.camera.spectral_calibration import LIGHTS
from lichtbild.colour import light
from lichtbild.core.errors import BadInput
from lichtbild.image.frame_calibration import FrameCalibration
from lichtbild.image.measured_lens import MeasuredLens
from lichtbild.scene.reflectance import of_paints
from lichtbild.sensor.metering import Limits, limits_for

FAR: Final = 0.97
"""Share of the way to the corners up to which points must reach for these to count as seen."""
INTERVAL: Final = 1.96
"""Standard deviations of a 95 % interval."""
_EVEN_FALL: Final = np.ones((3, 2))


@dataclass(frozen=True, eq=False)
class CardFrame:
    """A card in a known light.

    Attributes:
        light: its name.
        card: what was read of it.
        time_s: exposure time; None if unknown.
        iso: sensitivity; None if unknown.
    """

    light: str
    card: Card
    time_s: float | None
    iso: float | None


@dataclass(frozen=True)
class Optics:
    """What a camera says of its lens, or its owner.

    Attributes:
        name: of the lens.
        focal_length: mm; None if unknown, and so on.
        f_number: of the lens.
        pitch: of pixels, mm.
        lux: illuminance on the cards.
    """

    name: str = ""
    focal_length: float | None = None
    f_number: float | None = None
    pitch: float | None = None
    lux: float | None = None


@dataclass(frozen=True, eq=False)
class Findings:
    """A camera as its frames show it.

    Attributes:
        known: what its frames need to be developed by.
        camera: whole; None where too little is known to imitate it.
        colours: of each light.
        curves: of the sensor; None without a card.
        spreads: of red, green and blue; empty without edges.
        notes: what was not found and what it would need, sentences.
    """

    known: FrameCalibration
    camera: Camera | None
    colours: tuple[tuple[str, CardMatrices], ...] = ()
    curves: SpectralCurves | None = None
    spreads: tuple[SpreadFit, ...] = ()
    notes: tuple[str, ...] = field(default=())


def colours_of(frames: Sequence[CardFrame]) -> tuple[tuple[str, CardMatrices], ...]:
    """The matrices under each light, the warmest first; two lights at most, the farthest apart.

    Raises:
        BadInput: a card tells no matrix.
    """
    found: dict[str, tuple[tuple[float, float], Card]] = {}
    for one in frames:
        white = LIGHTS.get(one.light.upper(), light.named(one.light, BANDS.edges).xy)
        before = found.get(one.light.upper())
        if before is None or len(one.card.spectra) > len(before[1].spectra):
            found[one.light.upper()] = (white, one.card)
    # Along the daylight locus and Planck's x falls as the temperature rises.
    order = sorted(found, key=lambda name: -found[name][0][0])
    chosen = order if len(order) < 3 else [order[0], order[-1]]
    matrices = []
    for name in chosen:
        white, card = found[name]
        numbers = card.numbers
        matrices.append((name, card_matrices(numbers.numbers, numbers.lab, numbers.grey, white)))
    return tuple(matrices)


def curves_of(frames: Sequence[CardFrame]) -> SpectralCurves | None:
    """The sensor's curves; None without a card."""
    if not frames:
        return None
    cards = []
    for one in frames:
        photons = light.named(one.light, BANDS.edges).photons(1.0)
        cards.append(LitCard(one.card.numbers.numbers, of_paints(one.card.spectra, BANDS.edges), photons))
    return spectral_curves(cards)


def findings(
    known: FrameCalibration,
    frames: Sequence[CardFrame],
    readings: Sequence[ChartReading],
    codes: Codes,
    optics: Optics,
) -> Findings:
    """All that frames tell of a camera.

    Args:
        known: its name, size, shading and noise, as far as they were measured.
        frames: of cards, in lights that are known.
        readings: of all charts.
        codes: how the sensor's frames are stored; its pitch is of no account.
        optics: what is known of the lens.

    Raises:
        BadInput: a card tells no matrix, or the illuminance cannot be right.
    """
    size = known.extent.height, known.extent.width
    colours, curves = colours_of(frames), curves_of(frames)
    grids = [one.grid for one in readings if one.grid is not None]
    shape, lateral, warp = None, np.zeros((2, LATERAL)), None
    if grids:
        shape, lateral = lens_fit(grids, size), lateral_of(grids, size)
        warp = lens_warp(tuple(shape.terms.tolist()), lateral, size)
    known = replace(known, calibrations=tuple(one.calibration for _, one in colours), warp=warp)
    notes = [*_lacking(known, optics, curves), *_beyond(shape)]
    edges = [[edge for one in readings for edge in one.edges[colour]] for colour in range(3)]
    spreads: tuple[SpreadFit, ...] = ()
    if optics.pitch is not None:
        try:
            spreads = tuple(spread_fit(each, optics.pitch) for each in edges)
        except BadInput as error:
            notes.append(str(error))
    whole = None
    if curves is not None and known.noise and spreads and optics.focal_length and optics.f_number:
        lens = _lens(known, (shape, lateral), spreads, codes, optics)
        peak = _peak(frames, curves, known, optics)
        assert optics.pitch is not None  # where spreads are
        sensor = sensor_model(
            known.model, replace(codes, pitch=optics.pitch), known.noise, curves.values, peak
        )
        automatic = Automatic(limits=limits_for(sensor, Limits()))
        whole = Camera(known.model or "Camera", lens, sensor, automatic=automatic, calibration=known)
    return Findings(known, whole, colours, curves, spreads, tuple(notes))


def _lacking(known: FrameCalibration, optics: Optics, curves: SpectralCurves | None) -> list[str]:
    """What is not known, and what it would need."""
    notes = []
    if len(known.calibrations) == 1:
        notes.append("colours: one light alone, which stands for all; photograph a card in A and in D65")
    if curves is None:
        notes.append("colours: no colour card; photograph a ColorChecker in A and in D65")
    if known.gains is None:
        notes.append("shading: no even field; photograph one, such as a lit white wall through opal glass")
    if known.warp is None:
        notes.append("distortion and lateral colour: no grid; photograph the chart dot-grid or bench")
    if not known.noise:
        notes.append("noise: no two even frames and two dark ones of one exposure each; give them")
    for value, name, option in (
        (optics.focal_length, "focal length", "--focal"),
        (optics.f_number, "f-number", "--f-number"),
        (optics.pitch, "pixel pitch", "--pitch"),
    ):
        if value is None:
            notes.append(f"imitation: the files do not tell the {name}; give it with {option}")
    return notes


def _beyond(shape: LensFit | None) -> list[str]:
    """What is not seen of a lens's distortion."""
    if shape is None or shape.reach >= FAR:
        return []
    there, beyond = shape.at(shape.reach), shape.at(1.0)
    return [
        f"distortion: points reach {100 * shape.reach:.0f} % of the way to the corners, where it is "
        f"{100 * there[0]:+.2f} %; in the corners it is told to be {100 * beyond[0]:+.2f} ± "
        f"{100 * INTERVAL * beyond[1]:.2f} %; photograph a grid that fills the frame"
    ]


def _lens(
    known: FrameCalibration,
    shown: tuple[LensFit | None, Float[np.ndarray, "2 term"]],
    spreads: tuple[SpreadFit, ...],
    codes: Codes,
    optics: Optics,
) -> MeasuredLens:
    size, (shape, lateral) = (known.extent.height, known.extent.width), shown
    heights: Float[np.ndarray, " n"] = np.array([0.0, 1.0])
    fall: Float[np.ndarray, "3 n"] = _EVEN_FALL
    if known.gains is not None:
        heights, fall = fall_of(known.gains, codes.cfa, size)
    red, green, blue = (one.field for one in spreads)
    assert optics.focal_length is not None  # seen by the caller
    assert optics.f_number is not None
    return MeasuredLens(
        name=optics.name or f"Lens of {known.model}",
        focal_length=optics.focal_length,
        f_number=optics.f_number,
        heights=heights,
        fall=fall,
        distortion=(0.0,) if shape is None else tuple(shape.terms.tolist()),
        lateral=lateral,
        spreads=(red, green, blue),
    )


def _peak(
    frames: Sequence[CardFrame], curves: SpectralCurves, known: FrameCalibration, optics: Optics
) -> float | None:
    """Quantum efficiency of the most sensitive band, where the illuminance on the cards is known.

    Raises:
        BadInput: more electrons than photons were counted.
    """
    if optics.lux is None or optics.pitch is None or optics.f_number is None:
        return None
    found = []
    for one, level in zip(frames, curves.levels, strict=True):
        if not one.time_s or not one.iso:
            continue
        radiance = float(light.named(one.light, BANDS.edges).photons_at(optics.lux).sum())
        photons = radiance * pi / (4 * optics.f_number**2) * optics.pitch**2 * one.time_s
        base = known.noise[0]
        found.append(level * full_well(base) * base.iso / one.iso / photons)
    if not found:
        return None
    peak = float(np.mean(found))
    if not 0 < peak <= 1:
        raise BadInput(
            f"at {optics.lux:g} lux the sensor would count {peak:.2g} electrons a photon; correct --lux, "
            "--pitch or --f-number"
        )
    return peak
