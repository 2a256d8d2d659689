"""Samples as bits and bytes: unpacking, 24-bit floating-point numbers, and deflate's predictors.

Source: TIFF 6.0 section 14 (Predictor 2); Adobe Photoshop TIFF Technical Note 3 (Predictor 3 and 24-bit
floating point); DNG 1.7.1, BitsPerSample and Predictor.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray


def row_bytes(samples: int, bits: int) -> int:
    """Bytes of a row of samples; every row begins on a byte."""
    return -(-samples * bits // 8)


def unpack(data: bytes, shape: tuple[int, int], bits: int, order: str) -> NDArray[Any]:
    """Unsigned samples ``[row, sample]`` of 8 to 32 bits.

    8, 16 and 32 bits have the file's order of bytes; all others are packed with the highest bit first.
    """
    rows, samples = shape
    size = row_bytes(samples, bits)
    if bits in (8, 16, 32):
        found = np.frombuffer(data, f"{order}u{bits // 8}", rows * samples).reshape(shape)
        return found.astype(found.dtype.newbyteorder("="), copy=False)
    period = math.lcm(bits, 8) // bits
    groups = -(-samples // period)
    packed = np.zeros((rows, groups * period * bits // 8 + 4), np.uint8)
    packed[:, :size] = np.frombuffer(data, np.uint8, rows * size).reshape(rows, size)
    out = np.empty((rows, groups * period), np.uint16 if bits <= 16 else np.uint32)
    stride = period * bits // 8
    for phase in range(period):
        first, used = divmod(phase * bits, 8)
        taken = -(-(used + bits) // 8)
        value = np.zeros((rows, groups), np.uint64)
        for byte in range(first, first + taken):
            value = value << np.uint64(8) | packed[:, byte : byte + stride * groups : stride][:, :groups]
        out[:, phase::period] = value >> np.uint64(8 * taken - used - bits) & np.uint64((1 << bits) - 1)
    return out[:, :samples]


def floats(data: bytes, shape: tuple[int, int], bits: int, order: str) -> NDArray[Any]:
    """Floating-point samples ``[row, sample]`` of 16, 24 or 32 bits; 24 bits have the highest byte first."""
    count = shape[0] * shape[1]
    if bits != 24:
        found = np.frombuffer(data, f"{order}f{bits // 8}", count).reshape(shape)
        return found.astype(found.dtype.newbyteorder("="), copy=False)
    parts = np.frombuffer(data, np.uint8, 3 * count).reshape(*shape, 3).astype(np.uint32)
    return from_float24(parts[..., 0] << np.uint32(16) | parts[..., 1] << np.uint32(8) | parts[..., 2])


def from_float24(code: NDArray[np.uint32]) -> NDArray[np.float32]:
    """The numbers of 24-bit codes: sign, 7 bits of exponent (bias 63), 16 bits of mantissa.

    All of them are exact in float32, small ones with a zero exponent included.
    """
    sign = np.where(code >> 23, np.float32(-1), np.float32(1))
    exponent = (code >> 16 & 0x7F).astype(np.int32)
    mantissa = (code & 0xFFFF).astype(np.float32)
    whole = np.where(exponent == 0, mantissa, mantissa + np.float32(65536))
    with np.errstate(invalid="ignore"):
        value = np.ldexp(whole, np.maximum(exponent, 1) - 63 - 16)
    value = np.where(exponent == 0x7F, np.where(mantissa == 0, np.inf, np.nan), value)
    return (sign * value).astype(np.float32)


def undo_differences(samples: NDArray[Any], step: int) -> NDArray[Any]:
    """Samples ``[row, sample]`` from their differences to the sample ``step`` before, modulo their range."""
    rows, count = samples.shape
    padded = np.zeros((rows, -(-count // step) * step), samples.dtype)
    padded[:, :count] = samples
    summed = np.cumsum(padded.reshape(rows, -1, step), axis=1, dtype=samples.dtype)
    return summed.reshape(rows, -1)[:, :count]


def undo_floating_point(data: bytes, shape: tuple[int, int], bits: int, step: int) -> NDArray[Any]:
    """Floating-point samples ``[row, sample]`` whose bytes were sorted by weight, then differenced."""
    rows, samples = shape
    coded = np.frombuffer(data, np.uint8, rows * samples * bits // 8).reshape(rows, -1)
    planes = undo_differences(coded, step).reshape(rows, bits // 8, samples)
    return floats(np.ascontiguousarray(planes.transpose(0, 2, 1)).tobytes(), shape, bits, ">")
