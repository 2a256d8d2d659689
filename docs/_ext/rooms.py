"""Directives that read the house itself, so that a page cannot forget a stage or an option."""

import subprocess
import sys
from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import Directive
from docutils.statemachine import StringList

ROOT = Path(__file__).parents[2]


class Stages(Directive):
    """Every public module of a room, documented by its own docstrings."""

    required_arguments = 1

    def run(self):
        room = self.arguments[0]
        files = sorted((ROOT / "src" / "lichtbild" / room).glob("*.py"))
        names = [file.stem for file in files if file.stem not in {"__init__", "recipe"}]
        parent = nodes.container()
        for name in names:
            lines = StringList(
                [f".. rubric:: {name}", "", f".. automodule:: lichtbild.{room}.{name}", "   :members:", ""]
            )
            self.state.nested_parse(lines, self.content_offset, parent)
        return parent.children


class HelpOf(Directive):
    """What ``lichtbild COMMAND --help`` says."""

    required_arguments = 1
    final_argument_whitespace = True

    def run(self):
        command = [
            sys.executable,
            "-c",
            "from lichtbild.cli.main import run; run()",
            *self.arguments[0].split(),
            "--help",
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=True, env={"COLUMNS": "100"})
        return [nodes.literal_block(text=done.stdout)]


class IncludeIfThere(Directive):
    """A measured table, or the word that it has not been measured yet."""

    required_arguments = 1

    def run(self):
        file = (ROOT / "docs" / self.arguments[0]).resolve()
        parent = nodes.container()
        text = file.read_text(encoding="utf-8") if file.is_file() else "*Not measured yet.*"
        self.state.nested_parse(StringList(text.splitlines()), self.content_offset, parent)
        return parent.children


def setup(app):
    """Make the directives known."""
    app.add_directive("stages", Stages)
    app.add_directive("program-output-of", HelpOf)
    app.add_directive("include-if-there", IncludeIfThere)
    return {"parallel_read_safe": True}
