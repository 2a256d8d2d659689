"""What this machine lends to a process: cores and memory."""

import ctypes
import os
from pathlib import Path
from typing import Final

_CGROUP: Final = Path("/sys/fs/cgroup")
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
"""Names of glibc's mallopt for free memory that is given back, and for what is asked of the system alone."""
_TILE: Final = 1 << 25


def cores() -> int:
    """Number of cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def keep_freed_memory() -> None:
    """Let this process use the memory of one tile again for the next, for as long as it lives.

    The GNU C library otherwise gives each large array back and has the system clear the next, page by page: a
    twentieth of the time that a photograph takes. Other libraries are left as they are.
    """
    set_option = getattr(ctypes.CDLL(None), "mallopt", None) if os.name == "posix" else None
    if set_option is not None:
        set_option(_MMAP_THRESHOLD, _TILE)
        set_option(_TRIM_THRESHOLD, 1 << 30)


def free_memory() -> int | None:
    """Bytes that can be taken without swapping, by the system and by the container's limit; None: unknown."""
    known = [bytes_ for bytes_ in (_system(), _container()) if bytes_ is not None]
    return min(known) if known else None


def _system() -> int | None:
    try:
        for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
        return None
    except (OSError, ValueError):
        return _half_of_all()


def _half_of_all() -> int | None:
    """Half of the machine's memory: a careful guess where the system does not say what is free."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2
    except (AttributeError, ValueError, OSError):
        return None


def _container() -> int | None:
    """What a control group's limit leaves (Linux, cgroup version 2)."""
    try:
        limit = (_CGROUP / "memory.max").read_text(encoding="ascii").strip()
        used = int((_CGROUP / "memory.current").read_text(encoding="ascii"))
        return None if limit == "max" else max(0, int(limit) - used)
    except (OSError, ValueError):
        return None
