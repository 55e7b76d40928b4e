"""Ids: their grammar, what is free, and that nothing takes an article id for three digits."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from click.testing import CliRunner, Result
from hypothesis import example, given
from hypothesis import strategies as st

import vouchbank
from bench.synthetic import SyntheticCorpus
from tests.checks_support import ATTRIBUTIONS, ENTITIES, RETIRED, TOY, copied, replace
from tests.git_support import commit, repository
from vouchbank.checks import check
from vouchbank.cli import main
from vouchbank.cli.printing import FORMATS
from vouchbank.corpus import Corpus, git, published, repository_root
from vouchbank.corpus.ids import (
    ARTICLE_ID,
    KEY,
    LOCAL_ID,
    LONGEST,
    PARAGRAPH,
    FreeIds,
    article_id_fault,
    article_in_path,
    article_of,
    proposed_id,
    retirement_of,
    retirements,
    used_article_ids,
)
from vouchbank.corpus.overlay import OverlayCorpus, corpus_at
from vouchbank.release.versions import State, vanished
from vouchbank.schema import default_schema_folder, load_schema
from vouchbank.schema.source import local_or_full

SCHEMA = load_schema(default_schema_folder())
STATED = SCHEMA.documents["common.json"]["$defs"]
SLUGS = ("1000", "24-e", "storm", "storm-in-oxmere")  # two of them begin alike, one ends in the letter of a layer
NAMES = (
    st.text("ab1e-", max_size=9) | st.text(max_size=4) | st.sampled_from(["strike-f16", "f16a", "16-f", "e7", "a\n"])
)


def run(root: Path, *words: str) -> Result:
    return CliRunner().invoke(main, [*words, "--root", str(root)])


# --- the grammar ---------------------------------------------------------------------------------------


def is_slug(name: str) -> bool:
    """The grammar as docs/versions.md says it."""
    words = name.split("-")
    plain = all(word and set(word) <= set("abcdefghijklmnopqrstuvwxyz0123456789") for word in words)
    return plain and len(name) <= 64 and not re.fullmatch("[a-z]+[0-9]+", words[-1])


@given(NAMES)
@example("a" * LONGEST)
@example("a" * (LONGEST + 1))
@example("٠٠٧")
def test_the_code_and_the_schema_state_the_same_grammar(name: str) -> None:
    valid = is_slug(name)
    assert bool(ARTICLE_ID.match(name)) == valid
    slug = STATED["slug"]
    # Rust's regular expressions, which jsonschema-rs and polars use, look neither ahead nor behind
    for found in (re.search(slug["pattern"].replace("$", r"\Z"), name), rust(slug["pattern"], name)):
        assert (bool(found) and len(name) <= slug["maxLength"]) == valid
    for pattern, form in (("key", KEY), ("paragraph_id", PARAGRAPH)):
        assert bool(form.match(name)) == rust(STATED[pattern]["pattern"], name)


def rust(pattern: str, text: str) -> bool:
    return bool(pl.Series([text]).str.contains(pattern)[0])


@given(NAMES.filter(is_slug), st.text("aeq", min_size=1, max_size=2), st.integers(1, 999_999))
def test_an_id_is_read_from_the_right_in_one_way(article: str, letters: str, number: int) -> None:
    local = f"{letters}{number}"
    name = f"{article}-{local}"
    assert (article_of(article), article_of(name)) == (article, article)
    assert LOCAL_ID.match(local)
    assert not is_slug(name)  # so no article has the id of an annotation
    pattern = STATED["annotation_id"]["pattern"]
    assert (rust(pattern, name), rust(pattern, article)) == (True, False)
    both = local_or_full(SCHEMA.tables["attributions"].column("parent"))
    assert [rust(both, text) for text in (local, name, article)] == [True, True, False]


@given(NAMES | st.text(max_size=90))
@example("x" * 63 + "f16")
@example("a" * 62 + "1")
def test_what_is_proposed_is_an_id_and_an_id_is_proposed_as_it_is(name: str) -> None:
    proposed = proposed_id(name, SCHEMA.tables)
    assert not proposed or not article_id_fault(proposed, SCHEMA.tables)
    assert article_id_fault(name, SCHEMA.tables) or len(name) == LONGEST or proposed == name


def test_no_article_has_the_name_of_what_stands_beside_it() -> None:
    root = repository_root()
    beside = {p.stem.lower() for folder in ("seeds", "annotations") for p in (root / folder).iterdir()}
    beside |= {"seeds", "annotations", "suggestions", "raw", "meta", "con", "prn", "aux", "nul", "com1", "lpt9"}
    beside |= {name.replace("_", "-") for name in SCHEMA.tables if "_" not in name}
    articles = {p.name for p in (root / "seeds").iterdir() if p.is_dir()}
    assert {name for name in beside if not article_id_fault(name, SCHEMA.tables)} == articles


@pytest.mark.parametrize(
    ("path", "article"),
    [
        ("seeds/storm/raw.txt", "storm"), ("annotations/storm/entities.toml", "storm"), ("seeds/README.md", ""),
        ("annotations/adjudication/storm.toml", "storm"), ("annotations/raw/kim-roe/storm/entities.toml", "storm"),
        ("annotations/raw/kim-roe/registry.toml", ""), ("annotations/registry.toml", ""), ("seeds/raw/raw.txt", ""),
        ("annotations/raw/notes.toml", ""), ("annotations/adjudication/old/storm.toml", ""),
    ],
)  # fmt: skip
def test_a_file_says_which_article_it_belongs_to(path: str, article: str) -> None:
    assert article_in_path(path) == article


# --- what is free --------------------------------------------------------------------------------------


def test_free_ids_are_behind_all_used_ones_and_none_is_given_twice() -> None:
    used = ["storm-e7", "storm-in-oxmere-e90", "storm-e6", "storm-nq2", "storm", "e95", "storm-e1000000"]
    free = FreeIds("storm", lambda: used)
    assert [free.next(letters) for letters in ("e", "e", "nq", "a")] == ["e8", "e9", "nq3", "a1"]


def promised(root: Path) -> dict[str, list[str]]:
    """The ids that each check names in its help."""
    found: dict[str, list[str]] = {}
    for finding in check(Corpus(root)):
        found.setdefault(finding.slug, []).extend(re.findall(r"\b(?:e|nq|na)\d+\b", finding.help))
    return found


@pytest.fixture
def used_before(base: Path) -> Path:
    """A corpus that had e20 in its last commit, and na7 once, which is retired."""
    text = (base / ENTITIES).read_text("utf-8")
    (base / ENTITIES).write_text(text.replace("e2 = ", "e20 = "), "utf-8")
    (base / RETIRED).write_text('[000-na7]\nreason = "x"\n', "utf-8")
    repository(base)
    (base / ENTITIES).write_text(text, "utf-8")
    return base


def test_check_and_fix_give_the_same_id_and_never_one_that_was_committed(used_before: Path) -> None:
    replace(used_before, ENTITIES, "e2 = ", "e_new = ")
    assert promised(used_before)["id-missing"] == ["e21"]
    assert "e_new in p2 is now 000-e21" in run(used_before, "check", "--fix").stdout


def test_a_duplicate_is_called_by_an_id_that_was_never_committed(used_before: Path) -> None:
    replace(used_before, ENTITIES, "e2 = ", "e6 = ")
    replace(used_before, ENTITIES, "[p3]\n", '[p3]\ne1 = { q = "Oxmere", type = "GPE", reading = "place" }\n')
    assert promised(used_before)["duplicate-id"] == ["e21", "e22"]


def test_no_two_findings_promise_the_same_id(used_before: Path) -> None:
    replace(used_before, ENTITIES, "e2 = ", "e6 = ")
    replace(used_before, ENTITIES, "e1 = {", "e = {")
    every = [name for names in promised(used_before).values() for name in names]
    assert len(every) > 1
    assert len(set(every)) == len(every)


def test_quotation_marks_and_numbers_are_listed_under_ids_that_were_never_used(used_before: Path) -> None:
    text = (used_before / ATTRIBUTIONS).read_text("utf-8")
    head = text.partition("[p")[0]
    (used_before / ATTRIBUTIONS).write_text(head, "utf-8")
    commit(used_before)
    assert promised(used_before)["quotation-mark-not-accounted"][:1] == ["na8"]


def test_a_clean_corpus_is_checked_without_git(used_before: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def run_git(*_: Any) -> None:
        raise AssertionError("git was asked")

    monkeypatch.setattr(git, "run_git", run_git)
    assert check(Corpus(used_before)) == []
    replace(used_before, ENTITIES, "e2 = ", "e6 = ")
    with pytest.raises(AssertionError, match="git was asked"):
        check(Corpus(used_before))


def test_an_older_state_takes_its_ids_from_itself(used_before: Path) -> None:
    assert b"e20" in Corpus(used_before).committed[ENTITIES]
    then = corpus_at(used_before, git.resolved(used_before, "HEAD"), SCHEMA)
    assert then.committed == {}
    assert "000-e20" in then.used_ids(then.article("000"))
    now = OverlayCorpus(used_before, SCHEMA, {})
    assert "000-e20" in now.used_ids(now.article("000"))
    assert "000-e20" not in now.article("000").used_ids


def test_where_there_is_no_git_the_files_and_the_retired_ids_count(base: Path) -> None:
    (base / RETIRED).write_text('[000-e30]\nreason = "x"\nsuccessor = "000-e31"\n', "utf-8")
    replace(base, ENTITIES, "e2 = ", "e6 = ")
    assert promised(base)["duplicate-id"] == ["e32"]


# --- retired ids ---------------------------------------------------------------------------------------


def test_the_sections_of_retired_ids_are_articles_annotations_or_keys_of_a_table() -> None:
    gone = {"reason": "x"}
    keys = {"storm": gone, "f16": gone}
    listed = retirements({"storm": gone, "storm-in-oxmere-e7": gone, "registry": keys, "e7": gone})
    assert sorted(listed) == ["registry.f16", "registry.storm", "storm", "storm-in-oxmere-e7"]
    names = ("storm-e1", "storm-in-oxmere-e1", "registry.oxmere")
    assert [bool(retirement_of(name, listed)) for name in names] == [True, False, False]


def test_a_key_is_not_taken_for_the_article_of_that_name(base: Path) -> None:
    (base / RETIRED).write_text('[oxmeer]\nreason = "The article was withdrawn."\n', "utf-8")
    replace(base, ENTITIES, 'key = "oxmere"', 'key = "oxmeer"')
    (help_,) = (f.help for f in check(Corpus(base)) if f.slug == "unknown-reference")
    assert "withdrawn" not in help_


def test_an_article_under_a_slug_is_retired_with_its_annotations(base: Path) -> None:
    (base / RETIRED).write_text('[storm]\nreason = "Withdrawn."\nsuccessor = "storm-two"\n', "utf-8")
    assert [f.message for f in check(Corpus(base))] == ["no such article: 'storm-two'"]
    assert used_article_ids(base) == {"000", "storm", "storm-two"}


def test_an_article_that_is_gone_stands_for_its_own_annotations_only() -> None:
    ids = frozenset({"storm", "storm-e1", "storm-in-oxmere", "storm-in-oxmere-e1", "registry.storm"})
    old = State(None, frozenset({"storm", "storm-in-oxmere"}), frozenset(), ids, frozenset(), {}, {})
    new = State(None, frozenset({"storm-in-oxmere"}), frozenset(), frozenset({"storm-in-oxmere"}), frozenset(), {}, {})
    assert vanished(old, new) == ["registry.storm", "storm", "storm-in-oxmere-e1"]


# --- folders of seeds/ ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "proposed"),
    [
        ("Foo Bar", "foo-bar"), ("strike-f16", "strike-f-16"), ("raw", "raw-1"), ("figures", "figures-1"),
        ("x" * 65, "x" * 63), ("storm_in_oxmere", "storm-in-oxmere"), ("005 (copy)", "005-copy"), ("nul", "nul-1"),
    ],
)  # fmt: skip
def test_a_folder_of_seeds_that_is_not_an_id_is_a_finding(name: str, proposed: str, base: Path) -> None:
    (base / "seeds" / name).mkdir()
    (base / "seeds" / name / "raw.txt").write_text("Rain.\n", "utf-8")
    (finding,) = check(Corpus(base))
    assert (finding.slug, finding.place.file) == ("misnamed-article", f"seeds/{name}")
    assert finding.help == f"rename it, for example to {proposed}"
    (base / "seeds" / name).rename(base / "seeds" / proposed)
    assert {f.article for f in check(Corpus(base))} == {proposed}


@pytest.mark.parametrize("name", ["6", "1000", "0006", "24-hours", "f16a"])
def test_any_id_is_an_article_and_what_it_lacks_is_said(name: str, base: Path) -> None:
    (base / "seeds" / name).mkdir()
    assert {f.slug for f in check(Corpus(base))} == {"empty-seed", "missing-meta"}


def test_a_file_beside_the_articles_is_a_finding_and_hidden_ones_and_the_readme_are_none(base: Path) -> None:
    for name in ("README.md", ".DS_Store", ".gitkeep"):
        (base / "seeds" / name).write_text("x", "utf-8")
    (base / "seeds" / ".hidden").mkdir()
    assert check(Corpus(base)) == []
    for name in ("note.txt", "005"):
        (base / "seeds" / name).write_text("x", "utf-8")
    assert [(f.slug, f.place.file) for f in check(Corpus(base))] == [
        ("misnamed-article", "seeds/005"),
        ("misnamed-article", "seeds/note.txt"),
    ]


def test_a_folder_of_annotation_that_is_not_an_id_is_annotation_of_no_article(base: Path) -> None:
    folder = base / "annotations" / "000 (copy)"
    folder.mkdir()
    (folder / "entities.toml").write_bytes((base / ENTITIES).read_bytes())
    (finding,) = check(Corpus(base))
    assert finding.slug == "annotation-without-article"
    assert finding.help == "rename it to the id of its article, or run: git rm -r 'annotations/000 (copy)'"


@pytest.mark.parametrize("form", FORMATS)
def test_a_hostile_name_is_shown_and_never_obeyed(form: str, base: Path) -> None:
    names = ["a\nb", "\x1b[2J", "\u202egp", "::error::x", "a\udce9", "<script>", "`x`", "\n::error::x"]
    for folder in (base / parent / name for parent in ("seeds", "annotations") for name in names):
        folder.mkdir()
        (folder / "entities.toml").write_text("", "utf-8")
    (base / "annotations/only here\x1b").mkdir()
    (base / "annotations/only here\x1b/entities.toml").write_text("", "utf-8")
    result = run(base, "check", "--format", form)
    assert result.exit_code == 1, result.exception
    assert not {c for c in result.output if not c.isprintable()} - {"\n"}
    assert not re.search(r"^\s*::error::x", result.output, re.MULTILINE)


# --- nothing assumes three digits ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def slugs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The toy corpus twice, under ids of every form, with two annotators, committed and built."""
    root = tmp_path_factory.mktemp("slugs") / "corpus"
    corpus = SyntheticCorpus(Corpus(TOY), SLUGS)
    corpus.write(root)
    for name in ("annotator-a", "annotator-b"):
        for folder in SLUGS:
            raw = root / "annotations/raw" / name / folder
            raw.mkdir(parents=True)
            for file in (root / "annotations" / folder).iterdir():
                (raw / file.name).write_bytes(file.read_bytes())
        for file in (root / "annotations").glob("*.toml"):
            (raw.parent / file.name).write_bytes(file.read_bytes())
    result = run(root, "build")
    assert result.exit_code == 0, result.output
    return repository(root)


