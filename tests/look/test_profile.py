import colorsys

import numpy as np
import pytest

from lichtbild.colour.spaces import PROPHOTO_TO_REC2020, REC2020_TO_PROPHOTO
from lichtbild.core.errors import BadInput
from lichtbild.core.window import Extent, Window
from lichtbild.image.linear_image import LinearImage
from lichtbild.image.profile import BlackRender, CameraProfile, GainTableMap, HueSatMap
from lichtbild.look.exposure_ramp import ExposureRamp
from lichtbild.look.gain_table import apply_gain_table, checked_gains, grid_places
from lichtbild.look.hue_sat_map import apply_hue_sat_map, interpolate_hue_sat_maps, value_tables
from lichtbild.look.profile import ProfileRender
from lichtbild.look.tone_curve import compress, default_curve, expand, profile_curve, tone_table

RANDOM = np.random.default_rng(0)
STRAIGHT = np.array([[0.0, 0.0], [1.0, 1.0]])


def image(prophoto: np.ndarray) -> LinearImage:
    window = Window(0, 0, *prophoto.shape[:2])
    return LinearImage((prophoto @ PROPHOTO_TO_REC2020.T).astype(np.float32), window, window.extent)


def prophoto_of(rendered: LinearImage) -> np.ndarray:
    return rendered.samples @ REC2020_TO_PROPHOTO.T


def gains(rows: int, columns: int, points: int) -> GainTableMap:
    table = RANDOM.uniform(0.5, 2, (rows, columns, points)).astype(np.float32)
    return GainTableMap(table, (0.5, 0.4), (0.1, 0.0), (0.2, 0.3, 0.1, 0.1, 0.3), 0.8)


def test_a_profile_of_straight_lines_changes_nothing() -> None:
    scene = RANDOM.random((9, 11, 3))
    out = ProfileRender(tone_curve=STRAIGHT, black_render=BlackRender.NONE)(image(scene))
    assert out.samples.dtype == np.float32
    np.testing.assert_allclose(prophoto_of(out), scene, atol=3e-6)


def test_default_curve_has_the_published_values() -> None:
    published = {248 / 1024: 0.50747, 520 / 1024: 0.81072, 936 / 1024: 0.98558}
    for place, value in published.items():
        assert default_curve()(np.array([place]))[0] == pytest.approx(value, abs=1e-5)
    steps = default_curve()(np.linspace(0, 1, 4097))
    assert np.all(np.diff(steps) > 0)


def test_darkening_keeps_white() -> None:
    table = tone_table(profile_curve(STRAIGHT), -2.0)
    assert table[-1] == pytest.approx(1, abs=1e-6)
    assert table[512] == pytest.approx(0.125 / 4, abs=1e-6)


def test_tone_keeps_the_hue_of_the_hexagon() -> None:
    scene = RANDOM.random((20, 20, 3))
    out = prophoto_of(ProfileRender(black_render=BlackRender.NONE)(image(scene)))
    for before, after in zip(scene.reshape(-1, 3), out.reshape(-1, 3), strict=True):
        turned = colorsys.rgb_to_hsv(*before)[0] - colorsys.rgb_to_hsv(*after)[0]
        assert abs((turned + 0.5) % 1 - 0.5) < 1e-3 or np.ptp(after) < 1e-2


@pytest.mark.parametrize("ev", [0.0, 1.5])
def test_ramp_is_smooth_and_ends_at_white(ev: float) -> None:
    ramp = ExposureRamp.of(ev, BlackRender.AUTO)
    assert (2.0**-ev - ramp.black) * ramp.slope == pytest.approx(1)
    assert ramp.radius == pytest.approx(0.0025)
    assert ExposureRamp.of(ev, BlackRender.NONE).radius == 0


def test_hue_sat_map_turns_and_scales_by_hand() -> None:
    table = np.zeros((1, 6, 2, 3), np.float32)
    table[..., 0], table[..., 1], table[..., 2] = 30.0, 0.5, 0.8
    rgb = RANDOM.random((300, 3)).astype(np.float32)
    out = np.empty_like(rgb)
    apply_hue_sat_map(rgb, table, value_tables(False), False, out)
    for before, after in zip(rgb, out, strict=True):
        hue, saturation, value = colorsys.rgb_to_hsv(*(float(v) for v in before))
        expected = colorsys.hsv_to_rgb((hue + 30 / 360) % 1, saturation * 0.5, value * 0.8)
        np.testing.assert_allclose(after, expected, atol=1e-5)


