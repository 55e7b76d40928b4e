"""Align the annotations of several annotators, and find the fields in which they differ.

Two annotations are paired if their words overlap. Pairs that overlap most are matched first, so that an exact match is
never lost to a neighbour; the rest stay unpaired. Overlap is Dice's coefficient of the code points of the anchor spans
(all roles of an attribution, with equal weight).

Example:
    >>> from vouchbank.spans import Span
    >>> dice([Span(0, 4)], [Span(2, 6)])
    0.5
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from vouchbank.corpus import Article
from vouchbank.corpus.resolve import Annotation
from vouchbank.schema import Column, Table
from vouchbank.spans import Span
from vouchbank.tables.rows import column_value, unknown
from vouchbank.tables.shared import NOTHING

NOT_COMPARED = (
    "id",
    "by",
    "via",
    "guidelines",
    "sure",
    "note",
    "vouched_by",
    "vouched_by_reason",
    "suggester",
    "score",
)


@dataclass(frozen=True, slots=True)
class Pair:
    """The same annotation of two annotators; None where one annotator has none."""

    a: Annotation | None
    b: Annotation | None


@dataclass(frozen=True, slots=True, eq=False)
class Match:
    """The same annotation of several annotators.

    Attributes:
        layer: The table.
        articles: The article of each annotator, by the name of the annotator.
        members: The annotation of each annotator that has it.
        values: The compared values of each: the fields that its guidelines have, with spans as offsets, and annotation
            ids as names that all annotators share.
    """

    layer: str
    articles: Mapping[str, Article]
    members: Mapping[str, Annotation]
    values: Mapping[str, Mapping[str, Any]]

    def ids(self, names: Iterable[str]) -> dict[str, str]:
        """The local id of the annotation for each of these annotators who has it."""
        return {name: self.members[name].record.name for name in names if name in self.members}

    def of(self, field: str, names: Iterable[str]) -> list[Any]:
        """The values of a field of these annotators, except those whose annotations or guidelines lack it."""
        return [self.values[name][field] for name in names if field in self.values.get(name, ())]

    def shown(self, annotator: str, field: str) -> Any:
        """An annotator's value of a field as shown to people: a span as its words."""
        annotation, article = self.members[annotator], self.articles[annotator]
        column = annotation.record.table.column(field)
        if not (column.span or column.spans):
            return column_value(article, annotation, column, NOTHING)
        words = [span.of(article.text) for span in annotation.spans[field]]
        return words if column.spans else next(iter(words), None)

    def whole(self, names: Iterable[str]) -> list[str]:
        """The annotators among these who annotated the whole layer, so that a missing annotation means something."""
        return [name for name in names if covers(self.articles[name], self.layer)]

    def having(self, names: Iterable[str], field: str) -> list[str]:
        """The annotators among these who have this field of the annotation; without a field, the annotation itself."""
        if not field:
            return [name for name in self.whole(names) if name in self.members]
        return [name for name in names if field in self.values.get(name, ())]

    def differing(self, names: Sequence[str]) -> Iterator[str]:
        """The fields in which these annotators differ; the empty field if only some of them have the annotation."""
        if 0 < len(self.having(names, "")) < len(self.whole(names)):
            yield ""
        have = [name for name in names if name in self.members]
        for field in dict.fromkeys(field for name in have for field in self.values[name]):
            if not alike(self.of(field, have)):
                yield field


def dice(a: Sequence[Span], b: Sequence[Span]) -> float:
    """Dice's coefficient of two sets of code points: twice the common ones divided by the sum; 1 for two empty sets."""
    left, right = _apart(a), _apart(b)
    common = sum(max(0, min(s.end, t.end) - max(s.start, t.start)) for s in left for t in right)
    both = sum(s.length for s in (*left, *right))
    return 2 * common / both if both else 1.0


def overlap(a: Annotation, b: Annotation) -> float:
    """The overlap of the words of two annotations of a layer, from 0 to 1."""
    names = a.record.table.anchor
    pairs = [(a.spans[n], b.spans[n]) for n in names]
    if any(x for x, _ in pairs) and all(x == y for x, y in pairs):  # nearly always
        return 1.0
    shared = any(s.overlaps(t) for x, y in pairs for s in x for t in y)
    return sum(dice(x, y) for x, y in pairs) / len(names) if shared else 0.0


def align(a: Sequence[Annotation], b: Sequence[Annotation]) -> list[Pair]:
    """The annotations of two annotators in pairs, in reading order, each in one pair."""
    of_a = _pairing(a, b)
    of_b = set(of_a.values())
    pairs = [Pair(x, b[of_a[i]] if i in of_a else None) for i, x in enumerate(a)]
    pairs += [Pair(None, y) for j, y in enumerate(b) if j not in of_b]
    return sorted(pairs, key=lambda p: (_first((p.a, p.b)), p.a is None))


def _pairing(a: Sequence[Annotation], b: Sequence[Annotation]) -> dict[int, int]:
    """The number in `b` of the partner of each paired annotation in `a`, by its number."""
    near = ((overlap(a[i], b[j]), -i, -j) for i, j in _near(a, b))
    of_a: dict[int, int] = {}
    of_b = set[int]()
    for _, i, j in sorted((found for found in near if found[0] > 0), reverse=True):
        if -i not in of_a and -j not in of_b:
            of_a[-i] = -j
            of_b.add(-j)
    return of_a


