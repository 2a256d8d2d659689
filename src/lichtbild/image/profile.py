"""Camera profile: the rendering that a DNG carries for itself, as tables."""

from dataclasses import dataclass
from enum import Enum

import numpy as np
from jaxtyping import Float

from lichtbild.figure.table import table_html
from lichtbild.image.calibration import Calibration


@dataclass(frozen=True, eq=False)
class HueSatMap:
    """Hue shift and saturation and value scale over hue, saturation and value of linear ProPhoto RGB.

    Attributes:
        table: ``[value, hue, saturation, (hue shift in degrees, saturation scale, value scale)]``.
        srgb_encoded: whether the value index runs over sRGB-encoded instead of linear value.

    Source: DNG 1.7.1 chapter 6, ProfileHueSatMapData and ProfileLookTableData.
    """

    table: Float[np.ndarray, "values hues saturations 3"]
    srgb_encoded: bool = False


@dataclass(frozen=True, eq=False)
class GainTableMap:
    """Gains over the picture and over brightness: a local tone mapping written by the camera.

    Attributes:
        gains: ``[row, column, brightness]``.
        spacing: distance of the map's rows and columns, relative to the image's height and width.
        origin: place of the map's first row and column, relative likewise.
        weights: shares of red, green, blue, minimum and maximum in the brightness that is looked up.
        gamma: power to which the brightness is raised before it is looked up.

    Source: DNG 1.7.1, ProfileGainTableMap (52525) and ProfileGainTableMap2 (52544).
    """

    gains: Float[np.ndarray, "rows columns points"]
    spacing: tuple[float, float]
    origin: tuple[float, float]
    weights: tuple[float, float, float, float, float]
    gamma: float = 1.0


class BlackRender(Enum):
    """Whether the renderer chooses where shadows reach black."""

    AUTO = "auto"
    NONE = "none"


@dataclass(frozen=True, eq=False)
class CameraProfile:
    """One rendering that the file offers.

    Attributes:
        name: as the file gives it.
        calibrations: the profile's own; empty where it takes those of the file.
        hue_sat_maps: one for each calibration, in the same order; empty when there is none.
        look_table: applied after exposure, whatever the light.
        tone_curve: knots (input, output) of a curve from 0 to 1; None asks for the renderer's default.
        gain_table_map: local gains, or None.
        baseline_exposure_offset: exposure to add to the file's, in EV.
        black_render: who decides about black.
        high_dynamic_range: whether values beyond white are to be kept (ProfileDynamicRange).
    """

    name: str = ""
    calibrations: tuple[Calibration, ...] = ()
    hue_sat_maps: tuple[HueSatMap, ...] = ()
    look_table: HueSatMap | None = None
    tone_curve: Float[np.ndarray, "knots 2"] | None = None
    gain_table_map: GainTableMap | None = None
    baseline_exposure_offset: float = 0.0
    black_render: BlackRender = BlackRender.AUTO
    high_dynamic_range: bool = False

    def _repr_html_(self) -> str:
        """What the profile holds, as a notebook shows it."""
        rows = [
            ("hue and saturation tables", len(self.hue_sat_maps)),
            ("look table", "" if self.look_table is None else "yes"),
            ("tone curve", "the renderer's" if self.tone_curve is None else f"{len(self.tone_curve)} knots"),
            ("gain table", "" if self.gain_table_map is None else "yes"),
            ("exposure", f"{self.baseline_exposure_offset:+g} EV"),
        ]
        return table_html(f"Profile {self.name}", rows)
