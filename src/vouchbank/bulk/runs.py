"""Run over the parts of a plan with any engine: finished parts are kept, missing ones are made.

An engine is a function of the work and the parts, such as `vouchbank.bulk.pool.pooled`. The work is `make`, which never
raises: it returns how the part ended as plain data, which any process can send back.
"""

from __future__ import annotations

import errno
import os
import platform
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Literal

from vouchbank._version import __version__
from vouchbank.bulk.duplicate_ids import finish
from vouchbank.bulk.folder import STEM
from vouchbank.bulk.options import Options
from vouchbank.bulk.parts import InputPart
from vouchbank.bulk.pool import Ended
from vouchbank.bulk.receipts import FINDINGS, Receipt, finished_receipt
from vouchbank.bulk.shards import shard
from vouchbank.errors import VouchBankError
from vouchbank.writing import PREFIX, BusyError, locked

State = Literal["kept", "made", "busy", "failed", "stopped"]
TRIED = 2  # attempts at a part that fails; a file system that many machines share may fail once
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_NOT_WRITABLE = (errno.EACCES, errno.EPERM, errno.EROFS)
_POLL = 0.5  # seconds between two looks at whether another run has made a part


class CannotGoOnError(VouchBankError):
    """No part can be made: the disk is full, the target cannot be written, a library is missing."""


@dataclass(frozen=True, slots=True)
class PartState:
    """How a part ended.

    Attributes:
        part: The part.
        state: `kept`: it was finished before; `made`: by this run; `busy`: another run is making it; `failed`: only
            this part; `stopped`: for a reason that stops every part.
        receipt: The receipt, if the part was kept or made.
        why: The reason, if it was not.
    """

    part: InputPart
    state: State
    receipt: Receipt | None = None
    why: str = ""


Engine = Callable[
    [Callable[[InputPart], PartState], Iterable[InputPart]], Generator[Ended[InputPart, PartState], None, None]
]


def share(parts: Sequence[InputPart], number: int, of: int) -> Sequence[InputPart]:
    """The parts for one of several runs that share the work: every `of`-th part from the `number`-th, counted from 1.

    >>> share(["a", "b", "c", "d", "e"], 2, 3)
    ['b', 'e']
    """
    return parts[number - 1 :: of]


def run(parts: Sequence[InputPart], target: Path, options: Options, engine: Engine) -> Iterator[PartState]:
    """Make the missing parts; wait for parts that another run is making, and make them if that run dies.

    Args:
        parts: Parts of a plan.
        target: The output folder; an absolute path if other machines do the work.
        options: The options of the run.
        engine: Distributes the work.

    Yields:
        How each part ended, finished parts first. Before it ends, a part may be `busy` several times.

    Raises:
        CannotGoOnError: no part can be made; finished parts are kept.
    """
    left = list[InputPart]()
    for part in parts:
        if receipt := finished_receipt(target, part, options):
            yield PartState(part, "kept", receipt)
        else:
            left.append(part)
    work = partial(make, target=target, options=options, libraries=libraries_here())
    tries = Counter[InputPart]()
    while left:
        busy, again, fatal = list[InputPart](), list[InputPart](), list[str]()
        with closing(engine(work, _unless(fatal, left))) as ends:
            for ended in ends:
                state = ended.result or PartState(ended.task, "failed", why=str(ended.error))
                if state.state == "stopped":  # parts that other processes have started still end normally
                    fatal.append(state.why)
                elif state.state == "busy":
                    busy.append(state.part)
                elif state.state == "failed" and ended.result:  # without a result its process died; no further attempt
                    tries[state.part] += 1
                    if tries[state.part] < TRIED:
                        again.append(state.part)
                        continue
                yield state
        if fatal:
            raise CannotGoOnError(fatal[0])
        if busy and not again:
            _wait_for_one(busy, target, options)
        left = [*again, *busy]


def _unless(fatal: Sequence[str], parts: Iterable[InputPart]) -> Iterator[InputPart]:
    """The parts, up to the first fatal reason."""
    for part in parts:
        if fatal:
            return
        yield part


@contextmanager
def explained_write_errors(target: Path) -> Iterator[None]:
    """Turn errors of writing the output folder into errors that say what to do.

    Raises:
        CannotGoOnError: the disk is full, or the folder cannot be written.
    """
    try:
        yield
    except (OSError, VouchBankError) as error:
        if said := _fatal_reason(error, target) or _fatal_reason(error.__cause__, target):
            raise CannotGoOnError(said) from error
        raise


def _wait_for_one(parts: Sequence[InputPart], target: Path, options: Options) -> None:
    """Wait until another run has made one of the parts, or has died."""
    while True:
        time.sleep(_POLL)
        for part in parts:
            if finished_receipt(target, part, options):
                return
            with suppress(BusyError), locked(target / f"{PREFIX}lock-{part.stem}", target, "bulk"):
                return


def finished(target: Path, parts: Sequence[InputPart], options: Options) -> int | None:
    """Finish the output folder once all its parts are done, whichever run made them.

    Args:
        target: The output folder.
        parts: All parts of the plan.
        options: The options of the run.

    Returns:
        The number of articles whose id an earlier one has; None while parts are missing.
    """
    import pyarrow.parquet

    while True:
        try:
            if finish(target, parts, options) is None:
                return None
        except BusyError:  # another run is finishing the folder
            time.sleep(_POLL)
        else:
            found: int = pyarrow.parquet.read_metadata(target / FINDINGS / f"{STEM}.parquet").num_rows
            return found


def make(part: InputPart, target: Path, options: Options, libraries: str) -> PartState:
    """Make a part, in any process on any machine; never raises.

    Args:
        part: The part.
        target: The output folder.
        options: The options of the run.
        libraries: What `libraries_here` returned in the process that started the run.
    """
    if libraries != (here := libraries_here()):
        said = f"a worker has {here}, but this run needs {libraries}; install the same versions everywhere"
        return PartState(part, "stopped", why=said)
    try:
        return PartState(part, "made", shard(part, target, options))
    except BusyError as error:
        return PartState(part, "busy", why=str(error))
    except VouchBankError as error:
        return PartState(part, "stopped", why=_fatal_reason(error.__cause__, target) or str(error))
    except OSError as error:
        said = _fatal_reason(error, target)
        return PartState(part, "stopped" if said else "failed", why=said or str(error))
    except Exception as error:
        return PartState(part, "failed", why=f"{type(error).__name__}: {error}")


def libraries_here() -> str:
    """The versions that, besides the options, determine the bytes of an output."""
    return f"vouchbank {__version__}, pyarrow {version('pyarrow')}, Python {platform.python_version()}"


def _fatal_reason(error: BaseException | None, target: Path) -> str:
    """Why no part at all can be made, and what to do; empty if other parts may succeed."""
    code = error.errno if isinstance(error, OSError) else None
    if code in _FULL:
        return (
            f"{target}: disk full ({os.strerror(code)}); finished parts are kept: free some space or move the folder, "
            "then run this again"
        )
    if code in _NOT_WRITABLE:
        return f"{target} cannot be written ({os.strerror(code)}); choose a folder that every process may write"
    return ""
