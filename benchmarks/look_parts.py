"""How large the parts of a look's change usually are, and over what distance they change.

    python benchmarks/look_parts.py TABLES PHOTOGRAPHS [--steps 80]

TABLES is a folder of HaldCLUTs (c_*.png in colour, m_*.png without), PHOTOGRAPHS one of pictures. The numbers
of `lichtbild.look.learn.prior_over_looks` are those of the largest marginal likelihood, over fourteen tables
in colour and two without, of what each makes of a lattice of colours and of pixels of three photographs,
rounded to 8 bits. They are printed, in the order of that file.

Source: Rasmussen and Williams, "Gaussian Processes for Machine Learning" (2006), equations 5.8 and 5.9.
"""

import argparse
import sys
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
from scipy import optimize

from lichtbild.io.lut import hald
from lichtbild.look.learn import chart
from lichtbild.look.learn.display_colour import to_oklab
from lichtbild.look.lut_table import resampled
from look_prior import pixels

START = np.log([1e-3, 1e-2, 1e-2, 1e-2, 0.3, 1e-2, 0.3, 1e-3, 0.3, 0.1, 1e-3, 0.4, 1e-6])
"""Shift, linear in Oklab, linear in RGB; curves, lightness (variance, reach); smooth in Oklab (variance, two
reaches), in RGB (variance, reach); rounding."""
LOOSE = 3.0
"""Standard deviation of the logarithms around these."""
FIVE = np.sqrt(5.0)


def covariance(numbers: jax.Array, rgb: jax.Array, lab: jax.Array) -> jax.Array:
    """The same as `prior_over_looks.covariance`, with the numbers free."""
    value = jnp.exp(numbers)

    def apart(places: jax.Array) -> jax.Array:
        return (places[:, None] - places) ** 2

    def smooth(square: jax.Array) -> jax.Array:
        far = jnp.sqrt(square + 1e-12) * FIVE
        return (1 + far + far * far / 3) * jnp.exp(-far)

    planes = [apart(rgb[:, k]) for k in range(3)]
    light, colour = apart(lab[:, 0]), apart(lab[:, 1]) + apart(lab[:, 2])
    found = value[0] + value[1] * lab @ lab.T + value[2] * rgb @ rgb.T
    found += value[3] * sum(jnp.exp(-one / (2 * value[4] ** 2)) for one in planes)
    found += value[5] * jnp.exp(-light / (2 * value[6] ** 2))
    found += value[7] * smooth(light / value[8] ** 2 + colour / value[9] ** 2)
    return found + value[10] * smooth(sum(planes) / value[11] ** 2)


@jax.jit
@jax.value_and_grad
def unlikely(numbers: jax.Array, rgb: jax.Array, lab: jax.Array, change: jax.Array) -> jax.Array:
    """Negative logarithm of the marginal likelihood, but for a constant."""
    root = jnp.linalg.cholesky(covariance(numbers, rgb, lab) + jnp.exp(numbers[12]) * jnp.eye(len(rgb)))
    white = jax.scipy.linalg.solve_triangular(root, change, lower=True)
    return 0.5 * (white**2).sum() + 3 * jnp.log(jnp.diag(root)).sum()


def rounded(colours: np.ndarray) -> np.ndarray:
    return np.round(np.clip(colours, 0, 1) * 255) / 255


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("tables", type=Path)
    parser.add_argument("photographs", type=Path)
    parser.add_argument("--steps", type=int, default=80)
    asked = parser.parse_args()
    jax.config.update("jax_enable_x64", True)
    rng = np.random.default_rng(5)
    paths = [sorted(asked.tables.glob(f"{kind}_*.png")) for kind in "cm"]
    chosen = [paths[k][i] for k, count in ((0, 14), (1, 2)) for i in rng.permutation(len(paths[k]))[:count]]
    pool = pixels(asked.photographs, rng, 120)
    sets = []
    for path in chosen:
        table = resampled(hald.read(path).lut, 33)
        seen = rounded(np.concatenate([pool[k] for k in rng.permutation(len(pool))[:3]]))
        for before in (chart.colours()[::3], seen):
            lab = to_oklab(before)
            sets.append((before, lab, to_oklab(rounded(table(before))) - lab))

    def all_sets(numbers: np.ndarray) -> tuple[float, np.ndarray]:
        parts = [unlikely(numbers, *one) for one in sets]
        loose = (numbers - START) / LOOSE
        value = sum(float(part) for part, _ in parts) + 0.5 * float(loose @ loose)
        return value, sum(np.asarray(slope) for _, slope in parts) + loose / LOOSE

    bounds = [(one - 9, one + 9) for one in START]
    best = optimize.minimize(
        all_sets, START, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": asked.steps}
    )
    print(" ".join(f"{one:.4g}" for one in np.exp(best.x)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
