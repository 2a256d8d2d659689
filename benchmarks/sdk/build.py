# SPDX-License-Identifier: Apache-2.0
"""Build the `render` program over Adobe's DNG SDK, for tests and benchmarks only.

The SDK comes from the source package ``dngpy`` 0.1.3 on PyPI.  Nothing of it
(and none of its sample pictures) belongs in this repository: all goes to a
cache folder.  The last line printed is the path of the binary.

    python benchmarks/sdk/build.py [CACHE_FOLDER]

The environment variable LICHTBILD_DNGPY may name the package's tarball or
its unpacked folder (which is copied, since the build writes into its tree);
otherwise ``pip download`` fetches it, for which scikit-build-core and
pybind11 must be importable.  Needed besides: a C++ compiler, make, CMake and
Ninja.  Only Linux has been tried.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

VERSION = "0.1.3"
HERE = Path(__file__).resolve().parent

# The package lacks this generated header of the XMP toolkit (its own
# .gitignore swallows every folder called "build").  Only texts for version
# messages are wanted from it.
BUILD_INFO = """\
#ifndef LICHTBILD_XMP_BUILDINFO
#define LICHTBILD_XMP_BUILDINFO
#define MACRO_PASTE_(a, b, c) a##b##c
#define MACRO_PASTE(a, b, c) MACRO_PASTE_(a, b, c)
#define MAKESTR_(a) #a
#define MAKESTR(a) MAKESTR_(a)
#define BUILDVERSIONSTR "0"
#define BUILDDATESTR "0"
#define BUILDIDSTR "0"
#define kXMP_CopyrightStr "-"
#define kXMP_AdobeIPStr "-"
#endif
"""

# As the package's CMakeLists.txt compiles the library: these switch members
# of SDK classes, so the program must agree with the library about them.
DEFINES = [
    "qLinux=1", "UNIX_ENV", "XMP_64=1", "qDNGDebug=0", "qDNGValidate=1",
    "qDNGValidateTarget=0", "qDNGUseLibJPEG=1", "qDNGUseXMP=1",
    "AdobePrivate=1", "XMP_StaticBuild=1",
]  # fmt: skip
INCLUDES = ["dng_sdk/source", "xmp/toolkit/public/include", "libjxl/libjxl/lib/include"]


def run(command: list[str | Path], jobs: int, **options: object) -> None:
    """Run a build step, with its chatter sent to standard error."""
    environment = {**os.environ, "CMAKE_BUILD_PARALLEL_LEVEL": str(jobs)}
    subprocess.run([str(word) for word in command], check=True, env=environment, stdout=sys.stderr, **options)


def download(folder: Path, jobs: int) -> Path:
    """Fetch the source package with pip; return the tarball."""
    tarball = folder / f"dngpy-{VERSION}.tar.gz"
    if not tarball.exists():
        run(
            [sys.executable, "-m", "pip", "download", "--no-deps", "--no-build-isolation",
             "--no-binary", "dngpy", "--dest", folder, f"dngpy=={VERSION}"],
            jobs,
        )  # fmt: skip
    return tarball


def unpack(folder: Path, jobs: int) -> Path:
    """Bring the package's sources into the cache folder; return their root."""
    tree = folder / f"dngpy-{VERSION}"
    ready = folder / "unpacked"
    if ready.exists():
        return tree
    shutil.rmtree(tree, ignore_errors=True)  # what an interrupted run left
    given = os.environ.get("LICHTBILD_DNGPY")
    source = Path(given) if given else download(folder, jobs)
    if source.is_dir():
        # Make's products would carry the old folder's paths along.
        products = ["*.o", "*.lo", "*.la", ".libs", ".deps", "config.status", "Makefile"]
        shutil.copytree(source, tree, ignore=shutil.ignore_patterns("sample_files", *products))
    else:
        with tarfile.open(source) as archive:
            wanted = [m for m in archive.getmembers() if "/sample_files/" not in m.name]
            archive.extractall(folder, members=wanted, filter="data")
    header = tree / "extern/xmp/toolkit/build/XMP_BuildInfo.h"
    header.parent.mkdir(exist_ok=True)
    header.write_text(BUILD_INFO)
    ready.touch()
    return tree


def build_library(tree: Path, folder: Path, jobs: int) -> Path:
    """Compile the SDK as a shared library; return the folder that holds it."""
    out = folder / "sdk"
    if not (out / "libdng.so").exists():
        run(
            ["cmake", "-G", "Ninja", "-S", tree, "-B", out, "-DCMAKE_BUILD_TYPE=Release",
             "-DBUILD_PYTHON_BINDINGS=OFF", "-DCMAKE_CXX_FLAGS=-w", "-DCMAKE_C_FLAGS=-w"],
            jobs,
        )  # fmt: skip
        run(["ninja", "-C", out, f"-j{jobs}"], jobs)
    return out


def build_program(tree: Path, library: Path, folder: Path, jobs: int) -> Path:
    """Compile render.cpp unless this very text was compiled already."""
    source = HERE / "render.cpp"
    binary = folder / f"render-{hashlib.sha256(source.read_bytes()).hexdigest()[:12]}"
    if not binary.exists():
        partial = binary.with_suffix(".part")
        run(
            [os.environ.get("CXX", "c++"), "-std=gnu++14", "-O2", "-w",
             *(f"-D{define}" for define in DEFINES),
             *(f"-I{tree / 'extern' / include}" for include in INCLUDES),
             source, "-o", partial, f"-L{library}", "-ldng", "-lpthread", f"-Wl,-rpath,{library}"],
            jobs,
        )  # fmt: skip
        partial.rename(binary)
    return binary


def main(arguments: list[str]) -> None:
    caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = Path(arguments[0] if arguments else caches / "lichtbild" / "dng-sdk").resolve()
    if folder.is_relative_to(HERE.parents[1]):
        raise SystemExit("the cache folder must lie outside the repository")
    folder.mkdir(parents=True, exist_ok=True)
    jobs = min(os.cpu_count() or 1, 4)
    tree = unpack(folder, jobs)
    library = build_library(tree, folder, jobs)
    print(build_program(tree, library, folder, jobs))


if __name__ == "__main__":
    main(sys.argv[1:])
