"""A message as the source has it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

SOURCE, WEB = "src/vouchbank", "web/src"
PARTS = ("part", "text")


@dataclass(frozen=True)
class Message:
    """A message, its kind, and where its words are written.

    Attributes:
        area: The check that it belongs to, else the file.
        shown: Where the call is that shows it.
    """

    file: str
    line: int
    kind: str
    text: str
    area: str = field(compare=False, default="")
    shown: tuple[str, int] = field(compare=False, default=("", 0))

    @property
    def words(self) -> str:
        """Its own words, each hole shown as `…`."""
        return without_holes(self.text)

    @property
    def of_browser(self) -> bool:
        """Whether the browser shows it."""
        return self.file.startswith((WEB, f"{SOURCE}/edit"))


def without_holes(text: str) -> str:
    """The words themselves: names of variables do not count, alternatives in a hole do.

    >>> without_holes("{name!r} is {missing|changed}")
    '… is {missing|changed}'
    """
    return re.sub(r"\{[^{}|]*\}", "…", text)
