"""How the package is installed, and what it says where something is not: nothing that only a command could obey."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from vouchbank.corpus import Corpus, repository_root
from vouchbank.errors import CorpusNotFoundError, MissingExtraError

ROOT = repository_root()


def test_the_readme_installs_from_the_clone_or_from_the_wheel_that_a_release_makes() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    releasing = (ROOT / "docs" / "releasing.md").read_text("utf-8")
    lines = re.findall(r"^python3 -m pip install (\S+)", readme, re.MULTILINE)
    assert lines == [".", "vouchbank-1.2.3-py3-none-any.whl"]
    assert "python3 -m pip wheel --no-deps --wheel-dir dist ." in releasing
    assert f"attach dist/{lines[1]}" in releasing
    assert "/dist/" in (ROOT / ".gitignore").read_text().split(), "the tree stays clean"


def test_no_document_and_no_error_installs_the_package_from_an_index() -> None:
    files = [*(ROOT / "src").rglob("*.py"), *(ROOT / "src").rglob("*.md"), *ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]
    assert files
    for file in files:
        assert not re.search(r"pip install '?vouchbank(?![\w.-]*\.whl)", file.read_text("utf-8")), file


def test_an_error_from_python_names_no_option_of_a_command(tmp_path: Path) -> None:
    with pytest.raises(CorpusNotFoundError) as found:
        Corpus(tmp_path)
    assert "--" not in str(found.value)


@pytest.mark.slow
@pytest.mark.parametrize("form", ["pandas", "datasets"])
def test_a_form_asks_for_its_own_library_only(form: str) -> None:
    code = (
        f"import sys; sys.modules[{form!r}] = None; import vouchbank, vouchbank.errors\n"
        f"try: vouchbank.load('segments', form={form!r})\nexcept vouchbank.errors.VouchBankError as error: print(error)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == f"form={form!r} needs the library {form!r}: python3 -m pip install {form}\n"


def test_what_writes_the_corpus_names_the_extra_of_the_clone() -> None:
    assert str(MissingExtraError("building", "datasets", "build")).endswith("python3 -m pip install '.[build]'")
