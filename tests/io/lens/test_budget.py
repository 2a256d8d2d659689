"""Tolerance budgets as TOML: the same budget again, and one sentence where something is wrong."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lichtbild.core.errors import BadFile, BadInput
from lichtbild.io.lens.budget import dumps, loads, read_budget, write_budget
from lichtbild.optics.tolerance.budget import Budget, Compensation, ContrastLimit, Only
from lichtbild.optics.tolerance.kind import Kind
from optics.toleranced import in_ours

LIMIT = "[[limit]]\nfrequency_per_mm = 100\nfields = [0.0, 0.7]\ncontrast = 0.3\n"

share, size, contrast = st.floats(0.0, 1.0), st.floats(1e-9, 1.0), st.floats(0.01, 0.99)
text = st.text(st.characters(codec="utf-8"), max_size=20)


def limits(place: str | None = None) -> st.SearchStrategy:
    kinds = [kind for kind in Kind if place in (None, kind.place)]
    return st.dictionaries(st.sampled_from(kinds), size, min_size=1)


@settings(max_examples=60)
@given(
    limits(),
    st.lists(
        st.tuples(st.floats(0.1, 1e4), st.lists(share, min_size=1, max_size=3), contrast, contrast),
        min_size=1,
    ),
    st.lists(
        st.one_of(
            st.tuples(st.integers(0, 30), limits("surface")),
            st.tuples(st.integers(0, 30), limits("gap")),
            st.tuples(st.sampled_from(["E1", "E2+E3"]), limits("element")),
        ),
        max_size=3,
    ),
    st.sampled_from(["normal", "uniform", "truncated normal"]),
    st.tuples(st.booleans(), st.booleans(), st.sampled_from(["wavefront", "contrast"])),
    st.dictionaries(st.sampled_from(list(Kind)), st.tuples(size, size)),
    st.tuples(contrast, st.integers(1, 32), text, text),
)
def test_what_is_written_reads_as_the_very_same_budget(  # noqa: PLR0913  one for each table
    own: dict, rows: list, only: list, distribution: str, how: tuple, makeable: dict, others: tuple
) -> None:
    """Whatever doubles a file can hold."""
    budget = Budget(
        in_ours(own),
        tuple(ContrastLimit(frequency, tuple(fields), t, s) for frequency, fields, t, s in rows),
        tuple(Only(place, in_ours(few)) for place, few in only),
        distribution,
        Compensation(*how),
        {kind: tuple(each * kind.factor for each in sorted(ends)) for kind, ends in makeable.items()},
        *others,
    )
    written = dumps(budget)
    assert loads(written) == budget
    assert dumps(loads(written)) == written


def test_units_are_those_that_keys_name() -> None:
    found = loads(f"[budget]\nthickness_um = 3\nsurface_tilt_arcmin = 60\nradius_percent = 0.1\n{LIMIT}")
    assert found.limits[Kind.THICKNESS] == pytest.approx(0.003, rel=1e-15)
    assert found.limits[Kind.SURFACE_TILT] == pytest.approx(0.017453292519943295, rel=1e-15)
    assert found.limits[Kind.RADIUS] == pytest.approx(0.001, rel=1e-15)


def test_the_examples_read(root: Path) -> None:
    found = read_budget(root / "examples/budget.toml")
    assert set(found.limits) == set(Kind) and found.compensation.image_tilt


REFUSED = {
    "": "has no table [budget]",
    "[budget": "is not TOML",
    f"[budget]\nthickness_mm = 3\n{LIMIT}": "did you mean 'thickness_um'",
    f"[budget]\nthickness_um = -3\n{LIMIT}": "thickness_um is -3; a limit is 0 or more",
    f"[budget]\nthickness_um = 'wide'\n{LIMIT}": "thickness_um is a number, not 'wide'",
    f"[budget]\ndistribution = 'even'\n{LIMIT}": "no distribution 'even'",
    "[budget]\n": "without a limit of contrast",
    "[budget]\n[[limit]]\nfrequency_per_mm = 100\nfields = [0.0]\n": "asks for nothing",
    "[budget]\n[[limit]]\nfields = [0.0]\ncontrast = 0.2\n": "needs the number 'frequency_per_mm'",
    f"[budget]\n{LIMIT}[compensate]\nby = 'eye'\n": "wavefront or contrast, not 'eye'",
    f"[budget]\n{LIMIT}[yield]\nazimuths = 2.5\n": "a whole number, not 2.5",
    f"[budget]\n{LIMIT}[[only]]\nindex = 1e-4\n": "names one place",
    f"[budget]\n{LIMIT}[[only]]\nsurface = 3\n": "limits nothing",
    f"[budget]\n{LIMIT}[[only]]\nsurface = 3\nindex = 1e-4\n": "index belongs to one gap",
    f"[budget]\n{LIMIT}[makeable]\nindex = [1e-3]\n": "holds 2 numbers, not 1",
    f"[budget]\n{LIMIT}[budgets]\n": "the file has no key 'budgets'; did you mean 'budget'?",
}


@pytest.mark.parametrize("text", REFUSED, ids=range(len(REFUSED)))
def test_mistakes_get_one_sentence(text: str, tmp_path: Path) -> None:
    with pytest.raises(BadInput) as error:
        loads(text)
    assert REFUSED[text] in str(error.value)
    path = tmp_path / "budget.toml"
    path.write_text(text)
    with pytest.raises(BadFile, match=r"budget\.toml: "):
        read_budget(path)


def test_files_that_are_not_there_or_no_text(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="name an existing budget file"):
        read_budget(tmp_path / "none.toml")
    (tmp_path / "picture.toml").write_bytes(b"\xff\xd8\xff")
    with pytest.raises(BadFile, match="no text in UTF-8"):
        read_budget(tmp_path / "picture.toml")


def test_a_file_is_written_whole(tmp_path: Path) -> None:
    budget = loads(f"[budget]\nindex = 1e-3\n{LIMIT}")
    write_budget(budget, tmp_path / "out.toml")
    assert read_budget(tmp_path / "out.toml") == budget
    assert [path.name for path in tmp_path.iterdir()] == ["out.toml"]
