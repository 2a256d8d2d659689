"""Recipes as TOML: what was chosen is written down whole, and replayed to the same picture.

TOML and validation are imported where they are needed: a photograph without options waits for neither.
"""

from collections.abc import Mapping
from dataclasses import asdict, fields, is_dataclass
from enum import Enum
from pathlib import Path
from typing import Any, get_type_hints

from lichtbild.camera.recipe import Recipe
from lichtbild.core.errors import BadFile, BadInput
from lichtbild.io.atomic import replacing

SCHEMA = 1
"""Version of the keys; a file of a later version is refused."""

SIZE_LIMIT = 1 << 20
"""A recipe is a page of text; a file larger than this is something else."""


def load_recipe(path: Path | str) -> Recipe:
    """The recipe in a TOML file; keys that it leaves out keep their defaults.

    Raises:
        BadFile: the file cannot be read, is no TOML, is of a later schema, or has a key or value that a
            recipe does not have.
    """
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    path = Path(path)
    try:
        if path.stat().st_size > SIZE_LIMIT:
            raise BadFile(path, f"a recipe has at most {SIZE_LIMIT} bytes; this is another kind of file")
        table = tomlkit.parse(path.read_text(encoding="utf-8")).unwrap()
    except OSError as error:
        raise BadFile(path, f"cannot be read ({error.strerror}); name an existing recipe file") from error
    except (TOMLKitError, UnicodeDecodeError) as error:
        raise BadFile(path, f"is not TOML ({error}); save one with --save-recipe to see the form") from error
    if (schema := table.pop("schema", None)) != SCHEMA:
        raise BadFile(path, f"a recipe begins with 'schema = {SCHEMA}', this one has {schema!r}")
    try:
        return from_table(table)
    except BadInput as error:
        raise BadFile(path, str(error)) from error


def from_table(table: Mapping[str, Any]) -> Recipe:
    """The recipe of nested tables of choices; what they leave out keeps its default.

    Raises:
        BadInput: a key or value that a recipe does not have.
    """
    from pydantic import TypeAdapter, ValidationError

    _refuse_unknown(table, Recipe, "")
    try:
        return TypeAdapter(Recipe).validate_python(table)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        what = first["msg"].removeprefix("Value error, ").replace("Input should be", "it is")
        value = f" cannot be {first['input']!r}" if not isinstance(first["input"], Mapping) else ""
        raise BadInput(f"'{place}'{value}: {what}") from error


def changed(recipe: Recipe, changes: Mapping[str, Any]) -> Recipe:
    """The recipe with other values at dotted paths, such as ``{"develop.exposure.ev": 1.0}``.

    Raises:
        BadInput: a path or value that a recipe does not have.
    """
    table = to_table(recipe)
    for path, value in changes.items():
        *parents, key = path.split(".")
        inner = table
        for parent in parents:
            inner = inner[parent]
        inner[key] = value
    return from_table(table)


def save_recipe(recipe: Recipe, path: Path | str) -> None:
    """Write every parameter of a recipe as TOML.

    Raises:
        CannotWrite: the file cannot be written there.
    """
    with replacing(Path(path)) as beside:
        beside.write_text(dumps(recipe), encoding="utf-8")


def dumps(recipe: Recipe) -> str:
    """The recipe as TOML text, every parameter named."""
    import tomlkit

    table = to_table(recipe)
    if text := table["look"].pop("text", None):
        table["look"]["text"] = tomlkit.string(text, multiline=True)
    return tomlkit.dumps({"schema": SCHEMA} | table)


def to_table(recipe: Recipe) -> dict[str, Any]:
    """The recipe as nested tables in TOML's own types."""
    table: dict[str, Any] = _plain(asdict(recipe))
    return table


def _plain(value: Any) -> Any:
    """The value in TOML's own types; TOML has no null, so what is None is left out."""
    if isinstance(value, Mapping):
        return {key: _plain(entry) for key, entry in value.items() if entry is not None}
    if isinstance(value, tuple):
        return [_plain(entry) for entry in value]
    return value.value if isinstance(value, Enum) else value


def _refuse_unknown(table: Any, struct: Any, place: str) -> None:
    if not isinstance(table, Mapping):
        return
    hints = get_type_hints(struct)
    known = [field.name for field in fields(struct)]
    for key, entry in table.items():
        if key not in known:
            where = f"'{place.rstrip('.')}'" if place else "a recipe"
            raise BadInput(f"{where} has no key '{key}'; it has {', '.join(known)}")
        if is_dataclass(hints[key]):
            _refuse_unknown(entry, hints[key], f"{place}{key}.")
