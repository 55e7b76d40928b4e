"""Raw annotations of some fields only, and figures and claims of several annotators."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from tests.checks_support import BASE, copied, replace
from vouchbank.checks import check
from vouchbank.checks.adjudicated_shared import shared_adjudications
from vouchbank.cli import main
from vouchbank.compare.adjudication import aligned, aligned_with_gold, differences, troubles
from vouchbank.compare.annotators import articles_of, digest
from vouchbank.compare.closure import RELATIONS
from vouchbank.compare.document import agreement_document
from vouchbank.compare.registries import not_compared
from vouchbank.compare.relations import pair_score, relations, shared_digest, statements_by_pair
from vouchbank.compare.scores import ALL_FIELDS, field_scores
from vouchbank.corpus import Corpus, repository_root
from vouchbank.corpus.format import literal
from vouchbank.corpus.ids import article_of
from vouchbank.findings import Finding
from vouchbank.toml.reader import Document

GOLD = "annotations/000/attributions.toml"
DECIDED = "annotations/adjudication/000.toml"
PART = """\
status = "complete"
guidelines = "0.5"
by = "{annotator}"
via = "hand"
fields = ["source_key", "justification"]

[p2.a1]
source = "Mayor Ada Brook"
cue = "said"
content = "at least 21 boats … 3 boats were lost"
source_key = "ada-brook"

[p3.a7]
source = "The Lake Post of Oxmere"
cue = "called"
source_key = "lake-post"
note = "another id"
"""


def put(root: Path, file: str, text: str) -> None:
    (root / file).parent.mkdir(parents=True, exist_ok=True)
    (root / file).write_text(text, "utf-8")


def raw(annotator: str) -> str:
    return f"annotations/raw/{annotator}/000/attributions.toml"


def adjudicate(root: Path, *names: str, rows: str = "") -> list[Finding]:
    """What is found once the attributions of these annotators are adjudicated, with the digests as they are."""
    corpus = Corpus(root)
    listed = "".join(f'{name} = "{digest(corpus.raw(name).article("000"))}"\n' for name in names)
    put(root, DECIDED, f'by = "dee"\nguidelines = "0.5"\n\n[annotators]\n{listed}{rows}')
    return check(Corpus(root))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Attributions that two annotated whole, and two more in some fields, one of them but two annotations."""
    root = copied(BASE, tmp_path)
    text = (root / GOLD).read_text("utf-8")
    for annotator in ("ann", "bo"):
        put(root, raw(annotator), text.replace("annotator-a", annotator))
    for annotator in ("cy", "dot"):
        put(root, raw(annotator), PART.format(annotator=annotator))
    put(root, GOLD, text.replace('"complete"', '"adjudicated"'))
    return root


NAMES = ("ann", "bo", "cy", "dot")


def test_what_a_hand_in_part_lacks_says_nothing(root: Path) -> None:
    assert adjudicate(root, *NAMES) == []
    assert differences(aligned_with_gold(Corpus(root), "000")) == []


def test_a_field_is_compared_among_those_that_have_it(root: Path) -> None:
    replace(root, raw("cy"), 'source_key = "lake-post"', 'source_key = "oxmere-lake-post"')
    (finding,) = adjudicate(root, *NAMES)
    assert finding.slug == "difference-not-adjudicated"
    (trouble,) = troubles(aligned_with_gold(Corpus(root), "000"), {}, ["attributions"])
    assert trouble.text == "attributions a3/a3/a7/a7 source_key: 'lake-post' or 'oxmere-lake-post'"
    row = "\n".join(f"{key} = {literal(value)}" for key, value in {**trouble.row, "reason": "so it is"}.items())
    assert adjudicate(root, *NAMES, rows=f"\n[[difference]]\n{row}\n") == []


def test_a_field_that_only_hands_in_part_know_is_theirs(root: Path) -> None:
    for annotator in ("cy", "dot"):
        replace(root, raw(annotator), 'note = "another id"', 'justification = "Oxmere"')
    (finding,) = adjudicate(root, *NAMES)
    assert finding.slug == "gold-not-explained"
    assert finding.message == "attributions a3 justification departs from what the annotators had"
    replace(root, raw("dot"), '"Oxmere"', '"of Oxmere"')
    (finding,) = adjudicate(root, *NAMES)
    assert finding.slug == "difference-not-adjudicated"
    (trouble,) = troubles(aligned_with_gold(Corpus(root), "000"), {}, ["attributions"])
    assert trouble.text.split(":")[0] == "attributions –/–/a7/a7 justification"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('note = "another id"', 'certainty = "possible"', "the field 'certainty' is not listed in `fields`"),
        ('"justification"]', '"justifcation"]', "unknown field 'justifcation' in `fields`"),
        ('"justification"]', '"note"]', "unknown field 'note' in `fields`"),
        ('["source_key", "justification"]', "[]", "[] is too short: it must have at least 1 item"),
    ],
)
def test_a_file_in_part_has_its_words_and_its_fields(old: str, new: str, said: str, root: Path) -> None:
    replace(root, raw("cy"), old, new)
    found = adjudicate(root, *NAMES)
    assert [(f.slug, f.message, f.place.file) for f in found] == [("raw-not-comparable", said, raw("cy"))]


