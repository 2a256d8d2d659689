"""When the frames of a simulated burst begin."""

import numpy as np
import pytest

from burst_files import frame
from lichtbild.io.camera_file import catalogue_camera
from lichtbild.io.capture import begun_s
from lichtbild.sensor.exposure import Exposure
from lichtbild.study.frame_times import dated, spans, starts


def test_each_frame_begins_when_the_one_before_is_read_out() -> None:
    sensor = catalogue_camera("main").sensor
    readout = sensor.pixels.rows * sensor.readout.row_time
    taking = spans(sensor, [Exposure(time) for time in (0.5, 0.25, 1.0)])
    np.testing.assert_allclose(taking, [0.5 + readout, 0.25 + readout, 1 + readout], rtol=1e-15)
    assert starts(taking) == pytest.approx((0.0, 0.5 + readout, 0.75 + 2 * readout), rel=1e-15)


@pytest.mark.parametrize(
    ("start", "taken_at", "part"),
    [
        (0.0, "2000:01:01 12:00:00", "000000"),
        (0.0334, "2000:01:01 12:00:00", "033400"),
        (61.25, "2000:01:01 12:01:01", "250000"),
        (0.9999999, "2000:01:01 12:00:01", "000000"),  # rounded to a microsecond
    ],
)
def test_a_frame_says_when_it_began(start: float, taken_at: str, part: str) -> None:
    found = dated(frame(None), start).metadata
    assert found.taken_at == taken_at and found.exif["exif", 37521] == part
    first = begun_s(dated(frame(None), 0.0).metadata)
    assert first is not None and begun_s(found) == pytest.approx(first + start, abs=1e-6)
