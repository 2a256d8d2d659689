"""The look "profile": the rendering that a DNG carries for itself, and nothing else.

Everything happens in linear ProPhoto RGB, in the order of Adobe's renderer::

    pin -> HueSatMap -> ProfileGainTableMap -> exposure and black -> LookTable -> tone curve

Source: DNG 1.7.1 chapter 6; Adobe's DNG SDK 1.7.1, dng_render.cpp.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float

from lichtbild.colour.spaces import PROPHOTO_TO_REC2020, REC2020_TO_PROPHOTO
from lichtbild.core.array import transformed
from lichtbild.core.stage import LocalStage
from lichtbild.core.window import Window
from lichtbild.image.linear_image import LinearImage
from lichtbild.image.profile import BlackRender, CameraProfile, GainTableMap, HueSatMap
from lichtbild.look.exposure_ramp import ExposureRamp, apply_ramp
from lichtbild.look.gain_table import apply_gain_table, checked_gains, grid_places
from lichtbild.look.hue_sat_map import (
    apply_hue_sat_map,
    checked_table,
    interpolate_hue_sat_maps,
    value_tables,
)
from lichtbild.look.tone_curve import apply_tone, profile_curve, tone_table

Pixels = Float[np.ndarray, "rows columns 3"]


@dataclass(frozen=True, eq=False)
class ProfileRender(LocalStage):
    """A scene rendered by a profile: display-linear, 0 to 1 unless the profile is for HDR.

    Attributes:
        hue_sat_map: applied first, already interpolated for the light; None where there is none.
        look_table: applied after exposure.
        tone_curve: knots from 0 to 1; None takes Adobe's default curve.
        gain_table_map: local gains.
        baseline_exposure_ev: exposure that the file and the profile ask for.
        exposure_ev: exposure that the user adds to it.
        black_render: who decides about black.
        shadow_scale: the file's factor for the black that the renderer chooses.
        picture_area: pixels that the gain table map's coordinates refer to; None for the whole image.
        overrange: whether the profile is for HDR, so that values beyond 1 are kept.

    Raises:
        BadInput: a table or curve of the profile cannot be used.
    """

    hue_sat_map: HueSatMap | None = None
    look_table: HueSatMap | None = None
    tone_curve: Float[np.ndarray, "knots 2"] | None = None
    gain_table_map: GainTableMap | None = None
    baseline_exposure_ev: float = 0.0
    exposure_ev: float = 0.0
    black_render: BlackRender = BlackRender.AUTO
    shadow_scale: float = 1.0
    picture_area: Window | None = None
    overrange: bool = False

    def __post_init__(self) -> None:
        profile_curve(self.tone_curve)
        for hue_sat_map in (self.hue_sat_map, self.look_table):
            if hue_sat_map is not None:
                checked_table(hue_sat_map)
        if self.gain_table_map is not None:
            checked_gains(self.gain_table_map)

    @staticmethod
    def of(
        profile: CameraProfile,
        weights: Sequence[float] = (),
        *,
        baseline_exposure_ev: float = 0.0,
        exposure_ev: float = 0.0,
        shadow_scale: float = 1.0,
        picture_area: Window | None = None,
    ) -> "ProfileRender":
        """The rendering that a profile asks for.

        Args:
            profile: one of a raw frame's; ``CameraProfile()`` for a file that has none.
            weights: share of each calibration, as the colour matrices were mixed.
            baseline_exposure_ev: the file's; the profile's own offset is added to it.
            exposure_ev: what the user adds.
            shadow_scale: the file's factor for black.
            picture_area: pixels that the gain table map's coordinates refer to.

        Raises:
            BadInput: a table or curve of the profile cannot be used.
        """
        return ProfileRender(
            hue_sat_map=interpolate_hue_sat_maps(profile.hue_sat_maps, weights),
            look_table=profile.look_table,
            tone_curve=profile.tone_curve,
            gain_table_map=profile.gain_table_map,
            baseline_exposure_ev=baseline_exposure_ev + profile.baseline_exposure_offset,
            exposure_ev=exposure_ev,
            black_render=profile.black_render,
            shadow_scale=shadow_scale,
            picture_area=picture_area,
            overrange=profile.high_dynamic_range,
        )

    def __call__(self, image: LinearImage) -> LinearImage:
        """The rendered picture, linear Rec.2020."""
        rgb = np.clip(transformed(np.asarray(image.samples, np.float32), REC2020_TO_PROPHOTO), 0, 1)
        pixels = rgb.reshape(-1, 3)
        self._map_colours(self.hue_sat_map, pixels)
        self._apply_gains(rgb, image.window, self.picture_area or Window.whole(image.extent))
        exposure_ev = self.baseline_exposure_ev + self.exposure_ev
        ramp = ExposureRamp.of(exposure_ev, self.black_render, self.shadow_scale)
        apply_ramp(pixels, ramp.black, ramp.slope, ramp.radius, self.overrange, pixels)
        self._map_colours(self.look_table, pixels)
        apply_tone(pixels, tone_table(profile_curve(self.tone_curve), exposure_ev), self.overrange, pixels)
        return replace(image, samples=transformed(rgb, PROPHOTO_TO_REC2020))

    def _map_colours(self, hue_sat_map: HueSatMap | None, pixels: Float[np.ndarray, "pixels 3"]) -> None:
        if hue_sat_map is not None:
            codes = value_tables(hue_sat_map.srgb_encoded)
            apply_hue_sat_map(pixels, checked_table(hue_sat_map), codes, self.overrange, pixels)

    def _apply_gains(self, rgb: Pixels, window: Window, area: Window) -> None:
        if self.gain_table_map is None:
            return
        # The standard looks up the brightness after the baseline exposure, which is added only later here.
        weights = np.asarray(self.gain_table_map.weights) * 2.0**self.baseline_exposure_ev
        places = grid_places(self.gain_table_map, window, area)
        gains, gamma = checked_gains(self.gain_table_map), self.gain_table_map.gamma
        apply_gain_table(rgb, gains, places, weights.astype(np.float32), gamma, rgb)