def test_each_layer_needs_two_hands_that_did_it_whole(root: Path) -> None:
    assert [f.message for f in adjudicate(root, "ann", "cy")] == [
        "`status` is `adjudicated`, but fewer than 2 annotators annotated all fields"
    ]
    (root / raw("bo")).unlink()
    put(root, "annotations/raw/bo/000/quantities.toml", (root / "annotations/000/quantities.toml").read_text("utf-8"))
    (finding,) = adjudicate(root, *NAMES)
    assert finding.message == f"`status` is `adjudicated`, but {raw('bo')} is missing"


def test_the_gold_has_all_fields(root: Path) -> None:
    replace(root, GOLD, 'via = "hand"', 'via = "hand"\nfields = ["source_key"]')
    assert [f.slug for f in adjudicate(root, *NAMES) if f.place.file == GOLD] == ["misplaced-field"]


@pytest.mark.slow
def test_agreement_in_part_is_that_of_the_fields_that_both_have(root: Path) -> None:
    replace(root, raw("dot"), '[p3.a7]\nsource = "The Lake Post of Oxmere"\ncue = "called"', '[p3.a7]\ncue = "called"')
    table = Corpus(root).schema.tables["attributions"]
    scores = {s.field: s for s in field_scores([aligned(Corpus(root), "000", ("cy", "dot"))], table)}
    assert (scores["source_key"].counts, scores["source_key"].f1) == ((2, 2), 1.0)
    assert scores["cue"].counts == scores[ALL_FIELDS].counts == (0, 0)
    with_whole = {s.field: s for s in field_scores([aligned(Corpus(root), "000", ("ann", "cy"))], table)}
    assert with_whole["source_key"].counts == (2, 2)
    adjudicate(root, *NAMES)
    document = agreement_document(Corpus(root))
    assert "## cy and dot\n" in document
    assert "## ann and cy\n" not in document


# --- figures and claims -------------------------------------------------------------------------------------

CLAIMS = "annotations/claims.toml"
CORPUS = "annotations/adjudication/corpus.toml"
HOLDS = """\
[dam-holds]
label = "The dam holds"
members = ["000-a2", "000-a3"]
pairs = [
  { a = "000-a3", b = "000-a2", relation = "doubts", reason = "An example." },
]
"""
HEAD = 'guidelines = "0.5"\nby = "cy"\nvia = "hand"\n\n'
DOUBTS, DENIES = HOLDS, HOLDS.replace("doubts", "denies")
PAIR = {"layer": "claims", "pairs": [["000-a2", "000-a3"]]}


def row(kind: str, **values: object) -> str:
    return "\n".join((f"\n[[{kind}]]", *(f"{k} = {json.dumps(v)}" for k, v in values.items()), 'reason = "so"')) + "\n"


def shared(tmp_path: Path, gold: str, one: str, other: str, rows: str = "") -> tuple[Path, list[Finding]]:
    """What is found about the claims of two annotators."""
    root = copied(BASE, tmp_path)
    put(root, CLAIMS, gold)
    for annotator, text in (("cy", one), ("dot", other)):
        put(root, f"annotations/raw/{annotator}/claims.toml", HEAD + text)
        put(root, f"annotations/raw/{annotator}/figures.toml", HEAD)
    corpus = Corpus(root)
    listed = "".join(f'{name} = "{shared_digest(corpus.raw(name))}"\n' for name in ("cy", "dot"))
    put(root, CORPUS, f'by = "dee"\nguidelines = "0.5"\n\n[annotators]\n{listed}{rows}')
    return root, check(Corpus(root))


