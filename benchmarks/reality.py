"""Simulation against reality: what the simulator predicts of real cameras, and what was measured of them.

``[DATA]``: the folder of the real ones, ``../shared/data`` without. Real numbers are calibrations that others
published, and what the laboratory measures on real raw frames; predictions are simulated frames that the
same code measures. Nothing of a prediction is fitted to what it is compared with.
"""

import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

import record
from lichtbild.camera.specimen import specimen
from lichtbild.camera.spectral_calibration import mixing
from lichtbild.colour import light
from lichtbild.image.bands import FINE
from lichtbild.image.chart import Patch
from lichtbild.io.reader import read
from lichtbild.io.sensor_file import catalogue_sensor
from lichtbild.quality.detect.cards import find
from lichtbild.quality.noise_curve import noise_curve
from lichtbild.quality.patch_samples import patch_samples
from lichtbild.quality.shading import block_means, shading
from lichtbild.scene import reflectance
from lichtbild.sensor.draws import frame_draws, pattern_draws
from lichtbild.sensor.expose import codes, drawn
from lichtbild.sensor.exposure import Exposure, dark_codes, setting, white
from lichtbild.sensor.sensor import Sensor, binned
from sensor_emva import one_plane

SIDE = 384
LEVELS = np.geomspace(0.01, 0.8, 12)
COLUMNS = ("what", "predicted", "real", "difference", "why")
MODULES = {
    "imx219": (1.12, 3.04, (2464, 3280)),
    "imx477": (1.55, None, None),
    "imx519": (1.22, 4.28, (3496, 4656)),
    "imx708": (1.4, 4.74, (2592, 4608)),
    "ov64a40": (1.008, None, None),
}
"""Pitch, um; focal length, mm, and pixels of the module's usual lens, where it has one: makers' briefs."""
DENSITY = 8180 / 1.55**2
"""Electrons a square micrometre that a full pixel holds: the catalogue's imx477, an estimate of the class."""


def noise(sensor: Sensor, exposure: Exposure) -> tuple[float, float]:
    """Codes of variance for a code of signal, and variance without light, of simulated pairs of frames."""
    chosen = setting(sensor, exposure)
    dark = float(dark_codes(sensor, exposure, chosen))
    full = (float(white(sensor, chosen)) - dark) / float(chosen.codes_per_electron)
    pattern, found = pattern_draws(sensor), []
    for number, level in enumerate(LEVELS):
        even = np.full(sensor.pixels.extent, level * full)
        pair = []
        for key in (2 * number, 2 * number + 1):
            draws = frame_draws(sensor, key)
            charge = drawn(sensor, even, exposure, draws, pattern)
            pair.append(np.asarray(codes(sensor, charge, exposure, draws, pattern), float))
        found.append(((pair[0] + pair[1]).mean() / 2 - dark, (pair[0] - pair[1]).var(ddof=1) / 2))
    signal, variance = np.array(found).T
    curve = noise_curve(signal, variance, np.full(len(found), SIDE**2 - 1.0))
    return curve.slope.value, curve.offset.value


def phone(data: Path) -> list[list[str]]:
    """A phone's noise against ISO, of whose sensor two numbers and the ISO 100 of this table are known."""
    sensor = one_plane("reno10x_imx586").sized(SIDE, SIDE)
    rows = []
    for iso in (100.0, 400.0, 1600.0, 6400.0):
        gain, floor = noise(sensor, Exposure(0.01, iso=iso))
        real = 0.0005995267 * iso + 0.00868861
        real_floor = 7.11772e-7 * iso**2 + 6.514934e-4 * iso + 0.11492713
        why = "the sensor's K is this one" if iso == 100 else "the real K grows more slowly than ISO"
        rows.append(_row(f"Reno10x, ISO {iso:.0f}, K [codes/e-]", gain, real, why))
        why = "the sensor's three terms of read noise come from this calibration"
        rows.append(_row(f"Reno10x, ISO {iso:.0f}, dark variance [codes^2]", floor, real_floor, why))
    return rows


def modules(data: Path) -> list[list[str]]:
    """Noise slopes and shading of modules, out of their pitch and focal length alone."""
    rows, shades = [], []
    for name, (pitch, focal, pixels) in MODULES.items():
        told = _algorithms(data / f"sensor/modules/rpi_{name}.json")
        base = one_plane("imx477").sized(SIDE, SIDE)
        well = DENSITY * pitch**2
        mode = replace(base.modes[0], full_well=well, electrons_per_code=well / (4095 - 256))
        sensor = replace(base, modes=(mode,), pixels=replace(base.pixels, pitch=pitch * 1e-3))
        gain, _ = noise(sensor, Exposure(0.01, analogue_gain=1.0))
        slope = np.sqrt(gain * 65535 / 4095)
        real = float(told["rpi.noise"]["reference_slope"])
        electrons = 61439 / real**2
        why = (
            f"the module's slope means {electrons:.0f} e- at full scale, {electrons / pitch**2:.0f} per um^2"
        )
        rows.append(_row(f"{name}, {pitch:g} um, noise slope", slope, real, why))
        if focal is not None and pixels is not None:
            gains = np.array(told["rpi.alsc"]["luminance_lut"]).reshape(32, 32)
            real_fall = _corner(1 / gains)
            fall = _corner(_natural(pitch, focal, pixels))
            shades.append(_row(f"{name}, f = {focal:g} mm, largest fall-off [%]", fall, real_fall, _SHADE))
    return rows + shades


_SHADE = "cos^4 of the field alone; vignetting and microlenses that meet light aslant take more"


