"""The process that reads web pages, with limits on time, memory and system access. `reader` starts it.

For each page it reads a line of JSON and then the decoded page from standard input, and writes a line of JSON to
standard output.
"""

from __future__ import annotations

import json
import sys
from typing import Any

_SECONDS = 15  # of processor time, for each page
_BYTES = 2 * 1024**3
_FORBIDDEN = (
    "socket.connect",
    "socket.getaddrinfo",
    "socket.bind",
    "subprocess.Popen",
    "os.exec",
    "os.fork",
    "os.system",
)


def limit() -> None:
    """Limit this process: no network, no other process, no files written, no more memory than a page needs."""
    sys.addaudithook(_forbid)
    for what, most in (("RLIMIT_AS", _BYTES), ("RLIMIT_FSIZE", 0), ("RLIMIT_CORE", 0)):
        _limit(what, most, for_good=True)


def allow_time() -> None:
    """Allow this process the time that a page may take, starting now."""
    try:
        from resource import RUSAGE_SELF, getrusage
    except ImportError:  # on Windows, `reader` limits the time
        return
    used = getrusage(RUSAGE_SELF)
    _limit("RLIMIT_CPU", int(used.ru_utime + used.ru_stime) + 1 + _SECONDS)


def _limit(what: str, most: int, *, for_good: bool = False) -> None:
    try:
        import resource
    except ImportError:
        return
    _, hard = resource.getrlimit(getattr(resource, what))
    least = most if hard == resource.RLIM_INFINITY else min(most, hard)
    try:
        resource.setrlimit(getattr(resource, what), (least, least if for_good else hard))
    except (ValueError, OSError):  # macOS cannot limit the address space
        return


def _forbid(event: str, _: tuple[Any, ...]) -> None:
    if event in _FORBIDDEN:
        raise PermissionError(f"not allowed while a page is read: {event!r}")


def answered(page: str, job: dict[str, Any]) -> dict[str, Any]:
    """What was read of a page, or why nothing was; with `ends` if the process must not go on."""
    from vouchbank.pages.page_reading import read_page
    from vouchbank.text.markup import TooMuchError

    try:
        return read_page(page, **job)
    except TooMuchError as error:
        return {"refused": str(error)}
    except MemoryError:
        return {"refused": "reading it takes too much memory", "ends": True}
    except Exception as error:
        return {"refused": f"{type(error).__name__}: {error}", "ends": True}


def main() -> None:
    """Read pages until no more come."""
    limit()
    for line in iter(sys.stdin.buffer.readline, b""):
        job = json.loads(line)
        page = sys.stdin.buffer.read(job.pop("bytes")).decode("utf-8")
        allow_time()
        sys.stdout.buffer.write(json.dumps(answered(page, job)).encode("ascii") + b"\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
