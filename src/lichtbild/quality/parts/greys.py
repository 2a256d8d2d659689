"""What grey patches tell: noise, visual noise, tone curve, dynamic range, speed."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Final, TypeAlias

import numpy as np
from jaxtyping import Float

from lichtbild.colour.spaces import SRGB_TO_XYZ
from lichtbild.colour.transfer import SRGB
from lichtbild.core.errors import BadInput
from lichtbild.image.chart import Patch
from lichtbild.image.measure import Curve, Measure
from lichtbild.image.specimen import Origin
from lichtbild.quality import dynamic_range, noise, noise_curve, noise_spectrum, oecf, speed, visual_noise
from lichtbild.quality.colour_plane import COLOURS, ColourPlane
from lichtbild.quality.parts.subject import Part, Subject
from lichtbild.quality.patch_colour import covariance_of_mean
from lichtbild.quality.patch_samples import PatchSamples, in_plane, patch_samples

LEAST_STEPS = 10
"""Greys from which a chart tells of dynamic range."""
_WIDEST = 192
"""Side of the part of a patch whose noise is taken, px: more of it tells hardly more."""
_LEAST_SEEN = 16
"""Side of a patch of which the eye's noise can be told, px."""
_CLIPPED = 0.01
_NEUTRAL = 1.0
"""Chroma of a paint up to which each channel sees its luminance; a card's greys reach 3."""

Channels: TypeAlias = Sequence[Sequence[noise.PatchNoise]]
"""Noise by channel and patch."""

_MIDDLE_GREY: Final = 0.18
_FREQUENCY: Final = "frequency [cycles/px]"
_LOSSY: Final = "the file was compressed with loss, which takes noise away: the camera's own is higher"
_EDITIONS: Final[tuple[visual_noise.Edition, ...]] = ("2023", "cpiq")
_WEIGHTS = SRGB_TO_XYZ[1]


@dataclass(frozen=True, eq=False)
class Grey:
    """A grey patch in the picture.

    Attributes:
        name: of the patch.
        luminance: relative to white, by the chart.
        samples: of the picture's light.
        planes: the same patch in the sensor's colours, a window of each.
        chroma: of the paint, by the chart.
    """

    name: str
    luminance: float
    samples: PatchSamples
    planes: tuple[Float[np.ndarray, "h w 1"], ...]
    chroma: float

    @property
    def clipped(self) -> bool:
        """Whether a part of it that counts is at the limit."""
        return bool(self.samples.clipped.max() > _CLIPPED)

    @property
    def torn(self) -> bool:
        """Whether a part is at the limit and another is not, so that its mean is neither."""
        return self.clipped and bool(self.samples.clipped.min() < 1 - _CLIPPED)


def greys(subject: Subject) -> Part:
    """Noise of each grey, its growth with the signal, the tone curve and the dynamic range."""
    found = greys_in(subject)
    if not found:
        return Part()
    channels = [[noise.noise_of_frame(grey.planes[c]) for grey in found] for c in range(len(COLOURS))]
    asked = (
        lambda: _of_patches(subject, found, channels),
        lambda: _visual(subject, found),
        lambda: _growth(subject, found, channels),
        lambda: _range(subject, found, channels),
        lambda: _speed(subject, found, channels[1]),
    )
    return Part.of((Part.each(asked), _tone(subject, found), _spectrum(subject, found)))


def greys_of_series(subject: Subject, frames: Sequence[tuple[Grey, ...]]) -> Part:
    """Temporal noise and fixed pattern of the greys that every frame of a series has, and their range.

    Args:
        subject: of the first frame, in which the chart was found.
        frames: the greys of each, at the same places, as `greys_in` gives them.
    """
    names = [{grey.name for grey in frame} for frame in frames]
    kept = [grey.name for grey in frames[0] if all(grey.name in name for name in names)]
    found = tuple(grey for grey in frames[0] if grey.name in kept)
    by_name = [{grey.name: grey for grey in frame} for frame in frames]
    channels = [
        [noise.noise_of_frames(np.stack([frame[name].planes[c] for frame in by_name])) for name in kept]
        for c in range(len(COLOURS))
    ]
    return Part.each(
        (lambda: _of_patches(subject, found, channels), lambda: _range(subject, found, channels))
    )


def greys_in(subject: Subject) -> tuple[Grey, ...]:
    """The usable greys of a picture, the darkest first."""
    return tuple(_greys(subject))


