"""Work shared by several processes of this machine: results come in the order of the tasks, and a death is an error.

Processes are started anew (`spawn`), so the same happens on every system. A function that is handed over is named by
its module, a task is plain data. No more tasks wait than keep all processes busy, so memory does not grow with them.

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
    """How many processes can run at the same time here."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # macOS and Windows
        return os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class Workers:
    """Some processes that wait for tasks."""

    pool: ProcessPoolExecutor
    jobs: int

    def run(self, work: Callable[[T], R], tasks: Iterable[T]) -> Iterator[R]:
        """What a function gives for each task, in the order of the tasks.

        Raises:
            ProcessDiedError: a process ended before its work was done.
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
        jobs: How many.
        begin: Called once in each of them, with the arguments.
        arguments: Plain data.
    """
    with processes(jobs, begin, arguments) as pool:
        yield Workers(pool, jobs)


@contextmanager
def processes(
    jobs: int, begin: Callable[..., Any] = tuple, arguments: tuple[Any, ...] = ()
) -> Iterator[ProcessPoolExecutor]:
    """New processes that end with the block, and at once if it is left early or this process is killed.

    Args:
        jobs: How many.
        begin: Called once in each of them, with the arguments.
        arguments: Plain data.
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
    """What each process does first: it leaves Ctrl-C to the one that began it, and ends with it."""
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
        except Exception:  # an error that cannot be handed over would break the pool, and nobody would read it
            raise RuntimeError(f"{type(error).__name__}: {error}") from None
        raise
