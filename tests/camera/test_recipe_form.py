import pytest

from lichtbild.camera.recipe import Recipe
from lichtbild.camera.recipe_form import form
from lichtbild.core.errors import BadInput
from lichtbild.io.recipe import changed, to_table

FORM = {field.path: field for field in form()}
ALONE = ("develop.white_balance.method",)
"""Choices that need another parameter beside them."""


def leaves(table, parent=""):
    for key, value in table.items():
        yield from (
            leaves(value, f"{parent}{key}.") if isinstance(value, dict) else [(f"{parent}{key}", value)]
        )


def test_every_parameter_of_a_recipe_but_a_portraits_has_a_field_with_its_default():
    for path, value in leaves({k: v for k, v in to_table(Recipe()).items() if k != "portrait"}):
        default = FORM[path].default
        assert (list(default) if isinstance(default, tuple) else default) == value


@pytest.mark.parametrize("path", [path for path, field in FORM.items() if field.kind == "choice"])
def test_every_choice_is_taken(path):
    for choice in FORM[path].choices:
        if path not in ALONE:
            assert changed(Recipe(), {path: choice})
    with pytest.raises(BadInput):
        changed(Recipe(), {path: "no such choice"}).look.look  # noqa: B018  a look is looked for when asked


@pytest.mark.parametrize("path", [path for path, field in FORM.items() if field.kind == "number"])
def test_limits_are_those_that_a_recipe_keeps(path):
    limits = FORM[path].limits
    assert limits is not None
    method = {"develop.white_balance.method": "temperature"} if "kelvin" in path else {}
    for end in (limits.least, limits.most):
        assert changed(Recipe(), method | {path: end})
    beyond = [limits.least - limits.step] + [limits.most + limits.step] * (path != "output.max_bytes")
    for value in beyond:
        with pytest.raises(BadInput):
            changed(Recipe(), method | {path: value})
