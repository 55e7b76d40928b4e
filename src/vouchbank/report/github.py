r"""Findings as workflow commands of GitHub Actions, which shows them beside the lines of a pull request.

A workflow command is one line of the log, so a line end in quoted text must not be able to start another command.

Example:
    >>> from vouchbank.findings import Finding, Place
    >>> print(command(Finding("a-slug", "50% of it\n::set-env::", Place("a,b.toml", 2, 3, 2, 5))))
    ::error file=a%2Cb.toml,line=2,endLine=2,col=3,endColumn=5,title=a-slug::50%25 of it\n::set-env::
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from vouchbank.findings import Finding, Severity
from vouchbank.report.human import fix_line
from vouchbank.report.run import Run
from vouchbank.report.text import cut, plural, printable

# GitHub shows at most this many annotations of a level per step
SHOWN = 10
LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def github(run: Run) -> Iterator[str]:
    """The worst and first findings as commands, and one notice that names the rest."""
    left: list[Finding] = []
    for severity in Severity:
        found = [f for f in run.worst_first() if f.severity is severity]
        yield from map(command, found[:SHOWN])
        left += found[SHOWN:]
    if left:
        yield f"::notice title=vouchbank check::{_data(_rest(left))}"
    if run.left_out:
        yield f"::notice title=vouchbank check::{run.counted()}"


def command(finding: Finding) -> str:
    """One finding as one workflow command; its line ends are written as %0A."""
    place = finding.place
    properties: dict[str, str | int] = {"file": place.file, "line": place.line}
    if place.end_line:
        properties["endLine"] = place.end_line
    # GitHub ignores the columns of a range over several lines
    if place.end_line in (0, place.line):
        properties["col"] = place.column
        if place.end_line:
            properties["endColumn"] = place.end_column
    properties["title"] = finding.slug
    listed = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
    return f"::{LEVELS[finding.severity]} {listed}::{_data(message(finding))}"


def message(finding: Finding) -> str:
    """The message, the help and the fix, or the reason for the waiver, one per line."""
    if finding.waived:
        return "\n".join(map(cut, (printable(finding.message), f"waived: {printable(finding.waived)}")))
    advice = [f"help: {printable(finding.help)}"] if finding.help else []
    fix = [f"fix: {fix_line(finding.fix)}"] if finding.fix else []
    return "\n".join(map(cut, (printable(finding.message), *advice, *map(printable, finding.paste), *fix)))


def _rest(left: Sequence[Finding]) -> str:
    counted = Counter((f.severity, f.slug) for f in left)
    named = (f"{count} {slug}" for (_, slug), count in counted.items())
    total = Counter(f.severity for f in left)
    how_many = " and ".join(plural(total[s], f"more {s}") for s in Severity if total[s])
    return f"GitHub shows only {SHOWN} of each level; {how_many}: {', '.join(named)}. To see all, run: vouchbank check"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(printable(text)).replace(":", "%3A").replace(",", "%2C")
