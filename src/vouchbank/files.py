"""Open files below the root of a corpus, within limits on what may be there. Nothing else opens them.

Only regular files in real folders are read. Symbolic links are never followed; pipes, devices and sockets are never
opened. No more than `MOST_BYTES` are read, and `excess` reports values that are nested too deeply, too long or too
large, so the rest of the code never meets them.

Example:
    >>> from pathlib import Path
    >>> here = Path(__file__).parent
    >>> kind(here), kind(here / "files.py"), read(here, "no such file"), entries(here, "toml")["reader.py"]
    ('folder', 'file', None, 'file')
    >>> list(excess({"a": [1, 2**80], "b": float("nan")}))
    [(('a', 1), 'a number must fit into 64 bits'), (('b',), 'a number must be finite')]
"""

from __future__ import annotations

import math
import os
import stat
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from vouchbank.errors import UnreadableFileError

FILE, FOLDER, LINK = "file", "folder", "symbolic link"
MOST_BYTES = 1024**2  # ten times the longest article; a parser needs seconds for it, not minutes
MOST_DEPTH = 16
MOST_CHARACTERS = 20_000
TOO_DEEP = f"values must not be nested more than {MOST_DEPTH} deep"
TOO_LONG = f"a text must have at most {MOST_CHARACTERS:,} characters"
TOO_BIG = "a number must fit into 64 bits"
NOT_FINITE = "a number must be finite"
_OTHERS = {stat.S_IFIFO: "named pipe", stat.S_IFSOCK: "socket"}


def kind(path: Path) -> str:
    """The kind of thing at a path: `file`, `folder`, `symbolic link`, …; empty if there is nothing."""
    try:
        mode = path.lstat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return ""
    known = {stat.S_IFREG: FILE, stat.S_IFDIR: FOLDER, stat.S_IFLNK: LINK, **_OTHERS}
    return known.get(stat.S_IFMT(mode), "device")


def read(root: Path, name: str, most: int = MOST_BYTES) -> bytes | None:
    """The bytes of a file, at most `most` + 1; None if the file or a folder on the way to it is missing.

    Raises:
        UnreadableFileError: the path is not a regular file, or the system cannot open it.
    """
    path = root / name
    try:
        found = kind(path) if not _obstacle(root, name) else ""
        if found not in ("", FILE):
            raise UnreadableFileError(name, f"it is a {found}")
        if not found:
            return None
        with path.open("rb") as file:
            return file.read(most + 1)
    except OSError as error:
        raise UnreadableFileError(name, str(error.strerror)) from error


def entries(root: Path, folder: str) -> dict[str, str]:
    """The names in a folder, each with its kind; empty if the folder is missing or is not a real folder."""
    path = root / folder
    if _obstacle(root, folder) or kind(path) != FOLDER:
        return {}
    return {name: kind(path / name) for name in sorted(os.listdir(path))}


def names(root: Path, folder: str) -> Iterator[str]:
    """The names of all files below a folder, of any kind, relative to the root."""
    for name, found in entries(root, folder).items():
        yield from names(root, f"{folder}/{name}") if found == FOLDER else (f"{folder}/{name}",)


def writable(root: Path, name: str) -> Path:
    """The path of a file that may be written: only real folders lead to it, and only a regular file may be replaced.

    Raises:
        UnreadableFileError: the file would lie outside the root, or would replace something that is not a file.
    """
    if obstacle := _obstacle(root, name):
        raise UnreadableFileError(obstacle, f"it is a {kind(root / obstacle)}", "written")
    if (found := kind(root / name)) not in ("", FILE):
        raise UnreadableFileError(name, f"it is a {found}", "written")
    return root / name


def _obstacle(root: Path, name: str) -> str:
    """The first thing on the path from the root to a name that is not a folder; empty if all are folders."""
    way = [parent.as_posix() for parent in PurePosixPath(name).parents][-2::-1]
    return next((folder for folder in way if kind(root / folder) not in ("", FOLDER)), "")


def excess(values: Any) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """The values of a file that exceed a limit, by path, each with that limit."""
    waiting: list[tuple[tuple[str | int, ...], Any]] = [] if _fits(values, MOST_DEPTH) else [((), values)]
    while waiting:
        path, value = waiting.pop()
        if len(path) > MOST_DEPTH:
            yield path, TOO_DEEP
        elif isinstance(value, dict):
            waiting += reversed([((*path, key), held) for key, held in value.items()])
            yield from (((*path, key), TOO_LONG) for key in value if len(key) > MOST_CHARACTERS)
        elif isinstance(value, list):
            waiting += reversed([((*path, index), held) for index, held in enumerate(value)])
        elif isinstance(value, str) and len(value) > MOST_CHARACTERS:
            yield path, TOO_LONG
        elif isinstance(value, int) and not -(2**63) <= value < 2**63:
            yield path, TOO_BIG
        elif isinstance(value, float) and not math.isfinite(value):
            yield path, NOT_FINITE


def _fits(value: Any, deeper: int) -> bool:
    """Whether a value is within all limits; nearly always true, and faster to find than the paths of `excess`."""
    kind = type(value)
    if deeper < 0:
        return False
    if kind is str:
        return len(value) <= MOST_CHARACTERS
    if kind is dict:
        return all(len(key) <= MOST_CHARACTERS and _fits(held, deeper - 1) for key, held in value.items())
    if kind is list:
        return all(_fits(held, deeper - 1) for held in value)
    if kind is int:
        return bool(-(2**63) <= value < 2**63)
    return kind is not float or math.isfinite(value)
