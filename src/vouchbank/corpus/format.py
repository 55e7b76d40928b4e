r"""The canonical form of annotation files: order, spacing and quoting.

Formatting changes no value and keeps every comment, and formatting twice changes nothing more. Records are in reading
order, so annotators who work in different places of an article cause no merge conflicts.

Example:
    >>> from vouchbank.toml.reader import read_toml
    >>> from vouchbank.schema import default_schema_folder, load_schema
    >>> document = read_toml(b'[p3]\ne6={type="ORG",  q="Reuters"} # who\n', "entities.toml")
    >>> print(format_layer(document, load_schema(default_schema_folder()), "entities", {}), end="")
    [p3]
    e6 = { q = "Reuters", type = "ORG" }  # who
"""

from __future__ import annotations

import datetime
import json
import math
import re
from collections.abc import Iterable, Mapping
from typing import Any

from vouchbank.corpus.ids import LOCAL_ID, PARAGRAPH
from vouchbank.schema import Schema, Table
from vouchbank.schema.source import FILE_FIELDS
from vouchbank.spans import Span
from vouchbank.toml.reader import NO_ID, Document
from vouchbank.toml.walk import Path

WIDTH = 110
FRAGMENT_KEYS = 3  # tables with more keys than a fragment are rows, written one per line
_BARE = re.compile(r"[A-Za-z0-9_-]+\Z", re.ASCII)


def format_layer(document: Document, schema: Schema, file: str, first: Mapping[Path, Span | None]) -> str:
    """The canonical text of `annotations/<article>/<file>.toml`.

    Args:
        document: The file, read without faults.
        schema: Gives the order of fields and the layout of each layer.
        file: The name of the layer file, without `.toml`.
        first: For each annotation (its section and its id), the span that orders it (see `Annotation.first`); records
            without one stay after the record before them.
    """
    comments = _Comments(document)
    out = _Writer(comments)
    sections = {k: v for k, v in document.values.items() if isinstance(v, dict)}
    header = {k: v for k, v in document.values.items() if k not in sections}
    for key in _ordered(header, FILE_FIELDS):
        out.pair((key,), header[key])
    for paragraph in sorted(sections, key=_paragraph_order):
        _section(out, paragraph, sections[paragraph], schema, file, first)
    return out.finish()


def format_corpus(table: Table, document: Document) -> str:
    """The canonical text of `annotations/<file>.toml`: one section per record, sorted by key."""
    out = _Writer(_Comments(document))
    sections = {k: v for k, v in document.values.items() if isinstance(v, dict)}
    for key in _ordered([k for k in document.values if k not in sections], FILE_FIELDS):
        out.pair((key,), document.values[key])
    for key in sorted(sections):
        out.table((key,), sections[key], _field_order(table))
    return out.finish()


def _section(
    out: _Writer,
    paragraph: str,
    records: Mapping[str, Any],
    schema: Schema,
    file: str,
    first: Mapping[Path, Span | None],
) -> None:
    """Write one paragraph: first the records on one line, then those in sections, each kind in reading order."""
    lines: list[str] = []
    tables: list[str] = []
    for name in records:
        table = _table_of(schema, file, name)
        whole = isinstance(records[name], dict) and table is not None and table.layout == "table"
        (tables if whole else lines).append(name)
    # each kind is ordered separately, as it is written; otherwise a second run might change the order
    lines, tables = _reading_order(paragraph, lines, first), _reading_order(paragraph, tables, first)
    if lines or not tables or out.comments.has((paragraph,)):
        out.heading((paragraph,))
    for name in lines:
        out.pair((paragraph, name), records[name], _field_order(_table_of(schema, file, name)))
    for name in tables:
        out.table((paragraph, name), records[name], _field_order(_table_of(schema, file, name)))


def _reading_order(paragraph: str, records: Iterable[str], first: Mapping[Path, Span | None]) -> list[str]:
    at, keyed = (-1, 0), []
    for position, name in enumerate(records):
        span = first.get((paragraph, name))
        at = (span.start, -span.end) if span else at
        keyed.append((at, position if span is None else -1, name_order(name), name))
    return [name for *_, name in sorted(keyed)]


def literal(value: Any) -> str:
    """A value in canonical TOML."""
    return _value(value)


def name_order(name: str) -> tuple[str, int, str]:
    """A sort key that puts `e2` before `e10`."""
    match = LOCAL_ID.match(name)
    return (match[1], int(match[2]), "") if match else ("", 0, name)


def _paragraph_order(name: str) -> tuple[bool, int, str]:
    return (False, int(name[1:]), "") if PARAGRAPH.match(name) else (True, 0, name)


