"""Versions: what asks for which, ids that are gone, the changelog, and the command that holds a version to it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests.checks_support import TOY, copied, with_project_files
from tests.checks_support import replace as change
from tests.git_support import git
from vouchbank._version import __version__
from vouchbank.build.changelog import SECTIONS, entries, faults
from vouchbank.cli import main
from vouchbank.corpus import Corpus, repository_root
from vouchbank.release.ready import statements
from vouchbank.release.versions import (
    Bump,
    State,
    least_version,
    reasons,
    replaced,
    required_bump,
    state_of,
    too_low,
    vanished,
)
from vouchbank.schema import load_schema
from vouchbank.tables.digest import digest_of
from vouchbank.tables.make import make_tables

pytestmark = pytest.mark.slow

ROOT = repository_root()
Edit = Callable[[Any], None]
CORRECTED = "annotations/000/attributions.toml"
CORRECTION = 'source_key = "ana-munoz"\n', 'source_key = "ana-munoz"\nnote = "x"\n'
SCHEMA = load_schema(ROOT / "schema")  # of no copy: load_schema reads a folder once


@pytest.fixture(scope="module")
def toy() -> State:
    return state_of(Corpus(TOY), {"entities": "1", "quantities": "2"})


def with_schema(state: State, folder: Path, name: str, edit: Edit) -> State:
    """The state with one schema file changed."""
    shutil.copytree(ROOT / "schema", folder)
    document = json.loads((folder / f"{name}.json").read_text("utf-8"))
    edit(document)
    (folder / f"{name}.json").write_text(json.dumps(document))
    return replace(state, schema=load_schema(folder))


def labels(column: str, edit: Edit) -> Edit:
    return lambda document: edit(document["properties"][column]["oneOf"])


def without(document: Any, column: str) -> None:
    del document["properties"][column]
    document["required"] = [name for name in document["required"] if name != column]


BREAKS: dict[str, tuple[str, Edit]] = {
    "registry.aliases is gone": ("registry", lambda d: without(d, "aliases")),
    "quantities.approximate has another type": (
        "quantities",
        lambda d: d["properties"]["approximate"].update(type="string", default="no"),
    ),
    "quantities.dimension may now be empty": ("quantities", lambda d: d["required"].remove("dimension")),
    "registry.key is no longer unique": ("registry", lambda d: d["properties"]["key"].update(unique=False)),
    "quantities.figure_id refers to another table": (
        "quantities",
        lambda d: d["properties"]["figure_id"].update(references="claims"),
    ),
    "the label claimed of quantities.status is gone": ("quantities", labels("status", lambda held: held.pop(0))),
    "articles is no longer the default config": ("articles", lambda d: d["table"].update(default=False)),
    "figures.pairs[].reason is gone": (
        "figures",
        lambda d: (
            d["properties"]["pairs"]["items"]["properties"].pop("reason"),
            d["properties"]["pairs"]["items"]["required"].remove("reason"),
        ),
    ),
    "quantities.status no longer has a closed list of labels": (
        "quantities",
        lambda d: (d["properties"]["status"].pop("oneOf"), d["properties"]["status"].update(type="string")),
    ),
    # the numbers of ClassLabel follow the order of the labels
    "the tags of tokens.entity_tags are numbered differently": (
        "entities",
        labels("type", lambda held: held.insert(0, {"const": "AAA", "description": "x"})),
    ),
}
ADDITIONS: dict[str, tuple[str, Edit]] = {
    "registry.more is new": ("registry", lambda d: d["properties"].update(more={"type": "string"})),
    "the label other of quantities.status is new": (
        "quantities",
        labels("status", lambda held: held.append({"const": "other", "description": "x"})),
    ),
    "registry.qid allows other values": ("registry", lambda d: d["properties"]["qid"].update(pattern="^Q[0-9]+$")),
}


@pytest.mark.parametrize("reason", BREAKS)
def test_a_break_of_the_schema_asks_for_a_major_version(toy: State, tmp_path: Path, reason: str) -> None:
    changed = with_schema(toy, tmp_path / "schema", *BREAKS[reason])
    assert required_bump(toy, changed) is Bump.MAJOR
    assert reason in [r.text for r in reasons(toy, changed) if r.bump is Bump.MAJOR]


@pytest.mark.parametrize("reason", ADDITIONS)
def test_what_the_schema_has_more_asks_for_a_minor_version(toy: State, tmp_path: Path, reason: str) -> None:
    changed = with_schema(toy, tmp_path / "schema", *ADDITIONS[reason])
    assert [r.text for r in reasons(toy, changed)] == [reason]
    assert required_bump(toy, changed) is Bump.MINOR


def test_other_words_in_the_schema_ask_for_a_patch(toy: State, tmp_path: Path) -> None:
    changed = with_schema(toy, tmp_path / "schema", "registry", lambda d: d.update(description="Other words."))
    assert required_bump(toy, changed) is Bump.PATCH


def test_a_table_that_is_gone_is_a_break_and_a_new_one_is_not(toy: State, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "schema", tmp_path / "schema")
    (tmp_path / "schema" / "non_attributions.json").unlink()
    fewer = replace(toy, schema=load_schema(tmp_path / "schema"))
    assert required_bump(toy, fewer) is Bump.MAJOR
    assert required_bump(fewer, toy) is Bump.MINOR


def test_a_schema_that_cannot_be_read_any_more_is_a_break(toy: State) -> None:
    assert required_bump(replace(toy, schema=None), toy) is Bump.MAJOR


def test_articles_and_layers_ask_for_a_minor_version(toy: State) -> None:
    more = replace(toy, articles=toy.articles | {"900"})
    assert required_bump(toy, more) is required_bump(more, toy) is Bump.MINOR
    done = sorted(toy.finished)[0]
    assert required_bump(replace(toy, finished=toy.finished - {done}), toy) is Bump.MINOR


def test_other_rows_ask_for_a_patch_and_no_difference_for_nothing(toy: State) -> None:
    other = replace(toy, digests={"entities": "1", "quantities": "3"})
    assert [r.text for r in reasons(toy, other)] == ["rows differ: quantities"]
    assert required_bump(toy, other) is Bump.PATCH
    assert required_bump(toy, toy) is Bump.NONE


def test_two_states_of_the_real_corpus_that_are_one_ask_for_nothing() -> None:
    assert reasons(state_of(Corpus(ROOT), {}), state_of(Corpus(ROOT), {})) == []


@pytest.mark.parametrize(
    ("version", "bump", "low"),
    [
        ("1.4.2", Bump.NONE, False),
        ("1.4.2", Bump.PATCH, True),
        ("1.4.3", Bump.PATCH, False),
        ("1.4.9", Bump.MINOR, True),
        ("1.5.0", Bump.MINOR, False),
        ("1.10.0", Bump.MINOR, False),
        ("1.9.9", Bump.MAJOR, True),
        ("2.0.0", Bump.PATCH, False),
        ("1.4.1", Bump.NONE, True),
    ],
)
def test_a_version_is_too_low_or_not(version: str, bump: Bump, low: bool) -> None:
    assert too_low(version, "1.4.2", bump) is low
    assert not too_low(least_version("1.4.2", bump), "1.4.2", bump)


# --- ids ------------------------------------------------------------------------------------------------


def test_an_id_that_is_gone_must_be_listed_and_stay_listed(toy: State) -> None:
    gone = sorted(toy.ids)[0]
    fewer = replace(toy, ids=toy.ids - {gone})
    assert vanished(toy, fewer) == [gone]
    listed = replace(fewer, retired=frozenset({gone}))
    assert vanished(toy, listed) == []
    assert vanished(listed, fewer) == [gone]


def test_articles_and_what_they_share_are_ids_too(toy: State) -> None:
    shared = {name for name in toy.ids if "." in name}
    assert {name.split(".")[0] for name in shared} == {"registry", "figures", "claims"}
    assert vanished(toy, replace(toy, ids=toy.ids - shared)) == sorted(shared)
    assert toy.articles <= toy.ids


def test_an_article_that_is_gone_stands_for_its_annotations(toy: State) -> None:
    left = frozenset(name for name in toy.ids if not name.startswith("001"))
    without = replace(toy, ids=left, articles=toy.articles - {"001"})
    assert vanished(toy, without) == ["001"]
    assert vanished(toy, replace(without, retired=frozenset({"001"}))) == []
    assert "001-e1" in vanished(toy, replace(toy, ids=left)), "the article is there: each id is asked for"


def test_an_id_that_was_taken_off_the_list_is_missed_even_where_it_is_used_again(toy: State) -> None:
    listed = replace(toy, retired=frozenset({"000-e1"}))
    assert vanished(listed, toy) == ["000-e1"]


def test_another_article_under_an_old_id_is_seen(toy: State) -> None:
    assert replaced(toy, toy) == []
    assert replaced(toy, replace(toy, seeds={**toy.seeds, "001": "0" * 64})) == ["001"]
    assert replaced(toy, replace(toy, seeds={"000": toy.seeds["000"], "900": "0" * 64})) == []


def test_the_list_of_retired_ids_counts_by_its_sections_not_by_its_successors() -> None:
    listed = (
        b'[000-e1]\nreason = "part of another"\nsuccessor = "000-e2"\n[registry.x]\nreason = "y"\nsuccessor = "z"\n'
    )
    assert state_of(Corpus(TOY), {}, listed).retired == {"000-e1", "registry.x"}


# --- the changelog --------------------------------------------------------------------------------------

GOOD = """# Changelog

