"""Run by `lens_design.py` with a Python that has Optiland; it needs nothing else.

``LENS.zmx MEDIA OUT`` opens an exported lens as Optiland reads it, gives its media the indices that makers
publish (it knows none of these plastics; MEDIA holds them by gap and wavelength), and keeps RMS spot radii
about the centroid over all wavelengths at the fields that MEDIA names.
"""

import json
import sys
import warnings
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


def spot(optic: Any, share: float, media: dict[str, Any]) -> tuple[float, float]:
    """RMS radius of a field in mm, and the share of rays that Optiland lost."""
    nodes, weights = np.polynomial.legendre.leggauss(RINGS)
    radius = np.sqrt((nodes + 1) / 2)[:, None]
    angle = 2 * np.pi * (np.arange(ARMS) + 0.5) / ARMS
    px, py = ((radius * trig).ravel() for trig in (np.cos(angle), np.sin(angle)))
    weight = np.repeat(weights, ARMS)
    places = []
    for wave in media["wavelengths_um"]:
        rays = optic.trace_generic(np.zeros_like(px), np.full_like(px, share), px, py, wave)
        places.append(np.stack([rays.x, rays.y]))
    place, weight = np.concatenate(places, axis=1), np.tile(weight, len(places))
    passed = np.isfinite(place).all(axis=0)
    place, weight = place[:, passed], weight[passed] / weight[passed].sum()
    place = place - (place * weight).sum(axis=1, keepdims=True)
    return float(np.sqrt((weight * (place**2).sum(axis=0)).sum())), float(1 - passed.mean())


def main(lens: str, media: str, out: str) -> None:
    warnings.filterwarnings("ignore")
    asked = json.loads(Path(media).read_text())
    optic = opened(lens, asked)
    rows = [spot(optic, share, asked) for share in asked["shares"]]
    kept = {"name": f"Optiland {version('optiland')}", "rms": rows}
    Path(out).write_text(json.dumps(kept))


if __name__ == "__main__":
    main(*sys.argv[1:])
