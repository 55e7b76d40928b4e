"""Faults of the spans of whole tables, with the same messages as the rules on sources and on built tables.

`vouchbank.tables.span_arrays` judges all spans at once; messages are made only for the faulty ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from vouchbank.checks.layer import beyond_paragraph, only_part, out_of_order, white_edge
from vouchbank.schema import Column, Table
from vouchbank.tables.arrays import NONE, Texts, whole
from vouchbank.tables.map_arrays import Maps
from vouchbank.tables.span_arrays import Spans, Wrong, spans_of, wrong

if TYPE_CHECKING:
    import pyarrow


@dataclass(frozen=True, slots=True)
class Misplaced:
    """A faulty span.

    Attributes:
        check: The name of the check.
        row: The row that contains it, from 0.
        path: Its place in the row.
    """

    check: str
    row: int
    path: str
    message: str


class PlacedTexts:
    """The texts and offset maps of articles, against which the spans of tables are judged.

    Args:
        articles: Rows of `articles`: `article_id`, `text`, `map`.
    """

    def __init__(self, articles: pyarrow.RecordBatch | pyarrow.Table) -> None:
        self._ids, text, maps = (whole(articles.column(name)) for name in ("article_id", "text", "map"))
        self._texts, self._maps = Texts(text), Maps(maps)

    def misplaced(self, rows: pyarrow.RecordBatch | pyarrow.Table, table: Table) -> Iterator[Misplaced]:
        """The faulty spans of rows; rows of other articles are skipped.

        Args:
            rows: Rows of a table with an `article_id`, or of `articles` itself.
            table: The table.
        """
        import numpy as np
        import pyarrow.compute

        if not len(self._ids) or "article_id" not in rows.schema.names:
            return
        if table.name == "articles":
            owner = np.arange(rows.num_rows)
        else:
            owner = pyarrow.compute.index_in(whole(rows.column("article_id")), self._ids).fill_null(-1).to_numpy()
        held = list(spans_of(rows, table))
        owned = [replace(spans, owner=np.maximum(owner[spans.owner], 0)) for spans in held]
        for spans, flags in zip(held, wrong(owned, self._texts, self._maps), strict=True):
            text = owner[spans.owner]
            listed = set[tuple[int, ...]]()
            for number in np.flatnonzero((flags != 0) & (text >= 0)).tolist():
                found = Wrong(int(flags[number]))
                if found & Wrong.ORDER:  # reported once for a list
                    before = len(listed)
                    listed.add((int(spans.owner[number]), *(int(one[number]) for one in spans.index[:-1])))
                    found = found if len(listed) > before else found & ~Wrong.ORDER
                yield from _faults_of(spans, number, found, _column(table, spans.steps))


def _column(table: Table, steps: tuple[str, ...]) -> Column:
    """The column that contains the spans; in `articles`, the column of the layer."""
    column = table.column(steps[0])
    for name in steps[1:]:
        column = next(field for field in (column.item or column).fields if field.name == name)
    return column


def _faults_of(spans: Spans, number: int, flags: Wrong, column: Column) -> Iterator[Misplaced]:
    row, path = int(spans.owner[number]), spans.path(number)
    at, name = f"{int(spans.start[number])}:{int(spans.end[number])}", spans.steps[-1]
    words = spans.words[number].as_py() if spans.words is not None else None
    if flags & (Wrong.OUTSIDE | Wrong.WORDS):
        yield Misplaced("span-text-differs", row, path, f"{words!r} is not the text at {at}")
    elif flags & Wrong.RAW and spans.raw_start is not None and spans.raw_end is not None:
        raw = f"{_number(spans.raw_start[number])}:{_number(spans.raw_end[number])}"
        yield Misplaced("span-text-differs", row, path, f"the offset map does not map {words!r} at {at} to {raw}")
    if flags & Wrong.CUT and not column.hull:
        yield Misplaced("map-round-trip", row, path, only_part(str(words)))
    if flags & Wrong.PARAGRAPHS and (column.hull or not flags & Wrong.EDGE):
        yield Misplaced("span-edge", row, path, beyond_paragraph(name))
    elif flags & Wrong.EDGE:
        yield Misplaced("span-edge", row, path, white_edge(name))
    if flags & Wrong.ORDER:
        yield Misplaced("fragments-out-of-order", row, path, out_of_order(name))


def _number(value: Any) -> str:
    return "nothing" if value == NONE else str(int(value))
