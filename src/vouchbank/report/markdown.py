"""Foreign text in Markdown: only ever as code, where nothing is markup, a link, an image or a mention.

A backslash is not enough: GitHub finds mentions and addresses after it has taken the backslashes away.

Example:
    >>> print(code("@someone ![x](y)"), code("a`b"))
    `@someone ![x](y)` ``a`b``
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from vouchbank.report.text import printable


def code(text: str) -> str:
    """Any text as a code span, on one line."""
    shown = printable(text) or " "
    fence = "`" * (_longest_run(shown) + 1)
    # a code span loses a space at both its ends, and must not begin or end with its fence
    pad = " " if shown[0] in "` " or shown[-1] in "` " else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def fenced(lines: Iterable[str], language: str = "text") -> list[str]:
    """Lines as a block of code; the lines hold no line ends."""
    held = [printable(line) for line in lines]
    fence = "`" * max(3, max(map(_longest_run, held), default=0) + 1)
    return [f"{fence}{language}", *held, fence]


def _longest_run(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)
