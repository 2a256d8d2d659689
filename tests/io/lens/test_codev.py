"""CODE V sequences: what each command means, in closed form where there is one; every lens back again."""

import math
import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from any_lens import AnyLens
from lichtbild.core.errors import BadFile, BadInput
from lichtbild.io.lens.catalogue import catalogue_lens, catalogue_names
from lichtbild.io.lens.codev_read import read_seq, reading_of
from lichtbild.io.lens.codev_write import dumps_seq, write_seq
from lichtbild.optics.lens import Aperture, Change, Configuration, FieldPoint, Gap, Lens, Vignetting
from lichtbild.optics.media import find
from lichtbild.optics.medium import Air, MeasuredGlass, ModelGlass
from lichtbild.optics.surface import (
    ForbesQbfs,
    ForbesQcon,
    Pose,
    PowerSeries,
    Surface,
    Toroid,
    XYPolynomial,
)
from lichtbild.optics.trace import Rays, trace_through
from lichtbild.optics.train import train

SINGLET = """\
RDM; LEN NEW
TITLE 'a singlet'
EPD 5.0
DIM M
WL 656.3 587.6 486.1
WTW 1 2 1
REF 2
XAN 0.0 0.0
YAN 0.0 14.0
VUY 0.0 0.2
VLY 0.0 0.4
SO 0.0 0.1e11
S 50.0 5.0 NBK7_SCHOTT ! a comment; with a semicolon
  STO; ASP
  K -0.5; A 1.5E-6; &
  B -2.3E-9
S -80.0 45.0
  CIR 7.0; CIR EDG 8.0
SI 0.0 -0.25
GO
"""


def lens_of(text: str) -> Lens:
    return reading_of(text).lens


def with_surface(lines: str, head: str = "") -> str:
    """A sequence of one surface, whose line and commands are given."""
    return f"RDM\nEPD 2\nWL 550\nREF 1\n{head}\nSO 0 1e20\n{lines}\nSTO S1\nSI 0 0\n"


def on_image(
    lens: Lens, position: Iterable[float], direction: Iterable[float]
) -> tuple[np.ndarray, np.ndarray]:
    """Where a ray ends, and its direction there, in the frame of the first surface."""
    passage = trace_through(
        train(lens, np.asarray(5.5e-4)),
        Rays(jnp.array(list(position)), jnp.array(list(direction))),
    )
    assert int(passage.status) == 0
    return np.asarray(passage.position[-1]), np.asarray(passage.direction[-1])


def test_commands_are_understood() -> None:
    reading = reading_of(SINGLET)
    lens = reading.lens
    assert reading.findings == ()
    assert lens.name == "a singlet" and lens.stop == 0
    assert lens.aperture == Aperture("entrance pupil diameter", 5.0)
    assert lens.wavelengths == (656.3 / 1e6, 587.6 / 1e6, 486.1 / 1e6)
    assert lens.weights == (1.0, 2.0, 1.0) and lens.primary == 1
    front, back = lens.surfaces
    assert front.curvature == 1 / 50.0 and front.conic == -0.5
    assert front.departure == PowerSeries((4, 6), (1.5e-6, -2.3e-9))
    assert back == Surface(-1 / 80.0, semi_aperture=7.0, edge=8.0)
    assert lens.gaps == (Gap(math.inf), Gap(5.0, find("N-BK7")), Gap(44.75))


def test_vignetting_factors_cut_the_ends_of_the_pupil() -> None:
    """The pupil's ends are at dy +- (1 - cy); CODE V cuts VUY from the upper and VLY from the lower one."""
    factors = lens_of(SINGLET).fields[1].vignetting
    assert factors is not None
    assert factors.dy + (1 - factors.cy) == pytest.approx(1 - 0.2, abs=1e-15)
    assert factors.dy - (1 - factors.cy) == pytest.approx(-(1 - 0.4), abs=1e-15)


