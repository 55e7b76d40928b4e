"""Find the parts of a text that are in quotation marks.

Example:
    >>> text = "He said “go on” and left."
    >>> [span.of(text) for span in quoted(text)]
    ['“go on”']
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import lru_cache
from operator import attrgetter

from vouchbank.spans import Span

_CLOSING = {"“": "”", "„": "“”", "«": "»", "‘": "’", '"': '"'}


@lru_cache(maxsize=64)  # asked for once for each attribution of the same article
def quoted(text: str) -> tuple[Span, ...]:
    """The spans in quotation marks, including the marks, outermost only, in order.

    An opening mark without a closing one quotes to the end of its line, as in newspaper quotations of several
    paragraphs. A closing `’` between letters is an apostrophe.
    """
    found: list[Span] = []
    at = 0
    while at < len(text):
        if text[at] in _CLOSING and not _apostrophe(text, at):
            end = _close(text, at)
            found.append(Span(at, end))
            at = end
        else:
            at += 1
    return tuple(found)


def share_quoted(fragments: Sequence[Span], text: str) -> str:
    """`direct` if all letters and digits of the fragments are in quotation marks, `indirect` if none, else `mixed`.

    Without fragments: `none`.
    """
    if not fragments:
        return "none"
    marks = quoted(text)
    inside = []
    for start, end in fragments:
        first = bisect_right(marks, start, key=attrgetter("end"))
        near = marks[first : bisect_left(marks, end, first, key=attrgetter("start"))]
        inside += [any(m.start <= i < m.end for m in near) for i in range(start, end) if text[i].isalnum()]
    if inside and all(inside):
        return "direct"
    return "mixed" if any(inside) else "indirect"


def _close(text: str, at: int) -> int:
    line_end = text.find("\n", at)
    line_end = len(text) if line_end < 0 else line_end
    for i in range(at + 1, line_end):
        if text[i] in _CLOSING[text[at]] and not _apostrophe(text, i):
            return i + 1
    return line_end


def _apostrophe(text: str, at: int) -> bool:
    inside = 0 < at < len(text) - 1 and text[at - 1].isalnum() and text[at + 1].isalnum()
    return text[at] in "‘’'" and inside
