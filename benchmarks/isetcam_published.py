"""Our numbers beside those of ISETCam itself, as pyisetcam keeps them; called by `isetcam_parity.py`.

ISETCam's scenes lie at 1.2 m, its lens is limited by diffraction, its pixels have 2.8 um.
"""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from scipy.io import loadmat

from isetcam_case import FOCAL, SQUARE_METRE, TEN, Case, image_of, per_nm, plain
from lichtbild.colour import light, observer
from lichtbild.core.units import nm, um
from lichtbild.core.window import Extent
from lichtbild.image.bands import Bands
from lichtbild.image.cfa import Cfa
from lichtbild.image.scene import Scene
from lichtbild.sensor.expose import mean_electrons
from lichtbild.sensor.exposure import Exposure
from lichtbild.sensor.photon_transfer import photon_transfer
from lichtbild.sensor.pixel import Pixels
from lichtbild.sensor.readout import Mode
from lichtbild.sensor.spectral_response import ResponseTable

ISETCAM_GAIN, ISETCAM_FILL = 1e-4, 0.75
"""V per electron and share of a pixel that sees light, of ISETCam's usual pixel."""


def of_radiance(photons: np.ndarray, bands: Bands, size: tuple[float, float]) -> Scene:
    """A scene of ISETCam, ``[row, column, wavelength]``, as one of ours: each different spectrum once."""
    flat = photons.reshape(-1, photons.shape[2])
    _, first, which = np.unique(flat.round(-8), axis=0, return_index=True, return_inverse=True)
    weights = np.eye(len(first), dtype=np.float32)[which.ravel()].reshape(*photons.shape[:2], -1)
    return Scene(weights, flat[first] / SQUARE_METRE * (bands.widths / nm(1)), bands, size)


