"""One small DNG of each kind: seeds for hostile changes."""

import struct
from collections.abc import Iterator

import imagecodecs
import numpy as np

from dng_files import (
    ASCII,
    DOUBLE,
    FLOAT,
    LONG,
    RATIONAL,
    SHORT,
    SRATIONAL,
    UNDEFINED,
    Builder,
    build,
    deflated,
    linear,
    lossless_jpeg,
    mosaic,
    packed,
    placed,
)
from lichtbild.io.dng.tags import Tag

TRUTH = np.random.default_rng(11).integers(0, 4096, (16, 24, 1)).astype(np.uint16)
RICH = {
    "ProfileToneCurve": (FLOAT, [0.0, 0.0, 1.0, 1.0]),
    "ProfileHueSatMapDims": (LONG, [2, 2, 1]),
    "ProfileHueSatMapData1": (FLOAT, [1.0] * 12),
    "OpcodeList3": (UNDEFINED, struct.pack(">IIIII4i", 1, 6, 0x01030000, 0, 16, 0, 0, 16, 24)),
    "DefaultCropSize": (RATIONAL, [(20, 1), (12, 1)]),
    "NoiseProfile": (DOUBLE, [1e-4, 1e-8]),
}
EXIF = {Tag.ExposureTime: (RATIONAL, [(1, 50)]), Tag.LensModel: (ASCII, "A lens")}
SPECTRUM = struct.pack("<HI4I", 1, 3, 400, 1, 100, 1) + struct.pack("<6I", 1, 1, 2, 1, 3, 1)
GAINS = struct.pack("<2I4dI5fI3f", 1, 2, 1, 1, 0, 0, 2, 0.3, 0.3, 0.4, 0, 0, 0, 1.0, 1.0, 2.0) + bytes(4)


def files() -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each file."""
    below = {Tag.ExifIFD: [(EXIF, [])]}
    jpeg, zipped = (SHORT, [7]), (SHORT, [8])
    yield "none", build(mosaic(16, 24, **RICH), [packed(TRUTH, 16)], below=below)
    yield "big", build(mosaic(16, 24, **RICH), [packed(TRUTH, 16)], order=">", big=True)
    yield "packed", build(mosaic(16, 24, 12), [packed(TRUTH, 12)])
    coded = lossless_jpeg(TRUTH.reshape(16, 12, 2), 12, 6, restart_rows=4)
    yield "jpeg", build(mosaic(16, 24, 12, Compression=jpeg, **RICH), [coded], below=below)
    lossy = imagecodecs.jpeg8_encode((TRUTH[:, :, 0] >> 4).astype(np.uint8), level=80)
    yield "lossy", build(linear(16, 24, 1, 8, Compression=(SHORT, [34892])), [lossy])
    ifd = mosaic(16, 24, Compression=zipped, Predictor=(SHORT, [34892]))
    yield "deflate", build(ifd, [deflated(TRUTH, 34892)])
    ifd = linear(16, 24, 1, 32, Compression=zipped, Predictor=(SHORT, [3]), SampleFormat=(SHORT, [3]))
    yield "float", build(ifd, [deflated(TRUTH.astype(np.float32), 3)])
    factors = {"RowInterleaveFactor": (SHORT, [2]), "ColumnInterleaveFactor": (SHORT, [2])}
    coded = imagecodecs.jpegxl_encode(TRUTH[:, :, 0], lossless=True)
    yield "jxl", build(mosaic(16, 24, Compression=(SHORT, [52546]), **factors), [coded])
    yield "profile", _with_profile()


def _with_profile() -> bytes:
    """A file with an embedded profile, a spectrum and local gains."""
    builder, inner = Builder(), Builder()
    fields = {
        Tag.ProfileName: (ASCII, "Second"),
        Tag.ColorMatrix1: (SRATIONAL, [(1, 1)] * 9),
        Tag.CalibrationIlluminant1: (SHORT, [255]),
        Tag.IlluminantData1: (UNDEFINED, SPECTRUM),
        Tag.ProfileGainTableMap2: (UNDEFINED, GAINS),
    }
    inner.data[:8] = b"IIRC" + struct.pack("<I", inner.directory(fields))
    at = builder.add(bytes(inner.data))
    ifd = placed(builder, mosaic(16, 24, AsShotProfileName=(ASCII, "Second")), [packed(TRUTH, 16)])
    return builder.finished(builder.directory({**ifd, Tag.ExtraCameraProfiles: (LONG, [at])}))
