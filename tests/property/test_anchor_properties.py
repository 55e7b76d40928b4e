"""What holds for every text and every quote: an anchor is the words it says, or a fault."""

from __future__ import annotations

from difflib import SequenceMatcher

from hypothesis import assume, given
from hypothesis import strategies as st

from vouchbank.corpus.anchors import ELISION, AnchorFault, find, occurrence_of, occurrences, word_edge
from vouchbank.corpus.misquotes import longest_common
from vouchbank.spans import Span

PIECES = [
    *("Reuters", "U.S.", "F-35", "at least", "21", "7km", "a", "in Caracas", "officials", "said", "“go", "on”"),
    *(
        "…",
        " … ",
        "-",
        "’s",
        "e\u0301",
        "\u0301",
        "👩\u200d👧",
        "米国",
        "4",
        "Maduro",
        "١٢",
        "ｗ",
        "\u00a0",
        "ﬁ",
        "\U0001f1fa",
    ),
]
texts = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=3), st.just(" ")), max_size=24).map("".join)
SENTENCES = [
    "Two officials said so.",
    "Reuters was told of at least 21 strikes.",
    "At least 83 people died, officials said.",
    "The officials said that at least two people saw it in the coming days.",
    "It arrived on the day before in the coming days.",
    "Caracas said no.",
]
paragraphs = st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=6)


def edges(text: str) -> list[int]:
    return [i for i in range(len(text) + 1) if word_edge(text, i)]


@given(texts, st.data())
def test_every_stretch_between_word_edges_is_found_again_exactly(text: str, data: st.DataObject) -> None:
    places = edges(text)
    assume(len(places) > 1)
    start, end = sorted(data.draw(st.lists(st.sampled_from(places), min_size=2, max_size=2, unique=True)))
    span = Span(start, end)
    quote = span.of(text)
    assert find(text, quote, occurrence_of(text, quote, span)) == span


@given(texts, st.data())
def test_every_stretch_with_its_middle_left_out_is_found_again_exactly(text: str, data: st.DataObject) -> None:
    before, after = "the words that come ", " and those that follow"
    text = f"{before}{text}{after}"
    span = Span(0, len(text))
    quote = f"{before.strip()}{ELISION}{after.strip()}"
    assert find(text, quote, occurrence_of(text, quote, span)) == span


@given(texts, st.one_of(texts, st.text(max_size=4)), st.sampled_from(["", "1/1", "1/2", "2/2", "3/2", "2/3"]))
def test_what_is_found_is_the_quoted_words_at_word_edges(text: str, quote: str, occurrence: str) -> None:
    found = find(text, quote, occurrence)
    spans = found.spans if isinstance(found, AnchorFault) else (found,)
    elided = ELISION in quote
    for span in spans:
        assert span.of(text) == quote or elided
        if elided:
            head, _, tail = quote.partition(ELISION)
            assert span.of(text).startswith(head)
            assert span.of(text).endswith(tail)
    if isinstance(found, Span):
        assert word_edge(text, found.start)
        assert word_edge(text, found.end)


@given(texts, st.one_of(texts, st.text(max_size=4)))
def test_the_places_of_a_quote_are_in_order_and_none_is_named_twice(text: str, quote: str) -> None:
    places = occurrences(text, quote)
    assert places == tuple(sorted(set(places)))


@given(texts, texts, st.integers(1, 5), st.integers(1, 5))
def test_an_occurrence_is_obeyed_only_where_its_count_is_right(text: str, quote: str, k: int, n: int) -> None:
    places = occurrences(text, quote)
    found = find(text, quote, f"{k}/{n}")
    assert isinstance(found, Span) == (n == len(places) and k <= n)
    if isinstance(found, Span):
        assert found == places[k - 1]


@given(paragraphs, st.data())
def test_no_edit_of_the_text_moves_an_anchor_to_other_words(sentences: list[str], data: st.DataObject) -> None:
    text = " ".join(sentences)
    places = edges(text)
    start, end = sorted(data.draw(st.lists(st.sampled_from(places), min_size=2, max_size=2, unique=True)))
    quote = text[start:end]
    head, tail = quote.split()[:4], quote.split()[-4:]
    if len(quote.split()) > 8 and data.draw(st.booleans()):
        quote = " ".join(head) + ELISION + " ".join(tail)
    assume(Span(start, end) in occurrences(text, quote))
    written = occurrence_of(text, quote, Span(start, end))
    counted = len(occurrences(text, quote))

    edited = list(sentences)
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(edited)))
        action = data.draw(st.sampled_from(["insert", "delete", "duplicate", "move"]))
        if action == "insert" or not edited:
            edited.insert(at, data.draw(st.sampled_from(SENTENCES)))
        elif action == "delete":
            edited.pop(at - 1)
        elif action == "duplicate":
            edited.insert(at, edited[at - 1])
        else:
            edited.insert(at, edited.pop(at - 1))
    changed = " ".join(edited)

    found = find(changed, quote, written)
    now = len(occurrences(changed, quote))
    if now != counted:
        assert isinstance(found, AnchorFault)
    else:
        assert isinstance(found, Span)
        parts = quote.split(ELISION)
        assert found.of(changed).startswith(parts[0])
        assert found.of(changed).endswith(parts[-1])
        assert ELISION in quote or found.of(changed) == quote


@given(st.text("abcd ", max_size=30), st.text("abcd ", max_size=12), st.integers(1, 6))
def test_the_longest_common_words_are_those_of_difflib(text: str, quote: str, least: int) -> None:
    match = SequenceMatcher(None, text, quote, autojunk=False).find_longest_match()
    assert longest_common(text, quote, least) == ((match.a, match.b) if match.size >= least else None)
