"""Records that tests of the laboratory share."""

from lichtbild.image.measure import Curve, Measure
from lichtbild.quality.found_chart import Verdict
from lichtbild.quality.record import ChartRecord, Record


def measure(value: float, name: str = "mtf50", where: str = "edge 1", half: float | None = 0.01) -> Measure:
    interval = None if half is None else (value - half, value + half)
    return Measure(name, value, "cycles/px", "after ISO 12233:2023", "test 1", interval, where, (3.5, 4.5))


def record(name: str, *values: float, camera: str = "Maker M1", conditions: str = "ISO 100") -> Record:
    measures = tuple(measure(value, where=f"edge {place}") for place, value in enumerate(values, 1))
    corners = ((0.0, 0.0), (9.0, 0.0), (9.0, 9.0), (0.0, 9.0))
    verdicts = (Verdict("edge 1", True), Verdict("edge 9", False, "clipped"))
    chart = ChartRecord("bench", "Bench", 1, 0.02, (0.01, 0.0), corners, verdicts)
    curve = Curve("mtf", "frequency [cycles/px]", "contrast", ((0.0, 1.0), (0.25, 0.5)), "edge 1")
    return Record(
        name, "ab" * 32, "picture", camera, conditions, 30, 40, (chart,), measures, (curve,), ("a note",)
    )
