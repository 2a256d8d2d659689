"""Limits of a production line as TOML: what a unit must reach, each a table ``[[limit]]``."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import tomlkit
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from tomlkit.exceptions import TOMLKitError

from lichtbild.core.errors import BadFile, BadInput
from lichtbild.io.atomic import put_text, replacing
from lichtbild.quality.limits import Limit


class _Limit(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    measure: Annotated[str, Field(min_length=1, max_length=200)]
    where: Annotated[str, Field(max_length=200)] = "*"
    least: float | int | None = None
    most: float | int | None = None
    unit: Annotated[str, Field(max_length=40)] = ""
    guarded: bool = False


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, arbitrary_types_allowed=True)

    schema_: Annotated[int, Field(alias="schema")]
    limit: Annotated[list[_Limit], Field(min_length=1, max_length=100_000)]


def read_limits(path: Path) -> tuple[Limit, ...]:
    """The limits that a file tells.

    Raises:
        BadFile: it cannot be read, or tells none.
    """
    try:
        found = _File.model_validate(tomlkit.parse(path.read_text(encoding="utf-8")).unwrap())
    except OSError as error:
        raise BadFile(path, f"cannot be read ({error.strerror}); name a file of limits") from error
    except (TOMLKitError, UnicodeDecodeError) as error:
        raise BadFile(path, f"is no TOML ({error}); see docs/quality.md for limits") from error
    except ValidationError as error:
        raise BadFile(path, _said(error)) from error
    if found.schema_ != 1:
        raise BadFile(path, f"has schema {found.schema_}, and 1 is known; write it anew")
    try:
        return tuple(_limit(limit) for limit in found.limit)
    except BadInput as error:
        raise BadFile(path, str(error)) from error


def write_limits(limits: Sequence[Limit], path: Path) -> None:
    """Write limits as `read_limits` reads them.

    Raises:
        CannotWrite: the file cannot be put there.
    """
    document = tomlkit.document()
    document.add("schema", tomlkit.item(1))
    tables = tomlkit.aot()
    for limit in limits:
        table = tomlkit.table()
        for key, value in _told(limit).items():
            table.add(key, value)
        tables.append(table)
    document.add("limit", tables)
    with replacing(path) as draft:
        put_text(tomlkit.dumps(document), draft)


def _limit(told: _Limit) -> Limit:
    least = -math.inf if told.least is None else float(told.least)
    most = math.inf if told.most is None else float(told.most)
    if math.isinf(least) and math.isinf(most):
        raise BadInput(f"the limit of '{told.measure}' has neither least nor most; give one")
    if math.isnan(least) or math.isnan(most):
        raise BadInput(f"a limit of '{told.measure}' is not a number; give one")
    return Limit(told.measure, told.where, least, most, told.unit, told.guarded)


def _told(limit: Limit) -> dict[str, Any]:
    table: dict[str, Any] = {"measure": limit.measure, "where": limit.where}
    table |= {} if math.isinf(limit.least) else {"least": limit.least}
    table |= {} if math.isinf(limit.most) else {"most": limit.most}
    table |= {"unit": limit.unit} if limit.unit else {}
    return table | ({"guarded": True} if limit.guarded else {})


def _said(error: ValidationError) -> str:
    first = error.errors()[0]
    place = ".".join(str(part + 1) if isinstance(part, int) else part for part in first["loc"])
    return f"{place or 'the file'}: {first['msg'].lower()}; see docs/quality.md for limits"
