r"""The places of keys, values and comments in a TOML text, from the syntax tree of tree-sitter.

Example:
    >>> Walk("a.toml", "[p3]\nn = 2\n").cells
    {('p3', 'n'): Place(file='a.toml', line=2, column=5, end_line=2, end_column=6)}
"""

from __future__ import annotations

import tomllib
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from vouchbank.errors import needed
from vouchbank.files import MOST_DEPTH
from vouchbank.findings import Place

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment and the key that it belongs to: above the key, or on the same line (`trailing`)."""

    text: str
    owner: Path
    trailing: bool


@cache
def parser() -> Any:
    """The TOML parser, created once."""
    with needed("reading TOML"):
        import tree_sitter_toml
        from tree_sitter import Language, Parser

    return Parser(Language(tree_sitter_toml.language()))


class Walk:
    """Collects the places of the keys, values and comments in a text."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.data = text.encode()
        self.lines = self.data.split(b"\n")
        self.keys: dict[Path, Place] = {}
        self.cells: dict[Path, Place] = {}
        self.comments: list[Comment] = []
        self.repeated: list[tuple[Path, Place]] = []
        self._starts: dict[int, list[int]] = {}
        self._whole: set[Path] = set()
        self._pending: list[str] = []
        self._last: tuple[int, Path] = (-1, ())
        self._arrays: dict[Path, int] = {}
        for node in parser().parse(self.data).root_node.children:
            if node.type in ("table", "table_array_element"):
                self._table(node)
            else:
                self._item(node, ())
        self.comments += [Comment(text, (), False) for text in self._pending]

    def _table(self, node: Any) -> None:
        path: Path = ()
        for child in node.children:
            if child.type in ("bare_key", "quoted_key", "dotted_key"):
                path = self._once(child, (), element=node.type == "table_array_element")
                self._claim(path, child.end_point[0])
            else:
                self._item(child, path)

    def _item(self, node: Any, around: Path) -> None:
        if node.type == "pair":
            path = self._once(node.children[0], around)
            self._claim(path, node.end_point[0])
            self._pair_value(node, path, trailing=True)
        elif node.type == "comment":
            text = node.text.decode()
            if node.start_point[0] == self._last[0]:
                self.comments.append(Comment(text, self._last[1], True))
            else:
                self._pending.append(text)

    def _once(self, node: Any, around: Path, element: bool = False) -> Path:
        """The path of a key or heading; records it if the same path occurred before (`[p3]` and `[p3.a1]` differ)."""
        path = self._key(node, around)
        if element:  # each [[a]] is the next element
            self._arrays[path] = self._arrays.get(path, -1) + 1
            path = (*path, self._arrays[path])
            self.keys[path] = self._place(node)
        if path in self._whole:
            self.repeated.append((path, self._place(node)))
        self._whole.add(path)
        return path

    def _claim(self, path: Path, row: int) -> None:
        self.comments += [Comment(text, path, False) for text in self._pending]
        self._pending = []
        self._last = (row, path)

    def _key(self, node: Any, around: Path) -> Path:
        path = around
        for part in _key_parts(node):
            if path in self._arrays:  # [a.b] after [[a]] belongs to the last element
                path = (*path, self._arrays[path])
            name = part.text.decode()
            path = (*path, _unquote(name) if part.type == "quoted_key" else name)
            self.keys.setdefault(path, self._place(part))
        return path

    def _pair_value(self, pair: Any, path: Path, trailing: bool) -> None:
        for child in pair.children[2:]:  # the key and the equals sign are first
            if child.type == "comment":
                self.comments.append(Comment(child.text.decode(), path, trailing))
            else:
                self._value(child, path)

    def _value(self, node: Any, path: Path) -> None:
        self.cells[path] = self._place(node)
        if len(path) > MOST_DEPTH:  # such a file is refused anyway
            return
        index = 0
        for child in node.children:
            if child.type == "pair":
                self._pair_value(child, self._once(child.children[0], path), trailing=False)
            elif child.type == "comment":
                self.comments.append(Comment(child.text.decode(), path, False))
            elif node.type == "array" and child.is_named:
                self._value(child, (*path, index))
                index += 1

    def _place(self, node: Any) -> Place:
        (row, column), (end_row, end_column) = node.start_point, node.end_point
        return Place(self.file, row + 1, self._column(row, column), end_row + 1, self._column(end_row, end_column))

    def _column(self, row: int, column: int) -> int:
        if row not in self._starts:  # computed once per line, which may hold many values
            line = self.lines[row]
            self._starts[row] = [] if line.isascii() else [i for i, byte in enumerate(line) if byte & 0xC0 != 0x80]
        return (bisect_left(self._starts[row], column) if self._starts[row] else column) + 1


def _key_parts(node: Any) -> Iterator[Any]:
    waiting = [node]
    while waiting:
        node = waiting.pop()
        if node.type == "dotted_key":
            waiting += reversed(node.children)
        elif node.type != ".":
            yield node


def _unquote(name: str) -> str:
    return str(next(iter(tomllib.loads(f"{name} = 0"))))
