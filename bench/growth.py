"""How the cost of one article grows with its length: densely annotated, with the raw annotations of two annotators.

Time is that of the processor, the least of several runs, each on an article that was opened anew; as `timeit` does, it
is measured without the garbage collector. The exponent is the slope of time over length, both as logarithms: 1 where
twice the text takes twice the time, 2 where it takes four times as long.

Example:
    >>> exponents([Grown(1000, 60, {"check": 1.0}), Grown(2000, 120, {"check": 2.0})], "check")
    (1.0, 1.0)
"""

from __future__ import annotations

import timeit
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log
from statistics import linear_regression
from time import process_time

from bench.synthetic import dense
from vouchbank.checks import check
from vouchbank.compare.adjudication import aligned_with_gold
from vouchbank.corpus.anchors import occurrences
from vouchbank.corpus.overlay import OverlayCorpus
from vouchbank.language.quotation import quoted
from vouchbank.tables.make import article_tables
from vouchbank.tables.shared import Shared
from vouchbank.tables.tokens import token_rows

COPIES = (3, 6, 12, 24, 48, 96, 192)  # of the toy article: 1.4 to 92 kB
MOST = 1.15
ARTICLE = "000"


def _made(corpus: OverlayCorpus) -> object:
    return article_tables(corpus.article(ARTICLE), corpus.schema, Shared.of(corpus))


WORK: Mapping[str, Callable[[OverlayCorpus], object]] = {
    "article_tables": _made,
    "tokens": lambda corpus: token_rows(corpus.article(ARTICLE), corpus.schema),
    "alignment": lambda corpus: aligned_with_gold(corpus, ARTICLE).matches,
    "check": check,
}


@dataclass(frozen=True, slots=True)
class Grown:
    """What an article of one length took: characters, annotations of all annotators, seconds by what was done."""

    length: int
    annotations: int
    seconds: Mapping[str, float]


def grown(copies: int) -> Grown:
    """Make an article, and do with it all that is measured."""
    corpus = dense(copies)
    if found := check(corpus):
        raise SystemExit(f"a dense article should have no findings: {found[0]}")
    works = [corpus.article(ARTICLE), *(corpus.raw(name).article(ARTICLE) for name in corpus.annotators)]
    count = sum(len(layer) for article in works for layer in article.annotations.values())
    runs = max(3, 48 // copies)
    return Grown(len(works[0].text), count, {name: _least(corpus, name, runs) for name in WORK})


def _least(corpus: OverlayCorpus, name: str, runs: int) -> float:
    fresh: list[OverlayCorpus] = []

    def opened() -> None:
        """The same files, read and resolved; for a check not even that."""
        occurrences.cache_clear()
        quoted.cache_clear()
        fresh[:] = [corpus.of("annotations")]
        works = [fresh[0], *(fresh[0].raw(annotator) for annotator in fresh[0].annotators)] if name != "check" else []
        for work in works:
            _ = work.article(ARTICLE).annotations

    return min(timeit.repeat(lambda: WORK[name](fresh[0]), opened, process_time, runs, 1))


def exponents(sizes: Sequence[Grown], name: str) -> tuple[float, float]:
    """The exponent over all lengths, and that of the last doubling."""
    lengths, times = [log(s.length) for s in sizes], [log(s.seconds[name]) for s in sizes]
    last = (times[-1] - times[-2]) / (lengths[-1] - lengths[-2])
    return round(linear_regression(lengths, times).slope, 2), round(last, 2)


def section(sizes: Sequence[Grown]) -> Iterator[str]:
    """The part of the report, as Markdown."""
    first = sizes[0]
    yield from ("## One long article", "")
    yield "A densely annotated article with the raw annotations of two annotators, adjudicated. Times are relative to"
    yield "the shortest."
    yield f"The exponent is the slope of time over length, both as logarithms; it should be at most {MOST}."
    yield from ("", f"| text | annotations | {' | '.join(WORK)} |", f"|---|---|{'---|' * len(WORK)}")
    for size in sizes:
        ratios = (f"{size.seconds[name] / first.seconds[name]:,.1f}" for name in WORK)
        yield f"| {size.length / 1000:.1f} kB | {size.annotations:,} | {' | '.join(ratios)} |"
    slopes = [exponents(sizes, name) for name in WORK]
    yield f"| exponent | | {' | '.join(f'{slope:.2f}' for slope, _ in slopes)} |"
    yield f"| of the last doubling | | {' | '.join(f'{last:.2f}' for _, last in slopes)} |"
    yield ""
