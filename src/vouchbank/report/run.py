"""The results of a run of the checks, with everything that the renderings need."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from vouchbank.findings import Check, Finding, Severity
from vouchbank.report.text import plural

RANK = {severity: rank for rank, severity in enumerate(Severity)}


@dataclass(frozen=True)
class Run:
    """The findings of one run.

    Attributes:
        findings: The findings.
        articles: The number of articles checked.
        checks: The checks that ran, by name.
        left_out: The number of findings that the options of the command leave out.
    """

    findings: Sequence[Finding]
    articles: int = 0
    checks: Mapping[str, Check] = field(default_factory=dict)
    left_out: int = 0

    def worst_first(self) -> list[Finding]:
        """Errors before warnings before notes, each in reading order."""
        return sorted(self.findings, key=lambda f: (RANK[f.severity], f.place, f.slug, f.message))

    def counted(self) -> str:
        """The closing line."""
        said = summary(self.findings, len(self.checks), self.articles)
        left = f"; {plural(self.left_out, 'finding')} left out, which the exit status ignores" if self.left_out else ""
        return f"{said}{left}"

    def by_check(self) -> list[tuple[int, str, Severity]]:
        """The number of findings of each check, most first."""
        counted = Counter((f.slug, f.severity) for f in self.findings)
        return sorted(((n, *of) for of, n in counted.items()), key=lambda found: (-found[0], found[1]))


def summary(findings: Sequence[Finding], checks: int, articles: int) -> str:
    """The closing line of a run.

    >>> summary([], 38, 1)
    'no findings (1 article, 38 checks)'
    """
    counts = Counter(f.severity for f in findings)
    said = [plural(counts[of], str(of)) for of in (Severity.ERROR, Severity.WARNING) if counts[of]]
    waived = f", {counts[Severity.NOTE]:,} waived" * bool(counts[Severity.NOTE])
    return f"{' and '.join(said) or 'no findings'}{waived} ({plural(articles, 'article')}, {plural(checks, 'check')})"
