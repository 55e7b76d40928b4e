"""The one place that opens what stands below the root of a corpus, and what may stand there at all.

A file is read where it is a regular file and every folder on the way to it is a folder. A symbolic link is not
followed, wherever it leads; a pipe, a device and a socket are not opened. Nothing is read that is larger than
`MOST_BYTES`, and nobody has to reckon with values that are nested deeply, or with numbers without end.

Example:
    >>> from pathlib import Path
    >>> here = Path(__file__).parent
    >>> kind(here), kind(here / "files.py"), read(here, "no such file"), entries(here, "toml")["reader.py"]
    ('folder', 'file', None, 'file')
    >>> list(excess({"a": [1, 2**80], "b": float("nan")}))
    [(('a', 1), 'a number has at most 64 bits'), (('b',), 'a number must be finite')]
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
TOO_DEEP = f"values are nested more than {MOST_DEPTH} deep"
TOO_LONG = f"a text has at most {MOST_CHARACTERS:,} characters"
TOO_BIG = "a number has at most 64 bits"
NOT_FINITE = "a number must be finite"
_OTHERS = {stat.S_IFIFO: "named pipe", stat.S_IFSOCK: "socket"}


def kind(path: Path) -> str:
    """What stands at a path: `file`, `folder`, `symbolic link`, …; empty if nothing does."""
    try:
        mode = path.lstat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return ""
    known = {stat.S_IFREG: FILE, stat.S_IFDIR: FOLDER, stat.S_IFLNK: LINK, **_OTHERS}
    return known.get(stat.S_IFMT(mode), "device")


def read(root: Path, name: str, most: int = MOST_BYTES) -> bytes | None:
    """The bytes of a file, not more than one beyond `most`; None if there is none, or no folders lead to it.

    Raises:
        UnreadableFileError: something else stands there, or the system refuses to open it.
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
    """What stands in a folder, by name, with its kind; nothing where there is no folder, or none leads to it."""
    path = root / folder
    if _obstacle(root, folder) or kind(path) != FOLDER:
        return {}
    return {name: kind(path / name) for name in sorted(os.listdir(path))}


def names(root: Path, folder: str) -> Iterator[str]:
    """The names of all files below a folder, relative to the root, of whatever kind they are."""
    for name, found in entries(root, folder).items():
        yield from names(root, f"{folder}/{name}") if found == FOLDER else (f"{folder}/{name}",)


def writable(root: Path, name: str) -> Path:
    """The path of a file that may be written: only real folders lead to it, and nothing but a file stands there.

    Raises:
        UnreadableFileError: writing would leave the root, or replace what is not a file.
    """
    if obstacle := _obstacle(root, name):
        raise UnreadableFileError(obstacle, f"it is a {kind(root / obstacle)}", "written")
    if (found := kind(root / name)) not in ("", FILE):
        raise UnreadableFileError(name, f"it is a {found}", "written")
    return root / name


def _obstacle(root: Path, name: str) -> str:
    """The first thing on the way from the root to a name that is not a folder; empty if there is none."""
    way = [parent.as_posix() for parent in PurePosixPath(name).parents][-2::-1]
    return next((folder for folder in way if kind(root / folder) not in ("", FOLDER)), "")


def excess(values: Any) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """The values of a file that no file of a corpus needs, by their paths, each with the limit that it exceeds."""
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
    """Whether a value exceeds no limit: nearly always so, and told without the paths of all that it holds."""
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
