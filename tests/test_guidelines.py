"""The guidelines agree with the corpus: every example is looked up, and every label and field has examples.

`annotations/GUIDELINES.md` is prose for people, but its examples are list items of a fixed form, its tables repeat the
schema, and its sentences “no example in this corpus” are claims. These tests read all of that and compare it, with the
functions of `guidelines_support.py`.
"""

from __future__ import annotations

import re
import warnings

import pytest

from tests.guidelines_support import (
    FINDS,
    GUIDELINES,
    ROOT,
    Gold,
    Guidelines,
    outdated_sentences,
    problems_of_bookkeeping,
    problems_of_examples,
    problems_of_fields,
    problems_of_labels,
    problems_of_rules,
    problems_of_tables,
    problems_of_version,
    read_guidelines,
)

pytestmark = pytest.mark.slow

# --- the tests ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def gold() -> Gold:
    return Gold(ROOT)


@pytest.fixture(scope="module")
def guidelines() -> Guidelines:
    return read_guidelines(GUIDELINES.read_text(encoding="utf-8"))


def none_of(problems: list[str]) -> None:
    if problems:
        pytest.fail(listed(problems), pytrace=False)


def listed(problems: list[str]) -> str:
    return "annotations/GUIDELINES.md:\n  " + "\n  ".join(problems)


def stale(guidelines: Guidelines, gold: Gold) -> list[str]:
    """A line for each example, label and field in which the guidelines differ from the corpus."""
    return [p for find in FINDS for p in find(guidelines, gold)]


def test_every_example_has_the_form(guidelines: Guidelines) -> None:
    none_of(guidelines.problems)


@pytest.mark.filterwarnings("default:annotations/GUIDELINES.md, lines to update")
def test_the_guidelines_show_what_the_corpus_holds(guidelines: Guidelines, gold: Gold) -> None:
    """Every example is true, every label and field has examples; an outdated “no example” is only a warning."""
    assert len(guidelines.examples) > 300
    problems, outdated = stale(guidelines, gold), outdated_sentences(guidelines, gold)
    if outdated and not problems:
        warnings.warn(f"annotations/GUIDELINES.md, lines to update: {'; '.join(outdated)}", stacklevel=1)
    none_of([*problems, *outdated] if problems else [])


def test_no_example_shows_what_no_rule_decides(guidelines: Guidelines, gold: Gold) -> None:
    none_of(problems_of_bookkeeping(guidelines, gold))


@pytest.mark.parametrize("via", ["hand", "corrected"])
def test_who_made_an_annotation_and_how_makes_no_example_stale(via: str, guidelines: Guidelines) -> None:
    gold = Gold(ROOT)
    before = stale(guidelines, gold)
    for row in (r for tables in gold.rows.values() for rows in tables.values() for r in rows if "via" in r):
        row.update({"by": "alex-doe", "via": via, "guidelines": "9.9", "note": "because"})
    assert stale(guidelines, gold) == before


def test_a_doubt_makes_an_example_stale_only_where_a_rule_decides_it(guidelines: Guidelines) -> None:
    gold = Gold(ROOT)
    before = set(problems_of_examples(guidelines, gold))
    for row in (r for tables in gold.rows.values() for rows in tables.values() for r in rows if "via" in r):
        row["sure"] = not row["sure"]
    lines = {int(p.split(":")[0]) for p in {*problems_of_examples(guidelines, gold)} - before}
    assert lines
    assert lines <= {e.line for s in guidelines.sections for e in s.examples if re.search(r"\bsure\b", s.prose)}


def test_every_rule_has_examples(guidelines: Guidelines) -> None:
    none_of(problems_of_rules(guidelines))


def test_the_tables_repeat_the_schema(guidelines: Guidelines, gold: Gold) -> None:
    none_of(problems_of_tables(guidelines, gold))


def test_the_version_is_the_newest_change(guidelines: Guidelines) -> None:
    none_of(problems_of_version(guidelines))


def test_all_hard_cases_are_there(guidelines: Guidelines) -> None:
    cases = [s.title.split(".")[0] for s in guidelines.sections if re.match(r"Case \d+\. ", s.title)]
    assert cases == [f"Case {n}" for n in range(1, 18)]


# --- the checker can fail -------------------------------------------------------------------------------

RIGHT = "- ✓ 004 p3 entities: “told [Reuters], signalling” → type = ORG, reading = – (a news agency)"
FROM_004 = "All examples come from the articles 004."


def examples_of(line: str, gold: Gold) -> list[str]:
    found = read_guidelines(f"## Entities (`entities`)\n### A rule\n{line}\n")
    return found.problems + problems_of_examples(found, gold)


