"""`check --tables`: it says which check needs the sources, and when they were not there, or could not be used."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from vouchbank.cli import main
from vouchbank.corpus import repository_root

pytestmark = pytest.mark.slow

NOT_RUN = "(the check differs-from-sources did not run)"


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["check", "--tables", *words])


@pytest.fixture
def download(tmp_path: Path) -> Path:
    """What the Hub gives: the folder corpus/ under another name."""
    return Path(shutil.copytree(repository_root() / "corpus", tmp_path / "download"))


def test_a_download_is_checked_and_what_needs_its_sources_is_said(download: Path) -> None:
    result = run("--root", str(download))
    assert result.exit_code == 0, result.output
    assert NOT_RUN in result.stdout
    (download / "text" / "000.txt").write_text("Rain\n", "utf-8")
    result = run("--root", str(download))
    assert result.exit_code == 1
    assert "text-file-differs" in result.stdout


def test_machine_formats_stay_readable(download: Path) -> None:
    result = run("--root", str(download), "--format", "json")
    assert json.loads(result.stdout)["findings"] == []
    assert NOT_RUN in result.stderr


def test_a_folder_of_the_tables_of_a_clone_counts_too(download: Path) -> None:
    download.rename(download.with_name("corpus"))
    assert NOT_RUN in run("--root", str(download.parent)).stdout


def test_where_there_is_no_corpus_the_installed_one_is_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = run()
    assert result.exit_code == 0, result.output
    assert NOT_RUN in result.stdout
    assert run("--root", str(tmp_path)).exit_code == 2
    assert run("--fix").exit_code == 2


def test_sources_with_errors_are_not_compared(base: Path) -> None:
    shutil.copytree(repository_root() / "corpus", base / "corpus")
    (base / "annotations/000/entities.toml").write_text("[", "utf-8")
    result = run("--root", str(base))
    assert result.exit_code == 1
    assert "the sources have errors" in result.stdout


def test_tables_of_other_sources_are_found(base: Path) -> None:
    shutil.copytree(repository_root() / "corpus", base / "corpus")
    result = run("--root", str(base))
    assert result.exit_code == 1
    assert "differs-from-sources" in result.stdout
    assert NOT_RUN not in result.stdout
