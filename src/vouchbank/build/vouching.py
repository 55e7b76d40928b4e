"""What the data show, counted from the rows: who vouches, how long chains are, which labels never occur.

Example:
    >>> row = {"vouched_by": ["004-a1"]}
    >>> voucher_kind(row, {"004-a1": {"source": [{}], "source_key": "reuters"}}, {"reuters": {"named": True}})
    'named'
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from vouchbank.hints import enumerated
from vouchbank.report.markdown import code
from vouchbank.report.text import plural
from vouchbank.schema import Schema

Row = Mapping[str, Any]
Rows = Mapping[str, Sequence[Row]]
NO_READING = (
    "via",
    "by",
    "sure",
    "guidelines",
    "note",
    "suggester",
    "score",
    "vouched_by_reason",
)  # say nothing of news
KINDS = {
    "named": "a source with a name",
    "unnamed": "a source without a name",
    "unexpressed": "a source that is not expressed",
    "article": "only the article",
    "unknown": "nobody known",
}


def voucher_kind(quantity: Row, attributions: Mapping[str, Row], registry: Mapping[str, Row]) -> str:
    """Who vouches for a number, by the innermost link of its chain: one of `KINDS`."""
    chain = quantity["vouched_by"]
    if chain is None:
        return "unknown"
    if not chain:
        return "article"
    first = attributions.get(chain[0])
    if first is None or not first["source"]:
        return "unexpressed"
    row = registry.get(first["source_key"] or "")
    return "named" if row is not None and row["named"] else "unnamed"


def who_vouches(rows: Rows) -> Counter[str]:
    """How many numbers each kind of voucher has."""
    attributions = {
        row["id"]: {"source": bool(row["source"]), "source_key": row["source_key"]} for row in rows["attributions"]
    }
    registry = {row["key"]: row for row in rows["registry"]}
    return Counter(voucher_kind(row, attributions, registry) for row in rows["quantities"])


def vouching(rows: Rows) -> str:
    """How many numbers each kind of voucher has, and how many links the chains have, as a sentence."""
    counted = who_vouches(rows)
    numbers = sum(counted.values())
    if not numbers:
        return "No numbers are annotated yet."
    first, *others = [(said, counted[kind]) for kind, said in KINDS.items() if counted[kind]]
    listed = [f"{first[0]} vouches for {first[1]}", *(f"{said} for {count}" for said, count in others)]
    return f"Of the {plural(numbers, 'number')}, {enumerated(listed)}.{_depths(rows)}"


def _depths(rows: Rows) -> str:
    """How many links the chains have, and which link was counted."""
    chains = Counter(len(row["vouched_by"]) for row in rows["quantities"] if row["vouched_by"])
    if not chains:
        return ""
    if list(chains) == [1]:
        return " No chain of vouchers has more than one link."
    depths = [f"{count} with {plural(depth, 'link')}" for depth, count in sorted(chains.items())]
    return f" This counts the innermost link of each chain of vouchers: {enumerated(depths)}."


def unused_labels(schema: Schema, rows: Rows) -> Iterator[str]:
    """A line for each column with labels that no row has, then one for the fields that no row fills."""
    empty: list[str] = []
    for table in schema.layers:
        labelled = [column for column in table.columns if column.labels and column.name != "via"]
        there: dict[str, set[Any]] = {column.name: set() for column in labelled}
        filled = set[str]()
        for row in rows[table.name]:
            filled.update(name for name, value in row.items() if value not in (None, []))
            for column in labelled:
                there[column.name].add(row[column.name])
        for column in labelled:
            if never := [name for name in column.label_names if name not in there[column.name]]:
                yield f"- `{table.name}.{column.name}`: {', '.join(map(code, never))}"
        written = (c.name for c in table.columns if c.written == "optional" and c.name not in NO_READING)
        empty += [f"{table.name}.{name}" for name in written if rows[table.name] and name not in filled]
    if empty:
        yield f"- fields that no row fills: {', '.join(map(code, empty))}"
