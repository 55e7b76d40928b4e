"""Sentences, tokens and their tags."""

from __future__ import annotations

import pytest

from vouchbank.corpus import Corpus, repository_root
from vouchbank.schema.derive import tag_names
from vouchbank.spans import Span
from vouchbank.tables.rows import column_value
from vouchbank.tables.shared import NOTHING
from vouchbank.tables.tokens import bio, token_rows, tokens_of

CORPUS = Corpus(repository_root())


def words(text: str) -> list[list[str]]:
    return [[token.of(text) for token in sentence] for sentence in tokens_of(text)]


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Rain stops play.", ["Rain", "stops", "play", "."]),
        ("an F-35 jet", ["an", "F", "-", "35", "jet"]),
        ("$50 million", ["$", "50", "million"]),
        ("Russian-made", ["Russian", "-", "made"]),
        ("2024–2025", ["2024", "–", "2025"]),
        ("a — b", ["a", "—", "b"]),
        ("and/or", ["and", "/", "or"]),
        ("(FAA)", ["(", "FAA", ")"]),
        ("", []),
        ("…", ["…"]),
    ],
)
def test_a_sentence_comes_apart_into_tokens(text: str, tokens: list[str]) -> None:
    assert [t for sentence in words(text) for t in sentence] == tokens


def test_a_paragraph_comes_apart_into_sentences() -> None:
    text = "The U.S. sent ships. Officials said “no.” Nobody knows."
    assert [s[0] for s in words(text)] == ["The", "Officials", "Nobody"]


# --- tags ---------------------------------------------------------------------------------------------

TOKENS = [Span(0, 3), Span(4, 7), Span(8, 11), Span(12, 15)]


@pytest.mark.parametrize(
    ("spans", "tags"),
    [
        ([], "O O O O"),
        ([(Span(0, 3), "A")], "B-A O O O"),
        ([(Span(0, 7), "A"), (Span(8, 15), "A")], "B-A I-A B-A I-A"),
        ([(Span(4, 7), "B"), (Span(0, 11), "A")], "B-A I-A I-A O"),
        ([(Span(0, 11), "A"), (Span(8, 15), "B")], "B-A I-A I-A O"),
        ([(Span(4, 15), "B"), (Span(0, 11), "A")], "B-A I-A I-A O"),
        ([(Span(0, 3), "A"), (Span(0, 3), "B")], "B-A O O O"),
        ([(Span(20, 30), "A")], "O O O O"),
    ],
)
def test_the_outermost_and_then_the_first_span_gives_its_tags(spans: list, tags: str) -> None:
    assert bio(TOKENS, spans) == (tags.split(), [])


def test_a_span_that_ends_within_a_token_is_widened_and_reported() -> None:
    assert bio(TOKENS, [(Span(5, 9), "A")]) == (["O", "B-A", "I-A", "O"], [Span(5, 9)])


# --- the corpus ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("article_id", CORPUS.article_ids)
def test_tokens_of_the_corpus_are_words_of_its_text(article_id: str) -> None:
    article = CORPUS.article(article_id)
    rows = token_rows(article, CORPUS.schema)
    assert [row["sentence"] for row in rows] == list(range(len(rows)))
    paragraphs = {p.id: p for p in article.paragraphs}
    for row in rows:
        assert [article.text[o["start"] : o["end"]] for o in row["offsets"]] == row["tokens"]
        assert article.text[row["start"] : row["end"]] == row["text"]
        assert paragraphs[row["paragraph_id"]].span.contains(Span(row["start"], row["end"]))
    assert "".join(t for row in rows for t in row["tokens"]) == "".join(article.text.split())


@pytest.mark.parametrize("article_id", CORPUS.article_ids)
def test_every_mention_and_every_quantity_begins_and_ends_with_a_token(article_id: str) -> None:
    article = CORPUS.article(article_id)
    rows = token_rows(article, CORPUS.schema)
    starts = {o["start"] for row in rows for o in row["offsets"]}
    ends = {o["end"] for row in rows for o in row["offsets"]}
    uneven = [
        (annotation.id, name, span.of(article.text))
        for layer in ("entities", "quantities")
        for annotation in article.annotations[layer]
        for name, spans in annotation.spans.items()
        for span in spans
        if span.start not in starts or span.end not in ends
    ]
    assert uneven == []


def test_the_tags_of_the_corpus_say_what_its_layers_say() -> None:
    article = CORPUS.article("004")
    rows = token_rows(article, CORPUS.schema)
    column = CORPUS.schema.tables["tokens"].column("quantity_tags")
    names = tag_names(column, CORPUS.schema)
    tagged = {}
    for row in rows:
        for offset, number in zip(row["offsets"], row["quantity_tags"], strict=True):
            tagged[offset["start"]] = names[number]
    for annotation in article.annotations["quantities"]:
        (span,) = annotation.spans["span"]
        label = column_value(article, annotation, annotation.record.table.column("dimension"), NOTHING)
        assert tagged[span.start] == f"B-{label}"
        assert all(tag == f"I-{label}" for at, tag in tagged.items() if span.start < at < span.end)
    inside = [s for a in article.annotations["quantities"] for s in a.spans["span"]]
    assert all((tag == "O") != any(s.start <= at < s.end for s in inside) for at, tag in tagged.items())
