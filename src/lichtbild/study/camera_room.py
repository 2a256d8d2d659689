"""Camera room: the camera of a roll, its lens followed once, by a thread of its own, while somebody waits."""

from dataclasses import dataclass
from pathlib import Path
from threading import Lock, Thread

from lichtbild.camera.camera import Camera
from lichtbild.camera.negative import Negative
from lichtbild.camera.point_picture import PointPicture, cut_to, point_picture, sensor_place
from lichtbild.core.chain import Chain
from lichtbild.core.errors import BadInput, LichtbildError
from lichtbild.figure.svg import Svg
from lichtbild.image.frame_calibration import FrameCalibration
from lichtbild.image.optical_response import OpticalResponse
from lichtbild.image.raw_frame import RawFrame
from lichtbild.io.calibration_file import read_calibration
from lichtbild.io.camera_file import read_camera


@dataclass(frozen=True, eq=False)
class Known:
    """What is known of the camera that took a roll.

    Attributes:
        camera: its design, or what a whole calibration told; None where only its frames were measured.
        calibration: of its frames; None for a camera that is designed.
        name: of the catalogue or of its file, without a folder.
    """

    camera: Camera | None
    calibration: FrameCalibration | None
    name: str


def known_camera(name: str) -> Known:
    """The camera of a name of the catalogue, or of a TOML file, which may hold a calibration alone.

    Raises:
        BadInput: the catalogue has no such camera.
        BadFile: the file cannot be read, or holds neither a camera nor a calibration.
    """
    path = Path(name)
    if path.suffix.lower() != ".toml":
        return Known(read_camera(name), None, name)
    try:
        camera = read_camera(path)
    except LichtbildError:
        return Known(None, read_calibration(path), path.name)
    return Known(camera, camera.calibration, path.name)


@dataclass(frozen=True, eq=False)
class Followed:
    """A lens after its light was followed.

    Attributes:
        response: in squares fine enough for its detail.
        drawing: section with rays; None of a measured lens, whose glass nobody knows.
        pitch: of the sensor's pixels as they are read, mm.
        words: of it, name and value.
    """

    response: OpticalResponse
    drawing: Svg | None
    pitch: float
    words: tuple[tuple[str, str], ...]


class CameraRoom:
    """Follows the light through the camera's lens when it is first asked for, which takes seconds."""

    def __init__(self, known: Known | None) -> None:
        """Begin with nothing followed.

        Args:
            known: what is known of the camera; None for nothing.
        """
        self.known = known
        self._lock = Lock()
        self._thread: Thread | None = None
        self._followed: Followed | None = None
        self._trouble = ""

    @property
    def camera(self) -> Camera | None:
        """Whose lens it is."""
        return None if self.known is None else self.known.camera

    def begin(self) -> None:
        """Follow the light, unless that is done or being done."""
        with self._lock:
            if self.camera is not None and self._thread is None:
                self._thread = Thread(target=self._follow, name="camera", daemon=True)
                self._thread.start()

    def wait(self) -> None:
        """Until it is done."""
        self.begin()
        if self._thread is not None:
            self._thread.join()

    @property
    def standing(self) -> tuple[str, str]:
        """``none``, ``following``, ``ready`` or ``failed``; and why there is nothing to see."""
        if self.camera is None:
            return "none", "name the camera with --camera to see its lens and the image of a point"
        if self._trouble:
            return "failed", self._trouble
        if self._followed is None:
            return "following", "light is being followed through the lens, which takes some seconds once"
        return "ready", ""

    def followed(self) -> Followed:
        """The lens.

        Raises:
            BadInput: it is not known, not ready, or cannot be followed.
        """
        if self._followed is None:
            raise BadInput(self.standing[1])
        return self._followed

    def point(self, scene: Negative, place: tuple[float, float]) -> PointPicture:
        """The image of a far point at a place of the picture, x and y from 0 to 1 from its top left.

        Raises:
            BadInput: it is a finished picture, or the lens is not ready.
        """
        if scene.own is None or not isinstance(scene.source, RawFrame):
            raise BadInput("a finished picture does not say where on a sensor it lay; open a raw file")
        lens, frame = self.followed(), scene.source
        stored = Chain(scene.own.developing).extent(frame.extent)
        size = (frame.active_area.height * lens.pitch, frame.active_area.width * lens.pitch)
        return cut_to(point_picture(lens.response, sensor_place(scene.own.geometry, place, stored, size)))

    def _follow(self) -> None:
        from lichtbild.study.following import followed  # what traces lenses takes a while to import

        try:
            assert self.camera is not None
            self._followed = followed(self.camera)
        except LichtbildError as error:
            self._trouble = str(error)
