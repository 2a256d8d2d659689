"""Lines: where in a look's file each of its keys stands, so that a message can name the line.

The text is valid TOML already; what is looked for are its headers, the keys at the beginning of a line, and
the tables that a list holds.
"""

import re
from typing import Final

Path = tuple[str | int, ...]
"""Of a key: the tables and keys that lead to it, and places in lists."""

_HEADER: Final = re.compile(r"\s*\[\s*([\w.\"' -]+?)\s*\]")
_KEY: Final = re.compile(r"\s*([\w.-]+|\"[^\"]*\"|'[^']*')\s*=")
_TOKEN: Final = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'[^']*'|#.*|[\[\]{}]")


def lines_of(text: str) -> dict[Path, int]:
    """The line, from 1, of each table, key, and table in a list.

    Args:
        text: TOML; strings of several lines are not told from others.
    """
    found: dict[Path, int] = {}
    table: Path = ()
    path: Path = ()
    depth = count = 0
    for number, line in enumerate(text.splitlines(), start=1):
        if depth == 0:
            if header := _HEADER.match(line):
                table = tuple(part.strip("\"' ") for part in header[1].split("."))
                found.setdefault(table, number)
                continue
            if key := _KEY.match(line):
                path, count = (*table, key[1].strip("\"'")), 0
                found.setdefault(path, number)
                line = line[key.end() :]
        for token in _TOKEN.findall(line):
            if token == "{" and depth == 1:
                found[(*path, count)] = number
                count += 1
            depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(token, 0)
    return found


def line_of(lines: dict[Path, int], *path: str | int) -> int:
    """The line of a key, or of the nearest table that would hold it; 1 where there is none."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)
