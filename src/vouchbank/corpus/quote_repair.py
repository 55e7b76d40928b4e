"""Repair quotes that differ from the text only in punctuation marks, white space or Unicode composition.

The words that a quote means never change: a repaired quote must match exactly one place, or nothing is returned.

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
    """The text with straight quotation marks and apostrophes; its length stays the same."""
    return text.translate(_STRAIGHT)


def as_in_text(text: str, quote: str, occurrence: str = "") -> str:
    """The quote as the text writes it, for a quote that was not found; empty unless it matches exactly one place."""
    wanted = unicodedata.normalize("NFC", _SPACE.sub(" ", quote)).strip()
    place = _place(straightened(text), straightened(wanted), occurrence)
    if place is None:
        return ""
    repaired = place.of(text)
    if len(repaired) != len(wanted):  # the quote leaves out its middle
        head, tail = wanted.split(ELISION, 1)
        repaired = text[place.start : place.start + len(head)] + ELISION + text[place.end - len(tail) : place.end]
    return repaired if find(text, repaired, occurrence) == place else ""


def without_edges(text: str, quote: str, occurrence: str = "") -> str:
    """The quote without white space at its edges; empty if nothing changes or the place would differ."""
    bare, whole = quote.strip(), find(text, quote, occurrence)
    found = find(text, bare, occurrence) if bare else None
    same = isinstance(whole, Span) and isinstance(found, Span) and whole.contains(found)
    return bare if same and bare != quote else ""


def _place(text: str, quote: str, occurrence: str) -> Span | None:
    if ELISION in quote and not elision_long_enough(quote) and not occurrences(text, quote):
        return None
    found = find(text, quote, occurrence if OCCURRENCE.match(occurrence) else "")
    return found if isinstance(found, Span) else None
