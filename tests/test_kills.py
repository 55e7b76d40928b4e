"""Killed at any moment, a command leaves every file whole, and the next one clears away what is half done."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.checks_support import TOY, copied, replace, snapshot, with_project_files
from tests.git_support import repository
from tests.kill_support import Watch, command, run
from tests.test_rebase import change_text
from vouchbank import writing
from vouchbank.cli import main
from vouchbank.cli.base import ended_by_signals
from vouchbank.writing import BusyError, only_writer, replaced_folder, write_files

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot fork or kill so")]

State = dict[str, bytes | None]
COMMANDS = {
    "build": ["build"],
    "format": ["format"],
    "fix": ["check", "--fix"],
    "rebase": ["rebase"],
    "new": ["new", str(TOY / "README.md"), "--id", "storm"],
}


def invoke(name: str, root: Path) -> Result:
    return CliRunner().invoke(main, [*COMMANDS[name], "--root", str(root)])


@pytest.fixture(scope="module")
def roots(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """For each command a corpus in which it has more than one file to write."""
    clean = repository(with_project_files(copied(TOY, tmp_path_factory.mktemp("clean"))))
    assert invoke("build", clean).exit_code == 0
    made = {name: copied(clean, tmp_path_factory.mktemp(name)) for name in COMMANDS}
    for file in ("entities", "quantities", "attributions"):
        path = made["format"] / f"annotations/000/{file}.toml"
        path.write_bytes(path.read_bytes().replace(b" = ", b"="))
    replace(made["fix"], "annotations/000/attributions.toml", "p3.a1", "p3.a_1")
    replace(made["fix"], "annotations/000/entities.toml", "e3 = {", "e_3={")
    replace(made["fix"], "annotations/registry.toml", "name = ", "name=")
    change_text(made["rebase"], ("Pilots believe", "Pilots said it, roughly: the grain board slept. Pilots believe"))
    replace(made["build"], "corpus/README.md", "---", "--- # an older card")
    return made


@pytest.fixture(scope="module")
def ends(roots: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, State]:
    """What is there after each command."""
    done = {}
    for name, root in roots.items():
        after = copied(root, tmp_path_factory.mktemp("after"))
        invoke(name, after)
        done[name] = state(after)
        changed = {file for file, data in done[name].items() if data != state(root).get(file)}
        assert len(changed) > (name != "build"), name
    return done


def state(root: Path) -> State:
    return {name: held for name, held in snapshot(root).items() if not name.startswith(".git/")}


def parts(held: State) -> tuple[State, State]:
    """The sources, and corpus/."""
    corpus = {name: data for name, data in held.items() if name.split("/")[0] == "corpus"}
    return {name: data for name, data in held.items() if name not in corpus and ".vouchbank-" not in name}, corpus


def assert_whole(found: State, old: State, new: State) -> None:
    """Every file has its old bytes or its new ones, and corpus/ is the old one or the new one."""
    files, corpus = parts(found)
    assert corpus in (parts(old)[1], parts(new)[1])
    for name, data in files.items():
        assert data in (old.get(name, new.get(name)), new.get(name, old.get(name))), name


@pytest.mark.parametrize("name", COMMANDS)
def test_a_kill_before_any_operation_leaves_files_whole_and_the_next_writer_undoes_the_rest(
    name: str, roots: dict[str, Path], ends: dict[str, State], tmp_path: Path
) -> None:
    root, copies = copied(roots[name], tmp_path), tmp_path / "copies"
    run(Watch(root, copies=copies), command, *COMMANDS[name], "--root", str(root))
    old, new = state(roots[name]), ends[name]
    assert state(root) == new
    reached = []
    for copy in sorted(copies.iterdir()):
        assert_whole(state(copy), old, new)
        with only_writer(copy, "test"):
            pass
        reached.append(state(copy))
        assert reached[-1] in (old, new)
    assert reached[0] == old
    assert reached[-1] == new
    assert len(reached) > 10


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP], ids=lambda n: n.name)
def test_a_command_that_a_signal_ends_can_be_run_again(
    number: signal.Signals, name: str, roots: dict[str, Path], ends: dict[str, State], tmp_path: Path
) -> None:
    seed = int.from_bytes(os.urandom(4))
    at = random.Random(seed).randint(1, 20)
    print(f"seed {seed}: {number.name} before operation {at}")  # shown if this fails
    root = copied(roots[name], tmp_path)
    status = run(Watch(root, at, number), command, *COMMANDS[name], "--root", str(root))
    old, new = state(roots[name]), ends[name]
    assert_whole(state(root), old, new)
    if number == signal.SIGKILL:
        assert status == -number
    else:
        assert status == 128 + number
        assert state(root) in (old, new)
        assert not list((tmp_path / "tmp").iterdir())
    CliRunner().invoke(main, ["format", "--check", "--root", str(root)])  # whoever comes next, if only to read
    if state(root) != new:
        assert invoke(name, root).exit_code in (0, 1)
    assert state(root) == new


def swap(root: Path) -> None:
    writing.exchange = lambda a, b: False
    with replaced_folder(root / "corpus") as folder:
        (folder / "file").write_text("new")


def test_a_kill_where_names_cannot_be_exchanged_loses_no_folder(tmp_path: Path) -> None:
    root, copies = tmp_path / "root", tmp_path / "copies"
    (root / "corpus").mkdir(parents=True)
    (root / "corpus" / "file").write_text("old")
    assert run(Watch(root, copies=copies), swap, root) == 0
    assert {(copy / "corpus").is_dir() for copy in copies.iterdir()} == {True, False}
    for copy in copies.iterdir():
        with only_writer(copy, "test"):
            pass
        assert snapshot(copy) in ({"corpus": None, "corpus/file": held} for held in (b"old", b"new"))


def test_a_reading_command_undoes_too_and_a_file_changed_since_stays(roots: dict[str, Path], tmp_path: Path) -> None:
    root, copies = copied(roots["new"], tmp_path), tmp_path / "copies"
    run(Watch(root, copies=copies), command, *COMMANDS["new"], "--root", str(root))
    half = next(c for c in sorted(copies.iterdir()) if writing.half_done(c) and (c / "annotations/storm").is_dir())
    (half / "seeds/storm/raw.txt").write_text("by hand")
    with only_writer(half, "test"):  # at work: the half is left alone
        assert CliRunner().invoke(main, ["show", "000", "--root", str(half)]).exit_code == 0
