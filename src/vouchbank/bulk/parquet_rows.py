"""Read articles from Parquet, one batch at a time and only the columns that are needed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from vouchbank.bulk.input_rows import FACTS, IDS, InputRow, failed, of_the_system, read_record
from vouchbank.bulk.options import Options
from vouchbank.bulk.parts import InputPart
from vouchbank.bulk.resources import schema
from vouchbank.checks import inputs as faults

if TYPE_CHECKING:
    import pyarrow

_ROWS = 16  # read at once, so that even the longest articles need less than a hundred megabytes
_LONG = 2 * 1024**2  # bytes; a larger batch is read row by row
_BUFFER = 1024**2


def parquet_rows(part: InputPart, options: Options) -> Iterator[InputRow]:
    """The articles of row groups in order; a file that cannot be read to its end gives a finding."""
    import pyarrow
    import pyarrow.parquet

    row = part.row
    try:
        with pyarrow.parquet.ParquetFile(part.path, buffer_size=_BUFFER, pre_buffer=False) as file:
            known = file.schema_arrow.names
            missing = _missing(known, options)
            if missing:
                finding = faults.input_column_missing((part.name, row), missing, known)
                yield failed((part.name, row), "", finding, missing)
                return
            wanted = [name for name in known if name in _wanted(options)]
            groups = list(range(part.start, part.end))
            for batch in file.iter_batches(_ROWS, row_groups=groups, columns=wanted, use_threads=False):
                for values in _values(batch):
                    yield read_record(values, (part.name, row), options)
                    row += 1
    except (OSError, pyarrow.ArrowException, UnicodeDecodeError) as error:
        if of_the_system(error):
            raise
        at = (part.name, row)
        yield failed(at, "", faults.input_unreadable(at, str(error)))


def _values(batch: pyarrow.RecordBatch) -> Iterator[dict[str, Any]]:
    """The rows of a batch; long ones are converted one at a time."""
    step = batch.num_rows if batch.nbytes < _LONG else 1
    for start in range(0, batch.num_rows, step):
        yield from batch.slice(start, step).to_pylist()


def _wanted(options: Options) -> set[str]:
    named = {options.text, options.html, *((options.id,) if options.id else IDS)}
    return {*named, *FACTS, *(table.name for table in schema().layers), "layers", "paragraphs"}


def _missing(known: list[str], options: Options) -> str:
    """A required column that the file lacks; empty if it has them all."""
    if not any(name in known for name in ((options.id,) if options.id else IDS)):
        return options.id or IDS[0]
    return "" if {options.text, options.html} & {*known} - {""} else options.text or options.html
