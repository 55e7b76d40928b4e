"""Writing by one command at a time, whole or not at all, whenever it is killed.

What is half done stands beside its target under a name that begins with `.vouchbank-`: git ignores it, and the next
command that writes clears it away. Only the holder of a lock of the operating system writes, and a kill releases it.

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
_PATIENCE = 0.1  # seconds, for a lock that is just being given back
_AT_CWD = -100
_EXCHANGE = 2  # RENAME_EXCHANGE on Linux, RENAME_SWAP on macOS


class BusyError(VouchBankError):
    """Another command writes at the same place."""

    def __init__(self, place: Path, holder: str) -> None:
        known = _HOLDER.match(holder)
        who = f"another {known[2]} (process {known[1]})" if known else "another command"
        super().__init__(f"{who} is at work in {place}; wait for it or stop it, then run this again")


class CannotLockError(VouchBankError):
    """The folder cannot be written, or its file system has no locks."""

    def __init__(self, folder: Path, why: str) -> None:
        super().__init__(
            f"nothing was written: no lock can be taken in {folder} ({why}); use a folder that you may write, "
            "on a file system with locks"
        )


@contextmanager
def only_writer(root: Path, doing: str) -> Iterator[list[str]]:
    """Be the only command that writes below `root`; first undo and clear away what a killed one left half done.

    Args:
        root: A folder.
        doing: What is done, in one word; whoever comes meanwhile reads it.

    Yields:
        The files that were put back.

    Raises:
        BusyError: another one writes there.
        CannotLockError: nobody can.
    """
    with locked(root / _LOCK, root, doing):
        undone = _undo(root)
        for target in {root / found[1] for p in root.glob(f"{PREFIX}*") if (found := _OF_FOLDER.match(p.name))}:
            with suppress(BusyError), locked(_beside(target, "lock"), target, doing):
                _recover(target)
        yield undone


def half_done(root: Path) -> bool:
    """Whether a command was killed, or is at work, between the first and the last file that it writes."""
    return (root / _UNDO).is_dir()


def write_files(root: Path, files: Mapping[str, bytes | None]) -> None:
    """Write files below `root`, or remove those of None, all or none; only for the `only_writer`.

    A folder from which the last file was removed goes too. What the files held is kept until the last is written, so
    that the next writer can undo what a kill cut short.

    Raises:
        UnreadableFileError: a file would be written outside of `root`, or over what is not a file.
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
        (root / _UNDO).rename(draft)  # it is done
        _remove(draft)
        for name in (name for name, data in files.items() if data is None):
            _prune(root, name)
    except BaseException:
        _undo(root)
        raise


def _undo(root: Path) -> list[str]:
    """Put back what a change cut short found, but no file that somebody has changed since."""
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
    for folder in (journal / "new", journal, root / _DRAFT):  # what is new first: without what is old it would mislead
        _remove(folder, if_it_can=True)
    return undone


def _remove(folder: Path, if_it_can: bool = False) -> None:
    import shutil  # with all its archives: nothing for who only reads

    shutil.rmtree(folder, ignore_errors=if_it_can)


def _prune(root: Path, name: str | Path) -> None:
    """Remove the folders of a file that hold nothing any more, but for the first below the root."""
    with suppress(OSError):  # not empty, or gone
        for parent in Path(name).parents[:-2]:
            (root / parent).rmdir()


@contextmanager
def replaced_folder(target: Path) -> Iterator[Path]:
    """A new empty folder beside `target` that takes its place when the block ends, if anything is in it then.

    The old folder stays untouched until then, and is removed after. On an exception the new one is removed. Linux and
    macOS can exchange two names in one step; elsewhere the old folder is moved aside first, and the next writer puts it
    back if a kill came between the two moves.

    Raises:
        BusyError: another process replaces the folder.
        CannotLockError: nobody can.
        UnreadableFileError: the target is a link to a folder, which may be anywhere.
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
    """Exchange the names of two folders in one step of the file system; False where that cannot be done."""
    import ctypes  # a thousandth of a second, which `check` has no need of

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
    """Bring back an old folder that was moved aside, remove what was half written."""
    aside = _beside(target, "old")
    if aside.exists() and not target.exists():
        aside.rename(target)
    for leftover in (aside, _beside(target, "new")):
        _remove(leftover, if_it_can=True)


@contextmanager
def locked(path: Path, place: Path, doing: str) -> Iterator[None]:
    """Hold a lock of the operating system, which a kill releases.

    Args:
        path: The file of the lock; it is removed at the end.
        place: What is locked, for whoever comes meanwhile.
        doing: What is done, in one word.

    Raises:
        BusyError: another process holds it.
        CannotLockError: nobody can.
    """
    from filelock import FileLock, Timeout  # it takes as long to import as the rest of a reading command

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
                path.unlink()  # still held: whoever has opened it sees that it is gone, and opens anew
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
    """Write beside and rename, so that a kill leaves the old file or the new one."""
    part = _beside(path, "part")
    _write(part, data)
    part.replace(path)


def _beside(path: Path, kind: str) -> Path:
    return path.with_name(f"{PREFIX}{kind}-{path.name}")
