"""Run by `isetcam_parity.py` with a Python that has what pyisetcam needs; its sources come by PYTHONPATH.

``FOLDER OUT`` reads ``FOLDER/spectra.npz`` and ``FOLDER/setup.json``, puts the spectra where pyisetcam looks
for those of ISETCam, and keeps what pyisetcam makes of the scenes.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np
from pyisetcam import (
    AssetStore,
    illuminant_create,
    illuminant_get,
    oi_compute,
    oi_create,
    oi_get,
    oi_set,
    scene_adjust_luminance,
    scene_create,
    scene_get,
    scene_set,
    sensor_compute,
    sensor_create,
    sensor_set,
)
from scipy.io import savemat

CHARTS = {"D65": "d65", "A": "tungsten", "FL2": "fluorescent"}
"""Lights, and under which name pyisetcam reads the file that holds them here."""
FILES = {"D65": "D65", "A": "Tungsten", "FL2": "Fluorescent"}
PATCH = 16
"""Pixels of a scene along a patch."""


def lay_out(folder: Path, spectra: Any) -> AssetStore:
    """The spectra as files of the names of ISETCam's."""
    files = {f"data/lights/{name}.mat": spectra[key] for key, name in FILES.items()}
    files["data/human/XYZEnergy.mat"] = spectra["xyz"]
    files["data/human/luminosity.mat"] = spectra["xyz"][1]
    files["data/surfaces/reflectances/macbethChart.mat"] = column_by_column(spectra["patches"])
    for place, values in files.items():
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        savemat(folder / place, {"wavelength": spectra["wave"], "data": values.T})
    os.environ["PYISETCAM_UPSTREAM_ROOT"] = str(folder)  # some of its functions ask for no store
    return AssetStore(folder)


def column_by_column(rows: np.ndarray) -> np.ndarray:
    """Patches row by row from the upper left in ISETCam's order: column by column."""
    return rows.reshape(4, 6, -1).transpose(1, 0, 2).reshape(24, -1)


def lens(f_number: float, focal_length_m: float) -> Any:
    """A lens without blur and fall-off, for a scene far away.

    For such a lens pyisetcam takes a magnification of -1, by which it multiplies the f-number by 2.
    """
    oi = oi_set(oi_create("pinhole"), "optics fnumber", f_number / 2)
    return oi_set(oi, "optics focal length", focal_length_m)


def far(scene: Any) -> Any:
    """The scene at a great distance."""
    return scene_set(scene, "distance", 1e9)


def inner_means(values: np.ndarray, rows: int = 4, columns: int = 6) -> np.ndarray:
    """Means of the inner parts of patches that lie side by side over the whole of a picture."""
    tall, wide = values.shape[0] / rows, values.shape[1] / columns
    means = []
    for row in range(rows):
        for column in range(columns):
            part = values[
                round((row + 0.25) * tall) : round((row + 0.75) * tall),
                round((column + 0.25) * wide) : round((column + 0.75) * wide),
            ]
            means.append(np.nanmean(part, axis=(0, 1)))
    return np.array(means)


