"""Lenses whose first-order data and aberrations are known in closed form, and those of the reference data."""

import json
from math import inf, radians
from pathlib import Path
from typing import Any

from lichtbild.core.units import um
from lichtbild.optics.lens import Aperture, FieldPoint, Gap, Lens
from lichtbild.optics.medium import Air, Medium, ModelGlass
from lichtbild.optics.surface import PowerSeries, Surface

GLASS = ModelGlass(1.5, 60.0, name="crown")
AIR = Air()
D_LINE_MM = 0.0005875618


def lens_of(surfaces: Any, thicknesses: Any, media: Any, **settings: Any) -> Lens:
    """A lens from its rows; thicknesses and media begin with those before the first surface."""
    gaps = tuple(Gap(length, medium) for length, medium in zip(thicknesses, media, strict=True))
    settings.setdefault("stop", 0)
    settings.setdefault("aperture", Aperture("entrance pupil diameter", 2.0))
    settings.setdefault("fields", (FieldPoint(), FieldPoint(y=radians(10.0))))
    return Lens(tuple(surfaces), gaps, **settings)


def singlet(first: float, second: float, thickness: float = 0.0, index: float = 1.5, **settings: Any) -> Lens:
    """A lens of two curvatures in air, its image surface 100 mm behind it."""
    distance = settings.pop("distance", inf)
    image = settings.pop("image_gap", 100.0)
    glass = ModelGlass(index, settings.pop("abbe", 60.0))
    surfaces = (Surface(first), Surface(second))
    return lens_of(surfaces, (distance, thickness, image), (AIR, glass, AIR), **settings)


def reference_data(shared: Path, name: str) -> Any:
    """What independent programs say of the lens 6P, 7P or 8P."""
    return json.loads((shared / "data/optics/reference" / f"{name}.json").read_text())


def reference_lens(shared: Path, name: str) -> Lens:
    """The lens 6P, 7P or 8P, at the d line."""
    data = reference_data(shared, name)
    rows = data["prescription"]
    return Lens(
        surfaces=tuple(_surface(row) for row in rows[1:-1]),
        gaps=tuple(Gap(inf if row["t"] is None else row["t"], _medium(row)) for row in rows[:-1]),
        stop=[row["stop"] for row in rows[1:-1]].index(True),
        aperture=Aperture("f-number", data["phonelib"]["fno"]),
        fields=tuple(FieldPoint(y=radians(angle)) for angle in data["field_deg"]),
        wavelengths=(um(data["wavelength_um"]),),
    )


def _surface(row: dict[str, Any]) -> Surface:
    powers = tuple(sorted(int(power) for power in row["a"]))
    series = PowerSeries(powers, tuple(row["a"][str(power)] for power in powers)) if powers else None
    return Surface(0.0 if row["R"] is None else 1 / row["R"], row["k"], series, row["sd"])


def _medium(row: dict[str, Any]) -> Medium:
    return AIR if row["vd"] is None else ModelGlass(row["nd"], row["vd"])
