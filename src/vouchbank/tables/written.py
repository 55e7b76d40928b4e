"""Tables as they stand in files, read a row group at a time whenever somebody goes through their rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, overload

BATCH = 1024
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class WrittenTable:
    """A table in a Parquet file; nothing of it is kept.

    Attributes:
        path: The file.
        columns: The columns that are read; all of them if None.
    """

    path: Path
    columns: tuple[str, ...] | None = None

    @property
    def num_rows(self) -> int:
        """How many rows it has."""
        import pyarrow.parquet

        return int(pyarrow.parquet.read_metadata(self.path).num_rows)

    def select(self, columns: Sequence[str]) -> WrittenTable:
        """The same table with some columns only."""
        return WrittenTable(self.path, tuple(columns))

    def to_pylist(self) -> Sequence[Row]:
        """Its rows, read anew each time that somebody goes through them."""
        return WrittenRows(self)


@dataclass(frozen=True, slots=True)
class WrittenRows(Sequence[Row]):
    """The rows of a written table."""

    table: WrittenTable

    def __len__(self) -> int:
        return self.table.num_rows

    def __iter__(self) -> Iterator[Row]:
        import pyarrow.parquet

        with pyarrow.parquet.ParquetFile(self.table.path) as file:
            for batch in file.iter_batches(BATCH, columns=self.table.columns and list(self.table.columns)):
                yield from batch.to_pylist()

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Row]: ...
    def __getitem__(self, index: int | slice) -> Row | Sequence[Row]:
        return list(self)[index]


def written_tables(folder: Path, names: Sequence[str]) -> Mapping[str, WrittenTable]:
    """The tables of a built corpus, by name."""
    return {name: WrittenTable(folder / "data" / f"{name}.parquet") for name in names}
