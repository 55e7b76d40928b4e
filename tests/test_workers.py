"""Several processes: results in order, errors that surface, no hang where one is killed, none left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from vouchbank.errors import ProcessDiedError, UnknownTableError
from vouchbank.workers import workers

pytestmark = pytest.mark.system

ROOT = Path(__file__).parents[1]
ORPHANS = """
import os, sys, time
from tests.test_workers import process
from vouchbank.workers import workers
if __name__ == "__main__":
    with workers(2, str, ()) as shared:
        print(*sorted(set(shared.run(process, range(8)))), flush=True)
        time.sleep(60)
"""


def slow_first(number: int) -> int:
    time.sleep(0.2 * (number == 0))
    return number * number


def process(_: int) -> int:
    time.sleep(0.05)
    return os.getpid()


def dies(number: int) -> int:
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def fails(number: int) -> int:
    if number == 3:
        raise ZeroDivisionError("three")
    return number


class NeedsTwoError(Exception):
    """Cannot be unpickled from its message."""

    def __init__(self, one: str, two: str) -> None:
        super().__init__(f"{one} and {two}")


def fails_unpickled(number: int) -> int:
    raise NeedsTwoError("this", f"{number}")


def test_results_come_in_the_order_of_the_tasks() -> None:
    with workers(2, str, ()) as shared:
        assert list(shared.run(slow_first, range(20))) == [n * n for n in range(20)]
        assert os.getpid() not in set(shared.run(process, range(8)))


def test_a_killed_process_is_an_error_and_not_a_hang() -> None:
    with workers(2, str, ()) as shared, pytest.raises(ProcessDiedError, match="--jobs 1"):
        list(shared.run(dies, range(50)))


def test_an_error_in_a_process_is_raised_here() -> None:
    with workers(1, str, ()) as shared:
        with pytest.raises(ZeroDivisionError, match="three"):
            list(shared.run(fails, range(9)))
        with pytest.raises(RuntimeError, match="NeedsTwoError: this and 0"):
            list(shared.run(fails_unpickled, range(9)))
        with pytest.raises((UnknownTableError, RuntimeError), match="unknown table 'entity'"):
            list(shared.run(unknown_table, ["entity"]))


def unknown_table(name: str) -> None:
    raise UnknownTableError(name, ["entities"])


def test_tasks_are_taken_as_they_are_needed() -> None:
    taken = []

    def tasks() -> list[int]:
        for number in range(100):
            taken.append(number)
            yield number

    with workers(1, str, ()) as shared:
        results = shared.run(slow_first, tasks())
        assert next(results) == 0
        assert len(taken) <= 4


@pytest.mark.skipif(sys.platform == "win32", reason="kills as POSIX does")
def test_processes_end_with_the_one_that_started_them() -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, "-c", ORPHANS], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    ) as started:
        assert started.stdout is not None
        children = [int(name) for name in started.stdout.readline().split()]
        assert children
        started.kill()
        started.wait()
    for _ in range(200):
        left = [child for child in children if _runs(child)]
        if not left:
            return
        time.sleep(0.1)
    raise AssertionError(f"still running: {left}")


def _runs(child: int) -> bool:
    try:
        os.kill(child, 0)
    except ProcessLookupError:
        return False
    return "State:\tZ" not in Path(f"/proc/{child}/status").read_text("utf-8") if Path("/proc").is_dir() else True
