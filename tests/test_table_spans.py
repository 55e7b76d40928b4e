"""What is said of spans in tables is what the rules on sources say of the same spans, one by one."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

import pyarrow
from hypothesis import given
from hypothesis import strategies as st

from vouchbank.bulk.annotation import annotate
from vouchbank.bulk.input_rows import InputArticle
from vouchbank.bulk.options import Options
from vouchbank.checks.ids import Ids
from vouchbank.checks.layer import fragments_out_of_order, map_round_trip, span_edge
from vouchbank.checks.subjects import Judged, JudgedArticle
from vouchbank.checks.table_spans import PlacedTexts
from vouchbank.schema import default_schema_folder, load_schema
from vouchbank.schema.derive import arrow_schema
from vouchbank.spans import Span
from vouchbank.tables.articles import article_row
from vouchbank.tables.rows import layer_row
from vouchbank.tables.shared import NOTHING
from vouchbank.text import normalise

SCHEMA = load_schema(default_schema_folder())
# the last letter is one character in the seed, and two in canonical form
LINES = ("Share this article", "Zoe\u0308 said  that 4 of 12 boats sank.", "\u201cThree\u00a0did,\u201d said \u0958.")
TEXT = "\n\n".join(LINES)


def at(words: str) -> dict[str, int]:
    return {"start": TEXT.index(words), "end": TEXT.index(words) + len(words)}


LAYERS = {
    "quantities": [{"number": at("4")}, {"number": at("12")}],
    "attributions": [{"cue": [at("said")], "content": [at("that 4 of 12 boats sank")]}],
    "entities": [{"span": at("Zoe\u0308"), "type": "PERSON", "mention": "name"}],
}
READ = annotate(InputArticle("news.jsonl", 0, "boats", TEXT, layers=LAYERS), normalise(TEXT), Options())
Said = tuple[str, str, str]


def judged_article(draw: Random) -> JudgedArticle:
    """An article whose annotations have any spans: those that its quotes would never lead to as well."""
    article = JudgedArticle(READ.article, Ids({}))
    layers: dict[str, tuple[Judged, ...]] = {}
    for name, listed in READ.article.annotations.items():
        columns = [column for column in SCHEMA.tables[name].columns if column.span or column.spans]
        drawn = ({c.name: some_spans(draw, c.spans, article.text) for c in columns} for _ in listed)
        layers[name] = tuple(Judged(replace(a, spans=s), article) for a, s in zip(listed, drawn, strict=True))
    article.__dict__["_judged"] = layers
    return article


def some_spans(draw: Random, several: bool, text: str) -> tuple[Span, ...]:
    starts = [draw.randrange(len(text)) for _ in range(draw.randrange(4 if several else 2))]
    return tuple(Span(start, min(len(text), start + draw.choice([1, 2, 3, 30]))) for start in starts)


def by_rules(article: JudgedArticle) -> list[Said]:
    """Check, annotation and message of what the rules on sources find."""
    found = []
    every = [judged for table in SCHEMA.layers for judged in article.every(table.name)]
    for fault in map_round_trip(article):
        if fault.annotation:
            found.append(("map-round-trip", fault.annotation, fault.message))
    for judged in every:
        found += [("span-edge", fault.annotation, fault.message) for fault in span_edge(judged)]
        found += [("fragments-out-of-order", f.annotation, f.message) for f in fragments_out_of_order(judged)]
    return sorted(found)


def by_arrays(article: JudgedArticle, nested: bool) -> list[Said]:
    """The same of the rows of the tables."""
    layers = {
        table.name: [layer_row(article.source, judged.annotation, NOTHING) for judged in article.every(table.name)]
        for table in SCHEMA.layers
    }
    articles = table_of("articles", [article_row(article.source, SCHEMA, layers)])
    texts = PlacedTexts(articles)
    found = []
    for name in ["articles"] if nested else layers:
        rows = articles if nested else table_of(name, layers[name])
        for one in texts.misplaced(rows, SCHEMA.tables[name]):
            assert one.check != "span-text-differs"
            layer = one.path.partition("[")[0] if nested else name
            number = int(one.path.partition("[")[2].partition("]")[0]) if nested else one.row
            found.append((one.check, layers[layer][number]["id"], one.message))
    return sorted(found)


def table_of(name: str, rows: list[dict[str, Any]]) -> pyarrow.Table:
    return pyarrow.Table.from_pylist(rows, schema=arrow_schema(SCHEMA.tables[name]))


@given(st.integers(min_value=0), st.booleans())
def test_any_spans_are_judged_as_by_the_rules_on_sources(seed: int, nested: bool) -> None:
    article = judged_article(Random(seed))
    in_articles = ("entities", "quantities", "attributions")
    said = by_rules(article)
    own = [one for one in said if not nested or any(f"-{SCHEMA.tables[n].prefix}" in one[1] for n in in_articles)]
    assert by_arrays(article, nested) == own


def test_each_of_the_rules_finds_something() -> None:
    assert READ.found == ()
    said = {check for seed in range(20) for check, *_ in by_rules(judged_article(Random(seed)))}
    assert said == {"map-round-trip", "span-edge", "fragments-out-of-order"}
