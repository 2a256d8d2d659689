"""Phone lenses of published patents, as lenses: the data of shared/data/optics/phone.

::

    from optics.phone_lenses import phone_lens, phone_lens_files

    for path in phone_lens_files(shared):
        lens = phone_lens(path)
"""

import json
from math import inf, radians
from pathlib import Path
from typing import Any

from lichtbild.core.units import um
from lichtbild.optics.lens import Aperture, FieldPoint, Gap, Lens
from lichtbild.optics.medium import Air, Medium, ModelGlass
from lichtbild.optics.surface import PowerSeries, Surface


def phone_lens_files(shared: Path) -> list[Path]:
    """The 76 files, sorted by name."""
    return sorted((shared / "data/optics/phone").glob("*.json"))


def phone_lens(path: Path) -> Lens:
    """A phone lens as its file gives it; the primary wavelength is the middle one by length."""
    data = json.loads(path.read_text())
    rows, meta = data["surfaces"], data["meta"]
    wavelengths = tuple(um(length) for length in data["wavelengths_um"])
    middle = sorted(wavelengths)[len(wavelengths) // 2]
    by_angle = data["field_type"] == "angle_deg"
    return Lens(
        surfaces=tuple(_surface(row) for row in rows[1:-1]),
        gaps=tuple(_gap(row) for row in rows[:-1]),
        stop=next(index for index, row in enumerate(rows[1:]) if row["stop"]),
        aperture=Aperture("f-number", float(meta["fno"])),
        field_kind="angle" if by_angle else "real image height",
        fields=tuple(FieldPoint(y=radians(y) if by_angle else float(y)) for y in data["fields"]),
        wavelengths=wavelengths,
        weights=(1.0,) * len(wavelengths),
        primary=wavelengths.index(middle),
        image=_surface(rows[-1]),
        name=meta["id"],
        source=meta["patent"] or "",
    )


def _surface(row: dict[str, Any]) -> Surface:
    powers = tuple(sorted(int(power) for power in row["a"]))
    coefficients = tuple(float(row["a"][str(power)]) for power in powers)
    return Surface(
        curvature=0.0 if row["R"] is None else 1.0 / row["R"],
        conic=float(row["k"]),
        departure=PowerSeries(powers, coefficients) if powers else None,
        semi_aperture=float(row["sd"]),
    )


def _gap(row: dict[str, Any]) -> Gap:
    return Gap(inf if row["t"] is None else float(row["t"]), _medium(row))


def _medium(row: dict[str, Any]) -> Medium:
    if row["nd"] is None:
        return Air()
    return ModelGlass(float(row["nd"]), float(row["vd"]), name=row["glass"] or "")
