"""Excerpts: the part of a paragraph around the words that a finding is about.

A finding points into an annotation file; the excerpt shows the annotated words in their text.

Example:
    >>> from vouchbank.spans import Paragraph, Span
    >>> paragraph = Paragraph("p2", "body", Span(10, 41), "Ada Brook told the Lake Post so.")
    >>> cut_out(paragraph, [Span(29, 38)], "000-e4")
    Excerpt(paragraph='p2', text='Ada Brook told the Lake Post so.', marks=(Span(start=19, end=28),), caption='000-e4')
"""

from __future__ import annotations

from collections.abc import Sequence

from vouchbank.findings import Excerpt
from vouchbank.spans import Paragraph, Span

AROUND = 40
MOST = 100


def cut_out(paragraph: Paragraph, spans: Sequence[Span], caption: str) -> Excerpt:
    """An excerpt of a paragraph with `spans` marked; the spans are offsets in the article's text."""
    inside = [s.shifted(-paragraph.span.start) for s in sorted(spans) if paragraph.span.contains(s)]
    start = _word_start(paragraph.text, inside[0].start - AROUND, inside[0].start)
    end = _word_end(paragraph.text, min(inside[-1].end + AROUND, max(start + MOST, inside[0].end)))
    end = min(end, start + 2 * MOST)
    before, after = "…" * (start > 0), "…" * (end < len(paragraph.text))
    marks = (Span(s.start, min(s.end, end)).shifted(len(before) - start) for s in inside if s.start < end)
    return Excerpt(paragraph.id, f"{before}{paragraph.text[start:end]}{after}", tuple(marks), caption)


def _word_start(text: str, at: int, before: int) -> int:
    """The start of the first word at or after `at`, so that no word is cut."""
    space = text.find(" ", max(0, at - 1), before)
    return 0 if at <= 0 else space + 1 if space >= 0 else at


def _word_end(text: str, at: int) -> int:
    """The end of the word at `at`."""
    space = text.find(" ", at, at + AROUND)
    return len(text) if at >= len(text) else space if space >= 0 else at
