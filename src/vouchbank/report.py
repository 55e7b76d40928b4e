"""Findings for people: the place, what is wrong, the line with the spot underlined, what to do next.

Example:
    >>> from vouchbank.findings import Finding, Place
    >>> place = Place("e.toml", 1, 8, 1, 14)
    >>> finding = Finding("unknown-label", "'ORGA' is no label of type", place, "did you mean 'ORG'?")
    >>> print(plain(finding, 'type = "ORGA"'))
    e.toml:1:8: error: 'ORGA' is no label of type [unknown-label]
      type = "ORGA"
             ^^^^^^
      help: did you mean 'ORG'?
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

from vouchbank.findings import Finding, Severity

MAX_LINE = 160


def plain(finding: Finding, line: str = "") -> str:
    """A finding as plain text; `line` is the source line it speaks of, if that is known."""
    parts = [f"{finding.place}: {finding.severity}: {printable(finding.message)} [{finding.slug}]"]
    if line.strip():
        shown, caret = underlined(finding, line)
        parts += [f"  {shown}", f"  {caret}"]
    if finding.help:
        parts.append(f"  help: {printable(finding.help)}")
    return "\n".join(parts)


def underlined(finding: Finding, line: str) -> tuple[str, str]:
    """The source line, cut to fit, and a line of carets below the spot, by display width."""
    place = finding.place
    start = max(0, place.column - 1)
    end = place.end_column - 1 if place.end_line == place.line else len(line)
    end = min(max(end, start + 1), len(line)) if line else 0
    cut = max(0, start - MAX_LINE // 2)
    shown = printable(line[cut : cut + MAX_LINE])
    indent = width(printable(line[cut:start]))
    length = max(1, width(printable(line[start : min(end, cut + MAX_LINE)])))
    return shown, " " * indent + "^" * length


def printable(text: str) -> str:
    """Text that a terminal shows as it is: control and bidi characters become their escapes."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def width(text: str) -> int:
    """Columns the text takes in a terminal: wide characters two, combining ones none."""
    marks = ("Mn", "Me")
    wide = unicodedata.east_asian_width
    return sum(0 if unicodedata.category(c) in marks else 2 if wide(c) in "WF" else 1 for c in text)


def summary(findings: list[Finding], checks: int, articles: int) -> str:
    """The closing line of a run."""
    wrong = sum(f.severity is Severity.ERROR for f in findings)
    warnings = len(findings) - wrong
    where = f"{articles} article{'s' * (articles != 1)}, {checks} checks"
    if not findings:
        return f"no findings ({where})"
    said = [f"{wrong} error{'s' * (wrong != 1)}"] if wrong else []
    said += [f"{warnings} warning{'s' * (warnings != 1)}"] if warnings else []
    return f"{' and '.join(said)} ({where})"


def with_lines(findings: list[Finding], line_of: Callable[[str, int], str]) -> list[str]:
    """All findings as plain text, with their source lines from `line_of(file, line)`."""
    return [plain(f, line_of(f.place.file, f.place.line)) for f in findings]
