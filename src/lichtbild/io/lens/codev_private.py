"""Private glasses of a CODE V sequence: indices at some wavelengths, between PRV and END."""

from dataclasses import dataclass, field
from itertools import pairwise

from lichtbild.core.errors import BadInput
from lichtbild.io.lens.codev_text import Command, Word, as_number, is_number
from lichtbild.io.lens.exact import from_nm
from lichtbild.optics.medium import MeasuredGlass, Medium


@dataclass
class Private:
    """The private glasses given so far, by name in capitals, and whether more follow."""

    glasses: dict[str, Medium] = field(default_factory=dict)
    is_open: bool = False
    wavelengths: tuple[float, ...] = ()

    def take(self, command: Command) -> None:
        """Take a command between PRV and END.

        Raises:
            BadInput: a glass has not one index for each wavelength of PWL.
        """
        if command.name == "PRV":
            self.is_open = True
        elif command.name == "END":
            self.is_open = False
        elif command.name == "PWL":
            self.wavelengths = tuple(as_number(word, from_nm) for word in command.words)
        else:
            self._glass(command.first, command.words)

    def _glass(self, name: Word, words: tuple[Word, ...]) -> None:
        if not words or not all(is_number(word) for word in words):
            raise BadInput(f"a private glass is a name and indices; '{name.text[:40]}' has something else")
        if len(words) != len(self.wavelengths):
            raise BadInput(
                f"the private glass '{name.text[:40]}' has {len(words)} indices for the "
                f"{len(self.wavelengths)} wavelengths of PWL"
            )
        pairs = sorted(zip(self.wavelengths, (as_number(word) for word in words), strict=True))
        if any(a[0] == b[0] for a, b in pairwise(pairs)) or pairs[0][0] <= 0.0:
            raise BadInput("the wavelengths of PWL are different from each other and larger than 0")
        rising, indices = tuple(wave for wave, _ in pairs), tuple(index for _, index in pairs)
        self.glasses[name.text.upper()] = MeasuredGlass(rising, indices, name.text)
