"""The panel as a web application: pages, trials, votes, and the experimenter's desk."""

import asyncio
import math
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from typing import Annotated, Any, Final, TypeVar

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from lichtbild.core import resources
from lichtbild.core.errors import BadInput, CannotWrite, LichtbildError
from lichtbild.io import vote_table
from lichtbild.io.votes import Votes, now
from lichtbild.panel.experiment import Experiment, compares, ranks, rates_both
from lichtbild.panel.protocol import Method, ScaleKind
from lichtbild.panel.session import Chooser, course, length
from lichtbild.panel.trial import Trial, check_answer
from lichtbild.panel.vote import Vote
from lichtbild.panel.words import LANGUAGES
from lichtbild.studio.access import Rate, Refusal, bearer, same
from lichtbild.studio.commit import GroupCommit
from lichtbild.studio.seats import Seat, Seats, Tickets
from lichtbild.study.panel_pictures import Exhibition

_PAGES: Final = "panel_pages"
_TYPES: Final = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_WRONG_LINK: Final = "this link is not valid; ask for a new one"
_MOST_LINKS: Final = 1000

_Body = TypeVar("_Body", bound=BaseModel)
_Name = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]


class _Begun(BaseModel):
    """An observer agreed, and found this of the screen."""

    model_config = ConfigDict(extra="forbid", strict=True)

    pixel_mm: Annotated[float, Field(ge=0.01, le=5)] | None = None
    dark: Annotated[int, Field(ge=0, le=20)] | None = None
    light: Annotated[int, Field(ge=0, le=20)] | None = None
    pixel_ratio: Annotated[float, Field(ge=0.1, le=20)] | None = None
    width: Annotated[int, Field(ge=1, le=100_000)] | None = None
    height: Annotated[int, Field(ge=1, le=100_000)] | None = None


class _Answered(BaseModel):
    """An answer to a trial."""

    model_config = ConfigDict(extra="forbid", strict=True)

    vote: Annotated[str, StringConstraints(pattern=r"^[0-9a-f-]{16,64}$")]
    trial: Annotated[int, Field(ge=0, le=100_000)]
    pictures: Annotated[list[_Name], Field(min_length=1, max_length=8)]
    seal: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    answer: Annotated[list[float], Field(min_length=1, max_length=8)]
    seconds: Annotated[float, Field(ge=0, le=86_400)]


