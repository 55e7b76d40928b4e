r"""Which lines of a raw text are already as they would be published?

Most are. They are told from the text as a whole, or by what the interpreter finds out about a line in no time, so that
`characters.clean` is only asked about the rest.

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
# what an ASCII character behind it may make a trace of a wrong encoding; `mojibake` says which
_OPEN = frozenset("ŒœÃÂ")
_LONG = 32  # bytes of a run that is not worth remembering


def lines(raw: str) -> Iterator[tuple[int, str]]:
    """Where every line begins, and the line: as `characters.lines` cuts them."""
    if any(one in raw for one in _OTHER_BREAKS):
        yield from ((start, raw[start:end]) for start, end in characters.lines(raw))
        return
    start = 0
    for line in raw.split("\n"):  # quicker
        yield start, line
        start += len(line) + 1


class PlainLines:
    r"""What can be told of the lines of a raw text without cleaning them.

    >>> PlainLines("One\t two.").spaced("\tOne  two.")
    (1, 'One two.', (ChangedRun(raw_start=4, raw_end=5, start=4, end=4),))
    """

    def __init__(self, raw: str, repairs: Sequence[characters.Repair] = ()) -> None:
        self._searches = [pattern.search for pattern, _ in repairs if _may_be_in(pattern, raw)]
        self._safe = _safe(raw)

    def stays(self, line: str) -> bool:
        """Whether a line, without spaces and tabs around it, is surely left as it is."""
        return (
            line.isprintable()
            and "  " not in line
            and (self._safe or _safe(line))
            and not (self._searches and any(search(line) for search in self._searches))
        )

    def spaced(self, line: str) -> tuple[int, str, tuple[ChangedRun, ...]] | None:
        """Where the text of a line begins, that text, and what changes in it, if that is white space only."""
        inner = line.strip(_SPACES)
        text = characters.SPACES.sub(" ", inner)
        if not self.stays(text) or not (self._safe or _safe(line)):
            return None
        return len(line) - len(line.lstrip(_SPACES)), text, tuple(_folded(inner)) if text != inner else ()


def _folded(inner: str) -> Iterator[ChangedRun]:
    """Each white space as a space: one for one, so that a span beside it stays exact, and what is more deleted."""
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
    """Whether all characters beyond ASCII stay as they are, if they are printable."""
    return text.isascii() or all(map(_run_is_safe, _runs(text)))


def _runs(text: str) -> Iterable[bytes]:
    """The runs of characters beyond ASCII in UTF-8, each once."""
    return set(text.encode("utf-8", "surrogatepass").translate(_ASCII_TO_SPACE).split())


def _run_is_safe(run: bytes) -> bool:
    return _known_run(run) if len(run) <= _LONG else _stays(run.decode("utf-8", "surrogatepass"))


@lru_cache(maxsize=1 << 14)
def _known_run(run: bytes) -> bool:
    return _stays(run.decode("utf-8", "surrogatepass"))


def _stays(run: str) -> bool:
    """Whether a run stays, whatever ASCII is around it: it was read rightly, and nothing in it joins or composes."""
    return (
        _OPEN.isdisjoint(run)
        and not any(map(characters.joins, run))
        and unicodedata.is_normalized("NFC", run)
        and not mojibake.suspected(run)
    )
