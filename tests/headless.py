"""A real browser without a screen, and a studio that it looks at."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

BINARIES = ("chromium", "chromedriver")
WAIT_S = 40


def reason_against() -> str:
    """Why no browser can be driven here; empty where one can."""
    missing = [name for name in BINARIES if shutil.which(name) is None]
    if missing:
        return f"{' and '.join(missing)} not installed (Debian: apt install chromium chromium-driver)"
    try:
        import selenium  # noqa: F401
    except ImportError:
        return "selenium is not installed (pip install selenium)"
    return ""


@contextmanager
def browser(width: int = 1100, height: int = 700, *more: str) -> Iterator[Any]:
    """Chromium, whose WebGL2 is computed by the processor.

    Args:
        width: of the page.
        height: of the page.
        more: switches of its command line.
    """
    from selenium import webdriver
    from selenium.webdriver.chrome.options import Options
    from selenium.webdriver.chrome.service import Service

    options = Options()
    for one in ("--headless=new", "--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"):
        options.add_argument(one)
    for one in more:
        options.add_argument(one)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
    try:
        driver.set_script_timeout(WAIT_S)
        told = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", told)
        yield driver
    finally:
        driver.quit()


@contextmanager
def studio(folder: Path, *more: str) -> Iterator[str]:
    """A studio of a folder's photographs; gives the link to it."""
    source = Path(__file__).parents[1] / "src"
    environment = os.environ | {"PYTHONPATH": str(source)}
    command = [sys.executable, "-m", "lichtbild", "studio", str(folder), "--no-browser", "-j", "1", *more]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as running:
        try:
            assert running.stdout is not None
            yield running.stdout.readline().strip()
        finally:
            running.terminate()
            running.wait(30)


def until(driver: Any, script: str, seconds: float = WAIT_S) -> Any:
    """What an expression of JavaScript comes to, once it is true."""
    from selenium.common.exceptions import TimeoutException
    from selenium.webdriver.support.ui import WebDriverWait

    asked: Callable[[Any], Any] = lambda one: one.execute_script(f"return {script}")  # noqa: E731
    try:
        return WebDriverWait(driver, seconds, 0.05).until(asked)
    except TimeoutException:
        said = "['standing', 'trouble'].map((id) => document.getElementById(id)?.textContent).join(' | ')"
        words = driver.execute_script(f"return {said}")
        pytest.fail(f"{script} did not come true; the page says: {words}; {driver.get_log('browser')}")
