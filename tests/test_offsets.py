"""Offset maps: what happens at the edges of runs, and what is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

from vouchbank.text import ChangedRun, MapBuilder, OffsetMap, Projection

# raw  "x  cafe' --gone-- y"   clean "x café y": a deletion, a composition, a removed piece
WORDS = OffsetMap(19, 8, (ChangedRun(2, 3, 2, 2), ChangedRun(6, 8, 5, 6), ChangedRun(9, 18, 7, 7)))


def test_between_runs_offsets_shift_by_a_constant() -> None:
    assert WORDS.to_raw(2, 4) == Projection(3, 5, True)
    assert WORDS.to_text(3, 5) == Projection(2, 4, True)


def test_a_span_at_the_edges_of_a_run_is_not_widened() -> None:
    assert WORDS.to_raw(2, 6) == Projection(3, 8, True)
    assert WORDS.to_text(6, 8) == Projection(5, 6, True)


def test_a_raw_span_that_cuts_a_composed_letter_is_widened_and_says_so() -> None:
    assert WORDS.to_text(3, 7) == Projection(2, 6, False)
    assert WORDS.to_text(7, 8) == Projection(5, 6, False)


def test_a_clean_span_beside_a_deletion_does_not_swallow_it() -> None:
    assert WORDS.to_raw(6, 7) == Projection(8, 9, True)
    assert WORDS.to_raw(7, 8) == Projection(18, 19, True)
    assert WORDS.to_raw(2, 3) == Projection(3, 4, True)


def test_a_clean_span_with_text_on_both_sides_of_a_deletion_includes_it() -> None:
    assert WORDS.to_raw(6, 8) == Projection(8, 19, True)


def test_a_raw_span_of_removed_text_is_empty_and_not_exact() -> None:
    assert WORDS.to_text(10, 15) == Projection(7, 7, False)
    assert WORDS.to_text(9, 18) == Projection(7, 7, False)


def test_a_raw_span_that_begins_in_removed_text_begins_after_it_and_says_so() -> None:
    assert WORDS.to_text(12, 19) == Projection(7, 8, False)
    assert WORDS.to_text(9, 19) == Projection(7, 8, True)


def test_an_inserted_line_end_has_no_place_in_the_raw_text() -> None:
    glued = OffsetMap(4, 5, (ChangedRun(2, 2, 2, 3),))
    assert glued.to_raw(2, 3) == Projection(2, 2, False)
    assert glued.to_raw(1, 4) == Projection(1, 3, True)
    assert glued.to_raw(2, 4) == Projection(2, 3, True)
    assert glued.to_text(1, 3) == Projection(1, 4, True)


def test_a_raw_span_begins_after_a_deletion_and_the_insertion_behind_it() -> None:
    joint = OffsetMap(4, 3, (ChangedRun(0, 2, 0, 0), ChangedRun(2, 2, 0, 1)))
    assert joint.to_text(0, 4) == Projection(1, 3, True)
    assert joint.to_text(1, 4) == Projection(1, 3, False)
    assert joint.to_text(0, 2) == Projection(0, 0, False)


def test_one_to_one_replacements_stay_exact_one_by_one() -> None:
    quotes = OffsetMap(5, 5, (ChangedRun(1, 2, 1, 2), ChangedRun(2, 3, 2, 3)))
    assert all(quotes.to_raw(i, i + 1) == Projection(i, i + 1, True) for i in range(5))


def test_an_empty_span_is_a_point_before_the_next_common_character() -> None:
    assert WORDS.to_raw(2, 2) == Projection(3, 3, True)
    assert WORDS.to_text(7, 7) == Projection(5, 6, False)
    assert WORDS.to_raw(8, 8) == Projection(19, 19, True)


@pytest.mark.parametrize("span", [(-1, 2), (3, 2), (0, 9)])
def test_a_span_outside_the_text_is_refused(span: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="is outside the text"):
        WORDS.to_raw(*span)


@pytest.mark.parametrize(
    "runs",
    [
        (ChangedRun(2, 1, 2, 1),),
        (ChangedRun(1, 2, 2, 3),),
        (ChangedRun(2, 3, 2, 3), ChangedRun(1, 2, 1, 2)),
        (ChangedRun(0, 3, 0, 3), ChangedRun(2, 5, 2, 5)),
        (ChangedRun(3, 9, 3, 9),),
    ],
)
def test_runs_that_do_not_follow_one_another_are_refused(runs: tuple[ChangedRun, ...]) -> None:
    with pytest.raises(ValueError, match="offset map"):
        OffsetMap(5, 5, runs)


def test_lengths_that_the_runs_do_not_explain_are_refused() -> None:
    with pytest.raises(ValueError, match="does not fit the previous run"):
        OffsetMap(5, 4)


def test_composing_maps_that_do_not_meet_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot compose"):
        OffsetMap.identity(3).compose(OffsetMap.identity(4))


def test_overlapping_runs_of_two_steps_become_one_and_touching_ones_do_not() -> None:
    first = OffsetMap(6, 5, (ChangedRun(1, 3, 1, 2),))
    assert first.compose(OffsetMap(5, 4, (ChangedRun(1, 3, 1, 2),))).runs == (ChangedRun(1, 4, 1, 2),)
    assert first.compose(OffsetMap(5, 4, (ChangedRun(2, 3, 2, 2),))).runs == (
        ChangedRun(1, 3, 1, 2),
        ChangedRun(3, 4, 2, 2),
    )


def test_a_map_survives_json() -> None:
    assert OffsetMap.from_deltas(json.loads(json.dumps(WORDS.to_deltas()))) == WORDS


@pytest.mark.parametrize(
    "deltas",
    [
        [],
        [{"kept": 1, "removed": 0}],
        [{"kept": 1, "removed": 0, "inserted": None}],
        [{"kept": 1.0, "removed": 0, "inserted": 0}],
        [{"kept": True, "removed": 0, "inserted": 0}],
        [{"kept": "1", "removed": 0, "inserted": 0}],
        [{"kept": -1, "removed": 0, "inserted": 0}],
        [{"kept": 4, "removed": -1, "inserted": 0}, {"kept": 1, "removed": 0, "inserted": 0}],
        [{"kept": 4, "removed": 1, "inserted": 0}],
        [{"kept": 4, "removed": 0, "inserted": 1}],
        [(1, 0, 0)],
        [None],
        "[]",
    ],
)
def test_what_is_not_a_map_is_refused(deltas: Any) -> None:
    with pytest.raises(ValueError, match="offset map: "):
        OffsetMap.from_deltas(deltas)


def test_deletions_written_one_after_the_other_are_one_run() -> None:
    builder = MapBuilder()
    builder.keep(1)
    builder.delete(2)
    builder.delete(3)
    builder.keep(1)
    assert builder.build() == OffsetMap(7, 2, (ChangedRun(1, 6, 1, 1),))


@pytest.mark.slow
def test_projection_looks_at_few_of_many_runs() -> None:
    count = 200_000
    many = OffsetMap(2 * count, count, tuple(ChangedRun(2 * i, 2 * i + 1, i, i) for i in range(count)))
    for place in range(0, count - 1, 997):
        assert many.to_raw(place, place + 1) == Projection(2 * place + 1, 2 * place + 2, True)
