"""Tables in Parquet files, read one batch of rows at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, overload

BATCH = 1024
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ParquetTable:
    """A table in a Parquet file; its rows are never kept in memory.

    Attributes:
        path: The file.
        columns: The columns to read; None for all.
    """

    path: Path
    columns: tuple[str, ...] | None = None

    @property
    def num_rows(self) -> int:
        """The number of rows."""
        import pyarrow.parquet

        return int(pyarrow.parquet.read_metadata(self.path).num_rows)

    def select(self, columns: Sequence[str]) -> ParquetTable:
        """The same table, restricted to some columns."""
        return ParquetTable(self.path, tuple(columns))

    def to_pylist(self) -> Sequence[Row]:
        """Its rows, read from the file on every iteration."""
        return ParquetRows(self)


@dataclass(frozen=True, slots=True)
class ParquetRows(Sequence[Row]):
    """The rows of a table in a Parquet file."""

    table: ParquetTable

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


def parquet_tables(folder: Path, names: Sequence[str]) -> Mapping[str, ParquetTable]:
    """The tables of a built corpus, by name."""
    return {name: ParquetTable(folder / "data" / f"{name}.parquet") for name in names}
