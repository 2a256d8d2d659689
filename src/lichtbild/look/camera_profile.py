"""Camera profile of a look: its rendering as the look table and the tone curve that a DNG renderer knows.

Such a renderer maps hue, saturation and value of linear ProPhoto RGB by a table, and then brings a tone curve
to the largest and the smallest plane (`lichtbild.look.hue_sat_map`, `lichtbild.look.tone_curve`). Here the
curve is what the look makes of grey. The table takes every colour to the one that the curve turns into what
the look shows, and leaves room above white: it divides light by ``HEADROOM``, so that the curve can end at
white, as the standard wants, where the look itself comes near it.

What cannot be told so: a tint of grey, for a scaled saturation of nothing is nothing; light above the
sensor's white, which the renderer cuts before; and what changes faster than the table's steps.

Source: DNG 1.7.1, chapter 6 and tags ProfileLookTableData, ProfileToneCurve.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from jaxtyping import Float

from lichtbild.colour import cielab
from lichtbild.colour.difference import ciede2000
from lichtbild.colour.spaces import PROPHOTO_TO_REC2020, REC2020_TO_PROPHOTO
from lichtbild.colour.transfer import SRGB
from lichtbild.core.array import transformed
from lichtbild.core.stage import NamedStage
from lichtbild.core.window import Extent, Window
from lichtbild.image.calibration import Calibration
from lichtbild.image.linear_image import LinearImage
from lichtbild.image.picture import ColourSpace
from lichtbild.image.profile import BlackRender, CameraProfile, HueSatMap
from lichtbild.look.encode import from_rec2020
from lichtbild.look.hue_sat_map import from_hsv, to_hsv
from lichtbild.look.profile import ProfileRender
from lichtbild.look.recipe import Look, stages
from lichtbild.look.tone_curve import profile_curve, tone_table

Colours = Float[np.ndarray, "n 3"]
Render = Callable[[Colours], Colours]
"""Display light for scene light, both linear Rec.2020, each colour by itself."""

HEADROOM: Final = 4.0
"""Light at the curve's end, where the sensor's white is 1."""

DIVISIONS: Final = (36, 16, 32)
"""Hues, saturations and values; their product is the most that renderers take."""

_KNOTS: Final = 257
_DARK: Final = 1e-6
_COLOURS: Final = 20_000


def rendering(look: Look) -> Render:
    """What a look makes of scene light, without local tone and before the gamut of any output space."""
    chain = stages(look)

    def render(scene: Colours) -> Colours:
        return _through(chain, scene)

    return render


@dataclass(frozen=True)
class Distance:
    """How far a profile's rendering lies from the look's, in CIEDE2000.

    Attributes:
        mean: over all colours.
        most: what 95 % of them stay below.
        greys: the farthest of the greys, which a profile cannot tint.
    """

    mean: float
    most: float
    greys: float


def distance(render: Render, profile: CameraProfile) -> Distance:
    """How far a profile's rendering lies from the look's.

    Over colours of scene light from black to the sensor's white, spread evenly in encoded sRGB, half of them
    with a tenth of their chroma: as most of a photograph is.
    """
    spread = np.random.default_rng(1)
    encoded = spread.random((_COLOURS, 3))
    calm = encoded[::2]
    encoded[::2] = 0.1 * calm + 0.9 * calm.mean(axis=1, keepdims=True)
    light = SRGB.decode(encoded)
    scene = transformed(light, np.linalg.inv(from_rec2020(ColourSpace.SRGB)))
    bare = replace(profile, hue_sat_maps=())
    chain = (("profile", ProfileRender.of(bare)),)
    grey = np.repeat(SRGB.decode(np.linspace(0.05, 1.0, 96))[:, None], 3, axis=1)
    colours, greys = (
        ciede2000(cielab.from_rec2020(render(light)), cielab.from_rec2020(_through(chain, light)))
        for light in (scene, grey)
    )
    return Distance(float(colours.mean()), float(np.percentile(colours, 95)), float(greys.max()))


def _through(chain: tuple[NamedStage, ...], scene: Colours) -> Colours:
    samples = np.asarray(scene, np.float32)[None]
    extent = Extent(*samples.shape[:2])
    image = LinearImage(samples, Window.whole(extent), extent)
    for _, stage in chain:
        image = stage(image)
    return np.asarray(image.samples[0], np.float64)


def camera_profile(render: Render, calibrations: Sequence[Calibration], name: str) -> CameraProfile:
    """The profile that renders as a look does.

    Args:
        render: the look.
        calibrations: of the camera that the profile is for.
        name: what the user chooses it by.
    """
    curve = _curve(render)
    return CameraProfile(
        name=name,
        calibrations=tuple(calibrations),
        look_table=HueSatMap(_table(render, curve), srgb_encoded=True),
        tone_curve=curve,
        black_render=BlackRender.NONE,
    )


def _curve(render: Render) -> Float[np.ndarray, "knots 2"]:
    """Knots of what the look makes of grey, close together where it is dark; from (0, 0) to (1, 1)."""
    inputs = np.linspace(0.0, 1.0, _KNOTS) ** 3
    grey = render(np.repeat(inputs[:, None] * HEADROOM, 3, axis=1))
    outputs = np.clip(grey @ _LUMINANCE, 0.0, 1.0)
    # Above the sensor's white nothing but saturated light gets, so that the rise to 1 is not seen.
    beyond = np.clip((inputs * HEADROOM - 1.0) / (HEADROOM - 1.0), 0.0, 1.0)
    outputs = outputs + (1.0 - outputs[-1]) * beyond**2
    outputs[0] = 0.0
    return np.stack([inputs, np.maximum.accumulate(np.minimum(outputs, 1.0))], axis=1)


_LUMINANCE: Final = np.array([0.2627, 0.6780, 0.0593])


def _table(
    render: Render, curve: Float[np.ndarray, "knots 2"]
) -> Float[np.ndarray, "values hues saturations 3"]:
    hues, saturations, values = DIVISIONS
    grid = np.meshgrid(
        SRGB.decode(np.linspace(0.0, 1.0, values)),
        np.arange(hues) * (6.0 / hues),
        np.linspace(0.0, 1.0, saturations),
        indexing="ij",
    )
    value, hue, saturation = (part.ravel() for part in grid)
    prophoto = np.array([from_hsv(*colour) for colour in zip(hue, saturation, value, strict=True)])
    shown = transformed(render(transformed(prophoto, PROPHOTO_TO_REC2020)), REC2020_TO_PROPHOTO)
    wanted = np.array([to_hsv(*colour) for colour in _before_curve(np.clip(shown, 0.0, 1.0), curve)])
    shift = (wanted[:, 0] - hue + 3.0) % 6.0 - 3.0
    shift[wanted[:, 1] < _DARK] = 0.0
    scales = (
        shift * 60.0,
        wanted[:, 1] / np.maximum(saturation, _DARK),
        SRGB.encode(wanted[:, 2]) / np.maximum(SRGB.encode(value), _DARK),
    )
    table = np.stack(scales, axis=-1).reshape(values, hues, saturations, 3)
    table[0] = table[1]  # black says nothing of itself, nor does grey of hue and saturation
    table[:, :, 0, :2] = table[:, :, 1, :2]
    return table.astype(np.float32)


def _before_curve(shown: Colours, curve: Float[np.ndarray, "knots 2"]) -> Colours:
    """The colours that the curve turns into these, the middle plane keeping its place between the others."""
    high, low = shown.max(axis=1, keepdims=True), shown.min(axis=1, keepdims=True)
    place = (shown - low) / np.maximum(high - low, 1e-12)
    bright, dark = _inverse(high, curve), _inverse(low, curve)
    return np.asarray(dark + place * (bright - dark))


def _inverse(
    shown: Float[np.ndarray, "n 1"], curve: Float[np.ndarray, "knots 2"]
) -> Float[np.ndarray, "n 1"]:
    """Inputs of the curve, which a renderer has as a table of straight pieces."""
    table = np.maximum.accumulate(tone_table(profile_curve(curve)).astype(np.float64))
    rising = table + np.arange(len(table)) * 1e-12
    return np.asarray(np.interp(shown, rising, np.linspace(0.0, 1.0, len(table))))
