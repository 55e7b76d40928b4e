"""docs/decisions.md: numbered without a gap, and what a decision names exists."""

from __future__ import annotations

import re
from importlib import import_module
from itertools import count

from vouchbank.corpus import repository_root

ROOT = repository_root()
TEXT = (ROOT / "docs" / "decisions.md").read_text("utf-8")
DECISIONS = dict(re.findall(r"^## (\d+)\. .+\n((?:(?!## ).*\n)*)", TEXT, re.MULTILINE))
CODE = re.findall(r"`([^`\n]+)`", TEXT)
FOLDERS = ("annotations", "bench", "corpus", "docs", "schema", "scripts", "seeds", "src", "tests", "web")
MOST_LINES = 14
REPLACED = re.compile(r"^Replaced by (\d+)\.$")


def test_decisions_are_numbered_without_a_gap_and_none_is_long() -> None:
    assert all(int(number) == expected for number, expected in zip(DECISIONS, count(1), strict=False))
    assert [number for number, text in DECISIONS.items() if len(text.splitlines()) > MOST_LINES] == []


def test_a_replaced_decision_is_one_line_that_names_a_later_one() -> None:
    replaced = {number: found[1] for number, text in DECISIONS.items() if (found := REPLACED.match(text.strip()))}
    assert replaced
    assert all(successor in DECISIONS and int(successor) > int(number) for number, successor in replaced.items())
    assert TEXT.count("Replaced by") == len(replaced)


def test_a_file_that_a_decision_names_exists() -> None:
    paths = [name for name in CODE if re.fullmatch(rf"(?:{'|'.join(FOLDERS)})/[\w./-]*", name)]
    assert len(paths) > 5
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_a_name_of_the_library_that_a_decision_names_exists() -> None:
    packages = {path.stem for path in (ROOT / "src" / "vouchbank").iterdir()}
    names = [name for name in CODE if re.fullmatch(r"[a-z_]+(?:\.[a-z_]+)+", name) and name.split(".")[0] in packages]
    assert names
    for name in names:
        module, _, attribute = f"vouchbank.{name}".rpartition(".")
        assert hasattr(import_module(module), attribute), name
