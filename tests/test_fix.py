"""`vouchbank check --fix`: what changes no meaning is mended, all else is left; a second run does nothing more."""

from __future__ import annotations

import re
import shutil
import tomllib
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests.checks_support import BASE, FIXTURES, TOY, broken, copied, replace, slugs, snapshot
from tests.git_support import commit, repository
from vouchbank.change.edits import applied
from vouchbank.change.fixes import apply_fixes
from vouchbank.change.stubs import TO_COMPLETE
from vouchbank.checks import check
from vouchbank.cli import main
from vouchbank.corpus import Corpus
from vouchbank.corpus.line_edits import changed_lines
from vouchbank.corpus.quote_repair import as_in_text, straightened, without_edges
from vouchbank.language.derived import DERIVED
from vouchbank.tables.rows import Shared, layer_rows

pytestmark = pytest.mark.slow

ENTITIES = "annotations/000/entities.toml"
QUANTITIES = "annotations/000/quantities.toml"
ATTRIBUTIONS = "annotations/000/attributions.toml"
REGISTRY = "annotations/registry.toml"
META = "seeds/000/meta.toml"
MONDAY = 'e2 = { q = "Monday", type = "DATE" }'


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """The small corpus without what its words settle: a fix has nothing to leave out."""
    root = copied(BASE, tmp_path)
    text = (root / QUANTITIES).read_text("utf-8")
    (root / QUANTITIES).write_text(re.sub(r"interval = .*\n", "", text), "utf-8")
    return root


def run(*words: str, root: Path) -> Result:
    return CliRunner().invoke(main, ["check", *words, "--root", str(root)])


def fixed(root: Path) -> str:
    """The output of a run that must leave nothing to mend."""
    result = run("--fix", root=root)
    assert result.exit_code == 0, result.output
    return result.stdout


def read(root: Path, file: str) -> dict[str, Any]:
    return tomllib.loads((root / file).read_text("utf-8"))


# --- what is mended ------------------------------------------------------------------------------------


def test_a_clean_corpus_is_left_as_it_is(base: Path) -> None:
    before = snapshot(base)
    assert fixed(base).startswith("0 files fixed\nno findings")
    assert snapshot(base) == before


FORM: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "not-canonical": (ENTITIES, lambda b: b.replace(b"e2 = { q", b"e2={ q")),
    "shared-file-not-canonical": (REGISTRY, lambda b: b.replace(b"name = ", b"name=")),
    "carriage-return": (ENTITIES, lambda b: b.replace(b"\n", b"\r\n")),
    "byte-order-mark": (QUANTITIES, lambda b: b"\xef\xbb\xbf" + b),
}


@pytest.mark.parametrize("slug", FORM)
def test_form_line_ends_and_the_mark_at_the_beginning_are_mended(slug: str, base: Path) -> None:
    clean = snapshot(base)
    file, spoil = FORM[slug]
    (base / file).write_bytes(spoil((base / file).read_bytes()))
    assert [f.slug for f in check(Corpus(base))] == [slug]
    assert "no findings" in fixed(base)
    assert snapshot(base) == clean


def test_line_ends_of_meta_and_of_the_registry_are_mended_and_those_of_a_seed_are_not(base: Path) -> None:
    clean = snapshot(base)
    for file in (META, REGISTRY):
        (base / file).write_bytes((base / file).read_bytes().replace(b"\n", b"\r\n"))
    seed = (base / "seeds/000/raw.txt").read_bytes()
    fixed(base)
    assert snapshot(base) == clean
    replace(base, META, "sha256", "# sha256")
    (base / "seeds/000/raw.txt").write_bytes(seed.replace(b"\n", b"\r\n"))
    run("--fix", root=base)
    assert b"\r\n" in (base / "seeds/000/raw.txt").read_bytes()


