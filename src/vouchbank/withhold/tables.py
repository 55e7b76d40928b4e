"""Parquet to rows and back, the same bytes for the same rows.

What is read back from Parquet calls the items of a list `element`; what was written called them `item`, and the name is
part of the bytes. So the types are given their first names again.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from vouchbank.build.parquet import write_rows

if TYPE_CHECKING:
    import pyarrow


def read_table(data: bytes) -> pyarrow.Table:
    """The table of a Parquet file."""
    import pyarrow.parquet

    return pyarrow.parquet.read_table(pyarrow.BufferReader(data))


def table_like(table: pyarrow.Table, rows: list[dict[str, Any]]) -> pyarrow.Table:
    """Other rows with the types and the metadata of a table."""
    import pyarrow

    fields = [pyarrow.field(f.name, _as_written(f.type)) for f in table.schema]
    return pyarrow.Table.from_pylist(rows, schema=pyarrow.schema(fields, metadata=table.schema.metadata))


def written(table: pyarrow.Table) -> bytes:
    """A table as the bytes of a Parquet file."""
    target = io.BytesIO()
    write_rows(table, target)
    return target.getvalue()


def _as_written(kind: pyarrow.DataType) -> pyarrow.DataType:
    import pyarrow

    if pyarrow.types.is_list(kind):
        return pyarrow.list_(pyarrow.field("item", _as_written(kind.value_type)))
    if pyarrow.types.is_struct(kind):
        return pyarrow.struct([pyarrow.field(f.name, _as_written(f.type)) for f in kind])
    return kind
