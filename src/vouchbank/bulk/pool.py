"""Run tasks in several processes on this machine; if a process dies, its tasks are tried again.

An engine is a function that takes tasks and yields how each ended, in the order in which they end. This one starts new
processes (no fork, so no copied threads) and hands out a few tasks at a time, so there may be any number of tasks.

Example:
    >>> [ended.result for ended in pooled(abs, [-1, -2], 1)]
    [1, 2]
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Generator, Hashable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import Generic, TypeVar

from vouchbank.errors import VouchBankError
from vouchbank.workers import processes

T = TypeVar("T", bound=Hashable)
R = TypeVar("R")

# When a process dies, any task that was handed out may be the cause. All are tried again together; a task that was
# handed out at this many deaths is then tried alone, which shows whether it is the cause.
TRIED_TOGETHER, TRIED_ALONE = 2, 2
_AHEAD = 2  # tasks handed out for each process: one running, one waiting


class WorkerDiedError(VouchBankError):
    """A task ended its process, even when it ran alone."""

    def __init__(self) -> None:
        super().__init__(
            "its process died each time; if memory ran out, make the row groups of the input smaller or lower --jobs"
        )


@dataclass(frozen=True, slots=True)
class Ended(Generic[T, R]):
    """How a task ended: with a result or with an error."""

    task: T
    result: R | None = None
    error: BaseException | None = None


def pooled(work: Callable[[T], R], tasks: Iterable[T], jobs: int) -> Generator[Ended[T, R], None, None]:
    """Run tasks in processes of their own; with `jobs` = 1, in this process.

    Args:
        work: The function to call for each task. It must be picklable, and may run twice for one task.
        tasks: The tasks; the next one is taken when a process is free.
        jobs: The number of processes.

    Yields:
        How each task ended, in the order in which they end. A task that fails or ends its process does not stop others.
    """
    if jobs == 1:
        yield from (done_here(work, task) for task in tasks)
        return
    new, again, alone, deaths = iter(tasks), deque[T](), deque[T](), Counter[T]()
    died = True
    while died:
        died = False
        for ended in _until_one_dies(work, _first(again, new), jobs):
            if not isinstance(ended.error, BrokenProcessPool):
                yield ended
                continue
            died = True
            deaths[ended.task] += 1
            (alone if deaths[ended.task] >= TRIED_TOGETHER else again).append(ended.task)
    for task in alone:
        yield _alone(work, task)


def _alone(work: Callable[[T], R], task: T) -> Ended[T, R]:
    for _ in range(TRIED_ALONE):
        for ended in _until_one_dies(work, iter([task]), 1):
            if not isinstance(ended.error, BrokenProcessPool):
                return ended
    return Ended(task, error=WorkerDiedError())


def done_here(work: Callable[[T], R], task: T) -> Ended[T, R]:
    """Run a task in this process.

    >>> done_here(int, "two").error
    ValueError("invalid literal for int() with base 10: 'two'")
    """
    try:
        return Ended(task, work(task))
    except Exception as error:
        return Ended(task, error=error)


def _first(again: deque[T], new: Iterator[T]) -> Iterator[T]:
    while again:
        yield again.popleft()
    yield from new


def _until_one_dies(work: Callable[[T], R], tasks: Iterator[T], jobs: int) -> Generator[Ended[T, R], None, None]:
    """Run tasks until none are left or a process dies; then the tasks handed out end with a BrokenProcessPool."""
    out: dict[Future[R], T] = {}
    broken = False
    with processes(jobs) as pool:
        while True:
            while not broken and len(out) < jobs * _AHEAD and (task := next(tasks, None)) is not None:
                try:
                    out[pool.submit(work, task)] = task
                except BrokenProcessPool as error:
                    broken = True
                    yield Ended(task, error=error)
            if not out:
                return
            for future in wait(out, return_when=FIRST_COMPLETED).done:
                raised = future.exception()
                broken = broken or isinstance(raised, BrokenProcessPool)
                yield Ended(out.pop(future), error=raised) if raised else Ended(out.pop(future), future.result())
