"""Workers answer, die alone, and are never left behind."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lichtbild.study import workers
from study import crew


def test_every_task_is_answered() -> None:
    assert dict(workers.each(crew.double, range(20), 3)) == {number: 2 * number for number in range(20)}
    assert list(workers.each(crew.double, [], 3)) == []


def test_a_crash_costs_one_task() -> None:
    answers = dict(workers.each(crew.double_or_die, range(8), 2))
    lost = {number: answer for number, answer in answers.items() if isinstance(answer, workers.Lost)}
    assert {number: answer.code for number, answer in lost.items()} == {3: -11, 4: -9, 5: 7}
    assert str(lost[3]) == "its process was ended by SIGSEGV" and not lost[3].killed
    assert lost[4].killed and "exit code 7" in str(lost[5])
    assert all(answers[number] == 2 * number for number in (0, 1, 2, 6, 7))


def test_what_a_decoder_prints_is_no_answer(capfd: pytest.CaptureFixture[str]) -> None:
    assert sorted(workers.each(crew.noisy, range(3), 1)) == [(0, 0), (1, 1), (2, 2)]
    assert "a decoder's own words" in capfd.readouterr().err


SUPERVISOR = """
import signal, sys
from contextlib import closing
from pathlib import Path
from lichtbild.study import workers
from study import crew

def end(number, frame):
    raise KeyboardInterrupt

for number in (signal.SIGINT, signal.SIGTERM):  # a shell may have started us deaf to the first
    signal.signal(number, end)
with closing(workers.each(crew.wait_with_draft, [Path(name) for name in sys.argv[1:]], 2)) as answers:
    list(answers)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_however_the_supervisor_ends_no_worker_and_no_draft_is_left(
    tmp_path: Path, number: signal.Signals
) -> None:
    drafts = [tmp_path / "a", tmp_path / "b"]
    paths = os.pathsep.join(sys.path)
    supervisor = subprocess.Popen(
        [sys.executable, "-c", SUPERVISOR, *map(str, drafts)],
        env={**os.environ, "PYTHONPATH": paths},
        stderr=subprocess.DEVNULL,
    )
    pids = wait_for_pids(drafts)
    supervisor.send_signal(number)
    supervisor.wait(30)
    end = time.monotonic() + 30
    while (any(map(is_alive, pids)) or any(draft.exists() for draft in drafts)) and time.monotonic() < end:
        time.sleep(0.01)
    assert not any(draft.exists() for draft in drafts)
    assert not any(map(is_alive, pids))


def wait_for_pids(drafts: list[Path]) -> list[int]:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        if all(draft.exists() and draft.read_bytes() for draft in drafts):
            return [int(draft.read_bytes()) for draft in drafts]
        time.sleep(0.01)
    pytest.fail("the workers did not begin")


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
