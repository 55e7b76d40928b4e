"""The process in which a web page is read: limited in time, memory and what it may touch. `webpage` starts it.

It takes a line of JSON and then the decoded page on standard input, and answers with JSON on standard output.
"""

from __future__ import annotations

import json
import sys
from typing import Any

_SECONDS = 15  # of processor time
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
    """Bind this process: no network, no other process, no file written, no more time and memory than a page needs."""
    sys.addaudithook(_forbid)
    try:
        import resource
    except ImportError:  # Windows: the time is watched from outside
        return
    for what, most in (("RLIMIT_CPU", _SECONDS), ("RLIMIT_AS", _BYTES), ("RLIMIT_FSIZE", 0), ("RLIMIT_CORE", 0)):
        _, hard = resource.getrlimit(getattr(resource, what))
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        try:
            resource.setrlimit(getattr(resource, what), (least, least))
        except (ValueError, OSError):  # macOS knows no limit of the address space
            continue


def _forbid(event: str, _: tuple[Any, ...]) -> None:
    if event in _FORBIDDEN:
        raise PermissionError(f"reading a page may not do this: {event}")


def main() -> None:
    """Read one page."""
    job = json.loads(sys.stdin.buffer.readline())
    page = sys.stdin.buffer.read().decode("utf-8")
    from vouchbank.change.page_reading import read_page
    from vouchbank.text.markup import TooMuchError

    limit()
    try:
        answer = read_page(page, **job)
    except TooMuchError as error:
        answer = {"refused": str(error)}
    except MemoryError:
        answer = {"refused": "reading it takes too much memory"}
    sys.stdout.buffer.write(json.dumps(answer).encode("ascii"))


if __name__ == "__main__":
    main()
