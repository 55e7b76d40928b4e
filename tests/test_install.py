"""How the package is installed, and what it says where something is not: nothing that only a command could obey."""

from __future__ import annotations

import re
from importlib.metadata import requires
from pathlib import Path

import pytest

from bench.install import REPORT
from vouchbank.corpus import Corpus, repository_root
from vouchbank.errors import CorpusNotFoundError

ROOT = repository_root()


def test_the_page_installs_from_the_clone_or_from_the_wheel_that_a_release_makes() -> None:
    page = (ROOT / "docs" / "install.md").read_text("utf-8")
    releasing = (ROOT / "docs" / "releasing.md").read_text("utf-8")
    lines = re.findall(r"^python3 -m pip install (\S+)", page, re.MULTILINE)
    assert lines == [".", "vouchbank-VERSION-py3-none-any.whl", "'vouchbank[annotate]'"]
    assert "python3 -m pip wheel --no-deps --wheel-dir dist ." in releasing
    assert f"attach dist/{lines[1].replace('VERSION', '1.2.3')}" in releasing
    assert "/dist/" in (ROOT / ".gitignore").read_text().split(), "the tree stays clean"


def test_no_document_and_no_error_installs_the_package_from_an_index() -> None:
    """An extra of the installed package is none: pip takes what is installed, and from the index what it lacks."""
    files = [*(ROOT / "src").rglob("*.py"), *(ROOT / "src").rglob("*.md"), *ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]
    assert files
    for file in files:
        assert not re.search(r"pip install '?vouchbank(?![\w.-]*\.whl|\[)", file.read_text("utf-8")), file


def test_an_error_from_python_names_no_option_of_a_command(tmp_path: Path) -> None:
    with pytest.raises(CorpusNotFoundError) as found:
        Corpus(tmp_path)
    assert "--" not in str(found.value)


def test_the_page_has_every_extra_and_what_it_weighs_as_it_was_measured() -> None:
    """A tenth more or less is no news; `python -m bench.install --write` measures again."""
    measured = dict(
        re.findall(r"^\| (.+?): .+ \| \d+ \| ([\d.]+) \|$", (ROOT / REPORT).read_text("utf-8"), re.MULTILINE)
    )
    stated = dict(
        re.findall(r"^\| (.+?) \|.+\| (\d+) MB \|$", (ROOT / "docs/install.md").read_text("utf-8"), re.MULTILINE)
    )
    extras = {f"`[{name}]`" for name in re.findall(r"extra == '([\w-]+)'", " ".join(requires("vouchbank") or []))}
    assert measured.keys() == stated.keys() == {"nothing more", *extras}
    assert {name for name in stated if abs(float(measured[name]) - int(stated[name])) > int(stated[name]) / 10} == set()
    assert float(measured["nothing more"]) <= 200
