"""How far two annotations of the same articles agree: F1 over spans and fields, Krippendorff's alpha over characters.

F1 treats the two annotators alike: 2·matches / (annotations of one + annotations of the other), the harmonic mean of
precision and recall with either as reference (Hripcsak and Rothschild 2005). Alpha (Krippendorff 2018, nominal) takes
every character of the text as a unit and, as its value, the labels that an annotator laid over it.

Example:
    >>> f1(3, 4, 4)
    0.75
    >>> f1(0, 0, 0) is None
    True
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from vouchbank.compare.pairs import NOT_COMPARED, Pair, align, differing_fields
from vouchbank.corpus import Article
from vouchbank.corpus.resolve import Annotation
from vouchbank.schema import Column, Table
from vouchbank.spans import Span
from vouchbank.tables.rows import Row, Shared, layer_rows


@dataclass(frozen=True, slots=True)
class SpanScore:
    """Agreement on one span column of a layer; None where neither annotator has any."""

    layer: str
    column: str
    counts: tuple[int, int]
    exact: float | None
    overlapping: float | None
    alpha: float | None


@dataclass(frozen=True, slots=True)
class FieldScore:
    """Agreement on one field of a layer: paired annotations with the same value; `all fields` for complete identity."""

    layer: str
    field: str
    counts: tuple[int, int]
    f1: float | None


@dataclass(frozen=True, slots=True)
class Both:
    """Two annotations of one article, with what their rows need of each annotator's registry."""

    a: Article
    b: Article
    shared: tuple[Shared, Shared]


def f1(matches: int, of_a: int, of_b: int) -> float | None:
    """2·matches / (of_a + of_b); None if there is nothing to agree on."""
    return 2 * matches / (of_a + of_b) if of_a + of_b else None


def span_scores(articles: Sequence[Both], table: Table) -> Iterator[SpanScore]:
    """For each span column of a layer: exact F1, overlap F1, alpha; counts are summed over the articles."""
    for column in table.columns:
        if not (column.span or column.spans):
            continue
        exact = overlapping = of_a = of_b = 0
        for both in articles:
            left = _fragments(both.a.annotations[table.name], column)
            right = _fragments(both.b.annotations[table.name], column)
            of_a, of_b = of_a + len(left), of_b + len(right)
            exact += matched(left, right)
            overlapping += overlap_matches(left, right)
        yield SpanScore(
            table.name,
            column.name,
            (of_a, of_b),
            f1(exact, of_a, of_b),
            f1(overlapping, of_a, of_b),
            alpha(_characters(articles, table, column)),
        )


def field_scores(articles: Sequence[Both], table: Table) -> list[FieldScore]:
    """For each written field of a layer, and for all together: F1 of paired annotations with the same value."""
    fields = [c.name for c in table.columns if c.written and c.name not in NOT_COMPARED]
    same = dict.fromkeys([*fields, "all fields"], 0)
    of_a = of_b = 0
    for both in articles:
        layers = [t.name for t in both.a.schema.exhaustive_layers]
        aligned = {name: align(both.a.annotations[name], both.b.annotations[name]) for name in layers}
        ids = {p.b.id: p.a.id for pairs in aligned.values() for p in pairs if p.a and p.b}
        left = {r["id"]: r for r in layer_rows(both.a, table, both.shared[0])}
        right = {r["id"]: r for r in layer_rows(both.b, table, both.shared[1])}
        of_a, of_b = of_a + len(left), of_b + len(right)
        for pair in aligned[table.name]:
            for field in _same_fields(pair, table, fields, left, right, ids):
                same[field] += 1
    return [FieldScore(table.name, field, (of_a, of_b), f1(count, of_a, of_b)) for field, count in same.items()]


def _same_fields(
    pair: Pair, table: Table, fields: list[str], left: dict[str, Row], right: dict[str, Row], ids: dict[str, str]
) -> Iterator[str]:
    if pair.a is None or pair.b is None:
        return
    differ = {name for name, _ in differing_fields(table, left[pair.a.id], right[pair.b.id], ids)}
    yield from (field for field in fields if field not in differ)
    if not differ:
        yield "all fields"


def matched(a: Sequence[Span], b: Sequence[Span]) -> int:
    """How many spans of `a` are also in `b`, each counted once."""
    left = list(b)
    count = 0
    for span in a:
        if span in left:
            left.remove(span)
            count += 1
    return count


def overlap_matches(a: Sequence[Span], b: Sequence[Span]) -> int:
    """How many spans can be paired with an overlapping span of the other, each used once, longest overlap first."""
    common = sorted(
        ((min(x.end, y.end) - max(x.start, y.start), -i, -j) for i, x in enumerate(a) for j, y in enumerate(b)),
        reverse=True,
    )
    used_a: set[int] = set()
    used_b: set[int] = set()
    for length, i, j in common:
        if length > 0 and i not in used_a and j not in used_b:
            used_a.add(i)
            used_b.add(j)
    return len(used_a)


def alpha(characters: tuple[Sequence[str], Sequence[str]]) -> float | None:
    """Krippendorff's nominal alpha of two codings of the same characters; None if all have one value."""
    import krippendorff

    a, b = characters
    values = sorted(set(a) | set(b))
    if len(values) < 2:
        return None
    number = {value: index for index, value in enumerate(values)}
    coded = [[number[v] for v in a], [number[v] for v in b]]
    return float(krippendorff.alpha(reliability_data=coded, level_of_measurement="nominal"))


def _characters(articles: Sequence[Both], table: Table, column: Column) -> tuple[list[str], list[str]]:
    a: list[str] = []
    b: list[str] = []
    for both in articles:
        a += labels_of_characters(both.a, table, column)
        b += labels_of_characters(both.b, table, column)
    return a, b


def labels_of_characters(article: Article, table: Table, column: Column) -> list[str]:
    """For each code point of the text the labels laid over it: the type of entities, else the depth of spans."""
    held: list[list[str]] = [[] for _ in article.text]
    for annotation in article.annotations[table.name]:
        label = str(annotation.record.values.get("type", "x"))
        for span in annotation.spans.get(column.name, ()):
            for position in range(span.start, span.end):
                held[position].append(label)
    return ["+".join(sorted(labels)) for labels in held]


def _fragments(annotations: Iterable[Annotation], column: Column) -> list[Span]:
    return [span for annotation in annotations for span in annotation.spans.get(column.name, ())]
