"""Noise parts: a variance as that of single pixels, of rows and of columns."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float


@dataclass(frozen=True)
class Parts:
    """A variance by what it is common to.

    Attributes:
        pixel: of each pixel alone.
        row: common to a row.
        column: common to a column.
    """

    pixel: float
    row: float
    column: float

    @property
    def total(self) -> float:
        """Variance over the pixels of all three together."""
        return self.pixel + self.row + self.column

    def without(self, other: "Parts", share: float) -> "Parts":
        """These parts less a share of others."""
        return Parts(
            self.pixel - share * other.pixel,
            self.row - share * other.row,
            self.column - share * other.column,
        )

    def freedom(self, height: int, width: int) -> float:
        """Independent numbers behind the total of a picture of that size.

        Source: Satterthwaite, "An approximate distribution of estimates of variance components" (Biometrics
        Bulletin 2, 1946), eq. 17.
        """
        spread = (
            self.pixel**2 / ((height - 1) * (width - 1))
            + max(self.row, 0.0) ** 2 / (height - 1)
            + max(self.column, 0.0) ** 2 / (width - 1)
        )
        return float(self.total**2 / spread) if spread > 0 else float(height * width)


def parts_of(picture: Float[np.ndarray, "h w"]) -> Parts:
    """The parts of a picture of mean 0 whose pixels, rows and columns are independent.

    Rows and columns without a mean of their own leave (h - 1) (w - 1) numbers; the mean of a row has the
    variance of the rows and a w-th of the pixels'.

    Source: EMVA Standard 1288 Release 4.0, section 8 (variances of rows, columns and pixels), from memory.
    """
    height, width = picture.shape
    rows, columns = picture.mean(axis=1), picture.mean(axis=0)
    alone = picture - rows[:, None] - columns
    pixel = float((alone**2).sum()) / ((height - 1) * (width - 1))
    return Parts(
        pixel,
        float((rows**2).sum()) / (height - 1) - pixel / width,
        float((columns**2).sum()) / (width - 1) - pixel / height,
    )
