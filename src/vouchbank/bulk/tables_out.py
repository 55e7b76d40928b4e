"""Write the files of the output: Parquet, one row group at a time, hashed while writing, then renamed into place."""

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
    """A file being written that knows its size and digest; after `give_up`, it ignores what is written to it.

    Attributes:
        size: The number of bytes written.
        closed: Always false; Arrow asks for it.
    """

    closed = False

    def __init__(self, file: IO[bytes]) -> None:
        self._file: IO[bytes] | None = file
        self._digest = hashlib.sha256()
        self.size = 0

    @property
    def sha256(self) -> str:
        """SHA-256 of the bytes written, in hex."""
        return self._digest.hexdigest()

    def write(self, data: bytes) -> int:
        """Write some bytes."""
        if self._file is not None:
            self._file.write(data)
            self._digest.update(data)
            self.size += len(data)
        return len(data)

    def tell(self) -> int:
        """The number of bytes written."""
        return self.size

    def flush(self) -> None:
        """Pass buffered bytes to the system."""
        if self._file is not None:
            self._file.flush()

    def close(self) -> None:
        """Do nothing: Arrow calls this, but `new_file` closes the file."""

    def give_up(self) -> None:
        """Ignore further writes: an abandoned Parquet writer would still write its footer."""
        self._file = None


@contextmanager
def new_file(path: Path) -> Iterator[Sink]:
    """A new file that replaces the one at `path`, or one that a killed run left unfinished, when it is complete."""
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
    """Writes rows to Parquet, one row group at a time.

    Args:
        sink: The file to write to.
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
        """Add a row of approximately `size` bytes."""
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
        """Write the remaining rows and the end of the file."""
        self._flush()
        self._writer.close()


def hub_features(schema: pyarrow.Schema) -> bytes:
    """The metadata that the library `datasets` reads from a file.

    It is made without that library, whose import takes as long as making a shard.

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
