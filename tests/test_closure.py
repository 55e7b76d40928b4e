"""What the relations of a figure or a claim say together."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.checks_support import TOY, copied, replace, slugs
from vouchbank.compare.closure import RELATIONS, StatedPair, contradictions
from vouchbank.schema import default_schema_folder, load_schema


def told(text: str) -> list[StatedPair]:
    """`a = b, b > c` as pairs."""
    signs = {"=": "equal", ">": "stronger", "<": "weaker", "(": "narrower", "→": "superseded", "x": "conflict"}
    signs |= {"~": "compatible", "?": "not_comparable", "d": "doubts", "!": "denies"}
    triples = (pair.split() for pair in text.split(", "))
    return [(a, signs[sign], b) for a, sign, b in triples]


@pytest.mark.parametrize(
    ("pairs", "excluded", "chain"),
    [
        ("a = b, a > c, c > b", 2, (0, 1)),
        ("a = b, a < c, c < b", 2, (0, 1)),
        ("a = b, a ( c, c ( b", 2, (0, 1)),
        ("a = b, a → c, c → b", 2, (0, 1)),
        ("a > b, b > c, c > a", 2, (0, 1)),
        ("a → b, b → c, c → a", 2, (0, 1)),
        ("a = b, a = c, b x c", 2, (0, 1)),
        ("b x c, a = b, a = c", 0, (1, 2)),
        ("a = b, b = c, c = d, d = e, a x e", 4, (0, 1, 2, 3)),
        ("a = b, b = c, c = d, a > d", 3, (2, 1, 0)),
        ("a = b, b = c, a ? c", 2, (0, 1)),
        ("a = b, b = c, a → c", 2, (1, 0)),
        ("a = b, a > c, b < c", 2, (0, 1)),
        ("a = b, a > c, b ? c", 2, (0, 1)),
        ("a = b, a x c, b ? c", 2, (0, 1)),
        ("a = b, a ~ c, b ? c", 2, (0, 1)),
        ("a = b, a ~ c, b x c", 1, (0, 2)),
        ("a > b, b > c, a x c", 2, (0, 1)),
        ("a > b, b > c, a ? c", 2, (0, 1)),
        ("a → b, b → c, a ? c", 2, (0, 1)),
        ("a ( b, b x c, a ~ c", 2, (0, 1)),
        ("a ( b, b x c, c ( a", 1, (0, 2)),
        ("a > b, a > c, b x c", 2, (0, 1)),
        ("a = b, c = d, a x c, b ~ d", 3, (0, 2, 1)),
        ("a = b, b = c, a d c", 2, (0, 1)),
        ("a > b, b ! a", 1, (0,)),
        ("a d b, b d c", 1, (0,)),
        ("a d b, c ! a", 1, (0,)),
        ("a = b, a d c, b ! c", 2, (0, 1)),
        ("a = b, a d c, d ! b", 2, (0, 1)),
        ("a > b, a ! c, b d c", 1, (0, 2)),
        ("a > b, c d b, a d d", 2, (0, 1)),
        ("a > b, c = d, a d d, c ! b", 3, (1, 2)),
        ("a d b, a ! c", 1, (0,)),
    ],
)
def test_what_the_others_exclude_is_found_with_the_pairs_that_exclude_it(
    pairs: str, excluded: int, chain: tuple[int, ...]
) -> None:
    assert [(index, sorted(found)) for index, found in contradictions(told(pairs))] == [(excluded, sorted(chain))]


@pytest.mark.parametrize(
    "pairs",
    [
        "a ~ b, b ~ c, a x c",
        "a ~ b, b ~ c, a ? c",
        "a ? b, b ? c, a = c",
        "a < b, a < c, b ? c",
        "a ( c, b ( c, a x b",
        "a ( c, b ( c, a ? b",
        "a = b, a = c, b ~ c",
        "a ( b, b ( c, a ~ c",
        "a = b, a x c, c → b",
        "a → b, b → c, a x c",
        "a ( b, b ( c, c → a",
        "a > b, b x c, a x c, a ? d",
        "a d b, a d c, b > c",
        "a ! b, c d b, c > a",
        "a = b, a d c, b d c, d = a",
        "a → b, a d c, c → d",
        "",
    ],
)
def test_what_can_all_be_true_is_left_alone(pairs: str) -> None:
    assert list(contradictions(told(pairs) if pairs else [])) == []


sets = st.frozensets(st.integers(0, 4), min_size=1)


@given(st.lists(st.tuples(sets, st.booleans()), min_size=2, max_size=7), st.booleans(), st.randoms())
def test_what_is_told_truly_never_contradicts_itself(
    members: list[tuple[frozenset[int], bool]], stronger: bool, random: object
) -> None:
    """Members are sets of what may be, of two kinds that cannot be compared."""

    def relation(one: tuple[frozenset[int], bool], other: tuple[frozenset[int], bool]) -> str:
        (a, kind), (b, kind_of_other) = one, other
        if kind != kind_of_other:
            return "not_comparable"
        if a == b:
            return "equal"
        if a < b:
            return "stronger" if stronger else "narrower"
        return "compatible" if a & b else "conflict"

    pairs = [(a, b) if members[a][0] < members[b][0] else (b, a) for a, b in combinations(range(len(members)), 2)]
    assert list(contradictions([(str(a), relation(members[a], members[b]), str(b)) for a, b in pairs])) == []


@pytest.mark.system
def test_a_long_chain_is_one_contradiction() -> None:
    chain: list[StatedPair] = [(str(n), "equal", str(n + 1)) for n in range(2000)]
    ((index, others),) = contradictions([*chain, ("2000", "conflict", "0")])
    assert (index, len(others)) == (2000, 2000)


def test_every_relation_of_the_schema_is_known() -> None:
    tables = load_schema(default_schema_folder()).tables
    items = [tables[name].column("pairs").item for name in ("figures", "claims")]
    labels = {label for item in items if item for f in item.fields if f.name == "relation" for label in f.label_names}
    assert labels == set(RELATIONS)


@pytest.mark.parametrize(
    ("first", "second", "third", "said"),
    [
        ("equal", "stronger", "weaker", ["relation-contradicts-relations"]),
        ("equal", "stronger", "stronger", []),
        ("doubts", "doubts", "equal", []),
        ("equal", "equal", "doubts", ["relation-contradicts-relations"]),
        ("denies", "equal", "equal", ["relation-contradicts-relations"]),
    ],
)
def test_claims_are_judged_as_a_whole(first: str, second: str, third: str, said: list[str], tmp_path: Path) -> None:
    root = copied(TOY, tmp_path)
    two = ("000-a1", "001-a1"), ("000-a1", "001-a3"), ("001-a1", "001-a3")
    lines = [
        f'  {{ a = "{a}", b = "{b}", relation = "{relation}", sure = true, reason = "x" }},\n'
        for (a, b), relation in zip(two, (first, second, third), strict=True)
    ]
    path = root / "annotations/claims.toml"
    head, _, _ = path.read_text("utf-8").partition("pairs = [")
    path.write_text(f"{head}pairs = [\n{''.join(lines)}]\n", "utf-8")
    replace(root, "annotations/claims.toml", '"001-a1"]', '"001-a1", "001-a3"]')
    assert [slug for slug in slugs(root) if slug.startswith("relation")] == said


def test_a_pair_that_contradicts_the_intervals_is_one_finding(tmp_path: Path) -> None:
    root = copied(TOY, tmp_path)
    path = root / "annotations/figures.toml"
    two = ("000-q5", "000-q6", "equal"), ("000-q6", "001-q4", "equal"), ("000-q5", "001-q4", "conflict")
    lines = [f'  {{ a = "{a}", b = "{b}", relation = "{r}", sure = true, reason = "x" }},\n' for a, b, r in two]
    head = '[ones]\nlabel = "One"\nmembers = ["000-q5", "000-q6", "001-q4"]\npairs = [\n'
    path.write_text(f"{head}{''.join(lines)}]\n", "utf-8")
    found = [slug for slug in slugs(root) if slug.startswith("relation")]
    assert found == ["relation-contradicts-intervals"]
    replace(root, "annotations/figures.toml", '"equal", sure = true, reason = "x" },\n  { a = "000-q5"',
            '"equal", sure = true, reason = "x", despite = "y" },\n  { a = "000-q5"')  # fmt: skip
    found = [slug for slug in slugs(root) if slug.startswith("relation")]
    assert found == ["relation-contradicts-relations"]
