"""How right a learned look is on photographs that it was not learned from, beside other ways to learn one.

    python benchmarks/look_learn.py TABLES PHOTOGRAPHS [--draws 3]

TABLES is a folder of HaldCLUTs, the looks to be learned; PHOTOGRAPHS one of finished pictures. Every draw
takes five photographs that are judged on, and others to learn from: pictures before and after are JPEGs of
quality 95 with half the resolution of colour. Errors are CIEDE2000 against the table itself, over every third
pixel each way. A learned look is judged as its table, and as its file says it: its numbers alone, and with
the residual. The chart of 288 patches has what a printed IT8 target has: twelve hues by three lightnesses
by four chromas, seven scales of twelve steps, 36 memory colours and 24 greys.
"""

import argparse
import io
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image
from scipy import linalg, optimize
from scipy.cluster.vq import kmeans2
from scipy.interpolate import RBFInterpolator
from scipy.spatial import cKDTree

import record
from lichtbild.colour.transfer import SRGB
from lichtbild.io import learned_look
from lichtbild.io.lut import hald
from lichtbild.look.learn import chart
from lichtbild.look.learn.chart_reading import chart_pairs, read_chart
from lichtbild.look.learn.display_colour import difference, from_oklab, to_oklab
from lichtbild.look.learn.finished import finished_look, sample, table_of
from lichtbild.look.learn.learned_look import learned
from lichtbild.look.learn.pairs import Pairs, joined, of_pictures
from lichtbild.look.learn.regression import fit
from lichtbild.look.learn.style_fit import shown
from lichtbild.look.learn.whole_look import whole_look
from lichtbild.look.lut import Lut, nodes
from lichtbild.look.lut_table import resampled
from lichtbild.look.style import parse

JUDGED, LEARNED, PLAIN = 5, 5, 4
MANY = 4
"""Times as many draws of finished pictures, which scatter more."""
STEP = 3
SIDE = 24

Change = Callable[[np.ndarray], np.ndarray]
"""Encoded sRGB for encoded sRGB."""


@dataclass(frozen=True)
class Draw:
    """Photographs by number: to be judged on, to learn from, and plain ones."""

    judged: tuple[int, ...]
    learned: tuple[int, ...]
    plain: tuple[int, ...]


def draws(photographs: int, count: int) -> list[Draw]:
    orders = [np.random.default_rng(seed).permutation(photographs).tolist() for seed in range(count)]
    ends = (JUDGED, JUDGED + LEARNED, JUDGED + LEARNED + PLAIN)
    return [
        Draw(tuple(o[: ends[0]]), tuple(o[ends[0] : ends[1]]), tuple(o[ends[1] : ends[2]])) for o in orders
    ]


def jpeg(picture: np.ndarray) -> np.ndarray:
    packed = io.BytesIO()
    Image.fromarray(np.round(np.clip(picture, 0, 1) * 255).astype(np.uint8)).save(packed, "JPEG", quality=95)
    return np.asarray(Image.open(io.BytesIO(packed.getvalue())), np.float32) / 255


def changed(table: Change, picture: np.ndarray) -> np.ndarray:
    return np.asarray(table(picture.reshape(-1, 3)).reshape(picture.shape))


