"""Seats: what the server remembers of each observer, all of which the store can tell again."""

import asyncio
import hmac
import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

from lichtbild.io.shown_picture import ShownPicture
from lichtbild.io.votes import Votes, digest
from lichtbild.panel.protocol import Method
from lichtbild.panel.session import Chooser, Course, Shown, next_trial, trials
from lichtbild.panel.stimulus import Stimulus
from lichtbild.panel.trial import Kind, Trial
from lichtbild.panel.vote import Observer
from lichtbild.study.panel_pictures import Exhibition

RECHECK_S: Final = 2.0
"""After so long a link is looked up again, so that one that was forgotten opens nothing any more."""
MOST: Final = 5000
_AHEAD: Final = 2


@dataclass(eq=False)
class Seat:
    """An observer at work.

    Attributes:
        observer: who.
        planned: all trials of the session.
        answered: what was shown, by position of what was answered.
        checked: when the link was last found to be valid, s.
    """

    observer: Observer
    planned: tuple[Trial, ...]
    answered: dict[int, Shown]
    checked: float


class Seats:
    """The observers who are at work."""

    def __init__(self, votes: Votes, course: Course) -> None:
        """Begin with none.

        Args:
            votes: that tell who they are and what they answered.
            course: from which their trials are dealt out.
        """
        self._votes, self._course = votes, course
        self._taken: OrderedDict[str, Seat] = OrderedDict()
        self._thread = ThreadPoolExecutor(1, "seats")  # not many at once: each would hold up those who answer

    async def of(self, secret: str, *, votes: bool = False) -> Seat | None:
        """The seat of the observer whom a link belongs to.

        Args:
            secret: of the link.
            votes: whether a vote is being sent, whose observer the store looks up by itself.
        """
        name = digest(secret)
        seat = self._taken.get(name)
        if seat is not None and (votes or time.monotonic() - seat.checked < RECHECK_S):
            return seat
        aside = asyncio.get_running_loop().run_in_executor
        observer = await aside(self._thread, self._votes.observer, secret)
        if observer is None:
            self._taken.pop(name, None)
            return None
        seat = self._taken.get(name)
        if seat is None or seat.observer.key != observer.key:
            seat = await aside(self._thread, self._seated, observer)
            seat = self._taken.setdefault(name, seat)
        seat.observer, seat.checked = observer, time.monotonic()
        self._taken.move_to_end(name)
        while len(self._taken) > MOST:
            self._taken.popitem(last=False)
        return seat

    def leave(self, secret: str) -> None:
        """Remember nothing of an observer."""
        self._taken.pop(digest(secret), None)

    def _seated(self, observer: Observer) -> Seat:
        answered = self._votes.answered(observer)
        return Seat(observer, trials(self._course, observer.number), answered, time.monotonic())


class Tickets:
    """Trials as an observer's page gets them: pictures by names that tell nothing, and a seal.

    The seal (HMAC-SHA256 by the store's secret) tells later that we asked this very question, so that nothing
    about it need be remembered.
    """

    def __init__(self, exhibition: Exhibition, secret: bytes) -> None:
        """Name all pictures.

        Args:
            exhibition: the pictures.
            secret: of the store, so that names outlast the server.
        """
        self._secret = secret
        self._experiment = exhibition.experiment
        self.stimuli: Mapping[str, Stimulus] = {
            self._mac("picture", each.scene, each.condition)[:32]: each for each in exhibition.stimuli
        }
        self._pictures = {
            (each.scene, each.condition): _told(name, exhibition.pictures[each])
            for name, each in self.stimuli.items()
        }

    def ticket(self, seat: Seat, choose: Chooser | None) -> dict[str, Any] | None:
        """The trial to ask now; None at the end."""
        trial = next_trial(seat.planned, seat.answered, choose)
        if trial is None:
            return None
        later = seat.planned[trial.position + 1 : trial.position + 1 + _AHEAD]
        shown = [self._picture(trial.scene, condition) for condition in trial.shown]
        return {
            "trial": trial.position,
            "practice": trial.kind is Kind.ANCHOR,
            "pictures": shown,
            "reference": self._picture(trial.scene, trial.reference) if trial.reference else None,
            "ruler": self._ruler(trial),
            "seal": self.seal(seat.observer, trial.position, [picture["name"] for picture in shown]),
            "ahead": [] if choose else [picture for each in later for picture in self._all(each)],
        }

    def seal(self, observer: Observer, position: int, names: Sequence[str]) -> str:
        """The seal of a question to an observer."""
        return self._mac("trial", str(observer.key), str(position), *names)

    def _mac(self, *parts: str) -> str:
        return hmac.new(self._secret, "|".join(parts).encode(), "sha256").hexdigest()

    def _picture(self, scene: str, condition: str) -> dict[str, Any]:
        return self._pictures[scene, condition]

    def _ruler(self, trial: Trial) -> list[dict[str, Any]]:
        experiment = self._experiment
        if experiment.method is not Method.RULER:
            return []
        scene = experiment.ruler.scene or trial.scene
        return [self._picture(scene, condition) for condition in experiment.ruler.conditions]

    def _all(self, trial: Trial) -> list[dict[str, Any]]:
        more = (trial.reference,) if trial.reference else ()
        return [self._picture(trial.scene, condition) for condition in (*trial.shown, *more)]


def _told(name: str, picture: ShownPicture) -> dict[str, Any]:
    """What a page is told of a picture."""
    return {"name": name, "width": picture.width, "height": picture.height}
