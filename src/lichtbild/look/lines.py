"""Lines: where in a look's file each of its keys stands, so that a message can name the line.

The text is valid TOML already; what is looked for are its headers, the keys at the beginning of a line, and
the tables that a list holds.
"""

import re
from typing import Final

Path = tuple[str | int, ...]
"""Of a key: the tables and keys that lead to it, and places in lists."""

_PART: Final = r"(?:[\w-]+|\"[^\"]*\"|'[^']*')"
_NAME: Final = rf"({_PART}(?:\s*\.\s*{_PART})*)"
_HEADER: Final = re.compile(rf"\s*(\[\[?)\s*{_NAME}\s*\]")
_KEY: Final = re.compile(rf"\s*{_NAME}\s*=")
_TOKEN: Final = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'[^']*'|#.*|[\[\]{}]")


def lines_of(text: str) -> dict[Path, int]:
    """The line, from 1, of each table, key, and table in a list.

    Args:
        text: TOML; strings of several lines are not told from others.
    """
    found: dict[Path, int] = {}
    counts: dict[Path, int] = {}
    table: Path = ()
    path: Path = ()
    depth = count = 0
    for number, line in enumerate(text.splitlines(), start=1):
        if depth == 0:
            if header := _HEADER.match(line):
                table = _table(_parts(header[2]), header[1] == "[[", counts)
                _put(found, table, number)
                continue
            if key := _KEY.match(line):
                path, count = (*table, *_parts(key[1])), 0
                _put(found, path, number)
                line = line[key.end() :]
        for token in _TOKEN.findall(line):
            if token == "{" and depth == 1:
                found[(*path, count)] = number
                count += 1
            depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(token, 0)
    return found


def _parts(name: str) -> Path:
    """The keys of a dotted name, without quotes."""
    return tuple(part.strip("\"'") for part in re.findall(_PART, name))


def _table(named: Path, is_one_more: bool, counts: dict[Path, int]) -> Path:
    """The path of a header's table; within a list it is in the last table that the list has so far."""
    path: Path = ()
    for depth, part in enumerate(named, start=1):
        path = (*path, part)
        if is_one_more and depth == len(named):
            counts[path] = counts.get(path, 0) + 1
        if path in counts:
            path = (*path, counts[path] - 1)
    return path


def _put(found: dict[Path, int], path: Path, number: int) -> None:
    """The line for a path, and for all that lead to it and stand nowhere themselves."""
    for depth in range(1, len(path) + 1):
        found.setdefault(path[:depth], number)


def line_of(lines: dict[Path, int], *path: str | int) -> int:
    """The line of a key, or of the nearest table that would hold it; 1 where there is none."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)
