"""How soon the studio's page answers a hand: frames of the strength slider, the first page, tiles.

    python benchmarks/studio.py FOLDER

FOLDER holds bench12.dng and bench61.dng of `bench_frame.py`. Measured in Debian's Chromium without a graphics
card, whose WebGL2 (SwiftShader) is computed by the processor. The work of a frame is the slider's event and
all that it begins, the drawing, and the reading of one drawn pixel, which waits until all are drawn; frames
follow one another without a pause. The time between frames is what an eye sees, the browser's own work and
that of the other programs on the machine included.
"""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import record

GOALS = {"frame_ms": 16.0, "page_ms": 1000.0, "page_kb": 300.0, "texture": 4096}
FRAMES = 300
SIZE = (600, 400)
LOOK = "vibrant"
CHOOSE = """
const select = document.getElementById("look");
select.value = arguments[0];
select.dispatchEvent(new Event("change"));
"""
PAGES = Path(__file__).parents[1] / "src" / "lichtbild" / "studio" / "studio_pages"

WATCHED = """
window.largest = 0;
for (const name of ["texImage2D", "texStorage2D", "texStorage3D"]) {
  const own = WebGL2RenderingContext.prototype[name];
  WebGL2RenderingContext.prototype[name] = function (...given) {
    const [wide, high] = name === "texImage2D" ? given.slice(3, 5) : given.slice(3);
    window.largest = Math.max(window.largest, wide, high);
    return own.apply(this, given);
  };
}
"""
SLIDE = """
const [count, done] = arguments, slider = document.getElementById("strength");
const gl = document.getElementById("shaded").getContext("webgl2"), one = new Uint8Array(4);
const finished = () => (gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, one), performance.now());
const bench = document.getElementById("stage").bench, work = [];
for (let number = 1; number <= count; number++) {
  slider.value = (number * 37) % 151;
  const began = finished();
  slider.dispatchEvent(new Event("input", { bubbles: true }));
  bench.draw();
  work.push(finished() - began);
}
done(work);
"""
WATCH = """
const [count, done] = arguments, slider = document.getElementById("strength"), between = [];
let number = 0, last = 0;
function frame(now) {
  if (last) between.push(now - last);
  last = now;
  if (number++ === count) return done(between);
  slider.value = (number * 37) % 151;
  slider.dispatchEvent(new Event("input", { bubbles: true }));
  requestAnimationFrame(frame);
}
requestAnimationFrame(frame);
"""
EXACT = "document.getElementById('standing').classList.contains('exact')"


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """A studio of a folder; gives its link."""
    command = [sys.executable, "-m", "lichtbild", "studio", str(folder), "--no-browser"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        try:
            yield running.stdout.readline().strip()
        finally:
            running.terminate()


def browser() -> Any:
    """Chromium without a screen or a graphics card."""
    from selenium import webdriver
    from selenium.webdriver.chrome.options import Options
    from selenium.webdriver.chrome.service import Service

    options = Options()
    for one in ("--headless=new", "--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"):
        options.add_argument(one)
    made = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
    made.set_script_timeout(300)
    made.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": WATCHED})
    return made


def until(driver: Any, script: str, seconds: float = 300) -> None:
    """Wait for an expression."""
    end = time.monotonic() + seconds
    while not driver.execute_script(f"return {script}"):
        if time.monotonic() > end:
            raise TimeoutError(script)
        time.sleep(0.02)


def sized(driver: Any) -> None:
    """A window whose stage is as large as it shall be."""
    wide, high = SIZE
    for header in (0, None):
        if header is None:
            header = driver.execute_script(
                "return innerHeight - document.getElementById('bench').offsetHeight"
            )
        told = {"width": wide + 320, "height": high + header, "deviceScaleFactor": 1, "mobile": False}
        driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", told)
        time.sleep(0.3)


def opened(driver: Any, number: int) -> float:
    """Seconds from a click on the contact sheet to the first shaded picture."""
    began = time.monotonic()
    driver.execute_script(f"document.querySelectorAll('#prints button')[{number}].click()")
    until(driver, "document.getElementById('standing').textContent.match(/preview|the picture/)")
    return time.monotonic() - began


def pages(driver: Any, link: str) -> list[float]:
    """Milliseconds from navigation to a contact sheet that can be used, of several visits."""
    found = []
    for _ in range(8):
        driver.get("about:blank")
        driver.get(link)
        until(driver, "performance.getEntriesByName('usable').length")
        found.append(driver.execute_script("return performance.getEntriesByName('usable')[0].startTime"))
    return found


def main(folder: Path) -> None:
    """Measure, and record the table."""
    with tempfile.TemporaryDirectory() as kept:
        for name in ("bench12.dng", "bench61.dng"):
            (Path(kept) / name).symlink_to((folder / name).resolve())
        with served(Path(kept)) as link:
            driver = browser()
            try:
                rows = measured(driver, link)
            finally:
                driver.quit()
    load = os.getloadavg()[0]
    record.write(
        "studio",
        record.table(("measure", "goal", "least", "median"), rows),
        f"Chromium's SwiftShader on the processor, {FRAMES} frames of the strength slider of {LOOK}, each "
        f"another strength; a stage of {SIZE[0]} x {SIZE[1]}. Other programs ran on the machine (load "
        f"{load:.1f} on {os.cpu_count()} cores), so that the least of many is what the page itself takes.",
    )


def measured(driver: Any, link: str) -> list[tuple[str, str, str, str]]:
    """A row of the table for each measure."""

    def row(name: str, goal: float, found: list[float], unit: str) -> tuple[str, str, str, str]:
        return name, f"{goal:g} {unit}", f"{min(found):.3g} {unit}", f"{statistics.median(found):.3g} {unit}"

    kilobytes = sum(path.stat().st_size for path in PAGES.iterdir()) / 1000
    rows = [row("all of the page's files", GOALS["page_kb"], [kilobytes], "kB")]
    rows.append(
        row("first page, to a contact sheet that can be used", GOALS["page_ms"], pages(driver, link), "ms")
    )
    for number, name in enumerate(("12 MP", "61 MP")):
        driver.get(link)
        until(driver, "document.querySelectorAll('#prints button').length === 2")
        seconds = opened(driver, number)
        sized(driver)
        driver.execute_script(CHOOSE, LOOK)
        time.sleep(1)
        until(driver, EXACT)
        work, between = (driver.execute_async_script(one, FRAMES) for one in (SLIDE, WATCH))
        rows.append(row(f"work of a frame of the strength slider, {name}", GOALS["frame_ms"], work, "ms"))
        seen = f"{min(between):.3g} ms", f"{statistics.median(between):.3g} ms"
        rows.append((f"between frames while it moves, {name}, as displayed", "-", *seen))
        rows.append((f"click on the sheet to a shaded picture, {name}", "-", f"{seconds:.1f} s", "-"))
    driver.find_element("id", "zoom").click()
    until(driver, "document.getElementById('standing').textContent === 'the picture'")
    largest = float(driver.execute_script("return window.largest"))
    rows.append(row("largest side of a texture, 61 MP whole and at 1:1", GOALS["texture"], [largest], "px"))
    return rows


if __name__ == "__main__":
    main(Path(sys.argv[1]))
