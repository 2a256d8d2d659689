"""Run by the benchmarks of lenses with a Python that has the peers; it needs nothing else.

``trace LENS RAYS OUT`` traces the rays of an ``.npz`` file (position and direction [3, ray], in mm from the
vertex of surface 1) through a lens of ``shared/data/optics/phone`` at the d line in each peer, and keeps wall
seconds (the least of several), millions of ray-surfaces a second and the mean height of the rays.
``diffraction LENS OUT`` times 15 point spread functions with MTFs (5 fields, 3 wavelengths) in Optiland.
``tolerance LENS OUT`` times a build of a Monte Carlo in Optiland.
"""

import json
import sys
import time
import warnings
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np

THREADS = 2
REPEATS = 15
FIELDS = (0.0, 0.35, 0.7, 0.9, 1.0)
SAMPLINGS = ((64, 512), (128, 1024))
SLOW_RAYS = 4000
"""Rays for a peer that traces one at a time."""

Result = dict[str, Any]


def optiland_lens(lens: dict[str, Any], tolerance: float, medium: Callable[..., Any] | None = None) -> Any:
    """The lens in Optiland, whose back end is already chosen; without media, nd at every wavelength."""
    from optiland.materials import IdealMaterial
    from optiland.optic import Optic

    of_row = medium or (lambda row: IdealMaterial(row["nd"]))
    optic = Optic()
    optic.surfaces.add(index=0, radius=np.inf, thickness=np.inf)
    for index, row in enumerate(lens["surfaces"][1:], 1):
        shape = {"radius": row["R"] or np.inf, "conic": row["k"], "thickness": row["t"] or 0.0}
        if row["a"]:
            orders = range(2, max(map(int, row["a"])) + 1, 2)
            series = [row["a"].get(str(order), 0.0) for order in orders]
            shape |= {"surface_type": "even_asphere", "coefficients": series, "tol": tolerance}
        behind = of_row(row) if row["nd"] else "air"
        optic.surfaces.add(index=index, material=behind, is_stop=row["stop"], **shape)
    optic.set_aperture("imageFNO", lens["meta"]["fno"])
    optic.fields.set_type("angle")
    for fraction in FIELDS:
        optic.fields.add(y=fraction * lens["fields"][-1])
    for number, wavelength in enumerate(lens["wavelengths_um"]):
        optic.wavelengths.add(wavelength, is_primary=number == 1)
    return optic


def trace_optiland(
    lens: dict[str, Any], rays: dict[str, np.ndarray], backend: str, tolerance: float
) -> Result:
    import optiland.backend as be
    from optiland.rays import RealRays

    be.set_backend(backend)
    if backend == "torch":
        be.set_precision("float64")
        be.grad_mode.disable()
    optic = optiland_lens(lens, tolerance)
    ones = np.ones(rays["position"].shape[1])
    seconds = []
    for _ in range(REPEATS):
        launched = RealRays(*rays["position"], *rays["direction"], ones, ones * lens["wavelengths_um"][1])
        begin = time.perf_counter()
        optic.surfaces.trace(launched, record=False)
        seconds.append(time.perf_counter() - begin)
    return _rate(min(seconds), be.to_numpy(launched.y), lens)


def trace_rayoptics(lens: dict[str, Any], rays: dict[str, np.ndarray]) -> Result:
    from rayoptics.elem.profiles import EvenPolynomial, Spherical
    from rayoptics.optical.opticalmodel import OpticalModel
    from rayoptics.raytr.raytrace import trace_raw

    model = OpticalModel()
    sequence = model["seq_model"]
    sequence.gaps[0].thi = 1.0
    for row in lens["surfaces"][1:-1]:
        curvature = 1 / row["R"] if row["R"] else 0.0
        sequence.add_surface([curvature, row["t"], row["nd"] or 1.0])
        terms = [row["a"].get(str(order), 0.0) for order in range(2, 31, 2)]
        even = EvenPolynomial(c=curvature, cc=row["k"], coefs=terms)
        sequence.ifcs[sequence.cur_surface].profile = even if row["a"] else Spherical(c=curvature)
    model.update_model()
    wavelength = sequence.central_wavelength()  # the indices are the same at all
    starts = rays["position"].T[:SLOW_RAYS] + np.array(
        [0.0, 0.0, 1.0]
    )  # from the object surface, 1 mm before
    directions = rays["direction"].T[:SLOW_RAYS]
    path = list(sequence.path(wavelength))
    heights = np.empty(len(starts))
    begin = time.perf_counter()
    for number, (start, direction) in enumerate(zip(starts, directions, strict=True)):
        found, _, _ = trace_raw(iter(path), start, direction, wavelength, intersect_obj=False)
        heights[number] = found[-1][0][1]
    return _rate(time.perf_counter() - begin, heights, lens)


