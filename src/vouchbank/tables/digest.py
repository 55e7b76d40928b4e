"""The logical digest of a table: equal for equal rows, whichever pyarrow wrote the file."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow


def digest_of(table: pyarrow.Table) -> dict[str, Any]:
    """What digests.json says of a table: the number of its rows and their digest."""
    digest = RowDigest()
    digest.add(table)
    return digest.said()


def logical_digest(table: pyarrow.Table) -> str:
    """SHA-256 of the rows in canonical JSON, one per line: equal on every pyarrow and every machine.

    Canonical: keys in column order, no spaces, nulls written, floats as Python's shortest form, UTF-8.
    """
    return str(digest_of(table)["sha256"])


class RowDigest:
    """The digest of a table that comes in parts."""

    def __init__(self) -> None:
        self._rows = 0
        self._digest = hashlib.sha256()

    def add(self, part: pyarrow.Table) -> None:
        """Go on with the next rows."""
        self._rows += part.num_rows
        for batch in part.to_batches(max_chunksize=1024):
            for row in batch.to_pylist():
                line = json.dumps(row, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
                self._digest.update(f"{line}\n".encode())

    def said(self) -> dict[str, Any]:
        """What digests.json says of the table."""
        return {"rows": self._rows, "sha256": self._digest.hexdigest()}