@pytest.mark.parametrize("name", catalogue_names())
def test_the_catalogue_comes_back(name: str) -> None:
    lens = catalogue_lens(name)
    reading = reading_of(dumps_seq(lens))
    assert reading.lens == lens and reading.findings == ()


def clean(text: str) -> str:
    return "".join(letter for letter in text if letter.isprintable() and letter not in "'\"").strip()


def holdable(lens: Lens) -> Lens:
    """The lens without what a sequence does not hold."""

    def of_surface(surface: Surface) -> Surface:
        departure, conic = surface.departure, surface.conic
        if isinstance(departure, ForbesQbfs):
            conic = 0.0
        if isinstance(departure, PowerSeries):
            kept = [(p, v) for p, v in zip(departure.powers, departure.coefficients, strict=True) if p <= 30]
            departure = PowerSeries(*(tuple(part) for part in zip(*kept, strict=True))) if kept else None
        if isinstance(departure, Toroid):
            departure = Toroid(departure.curvature, (4, 20), (1e-3, -1e-9))
        pose, turn = (
            None if p is None else replace(p, tilt_first=False) for p in (surface.pose, surface.turn)
        )
        pose = None if pose == Pose() else pose
        turn = None if turn == Pose() or pose is not None else turn
        label = clean(surface.label)
        return replace(
            surface,
            departure=departure,
            conic=conic,
            pose=pose,
            turn=turn,
            coating=None,
            mirror=False,
            label=label,
        )

    media = [Air(), ModelGlass(1.5168, 64.17), ModelGlass(1.05, 9.5), find("N-BK7"), find("E48R")]
    far = lens.gaps[0].thickness == math.inf
    paths = {change.path: change.value for entry in lens.configurations for change in entry.changes}
    return replace(
        lens,
        surfaces=tuple(of_surface(surface) for surface in lens.surfaces),
        gaps=tuple(
            Gap(gap.thickness, replace(gap.medium, name=f"mine {i}"))
            if isinstance(gap.medium, MeasuredGlass) and len(gap.medium.wavelengths) == 1
            else Gap(gap.thickness, media[i % len(media)])
            for i, gap in enumerate(lens.gaps)
        ),
        aperture=Aperture("f-number" if far else "object na", lens.aperture.value),
        fields=tuple(
            replace(point, vignetting=replace(point.vignetting or Vignetting(), angle=0.0))
            for point in lens.fields
        ),
        image=of_surface(lens.image),
        configurations=(Configuration("a b", tuple(Change(*item) for item in paths.items())),)
        if paths
        else (),
        name=clean(lens.name),
        source=clean(lens.source),
        notes=clean(lens.notes),
    )


@pytest.mark.parametrize("first", range(0, 120, 40))
def test_every_lens_that_a_sequence_can_hold_comes_back(first: int) -> None:
    for seed in range(first, first + 40):
        lens = holdable(AnyLens(seed).lens())
        text = dumps_seq(lens)
        reading = reading_of(text)
        assert reading.lens == lens
        assert dumps_seq(reading.lens) == text


def test_files_of_other_programs_are_read(shared: Path) -> None:
    folder = shared / "data/optics/classic"
    gauss = read_seq(folder / "ag_dblgauss.seq")
    assert gauss.findings == ("solves and pick-ups, held at the values that surfaces have: PIM (line 36)",)
    assert gauss.lens.surfaces[0].curvature == 0.01779284094091543  # RDM N: curvatures
    assert gauss.lens.gaps[-1].thickness == 61.4875364179821 - 0.4002686453541377
    assert gauss.lens.stop == 5 and gauss.lens.gaps[1].medium == find("N-SSK2")
    landscape = read_seq(folder / "landscape_lens.seq")
    assert landscape.lens.surfaces[1].curvature == -0.2 and "curvatures suit" in landscape.findings[0]
    cooke = read_seq(folder / "cooke_triplet.seq")
    assert cooke.lens.surfaces[0].curvature == 1 / 22.01359 and "radii suit" in cooke.findings[0]
    plane = read_seq(folder / "asp46.seq")
    assert plane.lens.gaps[1].medium == ModelGlass(1.5, 70.0)
    assert plane.lens.surfaces[0].edge == 0.55 and plane.lens.surfaces[0].departure.coefficients[:2] == (
        -0.1,
        0.1,
    )


