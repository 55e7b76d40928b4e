"""Every check is explained, with an example that runs; and no slug is ever renamed."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from scripts.checks import FOLDER, MADE, check_pages, gone_pages
from scripts.pages import main as pages_main
from tests.checks_support import FIXTURES, TESTS, broken
from tests.test_built_checks import DAMAGES, UNLISTED, sources_of
from vouchbank.build.steps import checksums
from vouchbank.checks import CHECKS, check
from vouchbank.checks.built import check_built
from vouchbank.checks.names import HEAD, SLUGS, broken_promises, read_slugs, with_slugs
from vouchbank.cli import main
from vouchbank.corpus import Corpus, repository_root
from vouchbank.findings import Check, Level
from vouchbank.report import plain
from vouchbank.report.explain import example, explanation, heading, rules
from vouchbank.schema import default_schema_folder, load_schema

pytestmark = pytest.mark.slow

ROOT = repository_root()
KNOWN = rules()
BUILT = tomllib.loads((TESTS / "built_examples.toml").read_text("utf-8"))
SCHEMA = load_schema(default_schema_folder())
GOOD = sorted(p.name for p in (TESTS / "good").iterdir() if p.is_dir())


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["explain", *words])


def pages(*words: str) -> Result:
    return CliRunner().invoke(pages_main, ["checks", *words])


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A root with two fixtures and the documents, whose pages a test may change."""
    for name in ("base", "span-edge"):
        shutil.copytree(TESTS / "broken" / name, tmp_path / "tests/broken" / name)
    shutil.copytree(ROOT / FOLDER, tmp_path / FOLDER)
    (tmp_path / "seeds").mkdir()
    return tmp_path


# --- every check has words and an example ------------------------------------------------------------


def test_every_check_is_listed_with_its_level() -> None:
    assert sorted(KNOWN) == sorted(CHECKS)
    assert list(dict.fromkeys(check.level for check in KNOWN.values())) == list(Level)
    text = run().stdout
    for slug, rule in KNOWN.items():
        assert re.search(rf"^  {slug} +{re.escape(rule.title)}$", text, re.MULTILINE)


@pytest.fixture(scope="module")
def made() -> dict[str, bytes]:
    """The pages; making them runs every example."""
    return check_pages(ROOT)


