"""Every check has a corpus with the one fault it is for, and finds it there, exactly there, and nothing else."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from tests.checks_support import BASE, FIXTURES, TOY, as_expected, broken, copied, expected, replace, update_expected
from vouchbank.checks import CHECKS, check
from vouchbank.corpus import Corpus
from vouchbank.corpus.canonical import reformatted
from vouchbank.findings import Finding

ENTITIES = "annotations/000/entities.toml"
QUANTITIES = "annotations/000/quantities.toml"
ATTRIBUTIONS = "annotations/000/attributions.toml"
META = "seeds/000/meta.toml"
REGISTRY = "annotations/registry.toml"


def slugs(root: Path) -> list[str]:
    return [f.slug for f in check(Corpus(root))]


def line_of(corpus: Corpus, finding: Finding) -> str:
    """The line of the sources that a finding speaks of; nothing of a file that has no lines."""
    path = corpus.root / finding.place.file
    if path.suffix not in (".toml", ".txt", ".json", ".html") or not path.is_file():
        return ""
    return path.read_bytes().decode("utf-8", "replace").split("\n")[finding.place.line - 1]


@pytest.mark.parametrize("name", FIXTURES)
def test_what_is_said_of_a_fault_is_what_was_read_and_accepted(
    name: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    corpus = broken(name, tmp_path)
    found = check(corpus)
    assert all(finding.line == line_of(corpus, finding) for finding in found)
    if request.config.getoption("--update-expected"):
        update_expected(name, found)
    assert {"findings": expected(name)["findings"]} == tomllib.loads(as_expected(found))
    mine = next(f for f in found if f.slug == name)
    assert mine.help
    assert mine.severity is CHECKS[name].severity


SOURCES = [name for name, check in CHECKS.items() if check.level.of_sources]


def test_every_check_has_a_fixture_and_every_fixture_a_check() -> None:
    assert sorted(SOURCES) == FIXTURES


@pytest.mark.parametrize("name", CHECKS)
def test_a_check_is_explained(name: str) -> None:
    found = CHECKS[name]
    assert found.title.endswith((".", ")."))
    assert "\n" not in found.title
    assert found.level.built or len(found.explanation) > 20
    assert (found.rule is None) == (found.judges is None)


@pytest.mark.parametrize("root", [BASE, TOY], ids=lambda p: p.name)
def test_a_clean_corpus_has_no_findings_and_is_in_canonical_form(root: Path) -> None:
    assert check(Corpus(root)) == []
    assert list(reformatted(Corpus(root))) == []


def test_a_record_that_failed_a_cheap_check_is_not_judged_by_dear_ones(base: Path) -> None:
    replace(base, ENTITIES, '"Oxmere", type = "GPE"', '"Oxmeer", type = "GPE"')
    assert slugs(base) == ["quote-not-found"]
    replace(base, ENTITIES, 'reading = "place"', 'reading = "palace"')
    assert slugs(base) == ["unknown-label"]


def test_a_broken_record_does_not_hide_the_faults_of_its_neighbours(base: Path) -> None:
    replace(base, ENTITIES, '"Monday"', '"Tuesday"')
    replace(base, ENTITIES, 'reading = "place"', 'reading = "palace"')
    assert slugs(base) == ["quote-not-found", "unknown-label"]


def test_a_file_that_cannot_be_read_does_not_hide_the_faults_of_the_others(base: Path) -> None:
    replace(base, ENTITIES, 'status = "complete"', "status = complete")
    replace(base, QUANTITIES, '"21"', '"22"')
    assert slugs(base) == ["toml-syntax", "quote-not-found"]


def test_all_findings_of_a_run_come_at_once(base: Path) -> None:
    replace(base, ENTITIES, '"Ada Brook", type', '"Ada Broock", type')
    replace(base, QUANTITIES, '"[3, 3]"', '"[5, 3]"')
    replace(base, REGISTRY, 'name = "Oxmere"\n', "")
    found = check(Corpus(base))
    assert [(f.slug, f.place.file) for f in found] == [
        ("quote-not-found", ENTITIES),
        ("empty-interval", QUANTITIES),
        ("malformed-shared-record", REGISTRY),
    ]


def test_a_fault_in_one_article_does_not_hide_one_in_another(tmp_path: Path) -> None:
    root = copied(TOY, tmp_path)
    replace(root, ENTITIES, '"Monday"', '"Friday"')
    replace(root, "annotations/001/entities.toml", '"Wednesday"', '"Thursday"')
    assert [(f.slug, f.article) for f in check(Corpus(root))] == [
        ("quote-not-found", "000"),
        ("quote-not-found", "001"),
    ]


# --- one fault gives one finding, of the right kind --------------------------------------------------


def test_a_quantity_needs_an_interval_only_where_its_words_do_not_settle_it(base: Path) -> None:
    replace(base, QUANTITIES, 'interval = "[12, 12]"\n', "")
    assert slugs(base) == []
    replace(base, META, 'language = "en"', 'language = "de"')
    assert set(slugs(base)) == {"interval-missing"}


def test_a_key_of_the_wrong_form_is_not_also_an_unknown_reference(base: Path) -> None:
    replace(base, ENTITIES, '"oxmere"', '"Oxmere"')
    assert slugs(base) == ["malformed-value"]


def test_a_misspelt_type_does_not_also_misplace_the_fields_that_depend_on_it(base: Path) -> None:
    replace(base, ENTITIES, '"PERSON", key = "ada-brook", title', '"PERSONN", key = "ada-brook", title')
    assert slugs(base) == ["unknown-label"]


def test_a_source_file_that_is_a_folder_is_unreadable_not_empty(base: Path) -> None:
    (base / "seeds/000/raw.txt").unlink()
    (base / "seeds/000/raw.txt").mkdir()
    assert "unreadable-file" in slugs(base)


def test_a_registry_out_of_canonical_form_is_found_as_format_would_find_it(base: Path) -> None:
    replace(base, REGISTRY, 'name = "Oxmere"\ntype = "GPE"\n', 'type = "GPE"\nname = "Oxmere"\n')
    assert [file for file, _, _ in reformatted(Corpus(base))] == [REGISTRY]
    assert [f.place.file for f in check(Corpus(base))] == [REGISTRY]


def test_windows_line_ends_are_mended_by_what_their_help_says(tmp_path: Path) -> None:
    corpus = broken("carriage-return", tmp_path)
    for file, text, _ in reformatted(corpus):
        (corpus.root / file).write_bytes(text.encode())
    assert slugs(corpus.root) == []


# --- what is not of the form that the code expects is a finding, never an exception ------------------

CORRECTION = '[[corrections]]\nq = "{q}"\n{more}role = "{role}"\nreason = "x"\n\n[paragraphs]'
SECOND = '[[corrections]]\nq = "old reservoir"\nrole = "heading"\nreason = "x"\n\n'


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        pytest.param(META, "[paragraphs]", CORRECTION.format(q="Rain", more="", role="bodyy"), id="unknown role"),
        pytest.param(META, "[paragraphs]", CORRECTION.format(q=" ", more='n = "1/50"\n', role="body"), id="blank"),
        pytest.param(META, "[paragraphs]", CORRECTION.format(q="Lake", more='n = "x"\n', role="body"), id="n = x"),
        pytest.param(META, "[paragraphs]", CORRECTION.format(q="Lake", more='n = "0/2"\n', role="body"), id="n = 0/2"),
        pytest.param(META, "[paragraphs]", CORRECTION.format(q="", more="", role="body"), id="empty quote"),
        pytest.param(
            META,
            "[paragraphs]",
            SECOND + CORRECTION.format(q="the old", more="", role="heading"),
            id="overlapping corrections",
        ),
        pytest.param(META, "[paragraphs]", "corrections = 1\n[paragraphs]", id="corrections are a number"),
        pytest.param(META, "[paragraphs]\np1", '[paragraphs]\nx = "y"\np1', id="a paragraph id of another form"),
        pytest.param(META, "[paragraphs]\np1", f"[paragraphs]\np{'9' * 5000}", id="a paragraph id of 5000 digits"),
        pytest.param(ENTITIES, "e6 =", f"e{'9' * 5000} =", id="an id of 5000 digits"),
        pytest.param(ENTITIES, "[p3]", f"[p{'9' * 5000}]", id="a section of 5000 digits"),
        pytest.param(ENTITIES, '"2/2"', f'"2/{"9" * 5000}"', id="an occurrence of 5000 digits"),
        pytest.param(ENTITIES, '"2/2"', '"0/2"', id="occurrence 0 of 2"),
        pytest.param(ENTITIES, '"ada-brook", title', '["ada-brook"], title', id="a key that is a list"),
        pytest.param(ENTITIES, 'type = "DATE"', 'type = ["DATE"]', id="a type that is a list"),
        pytest.param(ENTITIES, 'type = "DATE"', 'type = { a = "DATE" }', id="a type that is a table"),
        pytest.param(ENTITIES, '"Monday"', '["Monday"]', id="a quote that is a list"),
        pytest.param(ENTITIES, '"complete"', "2020-01-01", id="a status that is a date"),
        pytest.param(ENTITIES, 'type = "DATE"', f"type = {'[' * 400}{']' * 400}", id="lists 400 deep"),
        pytest.param(ENTITIES, 'type = "DATE"', f"type = {'{ a = ' * 400}1{' }' * 400}", id="tables 400 deep"),
        pytest.param(ENTITIES, 'type = "DATE"', f"type = {'[' * 9000}{']' * 9000}", id="lists 9000 deep"),
        pytest.param(QUANTITIES, '"[3, 3]"', f'"[{"9" * 400}, inf)"', id="an end of 400 digits"),
        pytest.param(REGISTRY, 'type = "GPE"', 'type = ["GPE"]', id="a registry type that is a list"),
        pytest.param(REGISTRY, "[oxmere]", "[[oxmere]]", id="a registry row that is a list"),
        pytest.param(ATTRIBUTIONS, 'content = "at', 'content = [[["at', id="an unclosed list"),
    ],
)
def test_a_value_of_any_form_gives_a_finding(base: Path, file: str, old: str, new: str) -> None:
    replace(base, file, old, new)
    assert file in {f.place.file for f in check(Corpus(base))}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("[[difference]]", "[difference]", id="a table for a list of tables"),
        pytest.param("[[difference]]", "[[difference", id="no TOML"),
        pytest.param('layer = "entities"', "layer = []", id="a layer that is a list"),
        pytest.param('layer = "entities"', 'layer = "entity"', id="a layer that there is not"),
        pytest.param('gold = "e1"', "gold = []", id="a gold id that is a list"),
        pytest.param('field = "type"', "field = 1", id="a field that is a number"),
        pytest.param("[[difference]]", "difference = 1\n[[x]]", id="a number for a list of tables"),
        pytest.param("[[difference]]", "[[all_wrong]]\nlayer = []\n[[difference]]", id="an unhashable explanation"),
        pytest.param("[[difference]]", "[[all_wrong]]\ngold = []\n[[difference]]", id="an unhashable gold id"),
        pytest.param("[[difference]]", "[[differnce]]", id="a misspelt section"),
        pytest.param("[annotators]", "[annotator]", id="no annotators"),
        pytest.param("[annotators]", "annotators = 1\n[x]", id="annotators that are a number"),
        pytest.param("annotator-b = ", "# ", id="one annotator alone"),
        pytest.param("annotator-b = ", '"../../seeds" = ', id="an annotator that is a path"),
        pytest.param("annotator-b = ", "gold = ", id="an annotator that is the gold"),
        pytest.param("{ annotator-a = ", "{ annotator-c = ", id="an annotator that is not listed"),
        pytest.param('choice = "annotator-b"', 'choice = "keep"', id="keep for a field"),
        pytest.param('choice = "annotator-b"', 'choice = "annotator-c"', id="the choice of nobody"),
        pytest.param('reason = "An example."', 'reason = ""', id="an empty reason"),
        pytest.param('reason = "An example."', "reason = 42", id="a reason that is a number"),
        pytest.param('reason = "An example."', 'reason = " …"', id="a reason left open"),
        pytest.param('reason = "An example."', "", id="no reason"),
        pytest.param('reason = "An example."', 'reason = "An example."\nx = 1', id="an unknown field"),
    ],
)
def test_an_adjudication_of_any_form_gives_a_finding(tmp_path: Path, old: str, new: str) -> None:
    root = broken("gold-not-as-decided", tmp_path).root
    replace(root, "annotations/adjudication/000.toml", old, new)
    assert {f.place.file for f in check(Corpus(root))} == {"annotations/adjudication/000.toml"}


def test_an_adjudication_that_cannot_be_read_says_why_and_where(tmp_path: Path) -> None:
    root = broken("gold-not-as-decided", tmp_path).root
    replace(root, "annotations/adjudication/000.toml", "reason = ", "reason = x")
    assert "invalid TOML" in " ".join(f.message for f in check(Corpus(root)))


@pytest.mark.parametrize("bad", [b"\xff", b"[p2", b"p2 = 1", b'[p2]\ne1 = { q = "Monday", type = [] }\n'])
def test_raw_work_of_an_annotator_of_any_form_gives_a_finding(tmp_path: Path, bad: bytes) -> None:
    root = broken("difference-not-adjudicated", tmp_path).root
    (root / "annotations/raw/annotator-a/000/entities.toml").write_bytes(bad)
    assert check(Corpus(root))
