"""Measured tables, as the documentation shows them."""

import os
import platform
import subprocess
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parents[1]


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Rows as a Markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def write(name: str, *paragraphs: str) -> None:
    """Show what was measured, and keep it with date, commit and machine in ``results/NAME.md``."""
    text = "\n\n".join([*paragraphs, f"{_when()}, {_machine()}."]) + "\n"
    sys.stdout.write(text)
    place = Path(__file__).parent / "results" / f"{name}.md"
    place.parent.mkdir(exist_ok=True)
    place.write_text(text, encoding="utf-8")


def _when() -> str:
    said = subprocess.run(["git", "-C", ROOT, "rev-parse", "--short", "HEAD"], capture_output=True, text=True)
    return f"{datetime.now(UTC):%Y-%m-%d}, commit {said.stdout.strip() or 'unknown'}"


def _machine() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    names = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
    processor = names[0] if names else platform.processor() or platform.machine()
    return f"{processor}, {os.cpu_count()} cores, Python {platform.python_version()}"
