"""Quotes whose words are right and whose marks are not: straight for typographic, spaces at the edges, decomposed.

Only the writing of a quote is mended, never which words it means: if what comes out is not exactly one place, nothing
does.

Example:
    >>> as_in_text("“We don’t,” he said.", " don't")
    'don’t'
"""

from __future__ import annotations

import re
import unicodedata

from vouchbank.corpus.anchors import ELISION, OCCURRENCE, elision_long_enough, find, occurrences
from vouchbank.spans import Span

_STRAIGHT = str.maketrans(dict.fromkeys("‘’‚‛ʼ`´", "'") | dict.fromkeys("“”„‟", '"'))
_SPACE = re.compile(r"\s+")


def straightened(text: str) -> str:
    """The text with straight quotation marks and apostrophes, character for character."""
    return text.translate(_STRAIGHT)


def as_in_text(text: str, quote: str, occurrence: str = "") -> str:
    """A quote in the writing of the text, for one that is not found there; empty if that is not exactly one place."""
    wanted = unicodedata.normalize("NFC", _SPACE.sub(" ", quote)).strip()
    place = _place(straightened(text), straightened(wanted), occurrence)
    if place is None:
        return ""
    mended = place.of(text)
    if len(mended) != len(wanted):  # the middle is left out
        head, tail = wanted.split(ELISION, 1)
        mended = text[place.start : place.start + len(head)] + ELISION + text[place.end - len(tail) : place.end]
    return mended if find(text, mended, occurrence) == place else ""


def without_edges(text: str, quote: str, occurrence: str = "") -> str:
    """A quote without the white space at its edges; empty if it would no longer be the same place."""
    bare, whole = quote.strip(), find(text, quote, occurrence)
    found = find(text, bare, occurrence) if bare else None
    same = isinstance(whole, Span) and isinstance(found, Span) and whole.contains(found)
    return bare if same and bare != quote else ""


def _place(text: str, quote: str, occurrence: str) -> Span | None:
    if ELISION in quote and not elision_long_enough(quote) and not occurrences(text, quote):
        return None
    found = find(text, quote, occurrence if OCCURRENCE.match(occurrence) else "")
    return found if isinstance(found, Span) else None
