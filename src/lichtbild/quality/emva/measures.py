"""Measures: an evaluation in the laboratory's words."""

from typing import Final

from lichtbild.image.measure import Measure
from lichtbild.quality.emva.evaluation import Evaluation
from lichtbild.quality.estimate import Estimate

METHOD: Final = {"joint": "emva-joint-cubic 1", "linear": "emva-linear 1"}
CLAUSE: Final = "after EMVA 1288 Release 4.0"

_ELECTRONS = "e-"


def measures(found: Evaluation, where: str = "") -> tuple[Measure, ...]:
    """The numbers of a sensor, each with its 95 % interval.

    Args:
        found: the evaluation.
        where: such as "green".
    """
    note = " ".join(found.notes)
    rows: list[tuple[str, Estimate | None, str, str, str]] = [
        ("gain", found.gain, "codes/e-", "section 6", note),
        ("dark_noise", found.dark_noise, _ELECTRONS, "section 6", note),
        ("quantum_efficiency", found.quantum_efficiency, "", "section 6", "without the light meter's error"),
        ("saturation", found.saturation, _ELECTRONS, "section 6", ""),
        ("sensitivity_threshold", found.threshold, _ELECTRONS, "section 2", ""),
        ("emva_dynamic_range", found.dynamic_range_db, "dB", "section 2", ""),
        ("largest_snr", found.largest_snr_db, "dB", "section 2", ""),
        ("dsnu", found.dsnu, _ELECTRONS, "section 8", ""),
        ("prnu", found.prnu, "", "section 8", ""),
        ("dark_current", found.dark_current, "e-/s", "section 7", ""),
        ("dark_current_by_variance", found.dark_current_by_variance, "e-/s", "section 7", ""),
    ]
    worded = [
        Measure(
            name=name,
            value=value.value,
            unit=unit,
            clause=f"{CLAUSE}, {clause}",
            method=METHOD[found.model],
            interval=value.interval,
            where=where,
            note=said,
        )
        for name, value, unit, clause, said in rows
        if value is not None
    ]
    return (*worded, *_response(found, where))


def _response(found: Evaluation, where: str) -> tuple[Measure, ...]:
    """Linearity error, and the terms of the response that was fitted."""
    method, fit = METHOD[found.model], found.fit
    worded = []
    if found.linearity_error is not None:
        said = "no interval: a mean of absolute deviations"
        worded.append(
            Measure(
                "linearity_error",
                found.linearity_error,
                "",
                f"{CLAUSE}, section 6",
                method,
                where=where,
                note=said,
            )
        )
    if found.model == "joint":
        for name, value, error in (
            ("response_quadratic", fit.response.quadratic, fit.response_errors[0]),
            ("response_cubic", fit.response.cubic, fit.response_errors[1]),
        ):
            said = "share of the code at saturation by which this term leaves the line"
            clause = "own definition: v (1 + a u + b u^2)"
            worded.append(
                Measure(name, value, "", clause, method, Estimate(value, error).interval, where, note=said)
            )
    return tuple(worded)
