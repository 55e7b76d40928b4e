r"""Markdown that can quote any text: words of articles and annotators never become markup, links, images or mentions.

Backslashes are not enough: renderers find mentions and addresses after removing them. So text that is more than words
and punctuation is shown as code.

Example:
    >>> print(code("@someone ![x](y)"), code("a`b"))
    `@someone ![x](y)` ``a`b``
    >>> print(escaped("who, if not we?"), escaped("ask @someone"), escaped("not_comparable"))
    who, if not we? `ask @someone` `not_comparable`
    >>> table(["a", "b"], [["x|y", "<b>"]])
    ['| a | b |', '|---|---|', '| `x\\|y` | `<b>` |']
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

from vouchbank.report.text import printable

_ACTIVE = re.compile(r"([\\|`*_\[\]#~!@])")
# words and punctuation that no renderer interprets: no markup, address, mention, formula or :name:
_PLAIN = re.compile(r"(?!.*www\.)(?:[^\W_]|[ .,;?!'\"’‘“”…–—()%/+=≥≤≈·-]|:(?= |\Z))*\Z", re.IGNORECASE)
# the same for one word, which also must not refer to an issue or a commit
_WORD = re.compile(r"(?!.*www\.|GH-\d|.*[0-9a-f]{7})(?:[^\W_]|[.,;?!'\"’‘“”…–—()%/+=≥≤≈·→←£€-]|:\Z)*\Z", re.IGNORECASE)


def code(text: str) -> str:
    """Any text as a code span, on one line."""
    shown = printable(text) or " "
    fence = "`" * (_longest_run(shown) + 1)
    # renderers strip a space from both ends of a code span, and it must not begin or end with its fence
    pad = " " if shown[0] in "` " or shown[-1] in "` " else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def fenced(lines: Iterable[str], language: str = "text") -> list[str]:
    """Lines as a code block; the lines must not contain line ends."""
    held = [printable(line) for line in lines]
    fence = "`" * max(3, max(map(_longest_run, held), default=0) + 1)
    return [f"{fence}{language}", *held, fence]


def table(headings: Sequence[Any], rows: Iterable[Sequence[Any]]) -> list[str]:
    """The lines of a table, whatever its headings and cells contain."""
    lines = [f"| {' | '.join(map(_cell, headings))} |", f"|{'---|' * len(headings)}"]
    return lines + [f"| {' | '.join(map(_cell, row))} |" for row in rows]


def escaped(value: Any) -> str:
    """Any value as Markdown that shows exactly its characters, on one line."""
    if value is None:
        return "–"
    if isinstance(value, float):
        value = f"{value:.3f}" if value != int(value) else f"{int(value):,}"
    if isinstance(value, list | tuple):
        return ", ".join(map(escaped, value))
    text = " ".join(str(value).split())
    return text if _PLAIN.match(text) else code(text)


def prose(text: str) -> str:
    """Text of an article as Markdown, on one line; anything more than a word and its punctuation becomes code.

    Other text must precede it on its line, so that it cannot start a list or a heading.

    >>> prose("He asked @bob for 5 boats, see https://example.org → “all”")
    'He asked `@bob` for 5 boats, see `https://example.org` → “all”'
    """
    return " ".join(word if _WORD.match(word) else code(word) for word in text.split())


def folded(summary: str, lines: Iterable[str], before: str = "") -> list[str]:
    """Lines that a reader can unfold; the summary is always text, never markup.

    Args:
        summary: Any text.
        lines: The lines, as Markdown.
        before: Our own words before the summary.
    """
    return [f"<details><summary>{escape(before)}{html(summary)}</summary>", "", *lines, "", "</details>"]


def html(text: str) -> str:
    """Any text inside a tag; `<code>` keeps renderers from finding mentions and addresses in it."""
    return f"<code>{escape(printable(text))}</code>"


def backslashed(text: str) -> str:
    """Our own prose, with characters escaped that Markdown would interpret."""
    text = " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _ACTIVE.sub(r"\\\1", text)


def _cell(value: Any) -> str:
    """A value as a table cell; bars are escaped, even in code."""
    return escaped(value).replace("|", "\\|")


def _longest_run(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)
