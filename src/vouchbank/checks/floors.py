"""Level 5: agreement does not fall below the floors that annotations/floors.toml sets."""

from __future__ import annotations

from collections.abc import Iterator

from vouchbank.checks.optional_files import file_findings
from vouchbank.checks.registry import Ids, corpus_check
from vouchbank.compare.hands import annotators, raw_corpus
from vouchbank.compare.scores import f1, matched
from vouchbank.corpus import Article, Corpus
from vouchbank.findings import Finding
from vouchbank.schema import Table
from vouchbank.spans import Span


@corpus_check(2)
def malformed_floor(corpus: Corpus, ids: Ids) -> Iterator[Finding]:
    """The floors of agreement cannot be read, or one has not the right form.

    annotations/floors.toml has one section per layer with exact_f1, a number from 0 to 1.
    """
    yield from file_findings(corpus, "floors", "malformed-floor")
    document = corpus.optional("floors")
    layers = {table.name for table in corpus.schema.exhaustive_layers}
    for name, entry in document.values.items():
        if name not in layers and isinstance(entry, dict):
            help_ = f"choose one of: {', '.join(sorted(layers))}"
            place = document.key_place(name)
            yield Finding("malformed-floor", f"there is no layer {name!r} with agreement", place, help_)


@corpus_check(5)
def agreement_below_floor(corpus: Corpus, ids: Ids) -> Iterator[Finding]:
    """Two annotators agree less on a layer than its floor asks for.

    F1 of identical spans over all articles, computed from annotations/raw. Look at the differences with `vouchbank
    agree`; sharpen the guidelines rather than lower the floor.
    """
    document = corpus.optional("floors")
    names = annotators(corpus.root) if document.values else []
    if len(names) < 2:
        return
    a, b = (raw_corpus(corpus, name) for name in names[:2])
    for name, entry in document.values.items():
        table = corpus.schema.tables.get(name)
        floor = entry.get("exact_f1") if isinstance(entry, dict) else None
        if table is None or not isinstance(floor, int | float):
            continue
        score = exact_f1(corpus, a, b, table)
        if score is not None and score < floor:
            message = f"exact F1 of {name} is {score:.3f}, the floor is {floor}"
            place = document.place(name, "exact_f1")
            yield Finding("agreement-below-floor", message, place, "see vouchbank agree; sharpen the guidelines")


def exact_f1(corpus: Corpus, a: Corpus, b: Corpus, table: Table) -> float | None:
    """F1 of identical anchor spans of a layer over all articles; None if neither annotator has any."""
    same = of_a = of_b = 0
    for article in corpus.article_ids:
        for column in table.anchor:
            left, right = (_spans(hand.article(article), table, column) for hand in (a, b))
            same, of_a, of_b = same + matched(left, right), of_a + len(left), of_b + len(right)
    return f1(same, of_a, of_b)


def _spans(article: Article, table: Table, column: str) -> list[Span]:
    return [s for annotation in article.annotations[table.name] for s in annotation.spans.get(column, ())]
