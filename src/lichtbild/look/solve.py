"""Solve: the numbers of a look from its targets, and the targets that cannot be met together.

::

    tone        contrast, skew, grey, black, and a toe or shoulder as needed    `tone_fit`
    purity      outset, for the mean chroma                                     `colour_fit`
    colours     chroma and shift at twelve hues, shift of skin                    `colour_fit`
    tint        the tone bath, through the tints at their lightness
    vignette    corner, exponent and share of the lens, in closed form            `vignette_fit`
    local tone  four fifths of the lift that is allowed
    sharpening  the overshoot that is allowed

What no target decides (inset, hue preservation, taming, radius and noise of sharpening, and so on) stays as
the file has it. The result is measured through its stages. Where a target is missed, targets are sought that
no fit meets together, and of which none can be left out: one after another is left out, and whatever can be
while the rest still fails is no part of the conflict (deletion filter: Chinneck and Dravnieks, "Locating
minimal infeasible constraint sets in linear programs", ORSA Journal on Computing 3, 157 (1991)). Such a set
is irreducible and need not be the smallest. Tone and colour may each have one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final

from lichtbild.core.errors import BadInput
from lichtbild.look import colour_fit, tone_fit
from lichtbild.look.colour_fit import fit_mix, fit_outset
from lichtbild.look.colour_mix import ColourMix
from lichtbild.look.local_tone import ToneTargets
from lichtbild.look.reached import Reached, measured, reached
from lichtbild.look.sharpen import Sharpen
from lichtbild.look.style import LOCAL_TONE, Style, has_numbers, parse, parse_optional
from lichtbild.look.targets import Aim, Targets, parse_targets
from lichtbild.look.tone_bath import ToneBath
from lichtbild.look.tone_fit import fit_view
from lichtbild.look.view import ViewTransform
from lichtbild.look.vignette_fit import fit_vignette

PLAIN: Final = Style(
    ViewTransform(1.5, 1.0, 0.184, 0.0005, inset=0.15, outset=1.0, preserve_hue=0.9),
    ToneTargets(0.3, 0.2),
    Sharpen(1.0, 0.8, 0.05, 0.008),
)
"""What a look without numbers begins from."""

LIFT_SHARE: Final = 0.8
"""Share of the lift that is allowed which a look takes."""
TAME_SHARE: Final = 0.6
"""Taming of highlights as a share of the lift, in a look that does not say."""
AMOUNT: Final = 20.0
"""Amount of sharpening for each unit of overshoot, in a look that does not say."""


@dataclass(frozen=True)
class Solution:
    """A solved look.

    Attributes:
        style: its numbers.
        reached: every target, and what the numbers reach.
        conflict: targets that cannot be met together, of tone and of colour, none of which can be left out;
            and what is missed for itself. Empty where all are met.
    """

    style: Style
    reached: tuple[Reached, ...]
    conflict: tuple[Aim, ...] = ()


@cache
def read(text: bytes, name: str) -> Style:
    """The style of a look's TOML, solved where the file holds targets and no numbers.

    Args:
        text: the file's bytes.
        name: how to call it in messages.

    Raises:
        BadInput: it is no look, its targets cannot be met together, or it has to be solved and SciPy is not
            installed.
    """
    if has_numbers(text, name):
        return parse(text, name)
    solution = solved(text, name)
    refuse_conflict(solution, name)
    return solution.style


def solved(text: bytes, name: str) -> Solution:
    """A look solved from the targets in its TOML; numbers that no target decides stay as they are.

    Args:
        text: the file's bytes.
        name: how to call it in messages.

    Raises:
        BadInput: it is no look, a target is impossible, or SciPy is not installed.
    """
    targets = parse_targets(text, name)
    style = solve(targets, parse_optional(text, name, PLAIN))
    found = reached(style, targets)
    missed = [one.aim for one in found if not one.is_met]
    return Solution(style, found, _conflict(targets, style, missed) if missed else ())


def refuse_conflict(solution: Solution, name: str) -> None:
    """Nothing, if a solved look meets all its targets.

    Raises:
        BadInput: it does not; the message names the targets that cannot be met together, and their lines.
    """
    if not solution.conflict:
        return
    named = ", ".join(f"{aim.name} {aim.wanted:g} (line {aim.line})" for aim in solution.conflict)
    together = "these targets together" if len(solution.conflict) > 1 else "this target"
    raise BadInput(f"look '{name}' cannot reach {together}: {named}; change one or widen its tolerance")


def solve(targets: Targets, plain: Style) -> Style:
    """The style nearest to targets, each counted in its tolerance.

    Args:
        targets: what is to be reached.
        plain: numbers that no target decides.

    Raises:
        BadInput: SciPy is not installed.
    """
    view = fit_view(targets.aims, plain.view)
    view = fit_outset(targets.aims, view)
    mix = plain.colour_mix
    if targets.of("chroma"):
        mix = _rounded_mix(fit_mix(targets.aims, view))
    return replace(
        plain,
        view=_rounded(view),
        colour_mix=mix,
        tone_bath=_bath(targets) or plain.tone_bath,
        local_tone=_local_tone(targets, plain.local_tone),
        sharpen=_sharpen(targets, plain.sharpen),
        vignette=fit_vignette(targets.of("vignette"), plain.vignette),
    )


def _bath(targets: Targets) -> ToneBath | None:
    """The tone bath through the tints; black, white and what lies in the other half are left alone."""
    points: dict[float, dict[str, float]] = {}
    for aim in targets.of("tint_a", "tint_b"):
        points.setdefault(aim.at, {})[aim.measure] = aim.wanted
    if not points:
        return None
    if min(points) > 60:
        points[50.0] = {"tint_a": 0.0, "tint_b": 0.0}
    if max(points) < 40:
        points[60.0] = {"tint_a": 0.0, "tint_b": 0.0}
    at = [(light, points[light]["tint_a"], points[light]["tint_b"]) for light in sorted(points)]
    bath = ToneBath.through(at)
    a, b = (tuple(round(value, 3) for value in line) for line in (bath.a, bath.b))
    return ToneBath(a, b)


def _local_tone(targets: Targets, plain: ToneTargets) -> ToneTargets:
    """What the look wants of local tone, with so much of the lift that is allowed, as it is measured."""
    limits = targets.of("lift")
    if not limits:
        return plain
    wanted, most = LIFT_SHARE * limits[0].high, LOCAL_TONE["lift_ev"][1]
    probe = replace(PLAIN, local_tone=ToneTargets(most, 0.0))
    gain = measured(probe, limits[0]) / most
    lift = round(min(wanted / gain, most), 3)
    tame = plain.tame_ev if plain is not PLAIN.local_tone else round(TAME_SHARE * lift, 3)
    return replace(plain, lift_ev=lift, tame_ev=tame)


def _sharpen(targets: Targets, plain: Sharpen) -> Sharpen:
    limits = targets.of("overshoot")
    if not limits:
        return plain
    limit = limits[0].high
    amount = plain.amount if plain is not PLAIN.sharpen else round(AMOUNT * limit, 3)
    return replace(plain, overshoot=limit, amount=amount)


def _conflict(targets: Targets, style: Style, missed: Sequence[Aim]) -> tuple[Aim, ...]:
    """Targets of each kind that cannot be met together, irreducible, and what is missed for itself."""
    of_tone = _irreducible(targets.of(*tone_fit.MEASURES), missed, _fails_in_tone(style))
    if of_tone:
        # Colours are judged by a tone that can be had, not by one that is bent between targets.
        rest = [aim for aim in targets.aims if aim not in of_tone]
        style = replace(style, view=fit_outset(rest, fit_view(rest, style.view)))
    of_colour = _irreducible(targets.of(*colour_fit.MEASURES), missed, _fails_in_colour(style))
    fitted = (*tone_fit.MEASURES, *colour_fit.MEASURES)
    others = [aim for aim in missed if aim.measure not in fitted]
    return (*of_tone, *of_colour, *others) or tuple(missed)


def _irreducible(
    aims: Sequence[Aim], missed: Sequence[Aim], fails: Callable[[Sequence[Aim]], bool]
) -> tuple[Aim, ...]:
    """Of the targets of a kind those that fail together; none where none is missed, or they can be met."""
    kept = list(aims)
    if not any(aim in missed for aim in kept) or not fails(kept):
        return ()
    # In groups first, since most targets have no part in a conflict.
    for count in (len(kept) // 4, len(kept) // 8, 1):
        kept = _thinned(kept, fails, max(1, count))
    return tuple(kept)


def _thinned(kept: list[Aim], fails: Callable[[Sequence[Aim]], bool], count: int) -> list[Aim]:
    """The targets without those groups of so many that can be left out while the rest still fails."""
    start = 0
    while start < len(kept):
        rest = kept[:start] + kept[start + count :]
        if rest and fails(rest):
            kept = rest
        else:
            start += count
    return kept


def _fails_in_tone(style: Style) -> Callable[[Sequence[Aim]], bool]:
    def fails(aims: Sequence[Aim]) -> bool:
        view = fit_view(aims, style.view)
        return _misses(replace(PLAIN, view=view), aims)

    return fails


def _fails_in_colour(style: Style) -> Callable[[Sequence[Aim]], bool]:
    def fails(aims: Sequence[Aim]) -> bool:
        mix = fit_mix(aims, style.view)
        return _misses(replace(PLAIN, view=style.view, colour_mix=mix), aims)

    return fails


def _misses(style: Style, aims: Sequence[Aim]) -> bool:
    return not all(aim.is_met(measured(style, aim)) for aim in aims)


def _rounded(view: ViewTransform) -> ViewTransform:
    """The view transform with six digits a number, as a file holds it."""
    held: dict[str, Any] = {key: float(f"{value:.6g}") for key, value in vars(view).items()}
    return ViewTransform(**held)


def _rounded_mix(mix: ColourMix) -> ColourMix:
    """The colour mix with four digits behind the point."""
    chroma, hue = (tuple(round(value, 4) for value in values) for values in (mix.chroma, mix.hue_deg))
    skin = mix.skin and replace(mix.skin, hue_deg=round(mix.skin.hue_deg, 3))
    return ColourMix(chroma, hue, skin)
