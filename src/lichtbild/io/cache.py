"""Marks in the user's cache folder: what need not be done again on this machine."""

import platform
import sys
import zlib
from pathlib import Path

from lichtbild import __version__
from lichtbild.core.cache_folder import cache_folder


def is_marked(name: str) -> bool:
    """Whether ``mark`` was called for this name, version, interpreter and installation."""
    return _place(name).exists()


def mark(name: str) -> None:
    """Remember a name; a cache folder that cannot be written is no error, only forgetful."""
    try:
        _place(name).parent.mkdir(parents=True, exist_ok=True)
        _place(name).touch()
    except OSError:
        return


def _place(name: str) -> Path:
    interpreter = f"{sys.implementation.cache_tag}-{platform.machine()}"
    installation = f"{zlib.crc32(str(Path(__file__).parent).encode()):08x}"
    return cache_folder() / f"{name}-{__version__}-{interpreter}-{installation}"
