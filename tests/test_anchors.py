"""Quoted words find their one place, at word edges, or say why there is none."""

from __future__ import annotations

import pytest

from vouchbank.corpus.anchors import (
    AnchorFault,
    elision_long_enough,
    find,
    occurrence_of,
    occurrences,
    word_edge,
)
from vouchbank.spans import Span

LONG = "The United States is preparing to launch a new phase of operations in the coming days, officials said."


def words(text: str, quote: str, occurrence: str = "") -> str:
    found = find(text, quote, occurrence)
    assert isinstance(found, Span), found
    return found.of(text)


@pytest.mark.parametrize(
    ("text", "quote", "start"),
    [
        ("an F-35 jet", "F-35", 3),
        ("an F-35 jet", "35", 5),
        ("an F-35 jet", "F", 3),
        ("two U.S. officials", "U.S.", 4),
        ("two U.S. officials", "U.S", 4),
        ("within 7km of it", "7", 7),
        ("within 7km of it", "km", 8),
        ("the 1980s were", "1980", 4),
        ("said “go on” twice", "“go on”", 5),
        ("said “go on” twice", "go on", 6),
        ("Maduro’s men", "Maduro", 0),
        ("Maduro’s men", "Maduro’s", 0),
        ("$50 million.", "$", 0),
        ("$50 million.", "50 million", 1),
        ("anti-drug", "drug", 5),
        ("snake_case", "case", 6),
    ],
)
def test_a_quote_is_found_where_a_word_or_a_number_begins_and_ends(text: str, quote: str, start: int) -> None:
    assert find(text, quote) == Span(start, start + len(quote))


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("in Caracas", "a"),
        ("in Caracas", "Car"),
        ("in Caracas", "acas"),
        ("1,280 units", "28"),
        ("1,280 units", "80"),
        ("Größe", "Gr"),
        ("Ελλάδα", "Ελλ"),
    ],
)
def test_words_that_stand_only_inside_words_are_not_found_and_the_fault_says_where(text: str, quote: str) -> None:
    found = find(text, quote)
    assert isinstance(found, AnchorFault)
    assert found.kind == "not-found"
    assert found.spans
    assert all(span.of(text) == quote for span in found.spans)


def test_words_that_are_not_there_are_not_found() -> None:
    assert find("in Caracas", "Bogotá") == AnchorFault("not-found")
    assert find("said “go on”", '"go on"') == AnchorFault("not-found")
    assert find("some text", "") == AnchorFault("not-found")
    assert find("", "some text") == AnchorFault("not-found")


def test_a_combining_mark_is_part_of_the_letter_before_it() -> None:
    decomposed = "Cafe\u0301 and cafe"
    assert find(decomposed, "Cafe") == AnchorFault("not-found", (Span(0, 4),))
    assert find(decomposed, "Cafe\u0301") == Span(0, 5)
    assert find(decomposed, "cafe") == Span(10, 14)
    assert find("Cafe\u0301s", "Cafe\u0301") == AnchorFault("not-found", (Span(0, 5),))


def test_composed_and_decomposed_letters_are_different_words() -> None:
    assert find("Caf\u00e9", "Cafe\u0301") == AnchorFault("not-found")


def test_an_emoji_joined_from_several_is_never_cut() -> None:
    family = "👩\u200d👩\u200d👧"
    text = f"a {family} b 👩 c"
    assert find(text, family) == Span(2, 7)
    assert not word_edge(text, 3)
    assert occurrences(text, "👩") == (Span(10, 11),)
    assert find(text, "👩") == Span(10, 11)


def test_scripts_without_spaces_have_an_edge_at_every_character() -> None:
    assert find("米国は4隻の艦船", "4隻") == Span(3, 5)
    assert find("米国は4隻の艦船", "国") == Span(1, 2)
    assert find("中国2025年", "2025") == Span(2, 6)


@pytest.mark.parametrize(
    ("text", "position", "edge"),
    [
        ("", 0, True),
        ("ab", 0, True),
        ("ab", 1, False),
        ("ab", 2, True),
        ("ab", 9, True),
        ("12", 1, False),
        ("1a", 1, True),
        ("a b", 1, True),
        ("--", 1, True),
        ("e\u0301", 1, False),
        ("-\u0301", 1, False),
        ("\u0301a", 1, False),
        ("\u0301-", 1, True),
    ],
)
def test_an_edge_is_no_place_between_two_letters_or_two_digits(text: str, position: int, edge: bool) -> None:
    assert word_edge(text, position) is edge


