"""Write tables as Parquet, the same bytes for the same rows on the same pyarrow."""

from __future__ import annotations

import json
from pathlib import Path
from typing import IO, TYPE_CHECKING

from vouchbank._version import __version__
from vouchbank.errors import needed
from vouchbank.schema import Schema, Table
from vouchbank.schema.derive import features

if TYPE_CHECKING:
    import pyarrow


def write_parquet(rows: pyarrow.Table, table: Table, schema: Schema, path: Path) -> None:
    """Write one table.

    Its file carries the Hub's features, so that ClassLabel survives without a word in the card, and its own name and
    version, so that a file alone can be told from that of another release.

    Raises:
        MissingExtraError: the library `datasets` is not installed.
    """
    with needed("writing a table"):
        metadata = features(table, schema).arrow_schema.metadata
    name = json.dumps({"table": table.name, "version": __version__})
    write_rows(rows.replace_schema_metadata({**metadata, b"vouchbank": name.encode()}), path)


def write_rows(rows: pyarrow.Table, target: Path | IO[bytes]) -> None:
    """Write rows with the metadata they carry, in the one way in which tables of this corpus are written."""
    import pyarrow.parquet

    pyarrow.parquet.write_table(
        rows,
        target,
        compression="zstd",
        compression_level=3,
        use_content_defined_chunking=True,
        write_page_index=True,
    )
