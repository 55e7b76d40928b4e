"""Which annotation of one annotator is the same as which of another, and how the two differ.

Two annotations are paired if their words overlap; the pairs that overlap most come first, so that an exact match is
never given away to a neighbour. What is left over stands alone. Overlap is Dice's coefficient of the code points of
their anchor spans (all roles of an attribution, each weighed alike).

Example:
    >>> from vouchbank.spans import Span
    >>> dice([Span(0, 4)], [Span(2, 6)])
    0.5
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from vouchbank.corpus import Article
from vouchbank.corpus.resolve import Annotation
from vouchbank.schema import Table
from vouchbank.spans import Span
from vouchbank.tables.rows import Row, Shared, layer_rows

NOT_COMPARED = ("id", "by", "via", "guidelines", "sure", "note", "vouched_by", "vouched_by_reason")


@dataclass(frozen=True, slots=True)
class Pair:
    """The same annotation in two hands; None where one annotator has none."""

    a: Annotation | None
    b: Annotation | None


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference between two annotators.

    Attributes:
        layer: The table.
        a: Local id of the first annotator's annotation; empty if there is none.
        b: The same of the second.
        field: The column in which they differ; empty if only one annotator has the annotation.
        values: What each has, as words.
    """

    layer: str
    a: str
    b: str
    field: str
    values: tuple[Any, Any]

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What names the difference."""
        return self.layer, self.a, self.b, self.field


def dice(a: Sequence[Span], b: Sequence[Span]) -> float:
    """Dice's coefficient of two sets of code points: twice the common ones by the sum; 1 for two empty sets."""
    left, right = _points(a), _points(b)
    if not left and not right:
        return 1.0
    return 2 * len(left & right) / (len(left) + len(right))


def overlap(a: Annotation, b: Annotation) -> float:
    """How much two annotations of a layer speak of the same words, from 0 to 1; 0 if they share none."""
    names = a.record.table.anchor
    pairs = [(a.spans[n], b.spans[n]) for n in names]
    shared = any(s.overlaps(t) for x, y in pairs for s in x for t in y)  # cheap, and false for nearly all pairs
    return sum(dice(x, y) for x, y in pairs) / len(names) if shared else 0.0


def _may_meet(a: Annotation, b: Annotation) -> bool:
    """Whether the hulls of two annotations touch: cheap, and false for nearly all pairs of an article."""
    left, right = a.extent(*a.record.table.anchor), b.extent(*b.record.table.anchor)
    return left is not None and right is not None and left.overlaps(right)


def align(a: Sequence[Annotation], b: Sequence[Annotation]) -> list[Pair]:
    """Pair the annotations of two annotators, in reading order, each used once."""
    near = ((overlap(x, y), -i, -j) for i, x in enumerate(a) for j, y in enumerate(b) if _may_meet(x, y))
    scored = sorted((found for found in near if found[0] > 0), reverse=True)
    of_a: dict[int, int] = {}
    for _, i, j in scored:
        if -i not in of_a and -j not in of_a.values():
            of_a[-i] = -j
    pairs = [Pair(x, b[of_a[i]] if i in of_a else None) for i, x in enumerate(a)]
    pairs += [Pair(None, y) for j, y in enumerate(b) if j not in of_a.values()]
    return sorted(pairs, key=lambda p: (_first(p), p.a is None))


_ALIGNED: WeakKeyDictionary[Article, WeakKeyDictionary[Article, dict[str, list[Pair]]]] = WeakKeyDictionary()


def aligned(a: Article, b: Article) -> Mapping[str, list[Pair]]:
    """The pairs of each exhaustive layer of two hands of one article; compared once."""
    known = _ALIGNED.setdefault(a, WeakKeyDictionary())
    if b not in known:
        known[b] = {t.name: align(a.annotations[t.name], b.annotations[t.name]) for t in a.schema.exhaustive_layers}
    return known[b]


def differences(a: Article, b: Article, shared: tuple[Shared, Shared]) -> list[Difference]:
    """Every difference between two annotations of one article, layer by layer."""
    pairs = aligned(a, b)
    same = {pair.b.record.id: pair.a.record.id for listed in pairs.values() for pair in listed if pair.a and pair.b}
    found: list[Difference] = []
    for table in a.schema.exhaustive_layers:
        left = {r["id"]: r for r in layer_rows(a, table, shared[0])}
        right = {r["id"]: r for r in layer_rows(b, table, shared[1])}
        for pair in pairs[table.name]:
            if pair.a is None or pair.b is None:
                found.append(
                    Difference(table.name, _name(pair.a), _name(pair.b), "", (_words(pair.a, a), _words(pair.b, b)))
                )
                continue
            for field, values in differing_fields(table, left[pair.a.id], right[pair.b.id], same):
                found.append(Difference(table.name, _name(pair.a), _name(pair.b), field, values))
    return found


def differing_fields(
    table: Table, left: Row, right: Row, same: Mapping[str, str]
) -> Iterator[tuple[str, tuple[Any, Any]]]:
    """The written columns in which two rows differ, with their values.

    Args:
        table: The layer.
        left: The first row.
        right: The second row.
        same: For ids of the second annotator the ids of the same annotations of the first.
    """
    for column in table.columns:
        if column.name in NOT_COMPARED or not column.written:
            continue
        x, y = left[column.name], right[column.name]
        if column.annotation_ids:
            x, y = _ids(x, {}), _ids(y, same)
        if column.span or column.spans:
            x, y = _places(x), _places(y)
        if x != y:
            yield column.name, (_shown(left[column.name]), _shown(right[column.name]))


def _ids(value: Any, same: Mapping[str, str]) -> Any:
    listed = value if isinstance(value, list) else [value] if value else []
    return sorted(same.get(v, f"only in b: {v}") if same else v for v in listed)


def _places(value: Any) -> list[tuple[int, int]]:
    listed = value if isinstance(value, list) else [value] if value else []
    return sorted((s["start"], s["end"]) for s in listed)


def _shown(value: Any) -> Any:
    if isinstance(value, dict):
        return value["text"]
    if isinstance(value, list):
        return [_shown(v) for v in value]
    return value


def _points(spans: Sequence[Span]) -> set[int]:
    return {i for s in spans for i in range(s.start, s.end)}


def _first(pair: Pair) -> Span:
    spans = [x.first() for x in (pair.a, pair.b) if x is not None]
    return min((s for s in spans if s is not None), default=Span(0, 0))


def _name(annotation: Annotation | None) -> str:
    return annotation.record.name if annotation else ""


def _words(annotation: Annotation | None, article: Article) -> str:
    if annotation is None:
        return ""
    names = annotation.record.table.anchor
    return " | ".join(s.of(article.text) for n in names for s in annotation.spans[n])
