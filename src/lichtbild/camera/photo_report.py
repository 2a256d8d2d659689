"""Photo report: what a photograph was made of, and how much noise its raw frame is predicted to have."""

import numpy as np
from jaxtyping import UInt8

from lichtbild.develop import noise_estimate
from lichtbild.figure.axes import Axes, Axis
from lichtbild.figure.colour_map import ColourMap
from lichtbild.figure.marks import Image
from lichtbild.figure.page import Block, Figure, Paragraph, Section, Table, page
from lichtbild.figure.plot import plot
from lichtbild.figure.png import block_means, png_bytes
from lichtbild.image.burst import MERGED, Gathered
from lichtbild.image.picture import Picture
from lichtbild.image.raw_frame import RawFrame

SIGNALS = (0.01, 0.04, 0.18, 0.7)
"""Shares of a full sensor that noise is told of."""
GREY = 0.18
_WIDE = 640
"""Most columns of the map."""


def photo_report(
    name: str,
    picture: UInt8[np.ndarray, "h w planes"],
    source: RawFrame | Picture,
    gathered: Gathered | None = None,
    footer: str = "",
) -> str:
    """The report as one self-contained page.

    Args:
        name: of the photograph's file.
        picture: it, in codes of sRGB, no larger than a page is wide.
        source: raw frame that it was developed from, or finished picture, of whose noise nothing is known.
        gathered: what that was merged of; None for a single frame.
        footer: last line.
    """
    shown = png_bytes(picture.astype(np.float32) / 255)
    facts = Table(("", ""), tuple(source.metadata.facts()), "As the file says.")
    sections = [Section("Photograph", (Figure(shown, name, wide=True), facts))]
    if gathered is not None:
        sections.append(Section("Frames", _frames(gathered)))
    if isinstance(source, RawFrame):
        sections.append(Section("Noise", _noise(source, gathered)))
    numbers = {
        "photograph": name,
        "frames": 1 if gathered is None else gathered.count,
        "left_out": {}
        if gathered is None
        else {one: what for one, what in gathered.frames if what != MERGED},
        "exposures": {}
        if gathered is None
        else {name: {"ev": ev, "light": share} for name, ev, share in gathered.exposures},
        "light_gathered": 1.0 if gathered is None else float(gathered.used.mean()),
        "light_available": 1 if gathered is None else gathered.count,
        "noise_profile": _profile(source) if isinstance(source, RawFrame) else None,
    }
    return page(name, sections, data=numbers, footer=footer)


def _frames(gathered: Gathered) -> tuple[Block, ...]:
    mean, least = float(gathered.used.mean()), float(np.percentile(gathered.used, 5))
    share = 100 * mean / gathered.count
    text = (
        f"{gathered.count} frames were merged. The picture has the light of {mean:.2f} frames on average, "
        f"{share:.0f} % of what they gathered; a twentieth of it has {least:.2f} or less, where things "
        "moved, where frames did not overlap, and where detail was too fine to be sure."
    )
    small = block_means(gathered.used[..., None], -(-gathered.used.shape[1] // _WIDE))[..., 0]
    height, width = (float(2 * side) for side in gathered.used.shape)
    colours = ColourMap(1.0, float(max(gathered.count, 2)))
    seen = Image(small[::-1], 0.0, width, 0.0, height, colours, "frames")
    axes = Axes(Axis("column"), Axis("row from the bottom"), equal=True, width=720, height=560)
    exposures: tuple[Block, ...] = ()
    if gathered.exposures:
        rows = tuple((name, ev, 100 * share) for name, ev, share in gathered.exposures)
        words = "Weight of each exposure in the picture, as the mean over its places."
        exposures = (Table(("file", "exposure, EV", "share of the light, %"), rows, words, 2),)
    return (
        Paragraph(text),
        Table(("file", ""), gathered.frames),
        *exposures,
        Figure(plot(axes, (seen,)), "How many frames' light each place has.", wide=True),
    )


def _noise(frame: RawFrame, gathered: Gathered | None) -> tuple[Block, ...]:
    """Predicted noise of the raw frame's green, beside that of a single frame."""
    profile, plane = noise_estimate.of(frame), _green(frame)
    slope, offset = profile.scale[plane], profile.offset[plane]
    exposures = () if gathered is None else gathered.exposures
    full = 2.0 ** min((ev for _, ev, _ in exposures), default=0.0)  # the reference's white, of the bracket's
    single = 1.0 if gathered is None else gathered.variance[plane]
    rows: list[tuple[str | float | None, ...]] = []
    for signal in SIGNALS:
        sigma = float(np.sqrt(slope * signal * full + offset)) / (signal * full)
        one = sigma / np.sqrt(single)
        rows.append((f"{100 * signal:g} %", 100 * one, 100 * sigma, 20 * float(np.log10(1 / sigma))))
    head = ("signal, of a full sensor", "one frame, %", "developed frame, %", "SNR, dB")
    words = "Standard deviation of green samples before denoising, of the signal, by the noise profile."
    blocks: tuple[Block, ...] = (Table(head, tuple(rows), words, 3),)
    if slope <= 0 or exposures:
        return blocks
    photons = GREY * single / slope
    available = photons * (1 if gathered is None else gathered.count)
    light = photons * (1.0 if gathered is None else float(gathered.used.mean()))
    text = (
        f"By the slope of its noise a green pixel of {100 * GREY:g} % of a full sensor counted {photons:.3g} "
        f"photons in one frame; of {available:.3g} that all frames counted {light:.3g} are in the picture."
    )
    return (*blocks, Paragraph(text))


def _green(frame: RawFrame) -> int:
    """Index of the green plane, or of the only one."""
    return frame.cfa.colours.index("green") if frame.cfa is not None and "green" in frame.cfa.colours else 0


def _profile(frame: RawFrame) -> dict[str, tuple[float, ...]]:
    profile = noise_estimate.of(frame)
    return {"scale": profile.scale, "offset": profile.offset}
