r"""Before and after, of the example frame: what denoising, rebuilt highlights and local tone do.

    python docs/make_pictures.py
    lichtbild shoot --size 768x1024 --frames 8 --iso 6400 --shake 0.03 -o shot/
    python docs/make_pictures.py shot/          # what merging a burst does
    python docs/make_pictures.py 03_jxl_bayer_raw_integer.dng  # and what it shows between its pixels
    lichtbild shoot --lux 0.1 --time 1/3 --frames 13 --lens 7p-f1.85 --lens-scale 0.5225 --size 768x1024 \\
        --shake 0.2 -o night/
    python docs/make_pictures.py night/ night   # what a night's own tone does
    python docs/make_pictures.py docs/pictures/outdoor3.jpg    # what grain looks like

The frame that lies in `examples/` is made noisier, brighter than its sensor bears, or partly shaded, in
numbers, and developed with and without the stage that answers. Pictures go to `docs/pictures/`.
"""

import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image

import lichtbild
from lichtbild.colour import transfer
from lichtbild.core.window import Extent, Window
from lichtbild.image.linear_image import LinearImage
from lichtbild.image.noise_profile import NoiseProfile
from lichtbild.image.raw_frame import RawFrame
from lichtbild.io.recipe import changed
from lichtbild.look.grain import Grain

ROOT = Path(__file__).parents[1]
ISO_6400 = NoiseProfile((4.0e-3,), (3.6e-5,))
"""Of a phone with pixels of 1.6 um, a full sensor being 1; Source: the noise calibration of PMRID (2020)."""

BRANCHES = (310, 450), (310, 450)
"""Rows and columns of a part of the sample at twice its frames' pixels."""

Choices = Mapping[str, object]


def light_of(frame: RawFrame) -> np.ndarray:
    """Codes as shares of a full sensor."""
    black, white = frame.levels.black.mean(), frame.levels.white.min()
    return (frame.samples - black) / (white - black)


def with_light(frame: RawFrame, light: np.ndarray, noise: NoiseProfile | None) -> RawFrame:
    """The frame with other light, cut where the sensor is full."""
    black, white = frame.levels.black.mean(), frame.levels.white.min()
    codes = np.rint(black + light * (white - black)).clip(0, white)
    return replace(frame, samples=codes.astype(np.uint16), noise=noise)


def noisier(frame: RawFrame) -> RawFrame:
    """The frame at ISO 6400."""
    light, rng = light_of(frame), np.random.default_rng(0)
    variance = ISO_6400.scale[0] * np.maximum(light, 0) + ISO_6400.offset[0]
    return with_light(frame, light + rng.normal(size=light.shape) * variance**0.5, ISO_6400)


def overexposed(frame: RawFrame) -> RawFrame:
    """The frame with two and a half times its light."""
    return with_light(frame, 2.5 * light_of(frame), None)


def shaded(frame: RawFrame) -> RawFrame:
    """The frame with its right half in a shadow of 3.5 EV whose border is soft."""
    across = np.linspace(0, 1, frame.extent.width)[None, :, None]
    share = 1 / (1 + np.exp(-(across - 0.5) / 0.01))
    return with_light(frame, light_of(frame) * 2.0 ** (-3.5 * share), None)


def developed(frame: RawFrame, choices: Choices) -> np.ndarray:
    """The photograph in 8-bit codes."""
    samples = lichtbild.develop(frame, recipe=changed(lichtbild.Recipe(), choices), threads=2).samples
    return np.rint(np.asarray(samples) * 255).astype(np.uint8)


def beside(name: str, pictures: list[np.ndarray], width: int) -> None:
    """Write pictures side by side, a white line between them, each ``width`` pixels wide."""
    pieces: list[np.ndarray] = []
    for picture in map(Image.fromarray, pictures):
        height = round(picture.height * width / picture.width)
        pieces.append(np.asarray(picture.resize((width, height), Image.Resampling.LANCZOS)))
        pieces.append(np.full((height, 6, 3), 255, np.uint8))
    place = ROOT / "docs" / "pictures" / f"{name}.jpg"
    Image.fromarray(np.concatenate(pieces[:-1], axis=1)).save(place, quality=88, optimize=True)


def denoised(frame: RawFrame) -> list[np.ndarray]:
    """Where four patches meet, at ISO 6400: as it is, by the fast method, by the best, by the network."""
    methods = ("off", "fast", "best", "net")
    made = [developed(noisier(frame), {"develop.denoise.method": method}) for method in methods]
    return [picture[330:630, 340:640] for picture in made]


def rebuilt(frame: RawFrame) -> list[np.ndarray]:
    """The overexposed chart clipped and rebuilt, and the chart as it would be with a larger sensor."""
    darker = {"develop.exposure.ev": -float(np.log2(2.5))}
    over = overexposed(frame)
    made = [developed(over, darker | {"develop.highlights.method": method}) for method in ("clip", "rebuild")]
    return [*made, developed(frame, {"develop.exposure.ev": 0.0})]


