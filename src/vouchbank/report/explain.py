"""Explain a check: the text of its docstring, and an example with that one fault.

The examples are the fixtures of the tests (tests/broken, and tests/built_examples.toml and tests/input_examples.toml
for the checks of built tables and of inputs), so the output shown is real. An installed package has only the
docstrings, not the fixtures.

Example:
    >>> rules()["span-edge"].title
    'A span begins or ends with white space.'
"""

from __future__ import annotations

import difflib
import itertools
import re
import shutil
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from vouchbank.checks import CHECKS, Check, Level
from vouchbank.checks import check as run_checks
from vouchbank.corpus import Corpus, repository_root
from vouchbank.corpus.overlay import overlaid
from vouchbank.report.human import plain
from vouchbank.report.text import printable

FIXTURES, GOOD, BUILT_EXAMPLES = "tests/broken", "good", "tests/built_examples.toml"
INPUT_EXAMPLES = "tests/input_examples.toml"
BEFORE = "before"  # the folder of a fixture with the files that differ in its base revision
MOST_LINES = 7
_FAULT = re.compile(r"^(\ufeff?)# fault:[^\n]*\n", re.MULTILINE)


@dataclass(frozen=True)
class Example:
    """A fault and the finding on it.

    Attributes:
        fault: The fault in a sentence.
        diff: The lines that differ from a corpus without faults: `-` wrong, `+` right.
        says: The output of `vouchbank check`.
    """

    fault: str
    diff: tuple[str, ...]
    says: str


def rules(tables: bool = True, inputs: bool = True) -> dict[str, Check]:
    """All checks by name, level by level.

    Args:
        tables: Whether to include the checks of built tables.
        inputs: Whether to include the checks of inputs of `vouchbank bulk`.
    """
    listed = sorted(CHECKS.values(), key=lambda check: (check.level.rank, check.name))
    return {
        check.name: check for check in listed if check.level.of_sources or (tables if check.level.built else inputs)
    }


def examples_root(root: Path) -> Path | None:
    """The folder with the fixtures: `root`, or the clone that this package runs from; None if neither has them."""
    return next((r for r in (root, repository_root()) if (r / FIXTURES / "base").is_dir()), None)


def example(check: Check, root: Path) -> Example | None:
    """The example of a check from the fixtures below `root`; None if it has none."""
    if check.level.of_sources:
        return _example(check.name, root / FIXTURES)
    return _stated_example(check.name, root / example_place(check))


def example_place(check: Check) -> str:
    """Where the repository has the example of a check."""
    if check.level.of_sources:
        return f"{FIXTURES}/{check.name}/"
    return BUILT_EXAMPLES if check.level.built else INPUT_EXAMPLES


def _example(slug: str, fixtures: Path) -> Example | None:
    folder = fixtures / slug
    if not (folder / "expected.toml").is_file():
        return None
    text = (folder / "expected.toml").read_text("utf-8")
    stated = tomllib.loads(text)
    with tempfile.TemporaryDirectory() as temporary:
        corpus = Corpus(_laid_over(fixtures, slug, stated, Path(temporary) / "corpus"))
        corpus.base = overlaid(corpus, folder / BEFORE) if (folder / BEFORE).is_dir() else None
        says = "\n".join(map(plain, run_checks(corpus)))
    first = text.split("\n", 1)[0]
    fault = first.removeprefix("#").strip() if first.startswith("#") else ""
    return Example(fault, tuple(_differences(fixtures, slug, stated)), says)


def _laid_over(fixtures: Path, slug: str, stated: dict[str, list[str]], into: Path) -> Path:
    """A copy of the corpus without faults, with the files of a fixture copied over it."""
    shutil.copytree(fixtures / "base", into)
    for name in (*stated.get("remove", ()), *stated.get("folders", ())):
        (into / name).unlink()
    for name in stated.get("folders", ()):
        (into / name).mkdir()
    shutil.copytree(fixtures / slug, into, dirs_exist_ok=True, ignore=shutil.ignore_patterns("expected.toml", BEFORE))
    return into


