"""Sentences, tokens and BIO tags, for token classification.

Sentences and tokens come from syntok; tokens are split further at hyphens and currency signs, so that annotated names
("[Russian]-made") begin and end at token boundaries. Tokens never depend on annotations, which would leak labels.

Example:
    >>> [(t.of("A Russian-made F-35."), t.start) for t in tokens_of("A Russian-made F-35.")[0]][:4]
    [('A', 0), ('Russian', 2), ('-', 9), ('made', 10)]
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter

from vouchbank.corpus import Article
from vouchbank.errors import needed
from vouchbank.schema import Column, Schema
from vouchbank.schema.derive import tag_names
from vouchbank.spans import Span, SpanIndex, hull
from vouchbank.tables.rows import Row, column_value
from vouchbank.tables.shared import NOTHING

_PIECES = re.compile(r"[-–—/$€£]|[^-–—/$€£\s]+")
_OFFSETS = ("start", "end")
UNKNOWN = -1  # the number that `datasets` uses for a missing label


def token_rows(article: Article, schema: Schema) -> list[Row]:
    """One row per sentence of the article; every tag of an unfinished layer is `UNKNOWN`."""
    table = schema.tables["tokens"]
    tagged = {c.name: _Tagged.of(article, c, schema) for c in table.columns if c.tags}
    rows: list[Row] = []
    for paragraph in article.paragraphs:
        for tokens in tokens_of(paragraph.text):
            placed = [t.shifted(paragraph.span.start) for t in tokens]
            rows.append(_sentence(article, paragraph.id, len(rows), placed, tagged))
    return rows


def tokens_of(paragraph: str) -> list[list[Span]]:
    """The tokens of each sentence in a paragraph, as spans of it; they cover all characters but white space."""
    with needed("the table of tokens"):
        import syntok.segmenter

    sentences: list[list[Span]] = []
    reached = 0
    for block in syntok.segmenter.analyze(paragraph):
        for sentence in block:
            spans: list[Span] = []
            for token in sentence:
                spans += _pieces(paragraph, reached, token.offset)  # what syntok leaves out: hyphens between words
                spans += _pieces(paragraph, token.offset, token.offset + len(token.value))
                reached = token.offset + len(token.value)
            if spans:
                sentences.append(spans)
    left = _pieces(paragraph, reached, len(paragraph))
    if left:
        sentences = [*sentences[:-1], [*(sentences[-1] if sentences else []), *left]]
    return sentences


def bio(tokens: Sequence[Span], spans: Sequence[tuple[Span, str]]) -> tuple[list[str], list[Span]]:
    """BIO tags of `tokens` for outermost, non-overlapping labelled spans.

    A token belongs to a span if they overlap. Where spans overlap, the longest (then the first) wins.

    Returns:
        The tags, and the spans that do not begin and end at token boundaries (they were widened to whole tokens).
    """
    tags = ["O"] * len(tokens)
    uneven = []
    for span, label in sorted(spans, key=lambda s: (-s[0].length, s[0].start)):
        first = bisect_right(tokens, span.start, key=attrgetter("end"))
        inside = range(first, bisect_left(tokens, span.end, first, key=attrgetter("start")))
        if not inside or any(tags[i] != "O" for i in inside):
            continue
        if Span(tokens[inside[0]].start, tokens[inside[-1]].end) != span:
            uneven.append(span)
        for i in inside:
            tags[i] = f"I-{label}"
        tags[inside[0]] = f"B-{label}"
    return tags, uneven


def _pieces(paragraph: str, start: int, end: int) -> list[Span]:
    return [Span(m.start(), m.end()) for m in _PIECES.finditer(paragraph, start, end)]


@dataclass(frozen=True, slots=True)
class _Tagged:
    """The data of a column of tags.

    Attributes:
        names: The names of its tags, in the order of their numbers.
        spans: Each span with its label; None if the layer is not finished.
    """

    names: Sequence[str]
    spans: SpanIndex[tuple[Span, str]] | None

    @classmethod
    def of(cls, article: Article, column: Column, schema: Schema) -> _Tagged:
        """The data for the tags of an article."""
        tags, names = column.tags, tag_names(column, schema)
        assert tags is not None
        table = schema.tables[tags.table]
        if not article.finished(table):
            return cls(names, None)
        labelled = table.column(tags.label) if tags.label else None
        found = [
            (span, str(column_value(article, annotation, labelled, NOTHING) if labelled else name.upper()))
            for annotation in article.annotations[tags.table]
            for name in tags.spans
            for span in annotation.spans.get(name, ())
        ]
        return cls(names, SpanIndex((span, (span, label)) for span, label in found))

    def numbers(self, tokens: Sequence[Span], sentence: Span) -> list[int]:
        """The numbers of the tags of a sentence."""
        if self.spans is None:
            return [UNKNOWN] * len(tokens)
        return [self.names.index(tag) for tag in bio(tokens, self.spans.overlapping(sentence))[0]]


def _sentence(article: Article, paragraph: str, number: int, tokens: list[Span], tagged: Mapping[str, _Tagged]) -> Row:
    """One row of `tokens`: a sentence with its tokens, their offsets and a tag for each column of tags."""
    whole = hull(tokens) or Span(0, 0)
    row: Row = {
        "article_id": article.id,
        "paragraph_id": paragraph,
        "sentence": number,
        "start": whole.start,
        "end": whole.end,
        "text": whole.of(article.text),
        "tokens": [t.of(article.text) for t in tokens],
        "offsets": [dict(zip(_OFFSETS, t, strict=True)) for t in tokens],
    }
    return row | {name: made.numbers(tokens, whole) for name, made in tagged.items()}
