"""One look in other programs, by the files that `lichtbild look export` writes, beside the look itself.

    python benchmarks/look_interop.py PICTURES [PYTHON] [--look authentic] [--count 24] [--dng FILE ...]

PICTURES is a folder of finished 8-bit PNGs. Missing programs are installed: ffmpeg, rawtherapee, darktable
and liblcms2-utils by apt-get (as root), OpenColorIO by pip in an environment of its own, unless PYTHON has
it. Every program writes 8 bits a sample, as its users do. The floor is what rounding the look itself to 8
bits costs; the identity's column is the same program with a table that changes nothing, against the picture
that it was given. For each DNG, its camera profile (.dcp) of the look is rendered by our look `profile`, and
compared with the look at the same exposure, without local tone, sharpening, vignette and grain.
"""

import argparse
import shutil
import struct
import subprocess
import sys
import tempfile
import venv
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import tifffile
from PIL import Image

import lichtbild
import record
from lichtbild.camera.recipe import LookRecipe, Recipe
from lichtbild.colour import cielab
from lichtbild.colour.difference import ciede2000
from lichtbild.colour.transfer import SRGB
from lichtbild.core.array import transformed
from lichtbild.develop.recipe import HighlightsChoice
from lichtbild.image.picture import ColourSpace
from lichtbild.io.lut import clf, cube, dcp, device_link, export, hald, xmp
from lichtbild.io.lut.label import Label
from lichtbild.io.reader import read
from lichtbild.look.bake import bake, encoded
from lichtbild.look.encode import from_rec2020
from lichtbild.look.filter import Filter
from lichtbild.look.lut import Lut
from lichtbild.look.recipe import look_named
from lichtbild.look.style import Style

PROGRAMS = {
    "ffmpeg": "ffmpeg",
    "rawtherapee-cli": "rawtherapee",
    "darktable-cli": "darktable",
    "tificc": "liblcms2-utils",
}
TIME_LIMIT_S = 300
TO_REC2020 = np.linalg.inv(from_rec2020(ColourSpace.SRGB))
PICTURE = np.ndarray


def written(folder: Path, made: Callable[[int], Lut]) -> Path:
    """A folder with a table in every format that a program wants."""
    folder.mkdir()
    label = Label("look", "benchmark")
    cube.write(made(33), folder / "look.cube", label)
    cube.write(made(65), folder / "look65.cube", label)
    clf.write(made(33), folder / "look.clf", label)
    device_link.write(made(33), folder / "look.icc", label)
    xmp.write(made(32), folder / "look.xmp", label)
    for name in ("look.png", "look.tif"):
        hald.write(made(64), folder / name, label)
    return folder


def by_ocio(python: Path, table: Path, picture: PICTURE, work: Path) -> PICTURE:
    np.save(work / "in.npy", picture)
    peer = Path(__file__).with_name("look_interop_peer.py")
    subprocess.run([python, peer, table, work / "in.npy", work / "out.npy"], check=True, timeout=TIME_LIMIT_S)
    return np.round(np.load(work / "out.npy").clip(0, 1) * 255) / 255


def by_ffmpeg(filters: str, inputs: list[Path], picture: PICTURE, work: Path) -> PICTURE:
    source, target = work / "in.png", work / "out.png"
    Image.fromarray(np.round(picture * 255).astype(np.uint8)).save(source)
    given = [word for path in (source, *inputs) for word in ("-i", path)]
    command = ["ffmpeg", "-y", "-v", "error", *given, "-filter_complex", filters, "-frames:v", "1", target]
    return _made(command, target, cwd=inputs[0].parent if inputs else work)


def by_lut3d(table: Path, form: str, picture: PICTURE, work: Path) -> PICTURE:
    shutil.copy(table, work / "table.cube")
    return by_ffmpeg(f"{form}lut3d=file=table.cube:interp=tetrahedral,format=rgb24", [], picture, work)


def by_haldclut(table: Path, picture: PICTURE, work: Path) -> PICTURE:
    graph = "[0]format=rgb48[a];[1]format=rgb48[b];[a][b]haldclut=interp=tetrahedral,format=rgb24"
    return by_ffmpeg(graph, [table], picture, work)


def by_rawtherapee(table: Path, picture: PICTURE, work: Path) -> PICTURE:
    """With a 16-bit TIFF, for which it takes its neutral processing."""
    source, target, sidecar = work / "in.tif", work / "out.png", work / "look.pp3"
    tifffile.imwrite(source, np.round(picture * 65535).astype(np.uint16), photometric="rgb")
    sidecar.write_text(
        "[Version]\nAppVersion=5.9\nVersion=349\n\n"
        f"[Film Simulation]\nEnabled=true\nClutFilename={table}\nStrength=100\n"
    )
    command = ["rawtherapee-cli", "-Y", "-a", "-b8", "-n", "-o", target, "-p", sidecar, "-c", source]
    return _made(command, target)


