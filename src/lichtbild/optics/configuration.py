"""Settings of a lens: its configurations, and itself focused on another distance.

A path names one number of a lens as Python would: ``gaps[7].thickness``, ``aperture.value``, ``fields[0].y``,
``surfaces[3].departure.coefficients[1]``, ``gaps[2].medium.index``.
"""

import re
from dataclasses import fields, is_dataclass, replace
from typing import Any, Final, TypeAlias

from lichtbild.core.errors import BadInput
from lichtbild.optics.lens import Change, Configuration, Lens

Step: TypeAlias = str | int

_STEP: Final = re.compile(r"(?:^|\.)([A-Za-z_]\w*)|\[(\d+)\]")

_MAY_BE_NONE: Final = ("semi_aperture", "edge", "temperature")
"""Numbers that a lens may leave open and a configuration may then give."""


def configured(lens: Lens, which: str | int) -> Lens:
    """The lens in one of its configurations; it has no others any more.

    Args:
        lens: with configurations.
        which: name or index of one.

    Raises:
        BadInput: there is no such configuration, or it changes what the lens does not have.
    """
    setting = _configuration(lens, which)
    changed = lens
    for change in setting.changes:
        try:
            changed = with_change(changed, change)
        except BadInput as error:
            raise BadInput(f'configuration "{setting.name}": {error}') from None
    return replace(changed, configurations=())


def _configuration(lens: Lens, which: str | int) -> Configuration:
    settings = lens.configurations
    if isinstance(which, int):
        if 0 <= which < len(settings):
            return settings[which]
        raise BadInput(
            f"the lens has no configuration {which}; it has {_counted(len(settings), 'configuration')}"
        )
    for setting in settings:
        if setting.name == which:
            return setting
    names = ", ".join(f'"{setting.name}"' for setting in settings) or "none"
    raise BadInput(f'the lens has no configuration "{which}"; its configurations are: {names}')


def with_change(lens: Lens, change: Change) -> Lens:
    """The lens with one number changed.

    Raises:
        BadInput: the path leads nowhere, or to what is no number.
    """
    changed: Lens = _with(lens, parsed(change.path), 0, change)
    return changed


def value_at(lens: Lens, path: str) -> Any:
    """The number that a path leads to, None where the lens leaves it open.

    Raises:
        BadInput: the path leads nowhere, or to what is no number.
    """
    value: Any = lens
    steps = parsed(path)
    for position in range(len(steps)):
        value = _below(value, steps, position, path)
    _check_number(value, steps, path)
    return value


def parsed(path: str) -> tuple[Step, ...]:
    """Names and indices of a path.

    Raises:
        BadInput: it is no path.
    """
    steps: list[Step] = []
    place = 0
    while place < len(path):
        found = _STEP.match(path, place)
        if found is None or (place > 0) != (path[place] in ".["):
            break
        steps.append(found[1] if found[1] is not None else int(found[2]))
        place = found.end()
    if place < len(path) or not steps:
        raise BadInput(f'"{path}" is no path to a number of a lens; write one such as gaps[7].thickness')
    return tuple(steps)


def _with(value: Any, steps: tuple[Step, ...], position: int, change: Change) -> Any:
    """A part of the lens with the rest of the path's number changed."""
    if position == len(steps):
        _check_number(value, steps, change.path)
        return change.value
    step = steps[position]
    inner = _with(_below(value, steps, position, change.path), steps, position + 1, change)
    if isinstance(step, int):
        return (*value[:step], inner, *value[step + 1 :])
    return replace(value, **{step: inner})


def _below(value: Any, steps: tuple[Step, ...], position: int, path: str) -> Any:
    """What one step of a path leads to."""
    step, here = steps[position], written(steps[:position]) or "the lens"
    if isinstance(step, int):
        if not isinstance(value, tuple):
            raise BadInput(f"{path}: {here} is no list, so that [{step}] leads nowhere; {_offer(value)}")
        if step >= len(value):
            raise BadInput(
                f"{path}: {here} has {_counted(len(value), 'entry')}, so that [{step}] leads nowhere"
            )
        return value[step]
    if step not in _names(value):
        raise BadInput(f'{path}: {here} has no number "{step}"; {_offer(value)}')
    return getattr(value, step)


def _check_number(value: Any, steps: tuple[Step, ...], path: str) -> None:
    if value is None and steps[-1] in _MAY_BE_NONE:
        return
    if value is None or isinstance(value, str | tuple | bool) or is_dataclass(value):
        raise BadInput(f"{path} is no number that a configuration can change; {_offer(value)}")


def _names(value: Any) -> tuple[str, ...]:
    """Fields that hold numbers, or lead to them."""
    if not is_dataclass(value):
        return ()
    return tuple(field.name for field in fields(value) if not field.metadata.get("static"))


def _offer(value: Any) -> str:
    """What a path can go on with."""
    if names := _names(value):
        return f"it has {', '.join(names)}"
    if value is None:
        return "the lens has none there"
    if isinstance(value, tuple):
        return f"it is a list of {_counted(len(value), 'entry')}"
    return "it has nothing inside"


def written(steps: tuple[Step, ...]) -> str:
    """The path of some names and indices."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
    return text.removeprefix(".")


def _counted(number: int, what: str) -> str:
    if number == 0:
        return {"entry": "no entries"}.get(what, f"no {what}s")
    if number == 1:
        return f"one {what}, 0"
    plural = {"entry": "entries"}.get(what, f"{what}s")
    return f"{number} {plural}, 0 to {number - 1}"
