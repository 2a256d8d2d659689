"""Picture files (JPEG, PNG, TIFF, AVIF, HEIF) as display-referred input.

What is done to the pixels, and no more: they are turned upright; they are converted to the smallest of our
spaces that holds the file's own (a file without a profile is taken as sRGB); transparency is shown over
white, as a page would; grey becomes three equal planes; float samples are cut to 0 to 1.
"""

import logging
import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import imagecodecs
import numpy as np
import PIL.Image
from jaxtyping import Float

from lichtbild.core.errors import BadFile
from lichtbild.core.window import Extent, Window
from lichtbild.image.metadata import Metadata, Orientation
from lichtbild.image.picture import Picture
from lichtbild.io import exif
from lichtbild.io.dng.container import opened
from lichtbild.io.embedded_profile import converted

# tifffile logs what it finds wrong with a file; here that becomes the one sentence of a BadFile.
logging.getLogger("tifffile").addHandler(logging.NullHandler())

MOST_PIXELS: Final = 1 << 28
"""Larger pictures are refused: 268 megapixels are 3.2 GB of float samples."""

_MOST_BYTES_FROM_ONE: Final = 2048
"""No sample data of a sound PNG, or of a TIFF packed without a picture codec, grow more in decoding."""

_HEAD: Final = 1 << 16
_HDR: Final = (b"\x10", b"\x12")
_HEIF_BRANDS: Final = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")


@dataclass(frozen=True, eq=False)
class Decoded:
    """What a decoder gives: codes ``[row, column, plane]`` and what the file says about them."""

    codes: Any
    top: float
    profile: bytes | None
    metadata: Metadata
    premultiplied: bool = False


