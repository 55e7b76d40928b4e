"""The agreement of two annotators: F1 over spans and fields, Krippendorff's alpha over characters.

F1 treats the two annotators alike: 2·matches / (annotations of one + annotations of the other), the harmonic mean of
precision and recall with either one as reference (Hripcsak and Rothschild 2005). For alpha (Krippendorff 2018, nominal)
every character of the text is a unit, and its value is the labels of an annotator's spans over it.

Example:
    >>> f1(3, 4, 4)
    0.75
    >>> f1(0, 0, 0) is None
    True
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from vouchbank.compare.pairs import Aligned, compared_columns, covers
from vouchbank.corpus import Article
from vouchbank.corpus.resolve import Annotation
from vouchbank.schema import Table
from vouchbank.spans import Span, SpanIndex

ALL_FIELDS = "all fields"
Fragments = tuple[list[Span], list[Span]]


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
    """Agreement on one field of a layer: paired annotations with the same value; `all fields` means identity."""

    layer: str
    field: str
    counts: tuple[int, int]
    f1: float | None


def f1(matches: int, of_a: int, of_b: int) -> float | None:
    """2·matches / (of_a + of_b); None if there are no annotations."""
    return 2 * matches / (of_a + of_b) if of_a + of_b else None


def span_scores(pairs: Sequence[Aligned], table: Table) -> Iterator[SpanScore]:
    """For each span column of a layer: exact F1, overlap F1, alpha; counts are summed over the articles.

    Args:
        pairs: Articles, each of two annotators.
        table: The layer.
    """
    for column in (c.name for c in table.columns if c.span or c.spans):
        found = list(_fragments(pairs, table, [column]))
        yield SpanScore(
            table.name,
            column,
            (sum(len(a) for a, _ in found), sum(len(b) for _, b in found)),
            _f1_of(found, matched),
            _f1_of(found, overlap_matches),
            alpha(_characters(pairs, table, column)),
        )


def exact_f1(pairs: Sequence[Aligned], table: Table, columns: Iterable[str]) -> float | None:
    """F1 of identical spans in several columns of a layer; None if there are none."""
    return _f1_of(list(_fragments(pairs, table, columns)), matched)


def field_scores(pairs: Sequence[Aligned], table: Table) -> list[FieldScore]:
    """For each written field of a layer, and for all together: F1 of paired annotations with the same value.

    Args:
        pairs: Articles, each of two annotators. A field counts where the guidelines of both have it.
        table: The layer.
    """
    counted = {name: [0, 0, 0] for name in (*(c.name for c in compared_columns(table)), ALL_FIELDS)}
    for aligned in pairs:
        names = list(aligned.articles)
        matches = [match for match in aligned.matches if match.layer == table.name]
        whole = _known(aligned, table, "")
        known = {n for n in counted if (whole if n == ALL_FIELDS else _known(aligned, table, n))}
        for match in matches:
            both = all(name in match.members for name in names)
            differ = set(match.differing(names))
            same = known - differ - ({ALL_FIELDS} if differ else set()) if both else set()
            # an annotation that only one has counts only if both annotated the whole layer
            apart = whole and not both
            for name in (n for n in known if apart or n == ALL_FIELDS or match.having(names, n) == names):
                found = (name in same, *(annotator in match.members for annotator in names))
                counted[name] = [count + more for count, more in zip(counted[name], found, strict=True)]
    return [FieldScore(table.name, name, (a, b), f1(same, a, b)) for name, (same, a, b) in counted.items()]


def matched(a: Sequence[Span], b: Sequence[Span]) -> int:
    """The number of spans of `a` that are also in `b`, each counted once."""
    return (Counter(a) & Counter(b)).total()


def overlap_matches(a: Sequence[Span], b: Sequence[Span]) -> int:
    """The number of spans that can be paired with an overlapping one, each once, longest overlap first."""
    of_b = SpanIndex((y, (y, -j)) for j, y in enumerate(b))
    near = [(x, -i, *found) for i, x in enumerate(a) for found in of_b.overlapping(x)]
    common = [(min(x.end, y.end) - max(x.start, y.start), i, j) for x, i, y, j in near]
    used_a: set[int] = set()
    used_b: set[int] = set()
    for _, i, j in sorted(common, reverse=True):
        if i not in used_a and j not in used_b:
            used_a.add(i)
            used_b.add(j)
    return len(used_a)


def alpha(coders: Sequence[Sequence[str | None]]) -> float | None:
    """Krippendorff's nominal alpha of codings of the same characters; None if all have one value.

    Args:
        coders: The values of each coder for every character; None if the coder has no value.
    """
    seen, differing = Counter[str](), 0.0
    for unit, times in Counter(zip(*coders, strict=True)).items():
        held = Counter(value for value in unit if value is not None)
        if (count := held.total()) > 1:  # a unit with a single value cannot be compared
            seen.update({value: times * number for value, number in held.items()})
            differing += times * sum(n * (count - n) for n in held.values()) / (count - 1)
    total = seen.total()
    if len(seen) < 2:
        return None
    return 1 - differing * (total - 1) / sum(n * (total - n) for n in seen.values())


def _known(aligned: Aligned, table: Table, column: str) -> bool:
    """Whether all annotators annotated a column or, without a column, the whole layer."""
    return all(covers(article, table.name, column) for article in aligned.articles.values())


def _fragments(pairs: Sequence[Aligned], table: Table, columns: Iterable[str]) -> Iterator[Fragments]:
    for column in columns:
        for aligned in (aligned for aligned in pairs if _known(aligned, table, column)):
            a, b = (_spans(article.annotations[table.name], column) for article in aligned.articles.values())
            yield a, b


def _spans(annotations: Iterable[Annotation], column: str) -> list[Span]:
    return [span for annotation in annotations for span in annotation.spans.get(column, ())]


def _f1_of(found: Sequence[Fragments], matches: Callable[[Sequence[Span], Sequence[Span]], int]) -> float | None:
    return f1(sum(matches(a, b) for a, b in found), sum(len(a) for a, _ in found), sum(len(b) for _, b in found))


def _characters(pairs: Sequence[Aligned], table: Table, column: str) -> list[list[str]]:
    known = [list(aligned.articles.values()) for aligned in pairs if _known(aligned, table, column)]
    return [list(chain.from_iterable(labels_of_characters(pair[i], table, column) for pair in known)) for i in (0, 1)]


def labels_of_characters(article: Article, table: Table, column: str) -> list[str]:
    """The labels of the spans over each code point of the text: the types of entities, otherwise the depth of spans."""
    edges: dict[int, tuple[list[str], list[str]]] = {}  # the labels that end and begin at an offset
    for annotation in article.annotations[table.name]:
        label = str(annotation.record.values.get("type", "x"))
        for span in annotation.spans.get(column, ()):
            edges.setdefault(span.start, ([], []))[1].append(label)
            edges.setdefault(span.end, ([], []))[0].append(label)
    found: list[str] = []
    held: list[str] = []
    for place in sorted(edges):
        found += ["+".join(held)] * (place - len(found))
        ended, begun = edges[place]
        held = sorted([*held, *begun])
        for label in ended:
            held.remove(label)
    return found + [""] * (len(article.text) - len(found))
