r"""Markdown tables whose cells may hold any text: article text never becomes markup.

Example:
    >>> table(["a", "b"], [["x|y", "<b>"]])
    ['| a | b |', '|---|---|', '| x\\|y | &lt;b&gt; |']
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

_ACTIVE = re.compile(r"([\\|`*_\[\]#~!@])")


def table(headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> list[str]:
    """The lines of a table; headings are our own words, cells are escaped."""
    lines = [f"| {' | '.join(headings)} |", f"|{'---|' * len(headings)}"]
    return lines + [f"| {' | '.join(escaped(cell) for cell in row)} |" for row in rows]


def escaped(value: Any) -> str:
    """Any value as Markdown text that shows just its characters."""
    if value is None:
        return "–"
    if isinstance(value, float):
        value = f"{value:.3f}" if value != int(value) else f"{int(value):,}"
    if isinstance(value, list | tuple):
        return ", ".join(escaped(v) for v in value)
    text = " ".join(str(value).split())
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _ACTIVE.sub(r"\\\1", text)
