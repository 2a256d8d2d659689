"""Slanted edges: error of MTF50 on exact ones, with noise, halos, demosaic, JPEG and bends; edges a second.

``SHARED/data/quality [REPEATS]``: the folder with rectangles rendered by another program.

The programs that `sfr_peers.py` knows are measured beside us on the same edges, where they are there.

Exact edges are sampled from the Fourier integral of their transfer function (tests/exact_edges.py), 100 rows
of 64 columns, light 0.2 and 0.8; noise is told as a share of the contrast. The known-shape bound is that of
Cramer and Rao for two levels, place, tilt and one width; the model's own is that with the prior (van Trees).
"""

import io
import math
import sys
import time
from pathlib import Path

import numpy as np
from PIL import Image

import record

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
import exact_edges as exact
import sfr_peers
from lichtbild.quality.edge import definition
from lichtbild.quality.edge.region import edge_region
from lichtbild.quality.edge.unbiased import EdgeResponse, fitted, measure_edge, measure_edges
from lichtbild.quality.kernels.edge_fit import CONTRAST, PATH, TAIL
from lichtbild.quality.kernels.edge_measure import SCALE
from lichtbild.quality.kernels.edge_settle import MOVED

ANGLES = (1.0, 2.0, 5.0, 8.0, 12.0, 14.0362, 18.4349, 20.0, 26.5651, 30.0, 37.0, 44.0)
WIDTHS = (0.05, 0.1, 0.15, 0.25, 0.35, 0.4, 0.5)
REACH = 32.0
SHAPES = exact.SHAPES
FRESH = {
    "fresh: sech": (lambda f: 1 / np.cosh(6 * f), 4.0),
    "fresh: (1 + 5 f) exp -5 f": (lambda f: (1 + 5 * f) * np.exp(-5 * f), 4.0),
    "fresh: motion 1.5 px": (lambda f: np.sinc(1.5 * f) * exact.gaussian(0.3)(f), 4.0),
    "fresh: motion 3 px": (lambda f: np.sinc(3 * f) * exact.gaussian(0.5)(f), 4.0),
    "fresh: triangle 1.6 px": (lambda f: np.sinc(1.6 * f) ** 2 * exact.gaussian(0.3)(f), 4.0),
    "fresh: defocused Airy": (lambda f: exact.airy(0.8)(f) * exact.disc(2.0)(f), 0.8),
}
"""Shapes that are not in the table above; like ones were in sight when the prior's scales were chosen."""


def measured(picture: np.ndarray, angle: float, reach: float = REACH) -> EdgeResponse:
    return measure_edge(picture, *exact.ends(angle, picture.shape), reach)


def noise_free() -> list[list[str]]:
    rows = []
    for width in WIDTHS:
        errors = []
        for angle in ANGLES:
            transfer, band = exact.gaussian_of(width, angle)
            errors.append(100 * (measured(exact.edge(transfer, band, angle), angle).mtf50 / width - 1))
        rows.append([f"{width:g}", *(f"{e:+.4f}" for e in errors)])
    return rows


def shapes_free() -> list[list[str]]:
    rows = []
    for name, (optics, band) in SHAPES.items():
        errors, truth = [], 0.0
        for angle in (1.0, 5.0, 14.0362, 18.4349, 26.5651, 37.0, 44.0):
            transfer = exact.system(optics, angle)
            truth = exact.mtf50(transfer)
            errors.append(100 * (measured(exact.edge(transfer, band, angle), angle).mtf50 / truth - 1))
        rows.append([name, f"{truth:.3f}", *(f"{e:+.3f}" for e in errors)])
    return rows