def _near(a: Sequence[Annotation], b: Sequence[Annotation]) -> set[tuple[int, int]]:
    """The numbers of annotations that share a code point in a column, by one sweep over all spans."""
    found: set[tuple[int, int]] = set()
    for column in a[0].record.table.anchor if a else ():
        spans = [(s, side, i) for side, own in enumerate((a, b)) for i, x in enumerate(own) for s in x.spans[column]]
        reaching: tuple[list[tuple[int, int]], list[tuple[int, int]]] = ([], [])  # of each side, with their ends
        for span, side, number in sorted(spans):
            other = reaching[1 - side]
            other[:] = [(end, i) for end, i in other if end > span.start]
            found.update((number, i) if side == 0 else (i, number) for _, i in other)
            reaching[side].append((span.end, number))
    return found


class Aligned:
    """One article as several annotators have annotated it, with each annotation matched to those of the others.

    Attributes:
        articles: The article of each annotator, by the name of the annotator.
    """

    def __init__(self, articles: Mapping[str, Article]) -> None:
        self.articles = articles

    @cached_property
    def found(self) -> Mapping[str, Sequence[Mapping[str, Annotation]]]:
        """For each exhaustive layer every annotation in reading order, by each annotator that has it."""
        schema = next(iter(self.articles.values())).schema
        return {table.name: self._aligned(table.name) for table in schema.exhaustive_layers}

    @cached_property
    def matches(self) -> tuple[Match, ...]:
        """The aligned annotations, with all values to compare."""
        found = self.found
        numbered = [(layer, number, held) for layer, listed in found.items() for number, held in enumerate(listed)]
        same = {
            (annotator, a.id): f"{layer} {number}" for layer, number, held in numbered for annotator, a in held.items()
        }
        columns = {
            (h, n): [c for c in compared_columns(a.schema.tables[n]) if covers(a, n, c.name)]
            for h, a in self.articles.items()
            for n in found
        }
        values = (
            {h: dict(_compared(self.articles[h], a, columns[h, layer], h, same)) for h, a in held.items()}
            for layer, _, held in numbered
        )
        return tuple(
            Match(layer, self.articles, held, compared)
            for (layer, _, held), compared in zip(numbered, values, strict=True)
        )

    def _aligned(self, layer: str) -> list[dict[str, Annotation]]:
        """The annotations of a layer: those of each annotator are paired with the first ones found, the rest added."""
        found: list[dict[str, Annotation]] = []
        for annotator, article in self.articles.items():
            rest: Sequence[Annotation] = article.annotations[layer]
            for rank in range(len(self.articles)):
                open_ = [
                    (list(held.values())[rank], held) for held in found if annotator not in held and len(held) > rank
                ]
                if not open_ or not rest:
                    break
                partners = _pairing([annotation for annotation, _ in open_], rest)
                for number, partner in partners.items():
                    open_[number][1][annotator] = rest[partner]
                paired = set(partners.values())
                rest = [annotation for number, annotation in enumerate(rest) if number not in paired]
            found += [{annotator: annotation} for annotation in rest]
        return sorted(found, key=lambda held: _first(held.values()))


def covers(article: Article, layer: str, column: str = "") -> bool:
    """Whether an annotator annotated a whole layer, or a column of it."""
    table = article.schema.tables[layer]
    file = article.files[table.file]
    known = not file.document.missing and (not column or column in table.names)
    return known and (file.fields is None or column in file.fields)


def alike(values: Sequence[Any]) -> bool:
    """Whether all values are the same one."""
    return all(value == values[0] for value in values)


def compared_columns(table: Table) -> tuple[Column, ...]:
    """The columns of a layer in which annotators can differ."""
    return tuple(c for c in table.written if c.name not in NOT_COMPARED)


def _compared(
    article: Article,
    annotation: Annotation,
    columns: Iterable[Column],
    annotator: str,
    same: Mapping[tuple[str, str], str],
) -> Iterator[tuple[str, Any]]:
    for column in columns:
        if column.span or column.spans:
            spans = annotation.spans[column.name]
            yield column.name, spans if len(spans) < 2 else tuple(sorted(spans))
            continue
        if unknown(article, annotation.record, column.name):
            continue  # computed from a layer that this annotator did not annotate whole
        # the columns that need what articles share are computed, and so not compared
        value = column_value(article, annotation, column, NOTHING)
        if column.annotation_ids:
            listed = value if isinstance(value, list) else [value] if value else []
            value = sorted(same.get((annotator, name), name) for name in listed)
        yield column.name, value


def _apart(spans: Sequence[Span]) -> Sequence[Span]:
    """The same code points in spans that do not overlap."""
    if len(spans) < 2:
        return spans
    apart: list[Span] = []
    for span in sorted(spans):
        if apart and span.start < apart[-1].end:
            apart[-1] = Span(apart[-1].start, max(apart[-1].end, span.end))
        else:
            apart.append(span)
    return apart


def _first(annotations: Iterable[Annotation | None]) -> Span:
    spans = [x.first() for x in annotations if x is not None]
    return min((s for s in spans if s is not None), default=Span(0, 0))
