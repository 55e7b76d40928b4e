"""Killed at any moment, a command leaves every file whole, and the next one clears away what is half done."""

from __future__ import annotations

import errno
import os
import random
import signal
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.checks_support import TOY, copied, replace, snapshot, with_project_files
from tests.git_support import repository
from tests.kill_support import Watch, command, run
from tests.test_rebase import change_text
from vouchbank import writing
from vouchbank.cli import main
from vouchbank.cli.base import ended_by_signals
from vouchbank.corpus import repository_root
from vouchbank.writing import BusyError, only_writer, replaced_folder

pytestmark = [pytest.mark.system, pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot fork or kill so")]

State = dict[str, bytes | None]
COMMANDS = {
    "build": ["build"],
    "format": ["format"],
    "fix": ["check", "--fix"],
    "rebase": ["rebase"],
    "new": ["new", str(TOY / "README.md"), "--id", "storm"],
}


@pytest.fixture(scope="module")
def roots(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """For each command a corpus in which it has more than one file to write."""
    clean = with_project_files(copied(TOY, tmp_path_factory.mktemp("clean")))
    (clean / "corpus").mkdir()
    (clean / "corpus" / "README.md").write_text("an older card")
    made = {name: copied(clean, tmp_path_factory.mktemp(name)) for name in COMMANDS}
    for file in ("entities", "quantities", "attributions"):
        path = made["format"] / f"annotations/000/{file}.toml"
        path.write_bytes(path.read_bytes().replace(b" = ", b"="))
    replace(made["fix"], "annotations/000/attributions.toml", "p3.a1", "p3.a_1")
    replace(made["fix"], "annotations/000/entities.toml", "e3 = {", "e_3={")
    replace(made["fix"], "annotations/registry.toml", "name = ", "name=")
    repository(made["rebase"])
    change_text(made["rebase"], ("Pilots believe", "Pilots said it, roughly: the grain board slept. Pilots believe"))
    return made


@dataclass(frozen=True)
class Course:
    """What was there before a command, before each of its operations, and after it."""

    old: State
    copies: list[Path]
    new: State


@pytest.fixture(scope="module")
def courses(roots: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Course]:
    """The course of each command that nothing disturbs."""
    done = {}
    for name, root in roots.items():
        folder = tmp_path_factory.mktemp("course")
        after = copied(root, folder)
        assert run(Watch(after, copies=folder / "copies"), command, *COMMANDS[name], "--root", str(after)) in (0, 1)
        done[name] = Course(state(root), sorted((folder / "copies").iterdir()), state(after))
        changed = {file for file, data in done[name].new.items() if data != done[name].old.get(file)}
        assert len(changed) > 1, name
    return done


def state(root: Path) -> State:
    return {name: held for name, held in snapshot(root).items() if not name.startswith(".git/")}


def parts(held: State) -> tuple[State, State]:
    """The sources, and corpus/."""
    corpus = {name: data for name, data in held.items() if name.split("/")[0] == "corpus"}
    return {name: data for name, data in held.items() if name not in corpus and ".vouchbank-" not in name}, corpus


def assert_whole(found: State, course: Course) -> None:
    """Every file has its old bytes or its new ones, and corpus/ is the old one or the new one."""
    old, new = course.old, course.new
    files, corpus = parts(found)
    assert corpus in (parts(old)[1], parts(new)[1])
    for name, data in files.items():
        assert data in (old.get(name, new.get(name)), new.get(name, old.get(name))), name


@pytest.mark.parametrize("name", COMMANDS)
def test_a_kill_before_any_operation_leaves_files_whole_and_the_next_writer_undoes_the_rest(
    name: str, courses: dict[str, Course], tmp_path: Path
) -> None:
    course, reached = courses[name], []
    for copy in course.copies:
        root = copied(copy, tmp_path / copy.name)
        assert_whole(state(root), course)
        next_writer(root)
        reached.append(state(root))
        assert reached[-1] in (course.old, course.new)
    assert reached[0] == course.old
    assert reached[-1] == course.new
    assert len(reached) > 10


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM], ids=lambda n: n.name)
def test_a_command_that_a_signal_ends_can_be_run_again(
    number: signal.Signals, name: str, roots: dict[str, Path], courses: dict[str, Course], tmp_path: Path
) -> None:
    course, seed = courses[name], int.from_bytes(os.urandom(4))
    at = random.Random(seed).randint(1, len(course.copies))
    print(f"seed {seed}: {number.name} before operation {at} of {len(course.copies)}")  # shown if this fails
    root = copied(roots[name], tmp_path)
    status = run(Watch(root, at, number), command, *COMMANDS[name], "--root", str(root))
    assert_whole(state(root), course)
    if number == signal.SIGKILL:
        assert status == -number
    else:
        assert status == 128 + number
        for lock in root.glob(".vouchbank-lock*"):  # the last thing to go, if no signal comes just then
            lock.unlink()
        assert state(root) in (course.old, course.new)
        assert not list((tmp_path / "tmp").iterdir())
    if writing.half_done(root) or parts(state(root)) != parts(course.new):
        assert run(Watch(root), command, *COMMANDS[name], "--root", str(root)) in (0, 1)
    next_writer(root)  # for what was left after all was done
    assert state(root) == course.new


