"""Look text: the TOML of a look with its numbers written in; comments, order and targets stay."""

from typing import Any

from lichtbild.look.style import GRAIN, NightCaps, Style


def with_numbers(text: str, style: Style) -> str:
    """The TOML of a look with the numbers of a style.

    A table that the text has keeps its place and its comments; a new one is put before the targets.

    Args:
        text: valid TOML.
        style: whose numbers are written; the weights of a filter that the text names follow from it.
    """
    import tomlkit
    from tomlkit.items import Table

    document: Any = tomlkit.parse(text)
    document.setdefault("schema", 1)
    targets = document.pop("targets", None)
    for part, numbers in tables(style).items():
        if part not in document:
            document[part] = tomlkit.table()
        table = document[part]
        assert isinstance(table, Table)
        if part == "monochrome" and "filter" in table and "weights" not in table:
            # Weights beside a filter win, so that another filter would no longer change anything.
            continue
        for key, value in numbers.items():
            table[key] = value
    if targets is not None:
        document["targets"] = targets
    return tomlkit.dumps(document)


def tables(style: Style) -> dict[str, dict[str, Any]]:
    """The numbers of a style by table, as a look's file has them."""
    view = {key: value for key, value in vars(style.view).items() if key != "headroom"}
    tone = {"lift_ev": style.local_tone.lift_ev, "tame_ev": style.local_tone.tame_ev}
    found: dict[str, dict[str, Any]] = {"view": view}
    if style.monochrome is not None:
        found["monochrome"] = {"weights": list(style.monochrome.weights)}
    if style.colour_mix is not None:
        mix = style.colour_mix
        found["colour_mix"] = {"chroma": list(mix.chroma), "hue_deg": list(mix.hue_deg)}
        if mix.skin is not None:
            found["skin"] = dict(vars(mix.skin))
    if style.tone_bath is not None:
        found["tone_bath"] = {key: list(value) for key, value in vars(style.tone_bath).items()}
    found |= {"local_tone": tone, "sharpening": dict(vars(style.sharpen))}
    if style.vignette is not None:
        found["vignette"] = dict(vars(style.vignette))
    if style.grain is not None:
        found["grain"] = {key: getattr(style.grain, key) for key in GRAIN}
    if style.night != NightCaps():
        found["night"] = dict(vars(style.night))
    if style.white_kelvin is not None:
        found["white"] = {"kelvin": style.white_kelvin}
    return found
