"""What the card and the metadata count: annotators, differences, agreement, doubts. All of it from the data.

Example:
    >>> from vouchbank.corpus import Corpus, repository_root
    >>> annotation_facts(Corpus(repository_root())).annotators
    ('annotator-a', 'annotator-b')
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vouchbank.compare.document import both
from vouchbank.compare.hands import annotators, raw_corpus
from vouchbank.compare.pairs import differences
from vouchbank.compare.scores import Both, f1, field_scores, matched
from vouchbank.corpus import Article, Corpus
from vouchbank.schema import Table
from vouchbank.spans import Span
from vouchbank.toml.reader import read_toml

if TYPE_CHECKING:
    import pyarrow


@dataclass(frozen=True, slots=True)
class LayerAgreement:
    """How far the first two annotators agree on a layer: annotations of each, exact F1 of spans, F1 of all fields."""

    layer: str
    counts: tuple[int, int]
    spans: float | None
    fields: float | None


@dataclass(frozen=True, slots=True)
class AnnotationFacts:
    """Who annotated by which guidelines, in how much they differed, and how far they agree."""

    annotators: tuple[str, ...]
    guidelines: tuple[str, ...]
    guidelines_raw: tuple[str, ...]
    differences: int
    both_wrong: int
    compared: tuple[str, ...]
    agreement: tuple[LayerAgreement, ...]

    @property
    def words(self) -> dict[str, str]:
        """The facts as words for a sentence."""
        return {
            "guidelines": _listed(self.guidelines),
            "guidelines_raw": _listed(self.guidelines_raw),
            "differences": str(self.differences),
            "both_wrong": str(self.both_wrong),
        }


def annotation_facts(corpus: Corpus) -> AnnotationFacts:
    """Read from the gold, the raw work of the annotators, and the adjudication."""
    names = tuple(annotators(corpus.root))
    hands = [raw_corpus(corpus, name) for name in names]
    pairs = both(hands[0], hands[1]) if len(hands) > 1 else []
    layers = corpus.schema.exhaustive_layers if pairs else ()
    return AnnotationFacts(
        annotators=names,
        guidelines=_guidelines(corpus.articles),
        guidelines_raw=_guidelines(article for hand in hands for article in hand.articles),
        differences=sum(len(differences(pair.a, pair.b, pair.shared)) for pair in pairs),
        both_wrong=sum(_both_wrong(corpus)),
        compared=tuple(pair.a.id for pair in pairs),
        agreement=tuple(found for table in layers if sum((found := layer_agreement(pairs, table)).counts)),
    )


def layer_agreement(pairs: Sequence[Both], table: Table) -> LayerAgreement:
    """Exact F1 over all written spans of a layer taken together, and F1 of annotations alike in every field."""
    same = of_a = of_b = 0
    for pair in pairs:
        for column in (c.name for c in table.columns if (c.span or c.spans) and c.written):
            left, right = _fragments(pair.a, table, column), _fragments(pair.b, table, column)
            same, of_a, of_b = same + matched(left, right), of_a + len(left), of_b + len(right)
    fields = next(score for score in field_scores(pairs, table) if score.field == "all fields")
    return LayerAgreement(table.name, fields.counts, f1(same, of_a, of_b), fields.f1)


def doubts(corpus: Corpus, tables: Mapping[str, pyarrow.Table]) -> dict[str, tuple[int, list[str]]]:
    """For each layer the number of its rows and the ids of those its annotator was not sure of."""
    found = {}
    for table in corpus.schema.layers:
        rows = tables[table.name].select(["id", "sure"]).to_pylist()
        found[table.name] = len(rows), [row["id"] for row in rows if row["sure"] is False]
    return found


def _fragments(article: Article, table: Table, column: str) -> list[Span]:
    return [span for annotation in article.annotations[table.name] for span in annotation.spans.get(column, ())]


def _guidelines(articles: Iterable[Article]) -> tuple[str, ...]:
    headers = (file.header.get("guidelines") for article in articles for file in article.files.values())
    return tuple(sorted({version for version in headers if isinstance(version, str)}))


def _both_wrong(corpus: Corpus) -> Iterator[int]:
    for name in corpus.article_ids:
        file = f"annotations/adjudication/{name}.toml"
        path = corpus.root / file
        rows: Any = read_toml(path.read_bytes(), file).values.get("both_wrong", ()) if path.is_file() else ()
        yield len(rows)


def _listed(words: Sequence[str]) -> str:
    return " and ".join(words) or "none kept"
