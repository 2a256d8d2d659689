"""An observer at a real browser: a whole session, resumed by link, by keyboard alone, and on a phone."""

import base64
import io
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image
import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from browser import browser
from lichtbild.io.votes import Votes
from panel_server import Served, served, write_experiment

pytestmark = pytest.mark.slow

PAIRS = 'method = "paired comparison"\nties = true\ndistance_mm = 600\n[session]\npause_every = 4\n'
PLAIN = "[session]\npause_every = 0\nscreen_check = false\n"
METHODS = {
    "flicker": f'method = "paired comparison"\nview = "flicker"\n{PLAIN}',
    "triplet": f'method = "triplet"\nreference = "a"\n{PLAIN}',
    "three": f'method = "triplet"\n{PLAIN}',
    "rating": f'method = "absolute category rating"\nreference = "a"\n{PLAIN}',
    "impairment": f'method = "double stimulus"\nreference = "a"\n{PLAIN}',
    "scores": f'method = "double stimulus"\nreference = "a"\n{PLAIN}[scale]\nkind = "continuous"\n',
    "ruler": f'method = "quality ruler"\n{PLAIN}[ruler]\nconditions = ["a", "b"]\njnd = [0.0, -1.0]\n',
    "ranking": f'method = "ranking"\nshown = 3\n{PLAIN}',
}
KEYS = {
    "flicker": (" ", "2"),
    "triplet": (Keys.ARROW_RIGHT,),
    "three": ("3", "1", Keys.ENTER),
    "rating": ("4",),
    "impairment": ("5",),
    "scores": (Keys.ARROW_RIGHT, Keys.TAB, Keys.ARROW_LEFT, Keys.ENTER),
    "ruler": (Keys.HOME, Keys.ENTER),
    "ranking": ("2", Keys.BACKSPACE, "3", "2", Keys.ENTER),
}
ANSWERS = {
    "flicker": (-1.0,),
    "triplet": (-1.0,),
    "three": (2.0, 0.0, 1.0),
    "rating": (4.0,),
    "impairment": (5.0,),
    "scores": (50.5, 49.5),
    "ruler": (-1.0,),
    "ranking": (2.0, 1.0, 0.0),
}


def found(page: Any, css: str, seconds: float = 20) -> Any:
    """The element, once it is there."""
    WebDriverWait(page, seconds, 0.03).until(lambda it: it.find_elements(By.CSS_SELECTOR, css))
    return page.find_element(By.CSS_SELECTOR, css)


def trial(page: Any, done: int, total: int) -> None:
    """Wait until a trial is shown."""
    found(page, "#stage:not(.waiting) .pane img")
    WebDriverWait(page, 20, 0.03).until(
        lambda it: (
            it.find_element(By.ID, "progress").text == f"{done} of {total}"
            and it.find_elements(By.CSS_SELECTOR, "#stage:not(.waiting):not([aria-busy])")
        )
    )


def press(page: Any, *keys: str) -> None:
    for key in keys:
        page.switch_to.active_element.send_keys(key)


def votes(folder: Path, count: int) -> list[Any]:
    """The votes that are stored, once there are so many."""
    for _ in range(100):
        with Votes(str(folder / "experiment.votes.sqlite"), None) as store:
            stored = [vote for _, vote in store.all_votes()]
        if len(stored) >= count:
            return stored
        time.sleep(0.1)
    raise AssertionError(f"{len(stored)} votes of {count}")


def silent(page: Any) -> bool:
    """Whether the page had nothing to complain about."""
    return [entry for entry in page.get_log("browser") if entry["level"] != "INFO"] == []


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Callable[[str, int], Served]]:
    """Opens experiments whose servers end with the test."""
    from contextlib import ExitStack

    with ExitStack() as stack:
        yield lambda text, size: stack.enter_context(
            served(write_experiment(tmp_path, text, size=size), invite=1)
        )


def test_a_whole_session_by_keyboard_alone_resumed_by_link(
    opened: Callable[[str, int], Served], tmp_path: Path
) -> None:
    server = opened(PAIRS, 200)
    with browser() as page:
        page.get(server.links[0])
        assert found(page, "#next").get_property("disabled")
        press(page, Keys.TAB, " ", Keys.TAB, Keys.ENTER)  # the box, then the button
        found(page, ".greys")
        press(page, Keys.TAB, Keys.ARROW_RIGHT, Keys.TAB, "6", Keys.TAB, "7", Keys.TAB, Keys.ENTER)
        found(page, "#begin")
        press(page, Keys.ENTER)
        for done, key in enumerate((Keys.ARROW_LEFT, Keys.ARROW_RIGHT, "0")):
            trial(page, done, 6)
            press(page, key)
        assert [vote.answer[0] for vote in votes(tmp_path, 3)] == [1.0, -1.0, 0.0]
        assert silent(page)
    with browser() as page:  # another day, another browser
        page.get(server.links[0])
        found(page, "#begin")
        press(page, Keys.ENTER)
        for done in (3, 4, 5):
            trial(page, done, 6)
            press(page, Keys.ARROW_LEFT)
        WebDriverWait(page, 20).until(lambda it: it.find_elements(By.XPATH, "//h1[text()='Thank you']"))
        page.get(server.links[0] + "x")
        page.refresh()
        assert "not valid" in found(page, "h1").text
    stored = votes(tmp_path, 6)
    assert [vote.trial.position for vote in stored] == list(range(6)) and len(
        {vote.vote for vote in stored}
    ) == 6
    assert all(0 < vote.seconds < 60 for vote in stored)
    with Votes(str(tmp_path / "experiment.votes.sqlite"), None) as store:
        ((observer, _),) = store.observers()
    screen = dict(observer.screen)
    assert (screen["dark"], screen["light"]) == (6.0, 7.0) and 0.2 < screen["pixel_mm"] < 0.3


