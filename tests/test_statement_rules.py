"""What a quantity says as a whole and whom a source speaks for: invented articles with one thing in each."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.checks_support import ATTRIBUTIONS, QUANTITIES, REGISTRY, found, replace, slugs
from vouchbank.change.fixes import apply_fixes
from vouchbank.corpus import Article, Corpus, repository_root
from vouchbank.corpus.records import Record, layer_file
from vouchbank.corpus.seeds import read_seed
from vouchbank.schema import default_schema_folder, load_schema
from vouchbank.spans import Span, SpanIndex
from vouchbank.tables.rows import corpus_rows, layer_rows
from vouchbank.tables.shared import Shared
from vouchbank.toml.reader import Document, read_toml

SCHEMA = load_schema(default_schema_folder())
HEADER = 'status = "complete"\nguidelines = "0.5"\nby = "annotator-a"\nvia = "hand"\n\n'
RAW = (
    "Harbour\n\n"
    "The mayor claims to have 40 boats and 3 ferries. Fishermen doubt her claim of having 40 boats. Divers laid 12 "
    "cables off, and two divers may follow.\n\n"
    "Spokeswoman Ada Brook of the port said 5 boats sank; people said 6 did. Oxmere rejects 7 claims of the unnamed.\n"
)
BOATS = '[p2.q1]\nnumber = { q = "40", n = "2/2" }\ninterval = "[40, 40]"\nmeasured = { q = "boats", n = "2/2" }\n'
CLAIM = '[p2.a1]\nsource = "her"\ncue = "claim of"\ncontent = "having 40 boats"\nsource_kind = "role"\n'
DOUBT = (
    '\n[p2.a2]\nsource = "Fishermen"\ncue = "doubt"\ncontent = "her claim of having 40 boats"\npolarity = "doubt"\n'
    'source_kind = "collective"\nabout = ["a1"]\n'
)


def article(**files: str) -> Article:
    seed = read_seed(
        "000", RAW.encode(), "raw.txt", read_toml(b'seed_file = "000.txt"\nlanguage = "en"\n', "meta.toml")
    )
    opened = {}
    for name in SCHEMA.layer_files:
        document = Document(f"{name}.toml", missing=name not in files)
        if name in files:
            document = read_toml((HEADER + files[name]).encode(), f"{name}.toml")
        opened[name] = layer_file(document, SCHEMA, name, "000")
    made = Article("000", seed, opened, SCHEMA)
    assert all(not a.unplaced for layer in made.annotations.values() for a in layer), "a quote has no place"
    return made


def rows(layer: str, registry: dict[str, dict[str, Any]] | None = None, **files: str) -> dict[str, dict[str, Any]]:
    table = SCHEMA.tables["registry"]
    known = {key: Record(table, "", "", key, values, Document("x")) for key, values in (registry or {}).items()}
    made = layer_rows(article(**files), SCHEMA.tables[layer], Shared(known, {}))
    return {row["id"].removeprefix("000-"): row for row in made}


# --- status and its evidence ----------------------------------------------------------------------------


def status(quantities: str, attributions: str | None) -> tuple[str | None, list[str] | None]:
    files = {"quantities": quantities} | ({} if attributions is None else {"attributions": attributions})
    row = rows("quantities", **files)["q1"]
    return row["status"], row["status_by"]


def test_who_doubts_what_the_voucher_says_of_the_number_makes_it_disputed() -> None:
    assert status(BOATS, CLAIM + DOUBT) == ("disputed", ["000-a2"])
    assert status(BOATS, CLAIM) == ("claimed", [])
    assert status(BOATS, "") == ("asserted", [])


@pytest.mark.parametrize(("old", "new"), [('about = ["a1"]\n', ""), ('"doubt"\nsource_kind', '"affirm"\nsource_kind')])
def test_who_does_not_answer_or_does_not_doubt_contests_nothing(old: str, new: str) -> None:
    assert old in DOUBT
    assert status(BOATS, CLAIM + DOUBT.replace(old, new))[0] == "claimed"


def test_a_denial_of_a_whole_content_does_not_contest_each_number_in_it() -> None:
    said = (
        '[p2.a1]\nsource = "The mayor"\ncue = "claims"\ncontent = "to have 40 boats and 3 ferries"\n'
        'source_kind = "role"\n'
    )
    denied = (
        '\n[p2.a2]\nsource = "Fishermen"\ncue = "doubt"\ncontent = "The mayor claims to have 40 boats and 3 ferries"\n'
        'polarity = "deny"\nsource_kind = "collective"\nabout = ["a1"]\n'
    )
    one = BOATS.replace("2/2", "1/2")
    two = '\n[p2.q2]\nnumber = "3"\ninterval = "[3, 3]"\nmeasured = "ferries"\n'
    assert status(one + two, said + denied)[0] == "claimed"
    assert status(one, said + denied)[0] == "disputed"


def test_what_disputes_a_number_beats_what_does_not_know_it() -> None:
    other = '\n[p2.q2]\nnumber = "3"\ninterval = "[3, 3]"\nmeasured = "ferries"\ndisputes = ["q1"]\n'
    unknown = BOATS + 'status_by = ["a1"]\n'
    assert status(unknown, CLAIM) == ("unverified", ["000-a1"])
    assert status(unknown + other, CLAIM) == ("disputed", ["000-q2", "000-a1"])
    assert status(BOATS + 'status_words = "Fishermen"\n', CLAIM) == ("unverified", [])


def test_what_contests_a_content_may_be_said_not_to_contest_its_number() -> None:
    assert status(BOATS + 'status = "claimed"\nnote = "they doubt that she claims it"\n', CLAIM + DOUBT) == (
        "claimed",
        [],
    )


def test_evidence_is_unknown_without_the_attributions() -> None:
    assert status(BOATS, None) == (None, None)


# --- statement --------------------------------------------------------------------------------------------


def statement(quantity: str, entities: str = "") -> str:
    return str(rows("quantities", quantities=quantity, entities=entities)["q1"]["statement"])


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("", "40 boats"),
        ('predicate = "having"\narguments = "her"\n', "her claim of having 40 boats"),
        ('predicate = "having"\nfactuality = "negated"\nchange = "increase"\n', "having 40 boats (increase, negated)"),
        ('scope = "having 40 boats"\n', "having 40 boats"),
        ('predicate = { p = "p3", q = "sank" }\n', "40 boats … sank"),
    ],
)
def test_a_statement_says_the_whole_in_the_order_of_the_text(more: str, said: str) -> None:
    assert statement(BOATS + more) == said


def test_a_predicate_in_two_parts_stands_where_its_parts_stand() -> None:
    cables = '[p2.q1]\nnumber = "12"\ninterval = "[12, 12]"\nmeasured = "cables"\npredicate = ["laid", "off"]\n'
    assert statement(cables) == "laid 12 cables off"


def test_what_is_measured_is_said_in_full_where_it_is_short_or_elided() -> None:
    six = '[p3.q1]\nnumber = "6"\ninterval = "[6, 6]"\nmeasured_of = "q2"\n'
    five = '\n[p3.q2]\nnumber = "5"\ninterval = "[5, 5]"\nmeasured = "boats"\n'
    assert statement(six + five) == "6 boats"
    assert (
        statement(
            six.replace("q2", "e1") + five, '[p2]\ne1 = { q = "cables", type = "PRODUCT", mention = "nominal" }\n'
        )
        == "6 cables"
    )
    assert statement(six + 'measured = "did"\n' + five) == "6 boats"


@pytest.mark.parametrize(
    ("quantity", "words", "said"),
    [
        (BOATS + 'predicate = "having"\narguments = "her"\n', "her", "her (Ada Brook) claim of having 40 boats"),
        (BOATS + 'predicate = "doubt"\narguments = "Fishermen"\n', "Fishermen", "Ada Brook doubt … 40 boats"),
        (BOATS + 'predicate = "doubt"\narguments = "Fishermen"\n', "mayor", "Fishermen doubt … 40 boats"),
    ],
)
def test_a_pronoun_gives_way_to_the_name_of_what_it_refers_to(quantity: str, words: str, said: str) -> None:
    mention = f'[p2]\ne1 = {{ q = "{words}", type = "PERSON", mention = "nominal", key = "ada-brook" }}\n'
    assert statement(quantity, mention) == statement(quantity)
    named = '\n[p3]\ne2 = { q = "Ada Brook", type = "PERSON", key = "ada-brook" }\n'
    assert statement(quantity, mention + named) == said


# --- whom a source speaks for, and why ----------------------------------------------------------------------

ROWS: dict[str, dict[str, Any]] = {
    "ada-brook": {"type": "PERSON", "acts_for": "port"},
    "port": {"type": "ORG", "acts_for": "oxland"},
    "oxmere": {"type": "GPE", "seat_of": "oxland"},
    "oxland": {"type": "GPE"},
    "people-000": {"type": "PERSON", "named": False, "acts_for": "port", "capacity": "affiliated"},
    "lake-post": {"type": "ORG"},
    "unions-000": {"type": "ORG", "named": False},
    "nobody": {"type": "PERSON"},
    "a": {"type": "PERSON", "acts_for": "b"},
    "b": {"type": "PERSON", "acts_for": "a"},
}
BROOK = (
    '[p3.a1]\nsource = "Spokeswoman Ada Brook of the port"\ncue = { q = "said", n = "1/2" }\ncontent = "5 boats sank"\n'
    'source_kind = "named"\n'
)
TITLED = '[p3]\ne1 = { q = "Ada Brook", type = "PERSON", key = "ada-brook", title = "Spokeswoman" }\n'


@pytest.mark.parametrize(
    ("key", "principal", "capacity"),
    [
        ("ada-brook", "oxland", "official"),
        ("people-000", "oxland", "affiliated"),
        ("port", "oxland", "official"),
        ("lake-post", "lake-post", "official"),
        ("unions-000", None, None),
        ("nobody", None, None),
        ("a", "a", "official"),
    ],
)
def test_a_source_speaks_for_the_last_of_its_principals(key: str, principal: str | None, capacity: str | None) -> None:
    row = rows("attributions", ROWS, attributions=BROOK + f'source_key = "{key}"\n', entities=TITLED)["a1"]
    assert (row["speaks_for"], row["capacity"]) == (principal, capacity)


@pytest.mark.parametrize(
    ("key", "reading", "principal"),
    [("oxmere", "government", "oxland"), ("oxland", "government", "oxland"), ("oxmere", "population", None)],
)
def test_a_city_stands_for_the_state_where_it_is_read_as_a_government(key: str, reading: str, principal: str) -> None:
    said = '[p3.a1]\nsource = "Oxmere"\ncue = "rejects"\ncontent = "7 claims"\nsource_kind = "named"\n'
    mention = f'[p3]\ne1 = {{ q = "Oxmere", type = "GPE", reading = "{reading}", key = "{key}" }}\n'
    assert rows("attributions", ROWS, attributions=said, entities=mention)["a1"]["speaks_for"] == principal


@pytest.mark.parametrize(
    ("source", "more", "mentions", "grounds"),
    [
        ("Spokeswoman Ada Brook of the port", "", TITLED, "title"),
        ("Spokeswoman Ada Brook of the port", 'justification = "unnamed"\n', TITLED, "justification"),
        ("Ada Brook", "", TITLED, "none"),
        ("people", "", '[p3]\ne1 = { q = "people", type = "PERSON", mention = "nominal" }\n', "none"),
        (
            "people",
            'anonymity_reason = "unnamed"\n',
            '[p3]\ne1 = { q = "people", type = "PERSON", mention = "nominal" }\n',
            "anonymity",
        ),
        ("the port", "", '[p3]\ne1 = { q = "the port", type = "ORG", mention = "nominal" }\n', "none"),
        ("the port", "", '[p3]\ne1 = { q = "the port", type = "PERSON", mention = "nominal" }\n', "role"),
    ],
)
def test_why_the_article_lets_a_source_speak(source: str, more: str, mentions: str, grounds: str) -> None:
    said = f'[p3.a1]\nsource = "{source}"\ncue = "rejects"\ncontent = "7 claims"\nsource_kind = "named"\n{more}'
    assert rows("attributions", attributions=said, entities=mentions)["a1"]["grounds"] == grounds


def test_grounds_are_unknown_without_the_mentions_and_none_without_a_source() -> None:
    assert rows("attributions", attributions=BROOK)["a1"]["grounds"] is None
    silent = '[p3.a1]\ncue = "rejects"\ncontent = "7 claims"\nsource_kind = "implicit"\n'
    assert rows("attributions", attributions=silent)["a1"]["grounds"] == "none"


def test_a_chain_of_any_length_is_walked_once() -> None:
    table = SCHEMA.tables["registry"]
    chain = {str(n): Record(table, "", "", str(n), {"acts_for": str(n + 1)}, Document("x")) for n in range(20_000)}
    assert set(Shared(chain, {}).principals.values()) == {("20000", True)}


# --- the corpus -------------------------------------------------------------------------------------------


def test_every_row_that_acts_for_another_has_a_capacity() -> None:
    corpus = Corpus(repository_root())
    made = corpus_rows(corpus, corpus.schema.tables["registry"])
    assert {row["capacity"] for row in made if row["acts_for"]} == {"official", "affiliated"}
    assert {row["capacity"] for row in made if not row["acts_for"]} == {None}


# --- checks and fixes ---------------------------------------------------------------------------------------


def test_who_acts_for_himself_or_in_a_circle_is_found(base: Path) -> None:
    replace(base, REGISTRY, 'name = "Ada Brook"\n', 'name = "Ada Brook"\nacts_for = "lake-post"\n')
    assert slugs(base) == []
    replace(base, REGISTRY, 'name = "Lake Post"\n', 'name = "Lake Post"\nacts_for = "ada-brook"\n')
    (finding,) = found(base)
    assert (finding.slug, finding.message) == (
        "circular-reference",
        "`acts_for` forms a circle: ada-brook → lake-post → ada-brook",
    )
    replace(base, REGISTRY, 'acts_for = "ada-brook"', 'acts_for = "lake-post"')
    assert [f.message for f in found(base)] == ["`acts_for` forms a circle: lake-post → lake-post"]


@pytest.mark.parametrize(
    ("more", "slug"),
    [
        ('capacity = "official"\n', "malformed-shared-record"),
        ('article = "000"\n', "malformed-shared-record"),
        ('place = "oxmere"\n', "relation-of-other-type"),
        ('seat_of = "oxmere"\n', "relation-of-other-type"),
        ('acts_for = "nobody"\n', "unknown-shared-reference"),
    ],
)
def test_a_registry_row_has_what_its_kind_has(base: Path, more: str, slug: str) -> None:
    replace(base, REGISTRY, 'name = "Ada Brook"\n', f'name = "Ada Brook"\n{more}')
    assert set(slugs(base)) == {slug}


def test_an_interval_of_an_unknown_year_becomes_the_date_it_counts_from(base: Path) -> None:
    replace(base, QUANTITIES, 'measured = "leaks"\n', 'measured = "leaks"\nas_of = "XXXX-09/.."\n')
    (finding,) = found(base)
    assert (finding.slug, finding.help) == ("impossible-date", 'write as_of = "XXXX-09", and since = true')
    result = apply_fixes(Corpus(base))
    assert result.left == {}
    held = tomllib.loads(result.files[QUANTITIES].decode())["p3"]["q3"]
    assert (held["as_of"], held["since"]) == ("XXXX-09", True)


@pytest.mark.parametrize("more", ["since = false\n", ""])
def test_where_the_date_cannot_be_mended_unread_it_is_left(base: Path, more: str) -> None:
    written = f'as_of = "XXXX-09/.."{"" if more else "  # so it says"}\n{more}'
    replace(base, QUANTITIES, 'measured = "leaks"\n', f'measured = "leaks"\n{written}')
    assert slugs(base) == ["impossible-date"]
    assert written in apply_fixes(Corpus(base)).files[QUANTITIES].decode()


def test_what_would_be_computed_is_taken_out(base: Path) -> None:
    replace(base, ATTRIBUTIONS, 'guidelines = "0.3"', 'guidelines = "0.5"')
    replace(base, ATTRIBUTIONS, 'cue = "told"\n', 'cue = "told"\nkind = "statement"\n')
    assert slugs(base) == ["value-as-computed"] * 5
    text = apply_fixes(Corpus(base)).files[ATTRIBUTIONS].decode()
    assert ("ada-brook" in text, "kind =" in text.replace("source_kind", ""), 'source_key = "lake-post"' in text) == (
        False,
        False,
        True,
    )


def test_what_an_older_version_could_not_know_is_not_asked_for(base: Path) -> None:
    replace(base, QUANTITIES, 'measured = "leaks"\n', 'measured = "leaks"\nstatus = "disputed"\nnote = "."\n')
    assert slugs(base) == []
    replace(base, QUANTITIES, 'guidelines = "0.3"', 'guidelines = "0.5"')
    assert sorted(set(slugs(base))) == ["predicate-missing", "status-without-evidence"]


def test_spans_that_begin_in_a_span_are_counted() -> None:
    index = SpanIndex([(Span(0, 9), "a"), (Span(2, 4), "b"), (Span(9, 14), "c")])
    assert [index.beginning(span) for span in (Span(0, 9), Span(1, 3), Span(3, 9), Span(0, 20))] == [2, 1, 0, 3]
