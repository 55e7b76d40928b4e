"""What a check means, with an example: the words of its docstring and the corpus with that one fault.

The examples are the fixtures of the tests (tests/broken, and tests/built_examples.toml for the checks of built tables),
so what is shown is what happens. An installed package has no fixtures; it has the words.

Example:
    >>> rules()["span-edge"].title
    'A span begins or ends with white space.'
"""

from __future__ import annotations

import difflib
import inspect
import itertools
import re
import shutil
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from vouchbank.checks import CHECKS, check
from vouchbank.corpus import Corpus, repository_root
from vouchbank.corpus.held import laid_over
from vouchbank.findings import Severity
from vouchbank.report.human import in_run
from vouchbank.report.run import Rule
from vouchbank.report.sources import run_of
from vouchbank.report.text import printable

BUILT = 0
LEVELS = {
    1: "the files",
    2: "the shape of records",
    3: "each layer by itself",
    4: "across the layers of an article",
    5: "across the corpus",
    BUILT: "the built tables (vouchbank check --tables)",
}
FIXTURES, GOOD, BUILT_EXAMPLES = "tests/broken", "good", "tests/built_examples.toml"
BEFORE = "before"  # of a fixture: the files that were otherwise in the state that it is checked against
MOST_LINES = 7
_FAULT = re.compile(r"^(\ufeff?)# fault:[^\n]*\n")


@dataclass(frozen=True)
class Example:
    """A fault and what is said of it.

    Attributes:
        severity: Of the finding.
        fault: The fault in a sentence.
        diff: The lines that differ from a corpus without faults: `-` as they are wrong, `+` as they are right.
        says: What `vouchbank check` prints.
    """

    severity: str
    fault: str
    diff: tuple[str, ...]
    says: str


def rules(tables: bool = True) -> dict[str, Rule]:
    """All checks by slug, level by level; with those of the built tables, if they are wanted."""
    found = {
        slug: Rule(slug, c.level, c.title, inspect.cleandoc(c.explanation))
        for slug, c in sorted(CHECKS.items(), key=lambda item: item[1].level)
    }
    if tables:
        from vouchbank.checks.built import BUILT_CHECKS

        for slug, rule in BUILT_CHECKS.items():
            title, _, explanation = inspect.cleandoc(rule.__doc__ or "").partition("\n")
            found[slug] = Rule(slug, BUILT, title, explanation.strip())
    return found


def examples_root(root: Path) -> Path | None:
    """The folder that has the fixtures: `root`, or the clone this package runs from; None where there is none."""
    return next((r for r in (root, repository_root()) if (r / FIXTURES / "base").is_dir()), None)


def example(rule: Rule, root: Path) -> Example | None:
    """The example of a check from the fixtures below `root`; None if it has none."""
    return _built_example(rule.slug, root) if rule.level == BUILT else _example(rule.slug, root / FIXTURES)


def _example(slug: str, fixtures: Path) -> Example | None:
    folder = fixtures / slug
    if not (folder / "expected.toml").is_file():
        return None
    text = (folder / "expected.toml").read_text("utf-8")
    stated = tomllib.loads(text)
    with tempfile.TemporaryDirectory() as temporary:
        corpus = Corpus(_laid_over(fixtures, slug, stated, Path(temporary) / "corpus"))
        corpus.base = laid_over(corpus, folder / BEFORE) if (folder / BEFORE).is_dir() else None
        found = check(corpus)
        run = run_of(corpus, found, {})
        says = "\n".join(in_run(run, f) for f in found)
    severity = next((str(f.severity) for f in found if f.slug == slug), str(Severity.ERROR))
    first = text.split("\n", 1)[0]
    fault = first.removeprefix("#").strip() if first.startswith("#") else ""
    return Example(severity, fault, tuple(_differences(fixtures, slug, stated)), says)


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
        held = list(group)
        keep = held if len(held) <= MOST_LINES + 1 else held[:MOST_LINES]
        yield from (line.rstrip() for line in keep)
        if len(keep) < len(held):
            yield f"{sign}… ({len(held) - len(keep)} more lines)"


def _built_example(slug: str, root: Path) -> Example | None:
    path = root / BUILT_EXAMPLES
    held = tomllib.loads(path.read_text("utf-8")) if path.is_file() else {}
    if slug not in held:
        return None
    return Example(str(Severity.ERROR), held[slug]["done"], (), held[slug]["says"].strip())


def listing(known: Mapping[str, Rule]) -> Iterator[str]:
    """All checks for a terminal: level by level, a line each."""
    for level, name in LEVELS.items():
        listed = [rule for rule in known.values() if rule.level == level]
        wide = max((len(rule.slug) for rule in listed), default=0)
        yield f"Level {level}: {name}" if level else f"Built: {name}"
        yield from (f"  {rule.slug:<{wide}}  {rule.title}" for rule in listed)
        yield ""
    yield "vouchbank explain SLUG says what one means and shows an example."


def explanation(rule: Rule, root: Path | None) -> Iterator[str]:
    """One check for a terminal; `root` is where the fixtures are, if they are at hand."""
    shown = example(rule, root) if root else None
    severity = f", {shown.severity}" if shown else ""
    yield from (f"{rule.slug} ({f'level {rule.level}: ' * bool(rule.level)}{LEVELS[rule.level]}{severity})", "")
    yield from (rule.title, "", *rule.explanation.split("\n")) if rule.explanation else (rule.title,)
    if shown is None:
        where = BUILT_EXAMPLES if rule.level == BUILT else f"{FIXTURES}/{rule.slug}/"
        yield from ("", f"An example is in docs/checks/{rule.slug}.md of the repository, made from {where}.")
        return
    yield from ("", f"Example: {shown.fault}" if shown.fault else "Example:")
    yield from (f"  {line}" for line in shown.diff)
    if shown.diff:
        yield "  (- as it is wrong, + as it is right)"
    yield from ("", f"vouchbank check{' --tables' * (rule.level == BUILT)} says:")
    yield from (f"  {line}" for line in shown.says.split("\n"))