def by_darktable(table: Path, picture: PICTURE, work: Path) -> PICTURE:
    source, target, sidecar = work / "in.png", work / "out.png", work / "look.xmp"
    Image.fromarray(np.round(picture * 255).astype(np.uint8)).save(source)
    sidecar.write_text(darktable_sidecar(table.name))
    own = ["--configdir", work / "dt", "--cachedir", work / "dt", "--library", ":memory:", "--disable-opencl"]
    said = [f"plugins/darkroom/lut3d/def_path={table.parent}", "plugins/imageio/format/png/bpp=8"]
    confs = [word for line in said for word in ("--conf", line)]
    custom = ["--apply-custom-presets", "false"]
    return _made(["darktable-cli", source, sidecar, target, *custom, "--core", *own, *confs], target)


def by_littlecms(table: Path, picture: PICTURE, work: Path) -> PICTURE:
    source, target = work / "in.tif", work / "out.tif"
    tifffile.imwrite(source, np.round(picture * 255).astype(np.uint8), photometric="rgb")
    return _made(["tificc", f"-l{table}", source, target], target)


def by_table(table: Lut, picture: PICTURE) -> PICTURE:
    return np.round(table(picture).clip(0, 1) * 255) / 255


def darktable_sidecar(table: str) -> str:
    """The edit of darktable 4.2 with its module "lut 3D" alone.

    Source: the module's parameters, version 3: a name of 512 bytes in its folder of tables, colour space (0
    is sRGB), interpolation (0 is tetrahedral), number of key points of a compressed table, those, a name.
    """
    numbers = struct.pack("<512siii12288s128s", table.encode(), 0, 0, 0, b"", b"").hex()
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:darktable="http://darktable.sf.net/" darktable:xmp_version="5" '
        'darktable:raw_params="0" darktable:auto_presets_applied="1" darktable:history_end="1" '
        'darktable:iop_order_version="4"><darktable:history><rdf:Seq><rdf:li darktable:num="0" '
        'darktable:operation="lut3d" darktable:enabled="1" darktable:modversion="3" '
        f'darktable:params="{numbers}" darktable:multi_name="" darktable:multi_priority="0"/></rdf:Seq>'
        "</darktable:history></rdf:Description></rdf:RDF></x:xmpmeta>"
    )


def _made(command: list[object], target: Path, cwd: Path | None = None) -> PICTURE:
    target.unlink(missing_ok=True)
    done = subprocess.run(
        [str(word) for word in command], capture_output=True, text=True, timeout=TIME_LIMIT_S, cwd=cwd
    )
    if not target.exists():
        raise RuntimeError(f"{command[0]} wrote no picture: {done.stderr[-500:]}")
    return np.asarray(Image.open(target).convert("RGB")) / 255


def install(python: Path | None, folder: Path) -> Path:
    """Install what is missing; returns the interpreter that has OpenColorIO."""
    missing = [package for program, package in PROGRAMS.items() if shutil.which(program) is None]
    if missing:
        subprocess.run(["apt-get", "update", "-q"], check=True)
        subprocess.run(["apt-get", "install", "-q", "-y", "--no-install-recommends", *missing], check=True)
    python = Path(sys.executable) if python is None else python
    if subprocess.run([python, "-c", "import PyOpenColorIO"], capture_output=True).returncode == 0:
        return python
    venv.create(folder / "ocio", with_pip=True)
    python = folder / "ocio" / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "-q", "opencolorio>=2.5", "numpy"], check=True)
    return python


def versions(python: Path) -> str:
    """What the programs call themselves."""
    asked = {
        "OpenColorIO": [python, "-c", "import PyOpenColorIO as o; print(o.__version__)"],
        "ffmpeg": ["ffmpeg", "-version"],
        "RawTherapee": ["rawtherapee-cli", "-h"],
        "darktable": ["darktable-cli", "--version"],
    }
    found = []
    for name, command in asked.items():
        said = subprocess.run([str(word) for word in command], capture_output=True, text=True).stdout.split()
        number = next((word.strip(",.") for word in said if word[0].isdigit()), "unknown version")
        found.append(f"{name} {number}")
    return ", ".join(found)


def difference(picture: PICTURE, other: PICTURE) -> PICTURE:
    """CIEDE2000 of encoded sRGB, pixel by pixel."""
    linear = (SRGB.decode(one.astype(np.float64)) for one in (picture, other))
    return np.asarray(ciede2000(*(cielab.from_rec2020(transformed(one, TO_REC2020)) for one in linear)))


def pictures(folder: Path, count: int) -> Iterator[PICTURE]:
    for path in sorted(folder.glob("*.png"))[:count]:
        yield np.asarray(Image.open(path).convert("RGB")) / 255


Applied = Callable[[Path, PICTURE], PICTURE]
"""What a program makes of a picture by the tables in a folder."""


