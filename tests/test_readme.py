"""The documents: every Python example of README.md and docs/ runs, every command and session is described."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from vouchbank.cli import main
from vouchbank.cli.releasing import release
from vouchbank.corpus import repository_root

ROOT = repository_root()
README = (ROOT / "README.md").read_text("utf-8")
COMMANDS = (ROOT / "docs" / "commands.md").read_text("utf-8")
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
EXAMPLES = [
    (page.name, number, example)
    for page in PAGES
    for number, example in enumerate(
        re.findall(r"^```python\n(.*?)^```", page.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    )
]
FIRST_SCREEN = 45
LONGEST = 120
SESSION = re.compile(r"^@nox\.session.*\ndef (\w+)\(.*\n    \"\"\"(.+)\"\"\"", re.MULTILINE)


def test_there_are_examples() -> None:
    assert {"README.md", "researcher.md", "lab.md", "normalisation.md"} <= {page for page, _, _ in EXAMPLES}


def test_the_first_screen_says_what_it_is_shows_it_and_has_the_commands_and_how_to_load_it() -> None:
    lines = README.splitlines()
    assert len(lines) <= LONGEST
    first = "\n".join(lines[:FIRST_SCREEN])
    for expected in (
        "docs/pictures/figures.png",
        "scripts/run.py build",
        "scripts/run.py tests",
        "source .venv/bin/activate",
        "load_dataset(",
    ):
        assert expected in first


# each example has names of its own; what they import is loaded once
RUN = """
import json, sys, traceback
failed = {}
for name, example in json.load(sys.stdin):
    try:
        exec(compile(example, name, "exec"), {"__name__": "__main__"})
    except BaseException:
        failed[name] = traceback.format_exc()
