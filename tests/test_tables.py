"""Published rows: every span leads to its words, in the text and in the seed, and every computed column is right."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import pytest

from tests.checks_support import computed_columns
from vouchbank.corpus import Article, Corpus, repository_root
from vouchbank.corpus.records import Record, layer_file
from vouchbank.corpus.seeds import read_seed
from vouchbank.schema import default_schema_folder, load_schema
from vouchbank.tables.articles import article_row, segment_rows, whole_row
from vouchbank.tables.digest import logical_digest
from vouchbank.tables.make import article_tables, make_tables, to_arrow
from vouchbank.tables.rows import layer_rows
from vouchbank.tables.shared import NOTHING, Shared
from vouchbank.tables.sources import source_key
from vouchbank.text import OffsetMap
from vouchbank.toml.reader import Document, read_toml

SCHEMA = load_schema(default_schema_folder())
CORPUS = Corpus(repository_root())
LAYERS = [table.name for table in SCHEMA.layers]
NESTED = [name for name in SCHEMA.tables["articles"].names if name in LAYERS]


@pytest.fixture(scope="module")
def published() -> dict[str, list[dict[str, Any]]]:
    return {name: table.to_pylist() for name, table in make_tables(CORPUS).items()}


def spans_in(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if "raw_start" in value and "text" in value:
            yield value
        for inner in value.values():
            yield from spans_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from spans_in(inner)


# --- the corpus ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["articles", *LAYERS])
def test_every_span_of_every_row_holds_its_words(name: str, published: dict[str, Any]) -> None:
    for row in published[name]:
        article = CORPUS.article(row["article_id"])
        for span in spans_in(row):
            assert article.text[span["start"] : span["end"]] == span["text"]
            assert span["text"] == span["text"].strip() != ""


def test_spans_of_nested_rows_are_looked_at_too(published: dict[str, Any]) -> None:
    nested = sum(1 for row in published["articles"] for _ in spans_in(row))
    assert nested == sum(1 for name in NESTED for row in published[name] for _ in spans_in(row)) > 100


@pytest.mark.parametrize("name", LAYERS)
def test_the_raw_offsets_of_every_span_lead_back_to_it(name: str, published: dict[str, Any]) -> None:
    for row in published[name]:
        article = CORPUS.article(row["article_id"])
        for span in spans_in(row):
            back = article.normalised.map.to_text(span["raw_start"], span["raw_end"])
            assert (back.start, back.end) == (span["start"], span["end"])
            raw = article.seed.raw[span["raw_start"] : span["raw_end"]]
            assert [c for c in raw if c.isalnum()] == [c for c in span["text"] if c.isalnum()]


def test_the_raw_words_of_the_annotated_article_are_its_words(published: dict[str, Any]) -> None:
    raw = CORPUS.article("004").seed.raw
    for name in LAYERS:
        for row in published[name]:
            if row["article_id"] == "004":
                assert all(raw[s["raw_start"] : s["raw_end"]] == s["text"] for s in spans_in(row))


@pytest.mark.parametrize("name", NESTED)
def test_the_rows_nested_in_articles_are_the_rows_of_the_layer(name: str, published: dict[str, Any]) -> None:
    nested = [row for article in published["articles"] for row in article[name] or ()]
    assert nested == published[name]


def test_the_pieces_of_every_seed_are_the_seed(published: dict[str, Any]) -> None:
    for article in CORPUS.articles:
        pieces = [row for row in published["segments"] if row["article_id"] == article.id]
        assert [p["index"] for p in pieces] == list(range(len(pieces)))
        assert "".join(p["raw_text"] for p in pieces) == article.seed.raw
        assert [p["raw_start"] for p in pieces[1:]] == [p["raw_end"] for p in pieces[:-1]]
        kept = [p for p in pieces if p["kept"]]
        assert "\n".join(article.text[p["start"] : p["end"]] for p in kept) == article.text
        assert [p["paragraph_id"] for p in kept] == [p.id for p in article.paragraphs]
        for piece in pieces:
            assert (piece["paragraph_id"] is None) == (piece["start"] is None) == (not piece["kept"])


def test_every_seed_has_the_digest_that_its_row_names(published: dict[str, Any]) -> None:
    for row in published["articles"]:
        article = CORPUS.article(row["article_id"])
        assert row["seed_sha256"] == hashlib.sha256(article.seed.data).hexdigest()
        assert row["text_sha256"] == hashlib.sha256(row["text"].encode()).hexdigest()
        assert [row["text"][p["start"] : p["end"]] for p in row["paragraphs"]] == row["text"].split("\n")


def test_ids_are_unique_in_the_whole_corpus(published: dict[str, Any]) -> None:
    ids = [row["id"] for name in LAYERS for row in published[name]]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("name", ["entities", "quantities", "non_quantities", "non_attributions"])
def test_rows_stand_in_reading_order(name: str, published: dict[str, Any]) -> None:
    order = [(row["article_id"], row["span"]["start"]) for row in published[name]]
    assert order == sorted(order)


@pytest.mark.parametrize("name", LAYERS)
def test_rows_stand_in_the_order_of_the_canonical_files(name: str, published: dict[str, Any]) -> None:
    for one in CORPUS.articles:
        written = [r.id for r in one.files[SCHEMA.tables[name].file].records if r.table.name == name]
        assert [row["id"] for row in published[name] if row["article_id"] == one.id] == written


@pytest.mark.parametrize("table", SCHEMA.tables.values(), ids=lambda t: t.name)
def test_nothing_is_null_that_the_schema_requires(table: Any, published: dict[str, Any]) -> None:
    for row in published[table.name]:
        for column in table.columns:
            if not column.nullable:
                assert row[column.name] is not None, (column.name, row)
            if column.item is not None and row[column.name] is not None:
                assert all(item is not None for item in row[column.name])


def test_every_row_refers_to_rows_that_exist(published: dict[str, Any]) -> None:
    keys = {
        t.name: {row[next(c.name for c in t.columns if c.unique)] for row in published[t.name]}
        for t in SCHEMA.tables.values()
        if any(c.unique for c in t.columns)
    }
    for table in SCHEMA.tables.values():
        for column in table.columns:
            if not column.targets:
                continue
            known = set().union(*(keys[target] for target in column.targets))
            for row in published[table.name]:
                value = row[column.name]
                named = value if isinstance(value, list) else [] if value is None else [value]
                assert set(named) <= known, (table.name, column.name, row)


def test_a_sum_of_the_annotated_article_stands_as_its_annotator_wrote_it(published: dict[str, Any]) -> None:
    (row,) = [r for r in published["quantities"] if r["span"]["text"] == "at least 83" and r["article_id"] == "004"]
    assert (row["lower"], row["upper"], row["lower_closed"], row["upper_closed"]) == (83.0, None, True, False)
    assert (row["dimension"], row["approximate"], row["vague"], row["change"]) == ("count", False, False, "none")
    assert ([m["text"] for m in row["measured"]], row["vouched_by"], row["status"]) == (["people"], [], "asserted")
    header = CORPUS.article("004").files["quantities"].header
    assert [row[name] for name in ("by", "via", "guidelines")] == [header[name] for name in ("by", "via", "guidelines")]


# --- small invented articles --------------------------------------------------------------------------

HEADER = 'status = "complete"\nguidelines = "0.3"\nby = "annotator-a"\nvia = "hand"\n'
RAW = (
    "Ships leave the port\n\n"
    "Two officials told Reuters that War Secretary Pete Hegseth, head of the Pentagon, said that at least 21 ships "
    "had left the port on Monday.\n\n"
    "“Three of them came back,” Trump and Maduro said, while 40 others stayed away, the U.S. Navy added later.\n"
)


def article(**files: str) -> Article:
    meta = read_toml(b'seed_file = "000.txt"\nlanguage = "en"\n', "meta.toml")
    seed = read_seed("000", RAW.encode(), "raw.txt", meta)
    opened = {}
    for name in SCHEMA.layer_files:
        document = Document(f"{name}.toml", missing=True)
        if name in files:
            text = files[name] if files[name].startswith(("status", "#")) else HEADER + files[name]
            document = read_toml(text.encode(), f"{name}.toml")
            assert document.faults == ()
        opened[name] = layer_file(document, SCHEMA, name, "000")
    made = Article("000", seed, opened, SCHEMA)
    assert all(not a.unplaced for layer in made.annotations.values() for a in layer), "a quote has no place"
    return made


def rows(name: str, shared: Shared = NOTHING, **files: str) -> dict[str, dict[str, Any]]:
    made = layer_rows(article(**files), SCHEMA.tables[name], shared)
    return {row["id"].partition("-")[2]: row for row in made}


SHIPS = '[p2.q1]\nmodifier = "at least"\nnumber = "21"\ninterval = "[21, inf)"\n'
OUTER = 'content = "War Secretary Pete Hegseth, head … left the port on Monday"\n'
INNER = 'content = "at least 21 ships had left the port"\n'


def vouching(attributions: str, quantities: str = SHIPS) -> tuple[list[str], str]:
    row = rows("quantities", quantities=quantities, attributions=attributions)["q1"]
    return row["vouched_by"], row["status"]


def test_whoever_is_told_to_have_said_it_vouches_innermost_first() -> None:
    both = f'[p2.a1]\nsource_kind = "anonymous"\n{OUTER}[p2.a2]\nsource_kind = "named"\n{INNER}'
    assert vouching(both) == (["000-a2", "000-a1"], "claimed")


def test_the_article_itself_asserts_what_nobody_in_it_vouches_for() -> None:
    assert vouching("") == ([], "asserted")
    elsewhere = '[p3.a1]\nsource_kind = "named"\ncontent = "Three of them came back"\n'
    assert vouching(elsewhere) == ([], "asserted")


@pytest.mark.parametrize("polarity", ["deny", "doubt", "decline"])
def test_who_denies_doubts_or_declines_does_not_vouch(polarity: str) -> None:
    refused = f'[p2.a1]\nsource_kind = "named"\npolarity = "{polarity}"\n{INNER}'
    assert vouching(refused) == ([], "asserted")
    assert vouching(refused + f'[p2.a2]\nsource_kind = "named"\n{OUTER}') == (["000-a2"], "claimed")


def test_an_implicit_source_vouches_too() -> None:
    assert vouching(f'[p2.a1]\nsource_kind = "implicit"\n{INNER}') == (["000-a1"], "claimed")


def test_who_vouches_says_the_whole_quantity() -> None:
    part = '[p2.a1]\nsource_kind = "named"\ncontent = "21 ships had left"\n'
    assert vouching(part) == ([], "asserted")
    fragments = '[p2.a1]\nsource_kind = "named"\ncontent = ["said that at least", "21 ships"]\n'
    assert vouching(fragments) == ([], "asserted")


def test_only_the_fragment_that_holds_the_quantity_counts_for_the_order() -> None:
    first = '[p2.a1]\nsource_kind = "named"\ncontent = ["at least 21 ships", "War Secretary Pete Hegseth"]\n'
    second = '[p2.a2]\nsource_kind = "named"\ncontent = "at least 21 ships had"\n'
    assert vouching(first + second) == (["000-a1", "000-a2"], "claimed")


def test_who_vouches_may_be_written_by_hand() -> None:
    by_hand = SHIPS + 'vouched_by = ["a7"]\nvouched_by_reason = "x"\n'
    assert vouching(f'[p2.a1]\nsource_kind = "named"\n{INNER}', by_hand) == (["000-a7"], "claimed")
    elsewhere = SHIPS + 'vouched_by = ["003-a7", "a1"]\nvouched_by_reason = "x"\n'
    assert vouching("", elsewhere) == (["003-a7", "000-a1"], "claimed")


@pytest.mark.parametrize("status", ["disputed", "unverified"])
def test_the_status_may_be_written_where_the_article_says_so(status: str) -> None:
    told = f'[p2.a1]\nsource_kind = "named"\n{INNER}'
    assert vouching(told, SHIPS + f'status = "{status}"\n') == (["000-a1"], status)


def test_a_vague_amount_has_no_bounds_and_no_empty_flags() -> None:
    row = rows("quantities", quantities='[p2.q1]\nnumber = "Two"\nvague = true\n')["q1"]
    assert (row["lower"], row["upper"], row["lower_closed"], row["upper_closed"]) == (None, None, False, False)
    assert row["vague"] is True
    assert row["interval"] is None


@pytest.mark.parametrize(
    ("content", "quotation"),
    [
        ("", "none"),
        ('content = "Three of them came back"\n', "direct"),
        ('content = "“Three of them came back,”"\n', "direct"),
        ('content = "40 others stayed away"\n', "indirect"),
        ('content = ["Three of them came back", "40 others stayed away"]\n', "mixed"),
    ],
)
def test_the_kind_of_quotation_is_told_by_the_marks(content: str, quotation: str) -> None:
    row = rows("attributions", attributions=f'[p3.a1]\nsource_kind = "named"\ncue = "said"\n{content}')["a1"]
    assert row["quotation"] == quotation


ENTITIES = """
[p2]
e1 = { q = "Reuters", type = "ORG", key = "reuters" }
e2 = { q = "Pete Hegseth", type = "PERSON", key = "pete-hegseth", title = "War Secretary" }
e3 = { q = "Pentagon", type = "ORG", key = "pentagon" }
e4 = { q = "Two officials", type = "PERSON", mention = "nominal" }

