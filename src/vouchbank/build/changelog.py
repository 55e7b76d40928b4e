r"""Read and check the changelog: versions, newest first, each with the sections Data, Schema and Code.

Example:
    >>> faults("# Changelog\n\n## 1.0.0 (2030-01-31)\n\n### Data\n- a\n\n### Schema\n- b\n")
    ['line 3: 1.0.0 has the sections Data, Schema; write Data, Schema, Code, in this order']
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

CHANGELOG = "CHANGELOG.md"
UNRELEASED = "Unreleased"
SECTIONS = ("Data", "Schema", "Code")
_RELEASED = re.compile(r"([0-9]+\.[0-9]+\.[0-9]+) \(([0-9]{4}-[0-9]{2}-[0-9]{2})\)\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Entry:
    """A version in the changelog: the line of its heading, version, date (empty for Unreleased), bullets by section."""

    line: int
    version: str
    date: str
    sections: dict[str, list[str]] = field(default_factory=dict)


def entries(text: str) -> list[Entry]:
    """The entries of a changelog, in the order of the file."""
    found: list[Entry] = []
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("## "):
            title = line.removeprefix("## ").strip()
            match = _RELEASED.match(title)
            found.append(Entry(number, match[1] if match else title, match[2] if match else ""))
        elif line.startswith("### ") and found:
            found[-1].sections.setdefault(line.removeprefix("### ").strip(), [])
        elif line.startswith("- ") and found and found[-1].sections:
            found[-1].sections[next(reversed(found[-1].sections))].append(line.removeprefix("- "))
        elif line.startswith("  ") and found and found[-1].sections:
            bullets = found[-1].sections[next(reversed(found[-1].sections))]
            bullets[-1:] = [f"{bullet} {line.strip()}" for bullet in bullets[-1:]]
    return found


def faults(text: str) -> list[str]:
    """What is wrong with the form of a changelog, as messages."""
    found = entries(text)
    if not found:
        return [f"no versions; write ## {UNRELEASED} above the first one"]
    said = [fault for index, entry in enumerate(found) for fault in _of_entry(entry, index)]
    numbers = [(entry, numbered(entry.version)) for entry in found if entry.date]
    for (newer, high), (older, low) in pairwise(numbers):
        if high <= low or newer.date < older.date:
            said.append(f"line {older.line}: {older.version} must be older than {newer.version}, which is above it")
    return said


def numbered(version: str) -> tuple[int, int, int]:
    """A version as three numbers.

    >>> numbered("0.10.2")
    (0, 10, 2)
    """
    major, minor, patch = version.split(".")
    return int(major), int(minor), int(patch)


def is_date(text: str) -> bool:
    """Whether a text is a calendar date in the form YYYY-MM-DD.

    >>> is_date("2030-01-31"), is_date("2030-02-31"), is_date("20300131")
    (True, False, False)
    """
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _of_entry(entry: Entry, index: int) -> Iterator[str]:
    if not entry.date and (entry.version != UNRELEASED or index):
        yield (
            f"line {entry.line}: invalid heading {entry.version!r}; write ## 1.2.3 (2030-01-31), "
            f"or, at the top only, ## {UNRELEASED}"
        )
    if entry.date and not is_date(entry.date):
        yield f"line {entry.line}: invalid date {entry.date!r}"
    if tuple(entry.sections) != SECTIONS:
        given = ", ".join(entry.sections) or "none"
        yield (
            f"line {entry.line}: {entry.version} has the sections {given}; write {', '.join(SECTIONS)}, in this order"
        )
    for section, bullets in entry.sections.items():
        if not bullets:
            yield f"line {entry.line}: {section} of {entry.version} has no bullets; write '- Nothing.'"
