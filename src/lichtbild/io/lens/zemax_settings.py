"""The lines of a Zemax file that speak of the whole system, by their keywords."""

from lichtbild.io.lens.zemax_number import Scale
from lichtbild.io.lens.zemax_text import Line


class Settings:
    """The system's lines by their keywords; of several with one, the first counts.

    Args:
        lines: of the system.
    """

    def __init__(self, lines: tuple[Line, ...]) -> None:
        self.lines = lines
        self.by_key: dict[str, Line] = {line.key: line for line in reversed(lines)}

    def line(self, *keys: str) -> Line | None:
        """The line of the first of some keywords that is there."""
        return next((self.by_key[key] for key in keys if key in self.by_key), None)

    def words(self, *keys: str) -> tuple[str, ...]:
        """The values of the first of some keywords that is there; none where none is."""
        line = self.line(*keys)
        return line.words if line else ()

    def text(self, key: str) -> str:
        """What follows a keyword, as text."""
        line = self.line(key)
        return line.text.strip() if line else ""

    def numbers(self, keys: tuple[str, ...], number: int, scale: Scale, default: float) -> list[float]:
        """The first numbers of a list; a default where the file has no such list.

        Raises:
            BadInput: the list is shorter, or holds what is no number.
        """
        line = self.line(*keys)
        if line is None:
            return [default] * number
        with line.blamed():
            return [scale.read(line.word(index)) for index in range(number)]
