"""Cache folder: where lies what Lichtbild can make again."""

import os
import sys
from pathlib import Path


def cache_folder() -> Path:
    """The folder for what can be made again: LICHTBILD_CACHE, or the system's own place for caches."""
    if chosen := os.environ.get("LICHTBILD_CACHE"):
        return Path(chosen)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local")) / "lichtbild"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "lichtbild"
    return Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "lichtbild"
