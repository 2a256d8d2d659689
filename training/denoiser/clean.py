"""Clean light to train on: photographs made small, dead leaves, and what simulated cameras see of scenes.

Photographs are reduced until their own noise and the blocks of their JPEGs are gone. A camera's light has
come through its lens, its filters and its crosstalk, as expected electrons: there the optics' blur is real,
and nothing is noisy.
"""

import math
import tomllib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from perceptual_hash import perceptual_hash
from PIL import Image

from lichtbild.camera.light_on_sensor import light_on_sensor, view
from lichtbild.camera.module import module
from lichtbild.colour import light, transfer
from lichtbild.colour.observer import xyz_weights
from lichtbild.colour.spaces import SRGB_TO_XYZ
from lichtbild.image.bands import FINE
from lichtbild.io.camera_file import catalogue_camera
from lichtbild.scene.dead_leaves import dead_leaves
from lichtbild.scene.frame import Frame
from lichtbild.scene.lighting import one_light
from lichtbild.sensor.expose import collected
from lichtbild.study.scene_order import SceneOrder

LISTED = Path(__file__).with_name("photographs.toml")
REDUCTIONS = (2.0, 2.6, 3.4)
"""By which photographs are made smaller, each in three sizes."""
LEAVES = ((101, 1.0), (102, 2.0), (103, 4.0), (104, 8.0))
"""Seed of each picture of leaves, and the least radius in pixels."""
SHOTS = (("main", "night-street", 77), ("main", "dead-leaves", 78), ("ultra_wide", "dead-leaves", 79))
"""Camera, scene and seed of each shot."""
SHOT_SIZE = (1536, 2048)
WHITE_SHARE = 0.9
"""Share of a shot's pixels that are darker than its white; lamps are brighter."""


def photographs(folder: Path) -> Iterator[np.ndarray]:
    """Linear pictures ``[row, column, 3]`` of the listed photographs, white at 1.

    Args:
        folder: where the Debian package was unpacked.

    Raises:
        ValueError: a file is another picture than the one that is listed.
    """
    listed = tomllib.loads(LISTED.read_text())
    for entry in listed["photograph"]:
        with Image.open(folder / listed["folder"] / entry["file"]) as file:
            if perceptual_hash(file) != int(entry["hash"], 16):
                raise ValueError(f"{file.filename} is not the photograph that {LISTED.name} lists")
            linear = transfer.SRGB.decode(np.asarray(file.convert("RGB"), np.float32) / 255)
        for reduction in REDUCTIONS:
            yield reduced(linear.astype(np.float32), reduction)


def reduced(picture: np.ndarray, reduction: float) -> np.ndarray:
    """A picture made smaller, each pixel the mean of what it covers."""
    height, width = (int(side / reduction) for side in picture.shape[:2])
    planes = [Image.fromarray(picture[..., plane]) for plane in range(3)]
    smaller = [np.asarray(p.resize((width, height), Image.Resampling.BOX)) for p in planes]
    return np.maximum(np.stack(smaller, axis=-1), 0)


def leaves() -> Iterator[np.ndarray]:
    """Linear pictures of dead leaves ``[row, column, 3]`` in daylight, white at 1."""
    daylight = light.named("D65", FINE.edges)
    for seed, smallest in LEAVES:
        frame = Frame.across(1024, 1024, math.radians(60))
        radii = (smallest * frame.pixel[0], 160 * frame.pixel[0])
        scene = dead_leaves(frame, one_light(daylight, math.pi), seed, radii=radii)
        xyz = np.asarray(scene.in_bands(FINE)) @ xyz_weights(FINE.edges)
        rgb = xyz @ np.linalg.inv(SRGB_TO_XYZ).T
        white = (np.asarray(scene.white) @ xyz_weights(FINE.edges))[1]
        yield np.maximum(scene.weights @ (rgb / white).astype(np.float32), 0)


def shots() -> Iterator[np.ndarray]:
    """Expected electrons ``[row, column]`` of simulated cameras, RGGB, over those of a white."""
    ready = {}
    for camera, scene, seed in SHOTS:
        if camera not in ready:
            ready[camera] = module(catalogue_camera(camera), size=SHOT_SIZE)
        made = ready[camera]
        order = SceneOrder(scene, seed=seed)
        seen = view(made, order.made(made.field, made.extent, None))
        electrons = collected(made.sensor, light_on_sensor(seen), 1.0)
        yield electrons / np.quantile(electrons, WHITE_SHARE)
