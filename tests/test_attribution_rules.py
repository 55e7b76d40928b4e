"""Rules of edges, names, titles and attributions: what each notices and what it leaves alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.checks_support import (
    ATTRIBUTIONS,
    ENTITIES,
    REGISTRY,
    replace,
    say,
    slugs,
)
from vouchbank.checks import check
from vouchbank.corpus import Corpus
from vouchbank.language.lexicon import abbreviated

# --- edges, names, titles -------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["U.S.", "the U.S.", "Acme Inc.", "Gerald R.", "Sept.", "at 9 a.m."])
def test_the_full_stop_of_an_abbreviation_stays(words: str) -> None:
    assert abbreviated(words)


def test_the_full_stop_of_a_sentence_does_not() -> None:
    assert not abbreviated("3 boats were lost.")


def test_an_official_name_keeps_its_determiner(base: Path) -> None:
    replace(base, ENTITIES, 'e4 = { q = "Lake Post"', 'e4 = { q = "the Lake Post"')
    assert slugs(base) == ["determiner-in-name"]
    replace(base, REGISTRY, 'name = "Lake Post"', 'name = "The Lake Post"')
    assert "determiner-in-name" not in slugs(base)


def test_a_name_that_begins_like_a_title_is_one_if_the_registry_says_so(base: Path) -> None:
    old = 'q = "Ada Brook", type = "PERSON", key = "ada-brook", title = "Mayor"'
    replace(base, ENTITIES, old, 'q = "Mayor Ada Brook", type = "PERSON", key = "ada-brook"')
    assert slugs(base) == ["title-in-name"]
    replace(base, REGISTRY, "aliases = []", 'aliases = ["Mayor Ada Brook"]')
    assert slugs(base) == []


def test_a_title_may_not_hold_a_name(base: Path) -> None:
    say(base, "Mayor Ada Brook", "Oxmere mayor Ada Brook")
    replace(base, ENTITIES, 'title = "Mayor"', 'title = "Oxmere mayor"')
    replace(base, ENTITIES, "e2 =", 'e7 = { q = "Oxmere", type = "GPE", reading = "place", key = "oxmere" }\ne2 =')
    replace(base, ATTRIBUTIONS, '"Mayor Ada Brook"', '"Oxmere mayor Ada Brook"')
    assert slugs(base) == ["title-misplaced"]


@pytest.mark.parametrize("source", ["Brook,", "told the Lake Post."])
def test_commas_and_full_stops_stay_outside(base: Path, source: str) -> None:
    say(base, "Brook told the Lake Post.", "Brook, then, told the Lake Post.")
    old, new = ('source = { q = "Brook", n = "2/2" }', 'source = "Brook,"')
    if source != "Brook,":
        old, new = 'addressee = "the Lake Post"', 'addressee = "the Lake Post."'
    replace(base, ATTRIBUTIONS, old, new)
    assert slugs(base) == ["punctuation-at-edge"]


# --- attributions ---------------------------------------------------------------------------------------


def test_a_colon_is_a_cue_of_punctuation(base: Path) -> None:
    say(base, "called the dam", ": the dam")
    replace(base, ATTRIBUTIONS, 'cue = "called"', 'cue = ":"\ncue_kind = "punctuation"')
    assert slugs(base) == []
    replace(base, ATTRIBUTIONS, 'cue_kind = "punctuation"\n', "")
    assert slugs(base) == []
    replace(base, ATTRIBUTIONS, 'cue = ":"\n', 'cue = ":"\ncue_kind = "verb"\n')
    assert slugs(base) == ["cue-kind-contradicts-cue"]


@pytest.mark.parametrize(
    ("cue", "edge"),
    [
        ("told the Lake Post", "ends with 'Lake Post'"),
        ("Brook told", "begins with 'Brook'"),
        ("the Lake Post", "ends with 'Lake Post'"),
        ("the word", "begins with 'the'"),
        ("told the", ""),
        ("told", ""),
    ],
)
def test_a_cue_neither_begins_with_a_determiner_nor_begins_or_ends_with_a_mention(
    cue: str, edge: str, base: Path
) -> None:
    written = f'{{ q = "{cue}", n = "2/2" }}' if cue.startswith("Brook") else f'"{cue}"'
    say(base, "moved on Monday", "moved on Monday, the word by Brook told Oxmere")
    replace(base, ENTITIES, 'n = "2/2"', 'n = "3/3"')
    replace(base, ATTRIBUTIONS, '"Brook", n = "2/2"', '"Brook", n = "3/3"')
    replace(base, ATTRIBUTIONS, 'cue = "told"', f"cue = {written}")
    said = [f.message for f in check(Corpus(base)) if f.slug == "cue-edge"]
    assert said == [f"the cue {edge}"] * bool(edge)


def test_a_mention_inside_a_cue_or_around_it_is_none_of_its_edges(base: Path) -> None:
    replace(base, ATTRIBUTIONS, 'cue = "told"', 'cue = "told the Lake Post."')
    assert "cue-edge" not in slugs(base)


@pytest.mark.parametrize(
    ("kind", "right"), [("named", False), ("outlet", False), ("anonymous", True), ("role", True), ("collective", True)]
)
def test_a_reason_for_anonymity_stands_only_where_the_source_may_be_unknown(kind: str, right: bool, base: Path) -> None:
    replace(base, ATTRIBUTIONS, 'source_kind = "named"', f'source_kind = "{kind}"\nanonymity_reason = "on Monday"')
    assert ("anonymity-of-known" not in slugs(base)) == right


def test_without_a_cue_the_kind_is_none(base: Path) -> None:
    replace(base, ATTRIBUTIONS, 'cue = "called"\n', "")
    assert slugs(base) == []
    replace(base, ATTRIBUTIONS, 'content = "the dam', 'cue_kind = "verb"\ncontent = "the dam')
    assert slugs(base) == ["cue-kind-contradicts-cue"]


def test_who_answers_needs_no_content(base: Path) -> None:
    say(base, "“a tired wall”", "a tired wall")
    replace(base, ATTRIBUTIONS, 'content = "the dam “a tired wall”"\n', "")
    assert slugs(base) == ["content-missing"]
    replace(base, ATTRIBUTIONS, 'cue = "called"\n', 'cue = "called"\nabout = ["a1"]\n')
    assert slugs(base) == []


def test_a_source_that_interrupts_its_content_is_not_inside_it(base: Path) -> None:
    say(base, "called the dam", "found, the Lake Post adds, the dam")
    record = 'content = ["found", "the dam “a tired wall”"]'
    replace(base, ATTRIBUTIONS, 'cue = "called"\ncontent = "the dam “a tired wall”"', f'cue = "adds"\n{record}')
    assert "content-holds-own-cue" not in slugs(base)
    replace(
        base, ATTRIBUTIONS, '["found", "the dam “a tired wall”"]', '"found, the Lake Post adds, the dam “a tired wall”"'
    )
    assert "content-holds-own-cue" in slugs(base)


def test_the_kind_of_source_is_implicit_without_a_source(base: Path) -> None:
    replace(base, ATTRIBUTIONS, 'source = "The Lake Post of Oxmere"\n', "")
    assert slugs(base) == ["source-kind-contradicts-source"]


@pytest.mark.parametrize(
    ("source", "linked"),
    [
        ("Mayor Ada Brook", True), ("Ada Brook", True), ("Lake Post", True), ("the Lake Post of Oxmere", True),
        ("Oxmere officials", False), ("an editor of the Lake Post", False), ("the Lake Post’s editor", False),
        ("Oxmere (a town)", True), ("Ada Brook and others", True),
    ],
)  # fmt: skip
def test_a_source_is_linked_by_the_mention_of_its_head(base: Path, source: str, linked: bool) -> None:
    say(base, "The Lake Post of Oxmere called", f"So {source} called")
    folder = base / "annotations/000"
    entities = re.sub(r"\[p3\][^\[]*", "[p3]\n", (folder / "entities.toml").read_text("utf-8"))
    for number, (name, rest) in enumerate(
        {
            "Ada Brook": 'type = "PERSON", key = "ada-brook"',
            "Lake Post": 'type = "ORG", key = "lake-post"',
            "Oxmere": 'type = "GPE", reading = "place", key = "oxmere"',
        }.items(),
        5,
    ):
        entities += f'e{number} = {{ q = "{name}", {rest} }}\n' if name in source else ""
    (folder / "entities.toml").write_text(entities, "utf-8")
    replace(base, ATTRIBUTIONS, '"The Lake Post of Oxmere"', f'"{source}"')
    assert ("source-not-linked" in slugs(base)) is not linked


def test_a_source_whose_mention_has_no_place_is_not_also_unlinked(base: Path) -> None:
    replace(base, ENTITIES, 'e5 = { q = "Lake Post"', 'e5 = { q = "Lakes Post"')
    assert slugs(base) == ["quote-not-found"]


def test_a_parent_in_another_article_is_none(base: Path) -> None:
    for folder in ("seeds", "annotations"):
        (base / folder / "001").mkdir()
        for path in (base / folder / "000").iterdir():
            (base / folder / "001" / path.name).write_bytes(path.read_bytes())
    replace(base, ATTRIBUTIONS, 'source_key = "lake-post"\n', 'source_key = "lake-post"\nparent = "001-a1"\n')
    assert slugs(base) == ["parent-without-child", "same-seed"]


@pytest.mark.parametrize(
    ("content", "right"),
    [("how many walls it saw", True), ("", True), ("counted 12 leaks in it", False), ("walls it saw", False)],
)
def test_a_refusal_keeps_what_was_withheld(base: Path, content: str, right: bool) -> None:
    say(base, "called the dam “a tired wall” and", "would not say how many walls it saw and")
    said = f'content = "{content}"\n' if content else ""
    refusal = f'cue = "would not say"\n{said}polarity = "decline"\ncertainty = "underspecified"\n'
    replace(base, ATTRIBUTIONS, 'cue = "called"\ncontent = "the dam “a tired wall”"\n', refusal)
    assert slugs(base) == ([] if right else ["content-of-decline"])


@pytest.mark.parametrize(("cue", "right"), [("no longer believed", True), ("no belief in", False)])
def test_a_cue_may_begin_with_a_negation(base: Path, cue: str, right: bool) -> None:
    say(base, "Brook told the Lake Post", f"Brook {cue} what the Lake Post wrote")
    text = (base / ATTRIBUTIONS).read_text("utf-8")
    (base / ATTRIBUTIONS).write_text(
        text.replace('cue = "told"', f'cue = "{cue}"').replace('addressee = "the Lake Post"\n', ""), "utf-8"
    )
    assert ("cue-edge" in slugs(base)) is not right


# --- right annotation that was refused once: sources in apposition and with a reduced relative clause --------------


@pytest.mark.parametrize(
    ("said", "mention", "linked"),
    [
        ("Its owner, Ada Brook, called", 'q = "Ada Brook", n = "1/1", type = "PERSON", key = "ada-brook"', True),
        ("Ida Reed, Ada Brook, called", 'q = "Ada Brook", type = "PERSON", key = "ada-brook"', False),
        ("Owners led by Ida Reed called", 'q = "Owners", type = "PERSON", mention = "nominal"', True),
        ("Owners Ida Reed called", 'q = "Owners", type = "PERSON", mention = "nominal"', False),
    ],
)
def test_a_mention_is_the_head_of_its_source(said: str, mention: str, linked: bool, base: Path) -> None:
    say(base, "The Lake Post of Oxmere called", said)
    source = said.removesuffix(" called").removesuffix(",")
    replace(base, ATTRIBUTIONS, 'source = "The Lake Post of Oxmere"', f'source = "{source}"')
    text = (base / ENTITIES).read_text("utf-8")
    (base / ENTITIES).write_text(f"{text[: text.index('[p3]')]}[p3]\ne50 = {{ {mention} }}\n", "utf-8")
    assert ("source-not-linked" in slugs(base)) is not linked