print(json.dumps(failed))
"""


def failures(examples: list[tuple[str, str]]) -> dict[str, str]:
    """Run examples in one process, where a warning is an error; what each that fails says."""
    command = [sys.executable, "-W", "error", "-c", RUN]
    run = subprocess.run(command, cwd=ROOT, input=json.dumps(examples), capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    failed: dict[str, str] = json.loads(run.stdout.splitlines()[-1])
    return failed


@pytest.mark.slow
def test_every_python_example_of_the_pages_runs() -> None:
    failed = failures([(f"{page} {number}", example) for page, number, example in EXAMPLES])
    assert failed == {}, "\n".join(failed.values())


def test_an_example_that_fails_is_named_and_uses_no_name_of_another() -> None:
    failed = failures(
        [("a", "x = 1"), ("b", "print(x)"), ("c", "import warnings; warnings.warn('old')"), ("d", "y = 1")]
    )
    assert list(failed) == ["b", "c"]
    assert "NameError" in failed["b"]


def test_the_commands_of_the_readme_are_sessions_that_exist() -> None:
    sessions = dict(SESSION.findall((ROOT / "noxfile.py").read_text()))
    named = re.findall(r"^python3 scripts/run\.py (\w+)$", README, re.MULTILINE)
    assert named == ["dev", "build", "tests"]
    assert set(named) <= set(sessions)


def test_the_ci_runs_the_test_command_of_the_readme_and_the_freshness_check() -> None:
    script = (ROOT / ".ci" / "run").read_text()
    bounded = re.findall(r"^bounded \d+ python3 scripts/run\.py (\w+)$", script, re.MULTILINE)
    assert bounded == ["lint", "types", "check", "fresh", "tests", "system", "cluster", "web", "browser"]
    assert script.count("scripts/run.py") == len(bounded)


@pytest.mark.parametrize(
    ("call", "status", "said"),
    [
        ("bounded 9 true", 0, "s of at most 9: true (status 0)\nnext\n"),
        ("bounded 9 false", 1, "s of at most 9: false (status 1)\n"),
        ("bounded 0.1 sleep 9", 124, "s of at most 0.1: sleep 9 (status 124)\n"),
    ],
)
def test_the_ci_stops_at_what_fails_and_at_what_takes_too_long_and_says_the_time(
    call: str, status: int, said: str
) -> None:
    bash = shutil.which("bash")
    assert bash
    function = (ROOT / ".ci" / "run").read_text().partition("\nbounded 300")[0].replace('cd "$(dirname "$0")/.."', "")
    command = [bash, "-c", f"{function}\n{call}\necho next"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    seconds, _, rest = ended.stdout.partition(" ")
    assert seconds.isdigit()  # how many it says depends on the machine
    assert (ended.returncode, rest) == (status, said)


def test_every_nox_session_is_documented() -> None:
    text = (ROOT / "noxfile.py").read_text()
    assert len(SESSION.findall(text)) == text.count("@nox.session")


def test_every_command_has_help_and_is_described_in_the_documents() -> None:
    documents = README + "".join(p.read_text("utf-8") for p in ROOT.glob("*/*.md"))
    for name, command in main.commands.items():
        assert command.help, name
        assert f"vouchbank {name}" in documents, name


def test_the_tables_of_the_page_of_commands_name_every_command_and_no_other() -> None:
    tables = COMMANDS.partition("\n## ")[0]
    named = set(re.findall(r"^\| `vouchbank ([a-z-]+)", tables, re.MULTILINE))
    assert named == set(main.commands)
    released = re.findall(r"^\| `vouchbank release ([a-z-]+)", tables, re.MULTILINE)
    assert released == list(release.commands)


def test_every_report_of_bench_is_remade_by_a_session() -> None:
    text = (ROOT / "noxfile.py").read_text("utf-8")
    made = {p.stem for p in (ROOT / "bench").glob("*.md")} - {"README"}
    assert made <= set(re.findall(r'"-m", "bench\.(\w+)", "--write"', text))


@pytest.mark.parametrize("name", ["requirements.lock", "scripts/run.lock"])
def test_lock_files_hold_versions_and_hashes_and_no_address(name: str) -> None:
    lines = (ROOT / name).read_text().splitlines()
    assert not [line for line in lines if "://" in line or line.startswith("-")]
    entries = "\n".join(lines).replace("\\\n", " ").splitlines()
    assert all("==" in e and "--hash=sha256:" in e for e in entries if e.strip())


def test_the_readme_says_who_writes_every_data_folder() -> None:
    written = dict(re.findall(r"^\| \[?`(\w+)/`[^|]*\| ([^|]+) \|", README, re.MULTILINE))
    expected = {"seeds": "people, once", "annotations": "annotators", "schema": "people", "corpus": "`vouchbank build`"}
    assert expected.items() <= written.items()
    for folder in ("seeds", "annotations", "schema"):
        assert (ROOT / folder / "README.md").is_file()
    assert "do not edit" in (ROOT / "corpus" / "DICTIONARY.md").read_text("utf-8")


def test_no_file_of_the_project_names_a_path_of_one_machine() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    pattern = re.compile(r"(?<![\w.-])/(?:home|root|work|Users)/\w")
    texts = (".py", ".md", ".toml", ".json", ".yml", ".lock", ".cfg")
    for name in filter(None, listed.split("\0")):
        path = ROOT / name
        if path.suffix in texts and path.is_file() and Path(__file__) != path:
            assert not pattern.search(path.read_text("utf-8", "replace")), name


def test_the_sizes_of_the_extras_are_those_that_were_measured() -> None:
    rows = r"^\| (nothing more|`\[\w+\]`).*\| ([0-9.]+)(?: MB)? \|$"
    stated, measured = (
        {name: float(size) for name, size in re.findall(rows, text, re.MULTILINE)}
        for text in ((ROOT / name).read_text("utf-8") for name in ("docs/install.md", "bench/install.md"))
    )
    assert stated == {name: round(size, -1) for name, size in measured.items()}
    assert len(stated) == 9
