"""What the TOML of a lens says about a medium or a coating."""

from lichtbild.io.lens.exact import plain, to_celsius, to_nm
from lichtbild.io.lens.toml_text import Pairs, array, inline, quoted
from lichtbild.optics.medium import Glass, MeasuredGlass, Medium, ModelGlass, Thermal, Transmission
from lichtbild.optics.surface import Coating


def medium_pairs(medium: Medium, key: str) -> Pairs:
    """Keys and values of a medium's table; its name only where the table's own key is another."""
    match medium:
        case ModelGlass(name=name):
            yield from _name(name, key)
            yield "index", plain(medium.index)
            yield "abbe", plain(medium.abbe)
            if medium.partial != 0.0:
                yield "partial", plain(medium.partial)
        case MeasuredGlass(name=name):
            yield from _name(name, key)
            yield "wavelengths_nm", array(medium.wavelengths, to_nm)
            yield "indices", array(medium.indices)
        case Glass(name=name):
            yield from _name(name, key)
            yield from _glass(medium)


def coating_pairs(coating: Coating, key: str) -> Pairs:
    """Keys and values of a coating's table; its name only where the table's own key is another."""
    yield from _name(coating.name, key)
    yield "wavelengths_nm", array(coating.wavelengths, to_nm)
    yield "reflectances", array(coating.reflectances)


def _name(name: str, key: str) -> Pairs:
    if name != key:
        yield "name", quoted(name)


def _glass(glass: Glass) -> Pairs:
    if glass.catalogue:
        yield "catalogue", quoted(glass.catalogue)
    yield "formula", str(glass.formula)
    yield "coefficients", array(glass.coefficients)
    if glass.band is not None:
        yield "band_nm", array(glass.band, to_nm)
    if glass.thermal is not None:
        yield "thermal", inline(_thermal(glass.thermal))
    if glass.transmission is not None:
        yield "transmission", inline(_transmission(glass.transmission))


def _thermal(thermal: Thermal) -> Pairs:
    yield "d", array(thermal.d)
    yield "e", array(thermal.e)
    if thermal.wavelength != 0.0:
        yield "wavelength_nm", to_nm(thermal.wavelength)
    if thermal.reference != 293.15:
        yield "reference_c", to_celsius(thermal.reference)
    if thermal.expansion != 0.0:
        yield "expansion", plain(thermal.expansion)


def _transmission(transmission: Transmission) -> Pairs:
    yield "wavelengths_nm", array(transmission.wavelengths, to_nm)
    yield "values", array(transmission.values)
    yield "thicknesses", array(transmission.thicknesses)
