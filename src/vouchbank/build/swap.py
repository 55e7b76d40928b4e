"""Replace a folder by another so that a kill at any moment leaves one whole.

Linux and macOS can exchange two names in one step; elsewhere the old folder is moved aside first, and `recover` puts
it back if a kill came between the two moves.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from vouchbank.errors import UnreadableFileError

_AT_CWD = -100
_EXCHANGE = 2  # RENAME_EXCHANGE on Linux, RENAME_SWAP on macOS


@contextmanager
def replaced_folder(target: Path) -> Iterator[Path]:
    """A new empty folder beside `target` that takes its place when the block ends without an exception.

    The old folder stays untouched until then, and is removed after. On an exception the new one is removed.

    Raises:
        UnreadableFileError: the target is a link to a folder, which may be anywhere.
    """
    if target.is_symlink():
        raise UnreadableFileError(target.name, "it is a symbolic link", "written")
    recover(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=_prefix(target), dir=target.parent))
    fresh.chmod(0o755)
    try:
        yield fresh
        _put(fresh, target)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise


def recover(target: Path) -> None:
    """Tidy up after a killed build: bring back an old folder that was moved aside, remove what was half written."""
    aside = _aside(target)
    if aside.exists():
        if target.exists():
            shutil.rmtree(aside)
        else:
            aside.rename(target)
    for leftover in target.parent.glob(f"{_prefix(target)}*"):
        shutil.rmtree(leftover, ignore_errors=True)


def _put(fresh: Path, target: Path) -> None:
    if not target.exists():
        fresh.rename(target)
    elif exchange(fresh, target):
        shutil.rmtree(fresh)
    else:
        aside = _aside(target)
        target.rename(aside)
        fresh.rename(target)
        shutil.rmtree(aside)


def exchange(a: Path, b: Path) -> bool:
    """Exchange the names of two folders in one step of the file system; False where that cannot be done."""
    names = os.fsencode(a), os.fsencode(b)
    try:
        library = ctypes.CDLL(None, use_errno=True)
        if sys.platform == "linux":
            return bool(library.renameat2(_AT_CWD, names[0], _AT_CWD, names[1], _EXCHANGE) == 0)
        if sys.platform == "darwin":
            return bool(library.renamex_np(names[0], names[1], _EXCHANGE) == 0)
    except (OSError, AttributeError, TypeError):
        return False
    return False


def _prefix(target: Path) -> str:
    return f".{target.name}-building-"


def _aside(target: Path) -> Path:
    return target.parent / f".{target.name}-old"
