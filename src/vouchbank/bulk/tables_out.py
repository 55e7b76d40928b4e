"""Files of the output: Parquet written a row group at a time, digested on the way, and renamed into place whole."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from vouchbank.writing import PREFIX

if TYPE_CHECKING:
    import pyarrow

_GROUP_BYTES = 24 * 1024**2


class Sink:
    """A file being written that knows its size and digest; once it is given up, it takes anything and keeps nothing.

    Attributes:
        size: The bytes written.
        closed: For Arrow: never.
    """

    closed = False

    def __init__(self, file: IO[bytes]) -> None:
        self._file: IO[bytes] | None = file
        self._digest = hashlib.sha256()
        self.size = 0

    @property
    def sha256(self) -> str:
        """SHA-256 of what was written, in hex."""
        return self._digest.hexdigest()

    def write(self, data: bytes) -> int:
        """Write some bytes."""
        if self._file is not None:
            self._file.write(data)
            self._digest.update(data)
            self.size += len(data)
        return len(data)

    def tell(self) -> int:
        """How many bytes were written."""
        return self.size

    def flush(self) -> None:
        """Hand what is held to the system."""
        if self._file is not None:
            self._file.flush()

    def close(self) -> None:
        """Arrow closes what it writes to; whoever opened the file does that here."""

    def give_up(self) -> None:
        """Keep nothing any more: a writer that is thrown away would still write the end of its file."""
        self._file = None


@contextmanager
def new_file(path: Path) -> Iterator[Sink]:
    """A file that takes the place of another when all is written; of a killed run the half that it left."""
    fresh = path.with_name(f"{PREFIX}new-{path.name}")
    try:
        with fresh.open("wb") as file:
            sink = Sink(file)
            try:
                yield sink
                file.flush()
            finally:
                sink.give_up()
        fresh.replace(path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise


class GroupWriter:
    """Rows written to Parquet, a row group at a time.

    Args:
        sink: Where to.
        schema: The types of the rows.
        rows: The most rows in a row group.
    """

    def __init__(self, sink: Sink, schema: pyarrow.Schema, rows: int = 10_000) -> None:
        from pyarrow import PythonFile
        from pyarrow.parquet import ParquetWriter

        self._schema, self._most = schema, rows
        self._writer = ParquetWriter(
            PythonFile(sink, mode="w"),
            schema,
            compression="zstd",
            compression_level=3,
            use_content_defined_chunking=True,
            write_page_index=True,
        )
        self._held: list[dict[str, Any]] = []
        self._size = 0

    def add(self, row: dict[str, Any], size: int = 0) -> None:
        """One more row, of about so many bytes."""
        self._held.append(row)
        self._size += size
        if len(self._held) == self._most or self._size >= _GROUP_BYTES:
            self._flush()

    def _flush(self) -> None:
        import pyarrow

        if self._held:
            self._writer.write_batch(pyarrow.RecordBatch.from_pylist(self._held, schema=self._schema))
            self._held, self._size = [], 0

    def close(self) -> None:
        """Write what is held, and the end of the file."""
        self._flush()
        self._writer.close()


def hub_features(schema: pyarrow.Schema) -> bytes:
    """What the Hub's library `datasets` keeps of types in a file; it alone takes as long to import as a shard needs.

    Example:
        >>> import pyarrow
        >>> hub_features(pyarrow.schema([("rows", pyarrow.list_(pyarrow.int16()))]))
        b'{"info": {"features": {"rows": {"feature": {"dtype": "int16", "_type": "Value"}, "_type": "List"}}}}'
    """
    return json.dumps({"info": {"features": {field.name: _feature(field.type) for field in schema}}}).encode()


def _feature(kind: Any) -> dict[str, Any]:
    if hasattr(kind, "value_type"):
        return {"feature": _feature(kind.value_type), "_type": "List"}
    if kind.num_fields:
        return {kind.field(index).name: _feature(kind.field(index).type) for index in range(kind.num_fields)}
    return {"dtype": {"double": "float64"}.get(str(kind), str(kind)), "_type": "Value"}
