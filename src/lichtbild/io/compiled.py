"""Compiled: JAX keeps what it compiles, so that the next process need not wait for it."""

import os

from lichtbild.core.cache_folder import cache_folder
from lichtbild.core.errors import BadInput


def keep_compiled() -> None:
    """Let JAX keep what it compiles in the cache folder, unless the user has chosen another place.

    Raises:
        BadInput: JAX is not installed.
    """
    try:
        import jax
    except ImportError:
        raise BadInput("this needs JAX, which is not installed; lichtbild doctor says how to") from None
    if "JAX_COMPILATION_CACHE_DIR" in os.environ:
        return
    for name, value in (
        ("jax_compilation_cache_dir", str(cache_folder() / "xla")),
        ("jax_persistent_cache_min_compile_time_secs", 0.0),
        ("jax_persistent_cache_min_entry_size_bytes", -1),
    ):
        jax.config.update(name, value)  # type: ignore[no-untyped-call]
