"""Every surface type against its sag written out, in every lens unit."""

import jax.numpy as jnp
import numpy as np
import pytest
from scipy.special import eval_jacobi

from lichtbild.core.errors import BadInput
from lichtbild.io.lens.zemax_shape import xy_powers
from lichtbild.optics.sag import row, sag, stacked
from lichtbild.optics.surface import (
    ForbesQbfs,
    ForbesQcon,
    PowerSeries,
    Surface,
    Toroid,
    XYPolynomial,
)
from zemax_files import BACK, FRONT, SYSTEM, only_surface, read, text_of

X, Y = 0.7, -0.4
R = np.hypot(X, Y)
UNITS = {"MM": 1.0, "CM": 10.0, "IN": 25.4, "METER": 1000.0}


def xdat(*values: float) -> tuple[str, ...]:
    return tuple(f'XDAT {place} {value!r} 0 0 1 0 0 ""' for place, value in enumerate(values, start=1))


def base(c: float, k: float, r: float = R) -> float:
    return c * r**2 / (1 + np.sqrt(1 - (1 + k) * c**2 * r**2))


def qbfs(u: float) -> tuple[float, float, float]:
    """The first three polynomials, from their list in Forbes 2007, appendix A."""
    return 1.0, (13 - 16 * u**2) / np.sqrt(19), np.sqrt(2 / 95) * (29 - 4 * u**2 * (25 - 19 * u**2))


U = R / 2
TERMS = (0.01, -0.02, 0.03)
ROOT = np.sqrt(1 - 0.1**2 * R**2)
TYPES = {
    "STANDARD": ((), base(0.1, -0.5)),
    "EVENASPH": (
        ("PARM 1 0.01", "PARM 2 -0.002", "PARM 8 1e-4"),
        base(0.1, -0.5) + 0.01 * R**2 - 0.002 * R**4 + 1e-4 * R**16,
    ),
    "ODDASPHE": (
        ("PARM 1 0.01", "PARM 3 -0.002", "PARM 8 1e-4"),
        base(0.1, -0.5) + 0.01 * R - 0.002 * R**3 + 1e-4 * R**8,
    ),
    "XASPHERE": (
        xdat(10, 2.0, 0.0, 0.03, *[0.0] * 7, -0.02),
        base(0.1, -0.5) + 0.03 * U**4 - 0.02 * U**20,
    ),
    "XOSPHERE": (
        xdat(4, 2.0, 0.01, 0.0, 0.03, -0.02),
        base(0.1, -0.5) + 0.01 * U + 0.03 * U**3 - 0.02 * U**4,
    ),
    "XPOLYNOM": (
        xdat(5, 2.0, 0.01, -0.02, 0.03, 0.04, -0.05),
        base(0.1, -0.5) + (0.01 * X - 0.02 * Y) / 2 + (0.03 * X**2 + 0.04 * X * Y - 0.05 * Y**2) / 4,
    ),
    "QED_TYPE": (
        ("PARM 1 1", *xdat(3, 2.0, *TERMS)),
        base(0.1, -0.5) + U**4 * sum(a * eval_jacobi(m, 0, 4, 2 * U**2 - 1) for m, a in enumerate(TERMS)),
    ),
    "QTYPE": (
        ("PARM 1 0", *xdat(3, 2.0, *TERMS)),
        base(0.1, 0.0) + U**2 * (1 - U**2) / ROOT * np.dot(TERMS, qbfs(U)),
    ),
    "TOROIDAL": (
        ("PARM 1 8", "PARM 2 0.01", "PARM 4 -0.002"),
        8 - np.sqrt((8 - (base(0.1, -0.5, abs(Y)) + 0.01 * Y**2 - 0.002 * Y**6)) ** 2 - X**2),
    ),
}
"""Parameters of each type, in lens units, and the sag at (X, Y)."""


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("kind", TYPES)
def test_sag_is_the_type_s_formula(kind: str, unit: str) -> None:
    surface = only_surface(f"TYPE {kind}", "CURV 0.1", "CONI -0.5", "DISZ 5", *TYPES[kind][0], unit=unit)
    mm = UNITS[unit]
    height = float(sag(row(stacked((surface,)), 0), jnp.array(X * mm), jnp.array(Y * mm)))
    assert height / mm == pytest.approx(TYPES[kind][1], rel=2e-14)


def test_the_qbfs_listed_here_are_orthonormal() -> None:
    """<dQ/du dQ/du> with weight 1 / sqrt(1 - u^2), Forbes 2007, equation 3.8: a check of the oracle."""
    u = np.cos(np.pi * (np.arange(400) + 0.5) / 800)
    heights = np.polynomial.chebyshev.Chebyshev
    slopes = []
    for index in range(3):
        fitted = heights.fit(
            u, u**2 * (1 - u**2) * np.broadcast_to(qbfs(u)[index], u.shape), 12, domain=[-1, 1]
        )
        slopes.append(fitted.deriv()(u))
    gram = np.mean(np.array(slopes)[:, None] * np.array(slopes)[None], axis=-1)
    assert gram == pytest.approx(np.eye(3), abs=1e-12)


