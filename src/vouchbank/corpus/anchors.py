"""Find quoted words in a paragraph: quotes are how annotations are anchored to the text.

Unlike offsets, quotes survive changes of the text. A quote matches at word boundaries only (`35` matches in `F-35`,
but `a` does not match in `Caracas`). It must occur exactly once or name the occurrence, and if it leaves out its middle
with ` … `, both ends must occur. Nothing is guessed: a quote that does not match exactly one place is a fault.

Example:
    >>> text = "Since September, U.S. forces struck; several U.S. partners objected."
    >>> find(text, "U.S."), find(text, "U.S.", "2/2")
    (AnchorFault(kind='ambiguous', spans=(Span(start=17, end=21), Span(start=45, end=49))), Span(start=45, end=49))
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from vouchbank.spans import Span

ELISION = " … "
ELISION_WORDS = 4
OCCURRENCE = re.compile(r"[1-9][0-9]{0,5}/[1-9][0-9]{0,5}\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class AnchorFault:
    """Why a quote does not match exactly one place.

    Attributes:
        kind: `not-found`, `ambiguous` (several places, but no occurrence named), `miscounted` (the occurrence gives
            another number of places) or `elision` (too few words beside the ellipsis).
        spans: The places that it may mean; for `not-found`, where the quote occurs inside longer words.
    """

    kind: Literal["not-found", "ambiguous", "miscounted", "elision"]
    spans: tuple[Span, ...] = ()


def find(text: str, quote: str, occurrence: str = "") -> Span | AnchorFault:
    """The place of `quote` in `text`.

    >>> find("Boats wait. The ferry waits.", "wait")
    Span(start=6, end=10)

    Args:
        text: The paragraph.
        quote: Words of the paragraph, or its first and last words with ` … ` for an omitted middle.
        occurrence: `k/N`, the k-th of N places; empty if there is only one.

    Returns:
        The span in code points of `text`, or a fault.
    """
    places = occurrences(text, quote)
    if not places and ELISION in quote and not elision_long_enough(quote):
        return AnchorFault("elision", _elisions(text, quote))
    if not places:
        return AnchorFault("not-found", tuple(_substrings(text, quote)))
    if occurrence:
        k, n = (int(part) for part in occurrence.split("/"))
        if n != len(places) or k > n:
            return AnchorFault("miscounted", places)
        return places[k - 1]
    return places[0] if len(places) == 1 else AnchorFault("ambiguous", places)


@lru_cache(maxsize=1 << 14)  # annotators quote the same words, and frequent words often
def occurrences(text: str, quote: str) -> tuple[Span, ...]:
    """All places of `quote` in `text` at word boundaries, in order; places may overlap."""
    places = _at_edges(text, quote)
    if ELISION in quote and elision_long_enough(quote):
        places += _elisions(text, quote)
    return tuple(sorted(set(places)))


def _elisions(text: str, quote: str) -> tuple[Span, ...]:
    """From each place of the words before the first ellipsis to each later place of the words after it."""
    head, tail = quote.split(ELISION, 1)
    heads, tails = _at_edges(text, head), _at_edges(text, tail)
    return tuple(Span(h.start, t.end) for h in heads for t in tails if h.end < t.start)


def elided(words: str) -> str:
    """A quote of words that leaves out as much of their middle as allowed.

    >>> elided("The toll on the bridge will rise from July 1")
    'The toll on the … rise from July 1'
    """
    each = words.split()
    short = ELISION.join((" ".join(each[:ELISION_WORDS]), " ".join(each[-ELISION_WORDS:])))
    return short if len(each) > 2 * ELISION_WORDS else words


def occurrence_of(text: str, quote: str, span: Span) -> str:
    """The `k/N` that names `span` among the places of `quote`; empty if there is only one."""
    places = occurrences(text, quote)
    return f"{places.index(span) + 1}/{len(places)}" if len(places) > 1 else ""


def elision_long_enough(quote: str) -> bool:
    """Whether an elided quote has exactly one ellipsis and at least four words on each side of it."""
    sides = quote.split(ELISION)
    return len(sides) == 2 and all(len(side.split()) >= ELISION_WORDS for side in sides)


def word_edge(text: str, position: int) -> bool:
    """Whether a span may begin or end here: not between two letters, and not between two digits.

    In scripts without spaces, it may begin or end between any two characters.
    """
    if position <= 0 or position >= len(text):
        return True
    before, after = _class(text[position - 1]), _class(text[position])
    if after == "mark":
        return False
    if before == "mark":
        before = "letter"
    return before != after or before == "other"


def _class(character: str) -> str:
    category = unicodedata.category(character)
    if category[0] == "M" or character in "\u200c\u200d":
        return "mark"
    if category == "Nd":
        return "digit"
    if category[0] == "L" and unicodedata.east_asian_width(character) not in "WF":
        return "letter"
    return "other"


def _at_edges(text: str, quote: str) -> list[Span]:
    return [s for s in _substrings(text, quote) if word_edge(text, s.start) and word_edge(text, s.end)]


def _substrings(text: str, quote: str) -> list[Span]:
    found, at = [], text.find(quote) if quote else -1
    while at >= 0:
        found.append(Span(at, at + len(quote)))
        at = text.find(quote, at + 1)
    return found
