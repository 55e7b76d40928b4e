"""Tasks on the cores of this machine, in a few processes; one that dies is noticed, and its tasks are tried again.

An engine is a function from tasks to what became of them, in the order in which they end. This one starts new
processes, which copy no thread of this one, and hands out a few tasks at a time, so there may be any number of them.

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

# When a process dies, all tasks that were handed out may be to blame. They are tried again with the others; those that
# were there this often are tried alone, which shows whose fault it is.
TRIED_TOGETHER, TRIED_ALONE = 2, 2
_AHEAD = 2  # tasks handed out for each process: one at work, one that waits


class WorkerDiedError(VouchBankError):
    """A task ended its process, also when it was tried alone."""

    def __init__(self) -> None:
        super().__init__(
            "the process that did it died, each time it was tried; if it had too little memory, make the row groups "
            "smaller, or use fewer workers"
        )


@dataclass(frozen=True, slots=True)
class Ended(Generic[T, R]):
    """What became of a task: its result, or why there is none."""

    task: T
    result: R | None = None
    error: BaseException | None = None


def pooled(work: Callable[[T], R], tasks: Iterable[T], workers: int) -> Generator[Ended[T, R], None, None]:
    """Do tasks in processes of their own; with one worker, in this process.

    Args:
        work: What is done for a task. It can be pickled, and may be done twice for one task.
        tasks: What it is done for; the next one is asked for when a process is free.
        workers: How many processes there are.

    Yields:
        What became of each task, as they end. A task that raises an exception or ends its process stops no other.
    """
    if workers == 1:
        yield from (done_here(work, task) for task in tasks)
        return
    new, again, alone, deaths = iter(tasks), deque[T](), deque[T](), Counter[T]()
    died = True
    while died:
        died = False
        for ended in _until_one_dies(work, _first(again, new), workers):
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
    """Do a task in this process.

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


def _until_one_dies(work: Callable[[T], R], tasks: Iterator[T], workers: int) -> Generator[Ended[T, R], None, None]:
    """Do tasks until there are no more, or a process dies: then those handed out end with a BrokenProcessPool."""
    out: dict[Future[R], T] = {}
    broken = False
    with processes(workers) as pool:
        while True:
            while not broken and len(out) < workers * _AHEAD and (task := next(tasks, None)) is not None:
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
