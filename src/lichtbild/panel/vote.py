"""Vote: an answer as it is kept, with all that tells what was asked."""

from dataclasses import dataclass

from lichtbild.panel.trial import Kind, Trial


@dataclass(frozen=True)
class Vote:
    """One answer of one observer.

    Attributes:
        observer: pseudonym.
        trial: what was asked.
        answer: numbers (`lichtbild.panel.trial`).
        seconds: from the pictures' showing to the answer.
        at: date and time (UTC, ISO 8601) when it was stored.
        vote: the name that the observer's page gave it, so that one sent twice is stored once.
    """

    observer: str
    trial: Trial
    answer: tuple[float, ...]
    seconds: float
    at: str
    vote: str


@dataclass(frozen=True)
class Observer:
    """Somebody who judges, known by a pseudonym alone.

    Attributes:
        key: under which the store knows the observer; never given twice.
        number: of the observer's session (`panel.session.trials`); a forgotten observer's is given again.
        name: pseudonym.
        invited: date and time.
        consented: date and time; empty for not yet.
        screen: what the screen check found, by name.
    """

    key: int
    number: int
    name: str
    invited: str = ""
    consented: str = ""
    screen: tuple[tuple[str, float], ...] = ()


def judgement(trial: Trial) -> bool:
    """Whether a trial's answer counts for the scale."""
    return trial.kind in (Kind.TEST, Kind.RETEST)
