"""Examples to train on: clean light seen by a sensor drawn by chance, and what "fast" and "best" make of it.

Nothing of an example belongs to one camera: the full well, the read noise, the exposure, the colours of the
light and how far the filters separate them are drawn anew for each, and some have the faults of real sensors
(lines that are darker or brighter, read noise with long tails, a converter of coarse steps).
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.stats import tukeylambda

from lichtbild.core.array import transformed
from lichtbild.core.window import Extent, Window
from lichtbild.develop.cells import Cells, Frame, channels_of, woven
from lichtbild.develop.denoise import Denoise
from lichtbild.develop.stabilise import Stabiliser
from lichtbild.image.cfa import Cfa
from lichtbild.image.mosaic import Mosaic
from lichtbild.image.noise_profile import NoiseProfile

SIDE = 512
"""Pixels along an example."""
PARTS = 4
"""Of an example: the noisy planes, by "fast", by "best", and the truth."""
ELECTRONS = (50.0, 20000.0)
"""That a full sensor holds, in the gain at which it is read; evenly drawn in the logarithm."""
READ = (0.6, 8.0)
"""Standard deviation of the read noise, electrons, likewise."""
EXPOSURE = (0.08, 1.3)
"""Light of a white, of a full sensor, likewise."""
NEUTRAL = (0.35, 0.95)
"""Red and blue of a neutral object, of green."""
NORMAL = 0.14
"""Tukey's lambda of a nearly normal distribution."""
FAULTY = 0.3
"""Share of sensors with faults."""


class Sensor(NamedTuple):
    """How an example is seen.

    Attributes:
        noise: its model.
        electrons: of a full sensor.
        read: deviation of the read noise without its lines, electrons.
        lines: deviation of whole rows, electrons.
        tails: shape of the read noise by Tukey's lambda; 0.14 is nearly normal, less has longer tails.
        step: of the converter, electrons.
        bias: of each pixel of a cell, electrons, by which its black is wrong.
    """

    noise: NoiseProfile
    electrons: float
    read: float
    lines: float = 0.0
    tails: float = NORMAL
    step: float = 0.0
    bias: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)


def drawn_sensor(rng: np.random.Generator) -> Sensor:
    """A sensor by chance."""
    electrons, read = (float(np.exp(rng.uniform(*np.log(limits)))) for limits in (ELECTRONS, READ))
    faulty = rng.random() < FAULTY
    lines = float(rng.uniform(0, 0.3)) * read if faulty else 0.0
    tails = float(rng.uniform(-0.15, NORMAL)) if faulty else NORMAL
    step = float(rng.uniform(0, 1.5)) * read
    variance = read**2 + lines**2 + step**2 / 12
    noise = NoiseProfile((1 / electrons,), (variance / electrons**2,))
    return Sensor(noise, electrons, read, lines, tails, step)


