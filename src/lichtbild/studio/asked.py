"""What the studio's page asks, as JSON: checked before anything is done with it."""

import json
from typing import Annotated, Any

from fastapi import Request
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from lichtbild.core.errors import BadInput
from lichtbild.core.window import Window
from lichtbild.studio.access import Refusal


class ByRecipe(BaseModel):
    """What goes by a recipe."""

    model_config = ConfigDict(extra="forbid")

    recipe: dict[str, Any] = Field(default_factory=dict)


class Developed(ByRecipe):
    """A photograph developed; or, if it is quicker, roughly first."""

    rough: bool = False


_Side = Annotated[int, Field(ge=0, le=1 << 20)]


class Print(ByRecipe):
    """The picture, or a part of it: top, left, bottom, right in its pixels."""

    long_edge: Annotated[int, Field(ge=1, le=65535)] | None = None
    window: tuple[_Side, _Side, _Side, _Side] | None = None


class Strip(ByRecipe):
    """All stages of a part of the picture."""

    window: tuple[_Side, _Side, _Side, _Side]


class Point(BaseModel):
    """A place of the picture, from its top left."""

    model_config = ConfigDict(extra="forbid")

    x: Annotated[float, Field(ge=0, le=1)]
    y: Annotated[float, Field(ge=0, le=1)]


class ExportOrder(BaseModel):
    """Photographs to be written; without ids all of them."""

    model_config = ConfigDict(extra="forbid")

    ids: Annotated[list[str], Field(max_length=20_000)]
    suffix: str = ".jpg"
    output: dict[str, Any] = Field(default_factory=dict)


async def read(request: Request, kind: type[Any]) -> Any:
    """What a request asks.

    Args:
        request: whose body is JSON.
        kind: one of the classes above.

    Raises:
        Refusal: it is not what is expected.
    """
    try:
        return kind.model_validate(json.loads(await request.body()))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "the request"
        raise Refusal(400, f"'{place}': {first['msg']}") from error
    except (ValueError, RecursionError) as error:
        raise Refusal(400, "the request is no JSON") from error


def window(sides: tuple[int, int, int, int] | None) -> Window | None:
    """A part by its top, left, bottom and right; None for all.

    Raises:
        BadInput: it has no pixel.
    """
    if sides is None:
        return None
    top, left, bottom, right = sides
    if not (top < bottom and left < right):
        raise BadInput("a part goes from its top left down to its bottom right")
    return Window(top, left, bottom, right)
