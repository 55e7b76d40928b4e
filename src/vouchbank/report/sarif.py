"""Findings as SARIF 2.1.0, the format that editors and code scanning read.

As in our own places, columns are Unicode code points, and end columns are exclusive.

Example:
    >>> from vouchbank.report.run import Run
    >>> '"columnKind": "unicodeCodePoints"' in sarif(Run([]), "0.1.0")
    True
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from vouchbank.findings import Check, Edit, Finding, Fix, Place
from vouchbank.report.run import Run
from vouchbank.report.structured import dumped

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def sarif(run: Run, version: str) -> str:
    """A log with one run.

    Args:
        run: The results of the checks.
        version: The version of this package.
    """
    index = {slug: i for i, slug in enumerate(run.checks)}
    rules = [_described(check) for check in run.checks.values()]
    return dumped(
        {
            "$schema": SCHEMA,
            "version": "2.1.0",
            "runs": [
                {
                    "tool": {"driver": {"name": "vouchbank", "version": version, "rules": rules}},
                    "columnKind": "unicodeCodePoints",
                    "results": [_result(f, index.get(f.slug, -1)) for f in run.findings],
                }
            ],
        }
    )


def _described(check: Check) -> dict[str, Any]:
    said = (check.title, check.explanation, f"vouchbank explain {check.name}")
    return {
        "id": check.name,
        "shortDescription": {"text": check.title},
        "fullDescription": {"text": check.explanation or check.title},
        "help": {"text": "\n\n".join(filter(None, said))},
    }


def _result(finding: Finding, index: int) -> dict[str, Any]:
    help_ = f"Waived: {finding.waived}" if finding.waived else f"Help: {finding.help}" * bool(finding.help)
    said = (finding.message, *filter(None, [help_]), *(() if finding.waived else finding.paste))
    result: dict[str, Any] = {
        "ruleId": finding.slug,
        "ruleIndex": index,
        "level": str(finding.severity),
        "message": _text("\n".join(said)),
        "locations": [_location(finding.place, finding.annotation)],
    }
    if finding.related:
        result["relatedLocations"] = [{**_location(r.place), "message": _text(r.message)} for r in finding.related]
    if finding.waived:
        result["suppressions"] = [{"kind": "inSource", "justification": finding.waived}]
    if finding.fix:
        result["fixes"] = [_fix(finding.fix)]
    return result


def _text(text: str) -> dict[str, str]:
    """A message; a space keeps `[words](address)` from becoming a link."""
    return {"text": text.replace("](", "] (")}


def _location(place: Place, annotation: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {"physicalLocation": {"artifactLocation": _file(place), "region": _region(place)}}
    if annotation:
        found["logicalLocations"] = [{"name": annotation}]
    return found


def _file(place: Place) -> dict[str, str]:
    return {"uri": quote(place.file.encode("utf-8", "surrogatepass")), "uriBaseId": "%SRCROOT%"}


def _region(place: Place) -> dict[str, int]:
    start = {"startLine": place.line, "startColumn": max(1, place.column)}
    return {**start, "endLine": place.end_line, "endColumn": place.end_column} if place.end_line else start


def _fix(fix: Fix) -> dict[str, Any]:
    files: dict[str, list[Edit]] = {}
    for edit in fix.edits:
        files.setdefault(edit.place.file, []).append(edit)
    changes = [
        {
            "artifactLocation": _file(edits[0].place),
            "replacements": [{"deletedRegion": _deleted(e.place), "insertedContent": {"text": e.text}} for e in edits],
        }
        for edits in files.values()
    ]
    return {"description": _text(fix.title), "artifactChanges": changes}


def _deleted(place: Place) -> dict[str, int]:
    """The region that an edit deletes; empty if the edit only inserts."""
    return {"endLine": place.line, "endColumn": max(1, place.column), **_region(place)}
