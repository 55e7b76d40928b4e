"""Whatever is done in the editor, in whatever order: undoing all gives back the bytes, and every file is canonical."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.checks_support import TOY
from vouchbank.corpus import Article, Corpus
from vouchbank.corpus.anchors import word_edge
from vouchbank.corpus.canonical import reformatted
from vouchbank.corpus.overlay import OverlayCorpus
from vouchbank.corpus.resolve import place_of
from vouchbank.edit.history import History
from vouchbank.edit.merging import CannotMergeError, ThreeStates, merged
from vouchbank.edit.operations import Add, Amend, CannotDoError, Delete, SetHead, applied
from vouchbank.edit.quoting import CannotQuoteError, by_paragraph, home, written
from vouchbank.spans import Span
from vouchbank.tables.tokens import tokens_of

ARTICLES = ("000", "001")


@lru_cache
def toy() -> Corpus:
    return Corpus(TOY)


@lru_cache
def tokens(article: str) -> list[Span]:
    paragraphs = toy().article(article).paragraphs
    return [t.shifted(p.span.start) for p in paragraphs for sentence in tokens_of(p.text) for t in sentence]


@st.composite
def stretches(draw: st.DrawFn, article: str) -> Span:
    """Some words, of one paragraph or of several."""
    words = tokens(article)
    first = draw(st.integers(0, len(words) - 1))
    return Span(words[first].start, words[min(first + draw(st.integers(0, 20)), len(words) - 1)].end)


@st.composite
def operations(draw: st.DrawFn, article: str) -> object:
    layer = draw(st.sampled_from(toy().schema.layers))
    quoted = [column.name for column in layer.quoted]
    spans = draw(st.dictionaries(st.sampled_from(quoted), st.lists(stretches(article), max_size=3), max_size=3))
    labelled = [c for c in layer.written if c.labels]
    values: dict[str, Any] = {}
    if labelled:
        column = draw(st.sampled_from(labelled))
        values = {column.name: draw(st.sampled_from([None, *column.label_names]))}
    values |= draw(st.sampled_from([{}, {"note": 'a "note" with ’ and \\ and 🚢'}, {"note": None}, {"sure": False}]))
    ids = [f"{layer.prefix}{number}" for number in range(1, 9)]
    kind = draw(st.sampled_from(["add", "add", "amend", "amend", "delete", "head"]))
    if kind == "add":
        return Add(layer.name, spans, values)
    if kind == "amend":
        return Amend(draw(st.sampled_from(ids)), spans, values)
    if kind == "delete":
        return Delete(draw(st.sampled_from(ids)))
    return SetHead(layer.file, {"status": draw(st.sampled_from(["draft", "complete"])), "by": "alex-doe"})


@pytest.mark.slow
@settings(max_examples=40)
@given(data=st.data())
def test_undoing_all_gives_back_the_bytes_and_what_is_made_is_canonical(data: st.DataObject) -> None:
    article = data.draw(st.sampled_from(ARTICLES))
    history, corpus, done = History(), toy(), 0
    for operation in data.draw(st.lists(operations(article), max_size=6)):
        try:
            step = applied(corpus, article, operation)
        except (CannotDoError, CannotQuoteError):
            continue
        if not step.files:
            continue
        before = {file: toy().read(file) for file in step.files}
        history, done = history.then(step.files, before, step.said), done + 1
        corpus = OverlayCorpus.over(toy(), history.now)
        changed = [file for file, _, _ in reformatted(corpus.part([article])) if file in step.files]
        assert not changed, operation
        assert not any(file.document.faults for file in corpus.article(article).files.values())
    last = history.now
    for _ in range(done):
        history = history.undone()
    assert all(data == toy().read(file) for file, data in history.now.items())
    for _ in range(done):
        history = history.redone()
    assert history.now == last


@given(data=st.data())
def test_what_is_quoted_is_found_where_it_was_selected(data: st.DataObject) -> None:
    article: Article = toy().article(data.draw(st.sampled_from(ARTICLES)))
    by_id = {p.id: p for p in article.paragraphs}
    start = data.draw(st.integers(0, len(article.text)))
    for piece in by_paragraph(Span(start, data.draw(st.integers(start, len(article.text)))), article.paragraphs):
        paragraph = home(piece, article.paragraphs)
        edges = (piece.start - paragraph.span.start, piece.end - paragraph.span.start)
        section = data.draw(st.sampled_from(sorted(by_id)))
        if not all(word_edge(paragraph.text, edge) for edge in edges):
            with pytest.raises(CannotQuoteError, match="inside a word"):
                written([piece], article.paragraphs, section)
            continue
        (fragment,) = written([piece], article.paragraphs, section)
        assert place_of(fragment, section, by_id) == piece


@pytest.mark.slow
@settings(max_examples=30)
@given(data=st.data())
def test_a_merge_has_the_records_of_both(data: st.DataObject) -> None:
    article, file = "000", "annotations/000/entities.toml"
    base = toy().read(file) or b""
    sides = []
    for _ in range(2):
        corpus: Corpus = toy()
        for operation in data.draw(st.lists(operations(article), max_size=4)):
            try:
                corpus = OverlayCorpus.over(corpus, applied(corpus, article, operation).files)
            except (CannotDoError, CannotQuoteError):
                continue
        sides.append(corpus.read(file) or b"")
    mine, theirs = sides
    try:
        both = merged(toy(), article, file, ThreeStates(base, mine, theirs))
    except CannotMergeError:
        pytest.fail("all three states can be read")
    own, other, there = (_names(side) for side in (mine, theirs, both.data))
    kept = {both.renamed.get(name, name) for name in own - _names(base)}
    assert kept - set(both.clashes) <= there
    assert other - _names(base) <= there
    if mine == base:
        assert not both.clashes


def _names(data: bytes) -> set[str]:
    held = OverlayCorpus.over(toy(), {"annotations/000/entities.toml": data}).article("000")
    return {record.name for record in held.files["entities"].records}