def _natural(pitch: float, focal: float, pixels: tuple[int, int]) -> np.ndarray:
    """cos^4 of the field's angle of a thin lens without distortion, on a grid of the module's."""
    y, x = ((np.arange(32) + 0.5) / 32 - 0.5 for _ in range(2))
    tall, wide = (side * pitch * 1e-3 / focal for side in pixels)
    return 1 / (1 + (y[:, None] * tall) ** 2 + (x * wide) ** 2) ** 2


def _corner(field: np.ndarray) -> float:
    """Largest luminance shading of 11 x 11 blocks, as the laboratory tells it."""
    return float(shading(block_means(np.repeat(field[..., None], 3, axis=2))).luminance_max)


def cards(data: Path) -> list[list[str]]:
    """Raw ratios of the ColorChecker's patches in real frames, and of a phone sensor in plausible lights."""
    rows = []
    for name, lamps in FRAMES.items():
        frame = read(data / f"raw/colour_checker_frames/{name}.raw")
        bench = specimen(frame, name, "")
        (card,) = find(bench.light)[:1]
        real, names = _ratios(bench.mosaic, frame.cfa, card)
        best = None
        for lamp in lamps:
            predicted = _predicted(lamp, names)
            apart = np.log2(real / predicted)
            wrong = np.sqrt((apart**2).mean(axis=0))
            if best is None or wrong.sum() < best[1].sum():
                best = (lamp, wrong, predicted)
        lamp, wrong, predicted = best
        spread = np.log2(predicted).std(axis=0), np.log2(real).std(axis=0)
        why = f"filters and light unknown; nearest of {', '.join(lamps)}: {lamp}; {len(names)} patches"
        for index, ratio in enumerate(("R/G", "B/G")):
            rows.append(
                [
                    f"{name}, {ratio} of patches to that of grey, spread [EV]",
                    f"{spread[0][index]:.2f}",
                    f"{spread[1][index]:.2f}",
                    f"{wrong[index]:.2f} EV rms",
                    why,
                ]
            )
    return rows


FRAMES = {
    "iisp_Indoor1": ("FL2", "FL11", "LED-B3", "A"),
    "iisp_Outdoor1": ("D55", "D65", "D75"),
    "iisp_Outdoor3": ("D55", "D65", "D75"),
}


def _ratios(mosaic, cfa, card) -> tuple[np.ndarray, tuple[str, ...]]:
    """R/G and B/G of each patch over that of the mean grey, and the patches' names."""
    height, width = (side // 2 * 2 for side in mosaic.shape)
    planes = [mosaic[r:height:2, c:width:2] for r in (0, 1) for c in (0, 1)]
    index = [cfa.pattern[r][c] for r in (0, 1) for c in (0, 1)]
    colour = np.stack(
        [np.mean([p for p, i in zip(planes, index, strict=True) if i == k], axis=0) for k in range(3)],
        axis=-1,
    )
    patches = [target for target in card.chart.targets if isinstance(target, Patch)]
    means = []
    for patch in patches:
        outline = card.to_picture(np.asarray(patch.corners, float)) / 2
        means.append(patch_samples(colour, [(float(x), float(y)) for x, y in outline]).mean)
    values = np.array(means)
    return _to_grey(values), tuple(patch.name for patch in patches)


def _to_grey(values: np.ndarray) -> np.ndarray:
    ratios = values[:, [0, 2]] / values[:, 1:2]
    return ratios / np.exp(np.log(ratios[19:23]).mean(axis=0))


def _predicted(lamp: str, names: tuple[str, ...]) -> np.ndarray:
    sensor = catalogue_sensor("one_inch")
    table = reflectance.colour_checker(FINE.edges)
    photons = light.named(lamp, FINE.edges).photons(1.0)
    seen = mixing(binned(sensor)) @ np.asarray(sensor.response.efficiency(FINE))
    return _to_grey((np.asarray(table.values) * photons) @ seen.T)


def lines(data: Path) -> list[list[str]]:
    """Row noise beside read noise: of the catalogue's phone sensors, and of ELD's cameras."""
    real = []
    for path in sorted((data / "sensor/eld").glob("*.npy")):
        told = np.load(path, allow_pickle=True).item()
        profile = told["Profile-1"]
        gain = np.log(np.sqrt(told["Kmin"] * told["Kmax"]))
        row, read_ = (profile[k]["slope"] * gain + profile[k]["bias"] for k in ("R_scale", "g_scale"))
        real.append(float(np.exp(row - read_)))
    sensor = catalogue_sensor("one_inch")
    low, high = (sensor.noise.row / mode.read_noise for mode in sensor.modes)
    why = f"ELD's five from {min(real):.2f} to {max(real):.2f}; one_inch, estimated: {low:.2f} and {high:.2f}"
    return [_row("row noise over read noise", float(np.sqrt(low * high)), float(np.median(real)), why)]


def _row(what: str, predicted: float, real: float, why: str) -> list[str]:
    return [what, f"{predicted:.4g}", f"{real:.4g}", f"{100 * (predicted / real - 1):+.1f} %", why]


def _algorithms(path: Path) -> dict:
    told = json.loads(path.read_text(encoding="utf-8"))["algorithms"]
    return {key: value for entry in told for key, value in entry.items()}


def main(folder: str) -> None:
    """Write the table."""
    data = Path(folder)
    rows = [*phone(data), *modules(data), *lines(data), *cards(data)]
    record.write("reality", record.table(COLUMNS, rows))


if __name__ == "__main__":
    main(*sys.argv[1:] or ["../shared/data"])
