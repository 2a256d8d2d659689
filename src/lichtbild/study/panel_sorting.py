"""Pictures on the disk, sorted out into the scenes and conditions that an experiment is about."""

import os
from collections.abc import Sequence
from pathlib import Path

from lichtbild.core.errors import BadInput
from lichtbild.io.files import PICTURE_SUFFIXES, expand_deep
from lichtbild.panel.picture_source import Folder, Found, PictureFile
from lichtbild.panel.stimulus import Stimulus
from lichtbild.study.panel_pictures import in_folder, pattern_of


def sorted_out(places: Sequence[Path], base: Path) -> Found:
    """The pictures at places as scenes in conditions.

    Args:
        places: one folder, whose pictures are named by both; several, each of a condition, in which pictures
            of one name are a scene; or files, the conditions of one scene.
        base: folder of the experiment's file, from where all places will count.

    Raises:
        BadInput: there are none, folders and files are mixed, or a scene lacks a condition.
    """
    if len(places) == 1 and not places[0].is_file():
        return _named(places[0], base)
    missing = [place for place in places if not place.exists()]
    if missing:
        raise BadInput(f"{missing[0]}: is not there; name folders of pictures, or pictures")
    if all(place.is_dir() for place in places):
        return _listed(_of_folders(places), base)
    if any(place.is_dir() for place in places):
        raise BadInput("folders and files are given together; give folders, each a condition, or files")
    return _listed(_of_files(places), base)


def _named(folder: Path, base: Path) -> Found:
    """A folder whose pictures' names tell both."""
    pattern = pattern_of(folder)
    names = [stimulus for stimulus, _ in in_folder(Folder(pattern=pattern), folder)]
    scenes, conditions = _both(names)
    return Found(scenes, conditions, Folder(_from(base, folder), pattern))


def _of_folders(folders: Sequence[Path]) -> dict[Stimulus, Path]:
    """Folders by their names, or as much of their places as tells them apart."""
    found: dict[Stimulus, Path] = {}
    for condition, folder in zip(_apart(folders), folders, strict=True):
        pictures = expand_deep(str(folder), PICTURE_SUFFIXES)
        if not pictures:
            raise BadInput(f"{folder}: holds no pictures; leave it out")
        for path in pictures:
            stimulus = Stimulus(path.relative_to(folder).with_suffix("").as_posix(), condition)
            if stimulus in found:
                raise BadInput(f"{path}: another picture of that folder has the same name; keep one")
            found[stimulus] = path
    scenes, conditions = _both(found)
    for scene in scenes:
        for condition in conditions:
            if Stimulus(scene, condition) not in found:
                raise BadInput(
                    f"scene '{scene}' lacks condition '{condition}'; give every folder a picture of that "
                    "name, or take it out of the others"
                )
    return found


def _of_files(files: Sequence[Path]) -> dict[Stimulus, Path]:
    """The conditions of one scene."""
    for path in files:
        if path.suffix.lower() not in PICTURE_SUFFIXES:
            raise BadInput(f"{path}: is no picture that can be shown; give {', '.join(PICTURE_SUFFIXES)}")
    if len(files) < 2:
        raise BadInput(f"{files[0]}: is one picture, and two at least are compared; name more, or a folder")
    names = [path.with_suffix("") for path in files]
    return {Stimulus("scene", name): path for name, path in zip(_apart(names), files, strict=True)}


def _apart(places: Sequence[Path]) -> list[str]:
    """Names of places: their last parts, as few as tell all apart."""
    parts = [place.resolve().parts[1:] for place in places]
    for count in range(1, max(map(len, parts)) + 1):
        names = ["/".join(each[-count:]) for each in parts]
        if len(set(names)) == len(names):
            return names
    raise BadInput("two pictures or folders have one name; give each once")


def _listed(found: dict[Stimulus, Path], base: Path) -> Found:
    files = [PictureFile(each.scene, each.condition, _from(base, found[each])) for each in sorted(found)]
    return Found(*_both(found), files=tuple(files))


def _both(names: Sequence[Stimulus] | dict[Stimulus, Path]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    scenes, conditions = {each.scene for each in names}, {each.condition for each in names}
    return tuple(sorted(scenes)), tuple(sorted(conditions))


def _from(base: Path, place: Path) -> str:
    return Path(os.path.relpath(place.resolve(), base)).as_posix()
