r"""Which lines of a raw text are already as they would be published?

Most are. They are told from the text as a whole, or by what the interpreter finds out about a line in no time, so that
`characters.clean` is only asked about the rest.

>>> stays = plain_lines("The café, at last.\nThe\xa0café")
>>> stays("The café, at last."), stays("The\xa0café")
(True, False)
>>> list(lines("One.\n\nTwo."))
[(0, 4), (5, 5), (6, 10)]
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache

from vouchbank.text import characters, mojibake
from vouchbank.text.sieve import literals

Stays = Callable[[str], bool]

_OTHER_BREAKS = "\r\v\f\x85\u2028\u2029"
_ASCII_TO_SPACE = bytes(32 if byte < 128 else byte for byte in range(256))
# what an ASCII character behind it may make a trace of a wrong encoding; `mojibake` says which
_OPEN = frozenset("ŒœÃÂ")
_LONG = 32  # bytes of a run that is not worth remembering


def lines(raw: str) -> Iterator[tuple[int, int]]:
    """Start and end of every line: what `characters.lines` yields, quicker where every line ends in a line feed."""
    if any(one in raw for one in _OTHER_BREAKS):
        yield from characters.lines(raw)
        return
    start = 0
    for line in raw.split("\n"):
        end = start + len(line)
        yield start, end
        start = end + 1


def plain_lines(raw: str, repairs: Sequence[characters.Repair] = ()) -> Stays:
    """What tells of a line of a text, without spaces and tabs around it, that cleaning surely leaves it as it is."""
    searches = [pattern.search for pattern, _ in repairs if _may_be_in(pattern, raw)]
    safe = _safe(raw)

    def stays(line: str) -> bool:
        return (
            line.isprintable()
            and "  " not in line
            and (safe or _safe(line))
            and not (searches and any(search(line) for search in searches))
        )

    return stays


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
