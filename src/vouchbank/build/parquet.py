"""Write tables as Parquet: the same rows and the same version of pyarrow give the same bytes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

from vouchbank._version import __version__
from vouchbank.errors import needed
from vouchbank.schema import Schema, Table
from vouchbank.schema.derive import features

if TYPE_CHECKING:
    import pyarrow


def own_metadata(table: Table, schema: Schema) -> dict[bytes, bytes]:
    """The metadata in the file of a table.

    It has the Hub's features, so that ClassLabel survives without an entry in the card, and the table's name and
    version, so that a single file shows which release it belongs to.

    Raises:
        MissingExtraError: the library `datasets` is not installed.
    """
    with needed("writing a table"):
        metadata = features(table, schema).arrow_schema.metadata
    name = json.dumps({"table": table.name, "version": __version__})
    return {**metadata, b"vouchbank": name.encode()}


def write_rows(rows: pyarrow.Table, target: Path | IO[bytes]) -> None:
    """Write rows with their metadata, in the form of all tables of this corpus."""
    with row_groups(rows.schema, target) as write:
        write(rows)


@contextmanager
def row_groups(schema: pyarrow.Schema, target: Path | IO[bytes]) -> Iterator[Callable[[pyarrow.Table], None]]:
    """Write a table one row group at a time; it may have no rows."""
    import pyarrow.parquet

    with pyarrow.parquet.ParquetWriter(
        target,
        schema,
        compression="zstd",
        compression_level=3,
        use_content_defined_chunking=True,
        write_page_index=True,
    ) as writer:
        yield lambda rows: writer.write_table(rows.replace_schema_metadata(schema.metadata))
