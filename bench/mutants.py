r"""What a mutant is, and how a source file is edited at a known path.

A mutant is one source file of the corpus with one fault put in, and the lines where a contributor should be told. A
path is where a value stands in its file (`("p3", "e6", "type")`); edits keep the rest of the file as it is.

Example:
    >>> from vouchbank.toml.reader import read_toml
    >>> document = read_toml(b'[p1]\ne6 = { q = "Reuters", type = "ORG" }\n', "e.toml")
    >>> replaced(document, ("p1", "e6", "type"), '"GPE"').text
    '[p1]\ne6 = { q = "Reuters", type = "GPE" }\n'
    >>> without(document, ("p1", "e6", "type")).text
    '[p1]\ne6 = { q = "Reuters" }\n'
    >>> added(document, ("p1", "e6"), "sure", False).text
    '[p1]\ne6 = { q = "Reuters", type = "ORG", sure = false }\n'
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Literal

from vouchbank.findings import Place
from vouchbank.toml.reader import Document
from vouchbank.toml.walk import Path

Kind = Literal["structural", "plausible"]
ANYWHERE = (0, 0)


@dataclass(frozen=True, slots=True)
class Mutant:
    """One fault.

    Attributes:
        of: What it damages: a table, `header`, `meta`; empty if a whole file.
        file: The file that is changed.
        data: Its bytes; None if it is deleted.
        lines: First and last line of the changed place, in the changed file; (0, 0) means anywhere in the file.
        what: The change in words.
        kind: `structural` contradicts the schema or a rule that can be stated; `plausible` only the article.
        paragraph: Of something deleted: its paragraph, the only place that is left of it.
        folder: Whether a folder stands there instead of a file.
        also: Other right places, as file and line: what the change contradicts.
        form: Whether only the form is wrong, so that being out of canonical form is the finding.
        operator: What made it.
    """

    of: str
    file: str
    data: bytes | None
    lines: tuple[int, int]
    what: str
    kind: Kind = "structural"
    paragraph: str = ""
    folder: bool = False
    also: frozenset[str] = frozenset()
    form: bool = False
    operator: str = ""


@dataclass(frozen=True, slots=True)
class Edit:
    """The text of a file after a change, the lines it lies in, and by how many the lines below it moved."""

    text: str
    lines: tuple[int, int]
    moved: int = 0


def bounds(text: str, place: Place) -> tuple[int, int]:
    """Where a place begins and ends in a text."""
    return _offset(text, place.line, place.column), _offset(text, place.end_line, place.end_column)


def _offset(text: str, line: int, column: int) -> int:
    at = 0
    for _ in range(line - 1):
        at = text.index("\n", at) + 1
    return at + column - 1


def toml(value: Any) -> str:
    """A value as TOML: strings, numbers, booleans, lists, inline tables."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{k} = {toml(v)}" for k, v in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(toml(v) for v in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def extent(document: Document, path: Path) -> tuple[int, int]:
    """The first and last line of what stands at a path; of the whole file, the lines before its sections."""
    if not path:
        heads = [key.line for p, key in document.keys.items() if len(p) == 1 and p not in document.cells]
        return 1, min(heads, default=document.text.count("\n") + 1)
    inside = [p for key, p in document.cells.items() if key[: len(path)] == path]
    first = document.key_place(*path).line
    return first, max([first, *(p.end_line for p in inside)])


def replaced(document: Document, path: Path, written: str, key: bool = False) -> Edit:
    """Other words for a value, or for its key."""
    place = document.keys[path] if key else document.cells[path]
    start, end = bounds(document.text, place)
    last = place.line + written.count("\n")
    return Edit(document.text[:start] + written + document.text[end:], (place.line, last), last - place.end_line)


def exchanged(document: Document, path: Path, other: Path) -> Edit:
    """The values of two fields, each in the place of the other."""
    text, cells = document.text, document.cells
    (a, b), (c, d) = sorted(bounds(text, cells[p]) for p in (path, other))
    lines = sorted(cells[p].line for p in (path, other))
    return Edit(text[:a] + text[c:d] + text[b:c] + text[a:b] + text[d:], (lines[0], lines[1]))


def without(document: Document, path: Path) -> Edit:
    """Nothing at a path: no field, no item of a list, no section. What is left of it is what held it."""
    text, cell = document.text, document.cells.get(path)
    first, last = extent(document, path)
    if cell is None:  # a section or a row of [[rows]]
        return lines_replaced(document, first, last, [])
    start = bounds(text, document.keys.get(path, cell))[0]
    end = bounds(text, cell)[1]
    if text[:start].endswith("\n"):
        return lines_replaced(document, first, last, [])
    rest = text[end:]
    if rest.lstrip(" \n,") != rest and rest.startswith(","):
        return Edit(text[:start] + rest[1:].lstrip(" "), (first, first), first - last)
    return Edit(text[:start].rstrip(", ") + rest, (first, first), first - last)


def added(document: Document, path: Path, name: str, value: Any) -> Edit:
    """One more field in what stands at a path."""
    text, field = document.text, f"{name} = {toml(value)}"
    if path in document.cells:  # { … }
        place = document.cells[path]
        end = bounds(text, place)[1]
        return Edit(f"{text[: end - 2]}, {field}{text[end - 2 :]}", (place.line, place.end_line))
    own = [p.end_line for key, p in document.cells.items() if key[: len(path)] == path and len(key) == len(path) + 1]
    last = max(own, default=extent(document, path)[0] if path else 0)
    return lines_replaced(document, last + 1, last, [field])


def lines_replaced(document: Document, first: int, last: int, new: list[str]) -> Edit:
    """Other lines for the lines from the first to the last, none of them included if it is the one before the first."""
    lines = document.text.split("\n")
    text = "\n".join([*lines[: first - 1], *new, *lines[last:]])
    return Edit(text, (first, max(first, first + len(new) - 1)), len(new) - (last - first + 1))


def doubled(document: Document, path: Path) -> Edit:
    """The lines of what stands at a path a second time, below the first."""
    first, last = extent(document, path)
    twice = lines_replaced(document, last + 1, last, block(document, path))
    return Edit(twice.text, (first, twice.lines[1]), twice.moved)


def block(document: Document, path: Path) -> list[str]:
    """The lines of what stands at a path."""
    first, last = extent(document, path)
    return document.text.split("\n")[first - 1 : last]
