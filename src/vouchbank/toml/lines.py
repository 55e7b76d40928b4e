r"""Edits of whole lines of a TOML file: remove a key, or insert a line after it.

They apply only to keys that have their own lines, not to inline tables.

Example:
    >>> from vouchbank.toml.reader import read_toml
    >>> document = read_toml(b'[p1.q1]\nsince = false\nnumber = "3"\n', "f.toml")
    >>> edit = without_key(document, "p1", "q1", "since")
    >>> edit.place.line, edit.place.end_line, edit.text, without_key(document, "p1", "q1")
    (2, 3, '', None)
"""

from __future__ import annotations

from vouchbank.findings import Edit, Place
from vouchbank.toml.reader import Document
from vouchbank.toml.walk import Path


def without_key(document: Document, *path: str | int) -> Edit | None:
    """Remove a key and its value; None if they share a line with anything else, such as a comment."""
    own = _own_lines(document, path)
    return Edit(Place(document.file, own.line, 1, own.end_line + 1, 1), "") if own else None


def with_key_behind(document: Document, *path: str | int, line: str) -> Edit | None:
    """Insert a line after the value of a key; None if the value does not end its line."""
    own = _own_lines(document, path)
    return Edit(Place(document.file, own.end_line + 1, 1, own.end_line + 1, 1), f"{line}\n") if own else None


def _own_lines(document: Document, path: Path) -> Place | None:
    """The place of a key and its value; None if their lines hold anything else."""
    cell, key = document.cells.get(path), document.keys.get(path)
    if cell is None or key is None:
        return None
    before = document.lines[key.line - 1][: key.column - 1]
    after = document.lines[cell.end_line - 1][cell.end_column - 1 :]
    alone = not (before + after).strip()
    return Place(cell.file, key.line, key.column, cell.end_line, cell.end_column) if alone else None
