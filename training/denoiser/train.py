"""Train the network of `lichtbild.develop.network`: deterministic, and resumed where it was stopped.

Usage: python training/denoiser/train.py FOLDER --photographs UNPACKED [--steps 14000] [--examples 1600]
       python training/denoiser/train.py FOLDER --export WEIGHTS

FOLDER keeps the examples, made once, and the state of the run: weights, moments of the optimiser and the mean
of late weights. Every step draws its patches from its own number, so a run that was interrupted ends with the
same bytes as one that was not, on the same kind of machine. A run that is done goes on if it is asked for
more steps. With a GPU that JAX finds, it trains there; `--batch 64 --steps 200000` suits one.
"""

import argparse
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import clean
import examples
import jax
import jax.numpy as jnp
import numpy as np
import optax
from safetensors.numpy import load_file, save_file

from lichtbild.develop import network

State = dict[str, Any]

STATE = "state.safetensors"
PATCH = 96
"""Cells along a patch."""
KEPT = 0.999
"""Share of the mean of late weights that a step keeps."""
RATES = (1e-3, 1e-6)
"""Of learning, at first and at last; between them a half cosine."""
WARMING = 200
EVERY = 250
"""Steps between two states on disk."""
SHOT_REPEATS = 3
"""How often each shot stands among the pictures."""


def initial(seed: int) -> dict[str, jax.Array]:
    """Weights that correct nothing yet (He et al., "Delving deep into rectifiers", ICCV 2015, eq. 10)."""
    key, found = jax.random.PRNGKey(seed), {}
    for name, shape in network.SHAPES.items():
        key, part = jax.random.split(key)
        deviation = 0.0 if name == "leave" else float(2 / np.prod(shape[:-1])) ** 0.5
        found[name] = deviation * jax.random.normal(part, shape, jnp.float32)
        found[f"{name}.bias"] = jnp.zeros(shape[-1], jnp.float32)
    return found


def loss(weights, patches):
    """Mean squared error in units of the noise's variance."""
    noisy, pilot, found, truth = jnp.split(patches.astype(jnp.float32), examples.PARTS, axis=-1)
    made = found + network.correction(weights, network.features(noisy, pilot, found))
    return jnp.mean((made - truth) ** 2)


def batch(stored: np.ndarray, step: int, size: int, seed: int) -> np.ndarray:
    """Patches of a step; they begin where quarters do."""
    rng = np.random.default_rng((seed, step))
    places = (stored.shape[1] - PATCH) // network.ALIGNED + 1
    out = np.empty((size, PATCH, PATCH, stored.shape[3]), np.float16)
    for number, patch in enumerate(rng.integers(0, len(stored), size)):
        top, left = network.ALIGNED * rng.integers(0, places, 2)
        out[number] = stored[patch, top : top + PATCH, left : left + PATCH]
    return out


def optimiser(steps: int) -> optax.GradientTransformation:
    """Adam by a rate that rises to the first and falls to the last of `RATES`."""
    rates = optax.warmup_cosine_decay_schedule(0.0, RATES[0], WARMING, max(steps, WARMING + 1), RATES[1])
    return optax.chain(optax.clip_by_global_norm(1.0), optax.adam(rates))


def fresh(weights: Mapping[str, jax.Array], steps: int) -> State:
    """The state of a run that begins."""
    return {"weights": weights, "mean": weights, "moments": optimiser(steps).init(weights)}


def train(folder: Path, steps: int, stop: int, size: int, seed: int) -> None:
    """Train by the rates of so many steps, from where the folder's state is until one of them."""
    jax.config.update("jax_enable_x64", False)
    stored = np.load(folder / "examples.npy", mmap_mode="r")
    rule = optimiser(steps)
    state, first = restored(folder, fresh(initial(seed), steps))

    @jax.jit
    def advanced(state, patches):
        value, slopes = jax.value_and_grad(loss)(state["weights"], patches)
        change, moments = rule.update(slopes, state["moments"])
        weights = optax.apply_updates(state["weights"], change)
        mean = jax.tree.map(lambda m, w: KEPT * m + (1 - KEPT) * w, state["mean"], weights)
        return {"weights": weights, "mean": mean, "moments": moments}, value

    started, values = time.monotonic(), []
    for step in range(first, stop):
        state, value = advanced(state, batch(stored, step, size, seed))
        values.append(value)
        if (step + 1) % EVERY == 0 or step + 1 == stop:
            keep(folder, state, step + 1)
            took = (time.monotonic() - started) / (step + 1 - first)
            print(f"step {step + 1} of {steps}: loss {np.mean(values):.5f}, {took:.3f} s a step", flush=True)
            values.clear()


def restored(folder: Path, state: State) -> tuple[State, int]:
    """The state on disk and its step, or the one given and 0."""
    place = folder / STATE
    if not place.exists():
        return state, 0
    found = load_file(place)
    leaves, shape = jax.tree.flatten(state)
    values = [jnp.asarray(found[str(number)], leaf.dtype) for number, leaf in enumerate(leaves)]
    return jax.tree.unflatten(shape, values), int(found["step"])


def keep(folder: Path, state: State, step: int) -> None:
    """Write the state, each array under its number in the order of JAX's trees."""
    leaves = {str(number): np.asarray(leaf) for number, leaf in enumerate(jax.tree.leaves(state))}
    draft = folder / "state.draft"
    save_file({**leaves, "step": np.array(step)}, draft)
    draft.rename(folder / STATE)


def export(folder: Path, place: Path) -> None:
    """Write the mean of late weights in half precision, as the package carries them."""
    if not (folder / STATE).exists():
        raise SystemExit(f"{folder} holds no state of a run; train first")
    state, _ = restored(folder, fresh(initial(0), 1))
    save_file({name: np.asarray(values, np.float16) for name, values in state["mean"].items()}, place)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--photographs", type=Path)
    parser.add_argument("--examples", type=int, default=1600)
    parser.add_argument("--steps", type=int, default=14000)
    parser.add_argument("--stop", type=int, help="end after this step, to go on another time")
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--export", type=Path)
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    if asked.export:
        export(asked.folder, asked.export)
        return
    place = asked.folder / "examples.npy"
    if not place.exists():
        if asked.photographs is None:
            raise SystemExit("examples are made of photographs; give --photographs, where they were unpacked")
        photographs = [p for p in clean.photographs(asked.photographs) if min(p.shape[:2]) >= examples.SIDE]
        pictures = [*photographs, *clean.leaves(), *SHOT_REPEATS * list(clean.shots())]
        examples.write(pictures, asked.examples, asked.seed, place, asked.workers)
    train(asked.folder, asked.steps, asked.stop or asked.steps, asked.batch, asked.seed)


if __name__ == "__main__":
    main()
