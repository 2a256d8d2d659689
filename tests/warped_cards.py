"""Warped cards: pictures of colour cards as a camera might take them, made by chance, with the truth.

A card lies turned by any angle and tilted by up to 45 degrees before clutter (boxes, discs, lines, letters, a
decoy of coloured tiles, a texture), under light of any colour that falls off to one side, and is taken out of
focus, with noise, clipping and JPEG. Every number is drawn from the seed.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from lichtbild.quality.detect.card_layout import CardLayout, card_layouts, reference

OVER = 2
"""Pixels of the drawing for one of the picture, along each side."""


@dataclass(frozen=True, eq=False)
class WarpedCard:
    """A picture and what is in it.

    Attributes:
        light: linear, 1 clips.
        codes: 8 bit sRGB, as mcc takes it (RGB).
        layout: of the card; None where there is none.
        centres: of the patches in the picture, row by row, px.
        pitch: smallest distance of neighbours, px.
        words: what was drawn by chance.
    """

    light: np.ndarray
    codes: np.ndarray
    layout: CardLayout | None
    centres: np.ndarray
    pitch: float
    words: str


def warped_card(seed: int, *, card: bool = True) -> WarpedCard:
    """The picture of a seed; without its card if so asked."""
    rng = np.random.default_rng((7, seed))
    height, width = rng.integers(360, 900), rng.integers(420, 1200)
    layouts = card_layouts()
    layout = layouts[rng.choice(len(layouts), p=[0.3, 0.25, 0.2, 0.25])]
    canvas = _clutter(rng, height * OVER, width * OVER)
    to_picture, angle, tilt = _placed(rng, layout, height, width)
    while not _inside(to_picture, layout, height, width):
        to_picture, angle, tilt = _placed(rng, layout, height, width)
    scaled = np.diag([OVER, OVER, 1.0]) @ to_picture
    colours = _saturated(reference(layout), rng.uniform(0.75, 1.25))
    if card:
        _draw(canvas, layout, scaled, colours, rng)
    light = cv2.resize(canvas, (int(width), int(height)), interpolation=cv2.INTER_AREA)
    cells = np.stack(np.meshgrid(np.arange(layout.columns), np.arange(layout.rows)), -1).reshape(-1, 2)
    centres = _apply(to_picture, cells.astype(float))
    grid = centres.reshape(layout.rows, layout.columns, 2)
    pitch = min(np.linalg.norm(np.diff(grid, axis=axis), axis=-1).min() for axis in (0, 1))
    light, words = _taken(rng, light, pitch)
    codes = _encoded(light)
    if rng.random() < 0.5:
        quality = int(rng.integers(70, 97))
        codes = cv2.imdecode(
            cv2.imencode(".jpg", codes[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])[1], 1
        )
        codes = np.ascontiguousarray(codes[..., ::-1])
        words += f", JPEG {quality}"
    words = f"{layout.chart.name}, {angle:.0f} deg, tilt {tilt:.0f} deg, pitch {pitch:.1f} px, {words}"
    return WarpedCard(light, codes, layout if card else None, centres, float(pitch), words)


def drawn_card(layout: CardLayout, to_picture: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Linear light of a card on even grey, exact to a sixteenth of a pixel's area.

    Args:
        layout: of the card.
        to_picture: from (column, row) of its patches to px.
        size: height and width, px.
    """
    over = 4
    canvas = np.full((size[0] * over, size[1] * over, 3), 0.3, np.float32)
    rng = np.random.default_rng(0)
    _draw(canvas, layout, np.diag([over, over, 1.0]) @ to_picture, reference(layout), rng)
    return cv2.resize(canvas, (size[1], size[0]), interpolation=cv2.INTER_AREA)


def straight(pitch: float, first: tuple[float, float], degrees: float = 0.0) -> np.ndarray:
    """From (column, row) of patches to px: turned clockwise, without perspective."""
    cos, sin = pitch * np.cos(np.deg2rad(degrees)), pitch * np.sin(np.deg2rad(degrees))
    return np.array([[cos, -sin, first[0]], [sin, cos, first[1]], [0, 0, 1]])


def _apply(matrix, points):
    mapped = points @ matrix[:, :2].T + matrix[:, 2]
    return mapped[..., :2] / mapped[..., 2:]


