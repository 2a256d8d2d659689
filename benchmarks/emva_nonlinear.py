"""Sensors whose codes bend by 2 %: the standard's lines, its reference evaluator and our joint fit.

``[PYTHON [NAME ...]]``: a Python of another environment that has emva1288 1.0.2 (with NumPy below 2), or "-"
for none, and sensors of the catalogue. The sensor room draws electrons and adds the noise of the readout;
the unrounded code bends, v (1 + a u + b u^2) with u its share of the full one, and then is rounded. What the
sensor is, is written beside the frames, and in the table.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

import record
from lichtbild.quality.emva.evaluation import Evaluation, Series, evaluate
from lichtbild.quality.emva.level import level_of
from lichtbild.sensor.draws import frame_draws, pattern_draws
from lichtbild.sensor.expose import codes, drawn
from lichtbild.sensor.exposure import dark_codes, setting, white
from lichtbild.sensor.sensor import Sensor
from sensor_emva import EXPOSURE, laboratory, one_plane, shares, truth

SIDE, STACK = 512, 32
NAMES = ("scientific_mono", "imx477", "one_inch")
CURVES = {
    "none": (0.0, 0.0),
    "cubic -2 %": (0.0, -0.02),
    "cubic +2 %": (0.0, 0.02),
    "square -4 %, cubic +2 %": (-0.04, 0.02),
    "square -8 %, cubic +8 % (2 % at half)": (-0.08, 0.08),
}
COLUMNS = {"K": "gain", "QE": "quantum_efficiency", "sigma_d": "dark_noise"}
Frame = np.ndarray


def camera(sensor: Sensor) -> Callable[[float, int], Frame]:
    """Function of electrons and a key that gives a frame's codes before the converter, as a linear sensor."""
    pattern = pattern_draws(sensor)

    def frame(electrons: float, key: int) -> Frame:
        draws = frame_draws(sensor, key)
        even = np.full(sensor.pixels.extent, electrons)
        charge = drawn(sensor, even, EXPOSURE, draws, pattern)
        return np.asarray(codes(sensor, charge, EXPOSURE, draws, pattern, relaxed=True), np.float32)

    return frame


def bent(linear: Frame, sensor: Sensor, curve: tuple[float, float]) -> Frame:
    """Codes of a converter behind a bent response."""
    chosen = setting(sensor, EXPOSURE)
    black = float(sensor.readout.black)
    span = float(white(sensor, chosen)) - black
    u = (linear.astype(float) - black) / span
    code = black + span * u * (1 + curve[0] * u + curve[1] * u * u)
    return np.clip(np.rint(code), 0, 2**sensor.readout.bits - 1).astype(np.uint16)


def stacks(sensor: Sensor, efficiency: float, full: float) -> Iterator[tuple[float, list[Frame]]]:
    """Photons and linear frames: pairs from dark to saturated, and two deep stacks."""
    take, key = camera(sensor), sensor.serial << 16
    levels = [(0.0, 2), *((share * full, 2) for share in shares(sensor, full))]
    for electrons, count in (*levels, (0.0, STACK), (0.5 * full, STACK)):
        frames = [take(electrons, key + index) for index in range(1, count + 1)]
        key += count
        yield float(electrons / efficiency), frames


def evaluated(name: str, python: str) -> Iterator[list[str]]:
    """Rows of a sensor: errors of each way in percent, for each curve."""
    sensor = laboratory(one_plane(name)).sized(SIDE, SIDE)
    expected = truth(sensor)
    efficiency = expected["QE"] / 100
    taken = list(stacks(sensor, efficiency, expected["well"]))
    for curve, terms in CURVES.items():
        ours = [(light, [bent(one, sensor, terms) for one in frames]) for light, frames in taken]
        levels = [level_of(frames, light, float(EXPOSURE.time_s)) for light, frames in ours]
        lit = tuple(level for level in levels if level.light)
        dark = tuple(level for level in levels if not level.light)
        series = Series(lit, dark, "photons")
        blind = Series(lit, dark, "unknown")
        if python != "-":
            yield [name, curve, "emva1288 1.0.2", *_peer(ours, sensor, expected, python)]
        for way, found in (
            ("lines, ours", evaluate(series, "linear")),
            ("joint, photons known", evaluate(series)),
            ("joint, light unknown", evaluate(blind)),
        ):
            yield [name, curve, way, *_errors(found, expected)]


def _errors(found: Evaluation, expected: dict[str, float]) -> list[str]:
    cells = []
    for key, attribute in COLUMNS.items():
        estimate = getattr(found, attribute)
        if estimate is None:
            cells.append("-")
            continue
        true = expected[key] / (100 if key == "QE" else 1)
        cells.append(f"{100 * (estimate.value / true - 1):+.2f} ± {196 * estimate.error / true:.2f}")
    return cells


def _peer(
    series: list[tuple[float, list[Frame]]], sensor: Sensor, expected: dict[str, float], python: str
) -> list[str]:
    """Errors of the reference evaluator, in percent."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        lines = [f"n {sensor.readout.bits} {SIDE} {SIDE}"]
        time = f"{float(EXPOSURE.time_s) * 1e9:.1f}"
        for number, (photons, frames) in enumerate(series):
            lines.append(f"b {time} {photons!r}" if photons else f"d {time}")
            for index, frame in enumerate(frames):
                np.save(folder / f"{number}_{index}.npy", frame)
                lines.append(f"i {number}_{index}.npy")
        (folder / "frames.txt").write_text("\n".join(lines) + "\n")
        (folder / "truth.json").write_text(json.dumps(expected))
        script, out = str(Path(__file__).with_name("sensor_emva_peer.py")), folder / "found.json"
        command = [python, "-W", "ignore", script, str(folder / "frames.txt"), str(out)]
        subprocess.run(command, check=True)
        found: dict[str, float] = json.loads(out.read_text())
    return [f"{100 * (found[key] / expected[key] - 1):+.2f}" for key in COLUMNS]


def main() -> None:
    python, *names = sys.argv[1:] or ["-"]
    rows, truths = [], []
    for name in names or NAMES:
        sensor = laboratory(one_plane(name)).sized(SIDE, SIDE)
        known = truth(sensor)
        dark = float(dark_codes(sensor, EXPOSURE, setting(sensor, EXPOSURE)))
        values = (known["K"], known["QE"], known["sigma_d"], known["well"], dark)
        truths.append([name, *(f"{value:.5g}" for value in values)])
        for row in evaluated(name, python):
            print(" | ".join(row), file=sys.stderr, flush=True)
            rows.append(row)
    record.write(
        "emva_nonlinear",
        "# EMVA 1288 of sensors whose codes bend",
        f"{SIDE} x {SIDE} pixels, 60 levels of two frames and {STACK} dark and half-lit ones, drawn by the "
        "sensor room; the unrounded code v bends to v (1 + a u + b u^2), u its share of the full one. Errors "
        "against the truth, in percent, ours with their 95 % intervals.",
        record.table(("sensor", "bend", "by", "K", "QE", "dark noise"), rows),
        "The truth:",
        record.table(
            ("sensor", "K, codes/e-", "QE, %", "dark noise, e-", "full well, e-", "dark code"), truths
        ),
    )


if __name__ == "__main__":
    main()
