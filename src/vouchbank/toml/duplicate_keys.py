r"""Make a file with duplicate ids readable, such as one that a merge left behind.

TOML forbids duplicate keys. Here the later annotation gets another key, and a section that occurs twice is joined into
one. Nothing else changes.

Example:
    >>> text, old = with_unique_keys('[p3]\ne4 = { q = "a" }\ne4 = { q = "b" }\n', lambda name: "e5")
    >>> print(text, old)
    [p3]
    e4 = { q = "a" }
    e5 = { q = "b" }
     {('p3', 'e5'): 'e4'}
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import count

from vouchbank.findings import Place
from vouchbank.toml.walk import Path, Walk, parser

MOST = 10_000  # steps; each removes one duplicate


def with_unique_keys(text: str, fresh: Callable[[str], str]) -> tuple[str, dict[Path, str]]:
    """The text with a unique key for every annotation, and the old key for each new path.

    Args:
        text: An annotation file that cannot be read because of duplicate keys.
        fresh: Returns the new key for an old one; empty to leave it.
    """
    renamed: dict[Path, str] = {}
    for _ in range(MOST):
        found = [(path, place) for path, place in Walk("", text).repeated if len(path) <= 2]
        if not found:
            break
        path, place = found[0]
        if len(path) == 1:
            joined = _joined(text, str(path[0]), place)
            if joined == text:
                break
            text = joined
            continue
        section, name = str(path[0]), str(path[1])
        new = fresh(name)
        if not new:
            break
        lines = text.split("\n")
        line = lines[place.line - 1]
        key = f"{section}.{new}" if line[: place.column - 1].strip().startswith("[") else new
        lines[place.line - 1] = line[: place.column - 1] + key + line[place.end_column - 1 :]
        text = "\n".join(lines)
        renamed[section, new] = name
    return text, renamed


def with_distinct_names(text: str, waits: Callable[[Path], bool]) -> str:
    r"""The text with distinct names for annotations without an id that share a name in a section.

    None of them keeps the name, so that no reference means one of them by accident.

    >>> with_distinct_names('[p3]\ne_1 = { q = "a" }\ne_1 = { q = "b" }\n', lambda path: True)
    '[p3]\ne_1-1 = { q = "a" }\ne_1-2 = { q = "b" }\n'

    Args:
        text: An annotation file.
        waits: Whether the path is that of an annotation without an id.
    """
    walk, places = Walk("", text), dict[Path, list[Place]]()
    for path, place in walk.repeated:
        if len(path) == 2 and waits(path):
            places.setdefault(path, [walk.keys[path]]).append(place)
    edits = [(place, name) for path, listed in places.items() for place, name in _names(path, listed, walk)]
    lines = text.split("\n")
    for place, name in sorted(edits, key=lambda edit: edit[0].column, reverse=True):
        line = lines[place.line - 1]
        lines[place.line - 1] = line[: place.column - 1] + name + line[place.end_column - 1 :]
    return "\n".join(lines)


def _names(path: Path, places: list[Place], walk: Walk) -> Iterator[tuple[Place, str]]:
    """An unused name for each place of a key; the first place covers only the last part of the key."""
    section, name = map(str, path)
    numbers = count(1)
    for place in places:
        sign = "-" if re.search("[_?]", name) else "_"
        new = next(one for number in numbers if (section, one := f"{name}{sign}{number}") not in walk.keys)
        whole = place.end_column - place.column > len(name) and place is not places[0]
        yield place, f"{section}.{new}" if whole else new


def _joined(text: str, section: str, again: Place) -> str:
    """The text with the lines of a duplicate section moved to the end of the first one."""
    nodes = [n for n in parser().parse(text.encode()).root_node.children if n.type == "table"]
    rows = [node.start_point[0] for node in nodes]
    lines = text.split("\n")
    ends = [*rows[1:], len(lines)]
    first = next((i for i, node in enumerate(nodes) if node.children[1].text.decode() == section), None)
    second = next((i for i, row in enumerate(rows) if row == again.line - 1), None)
    if first is None or second is None or second <= first:
        return text
    comments = [child.text.decode() for child in nodes[second].children if child.start_point[0] == rows[second]]
    body = [comment for comment in comments if comment.startswith("#")]
    body += [line for line in lines[rows[second] + 1 : ends[second]] if line.strip()]
    at = ends[first]
    while not lines[at - 1].strip():
        at -= 1
    rest = lines[: rows[second]] + lines[ends[second] :]
    return "\n".join([*rest[:at], *body, *rest[at:]])
