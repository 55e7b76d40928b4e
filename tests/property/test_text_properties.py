"""What holds for every text whatsoever: any string may be a page."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.text_support import TITLE, corrected_pages, pages
from vouchbank.text import KEPT_ROLES, REMOVED_ROLES, ChangedRun, Correction, Normalised, OffsetMap, normalise


@st.composite
def maps(draw: st.DrawFn, raw_length: int | None = None, insert: bool = True) -> OffsetMap:
    steps = draw(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(0, 3)), max_size=5))
    runs, raw, text = [], 0, 0
    for unchanged, before, after in steps:
        if raw_length is not None and raw + unchanged + before > raw_length:
            break
        raw, text = raw + unchanged, text + unchanged
        new = after if before or insert else 0
        if before or new:
            runs.append(ChangedRun(raw, raw + before, text, text + new))
        raw, text = raw + before, text + new
    rest = draw(st.integers(0, 3)) if raw_length is None else raw_length - raw
    return OffsetMap(raw + rest, text + rest, tuple(runs))


def span(draw: st.DrawFn, length: int) -> tuple[int, int]:
    start = draw(st.integers(0, length))
    return start, draw(st.integers(start, length))


def try_normalise(raw: str, corrections: list[Correction]) -> Normalised | None:
    """A correction over nothing but white space is refused, and there is nothing to test then."""
    if any(normalise(raw[one.raw_start : one.raw_end]).segments[0].rule == "blank" for one in corrections):
        return None
    return normalise(raw, corrections)


@given(corrected_pages())
def test_segments_tile_the_raw_text_and_paragraphs_are_the_text(case: tuple[str, list[Correction]]) -> None:
    raw, corrections = case
    page = try_normalise(raw, corrections)
    if page is None:
        return
    assert "".join(raw[one.raw_start : one.raw_end] for one in page.segments) == raw
    edges = [0, *(one.raw_end for one in page.segments)]
    assert [one.raw_start for one in page.segments] == edges[:-1]
    assert edges[-1] == len(raw)
    assert all(one.raw_start < one.raw_end and one.rule for one in page.segments)
    assert all(one.role in (KEPT_ROLES if one.kept else REMOVED_ROLES) for one in page.segments)
    assert "\n".join(page.text[start:end] for start, end in page.paragraphs) == page.text
    assert len(page.paragraphs) == sum(one.kept for one in page.segments)


@pytest.mark.slow
@given(pages)
@example("\u212a\u200d\n")
@example("PARIS (AP) —\u0301\u0327 It rained.")
@example("\u2adc\u200d☃")
@example("HomeWorld\u0301" + TITLE + "\n\u0301" + TITLE)
@settings(max_examples=400, deadline=None)
def test_normalising_again_changes_nothing(raw: str) -> None:
    once = normalise(raw)
    again = normalise(once.text)
    assert again.text == once.text
    assert again.map.runs == ()
    kept = [(one.role, one.rule) for one in once.segments if one.kept]
    assert [(one.role, one.rule) for one in again.segments] == kept


@given(corrected_pages())
def test_the_text_is_clean(case: tuple[str, list[Correction]]) -> None:
    page = try_normalise(*case)
    if page is None or not page.text:
        return
    for line in page.text.split("\n"):
        assert line
        assert line == line.strip()
        assert "  " not in line
        assert unicodedata.is_normalized("NFC", line)
        assert not [one for one in line if unicodedata.category(one) in ("Cc", "Cs", "Zl", "Zp")]
        assert not [one for one in line if unicodedata.category(one) == "Zs" and one != " "]
        assert not re.search("[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\xad]", line)
    page.text.encode()


@given(corrected_pages())
def test_every_correction_is_carried_out(case: tuple[str, list[Correction]]) -> None:
    raw, corrections = case
    page = try_normalise(raw, corrections)
    for one in corrections if page else ():
        assert page is not None
        hit = [seg for seg in page.segments if seg.rule == "hand" and one.raw_start <= seg.raw_start < one.raw_end]
        first = [seg for seg in page.segments[:1] if seg.rule == "hand" and one.raw_start < seg.raw_end]
        assert {seg.role for seg in hit or first} == {one.role}


@given(corrected_pages())
def test_the_map_tells_where_the_text_differs(case: tuple[str, list[Correction]]) -> None:
    raw, corrections = case
    page = try_normalise(raw, corrections)
    if page is None:
        return
    assert (page.map.raw_length, page.map.length) == (len(raw), len(page.text))
    raw_at = text_at = 0
    for run in (*page.map.runs, ChangedRun(len(raw), len(raw), len(page.text), len(page.text))):
        assert raw[raw_at : run.raw_start] == page.text[text_at : run.start]
        if run.start < run.end:
            assert run.raw_end - run.raw_start <= 64
        raw_at, text_at = run.raw_end, run.end


@given(corrected_pages(), st.data())
def test_a_projected_span_touches_no_removed_text(case: tuple[str, list[Correction]], data: st.DataObject) -> None:
    page = try_normalise(*case)
    if page is None or not page.paragraphs:
        return
    start, end = data.draw(st.sampled_from(page.paragraphs))
    start, end = sorted((data.draw(st.integers(start, end)), data.draw(st.integers(start, end))))
    if start == end:
        return
    there = page.map.to_raw(start, end)
    for one in page.segments:
        if not one.kept:
            assert there.end <= one.raw_start or one.raw_end <= there.start
    back = page.map.to_text(there.start, there.end)
    assert back.exact
    assert back[:2] == (start, end) if there.exact else back.start <= start < end <= back.end


@given(st.data())
def test_projection_returns_the_span_or_says_that_it_widened(data: st.DataObject) -> None:
    offsets = data.draw(maps())
    start, end = span(data.draw, offsets.length)
    there = offsets.to_raw(start, end)
    assert 0 <= there.start <= there.end <= offsets.raw_length
    cut = [run for run in offsets.runs if run.start < start < run.end or run.start < end < run.end]
    if there.exact:
        assert not cut
    if start < end and there.start < there.end:
        assert there.exact == (not cut)
        back = offsets.to_text(there.start, there.end)
        assert back.exact
        inserted = [run for run in offsets.runs if run.raw_start == run.raw_end]
        if not inserted:
            assert back.start <= start < end <= back.end
            assert (back[:2] == (start, end)) == there.exact
        deleted = [run for run in offsets.runs if run.start == run.end]
        assert not [run for run in deleted if run.raw_start <= there.start < run.raw_end]
        assert not [run for run in deleted if run.raw_start < there.end <= run.raw_end]


@given(st.data())
def test_both_directions_are_the_same_function(data: st.DataObject) -> None:
    offsets = data.draw(maps())
    turned = [ChangedRun(run.start, run.end, run.raw_start, run.raw_end) for run in offsets.runs]
    mirror = OffsetMap(offsets.length, offsets.raw_length, tuple(turned))
    start, end = span(data.draw, offsets.length)
    assert offsets.to_raw(start, end) == mirror.to_text(start, end)


@given(st.data())
def test_a_composed_map_projects_like_its_steps(data: st.DataObject) -> None:
    first = data.draw(maps(insert=False))
    second = data.draw(maps(first.length, insert=False))
    both = first.compose(second)
    start, end = span(data.draw, both.length)
    if start == end:
        return
    middle = second.to_raw(start, end)
    steps = first.to_raw(middle.start, middle.end)
    whole = both.to_raw(start, end)
    if middle.exact and steps.exact:
        assert whole == steps
    else:
        assert whole.start <= steps.start < steps.end <= whole.end


@given(st.data())
def test_composition_is_associative_and_identity_is_neutral(data: st.DataObject) -> None:
    first = data.draw(maps(insert=False))
    second = data.draw(maps(first.length, insert=False))
    third = data.draw(maps(second.length, insert=False))
    assert first.compose(second).compose(third) == first.compose(second.compose(third))
    assert first.compose(OffsetMap.identity(first.length)) == first
    assert OffsetMap.identity(first.raw_length).compose(first) == first


@given(st.data())
def test_any_two_maps_that_meet_compose_to_a_map_between_their_ends(data: st.DataObject) -> None:
    first = data.draw(maps())
    second = data.draw(maps(first.length))
    both = first.compose(second)
    assert (both.raw_length, both.length) == (first.raw_length, second.length)


@given(maps())
def test_deltas_lose_nothing_and_their_sums_are_the_lengths(offsets: OffsetMap) -> None:
    deltas = offsets.to_deltas()
    assert OffsetMap.from_deltas(deltas) == offsets
    assert sum(d["kept"] + d["removed"] for d in deltas) == offsets.raw_length
    assert sum(d["kept"] + d["inserted"] for d in deltas) == offsets.length
    assert all(n >= 0 for d in deltas for n in d.values())
