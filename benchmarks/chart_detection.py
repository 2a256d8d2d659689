"""Colour cards found by content in simulated warps, photographs and raw frames, beside OpenCV's mcc.

    python benchmarks/chart_detection.py warps OUT.jsonl [FIRST LAST]
    python benchmarks/chart_detection.py photographs SHARED FOLDER
    python benchmarks/chart_detection.py table OUT.jsonl...
    python benchmarks/chart_detection.py picture SHARED OUT.jpg

`warps` makes pictures (`tests/warped_cards.py`), every other one is given as linear light, the rest as sRGB
codes; each tenth has no card. `photographs` reads ``quality/colour_checker`` and ``raw`` of the shared data
and writes overlays. mcc sees the sRGB codes and is told whether to look for a Classic or an SG.
"""

import json
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import cv2
import numpy as np

import lichtbild
from lichtbild.camera.recipe import Recipe
from lichtbild.image.chart import Patch
from lichtbild.io.reader import read
from lichtbild.io.recipe import changed
from lichtbild.quality.detect.cards import search

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from warped_cards import judged, warped_card

TURNS = {
    "calibrite-passport.png": 1,
    "camera-trax.png": 3,
    "classic.png": 3,
    "colorchecker-classic-mini.jpg": 1,
    "detect_color_card.png": 3,
    "find_color_card.jpg": 2,
    "multiple_color_card.jpg": 3,
    "partial_card_rgb.png": None,
    "source1_img.png": 3,
    "source2_img.png": 3,
    "source_img_plant.jpg": 2,
    "target_img.png": 3,
    "tilted_color_card.jpg": 1,
}
"""Quarter turns anticlockwise of each card, read by eye from its white patch; None for the covered one."""

RAW = (
    "colour_checker_frames/iisp_Indoor1.raw",
    "colour_checker_frames/iisp_Outdoor1.raw",
    "colour_checker_frames/iisp_Outdoor3.raw",
    "colour_checker_closeup_968x1424_RGGB_u16.raw",
    "colorchart.dng",
)

LAYOUTS = {
    "colour_checker_closeup_968x1424_RGGB_u16.raw": """schema = 1
width = 1424
height = 968
dtype = "uint16-le"
cfa = "RGGB"
black = 256
white = 4095
"""
}


def patch_centres(found):
    """Centres of a found chart's patches, px."""
    return np.array(
        [
            found.to_picture(np.array(target.corners)).mean(axis=0)
            for target in found.chart.targets
            if isinstance(target, Patch)
        ]
    )


def by_mcc(codes, kind):
    """Centres of the patches of all cards that mcc finds in 8 bit RGB; none where it fails an assertion."""
    detector = cv2.mcc.CCheckerDetector_create()
    detector.setColorChartType(kind)
    try:
        found = detector.process(np.ascontiguousarray(codes[..., ::-1]), 1)
    except cv2.error:
        return []
    if not found:
        return []
    cards = [np.array(card.getColorCharts()) for card in detector.getListColorChecker()]
    return [corners.reshape(-1, 4, 2).mean(axis=1) for corners in cards]


def word(verdicts, card):
    """One word for what became of a picture."""
    for name in ("turned", "false"):
        if name in verdicts:
            return name
    if not card:
        return "right"
    return "right" if verdicts == ["right"] else "missed" if not verdicts else "twice"


def warp(seed):
    """What became of one simulated picture."""
    truth = warped_card(seed, card=seed % 10 != 9)
    encoded = seed % 2 == 0
    start = time.perf_counter()
    result = search(truth.codes.astype(np.float32) / 255 if encoded else truth.light, encoded=encoded)
    took = time.perf_counter() - start
    centres = [patch_centres(found) for found in result.found]
    ours = word(judged(truth, centres), truth.layout is not None)
    start = time.perf_counter()
    kinds = [cv2.mcc.MCC24, cv2.mcc.SG140] if truth.layout is None else None
    if kinds is None:
        kinds = [cv2.mcc.SG140 if truth.layout.rows > 4 else cv2.mcc.MCC24]
    peer = word(
        judged(truth, [one for kind in kinds for one in by_mcc(truth.codes, kind)]), truth.layout is not None
    )
    line = {
        "seed": seed,
        "card": truth.layout.chart.name if truth.layout else "none",
        "ours": ours,
        "mcc": peer,
    }
    line |= {"seconds": took, "mcc seconds": time.perf_counter() - start, "words": truth.words}
    line |= {"refused": [one.reason for one in result.refused]}
    if ours == "right" and truth.layout:
        off = centres[0] - truth.centres
        line |= {"rms": float(np.sqrt((off**2).sum(axis=1).mean())), "stated": result.found[0].rms}
        line |= {"maker": result.found[0].chart.name == truth.layout.chart.name}
    return line


def warps(out, first=0, last=1000):
    with Path(out).open("a") as file:
        for seed in range(first, last):
            file.write(json.dumps(warp(seed)) + "\n")
            file.flush()