def test_a_spherical_mirror_focuses_at_half_its_radius(shared: Path) -> None:
    lens = read_seq(shared / "data/optics/classic/mirror.seq").lens
    position, _ = on_image(lens, (0.0, 1e-3, -1.0), (0.0, 0.0, 1.0))
    assert position[2] == -100.0 and abs(position[1]) < 1e-9


@pytest.mark.parametrize(("command", "axis"), [("ADE 10", 0), ("BDE 10", 1)])
def test_tilts_about_x_and_y_are_left_handed(command: str, axis: int) -> None:
    """A plate tilted by a turns its normal by a toward +y (ADE) or -x (BDE), and light with it."""
    text = with_surface(f"S 0 10 1.5:0\n{command}; DAR\nS 0 20\n{command}; DAR; ZDE 0")
    lens = lens_of(text)
    a, n = math.radians(10.0), 1.5
    normal = (
        np.array([0.0, math.sin(a), math.cos(a)]) if axis == 0 else np.array([-math.sin(a), 0.0, math.cos(a)])
    )
    inside = refracted(np.array([0.0, 0.0, 1.0]), normal, 1 / n)
    entry = np.zeros(3)  # the ray along the axis meets the first vertex
    length = 10.0 * normal[2] / (inside @ normal)
    leaves = entry + length * inside
    position, direction = on_image(lens, (0.0, 0.0, -5.0), (0.0, 0.0, 1.0))
    assert direction == pytest.approx([0.0, 0.0, 1.0], abs=1e-14)
    assert position[:2] == pytest.approx(leaves[:2], abs=1e-12)
    assert position[1 - axis] * (1 if axis == 0 else -1) > 0.05  # not for nothing


def refracted(direction: np.ndarray, normal: np.ndarray, ratio: float) -> np.ndarray:
    """Snell's law in vectors."""
    cosine = direction @ normal
    return ratio * direction + (math.sqrt(1 - ratio**2 * (1 - cosine**2)) - ratio * cosine) * normal


def test_a_tilt_about_z_is_right_handed() -> None:
    """A decentre in x of a plane turned by 90 degrees about z: its x axis points to +y."""
    (surface,) = lens_of(with_surface("S 0 10\nCDE 90")).surfaces
    assert surface.turn == Pose(tilt=(0.0, 0.0, math.radians(90.0)))


def test_a_bend_sends_the_axis_where_the_mirror_sends_light() -> None:
    lens = lens_of(with_surface("S 0 -30 REFL\nADE 45; BEN"))
    position, direction = on_image(lens, (0.0, 0.0, -5.0), (0.0, 0.0, 1.0))
    assert position == pytest.approx([0.0, -30.0, 0.0], abs=1e-12)
    assert direction == pytest.approx([0.0, -1.0, 0.0], abs=1e-14)
    assert lens.gaps[1].thickness == 0.0 and lens.stop == 0


def test_reverse_takes_back_what_a_move_did() -> None:
    move = "XDE 0.3; YDE -0.2; ZDE 0.1; ADE 12; BDE -7; CDE 33"
    there_and_back = lens_of(with_surface(f"S 0 0\n{move}\nS 30 5 1.5:0\nS -40 0\nS 0 8\n{move}; REV"))
    alone = lens_of(with_surface("S 0 0\nS 30 5 1.5:0\nS -40 0\nS 0 8"))
    frames = [np.asarray(train(lens).origin[-1]) for lens in (there_and_back, alone)]
    # The element moves, but the axis behind it is where it would be if it had only been as thick.
    back = np.asarray(train(there_and_back).rotation[-1])
    assert back == pytest.approx(np.eye(3), abs=1e-14)
    moved = np.asarray(train(there_and_back).origin[3]) - np.asarray(train(there_and_back).origin[0])
    assert np.linalg.norm(moved) == pytest.approx(5.0, abs=1e-13)
    assert not np.allclose(frames[0], frames[1])