def kind_of(head: bytes) -> str:
    """The kind of picture that a file's first 32 bytes name: "jpeg", "png", "tiff", "avif", "heif" or ""."""
    if head[:3] == b"\xff\xd8\xff":
        return "jpeg"
    if head[:8] == b"\x89PNG\r\n\x1a\n":
        return "png"
    if head[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"):
        return "tiff"
    if head[4:8] == b"ftyp" and head[8:12] in (b"avif", b"avis"):
        return "avif"
    if head[4:8] == b"ftyp" and head[8:12] in _HEIF_BRANDS:
        return "avif" if b"avif" in head[16:32] else "heif"
    return ""


def read_picture(path: Path | str) -> Picture:
    """The picture in a file, upright, in the smallest of our spaces that holds its colours.

    Raises:
        BadFile: the file is damaged, too large, of another kind, or has samples we cannot read.
    """
    path = Path(path)
    decoders: dict[str, Callable[[Path], Decoded]] = {
        "jpeg": _pillow,
        "png": _png,
        "tiff": _tiff,
        "avif": _pillow,
        "heif": _heif,
    }
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
        kind = kind_of(head[:32])
        if not kind:
            raise BadFile(path, "is no JPEG, PNG, TIFF, AVIF or HEIF picture")
        if _is_rec2100(head, kind):
            raise BadFile(path, "holds light for HDR displays (Rec.2100); open one for common displays")
        # A damaged file makes decoders warn as well as fail; what matters is said in the error.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            decoded = decoders[kind](path)
    except BadFile:
        raise
    except Exception as error:  # decoders of third parties raise whatever they like on damaged bytes
        if isinstance(error, OSError) and error.strerror:
            raise BadFile(path, f"cannot be read ({error.strerror})") from error
        # Pillow's words for a file that it does not know are the path again.
        why = "" if isinstance(error, PIL.UnidentifiedImageError) else f" ({error})"
        raise BadFile(
            path, f"is damaged: its {kind.upper()} data cannot be decoded{why}; copy it again"
        ) from error
    return _picture(path, decoded)


def _is_rec2100(head: bytes, kind: str) -> bool:
    """Whether a file's colour codes name PQ or HLG (ITU-T H.273: 16 and 18)."""
    name, place = (b"cICP", 5) if kind == "png" else (b"colrnclx", 11)
    start = head.partition(b"IDAT")[0].find(name) if kind == "png" else head.find(name)
    return kind in ("png", "avif", "heif") and start >= 0 and head[start + place : start + place + 1] in _HDR


def _picture(path: Path, decoded: Decoded) -> Picture:
    samples = _unit(path, decoded.codes, decoded.top)
    planes = samples.shape[2]
    if planes not in (1, 2, 3, 4):
        raise BadFile(path, f"has {planes} planes; grey or RGB pictures can be read, with or without alpha")
    colour = samples[..., : 3 if planes > 2 else 1]
    colour, space = converted(colour, decoded.profile)
    if planes in (2, 4):
        alpha = samples[..., -1:]
        colour = (colour if decoded.premultiplied else colour * alpha) + (1 - alpha)
    colour = np.ascontiguousarray(upright(colour, decoded.metadata.orientation), np.float32)
    extent = Extent(*colour.shape[:2])
    metadata = replace(decoded.metadata, orientation=Orientation.NORMAL)
    bits = None if decoded.top == 1 else 8 if decoded.top < 256 else 16
    return Picture(colour, Window.whole(extent), extent, space, metadata, bits)


def upright(samples: Float[np.ndarray, "h w planes"], orientation: Orientation) -> Any:
    """The samples with rows and columns as the picture is looked at.

    Source: TIFF 6.0, Orientation (274): where row 0 and column 0 lie in the upright picture.
    """
    if orientation >= Orientation.TRANSPOSED:
        samples = samples.swapaxes(0, 1)
    flip_rows = orientation in (
        Orientation.HALF_TURN,
        Orientation.FLIPPED,
        Orientation.TRANSVERSED,
        Orientation.THREE_QUARTER_TURN,
    )
    flip_columns = orientation in (
        Orientation.MIRRORED,
        Orientation.HALF_TURN,
        Orientation.QUARTER_TURN,
        Orientation.TRANSVERSED,
    )
    return samples[:: -1 if flip_rows else 1, :: -1 if flip_columns else 1]


def _unit(path: Path, codes: Any, top: float) -> Float[np.ndarray, "h w planes"]:
    """Samples from 0 to 1."""
    codes = codes if codes.ndim == 3 else codes[..., None]
    if codes.dtype.kind == "f":
        if not np.isfinite(codes).all():
            raise BadFile(path, "holds samples that are no finite numbers; write it again without them")
        return np.asarray(codes.clip(0, 1), np.float32)
    return np.asarray(codes.astype(np.float32) / np.float32(top))


def _check_size(path: Path, width: int, height: int, packed: int | None = None) -> None:
    """Refuse what is too large to hold, or larger than the file's bytes can unpack to."""
    if width * height > MOST_PIXELS or not width * height:
        raise BadFile(
            path, f"claims {width} x {height} pixels; pictures of 1 to {MOST_PIXELS} pixels can be read"
        )
    if packed is not None and packed > _MOST_BYTES_FROM_ONE * path.stat().st_size:
        raise BadFile(path, f"is too short for the {width} x {height} pixels that it claims; copy it again")


def _pillow(path: Path) -> Decoded:
    with PIL.Image.open(path) as image:
        _check_size(path, *image.size)
        if image.mode in ("CMYK", "YCCK"):
            raise BadFile(path, "has CMYK samples; convert it to RGB first")
        if image.mode not in ("L", "LA", "RGB", "RGBA"):
            image_8 = image.convert("RGBA" if image.has_transparency_data else "RGB")
        else:
            image.load()
            image_8 = image
        metadata = exif.decode(image.getexif().tobytes())
        return Decoded(np.asarray(image_8), 255.0, image.info.get("icc_profile"), metadata)


def _png(path: Path) -> Decoded:
    with path.open("rb") as file:
        head = file.read(26)
    if len(head) < 26 or head[24] != 16:
        _check_size(path, *_png_size(head), packed=_png_bytes(head))
        return _pillow(path)
    _check_size(path, *_png_size(head), packed=_png_bytes(head))
    with PIL.Image.open(path) as image:
        image.verify()
    with PIL.Image.open(path) as image:
        profile, metadata = image.info.get("icc_profile"), exif.decode(image.getexif().tobytes())
    return Decoded(imagecodecs.png_decode(path.read_bytes()), 65535.0, profile, metadata)


def _png_size(head: bytes) -> tuple[int, int]:
    return int.from_bytes(head[16:20], "big"), int.from_bytes(head[20:24], "big")


def _png_bytes(head: bytes) -> int:
    """Bytes of all rows as they are packed."""
    width, height = _png_size(head)
    planes = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}.get(head[25] if len(head) > 25 else 0, 1)
    bits = head[24] if len(head) > 24 else 8
    return width * planes * bits // 8 * height


