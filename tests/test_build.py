"""The build: same bytes twice, nothing half written. What a kill leaves, test_kills.py looks at."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import yaml
from click.testing import CliRunner

from tests.checks_support import copied, made_files, replace
from vouchbank._version import __version__
from vouchbank.build import build, differences
from vouchbank.build.steps import checksums
from vouchbank.cli import main
from vouchbank.corpus import Corpus, repository_root
from vouchbank.errors import SourcesNotCleanError
from vouchbank.tables.digest import logical_digest
from vouchbank.writing import exchange, replaced_folder

pytestmark = pytest.mark.slow

ROOT = repository_root()


def contents(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built") / "corpus"
    build(Corpus(ROOT), folder)
    return folder


@pytest.fixture(scope="module")
def small(released_toy: Path) -> Path:
    """The toy corpus, built once: how files are replaced does not depend on what they hold."""
    return released_toy


@pytest.fixture
def root(small: Path, tmp_path: Path) -> Path:
    """A copy of the toy corpus that a test may change."""
    return copied(small, tmp_path)


@pytest.mark.system
def test_two_builds_in_different_processes_give_the_same_bytes(built: Path, tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from vouchbank.build import build; from vouchbank.corpus import Corpus;"
        "build(Corpus(Path(sys.argv[1])), Path(sys.argv[2]))"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "12345", "TZ": "Pacific/Auckland", "LC_ALL": "C"}
    subprocess.run([sys.executable, "-c", code, ROOT, tmp_path / "corpus"], check=True, env=environment)
    assert contents(tmp_path / "corpus") == contents(built)


def test_sources_without_a_picture_have_none_on_the_card(small: Path) -> None:
    assert not (small / "corpus" / "pictures").exists()
    assert "pictures/" not in (small / "corpus" / "README.md").read_text("utf-8")


def test_the_build_writes_exactly_the_files_it_says(built: Path) -> None:
    corpus = Corpus(ROOT)
    assert set(contents(built)) == made_files(corpus.article_ids, corpus.schema.tables)


def test_a_file_of_a_table_alone_says_which_version_it_is_of(built: Path) -> None:
    for path in (built / "data").iterdir():
        held = json.loads(pq.read_schema(path).metadata[b"vouchbank"])
        assert held == {"table": path.stem, "version": __version__}


def test_text_files_hold_one_paragraph_a_line(built: Path) -> None:
    for article in Corpus(ROOT).articles:
        lines = (built / "text" / f"{article.id}.txt").read_text("utf-8").split("\n")
        assert lines == [*(p.text for p in article.paragraphs), ""]


def test_checksums_are_those_of_the_files(built: Path) -> None:
    for line in (built / "SHA256SUMS").read_text().splitlines():
        stated, name = line.split("  ")
        assert hashlib.sha256((built / name).read_bytes()).hexdigest() == stated
    assert checksums(built) == (built / "SHA256SUMS").read_text()


def test_logical_digests_are_those_of_the_rows_read_back(built: Path) -> None:
    import json

    digests = json.loads((built / "digests.json").read_text())
    for name, stated in digests.items():
        table = pq.read_table(built / "data" / f"{name}.parquet")
        assert stated == {"rows": table.num_rows, "sha256": logical_digest(table)}


def test_the_card_names_every_table_with_rows_and_one_default_and_nothing_that_overrides_the_files(built: Path) -> None:
    head = yaml.safe_load((built / "README.md").read_text("utf-8").split("---\n")[1])
    rows = {p.stem: pq.read_metadata(p).num_rows for p in (built / "data").glob("*.parquet")}
    assert {c["config_name"] for c in head["configs"]} == {name for name, count in rows.items() if count}
    assert [c["config_name"] for c in head["configs"] if c.get("default")] == ["articles"]
    assert all([d["split"] for d in c["data_files"]] == ["test"] for c in head["configs"])
    assert "dataset_info" not in head
    assert "splits" not in head


def test_a_fresh_corpus_has_no_differences_and_a_stale_one_names_them(root: Path) -> None:
    folder = root / "corpus"
    assert differences(Corpus(root), folder) == []
    (folder / "text" / "001.txt").write_text("changed")
    (folder / "extra.txt").write_text("too many")
    (folder / "datacite.json").unlink()
    assert differences(Corpus(root), folder) == [
        "datacite.json: missing",
        "extra.txt: not made by the build",
        "text/001.txt: changed",
    ]


def test_sources_with_findings_are_not_built_and_the_old_corpus_stays(root: Path) -> None:
    replace(root, "annotations/000/entities.toml", '"ORG"', '"ORGA"')
    before = contents(root)
    with pytest.raises(SourcesNotCleanError, match="vouchbank check"):
        build(Corpus(root), root / "corpus")
    assert contents(root) == before


def test_folders_are_replaced_where_names_cannot_be_exchanged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vouchbank.writing.exchange", lambda a, b: False)
    target = tmp_path / "corpus"
    for word in ("first", "second"):
        with replaced_folder(target) as folder:
            (folder / "file").write_text(word)
        assert contents(target) == {"file": word.encode()}
        assert [p.name for p in tmp_path.iterdir()] == ["corpus"]


def test_an_exception_while_writing_leaves_the_old_folder_and_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "corpus"
    target.mkdir()
    (target / "file").write_text("old")

    def fail() -> None:
        with replaced_folder(target) as folder:
            (folder / "file").write_text("new")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert contents(tmp_path) == {"corpus/file": b"old"}


@pytest.mark.skipif(sys.platform not in ("linux", "darwin"), reason="the file system call exists on Linux and macOS")
def test_two_folders_exchange_their_names_in_one_step(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text(name)
    assert exchange(tmp_path / "a", tmp_path / "b")
    assert contents(tmp_path) == {"a/file": b"b", "b/file": b"a"}
    assert not exchange(tmp_path / "a", tmp_path / "nowhere")


def test_a_folder_with_other_files_is_not_replaced(root: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("Dear Ada")
    result = CliRunner().invoke(main, ["build", "--root", str(root), "--out", str(tmp_path / "mine")])
    assert result.exit_code == 2
    assert "has other files, which would be deleted" in result.output
    assert contents(tmp_path / "mine") == {"letter.txt": b"Dear Ada"}
