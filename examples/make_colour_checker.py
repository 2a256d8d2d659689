"""Make the example DNG: a phone-type sensor's mosaic, calibrated by the chart that it shows.

The source says nothing about its camera but the black level. So the lens shading, the white balance, the
colour matrix and the noise are estimated from the ColorChecker in the frame, and written as DNG tags.

    python examples/make_colour_checker.py INPUT.raw colour_checker.dng
"""

import sys
from pathlib import Path

import colour
import numpy as np

from lichtbild.colour.spaces import D50_XY, xyz_of
from lichtbild.core.window import Extent, Window
from lichtbild.image.calibration import Calibration, CameraColour
from lichtbild.image.cfa import Cfa
from lichtbild.image.levels import Levels
from lichtbild.image.metadata import Metadata
from lichtbild.image.noise_profile import NoiseProfile
from lichtbild.image.opcode import Area, GainMap, OpcodeLists
from lichtbild.image.raw_frame import RawFrame
from lichtbild.io.dng.write import write

EXTENT, BLACK, WHITE = Extent(968, 1424), 256.0, 4095.0
# Inner parts of the chart's patches, found by eye: rows and columns of pixels.
ROWS = ((4, 160), (218, 420), (476, 668), (726, 915))
COLUMNS = ((8, 192), (250, 458), (514, 714), (770, 966), (1018, 1206), (1262, 1416))


def plane_samples(raw, plane, patch):
    """Row, column and value of the samples of one Bayer plane (0 to 3) in a patch."""
    (top, bottom), (left, right) = ROWS[patch // 6], COLUMNS[patch % 6]
    y, x = np.mgrid[top + plane // 2 : bottom : 2, left + plane % 2 : right : 2]
    return y.ravel(), x.ravel(), (raw[y, x].ravel() - BLACK) / (WHITE - BLACK)


def shading_terms(y, x):
    """Even polynomial of the place about the centre, which is how a lens darkens its corners."""
    v, u = (y + 0.5) / EXTENT.height - 0.5, (x + 0.5) / EXTENT.height - 0.5 * EXTENT.width / EXTENT.height
    r2 = v * v + u * u
    return np.stack([v, u, r2, r2 * r2, u * v, u * u - v * v], axis=-1)


def fit_plane(raw, plane):
    """Shading coefficients and each patch's level at the centre: log value = level + shading."""
    parts = [plane_samples(raw, plane, patch) for patch in range(23)]  # the black patch has no signal
    counts = [len(y) for y, _, _ in parts]
    y, x, value = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    patch = np.repeat(np.arange(23), counts)
    weight = np.sqrt(np.maximum(value, 1e-3))  # shot noise: the variance of the logarithm is 1 / signal
    design = np.concatenate([shading_terms(y, x), np.eye(23)[patch]], axis=1) * weight[:, None]
    solution, *_ = np.linalg.lstsq(design, np.log(np.maximum(value, 1e-3)) * weight, rcond=None)
    return solution[:6], np.exp(solution[6:])


def noise(raw):
    """Slope and offset of variance against mean, from neighbours of one plane inside the patches."""
    means, variances = [], []
    for patch in range(24):
        (top, bottom), (left, right) = ROWS[patch // 6], COLUMNS[patch % 6]
        plane = (raw[top:bottom:2, left + 1 : right : 2] - BLACK) / (WHITE - BLACK)
        detail = (plane[:, 1:-1] * 2 - plane[:, :-2] - plane[:, 2:]) / np.sqrt(6)
        means.append(plane.mean())
        variances.append((1.4826 * np.median(np.abs(detail))) ** 2)
    slope, offset = np.polyfit(means, variances, 1, w=1 / np.array(variances))
    return NoiseProfile((slope,) * 3, (max(offset, 1e-9),) * 3)


def main(source: Path, target: Path) -> None:
    """Estimate, and write."""
    raw = np.fromfile(source, "<u2").reshape(EXTENT).astype(float)
    fits = [fit_plane(raw, plane) for plane in range(4)]
    levels = np.stack([fits[0][1], (fits[1][1] + fits[2][1]) / 2, fits[3][1]], axis=1)
    neutral = levels[18:23].sum(axis=0) / levels[18:23].sum(axis=0).max()
    reference = colour.CCS_COLOURCHECKERS["ColorChecker24 - After November 2014"].data
    xyz = np.array([colour.xyY_to_XYZ(value) for value in reference.values()])[:23]
    weight = 1 / np.maximum(xyz[:, 1:2], 0.05) ** (2 / 3)  # equal errors in lightness, about
    matrix = np.linalg.lstsq(levels / neutral * weight, xyz * weight, rcond=None)[0].T
    exposure = float(np.log2(matrix.sum(axis=1)[1]))
    forward = matrix * (xyz_of(D50_XY) / matrix.sum(axis=1))[:, None]
    y, x = np.meshgrid(np.linspace(0, 1, 13), np.linspace(0, 1, 17), indexing="ij")
    whole = Window.whole(EXTENT)
    gains = tuple(
        GainMap(
            area=Area(Window(plane // 2, plane % 2, *EXTENT), (0, 1), (2, 2)),
            gains=np.exp(-shading_terms(y * EXTENT.height - 0.5, x * EXTENT.width - 0.5) @ fit)[..., None],
            spacing=(1 / 12, 1 / 16),
            origin=(0.0, 0.0),
        )
        for plane, (fit, _) in enumerate(fits)
    )
    calibration = Calibration(D50_XY, np.linalg.inv(forward / neutral), forward)
    frame = RawFrame(
        samples=raw.astype(np.uint16)[..., None],
        window=whole,
        extent=EXTENT,
        cfa=Cfa.bayer("RGGB"),
        levels=Levels(np.full((1, 1, 1), BLACK), np.array([WHITE])),
        active_area=whole,
        default_crop=(0.0, 0.0, float(EXTENT.height), float(EXTENT.width)),
        colour=CameraColour((calibration,), as_shot_neutral=tuple(neutral.tolist())),
        opcodes=OpcodeLists(on_linear=gains),
        noise=noise(raw),
        baseline_exposure_ev=exposure,
        metadata=Metadata(make="unknown", model="phone-type sensor, rawpipe 0.19.3 test/input.raw (MIT)"),
    )
    print(f"neutral {neutral}, exposure {exposure:+.2f} EV, noise {frame.noise}")
    error = colour.delta_E(
        colour.XYZ_to_Lab(levels / neutral @ forward.T * 2**exposure, D50_XY), colour.XYZ_to_Lab(xyz, D50_XY)
    )
    print(f"CIEDE2000 of 23 patches: mean {error.mean():.2f}, largest {error.max():.2f}")
    write(frame, target, compression="ljpeg")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
