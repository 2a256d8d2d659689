"""An experiment about three scenes in four conditions, for tests of what becomes of its votes."""

from itertools import product

from lichtbild.panel.experiment import Experiment
from lichtbild.panel.protocol import Method
from lichtbild.panel.stimulus import Stimulus

STIMULI = tuple(Stimulus(*each) for each in product(("barn", "lake", "street"), ("a", "b", "c", "ref")))


def experiment(method: Method, **more: object) -> Experiment:
    return Experiment("test", "Which?", method, **more)  # type: ignore[arg-type]