def chart(name: str, setup: dict[str, Any], spectra: Any, store: AssetStore) -> dict[str, Any]:
    """A ColorChecker whose white shines as asked for, on the way from light to electrons."""
    wave = spectra["wave"]
    scene = far(scene_create(f"macbeth {CHARTS[name]}", PATCH, wave, asset_store=store))
    white = illuminant_create(CHARTS[name], wave, setup["white"], asset_store=store)
    photons = np.asarray(illuminant_get(white, "photons"), float).reshape(-1)
    now = np.asarray(scene_get(scene, "illuminant photons"), float).reshape(-1)
    mean = float(scene_get(scene, "mean luminance", asset_store=store)) * photons.sum() / now.sum()
    scene = scene_adjust_luminance(scene, mean, asset_store=store)
    oi = oi_compute(lens(setup["f_number"], setup["focal_m"]), scene, crop=True)
    sensor = colour_sensor(setup, spectra, store)
    computed = sensor_compute(sensor, oi, seed=1)
    volts = np.asarray(computed.data["volts"])
    electrons = volts / setup["volts_per_electron"]
    planes = np.tile(np.array(setup["pattern"]), [side // 2 for side in electrons.shape])
    each = [np.where(planes == plane, electrons, np.nan) for plane in range(3)]
    return {
        "white_photons": photons.tolist(),
        "luminance": inner_means(np.asarray(scene_get(scene, "luminance", asset_store=store))).tolist(),
        "irradiance": inner_means(np.asarray(oi.data["photons"], float)).tolist(),
        "illuminance": inner_means(np.asarray(oi_get(oi, "illuminance"))).tolist(),
        "electrons": inner_means(np.stack(each, axis=-1)).tolist(),
    }


def pixel(setup: dict[str, Any], spectra: Any, size: tuple[int, int], **more: float) -> dict[str, Any]:
    """What pyisetcam calls a pixel; by default without noise."""
    return {
        "size_m": np.array([setup["pitch_m"]] * 2),
        "fill_factor": setup["fill"],
        "conversion_gain_v_per_electron": setup["volts_per_electron"],
        "voltage_swing": setup["swing"],
        "dark_voltage_v_per_sec": 0.0,
        "read_noise_v": 0.0,
        "wave": spectra["wave"],
        "size": size,
        **more,
    }


def colour_sensor(setup: dict[str, Any], spectra: Any, store: AssetStore) -> Any:
    """A Bayer sensor without noise."""
    sensor = sensor_create("monochrome", pixel(setup, spectra, (224, 336)), asset_store=store)
    sensor.fields["filter_spectra"] = spectra["efficiency"].T
    sensor.fields["filter_names"] = ["r", "g", "b"]
    sensor = sensor_set(sensor, "pattern", 1 + np.array(setup["pattern"]))
    sensor = sensor_set(sensor, "noise flag", 0)
    return sensor_set(sensor, "integration time", setup["time_s"])


def even(setup: dict[str, Any], spectra: Any, store: AssetStore) -> dict[str, Any]:
    """Noise, full wells and codes of a monochrome sensor under an even light."""
    wave, found = spectra["wave"], {}
    scene = far(scene_create("uniform d65", 64, wave, asset_store=store))
    scene = scene_adjust_luminance(scene, setup["white"], asset_store=store)
    oi = oi_compute(lens(setup["f_number"], setup["focal_m"]), scene, crop=True)
    for name, case in setup["even"].items():
        made = pixel(setup, spectra, (256, 256), **case["pixel"])
        sensor = sensor_create("monochrome", made, asset_store=store)
        sensor.fields["filter_spectra"] = spectra["efficiency"][1:2].T
        sensor = sensor_set(sensor, "integration time", case["time_s"])
        sensor = sensor_set(sensor, "noise flag", case["noise"])
        sensor.fields["quantization"] = "linear"
        sensor.fields["nbits"] = setup["bits"]
        computed = sensor_compute(sensor, oi, seed=7)
        volts = np.asarray(computed.data["volts"]) / setup["volts_per_electron"]
        codes = np.asarray(computed.data["dv"], float)
        found[name] = {"mean": volts.mean(), "deviation": volts.std(), "code": codes.mean()}
    f_numbers = [
        float(
            np.mean(
                oi_compute(lens(n, setup["focal_m"]), scene, crop=True).data["photons"], axis=(0, 1)
            ).sum()
        )
        for n in setup["f_numbers"]
    ]
    return {"noise": found, "f_numbers": f_numbers}


def edge(setup: dict[str, Any], spectra: Any, store: AssetStore) -> dict[str, float]:
    """Mean electrons of a slanted edge of 4 : 1 in equal energy: left of it, right of it, in all."""
    scene = far(scene_create("slanted bar", 256, 2.6, 10.0, spectra["wave"], 0.25, asset_store=store))
    light = np.asarray(scene_get(scene, "luminance", asset_store=store))
    scene = scene_adjust_luminance(
        scene, setup["white"] * float(light.mean() / light.max()), asset_store=store
    )
    oi = oi_compute(lens(setup["f_number"], setup["focal_m"]), scene, crop=True)
    sensor = sensor_create("monochrome", pixel(setup, spectra, (64, 64)), asset_store=store)
    sensor.fields["filter_spectra"] = spectra["efficiency"][1:2].T
    sensor = sensor_set(sensor, "noise flag", 0)
    sensor = sensor_set(sensor, "integration time", setup["time_s"])
    volts = np.asarray(sensor_compute(sensor, oi, seed=1).data["volts"]) / setup["volts_per_electron"]
    return {"dark": float(volts.min()), "bright": float(volts.max()), "mean": float(volts.mean())}


def main() -> None:
    folder, out = map(Path, sys.argv[1:])
    spectra, setup = np.load(folder / "spectra.npz"), json.loads((folder / "setup.json").read_text())
    store = lay_out(folder / "assets", spectra)
    found = {"charts": {name: chart(name, setup, spectra, store) for name in CHARTS}}
    wave = spectra["wave"]
    hot = illuminant_create("blackbody", wave, 3000.0, setup["white"], asset_store=store)
    found["black_body"] = np.asarray(illuminant_get(hot, "photons"), float).reshape(-1).tolist()
    found["even"] = even(setup, spectra, store)
    found["edge"] = edge(setup, spectra, store)
    out.write_text(json.dumps(found))


if __name__ == "__main__":
    main()