## Unreleased

### Data
- a

### Schema
- Nothing.

### Code
- c

## 0.2.0 (2030-02-01)

### Data
- a
### Schema
- b
### Code
- c

## 0.1.0 (2030-01-01)

### Data
- a
### Schema
- b
### Code
- c
"""


def test_the_changelog_of_the_project_has_its_form() -> None:
    assert faults((ROOT / "CHANGELOG.md").read_text("utf-8")) == []
    assert entries((ROOT / "CHANGELOG.md").read_text("utf-8"))


def test_a_good_changelog_has_no_faults() -> None:
    assert faults(GOOD) == []
    assert [(e.version, e.date) for e in entries(GOOD)][:2] == [("Unreleased", ""), ("0.2.0", "2030-02-01")]
    assert all(tuple(e.sections) == SECTIONS for e in entries(GOOD))


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("### Schema\n- Nothing.\n", "", "Unreleased has the sections Data, Code"),
        ("### Code\n- c\n\n## 0.2.0", "### Code\n\n## 0.2.0", "Code of Unreleased has no bullets"),
        ("### Schema\n- Nothing.", "### Annotation changes\n- a", "has the sections Data, Annotation changes"),
        ("## 0.2.0 (2030-02-01)", "## 0.2.0", "invalid heading '0.2.0'"),
        ("## 0.1.0 (2030-01-01)", "## Unreleased", "at the top only"),
        ("## 0.2.0 (2030-02-01)", "## 0.1.0 (2030-02-01)", "0.1.0 must be older than 0.1.0"),
        ("## 0.1.0 (2030-01-01)", "## 0.1.0 (2030-03-01)", "0.1.0 must be older than 0.2.0"),
        ("## 0.1.0 (2030-01-01)", "## 0.1.0 (2030-01-32)", "invalid date '2030-01-32'"),
        (GOOD, "# Changelog\n", "no versions"),
    ],
)
def test_a_fault_of_form_is_named(old: str, new: str, fault: str) -> None:
    assert old in GOOD
    assert any(fault in said for said in faults(GOOD.replace(old, new, 1)))


def test_the_places_that_repeat_the_version_agree() -> None:
    assert statements(ROOT) == []


def test_a_place_that_disagrees_is_named(tmp_path: Path) -> None:
    shutil.copy(ROOT / "CITATION.cff", tmp_path)
    change(tmp_path, "CITATION.cff", f'version: "{__version__}"', 'version: "9.9.9"')
    dated = GOOD.replace("0.2.0", "99.0.0").replace("## 0.1.0 (2030-01-01)", f"## {__version__} (2029-01-01)")
    (tmp_path / "CHANGELOG.md").write_text(dated)
    said = "\n".join(statements(tmp_path))
    assert "CITATION.cff: version is 9.9.9" in said
    assert "99.0.0 is higher than" in said
    assert "CHANGELOG.md has 2029-01-01" in said


# --- the command ----------------------------------------------------------------------------------------


def run(root: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["release", "version", "--root", str(root), *words])


def write_digests(root: Path) -> None:
    digests = {name: digest_of(table) for name, table in make_tables(Corpus(root, SCHEMA)).items()}
    (root / "corpus" / "digests.json").write_text(json.dumps(digests))


def correct(root: Path) -> None:
    """A correction, in the sources and in what is built."""
    change(root, CORRECTED, *CORRECTION)
    write_digests(root)


@pytest.fixture
def released(tmp_path: Path) -> Path:
    """A clone of a small corpus whose last commit is the release v0.1.0 in a repository, in a folder below its top."""
    root = with_project_files(copied(TOY, tmp_path))
    (root / "corpus").mkdir()
    write_digests(root)
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "x")
    git(tmp_path, "tag", f"v{__version__}")
    return root


def test_without_a_release_there_is_nothing_to_compare_with(tmp_path: Path) -> None:
    result = run(copied(TOY, tmp_path))
    assert result.exit_code == 0
    assert "no release found" in result.stdout


def test_without_a_change_the_version_may_stay(released: Path) -> None:
    result = run(released, "--since", f"v{__version__}")
    assert result.exit_code == 0, result.output
    assert f"since v{__version__} ({__version__}): none" in result.stdout


def test_a_correction_without_a_new_version_fails_and_says_which_it_must_be(released: Path) -> None:
    correct(released)
    result = run(released)
    assert result.exit_code == 1
    assert "patch: rows differ: articles, attributions" in result.stdout
    assert f"is too low; a patch change needs {least_version(__version__, Bump.PATCH)}" in result.stderr


def test_a_break_of_the_schema_without_a_major_version_fails(released: Path) -> None:
    document = json.loads((released / "schema" / "registry.json").read_text("utf-8"))
    without(document, "aliases")
    (released / "schema" / "registry.json").write_text(json.dumps(document))
    result = run(released, "--since", "HEAD")
    assert result.exit_code == 1
    assert "major: registry.aliases is gone" in result.stdout
    assert least_version(__version__, Bump.MAJOR) in result.stderr


def test_a_release_with_a_lower_version_lets_a_correction_pass(released: Path) -> None:
    change(released, "src/vouchbank/_version.py", __version__, "0.0.9")
    git(released, "commit", "-q", "-a", "-m", "older")
    correct(released)
    result = run(released, "--since", "HEAD")
    assert result.exit_code == 0, result.output
    assert "(0.0.9): patch" in result.stdout


def test_an_id_that_vanished_fails_until_it_is_listed(released: Path) -> None:
    file = next((released / "annotations").glob("*/entities.toml"))
    line = next(line for line in file.read_text("utf-8").splitlines() if line.startswith("e"))
    name = f"{file.parent.name}-{line.split()[0]}"
    change(released, file.relative_to(released).as_posix(), f"{line}\n", "")
    result = run(released)
    assert result.exit_code == 1
    assert f"annotations/retired.toml: {name} is gone but not listed; add [{name}] with its reason" in result.stderr
    (released / "annotations" / "retired.toml").write_text(f'[{name}]\nreason = "not a mention"\n')
    assert "retired.toml" not in run(released).stderr


def test_another_article_under_an_old_id_fails(released: Path) -> None:
    (released / "seeds" / "001" / "raw.txt").write_text("Another article.\n", "utf-8")
    result = run(released)
    assert result.exit_code == 1
    assert f"seeds/001: differs from the article of v{__version__}; restore it, or give the new" in result.stderr


@pytest.mark.parametrize("revision", ["nowhere", "--output=x", "a\x1b[2J"])
def test_a_revision_that_git_does_not_know_stops_with_a_sentence(released: Path, revision: str) -> None:
    result = run(released, f"--since={revision}")
    assert result.exit_code == 2
    assert "unknown revision" in result.stderr
    assert "\x1b" not in result.output


def test_a_revision_without_a_version_stops_with_a_sentence(released: Path) -> None:
    change(released, "src/vouchbank/_version.py", "__version__", "version")
    git(released, "commit", "-q", "-a", "-m", "odd")
    result = run(released, "--since", "HEAD")
    assert result.exit_code == 2
    assert "has no version" in result.stderr


def test_a_schema_of_then_that_todays_reader_refuses_is_a_break(released: Path) -> None:
    change(released, "schema/registry.json", '"type": "object"', '"type": "object", "x": 1')
    change(released, "schema/registry.json", '"$id": "registry.json"', '"$id": "other.json"')
    git(released, "commit", "-q", "-a", "-m", "of another time")
    shutil.copy(ROOT / "schema" / "registry.json", released / "schema")
    result = run(released, "--since", "HEAD")
    assert "major: the earlier schema can no longer be read" in result.stdout
    assert result.exit_code == 1


def test_damaged_digests_of_then_count_as_other_rows(released: Path) -> None:
    change(released, "corpus/digests.json", "{", "[")
    git(released, "commit", "-q", "-a", "-m", "odd")
    change(released, "corpus/digests.json", "[", "{")
    result = run(released, "--since", "HEAD")
    assert "the earlier digests cannot be read" in result.stdout


def test_the_tag_of_a_clean_checkout_is_compared_with_the_release_before_it(released: Path) -> None:
    correct(released)
    assert run(released).exit_code == 1, "not committed: compared with the tag"
    git(released, "commit", "-q", "-a", "-m", "forgot the version")
    assert run(released).exit_code == 1, "committed: compared with the tag"
    git(released, "tag", "v0.0.1", "HEAD^")
    git(released, "tag", "-d", f"v{__version__}")
    git(released, "tag", f"v{__version__}")
    result = run(released)
    assert f"since v0.0.1 ({__version__}): patch" in result.stdout, "at the tag itself: compared with the one before"


def test_a_stale_corpus_fails_and_the_rows_are_those_of_the_sources_all_the_same(released: Path) -> None:
    assert run(released, "--since", "HEAD").exit_code == 0
    change(released, CORRECTED, *CORRECTION)
    result = run(released)
    assert result.exit_code == 1
    assert "patch: rows differ: articles, attributions" in result.stdout
    assert "corpus/ is older than the sources (articles, attributions); run: vouchbank build" in result.stderr
    write_digests(released)
    assert "older" not in run(released).stderr


def test_rows_that_cannot_be_made_are_not_called_the_same(released: Path) -> None:
    change(released, CORRECTED, "source_kind", "source_kindness")
    result = run(released)
    assert result.exit_code == 1
    assert "rows were not compared: the sources have" in result.stderr


def test_at_the_first_release_there_is_nothing_before_it(released: Path) -> None:
    result = run(released)
    assert result.exit_code == 0, result.output
    assert f"v{__version__} is the first release: nothing to compare with" in result.stdout


def test_a_version_that_fell_is_said_in_words(released: Path) -> None:
    change(released, "src/vouchbank/_version.py", __version__, "99.0.0")
    git(released, "commit", "-q", "-a", "-m", "higher")
    result = run(released, "--since", "HEAD")
    assert f"{__version__} is too low; HEAD has 99.0.0" in result.stderr
    assert "none change" not in result.output


UNRELEASED_ONLY = "# Changelog\n\n## Unreleased\n\n### Data\n- a\n\n### Schema\n- b\n\n### Code\n- c\n"


def test_what_is_released_must_have_its_section_in_the_changelog(released: Path) -> None:
    (released / "CHANGELOG.md").write_text(UNRELEASED_ONLY)
    said = f"CHANGELOG.md lacks a section for {__version__}; replace ## Unreleased by ## {__version__} (2030-01-31)"
    assert said in run(released).stderr, "there is the tag"
    git(released, "tag", "-d", f"v{__version__}")
    assert said not in run(released).stderr, "not released yet"
    change(released, "src/vouchbank/_version.py", __version__, "0.0.9")
    git(released, "commit", "-q", "-a", "-m", "older")
    assert said in run(released, "--since", "HEAD").stderr, "the version was raised"
    dated = UNRELEASED_ONLY.replace("Unreleased", f"{__version__} (2030-01-31)")
    (released / "CHANGELOG.md").write_text(dated)
    assert said not in run(released, "--since", "HEAD").stderr
