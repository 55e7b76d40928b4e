r"""Edits of files: places given by line and column, replaced all at once, and the result of all fixes.

Example:
    >>> from vouchbank.findings import Edit, Place
    >>> applied("a = 1\nb = 2\n", [Edit(Place("f", 2, 5, 2, 6), "3")])
    'a = 1\nb = 3\n'
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any

from vouchbank.change.changes import side_by_side
from vouchbank.corpus.format import same_values
from vouchbank.findings import Edit, Place
from vouchbank.toml.reader import Document
from vouchbank.toml.walk import Path


@dataclass
class FixResult:
    """What safe fixes do to a corpus.

    Attributes:
        files: The files that change, with their new bytes.
        done: What was fixed in each of them.
        left: Files that are left as they were, and why.
        steps: How often a file was changed.
        begun: The file of the registry, if it gets new rows.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    done: dict[str, list[str]] = field(default_factory=dict)
    left: dict[str, str] = field(default_factory=dict)
    steps: int = 0
    begun: str = ""

    def change(self, file: str, data: bytes, *titles: str) -> None:
        """Record the new bytes of a file, and what was fixed in it."""
        self.files[file] = data
        self.done.setdefault(file, []).extend(titles)
        self.steps += 1

    def leave(self, file: str, reason: str) -> None:
        """Leave a file as it was, for a reason."""
        self.files.pop(file, None)
        self.done.pop(file, None)
        self.left[file] = reason


def applied(text: str, edits: Iterable[Edit]) -> str:
    """The text with all edits applied; of two that overlap, the first."""
    starts = list(accumulate((len(line) + 1 for line in text.split("\n")[:-1]), initial=0))
    spans = sorted({(*_range(edit.place, starts, len(text)), edit.text) for edit in edits})
    parts, at = [], 0
    for start, end, new in spans:
        if start >= at and end >= start:
            parts += [text[at:start], new]
            at = end
    return "".join([*parts, text[at:]])


def unpromised(before: Document, after: Document, edits: Sequence[Edit]) -> list[Path]:
    """The paths of values that changed although no edit touches them; a new key may be one that an edit writes."""
    places = [edit.place for edit in edits]
    changed = [p for p in _differences(dict(before.values), dict(after.values)) if not _touched(before, p, places)]
    written = {line.partition(" = ")[0] for edit in edits for line in edit.text.splitlines() if changed}
    return [p for p in changed if p in before.keys or p[-1] not in written]


def _range(place: Place, starts: Sequence[int], length: int) -> tuple[int, int]:
    start = starts[min(place.line, len(starts)) - 1] + place.column - 1
    end = starts[min(place.end_line, len(starts)) - 1] + place.end_column - 1 if place.end_line else start
    return min(start, length), min(end, length)


def _touched(document: Document, path: Path, places: Sequence[Place]) -> bool:
    cell = document.place(*path)
    here = (cell.line, cell.column), (cell.end_line, cell.end_column)
    return any((p.line, p.column) < here[1] and here[0] < (p.end_line, p.end_column) for p in places)


def _differences(a: Any, b: Any, path: Path = ()) -> Iterator[Path]:
    if isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        a, b = dict(enumerate(a)), dict(enumerate(b))
    if isinstance(a, dict) and isinstance(b, dict):
        for key, x, y in side_by_side(a, b):
            yield from _differences(x, y, (*path, key))
    elif not same_values(a, b):
        yield path
