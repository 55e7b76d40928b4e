"""The process pool: every task ends, whatever its process does."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.doors_support import ROOT, Task, alive, environment, task, wait_for
from vouchbank.bulk.pool import Ended, WorkerDiedError, pooled

pytestmark = [pytest.mark.system, pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")]


def ended(tasks: list[Task], workers: int) -> dict[int, Ended[Task, int]]:
    found = list(pooled(task, tasks, workers))
    assert len(found) == len(tasks)
    return {one.task[1]: one for one in found}


@pytest.mark.parametrize("workers", [1, 2])
def test_every_task_ends_with_its_result_or_its_exception(workers: int) -> None:
    found = ended([("raise" if n == 3 else "do", n) for n in range(20)], workers)
    assert {n: one.result for n, one in found.items() if n != 3} == {n: n for n in range(20) if n != 3}
    assert isinstance(found[3].error, ValueError)
    assert str(found[3].error) == "task 3"


def test_a_process_that_dies_takes_no_other_task_with_it_and_is_named(tmp_path: Path) -> None:
    kinds = {2: "kill", 5: str(tmp_path / "once"), 9: "raise"}
    found = ended([(kinds.get(n, "do"), n) for n in range(20)], 2)
    assert isinstance(found.pop(2).error, WorkerDiedError)
    assert isinstance(found.pop(9).error, ValueError)
    assert {n: one.result for n, one in found.items()} == {n: n for n in found}
    assert (tmp_path / "once").exists()


def test_whoever_stops_asking_leaves_no_process_behind() -> None:
    asked = pooled(task, [("do", 0), ("sleep", 1), ("sleep", 2)], 2)
    assert next(asked).result == 0
    assert children(os.getpid())
    asked.close()
    assert not children(os.getpid())


def test_processes_end_with_the_one_that_began_them() -> None:
    code = "from tests.doors_support import task; from vouchbank.bulk.pool import pooled\n"
    code += "if __name__ == '__main__':\n for one in pooled(task, [('do', 0), ('sleep', 1)], 2): print(one, flush=True)"
    begun = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, env=environment(), stdout=subprocess.PIPE)
    assert begun.stdout
    assert begun.stdout.readline()
    pool = children(begun.pid)
    assert pool
    begun.send_signal(signal.SIGKILL)
    begun.communicate()
    wait_for(lambda: not any(map(alive, pool)), "the processes of the pool to end", 20)


def children(parent: int) -> list[int]:
    """The processes of the pool of a process, without the one that tracks what they share."""
    return [child.pid for child in psutil.Process(parent).children() if "spawn_main" in " ".join(child.cmdline())]
