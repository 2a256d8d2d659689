"""A sensor of known numbers whose codes bend, frame by frame and by its exact moments."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pytest

from lichtbild.quality.emva.level import Level, level_of


@dataclass(frozen=True)
class BentSensor:
    """Poisson electrons, normal dark noise, a cubic response, rounding."""

    gain: float = 0.3
    noise: float = 3.0
    efficiency: float = 0.6
    full: float = 10_000.0
    quadratic: float = 0.0
    cubic: float = -0.02
    black: float = 60.0
    prnu: float = 0.0
    dsnu: float = 0.0

    def code(self, electrons: np.ndarray) -> np.ndarray:
        """Unrounded code above dark."""
        u = electrons / self.full
        return self.gain * electrons * (1 + u * (self.quadratic + u * self.cubic))

    def frames(self, photons: float, count: int, shape: tuple[int, int], seed: int) -> list[np.ndarray]:
        """Frames of one stack; the same pixels in every stack."""
        fixed, rng = np.random.default_rng(99), np.random.default_rng(seed)
        response = 1 + self.prnu * fixed.normal(size=shape)
        offset = self.dsnu * fixed.normal(size=shape)
        taken = []
        for _ in range(count):
            charge = np.minimum(rng.poisson(self.efficiency * photons * response), self.full)
            noisy = self.code(charge + offset + rng.normal(0, self.noise, shape))
            taken.append(np.clip(np.rint(self.black + noisy), 0, 65535).astype(np.uint16))
        return taken

    def level(self, photons: float, count: int, shape: tuple[int, int], seed: int) -> Level:
        """One stack's numbers."""
        return level_of(self.frames(photons, count, shape, seed), photons, 0.01)

    def moments(self, photons: float) -> tuple[float, float]:
        """Exact mean above the black level and variance of a pixel's code, even rounding added.

        A sum over Poisson's numbers times a Gauss-Hermite rule, which is exact for polynomials.
        """
        mean = self.efficiency * photons
        reach = 12 * np.sqrt(mean) + 12
        counts = np.arange(max(0, int(mean - reach)), int(mean + reach) + 1)
        logs = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, counts[-1] + 1)))])[counts]
        chance = np.exp(counts * np.log(mean) - mean - logs) if mean else (counts == 0).astype(float)
        nodes, weights = np.polynomial.hermite_e.hermegauss(8)
        code = self.code(counts[:, None] + self.noise * nodes)
        both = chance[:, None] / chance.sum() * weights / weights.sum()
        first = float((both * code).sum())
        return first, float((both * (code - first) ** 2).sum()) + 1 / 12


@pytest.fixture(scope="session")
def bent() -> BentSensor:
    return BentSensor()


@pytest.fixture(scope="session")
def series_of() -> Callable[
    [BentSensor, Sequence[float], tuple[int, int], int], tuple[tuple[Level, ...], ...]
]:
    """Function of a sensor, its levels as shares of the full well, a frame's shape and a seed."""

    def taken(
        sensor: BentSensor, shares: Sequence[float], shape: tuple[int, int], seed: int
    ) -> tuple[tuple[Level, ...], ...]:
        top = sensor.full / sensor.efficiency
        lit = [sensor.level(share * top, 2, shape, 1000 * seed + n) for n, share in enumerate(shares, 1)]
        return tuple(lit), (sensor.level(0.0, 8, shape, 1000 * seed),)

    return taken
