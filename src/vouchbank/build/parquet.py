"""Write tables as Parquet, the same bytes for the same rows on the same pyarrow."""

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
    """What the file of a table says of itself.

    The Hub's features, so that ClassLabel survives without a word in the card, and its own name and version, so that a
    file alone can be told from that of another release.

    Raises:
        MissingExtraError: the library `datasets` is not installed.
    """
    with needed("writing a table"):
        metadata = features(table, schema).arrow_schema.metadata
    name = json.dumps({"table": table.name, "version": __version__})
    return {**metadata, b"vouchbank": name.encode()}


def write_rows(rows: pyarrow.Table, target: Path | IO[bytes]) -> None:
    """Write rows with the metadata they carry, in the one way in which tables of this corpus are written."""
    with row_groups(rows.schema, target) as write:
        write(rows)


@contextmanager
def row_groups(schema: pyarrow.Schema, target: Path | IO[bytes]) -> Iterator[Callable[[pyarrow.Table], None]]:
    """Write a table a row group at a time, also one without rows."""
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
