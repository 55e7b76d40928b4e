"""The facts that the card and the metadata state, counted from the data: annotators, differences, agreement, doubts.

Example:
    >>> from vouchbank.corpus import Corpus, repository_root
    >>> annotation_facts(Corpus(repository_root())).annotators[:2]
    ('annotator-a', 'annotator-b')
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from vouchbank.compare.adjudication import aligned, aligned_pairs, aligned_with_gold, differences
from vouchbank.compare.annotators import GOLD, adjudication, article_by, listed_annotators
from vouchbank.compare.bootstrap import LayerEstimate, layer_estimates
from vouchbank.compare.outside import Recall, outsiders, recalls
from vouchbank.corpus import Article, Corpus

if TYPE_CHECKING:
    import pyarrow


@dataclass(frozen=True, slots=True)
class Beside:
    """An annotator whose annotations were not adjudicated, compared with the gold."""

    name: str
    articles: tuple[str, ...]
    agreement: tuple[LayerEstimate, ...]
    recalls: tuple[Recall, ...]


@dataclass(frozen=True, slots=True)
class AnnotationFacts:
    """Who annotated with which guidelines, how often they differed, and how well they agree."""

    annotators: tuple[str, ...]
    guidelines: tuple[str, ...]
    guidelines_raw: tuple[str, ...]
    differences: int
    all_wrong: int
    compared: tuple[str, ...]
    agreement: tuple[LayerEstimate, ...]
    outside: tuple[Beside, ...]

    @property
    def words(self) -> dict[str, str]:
        """The facts as text for a sentence."""
        return {
            "guidelines": _listed(self.guidelines),
            "guidelines_raw": _listed(self.guidelines_raw),
            "differences": str(self.differences),
            "all_wrong": str(self.all_wrong),
        }


def annotation_facts(corpus: Corpus) -> AnnotationFacts:
    """Read from the gold, the raw annotations of the annotators, and the adjudication."""
    compared = tuple(i for i in corpus.article_ids if listed_annotators(corpus, i))
    works = [(name, article_by(corpus, name, i)) for i in compared for name in listed_annotators(corpus, i)]
    pairs = aligned_pairs(corpus)
    return AnnotationFacts(
        annotators=tuple(sorted({name for name, _ in works})),
        guidelines=_guidelines(article.published for article in corpus.articles),
        guidelines_raw=_guidelines(article for _, article in works),
        differences=sum(len(differences(aligned_with_gold(corpus, i))) for i in compared),
        all_wrong=sum(len(adjudication(corpus, i).values.get("all_wrong", ())) for i in compared),
        compared=compared,
        agreement=tuple(layer_estimates(pairs, corpus.schema.exhaustive_layers)),
        outside=tuple(_beside(corpus, name, ids) for name, ids in outsiders(corpus).items()),
    )


def _beside(corpus: Corpus, name: str, ids: Sequence[str]) -> Beside:
    pairs = [aligned(corpus, article, (name, GOLD)) for article in ids]
    layers = layer_estimates(pairs, corpus.schema.exhaustive_layers)
    return Beside(name, tuple(ids), tuple(layers), tuple(recalls(corpus, name, ids)))


def doubts(corpus: Corpus, tables: Mapping[str, pyarrow.Table]) -> dict[str, tuple[int, list[str]]]:
    """For each layer, the number of its rows and the ids of those its annotator was unsure of."""
    layers = {table.name: tables[table.name].select(["id", "sure"]).to_pylist() for table in corpus.schema.layers}
    return {name: (len(rows), [r["id"] for r in rows if r["sure"] is False]) for name, rows in layers.items()}


def waivers(corpus: Corpus) -> Counter[str]:
    """The number of findings of each check that published records waive; in clean sources, every waiver is in use."""
    published = (article.published.files.values() for article in corpus.articles)
    files = chain(corpus.shared.values(), chain.from_iterable(published))
    return Counter(name for file in files for record in file.records for name in record.waived)


def _guidelines(articles: Iterable[Article]) -> tuple[str, ...]:
    headers = (file.header.get("guidelines") for article in articles for file in article.files.values())
    return tuple(sorted({version for version in headers if isinstance(version, str)}))


def _listed(words: Sequence[str]) -> str:
    return " and ".join(words) or "none kept"
