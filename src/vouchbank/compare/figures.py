"""Figures: the same number in several places. Propose relations and new members for a reviewer to decide on.

Proposals follow from intervals and shared words. This module writes no files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations

from vouchbank.corpus import Article, Corpus
from vouchbank.corpus.resolve import Annotation
from vouchbank.language.interval import Interval
from vouchbank.language.relations import propose
from vouchbank.tables.rows import interval_of, stated_interval
from vouchbank.tables.shared import Shared
from vouchbank.tables.statements import vouched_by

_WORD = re.compile(r"[^\W\d_]{4,}")


def intervals(corpus: Corpus) -> dict[str, Interval | None]:
    """The interval of every quantity of the corpus, by id."""
    return {name: held for article in corpus.articles for name, held in intervals_of(article).items()}


def intervals_of(article: Article) -> dict[str, Interval | None]:
    """The intervals of the quantities of an article, except written intervals that cannot be read."""
    found = [(a, interval_of(article, a)) for a in article.annotations["quantities"]]
    return {a.id: interval for a, interval in found if interval or "interval" not in a.record.values}


def proposals(corpus: Corpus) -> Iterator[str]:
    """For each pair of members without a relation, the line of TOML that the intervals suggest."""
    claimed = intervals(corpus)
    for record in corpus.shared["figures"].records:
        related = {frozenset((p["a"], p["b"])) for p in record.values.get("pairs", ())}
        for a, b in combinations(record.values.get("members", ()), 2):
            if frozenset((a, b)) not in related:
                relation = propose(claimed.get(a), claimed.get(b))
                first, second = (
                    (a, b) if relation != "compatible" or propose(claimed[b], claimed[a]) != "narrower" else (b, a)
                )
                relation = propose(claimed.get(first), claimed.get(second))
                yield f'{record.name}: {{ a = "{first}", b = "{second}", relation = "{relation}", reason = "…" }}'


def candidates(corpus: Corpus) -> Iterator[str]:
    """Pairs of quantities that are not in one figure but share a word of what they measure."""
    shared = Shared.of(corpus)
    found = [(article, a) for article in corpus.articles for a in article.published.annotations["quantities"]]
    for (one, a), (other, b) in combinations(found, 2):
        if shared.figure_of.get(a.id, a.id) == shared.figure_of.get(b.id, b.id):
            continue
        common = words(one, a) & words(other, b)
        if common:
            yield f"candidate ({', '.join(sorted(common))}):"
            yield f"  {_described(one, a, shared)}"
            yield f"  {_described(other, b, shared)}"


def words(article: Article, quantity: Annotation) -> set[str]:
    """The words of what a quantity measures and of its property, in lower case without plural s."""
    spans = [s for name in ("measured", "property") for s in quantity.spans[name]]
    return {w.casefold().removesuffix("s") for s in spans for w in _WORD.findall(s.of(article.text))}


def _described(article: Article, quantity: Annotation, shared: Shared) -> str:
    measured = " … ".join(s.of(article.text) for s in quantity.spans["measured"])
    whole = quantity.spans["span"][0].of(article.text)
    chain = vouched_by(article.published, quantity, shared)
    by = "unknown" if chain is None else ", ".join(chain) or "the article"
    interval = stated_interval(article, quantity) or "vague"
    return f"{quantity.id} {whole!r} of {measured or '–'}: {interval}, {by}"