def programs(python: Path, work: Path) -> dict[str, Applied]:
    return {
        "OpenColorIO, .cube of 33": lambda f, p: by_ocio(python, f / "look.cube", p, work),
        "OpenColorIO, .cube of 65": lambda f, p: by_ocio(python, f / "look65.cube", p, work),
        "OpenColorIO, CLF of 33": lambda f, p: by_ocio(python, f / "look.clf", p, work),
        "ffmpeg lut3d, .cube of 33, 8 bits inside": lambda f, p: by_lut3d(f / "look.cube", "", p, work),
        "ffmpeg lut3d, .cube of 33, floats inside": lambda f, p: by_lut3d(
            f / "look.cube", "format=gbrpf32le,", p, work
        ),
        "ffmpeg haldclut, level 8 PNG": lambda f, p: by_haldclut(f / "look.png", p, work),
        "RawTherapee, level 8 TIFF": lambda f, p: by_rawtherapee(f / "look.tif", p, work),
        "darktable, .cube of 33": lambda f, p: by_darktable(f / "look.cube", p, work),
        "littleCMS, device link of 33": lambda f, p: by_littlecms(f / "look.icc", p, work),
        "Adobe XMP profile of 32, our decoder": lambda f, p: by_table(xmp.read(f / "look.xmp").lut, p),
        "Lichtbild, .cube of 33": lambda f, p: by_table(cube.read(f / "look.cube").lut, p),
    }


def measured(
    applied: dict[str, Applied], style: Style, work: Path, shown: Iterator[PICTURE]
) -> tuple[list[tuple[str, ...]], float, int]:
    """The rows of the table, the floor, and the number of photographs."""
    look = written(work / "look", lambda size: bake(style, size=size))
    nothing = written(work / "identity", Lut.identity)
    analytic = Filter.of(style, ColourSpace.SRGB, ColourSpace.SRGB)
    apart: dict[str, list[PICTURE]] = {name: [] for name in applied}
    still: dict[str, list[float]] = {name: [] for name in applied}
    floor = []
    for picture in shown:
        wanted = encoded(analytic, picture, ColourSpace.SRGB)
        floor.append(difference(wanted, np.round(wanted * 255) / 255).mean())
        for program, apply in applied.items():
            apart[program].append(difference(wanted, apply(look, picture)).ravel())
            still[program].append(difference(picture, apply(nothing, picture)).mean())
    least, rows = float(np.mean(floor)), []
    for program in applied:
        every = np.concatenate(apart[program])
        numbers = (np.percentile(every, 99), every.max(), every.mean() - least, np.mean(still[program]))
        said = (f"{number:.{digits}f}" for number, digits in zip(numbers, (2, 1, 3, 3), strict=True))
        rows.append((program, f"{every.mean():.3f}", *said))
    return rows, least, len(floor)


def profile_table(look: str, files: list[Path], place: Path) -> list[str]:
    """The table of the camera profiles; nothing without a DNG."""
    rows = []
    for file in files:
        export.write_dcp(look_named(look), place, file, Label(look, "benchmark"))
        frame, plain = read(file), Recipe()
        exposure = replace(plain.develop.exposure, ev=0.0)
        choices = replace(plain.develop, highlights=HighlightsChoice("clip"), exposure=exposure)
        by_look = LookRecipe(name=look, local_tone=0.0, sharpening=0.0, vignette=0.0, grain=0.0)
        pair = (
            lichtbild.develop(known, recipe=replace(plain, develop=choices, look=rendered)).samples
            for known, rendered in (
                (frame, by_look),
                (replace(frame, profiles=(dcp.read(place),)), LookRecipe(name="profile")),
            )
        )
        apart = difference(*pair)
        numbers = (apart.mean(), np.percentile(apart, 95), np.percentile(apart, 99))
        rows.append((file.name, *(f"{number:.2f}" for number in numbers)))
    return [record.table(("camera profile rendered on", "mean", "p95", "p99"), rows)] if rows else []


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("pictures", type=Path)
    parser.add_argument("python", type=Path, nargs="?")
    parser.add_argument("--look", default="authentic")
    parser.add_argument("--count", type=int, default=24)
    parser.add_argument("--dng", type=Path, nargs="*", default=[])
    asked = parser.parse_args()
    style = look_named(asked.look).style
    assert style is not None
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        python = install(asked.python, work)
        shown = pictures(asked.pictures, asked.count)
        rows, least, count = measured(programs(python, work), style, work, shown)
        head = ("program and file", "mean", "p99", "largest", "mean above the floor", "identity, mean")
        record.write(
            "look_interop",
            f"Look `{asked.look}` on {count} photographs, CIEDE2000 against the look itself; the floor, what "
            f"rounding that to 8 bits costs, is {least:.3f} in the mean.",
            record.table(head, rows),
            *profile_table(asked.look, asked.dng, work / "look.dcp"),
            f"{versions(python)}.",
        )


if __name__ == "__main__":
    main()
