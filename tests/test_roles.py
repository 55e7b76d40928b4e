"""Gaps that no adjudication would have closed: roles, paragraphs, articles, intervals and letters, right and wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.checks_support import ATTRIBUTIONS, BASE, QUANTITIES, REGISTRY, TOY, copied, found, replace, slugs
from vouchbank.checks import check
from vouchbank.corpus import Corpus

LEAKS = 'number = "12"\ninterval = "[12, 12]"\nmeasured = "leaks"'


@pytest.mark.parametrize(
    ("interval", "short"),
    [
        ("[05000, 5000.0]", "[5000, 5000]"),
        ("[5000, 5000.50]", "[5000, 5000.5]"),
        ("[-0, inf)", "[0, inf)"),
        ("(-inf, -0.0)", "(-inf, 0)"),
        ("[00.10, 100]", "[0.1, 100]"),
        ("[1200, 120000]", ""),
        ("[-3.05, 0]", ""),
        ("(0.000000001, 999999999999999999)", ""),
        ("(-inf, inf)", ""),
    ],
)
def test_an_interval_is_written_in_one_way(interval: str, short: str, base: Path) -> None:
    replace(base, QUANTITIES, '"[12, 12]"', f'"{interval}"')
    said = [f.help for f in check(Corpus(base)) if f.slug == "interval-not-shortest"]
    assert said == ([f"write {short}"] if short else [])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (LEAKS, f'{LEAKS}\nscope = ["12"]'),
        (LEAKS, f'{LEAKS}\nscope = ["counted 12"]'),
        (LEAKS, f'{LEAKS}\nscope = ["leaks", "in it"]'),
        (LEAKS, f'{LEAKS}\nproperty = ["leaks"]'),
        (LEAKS, LEAKS.replace('"leaks"', '"12"')),
        (LEAKS, LEAKS.replace('"leaks"', '"12 leaks"')),
        ('modifier = "at least"', 'modifier = "at least"\nscope = ["least"]'),
    ],
)
def test_words_of_a_quantity_have_one_role(old: str, new: str, base: Path) -> None:
    replace(base, QUANTITIES, old, new)
    assert "words-in-two-roles" in [f.slug for f in found(base)]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('addressee = "the Lake Post"', 'addressee = { q = "Brook", n = "2/2" }'),
        ('cue = "told"', 'cue = { q = "Brook", n = "2/2" }'),
        ('addressee = "the Lake Post"', 'addressee = "“The dam will hold,”"'),
    ],
)
def test_words_of_an_attribution_have_one_role(old: str, new: str, base: Path) -> None:
    replace(base, ATTRIBUTIONS, old, new)
    assert "words-in-two-roles" in [f.slug for f in found(base)]


@pytest.mark.parametrize(
    "more",
    [
        'scope = ["in it"]',
        'scope = ["counted", "in it"]',
        'scope = ["leaks in it"]',  # it holds what is measured, as `of the 20 boats` may
        'scope = [{ p = "p2", q = "on Monday" }]',
        'property = ["counted"]',
    ],
)
def test_other_words_may_be_anything(more: str, base: Path) -> None:
    replace(base, QUANTITIES, LEAKS, f"{LEAKS}\n{more}")
    assert found(base) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "wrong"),
    [
        (QUANTITIES, 'number = "12"', 'number = { p = "p2", q = "21" }', True),
        (QUANTITIES, 'number = "12"', 'number = "12"\nunit = { p = "p2", q = "boats", n = "1/2" }', True),
        (QUANTITIES, 'modifier = "at least"', 'modifier = { p = "p3", q = "counted" }', True),
        (QUANTITIES, 'measured = "leaks"', 'measured = { p = "p2", q = "The dam" }', False),
        (ATTRIBUTIONS, 'cue = "called"', 'cue = { p = "p2", q = "said" }', True),
        (ATTRIBUTIONS, 'content = "the dam “a tired wall”"',
         'content = ["the dam “a tired wall”", { p = "p2", q = "Monday" }]', False),
        (ATTRIBUTIONS, 'source = "The Lake Post of Oxmere"', 'source = { p = "p2", q = "the Lake Post" }', False),
    ],
)  # fmt: skip
def test_number_and_cue_stand_in_the_paragraph_of_their_annotation(
    file: str, old: str, new: str, wrong: bool, base: Path
) -> None:
    replace(base, file, old, new)
    assert ("outside-own-paragraph" in slugs(base)) == wrong


@pytest.mark.parametrize(
    ("file", "after", "field"),
    [
        ("quantities", 'derived_from = ["q1"]', 'excludes = ["001-q1"]'),
        ("quantities", 'derived_from = ["q1"]', 'part_of = ["001-q1"]'),
        ("quantities", 'derived_from = ["q1"]', 'disputes = ["001-q1"]'),
        ("quantities", 'part_of = ["q1"]', 'derived_from = ["001-q1"]'),
        ("quantities", 'part_of = ["q1"]', 'excludes = ["001-e2"]'),
        ("attributions", 'parent = "a2"', 'subset_of = "001-a1"'),
        ("attributions", 'parent = "a2"', 'about = ["001-a1"]'),
    ],
)
def test_an_annotation_refers_to_its_own_article(file: str, after: str, field: str, tmp_path: Path) -> None:
    root = copied(TOY, tmp_path)
    path = f"annotations/000/{file}.toml"
    replace(root, path, after, f"{after}\n{field}")
    assert [f.slug for f in found(root)] == ["reference-to-other-article"]
    replace(root, path, "001-", "000-")
    assert "reference-to-other-article" not in slugs(root)


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("L\u0430ke Post", True),
        ("\u041bake Post", True),
        ("Lake P\u03bfst", True),
        ("\uff2cake Post", True),
        ("Lake Post \u041b\u0443\u0433", False),
        ("Lake Post 5 µg of \u0394T", False),
        ("Läke Pöst", False),
        ("Lake Post 海風x", False),
    ],
)
def test_a_word_has_one_alphabet(name: str, wrong: bool, base: Path) -> None:
    replace(base, REGISTRY, 'name = "Lake Post"', f'name = "{name}"')
    replace(base, REGISTRY, "aliases = []\n\n[oxmere]", 'aliases = ["Lake Post"]\n\n[oxmere]')
    assert ("mixed-alphabets" in slugs(base)) == wrong


@pytest.mark.parametrize("key", ["l\u0430ke", "Lake", "lake_post", "lake post", "lake-", ""])
@pytest.mark.parametrize("file", ["registry", "figures", "claims"])
def test_a_key_of_a_shared_table_has_its_form(file: str, key: str, tmp_path: Path) -> None:
    root = copied(TOY, tmp_path)
    path = root / f"annotations/{file}.toml"
    text = path.read_text("utf-8")
    first = text.partition("[")[2].partition("]")[0]
    path.write_text(text.replace(f"[{first}]", f'["{key}"]', 1), "utf-8")
    assert ("malformed-shared-record", key) in [(f.slug, f.annotation) for f in check(Corpus(root))]


@pytest.mark.parametrize("corpus", [TOY, BASE], ids=["toy", "base"])
def test_what_is_right_is_left_alone(corpus: Path) -> None:
    assert check(Corpus(corpus)) == []
