"""CONTRIBUTING.md is run: every command on a fresh clone, every change applied, every line printed compared.

Each of its walk-throughs gets a clone of its own, with a remote that can be pushed to. A fenced block is one of these,
and nothing else is allowed:

- `console`: lines that begin with `$ ` are run; what follows must be printed. `…` stands for anything, alone on a line
  for any number of lines. A command fails if it is said to print errors or failures, and else does not.
- `diff`: changes; after `@@ FILE` what is replaced, which stands there once, or what is added `, at the end`.
- `toml FILE`, `json FILE`, `text FILE`: a file that the reader writes.
- `sh`: needs the network, or a shell to live in; it is not run, so each such line is listed here with what proves it.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from vouchbank.checks import CHECKS
from vouchbank.corpus import repository_root

pytestmark = pytest.mark.system

ROOT = repository_root()
TEXT = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
HEADING = re.compile(r"^## (.+)$", re.MULTILINE)
BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FAILS = re.compile(r": error: |\b\d+ failed\b|^::error |^CONFLICT ", re.MULTILINE)
KEPT_DOTS = {".github", ".gitattributes", ".gitignore", ".pre-commit-config.yaml", ".ci"}
# a line that is not run: what proves it instead
NOT_RUN = {
    "git clone ADDRESS vouchbank": "every walk-through begins with a clone",
    "cd vouchbank": "every command runs in the clone",
    "python3 scripts/run.py dev": "test_the_session_that_makes_the_environment_installs_what_is_locked_and_the_package",
    "source .venv/bin/activate": "puts the folder of the command on the path, as `environment` does",
}


@dataclass(frozen=True)
class Block:
    """A fenced block of a section."""

    kind: str
    file: str
    text: str


def sections(text: str) -> dict[str, str]:
    """The text below each heading of the second level."""
    parts = HEADING.split(text)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def blocks(section: str) -> list[Block]:
    return [Block(*match.groups(default="")) for match in BLOCK.finditer(section)]


def commands(console: str) -> Iterator[tuple[str, str]]:
    """Each command of a console block, and what it is said to print."""
    for part in re.split(r"^\$ ", console, flags=re.MULTILINE)[1:]:
        command, _, said = part.partition("\n")
        yield command, said


def same(said: str, printed: str) -> bool:
    """Whether what is printed is what is said; `…` stands for anything.

    >>> same("a\\n…\\nz (… checks)\\n", "a\\nb\\nc\\nz (9 checks)\\n")
    True
    >>> same("a\\n", "a\\nb\\n")
    False
    """
    lines = [
        r"(?:.*\n)*?" if line == "…" else re.escape(line).replace("…", ".*?") + r"\n" for line in said.splitlines()
    ]
    return bool(re.fullmatch("".join(lines), "".join(f"{line.rstrip()}\n" for line in printed.splitlines())))


WALKS = [name for name, section in sections(TEXT).items() if any(b.kind != "sh" for b in blocks(section))]


def change(clone: Path, diff: str) -> None:
    """Replace what a diff takes away by what it adds."""
    for hunk in re.split(r"^@@ ", diff, flags=re.MULTILINE)[1:]:
        where, *lines = hunk.splitlines(keepends=True)
        file, _, at = where.strip().partition(", ")
        old = "".join(line[1:] for line in lines if line[0] in "- ")
        new = "".join(line[1:] for line in lines if line[0] in "+ ")
        text = (clone / file).read_text("utf-8")
        if at:
            assert (at, old) == ("at the end", "")
            (clone / file).write_text(text + new, "utf-8")
        else:
            assert text.count(old) == 1, f"{file}: stands there {text.count(old)} times:\n{old}"
            (clone / file).write_text(text.replace(old, new), "utf-8")


def environment(home: Path, clone: Path) -> dict[str, str]:
    """Nothing of this machine but Python, git, and the command; the code is that of the clone."""
    return {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "HOME": str(home),
        "PYTHONPATH": str(clone / "src"),
        "PYTHONUTF8": "1",
        "GIT_CONFIG_NOSYSTEM": "1",
        **{f"GIT_{who}_{what}": "newcomer" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
    }


def run(words: list[str] | str, folder: Path, env: dict[str, str]) -> tuple[int, str]:
    """Exit status and all that is printed; a text goes through the shell, as a reader types it."""
    done = subprocess.run(
        words,
        cwd=folder,
        env=env,
        shell=isinstance(words, str),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        check=False,
    )
    return done.returncode, done.stdout


def left_out(folder: str, names: list[str]) -> set[str]:
    """What a clone would not have."""
    dots = {name for name in names if name.startswith(".") and name not in KEPT_DOTS}
    return dots | ({"__pycache__"} & set(names))


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository on the branch main, with one commit of the tree as it is."""
    folder = tmp_path_factory.mktemp("origin")
    shutil.copytree(ROOT, folder / "vouchbank", ignore=left_out)
    for words in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-q", "-m", "all"]):
        status, printed = run(["git", *words], folder / "vouchbank", environment(folder, folder / "vouchbank"))
        assert status == 0, printed
    return folder / "vouchbank"


