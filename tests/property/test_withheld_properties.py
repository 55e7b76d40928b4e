"""What holds for every article whatsoever, once its words are withheld."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Callable
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from tests.property.test_text_properties import pages
from vouchbank.corpus import Article
from vouchbank.corpus.records import layer_file
from vouchbank.corpus.seeds import digest, read_seed
from vouchbank.schema import default_schema_folder, load_schema
from vouchbank.spans import Span
from vouchbank.tables.make import article_tables
from vouchbank.tables.rows import span_value
from vouchbank.tables.shared import NOTHING
from vouchbank.toml.reader import Document
from vouchbank.withhold.copies import Copies, Hashed, WithheldArticle, difference, sha256, words_of
from vouchbank.withhold.words import Words, with_words, without_words

SCHEMA = load_schema(default_schema_folder())
MENU = "Home\nNews\nSubscribe to our newsletter today, and never miss a story of ours again.\n\n"
SAVED: dict[str, Callable[[str], bytes]] = {
    "the same bytes": lambda raw: raw.encode(),
    "CRLF": lambda raw: raw.replace("\r\n", "\n").replace("\n", "\r\n").encode(),
    "BOM": lambda raw: codecs.BOM_UTF8 + raw.encode(),
    "menus before": lambda raw: (MENU + raw).encode(),
    "menus after": lambda raw: f"{raw}\n{MENU}".encode(),
    "menus around": lambda raw: f"{MENU}{raw}\n{MENU}".encode(),
}


def article_of(raw: str) -> Article | None:
    """An article of a page without any annotation; None if the page is not a seed."""
    meta = Document("meta.toml", values={"seed_file": "x.txt", "language": "en"})
    files = {name: layer_file(Document(name, missing=True), SCHEMA, name, "000") for name in SCHEMA.layer_files}
    try:
        article = Article("000", read_seed("000", raw.encode(), "raw.txt", meta), files, SCHEMA)
    except UnicodeEncodeError:
        return None
    return article if article.text else None


def withheld(article: Article) -> WithheldArticle:
    places = [(p, article.normalised.map.to_raw(p.span.start, p.span.end)) for p in article.paragraphs]
    hashed = [Hashed(p.id, p.span.start, p.span.end, raw.start, raw.end, digest(p.text)) for p, raw in places]
    return WithheldArticle("000", sha256(article.text), article.seed.sha256, hashed)


@given(pages, st.sampled_from(sorted(SAVED)))
@example("WASHINGTON (AP) — The river rose.", "menus around")
def test_the_words_come_back_from_any_copy(raw: str, saved: str) -> None:
    article = article_of(raw)
    if article is not None:
        one = withheld(article)
        found = words_of(one, Copies.of([("x.txt", SAVED[saved](raw))], [one]))
        assert found is not None, saved
        assert found.text == article.text
        assert found.raw in (raw, None)
        assert found.raw == raw or saved != "the same bytes"


@given(pages, st.data())
def test_rows_lose_every_word_and_get_those_back_that_offsets_lead_to(raw: str, data: st.DataObject) -> None:
    article = article_of(raw)
    if article is None:
        return
    start = data.draw(st.integers(0, len(article.text) - 1))
    span = span_value(article, Span(start, data.draw(st.integers(start + 1, len(article.text)))))
    rows = article_tables(article, SCHEMA, NOTHING)
    blank: dict[str, Any] = dict.fromkeys(SCHEMA.tables["quantities"].names)
    rows["quantities"] = [blank | {"article_id": "000", "span": span, "number": span, "scope": [span], "note": "Rain"}]
    rows["articles"][0]["quantities"] = rows["quantities"]
    four = runs(raw) | runs(article.text)
    for name, held in rows.items():
        for row in held:
            left = without_words(SCHEMA.tables[name], row, {})
            assert not any(runs(string) & four for string in re.findall(r'"([^"]*)"', json.dumps(left)))
            assert with_words(name, left, {}, {}) == left
            back = with_words(name, left, {"000": Words(article.text, article.seed.raw)}, {})
            assert without_words(SCHEMA.tables[name], back, {}) == left
            assert shown(back) == shown(row)


def shown(value: Any) -> Any:
    """A row without what no offset leads to: the name of the seed's file, and notes."""
    if isinstance(value, list):
        return [shown(item) for item in value]
    if isinstance(value, dict):
        return {name: shown(item) for name, item in value.items() if name not in ("seed_file", "note")}
    return value


def runs(text: str) -> set[tuple[str, ...]]:
    """Four words in a row, one of which is more than a number."""
    words = re.findall(r"\w+", text.casefold())
    return {
        run for run in zip(words, words[1:], words[2:], words[3:], strict=False) if re.search(r"[^\W\d_]", "".join(run))
    }


@given(pages, st.data())
def test_a_copy_that_differs_is_named_by_the_first_paragraph_that_it_lacks(raw: str, data: st.DataObject) -> None:
    article = article_of(raw)
    if article is None:
        return
    one = withheld(article)
    lacking = data.draw(st.sampled_from(article.paragraphs))
    copy = "".join(f"{p.text}\n" for p in article.paragraphs if p.text != lacking.text) + "Something else\n"
    copies = Copies.of([("x.txt", copy.encode())], [one])
    said = difference(one, copies)
    if words_of(one, copies) is None and copies.texts:
        first = next(p for p in article.paragraphs if p.text not in copies.texts.values())
        assert f" {first.id} (characters {first.span.start} to {first.span.end}); " in said
        assert "x.txt" in said
        assert said.isprintable()
