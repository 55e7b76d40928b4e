"""Level 5: agreement does not fall below the floors that annotations/floors.toml sets."""

from __future__ import annotations

from vouchbank.checks.rule import Faults, rule
from vouchbank.checks.shape import optional_file_shape
from vouchbank.checks.subjects import JudgedCorpus
from vouchbank.compare.hands import annotators, raw_corpus
from vouchbank.compare.scores import f1, matched
from vouchbank.corpus import Article, Corpus
from vouchbank.findings import Fault, Level
from vouchbank.hints import closest
from vouchbank.schema import Table
from vouchbank.spans import Span


@rule(level=Level.SHAPE)
def malformed_floor(corpus: JudgedCorpus) -> Faults:
    """The floors of agreement cannot be read, or one has not the right form.

    annotations/floors.toml has one section per layer with exact_f1, a number from 0 to 1.
    """
    yield from optional_file_shape(corpus, "floors")
    document = corpus.source.optional("floors")
    layers = {table.name for table in corpus.source.schema.exhaustive_layers}
    for name, entry in document.values.items():
        if name not in layers and isinstance(entry, dict):
            message, place = f"there is no layer {name!r} with agreement", document.key_place(name)
            yield Fault(message, place, closest(name, sorted(layers)))


@rule(level=Level.CORPUS)
def agreement_below_floor(corpus: JudgedCorpus) -> Faults:
    """Two annotators agree less on a layer than its floor asks for.

    F1 of identical spans over all articles, computed from annotations/raw. Look at the differences with `vouchbank
    agree`; sharpen the guidelines rather than lower the floor.
    """
    source, document = corpus.source, corpus.source.optional("floors")
    names = annotators(source.root) if document.values else []
    if len(names) < 2:
        return
    a, b = (raw_corpus(source, name) for name in names[:2])
    for name, entry in document.values.items():
        table = source.schema.tables.get(name)
        floor = entry.get("exact_f1") if isinstance(entry, dict) else None
        if table is None or not isinstance(floor, int | float):
            continue
        score = exact_f1(source, a, b, table)
        if score is not None and score < floor:
            message = f"exact F1 of {name} is {score:.3f}, the floor is {floor}"
            yield Fault(message, document.place(name, "exact_f1"), "see vouchbank agree; sharpen the guidelines")


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
