"""The catalogue: phone lenses and classic photographic lenses of published patents, by name."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from lichtbild.core.errors import BadInput
from lichtbild.core.resources import names, read
from lichtbild.io.lens.nearest import nearest
from lichtbild.io.lens.toml import loads
from lichtbild.optics.lens import Lens

_FOLDER = ("optics", "catalogue", "lenses")
_SUFFIX = ".toml"


@cache
def catalogue_names() -> tuple[str, ...]:
    """The names of the lenses in the catalogue, in order."""
    return tuple(name.removesuffix(_SUFFIX) for name in names(*_FOLDER) if name.endswith(_SUFFIX))


@cache
def catalogue_lens(name: str) -> Lens:
    """A lens of the catalogue.

    Raises:
        BadInput: there is none of that name; the sentence has the nearest ones.
    """
    if name not in catalogue_names():
        raise BadInput(
            f"the catalogue has no lens '{name[:80]}'; {nearest(name, catalogue_names())}, "
            f"and all are {', '.join(catalogue_names())}"
        )
    return loads(read(*_FOLDER, f"{name}{_SUFFIX}").decode("utf-8"))


@cache
def catalogue() -> Mapping[str, Lens]:
    """All lenses of the catalogue by name."""
    return MappingProxyType({name: catalogue_lens(name) for name in catalogue_names()})