[p3]
e5 = { q = "Trump", type = "PERSON", key = "donald-trump" }
e6 = { q = "Maduro", type = "PERSON", key = "nicolas-maduro" }
e7 = { q = "U.S.", type = "GPE", reading = "government", key = "united-states" }
e8 = { q = "U.S. Navy", type = "ORG", key = "us-navy" }
"""


def key_of(source: str, paragraph: str = "p2", written: str = "") -> str | None:
    attribution = f'[{paragraph}.a1]\nsource_kind = "named"\nsource = {source}\n{written}'
    return rows("attributions", entities=ENTITIES, attributions=attribution)["a1"]["source_key"]


@pytest.mark.parametrize(
    ("source", "paragraph", "key"),
    [
        ('"Reuters"', "p2", "reuters"),
        ('"War Secretary Pete Hegseth"', "p2", "pete-hegseth"),
        ('"the Pentagon"', "p2", "pentagon"),
        ('"Pete Hegseth, head"', "p2", "pete-hegseth"),
        ('"Two officials"', "p2", None),
        ('"the U.S. Navy"', "p3", "us-navy"),
        ('"U.S. Navy"', "p3", "us-navy"),
        ('"the U.S. Navy added"', "p3", "us-navy"),
        ('"others"', "p3", None),
        ('"Trump and Maduro said"', "p3", None),
    ],
)
def test_the_key_of_a_source_is_that_of_the_name_it_mentions(source: str, paragraph: str, key: str | None) -> None:
    assert key_of(source, paragraph) == key


@pytest.mark.parametrize(("source", "paragraph"), [('"Trump and Maduro"', "p3"), ('["Trump", "Maduro"]', "p3")])
def test_a_source_of_two_has_the_key_of_neither(source: str, paragraph: str) -> None:
    assert key_of(source, paragraph) is None


def test_a_source_does_not_take_the_key_of_a_name_in_its_apposition() -> None:
    assert key_of('"War Secretary Pete Hegseth, head of the Pentagon"') in ("pete-hegseth", None)


def test_the_key_of_a_source_may_be_written_by_hand() -> None:
    assert key_of('"Two officials"', "p2", 'source_key = "pentagon"\n') == "pentagon"


def test_no_source_has_no_key() -> None:
    made = article(attributions='[p2.a1]\nsource_kind = "implicit"\ncue = "said"\n')
    assert source_key(made, made.annotations["attributions"][0], NOTHING) is None


def test_the_wikidata_item_of_a_mention_comes_from_the_registry() -> None:
    values = {"reuters": {"qid": "Q130879"}, "pentagon": {}}
    table, document = SCHEMA.tables["registry"], Document("registry.toml")
    shared = Shared({k: Record(table, "", "", k, v, document) for k, v in values.items()}, {})
    found = rows("entities", shared, entities=ENTITIES)
    assert {name: row["qid"] for name, row in found.items() if row["qid"]} == {"e1": "Q130879"}


def test_the_figure_of_a_quantity_is_the_one_that_lists_it() -> None:
    shared = Shared({}, {"000-q1": "ships-gone", "001-q2": "others"})
    two = SHIPS + '[p2.q2]\nnumber = "Two"\ninterval = "[2, 2]"\n'
    found = rows("quantities", shared, quantities=two)
    assert {name: row["figure_id"] for name, row in found.items()} == {"q2": None, "q1": "ships-gone"}


def test_what_stands_at_the_top_of_a_file_holds_for_its_records_unless_they_say_otherwise() -> None:
    found = rows(
        "entities",
        entities='[p2]\ne1 = { q = "Reuters", type = "ORG", by = "annotator-b", guidelines = "0.2" }\n'
        'e3 = { q = "Pentagon", type = "ORG", via = "corrected", sure = false }\n',
    )
    kept = ("by", "via", "guidelines", "sure")
    assert [found["e1"][k] for k in kept] == ["annotator-b", "hand", "0.2", True]
    assert [found["e3"][k] for k in kept] == ["annotator-a", "corrected", "0.3", False]


def test_short_references_become_full_ids() -> None:
    attributions = (
        '[p2.a1]\nsource_kind = "named"\nparent = "a2"\nsubset_of = "003-a4"\nabout = ["a2", "003-a1"]\n'
        'cue = "said"\nsource_key = "a1"\n'
    )
    row = rows("attributions", attributions=attributions)["a1"]
    assert (row["parent"], row["subset_of"], row["about"]) == ("000-a2", "003-a4", ["000-a2", "003-a1"])
    assert row["source_key"] == "a1"


def test_what_is_not_written_is_an_empty_list_a_default_or_null() -> None:
    row = rows("quantities", quantities=SHIPS, attributions="")["q1"]
    for name in ("measured", "property", "scope", "part_of", "excludes", "derived_from", "disputes", "vouched_by"):
        assert row[name] == []
    assert (row["dimension"], row["change"], row["approximate"], row["sure"]) == ("count", "none", False, True)
    assert row["unit"] is row["unit_code"] is row["as_of"] is row["note"] is row["figure_id"] is None


# --- layers that are missing, begun, empty ------------------------------------------------------------


def tables(**files: str) -> dict[str, list[dict[str, Any]]]:
    return article_tables(article(**files), SCHEMA, NOTHING)


def test_a_layer_without_a_file_is_unknown_not_empty() -> None:
    made = tables()
    (row,) = made["articles"]
    assert [row[name] for name in NESTED] == [None] * len(NESTED)
    assert {layer["status"] for layer in row["layers"]} == {"missing"}
    assert [layer["layer"] for layer in row["layers"]] == LAYERS
    for sentence in made["tokens"]:
        unknown = [-1] * len(sentence["tokens"])
        assert sentence["entity_tags"] == sentence["quantity_tags"] == sentence["attribution_tags"] == unknown


def test_a_finished_layer_without_records_is_empty_not_unknown() -> None:
    made = tables(entities=HEADER, quantities=HEADER.replace("complete", "adjudicated"), attributions=HEADER)
    (row,) = made["articles"]
    assert row["entities"] == row["quantities"] == row["attributions"] == []
    assert made["entities"] == made["non_quantities"] == []
    for sentence in made["tokens"]:
        outside = [0] * len(sentence["tokens"])
        assert sentence["entity_tags"] == sentence["quantity_tags"] == sentence["attribution_tags"] == outside


DRAFT = HEADER.replace("complete", "draft")


@pytest.mark.parametrize("header", [DRAFT, "# It does not say how far it is.\n"])
def test_nothing_of_a_draft_is_published(header: str) -> None:
    made = tables(entities=f'{header}[p2]\ne1 = {{ q = "Reuters", type = "ORG", key = "reuters" }}\n')
    (row,) = made["articles"]
    assert (row["entities"], made["entities"]) == (None, [])
    (layer,) = [layer for layer in row["layers"] if layer["layer"] == "entities"]
    assert layer == {"layer": "entities", "status": "draft", "guidelines": None, "annotations": None}
    assert all(set(sentence["entity_tags"]) == {-1} for sentence in made["tokens"])


def test_a_draft_that_holds_anything_at_all_can_be_left_out() -> None:
    odd = f"{DRAFT}[p2]\ne1 = {{ q = 5, type = [] }}\nx9 = 1\n[p3.q1]\ninterval = 7\nnumber = {{}}\nvouched_by = 3\n"
    made = tables(entities=odd, quantities=odd, attributions=odd)
    assert all(made[name] == [] for name in LAYERS)


SAID = HEADER + '[p2.a1]\nsource = "Reuters"\ncue = "told"\ncontent = "that at least 21 ships"\nsource_kind = "named"\n'


@pytest.mark.parametrize("attributions", [None, SAID.replace("complete", "draft")], ids=["missing", "draft"])
def test_who_vouches_is_unknown_without_the_attributions(attributions: str | None) -> None:
    held = {} if attributions is None else {"attributions": attributions}
    (number,) = tables(quantities=SHIPS, **held)["quantities"]
    assert (number["vouched_by"], number["status"]) == (None, None)
    written = SHIPS.replace("interval", 'status = "disputed"\ninterval', 1)
    (number,) = tables(quantities=written, **held)["quantities"]
    assert (number["vouched_by"], number["status"]) == (None, "disputed")
    by_hand = SHIPS.replace("interval", 'vouched_by = []\nvouched_by_reason = "x"\ninterval', 1)
    (number,) = tables(quantities=by_hand, **held)["quantities"]
    assert (number["vouched_by"], number["status"]) == ([], "asserted")


def test_the_key_of_a_source_is_unknown_without_the_entities() -> None:
    mention = HEADER + '[p2]\ne1 = { q = "Reuters", type = "ORG", key = "reuters" }\n'
    keys = [
        tables(attributions=SAID, entities=entities)["attributions"][0]["source_key"]
        for entities in (mention, mention.replace("complete", "draft"))
    ]
    assert keys == ["reuters", None]


def test_assertions_of_a_draft_file_are_a_draft_too() -> None:
    one = '[p3]\ns1 = { q = "40 others" }\n'
    for header, status, count in ((HEADER, "selective", 1), (DRAFT, "draft", None)):
        made = tables(attributions=f"{header}{one}")
        (layer,) = [layer for layer in made["articles"][0]["layers"] if layer["layer"] == "assertions"]
        assert (layer["status"], layer["annotations"], len(made["assertions"])) == (status, count, count or 0)


def test_what_the_seed_does_not_show_is_null() -> None:
    (row,) = tables()["articles"]
    assert row["outlet"] is row["published"] is row["rights"] is None
    assert row["evidence"] == []
    assert row["title"] == "Ships leave the port"


def test_rows_become_arrow_of_the_schema_whatever_is_missing() -> None:
    for name, found in tables(entities=ENTITIES, quantities=SHIPS).items():
        table = SCHEMA.tables[name]
        assert to_arrow(found, table).to_pylist() == found
        assert to_arrow([], table).schema.equals(to_arrow(found, table).schema)


def test_every_computed_column_of_a_layer_is_known() -> None:
    assert computed_columns(SCHEMA.tables["quantities"]) >= {"span", "lower", "vouched_by", "id"}
    assert computed_columns(SCHEMA.tables["entities"]) == {"id", "article_id", "paragraph_id", "qid"}


# --- digests ------------------------------------------------------------------------------------------


def test_a_digest_does_not_see_how_a_table_is_cut() -> None:
    import pyarrow

    whole = make_tables(CORPUS)["entities"]
    for size in (1, 3, 7, 1000):
        cut = pyarrow.concat_tables([whole.slice(at, size) for at in range(0, whole.num_rows, size)])
        assert logical_digest(cut) == logical_digest(whole)
    assert logical_digest(whole.combine_chunks()) == logical_digest(whole)
    assert logical_digest(whole.replace_schema_metadata({"a": "b"})) == logical_digest(whole)


def test_a_digest_sees_every_value_the_order_of_rows_and_the_names_of_columns() -> None:
    import pyarrow

    columns = {"a": [1, 2], "b": ["x", None], "c": [[1.5], []], "d": [{"e": True}, None]}
    digests = [logical_digest(pyarrow.table(columns))]
    changes: list[tuple[str, list[Any]]] = [
        ("a", [1, 3]),
        ("b", ["x", ""]),
        ("b", [None, "x"]),
        ("c", [[1.25], []]),
        ("c", [[1.5], None]),
        ("c", [[], [1.5]]),
        ("d", [{"e": False}, None]),
        ("d", [{"e": None}, None]),
    ]
    digests += [logical_digest(pyarrow.table(columns | {name: values})) for name, values in changes]
    digests.append(logical_digest(pyarrow.table({k: v[::-1] for k, v in columns.items()})))
    digests.append(logical_digest(pyarrow.table(columns).rename_columns(["a", "b", "c", "x"])))
    digests.append(logical_digest(pyarrow.table(columns).slice(0, 1)))
    digests.append(logical_digest(pyarrow.table({k: columns[k] for k in "bacd"})))
    assert len(set(digests)) == len(digests)


def test_a_digest_sees_the_last_value_of_a_wide_table() -> None:
    import pyarrow

    table = make_tables(CORPUS)["entities"]
    last = table.column(table.num_columns - 1).to_pylist()
    other = pyarrow.array([*last[:-1], "another"], table.schema.types[-1])
    changed = table.set_column(table.num_columns - 1, table.schema.field(table.num_columns - 1), other)
    assert logical_digest(changed) != logical_digest(table)


def test_the_map_of_an_article_is_the_one_its_spans_were_made_with() -> None:
    made = article()
    again = OffsetMap.from_deltas(whole_row(made, SCHEMA, NOTHING)["map"])
    assert again == made.normalised.map
    for segment in segment_rows(made):
        if segment["kept"]:
            back = again.to_raw(segment["start"], segment["end"])
            assert RAW[back.start : back.end].strip() == made.text[segment["start"] : segment["end"]]


def test_the_row_of_an_article_has_the_columns_of_its_table() -> None:
    layers: dict[str, list[Any]] = {name: [] for name in LAYERS}
    assert list(article_row(article(), SCHEMA, layers)) == list(SCHEMA.tables["articles"].names)
