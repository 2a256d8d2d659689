"""The studio's answers, and what it refuses. No server runs: requests go straight to the application."""

import asyncio
import base64
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest

from burst_files import burst
from lichtbild.camera.recipe import GeometryRecipe, LookRecipe, OutputRecipe, Recipe
from lichtbild.io.recipe import to_table
from lichtbild.studio.access import BODY_LIMIT, Guard
from lichtbild.studio.studio_app import Studio, application
from lichtbild.study.darkroom import Darkroom
from lichtbild.study.roll import roll

EXAMPLE = Path(__file__).parents[2] / "examples" / "colour_checker.dng"
TOKEN = "t" * 43
HOST = "127.0.0.1:8000"
RECIPE = to_table(replace(Recipe(), geometry=GeometryRecipe(crop=(0.4, 0.4, 0.6, 0.6))))


@dataclass
class Page:
    """What a browser would ask."""

    studio: Studio
    guard: Guard
    folder: Path

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        given = {"host": HOST, "authorization": f"Bearer {TOKEN}", "content-type": "application/json"}
        content = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
        sent = {name: value for name, value in (given | headers).items() if value}

        async def one() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.guard)  # type: ignore[arg-type]
            async with httpx.AsyncClient(transport=transport, base_url=f"http://{HOST}") as client:
                return await client.request(method, path, content=content, headers=sent)

        return asyncio.run(one())

    def told(self, method: str, path: str, body: Any = None) -> Any:
        answer = self.ask(method, path, body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def exported(self, order: dict[str, Any]) -> list[dict[str, str]]:
        number = self.told("POST", "/api/exports", order)["export"]
        while not (standing := self.told("GET", f"/api/exports/{number}"))["ended"]:
            time.sleep(0.05)
        written: list[dict[str, str]] = standing["written"]
        return written


def opened(folder: Path) -> Page:
    photos = roll(folder)
    studio = Studio(photos, Darkroom(photos), TOKEN, folder / "developed")
    return Page(studio, Guard(application(studio), frozenset({"localhost"}), any_address=False), folder)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    folder = tmp_path_factory.mktemp("roll")
    shutil.copy(EXAMPLE, folder / "chart.dng")
    (folder / "torn.dng").write_bytes(EXAMPLE.read_bytes()[:4000])
    yield opened(folder)


@pytest.fixture(scope="module")
def chart(page: Page) -> str:
    return str(page.studio.photos[0].id)


def test_the_page_comes_whole_and_from_here_alone(page: Page) -> None:
    index = page.ask("GET", "/", authorization="")
    assert index.status_code == 200 and "http" not in index.text.replace("http-equiv", "")
    assert "default-src 'self'" in index.headers["content-security-policy"]
    assert index.headers["cache-control"] == "no-store"
    module = page.ask("GET", "/pages/main.js", authorization="")
    assert module.headers["content-type"].startswith("text/javascript")
    names = [line.split('"')[-2].removeprefix("./") for line in module.text.splitlines() if " from " in line]
    sizes = [len(index.content), len(module.content)]
    for name in names:
        answer = page.ask("GET", f"/pages/{name}", authorization="")
        assert answer.status_code == 200, name
        sizes.append(len(answer.content))
    assert sum(sizes) < 300_000


def test_without_the_token_nothing_is_told(page: Page, chart: str) -> None:
    paths = (
        "/api/roll",
        f"/api/photos/{chart}",
        f"/api/photos/{chart}/thumb",
        "/api/camera",
        "/api/exports/1",
    )
    for path in paths:
        for wrong in ("", "Bearer ", f"Bearer {TOKEN[:-1]}", f"Basic {TOKEN}", f"Bearer {TOKEN}x"):
            answer = page.ask("GET", path, authorization=wrong)
            assert answer.status_code in (401, 429)
            assert set(answer.json()) == {"error"}


def test_guessing_is_slowed_down(tmp_path: Path) -> None:
    shutil.copy(EXAMPLE, tmp_path / "a.dng")
    tried = opened(tmp_path)
    answers = [tried.ask("GET", "/api/roll", authorization="Bearer x").status_code for _ in range(40)]
    assert answers[0] == 401 and answers[-1] == 429
    assert tried.ask("GET", "/api/roll").status_code == 200, "who has the token is not locked out"


def test_foreign_hosts_and_origins_are_refused(page: Page, chart: str) -> None:
    assert page.ask("GET", "/api/roll", host="evil.example").status_code == 421
    for header in ({"origin": "http://evil.example"}, {"sec-fetch-site": "cross-site"}):
        answer = page.ask("DELETE", f"/api/photos/{chart}/edit", **header)
        assert answer.status_code == 403
    assert (
        page.ask("DELETE", f"/api/photos/{chart}/edit", **{"content-type": "text/plain"}).status_code == 415
    )


@pytest.mark.parametrize(
    "path",
    [
        "/pages/../studio_app.py",
        "/pages/..%2f..%2fcore%2ferrors.py",
        "/pages/%2e%2e/access.py",
        "/api/photos/..%2f..%2fetc%2fpasswd",
        "/api/photos/%2e%2e/thumb",
        "/api/scenes/..%2f..%2fx/places",
        "/api/scenes/0/tiles/-1/0/0",
        "/etc/passwd",
    ],
)
def test_no_path_leads_elsewhere(page: Page, path: str) -> None:
    answer = page.ask("GET", path)
    assert answer.status_code in (400, 404, 405)
    assert "import" not in answer.text and "root:" not in answer.text


def test_a_request_that_is_large_or_none_is_refused(page: Page, chart: str) -> None:
    huge = b'{"recipe": {"look": {"text": "' + b"x" * BODY_LIMIT + b'"}}}'
    assert page.ask("POST", f"/api/photos/{chart}/scene", huge).status_code == 413
    for wrong in (b"no json", b"[" * 5000, b'{"recipes": {}}', b'{"recipe": 3}', b"\xff"):
        assert page.ask("POST", f"/api/photos/{chart}/scene", wrong).status_code == 400
    answer = page.ask("POST", f"/api/photos/{chart}/scene", {"recipe": {"look": {"strength": 9}}})
    assert answer.status_code == 400 and "strength" in answer.json()["error"]


def test_no_answer_tells_where_files_lie(page: Page) -> None:
    torn = page.studio.photos[1].id
    answers = [
        page.ask("GET", "/api/roll"),
        page.ask("GET", f"/api/photos/{page.studio.photos[0].id}"),
        page.ask("GET", f"/api/photos/{torn}"),
        page.ask("GET", f"/api/photos/{torn}/thumb"),
    ]
    written = page.exported({"ids": [torn], "suffix": ".jpg"})
    assert written[0]["status"] == "failed"
    assert answers[2].status_code == 400 and answers[2].json()["error"].startswith("torn.dng: ")
    for text in [*(one.text for one in answers), json.dumps(written)]:
        assert str(page.folder) not in text and page.folder.parent.name not in text


def test_a_scene_comes_in_tiles_with_what_shades_it(page: Page, chart: str) -> None:
    told = page.told("POST", f"/api/photos/{chart}/scene", {"recipe": RECIPE})
    scene = f"/api/scenes/{told['scene']}"
    width, height = told["levels"][0]
    first = page.ask("GET", f"{scene}/tiles/0/0/0").content
    assert len(first) == min(width, told["tile"]) * min(height, told["tile"]) * 4 * 2
    assert page.ask("GET", f"{scene}/tiles/99/0/0").status_code == 400
    places = page.ask("GET", f"{scene}/places")
    assert len(places.content) == int(places.headers["x-width"]) * int(places.headers["x-height"]) * 8
    look = page.told("POST", f"{scene}/look", {"recipe": RECIPE})
    table = page.ask("POST", f"{scene}/table", {"recipe": RECIPE}).content
    assert len(table) == len(look["strengths"]) * look["nodes"] ** 3 * 4 * 2
    assert len(look["numbers"]) == len(look["strengths"])
    part = {"recipe": RECIPE, "window": [0, 0, 20, 30]}
    shown = page.ask("POST", f"{scene}/print", part)
    assert shown.headers["content-type"] == "image/png"
    assert shown.content[16:24] == (30).to_bytes(4, "big") + (20).to_bytes(4, "big")
    for wrong in ([0, 0, 0, 30], [0, 0, 9999, 30]):
        assert page.ask("POST", f"{scene}/print", part | {"window": wrong}).status_code == 400


def test_a_strip_goes_from_codes_to_the_picture(page: Page, chart: str) -> None:
    strip = page.told("POST", f"/api/photos/{chart}/strip", {"recipe": RECIPE, "window": [0, 0, 20, 30]})
    assert strip[0]["name"] == "codes" and strip[-1]["name"] == "quantise"
    assert all(base64.b64decode(one["png"]).startswith(b"\x89PNG") for one in strip)


def test_an_edit_is_saved_told_and_taken_away(page: Page, chart: str) -> None:
    edit = RECIPE | {"look": RECIPE["look"] | {"name": "mono"}}
    saved = page.told("PUT", f"/api/photos/{chart}/edit", {"recipe": edit})
    assert saved["saved"] == "chart.dng.lichtbild.toml"
    assert saved["command"] == "lichtbild develop chart.dng --recipe chart.dng.lichtbild.toml"
    told = page.told("GET", f"/api/photos/{chart}")
    assert told["saved"] and told["recipe"]["look"]["name"] == "mono"
    assert page.told("GET", "/api/roll")["photos"][0]["edited"]
    page.told("DELETE", f"/api/photos/{chart}/edit")
    assert not page.told("GET", f"/api/photos/{chart}")["saved"]


def test_noise_is_drawn_and_a_lens_only_where_it_is_known(page: Page, chart: str) -> None:
    noise = page.told("GET", f"/api/photos/{chart}/noise")
    assert noise["svg"].lstrip().startswith("<?xml") and len(noise["facts"]) == 2
    assert page.told("GET", "/api/camera")["standing"] == "none"
    refused = page.ask("GET", "/api/camera/lens")
    assert refused.status_code == 400 and "--camera" in refused.json()["error"]
    scene = page.told("POST", f"/api/photos/{chart}/scene", {"recipe": RECIPE})["scene"]
    assert page.ask("POST", f"/api/scenes/{scene}/point", {"x": 2, "y": 0}).status_code == 400


def developed(folder: Path, *words: str) -> None:
    command = [sys.executable, "-m", "lichtbild", "develop", *words, "-q", "-j", "1"]
    subprocess.run(command, cwd=folder, check=True, timeout=300)


EDIT = replace(
    Recipe(),
    look=LookRecipe(name="mono", strength=0.6),
    geometry=GeometryRecipe(crop=(0.1, 0.2, 0.8, 0.9), straighten_deg=1.5),
    output=OutputRecipe(quality=88),
)


@pytest.mark.slow
def test_the_command_line_replays_an_edit_to_the_same_bytes(tmp_path: Path) -> None:
    """A raw file, a burst and a finished picture; as the page tells the command."""
    from lichtbild.camera.photograph import coded
    from lichtbild.io.formats import jpeg
    from lichtbild.io.reader import read

    folder = tmp_path / "roll"
    folder.mkdir()
    shutil.copy(EXAMPLE, folder / "chart.dng")
    burst(folder, 3)
    small = replace(Recipe(), geometry=GeometryRecipe(crop=(0.2, 0.2, 0.6, 0.6)))
    (folder / "picture.jpg").write_bytes(jpeg.encoded(coded(read(EXAMPLE), small), 95))
    page = opened(folder)
    assert [len(photo.sources) for photo in page.studio.photos] == [1, 3, 1]
    for photo in page.studio.photos:
        told = page.told("PUT", f"/api/photos/{photo.id}/edit", {"recipe": to_table(EDIT)})
        (written,) = page.exported({"ids": [photo.id], "suffix": ".jpg"})
        assert written["status"] == "done", written
        words = told["command"].split()
        assert words[:2] == ["lichtbild", "develop"]
        developed(folder, *words[2:], "-o", str(tmp_path / "replayed"))
        ours, theirs = (place / written["name"] for place in (folder / "developed", tmp_path / "replayed"))
        assert ours.read_bytes() == theirs.read_bytes(), written["name"]


def test_a_print_of_the_whole_is_the_export_without_loss(page: Page, chart: str) -> None:
    """What is looked at is what is written: the print's pixels are those of the exported PNG."""
    from lichtbild.io.picture_file import read_picture

    page.told("PUT", f"/api/photos/{chart}/edit", {"recipe": RECIPE})
    page.exported({"ids": [chart], "suffix": ".png", "output": {"bits": 8}})
    told = page.told("POST", f"/api/photos/{chart}/scene", {"recipe": RECIPE})
    shown = page.ask("POST", f"/api/scenes/{told['scene']}/print", {"recipe": RECIPE})
    (page.folder / "seen.png").write_bytes(shown.content)
    seen, written = (read_picture(page.folder / name) for name in ("seen.png", "developed/chart.png"))
    np.testing.assert_array_equal(seen.samples, written.samples)
    page.told("DELETE", f"/api/photos/{chart}/edit")
