"""A sensor's page."""

from html.parser import HTMLParser
from typing import Any

import numpy as np

from lichtbild.image.sensor_numbers import SensorNumber, SensorNumbers
from lichtbild.sensor.report import report
from lichtbild.sensor.sensor import Sensor


class Words(HTMLParser):
    """The text of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        self.found.append(data)


def words(sensor: Sensor, *arguments: Any) -> str:
    parser = Words()
    parser.feed(report(sensor, *arguments))
    return " ".join(parser.found)


def test_a_page_names_modes_and_colours(colour_sensor: Sensor) -> None:
    text = words(colour_sensor)
    for word in ("small", "low", "high", "merged", "green", "dynamic range", "120 x 90 pixels"):
        assert word in text


def test_measured_points_are_drawn(mono_sensor: Sensor) -> None:
    one = SensorNumber(2.0, 1.9, 2.1, "e-")
    found = SensorNumbers(
        one, one, one, one, one, one, None, one, None, 64.0, np.array([10.0, 100.0]), np.array([5.0, 50.0])
    )
    text = words(mono_sensor, found)
    assert "measured" in text
    assert "row noise" in text
    assert "dark current" not in text