@pytest.mark.parametrize(
    ("file", "right", "wrong"),
    [
        pytest.param(ENTITIES, '"Monday"', '" Monday"', id="white space before"),
        pytest.param(ENTITIES, '"Monday"', '"Monday "', id="white space behind that the text does not have"),
        pytest.param(ENTITIES, '"Ada Brook"', '"Ada Brook "', id="white space behind that the text has"),
        pytest.param(ENTITIES, '"Ada Brook"', '"Ada\u00a0Brook"', id="a no-break space"),
        pytest.param(ENTITIES, '"Ada Brook"', '"Ada  Brook"', id="two spaces"),
        pytest.param(ATTRIBUTIONS, "“The dam will hold,”", '\\"The dam will hold,\\"', id="straight quotes"),
        pytest.param(ATTRIBUTIONS, "“The dam will hold,”", "“The … hold,”", id="too few words beside a gap, one place"),
        pytest.param(ENTITIES, '"Monday"', "'Monday '", id="in a literal string"),
        pytest.param(ENTITIES, '"Monday"', '"""\nMonday"""', id="in a string of lines"),
    ],
)
def test_marks_and_white_space_of_a_quote_are_mended(file: str, right: str, wrong: str, base: Path) -> None:
    clean = snapshot(base)
    replace(base, file, right, wrong)
    fixed(base)
    assert snapshot(base) == clean


def test_a_decomposed_quote_is_composed(tmp_path: Path) -> None:
    root = copied(TOY, tmp_path)
    fixed(root)
    clean = snapshot(root)
    replace(root, ENTITIES, "Ana Muñoz", unicodedata.normalize("NFD", "Ana Muñoz"))
    run("--fix", root=root)
    assert snapshot(root) == clean


def test_typographic_marks_become_straight_where_the_text_has_straight_ones() -> None:
    assert as_in_text('He said "go" and can\'t.', "“go”") == '"go"'
    assert as_in_text("He said 'no' and can't.", "can’t") == "can't"


def test_an_occurrence_stays_where_it_still_fits_and_nothing_is_done_where_it_does_not() -> None:
    text = "A “dam” and a “dam”."
    assert as_in_text(text, '"dam"', "2/2") == "“dam”"
    assert as_in_text(text, '"dam"', "1/3") == ""
    assert as_in_text(text, '"dam"') == ""


def test_a_quote_that_fits_two_places_of_different_marks_is_not_chosen_for() -> None:
    assert as_in_text("It's Ann's, and Ann’s.", "Ann`s") == ""


def test_a_quote_without_its_middle_is_mended_on_both_sides() -> None:
    text = "“We will hold the dam today,” he said, “and we will hold it tomorrow.”"
    assert (
        as_in_text(text, '"We will hold the … will hold it tomorrow."') == "“We will hold the … will hold it tomorrow.”"
    )


def test_other_words_are_never_taken() -> None:
    assert as_in_text("The dam held.", "the dam") == ""
    assert as_in_text("The dam held.", "dams") == ""
    assert as_in_text("A co-op stood.", "co–op") == ""


def test_space_at_an_edge_that_tells_two_places_apart_becomes_an_occurrence(base: Path) -> None:
    assert without_edges("Brook. Brook saw", "Brook ") == ""
    clean = snapshot(base)
    replace(base, ENTITIES, '{ q = "Brook", n = "2/2",', '{ q = " Brook", n = "2/2",')
    fixed(base)
    assert snapshot(base) == clean


def test_an_occurrence_of_one_place_is_taken_out(base: Path) -> None:
    clean = snapshot(base)
    replace(base, ENTITIES, 'q = "Monday",', 'q = "Monday", n = "1/1",')
    replace(base, QUANTITIES, 'measured = "leaks"', 'measured = { q = "leaks", n = "1/1" }')
    fixed(base)
    assert snapshot(base) == clean


# --- ids ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["e", "e_", "e_new", "e_2", '"e?"'])
def test_a_record_without_an_id_gets_the_next_free_number(key: str, base: Path) -> None:
    replace(base, ENTITIES, MONDAY, MONDAY.replace("e2", key))
    assert "in p2 is now 000-e7" in fixed(base)
    assert read(base, ENTITIES)["p2"]["e7"] == {"q": "Monday", "type": "DATE"}


def test_records_without_an_id_are_numbered_in_the_order_of_the_paragraphs(base: Path) -> None:
    replace(base, ENTITIES, "e6 = ", "e_ = ")
    replace(base, ENTITIES, "e2 = ", "e_b = ")
    replace(base, ENTITIES, "e4 = ", "e_a = ")
    fixed(base)
    found = read(base, ENTITIES)
    assert list(found["p2"]) == ["e1", "e6", "e3", "e7"]
    assert list(found["p3"]) == ["e5", "e8"]


def test_an_id_of_the_last_commit_is_not_given_again(base: Path) -> None:
    repository(base)
    replace(base, ENTITIES, 'e6 = { q = "Oxmere"', 'e_ = { q = "Oxmere"')
    fixed(base)
    assert "e7" in read(base, ENTITIES)["p3"]