def test_hue_sat_map_interpolates_over_hue_saturation_and_value() -> None:
    table = np.zeros((3, 4, 5, 3), np.float32)
    table[..., 1] = 1
    table[..., 2] = np.linspace(0, 1, 3)[:, None, None]
    rgb = np.array([[0.25, 0.25, 0.25], [0.5, 0.2, 0.1], [0.9, 0.9, 0.3]], np.float32)
    out = np.empty_like(rgb)
    apply_hue_sat_map(rgb, table, value_tables(False), False, out)
    np.testing.assert_allclose(out, rgb * rgb.max(axis=1, keepdims=True), atol=1e-6)


def test_maps_mix_by_weight_and_refuse_other_sizes() -> None:
    one, two = (HueSatMap(np.full((1, 2, 2, 3), value, np.float32)) for value in (1.0, 3.0))
    mixed = interpolate_hue_sat_maps((one, two), (0.25, 0.75))
    assert mixed is not None
    np.testing.assert_allclose(mixed.table, 2.5)
    assert interpolate_hue_sat_maps((), ()) is None
    with pytest.raises(BadInput, match="one size"):
        interpolate_hue_sat_maps((one, HueSatMap(np.ones((1, 3, 2, 3), np.float32))), (0.5, 0.5))


def test_gains_equal_a_naive_interpolation() -> None:
    table, window = gains(2, 3, 4), Window(2, 3, 7, 10)
    rgb = RANDOM.random((5, 7, 3)).astype(np.float32)
    area, out = Window(0, 0, 12, 16), np.empty((5, 7, 3), np.float32)
    weights = np.asarray(table.weights, np.float32)
    apply_gain_table(rgb, checked_gains(table), grid_places(table, window, area), weights, 0.8, out)
    for y, x in np.ndindex(5, 7):
        place = np.array([(2 + y + 0.5) / 12, (3 + x + 0.5) / 16])
        v, h = np.clip((place - table.origin) / table.spacing, 0, [1, 2])
        pixel = rgb[y, x]
        w = np.dot(table.weights, [*pixel, pixel.min(), pixel.max()]) ** 0.8 * 4
        gain = 0.0
        for row, column, point in np.ndindex(2, 3, 5):
            near = max(0, 1 - abs(v - row)) * max(0, 1 - abs(h - column)) * max(0, 1 - abs(w - point))
            gain += near * table.gains[row, column, min(point, 3)]
        np.testing.assert_allclose(out[y, x], pixel * gain, rtol=1e-5)


def test_tiles_have_no_seam() -> None:
    scene = image(RANDOM.random((30, 40, 3)))
    render = ProfileRender(gain_table_map=gains(3, 3, 5), baseline_exposure_ev=0.5)
    whole = render(scene)
    for tile in Window.whole(Extent(30, 40)).tiles(13):
        part = render.render(scene.crop(tile), tile)
        np.testing.assert_allclose(part.samples, whole.crop(tile).samples, atol=1e-6)


def test_overrange_codes_invert_and_hdr_keeps_light_beyond_white() -> None:
    light = np.float32([0, 0.1, 1, 4, 60])
    np.testing.assert_allclose([expand(compress(x)) for x in light], light, rtol=2e-4, atol=1e-6)
    render = ProfileRender(
        tone_curve=STRAIGHT, baseline_exposure_ev=2.0, black_render=BlackRender.NONE, overrange=True
    )
    assert prophoto_of(render(image(np.full((2, 2, 3), 0.5)))) == pytest.approx(2.0, rel=1e-3)


@pytest.mark.parametrize(
    "profile",
    [
        CameraProfile(tone_curve=np.array([[0.0, 0.0], [0.0, 1.0]])),
        CameraProfile(tone_curve=np.array([[0.0, np.nan], [1.0, 1.0]])),
        CameraProfile(look_table=HueSatMap(np.ones((1, 3, 1, 3), np.float32))),
        CameraProfile(look_table=HueSatMap(np.full((1, 3, 2, 3), np.nan, np.float32))),
        CameraProfile(
            gain_table_map=GainTableMap(np.ones((1, 1, 0), np.float32), (1.0, 1.0), (0.0, 0.0), (1.0,) * 5)
        ),
    ],
)
def test_a_broken_profile_is_refused(profile: CameraProfile) -> None:
    with pytest.raises(BadInput, match="another look"):
        ProfileRender.of(profile)