def test_terms_that_are_0_are_left_out() -> None:
    surface = only_surface("TYPE EVENASPH", "CURV 0.1", *(f"PARM {i} 0" for i in range(9)), "PARM 3 0.5")
    assert surface.departure == PowerSeries((6,), (0.5,))
    assert only_surface("TYPE EVENASPH", "PARM 1 0.0E+000").departure is None
    assert only_surface("TYPE XASPHERE", *xdat(0, 1.0)).departure is None


def test_no_term_of_an_extended_asphere_is_lost() -> None:
    """The records of a phone lens that other readers shift, cut or drop (reference/peer_import_*.json)."""
    values = tuple((-1) ** m * 10.0**-m for m in range(2, 16))
    surface = only_surface("TYPE XASPHERE", "CURV 0.2", *xdat(15, 1.0, 0.0, *values))
    assert surface.departure == PowerSeries(tuple(range(4, 31, 2)), values)


def test_types_become_their_nouns() -> None:
    kinds = {
        kind: type(only_surface(f"TYPE {kind}", "CURV 0.1", *lines).departure)
        for kind, (lines, _) in TYPES.items()
    }
    assert kinds == {
        "STANDARD": type(None),
        "EVENASPH": PowerSeries,
        "ODDASPHE": PowerSeries,
        "XASPHERE": PowerSeries,
        "XOSPHERE": PowerSeries,
        "XPOLYNOM": XYPolynomial,
        "QED_TYPE": ForbesQcon,
        "QTYPE": ForbesQbfs,
        "TOROIDAL": Toroid,
    }


def test_a_toroid_without_radius_of_rotation_is_a_cylinder() -> None:
    assert only_surface("TYPE TOROIDAL", "CURV 0.1", "PARM 1 0") == Surface(0.1, departure=Toroid(0.0))


def test_a_qbfs_asphere_has_no_conic() -> None:
    text = text_of(("STOP", "TYPE QED_TYPE", "CONI -1", "CURV 0.1", *xdat(1, 1.0, 0.5)), system=SYSTEM)
    reading = read(text)
    assert reading.lens.surfaces[0] == Surface(0.1, departure=ForbesQbfs(1.0, (0.5,)))
    assert reading.findings == ("surface 1: a Qbfs asphere has no conic constant; its -1 is not kept",)


def test_order_of_an_extended_polynomial() -> None:
    assert xy_powers(9)[5:] == [(3, 0), (2, 1), (1, 2), (0, 3)]
    assert len(set(xy_powers(230))) == 230
    assert xy_powers(230)[-1] == (0, 20)


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        (
            ("TYPE PARAXIAL",),
            r"surface 1 \(line 13\) is of type PARAXIAL, which is not read; STANDARD, EVENASPH",
        ),
        (("TYPE EVENASPH", "PARM 9 1"), r"line \d+ \(PARM\): surfaces of this type have 8 parameters"),
        (("TYPE STANDARD", "PARM 2 1e-3"), "have 0 parameters"),
        (("TYPE EVENASPH", "PARM 1"), "has 1 values and needs 2"),
        (("TYPE EVENASPH", "PARM 21 0"), "no whole number from 0 to 20"),
        (("TYPE XASPHERE", "XDAT 1 1e9"), "no whole number from 0 to 240"),
        (("TYPE XASPHERE", *xdat(2, 0.0, 1.0)), "norm radius"),
        (("TYPE XASPHERE", *xdat(2, -1.0, 1.0)), "norm radius"),
        (("TYPE XASPHERE", "XDAT 4 1"), "without their number"),
        (("TYPE XASPHERE", *xdat(21, 1.0, *[0.0] * 20, 1.0)), r"r\^42 lies beyond r\^40"),
        (("TYPE EVENASPH", "PARM 8 1e999"), "too large"),
        (("TYPE QED_TYPE", "PARM 1 2"), "no whole number from 0 to 1"),
        (("TYPE TOROIDAL", *xdat(1, 1.0, 0.1)), "Zernike terms"),
    ],
)
def test_shapes_that_are_not_read(lines: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        only_surface(*lines)


def test_the_sentence_names_the_surface() -> None:
    with pytest.raises(BadInput, match=r"surface 2 \(XASPHERE\)"):
        read(text_of(FRONT, ("TYPE XASPHERE", "XDAT 4 1"), BACK))