@pytest.fixture(scope="module")
def walked(origin: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Future[None]]]:
    """All walk-throughs, each in a folder of its own, at the same time: they wait for processes mostly."""
    homes = {name: tmp_path_factory.mktemp("home") for name in WALKS}
    with ThreadPoolExecutor(len(WALKS)) as pool:
        yield {name: pool.submit(walk, name, origin, home) for name, home in homes.items()}


@pytest.mark.parametrize("name", WALKS)
def test_every_walk_through_does_and_prints_what_it_says(name: str, walked: dict[str, Future[None]]) -> None:
    walked[name].result()


def walk(name: str, origin: Path, home: Path) -> None:
    """Do on a fresh clone what a section says, and compare."""
    clone = home / "vouchbank"
    env = environment(home, clone)
    assert run(["git", "clone", "-q", str(origin), str(clone)], home, env)[0] == 0
    for block in blocks(sections(TEXT)[name]):
        if block.kind == "console":
            for command, said in commands(block.text):
                status, printed = run(command, clone, env)
                assert same(said, printed), f"$ {command}\n{printed}"
                assert bool(status) == bool(FAILS.search(said)), f"$ {command}: exit status {status}\n{printed}"
        elif block.kind == "diff":
            change(clone, block.text)
        elif block.kind != "sh":
            (clone / block.file).write_text(block.text, "utf-8")
    if name == "Code":
        made_pages_are_up_to_date(clone, env)


def made_pages_are_up_to_date(clone: Path, env: dict[str, str]) -> None:
    """Fail if a page that is made from the code is out of date, as the session `fresh` does."""
    for pages in ("checks", "messages"):  # each ends with an exit status, so each is a command of its own
        status, printed = run(f"python -m scripts.pages {pages} --check", clone, env)
        assert status == 0, printed
    assert run(["git", "status", "--porcelain"], clone, env)[1] == ""


def test_every_fenced_block_is_of_a_kind_that_is_run_or_is_listed() -> None:
    found = [b for section in sections(TEXT).values() for b in blocks(section)]
    assert len(found) == len(re.findall(r"^```", TEXT, re.MULTILINE)) / 2
    for block in found:
        assert block.kind in ("console", "diff", "toml", "json", "text", "sh")
        assert bool(block.file) == (block.kind in ("toml", "json", "text"))
    lines = [line for b in found if b.kind == "sh" for line in b.text.splitlines()]
    assert lines == list(NOT_RUN)


def test_each_contribution_has_a_walk_through() -> None:
    change = ("git switch", "vouchbank check", "vouchbank diff", "git commit")
    wanted = {
        "Begin": ("vouchbank check",),
        "One sentence": ("vouchbank new", "vouchbank check", "vouchbank show"),
        "A corrected label": (*change, "git push"),
        "A new article": (*change, "git push"),
        "A correction in the browser": change,
        "Two branches in one paragraph": (*change, "git push"),
        "A new layer": (*change, "git push"),
        "Code": (
            "git switch",
            "vouchbank explain",
            "git grep",
            "pytest",
            "python -m scripts.pages",
            "git commit",
            "git push",
        ),
    }
    assert list(wanted) == WALKS
    for name, beginnings in wanted.items():
        typed = [c for b in blocks(sections(TEXT)[name]) if b.kind == "console" for c, _ in commands(b.text)]
        for beginning in beginnings:
            assert any(command.startswith(beginning) for command in typed), (name, beginning)


def test_every_check_is_found_as_the_page_says() -> None:
    files = {path: path.read_text("utf-8") for path in (ROOT / "src").rglob("*.py")}
    for name in CHECKS:
        assert any(f"\ndef {name.replace('-', '_')}(" in text for text in files.values()), name


def test_every_room_is_listed() -> None:
    contract = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"][0]
    listed = re.findall(r"^\| (`[a-z`, ]+`) \|", sections(TEXT)["Code"], re.MULTILINE)
    main, *rooms = re.findall(r"\w+", " ".join(contract["layers"]))
    assert main == "__main__"
    assert [room for row in listed for room in re.findall(r"\w+", row)] == rooms


def test_the_session_that_makes_the_environment_installs_what_is_locked_and_the_package() -> None:
    source = (ROOT / "noxfile.py").read_text("utf-8").split("def dev(")[1].split("@nox.session")[0]
    assert '"uv", "venv"' in source
    assert 'ROOT / ".venv"' in source
    assert '"--require-hashes", "-r", LOCK' in source
    assert '"--no-deps", "--no-build-isolation", "-e", "."' in source
    assert '"Next: source ' in source.splitlines()[-3]
    assert ".venv/" in (ROOT / ".gitignore").read_text("utf-8").splitlines()


def test_the_page_is_compared_line_by_line() -> None:
    assert same("a\n…\n1 error (… checks)\n", "a\nb\nc\n1 error (7 checks)\n")
    assert same("", "")
    assert not same("", "a\n")
    assert not same("a\n…\nb\n", "a\nb\nc\n")
    assert not same("(5 articles)\n", "(6 articles)\n")
