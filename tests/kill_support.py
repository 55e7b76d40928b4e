"""Runs a function in a process of its own that is killed at a given operation of the file system, or copies what is
there at every one: what a kill at that moment would leave.

A server that has everything imported forks the processes, so that each begins at once.
"""

from __future__ import annotations

import multiprocessing
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

_SERVER = multiprocessing.get_context("forkserver")
_SERVER.set_forkserver_preload(
    ["datasets", "polars", "vouchbank.build", "vouchbank.cli", "vouchbank.change.rebase", "vouchbank.change.scaffold"]
)
_CHANGES = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "ctypes.dlsym"}  # the last one: folders are exchanged


@dataclass(frozen=True)
class Watch:
    """What happens at the operations of the file system that change something below a folder.

    Attributes:
        root: The folder.
        at: The number of the operation before which the signal is sent; never where it is 0.
        signal: The signal.
        copies: Where a copy of the folder is put before every operation.
    """

    root: Path
    at: int = 0
    signal: int = 0
    copies: Path | None = None


def run(watch: Watch, function: Callable[..., object], *arguments: Any) -> int:
    """Run a function; minus the number of the signal if one killed it, else its exit status."""
    process = _SERVER.Process(target=_watched, args=(watch, function, arguments))
    process.start()
    process.join(120)
    assert process.exitcode is not None
    return process.exitcode


def command(*words: str) -> None:
    """Run a command of vouchbank."""
    from vouchbank.cli import main

    main([*words], prog_name="vouchbank")


def _watched(watch: Watch, function: Callable[..., object], arguments: tuple[Any, ...]) -> None:
    operations, copying = count(1), False

    def moment() -> None:
        nonlocal copying
        number = next(operations)
        if watch.copies:
            copying = True
            shutil.copytree(watch.root, watch.copies / f"{number:03d}")
            copying = False
        if number == watch.at:
            os.kill(os.getpid(), watch.signal)

    def hook(event: str, given: tuple[Any, ...]) -> None:
        changes = event in _CHANGES or (event == "open" and isinstance(given[2], int) and given[2] & os.O_CREAT)
        if changes and not copying and (event == "ctypes.dlsym" or _below(given[0], watch.root)):
            moment()

    def in_halves(path: Path, data: bytes) -> int:
        with path.open("wb") as file:
            file.write(data[: len(data) // 2])
            file.flush()
            if _below(path, watch.root):
                moment()
            return file.write(data[len(data) // 2 :])

    tempfile.tempdir = str(watch.root.parent / "tmp")
    os.makedirs(tempfile.tempdir, exist_ok=True)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    Path.write_bytes = in_halves
    sys.addaudithook(hook)
    function(*arguments)


def _below(path: Any, root: Path) -> bool:
    return isinstance(path, str | Path) and Path(path).is_relative_to(root)
