"""From a scene's light to electrons and codes: ISETCam's numbers beside ours.

``CHECKOUT PYTHON``: a checkout of pyisetcam, and a Python of an environment that has what it needs.

Two references. The numbers that ISETCam itself gave, run in GNU Octave by pyisetcam's authors and kept in its
folder ``tests/parity/baselines``: light and filters that belong to a case come from the same files. And
pyisetcam, run beside us on tables of the CIE and of the ColorChecker, which it gets from here since ISETCam's
own are not part of it.

ISETCam samples spectra at points and multiplies by their distance; Lichtbild counts photons in bands, which
lie about these points. Its ideal lens gives an image of a far scene the irradiance L pi / (1 + 4 N^2), the
solid angle of a cone whose tangent is 1 / (2 N); ours is told that solid angle.
"""

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

import record
from isetcam_case import ALLOWED, FOCAL, Case, image_of, per_nm, plain
from isetcam_published import published
from lichtbild.colour import light, observer
from lichtbild.core.units import nm
from lichtbild.core.window import Extent
from lichtbild.image.bands import FINE
from lichtbild.image.cfa import Cfa
from lichtbild.io.sensor_file import catalogue_sensor
from lichtbild.scene.colour_checker import colour_checker
from lichtbild.scene.frame import Frame
from lichtbild.scene.lighting import one_light
from lichtbild.scene.reflectance import colour_checker as checker
from lichtbild.scene.slanted_edge import slanted_edge
from lichtbild.scene.truth import ChartScene
from lichtbild.scene.uniform import flat_field
from lichtbild.sensor.expose import collected, expose
from lichtbild.sensor.exposure import Exposure
from lichtbild.sensor.noise import DarkCurrent, FixedPattern
from lichtbild.sensor.pixel import Pixels
from lichtbild.sensor.readout import Mode, Readout
from lichtbild.sensor.spectral_response import ResponseTable

SIDE = 256
"""Rows and columns of frames in which noise is measured."""

SETUP: dict[str, Any] = {
    "white": 250.0,
    "f_number": 2.8,
    "focal_m": FOCAL * 1e-3,
    "f_numbers": [1.4, 2.0, 2.8, 4.0, 5.6, 8.0, 16.0],
    "pitch_m": 2e-6,
    "fill": 0.8,
    "volts_per_electron": 1e-4,
    "swing": 1.0,
    "bits": 12,
    "time_s": 0.02,
    "pattern": [[0, 1], [1, 2]],
    "even": {
        "no noise": {"pixel": {}, "time_s": 0.02, "noise": 0},
        "shot noise": {"pixel": {}, "time_s": 0.02, "noise": -2},
        "shot and read noise": {"pixel": {"read_noise_v": 6e-3}, "time_s": 0.02, "noise": 2},
        "PRNU": {"pixel": {"prnu_sigma": 0.05}, "time_s": 0.02, "noise": 2},
        "DSNU": {"pixel": {"dsnu_sigma_v": 1e-2}, "time_s": 0.02, "noise": 2},
        "dark current": {"pixel": {"dark_voltage_v_per_sec": 2.0}, "time_s": 0.02, "noise": 2},
        "full well": {"pixel": {}, "time_s": 0.5, "noise": 0},
    },
}
"""What pyisetcam is told; the numbers of its pixels are in volts."""
WELL = SETUP["swing"] / SETUP["volts_per_electron"]
CODES = 2 ** SETUP["bits"] - 1
FRAME = Frame(256, 384, (2 * np.tan(np.radians(5)) * 2 / 3, 2 * np.tan(np.radians(5))))


def curves() -> ResponseTable:
    """Quantum efficiency of red, green and blue, as of a catalogue sensor."""
    return ResponseTable(np.asarray(catalogue_sensor("imx477").response.efficiency(FINE), float), FINE)


def beside(checkout: Path, python: str) -> dict[str, Any]:
    """What pyisetcam gives."""
    at = FINE.middles
    matching = observer.colour_matching(FINE.edges).T
    spectra = {name: light.named(name, FINE.edges).power for name in ("D65", "A", "FL2")}
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        np.savez(
            folder / "spectra.npz",
            wave=at / nm(1),
            xyz=matching,
            patches=checker(FINE.edges).values,
            efficiency=np.asarray(curves().efficiency(FINE)),
            **spectra,
        )
        (folder / "setup.json").write_text(json.dumps(SETUP))
        peer, out = str(Path(__file__).with_name("isetcam_parity_peer.py")), folder / "found.json"
        paths = {**os.environ, "PYTHONPATH": str(checkout / "src")}
        subprocess.run([python, "-W", "ignore", peer, place, str(out)], check=True, env=paths)
        found: dict[str, Any] = json.loads(out.read_text())
    return found


