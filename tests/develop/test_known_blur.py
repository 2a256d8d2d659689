"""What pixel and aperture keep, against closed forms and numbers of real cameras."""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lichtbild.core.window import Extent
from lichtbild.develop.known_blur import cutoff, pixel_pitch, transfer
from lichtbild.image.metadata import Metadata

sys.path.insert(0, str(Path(__file__).parents[1]))
from frames import flat_frame


def test_a_square_pixel_keeps_two_over_pi_at_half_a_cycle() -> None:
    assert transfer(0.5, 0.0, None) == pytest.approx(2 / np.pi)
    assert transfer(0.5, 0.5, None) == pytest.approx(4 / np.pi**2)
    assert transfer(0.0, 0.0, 1.0) == 1


def test_an_aperture_keeps_what_the_overlap_of_two_circles_is() -> None:
    # Half the cut-off: 2/pi (pi/3 - sqrt(3)/4); nothing at the cut-off and beyond.
    overlap = 2 / np.pi * (np.pi / 3 - np.sqrt(3) / 4)
    assert transfer(0.25, 0.0, 0.5) == pytest.approx(overlap * np.sinc(0.25))
    assert transfer(0.3, 0.4, 0.5) == pytest.approx(0, abs=1e-12)
    assert transfer(0.6, 0.6, 0.5) == 0


def test_the_aperture_is_the_transform_of_its_airy_disc() -> None:
    from scipy.special import j1

    # Intensity (2 J1(z) / z)^2 of z = pi r at unit cut-off, on a grid fine enough for no aliasing.
    step, half = 0.25, 200.0
    axis = np.arange(-half, half, step)
    radius = np.hypot(*np.meshgrid(axis, axis)) + 1e-9
    disc = (2 * j1(np.pi * radius) / (np.pi * radius)) ** 2
    for f in (0.1, 0.3, 0.6):
        measured = (disc * np.cos(2 * np.pi * f * axis)).sum() / disc.sum()
        # The disc's light beyond radius R is 2 / (pi^2 R): 0.1 % here.
        assert transfer(f, 0.0, 1.0) / np.sinc(f) == pytest.approx(measured, abs=2e-3)


@pytest.mark.parametrize(
    ("exif", "pitch_um"),
    [
        ({("exif", 41986): 0, ("exif", 41989): 105}, 3.755),  # 36 x 24 mm in 9600 x 6376 pixels
        ({("exif", 41486): 7140.5, ("exif", 41488): 2}, 25400 / 7140.5),
        ({("exif", 41486): 2816.9, ("exif", 41488): 3}, 3.55),
        ({}, None),
        ({("exif", 41486): 1.0, ("exif", 41488): 2}, None),  # a pixel of an inch
        ({("exif", 41486): 100.0, ("exif", 41488): 9}, None),  # a unit that Exif does not have
    ],
)
def test_the_pitch_follows_from_what_the_file_says(exif: dict, pitch_um: float | None) -> None:
    metadata = Metadata(focal_length_mm=105.0, exif=exif)
    found = pixel_pitch(metadata, Extent(6376, 9600))
    assert found is None if pitch_um is None else found == pytest.approx(pitch_um / 1000, rel=1e-3)


def test_the_cutoff_is_pitch_over_wavelength_and_f_number() -> None:
    metadata = Metadata(
        f_number=4.0, exif={("exif", 41486): 1000 / 2.2, ("exif", 41488): 4}
    )  # 2.2 um in pixels a mm
    frame = replace(flat_frame(), metadata=metadata)
    assert cutoff(frame) == pytest.approx(1.0, rel=1e-12)
    assert cutoff(frame, 2) == pytest.approx(2.0, rel=1e-12)
    assert cutoff(flat_frame()) is None
    assert cutoff(replace(frame, metadata=replace(metadata, f_number=0.0))) is None
