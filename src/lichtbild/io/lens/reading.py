"""Reading: a lens as a file gives it, and what the file says beyond it."""

from dataclasses import dataclass

from lichtbild.optics.lens import Lens


@dataclass(frozen=True)
class Reading:
    """What came of reading a lens file.

    Args:
        lens: as in the file, in mm.
        findings: one sentence for each thing of the file that the lens does not hold or that was understood
            in one of several ways; empty where all of it is there.
    """

    lens: Lens
    findings: tuple[str, ...] = ()