@cache
def small_chart() -> np.ndarray:
    """Colours as a printed IT8 target has them."""
    found = []
    for hue in np.radians(np.arange(15, 360, 30)):
        for light in (0.3, 0.5, 0.72):
            most = most_chroma(light, hue)
            found += [shade(light, share * most, hue) for share in (0.25, 0.5, 0.75, 1.0)]
    for ink in ([0, 1, 1], [1, 0, 1], [1, 1, 0], [0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]):
        for share in np.linspace(1 / 12, 1, 12):
            deep = 1 - max(share - 0.75, 0) * 1.6 if any(ink) else 1
            found.append((1 - share) + share * deep * np.array(ink, float))
    rng = np.random.default_rng(4)
    for index in range(36):
        hue = np.radians((50, 130, 250)[index % 3] + rng.uniform(-12, 12))
        light = 0.35 + 0.5 * (index // 3) / 11
        found.append(shade(light, 0.35 * most_chroma(light, hue), hue))
    found += [np.full(3, grey) for grey in np.linspace(0, 1, 24)]
    return np.round(np.clip(np.array(found), 0, 1) * 255) / 255


def shade(light: float, chroma: float, hue: float) -> np.ndarray:
    return np.asarray(from_oklab(np.array([light, chroma * np.cos(hue), chroma * np.sin(hue)])))


def most_chroma(light: float, hue: float) -> float:
    low, high = 0.0, 0.5
    for _ in range(24):
        middle = (low + high) / 2
        lab = np.array([light, middle * np.cos(hue), middle * np.sin(hue)])
        inside = np.abs(to_oklab(from_oklab(lab)) - lab).max() < 1e-6
        low, high = (middle, high) if inside else (low, middle)
    return low


def of_small_chart(table: Change) -> Pairs:
    colours = small_chart()
    columns = 20
    drawn = np.full((-(-len(colours) // columns) * SIDE, columns * SIDE, 3), 0.5)
    places = [np.array(divmod(index, columns)) * SIDE for index in range(len(colours))]
    for (top, left), colour in zip(places, colours, strict=True):
        drawn[top : top + SIDE, left : left + SIDE] = colour
    after = jpeg(changed(table, drawn))
    inside = [after[top + 5 : top + SIDE - 5, left + 5 : left + SIDE - 5] for top, left in places]
    return Pairs(colours, np.array([one.mean((0, 1)) for one in inside], np.float64), np.ones(len(colours)))


def of_our_chart(table: Change) -> Pairs:
    return chart_pairs(read_chart(jpeg(changed(table, chart.picture()))))


def as_written(lut: Lut, trust: np.ndarray | None = None) -> dict[str, Change]:
    """A learned table as its look's file says it, read again and applied as a filter, by parts."""
    held = parse(learned_look.text(whole_look(lut, trust).style, "learned", ()).encode(), "learned")
    alone = replace(held, lut=None)
    return {
        "ours, parameters alone": lambda rgb: shown(alone, rgb),
        "ours, with residual": lambda rgb: shown(held, rgb),
    }


def ours(pairs: Pairs) -> dict[str, Change]:
    look = learned(fit(pairs))
    return {"ours, the table": look.lut, **as_written(look.lut, look.trust)}


def every_way(pairs: Pairs) -> dict[str, Change]:
    return {way: learn(pairs) for way, learn in PEERS.items()} | ours(pairs)


def matrix_and_curves(pairs: Pairs) -> Change:
    weight = np.sqrt(pairs.weight / pairs.weight.sum())[:, None]

    def made(numbers: np.ndarray, light: np.ndarray) -> np.ndarray:
        encoded = SRGB.encode(np.clip(light @ numbers[:9].reshape(3, 3).T, 0, 2))
        curves = numbers[9:].reshape(3, 6)
        return np.stack([np.polynomial.polynomial.polyval(encoded[:, k], curves[k]) for k in range(3)], -1)

    start = np.concatenate([np.eye(3).ravel(), np.tile([0, 1, 0, 0, 0, 0], 3)])
    light = SRGB.decode(pairs.before)
    found = optimize.least_squares(
        lambda n: ((made(n, light) - pairs.after) * weight).ravel(), start, max_nfev=60
    )
    return baked(lambda rgb: made(found.x, SRGB.decode(rgb)))


def polynomial(pairs: Pairs) -> Change:
    def powers(rgb: np.ndarray) -> np.ndarray:
        orders = [(i, j, k) for i in range(4) for j in range(4 - i) for k in range(4 - i - j)]
        return np.stack([rgb[:, 0] ** i * rgb[:, 1] ** j * rgb[:, 2] ** k for i, j, k in orders], -1)

    weight = np.sqrt(pairs.weight)[:, None]
    found = np.linalg.lstsq(powers(pairs.before) * weight, pairs.after * weight, rcond=None)[0]
    return baked(lambda rgb: powers(rgb) @ found)


def thin_plate(pairs: Pairs) -> Change:
    """A thin-plate spline in Oklab on 400 clusters of colours, its smoothing by two-fold cross-validation."""
    lab, after, weight = to_oklab(pairs.before), to_oklab(pairs.after), pairs.weight
    if len(lab) > 400:
        centres, _ = kmeans2(lab, 400, rng=1, minit="++")
        nearest = cKDTree(centres).query(lab)[1]
        told = np.bincount(nearest, weight, 400)
        held = told > 0

        def mean(values: np.ndarray) -> np.ndarray:
            return np.stack([np.bincount(nearest, weight * v, 400)[held] / told[held] for v in values.T], -1)

        lab, after = mean(lab), mean(after)
    even = np.arange(len(lab)) % 2 == 0

    def spline(chosen: np.ndarray, smoothing: float) -> RBFInterpolator:
        return RBFInterpolator(lab[chosen], after[chosen], kernel="thin_plate_spline", smoothing=smoothing)

    def crossed(smoothing: float) -> float:
        return sum(
            ((spline(fold, smoothing)(lab[~fold]) - after[~fold]) ** 2).sum() for fold in (even, ~even)
        )

    best = min((1e-5, 1e-4, 1e-3, 1e-2), key=crossed)
    found = spline(np.ones(len(lab), bool), best)
    return baked(lambda rgb: from_oklab(found(to_oklab(rgb))))


def monge_kantorovich(plain: Sequence[np.ndarray], finished: Sequence[np.ndarray]) -> Change:
    """The linear map in Oklab that takes mean and covariance of plain pictures to those of finished ones."""
    first, second = (
        np.concatenate([to_oklab(one.reshape(-1, 3)) for one in some]) for some in (plain, finished)
    )
    spread, wanted = (np.cov(some.T) + 1e-9 * np.eye(3) for some in (first, second))
    root = linalg.sqrtm(spread).real
    inverse = np.linalg.inv(root)
    matrix = inverse @ linalg.sqrtm(root @ wanted @ root).real @ inverse
    return baked(lambda rgb: from_oklab((to_oklab(rgb) - first.mean(0)) @ matrix + second.mean(0)))


def baked(change: Change, size: int = 33) -> Lut:
    table = np.clip(change(nodes(size).reshape(-1, 3).astype(np.float64)), 0, 1)
    return Lut(np.asarray(table.reshape(size, size, size, 3), np.float32))


Row = list[tuple[float, float]]


class Bench:
    """Photographs, and the looks that are learned."""

    def __init__(self, tables: Path, photographs: Path, count: int) -> None:
        paths = sorted(photographs.glob("*.png"))
        self.pictures = [np.asarray(Image.open(path).convert("RGB"), np.float32) / 255 for path in paths]
        self.looks = {path.stem: hald.read(path).lut for path in sorted(tables.glob("*.png"))}
        self.draws, self.many_draws = draws(len(paths), count), draws(len(paths), MANY * count)
        self.rows: dict[tuple[str, str], dict[str, Row]] = {}

    def judge(self, case: str, way: str, look: str, change: Change, judged: Sequence[int]) -> None:
        """Note the error of one learned look."""
        pixels = np.concatenate([self.pictures[k][::STEP, ::STEP].reshape(-1, 3) for k in judged])
        error = difference(change(pixels), self.looks[look](pixels))
        row = self.rows.setdefault((case, way), {}).setdefault(look, [])
        row.append((float(error.mean()), float(np.quantile(error, 0.95))))

    def line(self, case: str, way: str) -> list[str]:
        """A row of the table: all looks, the spread over draws, and each look."""
        held = self.rows[case, way]
        every = np.array(list(held.values()))
        mean, p95 = every.mean((0, 1))
        spread = every[..., 0].mean(0).std(ddof=1)
        each = [f"{np.mean(row, axis=0)[0]:.2f} / {np.mean(row, axis=0)[1]:.1f}" for row in held.values()]
        return [case, way, f"**{mean:.2f} / {p95:.1f}**", f"{spread:.2f}", *each]


PEERS: dict[str, Callable[[Pairs], Change]] = {
    "3 x 3 and curves": matrix_and_curves,
    "polynomial of third order": polynomial,
    "thin-plate spline": thin_plate,
}


def run(bench: Bench) -> list[str]:
    """Measure everything; the CPU seconds of our chart, picture to look."""
    seconds = []
    for look, table in bench.looks.items():
        charts = {"chart of 288": of_small_chart(table), "our chart": of_our_chart(table)}
        learned_charts = {
            (case, way): change for case, pairs in charts.items() for way, change in every_way(pairs).items()
        }
        picture = jpeg(changed(table, chart.picture()))
        began = time.process_time()
        look_of_chart = learned(fit(chart_pairs(read_chart(picture))))
        whole_look(look_of_chart.lut, look_of_chart.trust)
        seconds.append(time.process_time() - began)
        for draw in bench.draws:
            bench.judge("", "nothing", look, lambda rgb: rgb, draw.judged)
            bench.judge("", "the table itself with 33 nodes", look, resampled(table, 33), draw.judged)
            for (case, way), change in learned_charts.items():
                bench.judge(case, way, look, change, draw.judged)
            of_pairs(bench, look, draw)
        for draw in bench.many_draws:
            of_finished(bench, look, draw)
        print(look, flush=True, file=sys.stderr)
    return [f"{one:.2f}" for one in seconds]


def of_pairs(bench: Bench, look: str, draw: Draw) -> None:
    """Note what one and four pairs of photographs teach."""
    before = [jpeg(bench.pictures[k]) for k in draw.learned]
    after = [jpeg(changed(bench.looks[look], bench.pictures[k])) for k in draw.learned]
    for count in (1, 4):
        pairs = joined([of_pictures(*both) for both in list(zip(before, after, strict=True))[:count]])
        for way, change in every_way(pairs).items():
            bench.judge(f"{count} pair{'s' * (count > 1)}", way, look, change, draw.judged)


def of_finished(bench: Bench, look: str, draw: Draw) -> None:
    """Note what five finished photographs teach."""
    after = [jpeg(changed(bench.looks[look], bench.pictures[k])) for k in draw.learned]
    plain = [bench.pictures[k] for k in draw.plain]
    five = "5 finished"
    bench.judge(five, "nothing", look, lambda rgb: rgb, draw.judged)
    bench.judge(five, "Monge-Kantorovich, 4 plain", look, monge_kantorovich(plain, after), draw.judged)
    samples, others = [sample(one) for one in after], [sample(one) for one in plain]
    table = table_of(finished_look(samples))
    for way, change in {"ours, the table": table, **as_written(table)}.items():
        bench.judge(five, way, look, change, draw.judged)
    bench.judge(five, "ours, the table, 4 plain", look, table_of(finished_look(samples, others)), draw.judged)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("tables", type=Path)
    parser.add_argument("photographs", type=Path)
    parser.add_argument("--draws", type=int, default=3)
    asked = parser.parse_args()
    bench = Bench(asked.tables, asked.photographs, asked.draws)
    seconds = run(bench)
    head = ["learned from", "way", "mean / p95", "sd over draws", *bench.looks]
    record.write(
        "look_learn",
        f"CIEDE2000 on unseen photographs, mean and 95 %, over {len(bench.looks)} looks, {asked.draws} "
        f"draws ({MANY * asked.draws} of finished pictures) of five of {len(bench.pictures)} photographs.",
        record.table(head, [bench.line(*key) for key in sorted(bench.rows, key=lambda key: key[0])]),
        f"From the picture of our chart to the look: {', '.join(seconds)} s of CPU time, look by look.",
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
