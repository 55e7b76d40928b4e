"""Findings: what is wrong, exactly where, and what to do next.

A rule returns findings and never prints; `vouchbank.cli` prints them. Lines and columns count from 1, columns in
Unicode code points; the end column is exclusive.

Example:
    >>> place = Place("annotations/004/entities.toml", 8, 12)
    >>> f = Finding("quote-not-found", "the words 'Reuter' are not in p3", place)
    >>> str(f)
    "annotations/004/entities.toml:8:12: error: the words 'Reuter' are not in p3 [quote-not-found]"
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How bad a finding is: errors fail a run, warnings do not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A stretch of a source file."""

    file: str
    line: int = 1
    column: int = 1
    end_line: int = 0
    end_column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Edit:
    """A replacement of one stretch of a source file: from line and column up to end line and end column, exclusive."""

    place: Place
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """How a finding can be mended. Safe: it changes no meaning, so it may be applied unread."""

    title: str
    edits: tuple[Edit, ...]
    safe: bool = False


@dataclass(frozen=True, slots=True)
class Related:
    """Another place that has to do with a finding, and what it is."""

    place: Place
    message: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault: stable slug, message (what is wrong), help (what to do), place, whose it is, and how to mend it.

    Attributes:
        paste: Lines to put into a file, as the help says.
    """

    slug: str
    message: str
    place: Place
    help: str = ""
    severity: Severity = Severity.ERROR
    article: str = ""
    paragraph: str = ""
    annotation: str = ""
    related: tuple[Related, ...] = ()
    fix: Fix | None = None
    paste: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.place}: {self.severity}: {self.message} [{self.slug}]"


def in_reading_order(findings: list[Finding]) -> list[Finding]:
    """Sorted by file, line, column, then slug."""
    return sorted(findings, key=lambda f: (f.place, f.slug, f.message))


def errors(findings: list[Finding]) -> list[Finding]:
    """Only those that fail a run."""
    return [f for f in findings if f.severity is Severity.ERROR]
