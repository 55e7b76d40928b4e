r"""Find the lines of a raw text that are already clean.

Most lines are. Fast tests of the whole text and of each line find them, so that `characters.clean` runs only on the
rest.

>>> page = PlainLines("The café, at last.\nThe\xa0café")
>>> page.stays("The café, at last."), page.stays("The\xa0café")
(True, False)
>>> list(lines("One.\n\nTwo."))
[(0, 'One.'), (5, ''), (6, 'Two.')]
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from vouchbank.text import characters, mojibake
from vouchbank.text.offsets import ChangedRun
from vouchbank.text.prefilter import literals

_SPACES = "".join(one for one in map(chr, range(0x3001)) if characters.SPACES.match(one))
_OTHER_BREAKS = "\r\v\f\x85\u2028\u2029"
_ASCII_TO_SPACE = bytes(32 if byte < 128 else byte for byte in range(256))
# characters that may be a sign of a wrong encoding when an ASCII character follows; see `mojibake`
_OPEN = frozenset("ŒœÃÂ")
_LONG = 32  # longer runs, in bytes, are not cached


def lines(raw: str) -> Iterator[tuple[int, str]]:
    """The start and the text of every line, split as by `characters.lines`."""
    if any(one in raw for one in _OTHER_BREAKS):
        yield from ((start, raw[start:end]) for start, end in characters.lines(raw))
        return
    start = 0
    for line in raw.split("\n"):  # faster
        yield start, line
        start += len(line) + 1


class PlainLines:
    r"""Fast tests of the lines of a raw text.

    >>> PlainLines("One\t two.").spaced("\tOne  two.")
    (1, 'One two.', (ChangedRun(raw_start=4, raw_end=5, start=4, end=4),))
    """

    def __init__(self, raw: str, repairs: Sequence[characters.Repair] = ()) -> None:
        self._searches = [pattern.search for pattern, _ in repairs if _may_be_in(pattern, raw)]
        self._safe = _safe(raw)

    def stays(self, line: str) -> bool:
        """Whether cleaning certainly does not change a line, given without surrounding spaces and tabs."""
        return (
            line.isprintable()
            and "  " not in line
            and (self._safe or _safe(line))
            and not (self._searches and any(search(line) for search in self._searches))
        )

    def spaced(self, line: str) -> tuple[int, str, tuple[ChangedRun, ...]] | None:
        """The start of a line's text, the text and its changed runs, if only white space changes; else None."""
        inner = line.strip(_SPACES)
        text = characters.SPACES.sub(" ", inner)
        if not self.stays(text) or not (self._safe or _safe(line)):
            return None
        return len(line) - len(line.lstrip(_SPACES)), text, tuple(_folded(inner)) if text != inner else ()


def _folded(inner: str) -> Iterator[ChangedRun]:
    """The runs that turn white space into single spaces: one character is replaced, the rest is deleted."""
    gone = 0
    for found in characters.SPACES.finditer(inner):
        start, end = found.span()
        if inner[start] != " ":
            yield ChangedRun(start, start + 1, start - gone, start - gone + 1)
        if end > start + 1:
            yield ChangedRun(start + 1, end, start - gone + 1, start - gone + 1)
        gone += end - start - 1


def _may_be_in(pattern: re.Pattern[str], raw: str) -> bool:
    needed = _literals(pattern)
    return not needed or any(one in raw for one in needed)


_literals = lru_cache(literals)


def _safe(text: str) -> bool:
    """Whether cleaning keeps all characters beyond ASCII, if they are printable."""
    return text.isascii() or all(map(_run_is_safe, _runs(text)))


def _runs(text: str) -> Iterable[bytes]:
    """The distinct runs of characters beyond ASCII, in UTF-8."""
    return set(text.encode("utf-8", "surrogatepass").translate(_ASCII_TO_SPACE).split())


def _run_is_safe(run: bytes) -> bool:
    return _known_run(run) if len(run) <= _LONG else _stays(run.decode("utf-8", "surrogatepass"))


@lru_cache(maxsize=1 << 14)
def _known_run(run: bytes) -> bool:
    return _stays(run.decode("utf-8", "surrogatepass"))


def _stays(run: str) -> bool:
    """Whether cleaning keeps a run in any ASCII context: its encoding is right, and nothing in it joins or composes."""
    return (
        _OPEN.isdisjoint(run)
        and not any(map(characters.joins, run))
        and unicodedata.is_normalized("NFC", run)
        and not mojibake.suspected(run)
    )
