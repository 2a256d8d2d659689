"""What one must not wait for: modules that a plain photograph does not need."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from frames import smooth_frame
from lichtbild.io.dng.write import write

PROGRAM = """
import json, sys
from lichtbild.cli.main import exit_code
sys.argv = ["lichtbild", *sys.argv[1:]]
assert exit_code() == 0
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""

NEVER = {"jax", "jaxlib", "equinox", "matplotlib", "pandas", "colour", "scipy", "multiprocessing"}
"""Modules that no command line of ours loads to develop."""
NOT_FOR_A_JPEG = {"numba", "tifffile", "rawpy", "tomlkit", "rich", "pi_heif", "OpenEXR"}
"""Modules that wait until their format, option or terminal asks for them."""


def loaded(*arguments: object) -> set[str]:
    """Top-level modules that a command leaves in its process."""
    command = [sys.executable, "-c", PROGRAM, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    return set(json.loads(done.stdout.splitlines()[-1]))


@pytest.fixture
def dng(tmp_path: Path) -> Path:
    write(smooth_frame((60, 72)), tmp_path / "scene.dng")
    return tmp_path / "scene.dng"


def test_a_photograph_waits_for_no_module_that_it_does_not_need(dng: Path) -> None:
    loaded("develop", dng, "-o", dng.with_suffix(".jpg"))  # the first may have kernels to compile
    dng.with_suffix(".jpg").unlink()
    modules = loaded("develop", dng, "-o", dng.with_suffix(".jpg"))
    assert {"llvmlite", "imagecodecs"} <= modules and dng.with_suffix(".jpg").exists()
    assert not modules & (NEVER | NOT_FOR_A_JPEG)


def test_the_plan_of_a_batch_waits_for_no_kernel(dng: Path) -> None:
    modules = loaded("develop", dng.parent, "--dry-run")
    assert not modules & (NEVER | NOT_FOR_A_JPEG | {"llvmlite"})
