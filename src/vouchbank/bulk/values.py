"""Check the values of many articles against the schema at once: labels, patterns, minimums, references, ids.

An article of the output may have any printable id, such as a URL, so the pattern of ids is not checked. References to
an article or to its annotations must lead to an existing id.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

from vouchbank.checks.built import wrong_value
from vouchbank.checks.table_spans import Misplaced
from vouchbank.schema import Column, Kind, Schema
from vouchbank.tables.arrays import Cells, cells_of

if TYPE_CHECKING:
    import pyarrow

REQUIRED = "must not be empty"


def wrong_values(rows: pyarrow.RecordBatch, schema: Schema) -> Iterator[Misplaced]:
    """Values that the schema does not allow, and references to missing ids.

    Args:
        rows: Rows of the output.
        schema: Its tables.
    """
    found = list(cells_of(rows, columns(schema), lambda _: True))
    ids = {cells.steps[0]: cells for cells in found if cells.column.name == "id" and len(cells.steps) == 2}
    for cells in found:
        check = "nested-values" if len(cells.steps) > 1 or cells.index else "table-values"
        for number, message in _of_column(cells, free_forms(schema)):
            yield Misplaced(check, int(cells.owner[number]), cells.path(number), message)
        for number, message in _references(cells, rows.column("article_id"), ids):
            yield Misplaced("reference-without-row", int(cells.owner[number]), cells.path(number), message)
    for cells in ids.values():
        for number in _twice(cells):
            message = f"duplicate id {cells.values[number].as_py()!r}"
            yield Misplaced("nested-values", int(cells.owner[number]), cells.path(number), message)


@cache
def columns(schema: Schema) -> tuple[Column, ...]:
    """The columns of an article of the output: the published ones, and `segments`."""
    segments = schema.tables["segments"]
    fields = tuple(column for column in segments.columns if column.name != "article_id")
    item = Column("item", Kind.RECORD, nullable=False, fields=fields)
    return (*schema.tables["articles"].columns, Column("segments", Kind.LIST, nullable=False, item=item))


@cache
def free_forms(schema: Schema) -> frozenset[str]:
    """The patterns of the ids of articles and annotations in a corpus."""
    layers = (table.column("id") for table in schema.layers)
    return frozenset(column.pattern for column in (schema.tables["articles"].column("article_id"), *layers))


def _of_column(cells: Cells, free: frozenset[str]) -> Iterator[tuple[int, str]]:
    """The values that a column does not allow, each with its index."""
    import numpy as np

    column, values = cells.column, cells.values
    if not column.nullable and values.null_count:
        for number in np.flatnonzero(values.is_null().to_numpy(zero_copy_only=False)).tolist():
            yield number, REQUIRED
    if column.pattern in free or not len(values):
        return
    for number in _suspects(column, values).tolist():
        if wrong := wrong_value(column, values[number].as_py()):
            yield number, wrong


def _suspects(column: Column, values: pyarrow.Array) -> Any:
    """The indices of values that may be wrong: all wrong ones, and possibly some valid ones."""
    import numpy as np
    import pyarrow
    from pyarrow import compute

    sound = []
    if column.labels:
        sound.append(compute.is_in(values, pyarrow.array(column.label_names, values.type)))
    if column.pattern:
        try:
            sound.append(compute.match_substring_regex(values, f"^(?:{column.pattern})$"))
        except pyarrow.ArrowInvalid:  # a pattern that Arrow does not support
            return np.flatnonzero(values.is_valid().to_numpy(zero_copy_only=False))
    if column.kind is Kind.NUMBER:
        sound.append(compute.is_finite(values))
    if column.minimum is not None:
        sound.append(compute.greater_equal(values, math.ceil(column.minimum)))
    wrong = np.zeros(len(values), bool)
    for one in sound:
        wrong |= ~one.fill_null(True).to_numpy(zero_copy_only=False)
    return np.flatnonzero(wrong & values.is_valid().to_numpy(zero_copy_only=False))


def _references(cells: Cells, articles: pyarrow.Array, ids: dict[str, Cells]) -> Iterator[tuple[int, str]]:
    """References to missing ids. References to the registry, which is not in the articles, are not checked."""
    import numpy as np
    import pyarrow
    from pyarrow import compute

    targets, values = cells.column.references, cells.values
    if not targets or not len(values):
        return
    if targets == ("articles",):
        known = compute.equal(values, articles.take(pyarrow.array(cells.owner)))
    elif all(name in ids for name in targets):
        known = compute.is_in(values, pyarrow.concat_arrays([ids[name].values for name in targets]))
    else:
        return
    lost = ~known.fill_null(True).to_numpy(zero_copy_only=False) & values.is_valid().to_numpy(zero_copy_only=False)
    for number in np.flatnonzero(lost).tolist():
        yield number, f"no such id in {' or '.join(targets)}: {values[number].as_py()!r}"


def _twice(cells: Cells) -> Iterator[int]:
    """The ids that their article has more than once; every occurrence but the first."""
    import numpy as np

    code = cells.values.dictionary_encode().indices.fill_null(-1).to_numpy(zero_copy_only=False)
    both = cells.owner.astype(np.int64) * (len(code) + 1) + code
    first = np.unique(both, return_index=True)[1]
    again = np.ones(len(both), bool)
    again[first] = False
    yield from np.flatnonzero(again & (code >= 0)).tolist()
