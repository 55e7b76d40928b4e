"""Files of the output: Parquet written a row group at a time, digested on the way, and renamed into place whole."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from vouchbank.writing import PREFIX

if TYPE_CHECKING:
    import pyarrow

_GROUP_CHARACTERS = 8 * 1024**2


@contextmanager
def new_file(path: Path) -> Iterator[IO[bytes]]:
    """A file that takes the place of another when all is written; of a killed run the half that it left."""
    fresh = path.with_name(f"{PREFIX}new-{path.name}")
    try:
        with fresh.open("wb") as file:
            yield file
        fresh.replace(path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise


class GroupWriter:
    """Rows written to Parquet, a row group at a time."""

    def __init__(self, file: IO[bytes], schema: pyarrow.Schema, rows: int = 10_000) -> None:
        from pyarrow import PythonFile
        from pyarrow.parquet import ParquetWriter

        self._sink = _Digesting(file)
        self._schema, self._most = schema, rows
        self._writer = ParquetWriter(
            PythonFile(self._sink, mode="w"),
            schema,
            compression="zstd",
            compression_level=3,
            use_content_defined_chunking=True,
            write_page_index=True,
        )
        self._held: list[dict[str, Any]] = []
        self._size = 0

    def add(self, row: dict[str, Any], size: int = 0) -> None:
        """One more row, of about so many characters."""
        self._held.append(row)
        self._size += size
        if len(self._held) == self._most or self._size >= _GROUP_CHARACTERS:
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

    @property
    def sha256(self) -> str:
        """SHA-256 of the file, in hex."""
        return self._sink.digest.hexdigest()

    @property
    def size(self) -> int:
        """The bytes of the file."""
        return self._sink.size


class _Digesting:
    """A file that knows the digest of what was written to it."""

    closed = False

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self.digest, self.size = file, hashlib.sha256(), 0

    def write(self, data: bytes) -> int:
        self.digest.update(data)
        self.size += len(data)
        return self._file.write(data)

    def tell(self) -> int:
        return self.size

    def flush(self) -> None:
        self._file.flush()

    def close(self) -> None:
        self._file.flush()
