import pytest

from lichtbild.core.errors import BadInput
from lichtbild.optics.glass import abbe_number, refractive_index
from lichtbild.optics.media import find, media, sources
from lichtbild.optics.medium import Air, Glass, ModelGlass
from lichtbild.optics.spectral_line import D_LINE

KNOWN = {
    # Names that lens files use, with n_d and v_d as the makers' data sheets print them.
    "N-BK7": ("1.51680", "64.17"),
    "F2": ("1.62004", "36.37"),
    "SK16": ("1.62041", "60.32"),
    "SF6": ("1.80518", "25.43"),
    "N-LAK9": ("1.69100", "54.71"),
    "APL5014CL": ("1.5445", "56"),
    "OKP4HT": ("1.632", "23.4"),
    "EP5000": ("1.636", "23.9"),
    "E48R": ("1.531", "56"),
    "PMMA": ("1.492", "57.4"),
    "POLYCARB": ("1.585", "29.9"),
    "NAS-21": ("1.571", "33"),
    "D263TECO": ("1.523", "55"),
    "B270": ("1.523", "58.6"),
    "SILICA": ("1.4584", "67.8"),
    "CAF2": ("1.4338", "95.2"),
    "SAPPHIRE": ("1.768", "72"),
    "WATER": ("1.333", "55.8"),
    "D-ZLAF52LA": ("1.81000", "40.99"),
    "M-TAF1": ("1.77250", "49.47"),
    "L-BAL42": ("1.58313", "59.39"),
}


@pytest.mark.parametrize("name", KNOWN)
def test_media_of_the_table_have_the_index_and_abbe_number_of_their_data_sheets(name: str) -> None:
    medium = find(name)
    for computed, printed in zip(
        (refractive_index(medium, D_LINE, None), abbe_number(medium)), KNOWN[name], strict=True
    ):
        last_digit = 10.0 ** -len(printed.partition(".")[2])
        assert float(computed) == pytest.approx(float(printed), abs=0.6 * last_digit)


def test_every_medium_has_a_source_and_a_band_and_is_found_by_its_own_name() -> None:
    assert len(media()) >= 60
    for name, glass in media().items():
        assert glass.name == name == name.upper()
        assert len(sources()[name]) > 10
        assert glass.band is not None
        assert find(name) is glass
        assert find(f"{glass.catalogue}:{name}") is glass


@pytest.mark.parametrize(
    "name",
    ["N-BK7", "n-bk7", " N-BK7 ", "NBK7", "SCHOTT:N-BK7", "schott:nbk7", "NBK7_SCHOTT", "N-BK7_SCHOTT"],
)
def test_a_name_may_be_spelled_in_several_ways(name: str) -> None:
    assert find(name) is media()["N-BK7"]


def test_other_names_of_a_medium_are_known() -> None:
    assert find("Zeonex E48R") is find("E48R")
    assert find("PC") is find("Polycarbonate") is find("POLYCARB")


def test_nothing_and_air_are_air() -> None:
    assert find("") == find("air") == Air()


def test_extra_media_come_first_and_a_model_glass_may_have_a_name() -> None:
    own = Glass("N-BK7", 1, (2.25,), "MINE")
    model = ModelGlass(1.6, 30.0, name="lens 2")
    assert find("N-BK7", (own, model)) is own
    assert find("SCHOTT:N-BK7", (own, model)) is media()["N-BK7"]
    assert find("LENS 2", (own, model)) is model


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (
            "N-BK8",
            r"no medium is called 'N-BK8'; the nearest names are N-BK7, \S+, \S+; read its maker's AGF",
        ),
        ("SCHOT:N-SF11", "the nearest names are SCHOTT:N-SF11, "),
        ("X" * 10_000, "no medium is called 'X{40}';"),
    ],
)
def test_an_unknown_name_is_refused_with_the_three_nearest(name: str, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        find(name)
