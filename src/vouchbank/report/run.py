"""What a run of the checks found, with all that its renderings need; they read nothing themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from vouchbank.findings import Check, Finding, Severity, errors
from vouchbank.report.text import plural


@dataclass(frozen=True)
class Run:
    """The findings of one run.

    Attributes:
        findings: All of them.
        articles: How many articles were checked.
        checks: The checks that ran, by name.
    """

    findings: Sequence[Finding]
    articles: int = 0
    checks: Mapping[str, Check] = field(default_factory=dict)

    def worst_first(self) -> list[Finding]:
        """Errors before warnings, each in reading order."""
        return sorted(self.findings, key=lambda f: (f.severity is not Severity.ERROR, f.place, f.slug, f.message))

    def counted(self) -> str:
        """The closing line."""
        return summary(self.findings, len(self.checks), self.articles)


def summary(findings: Sequence[Finding], checks: int, articles: int) -> str:
    """The closing line of a run.

    >>> summary([], 38, 1)
    'no findings (1 article, 38 checks)'
    """
    wrong = len(errors(findings))
    counts = {"error": wrong, "warning": len(findings) - wrong}
    said = [plural(count, name) for name, count in counts.items() if count]
    return f"{' and '.join(said) or 'no findings'} ({plural(articles, 'article')}, {plural(checks, 'check')})"