def next_writer(root: Path) -> None:
    with only_writer(root, "test"):
        pass


@pytest.mark.parametrize("name", ["fix", "new"])
def test_a_kill_while_a_change_is_undone_is_mended_too(name: str, courses: dict[str, Course], tmp_path: Path) -> None:
    half_done = [copy for copy in courses[name].copies if writing.half_done(copy)]
    root, copies = copied(half_done[-1], tmp_path), tmp_path / "copies"
    assert run(Watch(root, copies=copies), next_writer, root) == 0
    for copy in copies.iterdir():
        next_writer(copy)
        assert state(copy) == courses[name].old


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
        next_writer(copy)
        assert snapshot(copy) in ({"corpus": None, "corpus/file": held} for held in (b"old", b"new"))


def half(course: Course, wanted: str, tmp_path: Path) -> Path:
    """What a kill left that wrote one file, and not all."""
    return copied(
        next(copy for copy in course.copies if writing.half_done(copy) and (copy / wanted).exists()), tmp_path
    )


def test_a_half_done_change_is_undone_by_reading_too_but_not_while_another_command_is_at_work(
    courses: dict[str, Course], tmp_path: Path
) -> None:
    root = half(courses["new"], "seeds/storm/meta.toml", tmp_path)
    show = [main, ["show", "000", "--root", str(root)]]
    with only_writer(copied(root, tmp_path / "other"), "test") as undone:
        assert undone == ["seeds/storm/meta.toml", "seeds/storm/raw.txt"]
    CliRunner().invoke(*show)
    assert state(root) == courses["new"].old


def test_a_file_that_was_changed_since_the_kill_stays(courses: dict[str, Course], tmp_path: Path) -> None:
    root = half(courses["new"], "seeds/storm/meta.toml", tmp_path)
    (root / "seeds/storm/raw.txt").write_text("by hand")
    next_writer(root)
    assert state(root) == courses["new"].old | {"seeds/storm": None, "seeds/storm/raw.txt": b"by hand"}


# --- one at a time ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", COMMANDS)
def test_a_second_command_that_writes_is_told_who_is_at_work(name: str, roots: dict[str, Path]) -> None:
    root = roots[name]
    with only_writer(root, "build"):
        result = CliRunner().invoke(main, [*COMMANDS[name], "--root", str(root)])
    assert result.exit_code == 2
    who = f"another build (process {os.getpid()}) is writing to {root}"
    assert result.output == f"vouchbank: {who}; wait for it or stop it, then run this again\n"


def test_a_second_build_of_one_folder_is_refused_and_of_another_not(tmp_path: Path) -> None:
    refused = pytest.raises(BusyError, match=r"another build \(process \d+\) is writing to .*corpus")
    with replaced_folder(tmp_path / "corpus"), replaced_folder(tmp_path / "other"):
        with refused, replaced_folder(tmp_path / "corpus"):
            raise AssertionError
        with only_writer(tmp_path, "new"):  # what another build has at work is not cleared away
            assert (tmp_path / ".vouchbank-new-corpus").is_dir()
    assert list(tmp_path.iterdir()) == []


def test_a_lock_file_that_names_nobody_is_not_believed(tmp_path: Path) -> None:
    with only_writer(tmp_path, "build"):
        (tmp_path / ".vouchbank-lock").write_text("\x1b[31m 1 build")
        with pytest.raises(BusyError, match=r"\Aanother command is writing"), only_writer(tmp_path, "build"):
            raise AssertionError


@pytest.mark.parametrize("number", [errno.EROFS, errno.ENOSYS, errno.ENOLCK], ids=errno.errorcode.get)
def test_without_locks_nothing_is_written_and_the_reason_is_said(
    number: int, roots: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("os.open" if number == errno.EROFS else "fcntl.flock", fail)
    result = CliRunner().invoke(main, ["format", "--root", str(roots["format"])])
    assert result.exit_code == 2
    assert f"cannot lock {roots['format']} ({os.strerror(number)})" in result.output


def test_git_ignores_what_is_half_done() -> None:
    assert f"{writing.PREFIX}*" in (repository_root() / ".gitignore").read_text("utf-8").split()


# --- signals ------------------------------------------------------------------------------------------


def test_a_signal_that_is_ignored_stays_so_as_under_nohup_and_handlers_come_back() -> None:
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with ended_by_signals():
            os.kill(os.getpid(), signal.SIGHUP)
        with pytest.raises(SystemExit) as ended, ended_by_signals():
            os.kill(os.getpid(), signal.SIGINT)
        assert ended.value.code == 130
    finally:
        signal.signal(signal.SIGHUP, before[signal.SIGHUP])
    assert {number: signal.getsignal(number) for number in before} == before


def test_in_another_thread_signals_are_left_alone() -> None:
    seen = []

    def work() -> None:
        with ended_by_signals():
            seen.append(signal.getsignal(signal.SIGTERM))

    before = signal.getsignal(signal.SIGTERM)
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [before]