def test_a_right_example_is_right(gold: Gold) -> None:
    assert examples_of(RIGHT, gold) == []
    assert examples_of("- ✗ 004 p3 entities: “four U.S. officials [told Reuters],”", gold) == []
    assert examples_of("- ✓ 004 p3 attributions.cue: “officials [told] Reuters” → kind = statement", gold) == []


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("- ✓ 004 p3 entities: told [Reuters] → type = ORG", "not of the form"),
        ("- ✓ 004 p3 entities “[Reuters]”", "not of the form"),
        ("* ✓ 004 p3 entities: “[Reuters]”", "not of the form"),
        ("  - ✓ 004 p3 entities: “[Reuters]”", "not of the form"),
        ("- ✓ 004 p3 entities: “[Reuters]” → type", "not of the form"),
        ("- ✓ 004 p3 entities: “told Reuters”", "brackets"),
        ("- ✓ 004 p3 entities: “[told] [Reuters]”", "brackets"),
        ("- ✓ 004 p3 entities: “told [Routers]”", "is not in"),
        ("- ✓ 004 p99 entities: “told [Reuters]”", "has no p99"),
        ("- ✓ 999 p1 entities: “told [Reuters]”", "has no p1"),
        ("- ✓ 004 p8 entities: “[U.S.] ”", "more than once"),
        ("- ✓ 004 p3 people: “told [Reuters]”", "no such table: people"),
        ("- ✓ 004 p3 attributions: “told [Reuters]”", "name the column"),
        ("- ✓ 004 p3 entities: “told [Reuters]” → colour = blue", "no field colour"),
        ("- ✓ 004 p3 entities: “officials [told Reuters]”", "is not one span of entities.span"),
        ("- ✓ 004 p3 entities: “officials [told Reuters]” → type = ORG", "is not one span of entities.span"),
        ("- ✗ 004 p3 entities: “officials [told Reuters]” → type = ORG", "is not one span of entities.span"),
        ("- ✓ 004 p3 entities: “told [Reuters]” → type = GPE", "has type = ORG"),
        ("- ✓ 004 p3 entities: “told [Reuters]” → type = ORG, sure = false", "sure = true"),
        ("- ✗ 004 p3 entities: “told [Reuters]”", "not a near miss"),
        ("- ✗ 004 p3 entities: “told [Reuters]” → type = ORG", "not a near miss"),
        ("- ✓ registry no-such-key → type = ORG", "registry has no no-such-key"),
        ("- ✓ registry reuters → type = GPE", "has type = ORG"),
        ("- ✓ registry reuters", "says no value"),
        ("- ✓ figures: 004 p8 “at [least] 21” + 001 p3 “[several] strikes” → relation = equal", "is not one"),
        ("- ✓ figures: 004 p8 “[at least 21]” + 001 p3 “[several] strikes”", "says no value"),
    ],
)
def test_a_wrong_example_is_found(line: str, problem: str, gold: Gold) -> None:
    problems = examples_of(line, gold)
    assert len(problems) == 1
    assert problem in problems[0]


def test_a_wrong_pair_is_found(gold: Gold, monkeypatch: pytest.MonkeyPatch) -> None:
    said, reported = "000 p8 “Trump [said] last”", "002 p3 “has [reportedly] approved”"
    approval = {"a": "000-a10", "b": "002-a1", "relation": "stronger", "sure": True, "reason": "said, not reported"}
    monkeypatch.setitem(gold.corpus_rows, "claims", [{"id": "cia-approval", "pairs": [approval]}])
    assert examples_of(f"- ✓ claims: {said} + {reported} → relation = stronger, sure = true", gold) == []
    assert examples_of(f"- ✓ claims: {reported} + {said} → relation = weaker", gold) == []
    assert "has stronger" in examples_of(f"- ✓ claims: {said} + {reported} → relation = weaker", gold)[0]
    assert "such a pair" in examples_of(f"- ✗ claims: {reported} + {said} → relation = weaker", gold)[0]
    assert "no such pair" in examples_of(f"- ✓ claims: {said} + 001 p4 “[confirmed]” → relation = equal", gold)[0]