def table(*outs):
    lines = [json.loads(line) for out in outs for line in Path(out).read_text().splitlines()]
    print("| card | pictures | found | turned | false | missed | mcc found | turned | false | missed |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    groups = sorted({line["card"] for line in lines} - {"none"})
    for name in (*groups, "all with a card", "none"):
        part = [
            line for line in lines if line["card"] == name or (name[:3] == "all" and line["card"] != "none")
        ]
        cells = []
        for who in ("ours", "mcc"):
            count = Counter(line[who] for line in part)
            cells += [count["right"], count["turned"], count["false"], count["missed"] + count["twice"]]
        print(f"| {name} | {len(part)} | " + " | ".join(str(cell) for cell in cells) + " |")
    right = [line for line in lines if "rms" in line]
    rms = np.array([line["rms"] for line in right])
    makers = sum(line["maker"] for line in right)
    print(
        f"\nRight maker {makers} of {len(right)}. Patch centres off by {np.median(rms):.3f} px in the median,"
    )
    print(f"{np.percentile(rms, 95):.2f} in 95 %, {rms.max():.2f} at most.")
    times = [np.median([line[key] for line in lines]) for key in ("seconds", "mcc seconds")]
    print(f"Median time {times[0]:.2f} s, mcc {times[1]:.2f} s.")
    for line in lines:
        if line["ours"] != "right":
            print("-", line["seed"], line["ours"], line["card"], line["refused"], line["words"])


def photographs(shared, folder):
    """The photographs and the raw frames, with overlays."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    print("| picture | card | turns | as by eye | rms px | usable | seconds | refused | mcc |")
    print("|---|---|---|---|---|---|---|---|---|")
    for path in sorted((Path(shared) / "quality/colour_checker").iterdir()):
        if path.suffix in (".png", ".jpg"):
            codes = np.ascontiguousarray(cv2.imread(str(path))[..., ::-1])
            shown(path.name, codes, codes.astype(np.float32) / 255, True, folder)
    for name in RAW:
        path = Path(shared) / "raw" / name
        light = np.ascontiguousarray(developed(path))
        codes = np.round(255 * np.clip(light / np.percentile(light, 99), 0, 1) ** (1 / 2.2)).astype(np.uint8)
        shown(path.name, codes, light, False, folder)


def developed(path):
    """Linear light of a raw frame; nothing is known of the close-up's colours."""
    recipe = changed(Recipe(), {"look.name": "linear", "output.space": "linear-rec2020"})
    if path.name in LAYOUTS:
        with tempfile.TemporaryDirectory() as folder:
            place = Path(folder) / "layout.toml"
            place.write_text(LAYOUTS[path.name])
            frame = read(path, place)
    else:
        frame = lichtbild.read(path)
    return lichtbild.develop(frame, recipe=recipe).samples.astype(np.float32)


def shown(name, codes, picture, encoded, folder):
    """A line of the table and the overlay of one picture."""
    search(picture[:64, :64], encoded=encoded)
    start = time.perf_counter()
    result = search(picture, encoded=encoded)
    took = time.perf_counter() - start
    first = result.found[0] if result.found else None
    peer = len(by_mcc(codes, cv2.mcc.MCC24))
    eye = (
        {True: "yes", False: "no"}[(first.quarter_turns if first else None) == TURNS[name]]
        if name in TURNS
        else ""
    )
    cells = [name, first.chart.name if first else "", first.quarter_turns if first else "", eye]
    cells += [f"{first.rms:.2f}", sum(one.usable for one in first.verdicts)] if first else ["", ""]
    cells += [f"{took:.2f}", "; ".join(one.reason for one in result.refused), peer]
    print("| " + " | ".join(str(cell) for cell in cells) + " |")
    cv2.imwrite(str(folder / f"{Path(name).stem}.jpg"), overlaid(codes, result, 1200))


def overlaid(codes, result, longest):
    """A BGR picture with the measured areas: white if usable, else red; a dot on each first patch."""
    zoom = longest / max(codes.shape[:2])
    shown = cv2.resize(codes[..., ::-1], None, fx=zoom, fy=zoom)
    for found in result.found:
        for target, verdict in zip(found.chart.targets, found.verdicts, strict=True):
            corners = np.round(found.to_picture(np.array(target.corners)) * zoom - 0.5).astype(np.int32)
            cv2.polylines(shown, [corners], True, (0, 0, 0), 3)
            cv2.polylines(shown, [corners], True, (255, 255, 255) if verdict.usable else (0, 0, 255), 1)
        start = np.round(patch_centres(found)[0] * zoom).astype(int)
        cv2.circle(shown, tuple(int(value) for value in start), 4, (0, 255, 255), -1)
    for refused in result.refused:
        cv2.polylines(shown, [np.round(refused.corners * zoom).astype(np.int32)], True, (0, 0, 255), 2)
    return shown


def picture(shared, out):
    """The picture of the docs: three warps, and the close-up, which the picture cuts."""
    shown = []
    for seed in (2, 9, 16):
        truth = warped_card(seed)
        shown.append(overlaid(truth.codes, search(truth.light), 640))
    light = np.ascontiguousarray(developed(Path(shared) / "raw" / RAW[3]))
    codes = np.round(255 * np.clip(light / np.percentile(light, 99), 0, 1) ** (1 / 2.2)).astype(np.uint8)
    shown.append(overlaid(codes, search(light), 640))
    cells = [
        cv2.copyMakeBorder(one, 0, 480 - min(len(one), 480), 0, 640 - one.shape[1], 0)[:480] for one in shown
    ]
    rows = [np.hstack(cells[:2]), np.hstack(cells[2:])]
    cv2.imwrite(out, np.vstack(rows), [cv2.IMWRITE_JPEG_QUALITY, 85])


def main():
    cv2.setNumThreads(1)
    what, *rest = sys.argv[1:]
    if what == "warps":
        warps(rest[0], *(int(value) for value in rest[1:]))
    else:
        {"photographs": photographs, "table": table, "picture": picture}[what](*rest)


if __name__ == "__main__":
    main()
