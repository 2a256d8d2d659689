import io

import numpy as np
import pytest
from PIL import Image

from lichtbild.core.errors import BadInput
from lichtbild.look.learn import chart
from lichtbild.look.learn.chart_reading import chart_pairs, read_chart
from lichtbild.look.learn.display_colour import difference
from lichtbild.look.learn.learned_look import learned
from lichtbild.look.learn.regression import fit
from look.learn.looks import photograph, red_filter, warm_and_contrasty

CHART = chart.picture().astype(np.float64)


def coded(picture: np.ndarray) -> Image.Image:
    return Image.fromarray(np.round(picture * 255).astype(np.uint8))


def samples(image: Image.Image) -> np.ndarray:
    return np.asarray(image, np.float32) / 255


def shot(after: np.ndarray, degrees: float) -> Image.Image:
    """The chart somewhere on a darker ground, turned and made smaller."""
    ground = Image.new("RGB", (1500, 1400), (90, 80, 70))
    ground.paste(coded(after), (200, 150))
    turned = ground.rotate(degrees, Image.Resampling.BICUBIC, fillcolor=(60, 60, 60))
    return turned.resize((1000, 930), Image.Resampling.LANCZOS)


def test_the_chart_as_drawn_is_read_exactly() -> None:
    reading = read_chart(CHART)
    np.testing.assert_allclose(reading.colours, chart.colours(), atol=1e-7)
    np.testing.assert_allclose(reading.corners, chart.marks(), atol=1)


@pytest.mark.parametrize("look", [warm_and_contrasty, red_filter])
@pytest.mark.parametrize("degrees", [0.0, 9.0, -12.0])
def test_a_photographed_chart_is_found_and_read(look, degrees: float) -> None:
    reading = read_chart(samples(shot(look(CHART), degrees)))
    assert difference(reading.colours, look(chart.colours())).mean() < 0.5


def test_a_chart_on_its_side_is_read() -> None:
    after = warm_and_contrasty(CHART)
    for turns in (1, 2, 3):
        reading = read_chart(np.rot90(after, turns))
        assert difference(reading.colours, warm_and_contrasty(chart.colours())).mean() < 0.2


def test_a_look_is_learned_from_its_chart_as_jpeg() -> None:
    packed = io.BytesIO()
    coded(warm_and_contrasty(CHART)).save(packed, "JPEG", quality=95)
    look = learned(fit(chart_pairs(read_chart(samples(Image.open(packed))))))
    colours = np.random.default_rng(4).random((3000, 3))
    error = difference(look.lut(colours), warm_and_contrasty(colours))
    assert error.mean() < 0.5
    assert np.quantile(error, 0.95) < 1.2


def test_where_there_is_no_chart_is_said() -> None:
    for picture in (np.full((60, 60, 3), 0.5), photograph(3)):
        with pytest.raises(BadInput, match="four corner marks"):
            read_chart(picture)


def test_another_chart_is_refused() -> None:
    other = CHART.copy()
    inner = slice(chart.MARGIN * chart.CELL, -chart.MARGIN * chart.CELL)
    other[inner, inner] = np.random.default_rng(1).random(other[inner, inner].shape)
    with pytest.raises(BadInput, match="not those of our chart"):
        read_chart(other)
