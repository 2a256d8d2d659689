"""The network sees differences in units of noise, its layers are what their names say, its reach is known."""

from typing import Any

import jax
import numpy as np
import pytest
from scipy.ndimage import uniform_filter

from lichtbild.core import resources
from lichtbild.core.errors import BadInput
from lichtbild.develop import convolution, network

MOST = 1_000_000
"""Parameters that the network may have."""


def weights(seed: int = 0) -> dict[str, Any]:
    """Weights by chance that keep the size of numbers, with biases."""
    rng = np.random.default_rng(seed)
    made: dict[str, Any] = {}
    for name, shape in network.SHAPES.items():
        made[name] = rng.normal(0, (2 / np.prod(shape[:-1])) ** 0.5, shape).astype(np.float32)
        made[f"{name}.bias"] = rng.normal(0, 0.1, shape[-1:]).astype(np.float32)
    return made


def planes(height: int, width: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    found = 20 + np.cumsum(rng.normal(0, 1, (height, width, 4)), axis=1)
    noisy, pilot = (found + rng.normal(0, deviation, found.shape) for deviation in (1.0, 0.3))
    return noisy.astype(np.float32), pilot.astype(np.float32), found.astype(np.float32)


def test_the_fast_twin_gives_what_the_definition_says() -> None:
    drawn = weights()
    seen = network.features(*planes(44, 36))
    wanted = network.correction({n: w.astype(np.float64) for n, w in drawn.items()}, seen.astype(np.float64))
    found = convolution.Convolution.of(drawn)(seen)
    # Eleven layers of up to 864 products, in floats.
    np.testing.assert_allclose(found, wanted, atol=1e-5 * np.abs(wanted).max())


def test_jax_gives_what_numpy_gives() -> None:
    drawn, seen = weights(), planes(24, 28)
    wanted = network.correction(drawn, network.features(*seen))
    found = network.correction(
        jax.tree.map(jax.numpy.asarray, drawn), network.features(*map(jax.numpy.asarray, seen))
    )
    np.testing.assert_allclose(found, wanted, atol=1e-5 * np.abs(wanted).max())


def test_a_layer_is_a_sum_over_neighbours_written_one_by_one() -> None:
    rng = np.random.default_rng(2)
    drawn = {"enter": rng.normal(0, 1, network.SHAPES["enter"]), "enter.bias": rng.normal(0, 1, 32)}
    values = rng.normal(0, 1, (5, 4, network.INPUTS))
    wanted = np.zeros((5, 4, 32))
    for y, x, output in np.ndindex(wanted.shape):
        total = drawn["enter.bias"][output]
        for down, right in np.ndindex(3, 3):
            row, column = y + down - 1, x + right - 1
            if 0 <= row < 5 and 0 <= column < 4:
                total += values[row, column] @ drawn["enter"][down, right, :, output]
        wanted[y, x, output] = total
    source = convolution.Planes.empty(network.INPUTS, (5, 4))
    source.inner[:] = np.moveaxis(values, -1, 0)
    out = convolution.Layer.of(drawn, "enter")(source, convolution.Planes.empty(32, (5, 4)))
    np.testing.assert_allclose(np.moveaxis(out.inner, 0, -1), wanted, atol=1e-4)
    bent = convolution.Layer.of(drawn, "enter")(source, convolution.Planes.empty(32, (5, 4)), bent=True)
    np.testing.assert_allclose(np.moveaxis(bent.inner, 0, -1), np.maximum(wanted, 0), atol=1e-4)


def test_surroundings_are_means_of_squares() -> None:
    _, _, found = planes(30, 23)
    side = 2 * network.SURROUNDINGS + 1
    wanted = np.stack(
        [uniform_filter(p.astype(float), side, mode="nearest") for p in np.moveaxis(found, -1, 0)], -1
    )
    np.testing.assert_allclose(network.surroundings(found), wanted, rtol=1e-5)


def test_more_light_everywhere_changes_the_level_alone() -> None:
    before, after = (
        network.features(*(part.astype(float) + more for part in planes(16, 16))) for more in (0.0, 7.0)
    )
    np.testing.assert_allclose(after[..., :12], before[..., :12], atol=1e-9)
    assert (after[..., 12] > before[..., 12]).all()


def test_nothing_that_is_seen_grows_without_limit() -> None:
    noisy, pilot, found = planes(16, 16)
    noisy[3, 4], found[8, 9] = 1e9, -1e9
    assert np.abs(network.features(noisy, pilot, found)).max() <= 32


def test_gathering_and_scattering_undo_each_other() -> None:
    values = np.arange(2 * 8 * 12 * 5).reshape(2, 8, 12, 5)
    np.testing.assert_array_equal(network.scattered(network.gathered(values)), values)
    np.testing.assert_array_equal(network.gathered(values)[1, 2, 3, 5:10], values[1, 4, 7])


def test_a_correction_depends_on_no_more_than_its_reach() -> None:
    made = convolution.Convolution.of(weights())
    noisy, pilot, found = planes(132, 128)
    before = made(network.features(noisy, pilot, found))
    spreads = []
    for place in range(64, 64 + network.ALIGNED):
        changed = found.copy()
        changed[place, place] += 3
        after = made(network.features(noisy, pilot, changed))
        changes = np.nonzero((before != after).any(axis=2))
        spreads.append(max(np.abs(each - place).max() for each in changes))
    assert network.REACH - network.ALIGNED < max(spreads) <= network.REACH


def test_the_packaged_network_is_compact_and_corrects_little_of_what_is_right() -> None:
    from safetensors.numpy import load

    packaged = load(resources.read("develop", "weights", convolution.WEIGHTS))
    network.checked(packaged)
    assert sum(values.size for values in packaged.values()) <= MOST
    flat = np.full((32, 32, 4), 30.0, np.float32)
    added = convolution.packaged()(network.features(flat, flat, flat))
    assert np.abs(added).max() < 0.2  # of the noise's standard deviation


@pytest.mark.parametrize("harm", ["missing", "shape", "nan"])
def test_weights_of_another_network_are_refused(harm: str) -> None:
    drawn = weights()
    if harm == "missing":
        del drawn["halve.bias"]
    else:
        drawn["halve.bias"] = np.zeros(47) if harm == "shape" else np.full(48, np.nan)
    with pytest.raises(ValueError, match=r"halve\.bias"):
        network.checked(drawn)


def test_weights_that_do_not_load_are_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resources, "read", lambda *_: b"\x08\0\0\0\0\0\0\0nonsense")
    convolution._loaded.cache_clear()
    try:
        assert "--denoise best" in convolution.fault()
        with pytest.raises(BadInput, match="do not load"):
            convolution.packaged()
    finally:
        convolution._loaded.cache_clear()
