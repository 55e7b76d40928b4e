"""The logical digest of a table: equal for equal rows, whichever pyarrow wrote the file."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow


def digest_of(table: pyarrow.Table) -> dict[str, Any]:
    """What digests.json says of a table: the number of its rows and their digest."""
    return {"rows": table.num_rows, "sha256": logical_digest(table)}


def logical_digest(table: pyarrow.Table) -> str:
    """SHA-256 of the rows in canonical JSON, one per line: equal on every pyarrow and every machine.

    Canonical: keys in column order, no spaces, nulls written, floats as Python's shortest form, UTF-8.
    """
    digest = hashlib.sha256()
    for batch in table.to_batches(max_chunksize=1024):
        for row in batch.to_pylist():
            line = json.dumps(row, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
            digest.update(f"{line}\n".encode())
    return digest.hexdigest()
