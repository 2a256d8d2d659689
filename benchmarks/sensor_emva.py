"""Each catalogue sensor before the reference evaluator of EMVA 1288: does it find the sensor's own numbers?

``PYTHON [NAME ...]``: a Python of another environment that has emva1288 1.0.2 (with NumPy below 2), and
sensors of the catalogue, all without. Frames of one colour plane under even light of 530 nm are written for
its evaluator.

The laboratory mode has a converter of 16 bits whose range the well fills to 94 %, so that dark noise and DSNU
stand above rounding, all pixels see the colour with the curve of green, light falls straight, and there are
no hot pixels; wells and noise in electrons are the sensor's. The native mode leaves bits and gain alone.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from math import erf, exp, pi, sqrt
from pathlib import Path

import numpy as np

import record
from lichtbild.core.units import nm
from lichtbild.image.bands import Bands
from lichtbild.image.optical_image import ChiefAngles, OpticalImage
from lichtbild.io.sensor_file import catalogue_sensor, sensor_names
from lichtbild.sensor.expose import expose
from lichtbild.sensor.exposure import Exposure, dark_codes, setting, white
from lichtbild.sensor.microlens import Microlens
from lichtbild.sensor.photon_transfer import photon_transfer
from lichtbild.sensor.sensor import Sensor
from lichtbild.sensor.spectral_response import ResponseTable

SIDE, STACK = 1024, 32
LIGHT = Bands(np.array([nm(529.0), nm(531.0)]))
STRAIGHT = ChiefAngles(np.array([0.0]), np.array([0.0]))
EXPOSURE = Exposure(0.01, mode="low")
COLUMNS = ("K", "QE", "sigma_d", "DSNU1288", "PRNU1288", "u_e_sat")
TITLES = ("K", "QE", "dark noise", "DSNU", "PRNU", "saturation")


def one_plane(name: str) -> Sensor:
    """A monochrome part of a catalogue sensor, of the curve of green or of its only one.

    Each has a serial number of its own, so that no two sensors share their random numbers.
    """
    sensor = catalogue_sensor(name)
    green = 0 if sensor.cfa is None else sensor.cfa.colours.index("green")
    efficiency = np.asarray(sensor.response.efficiency(LIGHT))[green : green + 1]
    plain = replace(
        sensor,
        serial=1 + sensor_names().index(name),
        cfa=None,
        response=ResponseTable(efficiency, LIGHT),
        microlens=Microlens(),
        merges=(),
    )
    return replace(plain, pattern=replace(sensor.pattern, hot_share=0.0)).sized(SIDE, SIDE)


def laboratory(sensor: Sensor) -> Sensor:
    """The sensor with a converter that rounds finely and reaches beyond the well."""
    first = sensor.modes[0]
    codes = replace(first, electrons_per_code=first.full_well / 60_000)
    share = first.electrons_per_code / codes.electrons_per_code
    readout = replace(
        sensor.readout,
        bits=16,
        black=2000.0,
        amplifier_noise=sensor.readout.amplifier_noise * share,
        converter_noise=sensor.readout.converter_noise * share,
    )
    return replace(sensor, modes=(codes,), readout=readout)


def shares(sensor: Sensor, saturation: float) -> np.ndarray:
    """Levels as shares of saturation, close together where the variance begins to fall.

    They end where it still falls: the evaluator looks for its largest value from the brightest level on.
    """
    last = 1 + float(np.hypot(sensor.pattern.prnu, saturation**-0.5))
    return np.concatenate([np.linspace(0.02, 0.84, 35), np.linspace(0.86, last, 25)])


def even(sensor: Sensor, photons: float) -> OpticalImage:
    """Light that brings so many photons to each pixel."""
    level = photons / sensor.pixels.pitch**2 / EXPOSURE.time_s
    field = np.full((SIDE, SIDE, 1), level, np.float32)
    return OpticalImage(field, LIGHT, sensor.pixels.pitch, STRAIGHT, 8.0)


def frames(sensor: Sensor, folder: Path, saturation: float, efficiency: float) -> Iterator[str]:
    """Lines of the descriptor, whose frames lie beside it."""
    yield f"n {sensor.readout.bits} {SIDE} {SIDE}"
    key = sensor.serial << 16
    middle = 0.5 * saturation / efficiency
    levels = [(0.0, 2), *((share * saturation / efficiency, 2) for share in shares(sensor, saturation))]
    for photons, count in (*levels, (0.0, STACK), (middle, STACK)):
        time = f"{EXPOSURE.time_s * 1e9:.1f}"
        yield f"b {time} {float(photons)!r}" if photons else f"d {time}"
        image = even(sensor, photons)
        for _ in range(count):
            key += 1
            np.save(folder / f"{key}.npy", expose(sensor, image, EXPOSURE, key).samples[..., 0])
            yield f"i {key}.npy"


def truth(sensor: Sensor) -> dict[str, float]:
    """What the evaluator should find: the sensor's own numbers.

    The standard calls saturated where the temporal variance is largest, some deviations of shot noise before
    the well is full: that level of ours, by the model.
    """
    curve = photon_transfer(sensor, EXPOSURE)
    levels = shares(sensor, curve.saturation)
    pattern = sensor.pattern
    return {
        "K": curve.codes_per_electron,
        "QE": 100 * float(sensor.response.efficiency(LIGHT)[0, 0]),
        "sigma_d": curve.dark_noise,
        "DSNU1288": float(np.hypot(pattern.dsnu, pattern.column)),
        "PRNU1288": 100 * float(pattern.prnu),
        "u_e_sat": curve.saturation
        * float(levels[np.argmax([_variance(sensor, share) for share in levels])]),
        "well": curve.saturation,
    }


def _variance(sensor: Sensor, share: float) -> float:
    """Temporal variance at a share of saturation, electrons squared: normal shot noise cut at the well.

    Without the read noise, which a full well does not cut; a full converter cuts it too, and little changes.
    """
    chosen = setting(sensor, EXPOSURE)
    full = (white(sensor, chosen) - dark_codes(sensor, EXPOSURE, chosen)) / chosen.codes_per_electron
    nodes, weights = np.polynomial.hermite_e.hermegauss(15)
    total = 0.0
    for node, weight in zip(nodes, weights / weights.sum(), strict=True):
        mean = share * full * (1 + sensor.pattern.prnu * node)
        total += weight * _cut(mean, sqrt(mean), full)
    return total


def _cut(mean: float, deviation: float, top: float) -> float:
    """Variance of a normal number that is cut at the top."""
    z = (top - mean) / deviation
    below, density = 0.5 * (1 + erf(z / sqrt(2))), exp(-z * z / 2) / sqrt(2 * pi)
    first = mean * below - deviation * density + top * (1 - below)
    second = (mean**2 + deviation**2) * below - deviation * (mean + top) * density + top**2 * (1 - below)
    return second - first**2


def measured(sensor: Sensor, python: str) -> dict[str, float]:
    """What the evaluator finds in frames of the sensor."""
    expected = truth(sensor)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        lines = frames(sensor, folder, expected["well"], expected["QE"] / 100)
        (folder / "frames.txt").write_text("\n".join(lines) + "\n")
        peer, out = str(Path(__file__).with_name("sensor_emva_peer.py")), folder / "found.json"
        subprocess.run([python, "-W", "ignore", peer, str(folder / "frames.txt"), str(out)], check=True)
        found: dict[str, float] = json.loads(out.read_text())
    return found


def row(name: str, sensor: Sensor, python: str) -> list[str]:
    """Deviations of a sensor's numbers in percent, and the linearity error."""
    expected, found = truth(sensor), measured(sensor, python)
    cells = [f"{100 * (found[key] / expected[key] - 1):+.2f}" if expected[key] else "-" for key in COLUMNS]
    bound = f"{expected['u_e_sat'] / expected['well'] * 100:.1f}"
    line = [name, *cells, bound, f"{found['LE_min']:+.2f} to {found['LE_max']:+.2f}"]
    print(" | ".join(line), file=sys.stderr, flush=True)
    return line


def main() -> None:
    python, *names = sys.argv[1:]
    chosen = names or list(sensor_names())
    planes = {name: one_plane(name) for name in chosen}
    head = ("sensor", *TITLES, "saturation, % of full", "linearity error, %")
    lab = [row(name, laboratory(sensor), python) for name, sensor in planes.items()]
    native = [row(name, sensor, python) for name, sensor in planes.items()]
    record.write(
        "sensor_emva",
        "# EMVA 1288 of the simulated sensors",
        f"Found by the reference evaluator emva1288 1.0.2 in {SIDE} x {SIDE} pixels, 60 levels of two "
        f"frames, and {STACK} frames for nonuniformity, against the sensor's own parameters, in percent. "
        "Saturation is where the standard looks for it, at the largest variance, which the model puts at the "
        "given share of the full well or converter. The linearity error's reference is 0.",
        "## Laboratory mode: 16 bits over the well",
        record.table(head, lab),
        "## Native mode: the sensor's own bits and gain",
        record.table(head, native),
    )


if __name__ == "__main__":
    main()
