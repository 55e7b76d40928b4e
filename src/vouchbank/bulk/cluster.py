"""Tasks on many machines, by Dask distributed; what a worker had begun when it died is done by another one.

Tasks and results are small; what is read and written lies on a file system that all workers share.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

from vouchbank.bulk.pool import Ended, R, T
from vouchbank.errors import VouchBankError, needed

PATIENCE = 60.0  # seconds that the scheduler may be silent, or without workers
_AHEAD = 4  # tasks handed out for each thread of the workers
_FEWEST_AHEAD = 64
_LOOK = 5.0  # seconds until it is asked whether there are still workers


class ClusterError(VouchBankError):
    """The scheduler cannot be reached, or has no workers."""

    def __init__(self, address: str, why: str) -> None:
        super().__init__(
            f"the Dask scheduler at {address} {why}; what is done is kept, so run this again when it works"
        )


def clustered(
    work: Callable[[T], R], tasks: Iterable[T], address: str, patience: float = PATIENCE
) -> Generator[Ended[T, R], None, None]:
    """Do tasks on the workers of a Dask cluster.

    Args:
        work: What is done for a task. It can be pickled, and may be done twice for one task.
        tasks: What it is done for; the next ones are asked for when workers are free.
        address: Where the scheduler listens, such as `tcp://10.0.0.1:8786`.
        patience: Seconds that the scheduler may be silent, or without workers.

    Yields:
        What became of each task, as they end.

    Raises:
        ClusterError: the scheduler was silent for too long, or had no workers.
        MissingExtraError: Dask distributed is not installed.
    """
    with _client(address, patience) as client:
        out: dict[Any, T] = {}
        left = iter(tasks)
        alive = time.monotonic()
        while True:
            ahead = max(_FEWEST_AHEAD, _AHEAD * sum(client.ncores().values()))
            for task in islice(left, max(0, ahead - len(out))):
                out[client.submit(work, task, pure=False)] = task
            if not out:
                return
            ended = _ended(list(out), address)
            if ended or client.scheduler_info()["workers"]:
                alive = time.monotonic()
            elif time.monotonic() > alive + patience:
                raise ClusterError(address, f"has had no workers for {patience:g} seconds")
            for future in ended:
                error = future.exception()
                yield Ended(out.pop(future), error=error) if error else Ended(out.pop(future), future.result())


def _ended(futures: list[Any], address: str) -> list[Any]:
    """Those that have ended; none if none does within some seconds."""
    from distributed import wait
    from distributed.client import FuturesCancelledError

    try:
        done = wait(futures, timeout=_LOOK, return_when="FIRST_COMPLETED").done  # type: ignore[no-untyped-call]
        return list(done)
    except TimeoutError:
        return []
    except FuturesCancelledError as error:
        raise ClusterError(address, "was lost") from error


@contextmanager
def _client(address: str, patience: float) -> Iterator[Any]:
    """A connection to a scheduler that has workers; with its end the scheduler forgets what is not done yet."""
    with needed("a Dask cluster"):
        from distributed import Client

    try:
        client: Any = Client(address, timeout=patience)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise ClusterError(address, f"cannot be reached ({error})") from error
    try:
        client.wait_for_workers(1, timeout=patience)
        yield client
    except TimeoutError:
        raise ClusterError(address, f"has had no workers for {patience:g} seconds") from None
    finally:
        client.close()