def test_a_missing_rule_label_field_or_table_is_found(gold: Gold) -> None:
    found = read_guidelines(f"{FROM_004}\n## Entities (`entities`)\n### A rule\n{RIGHT}\n")
    assert problems_of_rules(found) == ["3: “A rule” has 1 ✓ and 0 ✗"]
    labels = problems_of_labels(found, gold)
    assert "entities: type = LAW occurs 0 times: a sentence must say so" in labels
    assert any(p.startswith("entities: type = ORG occurs") and p.endswith("has 1 ✓") for p in labels)
    assert "entities: type = ORG has no ✗" in labels
    assert any(p.startswith("quantities: number occurs") for p in problems_of_fields(found, gold))
    assert "the chapter of entities has no table of type" in problems_of_tables(found, gold)


def test_an_example_that_shows_what_no_rule_decides_is_found(gold: Gold) -> None:
    for pair, table in (("via = model", "entities"), ("note = –", "entities"), ("sure = true", "entities")):
        line = f"- ✓ 004 p3 {table}: “told [Reuters], signalling” → {pair}"
        found = read_guidelines(f"## Entities (`entities`)\n### A rule\n{line}\n")
        assert problems_of_bookkeeping(found, gold) == [f"3: {pair.split()[0]} is not decided by this section"]
    found = read_guidelines(f"## Entities (`entities`)\n### A rule\n- In doubt `sure = false`.\n{line}\n")
    assert problems_of_bookkeeping(found, gold) == []


def test_a_false_sentence_is_found(gold: Gold) -> None:
    text = FROM_004 + "\n## Entities (`entities`)\n`type = ORG`, `type = LAW`: {} in this corpus."
    none = read_guidelines(text.format("no example"))
    assert [(s.label, s.count) for s in none.sentences] == [("ORG", 0), ("LAW", 0)]
    assert not [p for p in problems_of_labels(none, gold) if "type = ORG" in p]
    (line,) = outdated_sentences(none, gold)
    assert re.fullmatch(r"3: entities: type = ORG occurs \d+ times by now, not 0", line)
    one = read_guidelines(text.format("only one example"))
    assert "3: entities: type = LAW occurs 0 times, not 1" in problems_of_labels(one, gold)


def test_stale_examples_are_one_failure_with_a_line_each_and_the_sentences_to_update(
    guidelines: Guidelines, monkeypatch: pytest.MonkeyPatch
) -> None:
    gold = Gold(ROOT)
    example = next(e for e in guidelines.examples if e.holds and e.table == "entities" and ("type", "ORG") in e.pairs)
    rows = gold.matching(example.quotes[0], "entities", example.column)
    assert not isinstance(rows, str)
    monkeypatch.setitem(rows[0], "type", "LAW")
    with pytest.raises(pytest.fail.Exception) as failed:
        test_the_guidelines_show_what_the_corpus_holds(guidelines, gold)
    lines = str(failed.value).splitlines()[1:]
    assert not failed.value.pytrace
    assert f"  {example.line}: {rows[0]['id']} has type = LAW" in lines
    assert any("type = LAW occurs 1 times by now, not 0" in line for line in lines)


def test_a_label_that_occurs_for_the_first_time_is_not_a_failure(guidelines: Guidelines) -> None:
    gold = Gold(ROOT)
    gold.rows["004"]["entities"].append({**gold.rows["004"]["entities"][0], "type": "LAW", "span": None})
    with pytest.warns(UserWarning, match="lines to update: .*type = LAW occurs 1 times by now, not 0"):
        test_the_guidelines_show_what_the_corpus_holds(guidelines, gold)


def test_a_wrong_table_is_found(gold: Gold) -> None:
    column = gold.schema.tables["attributions"].column("polarity")
    rows = [f"| `{label.name}` | {label.description} |" for label in column.labels]

    def problems(rows: list[str]) -> list[str]:
        head = ["## Attributions (`attributions`)", "", "| `polarity` | meaning |", "|---|---|"]
        found = read_guidelines("\n".join([*head, *rows]))
        return [p for p in problems_of_tables(found, gold) if p.startswith("attributions, table of polarity")]

    assert problems(rows) == []
    assert len(problems(rows[1:])) == 1
    assert len(problems([*rows, "| `maybe` | Perhaps. |"])) == 1
    assert len(problems([rows[0].replace("so", "not so"), *rows[1:]])) == 2
    assert "the order is" in problems(rows[::-1])[0]


def test_a_wrong_version_is_found() -> None:
    text = f"**Version 0.9**\n{FROM_004}\n- **0.9** new\n- **0.10** newer\n"
    assert problems_of_version(read_guidelines(text)) == ["the document is version 0.9, its change list is 0.9, 0.10"]
    assert problems_of_version(read_guidelines(text.replace("0.10", "0.8"))) == []
    assert len(problems_of_version(read_guidelines("**Version 0.9**"))) == 2
