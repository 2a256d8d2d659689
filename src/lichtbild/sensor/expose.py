"""Expose: the raw frame that a sensor makes of the light on it.

::

    photons -> microlens -> filter and silicon -> crosstalk     `mean_electrons`
    response of the pixel, dark current, chance                 `drawn`
    well -> offset -> gain -> read noise -> converter           `codes`

These three are the definition, for NumPy and for JAX; `expose` runs their compiled twins, rows at a time.
"""

from concurrent.futures import ThreadPoolExecutor
from os import cpu_count
from typing import Any, Final

import numpy as np
from jaxtyping import Float32

from lichtbild.core.array import transformed
from lichtbild.core.errors import BadInput
from lichtbild.core.window import Window
from lichtbild.image.levels import Levels
from lichtbild.image.metadata import Metadata
from lichtbild.image.optical_image import OpticalImage
from lichtbild.image.raw_frame import RawFrame
from lichtbild.numerics.surrogate import rounded
from lichtbild.sensor.crosstalk import spread
from lichtbild.sensor.draws import (
    COLUMNS,
    FIXED,
    FIXED_COLUMNS,
    PIXELS,
    ROWS,
    STREAMS,
    Draws,
    PatternDraws,
    checked,
    line_draws,
)
from lichtbild.sensor.exposure import (
    Exposure,
    Setting,
    dark_codes,
    noise_profile,
    read_deviation,
    setting,
    white,
)
from lichtbild.sensor.kernels.collect import collect
from lichtbild.sensor.kernels.sample import sample
from lichtbild.sensor.noise import tail_deviation
from lichtbild.sensor.quantile import poisson_quantile
from lichtbild.sensor.readout import Mode
from lichtbild.sensor.scalar import Scalar, library
from lichtbild.sensor.sensor import Sensor, binned, half

ROWS_AT_ONCE: Final = 64
"""Rows that a thread takes at once; an even number, for pixels that are binned."""
_STEPS: Final = 4096
PITCH: Final = 1e-6
"""Relative difference of two pitches that are the same."""


def expose(
    sensor: Sensor, image: OpticalImage, exposure: Exposure, key: int, *, workers: int | None = None
) -> RawFrame:
    """The frame that a sensor stores.

    Args:
        sensor: the sensor; its fixed pattern follows from its serial number.
        image: light on at least the sensor's pixels, of its pitch; the middle part of a larger one is taken.
            For an exposure that bins, it may also be of the binned pixels.
        exposure: time, gain, temperature and mode.
        key: of the frame's noise; the same key gives the same bytes, whatever the number of workers.
        workers: threads; as many as there are processors without it.

    Raises:
        BadInput: the image does not fit the sensor, is dark below zero, or the sensor cannot do what the
            exposure asks for.
    """
    return _exposed(sensor, image, exposure, (checked(key), 0), workers)


def expose_dual(
    sensor: Sensor, views: tuple[OpticalImage, OpticalImage], exposure: Exposure, key: int
) -> tuple[RawFrame, RawFrame]:
    """The frames of the left and the right photodiodes of a sensor of dual pixels.

    Args:
        sensor: the sensor.
        views: light through the left and the right half of the pupil, as the photodiodes see it.
        exposure: as of `expose`.
        key: as of `expose`; the noise of the two views, and of the whole frame of this key, is independent.

    Raises:
        BadInput: as of `expose`, or the sensor has no dual pixels.
    """
    part = half(sensor)
    left, right = (
        _exposed(part, image, exposure, (checked(key), view), None) for view, image in enumerate(views, 1)
    )
    return left, right