def test_a_retired_id_is_not_given_again(base: Path) -> None:
    (base / "annotations/retired.toml").write_text('["000-e41"]\nreason = "a slip"\n', "utf-8")
    replace(base, ENTITIES, MONDAY, MONDAY.replace("e2", "e_"))
    run("--fix", root=base)
    assert "e42" in read(base, ENTITIES)["p2"]


def test_references_to_a_record_without_an_id_follow_it(tmp_path: Path) -> None:
    root = copied(TOY, tmp_path)
    replace(root, ATTRIBUTIONS, "[p4.a2]", "[p4.a_she]")
    replace(root, ATTRIBUTIONS, 'parent = "a2"', 'parent = "a_she"')
    replace(root, ATTRIBUTIONS, 'about = ["a2", "a3"]', 'about = ["a_she", "a3"]')
    run("--fix", root=root)
    found = read(root, ATTRIBUTIONS)["p4"]
    assert found["a3"]["parent"] == "a6"
    assert found["a4"]["about"] == ["a6", "a3"]
    assert found["a6"]["cue"] == "said"


def test_a_reference_means_what_its_own_section_calls_so_and_else_the_only_one_so_called(tmp_path: Path) -> None:
    root = copied(TOY, tmp_path)
    replace(root, ATTRIBUTIONS, "[p4.a2]", "[p4.a_1]")
    replace(root, ATTRIBUTIONS, "[p5.a5]", "[p5.a_1]")
    replace(root, ATTRIBUTIONS, 'parent = "a2"', 'parent = "a_1"')
    replace(root, ATTRIBUTIONS, 'about = ["a2", "a3"]', 'about = ["a_1", "a3"]')
    assert "unknown-reference" not in run(root=root).output
    replace(root, QUANTITIES, "[p3.q1]", '[p3.q1]\nvouched_by = ["a_1"]')
    assert run("--fix", root=root).exit_code == 1
    found = read(root, ATTRIBUTIONS)["p4"]
    assert (found["a5"]["cue"], found["a3"]["parent"], found["a4"]["about"]) == ("said", "a5", ["a5", "a3"])
    assert read(root, QUANTITIES)["p3"]["q1"]["vouched_by"] == ["a_1"]


def test_comments_stay_with_a_record_that_gets_an_id_and_moves(base: Path) -> None:
    replace(base, ENTITIES, MONDAY, f"# the day\n{MONDAY.replace('e2', 'e_')}  # so")
    fixed(base)
    assert '# the day\ne7 = { q = "Monday", type = "DATE" }  # so\n' in (base / ENTITIES).read_text("utf-8")


def test_what_stands_beside_its_number_gets_its_occurrence(base: Path) -> None:
    replace(base, QUANTITIES, 'n = "2/2" }', 'n = "2/2" }\nunit = "boats"')
    assert "quote-ambiguous" in slugs(base)
    run("--fix", root=base)
    assert 'unit = { q = "boats", n = "2/2" }' in (base / QUANTITIES).read_text("utf-8")


def test_what_stands_beside_nothing_is_not_chosen_for(base: Path) -> None:
    replace(
        base, QUANTITIES, 'number = "12"\nmeasured = "leaks"', 'number = "12"\nmodifier = "the"\nmeasured = "leaks"'
    )
    run("--fix", root=base)
    assert 'modifier = "the"' in (base / QUANTITIES).read_text("utf-8")


# --- rows of the registry that are begun ------------------------------------------------------------------


def begun(root: Path) -> dict[str, Any]:
    run("--fix", root=root)
    return tomllib.loads((root / REGISTRY).read_text("utf-8"))


def test_a_key_without_a_row_begins_one_from_its_mentions(base: Path) -> None:
    replace(
        base, REGISTRY, '[ada-brook]\nname = "Ada Brook"\ntype = "PERSON"\n', '[ada]\nname = "Ada"\ntype = "PERSON"\n'
    )
    row = begun(base)["ada-brook"]
    assert row.pop("note").startswith("TODO")
    assert row == {"name": "Ada Brook", "type": "PERSON", "qid_status": "unverified", "aliases": ["Brook"]}
    assert "row-to-complete" in slugs(base)
    assert "unknown-reference" not in slugs(base)
    replace(base, REGISTRY, f'note = "{TO_COMPLETE}"\n', "")
    assert slugs(base) == ["unused-row"]