def _greys(subject: Subject) -> Iterator[Grey]:
    light, planes = subject.specimen.light, subject.planes
    whole = subject.specimen.mosaic is None
    patches = [each for each in subject.usable(Patch) if isinstance(each, Patch) and each.role == "grey"]
    paints = subject.found.chart.paints
    for patch in sorted(patches, key=lambda each: paints[each.paint].lab[0]):
        places = subject.found.to_picture(np.asarray(patch.corners, float))
        corners = tuple((float(x), float(y)) for x, y in places)
        try:
            samples = patch_samples(light, corners)
            windows = _windows(samples) if whole else tuple(_window(planes[c][0], corners) for c in COLOURS)
        except BadInput:
            continue  # too small in the picture: its verdict says so
        lightness, *opponents = paints[patch.paint].lab
        yield Grey(patch.name, _of_lightness(lightness), samples, windows, math.hypot(*opponents))


def _windows(samples: PatchSamples) -> tuple[Float[np.ndarray, "h w 1"], ...]:
    """The same of each colour of a picture."""
    inside = _middle(samples.rectangle())
    return tuple(np.ascontiguousarray(inside[..., c : c + 1]) for c in range(len(COLOURS)))


def _middle(inside: Float[np.ndarray, "h w channel"]) -> Float[np.ndarray, "h2 w2 channel"]:
    top, left = (max(0, (size - _WIDEST) // 2) for size in inside.shape[:2])
    return np.asarray(inside[top : top + _WIDEST, left : left + _WIDEST], np.float64)


def _window(plane: ColourPlane, corners: tuple[tuple[float, float], ...]) -> Float[np.ndarray, "h w 1"]:
    """The largest rectangle of a patch, no wider than needed."""
    inside = patch_samples(
        np.asarray(plane.samples), in_plane(corners, plane.phase, plane.period)
    ).rectangle()
    return _middle(inside)


def _of_lightness(lightness: float) -> float:
    """Luminance of an L*, relative to white (CIE 15:2018, 8.2.1)."""
    return ((lightness + 16) / 116) ** 3 if lightness > 8 else lightness * 27 / 24389


def _of_patches(
    subject: Subject, found: tuple[Grey, ...], channels: list[list[noise.PatchNoise]]
) -> tuple[Measure, ...]:
    told = (
        measure
        for c, name in enumerate(COLOURS)
        for grey, each in zip(found, channels[c], strict=True)
        if not grey.clipped
        for measure in noise.measures(each, (name,), subject.placed(grey.name), grey.samples.centre)
    )
    if not subject.specimen.lossy:
        return tuple(told)
    return tuple(replace(each, note="; ".join(filter(None, (each.note, _LOSSY)))) for each in told)


def _visual(subject: Subject, found: tuple[Grey, ...]) -> tuple[Measure, ...]:
    """Visual noise of each grey in each edition, under each viewing condition."""
    rows = len(subject.specimen.light)
    measures: list[Measure] = []
    for grey in found:
        window = _middle(grey.samples.rectangle())
        if grey.clipped or min(window.shape[:2]) < _LEAST_SEEN:
            continue
        place = subject.placed(grey.name), grey.samples.centre
        for viewing, edition in product(subject.viewings, _EDITIONS):
            seen = visual_noise.visual_noise(window, viewing.pixels_per_degree(rows), edition)
            measures.extend(visual_noise.measures(seen, edition, *place, f"seen as {viewing.title}"))
    return tuple(measures)


def _growth(
    subject: Subject, found: tuple[Grey, ...], channels: list[list[noise.PatchNoise]]
) -> tuple[Measure, ...]:
    """Noise against signal, of linear sensors alone."""
    if subject.specimen.origin is not Origin.RAW:
        return ()
    measures: list[Measure] = []
    for c, name in enumerate(COLOURS):
        used = [each for grey, each in zip(found, channels[c], strict=True) if not grey.clipped]
        signal, total, freedom = (
            np.array([float(getattr(each, key)[0]) for each in used]) for key in ("mean", "total", "freedom")
        )
        curve = noise_curve.noise_curve(signal, total**2, freedom, pattern=True)
        measures.extend(noise_curve.measures(curve, subject.placed(name)))
    return tuple(measures)


def _range(
    subject: Subject, found: tuple[Grey, ...], channels: list[list[noise.PatchNoise]]
) -> tuple[Measure, ...]:
    """Dynamic range of each channel, by the neutral steps whose mean tells their light."""
    used = [k for k, grey in enumerate(found) if grey.chroma <= _NEUTRAL]
    if len(used) < LEAST_STEPS:
        return ()
    light = [found[k].luminance for k in used]
    measures: list[Measure] = []
    for c, name in enumerate(COLOURS):
        clipped = [float((found[k].planes[c] >= 1).mean()) for k in used]
        steps = dynamic_range.steps_of(light, [channels[c][k] for k in used], clipped=clipped)
        measures.extend(dynamic_range.measures(dynamic_range.dynamic_range(steps), subject.placed(name)))
    return tuple(measures)


def _speed(
    subject: Subject, found: Sequence[Grey], channels: Sequence[noise.PatchNoise]
) -> tuple[Measure, ...]:
    """ISO speeds of green, where the luminance of the chart's white was measured."""
    if subject.conditions.white is None:
        return ()
    facts, relative = subject.specimen.metadata, np.array([grey.luminance for grey in found])
    clipped = [float((grey.planes[1] >= 1).mean()) for grey in found]
    light = speed.focal_plane_exposures(
        relative, subject.conditions.white, facts.exposure_time_s, facts.f_number
    )
    steps = dynamic_range.steps_of(light.tolist(), channels, clipped=clipped)
    is_picture = subject.specimen.origin is Origin.PICTURE
    return speed.measures(steps, subject.placed("green"), picture=is_picture)


def _spectrum(subject: Subject, found: tuple[Grey, ...]) -> Part:
    """The noise's spectrum by channel, and bands of rows and columns, of the grey nearest to 18 %."""
    sound = [grey for grey in found if not grey.clipped]
    if not sound:
        return Part()
    grey = min(sound, key=lambda each: abs(each.luminance - _MIDDLE_GREY))
    curves: list[Curve] = []
    measures: list[Measure] = []
    try:
        for c, name in enumerate(COLOURS):
            where = subject.placed(f"{grey.name}, {name}")
            told = noise_spectrum.noise_spectrum(grey.planes[c])
            points = zip(told.frequency[1:].tolist(), told.radial[1:, 0].tolist(), strict=True)
            curves.append(Curve("noise_spectrum", _FREQUENCY, "power", tuple(points), where))
            measures.extend(_bands(noise_spectrum.banding(grey.planes[c]), where, grey.samples.centre))
    except BadInput as error:
        return Part(notes=(f"noise spectrum: {error}",))
    return Part(tuple(measures), tuple(curves))


def _bands(found: noise_spectrum.Banding, where: str, at: tuple[float, float]) -> tuple[Measure, ...]:
    """Standard deviations of what whole rows and columns have in common."""
    rows = (("row_noise", found.row, found.row_error), ("column_noise", found.column, found.column_error))
    measures: list[Measure] = []
    for name, variance, error in rows:
        low, middle, high = (
            float(np.sqrt(max(float(variance[0]) + step * float(error[0]), 0.0))) for step in (-1.96, 0, 1.96)
        )
        clause = "own definition: variance of row or column means beyond what white noise brings"
        measures.append(Measure(name, middle, "", clause, "banding 1", (low, high), where, at))
    return tuple(measures)


def _tone(subject: Subject, found: tuple[Grey, ...]) -> Part:
    """The tone curve: codes of a picture, or linear light of a sensor, against the chart's luminance."""
    found = tuple(grey for grey in found if not grey.torn)
    if len(found) < 3:
        return Part()
    light = np.array([grey.luminance for grey in found])
    means = np.array([float(_luminance(grey)) for grey in found])
    errors = np.array(
        [float(_WEIGHTS @ covariance_of_mean(grey.samples) @ _WEIGHTS) ** 0.5 for grey in found]
    )
    where = subject.placed("greys")
    if subject.specimen.origin is Origin.PICTURE:
        above = np.asarray(SRGB.encode(np.clip(means + errors, 0, 1)))
        code = np.asarray(SRGB.encode(np.clip(means, 0, 1)))
        errors, means = np.maximum(above - code, 1e-9), code
    points = tuple((float(np.log10(x)), float(y)) for x, y in zip(light, means, strict=True))
    curve = Curve("oecf", "log10 relative luminance", "code / code of white", points, where)
    try:
        clipped = np.array([float((grey.samples.values >= 1).mean(axis=0).max()) for grey in found])
        fitted = oecf.oecf(light, means, np.maximum(errors, 1e-9), clip=1.0, clipped=clipped)
        return Part(oecf.measures(fitted, where), (curve,))
    except BadInput as error:
        return Part(curves=(curve,), notes=(f"tone curve: {error}",))


def _luminance(grey: Grey) -> float:
    """Luminance of a patch in the picture."""
    return float(grey.samples.mean @ _WEIGHTS)
