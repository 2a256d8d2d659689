"""Brackets from their files to pictures: light over many stops in an EXR, more than white in an Ultra HDR."""

import re
import shutil
from dataclasses import replace
from pathlib import Path

import imagecodecs
import numpy as np
import pytest

import lichtbild
from bracket_scene import LAMPS, exposed, means_of, street
from burst_files import cut
from lichtbild.camera.recipe import LookRecipe, OutputRecipe, Recipe
from lichtbild.core.chain import silent
from lichtbild.develop.recipe import DeblurChoice, DefectsChoice, DenoiseChoice, DevelopRecipe, ExposureChoice
from lichtbild.image.calibration import Calibration, CameraColour
from lichtbild.image.picture import ColourSpace
from lichtbild.image.raw_frame import RawFrame
from lichtbild.io.dng.read import read
from lichtbild.io.dng.write import write
from lichtbild.study import execute
from lichtbild.study.bursts import photographs
from lichtbild.study.job import Job, Settings
from lichtbild.study.merging import merged
from moving_scene import RGGB, light, mosaicked, places, waves

SIZE = (192, 320)
EXPOSURES = (1 / 64, 1 / 8, 1.0)
REST = (0.0, 0.0, 0.0)


@pytest.fixture(scope="module")
def bracket(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Files of a bracket of the street."""
    (mean,) = means_of(SIZE, [REST])
    return put_all(mean, tmp_path_factory.mktemp("bracket"))


def put_all(mean: np.ndarray, folder: Path) -> list[Path]:
    """Files of a bracket of what a mosaic sees."""
    paths = [folder / f"frame_{number}.dng" for number in range(len(EXPOSURES))]
    for number, (path, exposure) in enumerate(zip(paths, EXPOSURES, strict=True)):
        write(timed(exposed(mean, exposure, number), number), path)
    return paths


def timed(frame: RawFrame, second: int) -> RawFrame:
    """A frame that says when it began."""
    told = replace(frame.metadata, taken_at=f"2026:11:23 22:00:{second:02}")
    return replace(frame, metadata=told)


def done(paths: list[Path], target: Path, recipe: Recipe, **settings: bool) -> execute.Outcome:
    job = Job(paths[0], target, named=True, others=tuple(paths[1:]))
    return execute.execute(job, Settings(recipe, **settings), "", silent)


def test_a_bracket_in_python_is_one_photograph(bracket: list[Path]) -> None:
    picture = lichtbild.develop(bracket)
    assert picture.samples.shape[:2] == SIZE
    found = merged(bracket)
    assert (found.count, found.left_out) == (3, ()) and found.gathered is not None
    names, evs, shares = zip(*found.gathered.exposures, strict=True)
    assert names == tuple(path.name for path in bracket)
    assert evs == pytest.approx((-6, -3, 0), abs=0.03) and sum(shares) == pytest.approx(1)


def test_frames_that_do_not_fit_are_left_out_of_a_bracket(bracket: list[Path], tmp_path: Path) -> None:
    paths = [Path(shutil.copy(path, tmp_path)) for path in bracket]
    (mean,) = means_of((96, 320), [REST])
    small = tmp_path / "small.dng"
    write(exposed(mean, 0.5, 9), small)
    cut(paths[1])
    found = merged([*paths, small])
    assert found.count == 2
    reasons = dict(found.left_out)
    assert list(reasons) == ["frame_1.dng", "small.dng"]
    assert reasons["small.dng"] == "it has 320 x 96 pixels where the others have 320 x 192"


def lit_street() -> np.ndarray:
    """The street with discs of the light between its own and that of its lamps."""
    y, x = places(SIZE, REST)
    discs = ((-0.5, 0.25), (45.5, 0.6), (91.5, 1.4), (137.5, 3.3))
    away = (np.hypot(y, x - column) for column, _ in discs)
    inside = [bright / (1 + np.exp((far - 18) / 0.7)) for far, (_, bright) in zip(away, discs, strict=True)]
    return np.asarray(street(y, x) + sum(inside))


def test_an_exr_is_linear_with_the_light_of_the_scene(tmp_path: Path) -> None:
    """Over twelve stops, in cells of 4 x 4 pixels of smooth light: within 4 % and four of their sigmas."""
    truth = lit_street()
    bracket = put_all(mosaicked(truth, RGGB), tmp_path)
    recipe = Recipe(look=LookRecipe("linear"), output=OutputRecipe(ColourSpace.LINEAR_REC2020))
    outcome = done(bracket, tmp_path / "street.exr", recipe)
    assert outcome.status == "done" and outcome.frames == 3
    openexr = pytest.importorskip("OpenEXR")
    samples = openexr.File(str(tmp_path / "street.exr")).channels()["RGB"].pixels.astype(np.float32)
    assert samples.max() > 30
    got, expected = (means(plane) for plane in (samples[..., 1], truth))
    spread = blocks(truth).std(axis=(1, 3)) / expected
    smooth, checked = spread < 0.1, 0
    smooth[:2], smooth[-2:], smooth[:, :2], smooth[:, -2:] = False, False, False, False
    low, high = expected[smooth].min(), expected[smooth].max()
    assert high / low > 2**12
    for bottom in np.geomspace(low, high, 13)[:-1]:
        place = smooth & (expected >= bottom) & (expected < 2 * bottom)
        if np.count_nonzero(place) < 8:
            continue
        checked += 1
        sigma = np.sqrt((1e-4 * expected[place].mean() * (64 if bottom > 1 else 1) + 3e-7) / 16)
        error = got[place].mean() - expected[place].mean()
        assert abs(error) < 0.04 * expected[place].mean() + 4 * sigma / np.sqrt(np.count_nonzero(place))
    assert checked >= 10


def blocks(values: np.ndarray) -> np.ndarray:
    return values.reshape(SIZE[0] // 4, 4, SIZE[1] // 4, 4)


def means(values: np.ndarray) -> np.ndarray:
    return np.asarray(blocks(values.astype(np.float64)).mean(axis=(1, 3)))


def test_an_ultra_hdr_is_brighter_where_the_lamps_are(bracket: list[Path], tmp_path: Path) -> None:
    recipe = Recipe(develop=DevelopRecipe(exposure=ExposureChoice(ev=0.0)), output=OutputRecipe(hdr=True))
    assert done(bracket, tmp_path / "street.jpg", recipe).status == "done"
    stream = (tmp_path / "street.jpg").read_bytes()
    bright = imagecodecs.ultrahdr_decode(stream)[..., 1].astype(float)
    y, x = places(SIZE, REST)
    levels = []
    for row, column, radius, _ in LAMPS:
        inside = np.hypot(y - row, x - column) < radius - 5
        levels.append(float(np.median(bright[inside])))
    assert levels[0] < levels[1] < levels[2] and levels[2] > 3
    assert np.median(bright[np.abs(y) > 80]) < 0.5
    single = imagecodecs.ultrahdr_decode(put(bracket[2], tmp_path, recipe))[..., 1].astype(float)
    one = [np.median(single[np.hypot(y - row, x - column) < radius - 5]) for row, column, radius, _ in LAMPS]
    assert np.ptp(one) < 0.2 < np.ptp(levels)


def put(path: Path, folder: Path, recipe: Recipe) -> bytes:
    target = folder / "single.jpg"
    assert done([path], target, recipe).status == "done"
    return target.read_bytes()


def test_a_merged_bracket_is_opened_again_with_the_same_light(bracket: list[Path], tmp_path: Path) -> None:
    outcome = done(bracket, tmp_path / "street.jpg", Recipe(), merged_dng=True, report=True)
    assert outcome.status == "done"
    again = read(tmp_path / "street.merged.dng")
    found = merged(bracket).frame
    np.testing.assert_array_equal(again.samples, found.samples)
    assert again.noise == found.noise
    assert again.baseline_exposure_ev == pytest.approx(found.baseline_exposure_ev, abs=1e-6)
    assert again.metadata.reference_white == found.metadata.reference_white
    assert found.metadata.reference_white == pytest.approx(1 / 64, rel=0.02)
    np.testing.assert_allclose(lichtbild.develop(again).samples, lichtbild.develop(found).samples, atol=1e-4)
    report = (tmp_path / "street.report.html").read_text()
    assert "share of the light" in report
    told = re.search(r'"frame_0\.dng": ?\{"ev": ?(-[0-9.]+)', report)
    assert told is not None and float(told[1]) == pytest.approx(-6, abs=0.03)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_two_photographs_in_one_bracket_are_not_taken_for_each_other(
    tmp_path: Path, order: tuple[int, int]
) -> None:
    """The photograph is that of the file it is named after, though the other is exposed better."""
    size = (192, 256)
    scenes = [mosaicked(light(waves(seed), *places(size)), RGGB) for seed in (1, 60)]
    for second, (number, exposure) in enumerate(zip(order, (0.2, 1.0), strict=True)):
        write(timed(exposed(scenes[number], exposure, number), second), tmp_path / f"IMG_{second}.dng")
    paths = sorted(tmp_path.glob("*.dng"))
    assert photographs(paths) == (tuple(paths),)
    outcome = done(paths, tmp_path / "both.png", Recipe())
    assert outcome.frames == 1
    assert outcome.left_out == (
        ("IMG_1.dng", "it shows another scene, to be developed by itself with --burst off"),
    )
    done(paths[:1], tmp_path / "first.png", Recipe())
    assert (tmp_path / "both.png").read_bytes() == (tmp_path / "first.png").read_bytes()


def test_an_enlarged_bracket_says_that_it_is_interpolated(bracket: list[Path], tmp_path: Path) -> None:
    recipe = Recipe(develop=DevelopRecipe(scale=1.5))
    outcome = done(bracket, tmp_path / "large.jpg", recipe)
    assert outcome.message.startswith("a bracket is enlarged by interpolation alone")
    assert "no other frame" not in outcome.message
    assert "no other frame shows detail" in done(bracket[:1], tmp_path / "one.jpg", recipe).message


def test_a_linear_dng_of_a_bracket_holds_the_same_light(bracket: list[Path], tmp_path: Path) -> None:
    """To 0.1 %, or a step of 24 bits, whose white is 64 times the reference's."""
    once = DevelopRecipe(
        defects=DefectsChoice("off"),
        denoise=DenoiseChoice("off"),
        deblur=DeblurChoice("off"),
        exposure=ExposureChoice(method="baseline"),
    )
    recipe = Recipe(once, LookRecipe("linear"), output=OutputRecipe(ColourSpace.LINEAR_REC2020))
    assert done(bracket, tmp_path / "street.dng", recipe).status == "done"
    again, found = read(tmp_path / "street.dng"), merged(bracket).frame
    assert again.cfa is None and again.samples.dtype == np.uint32
    got, truth = (lichtbild.develop(frame, recipe=recipe).samples for frame in (again, found))
    np.testing.assert_allclose(got, truth, rtol=1e-3, atol=64 * 2.0**-24)
    told = again.metadata.reference_white, found.metadata.reference_white
    assert None not in told
    assert again.baseline_exposure_ev + np.log2(told[0]) == pytest.approx(
        found.baseline_exposure_ev + np.log2(told[1]), abs=1e-3
    )


@pytest.mark.parametrize("baseline", [-1.0, 0.0, 2.0])
def test_a_bracket_is_as_bright_as_its_reference(bracket: list[Path], baseline: float) -> None:
    """The metered exposure follows the light, not how far the merged frame's white lies above it.

    Nor does the exposure that the camera itself wants added to every frame say anything of that white.
    """
    frames = [replace(read(path), baseline_exposure_ev=baseline) for path in bracket]
    whole = lichtbild.develop(frames).samples
    single = lichtbild.develop(frames[2]).samples
    dark = street(*places(SIZE, REST)) < 0.1
    assert np.median(whole[dark]) / np.median(single[dark]) == pytest.approx(1, abs=0.15)


def test_colours_of_lamps_survive(tmp_path: Path) -> None:
    """An orange lamp is white in the long frame and orange in the bracket."""
    (mean,) = means_of(SIZE, [REST])
    y, x = places(SIZE, REST)
    row, column, radius, bright = LAMPS[0]
    inside = np.hypot(y - row, x - column) < radius
    orange = mean.copy()
    orange[1::2, 1::2][inside[1::2, 1::2]] *= 0.3
    calibration = Calibration((0.3127, 0.329), np.eye(3))
    frames = [exposed(orange, exposure, number) for number, exposure in enumerate(EXPOSURES)]
    frames = [
        replace(f, colour=CameraColour((calibration,), as_shot_neutral=f.colour.as_shot_neutral))
        for f in frames
    ]
    recipe = Recipe(look=LookRecipe("linear"), output=OutputRecipe(ColourSpace.LINEAR_REC2020))
    core = np.hypot(y - row, x - column) < radius - 6
    light = lichtbild.develop(frames, recipe=recipe).samples[core]
    single = lichtbild.develop(frames[2], recipe=recipe).samples[core]
    assert np.median(light[:, 2]) < 0.6 * np.median(light[:, 0])
    assert np.median(single[:, 2]) > 0.8 * np.median(single[:, 0])
    assert np.median(light[:, 1]) > 0.5 * bright