def diffraction_optiland(lens: dict[str, Any], sampling: tuple[int, int]) -> Result:
    """15 spread functions by FFT with their MTFs, once a grid's plans and caches are warm."""
    import optiland.backend as be
    from optiland.mtf import FFTMTF

    be.set_backend("numpy")
    optic = optiland_lens(lens, 1e-6)
    rays, grid = sampling
    seconds = []
    for _ in range(REPEATS):
        begin = time.perf_counter()
        found = [FFTMTF(optic, "all", wave, num_rays=rays, grid_size=grid) for wave in lens["wavelengths_um"]]
        seconds.append(time.perf_counter() - begin)
    middle = found[1]
    curves = [[np.asarray(curve).tolist() for curve in pair] for pair in middle.mtf]
    return {
        "seconds": min(seconds),
        "sampling": sampling,
        "frequencies": np.asarray(middle.freq).tolist(),
        "mtf": curves,
    }


def trace(lens: dict[str, Any], source: Path) -> dict[str, Result]:
    rays = dict(np.load(source))
    runs: dict[str, Callable[[], Result]] = {
        f"Optiland {_version('optiland')}, NumPy": lambda: trace_optiland(lens, rays, "numpy", 1e-6),
        "Optiland, NumPy, tolerance 1e-13 mm": lambda: trace_optiland(lens, rays, "numpy", 1e-13),
        "Optiland, Torch": lambda: trace_optiland(lens, rays, "torch", 1e-6),
        f"ray-optics {_version('rayoptics')}": lambda: trace_rayoptics(lens, rays),
    }
    return {name: found for name, run in runs.items() if (found := _tried(run)) is not None}


def diffraction(lens: dict[str, Any]) -> dict[str, Result]:
    name = f"Optiland {_version('optiland')}"
    return {
        f"{name}, {rays} rays, {grid}": diffraction_optiland(lens, (rays, grid)) for rays, grid in SAMPLINGS
    }


def _rate(seconds: float, heights: np.ndarray, lens: dict[str, Any]) -> Result:
    count = heights.size * (len(lens["surfaces"]) - 1)
    found = heights[np.isfinite(heights)]
    return {
        "seconds": seconds,
        "rays": heights.size,
        "rate": count / seconds / 1e6,
        "mean": float(found.mean()),
        "lost": int(heights.size - found.size),
    }


def _tried(run: Callable[[], Result]) -> Result | None:
    """What a peer found, or nothing where it is not installed."""
    try:
        return run()
    except ModuleNotFoundError as error:
        sys.stderr.write(f"left out: {error}\n")
        return None


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def tolerance(lens: dict[str, Any]) -> Result:
    """Seconds of a build in Optiland: decentre and tilt of every surface, spots of 5 fields, 3 wavelengths.

    Without a compensator, and with the image's distance as one.
    """
    import optiland.backend as be
    from optiland.tolerancing.core import Tolerancing
    from optiland.tolerancing.monte_carlo import MonteCarlo
    from optiland.tolerancing.perturbation import DistributionSampler

    be.set_backend("numpy")
    seconds = {}
    for name, builds in (("no compensator", 10), ("focus compensated", 3)):
        optic = optiland_lens(lens, 1e-6)
        rows = Tolerancing(optic)
        last = len(lens["surfaces"]) - 1
        for fraction in FIELDS:
            for wave in lens["wavelengths_um"]:
                spot = {"optic": optic, "surface_number": last, "Hx": 0.0, "Hy": fraction}
                spot |= {"num_rays": 6, "wavelength": wave, "distribution": "hexapolar"}
                rows.add_operand("rms_spot_size", spot)
        for index, surface in enumerate(lens["surfaces"][1:-1], 1):
            if surface["a"]:
                for axis in ("x", "y"):
                    for kind, spread in (("decenter", 7.5e-4), ("tilt", 1.5e-4)):
                        sampler = DistributionSampler("normal", loc=0.0, scale=spread)
                        rows.add_perturbation(kind, sampler, surface_number=index, axis=axis)
        if name == "focus compensated":
            rows.add_compensator("thickness", surface_number=last - 1)
        runs = MonteCarlo(rows)
        runs.run(1)
        begin = time.perf_counter()
        runs.run(builds)
        said = f"Optiland {_version('optiland')}: one build, {name}, spots of 15 bundles"
        seconds[said] = (time.perf_counter() - begin) / builds
    return seconds


def ask(python: str, what: str, lens: Path, *files: Path) -> Any:
    """What a peer's Python answers to ``what``, with as many threads as we get; called from our side."""
    import os
    import subprocess
    import tempfile

    threads = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"), str(THREADS))
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "answer.json"
        command = [python, "-W", "ignore", __file__, what, lens, *files, out]
        subprocess.run(command, check=True, env=os.environ | threads)
        return json.loads(out.read_text())


ALONE = {"diffraction": diffraction, "tolerance": tolerance}
"""Questions about a lens alone."""


def main() -> None:
    what, lens, *files, out = sys.argv[1:]
    warnings.simplefilter("ignore")
    prescription = json.loads(Path(lens).read_text())
    answer = trace(prescription, Path(files[0])) if what == "trace" else ALONE[what](prescription)
    Path(out).write_text(json.dumps(answer))


if __name__ == "__main__":
    main()
