"""Lenses with something of everything, by seed, for whatever has to bring every lens back."""

import math
import random
from collections.abc import Callable
from typing import TypeVar, get_args

from lichtbild.optics.lens import (
    Aperture,
    ApertureKind,
    Change,
    Configuration,
    FieldKind,
    FieldPoint,
    Gap,
    Lens,
    Vignetting,
)
from lichtbild.optics.media import find
from lichtbild.optics.medium import Air, Glass, MeasuredGlass, Medium, ModelGlass, Thermal, Transmission
from lichtbild.optics.surface import (
    Coating,
    Departure,
    ForbesQbfs,
    ForbesQcon,
    Pose,
    PowerSeries,
    Surface,
    Toroid,
    XYPolynomial,
)

T = TypeVar("T")


class AnyLens:
    """Lenses with something of everything, by seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def number(self) -> float:
        return self.random.choice(
            [0.0, 1.0, -2.5, self.random.gauss(0.0, 1.0), self.random.gauss(0.0, 1.0) * 1e-9]
        )

    def length(self) -> float:
        return self.random.choice([1.0, 0.1, self.random.uniform(1e-3, 1e3)])

    def wavelength(self) -> float:
        return self.random.choice([587.5618 / 1e6, self.random.uniform(3e-4, 2e-3)])

    def angle(self) -> float:
        return self.random.choice([0.0, math.radians(38.3), self.random.uniform(-1.5, 1.5)])

    def text(self) -> str:
        letters = [
            "a",
            "L1",
            " ",
            '"',
            "\\",
            "\n",
            "'",
            "\t",
            "\r",
            "\x00",
            "\x7f",
            "ß",
            "透",
            "[",
            "=",
            "#",
            ".",
            "𝛼",
        ]
        return "".join(self.random.choices(letters, k=self.random.randrange(5)))

    def numbers(self, count: int | None = None) -> tuple[float, ...]:
        return tuple(self.number() for _ in range(self.random.randrange(6) if count is None else count))

    def maybe(self, make: Callable[[], T]) -> T | None:
        return make() if self.random.random() < 0.5 else None

    def pose(self) -> Pose:
        tilt = (self.angle(), self.angle(), self.angle())
        return Pose((self.number(), self.number(), self.number()), tilt, self.random.random() < 0.5)

    def coating(self) -> Coating:
        count = self.random.randrange(1, 4)
        waves = tuple(self.wavelength() for _ in range(count))
        return Coating(waves, self.numbers(count), self.random.choice(["", "AR", "AR", self.text()]))

    def departure(self) -> Departure:
        powers = tuple(sorted(self.random.sample(range(1, 41), self.random.randrange(9))))
        pairs = [(i, j) for i in range(6) for j in range(6) if i + j]
        terms = tuple(self.random.sample(pairs, self.random.randrange(5)))
        return self.random.choice(
            [
                PowerSeries(powers, self.numbers(len(powers))),
                ForbesQcon(self.length(), self.numbers()),
                ForbesQbfs(self.length(), self.numbers()),
                XYPolynomial(self.length(), terms, self.numbers(len(terms))),
                Toroid(self.number(), powers, self.numbers(len(powers))),
            ]
        )

    def surface(self) -> Surface:
        return Surface(
            curvature=self.random.choice([self.number(), 1.0 / self.length()]),
            conic=self.number(),
            departure=self.maybe(self.departure),
            semi_aperture=self.maybe(self.length),
            edge=self.maybe(self.length),
            pose=self.maybe(self.pose),
            turn=self.maybe(self.pose),
            coating=self.maybe(self.coating),
            mirror=self.random.random() < 0.2,
            label=self.text(),
        )

    def medium(self) -> Medium:
        count = self.random.randrange(1, 4)
        waves = tuple(self.wavelength() for _ in range(count))
        d, e = (self.number(), self.number(), self.number()), (self.number(), self.number())
        thermal = Thermal(d, e, self.wavelength(), self.random.uniform(1.0, 999.0), self.number())
        glass = Glass(
            name=self.random.choice(["N-BK7", "mine", "air", self.text()]),
            formula=self.random.randint(1, 13),
            coefficients=self.numbers(),
            catalogue=self.text(),
            thermal=self.maybe(lambda: thermal),
            transmission=self.maybe(lambda: Transmission(waves, self.numbers(count), self.numbers(count))),
            band=self.maybe(lambda: (self.wavelength(), self.wavelength())),
        )
        model = ModelGlass(self.number(), self.number(), self.number(), self.text())
        measured = MeasuredGlass(waves, self.numbers(count), self.text())
        return self.random.choice([Air(), model, measured, glass, find("N-BK7"), find("E48R")])

    def point(self) -> FieldPoint:
        factors = Vignetting(self.number(), self.number(), self.number(), self.number(), self.angle())
        return FieldPoint(self.angle(), self.angle(), self.number(), self.maybe(lambda: factors))

    def configuration(self) -> Configuration:
        paths = self.random.sample(["gaps[0].thickness", "aperture.value", "fields[0].y"], 2)
        return Configuration(self.text(), tuple(Change(path, self.number()) for path in paths))

    def lens(self) -> Lens:
        count, waves = self.random.randrange(1, 6), self.random.randrange(1, 4)
        return Lens(
            surfaces=tuple(self.surface() for _ in range(count)),
            gaps=(
                Gap(self.random.choice([math.inf, self.length()]), self.medium()),
                *(Gap(self.number(), self.medium()) for _ in range(count)),
            ),
            stop=self.random.randrange(count),
            aperture=Aperture(self.random.choice(get_args(ApertureKind)), self.length()),
            field_kind=self.random.choice(get_args(FieldKind)),
            fields=tuple(self.point() for _ in range(self.random.randrange(1, 4))),
            wavelengths=tuple(self.wavelength() for _ in range(waves)),
            weights=self.numbers(waves),
            primary=self.random.randrange(waves),
            image=self.random.choice([Surface(), self.surface()]),
            configurations=tuple(self.configuration() for _ in range(self.random.randrange(3))),
            temperature=self.random.choice([None, 313.15, self.random.uniform(1.0, 999.0)]),
            pressure=self.random.choice([1.0, self.length()]),
            name=self.text(),
            source=self.text(),
            notes=self.text(),
        )
