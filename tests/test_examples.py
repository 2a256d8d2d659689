"""Each example is one idea in at most 80 lines, and runs."""

import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[1] / "examples"
RAW = EXAMPLES / "colour_checker.dng"
ARGUMENTS = {
    "develop": ("photograph.jpg",),
    "looks": (".",),
    "recipe": (".",),
    "refine_lens": (),
    "shoot": (".",),
    "stages": (),
    "trace_lens": (),
}
WITHOUT_A_RAW = {"shoot"}
"""Examples that are not told of a raw file."""

MAKERS = {"make_colour_checker"}
"""Programs that made the data of the examples."""
WRITES = {
    "develop": {"photograph.jpg"},
    "looks": {"linear.jpg", "profile.jpg", "natural.jpg", "authentic.jpg"},
    "recipe": {"brighter.toml", "brighter.png"},
    "refine_lens": set(),
    "shoot": {"night.dng", "night.jpg"},
    "stages": set(),
    "trace_lens": set(),
}


def test_every_example_is_listed() -> None:
    assert {path.stem for path in EXAMPLES.glob("*.py")} - MAKERS == set(ARGUMENTS)


COMPILED = {"refine_lens", "shoot", "trace_lens"}
"""Examples that compile for a minute."""


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.slow) if name in COMPILED else name for name in ARGUMENTS]
)
def test_example(name: str, tmp_path: Path) -> None:
    program = EXAMPLES / f"{name}.py"
    assert len(program.read_text(encoding="utf-8").splitlines()) <= 80
    source = () if name in WITHOUT_A_RAW else (str(RAW),)
    command = [sys.executable, "-W", "error", str(program), *source, *ARGUMENTS[name]]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert {path.name for path in tmp_path.iterdir()} == WRITES[name]
    if name == "stages":
        assert "demosaic" in done.stdout
    if name == "trace_lens":
        assert "f = 210.10 mm" in done.stdout
