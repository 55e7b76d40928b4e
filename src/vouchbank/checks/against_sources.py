"""Compare the built tables with the rows that the sources produce, and with each other.

`differs_from_sources` produces the rows again with the functions of the build, article by article, and compares every
value; only this rule needs the sources. `nested_rows_differ` needs only the tables.

Example:
    >>> list(differences({"lower": 4, "upper": None}, {"lower": 4.0, "upper": 5.0}))
    [Difference(column='upper', expected=None, found=5.0)]
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any, NamedTuple

from vouchbank.checks.read_back import JudgedTables
from vouchbank.checks.rule import Faults, rule
from vouchbank.findings import Fault, Level
from vouchbank.schema import Kind, Table
from vouchbank.tables.make import article_tables
from vouchbank.tables.rows import Row, corpus_rows
from vouchbank.tables.shared import Shared

SHOWN = 60


class Difference(NamedTuple):
    """A difference between two rows: the path of the value, the expected value and the value found."""

    column: str
    expected: Any
    found: Any

    def __str__(self) -> str:
        return f"{self.column}: expected {shown(self.expected, self.found)}, found {shown(self.found, self.expected)}"


@rule(level=Level.SOURCES)
def differs_from_sources(tables: JudgedTables) -> Faults:
    """A row differs from what the sources produce.

    The rows are produced again from seeds/ and annotations/, as in the build, and every value is compared. This check
    runs only if the sources are available and have no errors: a download has only the tables.
    """
    if tables.sources is None:
        return
    made: dict[str, list[Row]] = {name: [] for name in tables.schema.tables}
    shared = Shared.of(tables.sources)
    for article in map(tables.sources.article, tables.source_ids):
        for name, rows in article_tables(article, tables.schema, shared).items():
            made[name] += rows
    for table in tables.schema.corpus_tables if tables.first else ():
        made[table.name] = corpus_rows(tables.sources, table)
    for name, found in tables.judged.items():
        yield from _compared(tables, tables.schema.tables[name], made[name], found)


@rule(level=Level.ACROSS)
def nested_rows_differ(tables: JudgedTables) -> Faults:
    """The rows of a layer nested in an article, or their number, differ from the table of that layer."""
    layers = {one.name: _by_article(tables, one.name) for one in tables.schema.layers if one.name in tables.rows}
    for index, row in enumerate(tables.rows.get("articles", ())):
        for name, rows in layers.items():
            own = rows.get(row["article_id"], [])
            for place, (made, found) in enumerate(zip_longest(own, row[name] or ()) if name in row else ()):
                for one in differences(made, found, f"{name}.{place}"):
                    yield tables.at_row("articles", index, f"{one} (expected from the table {name})")
            stated = [entry["annotations"] or 0 for entry in row["layers"] or () if entry["layer"] == name]
            if stated != [len(own)]:
                message = f"layers: the table {name} has {len(own)} annotations, but here the count is {shown(stated)}"
                yield tables.at_row("articles", index, message)


def differences(made: Any, found: Any, path: str = "") -> Iterator[Difference]:
    """The differences between an expected value and the value read from a table, each with its path."""
    if made == found:
        return
    if isinstance(made, dict) and isinstance(found, dict):
        for name, value in found.items():
            yield from differences(made.get(name), value, f"{path}.{name}".strip("."))
    elif isinstance(made, list) and isinstance(found, list) and len(made) == len(found):
        for index, (one, other) in enumerate(zip(made, found, strict=True)):
            yield from differences(one, other, f"{path}.{index}")
    else:
        yield Difference(path, made, found)


def shown(value: Any, other: Any = None) -> str:
    """A value for a message, shortened; a long text starts shortly before it differs from the other value."""
    if isinstance(value, str) and isinstance(other, str) and len(value) > SHOWN:
        same = next((i for i, (a, b) in enumerate(zip_longest(value, other)) if a != b), 0)
        value = "…" * (same > SHOWN // 3) + value[max(0, same - SHOWN // 3) :]
    literal = repr(value)
    return literal if len(literal) <= SHOWN + 2 else f"{literal[:SHOWN]}…"


def _compared(tables: JudgedTables, table: Table, made: Sequence[Row], found: Sequence[Row]) -> Iterator[Fault]:
    """The faults of the rows of a table: wrong values, extra or missing rows, or the wrong order."""
    wanted, held = ([_identity(table, row) for row in rows] for rows in (made, found))
    left = {key: place for place, key in enumerate(wanted)}
    pairs = [left.pop(key, None) if [key] == wanted[place : place + 1] else None for place, key in enumerate(held)]
    pairs = [left.pop(key, None) if place is None else place for place, key in zip(pairs, held, strict=True)]
    lacking = iter(sorted(left.values()))  # a row with an unexpected id is compared with a missing one
    pairs = [next(lacking, None) if place is None else place for place in pairs]
    for index, (place, row) in enumerate(zip(pairs, found, strict=True)):
        if place is None:
            yield tables.at_row(table.name, index, f"{_identified(table, row)}: found a row that is not expected")
        else:
            for one in differences(made[place], row):
                yield tables.at_row(table.name, index, f"{one} ({_identified(table, made[place])})")
    for place in lacking:
        message = f"{_identified(table, made[place])}: expected a row that was not found"
        yield tables.fault(f"data/{table.name}.parquet", tables.start(table.name) + place, message)
    placed = [(index, place) for index, place in enumerate(pairs) if place is not None]
    for (index, place), right in zip(placed, sorted(place for _, place in placed), strict=True):
        if place != right:
            message = f"expected {_identified(table, made[right])} here, found {_identified(table, found[index])}"
            yield tables.at_row(table.name, index, f"the rows are in the wrong order: {message}")
            return


def _key(table: Table) -> tuple[str, ...]:
    """The columns that identify a row: its id or key; otherwise the article and the number in it."""
    if table.key or "id" in table.names:
        return (table.key or "id",)
    return ("article_id", *[column.name for column in table.columns if column.kind is Kind.INTEGER][:1])


def _identity(table: Table, row: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(row[name] for name in _key(table))


def _identified(table: Table, row: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {row[name]!r}" for name in _key(table))


def _by_article(tables: JudgedTables, name: str) -> Mapping[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in tables.rows[name]:
        found.setdefault(row["article_id"], []).append(row)
    return found
