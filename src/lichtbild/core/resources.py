"""The package's own catalogues and weights, as bytes."""

from importlib.resources import files


def read(room: str, *parts: str) -> bytes:
    """Bytes of a file that the package carries, such as ``read("look", "catalogue", "natural.toml")``.

    Raises:
        FileNotFoundError: the package carries no such file.
    """
    return files("lichtbild").joinpath(room, *parts).read_bytes()


def names(room: str, *parts: str) -> tuple[str, ...]:
    """Names of the files in a folder of the package, in order."""
    return tuple(sorted(entry.name for entry in files("lichtbild").joinpath(room, *parts).iterdir()))
