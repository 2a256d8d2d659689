import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from lab_records import record

from lichtbild.quality.limits import Limit, checked
from lichtbild.quality.report.results import Failure, Results, results_json, results_page


def results(**parts: object) -> Results:
    records = (record("one.jpg", 0.25, 0.3), record("two.jpg", 0.26, 0.31, camera="Maker M2"))
    cameras = {each.camera: (each,) for each in records}
    return Results("1", {"method": "unbiased"}, records, cameras=cameras, **parts)  # type: ignore[arg-type]


def test_json_holds_every_number_and_is_the_same_again() -> None:
    text = results_json(results())
    assert text == results_json(results())
    table = json.loads(text)
    assert [each["measures"][1]["value"] for each in table["pictures"]] == [0.3, 0.31]
    assert table["passes"] is True and list(table["cameras"]) == ["Maker M1", "Maker M2"]


def test_the_page_shows_cameras_limits_failures_and_what_was_found() -> None:
    checks = checked(record("one.jpg", 0.25), [Limit("mtf50", least=0.5)])
    found = results(
        checks=checks, failures=(Failure("bad.jpg", "is empty"),), overlays={"ab" * 32: b"\xff\xd8x"}
    )
    page = results_page(found, "Bench")
    assert "bad.jpg was not measured: is empty" in page and "Fail: 0 of 1 checks passed" in page
    assert "Cameras side by side" in page and page.count("data:image/jpeg;base64") == 2
    assert "clipped" in page and "1 of 2 regions usable" in page
    assert not found.passes
