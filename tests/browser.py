"""Headless Chromium for tests of pages."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service


@contextmanager
def browser(
    width: int = 1280, height: int = 800, *, ratio: float = 1.0, touch: bool = False
) -> Iterator[Any]:
    """A browser with an empty profile; phones have touch and small windows.

    Args:
        width: of the window, CSS pixels.
        height: of the window.
        ratio: device pixels of a CSS pixel.
        touch: whether it is a phone's.
    """
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if chromium is None or driver is None:
        pytest.skip("no browser: install Debian's packages chromium and chromium-driver")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for argument in (
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--hide-scrollbars",
    ):
        options.add_argument(argument)
    if not touch:  # as a real screen has it; what is emulated is laid out in CSS pixels, not in the device's
        options.add_argument(f"--force-device-scale-factor={ratio}")
        options.add_argument(f"--window-size={width},{height}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    found = webdriver.Chrome(options=options, service=Service(driver))
    try:
        if touch:
            metrics = {"width": width, "height": height, "deviceScaleFactor": ratio, "mobile": True}
            found.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
            found.execute_cdp_cmd(
                "Emulation.setTouchEmulationEnabled", {"enabled": True, "maxTouchPoints": 5}
            )
        yield found
    finally:
        found.quit()
