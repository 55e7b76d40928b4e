"""Findings as the Markdown summary of a GitHub job: the worst in full, and all counted by file and check."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from vouchbank.report.human import plain
from vouchbank.report.markdown import code, fenced
from vouchbank.report.run import Run
from vouchbank.report.text import cut, plural

WORST = 10
FILES = 50


def job_summary(run: Run) -> str:
    """The page; quoted text is always in code spans and code blocks."""
    lines = ["## vouchbank check", "", f"**{run.counted()}**", ""]
    if run.findings:
        lines += [*_worst(run), *_waived(run), *_grouped(run)]
        lines += ["`vouchbank explain NAME` explains a check and shows an example.", ""]
    return "\n".join(lines)


def _worst(run: Run) -> Iterator[str]:
    found = [f for f in run.worst_first() if not f.waived]
    count = len(found)
    if not found:
        return
    yield from ("### What to fix" if count <= WORST else f"### The {WORST} worst of {count:,}", "")
    for finding in found[:WORST]:
        yield from fenced(cut(line) for line in plain(finding).split("\n"))
        yield ""


def _waived(run: Run) -> Iterator[str]:
    """The findings that records waive, with their reasons."""
    waived = [f for f in run.worst_first() if f.waived]
    if waived:
        yield from ("### Waived", "")
        for f in waived[:FILES]:
            yield f"- {code(f.slug)} {code(f.annotation)} in {code(cut(f.place.file))}: {code(cut(f.waived))}"
        if len(waived) > FILES:
            yield f"- and {plural(len(waived) - FILES, 'more waiver')}"
        yield ""


def _grouped(run: Run) -> Iterator[str]:
    files: dict[str, Counter[str]] = {}
    for finding in run.worst_first():
        files.setdefault(finding.place.file, Counter())[finding.slug] += 1
    yield from ("### By file and check", "")
    for file, slugs in list(files.items())[:FILES]:
        named = ", ".join(f"{count} {code(slug)}" for slug, count in slugs.most_common())
        yield f"- {code(cut(file))}: {named}"
    if len(files) > FILES:
        yield f"- and {plural(len(files) - FILES, 'more file')}"
    yield ""
