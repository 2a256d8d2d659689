"""What every test gets: types checked while running, test data or the reason why there are none.

The import hook makes beartype check each annotated call of the library, array shapes included, in tests
only. It must be in place before anything imports lichtbild, so this file imports nothing of it.
"""

import os
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

import beartype.typing  # noqa: F401  the import hook evaluates its name
import pytest
from hypothesis import HealthCheck, settings
from jaxtyping import install_import_hook

ROOT = Path(__file__).parents[1]

# What JAX compiles is kept, for both workers and for the next run; most tests of lenses spend their time on
# it. The flags quarter that time, for kernels slower than the library's own.
for _name, _value in {
    "JAX_PLATFORMS": "cpu",
    "JAX_ENABLE_X64": "1",
    "XLA_FLAGS": "--xla_cpu_use_fusion_emitters=false --xla_backend_optimization_level=0",
    "JAX_COMPILATION_CACHE_DIR": str(ROOT / ".pytest_cache" / "xla"),
    "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0.5",
    "JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES": "-1",
}.items():
    os.environ.setdefault(_name, _value)

# PEP 484's numeric tower: an int may stand where a float is asked for, as mypy allows too. Methods are
# checked one by one, which leaves beartype no class that Self could mean.
install_import_hook(
    "lichtbild",
    "beartype.beartype(conf=beartype.BeartypeConf(is_pep484_tower=True, "
    "hint_overrides=beartype.FrozenDict({beartype.typing.Self: object})))",
)

# colour-science warns, once, that it cannot plot; warnings are errors here.
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import colour  # noqa: F401

# Same examples in every run; HYPOTHESIS_PROFILE=search looks for new ones.
settings.register_profile(
    "same", derandomize=True, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(
    "search", deadline=None, max_examples=2000, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))

MOST_MAPS = 20_000
"""Of a process, where Linux allows 65,530."""

DATA = {
    "shared": ("LICHTBILD_SHARED", ROOT.parent / "shared"),
    "adobe_samples": ("LICHTBILD_ADOBE_SAMPLES", None),
}
"""Fixture of test data: the environment variable that names the folder, and where it is looked for else."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test by the data that it uses, so that `-m 'not shared'` leaves none behind."""
    for item in items:
        for fixture in DATA:
            if fixture in getattr(item, "fixturenames", ()):
                item.add_marker(fixture)


def _folder(fixture: str) -> Path:
    """The folder of test data; a named folder that is not there is an error, not a reason to skip."""
    variable, usual = DATA[fixture]
    if named := os.environ.get(variable):
        if not Path(named).is_dir():
            pytest.fail(f"{variable} names {named}, which is not a folder", pytrace=False)
        return Path(named)
    if usual is None or not usual.is_dir():
        pytest.skip(f"no test data: set {variable} to their folder")
    return usual


@pytest.fixture(scope="module", autouse=True)
def _compiled_let_go() -> Iterator[None]:
    """Let go of what JAX compiled before it fills the kernel's table of memory maps, which ends a process.

    Each function takes about a dozen of them; they come back from the cache on disk when needed again.
    """
    yield
    maps = Path("/proc/self/maps")
    if "jax" in sys.modules and maps.exists() and len(maps.read_bytes().splitlines()) > MOST_MAPS:
        sys.modules["jax"].clear_caches()


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of shared test data."""
    return _folder("shared")


@pytest.fixture(scope="session")
def adobe_samples() -> Path:
    """The folder of the Adobe DNG SDK's sample files (see CONTRIBUTING)."""
    return _folder("adobe_samples")