@pytest.mark.parametrize("slug", FIXTURES)
def test_every_check_has_a_bad_and_a_good_example(slug: str, made: dict[str, bytes]) -> None:
    page = made[f"{FOLDER}/{slug}.md"].decode()
    described = re.search(r"^## Example\n\n(?!The lines with )\S.*\.\n", page, re.MULTILINE)
    assert described, f"tests/broken/{slug}/expected.toml does not begin with a comment that describes the example"
    assert re.search(rf"^Output of `vouchbank check`:\n\n```text\n(.*\n)*?.*\[{slug}\]$", page, re.MULTILINE)
    lines = "".join(re.findall(r"^```diff\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)).splitlines()
    wrong = [line for line in lines if line.startswith(("-", "+")) or line.endswith((": a folder", ": missing"))]
    assert wrong, f"nothing shows how it is right: write tests/good/{slug}/"


@pytest.mark.parametrize("slug", GOOD)
def test_what_is_shown_as_right_is_right(slug: str, tmp_path: Path) -> None:
    corpus = broken(slug, tmp_path)
    shutil.copytree(TESTS / "good" / slug, corpus.root, dirs_exist_ok=True)
    right = Corpus(corpus.root)
    right.base = corpus.base
    assert check(right) == []


def test_the_good_examples_belong_to_checks() -> None:
    assert set(GOOD) <= set(FIXTURES)


def test_every_check_of_built_tables_has_an_example() -> None:
    assert set(BUILT) == {name for name, check in CHECKS.items() if check.level.built}


@pytest.mark.parametrize("slug", BUILT)
def test_the_example_of_a_built_check_is_what_is_said_of_that_damage(
    slug: str, built_toy: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "corpus"
    shutil.copytree(built_toy, folder)
    name = BUILT[slug]["damage"]
    if name in DAMAGES:
        DAMAGES[name][-1](folder)
        (folder / "SHA256SUMS").write_text(checksums(folder), "utf-8")
    else:
        UNLISTED[name][-1](folder)
    assert "\n".join(plain(f) for f in check_built(folder, SCHEMA, sources_of(slug))) == BUILT[slug]["says"].strip()


# --- what the command prints -------------------------------------------------------------------------


def test_explain_says_level_meaning_bad_and_good_and_what_check_prints() -> None:
    result = run("span-edge")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0] == "span-edge (error)"
    assert heading(Level.RECORD) in lines
    assert CHECKS["span-edge"].title in lines
    bad, good = (next(line for line in lines if line.startswith(f"  {sign}e2")) for sign in "-+")
    assert bad != good
    assert "Output of vouchbank check:" in lines
    assert next(line for line in lines if line.endswith("[span-edge]")).startswith(
        "  annotations/000/entities.toml:9:12: "
    )


def test_explain_of_a_built_check_shows_the_damage_and_what_is_said() -> None:
    text = run("missing-table").stdout
    assert "Example: data/claims.parquet was deleted." in text
    assert "the file of table claims is missing [missing-table]" in text


@pytest.mark.parametrize("given", ["spanedge", "span_edge", "SPAN-EDGE", "span-edges"])
def test_an_unknown_slug_names_the_closest(given: str) -> None:
    result = run(given)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "did you mean 'span-edge'?" in result.stderr


def test_an_unknown_slug_that_is_like_none_is_shown_and_not_obeyed() -> None:
    result = run("\x1b[2J\u202e")
    assert result.exit_code == 2
    assert result.stderr == "vouchbank: unknown check '\\x1b[2J\\u202e'; `vouchbank explain` lists all checks\n"


def test_a_retired_slug_names_its_successor(clone: Path) -> None:
    with (clone / SLUGS).open("a") as file:
        file.write("span-border retired: span-edge\n")
    result = run("span-border", "--root", str(clone))
    assert result.exit_code == 2
    assert "the check 'span-border' was replaced by 'span-edge'" in result.stderr


def test_without_fixtures_the_words_are_shown_and_where_the_example_is() -> None:
    for slug, where in (("span-edge", "tests/broken/span-edge/"), ("missing-table", "tests/built_examples.toml")):
        text = "\n".join(explanation(KNOWN[slug], None))
        assert KNOWN[slug].title in text
        assert f"docs/checks/{slug}.md" in text
        assert where in text


def test_an_installed_package_explains_without_a_clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vouchbank.report.explain.repository_root", lambda: tmp_path)
    monkeypatch.chdir(tmp_path)
    result = run("span-edge")
    assert result.exit_code == 0
    assert "For an example, see docs/checks/span-edge.md in the repository" in result.stdout
    assert run("span-edges").exit_code == 2
    assert pages("--check").exit_code == 2


def test_explain_loads_no_heavy_library() -> None:
    heavy = "{'polars', 'pandera', 'pyarrow', 'datasets', 'duckdb'}"
    call = "from vouchbank.cli import main; main(['explain'], standalone_mode=False)"
    code = f"import sys; {call}; print({heavy} & {{*sys.modules}})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "set()"


# --- the pages ---------------------------------------------------------------------------------------


def test_the_pages_are_what_the_checks_and_their_fixtures_make(made: dict[str, bytes]) -> None:
    stale = [name for name, data in made.items() if not (ROOT / name).is_file() or (ROOT / name).read_bytes() != data]
    assert (stale, gone_pages(ROOT, made)) == ([], []), "run: python -m scripts.pages checks"
    assert {f"{FOLDER}/{slug}.md" for slug in KNOWN} < set(made)


def test_the_words_of_a_docstring_are_no_markup(made: dict[str, bytes]) -> None:
    pages = "".join(data.decode() for data in made.values())
    prose = re.sub(r"```.*?```|`[^`]*`|<!--.*?-->", "", pages, flags=re.DOTALL)
    assert "&lt;article&gt;" in prose
    assert not re.search(r"<\w", prose)


def test_write_makes_missing_pages_and_deletes_those_of_checks_that_are_gone(clone: Path) -> None:
    gone, by_hand = clone / FOLDER / "span-border.md", clone / FOLDER / "notes.md"
    gone.write_text(f"{MADE}\n# span-border\n", "utf-8")
    by_hand.write_text("# Notes by hand\n", "utf-8")
    (clone / FOLDER / "span-edge.md").unlink()
    checked = pages("--check", "--root", str(clone))
    assert checked.exit_code == 1
    assert f"{FOLDER}/span-border.md: no longer generated" in checked.stdout
    assert f"{FOLDER}/span-edge.md: out of date" in checked.stdout
    assert checked.stdout.endswith("out of date; run: python -m scripts.pages checks\n")
    assert pages("--root", str(clone)).exit_code == 0
    assert (gone.exists(), by_hand.exists()) == (False, True)
    assert (clone / FOLDER / "span-edge.md").read_text("utf-8") == (ROOT / FOLDER / "span-edge.md").read_text("utf-8")
    assert pages("--check", "--root", str(clone)).exit_code == 0


def test_a_slug_that_is_no_check_any_more_is_not_written_away(clone: Path) -> None:
    text = (clone / SLUGS).read_text("utf-8").replace("span-edge\n", "span-edge\nspan-border\n")
    (clone / SLUGS).write_text(text, "utf-8")
    for options in (["--check"], []):
        result = pages(*options, "--root", str(clone))
        assert result.exit_code == 1
        assert "'span-border' is no longer a check: retire it" in result.stderr
    assert (clone / SLUGS).read_text("utf-8") == text


# --- slugs are promises ------------------------------------------------------------------------------


def test_every_slug_of_the_list_is_a_check_or_retired_and_every_check_is_in_the_list() -> None:
    text = (ROOT / SLUGS).read_text("utf-8")
    assert broken_promises(text, KNOWN) == []
    assert set(read_slugs(text).active) == set(KNOWN)
    assert text.startswith(HEAD)


def test_no_line_was_ever_taken_from_the_list() -> None:
    log = subprocess.run(
        ["git", "log", "--format=", "--unified=0", "-p", "--", SLUGS],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    ever = {line[1:].split(" ")[0] for line in log.splitlines() if re.match(r"\+[a-z0-9]", line)}
    listed = read_slugs((ROOT / SLUGS).read_text("utf-8"))
    assert ever <= {*listed.active, *listed.retired}


def test_new_slugs_go_to_the_end_and_the_list_keeps_its_lines() -> None:
    assert with_slugs("", ["b", "a"]) == f"{HEAD}b\na\n"
    assert with_slugs("# x\nb\n", ["a", "b"]) == "# x\nb\na\n"
    assert with_slugs("old retired: b\nb\n", ["b"]) == "old retired: b\nb\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a\ngone\n", "'gone' is no longer a check"),
        ("a\nold retired: gone\n", "'gone', the successor of 'old', is not a check"),
        ("a\na retired: b\nb\n", "'a' is retired, but is also a check"),
        ("a\na\n", "'a' is listed twice"),
        ("a\nSpan_Edge\n", "'Span_Edge' is not a valid line"),
        ("a\na retired:\n", "'a retired:' is not a valid line"),
    ],
)
def test_a_broken_promise_is_named(text: str, said: str) -> None:
    assert any(said in sentence for sentence in broken_promises(text, ["a", "b"]))


def test_a_kept_promise_is_none() -> None:
    assert broken_promises("a\nold retired: older\nolder retired: a\n", ["a"]) == []


def test_a_check_without_a_fixture_has_no_example() -> None:
    assert example(Check("no-such-check", Level.RECORD, "t", "e"), ROOT) is None
    assert example(Check("no-such-check", Level.TABLES, "t", "e"), ROOT) is None
