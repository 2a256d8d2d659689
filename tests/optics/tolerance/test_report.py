"""The report: its sentences and numbers are those of the builds, and it is one page with nothing fetched."""

import json
import re

import pytest

from lichtbild.optics.tolerance.comparison import compared
from lichtbild.optics.tolerance.inverse import Inverse
from lichtbild.optics.tolerance.report import Findings, html, numbers, sentence
from lichtbild.optics.tolerance.sensitivity import sensitivities, yields_without
from lichtbild.optics.tolerance.yield_rate import Yield
from optics.toleranced import ready


def findings(**others: object) -> Findings:
    builds = ready().predicted(ready().errors(150, 3))
    return Findings(ready(), 3, builds, sensitivities(ready()), yields_without(ready(), 150, 3), **others)


@pytest.mark.slow  # compiles for minutes
def test_numbers_are_those_of_the_builds() -> None:
    found = findings()
    said = numbers(found)
    assert json.loads(json.dumps(said)) == said
    assert said["yield"]["good"] == found.rate.good
    assert said["builds"] == 150 and said["parameters"] == len(ready().parameters)
    first = said["sensitivity"]["parameters"][0]
    assert first["worst_contrast"] == found.sensitivities[0].worst
    assert first["limit"] == pytest.approx(first["limit"], rel=0) and first["limit"] > 0


@pytest.mark.slow  # compiles for minutes
def test_the_page_says_the_yield_and_fetches_nothing() -> None:
    builds = findings().builds
    same = compared(builds, builds, ready().budget, ready().share)
    inverse = (Inverse(ready().budget, Yield(80, 100), False), Yield(79, 100))
    text = html(findings(comparison=same, inverse=inverse))
    assert f"{findings().rate.rate:.1%}" in text
    assert "Worst offenders" in text and "Traced anew" in text and "79.0% of 100 builds" in text
    assert text.count("<figure") == 2
    assert not re.findall(r"""(?:src|href)=["'](?!#|data:)""", text)


def test_a_yield_in_words() -> None:
    assert sentence(Yield(81, 263)) == "30.8% of 263 builds are good (95 % interval 25.5% to 36.6%)"


@pytest.mark.slow  # compiles for minutes
def test_builds_beside_themselves_are_not_apart() -> None:
    builds = findings().builds
    same = compared(builds, builds, ready().budget, ready().share)
    assert same.rms == 0 and same.yields[0] == same.yields[1]