def mean_electrons(sensor: Sensor, image: OpticalImage, time_s: Scalar) -> Any:
    """Expected photo-electrons of each pixel ``[row, column]``, without its own response's deviation.

    Args:
        sensor: of as many pixels as the image.
        image: irradiance, NumPy's or JAX's.
        time_s: exposure time.
    """
    heights = sensor.pixels.heights()
    efficiency = sensor.response.efficiency(image.bands) * (sensor.pixels.pitch**2 * time_s)
    xp = library(image.irradiance, efficiency)
    freed = transformed(xp.asarray(image.irradiance), efficiency)
    freed = freed * xp.moveaxis(
        sensor.microlens.sensitivity(heights, image.chief_angles, sensor.colours), 0, -1
    )
    own = xp.take_along_axis(freed, sensor.planes()[..., None], axis=-1)[..., 0]
    # Light of the edge of the spectrum alone, where a curve in few bands lies below 0, frees none.
    own = xp.maximum(own, 0.0)
    return spread(own, sensor.crosstalk.share(image.chief_angles.at(heights)))


def collected(sensor: Sensor, image: OpticalImage, time_s: float) -> Float32[np.ndarray, "h w"]:
    """`mean_electrons` by its compiled twin, for a whole photograph.

    Raises:
        BadInput: the image does not fit the sensor, or its irradiance is below 0.
    """
    light = _lit(image, sensor)
    gather = _gatherer(sensor, image, light, time_s)
    tops = range(0, sensor.pixels.rows, ROWS_AT_ONCE)
    return np.concatenate([gather(top, min(ROWS_AT_ONCE, sensor.pixels.rows - top)) for top in tops])


def drawn(
    sensor: Sensor,
    electrons: Any,
    exposure: Exposure,
    draws: Draws,
    pattern: PatternDraws,
    *,
    relaxed: bool = False,
) -> Any:
    """Electrons that a frame's chance brings to each pixel, before any well is full.

    Args:
        sensor: the sensor.
        electrons: expected photo-electrons.
        exposure: time and temperature.
        draws: the frame's random numbers.
        pattern: the sensor's.
        relaxed: whether electrons need not be whole.
    """
    xp = library(electrons, sensor.pattern.prnu, sensor.dark.rate, sensor.dark.doubling, exposure.time_s)
    response = xp.maximum(1 + sensor.pattern.prnu * pattern.response, 0.0)
    warm = sensor.dark.at(exposure.temperature_K) * exposure.time_s * pattern.heat
    return poisson_quantile(electrons * response + warm, draws.shot, draws.shot_normal, relaxed=relaxed)


def codes(
    sensor: Sensor,
    charge: Any,
    exposure: Exposure,
    draws: Draws,
    pattern: PatternDraws,
    *,
    relaxed: bool = False,
) -> Any:
    """Stored codes of pixels that hold a charge; the gradient of rounding is declared to be 1.

    Args:
        sensor: the sensor.
        charge: electrons that came.
        exposure: mode and gain.
        draws: the frame's random numbers.
        pattern: the sensor's.
        relaxed: whether codes need not be whole.
    """
    chosen = setting(sensor, exposure)
    noise, fixed = sensor.noise, sensor.pattern
    lines = noise.row * draws.row[:, None] + noise.column * draws.column + fixed.column * pattern.column
    offset = fixed.dsnu * pattern.offset + lines

    def step(value: Any) -> Any:
        return value if relaxed else rounded(value)

    def read(mode: Mode, deviates: Any) -> Any:
        k = chosen.gain / mode.electrons_per_code
        xp = library(charge, mode.full_well, k)
        held = xp.minimum(charge, mode.full_well) + offset
        code = sensor.readout.black + k * held + read_deviation(sensor, mode, chosen.gain) * deviates
        return xp.clip(step(code), 0.0, 2.0**sensor.readout.bits - 1)

    first = read(chosen.readouts[0], draws.read)
    if len(chosen.readouts) == 1:
        return first
    high, low = chosen.readouts
    xp, black = library(first), sensor.readout.black
    factor = low.electrons_per_code / high.electrons_per_code
    second = black + factor * (read(low, draws.read_low) - black)
    return xp.clip(step(xp.where(first < _knee(sensor, chosen), first, second)), 0.0, 2.0**chosen.bits - 1)