def _differences(fixtures: Path, slug: str, stated: dict[str, list[str]]) -> Iterator[str]:
    """A diff from the faulty files to the right ones: in tests/good, or else in the corpus without faults."""
    folder, good = fixtures / slug, fixtures.with_name(GOOD) / slug
    bad = _files(folder)
    if good.is_dir():
        # a separate corpus: files that tests/good does not have are right as they are
        right = {**bad, **_files(good)}
    else:
        right = _files(fixtures / "base")
        yield from (f" {name}: missing" for name in stated.get("remove", ()))
        yield from (f" {name}: a folder" for name in stated.get("folders", ()))
    wanted = {**bad, **_files(good)}
    gone = (*stated.get("remove", ()), *stated.get("folders", ()))
    wrong = {name: data for name, data in _files(fixtures / "base").items() if name not in gone} | bad
    shown = {name: list(_compared(_lines(right.get(name)), _lines(wrong.get(name)))) for name in wanted}
    if not any(shown.values()):
        shown = {n: list(_compared(_lines(right.get(n), False), _lines(wrong.get(n), False))) for n in wanted}
    for name, lines in shown.items():
        if lines:
            yield from (f" {name}", *_shortened(lines))


def _files(folder: Path) -> dict[str, bytes]:
    found = sorted(p.relative_to(folder) for p in folder.rglob("*") if p.is_file())
    return {p.as_posix(): (folder / p).read_bytes() for p in found if p.parts[0] not in ("expected.toml", BEFORE)}


def _lines(data: bytes | None, bare: bool = True) -> list[str]:
    """The lines of a file, which may not be text; bare: without the comment that states its fault."""
    text = (data or b"").decode("utf-8", "backslashreplace")
    text = _FAULT.sub(r"\1", text) if bare else text
    return [printable(line) for line in text.removesuffix("\n").split("\n")] if text else []


def _compared(good: list[str], bad: list[str]) -> list[str]:
    """A diff from bad to good with one line of context around each change."""
    lines = list(difflib.unified_diff(bad, good, n=1, lineterm=""))[2:]
    return [" …" if line.startswith("@@") else line for line in lines][1:]


def _shortened(lines: list[str]) -> Iterator[str]:
    """The lines; of many consecutive ones with the same sign, only the first."""
    for sign, group in itertools.groupby(lines, lambda line: line[:1]):
        held = [line.rstrip() for line in group]
        more = len(held) - MOST_LINES
        yield from (*held[:MOST_LINES], f"{sign}… ({more} more lines)") if more > 1 else held


def _stated_example(slug: str, path: Path) -> Example | None:
    held = tomllib.loads(path.read_text("utf-8")).get(slug) if path.is_file() else None
    return Example(held["done"], (), held["says"].strip()) if held else None


def listing(known: Mapping[str, Check]) -> Iterator[str]:
    """All checks for a terminal, level by level, one per line."""
    for level in Level:
        listed = [check for check in known.values() if check.level is level]
        wide = max((len(check.name) for check in listed), default=0)
        yield heading(level)
        yield from (f"  {check.name:<{wide}}  {check.title}" for check in listed)
        yield ""
    yield "vouchbank explain NAME explains a check and shows an example."


def heading(level: Level) -> str:
    """What a level ensures, with its command unless that is `vouchbank check`."""
    return f"Level {level.rank}: {level.assures}{'' if level.of_sources else f' ({level.command})'}"


def waiving(check: Check) -> str:
    """Whether a record can waive a check, and how."""
    return f'To waive it: waive = {{ {check.name} = "why" }}.' if check.waivable else "Cannot be waived."


def explanation(check: Check, root: Path | None) -> Iterator[str]:
    """One check for a terminal; `root` is the folder with the fixtures, if they are available."""
    shown = example(check, root) if root else None
    yield from (f"{check.name} ({check.severity})", "", check.title)
    yield from ("", *check.explanation.split("\n")) if check.explanation else ()
    yield from ("", heading(check.level), waiving(check))
    if shown is None:
        where = example_place(check)
        yield from ("", f"For an example, see docs/checks/{check.name}.md in the repository (made from {where}).")
        return
    yield from ("", f"Example: {shown.fault}" if shown.fault else "Example:")
    yield from (f"  {line}" for line in shown.diff)
    if shown.diff:
        yield "  (- wrong, + right)"
    yield from ("", f"Output of {check.level.command}:")
    yield from (f"  {line}" for line in shown.says.split("\n"))
