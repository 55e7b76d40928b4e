"""What holds for the tokens and tags of every text whatsoever."""

from __future__ import annotations

import itertools

from hypothesis import example, given
from hypothesis import strategies as st

from vouchbank.spans import Span, hull
from vouchbank.tables.tokens import bio, tokens_of

PIECES = [
    *("Reuters", "U.S.", "F-35", "don't", "can’t", "it's", "“no.”", "$50", "1,280.5", "e\u0301", "👩\u200d👧", "米国"),
    *(
        "…",
        "...",
        "—",
        " - ",
        "a.m.",
        "Mr.",
        "http://x.y/z?a=b",
        "@a",
        "#b",
        "_",
        "\u200b",
        "\u00ad",
        "\u00a0",
        "\ufeff",
    ),
    *("  ", "\t", "? ", "! ", ". ", "Sept. 23", "and/or", "-", "’s", "co-\n", "\u2028", "\x1c"),
]
paragraphs = st.one_of(
    st.text(max_size=20),
    st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=2), st.just(" ")), max_size=20).map("".join),
)


@given(paragraphs)
@example("I can't, won't and don't.")
@example("a\u00adb co\u200boperate")
@example("one-\ntwo")
def test_tokens_are_everything_but_white_space_in_order_and_apart(paragraph: str) -> None:
    sentences = tokens_of(paragraph)
    assert all(sentences)
    tokens = [token for sentence in sentences for token in sentence]
    assert all(a.end <= b.start for a, b in itertools.pairwise(tokens))
    assert all(0 <= t.start < t.end <= len(paragraph) for t in tokens)
    assert "".join(t.of(paragraph) for t in tokens) == "".join(paragraph.split())
    assert not any(c.isspace() for t in tokens for c in t.of(paragraph))


@st.composite
def labelled(draw: st.DrawFn) -> tuple[list[Span], list[tuple[Span, str]]]:
    tokens, at = [], 0
    for length in draw(st.lists(st.integers(1, 3), max_size=8)):
        at += draw(st.integers(0, 2))
        tokens.append(Span(at, at + length))
        at += length
    span = st.builds(lambda start, length: Span(start, start + length), st.integers(0, 20), st.integers(1, 10))
    return tokens, draw(st.lists(st.tuples(span, st.sampled_from("AB")), max_size=5))


@given(labelled())
def test_tags_are_well_formed_and_each_run_of_them_is_one_of_the_spans(
    given_: tuple[list[Span], list[tuple[Span, str]]],
) -> None:
    tokens, spans = given_
    tags, uneven = bio(tokens, spans)
    assert len(tags) == len(tokens)
    assert set(uneven) <= {span for span, _ in spans}
    before = "O"
    runs: list[tuple[list[Span], str]] = []
    for token, tag in zip(tokens, tags, strict=True):
        if tag.startswith("I-"):
            assert before in (f"B-{tag[2:]}", tag)
            runs[-1][0].append(token)
        elif tag.startswith("B-"):
            runs.append(([token], tag[2:]))
        before = tag
    for inside, label in runs:
        assert any(label == said and inside == [t for t in tokens if t.overlaps(span)] for span, said in spans)


@given(labelled())
def test_of_spans_at_token_edges_that_never_cross_none_within_another_gives_tags_of_its_own(
    given_: tuple[list[Span], list[tuple[Span, str]]],
) -> None:
    tokens, drawn = given_
    spans: list[tuple[Span, str]] = []
    for loose, label in drawn:
        span = hull(token for token in tokens if token.overlaps(loose))
        if span and not any(span.crosses(other) for other, _ in spans):
            spans.append((span, label))
    outermost = [(s, k) for i, (s, k) in enumerate(spans) if not _inside_another(i, s, spans)]
    assert bio(tokens, spans)[0] == bio(tokens, outermost)[0]


def _inside_another(i: int, span: Span, spans: list[tuple[Span, str]]) -> bool:
    return any(other.contains(span) and (other != span or j < i) for j, (other, _) in enumerate(spans) if j != i)