def test_a_source_without_a_name_begins_a_row_of_its_article(base: Path) -> None:
    replace(base, ATTRIBUTIONS, 'source_key = "lake-post"', 'source_key = "post-000"')
    row = begun(base)["post-000"]
    given = ("named", "article", "description", "name", "reason")
    assert [row[name] for name in given] == [
        False,
        "000",
        "The Lake Post of Oxmere",
        "Lake Post of Oxmere",
        "it has no name",
    ]


def test_the_rows_of_other_articles_are_left_to_them(base: Path) -> None:
    shutil.copytree(base / "seeds/000", base / "seeds/001")
    replace(base, "annotations/000/entities.toml", 'key = "oxmere"', 'key = "other"')
    run("001", "--fix", root=base)
    assert "other" not in tomllib.loads((base / REGISTRY).read_text("utf-8"))


def test_the_parent_of_what_is_said_inside_a_content_is_written(tmp_path: Path) -> None:
    root = broken("child-without-parent", tmp_path).root
    run("--fix", root=root)
    assert slugs(root) == []
    assert 'parent = "' in (root / ATTRIBUTIONS).read_text("utf-8")


# --- what is never done ---------------------------------------------------------------------------------


ADDED = ("value-as-computed", "child-without-parent", "row-missing")  # whose value goes; or comes, or its row


@pytest.mark.system
@pytest.mark.parametrize("slug", [slug for slug in FIXTURES if slug not in ADDED])
def test_no_fix_changes_a_value_that_it_may_not_and_a_second_run_mends_nothing_more(slug: str, tmp_path: Path) -> None:
    """Of every broken fixture the values stay, but for ids, white space, marks of quotes, and what words settle."""
    root = broken(slug, tmp_path).root
    done = apply_fixes(Corpus(root))
    for file, data in done.files.items():
        old = tomllib.loads((root / file).read_bytes().decode("utf-8-sig").replace("\r\n", "\n"))
        assert plain(old) == plain(tomllib.loads(data.decode()))
        (root / file).write_bytes(data)
    if done.files:  # else the second run reads the same bytes
        assert apply_fixes(Corpus(root)).files == {}


def quantity_rows(root: Path) -> list[dict[str, Any]]:
    corpus = Corpus(root)
    table, shared = corpus.schema.tables["quantities"], Shared.of(corpus)
    return [row for article in corpus.articles for row in layer_rows(article, table, shared)]


def test_what_the_words_settle_is_left_out_and_published_all_the_same(tmp_path: Path) -> None:
    root = copied(TOY, tmp_path)
    before = quantity_rows(root)
    assert "000-q7: dimension follows from the words and is left out" in fixed(root)
    assert quantity_rows(root) == before
    assert not re.search("interval|approximate|vague", (root / QUANTITIES).read_text("utf-8"))
    assert check(Corpus(root)) == []
    replace(root, QUANTITIES, 'number = "15"', 'number = "15"\ninterval = "[15, 16]"\nnote = "because"')
    fix = run("--fix", root=root)
    assert 'interval = "[15, 16]"' in (root / QUANTITIES).read_text("utf-8"), fix.output


def plain(value: Any) -> Any:
    """Values without what a fix may change in them."""
    if isinstance(value, dict):
        value = {k: v for k, v in value.items() if "number" not in value or k not in DERIVED}
        return {re.sub(r"\A([aeq]|n[aq])(_.*|[0-9]*)\Z", r"\1", k): plain(v) for k, v in value.items()}
    if isinstance(value, list):
        return [plain(v) for v in value]
    if isinstance(value, str):
        return " ".join(straightened(unicodedata.normalize("NFC", value)).split())
    return value


@pytest.mark.parametrize("slug", ["quote-ambiguous", "quote-miscounted", "quote-not-found", "duplicate-id"])
def test_what_could_mean_something_else_is_left_and_its_candidates_are_listed(slug: str, tmp_path: Path) -> None:
    root = broken(slug, tmp_path).root
    run("--fix", root=root)
    before = snapshot(root)
    result = run("--fix", root=root)
    assert result.exit_code == 1
    assert snapshot(root) == before
    assert "0 files fixed" in result.stdout
    if slug == "quote-ambiguous":
        assert 'choose one of: n = "1/2": …' in result.stdout


