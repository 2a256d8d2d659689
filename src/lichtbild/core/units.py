"""Lengths inside Lichtbild are millimetres; these helpers say so at the place where a number enters."""


def nm(value: float) -> float:
    """A length given in nanometres, in mm.

    >>> nm(550)
    0.00055
    """
    return value / 1e6


def um(value: float) -> float:
    """A length given in micrometres, in mm.

    >>> um(1500)
    1.5
    """
    return value / 1e3
