"""A run over the parts of a plan, with any engine: what is there already is kept, what is missing is made.

An engine is a function of the work and the parts, such as `vouchbank.bulk.pool.pooled`; what it hands to others is
`make`, which never raises: how a part ended is plain data, so that it comes back whole from any process.
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
TRIED = 2  # times that a part is tried whose making failed: a file system that many machines share may fail once
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_HOPELESS = (errno.EACCES, errno.EPERM, errno.EROFS)
_LOOK = 0.5  # seconds until it is looked again whether another run has made a part


class CannotGoOnError(VouchBankError):
    """No part can be made: the disk is full, the target cannot be written, a library is missing."""


@dataclass(frozen=True, slots=True)
class PartState:
    """How a part ended.

    Attributes:
        part: The part.
        state: `kept`: it was there; `made`; `busy`: another run makes it; `failed`; `stopped`: as every other would.
        receipt: What there is, if it is kept or made.
        why: What is wrong, if it is not.
    """

    part: InputPart
    state: State
    receipt: Receipt | None = None
    why: str = ""


Engine = Callable[
    [Callable[[InputPart], PartState], Iterable[InputPart]], Generator[Ended[InputPart, PartState], None, None]
]


def share(parts: Sequence[InputPart], number: int, of: int) -> Sequence[InputPart]:
    """The parts of one of several runs that share the work: every `of`-th, from the `number`-th, counted from 1.

    >>> share(["a", "b", "c", "d", "e"], 2, 3)
    ['b', 'e']
    """
    return parts[number - 1 :: of]


def run(parts: Sequence[InputPart], target: Path, options: Options, engine: Engine) -> Iterator[PartState]:
    """Make the parts that are missing; wait for those that another run is making, and make them if it dies.

    Args:
        parts: Parts of a plan.
        target: The folder of the output; absolute where the work is done on other machines.
        options: What decides the bytes.
        engine: How the work is spread.

    Yields:
        How each part ended, those first that are there. A part may be `busy` some times before.

    Raises:
        CannotGoOnError: no part can be made; what is done is kept.
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
                if state.state == "stopped":  # what others have begun, they end in order
                    fatal.append(state.why)
                elif state.state == "busy":
                    busy.append(state.part)
                elif state.state == "failed" and ended.result:  # not: its process died, which was tried often enough
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
    """Parts, for as long as there is hope."""
    for part in parts:
        if fatal:
            return
        yield part


@contextmanager
def explained_write_errors(target: Path) -> Iterator[None]:
    """Around what one process does for the whole folder: say what to do where it cannot be written.

    Raises:
        CannotGoOnError: there is no room left, or nobody may write there.
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
        time.sleep(_LOOK)
        for part in parts:
            if finished_receipt(target, part, options):
                return
            with suppress(BusyError), locked(target / f"{PREFIX}lock-{part.stem}", target, "bulk"):
                return


def finished(target: Path, parts: Sequence[InputPart], options: Options) -> int | None:
    """Finish the folder of the output once all its parts are done, whoever made them.

    Args:
        target: The folder.
        parts: All parts of the plan.
        options: What decided the bytes.

    Returns:
        How many articles have the id of another one; None while parts are missing.
    """
    import pyarrow.parquet

    while True:
        try:
            if finish(target, parts, options) is None:
                return None
        except BusyError:  # another run is at it
            time.sleep(_LOOK)
        else:
            found: int = pyarrow.parquet.read_metadata(target / FINDINGS / f"{STEM}.parquet").num_rows
            return found


def make(part: InputPart, target: Path, options: Options, libraries: str) -> PartState:
    """Make a part, wherever this runs; it raises nothing, so that how it ended comes back whole from any process.

    Args:
        part: The part.
        target: The folder of the output.
        options: What decides the bytes.
        libraries: What `libraries` says where the run began.
    """
    if libraries != (here := libraries_here()):
        said = f"a worker has {here}, but the run began with {libraries}; install the same everywhere"
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
    """What decides the bytes of an output besides its options."""
    return f"vouchbank {__version__}, pyarrow {version('pyarrow')}, Python {platform.python_version()}"


def _fatal_reason(error: BaseException | None, target: Path) -> str:
    """Why no part can be made, and what to do; empty if another one may be."""
    code = error.errno if isinstance(error, OSError) else None
    if code in _FULL:
        return (
            f"{target}: no room left to write ({os.strerror(code)}). What is done is kept: free some space, or move "
            "the folder to where there is more, and run this again"
        )
    if code in _HOPELESS:
        return f"{target} cannot be written ({os.strerror(code)}); name a folder that every worker may write"
    return ""
