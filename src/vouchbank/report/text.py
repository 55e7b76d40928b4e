r"""Make text safe to print: no text from a file or an article can control a terminal or a log.

Example:
    >>> printable("a\x1b[2J\u202eb"), width("a\u7c73")
    ('a\\x1b[2J\\u202eb', 3)
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import accumulate

MAX_LINE = 160
MAX_WORDS = 2000
# in a log of GitHub Actions, "##[" starts a command anywhere in a line, "::" at its beginning
_COMMAND = re.compile(r"(?<=##)\[")
_AT_START = re.compile(r"^((?: |\x1b\[[\d;]*m)*):(?=:)", re.MULTILINE)


def printable(text: str) -> str:
    """Text on one line that is safe in a terminal or a log: control and bidi characters are escaped."""
    escaped = text if text.isprintable() else "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)
    return _COMMAND.sub(r"\\x5b", escaped)


def places(text: str) -> Callable[[int], int]:
    r"""A function that maps an offset in a text to the offset in its printable form.

    >>> [places("a\tb##[c")(at) for at in (1, 2, 5, 6)]
    [1, 3, 6, 10]
    """
    if printable(text) == text:
        return lambda at: at
    widths = [1 if c.isprintable() else len(repr(c)) - 2 for c in text]
    for command in _COMMAND.finditer(text):
        widths[command.start()] = len("\\x5b")
    return list(accumulate(widths, initial=0)).__getitem__


def uncommanded(text: str) -> str:
    r"""Lines that a log does not take for commands, even after wrapping; they may contain our own colours.

    >>> print(uncommanded("a: b\n  ::error::c"))
    a: b
      \x3a:error::c
    """
    return _AT_START.sub(r"\1\\x3a", text)


def shown(text: str) -> str:
    """Lines that are safe in a terminal or a log."""
    return uncommanded("\n".join(map(printable, text.split("\n"))))


def width(text: str) -> int:
    """The columns that a text takes in a terminal: two for wide characters, none for combining ones."""
    from rich.cells import cell_len

    return cell_len(text)


def cut(text: str, most: int = MAX_WORDS) -> str:
    """Text shortened to at most `most` characters, so that one finding cannot crowd out the others."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def plural(count: int, name: str) -> str:
    """A number with its noun.

    >>> plural(1, "error"), plural(2, "error")
    ('1 error', '2 errors')
    """
    return f"{count:,} {name}{'s' * (count != 1)}"


def counted(count: int, names: str) -> str:
    """A number with the name of a table, which is in the plural.

    >>> counted(1, "non_quantities"), counted(2, "non_quantities"), counted(1, "hedges")
    ('1 non quantity', '2 non quantities', '1 hedge')
    """
    name = names.replace("_", " ")
    one = f"{name[:-3]}y" if name.endswith("ies") else name.removesuffix("s")
    return f"{count:,} {one if count == 1 else name}"
