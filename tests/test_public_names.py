"""The public names are those of tests/public_names.txt: none comes or goes unseen.

After a change that is meant, write the list anew and commit it with the change::

    python tests/test_public_names.py
"""

import ast
from collections.abc import Iterator
from pathlib import Path

SOURCE = Path(__file__).parents[1] / "src"
LIST = Path(__file__).with_name("public_names.txt")
INNER = {"cli", "kernels"}


def public_names() -> Iterator[str]:
    """Each public class, function and constant, as module:name, in order."""
    for path in sorted(SOURCE.rglob("*.py")):
        parts = path.relative_to(SOURCE).with_suffix("").parts
        if INNER & set(parts) or any(part.startswith("_") and part != "__init__" for part in parts):
            continue
        module = ".".join(part for part in parts if part != "__init__")
        names = sorted(set(defined(ast.parse(path.read_text(encoding="utf-8")))))
        yield from (f"{module}:{name}" for name in names if not name.startswith("_"))


def defined(tree: ast.Module) -> Iterator[str]:
    """Names that a module binds by itself, and those of its __all__."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            yield node.name
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                if isinstance(target, ast.Name) and target.id == "__all__":
                    yield from ast.literal_eval(node.value)  # type: ignore[arg-type]
                elif isinstance(target, ast.Name):
                    yield target.id


def test_public_names() -> None:
    listed = set(LIST.read_text(encoding="utf-8").split())
    found = set(public_names())
    assert found == listed, f"gone: {sorted(listed - found)}; new: {sorted(found - listed)}; {__doc__}"


if __name__ == "__main__":
    LIST.write_text("\n".join(public_names()) + "\n", encoding="utf-8")
