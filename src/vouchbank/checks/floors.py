"""Level 5: agreement does not fall below the floors that annotations/floors.toml sets."""

from __future__ import annotations

from collections.abc import Iterator

from vouchbank.checks.optional_files import file_findings, optional_file
from vouchbank.checks.registry import Ids, corpus_check
from vouchbank.compare.adjudication import pairs_of_hands
from vouchbank.compare.scores import exact_f1
from vouchbank.corpus import Corpus
from vouchbank.findings import Finding


@corpus_check(2)
def malformed_floor(corpus: Corpus, ids: Ids) -> Iterator[Finding]:
    """The floors of agreement cannot be read, or one has not the right form.

    annotations/floors.toml has one section per layer with exact_f1, a number from 0 to 1.
    """
    yield from file_findings(corpus, "floors", "malformed-floor")
    document = optional_file(corpus, "floors")
    layers = {table.name for table in corpus.schema.exhaustive_layers}
    for name, entry in document.values.items():
        if name not in layers and isinstance(entry, dict):
            help_ = f"choose one of: {', '.join(sorted(layers))}"
            place = document.key_place(name)
            yield Finding("malformed-floor", f"there is no layer {name!r} with agreement", place, help_)


@corpus_check(5)
def agreement_below_floor(corpus: Corpus, ids: Ids) -> Iterator[Finding]:
    """Annotators agree less on a layer than its floor asks for.

    F1 of identical spans over all articles and every two annotators whom the adjudication of an article lists,
    computed from annotations/raw. Look at the differences with `vouchbank agree`; sharpen the guidelines rather than
    lower the floor.
    """
    document = optional_file(corpus, "floors")
    pairs = pairs_of_hands(corpus) if document.values else []
    for name, entry in document.values.items():
        table = corpus.schema.tables.get(name)
        floor = entry.get("exact_f1") if isinstance(entry, dict) else None
        if table is None or not isinstance(floor, int | float):
            continue
        score = exact_f1(pairs, table, table.anchor)
        if score is not None and score < floor:
            message = f"exact F1 of {name} is {score:.3f}, the floor is {floor}"
            place = document.place(name, "exact_f1")
            yield Finding("agreement-below-floor", message, place, "see vouchbank agree; sharpen the guidelines")
