"""docs/checks/: a page for each check, made from its docstring and the fixture that the tests run."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from vouchbank.checks import Check, Level
from vouchbank.checks.names import SLUGS, read_slugs, with_slugs
from vouchbank.report.explain import Example, example, example_place, heading, rules, waiving
from vouchbank.report.markdown import backslashed, fenced

FOLDER = "docs/checks"
MADE = "<!-- Made by `python -m scripts.pages checks`; do not edit. -->"

FORMATS = (
    "The exit status is 0 without errors, 1 with errors, and 2 if the command could not run (standard error says why).",
    "",
    "| `--format` | output |",
    "|---|---|",
    "| `human` | for people, the default; in colour on a terminal unless `NO_COLOR` is set |",
    "| `github` | workflow commands of GitHub Actions for the 10 worst findings of a level, and the job summary |",
    "| `json` | one object: `version`, `summary` and `findings` with all fields and fixes; keys in a fixed order |",
    "| `sarif` | SARIF 2.1.0 with rules, related places and fixes; columns are Unicode code points |",
    "| `junit` | JUnit XML with a test case for each file and failed check |",
    "",
    "Columns count code points from 1; end columns are exclusive. Text from articles and files is never interpreted:",
    "control and bidi characters are escaped, and foreign text in Markdown is code.",
)


def check_pages(root: Path) -> dict[str, bytes]:
    """The pages, their index and the list of slugs, by path below `root`."""
    known = rules()
    path = root / SLUGS
    slugs = with_slugs(path.read_text("utf-8") if path.is_file() else "", known)
    examples = {slug: example(check, root) for slug, check in known.items()}
    pages = {f"{FOLDER}/README.md": "\n".join(_index(known, read_slugs(slugs).retired))}
    for slug, check in known.items():
        pages[f"{FOLDER}/{slug}.md"] = "\n".join(_page(check, examples[slug]))
    return {**{name: text.encode() for name, text in pages.items()}, SLUGS: slugs.encode()}


def gone_pages(root: Path, made: Mapping[str, bytes]) -> list[str]:
    """Pages of checks that no longer exist."""
    found = (p for p in sorted((root / FOLDER).glob("*.md")) if MADE.encode() in p.read_bytes())
    return [name for p in found if (name := f"{FOLDER}/{p.name}") not in made]


def _index(known: Mapping[str, Check], retired: Mapping[str, str]) -> Iterator[str]:
    yield from (MADE, "", "# Checks", "")
    parts = {
        "`vouchbank check` runs the": [level for level in Level if level.of_sources],
        "`vouchbank check --tables` also runs the": [level for level in Level if level.built],
        "`vouchbank bulk` runs the": [Level.INPUTS],
    }
    yield f"There are {len(known)} checks in {len(Level)} levels, cheap ones first:"
    yield ""
    yield from (f"- {command} {_how_many(known, levels)}" for command, levels in parts.items())
    yield ""
    yield "A record that fails a level is not judged at later ones, so one fault gives one finding. An error"
    yield "fails the run; a warning does not."
    yield "A record can waive a check that interprets language, with a reason; the finding then becomes a note"
    yield "(see [annotations/README.md](../../annotations/README.md#a-waiver))."
    yield "`vouchbank explain NAME` prints one of these pages; `slugs.txt` lists every name ever published."
    yield from ("", *FORMATS)
    for level in Level:
        listed = [check for check in known.values() if check.level is level]
        yield from ("", f"## {heading(level)}", "", "| check | finding | severity |", "|---|---|---|")
        yield from (_row(check) for check in listed)
    if retired:
        yield from ("", "## Retired", "")
        yield from (f"- `{old}`: see [`{new}`]({new}.md)" for old, new in retired.items())
    yield ""


def _how_many(known: Mapping[str, Check], levels: list[Level]) -> str:
    count, ranks = sum(check.level in levels for check in known.values()), [level.rank for level in levels]
    return f"{count} of level{f's {ranks[0]} to {ranks[-1]}' if len(ranks) > 1 else f' {ranks[0]}'}"


def _row(check: Check) -> str:
    how = f"{check.severity}{', can be waived' * check.waivable}"
    return f"| [`{check.name}`]({check.name}.md) | {_prose(check.title)} | {how} |"


def _page(check: Check, shown: Example | None) -> Iterator[str]:
    yield from (MADE, "", f"# {check.name}", "", f"**{_prose(check.title)}**", "")
    yield from ([_prose(check.explanation), ""] if check.explanation else [])
    yield f"Severity: {check.severity}. {_waiving(check)} {_level(check.level)}"
    if shown:
        yield from ("", "## Example", "")
        yield from _shown(check, shown)
    yield from ("", "[All checks](README.md)", "")


def _level(level: Level) -> str:
    said = f"The check belongs to level {level.rank}, which ensures that {level.assures}."
    return said if level.of_sources else f"{said} `{level.command}` runs it."


def _waiving(check: Check) -> str:
    said, _, how = waiving(check).partition(": ")
    return f"{said}: `{how.removesuffix('.')}`." if how else said


def _shown(check: Check, shown: Example) -> Iterator[str]:
    if shown.fault:
        yield from (_prose(shown.fault), "")
    if shown.diff:
        if any(line.startswith(("-", "+")) for line in shown.diff):
            yield from ("The lines with `-` are wrong, those with `+` are right:", "")
        yield from (*fenced(shown.diff, "diff"), "")
    yield from (f"Output of `{check.level.command}`:", "", *fenced(shown.says.split("\n")), "")
    yield f"The tests run this example from `{example_place(check)}`."


def _prose(text: str) -> str:
    """A docstring as Markdown: text in backticks is code, everything else is escaped."""
    lines = []
    for line in text.split("\n"):
        parts = re.split(r"(`[^`]+`)", line)
        lines.append("".join(p if i % 2 else _escaped(p) for i, p in enumerate(parts)))
    return "\n".join(lines)


def _escaped(text: str) -> str:
    """Escaped text, with its surrounding spaces."""
    if not text.strip():
        return text
    before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    return f"{before}{backslashed(text)}{after}"
