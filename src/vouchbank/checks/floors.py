"""The floors of agreement in annotations/floors.toml."""

from __future__ import annotations

from vouchbank.checks.rule import Faults, rule
from vouchbank.checks.shape import optional_file_shape
from vouchbank.checks.subjects import JudgedCorpus
from vouchbank.compare.adjudication import aligned_pairs
from vouchbank.compare.scores import exact_f1
from vouchbank.findings import Fault, Level
from vouchbank.hints import closest


@rule(level=Level.SHAPE, whole=True)
def malformed_floor(corpus: JudgedCorpus) -> Faults:
    """annotations/floors.toml cannot be read, or a floor is malformed.

    The file sets floors of agreement: one section per layer with `exact_f1`, a number from 0 to 1.
    """
    yield from optional_file_shape(corpus, "floors")
    document = corpus.source.optional("floors")
    layers = {table.name for table in corpus.source.schema.exhaustive_layers}
    for name, entry in document.values.items():
        if name not in layers and isinstance(entry, dict):
            message, place = f"no agreement is measured for the layer {name!r}", document.key_place(name)
            yield Fault(message, place, closest(name, sorted(layers)))


@rule(level=Level.CORPUS, whole=True)
def agreement_below_floor(corpus: JudgedCorpus) -> Faults:
    """The agreement on a layer is below its floor.

    Agreement is the F1 of identical spans, computed from annotations/raw over all articles and every pair of annotators
    that an adjudication lists. Study the differences with `vouchbank agree`, and sharpen the guidelines rather than
    lower the floor.
    """
    document = corpus.source.optional("floors")
    pairs = aligned_pairs(corpus.source) if document.values else []
    for name, entry in document.values.items():
        table = corpus.source.schema.tables.get(name)
        floor = entry.get("exact_f1") if isinstance(entry, dict) else None
        if table is None or not isinstance(floor, int | float):
            continue
        score = exact_f1(pairs, table, table.anchor)
        if score is not None and score < floor:
            message = f"the exact F1 of {name} is {score:.3f}, below the floor {floor}"
            yield Fault(
                message,
                document.place(name, "exact_f1"),
                "study the differences with vouchbank agree, and sharpen the guidelines",
            )
