"""An article is taken down as docs/releasing.md says: each step names the next, and nothing of the article is left."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from click.testing import CliRunner

from tests.checks_support import TOY, copied, replace, with_project_files
from tests.git_support import git
from vouchbank._version import __version__
from vouchbank.checks import check
from vouchbank.cli import main
from vouchbank.corpus import Corpus, repository_root

pytestmark = pytest.mark.system

ROOT = repository_root()
GONE = "001"
RETIRED = "annotations/retired.toml"
REASON = 'reason = "withdrawn at the request of who holds the rights"\n'


def run(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, words)
    return result.exit_code, result.output


@pytest.fixture(scope="module")
def released_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The toy corpus, built, committed and tagged."""
    root = with_project_files(copied(TOY, tmp_path_factory.mktemp("released")))
    for annotator in ("annotator-a", "annotator-b"):
        shutil.copytree(root / "annotations" / GONE, root / "annotations" / "raw" / annotator / GONE)
    assert run("build", "--root", str(root))[0] == 0
    for words in (("init", "-q"), ("add", "."), ("commit", "-q", "-m", "x"), ("tag", f"v{__version__}")):
        git(root, *words)
    return root


@pytest.fixture
def released(released_once: Path, tmp_path: Path) -> Path:
    return copied(released_once, tmp_path)


@pytest.fixture
def taken_down(released: Path) -> Path:
    """The article and what refers to it are gone; what has to be retired with it is not listed yet."""
    (released / RETIRED).write_text(f"[{GONE}]\n{REASON}", "utf-8")
    for folder in ("seeds", "annotations", "annotations/raw/annotator-a", "annotations/raw/annotator-b"):
        shutil.rmtree(released / folder / GONE)
    for name in ("figures", "claims"):
        (released / "annotations" / f"{name}.toml").write_text("", "utf-8")
    for finding in check(Corpus(released)):
        assert finding.slug in ("unused-row", "alias-not-in-articles")
        if finding.slug == "unused-row":
            row = finding.message.split()[-1]
            file = released / "annotations/registry.toml"
            file.write_text(re.sub(rf"\[{row}\]\n(?:.+\n)*\n?", "", file.read_text("utf-8")), "utf-8")
    replace(released, "annotations/registry.toml", 'aliases = ["PORT LUNE"]', "aliases = []")
    return released


def test_check_names_all_that_is_left_of_an_article(released: Path) -> None:
    (released / RETIRED).write_text(f"[{GONE}]\n{REASON}", "utf-8")
    assert [f.slug for f in check(Corpus(released))] == ["retired-id-used"]
    shutil.rmtree(released / "seeds" / GONE)
    found = check(Corpus(released))
    left = {f.place.file.rsplit("/", 1)[0] for f in found if f.slug == "annotation-without-article"}
    assert left == {f"annotations/{where}{GONE}" for where in ("", "raw/annotator-a/", "raw/annotator-b/")}
    refers = [f for f in found if f.slug == "unknown-shared-reference"]
    assert {f.place.file for f in refers} == {"annotations/figures.toml", "annotations/claims.toml"}
    assert all(f"{GONE} was retired" in f.help and f.help.startswith("remove the reference") for f in refers)


def test_version_names_what_has_to_be_retired_with_it_and_asks_for_a_minor_version(taken_down: Path) -> None:
    root = str(taken_down)
    assert check(Corpus(root)) == []
    assert run("build", "--root", root)[0] == 0
    status, said = run("release", "version", "--root", root)
    asked = re.findall(r"add \[(\S+)\] with its reason", said)
    assert status == 1
    assert f"minor: article {GONE} is gone" in said
    assert {"figures.waiting-boats", "claims.boats-wait"} < set(asked)
    assert all(name.partition(".")[0] in ("figures", "claims", "registry") for name in asked)
    with (taken_down / RETIRED).open("a", encoding="utf-8") as file:
        file.writelines(f"[{name}]\n{REASON}" for name in asked)
    assert check(Corpus(root)) == []
    left = run("release", "version", "--root", root)[1]
    assert "retired.toml" not in left
    assert "is too low; a minor change needs" in left


def test_nothing_of_the_article_is_built_any_more_but_its_retired_id(taken_down: Path, tmp_path: Path) -> None:
    words = (TOY / "seeds" / GONE / "raw.txt").read_text("utf-8").split()
    kept = " ".join((TOY / "seeds" / "000" / "raw.txt").read_text("utf-8").split())
    runs = [run for run in (" ".join(words[i : i + 4]) for i in range(len(words) - 3)) if run not in kept]
    assert runs
    full, withheld = tmp_path / "full", tmp_path / "withheld"
    assert run("build", "--root", str(taken_down), "--out", str(full))[0] == 0
    built = {p.relative_to(full).as_posix(): p.read_bytes() for p in full.rglob("*") if p.is_file()}
    assert f"| `{GONE}` | `withdrawn at the request of who holds the rights` | – |" in built["README.md"].decode()
    for name, data in built.items():
        assert GONE not in name
        assert not [run for run in runs if run.encode() in data], name
    assert run("build", "--root", str(taken_down), "--out", str(withheld), "--withhold-text")[0] == 0
    status, said = run("rehydrate", str(withheld), "--seeds", str(TOY / "seeds" / "000"))
    assert status == 0, said
    for name in ("entities", "quantities", "attributions", "tokens"):
        rows, back = (pl.read_parquet(folder / "data" / f"{name}.parquet").to_dicts() for folder in (full, withheld))
        assert words_of(back) == words_of(rows) != []
    assert [name for name in built if name.startswith("text/")] == [f"text/{p.name}" for p in withheld.glob("text/*")]


def words_of(value: Any) -> list[str]:
    """The words of every span."""
    if isinstance(value, list):
        return [found for item in value for found in words_of(item)]
    if isinstance(value, dict):
        own = [value["text"]] if "text" in value else []
        return own + [found for item in value.values() for found in words_of(item)]
    return []


def test_the_id_is_given_to_no_new_article(taken_down: Path) -> None:
    from vouchbank.corpus.ids import used_article_ids

    assert GONE in used_article_ids(taken_down)
    shutil.copytree(TOY / "seeds" / GONE, taken_down / "seeds" / GONE)
    found = check(Corpus(taken_down))
    assert [f.slug for f in found if f.place.file == f"seeds/{GONE}/meta.toml"] == ["retired-id-used"]


def test_the_card_of_the_project_promises_what_the_documents_say_how_to_do() -> None:
    card = (ROOT / "corpus" / "README.md").read_text("utf-8")
    assert "its ids are retired" in card
    assert "## Taking an article down" in (ROOT / "docs" / "releasing.md").read_text("utf-8")
