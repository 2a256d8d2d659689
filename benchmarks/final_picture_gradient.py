"""The gradient of a final picture's score by 20 numbers of lens, sensor, development and look.

Usage: python benchmarks/final_picture_gradient.py [--side 256] [--keys 64] [--after 0]

``--after 13`` goes on with the 14th number of a run that was ended after 13, which takes an hour whole.

A six-element phone lens, 4 um away from its focus, before a sensor of 1.55 um pixels; dead leaves in daylight
that gets brighter from left to right until the wells are full; our development and the look "natural", each
a little away from its best. The score is the mean squared distance in Oklab from the picture that the look
as published, but without sharpening, makes of the true light. Noise is reparametrised by key and codes are
relaxed.

Every derivative of the mean over all keys is held against central differences with the same keys. Their
steps are chosen by halving: beginning with that of the table `SCALES`, the step is halved until Richardson's
value of two neighbouring steps changes least, judged on few keys. The finer of them is taken over all keys,
and what Richardson adds to it on the few, the step's error of second order, is added.
"""

import argparse
import functools
import itertools
import os
import resource
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

import record
from lichtbild.camera.crop_picture import (
    CropCamera,
    CropLook,
    crop_light,
    crop_picture,
    infidelity,
    rendered,
    true_light,
    usual_development,
)
from lichtbild.camera.design_variables import put_all, values_at
from lichtbild.colour import light
from lichtbild.core.window import Extent
from lichtbild.image.bands import FINE, Bands
from lichtbild.io.lens.catalogue import catalogue_lens
from lichtbild.io.sensor_file import catalogue_sensor
from lichtbild.look.style import style
from lichtbild.optics.apertures import with_semi_apertures
from lichtbild.optics.crop_response import CropResponse, crop_response, crop_site
from lichtbild.scene.dead_leaves import dead_leaves
from lichtbild.scene.frame import Frame
from lichtbild.scene.lighting import one_light
from lichtbild.sensor.draws import Draws, frame_draws, pattern_draws
from lichtbild.sensor.exposure import Exposure

LENS, SENSOR, LOOK = "6p-f1.85", "imx477", "natural"
MIDDLE = (1.2, 0.9)
"""Of the crop, mm from the axis."""
BANDS = Bands.even(405e-6, 675e-6, 9)
FOCUS = 0.004
"""Shift of the sensor out of the focus of the design, mm."""
LUX, FILLED, BRIGHTEST = 500.0, 0.35, 4.0
"""Illuminance, share of the well that a white fills on the left, and light on the right over the left."""

SCALES = {
    "lens.surface[0].curvature": 1e-4,
    "lens.surface[2].curvature": 5e-5,
    "lens.surface[6].curvature": 1e-4,
    "lens.surface[0].conic": 5e-3,
    "lens.surface[5].departure.coefficients[0]": 2e-4,
    "lens.gap[2].thickness": 2e-3,
    "lens.gap[1].medium.index": 5e-4,
    "lens.gap[15].thickness": 1e-3,
    "sensor.modes[0].full_well": 100.0,
    "sensor.modes[0].read_noise": 0.3,
    "sensor.pattern.prnu": 5e-4,
    "sensor.crosstalk.optical": 2e-3,
    "sensor.response.peaks[0][0].height": 0.01,
    "sensor.response.peaks[1][0].height": 0.01,
    "develop.denoise.luma": 0.04,
    "develop.white_balance.gains[2]": 0.02,
    "develop.exposure.ev": 0.02,
    "look.view.contrast": 0.02,
    "look.view.outset": 0.02,
    "look.sharpen.amount": 0.04,
}
"""The 20 paths, and the first step of each: of lenses, what shifts the focus by a micrometre or two."""

LEVELS, TRIAL = 5, 2
"""Halvings that are tried, and keys that they are tried on."""


