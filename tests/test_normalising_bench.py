"""The bench of normalisation counts each line for the rule that decided it, and says which rules break the promise."""

from __future__ import annotations

from collections import Counter

from bench.normalising import LEAST_PRECISION, REPORT, Counts, decided, failures, precision, report
from vouchbank.text import default_rules, normalise

RULES = {rule.id: rule for rule in default_rules()}
PAGE = "Share this article\n\n   Skip to main content\nThe river rose.\n"


def test_a_line_is_counted_for_the_rule_that_decided_it() -> None:
    assert list(decided(normalise(PAGE), "J-JB-")) == [
        ("share-list", "J"),
        ("page-buttons", "J"),
        ("running-text", "B"),
    ]


def test_a_removed_title_counts_neither_way_and_a_kept_one_is_right() -> None:
    counts = Counter({"J": 3, "B": 1, "T": 4})
    assert precision(counts, RULES["share-list"]) == 3 / 4
    assert precision(counts, RULES["headline"]) == 5 / 8
    assert precision(Counter({"T": 4}), RULES["share-list"]) is None


def test_a_rule_that_removes_too_much_or_too_seldom_is_named() -> None:
    sound = {one.id: Counter(J=20) for one in default_rules() if one.evidence == "pages"}
    pages = {"heavy": Counts(rules=sound), "light": Counts()}
    assert list(failures(pages)) == []
    sound["share-list"] = Counter(J=94, B=6)
    sound["newsdesk"] = Counter(J=20)
    del sound["byline"]
    pages["light"].scores = {"nothing": [0.5], "normalise": [0.4]}
    assert list(failures(pages)) == [
        "share-list: precision 0.940 on the heavy rendering",
        "newsdesk: decides 20 lines, its evidence is 'seeds'",
        "byline: decides 0 lines, its evidence is 'pages'",
        "the light rendering: worse than doing nothing",
    ]


def test_the_report_names_every_rule_as_it_is_and_no_other() -> None:
    rows = [line.split(" | ") for line in REPORT.read_text("utf-8").splitlines() if line.startswith("| `")]
    stated = [(row[0].strip("| `"), row[1], row[2]) for row in rows]
    assert stated == [(rule.id, rule.role, rule.evidence) for rule in default_rules()]
    for row in rows:  # rule, role, evidence, then lines and share for each rendering
        for lines, right in ((row[3], row[4]), (row[5], row[6])):
            if RULES[row[0].strip("| `")].removes and int(lines) >= 10 and right:
                assert float(right) >= LEAST_PRECISION
    assert report({"heavy": Counts(), "light": Counts()}).count("\n| `") == len(rows)
