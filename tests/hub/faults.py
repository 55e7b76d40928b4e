"""What goes wrong on the way to the server of these tests, on request."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Fault:
    """What happens to the requests whose "METHOD path" matches, from the `nth` on, `times` times.

    Kinds: a status, "cut" (before anything is done), "lost" (done, then cut), "half" (done, cut within the answer),
    "silent" (no answer for a while), "html" (an answer in HTML), or a function that is called before the work (if it
    gives True, nothing is done and the connection is cut) or `after` it.
    """

    match: str
    kind: int | str | Callable[[], Any]
    nth: int = 1
    times: int = 10**6
    after: bool = False
    body: bytes = b"<html>out of order</html>"
    headers: dict[str, str] = field(default_factory=dict)
    seen: int = 0

    def strikes(self, request: str) -> bool:
        if not re.search(self.match, request):
            return False
        self.seen += 1
        return self.nth <= self.seen < self.nth + self.times
