"""`vouchbank rename` and `drop`: articles that are not published move whole or not at all, and references follow."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.checks_support import TOY, copied, replace, slugs, snapshot
from tests.git_support import commit, git, repository
from vouchbank.cli import main
from vouchbank.corpus import repository_root
from vouchbank.writing import only_writer, write_files

RULED = "adjudication/harbour-strike"
pytestmark = pytest.mark.slow


@pytest.fixture
def toy(tmp_path: Path) -> Path:
    """Two articles, and figures and claims that name annotations of both."""
    root = copied(TOY, tmp_path)
    (root / "annotations/retired.toml").write_text(
        '[001-e77]\nreason = "see 001-e1; 001-e1x and 5,001-e1 are no ids"\n'
    )
    for file in ("annotations/raw/annotator-a/001/entities.toml", "annotations/adjudication/001.toml"):
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        (root / file).write_text("# 001 is named in a comment\n")
    return root


def run(root: Path, *words: str) -> Result:
    return CliRunner().invoke(main, [*words, "--root", str(root)])


def test_an_article_is_renamed_with_all_that_names_it(toy: Path) -> None:
    findings = slugs(toy)
    before = {name: data for name, data in snapshot(toy).items() if "001" not in name}
    result = run(toy, "rename", "001", "harbour-strike")
    assert result.exit_code == 0, result.output
    after = snapshot(toy)
    assert not [name for name in after if "001" in name]
    moved = {name for name in after if "harbour-strike" in name}
    assert {
        "annotations/raw/annotator-a/harbour-strike/entities.toml",
        "annotations/adjudication/harbour-strike.toml",
    } <= moved
    assert slugs(toy) == findings
    claims = (toy / "annotations/claims.toml").read_text("utf-8")
    assert "harbour-strike-a1" in claims
    assert not re.search(r'"001-[a-z]', claims)
    retired = (toy / "annotations/retired.toml").read_text("utf-8")
    assert retired == '[harbour-strike-e77]\nreason = "see harbour-strike-e1; 001-e1x and 5,001-e1 are no ids"\n'
    same = {name for name, data in before.items() if after[name] == data}
    assert {name for name in before if "seeds" in name} <= same


def test_what_has_no_name_is_called_after_the_article_and_follows_it(toy: Path) -> None:
    rows = toy / "annotations/registry.toml"
    with rows.open("a") as file:
        file.write(
            '\n[two-officials-001]\narticle = "001"\nacts_for = "two-officials-001"\n'
            '\n[two-officials-0001]\nname = "x"\n'
        )
    assert run(toy, "rename", "001", "boats").exit_code == 0
    after = rows.read_text("utf-8").partition("[two-officials-boats]")[2]
    assert after == '\narticle = "boats"\nacts_for = "two-officials-boats"\n\n[two-officials-0001]\nname = "x"\n'


def test_the_corpus_has_no_finding_after_an_article_of_five_hands_was_renamed(tmp_path: Path) -> None:
    for folder in ("seeds", "annotations"):
        shutil.copytree(repository_root() / folder, tmp_path / folder)
    assert run(tmp_path, "rename", "002", "lake-2").exit_code == 0
    assert slugs(tmp_path) == []


def test_words_of_an_article_are_never_renamed(toy: Path) -> None:
    path = toy / "annotations/000/entities.toml"
    replace(toy, "annotations/000/entities.toml", 'q = "', 'q = "001-e1 ')
    words = [line for line in path.read_text("utf-8").splitlines() if "001-e1 " in line]
    assert run(toy, "rename", "001", "harbour-strike").exit_code == 0
    assert words
    assert words == [line for line in path.read_text("utf-8").splitlines() if "001-e1 " in line]


def test_the_way_back_gives_the_same_files(toy: Path) -> None:
    before = snapshot(toy)
    run(toy, "rename", "001", "boats")
    run(toy, "rename", "boats", "001")
    assert snapshot(toy) == before


@pytest.mark.parametrize(
    ("new", "said"), [("000", "already exists"), ("Raw", "invalid article id"), ("001", "already exists")]
)
def test_a_new_id_must_be_free_and_valid(new: str, said: str, toy: Path) -> None:
    before = snapshot(toy)
    result = run(toy, "rename", "001", new)
    assert (result.exit_code, snapshot(toy) == before) == (2, True)
    assert said in result.stderr


def test_an_article_that_others_refer_to_is_not_dropped(toy: Path) -> None:
    before = snapshot(toy)
    result = run(toy, "drop", "001", "--yes")
    assert (result.exit_code, snapshot(toy) == before) == (2, True)
    assert re.search(r"article 001 is referred to in annotations/claims.toml:\d+, ", result.stderr)
    assert "retired" not in result.stderr


def test_an_article_that_nobody_refers_to_is_dropped_whole_and_its_id_is_gone_if_it_was_committed(base: Path) -> None:
    repository(base)
    (base.parent / "a.txt").write_text("Boats wait in the bay.\n")
    run(base, "new", str(base.parent / "a.txt"), "--id", "boats")
    run(base, "new", str(base.parent / "a.txt").replace("a.txt", "b.txt"))
    commit(base)
    result = run(base, "drop", "boats", "--yes")
    assert result.exit_code == 0, result.output
    assert not [name for name in snapshot(base) if "boats" in name]
    assert not (base / "seeds/boats").exists()
    assert slugs(base) == []
    assert "was used before" in run(base, "new", str(base.parent / "a.txt"), "--id", "boats").stderr


def test_nothing_is_dropped_without_a_yes(toy: Path) -> None:
    before = snapshot(toy)
    result = CliRunner().invoke(main, ["drop", "001", "--root", str(toy)], input="n\n")
    assert (result.exit_code, snapshot(toy) == before) == (1, True)


def test_a_published_article_keeps_its_id(toy: Path) -> None:
    repository(toy)
    git(toy, "tag", "draft")
    assert run(toy, "rename", "001", "boats").exit_code == 0
    commit(toy)
    git(toy, "tag", "v0.2.0")
    before = snapshot(toy)
    for words in (["rename", "boats", "ships"], ["drop", "boats", "--yes"]):
        result = run(toy, *words)
        assert (result.exit_code, snapshot(toy) == before) == (2, True)
        assert "article boats is published in v0.2.0, so its id stays" in result.stderr


def test_an_article_that_is_not_there_is_named(toy: Path) -> None:
    assert "unknown article '002'" in run(toy, "rename", "002", "boats").stderr
    assert "unknown article '002'" in run(toy, "drop", "002", "--yes").stderr


def test_a_file_that_cannot_be_read_stops_a_move(toy: Path) -> None:
    (toy / "annotations/figures.toml").write_text("[")
    assert "annotations/figures.toml cannot be read" in run(toy, "rename", "001", "boats").stderr


@pytest.mark.parametrize("step", range(0, 14, 3))
def test_a_move_that_the_disk_stops_leaves_everything_as_it_was(
    step: int, toy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, calls = snapshot(toy), 0
    unlink, rename = Path.unlink, Path.replace

    def counted() -> None:
        nonlocal calls
        calls += 1
        if calls == step + 1:
            raise OSError(28, "No space left on device")

    def unlinking(self: Path, missing_ok: bool = False) -> None:
        if ".vouchbank" not in self.as_posix():
            counted()
        unlink(self, missing_ok)

    def replacing(self: Path, target: Path) -> Path:
        counted()
        return rename(self, target)

    monkeypatch.setattr(Path, "unlink", unlinking)
    monkeypatch.setattr(Path, "replace", replacing)
    result = run(toy, "rename", "001", "boats")
    monkeypatch.undo()
    assert result.exit_code == 2
    assert snapshot(toy) == before


def test_a_move_that_was_killed_is_undone_by_the_next_writer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_files(tmp_path, {"a/old.txt": b"1", "b.txt": b"2"})

    class Killed(BaseException):
        pass

    def killed(root: Path) -> None:
        raise Killed

    monkeypatch.setattr("vouchbank.writing.replace_file", lambda *_: killed(tmp_path))
    monkeypatch.setattr("vouchbank.writing._undo", killed)  # nothing runs after a kill
    with pytest.raises(Killed):
        write_files(tmp_path, {"a/old.txt": None, "c/new.txt": b"1", "b.txt": b"3"})
    monkeypatch.undo()
    assert not (tmp_path / "a/old.txt").exists()
    with only_writer(tmp_path, "test") as undone:
        assert undone == ["a/old.txt"]
    assert {p.name: p.read_bytes() for p in tmp_path.rglob("*.txt")} == {"old.txt": b"1", "b.txt": b"2"}


def test_a_folder_goes_with_its_last_file_and_no_other(tmp_path: Path) -> None:
    write_files(tmp_path, {"seeds/a/raw.txt": b"1", "seeds/b/raw.txt": b"2", "seeds/b/x.txt": b"3"})
    write_files(tmp_path, {"seeds/a/raw.txt": None, "seeds/b/raw.txt": None, "seeds/nowhere/x": None})
    assert sorted(p.name for p in (tmp_path / "seeds").iterdir()) == ["b"]