@pytest.mark.parametrize(
    ("gold", "one", "other", "rows", "said"),
    [
        (DOUBTS, DOUBTS, DOUBTS, "", []),
        (DOUBTS, DOUBTS.replace("dam-holds", "dam"), DOUBTS, "", []),
        (DOUBTS, DOUBTS, DENIES, "", ["difference-not-adjudicated"]),
        (DOUBTS, DOUBTS, DENIES, row("difference", **PAIR, choice="cy"), []),
        (DOUBTS, DOUBTS, DENIES, row("difference", **PAIR, choice="dot"), ["gold-not-as-decided"]),
        (DOUBTS, DOUBTS, DENIES, row("difference", **PAIR, choice="other"), ["gold-not-as-decided"]),
        (DOUBTS, DOUBTS, DENIES, row("difference", **PAIR, choice="eve"), ["malformed-adjudication"]),
        (DOUBTS, DOUBTS, DENIES, row("difference", **PAIR), ["malformed-adjudication"]),
        (DOUBTS, DOUBTS, "", row("difference", **PAIR, choice="cy"), []),
        ("", DOUBTS, "", row("difference", **PAIR, choice="dot"), []),
        ("", DOUBTS, DENIES, row("difference", **PAIR, choice="other"), []),
        (DOUBTS, DOUBTS, DOUBTS, row("difference", **PAIR, choice="cy"), ["adjudication-of-no-difference"]),
        (DOUBTS, DOUBTS, DENIES, row("difference", **PAIR, choice="cy") * 2, ["adjudication-of-no-difference"]),
        (DOUBTS, DENIES, DENIES, "", ["gold-not-explained"]),
        (DOUBTS, DENIES, DENIES, row("all_wrong", **PAIR), []),
        (DOUBTS, "", "", "", ["gold-not-explained"]),
        ("", DOUBTS, DOUBTS, row("all_wrong", **PAIR), []),
        (DOUBTS, DOUBTS, DOUBTS, row("all_wrong", **PAIR), ["adjudication-of-no-difference"]),
        (DOUBTS, DOUBTS, DOUBTS.replace("doubts", "dubts"), "", ["raw-not-comparable"]),
    ],
)
def test_claims_are_adjudicated_pair_by_pair(
    gold: str, one: str, other: str, rows: str, said: list[str], tmp_path: Path
) -> None:
    assert [f.slug for f in shared(tmp_path, gold, one, other, rows)[1]] == said


def test_differences_in_claims_become_rows_and_what_is_undecided_is_one_finding(tmp_path: Path) -> None:
    root, found = shared(tmp_path, DOUBTS, DOUBTS, DENIES)
    assert [f.message for f in found] == ["1 undecided difference: 1 without a row"]
    assert "run: vouchbank adjudicate corpus" in found[0].help
    done = CliRunner().invoke(main, ["adjudicate", "corpus", "--root", str(root)])
    assert (done.exit_code, "1 difference to decide" in done.stdout) == (0, True), done.output
    text = (root / CORPUS).read_text("utf-8")
    assert "# cy: 000-a3 doubts 000-a2\n# dot: 000-a3 denies 000-a2\n# gold: 000-a3 doubts 000-a2\n" in text
    (waiting,) = check(Corpus(root))
    assert (waiting.slug, waiting.message[:23]) == ("difference-not-adjudicated", "1 undecided difference:")
    put(root, CORPUS, text.replace('choice = "cy"', 'choice = "…"'))
    assert [f.slug for f in check(Corpus(root))] == ["difference-not-adjudicated"]
    put(root, CORPUS, text.replace("…", "doubts is weaker"))
    assert check(Corpus(root)) == []
    again = CliRunner().invoke(main, ["adjudicate", "corpus", "--root", str(root)])
    assert "every difference is decided; run: vouchbank check\n" in again.stdout
    (root / CORPUS).unlink()
    refused = CliRunner().invoke(main, ["adjudicate", "corpus", "--root", str(root)])
    assert "2 annotators of adjudicated articles must have figures or claims; so far: none" in refused.stderr


def test_a_file_that_annotators_have_is_not_deleted_as_a_whole(tmp_path: Path) -> None:
    root, _ = shared(tmp_path, DOUBTS, DOUBTS, DOUBTS)
    (root / CLAIMS).unlink()
    assert [f.message for f in check(Corpus(root))] == [f"{CLAIMS} is missing, but annotators have one"]


BY_CY, BY_DOT = (
    row("difference", layer="registry", values=["ada-brook.acts_for"], choice=name) for name in ("cy", "dot")
)


def test_figures_and_claims_of_two_hands_are_adjudicated() -> None:
    corpus = Corpus(repository_root())
    corpus._optional["adjudication/corpus"] = Document("annotations/adjudication/corpus.toml", missing=True)
    (finding,) = shared_adjudications(corpus)
    assert finding.slug == "malformed-adjudication"
    assert finding.message.startswith("annotator-c and annotator-d have figures or claims, but annotations/")


OFFICE, OTHER_OFFICE = '[ada-brook]\nacts_for = "oxmere"\n', '[ada-brook]\nacts_for = "lake-post"\n'
FORMER = '[divers-000]\nname = "divers"\ntype = "PERSON"\nnamed = false\narticle = "000"\ndescription = "divers"\n'