@pytest.mark.system
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("check",), "no findings (4 articles"),
        (("check", "--tables"), "no findings (4 articles"),
        (("format", "--check"), "0 files to format"),
        (("normalise",), "storm-in-oxmere: "),
        (("build", "--check"), "corpus/ is up to date"),
        (("show", "storm"), "\n   e1 "),
        (("show", "--removed"), "24-e: 0 lines removed"),
        (("show", "--figures"), "1000-q1"),
        (("agree",), "## annotator-a and annotator-b, outside adjudication"),
        (("diff",), "no annotation changes since HEAD"),
        (("rebase",), "no text changed since HEAD"),
    ],
)
@pytest.mark.slow
def test_every_command_knows_articles_under_slugs(words: tuple[str, ...], said: str, slugs: Path) -> None:
    result = run(slugs, *words)
    assert result.exit_code == 0, result.output
    assert said in f"\n{result.stdout}"


@pytest.mark.slow
def test_the_tables_of_articles_under_slugs_load(slugs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(published, "path", lambda: slugs / "corpus")
    load = vouchbank.load
    assert load("articles")["article_id"].to_list() == list(SLUGS)
    for table in ("entities", "quantities", "attributions"):
        rows = load(table).to_dicts()
        assert {row["article_id"] for row in rows} == set(SLUGS)
        assert [row["id"] for row in rows if article_of(row["id"]) != row["article_id"]] == []
    assert {article_of(name) for row in load("quantities").to_dicts() for name in row["vouched_by"]} <= set(SLUGS)


@pytest.mark.slow
def test_a_change_of_an_article_under_a_slug_is_followed_and_said(slugs: Path, tmp_path: Path) -> None:
    root = copied(slugs, tmp_path)
    file = "annotations/storm/entities.toml"
    line = next(x for x in (root / file).read_text("utf-8").split("\n") if x.startswith("e1 = "))
    replace(root, file, f"{line}\n", "")
    assert "storm-e1 removed" in run(root, "diff").stdout
    replace(root, "annotations/storm-in-oxmere/entities.toml", "e1 = ", "e_new = ")
    fixed = run(root, "check", "--fix").stdout
    assert re.search(r"e_new in p\d is now storm-in-oxmere-e\d+\n", fixed)


@pytest.mark.slow
def test_anchors_of_an_article_under_a_slug_follow_its_text(slugs: Path, tmp_path: Path) -> None:
    root = copied(slugs, tmp_path)
    meta = root / "seeds/storm-in-oxmere/meta.toml"
    raw = (root / "seeds/storm-in-oxmere/raw.txt").read_text("utf-8")
    piece = next(x for x in raw.split("\n\n")[1:] if x.strip()).strip()
    text = meta.read_text("utf-8")
    taken = f'[[corrections]]\nq = {json.dumps(piece, ensure_ascii=False)}\nrole = "interface"\nreason = "x"\n\n'
    meta.write_text(text.replace("[paragraphs]", f"{taken}[paragraphs]"), "utf-8")
    said = run(root, "rebase").stdout
    assert "annotations/storm-in-oxmere: the text changed" in said
    assert "annotations/storm: " not in said


@pytest.mark.slow
def test_an_article_whose_name_begins_alike_is_another_article(slugs: Path, tmp_path: Path) -> None:
    root = copied(slugs, tmp_path)
    file = root / "annotations/storm/quantities.toml"
    text = file.read_text("utf-8")
    named = 'vouched_by = ["storm-in-oxmere-a1"]\nvouched_by_reason = "x"\n'
    file.write_text(re.sub(r"^\[p\d+\.q1\]\n", lambda m: m[0] + named, text, flags=re.MULTILINE), "utf-8")
    assert "vouching-by-denial" in {f.slug for f in check(Corpus(root))}