def toned(frame: RawFrame) -> list[np.ndarray]:
    """The chart half in shadow, without local tone and with it."""
    return [developed(shaded(frame), {"look.local_tone": amount}) for amount in (0.0, 1.0)]


def without_colours(frame: RawFrame) -> list[np.ndarray]:
    """The chart in colour and in black and white, through five filters, and in three tints; two a column."""
    filters = [f"mono-hard{which}" for which in ("-yellow", "", "-red", "-green", "-blue")]
    names = ["natural", "mono", *filters, "sepia", "blue", "selenium"]
    made = [developed(frame, {"look.name": name}) for name in names]
    bar = np.full((16, made[0].shape[1], 3), 255, np.uint8)
    return [np.concatenate([upper, bar, lower]) for upper, lower in zip(made[::2], made[1::2], strict=True)]


def merged(shot: Path) -> list[np.ndarray]:
    """A corner of a night as it is, two stops brighter: of the first frame, and of all merged."""
    frames = [path for path in sorted(shot.glob("frame_*.dng")) if path.stem[-1].isdigit()]
    choices = {"develop.denoise.method": "off", "develop.exposure.ev": 2.0}
    recipe = changed(lichtbild.Recipe(), choices)
    made = [lichtbild.develop(source, recipe=recipe, threads=2).samples for source in (frames[0], frames)]
    return [np.rint(np.asarray(picture[300:480, 215:455]) * 255).astype(np.uint8) for picture in made]


def resolved(sample: Path) -> list[np.ndarray]:
    """A star and branches at twice the pixels: one frame, eight merged, with their detail, and the truth.

    The frames are those of `benchmarks/super_resolution.py`.
    """
    sys.path.insert(0, str(ROOT / "benchmarks"))
    import burst_merge
    import super_resolution as benchmark

    light = benchmark.blurred(burst_merge.light_of(sample))
    star = benchmark.star(light), benchmark.STAR_SIZE, 3, (slice(267, 407), slice(252, 392))
    branches = light, benchmark.SIZE, 1, (slice(*BRANCHES[0]), slice(*BRANCHES[1]))
    made = []
    for scene, size, seed, part in (star, branches):
        ((_, truth, pictures, _),) = benchmark.developed(scene, size, 8, 100, (2.0,), seed)
        made.append([picture[part].clip(0, 1) ** (1 / 2.2) for picture in (*pictures, truth)])
    return [np.rint(255 * np.concatenate(pair)).astype(np.uint8) for pair in zip(*made, strict=True)]


def as_night(shot: Path) -> list[np.ndarray]:
    """A night that is metered as any scene, and as a night."""
    frames = sorted(shot.glob("frame_*.dng"))
    made = []
    for method in ("metered", "auto"):
        choices = {"look.name": "authentic", "develop.exposure.method": method}
        recipe = changed(lichtbild.Recipe(), choices)
        made.append(lichtbild.develop(frames, recipe=recipe, threads=2).samples)
    return [np.rint(np.asarray(picture) * 255).astype(np.uint8) for picture in made]


def grown(picture: Path) -> list[np.ndarray]:
    """A part of a picture in grey: clean, and with two grains of a picture that is 4000 pixels wide."""
    grey = transfer.SRGB.decode(np.asarray(Image.open(picture).convert("L"), float) / 255)
    light = np.repeat(grey[75:365, 150:440, None], 3, axis=2).astype(np.float32)
    window = Window(1200, 1500, 1200 + len(light), 1500 + len(light))
    image = LinearImage(light, window, Extent(3000, 4000))
    films = Grain(10.0, 9.0, seed=1), Grain(14.0, 12.0, seed=1)
    made = [image.samples, *(film(image).samples for film in films)]
    return [np.rint(255 * transfer.SRGB.encode(one.clip(0, 1))).astype(np.uint8) for one in made]


def main() -> None:
    """Make the four of the example frame, or that of the shot or the sample that is named."""
    if sys.argv[2:] == ["night"]:
        beside("night_tone", as_night(Path(sys.argv[1])), 560)
        return
    if sys.argv[1:] and Path(sys.argv[1]).suffix == ".jpg":
        beside("grain", grown(Path(sys.argv[1])), 290)
        return
    if sys.argv[1:] and Path(sys.argv[1]).is_file():
        beside("super_resolution", resolved(Path(sys.argv[1])), 280)
        return
    if sys.argv[1:]:
        beside("burst", merged(Path(sys.argv[1])), 480)
        return
    frame = lichtbild.read(ROOT / "examples" / "colour_checker.dng")
    beside("denoise", denoised(frame), 300)
    beside("highlights", rebuilt(frame), 300)
    beside("local_tone", toned(frame), 450)
    beside("monochrome", without_colours(frame), 240)


if __name__ == "__main__":
    main()