class _Invited(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    count: Annotated[int, Field(ge=1, le=_MOST_LINKS)]


@dataclass(frozen=True, eq=False)
class Panel:
    """What is served.

    Attributes:
        exhibition: the experiment and its pictures.
        votes: the store.
        token: the experimenter's.
        address: where observers find the page, without a slash at the end.
        choose: decides what a test shows; None leaves it at what was dealt out.
    """

    exhibition: Exhibition
    votes: Votes
    token: str
    address: str
    choose: Chooser | None = None


def application(panel: Panel) -> FastAPI:
    """The web application of a panel; `lichtbild.studio.access.Guard` stands before it."""
    desk = _Desk(panel)
    room = _Room(panel)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        storing = asyncio.create_task(room.commit.run())
        yield
        storing.cancel()
        with suppress(asyncio.CancelledError):
            await storing

    app = FastAPI(lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    for path, method, endpoint in (
        ("/api/vote", "POST", room.vote),  # the first that is looked for, for most requests are votes
        ("/api/session", "GET", room.session),
        ("/api/begin", "POST", room.begin),
        ("/api/picture/{name}", "GET", room.picture),
        ("/api/status", "GET", desk.status),
        ("/api/invite", "POST", desk.invite),
        ("/api/votes.csv", "GET", desk.as_csv),
        ("/api/votes.json", "GET", desk.as_json),
    ):
        app.add_route(path, endpoint, [method])
    for path, answer in (("/", "index.html"), ("/desk", "desk.html")):
        app.add_route(path, _page(answer), ["GET"])
    for name in resources.names("studio", _PAGES):
        if not name.endswith(".html"):
            app.add_route(f"/pages/{name}", _page(name), ["GET"])
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(LichtbildError, _failed)
    return app


class _Room:
    """Answers observers."""

    def __init__(self, panel: Panel) -> None:
        self._panel = panel
        self._course = course(panel.exhibition.experiment, panel.exhibition.stimuli)
        self._total = length(self._course)
        self._seats = Seats(panel.votes, self._course)
        self._tickets = Tickets(panel.exhibition, panel.votes.secret)
        self._wrong = Rate(at_once=30, a_second=0.5)
        self._asks = Rate(at_once=60, a_second=20)
        self._looks = Rate(at_once=500, a_second=100)
        self.commit = GroupCommit(panel.votes.add)

    async def session(self, request: Request) -> Response:
        """What the page needs to begin or go on."""
        seat = await self._seat(request, self._asks)
        told = _told(self._panel.exhibition.experiment)
        return JSONResponse(told | await self._state(seat))

    async def begin(self, request: Request) -> Response:
        """An observer agrees."""
        seat = await self._seat(request, self._asks)
        begun = await _read(request, _Begun)
        screen = {name: float(value) for name, value in begun.model_dump(exclude_none=True).items()}
        if not await asyncio.to_thread(self._panel.votes.consent, seat.observer, screen):
            self._seats.leave(bearer(request.headers))
            raise Refusal(401, _WRONG_LINK)
        seat.observer = replace(seat.observer, consented=seat.observer.consented or now())
        return JSONResponse(await self._state(seat))

    async def vote(self, request: Request) -> Response:
        """Store an answer; what comes next is told when it is on the disk."""
        seat = await self._seat(request, self._asks, votes=True)
        answered = await _read(request, _Answered)
        if not seat.observer.consented:
            raise Refusal(409, "agree first; open the link again")
        trial = self._asked(seat, answered)
        answer = check_answer(self._panel.exhibition.experiment, trial, self._numbers(answered.answer))
        vote = Vote(seat.observer.name, trial, answer, answered.seconds, now(), answered.vote)
        fate = await self.commit.store(seat.observer, vote)
        if fate == "unknown":
            self._seats.leave(bearer(request.headers))
            raise Refusal(401, _WRONG_LINK)
        if fate == "already" and trial.position not in seat.answered:
            seat.answered |= await asyncio.to_thread(self._panel.votes.answered, seat.observer)
        else:
            seat.answered.setdefault(trial.position, (trial.scene, trial.shown))
        return JSONResponse({"stored": fate} | await self._state(seat))

    async def picture(self, request: Request) -> Response:
        """A picture's bytes."""
        await self._seat(request, self._looks)
        stimulus = self._tickets.stimuli.get(request.path_params["name"])
        if stimulus is None:
            raise Refusal(404, "there is no such picture")
        picture = self._panel.exhibition.pictures[stimulus]
        data = await asyncio.to_thread(self._panel.exhibition.store.read, picture)
        return Response(data, media_type=picture.media_type)

    async def _state(self, seat: Seat) -> dict[str, Any]:
        """How far an observer is, and the next trial once they agreed."""
        begun = bool(seat.observer.consented)
        following = await self._next(seat) if begun else None
        return {
            "begun": begun,
            "done": min(len(seat.answered), self._total),
            "total": self._total,
            "next": following,
        }

    async def _next(self, seat: Seat) -> dict[str, Any] | None:
        """The trial to ask now; to choose one takes votes from the store, which others shall not wait for."""
        choose = self._panel.choose
        if choose is None:
            return self._tickets.ticket(seat, None)
        return await asyncio.to_thread(self._tickets.ticket, seat, choose)

    async def _seat(self, request: Request, rate: Rate, *, votes: bool = False) -> Seat:
        secret = bearer(request.headers)
        seat = await self._seats.of(secret, votes=votes) if secret else None
        if seat is None:
            address = request.client.host if request.client else ""
            if not self._wrong.spend(address):
                raise Refusal(429, "too many wrong links; wait a minute")
            raise Refusal(401, _WRONG_LINK)
        if not rate.spend(str(seat.observer.key)):
            raise Refusal(429, "too many requests; wait a moment")
        return seat

    def _asked(self, seat: Seat, answered: _Answered) -> Trial:
        """The trial that is answered, if it is one that we asked this observer."""
        seal = self._tickets.seal(seat.observer, answered.trial, answered.pictures)
        if not same(answered.seal, seal) or answered.trial >= len(seat.planned):
            raise Refusal(409, "that was not asked; open the link again")
        stimuli = [self._tickets.stimuli[name] for name in answered.pictures]
        trial = seat.planned[answered.trial]
        return replace(trial, scene=stimuli[0].scene, shown=tuple(each.condition for each in stimuli))

    def _numbers(self, answer: list[float]) -> list[float]:
        """The answer's numbers as they are kept: of a ruler the page knows places alone."""
        experiment = self._panel.exhibition.experiment
        if experiment.method is not Method.RULER:
            return answer
        jnd = experiment.ruler.jnd
        if len(answer) != 1 or answer[0] not in range(len(jnd)):
            raise BadInput(f"the ruler has steps 0 to {len(jnd) - 1}")
        return [jnd[int(answer[0])]]


class _Desk:
    """Answers the experimenter."""

    def __init__(self, panel: Panel) -> None:
        self._panel = panel
        self._wrong = Rate(at_once=10, a_second=0.2)

    async def status(self, request: Request) -> Response:
        """How far all observers are."""
        self._check(request)
        experiment = self._panel.exhibition.experiment
        total = length(course(experiment, self._panel.exhibition.stimuli))
        people = await asyncio.to_thread(self._panel.votes.observers)
        rows = [
            {
                "observer": each.name,
                "begun": bool(each.consented),
                "votes": votes,
                "screen": dict(each.screen),
            }
            for each, votes in people
        ]
        return JSONResponse({"name": experiment.name, "total": total, "observers": rows})

    async def invite(self, request: Request) -> Response:
        """New links, told this once."""
        self._check(request)
        count = (await _read(request, _Invited)).count
        made = await asyncio.to_thread(self._panel.votes.invite, count)
        links = [{"observer": each.name, "link": link(self._panel.address, secret)} for each, secret in made]
        return JSONResponse({"links": links})

    async def as_csv(self, request: Request) -> Response:
        """All votes as a table."""
        self._check(request)
        votes = (vote for _, vote in self._panel.votes.all_votes())
        return _file(vote_table.as_csv(votes), "text/csv; charset=utf-8", "votes.csv")

    async def as_json(self, request: Request) -> Response:
        """All observers and votes."""
        self._check(request)
        people = [each for each, _ in await asyncio.to_thread(self._panel.votes.observers)]
        votes = (vote for _, vote in self._panel.votes.all_votes())
        name = self._panel.exhibition.experiment.name
        return _file(vote_table.as_json(name, people, votes), "application/json", "votes.json")

    def _check(self, request: Request) -> None:
        if same(bearer(request.headers), self._panel.token):
            return
        address = request.client.host if request.client else ""
        if not self._wrong.spend(address):
            raise Refusal(429, "too many wrong tokens; wait a minute")
        raise Refusal(401, "this is not the experimenter's token; it was shown when the server started")


def link(address: str, secret: str) -> str:
    """An observer's link; its secret stands after #, which no browser sends or notes with a request."""
    return f"{address}/#{secret}"


def _told(experiment: Experiment) -> dict[str, Any]:
    """What the page is told of an experiment: no scene, no condition, nothing that is to be found out."""
    words = {**LANGUAGES[experiment.language], **experiment.words}
    scale, session = experiment.scale, experiment.session
    usual = "line" if scale.kind is ScaleKind.CONTINUOUS else "labels"
    if experiment.method is Method.DOUBLE and usual == "labels":
        usual = "impairment"
    answer = "scores" if rates_both(experiment) else "score"
    if experiment.method is Method.RULER:
        answer = "step"
    elif compares(experiment) or ranks(experiment):
        answer = "choice" if compares(experiment) else "order"
    return {
        "name": experiment.name,
        "question": experiment.question,
        "view": experiment.view.value,
        "answer": answer,
        "ties": experiment.ties,
        "continuous": scale.kind is ScaleKind.CONTINUOUS,
        "low": scale.low,
        "high": scale.high,
        "labels": list(scale.labels) or words[usual].split("|"),
        "language": experiment.language,
        "words": words | ({"consent": experiment.consent} if experiment.consent else {}),
        "distance_mm": experiment.distance_mm,
        "pause_every": session.pause_every,
        "flicker_hz": session.flicker_hz,
        "shortest_s": session.shortest_s,
        "screen_check": session.screen_check,
    }


def _page(name: str) -> Any:
    """An endpoint that answers with one of our own files, read once."""
    data = resources.read("studio", _PAGES, name)
    media_type = _TYPES[name[name.rindex(".") :]]

    async def page(request: Request) -> Response:
        return Response(data, media_type=media_type, headers={"cache-control": "no-cache"})

    return page


def _file(parts: Iterator[str], media_type: str, name: str) -> Response:
    disposition = {"content-disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(parts, media_type=media_type, headers=disposition)


async def _read(request: Request, body: type[_Body]) -> _Body:
    """What a request tells."""
    try:
        told = body.model_validate_json(await request.body())
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise Refusal(400, f"the request cannot be read: {place} {first['msg'].lower()}"[:200]) from error
    numbers = [value for value in told.model_dump().values() if isinstance(value, float)]
    if not all(map(math.isfinite, numbers)):
        raise Refusal(400, "the request cannot be read: a number is not finite")
    return told


async def _refused(request: Request, refusal: Exception) -> Response:
    assert isinstance(refusal, Refusal)
    return JSONResponse({"error": refusal.words}, refusal.status)


async def _failed(request: Request, error: Exception) -> Response:
    """A wrong answer is the page's to mend, a store that cannot write ours; no place of the disk is told."""
    if isinstance(error, CannotWrite):
        return JSONResponse({"error": "the answer could not be stored; it will be sent again"}, 503)
    status = 400 if type(error) is BadInput else 500
    words = str(error) if status == 400 else "the server cannot answer that; ask the experimenter"
    return JSONResponse({"error": words}, status)