def _tiff(path: Path) -> Decoded:
    import tifffile  # raw files do not wait for it

    with tifffile.TiffFile(path) as file:
        page: Any = file.pages[0]
        _check_size(path, page.imagewidth, page.imagelength, _tiff_bytes(page))
        if page.photometric not in (0, 1, 2, 3, 6) or page.dtype is None or page.imagedepth != 1:
            raise BadFile(path, f"has {_photometric(page)} samples; convert it to grey or RGB first")
        codes = page.asarray()
        if page.planarconfig == 2 and codes.ndim == 3:
            codes = codes.transpose(1, 2, 0)
        codes = _tiff_codes(path, page, codes)
        profile = page.tags.valueof(34675)
        premultiplied = bool(page.extrasamples) and int(page.extrasamples[0]) == 1
    with opened(path) as source:
        metadata = exif.read(source)
    top = np.iinfo(codes.dtype).max if codes.dtype.kind == "u" else 1.0
    return Decoded(codes, float(top), profile, metadata, premultiplied)


def _tiff_codes(path: Path, page: Any, codes: Any) -> Any:
    """The codes as 8 or 16 bits or as floats, with white as the largest."""
    if page.photometric == 3:
        table = np.asarray(page.colormap).T
        return table[codes]
    if codes.dtype == bool:
        codes = codes.astype(np.uint8) * np.uint8(255)
    if codes.dtype.kind not in "uf":
        raise BadFile(path, f"has samples of type {codes.dtype}; unsigned integers or floats can be read")
    if page.photometric == 0:
        codes = np.iinfo(codes.dtype).max - codes if codes.dtype.kind == "u" else 1 - codes
    return codes


def _tiff_bytes(page: Any) -> int | None:
    """Bytes of the samples; None for codecs whose output has no bound."""
    if page.compression not in (1, 5, 8, 32773, 32946):
        return None
    return int(page.imagewidth * page.imagelength * page.samplesperpixel * page.bitspersample) // 8


def _photometric(page: Any) -> str:
    return str(getattr(page.photometric, "name", page.photometric))


def _heif(path: Path) -> Decoded:
    try:
        import pi_heif
    except ImportError as error:
        raise BadFile(path, "is a HEIF picture; reading one needs: pip install 'lichtbild[heif]'") from error
    image = pi_heif.open_heif(path, convert_hdr_to_8bit=False)
    _check_size(path, *image.size)
    # A copy: the decoder's memory goes with its image. Its rows may be longer than the picture's.
    codes = np.array(image)[:, : image.size[0]]
    metadata = exif.decode(image.info.get("exif") or b"")
    # More than 8 bits come shifted up to 16, with zeros below.
    bits = int(image.info.get("bit_depth", 8))
    top = 255.0 if codes.dtype == np.uint8 else float((1 << 16) - (1 << 16 - bits))
    # libheif has turned the pixels upright already, whatever EXIF says.
    return Decoded(
        codes, top, image.info.get("icc_profile"), replace(metadata, orientation=Orientation.NORMAL)
    )
