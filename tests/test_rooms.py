"""The rooms of the house: imports point down, names say which thing is meant."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from vouchbank.corpus import repository_root

ROOT = repository_root()
SOURCE = ROOT / "src" / "vouchbank"
KEPT = (
    "Imports go only to lower layers, from the cli down",
    "The library does not import bench/ or scripts/",
    "No import cycles",
)
ONLY_FOR_TYPES = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    "
# what is wrong: the file it is added to, the lines, the contract it breaks, and what is said of it
WRONG = {
    "an import that climbs": (
        "vouchbank/findings.py",
        "import vouchbank.cli",
        0,
        "vouchbank.findings -> vouchbank.cli",
    ),
    "an import that climbs, for types only": (
        "vouchbank/spans.py",
        f"{ONLY_FOR_TYPES}from vouchbank.report import plain",
        0,
        "vouchbank.spans -> vouchbank.report",
    ),
    "an import of a neighbour": (
        "vouchbank/schema/__init__.py",
        "import vouchbank.toml",
        0,
        "vouchbank.schema -> vouchbank.toml",
    ),
    "a room that is not listed": ("vouchbank/attic/__init__.py", "", 0, "- vouchbank.attic"),
    "the library imports what measures it": (
        "vouchbank/corpus/git.py",
        f"{ONLY_FOR_TYPES}import bench.size",
        1,
        "vouchbank.corpus.git -> bench.size",
    ),
    "a circle in a room": (
        "vouchbank/toml/messages.py",
        f"{ONLY_FOR_TYPES}import vouchbank.toml.reader",
        2,
        "No cycles are allowed in vouchbank.toml.",
    ),
    "a circle outside the library": (
        "scripts/describe.py",
        f"{ONLY_FOR_TYPES}import scripts.pages",
        2,
        "No cycles are allowed in scripts.",
    ),
}


@pytest.fixture(scope="module")
def linted(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What is said of a copy of the house with everything wrong at once."""
    house = tmp_path_factory.mktemp("house")
    for folder in ("src/vouchbank", "bench", "scripts"):
        shutil.copytree(ROOT / folder, house / Path(folder).name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", house)
    sound = lint(house)
    assert all(f"{name} KEPT" in sound for name in KEPT), sound
    for name, lines, *_ in WRONG.values():
        (house / name).parent.mkdir(exist_ok=True)
        with (house / name).open("a", encoding="utf-8") as file:
            file.write(f"\n{lines}\n")
    return lint(house)


def lint(house: Path) -> str:
    """What lint-imports prints; it reads the modules of the folder it runs in and imports none."""
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache"]
    environment = {**os.environ, "PYTHONPATH": str(house)}
    return subprocess.run(command, cwd=house, env=environment, capture_output=True, text=True, check=False).stdout


@pytest.mark.slow
@pytest.mark.parametrize("wrong", WRONG)
def test_lint_names_what_breaks_a_contract(wrong: str, linted: str) -> None:
    *_, contract, said = WRONG[wrong]
    assert f"{KEPT[contract]} BROKEN" in linted
    assert said in linted.split("Broken contracts")[1]


def test_class_names_are_unique_in_the_package() -> None:
    found = defaultdict(list)
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef):
                found[node.name].append(f"{path.relative_to(SOURCE).as_posix()}:{node.lineno}")
    assert {name: places for name, places in found.items() if len(places) > 1} == {}


def test_file_names_are_unique_within_a_room() -> None:
    for room in (path for path in SOURCE.iterdir() if path.is_dir()):
        names = [path.name for path in room.rglob("*") if path.is_file() and path.suffix != ".pyc"]
        assert sorted(names) == sorted(set(names)), room.name
