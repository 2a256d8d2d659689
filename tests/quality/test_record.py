import json
import math
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from lab_records import record

from lichtbild.core.errors import BadInput
from lichtbild.image.measure import Measure
from lichtbild.quality.record import Record


def test_a_record_comes_back_from_json_as_it_was() -> None:
    was = record("a.jpg", 0.25, 0.5)
    assert Record.of_table(json.loads(json.dumps(was.to_table(), allow_nan=False))) == was


def test_what_is_not_a_number_is_null_and_comes_back() -> None:
    nothing = Measure("snr", math.nan, "dB", "", "test 1", None, "patch 1", None, "clipped")
    was = Record("a", "0" * 64, "raw", "", "", 1, 1, measures=(nothing,))
    assert was.to_table()["measures"][0]["value"] is None
    again = Record.of_table(was.to_table()).measures[0]
    assert math.isnan(again.value) and again.note == "clipped"


@pytest.mark.parametrize("broken", [{}, {"charts": [], "measures": [{}], "curves": [], "notes": []}])
def test_what_is_no_record_is_refused(broken: dict[str, object]) -> None:
    with pytest.raises(BadInput, match="measure it again"):
        Record.of_table(broken)