def test_a_quote_that_stands_twice_needs_to_say_which_it_means() -> None:
    text = "Two officials said so; three officials said no."
    both = (Span(4, 13), Span(29, 38))
    assert find(text, "officials") == AnchorFault("ambiguous", both)
    assert [find(text, "officials", n) for n in ("1/2", "2/2")] == list(both)


@pytest.mark.parametrize("occurrence", ["1/1", "2/1", "1/3", "3/3", "3/2", "9/2"])
def test_an_occurrence_that_speaks_of_another_number_of_places_is_miscounted(occurrence: str) -> None:
    text = "Two officials said so; three officials said no."
    found = find(text, "officials", occurrence)
    assert found == AnchorFault("miscounted", (Span(4, 13), Span(29, 38)))


def test_the_only_place_may_be_counted_and_nothing_else_may() -> None:
    assert find("one word", "word", "1/1") == Span(4, 8)
    assert find("one word", "word", "1/2") == AnchorFault("miscounted", (Span(4, 8),))
    assert find("one word", "word", "2/1") == AnchorFault("miscounted", (Span(4, 8),))


def test_only_places_at_word_edges_are_counted() -> None:
    assert find("a cat in Caracas has a hat", "a", "2/2") == Span(21, 22)


def test_places_that_overlap_all_count() -> None:
    assert occurrences("no no no", "no no") == (Span(0, 5), Span(3, 8))
    assert find("no no no", "no no", "2/2") == Span(3, 8)
    assert occurrences("......", "...") == tuple(Span(i, i + 3) for i in range(4))


def test_occurrence_of_is_empty_where_there_is_only_one_place() -> None:
    assert occurrence_of("one word", "word", Span(4, 8)) == ""
    assert occurrence_of("no no no", "no", Span(3, 5)) == "2/3"


def test_a_long_quote_may_leave_out_its_middle() -> None:
    assert words(LONG, "The United States is … in the coming days") == LONG[: LONG.index(", officials")]


def test_an_ellipsis_that_stands_in_the_text_is_found_as_it_is() -> None:
    text = "He said … and left; she said yes and left the room then."
    assert words(text, "said … and") == "said … and"
    assert words(text, "… and left") == "… and left"


def test_a_literal_ellipsis_and_an_elision_that_fits_are_two_places() -> None:
    text = "we go on now … then we go home. we go on now and then we go home."
    found = find(text, "we go on now … then we go home")
    assert isinstance(found, AnchorFault)
    assert found.kind == "ambiguous"
    assert found.spans[0].of(text) == "we go on now … then we go home"
    assert text[found.spans[-1].start :] == "we go on now and then we go home."


@pytest.mark.parametrize(
    "quote",
    [
        "The United States … in the coming days",
        "The United States is … coming days",
        "The … days",
        "The United States is preparing … a new phase of … in the coming days",
    ],
)
def test_too_few_words_beside_the_gap_or_several_gaps_are_a_fault(quote: str) -> None:
    assert not elision_long_enough(quote)
    found = find(LONG, quote)
    assert isinstance(found, AnchorFault)
    assert found.kind == "elision"


def test_both_ends_of_an_elision_must_be_there_in_their_order() -> None:
    assert find(LONG, "The United States is … in the coming weeks") == AnchorFault("not-found")
    assert find(LONG, "in the coming days … The United States is") == AnchorFault("not-found")
    assert find(LONG, "a new phase of … of operations in the") == AnchorFault("not-found")


def test_an_elision_with_two_possible_ends_is_ambiguous_and_can_be_counted() -> None:
    text = "one two three four A one to the very end B one to the very end."
    quote = "one two three four … to the very end"
    found = find(text, quote)
    assert isinstance(found, AnchorFault)
    assert (found.kind, len(found.spans)) == ("ambiguous", 2)
    assert words(text, quote, "1/2") == text[: text.index(" B")]
    assert words(text, quote, "2/2") == text[:-1]


def test_the_ends_of_an_elision_lie_at_word_edges_too() -> None:
    assert find(LONG, "The United States is … in the coming day") == AnchorFault("not-found")
