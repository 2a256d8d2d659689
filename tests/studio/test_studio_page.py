"""The studio's page in a real browser: open, look, compare, export; by keyboard alone."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from headless import browser, reason_against, studio, until
from lichtbild.camera.recipe import GeometryRecipe, LookRecipe, Recipe
from lichtbild.io import sidecar
from lichtbild.io.recipe import load_recipe

EXAMPLE = Path(__file__).parents[2] / "examples" / "colour_checker.dng"
PLAIN = replace(
    Recipe(),
    look=LookRecipe(sharpening=0.0, grain=0.0),
    geometry=GeometryRecipe(crop=(0.2, 0.2, 0.6, 0.6)),
)
EXACT = "document.getElementById('standing').classList.contains('exact')"
APART = """
const shaded = document.getElementById('shaded'), exact = document.getElementById('exact');
const drawn = document.createElement('canvas'); drawn.width = shaded.width; drawn.height = shaded.height;
const paper = drawn.getContext('2d'); paper.drawImage(shaded, 0, 0);
const a = paper.getImageData(0, 0, shaded.width, shaded.height).data;
const b = exact.getContext('2d').getImageData(0, 0, shaded.width, shaded.height).data;
const counts = new Array(256).fill(0); let seen = 0;
for (let i = 0; i < a.length; i += 4) {
  if (b[i + 3] < 255) continue;
  for (let k = 0; k < 3; k++) { counts[Math.abs(a[i + k] - b[i + k])]++; seen++; }
}
return [seen, counts];
"""

pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(reason_against()), reason=reason_against())]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("roll")
    for name in "ab":
        shutil.copy(EXAMPLE, made / f"{name}.dng")
    sidecar.save(PLAIN, made / "a.dng")
    sidecar.save(replace(PLAIN, look=replace(PLAIN.look, name="mono")), made / "b.dng")
    (made / "torn.dng").write_bytes(EXAMPLE.read_bytes()[:4000])
    return made


@pytest.fixture(scope="module")
def link(folder: Path) -> Iterator[str]:
    with studio(folder) as address:
        yield address


@pytest.fixture
def page(link: str) -> Iterator[Any]:
    with browser() as driver:
        driver.get(link)
        until(driver, "document.querySelectorAll('#prints button').length === 3")
        yield driver
        refused = ("400", "favicon")
        wrong = [one for one in driver.get_log("browser") if one["level"] == "SEVERE"]
        assert not [one for one in wrong if not any(word in one["message"] for word in refused)], wrong


def press(driver: Any, *keys: str) -> None:
    from selenium.webdriver.common.action_chains import ActionChains

    ActionChains(driver).send_keys(*keys).perform()


def opened(driver: Any, number: int) -> None:
    driver.execute_script(f"document.querySelectorAll('#prints button')[{number}].click()")
    until(driver, EXACT)


@pytest.mark.parametrize("number", [0, 1], ids=["natural", "mono"])
def test_what_is_shaded_is_the_picture(page: Any, number: int) -> None:
    """Pixel by pixel at its own size; codes differ by the table's interpolation and rounding."""
    opened(page, number)
    seen, counts = page.execute_script(APART)
    assert seen > 300_000
    assert sum(counts[:3]) >= 0.995 * seen, counts[:20]
    assert sum(at * count for at, count in enumerate(counts)) / seen < 0.6, counts[:20]


def test_open_look_compare_and_export(page: Any, folder: Path) -> None:
    from selenium.webdriver.common.by import By
    from selenium.webdriver.support.ui import Select

    opened(page, 0)
    Select(page.find_element(By.ID, "look")).select_by_value("mono")
    until(page, f"{EXACT} && document.getElementById('look').value === 'mono'")
    middle = (
        "(() => { const c = document.getElementById('exact'); const p = c.getContext('2d').getImageData("
        "c.width / 2, c.height / 2, 1, 1).data; return p[3] === 255 && p[0] === p[1] && p[1] === p[2]; })()"
    )
    until(page, f"{EXACT} && {middle}")
    Select(page.find_element(By.ID, "compare")).select_by_value("split")
    until(page, "!document.getElementById('divider').hidden")
    colours = (
        "(() => { const s = document.getElementById('shaded'), d = document.createElement('canvas');"
        "d.width = s.width; d.height = s.height; const x = d.getContext('2d'); x.drawImage(s, 0, 0);"
        "const of = (l, w) => { const p = x.getImageData(l, 0, w, s.height).data; let most = 0;"
        "for (let i = 0; i < p.length; i += 4) most = Math.max(most, Math.abs(p[i] - p[i + 2]));"
        "return most; };"
        "const half = s.width >> 1; return of(0, half - 2) < 8 && of(half + 2, half - 2) > 60; })()"
    )
    until(page, colours)
    page.find_element(By.ID, "save").click()
    until(page, "document.getElementById('save').disabled")
    told = page.execute_script("return document.getElementById('command').textContent")
    assert told == "lichtbild develop a.dng --recipe a.dng.lichtbild.toml"
    assert load_recipe(folder / "a.dng.lichtbild.toml").look.name == "mono"
    page.find_element(By.ID, "to-export").click()
    page.find_element(By.CSS_SELECTOR, "#export .go").click()
    until(page, "document.querySelector('#export .written .done')")
    assert (folder / "developed" / "a.jpg").is_file()
    sidecar.save(PLAIN, folder / "a.dng")