def _placed(rng, layout, height, width):
    """Homography from (column, row) to px of a card seen by a pinhole, its angle and tilt."""
    span = np.hypot(layout.columns + 1, layout.rows + 1)
    angle, tilt, about = rng.uniform(-180, 180), rng.uniform(0, 45), rng.uniform(-np.pi, np.pi)
    size = rng.uniform(0.3, 1.0) * min(height, width) * (1.25 if layout.rows > 4 else 1.0)
    far = rng.uniform(2.0, 5.0)
    cos, sin = np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))
    turn = np.array([[cos, -sin, 0], [sin, cos, 0], [0, 0, 1]])
    axis = np.array([np.cos(about), np.sin(about), 0.0])
    cross = np.array([[0, -axis[2], axis[1]], [axis[2], 0, -axis[0]], [-axis[1], axis[0], 0]])
    t = np.deg2rad(tilt)
    tilted = (np.eye(3) + np.sin(t) * cross + (1 - np.cos(t)) * cross @ cross) @ turn
    plane = np.array([[1, 0, -(layout.columns - 1) / 2], [0, 1, -(layout.rows - 1) / 2], [0, 0, 0]]) / span
    plane[2] = [0, 0, 1]
    pose = np.column_stack([tilted[:, 0], tilted[:, 1], np.array([0, 0, far])])
    focal = size * far
    middle = (rng.uniform(0.3, 0.7) * width, rng.uniform(0.3, 0.7) * height)
    camera = np.array([[focal, 0, middle[0]], [0, focal, middle[1]], [0, 0, 1]])
    matrix = camera @ pose @ plane
    return matrix / matrix[2, 2], angle, tilt


def _inside(matrix, layout, height, width):
    wide, high = layout.columns - 0.4, layout.rows - 0.4
    corners = _apply(matrix, np.array([[-0.6, -0.6], [wide, -0.6], [wide, high], [-0.6, high]]))
    cells = np.array([[0, 0], [1, 0], [0, 1]], float)
    steps = np.linalg.norm(np.diff(_apply(matrix, cells), axis=0), axis=1)
    inside = (corners > 0).all() and (corners < [width, height]).all()
    return inside and steps.min() > 11


def _saturated(colours, amount):
    grey = colours.mean(axis=1, keepdims=True)
    return np.clip(grey + amount * (colours - grey), 0.0, None)


