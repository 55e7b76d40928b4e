"""A new rule is two files written by hand: the function and a fixture. Everything else follows from commands."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.checks_support import BASE

pytestmark = pytest.mark.system

ROOT = Path(__file__).parents[1]
COPIED = (
    "src",
    "scripts",
    "schema",
    "seeds",
    "annotations",
    "docs/checks",
    "tests/broken",
    "tests/good",
    "pyproject.toml",
)
SUPPORT = (
    "tests/conftest.py",
    "tests/checks_support.py",
    "tests/git_support.py",
    "tests/test_checks.py",
    "tests/toy",
    "tests/built_examples.toml",
)
NAME = "note-too-short"
RULE = '''"""Notes."""

from vouchbank.checks.rule import Faults, rule
from vouchbank.checks.subjects import Judged
from vouchbank.findings import Level


@rule(level=Level.RECORD)
def note_too_short(judged: Judged) -> Faults:
    """A note is a single character.

    A note is read by others: write a word or more.
    """
    if len(judged.text("note")) == 1:
        yield judged.fault("note", f"the note is only {judged.text('note')!r}", "say what you mean in words")
'''
ENTITIES = "annotations/000/entities.toml"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the project with the two files."""
    root = tmp_path / "project"
    for name in (*COPIED, *SUPPORT):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__", "raw"))
        else:
            shutil.copy(ROOT / name, root / name)
    (root / "src/vouchbank/checks/notes.py").write_text(RULE, "utf-8")
    return root


def run(root: Path, *command: str) -> str:
    environment = {**os.environ, "PYTHONPATH": f"{root / 'src'}{os.pathsep}{root}", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, *command], cwd=root, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_function_and_a_fixture_are_a_new_check_and_commands_make_the_rest(copy: Path) -> None:
    text = (BASE / ENTITIES).read_text("utf-8").replace('key = "oxmere" }', 'key = "oxmere", note = "?" }')
    fixture = copy / "tests/broken" / NAME / ENTITIES
    fixture.parent.mkdir(parents=True)
    fixture.write_text(f"# fault: a question mark for a note\n{text}", "utf-8")

    tests = ("-m", "pytest", "-p", "no:cacheprovider", "-q", "tests/test_checks.py", "-k", f"{NAME} or every_check")
    run(copy, *tests, "--update-expected")
    expected = (copy / "tests/broken" / NAME / "expected.toml").read_text("utf-8")
    assert expected.startswith(f'# A question mark for a note.\n[[findings]]\nslug = "{NAME}"\n')
    assert "message = \"the note is only '?'\"" in expected
    run(copy, *tests)

    run(copy, "-m", "scripts.pages", "checks")
    assert f"\n{NAME}\n" in (copy / "docs/checks/slugs.txt").read_text("utf-8")
    assert f"[`{NAME}`]({NAME}.md)" in (copy / "docs/checks/README.md").read_text("utf-8")
    page = (copy / f"docs/checks/{NAME}.md").read_text("utf-8")
    assert "## Example\n\nA question mark for a note.\n" in page
    assert f"the note is only '?' [{NAME}]" in page
    explained = run(copy, "-c", "from vouchbank.cli import main; main()", "explain", NAME)
    assert explained.startswith(f"{NAME} (error)\n\nA note is a single character.\n")
