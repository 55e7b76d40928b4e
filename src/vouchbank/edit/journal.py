r"""Unsaved changes on disk, outside the sources: a line for every step, so that a killed server loses nothing.

A line has the files that the step changed, and the old contents of those that no earlier step changed. If the server is
killed while it writes a line, that last line is ignored.

Example:
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     journal = Journal(Path(folder) / "unsaved.jsonl")
    ...     journal.add(Step("added e7", {"a.toml": b"new"}, {"a.toml": None}))
    ...     _ = journal.path.write_bytes(journal.path.read_bytes() + b'{"said": "cut sh')
    ...     journal.read()
    [Step(said='added e7', files={'a.toml': b'new'}, before={'a.toml': None})]
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from vouchbank.edit.history import Files


@dataclass(frozen=True)
class Step:
    """One step of an editing session.

    Attributes:
        said: What was done.
        files: The files that changed, with their new contents.
        before: The contents on disk of the files that no earlier step changed.
    """

    said: str
    files: Files
    before: Files = field(default_factory=dict)


class Journal:
    """The steps since the last save, in a file that only its owner can read."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> list[Step]:
        """The complete steps."""
        found: list[Step] = []
        for line in self._whole().splitlines():
            step = _step(line)
            if step is None:
                break
            found.append(step)
        return found

    def add(self, step: Step) -> None:
        """Write a step; when this returns, it is on disk."""
        line = {"said": step.said, "files": _texts(step.files), "before": _texts(step.before)}
        self.path.parent.mkdir(parents=True, exist_ok=True)
        whole = self._whole()
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            os.ftruncate(descriptor, len(whole))
            os.lseek(descriptor, 0, os.SEEK_END)
            _write(descriptor, json.dumps(line, ensure_ascii=True).encode() + b"\n")
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def clear(self) -> None:
        """Delete all steps, once they are saved."""
        self.path.unlink(missing_ok=True)

    def _whole(self) -> bytes:
        """The complete lines."""
        try:
            data = self.path.read_bytes()
        except FileNotFoundError:
            return b""
        return data[: data.rfind(b"\n") + 1]


def _write(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data) :]


def _texts(files: Files) -> dict[str, str | None]:
    return {file: None if data is None else data.decode("utf-8", "surrogateescape") for file, data in files.items()}


def _step(line: bytes) -> Step | None:
    try:
        held = json.loads(line)
        return Step(str(held["said"]), _bytes(held["files"]), _bytes(held["before"]))
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def _bytes(texts: Mapping[str, Any]) -> dict[str, bytes | None]:
    return {file: None if text is None else text.encode("utf-8", "surrogateescape") for file, text in texts.items()}
