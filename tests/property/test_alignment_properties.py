"""What is looked up and swept is what comparing everything with everything would find."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import cast

from hypothesis import example, given
from hypothesis import strategies as st

from vouchbank.compare.pairs import Pair, align, dice
from vouchbank.compare.scores import labels_of_characters, matched, overlap_matches
from vouchbank.corpus import Article
from vouchbank.corpus.records import Record
from vouchbank.corpus.resolve import Annotation
from vouchbank.schema import default_schema_folder, load_schema
from vouchbank.spans import Span, SpanIndex, inside_any
from vouchbank.toml.reader import Document

ATTRIBUTIONS = load_schema(default_schema_folder()).tables["attributions"]
spans = st.builds(lambda start, length: Span(start, start + length), st.integers(0, 40), st.integers(1, 15))
several = st.lists(spans, max_size=3).map(tuple)
one_annotator = st.lists(st.fixed_dictionaries(dict.fromkeys(ATTRIBUTIONS.anchor, several)), max_size=8)


def annotations(annotator: Sequence[dict[str, tuple[Span, ...]]]) -> list[Annotation]:
    records = [Record(ATTRIBUTIONS, "000", "p1", f"a{i}", {}, Document("a.toml")) for i, _ in enumerate(annotator, 1)]
    return [Annotation(record, held, ()) for record, held in zip(records, annotator, strict=True)]


def points(held: Sequence[Span]) -> set[int]:
    return {i for span in held for i in range(*span)}


def every_dice(a: Sequence[Span], b: Sequence[Span]) -> float:
    """Dice's coefficient by its definition."""
    left, right = points(a), points(b)
    return 2 * len(left & right) / (len(left) + len(right)) if left or right else 1.0


def every_pair(a: Sequence[Annotation], b: Sequence[Annotation]) -> list[Pair]:
    """The alignment, every annotation compared with every other."""

    def overlap(x: Annotation, y: Annotation) -> float:
        names = ATTRIBUTIONS.anchor
        shared = any(points(x.spans[n]) & points(y.spans[n]) for n in names)
        return sum(every_dice(x.spans[n], y.spans[n]) for n in names) / len(names) if shared else 0.0

    scored = sorted(((overlap(x, y), -i, -j) for i, x in enumerate(a) for j, y in enumerate(b)), reverse=True)
    of_a: dict[int, int] = {}
    for score, i, j in scored:
        if score > 0 and -i not in of_a and -j not in of_a.values():
            of_a[-i] = -j
    pairs = [Pair(x, b[of_a[i]] if i in of_a else None) for i, x in enumerate(a)]
    pairs += [Pair(None, y) for j, y in enumerate(b) if j not in of_a.values()]
    return sorted(pairs, key=lambda p: (min(s for x in (p.a, p.b) if x for s in [x.first() or Span(0, 0)]), not p.a))


def all_overlaps(a: Sequence[Span], b: Sequence[Span]) -> int:
    common = [(min(x.end, y.end) - max(x.start, y.start), -i, -j) for i, x in enumerate(a) for j, y in enumerate(b)]
    used: tuple[set[int], set[int]] = (set(), set())
    for length, i, j in sorted(common, reverse=True):
        if length > 0 and i not in used[0] and j not in used[1]:
            used[0].add(i)
            used[1].add(j)
    return len(used[0])


@given(one_annotator, one_annotator)
def test_a_sweep_pairs_as_comparing_every_two_would(
    a: list[dict[str, tuple[Span, ...]]], b: list[dict[str, tuple[Span, ...]]]
) -> None:
    left, right = annotations(a), annotations(b)
    found, wanted = align(left, right), every_pair(left, right)
    assert [(id(p.a), id(p.b)) for p in found] == [(id(p.a), id(p.b)) for p in wanted]


@given(several, several)
@example((), ())
def test_dice_counts_each_code_point_once(a: tuple[Span, ...], b: tuple[Span, ...]) -> None:
    assert dice(a, b) == every_dice(a, b)


@given(st.lists(spans, max_size=12), st.lists(spans, max_size=12))
@example([Span(0, 5), Span(0, 5)], [Span(0, 5), Span(4, 9), Span(0, 5)])
def test_matches_of_spans_are_counted_as_if_all_were_compared(a: list[Span], b: list[Span]) -> None:
    assert overlap_matches(a, b) == all_overlaps(a, b)
    assert matched(a, b) == sum(min(a.count(span), b.count(span)) for span in set(a))


@given(st.lists(spans, max_size=20), spans)
def test_an_index_finds_what_looking_at_every_span_finds(held: list[Span], asked: Span) -> None:
    index = SpanIndex((span, number) for number, span in enumerate(held))
    numbered = list(enumerate(held))
    assert index.overlapping(asked) == [i for i, span in numbered if span.overlaps(asked)]
    assert index.containing(asked) == [i for i, span in numbered if span.contains(asked)]
    assert index.inside(asked) == [i for i, span in numbered if asked.contains(span)]
    assert bool(index.containing(asked)) == inside_any(asked, held)


@given(one_annotator)
def test_the_labels_of_each_character_are_those_of_the_spans_that_hold_it(
    annotator: list[dict[str, tuple[Span, ...]]],
) -> None:
    article = cast("Article", SimpleNamespace(text="x" * 60, annotations={"attributions": annotations(annotator)}))
    for column in ATTRIBUTIONS.anchor:
        held = [span for one in annotator for span in one[column]]
        depths = [sum(span.start <= i < span.end for span in held) for i in range(60)]
        assert labels_of_characters(article, ATTRIBUTIONS, column) == ["+".join("x" * depth) for depth in depths]