def chart_cases(name: str, found: dict[str, Any]) -> list[Case]:
    """A ColorChecker in a light, on its way to electrons."""
    lamp = light.named(name, FINE.edges)
    white = SETUP["white"]
    chart = colour_checker(FRAME, one_light(lamp, np.pi * white))
    rows, columns = 300, 450
    image = image_of(chart.scene, SETUP["f_number"], FOCAL * FRAME.size[1] / columns, Extent(rows, columns))
    table = ResponseTable(curves().values * SETUP["fill"], FINE)
    pixels = Pixels(rows, columns, image.pitch)
    sensor = plain(
        "rgb", pixels, table, Cfa(tuple(map(tuple, SETUP["pattern"]))), Mode("low", 1.0, WELL, 0.0)
    )
    # Our pixels are as far apart as the picture says; the peer's area counts.
    share = (SETUP["pitch_m"] * 1e3 / image.pitch) ** 2
    electrons = collected(sensor, image, SETUP["time_s"]) * share
    planes = sensor.planes()
    mean = np.stack([np.where(planes == plane, electrons, np.nan) for plane in range(3)], axis=-1)
    irradiance = patches(image.irradiance.astype(float), chart)
    radiance = patches(np.asarray(chart.scene.weights @ chart.scene.spectra), chart)
    unit = "photons s^-1 m^-2"
    return [
        Case(
            f"{name}: photon radiance of white, 81 bands",
            f"{unit} sr^-1 nm^-1",
            per_nm(lamp.photons(white), FINE),
            found["white_photons"],
        ),
        Case(
            f"{name}: luminance of 24 patches",
            "cd m^-2",
            observer.luminance(radiance, FINE.edges),
            found["luminance"],
        ),
        Case(
            f"{name}: photon irradiance of 24 patches, 400 to 700 nm",
            f"{unit} nm^-1",
            per_nm(irradiance, FINE)[:, 4:65],
            np.array(found["irradiance"])[:, 4:65],
        ),
        Case(
            f"{name}: illuminance of 24 patches",
            "lux",
            observer.luminance(irradiance, FINE.edges),
            found["illuminance"],
        ),
        Case(
            f"{name}: electrons of 24 patches in red, green and blue",
            "e-",
            patches(mean, chart),
            found["electrons"],
        ),
    ]


def patches(values: np.ndarray, chart: ChartScene) -> np.ndarray:
    """Means of the inner parts of a chart's patches in a picture of the whole frame."""
    rows, columns = values.shape[:2]
    height, width = FRAME.size
    means = []
    for patch in chart.truth.patches:
        left, low, right, high = patch.borders
        x = [int(columns * (0.5 + (left + share * (right - left)) / width)) for share in (0.25, 0.75)]
        y = [int(rows * (0.5 - (high - share * (high - low)) / height)) for share in (0.25, 0.75)]
        means.append(np.nanmean(values[slice(*y), slice(*x)], axis=(0, 1)))
    return np.array(means)


def even_cases(found: dict[str, Any]) -> list[Case]:
    """Noise, full well and codes of a monochrome sensor."""
    frame = Frame(8, 8, (1.0, 1.0))
    scene = flat_field(frame, light.named("D65", FINE.edges), SETUP["white"])
    pitch = SETUP["pitch_m"] * 1e3
    image = image_of(scene, SETUP["f_number"], pitch, Extent(SIDE, SIDE))
    response = ResponseTable(curves().values[1:2] * SETUP["fill"], FINE)
    gain, cases = SETUP["volts_per_electron"], []
    for number, (name, case) in enumerate(SETUP["even"].items()):
        volts = case["pixel"]
        step = WELL / CODES
        sensor = replace(
            plain(
                "mono",
                Pixels(SIDE, SIDE, pitch),
                response,
                None,
                Mode("low", step, WELL, volts.get("read_noise_v", 0.0) / gain),
            ),
            readout=Readout(bits=SETUP["bits"], black=0.0),
            pattern=FixedPattern(volts.get("prnu_sigma", 0.0), volts.get("dsnu_sigma_v", 0.0) / gain),
            dark=DarkCurrent(volts.get("dark_voltage_v_per_sec", 0.0) / gain, temperature=303.15),
        )
        theirs, exposure = found["noise"][name], Exposure(case["time_s"])
        codes = expose(sensor, image, exposure, 11 + number).samples[..., 0].astype(float)
        if case["noise"] == 0 and name == "no noise":
            electrons = collected(sensor, image, case["time_s"])
            cases.append(Case("even D65: mean electrons", "e-", electrons.mean(), theirs["mean"]))
            cases.append(Case("even D65: mean code of 12 bits", "codes", codes.mean(), theirs["code"]))
        elif name == "full well":
            cases.append(Case("full well: code", "codes", codes.mean(), theirs["code"]))
            cases.append(Case("full well: electrons", "e-", codes.mean() * step, theirs["mean"]))
        else:
            cases.append(
                Case(
                    f"{name}: deviation over {SIDE} x {SIDE} pixels",
                    "e-",
                    codes.std() * step,
                    theirs["deviation"],
                )
            )
            if name == "dark current":
                cases.append(Case("dark current: mean", "e-", codes.mean() * step, theirs["mean"]))
    ours = [
        per_nm(image_of(scene, number, pitch, Extent(8, 8)).irradiance[4, 4].astype(float), FINE).sum()
        for number in SETUP["f_numbers"]
    ]
    unit = "photons s^-1 m^-2 nm^-1, summed"
    return [*cases, Case("irradiance, f/1.4 to f/16", unit, ours, found["f_numbers"])]


