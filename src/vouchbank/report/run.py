"""What a run of the checks found, with all that its renderings need; they read nothing themselves."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from vouchbank.findings import Finding, Severity
from vouchbank.report.excerpt import Excerpt
from vouchbank.report.text import plural


@dataclass(frozen=True, slots=True)
class Rule:
    """The words of a check: its slug, its level (0 for a check of the built tables), what it means."""

    slug: str
    level: int
    title: str
    explanation: str


def _no_line(file: str, line: int) -> str:
    return ""


def _no_excerpt(finding: Finding) -> Excerpt | None:
    return None


@dataclass(frozen=True)
class Run:
    """The findings of one run.

    Attributes:
        findings: All of them.
        articles: How many articles were checked.
        rules: The checks that ran.
        line_of: Gives a line of a source file, empty if it is not known.
        excerpt_of: Gives the words of the text that a finding is about, if they have a place.
    """

    findings: Sequence[Finding]
    articles: int = 0
    rules: Mapping[str, Rule] = field(default_factory=dict)
    line_of: Callable[[str, int], str] = _no_line
    excerpt_of: Callable[[Finding], Excerpt | None] = _no_excerpt

    def worst_first(self) -> list[Finding]:
        """Errors before warnings, each in reading order."""
        return sorted(self.findings, key=lambda f: (f.severity is not Severity.ERROR, f.place, f.slug, f.message))

    def counted(self) -> str:
        """The closing line."""
        return summary(self.findings, len(self.rules), self.articles)


def summary(findings: Sequence[Finding], checks: int, articles: int) -> str:
    """The closing line of a run.

    >>> summary([], 38, 1)
    'no findings (1 article, 38 checks)'
    """
    wrong = sum(f.severity is Severity.ERROR for f in findings)
    warnings = len(findings) - wrong
    said = [plural(wrong, "error")] if wrong else []
    said += [plural(warnings, "warning")] if warnings else []
    return f"{' and '.join(said) or 'no findings'} ({plural(articles, 'article')}, {plural(checks, 'check')})"
