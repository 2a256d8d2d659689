"""Score card: from measures to losses of quality, and from these to one number for a kind of photograph.

A card says which attributes count for daylight, indoor, night or portrait photographs, how the picture is
seen and with which weight a loss enters the whole. The losses go by the maps of ``lichtbild.quality.jnd``,
weighted, and combine by Keelan's rule; quality is the ruler's top less the whole loss, SQS2 in JND, so that 1
is a difference that 75 of 100 observers see. Weights are this project's estimates: a weight of 1 is the
published rule, and only portraits and nights depart from it.

An attribute that was not measured is named and not guessed: a whole loss is then a lower bound, and two cards
are compared over the attributes that both have.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from lichtbild.core.errors import BadInput
from lichtbild.figure.page import Table
from lichtbild.image.measure import Measure
from lichtbild.quality.jnd import (
    ATTRIBUTES,
    CLAUSE,
    METHOD,
    Attribute,
    attribute_named,
    combined_interval,
    combined_loss,
    loss_interval,
)
from lichtbild.quality.objective import Objective
from lichtbild.quality.ruler import TOP
from lichtbild.quality.viewing import MONITOR, PHONE, Viewing


@dataclass(frozen=True)
class Card:
    """A kind of photograph.

    Attributes:
        name: its key.
        title: for people.
        light: under which the charts are taken, in words.
        viewing: how the picture is seen.
        weights: of the attributes' losses; those that are not named do not count.
    """

    name: str
    title: str
    light: str
    viewing: Viewing
    weights: Mapping[str, float]


_ALL: Final = {attribute.name: 1.0 for attribute in ATTRIBUTES}

DAYLIGHT: Final = Card("daylight", "Daylight", "1000 lx of D55", MONITOR, _ALL)
INDOOR: Final = Card("indoor", "Indoor", "100 lx of a fluorescent or LED lamp of 4000 K", MONITOR, _ALL)
NIGHT: Final = Card(
    "night",
    "Night",
    "5 lx of tungsten light of 2700 K",
    MONITOR,
    {**_ALL, "lateral_colour": 0.5, "distortion": 0.5},
)
PORTRAIT: Final = Card(
    "portrait",
    "Portrait",
    "300 lx of D50 or of a lamp of 4000 K",
    PHONE,
    {**_ALL, "edge_acutance": 0.8, "chroma_level": 1.3, "colour_uniformity": 1.2, "lateral_colour": 0.5},
)

CARDS: Final = {card.name: card for card in (DAYLIGHT, INDOOR, NIGHT, PORTRAIT)}


@dataclass(frozen=True)
class Line:
    """One attribute of a score card.

    Attributes:
        attribute: which.
        number: objective number.
        loss: JND, before its weight.
        interval: of the loss; None where the number has none.
        weight: of the loss.
    """

    attribute: Attribute
    number: float
    loss: float
    interval: tuple[float, float] | None
    weight: float


@dataclass(frozen=True)
class ScoreCard:
    """What a camera reaches on a card.

    Attributes:
        camera: its name.
        card: kind of photograph.
        lines: attributes that were measured, in the table's order.
        missing: names of the attributes that count and were not measured.
        loss: of all together, JND.
        interval: of that, from the lines that have one.
    """

    camera: str
    card: Card
    lines: tuple[Line, ...]
    missing: tuple[str, ...]
    loss: float
    interval: tuple[float, float]

    @property
    def quality(self) -> float:
        """SQS2 of the ruler picture of the same quality, JND."""
        return TOP - self.loss

    @property
    def partial(self) -> tuple[str, ...]:
        """Names of the attributes whose loss has no interval."""
        return tuple(line.attribute.name for line in self.lines if line.interval is None)


def card_named(name: str) -> Card:
    """A card of the table.

    Raises:
        BadInput: no such card.
    """
    if name not in CARDS:
        raise BadInput(f"no score card is called {name!r}; there are {', '.join(CARDS)}")
    return CARDS[name]


def scored(camera: str, card: Card, objectives: Mapping[str, Objective]) -> ScoreCard:
    """The score card of a camera.

    Args:
        camera: its name.
        card: kind of photograph.
        objectives: numbers by the names of their attributes (``lichtbild.quality.objective``).

    Raises:
        BadInput: none of the attributes that count was measured.
    """
    counting = [attribute_named(name) for name, weight in card.weights.items() if weight > 0]
    lines = tuple(
        _line(attribute, objectives[attribute.name], card.weights[attribute.name])
        for attribute in counting
        if attribute.name in objectives
    )
    missing = tuple(attribute.name for attribute in counting if attribute.name not in objectives)
    if not lines:
        raise BadInput(f"the card {card.name} needs one of {', '.join(missing)}, and none was measured")
    loss, interval = _whole(lines)
    return ScoreCard(camera, card, lines, missing, loss, interval)


def _line(attribute: Attribute, objective: Objective, weight: float) -> Line:
    loss = float(attribute.loss(np.array(objective.value)))
    interval = None if objective.interval is None else loss_interval(attribute, objective.interval)
    return Line(attribute, objective.value, loss, interval, weight)


def _whole(lines: Sequence[Line]) -> tuple[float, tuple[float, float]]:
    """Combined loss of weighted lines and its interval."""
    weights = np.array([line.weight for line in lines])
    losses = weights * [line.loss for line in lines]
    ends = weights[:, None] * [line.interval or (line.loss, line.loss) for line in lines]
    return float(combined_loss(losses)), combined_interval(losses, ends)


@dataclass(frozen=True)
class Comparison:
    """Cameras side by side on one card.

    Attributes:
        cards: one for each camera, of one kind of photograph.
        shared: names of the attributes that all have.
        losses: of each camera over these, JND.
        intervals: of the losses.
    """

    cards: tuple[ScoreCard, ...]
    shared: tuple[str, ...]
    losses: tuple[float, ...]
    intervals: tuple[tuple[float, float], ...]

    def difference(self, first: int, second: int) -> tuple[float, tuple[float, float]]:
        """By how many JND the second camera loses more than the first, and the interval of that.

        Errors of the cameras are independent: what reaches beyond each loss is added in squares.
        """
        apart = self.losses[second] - self.losses[first]
        (low_1, high_1), (low_2, high_2) = self.intervals[first], self.intervals[second]
        down = np.hypot(self.losses[second] - low_2, high_1 - self.losses[first])
        up = np.hypot(high_2 - self.losses[second], self.losses[first] - low_1)
        return apart, (apart - float(down), apart + float(up))

    def table(self) -> Table:
        """Losses as rows of a report: attributes, the whole, quality; a dash where nothing was measured."""
        head = ("loss, JND", *(card.camera for card in self.cards))
        rows: list[tuple[str | float | None, ...]] = []
        for name in self.cards[0].card.weights:
            found = [_loss_of(card, name) for card in self.cards]
            if any(loss is not None for loss in found):
                rows.append((attribute_named(name).title, *found))
        rows.append(
            ("All that both have" if len(self.cards) == 2 else "All that every one has", *self.losses)
        )
        rows.append(("Lower end of 95 %", *(low for low, _ in self.intervals)))
        rows.append(("Upper end of 95 %", *(high for _, high in self.intervals)))
        rows.append(("Quality, SQS2", *(TOP - loss for loss in self.losses)))
        card = self.cards[0].card
        return Table(head, tuple(rows), f"{card.title}: {card.light}, {card.viewing.title}", digits=3)


def _loss_of(card: ScoreCard, name: str) -> float | None:
    return next((line.loss for line in card.lines if line.attribute.name == name), None)


def compared(cards: Sequence[ScoreCard]) -> Comparison:
    """Cameras side by side.

    Raises:
        BadInput: fewer than two cards, cards of several kinds, or no attribute that all have.
    """
    if len(cards) < 2 or len({one.card.name for one in cards}) > 1:
        raise BadInput("a comparison needs two or more score cards, all of one kind of photograph")
    names = [{line.attribute.name for line in one.lines} for one in cards]
    shared = tuple(name for name in cards[0].card.weights if all(name in each for each in names))
    if not shared:
        raise BadInput("the cameras have no measured attribute in common")
    wholes = [_whole([line for line in one.lines if line.attribute.name in shared]) for one in cards]
    return Comparison(
        tuple(cards), shared, tuple(loss for loss, _ in wholes), tuple(ends for _, ends in wholes)
    )


def measures(found: ScoreCard) -> tuple[Measure, ...]:
    """Losses of a score card and its quality as the laboratory notes them."""
    rows = []
    place = f"{found.card.name}, {found.card.viewing.name}"
    for line in found.lines:
        note = f"map: {line.attribute.basis}"
        if line.interval is None:
            note += "; no interval: its measure has none"
        name = f"{line.attribute.name}_loss"
        rows.append(Measure(name, line.loss, "JND", CLAUSE, METHOD, line.interval, place, None, note))
    told = [f"missing: {', '.join(found.missing)}"] if found.missing else []
    if found.partial:
        told.append(f"without interval: {', '.join(found.partial)}")
    note = "; ".join(told)
    rows.append(Measure("quality_loss", found.loss, "JND", CLAUSE, METHOD, found.interval, place, None, note))
    low, high = found.interval
    ends = (TOP - high, TOP - low)
    rows.append(Measure("quality", found.quality, "JND (SQS2)", CLAUSE, METHOD, ends, place, None, note))
    return tuple(rows)
