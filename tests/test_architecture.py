"""The house holds: floors, purity, sizes and names, read from the source itself."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "lichtbild"
FILES = sorted(SOURCE.rglob("*.py"))

MAY_TOUCH_DISK = {"io", "cli"}
DISK = {"open", "read_bytes", "read_text", "write_bytes", "write_text", "mkdir", "unlink", "rename", "rmdir"}
RESOURCES = "core/resources.py"
COMPILED = "numerics/machine_code.py"
"""What a compiler keeps for itself is no file of the user's."""

HEAVY = ("jax", "numba", "PIL", "imagecodecs", "rawpy", "tifffile", "scipy", "pi_heif", "OpenEXR")
LIGHT = ("lichtbild", "lichtbild.core.chain", "lichtbild.image.raw_frame", "lichtbild.image.picture")

VAGUE = {"utils", "util", "misc", "helpers", "helper", "manager", "base", "common"}
TRACING = {
    "camera/crop_picture.py",
    "camera/light_meter.py",
    "camera/light_on_sensor.py",
    "camera/module.py",
    "camera/shot_report.py",
    "study/following.py",
    "study/shooting.py",
}
"""What composes a camera with a lens that it traces."""
LINES = 400
FUNCTION_LINES = 60
KERNEL_LINES = 90
"""A kernel is one loop that numba compiles as a whole: it may be longer."""


def name(path: Path) -> str:
    return path.relative_to(SOURCE).as_posix()


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def calls(path: Path) -> Iterator[tuple[int, str]]:
    """Line and dotted name of each call in a file."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            yield node.lineno, ast.unparse(node.func)


def lines(function: ast.FunctionDef) -> int:
    return (function.end_lineno or 0) - function.body[0].lineno + 1


def limit(function: ast.FunctionDef) -> int:
    decorators = {ast.unparse(decorator) for decorator in function.decorator_list}
    return KERNEL_LINES if "kernel" in decorators else FUNCTION_LINES


def imported(*modules: str) -> set[str]:
    """The heavy packages that a new process has loaded after it imported the modules."""
    program = (
        "import importlib, sys\n"
        f"for name in {modules!r}: importlib.import_module(name)\n"
        f"print(*[name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def module(path: Path) -> str:
    parts = path.relative_to(SOURCE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def test_imports_go_down_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert lint_imports(no_cache=True, no_logo=True) == 0


@pytest.mark.parametrize("path", FILES, ids=name)
def test_library_does_not_print(path: Path) -> None:
    if path.relative_to(SOURCE).parts[0] != "cli":
        assert [line for line, called in calls(path) if called == "print"] == []


@pytest.mark.parametrize("path", FILES, ids=name)
def test_randomness_has_a_seed(path: Path) -> None:
    """No ambient generator: not NumPy's global one, not the standard library's, none without a seed."""
    found = [
        ast.unparse(node)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and "random" in ast.unparse(node.func).split(".")[:-1]
        if ast.unparse(node.func).split(".")[-1] not in {"default_rng", "Generator", "Philox", "PCG64"}
        or not (node.args or node.keywords)
    ]
    imports = [node for node in ast.walk(tree(path)) if isinstance(node, ast.Import)]
    assert found == []
    assert "random" not in {alias.name for node in imports for alias in node.names}


@pytest.mark.parametrize("path", FILES, ids=name)
def test_io_alone_touches_the_disk(path: Path) -> None:
    if path.relative_to(SOURCE).parts[0] in MAY_TOUCH_DISK or name(path) in (RESOURCES, COMPILED):
        return
    assert [(line, called) for line, called in calls(path) if called.split(".")[-1] in DISK] == []


@pytest.mark.parametrize("path", FILES, ids=name)
def test_a_file_is_read_in_one_sitting(path: Path) -> None:
    assert path.stem not in VAGUE
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LINES
    long = [
        node.name
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef) and lines(node) > limit(node)
    ]
    assert long == []


def test_nouns_are_light_to_import() -> None:
    assert imported(*LIGHT) == set()


def test_command_line_is_light_to_import() -> None:
    assert imported("lichtbild.cli.main") == set()


def test_developing_never_imports_jax() -> None:
    """Definitions find JAX through their argument: only what traces lenses imports it."""
    lenses = [path for path in FILES if path.parts[len(SOURCE.parts)] == "optics" or name(path) in TRACING]
    nouns = [SOURCE / "optics" / f"{noun}.py" for noun in ("lens", "surface", "medium", "scalar", "media")]
    modules = [
        module(path) for path in FILES if path.name != "__main__.py" and (path not in lenses or path in nouns)
    ]
    assert "jax" not in imported(*modules)
