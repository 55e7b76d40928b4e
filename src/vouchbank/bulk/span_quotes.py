"""Find a span of the given text in the clean text, and the quote that anchors it there.

Example:
    >>> from vouchbank.spans import Paragraph
    >>> from vouchbank.text import normalise
    >>> made = normalise("Rain stops play. Rain, again.")
    >>> places = Places(made, [Paragraph("p1", "body", Span(0, 29), made.text)])
    >>> places.of({"start": 17, "end": 21, "text": "Rain"}).fragment("p1")
    {'q': 'Rain', 'n': '2/2'}
    >>> places.of({"start": 17, "end": 99}), places.of({"start": 1, "end": 4})
    ('it ends at 99, but the text ends at 29', 'it begins or ends inside a word')
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vouchbank.corpus.anchors import occurrences
from vouchbank.corpus.records import to_write
from vouchbank.spans import Paragraph, Span
from vouchbank.text import Normalised


@dataclass(frozen=True, slots=True)
class Quoted:
    """A span as an annotator quotes it."""

    paragraph: str
    quote: str
    occurrence: str

    def fragment(self, section: str) -> dict[str, str]:
        """The fragment as a section of a layer file has it."""
        made = {"q": self.quote}
        if self.occurrence:
            made["n"] = self.occurrence
        if self.paragraph != section:
            made["p"] = self.paragraph
        return made


class Places:
    """Finds the spans of one article.

    Args:
        normalised: The article.
        paragraphs: Its paragraphs.
        clean: Whether spans refer to the clean text, not to the given one.
    """

    def __init__(self, normalised: Normalised, paragraphs: Sequence[Paragraph], clean: bool = False) -> None:
        self._normalised, self._paragraphs = normalised, paragraphs
        self._clean = clean
        self.names = {paragraph.id for paragraph in paragraphs}

    @property
    def first(self) -> str:
        """The first paragraph."""
        return self._paragraphs[0].id if self._paragraphs else "p1"

    def of(self, given: Any) -> Quoted | str:
        """A span of the given text as a quote, or the reason why it cannot be quoted."""
        span = self._span(given)
        return self._quoted(span) if isinstance(span, Span) else span

    def _span(self, given: Any) -> Span | str:
        """The span of the clean text, or the reason why it has none."""
        start, end = (given.get("start"), given.get("end")) if isinstance(given, Mapping) else (None, None)
        if type(start) is not int or type(end) is not int:
            return "`start` and `end` must be whole numbers"
        raw = self._normalised.text if self._clean else self._normalised.raw
        if start < 0 or end > len(raw):
            return f"it ends at {end:,}, but the text ends at {len(raw):,}" if start >= 0 else f"it begins at {start:,}"
        if start >= end:
            return f"it is empty (from {start:,} to {end:,})"
        words = given.get("text")
        if words is not None and words != raw[start:end]:
            return f"the text has {_short(raw[start:end])} there, not {_short(words)}"
        if self._clean:
            return Span(start, end)
        found = self._normalised.map.to_text(start, end)
        if found.start == found.end:
            return f"{_short(raw[start:end])} was removed from the text"
        return Span(found.start, found.end) if found.exact else "it splits characters that were normalised into one"

    def _quoted(self, span: Span) -> Quoted | str:
        at = bisect_right(self._paragraphs, span.start, key=lambda paragraph: paragraph.span.start) - 1
        paragraph = self._paragraphs[at]
        if not paragraph.span.contains(span):
            return "it crosses the end of a paragraph"
        words = span.of(self._normalised.text)
        if to_write(words):
            return f"{_short(words)} is a placeholder"
        places = occurrences(paragraph.text, words)
        inside = span.shifted(-paragraph.span.start)
        if inside not in places:
            return "it begins or ends inside a word"
        return Quoted(paragraph.id, words, f"{places.index(inside) + 1}/{len(places)}" if len(places) > 1 else "")


def _short(words: Any) -> str:
    said = ascii(words)
    return said if len(said) <= 60 else f"{said[:56]}…{said[-1]}"
