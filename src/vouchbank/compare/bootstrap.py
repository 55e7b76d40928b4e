"""How much a score depends on the sentences in the corpus: a percentile bootstrap over sentences.

From all sentences of the compared articles, as many are drawn with replacement, each with its annotations, and F1 is
computed again. The interval is the middle 95 % of 1,000 such scores. The draws have a fixed seed, so the same files
give the same interval. It says nothing about other articles, other annotators, or what all annotators misread; if
nobody differs it has no width, which does not mean certainty.

Example:
    >>> estimate([(1, 1, 1), (0, 1, 1), (1, 1, 1), (1, 1, 1)])
    Estimate(score=0.75, low=0.25, high=1.0)
    >>> estimate([(0, 0, 0)]) is None
    True
"""

from __future__ import annotations

import random
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import Any

from vouchbank.compare.pairs import Aligned, covers
from vouchbank.compare.scores import f1
from vouchbank.corpus import Article
from vouchbank.errors import needed
from vouchbank.schema import Table
from vouchbank.spans import Span
from vouchbank.tables.tokens import tokens_of

DRAWS, SEED, MIDDLE = 1000, 2, 0.95
Tally = tuple[int, int, int]  # for a sentence: the number of matches, and of spans of each annotator


@dataclass(frozen=True, slots=True)
class Estimate:
    """A score with its bootstrap interval."""

    score: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.score:.3f} ({self.low:.3f}–{self.high:.3f})"


@dataclass(frozen=True, slots=True)
class LayerEstimate:
    """The agreement of two annotators on a layer: annotations of each, exact F1 of all spans, F1 of all fields."""

    layer: str
    counts: tuple[int, int]
    spans: Estimate | None
    fields: Estimate | None


def layer_estimates(pairs: Sequence[Aligned], tables: Iterable[Table]) -> Iterator[LayerEstimate]:
    """For each layer, the agreement over the articles in which both annotators annotated the whole layer."""
    for table in tables:
        whole = [aligned for aligned in pairs if all(covers(a, table.name, "") for a in aligned.articles.values())]
        tallies = list(_tallies(whole, table))
        of_a, of_b = (sum(fields[annotator] for _, fields in tallies) for annotator in (1, 2))
        if of_a + of_b:
            spans, fields = (estimate([both[i] for both in tallies]) for i in (0, 1))
            yield LayerEstimate(table.name, (of_a, of_b), spans, fields)


def estimate(tallies: Sequence[Tally]) -> Estimate | None:
    """F1 with its interval; None if there are no annotations."""
    matches, of_a, of_b = map(list, zip(*tallies, strict=True)) if tallies else ([], [], [])
    score = f1(sum(matches), sum(of_a), sum(of_b))
    if score is None:
        return None
    weights = _weights(len(tallies))
    common, of_one, of_other = (weights @ column for column in (matches, of_a, of_b))
    there = of_one + of_other > 0
    drawn = sorted((2 * common[there] / (of_one + of_other)[there]).tolist())
    edge = round(len(drawn) * (1 - MIDDLE) / 2)
    return Estimate(score, *(drawn[i] for i in (edge, len(drawn) - 1 - edge)))


@lru_cache(maxsize=8)
def _weights(count: int) -> Any:
    """An array of how often each sentence is in each draw."""
    with needed("agreement"):
        import numpy

    draw = random.Random(SEED).random
    drawn = ([int(draw() * count) for _ in range(count)] for _ in range(DRAWS))
    return numpy.array([numpy.bincount(taken, minlength=count) for taken in drawn])


def _tallies(pairs: Sequence[Aligned], table: Table) -> Iterator[tuple[Tally, Tally]]:
    """For each sentence, the tally of spans and the tally of annotations alike in all fields."""
    columns = [c.name for c in table.written if c.span or c.spans]
    for aligned in pairs:
        a, b = aligned.articles.values()
        begins = _begins(a)
        spans, fields = ([[0, 0, 0] for _ in begins] for _ in range(2))
        for column in (c for c in columns if covers(a, table.name, c) and covers(b, table.name, c)):
            mine, theirs = (
                Counter(s for x in article.annotations[table.name] for s in x.spans.get(column, ()))
                for article in (a, b)
            )
            for which, found in enumerate((mine & theirs, mine, theirs)):
                for span, count in found.items():
                    spans[_at(begins, span)][which] += count
        names = list(aligned.articles)
        for match in (match for match in aligned.matches if match.layer == table.name):
            first = min(filter(None, (annotation.first() for annotation in match.members.values())), default=Span(0, 0))
            alike = not any(True for _ in match.differing(names))
            for which, there in enumerate((alike, *(name in match.members for name in names))):
                fields[_at(begins, first)][which] += there
        for one, other in zip(spans, fields, strict=True):
            yield (one[0], one[1], one[2]), (other[0], other[1], other[2])


def _begins(article: Article) -> list[int]:
    """Where each sentence of an article begins."""
    found = [p.span.start + start for p in article.paragraphs for start in _starts(p.text)]
    return list(accumulate(found, max)) or [0]


@lru_cache(maxsize=4096)
def _starts(paragraph: str) -> tuple[int, ...]:
    """Where each sentence of a paragraph begins: asked for once for every two annotators and layer."""
    return tuple(tokens[0].start for tokens in tokens_of(paragraph))


def _at(begins: Sequence[int], span: Span) -> int:
    return max(0, bisect_right(begins, span.start) - 1)