def edge_cases(found: dict[str, float]) -> list[Case]:
    """A slanted edge of 4 : 1 in equal energy."""
    wave = np.linspace(nm(360), nm(800), 441)
    lamp = light.of_table("equal energy", wave, np.ones(441), FINE.edges)
    pitch = SETUP["pitch_m"] * 1e3
    extent = Extent(64, 64)
    frame = Frame(64, 64, (64 * pitch / FOCAL, 64 * pitch / FOCAL))
    chart = slanted_edge(frame, one_light(lamp, np.pi * SETUP["white"]), bright=1.0, contrast=4.0)
    image = image_of(chart.scene, SETUP["f_number"], pitch, extent)
    response = ResponseTable(curves().values[1:2] * SETUP["fill"], FINE)
    sensor = plain("mono", Pixels(*extent, pitch), response, None, Mode("low", 1.0, WELL, 0.0))
    electrons = collected(sensor, image, SETUP["time_s"])
    ours = {
        "dark": float(electrons[20:44, :12].mean()),
        "bright": float(electrons[20:44, -12:].mean()),
        "mean": float(electrons.mean()),
    }
    return [Case(f"slanted edge 4 : 1, electrons, {name}", "e-", ours[name], found[name]) for name in ours]


def main() -> None:
    checkout, python = Path(sys.argv[1]), sys.argv[2]
    head = ("number", "unit", "values", "Lichtbild", "ISETCam", "difference")
    known = published(checkout)
    found = beside(checkout, python)
    hot = light.black_body(3000.0, FINE.edges).photons(SETUP["white"])
    run = [
        Case(
            "black body of 3000 K: photon radiance, 81 bands",
            "photons s^-1 m^-2 sr^-1 nm^-1",
            per_nm(hot, FINE),
            found["black_body"],
        ),
        *(case for name, chart in found["charts"].items() for case in chart_cases(name, chart)),
        *even_cases(found["even"]),
        *edge_cases(found["edge"]),
    ]
    said = subprocess.run(["git", "-C", str(checkout), "rev-parse", "HEAD"], capture_output=True, text=True)
    commit = sys.argv[3] if len(sys.argv) > 3 else said.stdout.strip()[:12]
    within = sum(
        abs(ours / theirs - 1) < ALLOWED for ours, theirs in (case.worst() for case in [*known, *run])
    )
    record.write(
        "isetcam_parity",
        "# From scene to electrons, beside ISETCam",
        f"{within} of {len(known) + len(run)} cases agree to {ALLOWED:.0%}. A case of several values shows "
        "the two that differ most.",
        "## ISETCam's own numbers",
        "As its MATLAB code gave them in GNU Octave (ISETCam commit 412b9f9bdb32), kept by pyisetcam, commit "
        f"{commit}. Lights are ours by name; the chart's radiance and the filters are ISETCam's.",
        record.table(head, [case.row() for case in known]),
        "## pyisetcam beside Lichtbild",
        f"pyisetcam, commit {commit}, on CIE lights and the ColorChecker at 380, 385 ... 780 nm, f/2.8, "
        "pixels of 2 um of which 0.8 see light. Deviations are measured in frames of both, whose sampling "
        f"error is {100 / np.sqrt(2 * SIDE**2):.1f} % each.",
        record.table(head, [case.row() for case in run]),
    )


if __name__ == "__main__":
    main()
