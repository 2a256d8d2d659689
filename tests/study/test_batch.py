"""Which files become which, and that a bad one fails alone."""

import shutil
from pathlib import Path

import pytest
from PIL import Image

from burst_files import averaging, burst, cut, frame
from frames import flat_frame, smooth_frame
from lichtbild.camera.recipe import LookRecipe, OutputRecipe, Recipe
from lichtbild.core.errors import BadInput, CannotWrite
from lichtbild.develop.recipe import DevelopRecipe, ExposureChoice
from lichtbild.image.picture import ColourSpace
from lichtbild.io import ledger, machine
from lichtbild.io.dng.read import read
from lichtbild.io.dng.write import write
from lichtbild.study import batch
from lichtbild.study.job import Job, Outcome, Settings

__all__ = ["averaging"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(smooth_frame((60, 72)), tmp_path / "a.dng")
    shutil.copy(tmp_path / "a.dng", tmp_path / "b.DNG")
    (tmp_path / "a.jpg").write_bytes(b"the camera's own")
    (tmp_path / "notes.txt").write_text("no photograph")
    return tmp_path


def plan(*inputs: object, output: Path | None = None) -> tuple[Job, ...]:
    return batch.plan([str(entry) for entry in inputs], output, ".jpg", "natural")


def run(jobs: tuple[Job, ...], **settings: object) -> list[Outcome]:
    shares: list[float] = []
    chosen = Settings(**{"recipe": Recipe(look=LookRecipe("linear")), **settings})  # type: ignore[arg-type]
    return list(batch.run(jobs, chosen, lambda job, share: shares.append(share)))


def names(folder: Path) -> list[str]:
    """What a user sees in a folder."""
    return sorted(entry.name for entry in folder.iterdir() if not entry.name.startswith("."))


def statuses(outcomes: list[Outcome]) -> dict[str, str]:
    return {outcome.job.source.stem: outcome.status for outcome in outcomes}


def test_a_folder_gives_its_raw_files_and_no_camera_jpeg_is_replaced(folder: Path) -> None:
    assert [(job.source.name, job.target.name) for job in plan(folder)] == [
        ("a.dng", "a_natural.jpg"),
        ("b.DNG", "b_natural.jpg"),
    ]
    assert [job.source.name for job in plan(folder / "*.dng")] == ["a.dng"]
    assert plan(folder / "a.dng", output=folder / "x.png")[0].target == folder / "x.png"
    assert plan(folder, output=folder / "out")[1].target == folder / "out" / "b.jpg"


def test_what_cannot_be_planned_is_one_sentence(folder: Path) -> None:
    with pytest.raises(BadInput, match="2 files cannot become one"):
        plan(folder, output=folder / "x.jpg")
    with pytest.raises(BadInput, match="would replace a file"):
        batch.plan([str(folder / "a.jpg")], folder / "a.jpg", ".jpg", "natural")
    with pytest.raises(BadInput, match=r"'\.gif' is no format we write"):
        plan(folder / "a.dng", output=folder / "x.gif")
    with pytest.raises(BadInput, match="taken for another raw file"):
        batch.plan([str(folder)], None, ".dng", "natural")
    with pytest.raises(BadInput, match="no raw file in"):
        plan(folder / "*.nef")
    shutil.copytree(folder, folder / "two")
    with pytest.raises(BadInput, match="would both become"):
        plan(folder / "a.dng", folder / "two" / "a.dng", output=folder / "out")


def test_a_bad_file_fails_alone_and_nothing_is_half_written(folder: Path) -> None:
    (folder / "b.DNG").write_bytes((folder / "a.dng").read_bytes()[:3000])
    good, bad = sorted(run(plan(folder, output=folder / "out")), key=lambda outcome: outcome.status)
    assert (good.status, good.exit_code) == ("done", 0)
    assert (bad.status, bad.exit_code) == ("failed", 2) and "b.DNG" in bad.message
    assert names(folder / "out") == ["a.jpg"]
    with Image.open(folder / "out" / "a.jpg") as image:
        assert image.size == (72, 60)


def test_a_photograph_that_is_there_is_kept_unless_replaced(folder: Path) -> None:
    jobs = plan(folder / "a.dng")
    kept = folder / "a_natural.jpg"
    kept.write_bytes(b"precious")
    (outcome,) = run(jobs)
    assert outcome.status == "skipped" and outcome.kept and "was not made here" in outcome.message
    assert kept.read_bytes() == b"precious"
    assert [outcome.status for outcome in run(jobs, overwrite=True)] == ["done"]
    assert kept.read_bytes()[:2] == b"\xff\xd8"


def test_a_file_that_the_user_named_is_replaced_and_keeps_no_ledger(folder: Path) -> None:
    (folder / "named.jpg").write_bytes(b"old")
    assert [outcome.status for outcome in run(plan(folder / "a.dng", output=folder / "named.jpg"))] == [
        "done"
    ]
    assert (folder / "named.jpg").read_bytes()[:2] == b"\xff\xd8"
    assert not (folder / ledger.NAME).exists()


def test_what_is_done_is_not_done_again_until_something_changed(folder: Path) -> None:
    jobs = plan(folder, output=folder / "out")
    assert statuses(run(jobs)) == {"a": "done", "b": "done"}
    first = (folder / "out" / "a.jpg").read_bytes()
    again = run(jobs)
    assert statuses(again) == {"a": "skipped", "b": "skipped"}
    assert all("already done" in outcome.message and not outcome.kept for outcome in again)
    write(flat_frame(), folder / "b.DNG")
    assert statuses(run(jobs)) == {"a": "skipped", "b": "done"}  # another content
    brighter = Recipe(DevelopRecipe(exposure=ExposureChoice(ev=1.0)), LookRecipe("linear"))
    assert statuses(run(jobs, recipe=brighter)) == {"a": "done", "b": "done"}  # another recipe
    assert (folder / "out" / "a.jpg").read_bytes() != first
    assert statuses(run(jobs)) == {"a": "done", "b": "done"}  # and back
    assert (folder / "out" / "a.jpg").read_bytes() == first


def test_what_was_edited_since_is_left_alone(folder: Path) -> None:
    jobs = plan(folder, output=folder / "out")
    run(jobs)
    with (folder / "out" / "a.jpg").open("ab") as file:
        file.write(b"a caption")
    edited = (folder / "out" / "a.jpg").read_bytes()
    outcomes = run(jobs, recipe=Recipe(look=LookRecipe("natural")))
    assert statuses(outcomes) == {"a": "skipped", "b": "done"}
    assert next(outcome for outcome in outcomes if outcome.kept).message.startswith(
        str(folder / "out" / "a.jpg")
    )
    assert (folder / "out" / "a.jpg").read_bytes() == edited
    assert statuses(run(jobs, overwrite=True)) == {"a": "done", "b": "done"}


def test_folders_below_are_made_again_below_the_output(folder: Path) -> None:
    (folder / "day" / "one").mkdir(parents=True)
    shutil.copy(folder / "a.dng", folder / "day" / "one" / "a.dng")
    output = folder.parent / "out"
    jobs = batch.plan([str(folder)], output, ".jpg", "natural", deep=True)
    assert [str(job.target.relative_to(output)) for job in jobs] == ["a.jpg", "b.jpg", "day/one/a.jpg"]
    assert {outcome.status for outcome in run(jobs, output=output)} == {"done"}
    assert (output / "day" / "one" / "a.jpg").is_file() and not (output / "day" / ledger.NAME).exists()


def test_the_same_run_gives_the_same_bytes_with_any_number_of_threads(folder: Path) -> None:
    for threads, name in ((1, "one.png"), (3, "three.png")):
        run(plan(folder / "a.dng", output=folder / name), threads=threads)
    assert (folder / "one.png").read_bytes() == (folder / "three.png").read_bytes()
    for threads in (1, 2):
        run(plan(folder, output=folder / f"by{threads}"), threads=threads)
    for name in ("a.jpg", "b.jpg"):
        assert (folder / "by1" / name).read_bytes() == (folder / "by2" / name).read_bytes()


def test_a_recipe_that_the_format_cannot_hold_is_refused_before_work(folder: Path) -> None:
    linear = Recipe(output=OutputRecipe(ColourSpace.LINEAR_REC2020))
    with pytest.raises(BadInput, match="write EXR or 32-bit TIFF"):
        run(plan(folder / "a.dng", output=folder / "x.jpg"), recipe=linear)
    (folder / "file").write_text("")
    with pytest.raises(CannotWrite, match="the folder cannot be made"):
        run(plan(folder / "a.dng", output=folder / "file" / "below"))


def test_stages_are_dumped_beside_the_photograph(folder: Path) -> None:
    (outcome,) = run(plan(folder / "a.dng", output=folder / "x.jpg"), dumps=("demosaic",))
    assert outcome.status == "done" and (folder / "x.demosaic.tiff").exists()
    (outcome,) = run(plan(folder / "a.dng", output=folder / "y.jpg"), dumps=("sharpen",))
    assert outcome.status == "failed" and "no stage 'sharpen'" in outcome.message


def test_threads_follow_the_wish_or_the_machine() -> None:
    assert batch.thread_count(3) == 3 and batch.thread_count(0) >= 1


def test_a_burst_is_one_job_and_other_files_are_their_own(folder: Path) -> None:
    frames = burst(folder, 3)
    jobs = plan(folder)
    assert [[path.name for path in job.sources] for job in jobs] == [
        ["a.dng"], ["b.DNG"], [path.name for path in frames],
    ]  # fmt: skip
    assert jobs[2].target == folder / "frame_01_natural.jpg"
    assert len(batch.plan([str(folder)], None, ".jpg", "natural", burst="off")) == 5
    (named,) = plan(*frames, output=folder / "x.jpg")
    assert named.named and named.sources == tuple(frames) and named.merged == folder / "x.merged.dng"
    with pytest.raises(BadInput, match="5 files cannot become one; name a folder with -o, or --burst folder"):
        plan(folder, output=folder / "x.jpg")
    with pytest.raises(BadInput, match="would replace a file"):
        batch.plan([str(path) for path in frames], folder / "frame_02.dng", ".dng", "natural")


def test_two_bursts_and_single_files_become_a_photograph_each(tmp_path: Path) -> None:
    burst(tmp_path, 3)
    burst(tmp_path, 2, begin=100.0, first=4)
    write(frame(300.0), tmp_path / "single.dng")
    assert [job.target.name for job in plan(tmp_path)] == [
        "frame_01_natural.jpg", "frame_04_natural.jpg", "single_natural.jpg",
    ]  # fmt: skip


@pytest.mark.usefixtures("averaging")
def test_a_burst_is_done_again_when_any_of_its_frames_changed(tmp_path: Path) -> None:
    frames = burst(tmp_path, 3)
    jobs = plan(tmp_path, output=tmp_path / "out")
    (outcome,) = run(jobs)
    assert (outcome.status, outcome.frames, outcome.left_out) == ("done", 3, ())
    assert names(tmp_path / "out") == ["frame_01.jpg"]
    assert statuses(run(jobs)) == {"frame_01": "skipped"}
    cut(frames[2])
    (outcome,) = run(jobs)
    assert (outcome.status, outcome.frames) == ("done", 2)
    assert [name for name, _ in outcome.left_out] == ["frame_03.dng"]
    cut(frames[0])
    cut(frames[1])
    (outcome,) = run(jobs)
    assert (outcome.status, outcome.exit_code) == ("failed", 2)


@pytest.mark.usefixtures("averaging")
def test_a_report_lies_beside_each_photograph(tmp_path: Path) -> None:
    """Of a burst, of a single frame, and of a finished picture; the ledger knows it as it knows them."""
    for folder, count in (("a", 3), ("b", 1)):
        (tmp_path / folder).mkdir()
        burst(tmp_path / folder, count)
    run(plan(tmp_path / "b", output=tmp_path / "c"))
    for source, words in (("a", "3 frames were merged"), ("b", "counted"), ("c/frame_01.jpg", "")):
        out = tmp_path / f"{source[0]}_out"
        jobs = plan(tmp_path / source, output=out)
        assert set(statuses(run(jobs, report=True)).values()) == {"done"}
        assert words in (out / "frame_01.report.html").read_text()
        assert set(statuses(run(jobs, report=True)).values()) == {"skipped"}
        (out / "frame_01.report.html").unlink()
        assert set(statuses(run(jobs, report=True)).values()) == {"done"}


@pytest.mark.usefixtures("averaging")
def test_the_merged_frame_lies_beside_and_is_kept_as_photographs_are(tmp_path: Path) -> None:
    frames = burst(tmp_path, 3)
    jobs = plan(*frames)
    made = tmp_path / "frame_01_natural.merged.dng"
    assert statuses(run(jobs)) == {"frame_01": "done"} and not made.exists()
    assert statuses(run(jobs, merged_dng=True)) == {"frame_01": "done"} and made.exists()
    photograph = (tmp_path / "frame_01_natural.jpg").read_bytes()
    assert statuses(run(jobs, merged_dng=True)) == {"frame_01": "skipped"}
    run(plan(made, output=tmp_path / "again.jpg"))
    assert (tmp_path / "again.jpg").read_bytes() == photograph
    with made.open("ab") as file:
        file.write(b"a caption")
    (outcome,) = run(jobs, merged_dng=True)
    assert outcome.kept and "merged.dng was changed since" in outcome.message
    assert statuses(run(jobs)) == {"frame_01": "skipped"}
    assert statuses(run(jobs, merged_dng=True, overwrite=True)) == {"frame_01": "done"}
    (tmp_path / ledger.NAME).unlink()
    (tmp_path / "frame_01_natural.jpg").unlink()
    (outcome,) = run(jobs, merged_dng=True)
    assert outcome.kept and "merged.dng is there and was not made here" in outcome.message
    assert not (tmp_path / "frame_01_natural.jpg").exists()


@pytest.mark.usefixtures("averaging")
def test_a_merged_frame_is_no_raw_file_of_the_next_run(tmp_path: Path) -> None:
    frames = burst(tmp_path, 2)
    run(plan(*frames, output=tmp_path / "x.jpg"), merged_dng=True)
    merged = tmp_path / "x.merged.dng"
    assert read(merged).metadata == read(frames[0]).metadata
    for jobs in (plan(tmp_path), plan(tmp_path / "*.dng"), plan(merged, *frames)):
        assert [job.sources for job in jobs] == [tuple(frames)]
    assert [job.sources for job in plan(merged)] == [(merged,)]


@pytest.mark.usefixtures("averaging")
def test_a_merged_frame_that_cannot_be_written_is_told_of_by_its_own_name(tmp_path: Path) -> None:
    """It comes first, so that there is no photograph without it."""
    frames = burst(tmp_path, 2)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "frame_01.merged.dng").mkdir()
    (outcome,) = run(plan(*frames, output=tmp_path / "out"), merged_dng=True, overwrite=True)
    assert outcome.status == "failed" and "frame_01.merged.dng: a folder has this name" in outcome.message
    assert names(tmp_path / "out") == ["frame_01.merged.dng"]


def test_memory_counts_every_frame(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    frames = burst(tmp_path, 4)
    single, together = plan(frames[0]), plan(*frames)
    bytes_each = frames[0].stat().st_size
    monkeypatch.setattr(machine, "free_memory", lambda: 2 * ((400 << 20) + 15 * bytes_each))
    assert batch.affordable_workers(single) == 2
    assert batch.affordable_workers(together) == 1
