"""Run `page_worker`: a process that reads one page after another, and is restarted if it dies.

Starting the process takes longer than reading a page, so keep it to read many pages. `close` ends it; it also ends with
the process that started it. Use it only in the process and thread in which it was made.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from threading import Event, Timer
from typing import Any

PATIENCE = 60.0  # seconds until a process that reads a page is killed
MOST_READ = 500  # pages until the process is replaced, because the libraries do not free all memory
_COMMAND = (sys.executable, "-B", "-P", "-m", "vouchbank.pages.page_worker")


class UnreadError(Exception):
    """The process did not read the page; the message says why."""


class PageReader:
    """A process that reads web pages; it is started when the first one comes."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._read = 0

    def __enter__(self) -> PageReader:
        """Return this reader."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def ask(self, job: Mapping[str, object], page: str) -> dict[str, Any]:
        """Read a page in the process.

        Args:
            job: The arguments of `page_reading.read_page` except the page.
            page: The decoded page.

        Raises:
            UnreadError: the page took too much time or memory, or could not be read.
        """
        if self._read >= MOST_READ:
            self.close()
        late, process = Event(), self._started()
        timer = Timer(PATIENCE, _stop, (process, late))
        timer.start()
        try:
            answer = _exchange(process, job, page)
        finally:
            timer.cancel()
        self._read += 1
        if not answer.endswith(b"\n"):
            self.close()
            raise UnreadError(
                f"it took more than {PATIENCE:g} seconds" if late.is_set() else "it takes too much time or memory"
            )
        said: dict[str, Any] = json.loads(answer)
        if said.pop("ends", False):
            self.close()
        if "refused" in said:
            raise UnreadError(said["refused"])
        return said

    def close(self) -> None:
        """End the process, if there is one."""
        process, self._process, self._read = self._process, None, 0
        if process is None:
            return
        process.kill()
        process.communicate()

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self.close()
            pipe = subprocess.PIPE
            self._process = subprocess.Popen(_COMMAND, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL)
        return self._process


def _stop(process: subprocess.Popen[bytes], late: Event) -> None:
    late.set()
    process.kill()


def _exchange(process: subprocess.Popen[bytes], job: Mapping[str, object], page: str) -> bytes:
    """The line that the process answers; incomplete if it died."""
    if process.stdin is None or process.stdout is None:  # never: both are pipes; for the type checker
        return b""
    content = page.encode("utf-8")
    try:
        process.stdin.write(json.dumps({**job, "bytes": len(content)}).encode("ascii") + b"\n" + content)
        process.stdin.flush()
        return process.stdout.readline()
    except OSError:
        return b""