def fitted(image: OpticalImage, sensor: Sensor) -> Any:
    """The part of an image's irradiance that falls on a sensor.

    Raises:
        BadInput: the image is of another pitch, smaller than the sensor, or its middle lies between pixels.
    """
    pixels = sensor.pixels
    if abs(image.pitch / pixels.pitch - 1) > PITCH:
        raise BadInput(
            f"the image's pixels are {image.pitch * 1e3:.6g} um apart, those of sensor '{sensor.name}' "
            f"{pixels.pitch * 1e3:.6g} um; form the image at the sensor's pitch"
        )
    rows, columns = image.extent.height - pixels.rows, image.extent.width - pixels.columns
    if rows < 0 or columns < 0 or rows % 2 or columns % 2:
        raise BadInput(
            f"the image has {image.extent.height} x {image.extent.width} pixels, sensor '{sensor.name}' "
            f"{pixels.rows} x {pixels.columns}; give one as large, or larger by an even number of pixels"
        )
    top, left = rows // 2, columns // 2
    return image.irradiance[top : top + pixels.rows, left : left + pixels.columns]


def _exposed(
    sensor: Sensor, image: OpticalImage, exposure: Exposure, seed: tuple[int, int], workers: int | None
) -> RawFrame:
    small = binned(sensor) if exposure.binned else sensor
    summed = exposure.binned and abs(image.pitch / sensor.pixels.pitch - 1) < PITCH
    lit = sensor if summed else small
    gather = _gatherer(lit, image, _lit(image, lit), float(exposure.time_s))
    store = _storer(small, exposure, seed)
    result = np.empty(small.pixels.extent, np.uint16)

    def do(top: int) -> None:
        count = min(ROWS_AT_ONCE, small.pixels.rows - top)
        if summed:
            whole = gather(2 * top, 2 * count)
            electrons = whole.reshape(count, 2, -1, 2).sum(axis=(1, 3))
        else:
            electrons = gather(top, count)
        store(electrons, top, result[top : top + count])

    with ThreadPoolExecutor(workers or cpu_count() or 1) as pool:
        list(pool.map(do, range(0, small.pixels.rows, ROWS_AT_ONCE)))
    return _frame(small, result, image, exposure)


def _lit(image: OpticalImage, sensor: Sensor) -> Float32[np.ndarray, "h w band"]:
    light = np.ascontiguousarray(fitted(image, sensor), np.float32)
    if not (light.size and float(light.min()) >= 0 and np.isfinite(float(light.max()))):
        raise BadInput("the image's irradiance is below 0 or not finite; give photons s^-1 mm^-2 from 0")
    return light


def _gatherer(sensor: Sensor, image: OpticalImage, light: np.ndarray, time_s: float) -> Any:
    """Function of first row and number of rows that gives their mean photo-electrons."""
    reach = np.hypot(sensor.pixels.rows, sensor.pixels.columns) / 2
    heights = np.linspace(0, reach * sensor.pixels.pitch, _STEPS)
    sensitivity = sensor.microlens.sensitivity(heights, image.chief_angles, sensor.colours)
    efficiency = sensor.response.efficiency(image.bands) * (sensor.pixels.pitch**2 * time_s)
    constants = (
        np.ascontiguousarray(efficiency, np.float32),
        np.array([[0]] if sensor.cfa is None else sensor.cfa.pattern),
        np.ascontiguousarray(sensitivity, np.float32),
        np.broadcast_to(sensor.crosstalk.share(image.chief_angles.at(heights)), _STEPS).astype(np.float32),
    )
    steps = float((_STEPS - 1) / reach)

    def gather(top: int, count: int) -> np.ndarray:
        electrons = np.empty((count, sensor.pixels.columns), np.float32)
        collect(light, constants, top, steps, electrons)
        return electrons

    return gather


