"""Run by `lens_design.py` with a Python that has Optiland and ray-optics; it needs nothing else.

``LENS.zmx MEDIA OUT`` opens an exported lens as each of the two reads it, gives its media the indices that
makers publish (they know none of these plastics; MEDIA holds them by gap and wavelength), and keeps RMS spot
radii about the centroid over all wavelengths at the fields that MEDIA names.
"""

import json
import sys
import warnings
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

RINGS, ARMS = 10, 24


def tabled(indices: dict[float, float]) -> Any:
    """A medium with given indices."""
    import optiland.backend as be
    from optiland.materials.base import BaseMaterial

    class Tabled(BaseMaterial):
        def _cache_state(self) -> None:
            return None

        def _calculate_n(self, wavelength: Any, **kwargs: Any) -> Any:
            waves = np.atleast_1d(be.to_numpy(wavelength))
            values = np.array([indices[min(indices, key=lambda known: abs(known - w))] for w in waves])
            return values if np.ndim(wavelength) else float(values[0])

        def _calculate_k(self, wavelength: Any, **kwargs: Any) -> Any:
            return 0.0 * np.asarray(wavelength)

    return Tabled()


def opened(place: str, media: dict[str, Any]) -> Any:
    """The lens of a ``.zmx`` file, with published indices."""
    from optiland.fileio import load_zemax_file

    optic = load_zemax_file(place)
    surfaces = list(optic.surfaces)
    for gap, row in enumerate(media["indices"]):
        if row[0] != 1.0:
            medium = tabled(dict(zip(media["wavelengths_um"], row, strict=True)))
            surfaces[gap].material_post = medium
    for surface in surfaces:
        if hasattr(surface.geometry, "tol"):
            surface.geometry.tol = 1e-12
    return optic


def pupil() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Places in the unit disc, and their weights."""
    nodes, weights = np.polynomial.legendre.leggauss(RINGS)
    radius = np.sqrt((nodes + 1) / 2)[:, None]
    angle = 2 * np.pi * (np.arange(ARMS) + 0.5) / ARMS
    px, py = ((radius * trig).ravel() for trig in (np.cos(angle), np.sin(angle)))
    return px, py, np.repeat(weights, ARMS)


def radius_of(places: list[np.ndarray]) -> tuple[float, float]:
    """RMS radius of rays of all wavelengths on the image, mm, and the share of them that was lost."""
    place, weight = np.concatenate(places, axis=1), np.tile(pupil()[2], len(places))
    passed = np.isfinite(place).all(axis=0)
    if not passed.any():
        return float("nan"), 1.0
    place, weight = place[:, passed], weight[passed] / weight[passed].sum()
    place = place - (place * weight).sum(axis=1, keepdims=True)
    return float(np.sqrt((weight * (place**2).sum(axis=0)).sum())), float(1 - passed.mean())


def by_optiland(place: str, asked: dict[str, Any]) -> list[tuple[float, float]]:
    """Radii and shares lost, by field."""
    optic = opened(place, asked)
    px, py, _ = pupil()

    def at(share: float) -> tuple[float, float]:
        found = []
        for wave in asked["wavelengths_um"]:
            rays = optic.trace_generic(np.zeros_like(px), np.full_like(px, share), px, py, wave)
            found.append(np.stack([rays.x, rays.y]))
        return radius_of(found)

    return [at(share) for share in asked["shares"]]


def by_rayoptics(place: str, asked: dict[str, Any]) -> list[tuple[float, float]]:
    """Radii and shares lost, by field: rays through the stop in front, one by one."""
    from rayoptics.raytr.raytrace import trace_raw
    from rayoptics.raytr.traceerror import TraceError
    from rayoptics.zemax.zmxread import read_lens_file

    model, _ = read_lens_file(Path(place))
    sequence = model["seq_model"]
    sequence.gaps[0].thi = 1.0
    model.update_model()
    px, py, _ = pupil()
    stop = asked["stop_radius_mm"] * np.stack([px, py, np.zeros_like(px)], axis=1)

    def met(path: list[Any], wave: float, angle: float) -> np.ndarray:
        way = np.array([0.0, np.sin(angle), np.cos(angle)])
        found = np.full((2, len(stop)), np.nan)
        for number, point in enumerate(stop - way / way[2] + [0.0, 0.0, 1.0]):
            with suppress(TraceError):
                ray, *_ = trace_raw(iter(path), point, way, 1e3 * wave, intersect_obj=False)
                found[:, number] = ray[-1][0][:2]
        return found

    paths = []
    for number, wave in enumerate(asked["wavelengths_um"]):
        index = [row[number] for row in asked["indices"]] + [1.0]
        whole = zip(sequence.path(), index, strict=True)
        paths.append((wave, [(*row[:3], n, *row[4:]) for row, n in whole]))
    angles = np.array(asked["shares"]) * asked["edge_rad"]
    return [radius_of([met(path, wave, angle) for wave, path in paths]) for angle in angles]


def main(lens: str, media: str, out: str) -> None:
    warnings.filterwarnings("ignore")
    asked = json.loads(Path(media).read_text())
    programs = {"Optiland": ("optiland", by_optiland), "ray-optics": ("rayoptics", by_rayoptics)}
    kept = {f"{name} {version(package)}": run(lens, asked) for name, (package, run) in programs.items()}
    Path(out).write_text(json.dumps(kept))


if __name__ == "__main__":
    main(*sys.argv[1:])
