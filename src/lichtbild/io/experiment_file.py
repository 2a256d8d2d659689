"""Experiments as TOML: read strictly, written plainly, and a template from a folder of pictures."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, asdict, fields, is_dataclass
from enum import Enum
from pathlib import Path
from typing import Any, Final, get_args, get_type_hints

from lichtbild.core.errors import BadFile, BadInput
from lichtbild.io.atomic import put_text, replacing
from lichtbild.panel.experiment import Experiment
from lichtbild.panel.picture_source import Folder, Found, PictureFile

SCHEMA: Final = 1
"""Version of the keys; a file of another version is refused."""

SIZE_LIMIT: Final = 4 << 20
"""Bytes of the largest experiment; its pictures are files of their own."""

_DOCS: Final = "see docs/panel.md"


def read_experiment(path: Path | str) -> Experiment:
    """The experiment that a file tells; keys that it leaves out keep their defaults.

    Raises:
        BadFile: it cannot be read, is no TOML, is of another schema, or has a key or value that an experiment
            does not have.
    """
    path = Path(path)
    try:
        if path.stat().st_size > SIZE_LIMIT:
            raise BadFile(path, f"an experiment has at most {SIZE_LIMIT} bytes; this is another kind of file")
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise BadFile(path, f"cannot be read ({error.strerror}); name an experiment's file") from error
    except UnicodeDecodeError as error:
        raise BadFile(path, f"is no text in UTF-8 ({error.reason}); {_DOCS}") from error
    try:
        return loads(text)
    except BadInput as error:
        raise BadFile(path, str(error)) from error


def loads(text: str) -> Experiment:
    """The experiment that a text tells.

    Raises:
        BadInput: as `read_experiment`.
    """
    import tomlkit
    from pydantic import TypeAdapter, ValidationError
    from tomlkit.exceptions import TOMLKitError

    try:
        table: Any = tomlkit.parse(text).unwrap()
    except TOMLKitError as error:
        raise BadInput(f"is no TOML ({error}); {_DOCS}") from error
    if (schema := table.pop("schema", None)) != SCHEMA:
        raise BadInput(f"an experiment begins with 'schema = {SCHEMA}', and this has {schema!r}; {_DOCS}")
    _refuse_unknown(table, Experiment, "")
    try:
        # Through JSON, for there alone strictness knows that a list is how a tuple is written.
        return TypeAdapter(Experiment).validate_json(json.dumps(table, default=str), strict=True)
    except ValidationError as error:
        raise BadInput(_said(error)) from error


def write_experiment(experiment: Experiment, path: Path | str) -> None:
    """Write an experiment as `read_experiment` reads it.

    Raises:
        CannotWrite: the file cannot be put there.
    """
    with replacing(path) as draft:
        put_text(dumps(experiment), draft)


def dumps(experiment: Experiment) -> str:
    """The experiment as TOML; what is as usual is left out."""
    import tomlkit

    document = tomlkit.document()
    document.add("schema", tomlkit.item(SCHEMA))
    for key, value in _unusual(experiment).items():
        if isinstance(value, str) and "\n" in value:
            document.add(key, tomlkit.string(value, multiline=True))
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            tables = tomlkit.aot()
            for entry in value:
                tables.append(tomlkit.item(entry))
            document.add(key, tables)
        else:
            document.add(key, tomlkit.item(value))
    return tomlkit.dumps(document)


def template(found: Found) -> str:
    """A file to begin with, each choice explained where it is made.

    Args:
        found: the pictures, their places from where the file will lie.
    """
    scenes, conditions = found.scenes, found.conditions
    told = f"{len(scenes)} scenes, {len(conditions)} conditions: {', '.join(conditions)}"
    return _TEMPLATE.format(
        schema=SCHEMA,
        found=told[:100],
        pictures=_files(found.files) if found.files else _folder(found.folder),
        scene=_quoted(scenes[0]),
        first=_quoted(conditions[0]),
        last=_quoted(conditions[-1]),
    )


def _folder(folder: Folder) -> str:
    """A folder's table."""
    return (
        "[pictures]\n"
        "# From where this file lies; {scene} and {condition} stand for the names in the files' own.\n"
        f"path = {_quoted(folder.path)}\npattern = {_quoted(folder.pattern)}\n"
    )


def _files(files: Sequence[PictureFile]) -> str:
    """A table of each picture."""
    return "# Places from where this file lies.\n" + "\n".join(
        f"[[picture]]\nscene = {_quoted(each.scene)}\ncondition = {_quoted(each.condition)}\n"
        f"file = {_quoted(each.file)}\n"
        for each in files
    )


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _unusual(experiment: Experiment) -> dict[str, Any]:
    """Tables of what differs from the defaults, plain values before tables, as TOML wants them."""
    table = _plain(asdict(experiment), experiment)
    return dict(sorted(table.items(), key=lambda entry: _is_table(entry[1])))


