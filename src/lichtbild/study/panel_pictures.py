"""Pictures of an experiment: found, rendered where that is asked for, and stored ready to be shown."""

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Final

from lichtbild.camera.recipe import Recipe
from lichtbild.core.errors import BadInput, CannotWrite
from lichtbild.io.files import PICTURE_SUFFIXES, RAW_SUFFIXES, expand_deep, make_folder
from lichtbild.io.shown_picture import PictureStore, ShownPicture
from lichtbild.panel.experiment import Experiment
from lichtbild.panel.picture_source import Folder, Rendition, Source
from lichtbild.panel.stimulus import Stimulus
from lichtbild.study.job import Job, Settings

Told = Callable[[int, int], None]
"""Called with the number of pictures that are ready, and of all."""

PATTERNS: Final = (
    "{scene}/{condition}",
    "{scene}__{condition}",
    "{scene}_{condition}",
    "{scene}-{condition}",
)
"""How files are named, in the order in which a folder is tried."""


@dataclass(frozen=True, eq=False)
class Exhibition:
    """The pictures of an experiment, ready to be shown.

    Attributes:
        experiment: whose they are.
        pictures: by scene and condition, in order.
        store: that holds them.
    """

    experiment: Experiment
    pictures: Mapping[Stimulus, ShownPicture]
    store: PictureStore

    @property
    def stimuli(self) -> tuple[Stimulus, ...]:
        """Their names, in order."""
        return tuple(self.pictures)

    @property
    def key(self) -> str:
        """What two experiments share whose votes may be put together: method, plan and pictures."""
        told = asdict(self.experiment)
        for name in (
            "name",
            "question",
            "language",
            "distance_mm",
            "consent",
            "screening",
            "schedule",
            "prior",
            "words",
        ):
            del told[name]
        for name in ("pictures", "picture", "source", "rendition"):
            del told[name]
        for name in ("pause_every", "shortest_s", "screen_check", "flicker_hz"):
            del told["session"][name]
        told["digests"] = [[each.scene, each.condition, self.pictures[each].digest] for each in self.stimuli]
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def _unseen(done: int, total: int) -> None:
    """The progress report of a caller who wants none."""


def exhibition(
    experiment: Experiment, base: Path, store: Path, *, threads: int = 1, told: Told = _unseen
) -> Exhibition:
    """The pictures of an experiment, ready to be shown.

    Args:
        experiment: that they belong to.
        base: folder of its file, from where all places count.
        store: folder to keep them in.
        threads: cores to render with.
        told: of progress.

    Raises:
        BadInput: one is missing, damaged or there twice.
        CannotWrite: the store cannot be written.
    """
    files = list(_files(experiment, base))
    total = len(files) + len(experiment.source) * len(experiment.rendition)
    made = PictureStore(store)
    pictures = dict[Stimulus, ShownPicture]()
    for stimulus, path in (*files, *_rendered(experiment, base, store, threads)):
        if stimulus in pictures:
            raise BadInput(
                f"{path}: scene '{stimulus.scene}' has condition '{stimulus.condition}' already; keep one"
            )
        pictures[stimulus] = made.add(path)
        told(len(pictures), total)
    made.keep()
    return Exhibition(experiment, {each: pictures[each] for each in sorted(pictures)}, made)


def stimuli_of(experiment: Experiment, base: Path) -> tuple[Stimulus, ...]:
    """Names of all pictures of an experiment, in order; none is read or rendered.

    Raises:
        BadInput: their folder is empty, or a name in it does not fit.
    """
    rendered = [
        Stimulus(source.scene, rendition.condition)
        for source in experiment.source
        for rendition in experiment.rendition
    ]
    return tuple(sorted([*(stimulus for stimulus, _ in _files(experiment, base)), *rendered]))


def in_folder(folder: Folder, base: Path) -> Iterator[tuple[Stimulus, Path]]:
    """The pictures of a folder, by what their names say.

    Where a name can be parted in several ways, the first of its two parts is as long as can be.

    Raises:
        BadInput: there is none, or a name does not fit the pattern.
    """
    place = base / folder.path
    found = expand_deep(str(place), PICTURE_SUFFIXES) if place.is_dir() else []
    if not found:
        raise BadInput(f"{place}: holds no pictures; name their folder from where the experiment's file lies")
    form = re.compile(
        re.escape(folder.pattern)
        .replace(r"\{scene\}", "(?P<scene>[^/]+)")
        .replace(r"\{condition\}", "(?P<condition>[^/]+)")
    )
    for path in found:
        name = path.relative_to(place).with_suffix("").as_posix()
        parts = form.fullmatch(name)
        if parts is None:
            raise BadInput(
                f"{path}: does not fit the pattern '{folder.pattern}'; move the file, or mend the pattern"
            )
        yield Stimulus(parts["scene"], parts["condition"]), path


