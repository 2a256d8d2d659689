"""The catalogue: phone lenses and classic photographic lenses of published patents, by name."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from lichtbild.io.catalogue import entry_names, entry_text
from lichtbild.io.lens.toml import loads
from lichtbild.optics.lens import Lens

_FOLDER = ("optics", "catalogue", "lenses")


@cache
def catalogue_names() -> tuple[str, ...]:
    """The names of the lenses in the catalogue, in order."""
    return entry_names(*_FOLDER)


@cache
def catalogue_lens(name: str) -> Lens:
    """A lens of the catalogue.

    Raises:
        BadInput: there is none of that name; the sentence has the nearest ones.
    """
    return loads(entry_text("lens", name, *_FOLDER))


@cache
def catalogue() -> Mapping[str, Lens]:
    """All lenses of the catalogue by name."""
    return MappingProxyType({name: catalogue_lens(name) for name in catalogue_names()})
