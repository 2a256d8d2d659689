"""Score cards: the combination, its interval, what is missing, and cameras side by side."""

import math

import pytest

from lichtbild.core.errors import BadInput
from lichtbild.quality.objective import Objective
from lichtbild.quality.ruler import TOP
from lichtbild.quality.score_card import (
    CARDS,
    DAYLIGHT,
    PORTRAIT,
    card_named,
    compared,
    measures,
    scored,
)


def good(**others: Objective) -> dict[str, Objective]:
    return {
        "edge_acutance": Objective(0.775, (0.765, 0.785), 5),
        "texture_acutance": Objective(0.672, (0.66, 0.685), 1),
        "visual_noise": Objective(1.0, (0.95, 1.05), 6),
        "colour_uniformity": Objective(5.0, (4.5, 5.5), 1),
        "lateral_colour": Objective(1.4, None, 2),
        "distortion": Objective(3.0, (2.9, 3.1), 1),
        "chroma_level": Objective(110.0, (108.0, 112.0), 1),
        **others,
    }


def test_a_card_s_losses_and_their_whole() -> None:
    found = scored("camera", DAYLIGHT, good())
    losses = {line.attribute.name: line.loss for line in found.lines}
    assert losses["edge_acutance"] == pytest.approx(1.50, abs=0.01)
    assert losses["texture_acutance"] == pytest.approx(5.15, abs=0.03)
    assert losses["visual_noise"] == pytest.approx(0.97, abs=0.01)
    assert losses["chroma_level"] == 0
    power = 1 + 2 * math.tanh(losses["texture_acutance"] / 16.9)
    assert found.loss == pytest.approx(sum(loss**power for loss in losses.values()) ** (1 / power), rel=1e-6)
    assert found.quality == TOP - found.loss
    assert found.interval[0] < found.loss < found.interval[1]
    assert not found.missing
    assert found.partial == ("lateral_colour",)


def test_what_was_not_measured_is_named() -> None:
    some = {name: good()[name] for name in ("edge_acutance", "visual_noise")}
    found = scored("camera", DAYLIGHT, some)
    assert set(found.missing) == {
        "texture_acutance", "colour_uniformity", "lateral_colour", "distortion", "chroma_level"
    }  # fmt: skip
    assert found.loss < scored("camera", DAYLIGHT, good()).loss
    assert "missing: texture_acutance" in measures(found)[-1].note
    with pytest.raises(BadInput, match="none was measured"):
        scored("camera", DAYLIGHT, {})


def test_weights_count_before_losses_combine() -> None:
    colour = {"chroma_level": Objective(60.0, (58.0, 62.0), 1)}
    plain, portrait = (scored("camera", card, colour) for card in (DAYLIGHT, PORTRAIT))
    assert portrait.loss == pytest.approx(1.3 * plain.loss, rel=1e-9)


def test_a_surer_number_makes_a_narrower_whole() -> None:
    wide = scored("camera", DAYLIGHT, good())
    surer = scored("camera", DAYLIGHT, good(texture_acutance=Objective(0.672, (0.670, 0.674), 1)))
    assert surer.interval[1] - surer.interval[0] < wide.interval[1] - wide.interval[0]


def test_cameras_are_compared_over_what_all_have() -> None:
    one = scored("one", DAYLIGHT, good())
    two = scored("two", DAYLIGHT, {"edge_acutance": Objective(0.58, (0.57, 0.59), 5)})
    found = compared([one, two])
    assert found.shared == ("edge_acutance",)
    assert found.losses == pytest.approx((1.50, 9.32), abs=0.01)
    apart, (low, high) = found.difference(0, 1)
    assert apart == pytest.approx(7.81, abs=0.02)
    assert low < apart < high
    back, (least, most) = found.difference(1, 0)
    assert (back, least, most) == pytest.approx((-apart, -high, -low))
    table = found.table()
    assert table.head == ("loss, JND", "one", "two")
    texture = next(row for row in table.rows if row[0] == "Texture")
    assert texture[2] is None
    assert table.rows[-1][1] == pytest.approx(TOP - found.losses[0])


def test_cards_of_two_kinds_are_not_compared() -> None:
    with pytest.raises(BadInput, match="one kind"):
        compared([scored("one", DAYLIGHT, good()), scored("two", PORTRAIT, good())])
    noise, edge = (scored("a", DAYLIGHT, {name: good()[name]}) for name in ("visual_noise", "edge_acutance"))
    with pytest.raises(BadInput, match="in common"):
        compared([noise, edge])


def test_the_table_of_cards() -> None:
    assert [card_named(name) for name in CARDS] == list(CARDS.values())
    with pytest.raises(BadInput, match="daylight"):
        card_named("snow")


def test_measures_of_a_card() -> None:
    found = measures(scored("camera", PORTRAIT, good()))
    assert [one.name for one in found][-2:] == ["quality_loss", "quality"]
    assert all(one.where == "portrait, phone" for one in found)
    edge = next(one for one in found if one.name == "edge_acutance_loss")
    assert edge.interval is not None
    assert edge.interval[0] < edge.value < edge.interval[1]
    lateral = next(one for one in found if one.name == "lateral_colour_loss")
    assert "estimate" in lateral.note
    assert "no interval" in lateral.note
