"""Other programs' MTF50 of the edges that `sfr.py` measures, each as its makers meant it to be called.

``LICHTBILD_MTF_MAPPER``: the program mtf_mapper. ``LICHTBILD_SFRMAT5``: the folder that holds sfrmat5.m, run
by octave-cli. Where a name is not set, its program is left out. README.md says how both are built.
"""

import os
import resource
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import cv2
import numpy as np
import scipy.io

import exact_edges as exact
from lichtbild.quality.edge.unbiased import measure_edge, measure_edges

Found = tuple[np.ndarray, float]
"""MTF50 of each picture, NaN for none, and the processor seconds that all took."""
Program = Callable[[Sequence[np.ndarray], float], Found]

_OCTAVE = """
warning('off', 'all'); pkg_path = getenv('LICHTBILD_SFRMAT5'); addpath(pkg_path);
load('edges.mat'); begin = cputime; found = zeros(1, numel(edges));
for k = 1:numel(edges)
  try
    [status, dat] = sfrmat5(1, 1, edges{k});
    f = dat(:, 1); m = dat(:, end); at = find(m < 0.5, 1);
    found(k) = f(at-1) + (m(at-1) - 0.5) / (m(at-1) - m(at)) * (f(at) - f(at-1));
  catch
    found(k) = NaN;
  end
end
spent = cputime - begin; save('-v6', 'found.mat', 'found', 'spent');
"""


def by_us(pictures: Sequence[np.ndarray], angle: float) -> Found:
    begin = time.process_time()
    found = [measure_edge(each, *exact.ends(angle, each.shape), 32.0).mtf50 for each in pictures]
    return np.array(found), time.process_time() - begin


def by_mtf_mapper(pictures: Sequence[np.ndarray], angle: float) -> Found:
    found, before = [], _children()
    for each in pictures:
        with tempfile.TemporaryDirectory() as folder:
            values = _mapped(each, Path(folder), "--single-roi")
            found.append(values[0] if len(values) else np.nan)
    return np.array(found), _children() - before


def by_sfrmat5(pictures: Sequence[np.ndarray], angle: float) -> Found:
    cells = np.empty(len(pictures), object)
    cells[:] = list(pictures)
    with tempfile.TemporaryDirectory() as folder:
        scipy.io.savemat(Path(folder) / "edges.mat", {"edges": cells})
        command = ["octave-cli", "--quiet", "--no-gui", "--eval", _OCTAVE]
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
        told = scipy.io.loadmat(Path(folder) / "found.mat")
    return told["found"].ravel(), float(told["spent"].item())


def programs() -> dict[str, Program]:
    """Ours, and the others that are there."""
    there: dict[str, Program] = {"Lichtbild": by_us}
    if os.environ.get("LICHTBILD_MTF_MAPPER"):
        there["mtf_mapper 0.7.38, a process each"] = by_mtf_mapper
    if os.environ.get("LICHTBILD_SFRMAT5"):
        there["sfrmat5 v1, Octave"] = by_sfrmat5
    return there


def _mapped(picture: np.ndarray, folder: Path, *options: str) -> np.ndarray:
    cv2.imwrite(str(folder / "edge.png"), np.round(picture.clip(0, 1) * 65535).astype(np.uint16))
    program = os.environ["LICHTBILD_MTF_MAPPER"]
    subprocess.run([program, "edge.png", ".", "-q", *options], cwd=folder, capture_output=True)
    table = folder / "edge_mtf_values.txt"
    if not table.exists() or not table.read_text().strip():
        return np.empty(0)
    values = np.loadtxt(table, ndmin=2)[:, 3]
    return values[(values > 0) & (values < 1)]


def _children() -> float:
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def squares(side: int = 100, across: int = 10, sigma: float = 0.69) -> tuple[np.ndarray, list]:
    """Dark squares turned by 5 degrees, and the sides of each, 20 px less at either end."""
    pitch, fine = 2 * side, 8
    tile = np.full((pitch * fine, pitch * fine), 0.8, np.float32)
    turn = np.radians(5.0)
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * side / 2
    corners = corners @ [[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]] + pitch / 2
    cv2.fillPoly(tile, [np.round((corners * fine - 0.5) * 256).astype(np.int32)], 0.2, shift=8)
    tile = cv2.GaussianBlur(tile, (0, 0), sigma * fine)
    tile = tile.reshape(pitch, fine, pitch, fine).mean((1, 3))
    edges = []
    for row in range(across):
        for column in range(across):
            own = corners + np.array([column, row]) * pitch
            for k in range(4):
                way = (own[(k + 1) % 4] - own[k]) / side
                edges.append((tuple(own[k] + 20 * way), tuple(own[(k + 1) % 4] - 20 * way), 28.0))
    picture = np.tile(tile, (across, across)).astype(float)
    return picture + 0.002 * np.random.default_rng(1).normal(size=picture.shape), edges


def many() -> list[list[str]]:
    """Milliseconds an edge where one call measures a whole picture of 400 of them."""
    picture, edges = squares()
    measure_edges(picture, edges[:4], threads=1)
    begin = time.process_time()
    found = [each for each in measure_edges(picture, edges, threads=1) if not isinstance(each, str)]
    rows = [_many_row("Lichtbild, known places", [r.mtf50 for r in found], time.process_time() - begin)]
    if os.environ.get("LICHTBILD_MTF_MAPPER"):
        before = _children()
        with tempfile.TemporaryDirectory() as folder:
            values = _mapped(picture, Path(folder))
        rows.append(_many_row("mtf_mapper, finds them too", list(values), _children() - before))
    return rows


def _many_row(name: str, values: list[float], spent: float) -> list[str]:
    told = [f"{np.median(values):.4f}", f"{np.std(values) / np.median(values):.2%}"] if values else ["", ""]
    return [name, str(len(values)), *told, f"{1000 * spent / max(len(values), 1):.1f}"]


def compared(widths: Sequence[float], angles: Sequence[float], repeats: int) -> list[list[str]]:
    """Errors of each program on the same edges: exact ones, and some with noise."""
    clean = {(w, a): exact.edge(*exact.gaussian_of(w, a), a) for w in widths for a in angles}
    rng = np.random.default_rng(2)
    noisy = {
        (w, n): [clean[w, 5.0] + 0.6 * n * rng.normal(size=clean[w, 5.0].shape) for _ in range(repeats)]
        for w in (0.1, 0.25, 0.4)
        for n in (0.01, 0.03)
    }
    rows = []
    for name, program in programs().items():
        program(noisy[0.25, 0.01][:1], 5.0)
        errors, spent, count = [], 0.0, 0
        for angle in angles:
            found, seconds = program([clean[w, angle] for w in widths], angle)
            errors += list(100 * (found / np.array(widths) - 1))
            spent, count = spent + seconds, count + len(widths)
        known = np.abs(np.array(errors))
        row = [name, f"{np.nanmedian(known):.4f}", f"{np.nanmax(known):.3f}", str(int(np.isnan(known).sum()))]
        for noise in (0.01, 0.03):
            told = [program(noisy[w, noise], 5.0)[0] / w - 1 for w in (0.1, 0.25, 0.4)]
            row += [f"{100 * np.sqrt(np.nanmean(each**2)):.2f}" for each in told]
        rows.append([*row, f"{1000 * spent / count:.1f}"])
    return rows
