"""The rule file: every rule keeps its promises, and a wrong file is refused by name."""

from __future__ import annotations

import time

import pytest

from vouchbank.text import KEPT_ROLES, REMOVED_ROLES, RuleError, default_rules, read_rules
from vouchbank.text.rules import CONDITIONS, LONGEST, SCOPES, LineRule, Repair, is_prose

RULES = default_rules()
TRIED: list[LineRule | Repair] = [*RULES.rules, *RULES.repairs]

DEFAULT = """
[[rules]]
id = "rest-of-it"
role = "body"
scope = "default"
pattern = ""
provenance = "test"
matches = []
near_misses = []
"""

GOOD = """
[[rules]]
id = "ad"
role = "promotion"
scope = "anywhere"
pattern = "Buy .*"
provenance = "test"
matches = ["Buy now"]
near_misses = ["Buyers"]
"""

REPAIR = """
[[repairs]]
id = "dash"
repair = "–"
pattern = "--"
provenance = "test"
matches = ["a -- b"]
near_misses = ["a - b"]
"""


@pytest.mark.parametrize("rule", TRIED, ids=lambda rule: rule.id)
def test_a_rule_matches_its_examples_and_not_its_near_misses(rule: LineRule | Repair) -> None:
    assert rule.matches
    assert rule.near_misses
    assert [line for line in rule.matches if not rule.reads(line)] == []
    assert [line for line in rule.near_misses if rule.reads(line)] == []


@pytest.mark.parametrize("rule", TRIED, ids=lambda rule: rule.id)
def test_a_rule_says_where_its_evidence_comes_from(rule: LineRule | Repair) -> None:
    assert "Seed" in rule.provenance or "eneral knowledge" in rule.provenance


@pytest.mark.parametrize("rule", RULES.rules, ids=lambda rule: rule.id)
def test_no_pattern_is_slow_on_a_hostile_line(rule: LineRule) -> None:
    bits = ["A", "a", "A ", "Aa ", "1 ", ". ", "A.", "A/", "- ", "’", "(", "share ", "by Aa ", "| ", "a b, ", "a@b."]
    for start in ("", *rule.matches):
        for bit in bits:
            line = (start + bit * LONGEST)[: LONGEST - 1] + "\x01"
            begun = time.perf_counter()
            rule.reads(line)
            assert time.perf_counter() - begun < 0.5, line


def test_default_rules_use_known_roles_scopes_and_conditions() -> None:
    for rule in RULES:
        assert rule.role in KEPT_ROLES + REMOVED_ROLES
        assert rule.scope in SCOPES
        assert rule.when in CONDITIONS


def test_a_good_file_is_read() -> None:
    rules = read_rules(DEFAULT + GOOD)
    assert [rule.id for rule in rules] == ["ad", "rest-of-it"]
    assert rules.matching("Buy this")[0].removes


def test_a_pattern_is_not_tried_on_a_line_too_long_for_furniture() -> None:
    rule = read_rules(DEFAULT + GOOD).rules[0]
    assert rule.reads("Buy " + "x" * (LONGEST - 4))
    assert not rule.reads("Buy " + "x" * (LONGEST - 3))


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (GOOD, "exactly one rule has the scope default"),
        (DEFAULT + DEFAULT, "rest-of-it: this id is taken"),
        (DEFAULT + GOOD + GOOD, "ad: this id is taken"),
        (DEFAULT + GOOD.replace('"ad"', '"hand"'), "hand: this id is taken"),
        (DEFAULT + GOOD.replace('"ad"', '"An ad"'), "'An ad' is not an id"),
        (DEFAULT + GOOD.replace("provenance", "source"), "ad: unknown key source"),
        (DEFAULT + GOOD.replace('provenance = "test"', ""), "ad: missing provenance"),
        (DEFAULT + GOOD.replace("promotion", "advert"), "ad: no such role: advert"),
        (DEFAULT + GOOD.replace("anywhere", "somewhere"), "ad: no such scope: somewhere"),
        (DEFAULT + GOOD + 'when = "raining"', "ad: no such condition: raining"),
        (DEFAULT + GOOD.replace("anywhere", "rest").replace("promotion", "body"), "ad: a rule of scope rest may not"),
        (DEFAULT.replace("body", "credit"), "rest-of-it: a rule of scope default may not"),
        (DEFAULT + GOOD.replace("Buy .*", "Buy ("), "ad: not a pattern"),
        (DEFAULT + GOOD.replace('["Buy now"]', '["Sell now"]'), "ad: does not match 'Sell now'"),
        (DEFAULT + GOOD.replace('["Buyers"]', '["Buy it"]'), "ad: matches the near miss 'Buy it'"),
        (DEFAULT + GOOD.replace('["Buyers"]', "[]"), "ad: needs a line it matches and a near miss"),
        (DEFAULT + GOOD.replace('["Buyers"]', "[1]"), "ad: near_misses is not a list of texts"),
        (DEFAULT + GOOD.replace('"Buy .*"', "1"), "ad: pattern is not a text"),
        (DEFAULT + REPAIR, "dash: a repair replaces one character"),
        (DEFAULT + REPAIR.replace("–", "––"), "dash: a repair is one visible character"),
        (DEFAULT + REPAIR.replace('"--"', '"[–-]"'), "dash: what it repairs, it would repair again"),
        ("[[rules", "rules: "),
        (DEFAULT + "[table]", "unknown table table"),
    ],
)
def test_a_wrong_file_is_refused_by_the_name_of_the_rule(source: str, message: str) -> None:
    with pytest.raises(RuleError) as caught:
        read_rules(source)
    assert message in str(caught.value)


def test_prose_is_long_and_closed_like_a_sentence() -> None:
    sentence = "The river rose overnight, and by the morning the bridge of the old town was shut"
    assert is_prose(sentence + ".")
    assert is_prose(f"“{sentence}.”")
    assert not is_prose(sentence)
    assert not is_prose("The river rose.")
