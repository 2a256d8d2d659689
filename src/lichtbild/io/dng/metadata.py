"""How a picture was taken, as the main, Exif and GPS directories of a DNG say.

Source: EXIF 2.32; TIFF/EP; DNG 1.7.1 chapter 2, "Metadata".
"""

from dataclasses import replace

from lichtbild.image.metadata import Metadata
from lichtbild.io import exif
from lichtbild.io.dng.container import Container
from lichtbild.io.dng.tags import Tag


def read_metadata(container: Container) -> Metadata:
    """How the picture of a file was taken.

    Raises:
        BadFile: the Exif or GPS directory does not lie in the file.
    """
    main = container.main
    found = exif.metadata_of(main, container.below(Tag.ExifIFD), container.below(Tag.GPSIFD))
    return found if found.model else replace(found, model=main.text(Tag.UniqueCameraModel))
