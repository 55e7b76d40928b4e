"""Whatever stands in the source folders, no command raises, hangs, or reads or writes what is not below the root."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.checks_support import TOY, snapshot
from vouchbank.cli import main
from vouchbank.corpus import repository_root
from vouchbank.files import MOST_BYTES

pytestmark = pytest.mark.system

SECRET = "the words of another file"
COMMANDS = (
    ("check",),
    ("check", "--fix"),
    ("format",),
    ("normalise",),
    ("show", "000"),
    ("agree", "--write"),
    ("new", "{outside}/new.txt"),
    ("build",),
)
NAMES = sorted(
    {
        *(p.relative_to(TOY).as_posix() for folder in ("seeds", "annotations") for p in (TOY / folder).rglob("*")),
        *("seeds", "annotations", "schema", "schema/entities.json", "schema/common.json", "annotations/AGREEMENT.md"),
        *("annotations/adjudication/000.toml", "annotations/raw/ann/000/entities.toml", "annotations/retired.toml"),
        *("annotations/raw/ann/registry.toml", "annotations/floors.toml", "annotations/GUIDELINES.md", "seeds/002"),
        *("annotations/.registry.toml.new", "annotations/002/entities.toml", "annotations/raw/Bo/000"),
    }
)
TEXTS: list[bytes] = [
    *(
        b"",
        b"\0",
        b"\xff\xfe",
        b"[" * 5_000,
        b"a = 0x" + b"f" * 4_000,
        b"a = " + b"9" * 5_000,
        b"a = [nan, inf, 1e999]",
    ),
    *(b".".join([b"a"] * depth) + b" = 1" for depth in (350, 1_000)),
    *(b'[p2.q1]\nnumber = "' + b"x" * size + b'"' for size in (19_000, 30_000, MOST_BYTES)),
    *(b"[p1]\n" + b"".join(b'e%d = { q = "a", type = "ORG" }\n' % n for n in range(300)), b"{}", b'{"$ref": "#"}'),
    *(b'{"a": ' * 400 + b"1" + b"}" * 400, b'{"$id": "entities.json", "minimum": NaN}', b"word " * 50_000),
]
opened: list[set[str]] = []  # what is opened, while somebody watches


def watch(event: str, args: tuple[object, ...]) -> None:
    if opened and event in ("open", "os.listdir", "os.scandir") and isinstance(args[0], str | os.PathLike):
        opened[-1].add(os.path.realpath(os.fspath(args[0])))


sys.addaudithook(watch)


def put(kind: str, path: Path, outside: Path, text: bytes) -> None:
    """Something at a path of the corpus, whatever stood there before."""
    if path.is_symlink() or not path.is_dir():
        path.unlink(missing_ok=True)
    else:
        shutil.rmtree(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    makers: dict[str, Callable[[], object]] = {
        "text": lambda: path.write_bytes(text),
        "folder": path.mkdir,
        "pipe": lambda: os.mkfifo(path),
        "secret": lambda: path.symlink_to(outside / "secret.toml"),
        "sources": lambda: path.symlink_to(outside / "seeds"),
        "device": lambda: path.symlink_to("/dev/zero"),
        "circle": lambda: path.symlink_to(path),
        "above": lambda: path.symlink_to(outside.parent),
        "gone": lambda: None,
        "large": lambda: (path.touch(), os.truncate(path, 10 * 1024**3)),
    }
    makers[kind]()


KINDS = ("text", "text", "text", "folder", "pipe", "secret", "sources", "device", "circle", "above", "gone", "large")
NASTIES = st.tuples(st.sampled_from(KINDS), st.sampled_from(NAMES), st.sampled_from(TEXTS))


def run(root: Path, outside: Path, *words: str) -> tuple[str, set[str]]:
    """What a command says, and what it opened outside the root."""
    said = [word.format(outside=outside) for word in words]
    opened.append(set())
    result = CliRunner().invoke(main, [said[0], "--root", str(root), *said[1:]])
    seen = opened.pop() - {f"{outside}/new.txt"}
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.output, {path for path in seen if path.startswith((str(outside), "/dev/zero"))}


@given(nasties=st.lists(NASTIES, min_size=1, max_size=3))
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_command_raises_or_leaves_the_root(
    tmp_path_factory: pytest.TempPathFactory, nasties: list[tuple[str, str, bytes]]
) -> None:
    folder = tmp_path_factory.mktemp("hostile")
    root, outside = folder / "root", folder / "outside"
    shutil.copytree(TOY, root)
    shutil.copytree(repository_root() / "schema", root / "schema")
    shutil.copytree(TOY, outside)
    (outside / "secret.toml").write_text(f'# {SECRET}\nx = "{SECRET}\n', "utf-8")
    (outside / "new.txt").write_text("It snowed in Oxmere on Monday, and the dam held, the mayor said.", "utf-8")
    for kind, name, text in nasties:
        above = [parent for parent in (root / name).parents if parent.is_relative_to(root)]
        if not any(parent.is_symlink() or parent.is_file() or parent.is_fifo() for parent in above):
            put(kind, root / name, outside, text)
    before = snapshot(outside)
    for words in COMMANDS:
        said, beyond = run(root, outside, *words)
        assert SECRET not in said
        assert not beyond, words
    assert snapshot(outside) == before