def test_all_by_keyboard(page: Any, folder: Path) -> None:
    """From the contact sheet to an exported edit without a pointer; the focus is always seen."""
    from selenium.webdriver.common.keys import Keys

    press(page, Keys.ARROW_RIGHT, Keys.ENTER)
    until(page, EXACT)
    assert page.execute_script("return document.getElementById('where').textContent") == "b.dng"
    press(page, "j")
    assert page.execute_script("return document.getElementById('clipping').ariaPressed") == "true"
    press(page, "q", "v")
    scope, other = page.execute_script(
        "return [document.querySelector('#scopes [aria-selected=true]').textContent,"
        " document.getElementById('reference').value]"
    )
    assert (scope, other) == ("Waveform", "usual")
    press(page, "j", "]")
    look = page.execute_script("return document.getElementById('look').value")
    assert look != "mono"
    until(page, EXACT)
    press(page, "z", "n", "m", "z", "t")
    until(page, "document.querySelectorAll('#strip ol button').length > 8")
    press(page, Keys.ESCAPE, "s")
    until(page, "document.getElementById('save').disabled")
    assert load_recipe(folder / "b.dng.lichtbild.toml").look.name == look
    press(page, "x")
    until(page, "!document.getElementById('crop').hidden")
    press(page, Keys.ARROW_RIGHT, Keys.ENTER)
    until(page, f"document.getElementById('crop').hidden && {EXACT}")
    press(page, "r")
    until(page, "document.getElementById('save').disabled")
    press(page, "e", Keys.ENTER)
    until(page, "document.querySelector('#export .written .done')")
    press(page, Keys.ESCAPE)
    seen = set()
    for _ in range(120):
        press(page, Keys.TAB)
        told = page.execute_script(
            "const e = document.activeElement; if (e === document.body) return null;"
            "const s = getComputedStyle(e); return [e.tagName + '#' + e.id + (e.dataset.path ?? ''),"
            " s.outlineStyle !== 'none' || s.boxShadow !== 'none'];"
        )
        if told:
            assert told[1], f"{told[0]} has the focus and does not show it"
            seen.add(told[0])
    for wanted in (
        "SELECT#compare",
        "INPUT#strength",
        "SELECT#look",
        "INPUT#develop.exposure.ev",
        "BUTTON#usual",
    ):
        assert wanted in seen, (wanted, sorted(seen))
    press(page, Keys.ESCAPE)
    until(page, "document.body.dataset.at === 'sheet'")


def test_a_torn_file_is_told_and_the_next_one_opens(page: Any) -> None:
    page.execute_script("document.querySelectorAll('#prints button')[2].click()")
    until(page, "document.getElementById('trouble').textContent.includes('torn.dng')")
    assert page.execute_script("return document.body.dataset.at") == "sheet"
    opened(page, 1)


def test_words_where_numbers_belong_are_refused_in_a_sentence(page: Any) -> None:
    opened(page, 0)
    page.execute_script(
        "const e = document.querySelector('#form input[data-path=\"geometry.crop\"]'); e.value = '0.2, half';"
        " e.dispatchEvent(new Event('change', {bubbles: true}))"
    )
    until(page, "document.getElementById('trouble').textContent.includes('crop')")


def test_keys_mean_the_same_under_caps_lock(page: Any) -> None:
    opened(page, 0)
    page.execute_script(
        "document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'J', bubbles: true}))"
    )
    assert page.execute_script("return document.getElementById('clipping').ariaPressed") == "true"


def test_a_lost_card_comes_back(page: Any) -> None:
    opened(page, 0)
    page.execute_script(
        "const gl = document.getElementById('shaded').getContext('webgl2');"
        "window.card = gl.getExtension('WEBGL_lose_context'); card.loseContext();"
    )
    until(page, "document.getElementById('standing').textContent.includes('lost')")
    page.execute_script("window.card.restoreContext()")
    until(page, EXACT)
    seen, counts = page.execute_script(APART)
    assert seen and sum(counts[:4]) > 0.99 * seen


def test_without_webgl2_the_picture_itself_is_shown(link: str) -> None:
    with browser(1100, 700, "--disable-3d-apis") as driver:
        driver.get(link)
        until(driver, "document.querySelectorAll('#prints button').length === 3")
        opened(driver, 0)
        assert driver.execute_script("return document.getElementById('exact').style.visibility") == "visible"


def test_a_server_that_is_gone_is_told(folder: Path) -> None:
    with browser() as driver:
        with studio(folder) as link:
            driver.get(link)
            until(driver, "document.querySelectorAll('#prints button').length === 3")
        driver.execute_script("document.querySelectorAll('#prints button')[0].click()")
        until(driver, "document.getElementById('trouble').textContent.includes('does not answer')")