def _storer(sensor: Sensor, exposure: Exposure, seed: tuple[int, int]) -> Any:
    """Function of mean photo-electrons and their first row that writes their codes."""
    chosen, noise, pattern = setting(sensor, exposure), sensor.noise, sensor.pattern
    (key, view), tail = seed, noise.tail_shape
    rows = noise.row * line_draws(sensor.pixels.rows, key, ROWS + STREAMS * view)
    columns = noise.column * line_draws(sensor.pixels.columns, key, COLUMNS + STREAMS * view)
    columns = columns + pattern.column * line_draws(sensor.pixels.columns, sensor.serial, FIXED_COLUMNS)
    dark = sensor.dark.at(exposure.temperature_K) * exposure.time_s
    fixed = np.array([pattern.prnu, pattern.dsnu, dark, pattern.hot_share, pattern.hot_factor], float)
    shape = 0.0 if tail is None or abs(tail) < 1e-4 else tail
    scale = 0.0 if tail is None else 1 / ((shape or 1.0) * tail_deviation(tail))
    numbers = (fixed, _readouts(sensor, chosen), np.array([shape, scale]))

    def store(electrons: np.ndarray, top: int, result: np.ndarray) -> None:
        seeds = np.array([key, PIXELS + STREAMS * view, sensor.serial, FIXED, top], np.int64)
        lines = (rows[top : top + len(electrons)].copy(), columns)
        sample(electrons.astype(np.float32, copy=False), seeds, numbers, lines, result)

    return store


def _readouts(sensor: Sensor, chosen: Setting) -> np.ndarray:
    """The numbers of the kernel `sample`."""
    result, black, most = np.zeros((3, 5)), sensor.readout.black, 2.0**sensor.readout.bits - 1
    for row, mode in enumerate(chosen.readouts):
        k = chosen.gain / mode.electrons_per_code
        result[row] = k, mode.full_well, read_deviation(sensor, mode, chosen.gain), most, black
    if len(chosen.readouts) == 2:
        high, low = chosen.readouts
        factor = low.electrons_per_code / high.electrons_per_code
        result[2] = factor, _knee(sensor, chosen), 2.0**chosen.bits - 1, 0, 0
    return result


def _knee(sensor: Sensor, chosen: Setting) -> Scalar:
    """Code of the high mode from which on the low mode's is taken."""
    top = 2.0**sensor.readout.bits - 1
    well = sensor.readout.black + chosen.readouts[0].full_well * chosen.codes_per_electron
    full = library(well).minimum(well, top)
    knee: Scalar = sensor.readout.black + chosen.knee * (full - sensor.readout.black)
    return knee


def _frame(sensor: Sensor, samples: np.ndarray, image: OpticalImage, exposure: Exposure) -> RawFrame:
    chosen, extent = setting(sensor, exposure), sensor.pixels.extent
    black, full = float(dark_codes(sensor, exposure, chosen)), float(white(sensor, chosen))
    if black >= full:
        raise BadInput(
            f"the dark current alone fills sensor '{sensor.name}' in {exposure.time_s:g} s at "
            f"{exposure.temperature_K:g} K; expose for less or cool it"
        )
    return RawFrame(
        samples=samples[..., None],
        window=Window.whole(extent),
        extent=extent,
        cfa=sensor.cfa,
        levels=Levels(np.full((1, 1, 1), black), np.array([full])),
        active_area=Window.whole(extent),
        default_crop=_cropped(sensor),
        noise=noise_profile(sensor, exposure),
        metadata=Metadata(
            model=sensor.name,
            iso=float(chosen.iso),
            exposure_time_s=float(exposure.time_s),
            f_number=image.f_number,
        ),
    )


def _cropped(sensor: Sensor) -> tuple[float, float, float, float]:
    """Without a border of one period of the colour filters, which developers interpolate over."""
    rows, columns = sensor.pixels.extent
    border = 0 if sensor.cfa is None else max(sensor.cfa.extent)
    border = border if min(rows, columns) > 4 * border else 0
    return float(border), float(border), float(rows - 2 * border), float(columns - 2 * border)
