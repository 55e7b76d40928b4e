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
        (GOOD, "exactly one rule must have the scope default"),
        (DEFAULT + DEFAULT, "rest-of-it: duplicate id"),
        (DEFAULT + GOOD + GOOD, "ad: duplicate id"),
        (DEFAULT + GOOD.replace('"ad"', '"hand"'), "hand: duplicate id"),
        (DEFAULT + GOOD.replace('"ad"', '"An ad"'), "'An ad' is not an id"),
        (DEFAULT + GOOD.replace("provenance", "source"), "ad: unknown key source"),
        (DEFAULT + GOOD.replace('provenance = "test"', ""), "ad: missing provenance"),
        (DEFAULT + GOOD.replace("promotion", "advert"), "ad: unknown role 'advert'"),
        (DEFAULT + GOOD.replace("anywhere", "somewhere"), "ad: unknown scope 'somewhere'"),
        (DEFAULT + GOOD + 'when = "raining"', "ad: unknown condition 'raining'"),
        (
            DEFAULT + GOOD.replace("anywhere", "rest").replace("promotion", "body"),
            "ad: a rule with the scope rest cannot",
        ),
        (DEFAULT.replace("body", "credit"), "rest-of-it: a rule with the scope default cannot"),
        (DEFAULT + GOOD.replace("Buy .*", "Buy ("), "ad: invalid pattern"),
        (DEFAULT + GOOD.replace('["Buy now"]', '["Sell now"]'), "ad: does not match 'Sell now'"),
        (DEFAULT + GOOD.replace('["Buyers"]', '["Buy it"]'), "ad: matches the near miss 'Buy it'"),
        (DEFAULT + GOOD.replace('["Buyers"]', "[]"), "ad: a line that it matches and a near miss are required"),
        (DEFAULT + GOOD.replace('["Buyers"]', "[1]"), "ad: near_misses must be a list of texts"),
        (DEFAULT + GOOD.replace('"Buy .*"', "1"), "ad: pattern must be text"),
        (DEFAULT + REPAIR, "dash: the pattern must match single characters"),
        (DEFAULT + REPAIR.replace("–", "––"), "dash: the repair must be one visible character"),
        (DEFAULT + REPAIR.replace('"--"', '"[–-]"'), "dash: the pattern matches its own repair"),
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
