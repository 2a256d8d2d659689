"""Export desk: photographs that are written, order by order, while the page asks how far each is."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Final

from fastapi import Request, Response
from fastapi.responses import JSONResponse

from lichtbild.camera.recipe import Recipe
from lichtbild.io.recipe import from_table, to_table
from lichtbild.studio.access import Refusal
from lichtbild.studio.asked import ExportOrder, read
from lichtbild.study.darkroom import Darkroom
from lichtbild.study.exporting import Export, Order
from lichtbild.study.roll import Photo

_MOST: Final = 50
"""Exports that are written at once."""


class ExportDesk:
    """Takes orders to write photographs.

    Args:
        photos: the roll, for orders that name none.
        darkroom: that knows the photographs by name, and their recipes.
        ordered: makes an order of photographs with their recipes and a suffix.
        named: makes a sentence that names no folder.
    """

    def __init__(
        self,
        photos: Sequence[Photo],
        darkroom: Darkroom,
        ordered: Callable[[list[tuple[Photo, Recipe]], str], Order],
        named: Callable[[str], str],
    ) -> None:
        self._photos, self._room, self._ordered, self._named = photos, darkroom, ordered, named
        self._exports: dict[int, Export] = {}

    async def begin(self, request: Request) -> Response:
        """Begin to write photographs."""
        asked = await read(request, ExportOrder)
        chosen = []
        for photo in [self._room.photo(name) for name in asked.ids] or self._photos:
            recipe, _ = await asyncio.to_thread(self._room.recipe, photo)
            table = to_table(recipe)
            chosen.append((photo, from_table(table | {"output": table["output"] | asked.output})))
        if sum(not one.standing.ended for one in self._exports.values()) >= _MOST:
            raise Refusal(429, "too many exports are being written; wait for one of them")
        number = len(self._exports) + 1
        self._exports[number] = Export(self._ordered(chosen, asked.suffix.lower())).start()
        return JSONResponse({"export": number})

    async def standing(self, request: Request) -> Response:
        """How far an export is."""
        told = asdict(self._begun(request).standing)
        for one in told["written"]:
            one["message"] = self._named(one["message"])
        return JSONResponse(told)

    async def cancel(self, request: Request) -> Response:
        """End an export early."""
        self._begun(request).cancel()
        return JSONResponse({})

    def _begun(self, request: Request) -> Export:
        number = request.path_params["number"]
        if number not in self._exports:
            raise Refusal(404, "there is no such export")
        return self._exports[number]
