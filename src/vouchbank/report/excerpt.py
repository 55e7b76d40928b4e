"""The words of the article that a finding is about, with some of the paragraph around them.

A finding points into an annotation file; whether the annotation is right is seen in the text.

Example:
    >>> from vouchbank.spans import Paragraph, Span
    >>> paragraph = Paragraph("p2", "body", Span(10, 41), "Ada Brook told the Lake Post so.")
    >>> cut_out(paragraph, [Span(29, 38)], "000-e4")
    Excerpt(paragraph='p2', text='Ada Brook told the Lake Post so.', marks=(Span(start=19, end=28),), caption='000-e4')
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vouchbank.corpus import Article, Corpus
from vouchbank.corpus.resolve import Annotation
from vouchbank.findings import Finding, Place
from vouchbank.spans import Paragraph, Span

AROUND = 40
MOST = 100


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A piece of a paragraph.

    Attributes:
        paragraph: Its id.
        text: The piece, with `…` where the paragraph goes on.
        marks: The words meant, in code points of the piece.
        caption: What the words are: `000-e4`, `cue of 000-a1`.
    """

    paragraph: str
    text: str
    marks: tuple[Span, ...]
    caption: str


def excerpt_of(corpus: Corpus, finding: Finding) -> Excerpt | None:
    """The words of the text that a finding is about; None if it is about no annotation or its words have no place."""
    if not finding.annotation or finding.article not in corpus.article_ids:
        return None
    article = corpus.article(finding.article)
    annotation = _annotation(article, finding)
    if annotation is None:
        return None
    name, spans = _meant(annotation, finding.place)
    paragraph = next((p for p in article.paragraphs if spans and p.span.contains(spans[0])), None)
    if paragraph is None:
        return None
    return cut_out(paragraph, spans, annotation.id if name == "span" else f"{name} of {annotation.id}")


def cut_out(paragraph: Paragraph, spans: Sequence[Span], caption: str) -> Excerpt:
    """A piece of a paragraph with the spans that stand in it marked; `spans` count in the article's text."""
    inside = [s.shifted(-paragraph.span.start) for s in sorted(spans) if paragraph.span.contains(s)]
    start = _word_start(paragraph.text, inside[0].start - AROUND, inside[0].start)
    end = _word_end(paragraph.text, min(inside[-1].end + AROUND, max(start + MOST, inside[0].end)))
    end = min(end, start + 2 * MOST)
    before, after = "…" * (start > 0), "…" * (end < len(paragraph.text))
    marks = (Span(s.start, min(s.end, end)).shifted(len(before) - start) for s in inside if s.start < end)
    return Excerpt(paragraph.id, f"{before}{paragraph.text[start:end]}{after}", tuple(marks), caption)


def _word_start(text: str, at: int, before: int) -> int:
    """The start of the first word from `at` on, so that no word is cut in two."""
    space = text.find(" ", max(0, at - 1), before)
    return 0 if at <= 0 else space + 1 if space >= 0 else at


def _word_end(text: str, at: int) -> int:
    """The end of the word that reaches `at`."""
    space = text.find(" ", at, at + AROUND)
    return len(text) if at >= len(text) else space if space >= 0 else at


def _annotation(article: Article, finding: Finding) -> Annotation | None:
    """The annotation of that id that begins last before the finding: of two with one id the one that is meant."""
    found = [a for layer in article.annotations.values() for a in layer if a.id == finding.annotation]
    here = [a for a in found if a.record.document.file == finding.place.file]
    before = [a for a in here if a.record.key_place().line <= finding.place.line]
    return max(before, key=lambda a: a.record.key_place().line, default=here[0] if here else next(iter(found), None))


def _meant(annotation: Annotation, place: Place) -> tuple[str, tuple[Span, ...]]:
    """The column that the finding points at and its spans; else the anchor."""
    record = annotation.record
    for name, spans in annotation.spans.items():
        key = "q" if name == "span" else name
        if spans and key in record.values and _holds(record.place(key), place):
            return name, spans
    return next(((n, s) for n in record.table.anchor if (s := annotation.spans.get(n))), ("", ()))


def _holds(outer: Place, inner: Place) -> bool:
    """Whether `inner` begins in `outer`."""
    begins, ends = (outer.line, outer.column), (outer.end_line, outer.end_column)
    return outer.file == inner.file and begins <= (inner.line, inner.column) < ends