def seen(truth: np.ndarray, sensor: Sensor, rng: np.random.Generator) -> np.ndarray:
    """A noisy frame of a truth in which a full sensor is 1."""
    counts = rng.poisson(truth * sensor.electrons).astype(np.float64)
    counts += sensor.read * _deviates(rng, truth.shape, sensor.tails)
    counts += sensor.lines * rng.standard_normal((len(truth), 1))
    counts += np.tile(np.reshape(sensor.bias, (2, 2)), [side // 2 for side in truth.shape])
    if sensor.step:
        counts = sensor.step * np.round(counts / sensor.step)
    return np.minimum(counts / sensor.electrons, 1.0).astype(np.float32)


def _deviates(rng: np.random.Generator, shape: tuple[int, ...], tails: float) -> np.ndarray:
    """Deviates of Tukey's lambda distribution with a standard deviation of 1; normal ones for `NORMAL`.

    Source: Joiner and Rosenblatt, "Some properties of the range in samples from Tukey's symmetric lambda
    distributions", J. American Statistical Association 66, 394 (1971), for its variance.
    """
    if tails == NORMAL:
        return rng.standard_normal(shape)
    deviates = tukeylambda.ppf(np.clip(rng.random(shape), 1e-7, 1 - 1e-7), tails)
    return np.asarray(deviates / np.sqrt(tukeylambda.var(tails)))


def mosaic_of(picture: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, tuple[float, ...]]:
    """A crop of a picture as an RGGB mosaic of some camera and light, and that camera's neutral."""
    top, left = (int(rng.integers(0, max(side - SIDE, 0) + 1)) for side in picture.shape[:2])
    crop = picture[top : top + SIDE, left : left + SIDE]
    if crop.ndim == 2:
        top, left = top - top % 2, left - left % 2
        crop = picture[top : top + SIDE, left : left + SIDE]
        neutral = tuple(float(np.mean(crop[row::2, column::2])) for row, column in ((0, 0), (0, 1), (1, 1)))
        return (crop.T if rng.random() < 0.5 else crop), tuple(n / max(neutral) for n in neutral)
    crop = np.rot90(crop, int(rng.integers(0, 4)))[:, :: 1 if rng.random() < 0.5 else -1]
    share = float(rng.uniform(0, 0.35))
    crop = (1 - share) * crop + share * crop.mean(axis=2, keepdims=True)
    red, blue = rng.uniform(*NEUTRAL, 2)
    planes = crop * np.array([red, 1.0, blue], np.float32)
    channels = [planes[::2, ::2, 0], planes[::2, 1::2, 1], planes[1::2, ::2, 1], planes[1::2, 1::2, 2]]
    return woven(np.stack(channels, axis=-1)), (float(red), 1.0, float(blue))


def example(picture: np.ndarray, sensor: Sensor, key: tuple[int, ...]) -> np.ndarray:
    """The planes ``[row, column, part and plane]`` of one example, in units of its noise.

    Args:
        picture: a linear picture ``[row, column, 3]``, or a mosaic of electrons ``[row, column]``.
        sensor: that sees it.
        key: of what is drawn by chance.
    """
    rng = np.random.default_rng(key)
    mosaic, neutral = mosaic_of(picture, rng)
    exposure = float(np.exp(rng.uniform(*np.log(EXPOSURE))))
    truth = np.minimum(mosaic * exposure, 1.0)
    return planes_of(truth, seen(truth, sensor, rng), sensor.noise, neutral)


def planes_of(
    truth: np.ndarray, noisy: np.ndarray, noise: NoiseProfile, neutral: tuple[float, ...]
) -> np.ndarray:
    """The planes of a noisy frame and its truth, ``[row, column, part and plane]``."""
    extent = Extent(*noisy.shape)
    samples = np.ascontiguousarray(noisy, np.float32)[..., None]
    image = Mosaic(samples, Window.whole(extent), extent, Cfa.bayer("RGGB"))
    stage = Denoise(noise, "best", neutral=neutral)
    cells = Cells.of(image, noise, neutral)
    assert cells is not None
    frame = Frame.around(image, cells, image.window)
    found = stage.estimates(image.samples[..., 0], frame, cells)
    height, width = (size // 2 for size in noisy.shape)
    channels = np.moveaxis(channels_of(truth), -1, 0)
    wanted = [_wanted(channel, s) for channel, s in zip(channels, cells.stabilisers, strict=True)]
    target = transformed(np.stack(wanted, axis=-1).astype(np.float32), cells.colours)
    parts = [*(part[:height, :width] for part in found.inner), target]
    return np.concatenate(parts, axis=-1).astype(np.float16)


def _wanted(truth: np.ndarray, stabiliser: Stabiliser) -> np.ndarray:
    """Stabilised values that are restored to a truth."""
    values = np.linspace(stabiliser.lowest - 3, stabiliser.white + 1, 20000)
    light = np.maximum.accumulate(stabiliser.restored(values))
    return np.interp(truth, light, values)


def write(
    pictures: list[np.ndarray],
    count: int,
    seed: int,
    place: Path,
    workers: int,
    drawn: Callable[[np.random.Generator], Sensor] = drawn_sensor,
) -> None:
    """Write examples as one array of float16 ``[example, row, column, part and plane]``.

    Kernels leave the interpreter to other threads, and the pictures need not be copied.

    Args:
        pictures: linear ones and mosaics.
        count: of examples.
        seed: of what is drawn by chance.
        place: of the file.
        workers: threads.
        drawn: a sensor by chance.
    """

    def of_number(number: int) -> np.ndarray:
        sensor = drawn(np.random.default_rng((seed, number, 0)))
        return example(pictures[number % len(pictures)], sensor, (seed, number, 1))

    half = SIDE // 2
    draft = place.with_suffix(".draft")
    out = np.lib.format.open_memmap(draft, "w+", np.float16, (count, half, half, 4 * PARTS))
    with ThreadPoolExecutor(workers) as pool:
        for number, made in enumerate(pool.map(of_number, range(count))):
            out[number] = made
            if number % 50 == 0:
                print(f"{number} of {count} examples", flush=True)
    out.flush()
    draft.rename(place)
