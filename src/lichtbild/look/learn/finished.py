"""Finished: a look from a handful of pictures that have it, without their originals.

What the pictures' statistics say of the look is the linear estimate of least mean square error, whose numbers
(``usual.npz``) were found by simulation: photographs free to use, each set of them changed as another camera
might have, were given looks out of our measurements of public lookup tables (`benchmarks/look_prior.py`).
What statistics cannot tell, it leaves at what is usual in looks. Photographs without the look, of other
scenes but of the same camera, tell what was in the pictures before, and make it surer.

Source: Kay, "Fundamentals of Statistical Signal Processing: Estimation Theory" (1993), section 12.3.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import Final

import numpy as np
from jaxtyping import Float

from lichtbild.core import resources
from lichtbild.core.errors import BadInput
from lichtbild.look.learn.display_colour import to_oklab
from lichtbild.look.learn.learned_look import NODES
from lichtbild.look.learn.look_family import FamilyLook
from lichtbild.look.learn.picture_statistics import Sample, statistics
from lichtbild.look.learn.regression import NEUTRAL, shown
from lichtbild.look.lut import Lut, nodes

SAMPLES: Final = 4000
"""Pixels of each picture that are looked at."""
_FAR: Final = 3.0
"""Standard deviations at which a statistic is cut off."""


@dataclass(frozen=True, eq=False)
class Estimator:
    """A linear estimate of a look's numbers from statistics.

    Attributes:
        usual: statistics on average.
        scatter: their standard deviation.
        look: the usual look's numbers.
        gain: change of the numbers with the statistics in units of their scatter.
    """

    usual: Float[np.ndarray, " statistics"]
    scatter: Float[np.ndarray, " statistics"]
    look: Float[np.ndarray, " numbers"]
    gain: Float[np.ndarray, "statistics numbers"]

    def __call__(self, found: Float[np.ndarray, " statistics"]) -> Float[np.ndarray, " numbers"]:
        """The look's numbers."""
        return np.asarray(self.look + np.clip((found - self.usual) / self.scatter, -_FAR, _FAR) @ self.gain)


def sample(picture: Float[np.ndarray, "h w 3"]) -> Sample:
    """Oklab of pixels evenly over a picture in encoded sRGB, means of the squares around them.

    Raises:
        BadInput: the picture is smaller than 16 x 16, or all of one shade.
    """
    height, width = picture.shape[:2]
    if min(height, width) < 16 or np.ptp(picture) < 0.1:
        raise BadInput(
            f"a picture of {width} x {height} pixels says nothing of a look, for it is too small or all of "
            "one shade; give photographs"
        )
    step = max(1, int(np.sqrt(height * width / SAMPLES)))
    cut = picture[: height // step * step, : width // step * step].astype(np.float64)
    means = cut.reshape(height // step, step, width // step, step, 3).mean(axis=(1, 3))
    return np.asarray(to_oklab(means.reshape(-1, 3)))


def finished_look(finished: Sequence[Sample], plain: Sequence[Sample] = ()) -> FamilyLook:
    """The look that finished pictures have in common.

    Args:
        finished: samples of pictures with the look; five are good.
        plain: samples of pictures without it, of other scenes.

    Raises:
        BadInput: there is no finished picture.
    """
    if not finished:
        raise BadInput("a look is learned from one finished picture or more; five are good")
    neutral = all(np.quantile(np.hypot(lab[:, 1], lab[:, 2]), 0.98) < NEUTRAL for lab in finished)
    pictures = [list(finished), list(plain)]
    if neutral:
        pictures = [[lab * [1.0, 0.0, 0.0] for lab in some] for some in pictures]
    found = np.concatenate([statistics(some) for some in pictures if some])
    return FamilyLook(estimator(neutral, bool(plain))(found), neutral)


def table_of(look: FamilyLook) -> Lut:
    """The lookup table of a look of the family."""
    lab = look.lab(np.asarray(to_oklab(nodes(NODES).reshape(-1, 3).astype(np.float64))))
    return Lut(np.asarray(shown(lab).reshape(NODES, NODES, NODES, 3), np.float32))


@cache
def estimator(neutral: bool, with_plain: bool) -> Estimator:
    """The estimator of looks with or without colour; of statistics alone or with those of plain pictures."""
    held = np.load(BytesIO(resources.read("look", "learn", "usual.npz")))
    name = f"{'neutral' if neutral else 'colour'}_{'with' if with_plain else 'alone'}"
    return Estimator(
        *(held[f"{name}_{part}"].astype(np.float64) for part in ("usual", "scatter", "look", "gain"))
    )