def noisy(repeats: int) -> list[list[str]]:
    rng = np.random.default_rng(1)
    rows = []
    cases = [
        (f"gaussian {w:g}", a, *exact.gaussian_of(w, a)) for a in (5.0, 26.5651) for w in (0.08, 0.25, 0.45)
    ]
    cases += [
        (n, 5.0, exact.system(s[0], 5.0), s[1])
        for n, s in {**SHAPES, **FRESH}.items()
        if not n.startswith("gaussian")
    ]
    for name, angle, transfer, band in cases:
        truth, clean = exact.mtf50(transfer), exact.edge(transfer, band, angle)
        for noise in (0.01, 0.03):
            found = [
                measured(clean + 0.6 * noise * rng.normal(size=clean.shape), angle) for _ in range(repeats)
            ]
            information = model_bound(clean, angle, 0.6 * noise, transfer, truth)
            rows.append([*_noise_row(name, angle, noise, truth, found), f"{100 * information / truth:.2f}"])
    return rows


def model_bound(
    clean: np.ndarray, angle: float, noise: float, transfer: exact.Transfer, truth: float
) -> float:
    """Bayesian bound of Cramer and Rao (van Trees 1968) of the model that is fitted, by dense matrices.

    The information of the samples about all parameters of a straight edge, with the noise known, and that of
    the prior at the scale likeliest for a noisy picture; the response's slope is the true one.
    """
    picture = clean + noise * np.random.default_rng(7).normal(size=clean.shape)
    region = edge_region(picture, *exact.ends(angle, picture.shape), REACH)
    fit = fitted(region, straight=True)
    apart = definition._apart(region.samples, fit)
    x, y = region.samples[:, 0] - fit.frame[0], region.samples[:, 1] - fit.frame[1]
    along = (x * fit.frame[2] + y * fit.frame[3]) / fit.frame[4]
    columns = definition._columns(fit)
    design = definition._splines_at(apart, columns.shape[1]) @ columns.T
    # The wave of the shift is known: the tilt's column is the shift's times the way along.
    design = np.concatenate([design, design[:, 2:3] * along[:, None]], 1)
    scale = int(fit.numbers[SCALE])
    deviation = 0.007 * 3.0 ** (scale // 2)
    kept = [*range(PATH), *range(TAIL, fit.model.prior.shape[0])]
    prior = np.zeros((design.shape[1], design.shape[1]))
    prior[:-1, :-1] = fit.model.prior[np.ix_(kept, kept)]
    prior[PATH + 2 : -1, PATH + 2 : -1] /= deviation**2
    prior[PATH, PATH] /= (deviation if scale % 2 == 0 else 0.2) ** 2
    contrast = abs(fit.state[9] - fit.state[8])
    information = design.T @ design * (contrast / noise) ** 2 + prior
    wave = definition._waves(fit, np.array([truth]))[0]
    turned = wave * np.exp(2j * np.pi * truth * fit.state[MOVED])
    slope = np.append(turned.real, 0.0)
    slope[[CONTRAST, PATH]] -= 0.5  # of the modulus over contrast and tail
    steep = (transfer(np.array([truth * 1.001])) - transfer(np.array([truth * 0.999])))[0] / (0.002 * truth)
    return float(np.sqrt(slope @ np.linalg.solve(information, slope)) / abs(steep))


def _noise_row(name: str, angle: float, noise: float, truth: float, found: list[EdgeResponse]) -> list[str]:
    errors = np.array([r.mtf50 - truth for r in found]) / truth * 100
    spread = np.array([r.mtf50_spread for r in found]) / truth * 100
    rms, bound = math.sqrt(np.mean(errors**2)), math.sqrt(np.mean(spread**2))
    known = ""
    if name.startswith("gaussian"):
        share = 100 * exact.known_shape_bound(float(name.split()[1]), angle, 0.6 * noise) / truth
        known = f"{share:.2f} ({rms / share:.2f})"
    inside = np.mean(np.abs(errors) < 1.96 * spread)
    return [
        name, f"{angle:.0f}", f"{noise:.0%}", f"{errors.mean():+.2f}", f"{rms:.2f}",
        f"{bound:.2f} ({rms / bound:.2f})", known, f"{inside:.1%}",
    ]  # fmt: skip


def treatments() -> list[list[str]]:
    """Errors of what a camera does to an edge; the truth stays that before it, but for sharpening."""
    rows = []
    for angle in (5.0, 12.0):
        transfer, band = exact.gaussian_of(0.25, angle)
        clean = exact.edge(transfer, band, angle)

        def add(name: str, picture: np.ndarray, truth: float = 0.25, angle: float = angle) -> None:
            found = measured(picture, angle)
            rows.append([name, f"{angle:.0f}", f"{truth:.4f}", f"{100 * (found.mtf50 / truth - 1):+.2f}",
                         f"{100 * found.mtf50_spread / truth:.2f}", f"{found.correlation:.1f}"])  # fmt: skip

        sharp = exact.system(SHAPES["sharpened"][0], angle)
        add("sharpened, halo", exact.edge(sharp, 4.0, angle), exact.mtf50(sharp))
        add("bilinear demosaic, green", _demosaiced(clean))
        for bend in (1.0, 3.0):
            # The edge is moved along the chord's normal: where it leans from the chord, its own is shorter.
            slopes = 4 * bend / 100 * np.linspace(-1, 1, 1001) * math.cos(math.radians(angle))
            truth = 0.25 * float(np.mean(np.hypot(1, slopes)))
            add(f"bent by {bend:g} px", exact.edge(transfer, band, angle, bend=bend), truth)
    return rows


def files(repeats: int) -> list[list[str]]:
    """What rounding to 8 bits and compression do to edges, each in many lights, gamma 2.2 inverted."""
    rng = np.random.default_rng(4)
    clean = {
        (w, a): exact.edge(*exact.gaussian_of(w, a), a) for w in (0.12, 0.25) for a in (4.0, 6.5, 9.0, 13.0)
    }
    rows = []
    for quality in (None, 98, 95, 90, 80):
        for noise in (0.0, 0.005, 0.015):
            errors, told = [], []
            for (width, angle), picture in clean.items():
                for _ in range(max(1, repeats // 8)):
                    light = picture * rng.uniform(0.6, 1.15) + 0.6 * noise * rng.normal(size=picture.shape)
                    found = measured(_jpeg(light, quality), angle)
                    errors.append(100 * (found.mtf50 / width - 1))
                    told.append(100 * found.mtf50_spread / width)
            inside = np.mean(np.abs(errors) < 1.96 * np.array(told))
            name = "8 bits" if quality is None else f"JPEG {quality}"
            rows.append([name, f"{noise:.1%}", f"{np.mean(errors):+.2f}", f"{np.std(errors):.2f}",
                         f"{math.sqrt(np.mean(np.square(told))):.2f}", f"{inside:.0%}"])  # fmt: skip
    return rows


def _jpeg(light: np.ndarray, quality: int | None) -> np.ndarray:
    code = np.round(np.clip(light, 0, 1) ** (1 / 2.2) * 255).astype(np.uint8)
    if quality is not None:
        file = io.BytesIO()
        Image.fromarray(code).save(file, "JPEG", quality=quality)
        code = np.asarray(Image.open(file))
    return (code.astype(float) / 255) ** 2.2


def _demosaiced(light: np.ndarray) -> np.ndarray:
    """Green of a Bayer frame, where red and blue stand filled with the mean of their four neighbours."""
    y, x = np.mgrid[: light.shape[0], : light.shape[1]]
    around = np.pad(light, 1, mode="edge")
    mean = (around[:-2, 1:-1] + around[2:, 1:-1] + around[1:-1, :-2] + around[1:-1, 2:]) / 4
    return np.where((y + x) % 2 == 0, light, mean)


def rendered(folder: Path) -> list[list[str]]:
    """Another program's rectangles: its truth beside the median of the four sides."""
    import cv2

    rows = []
    for path in sorted((folder / "edges").glob("*.png")):
        truth = float(path.with_suffix(".log").read_text().split("MTF50 =")[-1].split()[0])
        light = cv2.imread(str(path), cv2.IMREAD_UNCHANGED).astype(float) / 65535
        light = light if light.ndim == 2 else light[..., 1]
        contours, _ = cv2.findContours(
            (light < 0.5).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE
        )
        box = cv2.boxPoints(cv2.minAreaRect(max(contours, key=cv2.contourArea))) + 0.5
        found = []
        for k in range(4):
            a, b = box[k].astype(float), box[(k + 1) % 4].astype(float)
            way = (b - a) / np.linalg.norm(b - a)
            found.append(measure_edge(light, tuple(a + 34 * way), tuple(b - 34 * way), 30.0))
        errors = [100 * (r.mtf50 / truth - 1) for r in found]
        rows.append([path.stem, f"{truth:.4f}", *(f"{e:+.2f}" for e in errors),
                     f"{100 * np.mean([r.mtf50_spread for r in found]) / truth:.2f}"])  # fmt: skip
    return rows


def speed() -> list[list[str]]:
    transfer, band = exact.gaussian_of(0.25, 5.0)
    picture = exact.edge(transfer, band, 5.0) + 0.006 * np.random.default_rng(3).normal(size=(100, 64))
    edges = [(*exact.ends(5.0, picture.shape), REACH)] * 1000
    measure_edges(picture, edges[:4], threads=2)
    rows = []
    for threads in (1, 2):
        wall, own = time.perf_counter(), time.process_time()
        measure_edges(picture, edges, threads=threads)
        wall, own = time.perf_counter() - wall, time.process_time() - own
        rows.append([f"100 x 64 px, {threads} threads", f"{1000 / wall:.0f}", f"{own:.2f}"])
    return rows


def main() -> None:
    folder = Path(sys.argv[1])
    repeats = int(sys.argv[2]) if len(sys.argv) > 2 else 200
    angles = [f"{a:.1f}" for a in ANGLES]
    parts = [
        "MTF50 of Gaussian edges without noise: error, %, by angle, degrees; rows by MTF50, cycles/px.",
        record.table(["", *angles], noise_free()),
        "Other shapes without noise: error, %.",
        record.table(["shape", "MTF50", "1", "5", "14.0", "18.4", "26.6", "37", "44"], shapes_free()),
        f"With noise, {repeats} repeats: %, and in brackets RMS over it. The model's bound: van Trees.",
        record.table(["shape", "angle", "noise", "bias", "RMS", "deviation told", "known-shape bound",
                      "covered", "model's bound"], noisy(repeats)),
        "What cameras do to an edge of 0.25 cycles/px: error, %.",
        record.table(["treatment", "angle", "truth", "error", "deviation told", "noise shared"],
                     treatments()),
        "Files of 8 bits and gamma 2.2, each edge in another light: bias, scatter and deviation told, %.",
        record.table(["file", "noise", "bias", "scatter", "deviation told", "covered"], files(repeats)),
        "Rectangles rendered by mtf_mapper's generator: error of the four sides, %.",
        record.table(["picture", "truth", "1", "2", "3", "4", "deviation told"], rendered(folder)),
        f"Beside others: the same Gaussian edges, MTF50 {WIDTHS[0]:g} to {WIDTHS[-1]:g} at all angles without"
        f" noise, and at 5 degrees with noise, {min(repeats, 20)} draws: error, %; processor ms an edge.",
        record.table(["program", "median", "greatest", "none found", "RMS, 1 %: 0.1", "0.25", "0.4",
                      "RMS, 3 %: 0.1", "0.25", "0.4", "ms"],
                     sfr_peers.compared(WIDTHS, ANGLES, min(repeats, 20))),
        "A picture of 4 megapixels with a hundred squares, one call: processor ms an edge.",
        record.table(["program", "edges", "median MTF50", "spread", "ms"], sfr_peers.many()),
        "Speed.",
        record.table(["edges", "edges a second", "processor seconds for 1,000"], speed()),
    ]  # fmt: skip
    record.write("sfr", *parts)


if __name__ == "__main__":
    main()