def _is_table(value: Any) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and bool(value) and isinstance(value[0], dict))


def _plain(table: Mapping[str, Any], told: Any) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for field in fields(told):
        value, original = table[field.name], getattr(told, field.name)
        default = field.default_factory() if field.default_factory is not MISSING else field.default
        if original == default:
            continue
        if is_dataclass(original):
            made[field.name] = _plain(value, original)
        elif isinstance(original, tuple) and original and is_dataclass(original[0]):
            made[field.name] = [_plain(asdict(each), each) for each in original]
        elif isinstance(original, tuple):
            made[field.name] = list(original)
        else:
            made[field.name] = original.value if isinstance(original, Enum) else original
    return made


def _refuse_unknown(table: Any, struct: Any, place: str) -> None:
    if not isinstance(table, Mapping):
        return
    hints = get_type_hints(struct)
    known = [field.name for field in fields(struct)]
    for key, entry in table.items():
        if key not in known:
            where = f"'{place.rstrip('.')}'" if place else "an experiment"
            raise BadInput(f"{where} has no key '{key[:60]}'; it has {', '.join(known)}")
        inner = next(iter(get_args(hints[key])), None)
        if is_dataclass(hints[key]):
            _refuse_unknown(entry, hints[key], f"{place}{key}.")
        elif is_dataclass(inner) and isinstance(entry, list):
            for each in entry:
                _refuse_unknown(each, inner, f"{place}{key}.")


def _said(error: Any) -> str:
    """What is wrong first, as one sentence."""
    first = error.errors()[0]
    place = ".".join(str(part + 1) if isinstance(part, int) else part for part in first["loc"])
    what = first["msg"].removeprefix("Value error, ").replace("Input should be", "it is")
    if first["type"] == "missing":
        return f"'{place}' is missing; {_DOCS}"
    if first["type"] == "value_error":
        return str(what)
    return f"'{place}' cannot be {str(first['input'])[:80]!r}: {what[:1].lower()}{what[1:]}"


_TEMPLATE: Final = """\
# An experiment of lichtbild panel. Lines after # are remarks; take the # away to choose what they say.
# lichtbild panel check FILE.toml tells what it will be; lichtbild panel serve FILE.toml opens it.
# Found: {found}
schema = {schema}

name = "Which photograph is better?"
question = "Which photograph do you like better?"

# paired comparison, triplet, absolute category rating, double stimulus, quality ruler or ranking.
method = "paired comparison"
# side by side, or flicker: both in one place, in turn.
view = "side by side"
# Whether "no difference" may be answered to a comparison.
# ties = true
# Condition of the undistorted pictures: hidden among those rated, shown where a method shows one.
# reference = {first}
# balanced, or active: each pair chosen by all votes so far, so that fewer do.
# schedule = "active"
# Language of the pages, en or de; from eye to screen in mm, 0 leaves it to the observers.
language = "en"
# distance_mm = 600
# What an observer agrees to; without it our own words.
# consent = \"\"\"...\"\"\"

[session]
# Different judgements of one observer; 0 gives each observer all there are.
trials = 0
# Times that each is asked for, and how many are asked once more to learn how steady the observer is.
repeats = 1
retests = 0
# Trials between two invitations to rest.
pause_every = 50
# Whether the size of the screen and its dark and light greys are checked first.
screen_check = true

{pictures}
# Scores, for ratings: "category" in these words, worst first, or "continuous" from low to high.
# [scale]
# kind = "category"
# labels = ["bad", "poor", "fair", "good", "excellent"]

# Pictures of known quality in JND, best first, for the quality ruler.
# [ruler]
# conditions = ["step 0", "step 1", "step 2"]
# jnd = [0.0, -1.0, -2.0]

# Which observers count; applied when results are made.
# [screening]
# golden_share = 0.75
# retest_share = 0.6
# least_median_s = 0.5

# An objective measure that an active schedule begins with: CSV of scene, condition, score.
# [prior]
# file = "measure.csv"
# in_jnd = false

# A trial that opens each session, so that observers know what to expect; as many as you like.
# [[anchor]]
# scene = {scene}
# shown = [{first}, {last}]

# A comparison whose answer is known.
# [[golden]]
# scene = {scene}
# better = {first}
# worse = {last}

# Or pictures rendered by us: each source in each rendition.
# [[source]]
# scene = "street"
# file = "street.dng"
# [[rendition]]
# condition = "authentic"
# look = "authentic"

# Words of the page that shall differ.
# [words]
# tie = "I cannot decide"
"""
