"""Findings as one JSON object, for programs: every part of every finding, with keys in a fixed order.

Non-ASCII characters are escaped, so any terminal or log can show the text safely.

Example:
    >>> from vouchbank.report.run import Run
    >>> print(as_json(Run([])).splitlines()[1])
      "version": 1,
"""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from vouchbank.findings import Finding, Fix, Place, Severity
from vouchbank.report.run import Run

# version of this format; it rises when a key is removed or changes its meaning, not when one is added
VERSION = 1


def as_json(run: Run, statistics: bool = False) -> str:
    """The findings and their counts as JSON text; with `statistics`, only the number of findings of each check."""
    of = Counter(f.severity for f in run.findings)
    counts = {
        **{f"{severity}s": of[severity] for severity in Severity},
        "articles": run.articles,
        "checks": len(run.checks),
        **({"left_out": run.left_out} if run.left_out else {}),
    }
    said: dict[str, Any] = {"version": VERSION, "summary": counts}
    if statistics:
        said["statistics"] = [{"slug": slug, "severity": str(of), "count": n} for n, slug, of in run.by_check()]
    else:
        said["findings"] = [_finding(f) for f in run.findings]
    return dumped(said)


def dumped(value: Any) -> str:
    """A value as JSON text in ASCII that contains no log command."""
    return json.dumps(value, indent=2, ensure_ascii=True).replace("##", "#\\u0023")


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "slug": finding.slug,
        "severity": str(finding.severity),
        "message": finding.message,
        "help": finding.help,
        **_place(finding.place),
        "article": finding.article,
        "paragraph": finding.paragraph,
        "annotation": finding.annotation,
        "related": [{"message": r.message, **_place(r.place)} for r in finding.related],
        "fix": _fix(finding.fix) if finding.fix else None,
        "paste": list(finding.paste),
        "waived": finding.waived or None,
    }


def _place(place: Place) -> dict[str, Any]:
    """A place; its end is null if it is unknown."""
    known = place.end_line > 0
    return {
        "file": place.file,
        "line": place.line,
        "column": place.column,
        "end_line": place.end_line if known else None,
        "end_column": place.end_column if known else None,
    }


def _fix(fix: Fix) -> dict[str, Any]:
    edits = [{**_place(edit.place), "text": edit.text} for edit in fix.edits]
    return {"title": fix.title, "safe": fix.safe, "edits": edits}
