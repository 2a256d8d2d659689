"""How well the two renditions of an Ultra HDR picture agree: hue, and mid-grey; for every look that renders.

    python benchmarks/look_hdr.py DNG

Headroom is four times the white of paper. *Stages*: random colours of a scene, from five stops under to five
above mid-grey, many of them beyond sRGB, brought to the space of the picture by either rendition. *File*: the
same as patches of an Ultra HDR JPEG (quality 95), each rendition in the mean of a patch, as libultrahdr reads
it without boost and with all of it. *Photograph*: a DNG likewise, by squares of 8 pixels. Colours count
from CIELAB C* 4 on, after 8 bits from 8, for the hue of a near-grey is that of its rounding.

CIELAB's lightness is a straight line below Y = 0.9 %, so that its hue turns when a colour gets brighter at
the same chromaticity; Oklab's does not.
"""

import sys
from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np

import lichtbild
import record
from lichtbild.camera import photograph
from lichtbild.camera.recipe import LookRecipe, OutputRecipe, Recipe
from lichtbild.camera.schedule import scheduled
from lichtbild.colour import cielab, oklab
from lichtbild.colour.transfer import SRGB
from lichtbild.core.window import Extent, Window
from lichtbild.image.linear_image import LinearImage
from lichtbild.image.picture import ColourSpace, Picture
from lichtbild.io.formats import ultra_hdr
from lichtbild.look import recipe as looks
from lichtbild.look.encode import from_rec2020
from lichtbild.look.recipe import LOOKS, Look

HEADROOM = 2.0
QUALITY = 95
SIDE, ROWS, COLUMNS = 16, 40, 50
LEAST_CHROMA, LEAST_OF_CODES = 4.0, 8.0
GREYS = np.array([-4.0, -2.0, 0.0, 1.0, 2.0, 3.0, 4.0])
TO_REC2020 = np.linalg.inv(from_rec2020(ColourSpace.SRGB))


def patches() -> Any:
    """Scene light of the patches, ``[row, column, plane]``; the first are greys."""
    rng = np.random.default_rng(8)
    colours = rng.random((ROWS, COLUMNS, 3)) ** 2
    colours /= colours.max(axis=2, keepdims=True)
    light = colours * 0.18 * np.exp2(rng.uniform(-5, 5, (ROWS, COLUMNS, 1)))
    light[0, : len(GREYS)] = (0.18 * np.exp2(GREYS))[:, None]
    return light.astype(np.float32)


def image(samples: Any) -> LinearImage:
    extent = Extent(*samples.shape[:2])
    return LinearImage(np.ascontiguousarray(samples), Window.whole(extent), extent)


def renditions(look: Look, scene: LinearImage) -> tuple[Picture, Picture]:
    """The picture in sRGB, and in linear Rec.2020 with headroom."""
    found = []
    for headroom in (0.0, HEADROOM):
        shown: Any = scene
        fitted = looks.fitted(look, ColourSpace.SRGB, headroom) if headroom else ()
        for _, stage in (*looks.stages(look, headroom=headroom), *fitted):
            shown = stage(shown)
        space = ColourSpace.LINEAR_REC2020 if headroom else ColourSpace.SRGB
        found.append(looks.encode(look, space)(shown))
    return found[0], found[1]


def read_back(picture: Picture, hdr: Picture) -> tuple[Any, Any]:
    """Linear Rec.2020 of both renditions, out of the encoded file."""
    data = ultra_hdr.encoded(picture, hdr, QUALITY)
    base = imagecodecs.ultrahdr_decode(data, boost=1.0)[..., :3].astype(np.float64)
    bright = imagecodecs.ultrahdr_decode(data)[..., :3].astype(np.float64)
    return base @ TO_REC2020.T, bright @ TO_REC2020.T


def means(samples: Any, side: int, margin: int = 0) -> Any:
    """Means of squares, without a margin inside each."""
    height, width = (size // side for size in samples.shape[:2])
    squares = samples[: height * side, : width * side].reshape(height, side, width, side, 3)
    return squares[:, margin : side - margin, :, margin : side - margin].mean(axis=(1, 3))


def turns(plain: Any, bright: Any, least: float = LEAST_OF_CODES) -> tuple[Any, Any]:
    """By how many degrees hue differs, in Oklab and in CIELAB, of the colours that count."""
    found = []
    counts = np.hypot(*np.moveaxis(cielab.from_rec2020(plain), -1, 0)[1:]) >= least
    for model in (oklab, cielab):
        first, second = (model.from_rec2020(one) for one in (plain, bright))
        angle = np.arctan2(second[..., 2], second[..., 1]) - np.arctan2(first[..., 2], first[..., 1])
        found.append(np.abs(np.degrees(np.angle(np.exp(1j * angle))))[counts])
    return found[0], found[1]


def words(turned: Any) -> str:
    if not turned.size:
        return "no colour"
    return f"{turned.mean():.2f} / {np.quantile(turned, 0.99):.2f} / {turned.max():.2f}"


def measured(look: Look, frame: Any) -> list[str]:
    """A row of the table."""
    scene = patches()
    picture, hdr = renditions(look, image(scene))
    plain = SRGB.decode(np.asarray(picture.samples, np.float64)) @ TO_REC2020.T
    bright = np.asarray(hdr.samples, np.float64)
    large = [image(one.samples.repeat(SIDE, 0).repeat(SIDE, 1)) for one in (picture, hdr)]
    files = [
        means(one, SIDE, 4)
        for one in read_back(
            Picture(large[0].samples, large[0].window, large[0].extent),
            Picture(large[1].samples, large[1].window, large[1].extent, ColourSpace.LINEAR_REC2020),
        )
    ]
    photo = read_back(*photographs(look, frame))
    shares = [means(one, 8) for one in photo]
    greys = [np.log2(b[0, : len(GREYS), 1] / a[0, : len(GREYS), 1]) for a, b in ((plain, bright), files)]
    mid, above = int(np.argmin(abs(GREYS))), len(GREYS) - 1
    ours, theirs = turns(plain, bright, LEAST_CHROMA)
    return [
        look.name,
        words(ours),
        words(theirs),
        words(turns(*files)[0]),
        words(turns(*shares)[0]),
        f"{greys[0][mid]:+.4f}",
        f"{greys[1][mid]:+.3f}",
        f"{greys[0][above]:.2f}",
    ]


def photographs(look: Look, frame: Any) -> tuple[Picture, Picture]:
    recipe = Recipe(look=LookRecipe(look.name), output=OutputRecipe(hdr=True))
    made = [
        scheduled(photograph.chain(frame, recipe, photograph.Rendition(headroom=headroom))).gather(frame)
        for headroom in (0.0, HEADROOM)
    ]
    return made[0], made[1]


def main() -> None:
    frame = lichtbild.read(Path(sys.argv[1]))
    header = (
        "look",
        "stages, Oklab hue: mean / 99 % / most",
        "stages, CIELAB hue",
        "file, Oklab hue",
        "photograph, Oklab hue",
        "mid-grey, stages, EV",
        "mid-grey, file, EV",
        "+4 EV gains, EV",
    )
    rows = [measured(look, frame) for look in LOOKS.values() if look.renders]
    record.write("look_hdr", record.table(header, rows))


if __name__ == "__main__":
    main()
