"""One scale of many scenes: what the conditions do on the whole, and how unlike scenes are.

The scale of scene s is a sample of the pooled one, with a spread h of its own for each condition:

    q_s ~ N(q, h^2),     what the answers say of q_s:  exp(e_s' q_s - q_s' L_s q_s / 2)

with L and e of each scene's own answers, its prior taken out. h is that of greatest restricted likelihood. A
pooled scale by simply adding all answers (``pwcmp``'s "all") takes h for 0, and its intervals are too short
where scenes differ.

Source: R. DerSimonian and N. Laird, Control. Clin. Trials 7 (1986) 177; D. Jackson, R. Riley and I. R. White,
Stat. Med. 30 (2011) 2481 (restricted likelihood, many outcomes); W. G. Cochran, Biometrics 10 (1954) 101.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isinf
from typing import Final

import numpy as np
from jaxtyping import Float

from lichtbild.core.errors import BadInput
from lichtbild.panel.scale.paired import PairedScale

_WIDEST: Final = 100.0
_MOST: Final = 10.0


@dataclass(frozen=True)
class Pooled:
    """The scale of all scenes.

    Attributes:
        value: of each condition, JND, mean 0.
        covariance: of the errors, JND^2: those of a scene drawn from all such scenes.
        unlikeness: standard deviation of a condition's quality from scene to scene, JND.
        heterogeneity: Cochran's Q, how far scenes are apart in squares of their own errors.
        freedom: its degrees of freedom.
        p: chance of such a Q, or a greater one, where scenes do not differ.
        n_scenes: number of scenes.
    """

    value: Float[np.ndarray, " condition"]
    covariance: Float[np.ndarray, "condition condition"]
    unlikeness: float
    heterogeneity: float
    freedom: int
    p: float
    n_scenes: int

    @property
    def interval(self) -> Float[np.ndarray, "condition 2"]:
        """Ends of the 95 % interval, JND: Student's, of (scenes - 1) (conditions - 1) degrees."""
        from scipy.special import stdtrit  # of the extra "panel"

        freedom = (self.n_scenes - 1) * (len(self.value) - 1)
        reach = stdtrit(freedom, 0.975) * np.sqrt(np.diag(self.covariance))
        return np.asarray(self.value[:, None] + np.outer(reach, [-1, 1]))


def pooled(scenes: Sequence[PairedScale]) -> Pooled:
    """The pooled scale of scales of the same conditions.

    Args:
        scenes: scale of each, with any covariance; observers may be the same, which the errors leave out.

    Raises:
        BadInput: fewer than two scenes, or another number of conditions in one of them.
    """
    if len(scenes) < 2 or len({len(scene.value) for scene in scenes}) != 1:
        raise BadInput("pooling needs two scenes or more, all of the same conditions")
    from scipy.optimize import minimize_scalar  # of the extra "panel"
    from scipy.special import gammaincc  # of the extra "panel"

    n = len(scenes[0].value)
    # Contrasts only: where a scale has its zero says nothing.
    basis = np.linalg.svd(np.eye(n) - 1 / n)[0][:, : n - 1]
    known = [_known(scene, basis) for scene in scenes]
    found = minimize_scalar(
        lambda h: -_fit(known, float(h))[2], bounds=(0.0, _MOST), method="bounded", options={"xatol": 1e-5}
    )
    h = float(found.x) if -found.fun > _fit(known, 0.0)[2] else 0.0
    value, precision, _ = _fit(known, h)
    same = _fit(known, 0.0)[0]
    apart = [(np.linalg.pinv(much) @ told - same, much) for much, told in known]
    q = float(sum(away @ much @ away for away, much in apart))
    freedom = sum(int(np.linalg.matrix_rank(much)) for much, _ in known) - (n - 1)
    covariance = basis @ np.linalg.inv(precision) @ basis.T
    p = float(gammaincc(freedom / 2, q / 2))
    return Pooled(basis @ value, covariance, h, q, freedom, p, len(scenes))


def _known(scene: PairedScale, basis: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Information and pull of the answers alone, by contrast."""
    whole = np.linalg.inv(basis.T @ scene.covariance @ basis)
    own = whole - (0.0 if isinf(scene.spread) else scene.spread**-2) * np.eye(len(whole))
    return own, whole @ (basis.T @ scene.value)


def _fit(known: list[tuple[np.ndarray, np.ndarray]], h: float) -> tuple[np.ndarray, np.ndarray, float]:
    """Pooled contrasts, their information and the restricted log-likelihood, with scenes' spread h."""
    size = len(known[0][1])
    one = np.eye(size)
    precision, pull, likelihood = one / _WIDEST**2, np.zeros(size), 0.0
    for much, told in known:
        shrink = np.linalg.inv(one + h * h * much)
        precision = precision + much @ shrink
        pull = pull + told - h * h * much @ shrink @ told
        likelihood += np.linalg.slogdet(shrink)[1] / 2 + h * h * told @ shrink @ told / 2
    value = np.linalg.solve(precision, pull)
    likelihood += pull @ value / 2 - np.linalg.slogdet(precision)[1] / 2
    return value, (precision + precision.T) / 2, float(likelihood)