def test_a_file_that_would_not_parse_is_left_alone_and_named(base: Path) -> None:
    data = b"\xef\xbb\xbf" + (base / ENTITIES).read_bytes().replace(b"[p2]", b"[p2").replace(b"\n", b"\r\n")
    (base / ENTITIES).write_bytes(data)
    result = run("--fix", root=base)
    assert result.exit_code == 1
    assert f"{ENTITIES}: not fixed: invalid TOML" in result.stderr
    assert (base / ENTITIES).read_bytes() == data


def test_an_edit_that_does_more_than_it_says_is_refused(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replace(base, ENTITIES, '"Monday"', '"Monday "')
    before = snapshot(base)
    monkeypatch.setattr("vouchbank.change.fixes.applied", lambda text, edits: text.replace("DATE", "TIME"))
    result = run("--fix", root=base)
    assert "not fixed: a fix would change another value" in result.stderr
    assert snapshot(base) == before


def test_an_edit_that_breaks_the_file_is_refused(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replace(base, ENTITIES, '"Monday"', '"Monday "')
    before = snapshot(base)
    monkeypatch.setattr("vouchbank.change.fixes.applied", lambda text, edits: text.replace("[p2]", "[p2"))
    assert "not fixed: a fix would break the file" in run("--fix", root=base).stderr
    assert snapshot(base) == before


# --- how it is told -------------------------------------------------------------------------------------


def test_a_dry_run_prints_the_difference_and_writes_nothing(base: Path) -> None:
    replace(base, ENTITIES, '"Monday"', '"Monday "')
    before = snapshot(base)
    result = run("--fix", "--dry-run", root=base)
    assert result.exit_code == 1
    assert '-e2 = { q = "Monday ", type = "DATE" }\n+e2 = { q = "Monday", type = "DATE" }\n' in result.stdout
    assert result.stdout.endswith("1 file would change\n")
    assert snapshot(base) == before


def test_a_dry_run_without_fix_is_a_slip_of_the_pen(base: Path) -> None:
    assert run("--dry-run", root=base).exit_code == 2


def test_with_a_format_for_programs_only_the_findings_are_on_standard_output(base: Path) -> None:
    import json

    replace(base, ENTITIES, '"Monday"', '"Monday "')
    result = run("--fix", "--format", "json", root=base)
    assert json.loads(result.stdout)
    assert "write 'Monday', as the text has it" in result.stderr


def test_a_finding_carries_its_fix_and_the_fix_mends_it(base: Path) -> None:
    replace(base, ENTITIES, '"Monday"', '"Monday "')
    (finding,) = check(Corpus(base))
    assert finding.slug == "quote-not-found"
    assert finding.fix is not None
    assert finding.fix.safe
    (base / ENTITIES).write_text(applied((base / ENTITIES).read_text("utf-8"), finding.fix.edits), "utf-8")
    assert check(Corpus(base)) == []


@pytest.mark.parametrize("slug", FORM)
def test_the_fix_of_a_fault_of_form_alone_makes_the_file_right(slug: str, base: Path) -> None:
    name, spoil = FORM[slug]
    clean = (base / name).read_bytes()
    (base / name).write_bytes(spoil(clean))
    (finding,) = check(Corpus(base))
    assert finding.fix is not None
    assert applied(spoil(clean).decode(), finding.fix.edits) == clean.decode()


@pytest.mark.parametrize(
    ("old", "new"),
    [("a\nb\n", "a\nb\nc\n"), ("a\n", "a"), ("", "x\n"), ("a\nb\nc", "c"), ("a\na\n", "a\n"), ("x", ""), ("a", "a\n")],
)
def test_the_stretch_that_differs_makes_one_text_of_the_other(old: str, new: str) -> None:
    assert applied(old, [changed_lines("f", old, new)]) == new


def test_hostile_text_is_never_printed_raw(base: Path) -> None:
    replace(base, ENTITIES, MONDAY, f"{MONDAY} # \u202e\u2066::error::x")
    replace(base, ENTITIES, '"Ada Brook",', '"Ada  Brook",')
    for words in (["--fix", "--dry-run"], ["--fix"]):
        result = run(*words, root=base)
        assert not {c for c in result.output if not c.isprintable()} - {"\n"}


def test_a_commit_between_does_not_matter(base: Path) -> None:
    repository(base)
    replace(base, ENTITIES, MONDAY, MONDAY.replace("e2", "e_"))
    fixed(base)
    commit(base)
    assert apply_fixes(Corpus(base)).files == {}
