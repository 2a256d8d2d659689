"""Noise curve: signal to noise of a raw frame's samples, from what the frame states or shows of its noise."""

from typing import Final

import numpy as np
from jaxtyping import Float

from lichtbild.develop import noise_estimate
from lichtbild.figure.axes import Axes, Axis
from lichtbild.figure.marks import Line, Mark
from lichtbild.figure.palette import Ink
from lichtbild.figure.plot import plot
from lichtbild.figure.svg import Svg
from lichtbild.image.noise_profile import NoiseProfile
from lichtbild.image.raw_frame import RawFrame

DARKEST_EV: Final = -14.0
"""Below a full sensor, where curves begin."""
GREY: Final = 0.18
_INKS: Final = {"red": "#d64541", "green": "#1f8a4c", "blue": "#2f62cf"}


def noise_curve(frame: RawFrame) -> Svg:
    """A plot of the signal-to-noise ratio over the signal, of each plane.

    Args:
        frame: as it was read.
    """
    profile = noise_estimate.of(frame)
    names = frame.cfa.colours if frame.cfa is not None else ("brightness",)
    ev = np.linspace(DARKEST_EV, 0.0, 113)
    marks: list[Mark] = []
    for plane, scale in enumerate(profile.scale):
        name = names[plane] if plane < len(names) else f"plane {plane + 1}"
        ratio, least = 20 * np.log10(signal_to_noise(profile, plane, ev)), floor_ev(profile, plane)
        marks.append(Line(ev, ratio, f"{name}, 1 at {least:.1f} EV", ink=_INKS.get(name), width=1.8))
        if name == "green" or len(profile.scale) == 1:
            light = 20 * np.log10(np.sqrt(2.0**ev / max(scale, 1e-30)))
            marks.append(Line(ev, light, "photons alone", ink=Ink.MUTED, dash="4 3"))
    axes = Axes(
        Axis("signal below a full sensor", "EV", low=DARKEST_EV, high=0.0, ticks=7),
        Axis("signal to noise", "dB", low=-20.0, high=60.0, ticks=8),
        title="Noise of a raw sample",
        width=520,
        height=340,
    )
    return plot(axes, marks)


def signal_to_noise(
    profile: NoiseProfile, plane: int, ev: Float[np.ndarray, " n"]
) -> Float[np.ndarray, " n"]:
    """Ratio of a signal to the standard deviation of its samples.

    Args:
        profile: variance by signal, white 1.
        plane: whose.
        ev: of the signal, 0 for a full sensor.
    """
    signal = 2.0**ev
    return np.asarray(signal / np.sqrt(profile.scale[plane] * signal + profile.offset[plane]))


def floor_ev(profile: NoiseProfile, plane: int) -> float:
    """Signal as large as its noise, EV below a full sensor: ``s^2 = scale s + offset`` solved for s."""
    scale, offset = profile.scale[plane], profile.offset[plane]
    return float(np.log2(max((scale + np.sqrt(scale * scale + 4 * offset)) / 2, 1e-30)))


def told(frame: RawFrame) -> tuple[tuple[str, str], ...]:
    """What the noise comes to, in words: of the green plane, or of the only one."""
    profile = noise_estimate.of(frame)
    names = frame.cfa.colours if frame.cfa is not None else ()
    plane = names.index("green") if "green" in names and len(profile.scale) > 1 else 0
    grey = float(signal_to_noise(profile, plane, np.array([np.log2(GREY)]))[0])
    return (
        ("at 18 % of a full sensor", f"{grey:.0f} : 1, {20 * np.log10(grey):.1f} dB"),
        ("from there to a signal of 1 : 1", f"{-floor_ev(profile, plane) + np.log2(GREY):.1f} EV"),
    )
