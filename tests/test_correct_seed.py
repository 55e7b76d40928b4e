"""`vouchbank correct-seed`: the one way in which the bytes of a seed change, recorded, with all that follows."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.checks_support import TOY, copied, replace, snapshot
from tests.git_support import commit, repository
from vouchbank.cli import main
from vouchbank.corpus import Corpus

pytestmark = pytest.mark.slow

RAW, META = "seeds/000/raw.txt", "seeds/000/meta.toml"
QUANTITIES = "annotations/000/quantities.toml"
BELL = ("“The ferry", "Only one bell rang in the harbour. “The ferry")
MANY = ("roughly 15 of the boats", "roughly 20 of the boats")


@pytest.fixture(scope="module")
def committed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = copied(TOY, tmp_path_factory.mktemp("toy"))
    raw = root / "annotations/raw/annotator-a/000"
    raw.mkdir(parents=True)
    (raw / "quantities.toml").write_bytes((root / QUANTITIES).read_bytes())
    return repository(root)


@pytest.fixture
def root(committed: Path, tmp_path: Path) -> Path:
    return copied(committed, tmp_path)


def run(*words: str, root: Path) -> Result:
    return CliRunner().invoke(main, [*words, "--root", str(root)])


def correct(root: Path, *pairs: tuple[str, str], reason: str = "a number", more: tuple[str, ...] = ()) -> Result:
    text = (root / RAW).read_bytes().decode()
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    file = root.parent / "corrected.txt"
    file.write_bytes(text.encode())
    return run("correct-seed", "000", str(file), "--reason", reason, *more, root=root)


def findings(root: Path) -> list[str]:
    said = run("check", "--against", "HEAD", "--select", "seed-differs-from-base,seed-changed", root=root).stdout
    return [line for line in said.splitlines() if "[seed-" in line]


def test_the_old_hash_is_kept_and_text_ids_and_anchors_follow(root: Path) -> None:
    old = Corpus(root).article("000").seed.sha256
    result = correct(root, BELL, reason="A bell was forgotten")
    assert result.exit_code == 0, result.output
    meta = tomllib.loads((root / META).read_text("utf-8"))
    seed = Corpus(root).article("000").seed
    assert meta["history"] == [{"sha256": old, "reason": "A bell was forgotten"}]
    assert meta["sha256"] == seed.sha256 != old
    assert seed.hashes == [old, seed.sha256]
    assert "p5 changed: [-“-][+Only one bell rang in the harbour. “+]The ferry" in result.stdout
    assert "000-q5 number: 'one' 1/2 in p5 → 'one' 2/3 in p5" in result.stdout
    for file in (QUANTITIES, "annotations/raw/annotator-a/000/quantities.toml"):
        assert 'n = "2/3"' in (root / file).read_text("utf-8")
    assert findings(root) == []
    assert "paragraph-ids-stale" not in run("check", root=root).stdout
    assert "its publisher corrected it: A bell was forgotten" in run("diff", root=root).stdout


def test_what_has_no_place_any_more_is_flagged_and_all_else_is_written(root: Path) -> None:
    result = correct(root, MANY)
    assert result.exit_code == 1
    assert "'15' in p4 has no certain place in the new text" in result.stdout
    assert "roughly 20 of the boats" in (root / RAW).read_text("utf-8")
    assert findings(root) == []


def test_a_second_correction_stands_behind_the_first(root: Path) -> None:
    first = Corpus(root).article("000").seed.sha256
    correct(root, MANY)
    second = Corpus(root).article("000").seed.sha256
    correct(root, BELL)
    assert Corpus(root).article("000").seed.hashes[:2] == [first, second]
    assert findings(root) == []
    commit(root)
    replace(root, META, first, "0" * 64)
    assert [line for line in findings(root) if "`history` was changed" in line]


@pytest.mark.parametrize("how", ["edited", "other hash", "no change"])
def test_other_bytes_without_exactly_this_record_are_a_finding(how: str, root: Path) -> None:
    old = Corpus(root).article("000").seed.sha256
    if how == "no change":
        (root / META).write_text((root / META).read_text("utf-8") + f'\n[[history]]\nsha256 = "{old}"\nreason = "x"\n')
    else:
        correct(root, MANY)
        text = (root / META).read_text("utf-8")
        (root / META).write_text(
            text.partition("\n[[history]]")[0] + "\n" if how == "edited" else text.replace(old, "0" * 64), "utf-8"
        )
    (said,) = findings(root)
    assert "but meta.toml records no correction [seed-differs-from-base]" in said


def test_nothing_is_written_where_the_file_cannot_be_the_seed(root: Path) -> None:
    before = snapshot(root)
    for pairs, reason, said in (
        ((), "x", "seeds/000/raw.txt already has this text"),
        ((MANY,), " ", "say what the publisher corrected"),
        ((("grain", "gr\0ain"),), "x", "the file cannot be a seed: the file contains a NUL"),
    ):
        result = correct(root, *pairs, reason=reason)
        assert (result.exit_code, said in result.stderr) == (2, True), result.output
    assert correct(root, MANY, more=("--dry-run",)).exit_code == 1
    assert snapshot(root) == before
    replace(root, RAW, "grain", "corn")
    assert "does not match meta.toml" in correct(root, MANY).stderr
