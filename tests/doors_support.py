"""What the tests of bulk share: inputs, a function that drafts and may wait, tasks for engines, digests of folders."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import psutil

from vouchbank.corpus import repository_root

ROOT = repository_root()
DRAFT = "tests.doors_support:hold"
HELD = "VOUCHBANK_TEST_HELD"  # the folder in which a held draft leaves its process id and waits for the file `go`
HOLD = "Hold this article."
PATIENCE = 200.0  # seconds; nothing here takes a tenth of it
TEXT = "Rain stops play\n\nShare this article\nPlay stopped at {} o’clock, for rain.\xa0\n\nHe said: “It rains.”"

W = TypeVar("W")
Task = tuple[str, int]


def task(asked: Task) -> int:
    """A task of an engine: it returns its number, raises, sleeps, or ends its process, always or for the first time."""
    kind, number = asked
    match kind:
        case "raise":
            raise ValueError(f"task {number}")
        case "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        case "sleep":
            time.sleep(PATIENCE)
        case path if path.startswith("/") and not Path(path).exists():
            Path(path).touch()
            os.kill(os.getpid(), signal.SIGKILL)
    return number


def hold(text: str) -> dict[str, list[Any]]:
    """A draft of nothing, which waits where the text says so."""
    if HOLD in text:
        folder = Path(os.environ[HELD])
        (folder / str(os.getpid())).touch()
        wait_for((folder / "go").exists, "the file that lets the draft go on")
    return {}


def records(first: int, count: int, held: Iterable[int] = ()) -> list[dict[str, Any]]:
    """Articles with lines to remove; the drafts of some are held."""
    texts = {n: TEXT.format(n) + f"\n\n{HOLD}" * (n in set(held)) for n in range(first, first + count)}
    return [{"id": f"a{n}", "text": text} for n, text in texts.items()]


def json_lines(path: Path, rows: Iterable[dict[str, Any]]) -> Path:
    """Write JSON Lines."""
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), "utf-8")
    return path


def inputs(folder: Path, files: int, each: int, held: Iterable[int] = ()) -> Path:
    """A folder of JSON Lines, each of which becomes a part."""
    folder.mkdir()
    held = list(held)
    for file in range(files):
        json_lines(folder / f"news-{file}.jsonl", records(file * each, each, held))
    return folder


def command(*words: object, **environment: object) -> list[str]:
    """The words that start a command of vouchbank."""
    return [sys.executable, "-m", "vouchbank", *map(str, words)]


def environment(**more: object) -> dict[str, str]:
    """An environment in which processes find the tests."""
    return {**os.environ, "PYTHONPATH": str(ROOT), **{name: str(value) for name, value in more.items()}}


def bulk(*words: object, **more: object) -> subprocess.CompletedProcess[str]:
    """Run `vouchbank bulk`, and wait for it."""
    told = command("bulk", *words)
    return subprocess.run(told, env=environment(**more), capture_output=True, text=True, timeout=PATIENCE, check=False)


def hashes(folder: Path) -> dict[str, str]:
    """SHA-256 of every file below a folder, hidden ones too."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def wait_for(what: Callable[[], W], said: str, seconds: float = PATIENCE) -> W:
    """Wait until a function returns something that is true."""
    end = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < end, f"waited {seconds:g} s for {said}"
        time.sleep(0.05)
    return found


def holders(folder: Path) -> list[int]:
    """The processes whose draft was held."""
    return sorted(int(path.name) for path in folder.iterdir() if path.name.isdecimal())


def alive(process: int) -> bool:
    """Whether a process is at work; one that has ended and that nobody has asked for is not."""
    try:
        return psutil.Process(process).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
