"""Damage to adjudications, and to gold that an adjudication decides. These need the raw work of the annotators."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from bench.mutants import Mutant, Sources, bounds, changed, operator, replaced, toml
from vouchbank.compare.adjudication import pairs_of_hands
from vouchbank.compare.scores import exact_f1
from vouchbank.toml.reader import Document, read_toml


def adjudications(sources: Sources) -> Iterator[Document]:
    """The adjudication files of the corpus that is mutated; none where it has none."""
    for article in sources.articles:
        name = f"annotations/adjudication/{article.id}.toml"
        path = sources.corpus.root / name
        if path.is_file():
            yield read_toml(path.read_bytes(), name)


def _rows(sources: Sources, *kinds: str) -> Iterator[tuple[Document, str, int]]:
    for document in adjudications(sources):
        for kind in kinds:
            for index, _ in enumerate(document.values.get(kind, ())):
                yield document, kind, index


def _lines(document: Document, kind: str, index: int) -> tuple[int, int]:
    cells = [p for path, p in document.cells.items() if path[:2] == (kind, index)]
    return document.keys[(kind, index)].line, max(p.end_line for p in cells)


@operator()
def decision_deleted(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A decision of the adjudication is deleted."""
    for document, kind, index in _rows(sources, "difference", "all_wrong"):
        first, last = _lines(document, kind, index)
        lines = document.text.split("\n")
        text = "\n".join([*lines[: first - 1], *lines[last:]])
        yield Mutant("decision-deleted", document.file, text.encode(), (0, 0), f"{kind} {index} deleted")


@operator()
def decision_turned(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A decision names the other annotator as right, or the other fate of an annotation."""
    for document, kind, index in _rows(sources, "difference"):
        choice = document.values[kind][index]["choice"]
        others = [name for name in document.values["hands"] if name != choice]
        turned = {"keep": "drop", "drop": "keep"}.get(choice, others[0])
        place = document.cells[(kind, index, "choice")]
        text = replaced(document.text, place, toml(turned))
        row = document.keys[(kind, index)]
        what = f"{kind} {index}: {choice} → {turned}"
        yield Mutant("decision-turned", document.file, text.encode(), (row.line, place.line), what)


@operator()
def decision_about_nothing(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A decision names an annotation that does not differ."""
    for document, kind, index in _rows(sources, "difference"):
        name = next(iter(document.values[kind][index]["ids"]))
        place = document.cells[(kind, index, "ids", name)]
        text = replaced(document.text, place, '"e999"')
        lines = _lines(document, kind, index)
        yield Mutant("decision-about-nothing", document.file, text.encode(), lines, f"{kind} {index}: {name} = e999")


@operator()
def adjudication_unreadable(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A string of an adjudication is not closed."""
    for document, kind, index in _rows(sources, "difference", "all_wrong"):
        place = document.cells[(kind, index, "reason")]
        start, end = bounds(document.text, place)
        text = document.text[: end - 1] + document.text[end:]
        lines = (place.line, place.end_line)
        yield Mutant("adjudication-unreadable", document.file, text.encode(), lines, document.text[start:end])


@operator()
def floor_above_agreement(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A floor of agreement is higher than the annotators reach."""
    pairs = pairs_of_hands(sources.corpus)
    for table in sources.corpus.schema.exhaustive_layers:
        score = exact_f1(pairs, table, table.anchor)
        if score is not None and score < 1:
            text = f"[{table.name}]\nexact_f1 = {min(1.0, score + 0.01):.3f}\n"
            what = f"a floor above the exact F1 of {table.name}"
            yield Mutant("floor-above-agreement", "annotations/floors.toml", text.encode(), (1, 2), what)


@operator()
def raw_quote_misspelt(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A quote in the raw work of an annotator is misspelt."""
    for name in sources.corpus.annotators:
        for fragment in Sources(sources.corpus.raw(name)).fragments():
            yield changed("raw-quote-misspelt", fragment.record, fragment.quote_path, f"{fragment.quote}x")


@operator()
def raw_work_missing(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A file of the raw work of an annotator is gone."""
    for name in sources.corpus.annotators:
        for article in sources.articles:
            for file in article.files.values():
                gone = file.document.file.replace("annotations/", f"annotations/raw/{name}/", 1)
                status = f"{file.document.file}:{file.document.place('status').line}"
                yield Mutant("raw-work-missing", gone, None, (0, 0), f"{gone} deleted", also=(status,))
