"""Glasses in a CODE V sequence: by name, by index and Abbe number, or as the file's own."""

from collections.abc import Iterator

from lichtbild.core.errors import BadInput
from lichtbild.io.lens.codev_write_surface import text_word
from lichtbild.io.lens.exact import plain, to_nm
from lichtbild.optics.lens import Lens
from lichtbild.optics.media import find
from lichtbild.optics.medium import Air, Glass, MeasuredGlass, Medium, ModelGlass


def glass_words(lens: Lens, gap: int) -> list[str]:
    """The words that name what fills a gap; none for air.

    Raises:
        BadInput: it has no place in a .seq file.
    """
    medium = lens.gaps[gap].medium
    match medium:
        case Air():
            return []
        case ModelGlass(partial=partial) if partial != 0.0:
            raise BadInput(
                f"gap {gap}: the partial dispersion of a model glass has no place in a .seq file; make it 0, "
                "or write TOML"
            )
        case ModelGlass():
            return [fictitious(medium.index, medium.abbe)]
        case _:
            return [_name(medium) or text_word(_private_names(lens)[medium])]


def fictitious(index: float, abbe: float) -> str:
    """A glass by its numbers: 517000.641700 is 1.517 and 64.17; 1.05:9.5 where that form cannot hold them."""
    n, v = plain(index), plain(abbe)
    if not (1.1 <= index < 2.0 and 10.0 <= abbe < 100.0):
        return f"{n}:{v}"
    return f"{n[2:]:0<6}.{v.replace('.', ''):0<6}"


def private_lines(lens: Lens) -> Iterator[str]:
    """The private glasses: those that no catalogue has, by their indices.

    Media of a dispersion formula that CODE V's catalogues may not have are given at the lens's wavelengths.
    """
    names = _private_names(lens)
    if not names:
        return
    yield "PRV"
    for medium, name in names.items():
        wavelengths, indices = _samples(medium, lens)
        yield f"  PWL {' '.join(to_nm(wavelength) for wavelength in wavelengths)}"
        yield f"  {text_word(name)} {' '.join(plain(index) for index in indices)}"
    yield "END"


def _name(medium: Medium) -> str | None:
    """The name by which CODE V and our own table know a medium, such as NBK7_SCHOTT."""
    if not isinstance(medium, Glass):
        return None
    plain_name = "".join(letter for letter in medium.name if letter.isalnum())
    maker = "".join(letter for letter in medium.catalogue.upper() if letter.isalnum())
    for name in (f"{plain_name}_{maker}" if maker else plain_name, medium.name):
        try:
            if " " not in name and find(name) == medium:
                return name
        except BadInput:
            continue
    return None


def _private_names(lens: Lens) -> dict[Medium, str]:
    """Names of the media that the file has to describe."""
    media = dict.fromkeys(gap.medium for gap in lens.gaps)
    names: dict[Medium, str] = {}
    for medium in media:
        if isinstance(medium, Air | ModelGlass) or _name(medium) is not None:
            continue
        usual = text_word(medium.name)[1:-1].strip() or "GLASS"
        name, count = usual, 1
        while name.upper() in (known.upper() for known in names.values()):
            count += 1
            name = f"{usual}_{count}"
        names[medium] = name
    return names


def _samples(medium: Medium, lens: Lens) -> tuple[tuple[float, ...], tuple[float, ...]]:
    if isinstance(medium, MeasuredGlass):
        return medium.wavelengths, medium.indices
    from lichtbild.optics.glass import refractive_index

    indices = (refractive_index(medium, wave, lens.temperature, lens.pressure) for wave in lens.wavelengths)
    return lens.wavelengths, tuple(float(index) for index in indices)
