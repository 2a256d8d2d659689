"""PNG: a picture small enough to be shown in a notebook or a report."""

import struct
import zlib

import numpy as np
from jaxtyping import Float, Real, UInt8

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def chunk(name: bytes, data: bytes) -> bytes:
    """Bytes of one chunk: length, name, data and checksum.

    Source: W3C PNG (third edition) clause 5.3.
    """
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def icc_chunk(profile: bytes) -> bytes:
    """Bytes of the chunk that embeds an ICC profile.

    Source: W3C PNG (third edition) clause 11.3.2.3.
    """
    return chunk(b"iCCP", b"ICC profile\0\0" + zlib.compress(profile))


def cicp_chunk(primaries: int, transfer: int) -> bytes:
    """Bytes of the chunk that names a space by its codes (ITU-T H.273); RGB of the full range.

    Source: W3C PNG (third edition) clause 11.3.2.6.
    """
    return chunk(b"cICP", bytes((primaries, transfer, 0, 1)))


def png_bytes(
    samples: Float[np.ndarray, "h w planes"], *, width_limit: int = 1024, meaning: bytes = b""
) -> bytes:
    """Bytes of an 8-bit PNG, made smaller by whole blocks of pixels until it fits ``width_limit``.

    Args:
        samples: one plane (grey) or three (RGB), encoded for display; cut to 0 to 1, NaN becomes black.
        width_limit: largest width in pixels.
        meaning: chunk that says what the numbers mean; without one a viewer assumes sRGB.

    Raises:
        ValueError: the planes are neither one nor three, or there is no pixel.
    """
    if samples.shape[2] not in (1, 3) or 0 in samples.shape:
        raise ValueError(f"a PNG is made of one or three planes of pixels, not of shape {samples.shape}")
    small = block_means(samples, -(-samples.shape[1] // width_limit))
    codes = (np.nan_to_num(small, nan=0.0).clip(0, 1) * 255 + 0.5).astype(np.uint8)
    height, width, planes = codes.shape
    # Every row begins with its filter; filter 0 keeps the bytes as they are.
    rows = np.zeros((height, 1 + width * planes), np.uint8)
    rows[:, 1:] = codes.reshape(height, width * planes)
    header = struct.pack(">IIBBBBB", width, height, 8, 2 if planes == 3 else 0, 0, 0, 0)
    return (
        SIGNATURE
        + chunk(b"IHDR", header)
        + meaning
        + chunk(b"IDAT", zlib.compress(rows.tobytes(), 6))
        + chunk(b"IEND", b"")
    )


def indexed_png(
    codes: UInt8[np.ndarray, "h w"], table: UInt8[np.ndarray, "n 3"], *, clear: int | None = None
) -> bytes:
    """Bytes of a PNG whose pixels are rows of a table of sRGB colours.

    Args:
        codes: a row of the table for each pixel.
        table: at most 256 colours.
        clear: the row that lets the background through.

    Source: W3C PNG (third edition) clauses 11.2.2 and 11.3.1.1.
    """
    height, width = codes.shape
    rows = np.zeros((height, 1 + width), np.uint8)
    rows[:, 1:] = codes
    opacity = b"" if clear is None else b"\xff" * clear + b"\0"
    return (
        SIGNATURE
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0))
        + chunk(b"PLTE", table.tobytes())
        + (chunk(b"tRNS", opacity) if opacity else b"")
        + chunk(b"IDAT", zlib.compress(rows.tobytes(), 9))
        + chunk(b"IEND", b"")
    )


def block_means(samples: Real[np.ndarray, "h w planes"], side: int) -> Real[np.ndarray, "a b planes"]:
    """Means of blocks of ``side`` by ``side`` pixels; what does not fill a block is left out."""
    height, width, planes = samples.shape
    if side <= 1:
        return samples
    rows, columns = max(1, height // side), max(1, width // side)
    tall, wide = min(side, height), min(side, width)
    blocks = samples[: rows * tall, : columns * wide].reshape(rows, tall, columns, wide, planes)
    return np.asarray(blocks.mean(axis=(1, 3), dtype=np.float32))
