"""Run by `lens_optimise.py` with a Python that has Optiland; it needs nothing else but `lens_peers.py`.

``optimise LENS STEPS OUT`` lets Optiland's least squares move 29 numbers of a prescription (JSON as in
``shared/data/optics/phone``, with ``n`` for each wavelength) from where it is, and keeps seconds, calls and
the numbers. ``rays LENS RAYS OUT`` traces rays (``.npz``: position and direction ``[3, ray]``, wavelength)
and keeps where they meet the image.
"""

import json
import sys
import time
import warnings
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from lens_peers import optiland_lens

GRID = 6
"""Rings of Optiland's hexapolar spots."""


def tabled(lens: dict[str, Any], row: dict[str, Any]) -> Any:
    """The medium behind a surface, with its own index at each wavelength."""
    import optiland.backend as be
    from optiland.materials.base import BaseMaterial

    indices = dict(zip(lens["wavelengths_um"], row["n"], strict=True))

    class Tabled(BaseMaterial):
        def _cache_state(self) -> None:
            return None

        def _calculate_n(self, wavelength: Any, **kwargs: Any) -> Any:
            wanted, place = np.unique(be.to_numpy(wavelength), return_inverse=True)
            own = np.array([indices[min(indices, key=lambda known: abs(known - w))] for w in wanted])
            values = own[place].reshape(-1)
            return values if np.ndim(wavelength) else float(values[0])

        def _calculate_k(self, wavelength: Any, **kwargs: Any) -> Any:
            return 0.0 * np.asarray(wavelength)

    return Tabled()


def optimise(lens: dict[str, Any], steps: int) -> dict[str, Any]:
    from optiland.optimization import LeastSquares, OptimizationProblem

    optic = optiland_lens(lens, 1e-10, partial(tabled, lens))
    problem = OptimizationProblem()
    edge = lens["fields"][-1]
    for angle in lens["fields"]:
        for wavelength in lens["wavelengths_um"]:
            asked = {
                "optic": optic,
                "surface_number": -1,
                "Hx": 0.0,
                "Hy": angle / edge,
                "num_rays": GRID,
                "wavelength": wavelength,
                "distribution": "hexapolar",
            }
            problem.add_operand("rms_spot_size", target=0.0, weight=1.0, input_data=asked)
    problem.add_operand("f2", target=lens["focal_length"], weight=0.1, input_data={"optic": optic})
    for index in lens["bent"]:
        problem.add_variable(optic, "reciprocal_radius", surface_number=index)
    for index in lens["bent"]:
        problem.add_variable(optic, "asphere_coeff", surface_number=index, coeff_number=1)
    for index in lens["gaps"]:
        low, high = lens["limits"]
        problem.add_variable(optic, "thickness", surface_number=index, min_val=low, max_val=high)
    calls = 0
    first = problem.operands[0].fun

    def counted() -> Any:
        nonlocal calls
        calls += 1
        return first()

    problem.operands[0].fun = counted
    begin = time.perf_counter()
    done = LeastSquares(problem).optimize(maxiter=steps, tol=1e-9, method_choice="trf", x_scale="jac")
    seconds = time.perf_counter() - begin
    for index in lens["bent"]:
        geometry = optic.surfaces[index].geometry
        lens["surfaces"][index]["R"] = float(np.squeeze(geometry.radius))
        lens["surfaces"][index]["a"]["4"] = float(geometry.coefficients[1])
    for index in lens["gaps"]:
        lens["surfaces"][index]["t"] = float(np.squeeze(optic.surfaces.get_thickness(index)))
    return {
        "seconds": seconds,
        "calls": calls,
        "said": str(done.message),
        "cost": float(done.cost),
        "surfaces": lens["surfaces"],
        "version": version("optiland"),
    }


def rays(lens: dict[str, Any], source: Path) -> dict[str, Any]:
    from optiland.rays import RealRays

    given = dict(np.load(source))
    optic = optiland_lens(lens, 1e-13, partial(tabled, lens))
    ones = np.ones(given["position"].shape[1])
    launched = RealRays(*given["position"], *given["direction"], ones, ones * given["wavelength"])
    optic.surfaces.trace(launched)
    return {"x": np.asarray(launched.x).tolist(), "y": np.asarray(launched.y).tolist()}


def main() -> None:
    what, lens, given, out = sys.argv[1:]
    warnings.simplefilter("ignore")
    prescription = json.loads(Path(lens).read_text())
    answer = optimise(prescription, int(given)) if what == "optimise" else rays(prescription, Path(given))
    Path(out).write_text(json.dumps(answer))


if __name__ == "__main__":
    main()