def test_a_pose_of_the_other_order_is_written_as_the_same_frame() -> None:
    turn = Pose((0.3, -0.2, 0.1), (0.2, -0.3, 0.4), tilt_first=True)
    lens = replace(lens_of(with_surface("S 50 5")), surfaces=(Surface(1 / 50.0, turn=turn),))
    again = lens_of(dumps_seq(lens))
    assert not again.surfaces[0].turn.tilt_first
    for part in ("origin", "rotation"):
        assert np.asarray(getattr(train(again), part)) == pytest.approx(
            np.asarray(getattr(train(lens), part)), abs=1e-13
        )


@pytest.mark.parametrize(
    ("words", "medium"),
    [
        ("", Air()),
        ("AIR", Air()),
        ("517.642", ModelGlass(1.517, 64.2)),
        ("517642", ModelGlass(1.517, 64.2)),
        ("620410.603236", ModelGlass(1.62041, 60.3236)),
        ("1.5168:64.17", ModelGlass(1.5168, 64.17)),
        ("1.5168 64.17", ModelGlass(1.5168, 64.17)),
        ("1.5", ModelGlass(1.5, 0.0)),
        ("NBK7_SCHOTT", find("N-BK7")),
        ("'N-BK7'", find("N-BK7")),
    ],
)
def test_glasses(words: str, medium: object) -> None:
    assert lens_of(with_surface(f"S 50 5 {words}")).gaps[1].medium == medium


def test_private_glasses_are_indices_at_wavelengths() -> None:
    head = "PRV\nPWL 656.3 587.6 486.1\n'my glass' 1.5 1.51 1.52\nEND"
    medium = lens_of(with_surface("S 50 5 'my glass'", head)).gaps[1].medium
    assert medium == MeasuredGlass((486.1 / 1e6, 587.6 / 1e6, 656.3 / 1e6), (1.52, 1.51, 1.5), "my glass")
    lens = replace(lens_of(SINGLET), gaps=(Gap(math.inf), Gap(5.0, medium), Gap(45.0)))
    assert lens_of(dumps_seq(lens)) == lens


def test_special_surfaces_by_their_numbers() -> None:
    (xy,) = lens_of(with_surface("S 50 5\nSPS XYP 45\nSCO K -1; SCO C3 0.1; SCO C8 0.2; SCO Y3 0.3")).surfaces
    assert xy.conic == -1.0
    assert xy.departure == XYPolynomial(45.0, ((0, 1), (2, 1), (0, 3)), (0.1, 0.2, 0.3))
    (odd,) = lens_of(with_surface("S 50 5\nSPS ODD 2.0\nSCO AR3 0.8; SCO C5 0.16")).surfaces
    assert odd.departure == PowerSeries((3, 4), (0.1, 0.01))
    (q,) = lens_of(with_surface("S 50 5\nSPS QCN 3\nSCO QC4 0.1; SCO QC8 0.2")).surfaces
    assert q.departure == ForbesQcon(3.0, (0.1, 0.0, 0.2))
    (toroid,) = lens_of(with_surface("S 50 5\nYTO; RDX 20; A 1e-4")).surfaces
    assert toroid.departure == Toroid(1 / 20.0, (4,), (1e-4,))


def test_lengths_in_inches_become_millimetres() -> None:
    text = with_surface("S 2 0.5 1.5:0\nASP; A 0.01; CIR 0.25; YDE 0.1", "DIM I\nYOB 0 1").replace(
        "1e20", "10"
    )
    lens = lens_of(text)
    (surface,) = lens.surfaces
    assert surface.curvature == pytest.approx(1 / 50.8) and surface.semi_aperture == 6.35
    assert surface.departure.coefficients[0] * 25.4**3 == pytest.approx(0.01)
    assert surface.turn.decentre == (0.0, 2.54, 0.0)
    assert (lens.gaps[0].thickness, lens.gaps[1].thickness) == (254.0, 12.7)
    assert lens.aperture.value == 50.8 and lens.fields[1].y == 25.4 and lens.field_kind == "object height"