class Case:
    """A camera before a scene, and the score of its picture by numbers and keys."""

    def __init__(self, side: int, paths: tuple[str, ...] = tuple(SCALES)) -> None:
        lens = with_semi_apertures(catalogue_lens(LENS))
        gap = lens.gaps[-1]
        lens = replace(lens, gaps=(*lens.gaps[:-1], replace(gap, thickness=gap.thickness + FOCUS)))
        sensor = catalogue_sensor(SENSOR).sized(side, side)
        mode = replace(sensor.modes[0], full_well=7000.0)
        sensor = replace(sensor, modes=(mode,))
        self.site = crop_site(lens, MIDDLE, Extent(side, side), sensor.pixels.pitch, BANDS)
        self.scene, self.place = self._scene(side)
        self.white = np.asarray(self.scene.white) @ FINE.shares_of(self.scene.bands)
        self.white_bands = np.asarray(self.scene.white) @ BANDS.shares_of(self.scene.bands)
        response = crop_response(lens, self.site)
        green = sensor.response.efficiency(BANDS)[1] * self.white_bands
        full = float(green @ np.asarray(response.axis)) * self.site.pitch**2
        self.exposure = Exposure(FILLED * 7000.0 / full, analogue_gain=1.0, mode=mode.name)
        develop = usual_development(sensor, self.exposure, response.axis, self.white, BANDS)
        first, second, third = develop.white_balance.gains
        develop = replace(
            develop,
            denoise=replace(develop.denoise, luma=0.8),
            white_balance=replace(develop.white_balance, gains=(first, second, 1.04 * third)),
            exposure=replace(develop.exposure, ev=-float(np.log2(FILLED)) - 0.15),
        )
        known = style(LOOK)
        self.look = CropLook(known.view)
        look = CropLook(
            replace(known.view, contrast=1.08 * known.view.contrast, outset=0.94 * known.view.outset),
            replace(known.sharpen, amount=0.7),
        )
        self.camera = CropCamera(lens, sensor, develop, look)
        self.pattern = pattern_draws(sensor)
        self.values = values_at(self.camera, paths)
        self.lit = jax.jit(self.light)
        self.value = jax.jit(self.of_key)
        self.slopes = jax.jit(jax.grad(self.of_key, argnums=(0, 1, 2)))

    def _scene(self, side: int):
        near = self.site.tangents[-1] / np.hypot(*MIDDLE)
        width = 1.3 * near * (side + self.site.border) * self.site.pitch
        count = round(1.3 * (side + self.site.border) * self.site.finer)
        frame = Frame(count, count, (width, width))
        leaves = dead_leaves(
            frame,
            one_light(light.named("D55", FINE.edges), LUX),
            7,
            radii=(3 * frame.pixel[0], count * frame.pixel[0] / 8),
        )
        ramp = BRIGHTEST ** np.clip(np.linspace(-0.3, 1.3, count), 0, 1)
        weights = leaves.weights * ramp[:, None].astype(np.float32)
        return replace(leaves, weights=weights), (near * MIDDLE[0], near * MIDDLE[1])

    def draws(self, keys: range) -> tuple[np.ndarray, ...]:
        """Random numbers of keys, one after another along the first axis."""
        found = [frame_draws(self.camera.sensor, key) for key in keys]
        names = ("shot_normal", "read", "row", "column")
        return tuple(np.stack([getattr(f, name) for f in found]).astype(np.float32) for name in names)

    def light(self, weights, response: CropResponse):
        """The light on the crop, and the picture that the look as published makes of the scene's own."""
        scene = replace(self.scene, weights=weights)
        image = crop_light(response, self.site, scene, self.place)
        return image, rendered(self.look, true_light(image, BANDS, self.white_bands)).samples

    def picture(self, values, lit, axis, numbers):
        """The final picture by numbers of all but the lens."""
        normal, read, row, column = numbers
        draws = Draws(normal, normal, read, read, row, column)
        pictured = put_all(self.camera, values), (lit[0], self.site, axis)
        return crop_picture(*pictured, self.exposure, (draws, self.pattern), self.white_bands)

    def of_key(self, values, lit, axis, numbers) -> jax.Array:
        """The score of one key's picture."""
        picture = self.picture(values, lit, axis, numbers)
        return infidelity(picture, replace(picture, samples=lit[1]))

    def response(self, values: Mapping[str, Any]) -> CropResponse:
        """Of the lens with some numbers; in parts that are compiled each by itself."""
        return crop_response(put_all(self.camera, values).lens, self.site)

    def split(self, values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """The numbers of the lens, and the others."""
        of_lens = {path: value for path, value in values.items() if path.startswith("lens.")}
        return of_lens, {path: value for path, value in values.items() if path not in of_lens}

    def score(self, values: Mapping[str, Any], numbers) -> float:
        """The mean score over keys."""
        of_lens, others = self.split(values)
        lit, axis = self.lit_by(tuple(of_lens.items()))

        def one(key) -> float:
            return float(self.value(others, lit, axis, key))

        with ThreadPoolExecutor(os.cpu_count()) as pool:
            return float(np.mean(list(pool.map(one, zip(*numbers, strict=True)))))

    @functools.lru_cache(maxsize=1)  # noqa: B019  there is one case
    def lit_by(self, of_lens: tuple[tuple[str, float], ...]):
        """The light on the crop by numbers of the lens, and the solid angle on the axis."""
        response = self.response(dict(of_lens))
        return self.lit(self.scene.weights, response), response.axis

    def gradient(self, values: Mapping[str, Any], numbers) -> dict[str, float]:
        """One backward pass: through all pictures, then once through the light and the lens."""
        of_lens, others = self.split(values)
        response, to_lens = jax.vjp(self.response, of_lens)
        lit, to_response = jax.vjp(lambda seen: self.lit(self.scene.weights, seen), response)
        keys = zip(*numbers, strict=True)
        parts = (self.slopes(others, lit, response.axis, key) for key in keys)
        count = len(numbers[0])
        total = functools.reduce(lambda a, b: jax.tree.map(jnp.add, a, b), parts)
        found, by_light, by_axis = jax.tree.map(lambda value: value / count, total)
        (by_response,) = to_response(by_light)
        (of_lens,) = to_lens(replace(by_response, axis=by_response.axis + by_axis))
        return {path: float({**of_lens, **found}[path]) for path in values}


def slope(case: Case, path: str, step: float, numbers) -> float:
    """Central difference of the mean score by one number."""
    up, down = ({**case.values, path: case.values[path] + sign * step} for sign in (1, -1))
    return (case.score(up, numbers) - case.score(down, numbers)) / (2 * step)


def richardson(coarse: float, fine: float) -> float:
    """The slope without its error of second order, from a step and its half."""
    return (4 * fine - coarse) / 3


def chosen_step(case: Case, path: str, numbers) -> tuple[float, float]:
    """The finer of two neighbouring steps whose Richardson value changes least, and what that adds to it."""
    steps = SCALES[path] / 2.0 ** np.arange(LEVELS)
    slopes = [slope(case, path, step, numbers) for step in steps]
    values = [richardson(*pair) for pair in itertools.pairwise(slopes)]
    best = 1 + int(np.argmin(np.abs(np.diff(values))))
    return float(steps[best + 1]), values[best] - slopes[best + 1]


def timed(function, *arguments):
    """What a function gives, and the seconds by the clock and of all processors together."""
    begin, used = time.perf_counter(), time.process_time()
    found = jax.block_until_ready(function(*arguments))
    return found, time.perf_counter() - begin, time.process_time() - used


def gradients(case: Case, numbers) -> tuple[dict[str, float], list[list[str]]]:
    """The gradient over all keys, and what it costs: compiling, one key, all keys."""
    one = tuple(part[:1] for part in numbers)
    rows = []
    for name, drawn in (("one key", one), (f"{len(numbers[0])} keys", numbers)):
        first = timed(case.gradient, case.values, drawn)[1] if not rows else None
        found, wall, busy = timed(case.gradient, case.values, drawn)
        rows.append([name, "" if first is None else f"{first:.0f}", f"{wall:.1f}", f"{busy:.1f}"])
        print(rows[-1], resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, flush=True)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    for row in rows:
        row.append(f"{memory:.1f}")
    return found, rows


def main(side: int, keys: int, after: int) -> None:
    case = Case(side)
    print("case", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, flush=True)
    numbers, few = case.draws(range(keys)), case.draws(range(TRIAL))
    found, costs = gradients(case, numbers)
    rows = []
    for path, value in tuple(case.values.items())[after:]:
        step, bend = chosen_step(case, path, few)
        wanted = slope(case, path, step, numbers) + bend
        error = abs(found[path] / wanted - 1)
        told = [f"{number:.6g}" for number in (value, step, found[path], wanted)]
        rows.append([path, *told, f"{100 * error:.3f} %", f"{found[path] * SCALES[path]:.2g}"])
        print(rows[-1], flush=True)
    heads = ["number", "value", "step", "gradient", "differences", "apart", "score by first step"]
    record.write(
        "final_picture_gradient",
        f"Gradient of a final picture's score by 20 numbers, {side} x {side} pixels, mean over {keys} keys",
        record.table(heads, rows),
        record.table(
            ["backward pass", "with compiling, s", "wall, s", "processors, s", "memory, GiB"], costs
        ),
        f"Score {float(case.score(case.values, numbers)):.3f} (mean squared distance in Oklab times 1e4).",
    )


if __name__ == "__main__":
    asked = argparse.ArgumentParser()
    asked.add_argument("--side", type=int, default=256)
    asked.add_argument("--keys", type=int, default=64)
    asked.add_argument("--after", type=int, default=0)
    chosen = asked.parse_args()
    main(chosen.side, chosen.keys, chosen.after)
