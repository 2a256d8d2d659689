"""The studio as a web application: a roll of photographs, their scenes, looks, prints and exports."""

import asyncio
import base64
import os
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path
from threading import Event
from typing import Any, Final

import numpy as np
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from lichtbild.camera import noise_curve, point_picture
from lichtbild.camera.light_table import BRIGHTEST, DARKEST, NODES
from lichtbild.camera.negative import TILE
from lichtbild.camera.recipe import Recipe
from lichtbild.camera.recipe_form import form
from lichtbild.core import resources
from lichtbild.core.errors import BadInput, LichtbildError
from lichtbild.core.window import Window
from lichtbild.figure.png import png_bytes
from lichtbild.figure.svg import Svg, svg_text
from lichtbild.image.picture import ColourSpace
from lichtbild.image.raw_frame import RawFrame
from lichtbild.io import sidecar
from lichtbild.io.formats import jpeg, png
from lichtbild.io.recipe import from_table, to_table
from lichtbild.look.recipe import LOOKS
from lichtbild.studio.access import Rate, Refusal, bearer, same
from lichtbild.studio.asked import ByRecipe, Developed, Point, Print, Strip, read, window
from lichtbild.studio.export_desk import ExportDesk
from lichtbild.study.camera_room import CameraRoom
from lichtbild.study.darkroom import Darkroom, Scene, tile
from lichtbild.study.exporting import Order
from lichtbild.study.roll import Photo

_PAGES: Final = "studio_pages"
_TYPES: Final = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_HEED: Final = 0.3
"""Seconds after which work heeds that nobody waits for it."""


@dataclass(frozen=True, eq=False)
class Studio:
    """What is served.

    Attributes:
        photos: the roll.
        darkroom: that develops it.
        token: of the one who works here.
        folder: into which photographs are exported.
        lens: of the camera that took them.
        camera: file of the camera's calibration; None for none.
        threads: tiles at a time.
    """

    photos: Sequence[Photo]
    darkroom: Darkroom
    token: str
    folder: Path
    lens: CameraRoom = field(default_factory=lambda: CameraRoom(None))
    camera: Path | None = None
    threads: int = 1


def application(studio: Studio) -> FastAPI:
    """The web application of a studio; `lichtbild.studio.access.Guard` stands before it."""
    desk = _Desk(studio)
    exports = ExportDesk(studio.photos, studio.darkroom, desk.ordered, desk.named)
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.add_route("/", _page("index.html"), ["GET"])
    for name in resources.names("studio", _PAGES):
        app.add_route(f"/pages/{name}", _page(name), ["GET"])
    for path, method, answer in (
        ("/api/roll", "GET", desk.roll),
        ("/api/form", "GET", desk.form),
        ("/api/looks", "GET", desk.looks),
        ("/api/photos/{id}", "GET", desk.photo),
        ("/api/photos/{id}/thumb", "GET", desk.thumb),
        ("/api/photos/{id}/scene", "POST", desk.scene),
        ("/api/photos/{id}/strip", "POST", desk.strip),
        ("/api/photos/{id}/edit", "PUT", desk.save),
        ("/api/photos/{id}/edit", "DELETE", desk.forget),
        ("/api/scenes/{key}/tiles/{level:int}/{row:int}/{column:int}", "GET", desk.tile),
        ("/api/scenes/{key}/places", "GET", desk.places),
        ("/api/scenes/{key}/look", "POST", desk.look),
        ("/api/scenes/{key}/table", "POST", desk.table),
        ("/api/scenes/{key}/print", "POST", desk.print),
        ("/api/scenes/{key}/point", "POST", desk.point),
        ("/api/photos/{id}/noise", "GET", desk.noise),
        ("/api/camera", "GET", desk.camera),
        ("/api/camera/lens", "GET", desk.lens),
        ("/api/exports", "POST", exports.begin),
        ("/api/exports/{number:int}", "GET", exports.standing),
        ("/api/exports/{number:int}", "DELETE", exports.cancel),
    ):
        app.add_route(path, desk.guarded(answer), [method])
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(LichtbildError, desk.failed)
    return app


