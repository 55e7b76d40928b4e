"""Share work among several processes on this machine: results keep the order of tasks; a dead process is an error.

Processes are started with `spawn`, so every system behaves the same. Functions to call must be importable from a
module, and tasks must be plain data. Only as many tasks wait as keep all processes busy, so memory stays bounded.

Example:
    >>> with workers(1, str, ()) as shared:
    ...     list(shared.run(len, ["a", "bc"]))
    [1, 2]
"""

from __future__ import annotations

import os
import pickle
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from vouchbank.errors import ProcessDiedError

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor
    from multiprocessing.connection import Connection

T = TypeVar("T")
R = TypeVar("R")


def cores() -> int:
    """The number of processes that can run at the same time on this machine."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # macOS and Windows
        return os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class Workers:
    """Processes that wait for tasks."""

    pool: ProcessPoolExecutor
    jobs: int

    def run(self, work: Callable[[T], R], tasks: Iterable[T]) -> Iterator[R]:
        """The result of a function for each task, in the order of the tasks.

        Raises:
            ProcessDiedError: a process ended before it finished its task.
        """
        from concurrent.futures.process import BrokenProcessPool

        waiting: deque[Future[R]] = deque()
        try:
            for task in tasks:
                waiting.append(self.pool.submit(_called, work, task))
                if len(waiting) > 2 * self.jobs:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        except BrokenProcessPool as error:
            raise ProcessDiedError from error


@contextmanager
def workers(jobs: int, begin: Callable[..., Any], arguments: tuple[Any, ...]) -> Iterator[Workers]:
    """Processes that end with the block, whatever happens in it.

    Args:
        jobs: The number of processes.
        begin: A function to call once in each of them, with the arguments.
        arguments: The arguments, as plain data.
    """
    with processes(jobs, begin, arguments) as pool:
        yield Workers(pool, jobs)


@contextmanager
def processes(
    jobs: int, begin: Callable[..., Any] = tuple, arguments: tuple[Any, ...] = ()
) -> Iterator[ProcessPoolExecutor]:
    """New processes that end with the block; they end at once if the block is left early or this process is killed.

    Args:
        jobs: The number of processes.
        begin: A function to call once in each of them, with the arguments.
        arguments: The arguments, as plain data.
    """
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    context = get_context("spawn")
    theirs, ours = context.Pipe(duplex=False)
    pool = ProcessPoolExecutor(jobs, context, _begin, (theirs, begin, arguments))
    try:
        yield pool
        pool.shutdown()
    finally:
        ours.close()
        pool.shutdown(cancel_futures=True)
        theirs.close()


def _begin(theirs: Connection, begin: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    """Prepare a new process: its parent handles Ctrl-C, and it ends when its parent does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(theirs,), daemon=True).start()
    begin(*arguments)


def _end_with(theirs: Connection) -> None:
    with suppress(EOFError, OSError):
        theirs.recv_bytes()
    os._exit(1)


def _called(work: Callable[[T], R], task: T) -> R:
    try:
        return work(task)
    except Exception as error:
        try:
            pickle.loads(pickle.dumps(error))
        except Exception:  # an error that cannot be pickled would break the pool and be lost
            raise RuntimeError(f"{type(error).__name__}: {error}") from None
        raise
