"""Three frames of a phone module, calibrated by the chart in each, developed, measured and shown.

Nothing is known of the module's colours, so its white balance (a frame) and one forward matrix (for all
frames) are estimated from the ColorCheckers. The layouts are written, so that anyone can develop the frames
with ``lichtbild develop FRAME --layout LAYOUT``; the pictures go to the docs.

    python benchmarks/colour_checker_frames.py ../shared/data/raw/colour_checker_frames OUT
"""

import sys
from pathlib import Path

import colour
import numpy as np
import tomlkit

import lichtbild
from lichtbild.camera.recipe import Recipe
from lichtbild.colour.spaces import D50_XY, XYZ_D50_TO_REC2020, xyz_of
from lichtbild.develop.recipe import DevelopRecipe, WhiteBalanceChoice
from lichtbild.io.reader import read
from lichtbild.io.recipe import changed

CENTRES = {
    "iisp_Indoor1": ((1180.8, 624.7), (1184.9, 1059.4), (1441.0, 1061.4), (1430.8, 634.9)),
    "iisp_Outdoor1": ((682.0, 1648.2), (686.0, 1815.3), (783.7, 1814.4), (777.5, 1643.8)),
    "iisp_Outdoor3": ((969.3, 1329.0), (970.8, 1499.5), (1073.6, 1489.0), (1067.9, 1314.3)),
}
"""(row, column) of the centres of the chart's corner patches, clockwise from dark skin; marked by eye."""

REFERENCE = colour.CCS_COLOURCHECKERS["ColorChecker24 - After November 2014"].data
XYZ = np.array([colour.xyY_to_XYZ(value) for value in REFERENCE.values()])  # under D50


def patch_means(rgb, corners):
    """Mean of the inner part of each of the 24 patches, found between the chart's corners."""
    (a, b, c, d), size = np.array(corners), 0.25
    half = int(size * np.linalg.norm(b - a) / 5)
    means = []
    for v in np.linspace(0, 1, 4):
        for u in np.linspace(0, 1, 6):
            y, x = np.rint((a * (1 - u) + b * u) * (1 - v) + (d * (1 - u) + c * u) * v).astype(int)
            means.append(rgb[y - half : y + half + 1, x - half : x + half + 1].mean(axis=(0, 1)))
    return np.array(means)


def camera_planes(frame):
    """The demosaiced frame without white balance."""
    unbalanced = Recipe(DevelopRecipe(white_balance=WhiteBalanceChoice("neutral", (1.0, 1.0, 1.0))))
    return lichtbild.intermediate(frame, unbalanced, "demosaic").samples


def forward_matrix(balanced):
    """One matrix for all frames, from balanced planes to XYZ under D50; each frame has its own exposure."""
    weight = 1 / np.maximum(XYZ[:, 1:2], 0.05) ** (2 / 3)  # equal errors in lightness, about
    rows, targets = [], []
    for planes in balanced:
        exposure = XYZ[18:22, 1].sum() / planes[18:22].mean(axis=1).sum()
        rows.append(planes * exposure * weight)
        targets.append(XYZ * weight)
    matrix = np.linalg.lstsq(np.concatenate(rows), np.concatenate(targets), rcond=None)[0].T
    return matrix * (xyz_of(D50_XY) / matrix.sum(axis=1))[:, None]


def layout(frame, neutral, forward):
    """The description of a dump, with its calibration."""
    return {
        "schema": 1,
        "width": frame.extent.width,
        "height": frame.extent.height,
        "dtype": "uint8",
        "cfa": "GRBG",
        "black": 12,
        "white": 255,
        "illuminant": "D50",
        "as_shot_neutral": np.round(neutral.astype(float), 5).tolist(),
        "colour_matrix": np.round(np.linalg.inv(forward / neutral), 5).tolist(),
        "forward_matrix": np.round(forward, 5).tolist(),
    }


def main(folder: Path, out: Path) -> None:
    """Calibrate, write the layouts, measure and develop."""
    out.mkdir(parents=True, exist_ok=True)
    frames = {name: lichtbild.read(folder / f"{name}.raw") for name in CENTRES}
    means = {name: patch_means(camera_planes(frame), CENTRES[name]) for name, frame in frames.items()}
    greys = {name: planes[18:22].sum(axis=0) for name, planes in means.items()}
    neutrals = {name: grey / grey.max() for name, grey in greys.items()}
    forward = forward_matrix([means[name] / neutrals[name] for name in frames])
    print("| frame | mean CIEDE2000 | largest |\n|---|---|---|")
    for name, frame in frames.items():
        place = out / f"{name}.toml"
        place.write_text(tomlkit.dumps(layout(frame, neutrals[name], forward)))
        calibrated = read(folder / f"{name}.raw", place)
        linear = changed(Recipe(), {"look.name": "linear", "output.space": "linear-rec2020"})
        rgb = patch_means(lichtbild.develop(calibrated, recipe=linear).samples, CENTRES[name])
        xyz = rgb @ np.linalg.inv(XYZ_D50_TO_REC2020).T
        xyz *= XYZ[18:22, 1].sum() / xyz[18:22, 1].sum()
        error = colour.delta_E(colour.XYZ_to_Lab(xyz, D50_XY), colour.XYZ_to_Lab(XYZ, D50_XY))
        print(f"| {name} | {error.mean():.2f} | {error.max():.2f} |")
        ev = float(np.log2(XYZ[21, 1] / rgb[21].mean()))
        picture = lichtbild.develop(calibrated, ev=round(min(ev, 2.0), 2))
        lichtbild.save(picture, out / f"{name}.jpg", quality=85)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