Answer = Callable[[Request], Awaitable[Response]]


class _Desk:
    """Answers the one who works at it."""

    def __init__(self, studio: Studio) -> None:
        self._studio, self._room = studio, studio.darkroom
        self._wrong = Rate(at_once=30, a_second=0.5)
        self._one_at_a_time = asyncio.Lock()

    def guarded(self, answer: Answer) -> Answer:
        """The answer for those alone who bring the token."""

        async def checked(request: Request) -> Response:
            if not same(bearer(request.headers), self._studio.token):
                who = request.client.host if request.client else ""
                words = "this link is not valid; open the one that lichtbild studio has shown"
                raise Refusal(401 if self._wrong.spend(who) else 429, words)
            return await answer(request)

        return checked

    async def roll(self, request: Request) -> Response:
        """The photographs."""
        photos = await asyncio.to_thread(lambda: [_told(photo) for photo in self._studio.photos])
        name = self._studio.photos[0].source.parent.name
        return JSONResponse({"name": name, "export_to": self._studio.folder.name, "photos": photos})

    async def form(self, request: Request) -> Response:
        """Every parameter of a recipe."""
        return JSONResponse([asdict(one) for one in form()])

    async def looks(self, request: Request) -> Response:
        """The looks, and whether they have strengths."""
        told = [
            {"name": look.name, "description": look.description, "strength": look.has_style}
            for look in LOOKS.values()
        ]
        return JSONResponse(told)

    async def photo(self, request: Request) -> Response:
        """What is known of a photograph, and its recipe."""
        photo = self._photo(request)
        recipe, saved = await asyncio.to_thread(self._room.recipe, photo)
        source = await self._working(self._room.source, photo, recipe.develop.scale)
        return JSONResponse(
            _told(photo)
            | {
                "recipe": to_table(recipe),
                "usual": to_table(Recipe()),
                "saved": saved,
                "command": self._command(photo, sidecar.sidecar_of(photo.source)),
                "facts": source.metadata.facts(),
                "size": [source.extent.width, source.extent.height],
            }
        )

    async def thumb(self, request: Request) -> Response:
        """A small picture by the recipe beside the photograph."""
        photo = self._photo(request)
        recipe, _ = await asyncio.to_thread(self._room.recipe, photo)
        made = await asyncio.to_thread(self._room.contact, photo, recipe)
        return Response(await asyncio.to_thread(jpeg.encoded, made, 88), media_type="image/jpeg")

    async def scene(self, request: Request) -> Response:
        """Develop a photograph; a rough development is not kept waiting by others."""
        photo, asked = self._photo(request), await read(request, Developed)
        recipe = from_table(asked.recipe)
        scene = await asyncio.to_thread(self._room.draft, photo, recipe) if asked.rough else None
        if scene is None:
            scene = await self._while_wanted(request, partial(self._room.scene, photo, recipe))
        levels = await asyncio.to_thread(lambda: [level.shape[:2] for level in scene.made.pyramid])
        made, sizes = scene.made, [[width, height] for height, width in levels]
        told = {"scene": scene.key, "tile": TILE, "levels": sizes, "rough": made.rough}
        return JSONResponse(told | {"ev": made.own.ev if made.own else 0.0, "zero_ev": made.zero_ev})

    async def tile(self, request: Request) -> Response:
        """A tile of scene light."""
        level, row, column = (request.path_params[name] for name in ("level", "row", "column"))
        scene = await self._scene(request)
        return _numbers(await asyncio.to_thread(tile, scene, level, row, column, TILE))

    async def places(self, request: Request) -> Response:
        """What a look needs to know of places: local tone's base and the lens's fall-off."""
        scene = await self._scene(request)
        found = await asyncio.to_thread(lambda: scene.made.places)
        height, width = found.shape[:2]
        return _numbers(np.ascontiguousarray(found, "<f2").tobytes(), width=width, height=height)

    async def look(self, request: Request) -> Response:
        """A look in numbers, at all its strengths."""
        scene, asked = await self._scene(request), await read(request, ByRecipe)
        found = await asyncio.to_thread(self._room.shadings, scene, from_table(asked.recipe))
        told = {"nodes": NODES, "darkest": DARKEST, "brightest": BRIGHTEST, "strengths": found.strengths}
        return JSONResponse(told | {"numbers": [asdict(one) for one in found.numbers]})

    async def table(self, request: Request) -> Response:
        """The tables of a look at all its strengths, one after another."""
        scene, asked = await self._scene(request), await read(request, ByRecipe)
        found = await asyncio.to_thread(self._room.shadings, scene, from_table(asked.recipe))
        return _numbers(np.ascontiguousarray(found.tables, "<f2").tobytes())

    async def print(self, request: Request) -> Response:
        """The picture itself, or a part of it, as large as it is shown."""
        scene, asked = await self._scene(request), await read(request, Print)
        recipe = from_table(asked.recipe)
        output = replace(Recipe().output, long_edge=asked.long_edge, space=ColourSpace.SRGB)
        wanted = scene, replace(recipe, output=output), window(asked.window)
        made = await self._working(self._room.printed, *wanted, wanted=request)
        whole = replace(made, extent=made.window.extent, window=Window.whole(made.window.extent))
        return Response(await asyncio.to_thread(png.encoded, whole, 8), media_type="image/png")

    async def strip(self, request: Request) -> Response:
        """What each stage gives of a part of the picture."""
        photo, asked = self._photo(request), await read(request, Strip)
        recipe, part = from_table(asked.recipe), window(asked.window)
        strip = await self._working(self._room.strip, photo, recipe, part)
        pictures = await asyncio.to_thread(lambda: [png_bytes(one.samples) for one in strip])
        told = [
            {"name": one.name, "words": one.words, "png": base64.b64encode(data).decode()}
            for one, data in zip(strip, pictures, strict=True)
        ]
        return JSONResponse(told)

    async def camera(self, request: Request) -> Response:
        """What is known of the camera; its lens is followed from now on."""
        room = self._studio.lens
        room.begin()
        standing, words = room.standing
        facts = room.followed().words if standing == "ready" else ()
        drawn = standing == "ready" and room.followed().drawing is not None
        return JSONResponse({"standing": standing, "words": words, "facts": facts, "drawn": drawn})

    async def lens(self, request: Request) -> Response:
        """The section of the lens."""
        drawing = self._studio.lens.followed().drawing
        if drawing is None:
            raise BadInput("the lens was measured in pictures, so that nobody knows its glass")
        return _drawn(drawing)

    async def point(self, request: Request) -> Response:
        """The lens's image of a point at a place of the picture."""
        scene, asked = await self._scene(request), await read(request, Point)
        made = await asyncio.to_thread(self._studio.lens.point, scene.made, (asked.x, asked.y))
        data = await asyncio.to_thread(png_bytes, made.shown)
        return JSONResponse({"png": base64.b64encode(data).decode(), "facts": point_picture.told(made)})

    async def noise(self, request: Request) -> Response:
        """The noise of the raw frame, drawn and told."""
        photo = self._photo(request)
        source = await self._working(self._room.source, photo)
        if not isinstance(source, RawFrame):
            raise BadInput("of a finished picture's noise nothing is known; open a raw file")
        drawing = await asyncio.to_thread(noise_curve.noise_curve, source)
        facts = await asyncio.to_thread(noise_curve.told, source)
        return JSONResponse({"svg": svg_text(drawing), "facts": facts})

    async def save(self, request: Request) -> Response:
        """Write the recipe beside the photograph."""
        photo, asked = self._photo(request), await read(request, ByRecipe)
        recipe = from_table(asked.recipe)
        path = await asyncio.to_thread(sidecar.save, recipe, photo.source)
        self._room.forget_prints(photo)
        return JSONResponse({"saved": path.name, "command": self._command(photo, path)})

    async def forget(self, request: Request) -> Response:
        """Take that recipe away."""
        photo = self._photo(request)
        await asyncio.to_thread(sidecar.forget, photo.source)
        self._room.forget_prints(photo)
        return JSONResponse({"saved": None})

    async def failed(self, request: Request, error: Exception) -> Response:
        """Why something was not done."""
        return JSONResponse({"error": self.named(str(error))}, 400 if isinstance(error, BadInput) else 500)

    def named(self, words: str) -> str:
        """A sentence whose files have their names alone: where they lie is nobody's business."""
        above = {photo.source.parent for photo in self._studio.photos} | {self._studio.folder}
        places = {str(place) for folder in above for place in (folder, folder.resolve(), folder.parent)}
        for place in sorted(places - {".", "/"}, key=len, reverse=True):
            words = words.replace(place + os.sep, "").replace(place, Path(place).name)
        return words

    def ordered(self, chosen: list[tuple[Photo, Recipe]], suffix: str) -> Order:
        """The order to write these photographs."""
        at = self._studio
        return Order(chosen, at.folder, suffix, at.camera, at.threads)

    def _command(self, photo: Photo, path: Path) -> str:
        """What replays an edit in a terminal."""
        words = ["lichtbild develop", *(source.name for source in photo.sources), "--recipe", path.name]
        if self._studio.camera is not None and photo.is_raw:
            words += ["--camera", self._studio.camera.name]
        return " ".join(words)

    def _photo(self, request: Request) -> Photo:
        return self._room.photo(request.path_params["id"])

    async def _scene(self, request: Request) -> Scene:
        key = request.path_params["key"]
        kept = self._room.kept_scene(key)  # what is there waits for no development of another
        scene: Scene = kept or await self._working(self._room.known_scene, key)
        return scene

    async def _working(self, make: Callable[..., Any], *given: Any, wanted: Request | None = None) -> Any:
        """What takes all cores: one after another, beside the event loop, while somebody waits for it."""
        async with self._one_at_a_time:
            if wanted is not None and await wanted.is_disconnected():
                raise Refusal(499, "nobody waits for it any more")
            return await asyncio.to_thread(make, *given)

    async def _while_wanted(self, request: Request, make: Callable[[Callable[[float], None]], Any]) -> Any:
        """What reports how far it is, made until nobody waits for it any more."""
        gone = Event()

        def heard(share: float) -> None:
            if gone.is_set():
                raise Refusal(499, "nobody waits for it any more")

        async with self._one_at_a_time:
            work = asyncio.create_task(asyncio.to_thread(make, heard))
            while not (await asyncio.wait({work}, timeout=_HEED))[0]:
                if await request.is_disconnected():
                    gone.set()
            return await work


def _page(name: str) -> Answer:
    async def answer(request: Request) -> Response:
        kind = _TYPES[Path(name).suffix]
        return Response(resources.read("studio", _PAGES, name), media_type=kind)

    return answer


def _told(photo: Photo) -> dict[str, Any]:
    return {
        "id": photo.id,
        "name": photo.source.name,
        "raw": photo.is_raw,
        "frames": len(photo.sources),
        "edited": sidecar.sidecar_of(photo.source).is_file(),
    }


def _drawn(drawing: Svg) -> Response:
    return Response(svg_text(drawing), media_type="image/svg+xml")


def _numbers(data: bytes, **sizes: int) -> Response:
    headers = {f"x-{name}": str(size) for name, size in sizes.items()}
    return Response(data, media_type="application/octet-stream", headers=headers)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)
    return JSONResponse({"error": error.words}, error.status)
