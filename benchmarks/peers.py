"""What other raw developers make of a file, each by its own defaults, as sRGB from 0 to 1."""

import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import rawpy
import tifffile

TIME_LIMIT_S = 300


class NotOpenedError(Exception):
    """The program makes no picture of the file."""


def by_rawpy(file: Path) -> np.ndarray:
    """LibRaw: AHD, as-shot white balance, sRGB, no automatic exposure, not turned upright."""
    try:
        with rawpy.imread(str(file)) as raw:
            picture = raw.postprocess(
                demosaic_algorithm=rawpy.DemosaicAlgorithm.AHD,
                use_camera_wb=True,
                no_auto_bright=True,
                output_color=rawpy.ColorSpace.sRGB,
                output_bps=16,
                user_flip=0,
            )
    except rawpy.LibRawError as error:
        raise NotOpenedError(str(error)) from error
    return picture / np.float32(65535)


def by_rawtherapee(file: Path) -> np.ndarray:
    """RawTherapee with its neutral processing profile."""
    with tempfile.TemporaryDirectory() as folder:
        picture = Path(folder) / "picture.tif"
        return _made(["rawtherapee-cli", "-Y", "-b16", "-t", "-o", picture, "-c", file], picture)


def by_darktable(file: Path) -> np.ndarray:
    """Darktable with the edits that it makes by itself."""
    with tempfile.TemporaryDirectory() as folder:
        picture = Path(folder) / "picture.tif"
        own = ["--configdir", folder, "--cachedir", folder, "--library", ":memory:", "--disable-opencl"]
        bits = ["--conf", "plugins/imageio/format/tiff/bpp=16"]
        return _made(["darktable-cli", file, picture, "--core", *own, *bits], picture)


def _made(command: list[str | Path], picture: Path) -> np.ndarray:
    """The picture that a program wrote; its exit code says little."""
    if not installed(command[0]):
        raise NotOpenedError("not installed")
    subprocess.run(command, capture_output=True, timeout=TIME_LIMIT_S)
    if not picture.exists():
        raise NotOpenedError("wrote no picture")
    return tifffile.imread(picture)[..., :3] / np.float32(65535)


PEERS: dict[str, Callable[[Path], np.ndarray]] = {
    "rawpy": by_rawpy,
    "RawTherapee": by_rawtherapee,
    "darktable": by_darktable,
}


def installed(program: Path | str) -> bool:
    """Whether a program can be started."""
    return shutil.which(str(program)) is not None


def versions() -> str:
    """The peers and their versions, in a line."""
    libraw = ".".join(map(str, rawpy.libraw_version))
    said = [f"rawpy {rawpy.__version__} (LibRaw {libraw})"]
    for program, option in {"rawtherapee-cli": "-v", "darktable-cli": "--version"}.items():
        if installed(program):
            output = subprocess.run([program, option], capture_output=True, text=True).stdout
            said.append(
                output.splitlines()[0]
                .removeprefix("this is ")
                .replace(", version", "")
                .removesuffix(", command line.")
            )
    return ", ".join(said)
