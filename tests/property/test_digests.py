"""The digest of raw annotations: the same for every way to write an anchor, another one for every other value."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vouchbank.compare.annotators import content, digest
from vouchbank.corpus import Corpus, repository_root
from vouchbank.corpus.anchors import find, occurrence_of, occurrences
from vouchbank.corpus.format import literal
from vouchbank.corpus.overlay import OverlayCorpus
from vouchbank.corpus.records import Record
from vouchbank.spans import Span

pytestmark = pytest.mark.slow

CORPUS = Corpus(repository_root())
NAMES = [(name, article) for name in CORPUS.annotators for article in CORPUS.article_ids]
RECORDS = [
    (name, article, file, record)
    for name, article in NAMES
    for file, held in CORPUS.raw(name).article(article).files.items()
    for record in held.records
]
# hypothesis hashes what it draws from, which takes longer for these records than all tests of them
DRAWN = st.sampled_from(range(len(RECORDS))).map(RECORDS.__getitem__)


def rewritten(name: str, article: str, file: str, record: Record, values: dict[str, Any]) -> str:
    """The digest of an annotator's work with other values in one record."""
    held = CORPUS.raw(name).article(article).files[file]
    lines = [f"{key} = {literal(value)}" for key, value in held.header.items()]
    for other in held.records:
        lines.append(f"[{other.paragraph}.{other.name}]")
        lines += [f"{k} = {literal(v)}" for k, v in (values if other is record else other.values).items()]
    text = "\n".join(lines) + "\n"
    laid = OverlayCorpus(CORPUS.root, CORPUS.schema, {held.document.file: text.encode()}, annotations=raw(name))
    return digest(laid.article(article))


def raw(name: str) -> str:
    return f"annotations/raw/{name}"


def anchored(record: Record, article: str, draw: Any) -> dict[str, Any]:
    """The record with its own words quoted otherwise: longer, shorter, as another of several places."""
    values = dict(record.values)
    paragraph = next(p for p in CORPUS.article(article).paragraphs if p.id == record.paragraph)
    start = draw(st.integers(0, max(0, len(paragraph.text) - 2)))
    quote = paragraph.text[start : draw(st.integers(start + 1, len(paragraph.text)))]
    places = occurrences(paragraph.text, quote)
    span = draw(st.sampled_from(places)) if places else Span(0, 0)
    n = occurrence_of(paragraph.text, quote, span) if places else "1/1"
    assert not places or find(paragraph.text, quote, n) == span
    if "q" in values:
        return {**values, "q": quote, "n": n}
    column = draw(st.sampled_from([c.name for c in record.table.columns if (c.span or c.spans) and c.name in values]))
    fragments = values[column] if isinstance(values[column], list) else [values[column]]
    new = [{"q": quote, "n": n, "p": "p1"} for _ in fragments]
    return {**values, column: new if isinstance(values[column], list) else new[0]}


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_an_anchor_may_be_written_otherwise(data: st.DataObject) -> None:
    name, article, file, record = data.draw(DRAWN)
    values = anchored(record, article, data.draw)
    assert rewritten(name, article, file, record, values) == digest(CORPUS.raw(name).article(article))


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_any_other_value_is_held(data: st.DataObject) -> None:
    name, article, file, record = data.draw(DRAWN)
    spans = {c.name for c in record.table.columns if c.span or c.spans}
    key = data.draw(st.sampled_from([k for k in record.values if k not in ("q", "n")] or ["note"]))
    new = ["a", "b", "c", "d", "e"] if key in spans else data.draw(st.sampled_from(["other", ["other"], 7, False]))
    for values in ({**record.values, key: new}, {k: v for k, v in record.values.items() if k != key}):
        if values != record.values:
            assert rewritten(name, article, file, record, values) != digest(CORPUS.raw(name).article(article))


@pytest.mark.parametrize(("name", "article"), NAMES)
def test_the_order_of_a_file_is_no_value(name: str, article: str) -> None:
    work = CORPUS.raw(name).article(article)
    for file, held in work.files.items():
        first = held.records[0] if held.records else None
        if first is not None:
            assert rewritten(name, article, file, first, dict(reversed(first.values.items()))) == digest(work)
        assert [key for key, _ in content(work, file)] == sorted(key for key, _ in content(work, file))


def test_no_two_works_have_one_digest() -> None:
    assert len({digest(CORPUS.raw(name).article(article)) for name, article in NAMES}) == len(NAMES)