@pytest.mark.parametrize("method", METHODS)
def test_every_method_is_answered_by_keys(
    opened: Callable[[str, int], Served], tmp_path: Path, method: str
) -> None:
    server = opened(METHODS[method], 120)
    with browser() as page:
        page.get(server.links[0])
        found(page, "#agree").click()
        page.find_element(By.ID, "next").click()
        found(page, "#begin").click()
        total = int(found(page, "#progress").text.split()[-1])
        trial(page, 0, total)
        press(page, *KEYS[method])
        if total > 1:
            trial(page, 1, total)
        assert silent(page)
    assert votes(tmp_path, 1)[0].answer == ANSWERS[method]


def test_a_phone_is_answered_by_touch_and_rests(opened: Callable[[str, int], Served], tmp_path: Path) -> None:
    server = opened(PAIRS, 500)
    with browser(390, 780, ratio=3.0, touch=True) as page:
        page.get(server.links[0])
        for name in ("agree", "next", "next", "begin"):
            tap(page, found(page, f"#{name}"))
            time.sleep(0.3)
        for done in range(4):
            trial(page, done, 6)
            panes = page.find_elements(By.CSS_SELECTOR, ".pane")
            assert panes[0].rect["y"] < panes[1].rect["y"] and panes[0].rect["width"] > 360
            tap(page, panes[done % 2])
        tap(page, found(page, "#resume"))
        trial(page, 4, 6)
        width = page.execute_script("return document.documentElement.scrollWidth")
        assert width == 390 and silent(page)
    assert [vote.answer[0] for vote in votes(tmp_path, 4)] == [1.0, -1.0, 1.0, -1.0]


def tap(page: Any, element: Any) -> None:
    box = element.rect
    top = page.execute_script("return scrollY")
    page.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
    box, top = element.rect, page.execute_script("return scrollY")
    point = {"x": box["x"] + box["width"] / 2, "y": box["y"] - top + box["height"] / 2}
    for kind, points in (("touchStart", [point]), ("touchEnd", [])):
        page.execute_cdp_cmd("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


@pytest.mark.parametrize("ratio", [1.0, 1.25, 1.5, 3.0])
def test_pictures_are_shown_at_true_pixels_and_moved_in_step(
    opened: Callable[[str, int], Served], tmp_path: Path, ratio: float
) -> None:
    """Rows and columns of each picture stand on the screen as they are in the file, larger ones cut."""
    server = opened(f'method = "paired comparison"\n{PLAIN}', 900)
    with browser(1001, 701, ratio=ratio) as page:
        page.get(server.links[0])
        found(page, "#agree").click()
        page.find_element(By.ID, "next").click()
        found(page, "#begin").click()
        trial(page, 0, 6)
        places = [shown_at(page, folder=tmp_path / "pictures", pane=pane) for pane in (0, 1)]
        if ratio < 1.6:  # the picture of 908 x 900 is larger than a pane
            press(page, "d", "s")
            moved = [shown_at(page, folder=tmp_path / "pictures", pane=pane) for pane in (0, 1)]
            steps = [(b[0] - a[0], b[1] - a[1]) for a, b in zip(places, moved, strict=True)]
            assert steps[0] == steps[1] != (0, 0)


def shown_at(page: Any, folder: Path, pane: int) -> tuple[int, int]:
    """Where the middle of a pane lies in the one picture that it shows pixel for pixel."""
    shot = page.execute_cdp_cmd("Page.captureScreenshot", {"format": "png"})["data"]
    with PIL.Image.open(io.BytesIO(base64.b64decode(shot))) as image:
        screen = np.asarray(image.convert("RGB")).astype(int)
    ratio = page.execute_script("return devicePixelRatio")
    box = page.find_elements(By.CSS_SELECTOR, ".pane")[pane].rect
    top = round((box["y"] + box["height"] / 2) * ratio) - 40
    left = round((box["x"] + box["width"] / 2) * ratio) - 40
    part = screen[top : top + 80, left : left + 80]
    for path in sorted(folder.rglob("*.png")):
        with PIL.Image.open(path) as image:
            picture = np.asarray(image).astype(int)
        rows, columns = np.nonzero((picture[:-79, :-79] == part[0, 0]).all(2))
        for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
            if np.array_equal(picture[row : row + 80, column : column + 80], part):
                return row, column
    raise AssertionError("the screen shows no picture's pixels")
