r"""Findings as JUnit XML, which most build servers show: one test case for each pair of file and check with findings.

Example:
    >>> from vouchbank.findings import Finding, Place
    >>> from vouchbank.report.run import Run
    >>> "]]&gt; \\x00" in junit(Run([Finding("a-slug", "]]> \0", Place("f.toml"))]))
    True
"""

from __future__ import annotations

from xml.etree import ElementTree as ET

from vouchbank.findings import Finding, errors
from vouchbank.report.human import plain
from vouchbank.report.run import Run
from vouchbank.report.text import printable


def junit(run: Run) -> str:
    """A report in ASCII. A warning is not a failure: its test case passes and shows it as output."""
    cases: dict[tuple[str, str], list[Finding]] = {}
    for finding in run.findings:
        cases.setdefault((finding.place.file, finding.slug), []).append(finding)
    failed = sum(bool(errors(found)) for found in cases.values())
    counts = {"tests": str(max(1, len(cases))), "failures": str(failed), "errors": "0"}
    root = ET.Element("testsuites", {"name": "vouchbank", **counts})
    suite = ET.SubElement(root, "testsuite", {"name": "vouchbank check", **counts})
    for (file, slug), found in cases.items():
        _case(ET.SubElement(suite, "testcase", {"classname": printable(file), "name": slug}), found)
    if not cases:
        # servers treat a report without test cases as broken
        ET.SubElement(suite, "testcase", {"classname": "vouchbank", "name": "check"})
    ET.indent(root)
    text: str = ET.tostring(root, encoding="us-ascii", xml_declaration=True).decode("ascii")
    return text.replace("##", "#&#35;")


def _case(case: ET.Element, found: list[Finding]) -> None:
    # `plain` escapes everything unprintable, and so everything that XML forbids
    said = "\n".join(plain(f) for f in found)
    wrong = errors(found)
    first = {"type": wrong[0].slug, "message": printable(wrong[0].message)} if wrong else {}
    ET.SubElement(case, "failure" if wrong else "system-out", first).text = said
