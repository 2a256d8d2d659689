"""Fuzzing of the readers of lens files and glass catalogues, by their suffixes.

    python tests/fuzz/lens_fuzz.py SEEDS... [--seconds 600] [--seed 1] [--keep FOLDER]

Seeds are sound files (.zmx, .seq, .toml, .json, .agf) or folders of them. Each input is a seed with words,
lines or bytes changed, or cut off. It is a find when it gives anything but a result or a `BadInput` of one
line, or takes longer than a second of processor time; finds are kept in a folder, under their number.
"""

import argparse
import random
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import changes

from lichtbild.core.errors import BadInput
from lichtbild.io.lens import read_lens
from lichtbild.io.lens.agf import read_agf

SECONDS = 1.0
SUFFIXES = (".zmx", ".seq", ".toml", ".json", ".agf")

HARD = (
    "1e308 -1e308 1e-320 1e400 nan inf -inf INFINITY -1 0 1 2 3 1e9 999999999999 0x10 1_0 1e 1e99999 -0.0 "
    '" "" [ ] {{{{ ((((( # ! \0 \ufeff \u0661 \U0001f50d '
    "XASPHERE XOSPHERE EVENASPH COORDBRK TOROIDAL QED_TYPE XPOLYNOM MIRROR STOP FLOA MNUM XDAT PARM GLAS "
    "ASP SPS QCN QBF REFL DAR XDE ADE STO ZOO PIM THI WTF CD ED ID TD OD LD IT NM CC"
)
"""What stands in the place of another word: hard numbers, brackets, and keywords of each format."""

WORDS = HARD.split()


def mutated(data: bytes, chance: random.Random) -> bytes:
    """A seed with one to six changes."""
    for _ in range(chance.randint(1, 6)):
        data = chance.choice(CHANGES)(data, chance)
    return data


def _word(data: bytes, chance: random.Random) -> bytes:
    """Another word in the place of one; in UTF-16 text, too."""
    wide = data[:2] == b"\xff\xfe"
    space = b" \0" if wide else b" "
    words = data.split(space)
    word = chance.choice(WORDS)
    words[chance.randrange(len(words))] = word.encode("utf-16-le" if wide else "utf-8")
    return space.join(words)


def _long(data: bytes, chance: random.Random) -> bytes:
    place = chance.randint(0, len(data))
    return data[:place] + chance.choice((b"9", b"(", b'"', b" ", b"[", b"1 ")) * 20_000 + data[place:]


CHANGES: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    _word,
    _word,
    _word,
    changes.lines,
    changes.some_bytes,
    changes.cut,
    _long,
)


def fault(path: Path) -> str | None:
    """What is wrong with reading a file; None where all is well."""
    begin = time.process_time()
    try:
        read_agf(path) if path.suffix == ".agf" else read_lens(path)
    except BadInput as error:
        if "\n" in str(error) or len(str(error)) > 1000:
            return f"more than a sentence: {str(error)[:2000]!r}"
    except Exception:
        return traceback.format_exc()
    taken = time.process_time() - begin
    return f"took {taken:.1f} s" if taken > SECONDS else None


def seeds_of(names: list[Path]) -> list[Path]:
    """The files named, and those in the folders named."""
    files = (file for name in names for file in (sorted(name.rglob("*")) if name.is_dir() else [name]))
    return [file for file in files if file.suffix.lower() in SUFFIXES]


def main() -> int:
    """Fuzz until the time is up; 1 if anything was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("seeds", nargs="+", type=Path)
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, default=Path("lens_fuzz_finds"))
    given = parser.parse_args()
    warnings.simplefilter("error")
    chance, count, found = random.Random(given.seed), Counter[str](), Counter[str]()
    seeds, end = seeds_of(given.seeds), time.monotonic() + given.seconds
    with tempfile.TemporaryDirectory() as folder:
        while time.monotonic() < end:
            seed = chance.choice(seeds)
            suffix = seed.suffix.lower()
            data = mutated(seed.read_bytes(), chance)
            path = Path(folder, f"input{suffix}")
            path.write_bytes(data)
            count[suffix] += 1
            if what := fault(path):
                given.keep.mkdir(parents=True, exist_ok=True)
                kept = given.keep / f"{sum(found.values())}{suffix}"
                kept.write_bytes(data)
                found[suffix] += 1
                sys.stderr.write(f"{kept} from {seed.name}: {what}\n")
    sys.stderr.write(f"inputs {dict(count)}, finds {dict(found)}\n")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
