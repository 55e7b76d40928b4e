"""What a check means, with an example: the words of its docstring and the corpus with that one fault.

The examples are the fixtures of the tests (tests/broken, and tests/built_examples.toml and tests/input_examples.toml
for the checks of built tables and of inputs), so what is shown is what happens. An installed package has no fixtures;
it has the words.

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
BEFORE = "before"  # of a fixture: the files that were otherwise in the state that it is checked against
MOST_LINES = 7
_FAULT = re.compile(r"^(\ufeff?)# fault:[^\n]*\n")


@dataclass(frozen=True)
class Example:
    """A fault and what is said of it.

    Attributes:
        fault: The fault in a sentence.
        diff: The lines that differ from a corpus without faults: `-` as they are wrong, `+` as they are right.
        says: What `vouchbank check` prints.
    """

    fault: str
    diff: tuple[str, ...]
    says: str


def rules(tables: bool = True, inputs: bool = True) -> dict[str, Check]:
    """All checks by name, level by level.

    Args:
        tables: With those of the built tables.
        inputs: With those of the articles that `vouchbank bulk` is given.
    """
    listed = sorted(CHECKS.values(), key=lambda check: (check.level.rank, check.name))
    return {
        check.name: check for check in listed if check.level.of_sources or (tables if check.level.built else inputs)
    }


def examples_root(root: Path) -> Path | None:
    """The folder that has the fixtures: `root`, or the clone this package runs from; None where there is none."""
    return next((r for r in (root, repository_root()) if (r / FIXTURES / "base").is_dir()), None)


def example(check: Check, root: Path) -> Example | None:
    """The example of a check from the fixtures below `root`; None if it has none."""
    if check.level.of_sources:
        return _example(check.name, root / FIXTURES)
    return _stated_example(check.name, root / example_place(check))


def example_place(check: Check) -> str:
    """Where the example of a check stands in the repository."""
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
    """The corpus without faults with the files of a fixture laid over it."""
    shutil.copytree(fixtures / "base", into)
    for name in (*stated.get("remove", ()), *stated.get("folders", ())):
        (into / name).unlink()
    for name in stated.get("folders", ()):
        (into / name).mkdir()
    shutil.copytree(fixtures / slug, into, dirs_exist_ok=True, ignore=shutil.ignore_patterns("expected.toml", BEFORE))
    return into


def _differences(fixtures: Path, slug: str, stated: dict[str, list[str]]) -> Iterator[str]:
    """The faulty files beside the right ones: those of tests/good, if they are there, else those without fault."""
    folder, good = fixtures / slug, fixtures.with_name(GOOD) / slug
    bad = _files(folder)
    if good.is_dir():
        # a corpus of its own: what is not in tests/good is right as it is
        right = {**bad, **_files(good)}
    else:
        right = _files(fixtures / "base")
        yield from (f" {name}: there is no such file" for name in stated.get("remove", ()))
        yield from (f" {name}: a folder" for name in stated.get("folders", ()))
    wanted = {**bad, **_files(good)}
    shown = {name: list(_compared(_lines(right.get(name)), _lines(bad.get(name)))) for name in wanted}
    if not any(shown.values()):
        shown = {n: list(_compared(_lines(right.get(n), False), _lines(bad.get(n), False))) for n in wanted}
    for name, lines in shown.items():
        if lines:
            yield from (f" {name}", *_shortened(lines))


def _files(folder: Path) -> dict[str, bytes]:
    found = sorted(p.relative_to(folder) for p in folder.rglob("*") if p.is_file())
    return {p.as_posix(): (folder / p).read_bytes() for p in found if p.parts[0] not in ("expected.toml", BEFORE)}


def _lines(data: bytes | None, bare: bool = True) -> list[str]:
    """The lines of a file that may be no text; bare: without the comment that says what is wrong with it."""
    text = (data or b"").decode("utf-8", "backslashreplace")
    text = _FAULT.sub(r"\1", text) if bare else text
    return [printable(line) for line in text.removesuffix("\n").split("\n")] if text else []


def _compared(good: list[str], bad: list[str]) -> list[str]:
    """A diff from bad to good with a line around each change."""
    lines = list(difflib.unified_diff(bad, good, n=1, lineterm=""))[2:]
    return [" …" if line.startswith("@@") else line for line in lines][1:]


def _shortened(lines: list[str]) -> Iterator[str]:
    """The lines, of many in a row with the same sign the first ones."""
    for sign, group in itertools.groupby(lines, lambda line: line[:1]):
        held = [line.rstrip() for line in group]
        more = len(held) - MOST_LINES
        yield from (*held[:MOST_LINES], f"{sign}… ({more} more lines)") if more > 1 else held


def _stated_example(slug: str, path: Path) -> Example | None:
    held = tomllib.loads(path.read_text("utf-8")).get(slug) if path.is_file() else None
    return Example(held["done"], (), held["says"].strip()) if held else None


def listing(known: Mapping[str, Check]) -> Iterator[str]:
    """All checks for a terminal: level by level, a line each."""
    for level in Level:
        listed = [check for check in known.values() if check.level is level]
        wide = max((len(check.name) for check in listed), default=0)
        yield heading(level)
        yield from (f"  {check.name:<{wide}}  {check.title}" for check in listed)
        yield ""
    yield "vouchbank explain NAME says what one means and shows an example."


def heading(level: Level) -> str:
    """What a level makes sure of, with the command where it is not `vouchbank check`."""
    return f"Level {level.rank}: {level.assures}{'' if level.of_sources else f' ({level.command})'}"


def waiving(check: Check) -> str:
    """Whether a record can waive a check, and how."""
    return f'Can be waived: waive = {{ {check.name} = "why" }}.' if check.waivable else "Cannot be waived."


def explanation(check: Check, root: Path | None) -> Iterator[str]:
    """One check for a terminal; `root` is where the fixtures are, if they are at hand."""
    shown = example(check, root) if root else None
    yield from (f"{check.name} ({check.severity})", "", check.title)
    yield from ("", *check.explanation.split("\n")) if check.explanation else ()
    yield from ("", heading(check.level), waiving(check))
    if shown is None:
        where = example_place(check)
        yield from ("", f"An example is in docs/checks/{check.name}.md of the repository, made from {where}.")
        return
    yield from ("", f"Example: {shown.fault}" if shown.fault else "Example:")
    yield from (f"  {line}" for line in shown.diff)
    if shown.diff:
        yield "  (- as it is wrong, + as it is right)"
    yield from ("", f"{check.level.command} says:")
    yield from (f"  {line}" for line in shown.says.split("\n"))
