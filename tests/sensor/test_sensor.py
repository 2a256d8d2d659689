"""The sensor as a whole, its halves and its blocks."""

from dataclasses import replace

import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.image.cfa import Cfa
from lichtbild.sensor.expose import mean_electrons
from lichtbild.sensor.microlens import Microlens
from lichtbild.sensor.readout import Merge, Mode, Readout
from lichtbild.sensor.sensor import Sensor, binned, half

QUAD = Cfa(tuple(tuple(p for p in row for _ in "ab") for row in Cfa.bayer("RGGB").pattern for _ in "ab"))


def test_binning_gathers_the_sum_of_four(colour_sensor: Sensor, flat) -> None:  # type: ignore[no-untyped-def]
    """Exactly, crosstalk included, where light is even within each block and comes straight."""
    quad = replace(
        colour_sensor.sized(60, 80),
        cfa=QUAD,
        microlens=Microlens(),
        crosstalk=replace(colour_sensor.crosstalk, growth=0.0),
    )
    fine = flat(quad, 1000.0, 3, float)
    rng = np.random.default_rng(3)
    blocks = rng.uniform(0.5, 1.5, (30, 40, 1)).repeat(2, 0).repeat(2, 1)
    fine = replace(fine, irradiance=fine.irradiance * blocks)
    coarse = replace(fine, irradiance=fine.irradiance[::2, ::2], pitch=2 * fine.pitch)
    four = mean_electrons(quad, fine, 0.5).reshape(30, 2, 40, 2).sum(axis=(1, 3))
    np.testing.assert_allclose(mean_electrons(binned(quad), coarse, 0.5), four, rtol=1e-12)


def test_binning_keeps_the_iso_and_meets_read_noise_once(colour_sensor: Sensor) -> None:
    block = binned(replace(colour_sensor, cfa=QUAD))
    first, before = block.modes[0], colour_sensor.modes[0]
    assert first.full_well / first.electrons_per_code == before.full_well / before.electrons_per_code
    assert first.full_well == 4 * before.full_well
    assert first.read_noise == before.read_noise
    assert block.cfa == Cfa.bayer("RGGB")
    assert block.pixels.diagonal == pytest.approx(colour_sensor.pixels.diagonal)


def test_only_blocks_of_one_colour_are_binned(colour_sensor: Sensor, mono_sensor: Sensor) -> None:
    with pytest.raises(BadInput, match="no quad-Bayer"):
        binned(colour_sensor)
    with pytest.raises(BadInput, match="even number"):
        binned(mono_sensor.sized(5, 6))
    assert binned(mono_sensor).pixels.extent == (100, 125)


def test_a_half_holds_half(colour_sensor: Sensor, mono_sensor: Sensor) -> None:
    assert half(colour_sensor).modes[0].full_well == colour_sensor.modes[0].full_well / 2
    with pytest.raises(BadInput, match="no dual pixels"):
        half(mono_sensor)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"cfa": None}, "1 colours and 3 curves"),
        ({"microlens": Microlens(acceptance=(0.3, 0.3))}, "3 colours and 2 acceptances"),
        ({"modes": ()}, "one or more of different names"),
        ({"merges": (Merge("both", "high", "lower"),)}, "joins mode 'lower'"),
        ({"serial": -1}, "serial number is -1"),
    ],
)
def test_contradictions_are_told(colour_sensor: Sensor, changes: dict[str, object], sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        replace(colour_sensor, **changes)


def test_limits_of_a_readout() -> None:
    with pytest.raises(BadInput, match="converter's bits is 3"):
        Readout(bits=3)
    with pytest.raises(BadInput, match="smaller one first"):
        Readout(gain_range=(4.0, 2.0))
    with pytest.raises(BadInput, match="full well of mode 'low' is -1 e-"):
        Mode("low", 1.0, -1.0, 1.0)
    with pytest.raises(BadInput, match="another name"):
        Mode("auto", 1.0, 10.0, 1.0)
