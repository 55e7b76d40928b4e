"""Write files completely or not at all, one command at a time, even if a command is killed.

Unfinished files lie beside their target under a name that begins with `.vouchbank-`: git ignores them, and the next
command that writes removes them. Only the holder of an operating-system lock writes; a kill releases the lock.

Example:
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as root, only_writer(Path(root), "example"):
    ...     write_files(Path(root), {"a/one.txt": b"1", "two.txt": b"2"})
    ...     sorted(p.name for p in Path(root).rglob("*.txt"))
    ['one.txt', 'two.txt']
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

from vouchbank.errors import UnreadableFileError, VouchBankError
from vouchbank.files import writable

PREFIX = ".vouchbank-"
_LOCK, _UNDO, _DRAFT = f"{PREFIX}lock", f"{PREFIX}undo", f"{PREFIX}draft"
_OF_FOLDER = re.compile(rf"{re.escape(PREFIX)}(?:lock|new|old)-(.+)\Z", re.DOTALL)
_HOLDER = re.compile(r"(\d+) ([\w-]+)\Z", re.ASCII)
_PATIENCE = 0.1  # seconds to wait for a lock that is just being released
_AT_CWD = -100
_EXCHANGE = 2  # RENAME_EXCHANGE on Linux, RENAME_SWAP on macOS


class BusyError(VouchBankError):
    """Another command is writing in the same place."""

    def __init__(self, place: Path, holder: str) -> None:
        known = _HOLDER.match(holder)
        who = f"another {known[2]} (process {known[1]})" if known else "another command"
        super().__init__(f"{who} is writing to {place}; wait for it or stop it, then run this again")


class CannotLockError(VouchBankError):
    """The folder cannot be written, or its file system has no locks."""

    def __init__(self, folder: Path, why: str) -> None:
        super().__init__(
            f"nothing was written: cannot lock {folder} ({why}); use a writable folder on a file system with locks"
        )


@contextmanager
def only_writer(root: Path, doing: str) -> Iterator[list[str]]:
    """Be the only command that writes below `root`; first, undo and remove what a killed command left unfinished.

    Args:
        root: A folder.
        doing: The name of the command, in one word, for the message to others who want to write.

    Yields:
        The files that were restored.

    Raises:
        BusyError: another command is writing there.
        CannotLockError: the folder cannot be locked.
    """
    with locked(root / _LOCK, root, doing):
        undone = _undo(root)
        for target in {root / found[1] for p in root.glob(f"{PREFIX}*") if (found := _OF_FOLDER.match(p.name))}:
            with suppress(BusyError), locked(_beside(target, "lock"), target, doing):
                _recover(target)
        yield undone


def half_done(root: Path) -> bool:
    """Whether a command is between the first and the last file that it writes, or was killed there."""
    return (root / _UNDO).is_dir()


def write_files(root: Path, files: Mapping[str, bytes | None]) -> None:
    """Write files below `root`, and remove those that are None: all or none. Call this inside `only_writer`.

    Folders that become empty are removed. The old contents are kept until the last file is written, so that the next
    writer can undo a change that a kill cut short.

    Raises:
        UnreadableFileError: a file would be written outside `root`, or would replace something that is not a file.
    """
    if not files:
        return
    for name in files:
        writable(root, name)
    draft = root / _DRAFT
    try:
        for name, data in files.items():
            if data is not None:
                _write(draft / "new" / name, data)
            if (root / name).is_file():
                _write(draft / "old" / name, (root / name).read_bytes())
        draft.rename(root / _UNDO)
        for name, data in files.items():
            if data is None:
                (root / name).unlink(missing_ok=True)
            else:
                replace_file(root / name, data)
        (root / _UNDO).rename(draft)  # the change is complete
        _remove(draft)
        for name in (name for name, data in files.items() if data is None):
            _prune(root, name)
    except BaseException:
        _undo(root)
        raise


def _undo(root: Path) -> list[str]:
    """Restore the files of a change that was cut short, except files that somebody has changed since."""
    journal, undone = root / _UNDO, []
    for copy in sorted(p for p in journal.rglob("*") if p.is_file() and p.relative_to(journal).parts[0] == "new"):
        name = copy.relative_to(journal / "new")
        path, old = root / name, journal / "old" / name
        _beside(path, "part").unlink(missing_ok=True)
        if path.is_file() and path.read_bytes() == copy.read_bytes():
            undone.append(name.as_posix())
            if old.is_file():
                replace_file(path, old.read_bytes())
            else:
                path.unlink()
        if not old.is_file():
            _prune(root, name)
    for copy in sorted(p for p in journal.rglob("*") if p.is_file() and p.relative_to(journal).parts[0] == "old"):
        name = copy.relative_to(journal / "old")
        if not (journal / "new" / name).exists() and not (root / name).exists():  # it was removed
            undone.append(name.as_posix())
            replace_file(root / name, copy.read_bytes())
    for folder in (journal / "new", journal, root / _DRAFT):  # new files first: without the old ones they mislead
        _remove(folder, if_it_can=True)
    return undone


def _remove(folder: Path, if_it_can: bool = False) -> None:
    import shutil  # slow to import; commands that only read do not need it

    shutil.rmtree(folder, ignore_errors=if_it_can)


def _prune(root: Path, name: str | Path) -> None:
    """Remove the folders of a file that are now empty, except the first below the root."""
    with suppress(OSError):  # not empty, or gone
        for parent in Path(name).parents[:-2]:
            (root / parent).rmdir()


@contextmanager
def replaced_folder(target: Path) -> Iterator[Path]:
    """A new empty folder beside `target` that replaces it when the block ends, unless it is still empty.

    The old folder stays untouched until then, and is removed afterwards. After an exception the new one is removed.
    Linux and macOS can exchange two names in one step; elsewhere the old folder is moved aside first, and the next
    writer restores it if a kill came between the two moves.

    Raises:
        BusyError: another process is replacing the folder.
        CannotLockError: the folder cannot be locked.
        UnreadableFileError: the target is a symbolic link.
    """
    if target.is_symlink():
        raise UnreadableFileError(target.name, "it is a symbolic link", "written")
    target.parent.mkdir(parents=True, exist_ok=True)
    with locked(_beside(target, "lock"), target, "build"):
        _recover(target)
        fresh = _beside(target, "new")
        fresh.mkdir()
        try:
            yield fresh
            if any(fresh.iterdir()):
                _put(fresh, target)
            _remove(fresh, if_it_can=True)
        except BaseException:
            _remove(fresh, if_it_can=True)
            raise


def exchange(a: Path, b: Path) -> bool:
    """Exchange the names of two folders in one step; False if the system cannot do that."""
    import ctypes  # slow to import; `check` does not need it

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


def _put(fresh: Path, target: Path) -> None:
    if not target.exists():
        fresh.rename(target)
    elif not exchange(fresh, target):
        aside = _beside(target, "old")
        target.rename(aside)
        fresh.rename(target)
        _remove(aside)


def _recover(target: Path) -> None:
    """Restore an old folder that was moved aside, and remove unfinished ones."""
    aside = _beside(target, "old")
    if aside.exists() and not target.exists():
        aside.rename(target)
    for leftover in (aside, _beside(target, "new")):
        _remove(leftover, if_it_can=True)


@contextmanager
def locked(path: Path, place: Path, doing: str) -> Iterator[None]:
    """Hold an operating-system lock, which a kill releases.

    Args:
        path: The lock file; it is removed at the end.
        place: What is locked, for the message to others who want to write.
        doing: The name of the command, in one word.

    Raises:
        BusyError: another process holds the lock.
        CannotLockError: the lock cannot be taken.
    """
    from filelock import FileLock, Timeout  # imports as slowly as all the rest of a command that only reads

    lock = FileLock(path, timeout=_PATIENCE, fallback_to_soft=False, on_acquired=partial(_sign, doing=doing))
    try:
        lock.acquire()
    except Timeout:
        raise BusyError(place, _signed(path)) from None
    except OSError as error:
        raise CannotLockError(path.parent, error.strerror or str(error)) from error
    try:
        yield
    finally:
        try:
            with suppress(OSError):  # Windows removes it on release
                path.unlink()  # while the lock is held: others who opened it notice, and open a new file
        finally:
            lock.release()


def _sign(descriptor: int, doing: str) -> None:
    os.ftruncate(descriptor, 0)
    os.write(descriptor, f"{os.getpid()} {doing}".encode())


def _signed(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace")
    except OSError:  # Windows shows nobody a locked file
        return ""


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def replace_file(path: Path, data: bytes) -> None:
    """Write a new file beside the old one and rename it, so that a kill leaves one of the two, complete."""
    part = _beside(path, "part")
    _write(part, data)
    part.replace(path)


def _beside(path: Path, kind: str) -> Path:
    return path.with_name(f"{PREFIX}{kind}-{path.name}")
