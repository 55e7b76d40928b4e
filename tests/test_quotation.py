"""Which stretches of a text stand in quotation marks, and how much of an annotation does."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vouchbank.language.quotation import quoted, share_quoted
from vouchbank.spans import Span


def stretches(text: str) -> list[str]:
    return [span.of(text) for span in quoted(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("no marks at all", []),
        ("he said “go on” and left", ["“go on”"]),
        ("he said ‘go on’ and left", ["‘go on’"]),
        ("il dit « allez » et part", ["« allez »"]),
        ("er sagte „los“ und ging", ["„los“"]),
        ("er sagte „los” und ging", ["„los”"]),
        ('he said "go on" and left', ['"go on"']),
        ("“one” and “two”", ["“one”", "“two”"]),
        ('“one” and ‘two’ and "three"', ["“one”", "‘two’", '"three"']),
        ("“he said ‘go’ twice”", ["“he said ‘go’ twice”"]),
        ("‘he said “go” twice’", ["‘he said “go” twice’"]),
        ("Maduro’s men said ‘no’", ["‘no’"]),
        ("‘they don’t know’, he said", ["‘they don’t know’"]),
        ("“they don’t know", ["“they don’t know"]),
        ("the officials’ view", []),
        ("it's the officials' view", []),
        ("“never closed\nand a “new” line", ["“never closed", "“new”"]),
        ("“one\n“two\n“three” end", ["“one", "“two", "“three”"]),
        ("a ” mark that closes nothing", []),
        ("“”", ["“”"]),
        ("“", ["“"]),
        ("", []),
        ("end “", ["“"]),
    ],
)
def test_stretches_in_quotation_marks_are_found_outermost_only(text: str, found: list[str]) -> None:
    assert stretches(text) == found


@pytest.mark.parametrize(
    ("fragments", "share"),
    [
        ([], "none"),
        (["go on"], "direct"),
        (["“go on”"], "direct"),
        (["go on”."], "direct"),
        (["He"], "indirect"),
        (["“go on” and left"], "mixed"),
        (["go on", "left"], "mixed"),
        (["on", "go"], "direct"),
        (["He", "left"], "indirect"),
        (["”."], "indirect"),
    ],
)
def test_the_share_in_quotation_marks_is_told_by_letters_and_digits(fragments: list[str], share: str) -> None:
    text = "He said to “go on”. and left, “go on” and left"
    spans = [Span(text.index(f), text.index(f) + len(f)) for f in fragments]
    assert share_quoted(spans, text) == share


def test_a_quotation_that_is_never_closed_ends_with_its_paragraph() -> None:
    text = "“We go on.\nThen he left."
    assert share_quoted([Span(1, 9)], text) == "direct"
    assert share_quoted([Span(11, 20)], text) == "indirect"


@given(st.text("ab“”‘’«»„\"'’ \n1"))
def test_stretches_are_in_order_apart_and_each_within_its_line(text: str) -> None:
    found = quoted(text)
    assert all(a.end <= b.start for a, b in itertools.pairwise(found))
    assert all(span.start < span.end <= len(text) for span in found)
    assert all("\n" not in span.of(text) for span in found)
    assert all(span.of(text)[0] in '“‘«„"' for span in found)


@given(st.text("ab“” \n1"), st.data())
def test_the_share_is_direct_exactly_where_every_letter_is_inside(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    marks = quoted(text)
    letters = [any(m.start <= i < m.end for m in marks) for i in range(start, end) if text[i].isalnum()]
    wanted = "indirect" if not any(letters) else "direct" if all(letters) else "mixed"
    assert share_quoted([Span(start, end)], text) == wanted
