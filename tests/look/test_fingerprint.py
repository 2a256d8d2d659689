import pytest

from lichtbild.core import resources
from lichtbild.core.errors import BadInput
from lichtbild.look.fingerprint import fingerprint
from lichtbild.look.recipe import look_named

TEXT = resources.read("look", "catalogue", "authentic.toml").decode()


def of(text: str) -> str:
    return fingerprint(look_named("mine", text))


def test_it_depends_on_the_numbers_alone() -> None:
    named = fingerprint(look_named("authentic"))
    assert len(named) == 16
    assert of(TEXT) == of(f"# another comment\n{TEXT}") == of(TEXT.replace('"authentic"', '"mine"')) == named
    assert of(TEXT[: TEXT.index("\n[targets]")]) == named


def test_another_number_gives_another() -> None:
    assert of(TEXT.replace("amount = 0.6", "amount = 0.61")) != of(TEXT)
    assert fingerprint(look_named("natural")) != fingerprint(look_named("authentic"))


def test_a_look_without_numbers_is_refused() -> None:
    with pytest.raises(BadInput, match="'linear' has no numbers"):
        fingerprint(look_named("linear"))