@pytest.mark.parametrize(
    ("one", "other", "rows", "said"),
    [
        ("", "", "", []),
        (OFFICE, OFFICE, "", ["gold-not-explained"]),
        (OFFICE, OFFICE, row("all_wrong", layer="registry", values=["ada-brook.acts_for"]), []),
        (OFFICE, OTHER_OFFICE, "", ["difference-not-adjudicated"]),
        (OFFICE, "", BY_DOT, []),
        (OFFICE, "", BY_CY, ["gold-not-as-decided"]),
        (FORMER, "", row("difference", layer="registry", values=["divers-000"], choice="dot"), []),
        (FORMER, FORMER, "", ["gold-not-explained"]),
        ("", "", row("all_wrong", layer="registry", values=["ada-brook.place"]), ["adjudication-of-no-difference"]),
        ("", "", row("all_wrong", layer="registry", pairs=[["000-a2", "000-a3"]]), ["malformed-adjudication"] * 2),
        (OFFICE.replace("acts_for", "act_for"), "", "", ["raw-not-comparable"]),
        (OFFICE.replace("000", "009").replace("ada-brook", "nobody-here"), "", "", []),
    ],
)  # fmt: skip
def test_the_registry_is_adjudicated_value_by_value(
    one: str, other: str, rows: str, said: list[str], tmp_path: Path
) -> None:
    head = HEAD + 'fields = ["named", "article", "description", "acts_for", "capacity", "place"]\n\n'
    root, _ = shared(tmp_path, DOUBTS, DOUBTS, DOUBTS)
    for annotator, text in (("cy", one), ("dot", other)):
        put(root, f"annotations/raw/{annotator}/registry.toml", head + text)
        fresh = Corpus(root)
        listed = "".join(f'{name} = "{shared_digest(fresh.raw(name))}"\n' for name in ("cy", "dot"))
        put(root, CORPUS, f'by = "dee"\nguidelines = "0.5"\n\n[annotators]\n{listed}{rows}')
    assert [f.slug for f in check(Corpus(root))] == said


def test_a_departure_that_nothing_explains_is_printed_as_a_row_that_does(tmp_path: Path) -> None:
    root, (finding,) = shared(tmp_path, DOUBTS, DENIES, DENIES)
    assert finding.message.startswith("claims 000-a2 and 000-a3 departs from what the annotators had (cy dam-holds, ")
    text = (root / CORPUS).read_text("utf-8")
    put(root, CORPUS, "\n".join((text, *finding.paste)).replace("…", "so it is"))
    assert check(Corpus(root)) == []


def test_an_article_that_none_of_the_hands_has_read_is_not_compared() -> None:
    corpus = Corpus(repository_root())
    raw = {name: corpus.raw(name) for name in ("annotator-c", "annotator-d")}
    assert articles_of(corpus, raw) == {*corpus.article_ids}
    assert {key for pair in relations(corpus, "claims", ["003"]) for key in map(article_of, pair)} <= {"003"}
    skipped = not_compared(raw, corpus, ["003"])
    assert {"experts-001", "analysts-002"} <= skipped
    assert "author-003" not in skipped


def test_raw_claims_are_locked(tmp_path: Path) -> None:
    root, _ = shared(tmp_path, DOUBTS, DOUBTS, DOUBTS)
    replace(root, "annotations/raw/dot/claims.toml", "An example.", "Another reason.")
    assert [f.slug for f in check(Corpus(root))] == ["raw-changed"]
    (root / "annotations/raw/dot/figures.toml").unlink()
    assert [f.message for f in check(Corpus(root))] == ["annotations/raw/dot/figures.toml is missing"]


def test_who_made_a_claim_stands_at_the_top_and_is_published(tmp_path: Path) -> None:
    from vouchbank.tables.rows import corpus_rows

    root, found = shared(tmp_path, HEAD + DOUBTS, DOUBTS, DOUBTS)
    (claim,) = corpus_rows(Corpus(root), Corpus(root).schema.tables["claims"])
    assert (found, claim["by"], claim["via"], claim["guidelines"]) == ([], "cy", "hand", "0.5")
    replace(root, CLAIMS, 'via = "hand"', 'via = "hnad"')
    assert [f.slug for f in check(Corpus(root))] == ["malformed-shared-record"]


members = st.sampled_from("abcd")
pairs = st.lists(st.tuples(members, st.sampled_from(RELATIONS), members).filter(lambda p: p[0] != p[2]), max_size=6)


@given(pairs, st.randoms())
def test_a_relation_is_read_alike_from_both_ends(told: list[tuple[str, str, str]], random: object) -> None:
    turned = {"stronger": "weaker", "weaker": "stronger"}
    mutual = ("equal", "compatible", "conflict", "not_comparable")
    other = [(b, turned.get(r, r), a) if r in turned or r in mutual else (a, r, b) for a, r, b in told]
    assert statements_by_pair(reversed(other)) == statements_by_pair(told)
    assert pair_score(statements_by_pair(told), statements_by_pair(other)).alike == (1.0 if told else None)