def _draw(canvas, layout, matrix, colours, rng):
    """The board and the patches of a card."""
    margin = layout.patch / 2 + rng.uniform(0.15, 0.6)
    wide, high = layout.columns - 1 + margin, layout.rows - 1 + margin
    board = np.array([[-margin, -margin], [wide, -margin], [wide, high], [-margin, high]])
    _fill(canvas, _apply(matrix, board), np.full(3, rng.uniform(0.01, 0.05)))
    half = layout.patch / 2
    square = np.array([[-half, -half], [half, -half], [half, half], [-half, half]])
    for index, colour in enumerate(colours):
        centre = np.array([index % layout.columns, index // layout.columns])
        _fill(canvas, _apply(matrix, centre + square), colour)


def _fill(canvas, points, colour):
    # Points are borders of pixels; fillPoly takes their centres, with 8 bits below the point.
    fixed = np.round((points - 0.5) * 256).astype(np.int32)
    cv2.fillConvexPoly(canvas, fixed, [float(value) for value in colour], shift=8)


def _clutter(rng, height, width):
    """A ground of clutter."""
    ground = rng.uniform(0.02, 0.9) * rng.uniform(0.7, 1.0, 3)
    canvas = np.empty((height, width, 3), np.float32)
    canvas[:] = ground
    if rng.random() < 0.5:
        coarse = rng.normal(0, 1, (height // 24 + 2, width // 24 + 2)).astype(np.float32)
        canvas *= (1 + 0.15 * cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC))[..., None]
    for _ in range(rng.integers(0, 40)):
        colour = [float(value) for value in rng.uniform(0.01, 0.95) * rng.uniform(0.3, 1.0, 3)]
        place = rng.uniform(0, 1, 2) * (width, height)
        size = rng.uniform(0.02, 0.3) * min(height, width)
        kind = rng.integers(0, 4)
        x, y = int(place[0]), int(place[1])
        if kind == 0:
            box = cv2.boxPoints(((x, y), (size, size * rng.uniform(0.2, 1.5)), rng.uniform(0, 90)))
            cv2.fillConvexPoly(canvas, box.astype(np.int32), colour)
        elif kind == 1:
            axes = (int(size / 2), int(size * rng.uniform(0.1, 0.5)))
            cv2.ellipse(canvas, (x, y), axes, rng.uniform(0, 180), 0, 360, colour, -1)
        elif kind == 2:
            end = rng.uniform(0, 1, 2) * (width, height)
            cv2.line(canvas, (x, y), (int(end[0]), int(end[1])), colour, int(rng.integers(2, 16)))
        else:
            mask = np.zeros((height, width), np.uint8)
            cv2.putText(mask, "Lichtbild 24", (x, y), 0, size / 60, 255, int(rng.integers(2, 8)))
            canvas[mask > 127] = colour
    if rng.random() < 0.4:
        _tiles(rng, canvas)
    return canvas


def _tiles(rng, canvas):
    """A decoy: tiles of random colours in rows and columns."""
    height, width = canvas.shape[:2]
    side = rng.uniform(0.03, 0.1) * min(height, width)
    turn = rng.uniform(0, np.pi / 2)
    start = rng.uniform(0, 0.7, 2) * (width, height)
    across = side * np.array([np.cos(turn), np.sin(turn)])
    along = side * np.array([-np.sin(turn), np.cos(turn)])
    rows, columns = rng.integers(3, 9, 2)
    fill = rng.uniform(0.7, 0.97)
    for row in range(rows):
        for column in range(columns):
            corner = start + column * across + row * along
            box = np.array(
                [corner, corner + fill * across, corner + fill * (across + along), corner + fill * along]
            )
            _fill(canvas, box, rng.uniform(0.01, 0.9, 3) ** rng.uniform(0.5, 2))


def _taken(rng, light, pitch):
    """The light on the sensor: colour cast, falling light, blur, noise, clipping."""
    height, width = light.shape[:2]
    cast = np.exp2(rng.uniform(-0.9, 0.9, 3) * (1, 0.3, 1))
    fall, toward = rng.uniform(0, 1.3), rng.uniform(-np.pi, np.pi)
    y, x = np.mgrid[:height, :width].astype(np.float32)
    along = (np.cos(toward) * (x / width - 0.5) + np.sin(toward) * (y / height - 0.5)) * 1.4
    exposure = np.exp2(rng.uniform(-2.0, 0.3))
    light = light * (exposure * cast).astype(np.float32) * np.exp2(fall * along)[..., None]
    sigma = rng.uniform(0, 0.07) * pitch
    light = cv2.GaussianBlur(light, (0, 0), max(sigma, 0.3))
    noise = rng.uniform(0, 0.03)
    spread = np.sqrt((0.3 * noise) ** 2 + noise**2 * np.clip(light, 0, None))
    light = light + rng.normal(0, 1, light.shape).astype(np.float32) * spread
    words = f"cast {np.round(cast, 2).tolist()}, {fall:.1f} EV across, {exposure:.2f}"
    words += f", blur {sigma:.1f} px, noise {noise:.3f}"
    return np.clip(light, 0, 1).astype(np.float32), words


def _encoded(light):
    """8 bit sRGB."""
    curve = np.where(light <= 0.0031308, 12.92 * light, 1.055 * np.maximum(light, 1e-9) ** (1 / 2.4) - 0.055)
    return np.round(255 * curve).astype(np.uint8)


def judged(truth, found):
    """Of each found chart on the truth: ``right``, ``turned`` (labels wrong), or ``false`` (no card there).

    Args:
        truth: a `WarpedCard`.
        found: centres of patches in order, px, one array for each chart.
    """
    result = []
    for centres in found:
        if truth.layout is None or len(centres) != len(truth.centres):
            result.append("false")
            continue
        off = np.linalg.norm(centres - truth.centres, axis=1).max()
        near = np.linalg.norm(centres.mean(axis=0) - truth.centres.mean(axis=0)) < 2 * truth.pitch
        result.append("right" if off < 0.25 * truth.pitch else "turned" if near else "false")
    return result
