"""Inks of figures: names of colours, and what a theme makes of them.

The series are those of Okabe and Ito, told apart by readers who are blind to one of the primaries, darkened
on white paper and lightened on a dark screen until a thin line of each stands out; dashes tell them apart
without any colour.

Source: Okabe and Ito, "Color Universal Design" (2008), figure 16.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

import numpy as np


class Ink(StrEnum):
    """What a colour is for."""

    INK = "ink"
    MUTED = "muted"
    RULE = "rule"
    GRID = "grid"
    PAPER = "paper"
    PANEL = "panel"
    GLASS = "glass"
    DENSE_GLASS = "dense-glass"
    PLATE = "plate"
    OUTLINE = "outline"
    ACCENT = "accent"
    BLUE = "blue"
    VERMILION = "vermilion"
    GREEN = "green"
    PURPLE = "purple"
    AMBER = "amber"
    SKY = "sky"
    BROWN = "brown"


LIGHT: Mapping[Ink, str] = MappingProxyType(
    {
        Ink.INK: "#1d2430",
        Ink.MUTED: "#5d6878",
        Ink.RULE: "#9aa4b2",
        Ink.GRID: "#e6e9ee",
        Ink.PAPER: "#ffffff",
        Ink.PANEL: "#f6f7f9",
        Ink.GLASS: "#dcebf7",
        Ink.DENSE_GLASS: "#cfd9ee",
        Ink.PLATE: "#e3efe6",
        Ink.OUTLINE: "#3f5a78",
        Ink.ACCENT: "#0b5cad",
        Ink.BLUE: "#0067a8",
        Ink.VERMILION: "#cf4f00",
        Ink.GREEN: "#008a63",
        Ink.PURPLE: "#b0568f",
        Ink.AMBER: "#bd8500",
        Ink.SKY: "#3d9bd1",
        Ink.BROWN: "#7a5c46",
    }
)
"""On white paper."""

DARK: Mapping[Ink, str] = MappingProxyType(
    {
        Ink.INK: "#e4e8ee",
        Ink.MUTED: "#9da8b7",
        Ink.RULE: "#5d6878",
        Ink.GRID: "#29303a",
        Ink.PAPER: "#14181e",
        Ink.PANEL: "#1b2028",
        Ink.GLASS: "#24384c",
        Ink.DENSE_GLASS: "#2d3654",
        Ink.PLATE: "#243d33",
        Ink.OUTLINE: "#9bb9d6",
        Ink.ACCENT: "#6db3f2",
        Ink.BLUE: "#4aa8e8",
        Ink.VERMILION: "#f2803c",
        Ink.GREEN: "#2fc197",
        Ink.PURPLE: "#dd8fc0",
        Ink.AMBER: "#e8b33e",
        Ink.SKY: "#8ccdf2",
        Ink.BROWN: "#bb9a80",
    }
)
"""On a dark screen."""

PAGE: Mapping[Ink, str] = MappingProxyType({ink: f"var(--{ink.value})" for ink in Ink})
"""As the page around it says; see `lichtbild.figure.page`."""

SERIES = (Ink.BLUE, Ink.VERMILION, Ink.GREEN, Ink.PURPLE, Ink.AMBER, Ink.SKY, Ink.BROWN, Ink.INK)
DASHES: tuple[str | None, ...] = (None, "6 3", "2 2.5", "9 3 2 3", "12 4", "4 2 1.5 2 1.5 2")


def series_ink(index: int) -> Ink:
    """The ink of a series, counted from 0."""
    return SERIES[index % len(SERIES)]


def dash(index: int) -> str | None:
    """The dash pattern of a series, counted from 0; the first one is solid."""
    return DASHES[index % len(DASHES)]


WAVES: tuple[tuple[float, Ink], ...] = (
    (460e-6, Ink.PURPLE),
    (510e-6, Ink.BLUE),
    (592e-6, Ink.GREEN),
    (625e-6, Ink.AMBER),
    (700e-6, Ink.VERMILION),
)
"""Each ink reaches up to its wavelength, mm."""


def wavelength_inks(wavelengths: np.ndarray) -> tuple[Ink, ...]:
    """An ink for each wavelength (mm), near its colour: F blue, d green, C vermilion, all different.

    Neighbours in one band take the next free series, so that no two lines of a plot look alike as long as
    there are no more of them than series.
    """
    found: dict[int, Ink] = {}
    for index in np.argsort(np.asarray(wavelengths, dtype=float), kind="stable").tolist():
        wanted = next((ink for limit, ink in WAVES if wavelengths[index] < limit), Ink.BROWN)
        spare = [ink for ink in (wanted, *SERIES) if ink not in found.values()]
        found[index] = spare[0] if spare else wanted
    return tuple(found[index] for index in range(len(found)))
