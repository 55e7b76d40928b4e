"""Run tasks on many machines with Dask; if a worker dies, another one takes over its tasks.

Tasks and results are small. Inputs and outputs lie on a file system that all workers share.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

from vouchbank.bulk.pool import Ended, R, T
from vouchbank.errors import VouchBankError, needed

PATIENCE = 60.0  # seconds to wait for a scheduler that does not answer, or for the first worker
_AHEAD = 4  # tasks submitted for each thread of the workers
_FEWEST_AHEAD = 64
_CHECK_INTERVAL = 5.0  # seconds between two looks at whether any workers are left


class ClusterError(VouchBankError):
    """The scheduler cannot be reached, or has no workers."""

    def __init__(self, address: str, why: str) -> None:
        super().__init__(
            f"the Dask scheduler at {address} {why}; finished parts are kept: run this again once the cluster works"
        )


def clustered(
    work: Callable[[T], R], tasks: Iterable[T], address: str, patience: float = PATIENCE
) -> Generator[Ended[T, R], None, None]:
    """Run tasks on the workers of a Dask cluster.

    Args:
        work: The function to call for each task. It must be picklable, and may run twice for one task.
        tasks: The tasks; the next ones are taken when workers are free.
        address: The address of the scheduler, such as `tcp://10.0.0.1:8786`.
        patience: Seconds to wait for a scheduler that does not answer or has no workers.

    Yields:
        How each task ended, in the order in which they end.

    Raises:
        ClusterError: the scheduler did not answer in time, or had no workers.
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
    """The futures that have ended; empty if none ends within a few seconds."""
    from distributed import wait
    from distributed.client import FuturesCancelledError

    try:
        done = wait(futures, timeout=_CHECK_INTERVAL, return_when="FIRST_COMPLETED").done  # type: ignore[no-untyped-call]
        return list(done)
    except TimeoutError:
        return []
    except FuturesCancelledError as error:
        raise ClusterError(address, "is gone") from error


@contextmanager
def _client(address: str, patience: float) -> Iterator[Any]:
    """A connection to a scheduler that has workers; when it closes, the scheduler drops unfinished tasks."""
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