def pattern_of(folder: Path) -> str:
    """The pattern that a folder's pictures are named by.

    Raises:
        BadInput: they follow none, with two or more conditions of each scene.
    """
    for pattern in PATTERNS:
        try:
            names = [stimulus for stimulus, _ in in_folder(Folder(pattern=pattern), folder)]
        except BadInput:
            continue
        scenes = {each.scene for each in names}
        conditions = {each.condition for each in names}
        if len(conditions) > 1 and len(set(names)) == len(scenes) * len(conditions):
            return pattern
    raise BadInput(
        f"{folder}: its pictures are not named by scene and condition; name them scene/condition.png or "
        "scene_condition.png, each scene in every condition"
    )


def _files(experiment: Experiment, base: Path) -> Iterator[tuple[Stimulus, Path]]:
    if experiment.pictures.path:
        yield from in_folder(experiment.pictures, base)
    for each in experiment.picture:
        yield Stimulus(each.scene, each.condition), base / each.file


def _rendered(
    experiment: Experiment, base: Path, store: Path, threads: int
) -> Iterator[tuple[Stimulus, Path]]:
    """Each source in each rendition."""
    if not experiment.rendition:
        return
    for folder in (store, store / "rendered"):
        make_folder(folder)
    for rendition in experiment.rendition:
        folder = store / "rendered" / _slug(rendition.condition)
        make_folder(folder)
        if rendition.camera:
            yield from _photographed(experiment.source, rendition, base, folder, threads)
        else:
            yield from _developed(experiment.source, rendition, base, folder, threads)


def _developed(
    sources: Sequence[Source], rendition: Rendition, base: Path, folder: Path, threads: int
) -> Iterator[tuple[Stimulus, Path]]:
    """Raw files and finished pictures in a look; those that did not change are not made again."""
    from lichtbild.study import batch

    targets = {source.scene: folder / f"{_slug(source.scene)}.png" for source in sources}
    for raw in (True, False):
        jobs = [
            Job(base / source.file, targets[source.scene])
            for source in sources
            if (Path(source.file).suffix.lower() in RAW_SUFFIXES) is raw
        ]
        settings = Settings(_recipe(rendition, base), threads=threads, finished=not raw, own_space=not raw)
        for outcome in batch.run(jobs, settings) if jobs else ():
            if outcome.status == "failed":
                kind = BadInput if outcome.exit_code == 2 else CannotWrite
                raise kind(outcome.message)
    for source in sources:
        yield Stimulus(source.scene, rendition.condition), targets[source.scene]


def _photographed(
    sources: Sequence[Source], rendition: Rendition, base: Path, folder: Path, threads: int
) -> Iterator[tuple[Stimulus, Path]]:
    """Simulated scenes as a camera photographs them."""
    from lichtbild.io.camera_file import read_camera
    from lichtbild.study.scene_order import SceneOrder
    from lichtbild.study.shooting import PHOTO, Order, shooting

    beside = base / rendition.camera
    camera = read_camera(str(beside) if beside.is_file() else rendition.camera)
    if rendition.recipe or rendition.look or rendition.strength is not None:
        camera = replace(camera, recipe=_recipe(rendition, base, camera.recipe))
    for source in sources:
        order = Order(
            camera, SceneOrder(source.simulated, lux=source.lux), size=rendition.size, threads=threads
        )
        place = folder / _slug(source.scene)
        shooting(order, place)
        yield Stimulus(source.scene, rendition.condition), place / PHOTO


def _recipe(rendition: Rendition, base: Path, usual: Recipe | None = None) -> Recipe:
    """The recipe of a rendition."""
    from lichtbild.io.look_file import is_file, load_look
    from lichtbild.io.recipe import changed, load_recipe

    recipe = load_recipe(base / rendition.recipe) if rendition.recipe else usual or Recipe()
    changes: dict[str, object] = {}
    if rendition.look:
        beside = base / rendition.look
        if is_file(rendition.look):
            label, text = load_look(str(beside))
            changes = {"look.name": label, "look.text": text}
        else:
            changes = {"look.name": rendition.look}
    if rendition.strength is not None:
        changes["look.strength"] = rendition.strength / 100
    made = changed(recipe, changes) if changes else recipe
    made.look.look  # noqa: B018  refuses what is no look before anything is rendered
    return made


def _slug(name: str) -> str:
    """A file's name for a scene or condition, which may hold what no file's name can."""
    plain = re.sub(r"[^A-Za-z0-9-]+", "-", name)[:40].strip("-")
    return f"{plain}-{hashlib.sha256(name.encode()).hexdigest()[:12]}"
