"""Digests of tables that are equal for equal rows, whichever version of pyarrow wrote the file."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow


def digest_of(table: pyarrow.Table) -> dict[str, Any]:
    """The entry of a table in digests.json: the number of its rows and their digest."""
    digest = RowDigest()
    digest.add(table)
    return digest.said()


def logical_digest(table: pyarrow.Table) -> str:
    """SHA-256 of the rows in canonical JSON, one per line; equal for every version of pyarrow and every machine.

    In canonical JSON, keys are in column order, there are no spaces, nulls are written, floats have Python's shortest
    form, and the encoding is UTF-8.
    """
    return str(digest_of(table)["sha256"])


class RowDigest:
    """Computes the digest of a table in parts."""

    def __init__(self) -> None:
        self._rows = 0
        self._digest = hashlib.sha256()

    def add(self, part: pyarrow.Table) -> None:
        """Add the next rows."""
        self._rows += part.num_rows
        for batch in part.to_batches(max_chunksize=1024):
            for row in batch.to_pylist():
                line = json.dumps(row, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
                self._digest.update(f"{line}\n".encode())

    def said(self) -> dict[str, Any]:
        """The entry of the table in digests.json."""
        return {"rows": self._rows, "sha256": self._digest.hexdigest()}