def test_zoom_positions_are_configurations() -> None:
    head = SINGLET.replace(
        "GO",
        "ZOO 2\nZOO TIT\nTIT Z1 'far'\nTIT Z2 'near'\n"
        "ZOO THI S0 1e20 500\nZOO THI S2 45 46\nZOO THC S2 0 0\nZOO YAN F2 14 12",
    )
    far, near = lens_of(head).configurations
    assert far.name == "far" and far.changes[0] == Change("gaps[0].thickness", math.inf)
    assert near.changes[:2] == (Change("gaps[0].thickness", 500.0), Change("gaps[2].thickness", 45.75))
    assert near.changes[2] == Change("fields[1].y", math.radians(12.0))


@pytest.mark.parametrize(
    ("lines", "finding"),
    [
        ("S 50 5\nREX 3", r"the aperture REX is no circle"),
        ("S 50 5\nCIR OBS 1", r"an obscuration or hole"),
        ("S 50 5\nFOO 1 2", r"commands not read: FOO \(line 8\)"),
        ("S 50 5\nTHI S1 OAL S1..2 7", r"solves and pick-ups, held at the values .*: THI \(line 8\)"),
        ("S 50 5\nZOO 2\nZOO VUY F1 0.1 0.2", r"line 9: zoomed VUY is not held"),
    ],
)
def test_what_the_lens_does_not_hold_is_said(lines: str, finding: str) -> None:
    (found,) = reading_of(with_surface(lines)).findings
    assert re.search(finding, found)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", r"has no surface between object and image \(lines S\)"),
        (
            with_surface("S 50 5 N-BK77"),
            r"line 7 \(surface 1\): no medium is called 'N-BK77'; the nearest names are",
        ),
        (with_surface("S 50 x"), r"line 7 \(S\): 'x' is not a number"),
        (with_surface("S 50 1e999"), r"line 7 \(S\): '1e999' is a finite number"),
        (with_surface("S 50 5\nTITLE 'open"), r"line 8: a text in quotes does not end"),
        (with_surface("S 50 5\nGRT 600"), r"line 8 \(GRT\): GRT: a grating is not read"),
        (with_surface("S 50 5\nSPS ZRN"), r"SPS ZRN is not read; ODD, XYP, QBF, QCN are"),
        (with_surface("S 50 5\nSPS QCN 3; SCO QC5 1"), r"SPS QCN has no coefficient 'QC5'; it has QC4, QC6"),
        (with_surface("S 50 5\nSPS XYP; SCO C99 1"), r"SPS XYP has no coefficient 'C99'"),
        (with_surface("S 50 5\nADE 45; BDE 45; BEN"), r"BEN about more than one axis is not read"),
        (with_surface("S 50 5\nK S9 1"), r"'S9' names no single surface given before"),
        (with_surface("S 50 5\nSTO"), r"^(?!.*error)"),
        (with_surface("S 50 5").replace("EPD 2", ""), r"says nothing of the aperture"),
        (
            with_surface("S 50 5").replace("EPD 2", "FNO 2").replace("1e20", "100"),
            r"FNO with an object at a finite",
        ),
        (with_surface("S 50 5").replace("WL 550", ""), r"gives no wavelengths"),
        (with_surface("S 50 5").replace("REF 1", "REF 7"), r"REF 7 is none of the 1 wavelengths"),
        (with_surface("S 50 5", "XAN 1\nYOB 2"), r"gives fields by XAN and YOB"),
        (with_surface("S 50 5\nSO 0 1"), r"surfaces begin with one SO and end with one SI"),
        (with_surface("S 50 5\n" * 1200), r"more than 1000 surfaces"),
        (
            with_surface("S 50 5", "PRV\nPWL 500 600\n'a' 1.5\nEND"),
            r"'a' has 1 indices for the 2 wavelengths of PWL",
        ),
        (with_surface("S 50 5\nZOO 9999"), r"has 9999 zoom positions; at most 100"),
    ],
)
def test_one_sentence_says_what_is_wrong(text: str, sentence: str) -> None:
    if sentence == r"^(?!.*error)":
        assert lens_of(text).stop == 0  # the stop named twice at one surface is no error
        return
    with pytest.raises(BadInput, match=sentence):
        reading_of(text)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"aperture": Aperture("stop semi-aperture", 1.0)}, "a stop's radius has no place"),
        ({"fields": (FieldPoint(vignetting=Vignetting(angle=0.1)),)}, "a vignetting angle has no place"),
        (
            {"surfaces": (Surface(pose=Pose((1.0, 0.0, 0.0)), turn=Pose((1.0, 0.0, 0.0))),) * 2},
            "surface 1: .* out of its place",
        ),
        (
            {"surfaces": (Surface(departure=PowerSeries((34,), (1.0,))),) * 2},
            r"terms in r\^1 to r\^30, not r\^34",
        ),
        ({"surfaces": (Surface(mirror=True), Surface())}, "a mirror between two media"),
        (
            {"configurations": (Configuration("a", (Change("surfaces[9].conic", 1.0),)),)},
            r"changes 'surfaces\[9\].conic'",
        ),
        ({"gaps": (Gap(math.inf), Gap(1.0, ModelGlass(1.5, 60.0, 0.01)), Gap(1.0))}, "partial dispersion"),
    ],
)
def test_what_a_sequence_cannot_hold_is_not_written(change: dict[str, object], sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        dumps_seq(replace(lens_of(SINGLET), **change))


def test_files(tmp_path: Path) -> None:
    write_seq(lens_of(SINGLET), tmp_path / "lens.seq")
    assert read_seq(tmp_path / "lens.seq").lens == lens_of(SINGLET)
    (tmp_path / "latin.seq").write_bytes(with_surface("S 50 5\nSLB 'Größe'").encode("latin-1"))
    assert read_seq(tmp_path / "latin.seq").lens.surfaces[0].label == "Größe"
    with pytest.raises(BadFile, match="cannot be read"):
        read_seq(tmp_path / "none.seq")


@settings(max_examples=100)
@given(st.data())
def test_mutated_files_give_a_lens_or_a_sentence(data: st.DataObject) -> None:
    zoomed = SINGLET.replace("GO", "ZOO 2\nZOO THI S0 1e20 500\nADE 3; DAR")
    tokens = re.findall(r"[^\s;]+|\s|;", zoomed)
    hostile = [
        "1e999",
        "-1",
        "''",
        "'",
        ";",
        "&",
        "S3",
        "SO",
        "SI",
        "SPS XYP",
        "SCO C4 1",
        "ZOO 3",
        "REV",
        "nan",
        "0",
    ]
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(tokens) - 1))
        tokens[at] = data.draw(st.sampled_from([*sorted(set(tokens)), *hostile]))
    try:
        lens = lens_of("".join(tokens))
    except BadInput:
        return
    try:
        text = dumps_seq(lens)
    except BadInput:
        return
    assert lens_of(text) == lens or lens.surfaces[0].departure is not None


@given(st.text(max_size=200))
def test_any_text_gives_a_sentence(text: str) -> None:
    with pytest.raises(BadInput):
        reading_of(text)


@pytest.mark.parametrize(
    "text",
    [
        "S 1 1\n" * 100_000,
        "&" * 500_000,
        "'" * 500_001,
        "WL " + "5 " * 400_000,
        "A;" * 300_000,
        "!" * 900_000,
    ],
    ids=["surfaces", "continued", "quotes", "wavelengths", "commands", "comment"],
)
def test_hostile_texts_end_in_a_sentence(text: str) -> None:
    with pytest.raises(BadInput):
        reading_of(text)