def _table_of(schema: Schema, file: str, name: str) -> Table | None:
    match = LOCAL_ID.match(name) or NO_ID.match(name)
    return schema.by_prefix(file, match[1]) if match else None


def _field_order(table: Table | None) -> tuple[str, ...]:
    if table is None:
        return ()
    return ("q", "n", *table.names) if table.own_span else table.names


def _ordered(keys: Iterable[str], order: tuple[str, ...]) -> list[str]:
    given = list(keys)
    return [k for k in order if k in given] + [k for k in given if k not in order]


class _Comments:
    """The comments of a file by their keys; each is returned once."""

    def __init__(self, document: Document) -> None:
        self._leading: dict[Path, list[str]] = {}
        self._trailing: dict[Path, list[str]] = {}
        for comment in document.comments:
            into = self._trailing if comment.trailing else self._leading
            into.setdefault(comment.owner, []).append(comment.text.rstrip())
        self._below: dict[Path, list[tuple[dict[Path, list[str]], Path]]] = {}
        for held in (self._leading, self._trailing):
            for owner in held:
                for length in range(len(owner)):
                    self._below.setdefault(owner[:length], []).append((held, owner))

    def has(self, path: Path) -> bool:
        return path in self._leading or path in self._trailing

    def leading(self, path: Path) -> list[str]:
        return self._leading.pop(path, [])

    def trailing(self, path: Path) -> list[str]:
        return self._trailing.pop(path, [])

    def below(self, path: Path) -> list[str]:
        """All comments of keys inside `path` that have no lines of their own."""
        return [text for held, owner in self._below.get(path, ()) for text in held.pop(owner, [])]

    def rest(self) -> list[str]:
        return self.below(()) + self.leading(())


class _Writer:
    """Writes lines, each with its comments."""

    def __init__(self, comments: _Comments) -> None:
        self.comments = comments
        self._lines: list[str] = []

    def heading(self, path: Path) -> None:
        if self._lines:
            self._lines.append("")
        self._write(path, f"[{'.'.join(_key(str(p)) for p in path)}]", [])

    def table(self, path: Path, values: Mapping[str, Any], order: tuple[str, ...]) -> None:
        self.heading(path)
        for key in _ordered(values, order):
            self.pair((*path, key), values[key])

    def pair(self, path: Path, value: Any, order: tuple[str, ...] = ()) -> None:
        inner = self.comments.below(path)
        self._write(path, f"{_key(str(path[-1]))} = {_value(value, order, WIDTH - len(str(path[-1])) - 3)}", inner)

    def finish(self) -> str:
        rest = self.comments.rest()
        if rest and self._lines:
            self._lines.append("")
        self._lines += rest
        return "\n".join(self._lines) + "\n" if self._lines else ""

    def _write(self, path: Path, line: str, inner: list[str]) -> None:
        leading, trailing = self.comments.leading(path) + inner, self.comments.trailing(path)
        if len(trailing) > 1:
            leading, trailing = leading + trailing[:-1], trailing[-1:]
        self._lines += leading
        self._lines.append(line + "".join(f"  {comment}" for comment in trailing))


def _value(value: Any, order: tuple[str, ...] = (), width: int = WIDTH) -> str:
    if isinstance(value, dict):
        pairs = ", ".join(f"{_key(k)} = {_value(value[k])}" for k in _ordered(value, order))
        return f"{{ {pairs} }}" if pairs else "{}"
    if isinstance(value, list):
        items = [_value(item) for item in value]
        line = f"[{', '.join(items)}]"
        rows = any(isinstance(item, dict) and len(item) > FRAGMENT_KEYS for item in value)
        if len(line) <= width and not rows:
            return line
        return "[\n" + "".join(f"  {item},\n" for item in items) + "]"
    return _scalar(value)


def _scalar(value: Any) -> str:
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return str(value)


def _string(value: str) -> str:
    literal = ('"' in value or "\\" in value) and "'" not in value
    if literal and all(c == "\t" or (c >= " " and c != "\x7f") for c in value):
        return f"'{value}'"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")


def _key(key: str) -> str:
    return key if _BARE.match(key) else _string(key)


def same_values(a: Any, b: Any) -> bool:
    """Whether two TOML values are equal; NaN equals NaN, and 1 differs from 1.0 and true."""
    if type(a) is not type(b):
        return False
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(same_values(a[k], b[k]) for k in a)
    if isinstance(a, list):
        return len(a) == len(b) and all(map(same_values, a, b))
    return bool(a == b) or (isinstance(a, float) and math.isnan(a) and math.isnan(b))
