"""The catalogue: lenses of published patents, each with its source, its fields and its focal length."""

import json
import re
from pathlib import Path

import pytest

from lichtbild.core.errors import BadInput
from lichtbild.core.resources import read
from lichtbild.io.lens.catalogue import catalogue, catalogue_lens, catalogue_names
from lichtbild.io.lens.toml import dumps
from lichtbild.optics.paraxial import first_order

SOURCE = re.compile(r"^((US|DE|GB|JP) [\d,/]+|DeepLens)")

# What the patents print, at the scale of the catalogue; phone lenses: focal length by an independent tracer.
FOCAL_LENGTHS = {
    "biogon": (19.0, 0.05),
    "biotar": (100.0, 0.5),
    "distagon": (35.0, 0.01),
    "documentary-35": (35.0, 0.01),
    "double-gauss-50": (50.0, 0.01),
    "heliar": (100.0, 0.5),
    "petzval": (100.0, 0.05),
    "planar": (50.0, 0.005),
    "portrait-75": (75.0, 0.01),
    "soft-85": (85.0, 0.005),
    "soft-90": (90.0, 0.01),
    "sonnar": (50.0, 0.05),
    "summicron": (50.0, 0.05),
    "swirly-50": (50.0, 0.01),
    "telephoto": (180.0, 0.1),
    "tessar": (139.7, 0.05),
    "triplet": (210.0, 0.15),
    "varisoft": (85.0, 0.01),
}
PHONE = tuple(name for name in catalogue_names() if re.match(r"\dp-", name))


def test_there_are_phone_lenses_and_classic_ones() -> None:
    assert len(PHONE) >= 12 and {name[0] for name in PHONE} >= set("345678")
    assert set(FOCAL_LENGTHS) == set(catalogue_names()) - set(PHONE)
    assert any(name.endswith("tele") for name in PHONE)
    assert any(name.endswith("ultrawide") for name in PHONE)


@pytest.mark.parametrize("name", catalogue_names())
def test_a_lens_says_what_it_is_and_is_written_as_we_write(name: str) -> None:
    lens = catalogue_lens(name)
    assert lens.name and lens.notes and SOURCE.match(lens.source)
    assert lens.aperture.kind == "f-number"
    assert len(lens.fields) >= 3 and len(lens.wavelengths) >= 3
    assert dumps(lens) == read("optics", "catalogue", "lenses", f"{name}.toml").decode()


@pytest.mark.parametrize("name", sorted(FOCAL_LENGTHS))
def test_a_classic_lens_has_the_focal_length_of_its_patent(name: str) -> None:
    expected, tolerance = FOCAL_LENGTHS[name]
    assert float(first_order(catalogue_lens(name)).focal_length) == pytest.approx(expected, abs=tolerance)


@pytest.mark.parametrize("name", PHONE)
def test_a_phone_lens_has_the_focal_length_that_another_tracer_found(name: str, shared: Path) -> None:
    lens = catalogue_lens(name)
    patent, embodiment = re.match(r"US ([\d,/]+) \w\d(?:, embodiment (\d+))?", lens.source).groups()
    digits = re.sub(r"\D", "", patent)
    metas = [json.loads(path.read_text())["meta"] for path in (shared / "data/optics/phone").glob("*.json")]
    (meta,) = [
        meta
        for meta in metas
        if digits in meta["id"].replace("-", "")
        and meta["embodiment"] == (int(embodiment) if embodiment else None)
    ]
    # Radii are those of the tracer to ten digits.
    assert float(first_order(lens).focal_length) == pytest.approx(meta["efl"], rel=1e-8)
    assert lens.aperture.value == meta["fno"]


def test_an_unknown_name_comes_with_its_neighbours() -> None:
    with pytest.raises(BadInput, match=r"no lens 'tesar'; the nearest are tessar,"):
        catalogue_lens("tesar")


def test_the_whole_catalogue_is_there_by_name() -> None:
    assert tuple(catalogue()) == catalogue_names()
    assert catalogue()["tessar"] == catalogue_lens("tessar")
