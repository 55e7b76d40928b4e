"""docs/checks/: a page for each check, made from its docstring and from the fixture that the tests run."""

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
    "Exit status, in every format: 0 no errors, 1 errors, 2 could not run (said on standard error).",
    "",
    "| `--format` | is |",
    "|---|---|",
    "| `human` | for people, the default; coloured on a terminal unless `NO_COLOR` is set |",
    "| `github` | commands of GitHub Actions, the 10 worst of a level; also writes the job summary |",
    "| `json` | one object: `version`, `summary`, `findings`, all fields and fixes, keys in a fixed order |",
    "| `sarif` | SARIF 2.1.0 with rules, related places and fixes; columns are Unicode code points |",
    "| `junit` | JUnit XML, a test case for each file and check that failed |",
    "",
    "Columns count code points from 1, an end column is exclusive. Text of articles and files is shown, never obeyed:",
    "control and bidi characters become escapes, foreign text in Markdown is code.",
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
    """Pages that were made once and are not made any more."""
    found = (p for p in sorted((root / FOLDER).glob("*.md")) if MADE.encode() in p.read_bytes())
    return [name for p in found if (name := f"{FOLDER}/{p.name}") not in made]


def _index(known: Mapping[str, Check], retired: Mapping[str, str]) -> Iterator[str]:
    yield from (MADE, "", "# Checks", "")
    yield f"What `vouchbank check` looks for: {len(known)} checks, cheap ones first. A record that failed a level is"
    yield "not judged by later ones, so one fault gives one finding. An error fails the run, a warning does not."
    yield "A record can waive a check that judges language, with a reason: what it finds there is then a note"
    yield "(see [annotations/README.md](../../annotations/README.md#a-waiver))."
    yield "`vouchbank explain NAME` prints a page of these; `slugs.txt` lists every name there ever was."
    yield from ("", *FORMATS)
    for level in Level:
        listed = [check for check in known.values() if check.level is level]
        yield from ("", f"## {heading(level)}", "", "| check | finds | severity |", "|---|---|---|")
        yield from (_row(check) for check in listed)
    if retired:
        yield from ("", "## Retired", "")
        yield from (f"- `{old}`: see [`{new}`]({new}.md)" for old, new in retired.items())
    yield ""


def _row(check: Check) -> str:
    how = f"{check.severity}{', can be waived' * check.waivable}"
    return f"| [`{check.name}`]({check.name}.md) | {_prose(check.title)} | {how} |"


def _page(check: Check, shown: Example | None) -> Iterator[str]:
    yield from (MADE, "", f"# {check.name}", "", f"**{_prose(check.title)}**", "")
    yield from ([_prose(check.explanation), ""] if check.explanation else [])
    yield f"Severity: {check.severity}. {_waiving(check)} {heading(check.level)}."
    if shown:
        yield from ("", "## Example", "")
        yield from _shown(check, shown)
    yield from ("", "[All checks](README.md)", "")


def _waiving(check: Check) -> str:
    said, _, how = waiving(check).partition(": ")
    return f"{said}: `{how.removesuffix('.')}`." if how else said


def _shown(check: Check, shown: Example) -> Iterator[str]:
    if shown.fault:
        yield from (f"The fault: {_prose(shown.fault)}", "")
    if shown.diff:
        yield from ("Lines with `-` are wrong, lines with `+` are right:", "", *fenced(shown.diff, "diff"), "")
    yield from (f"`{check.level.command}` says:", "", *fenced(shown.says.split("\n")), "")
    yield f"The tests run this example: `{example_place(check)}`."


def _prose(text: str) -> str:
    """Words of a docstring as Markdown: what stands between backticks is code, the rest just its characters."""
    lines = []
    for line in text.split("\n"):
        parts = re.split(r"(`[^`]+`)", line)
        lines.append("".join(p if i % 2 else _escaped(p) for i, p in enumerate(parts)))
    return "\n".join(lines)


def _escaped(text: str) -> str:
    """Escaped, with the spaces around it kept."""
    if not text.strip():
        return text
    before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    return f"{before}{backslashed(text)}{after}"