def inner(values: np.ndarray, patch: int) -> np.ndarray:
    """Means of the middles of patches that lie side by side."""
    rows, columns = (side // patch for side in values.shape[:2])
    cut = values[: rows * patch, : columns * patch].reshape(rows, patch, columns, patch, -1)
    keep = slice(patch // 4, patch - patch // 4)
    return cut[:, keep][:, :, :, keep].mean(axis=(1, 3))


def published(checkout: Path) -> list[Case]:
    """Cases against what ISETCam gave in GNU Octave."""

    def kept(name: str) -> dict[str, Any]:
        place = checkout / "tests/parity/baselines" / f"{name}.mat"
        found: dict[str, Any] = loadmat(place, squeeze_me=True)
        return found

    return [*_lights(kept), *_chart_of(kept), *_counted(kept), *_pixels_of(kept)]


def _lights(kept: Any) -> list[Case]:
    """Spectra at 100 cd/m2, of bands of 1 nm about ISETCam's wavelengths."""
    narrow = Bands.even(nm(379.5), nm(780.5), 401)
    usual = slice(20, 321, 10)

    def at(one: light.Light) -> np.ndarray:
        return per_nm(one.photons(100.0), narrow)

    sky = kept("scene_daylight_small")
    days = np.stack([at(light.daylight(kelvin, narrow.edges))[20:321] for kelvin in sky["cct_k"]])
    middle = Bands.even(nm(545), nm(555), 1)
    mono = light.of_function("550 nm", np.ones_like, middle.edges).photons(100.0)
    unit = "photons s^-1 m^-2 sr^-1 nm^-1"
    named = {
        "D65": light.named("D65", narrow.edges),
        "equal photons": light.of_function("equal photons", np.reciprocal, narrow.edges),
        "black body of 4500 K": light.black_body(4500.0, narrow.edges),
    }
    files = ("scene_uniform_d65_small", "scene_uniform_ep_small", "scene_uniform_bb_small")
    return [
        *(
            Case(f"photon radiance, {name}", unit, at(one)[usual], kept(file)["photons"][0, 0])
            for (name, one), file in zip(named.items(), files, strict=True)
        ),
        Case(
            "photon radiance, daylight of 4000 to 10000 K",
            unit,
            days,
            (sky["photons"][:301] * (100 / sky["lum_photons"])).T,
        ),
        Case(
            "photon radiance, a colour of 550 nm",
            "photons s^-1 m^-2 sr^-1",
            mono * SQUARE_METRE,
            kept("scene_uniform_monochromatic_small")["photons"][0, 0],
        ),
    ]


def _chart_of(kept: Any) -> list[Case]:
    """ISETCam's ColorChecker in D65, on its way through its usual lens to its usual Bayer sensor."""
    radiance, lens = kept("scene_macbeth_default"), kept("oi_diffraction_limited_default")
    volts, filters = kept("sensor_bayer_noiseless"), kept("sensor_external_analysis_small")["filter_spectra"]
    width = 2 * np.tan(np.radians(5))
    # ISETCam puts an eighth of darkness on each side before it blurs.
    dark = np.pad(radiance["photons"], ((8, 8), (12, 12), (0, 0)))
    scene = of_radiance(dark, TEN, (width * 80 / 96, width * 120 / 96))
    seen = observer.luminance(np.asarray(scene.weights @ scene.spectra)[8:72, 12:108], TEN.edges)
    # ISETCam focuses on 1.2 m: the image lies a little behind the focus.
    behind = 1 / (1 / FOCAL - 1 / 1200.0)
    working = 4.0 * (1 + behind / 1200.0)
    step = behind * width / 96
    image = image_of(scene, working, step * FOCAL / behind, Extent(64, 96), cosine=True, diffracts=95)
    there = per_nm(image.irradiance.astype(float), TEN)
    pixels = Pixels(72, 88, um(2.8))
    # The same light at the sensor's pixels.
    near = image_of(scene, working, um(2.8) * FOCAL / behind, Extent(72, 88), cosine=True, diffracts=191)
    near = replace(near, pitch=um(2.8))
    sensor = plain(
        "ISETCam's",
        pixels,
        ResponseTable(filters.T * ISETCAM_FILL, TEN),
        Cfa.bayer("GRBG"),
        Mode("low", 1.0, 60_000.0, 0.0),
    )
    electrons = np.asarray(mean_electrons(sensor, near, float(volts["integration_time"])))
    planes = sensor.planes()
    ours, theirs = [], []
    for rows in (slice(4, 28), slice(44, 68)):
        for columns in (slice(6, 32), slice(56, 82)):
            for plane in range(3):
                own = planes[rows, columns] == plane
                ours.append(electrons[rows, columns][own].mean())
                theirs.append(volts["volts"][rows, columns][own].mean() / ISETCAM_GAIN)
    return [
        Case("mean luminance of its ColorChecker", "cd m^-2", seen.mean(), radiance["mean_luminance"]),
        Case(
            "irradiance of 24 patches at 31 wavelengths, f/4",
            "photons s^-1 m^-2 nm^-1",
            inner(there, 16),
            inner(lens["photons"], 16),
        ),
        Case("electrons of 4 patches in red, green, blue pixels", "e-", ours, theirs),
    ]


def _counted(kept: Any) -> list[Case]:
    """Photons by f-number, of equal photons at 10 cd/m2 on a square of 10 degrees at 1.2 m in the dark."""
    known = kept("sensor_counting_photons_small")
    behind = 1 / (1 / FOCAL - 1 / 1200.0)
    square = 2 * np.tan(np.radians(5))
    lamp = light.of_function("equal photons", np.reciprocal, TEN.edges).photons(10.0)
    weights = np.pad(np.ones((32, 32, 1), np.float32), ((4, 4), (4, 4), (0, 0)))
    scene = Scene(weights, lamp[None], TEN, (square * 1.25, square * 1.25))
    ours = []
    for number in known["fnumbers"]:
        working = float(number) * (1 + behind / 1200.0)
        image = image_of(scene, working, square * FOCAL / 32, Extent(40, 40), cosine=True, diffracts=31)
        # ISETCam's part: rows 31 to 54 and columns 41 to 57 of 160.
        ours.append(per_nm(image.irradiance[8:13, 10:14].astype(float), TEN).sum(axis=2).mean())
    return [Case("photon irradiance, f/2 to f/16", "photons s^-1 m^-2 nm^-1, summed", ours, known["total_q"])]


def _pixels_of(kept: Any) -> list[Case]:
    """Signal-to-noise ratio of ISETCam's five pixels."""
    known, cases = kept("metrics_snr_pixel_size_luxsec_small"), []
    for number, size in enumerate(known["pixel_sizes_um"]):
        read = known["read_noise_mv"][number] * 1e-3 / ISETCAM_GAIN
        well = known["voltage_swing_v"][number] / ISETCAM_GAIN
        response = ResponseTable(np.full((1, 31), ISETCAM_FILL), TEN)
        sensor = plain(
            "mono", Pixels(8, 8, um(float(size))), response, None, Mode("low", well / 60_000, well, read)
        )
        curve = photon_transfer(sensor, Exposure(0.01), 400)
        levels = np.geomspace(1e-4, 1.0, 50)[20:] * well
        ours = np.interp(np.log(levels), np.log(curve.electrons[1:]), np.log(curve.snr[1:]))
        theirs = known["snr_db"][number][20:]
        name = f"signal-to-noise ratio, pixel of {size:g} um, read noise {read:g} e-, 30 levels"
        cases.append(Case(name, "", np.exp(ours), 10 ** (theirs / 20)))
    return cases
