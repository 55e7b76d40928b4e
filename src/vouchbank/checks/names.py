r"""The list of all slugs (names of checks) ever published.

Pull requests, notes and other programs refer to a check by its slug, so a slug is never renamed or reused.
docs/checks/slugs.txt lists all of them, one per line; lines are added but never removed. When a check is retired, its
line names the successor.

Example:
    >>> read_slugs("# all\nspan-edge\nspan-border retired: span-edge\n")
    Slugs(active=('span-edge',), retired={'span-border': 'span-edge'})
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

SLUGS = "docs/checks/slugs.txt"
HEAD = """\
# Every check ever published, one per line. `python -m scripts.pages checks` appends new ones; lines are never reordered
# or removed. When a check is retired, its line becomes: OLD-SLUG retired: SLUG-OF-ITS-SUCCESSOR
"""
_LINE = re.compile(r"([a-z0-9]+(?:-[a-z0-9]+)*)(?: retired: ([a-z0-9]+(?:-[a-z0-9]+)*))?\Z", re.ASCII)


@dataclass(frozen=True)
class Slugs:
    """The slugs of the list: those in use, and the successor of each retired one."""

    active: tuple[str, ...]
    retired: Mapping[str, str]


def read_slugs(text: str) -> Slugs:
    """Parse the list."""
    active: list[str] = []
    retired: dict[str, str] = {}
    for line in text.splitlines():
        match = _LINE.match(line)
        if match and match[2]:
            retired[match[1]] = match[2]
        elif match:
            active.append(match[1])
    return Slugs(tuple(active), retired)


def with_slugs(text: str, known: Iterable[str]) -> str:
    """The file with every known slug; new ones are appended."""
    listed = read_slugs(text)
    new = [slug for slug in known if slug not in (*listed.active, *listed.retired)]
    return "".join([text or HEAD, *(f"{slug}\n" for slug in new)])


def broken_promises(text: str, known: Iterable[str]) -> list[str]:
    r"""What is wrong with the list, one message each: a slug without a check or successor, or listed twice.

    >>> broken_promises("a\nd\n", ["d"])
    ["'a' is no longer a check: retire it (a retired: SUCCESSOR)"]
    """
    listed, there = read_slugs(text), set(known)
    wrong = [
        f"{slug!r} is no longer a check: retire it ({slug} retired: SUCCESSOR)"
        for slug in listed.active
        if slug not in there
    ]
    for old, new in listed.retired.items():
        if old in there:
            wrong.append(f"{old!r} is retired, but is also a check: a retired name is never reused")
        if new not in {*there, *listed.retired}:
            wrong.append(f"{new!r}, the successor of {old!r}, is not a check")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    names = [line.split(" ", 1)[0] for line in lines]
    wrong += [f"{name!r} is listed twice" for name in dict.fromkeys(names) if names.count(name) > 1]
    return wrong + [f"{line!r} is not a valid line" for line in lines if not _LINE.match(line)]
