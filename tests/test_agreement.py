"""Agreement and adjudication: pairing, differences, scores, and decisions that account for the gold."""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path

import krippendorff
import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vouchbank.compare.adjudication import Trouble, aligned_with_gold, differences, troubles
from vouchbank.compare.document import agreement_document, pairs_of
from vouchbank.compare.pairs import Aligned, align
from vouchbank.compare.scores import alpha, f1, field_scores, matched, overlap_matches, span_scores
from vouchbank.corpus import Corpus, repository_root
from vouchbank.spans import Span

ROOT = repository_root()
RAW = "Ann Lee told Radio Ten that at least 21 ships left Port Ada on Monday.\n"
HEAD = 'status = "complete"\nguidelines = "0.4"\nby = "x"\nvia = "model"\n\n[p1]\n'
EMPTY = HEAD.rsplit("\n[p1]", 1)[0]
A = HEAD + (
    'e1 = { q = "Ann Lee", type = "PERSON", key = "ann-lee" }\n'
    'e2 = { q = "Radio Ten", type = "ORG", key = "radio-ten" }\n'
    'e3 = { q = "Port Ada", type = "GPE", reading = "place", key = "port-ada" }\n'
)
B = HEAD + (
    'e1 = { q = "Ann Lee", type = "PERSON", key = "ann-lee" }\n'
    'e2 = { q = "Ten", type = "ORG", key = "radio-ten" }\n'
    'e3 = { q = "Monday", type = "DATE" }\n'
)
GOLD = A + 'e4 = { q = "Monday", type = "DATE" }\n'
REGISTRY = "".join(
    f'[{key}]\nname = "{key}"\ntype = "{kind}"\nqid_status = "unverified"\n\n'
    for key, kind in (("ann-lee", "PERSON"), ("port-ada", "GPE"), ("radio-ten", "ORG"))
)
DECIDED = """by = "c"
guidelines = "0.4"

[annotators]
a = ""
b = ""

[[difference]]
layer = "entities"
ids = { a = "e2", b = "e2" }
field = "span"
gold = "e2"
choice = "a"
reason = "the whole name"

[[difference]]
layer = "entities"
ids = { a = "e3" }
gold = "e3"
choice = "keep"
reason = "a name"

[[difference]]
layer = "entities"
ids = { b = "e3" }
gold = "e4"
choice = "keep"
reason = "a date"
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    seed = tmp_path / "seeds" / "000"
    seed.mkdir(parents=True)
    (seed / "raw.txt").write_text(RAW)
    for folder, entities in (("raw/a", A), ("raw/b", B), (".", GOLD)):
        target = tmp_path / "annotations" / folder / "000"
        target.mkdir(parents=True)
        status = entities.replace('"complete"', '"adjudicated"') if folder == "." else entities
        (target / "entities.toml").write_text(status)
        (target.parent / "registry.toml").write_text(REGISTRY)
    decided = tmp_path / "annotations" / "adjudication" / "000.toml"
    decided.parent.mkdir()
    decided.write_text(DECIDED)
    return tmp_path


def aligned(root: Path) -> Aligned:
    return aligned_with_gold(Corpus(root), "000")


def said(root: Path, text: str = DECIDED) -> list[Trouble]:
    return list(troubles(aligned(root), tomllib.loads(text), ["entities"]))


def faults(root: Path, text: str = DECIDED) -> list[str]:
    return sorted(t.problem for t in said(root, text))


def test_annotations_are_paired_by_their_words_and_exact_ones_first(root: Path) -> None:
    articles = aligned(root).articles
    pairs = align(articles["a"].annotations["entities"], articles["b"].annotations["entities"])
    named = [(p.a.record.name if p.a else "", p.b.record.name if p.b else "") for p in pairs]
    assert named == [("e1", "e1"), ("e2", "e2"), ("e3", ""), ("", "e3")]


def test_every_difference_is_named_by_layer_ids_and_field(root: Path) -> None:
    found = [(match.layer, match.ids("ab"), field) for match, field in differences(aligned(root))]
    assert found == [
        ("entities", {"a": "e2", "b": "e2"}, "span"),
        ("entities", {"a": "e3"}, ""),
        ("entities", {"b": "e3"}, ""),
    ]


def test_decisions_that_account_for_all_have_no_trouble(root: Path) -> None:
    assert faults(root) == []


def test_a_difference_without_a_decision_is_trouble(root: Path) -> None:
    assert "undecided" in faults(root, DECIDED.replace('field = "span"', 'field = "type"'))


def test_a_decision_of_no_difference_is_trouble(root: Path) -> None:
    extra = '\n[[difference]]\nlayer = "entities"\nids = { a = "e1", b = "e1" }\nfield = "type"\ngold = "e1"\n'
    extra += 'choice = "a"\nreason = "x"\n'
    assert faults(root, DECIDED + extra) == ["without-difference"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('choice = "a"', 'choice = "b"'),
        ('choice = "a"', 'choice = "other"'),
        ('gold = "e2"', 'gold = "e1"'),
        ('choice = "keep"\nreason = "a name"', 'choice = "drop"\nreason = "a name"'),
    ],
)
def test_gold_that_is_not_as_decided_is_trouble(root: Path, old: str, new: str) -> None:
    assert faults(root, DECIDED.replace(old, new)) == ["not-as-decided"]


def test_gold_that_departs_from_what_both_had_needs_an_explanation(root: Path) -> None:
    file = root / "annotations" / "000" / "entities.toml"
    file.write_text(file.read_text().replace('q = "Ann Lee", type = "PERSON"', 'q = "Ann Lee", type = "ORG"'))
    assert faults(root) == ["unexplained"]
    row = '\n[[all_wrong]]\nlayer = "entities"\nfield = "type"\ngold = "e1"\nreason = "a ship"\n'
    assert faults(root, DECIDED + row) == []


def test_gold_that_neither_had_needs_an_explanation(root: Path) -> None:
    file = root / "annotations" / "000" / "entities.toml"
    file.write_text(file.read_text() + 'e5 = { q = "ships", type = "PRODUCT", mention = "nominal" }\n')
    assert faults(root) == ["unexplained"]
    row = '\n[[all_wrong]]\nlayer = "entities"\ngold = "e5"\nreason = "measured"\n'
    assert faults(root, DECIDED + row) == []


def test_what_both_had_and_the_gold_dropped_needs_an_explanation(root: Path) -> None:
    file = root / "annotations" / "000" / "entities.toml"
    file.write_text("".join(line for line in file.read_text().splitlines(True) if not line.startswith("e1 ")))
    assert faults(root) == ["unexplained"]
    row = '\n[[all_wrong]]\nlayer = "entities"\nids = { a = "e1", b = "e1" }\nreason = "no name"\n'
    assert faults(root, DECIDED + row) == []


def test_scores_of_a_small_example_are_those_computed_by_hand(root: Path) -> None:
    corpus = Corpus(root)
    pairs = pairs_of(corpus, "a", "b")
    table = corpus.schema.tables["entities"]
    spans = {s.column: s for s in span_scores(pairs, table)}
    assert spans["span"].counts == (3, 3)
    assert spans["span"].exact == pytest.approx(2 * 1 / 6)
    assert spans["span"].overlapping == pytest.approx(2 * 2 / 6)
    fields = {s.field: s.f1 for s in field_scores(pairs, table)}
    assert fields["type"] == pytest.approx(2 * 2 / 6)
    assert fields["all fields"] == pytest.approx(2 * 1 / 6)


def test_alpha_is_krippendorffs() -> None:
    # the reliability data of Krippendorff's textbook example of two observers and nominal data: alpha = 0.095
    a = list("0100000000")
    b = list("1110010010")
    assert alpha((a, b)) == pytest.approx(0.095, abs=0.001)
    assert alpha((["x"] * 5, ["x"] * 5)) is None
    assert alpha((["x", "y"], ["x", "y"])) == pytest.approx(1.0)


CODINGS = st.lists(st.tuples(*[st.sampled_from(["a", "b", "c", None])] * 3), min_size=2, max_size=30)


@given(CODINGS)
def test_alpha_is_that_of_the_library(units: list[tuple[str | None, ...]]) -> None:
    counts = numpy.array([[unit.count(value) for value in "abc"] for unit in units])
    found = alpha([list(coder) for coder in zip(*units, strict=True)])
    if sum(counts[counts.sum(axis=1) > 1].sum(axis=0) > 0) < 2:
        assert found is None
    else:
        said = krippendorff.alpha(value_counts=counts, value_domain=list("abc"), level_of_measurement="nominal")
        assert found == pytest.approx(said)


def test_counting_of_spans() -> None:
    a, b = [Span(0, 4), Span(0, 4), Span(6, 9)], [Span(0, 4), Span(8, 12)]
    assert matched(a, b) == 1
    assert overlap_matches(a, b) == 2
    assert f1(0, 0, 0) is None


@pytest.fixture(scope="module")
def document() -> str:
    """The document about the real corpus, made now."""
    return agreement_document(Corpus(ROOT))


@pytest.mark.slow
def test_the_document_says_that_the_annotators_are_models(document: str) -> None:
    assert "**The annotators are language models**" in document
    assert "human" not in document.split("## ", maxsplit=1)[0].replace("not how far people do", "")
    for name in Corpus(ROOT).annotators:
        assert f"## {name} and gold" in document


@pytest.mark.slow
def test_the_document_in_the_tree_is_fresh(document: str) -> None:
    assert (ROOT / "annotations" / "AGREEMENT.md").read_text("utf-8") == document


def test_the_raw_work_of_both_annotators_is_kept_for_every_adjudicated_layer() -> None:
    gold = Corpus(ROOT)
    for name in gold.annotators:
        corpus = gold.raw(name)
        for article in corpus.articles:
            decided = [n for n, file in gold.article(article.id).files.items() if file.status() == "adjudicated"]
            in_part = any(file.fields is not None for file in article.files.values())
            assert in_part or all(not article.files[n].document.missing for n in decided), (name, article.id)
            assert not [u for layer in article.annotations.values() for a in layer for u in a.unplaced]


@pytest.mark.slow
def test_the_real_adjudication_accounts_for_the_gold_and_losing_its_last_rows_is_noticed(tmp_path: Path) -> None:
    from vouchbank.checks import check

    for name in ("seeds", "annotations", "schema"):
        shutil.copytree(ROOT / name, tmp_path / name)
    file = tmp_path / "annotations" / "adjudication" / "004.toml"
    text = file.read_text("utf-8")
    file.write_text(text[: text.rindex("[[difference]]")] + "\n", "utf-8")
    assert {f.slug for f in check(Corpus(tmp_path))} == {"gold-not-explained", "difference-not-adjudicated"}
