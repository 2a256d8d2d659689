"""Portrait files: the depth and the matte of a photograph, beside it, for another focus, f-number or lens.

``NAME.portrait.tif`` has three pages that any viewer shows: reciprocal distances, 1/m; how sure they are; and
the coverage by the subject. Its description is JSON.
"""

import json
from pathlib import Path
from typing import Any, Final, get_args

import numpy as np

from lichtbild.core.errors import BadFile
from lichtbild.image.depth_map import NEAREST, DepthMap, DepthSource
from lichtbild.image.portrait import Portrait
from lichtbild.io.atomic import replacing

ENDING: Final = ".portrait.tif"
SCHEMA: Final = 1
MOST_PIXELS: Final = 1 << 28
_DEEPEST: Final = 2048


def portrait_of(photograph: Path) -> Path:
    """Where the depth and matte of a photograph lie."""
    return photograph.with_name(f"{photograph.stem}{ENDING}")


def write_portrait(portrait: Portrait, path: Path, made_from: str = "") -> None:
    """Write depth and matte.

    Args:
        portrait: of a photograph.
        path: to write.
        made_from: a digest of the files that it belongs to.

    Raises:
        CannotWrite: the file cannot be written there.
    """
    import tifffile

    depth = portrait.depth
    step = max(1, -(-max(depth.extent) // _DEEPEST))
    words = {
        "schema": SCHEMA,
        "source": depth.source,
        "note": depth.note,
        "notes": list(portrait.notes),
        "focus_mm": portrait.focus_mm,
        "subject": portrait.alpha is not None,
        "made_from": made_from,
    }
    alpha = portrait.alpha if portrait.alpha is not None else np.zeros((1, 1), np.float32)
    with replacing(path) as draft, tifffile.TiffWriter(draft) as file:
        options: Any = {"compression": "zlib", "photometric": "minisblack", "metadata": None}
        file.write(1000 * depth.vergence[::step, ::step], description=json.dumps(words), **options)
        file.write(_bytes(depth.confidence[::step, ::step]), **options)
        file.write(_bytes(alpha), **options)


def read_portrait(path: Path) -> tuple[Portrait, str]:
    """Depth and matte, and the digest of the files that they belong to.

    Raises:
        BadFile: it is none that `write_portrait` wrote.
    """
    import tifffile

    try:
        with tifffile.TiffFile(path) as file:
            if len(file.pages) != 3 or any(page.size > MOST_PIXELS for page in file.pages):
                raise ValueError("has not three pages")
            words = json.loads(file.pages.first.description)
            per_metre, sure, alpha = (np.asarray(page.asarray()) for page in file.pages)
        return _portrait(words, per_metre, sure, alpha), str(words["made_from"])
    except BadFile:
        raise
    except Exception as error:  # tifffile meets damaged files with errors of many kinds
        what = "is no portrait's depth and matte, or is damaged; take it away, and it is made anew"
        raise BadFile(path, what) from error


def _portrait(words: Any, per_metre: Any, sure: Any, alpha: Any) -> Portrait:
    if words["schema"] != SCHEMA or words["source"] not in get_args(DepthSource):
        raise ValueError("is of another schema")
    distance = np.maximum(1000 / np.maximum(per_metre.astype(np.float64), 1e-9), NEAREST).astype(np.float32)
    depth = DepthMap(distance, sure.astype(np.float32) / 255, words["source"], str(words["note"]))
    covered = alpha.astype(np.float32) / 255 if words["subject"] else None
    notes = tuple(str(note) for note in words["notes"])
    return Portrait(depth, covered, float(words["focus_mm"]), notes)


def _bytes(share: Any) -> Any:
    return np.round(np.clip(share, 0, 1) * 255).astype(np.uint8)
