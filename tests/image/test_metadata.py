"""What metadata say of exposures: by the f-number where all frames state it."""

from dataclasses import replace

import pytest

from lichtbild.image.metadata import Metadata, relative_exposures

TOLD = Metadata(iso=100.0, exposure_time_s=0.5, f_number=2.0)


def test_codes_are_in_proportion_to_time_iso_and_pupil() -> None:
    others = replace(TOLD, f_number=4.0), replace(TOLD, iso=200.0), replace(TOLD, exposure_time_s=1.0)
    first, *rest = relative_exposures((TOLD, *others))
    assert first is not None and rest == pytest.approx([first / 4, 2 * first, 2 * first])


def test_an_aperture_that_one_frame_does_not_tell_counts_for_none() -> None:
    """The others' f-numbers would be an exposure that this one seems to have more."""
    lacking = replace(TOLD, f_number=None, exposure_time_s=0.25)
    first, second = relative_exposures((TOLD, lacking))
    assert first is not None and second == pytest.approx(first / 2)


@pytest.mark.parametrize("lacking", [{"iso": None}, {"exposure_time_s": None}])
def test_no_exposure_is_known_without_time_or_iso(lacking: dict[str, None]) -> None:
    first, second = relative_exposures((replace(TOLD, **lacking), TOLD))
    assert first is None and second is not None
