"""Read the rows of a part one batch at a time, so that memory does not depend on the size of the file."""

from __future__ import annotations

from collections.abc import Iterator

from vouchbank.bulk.input_rows import InputRow
from vouchbank.bulk.json_lines import json_lines
from vouchbank.bulk.options import Options
from vouchbank.bulk.parquet_rows import parquet_rows
from vouchbank.bulk.parts import InputPart

BATCH_ARTICLES, BATCH_CHARACTERS = 256, 2 * 1024**2


def batches(part: InputPart, options: Options) -> Iterator[list[InputRow]]:
    """The rows of a part in order, in batches; a file that cannot be read to its end gives a finding."""
    read = parquet_rows if part.kind == "parquet" else json_lines
    held, size = list[InputRow](), 0
    for entry in read(part, options):
        held.append(entry)
        size += entry.given.size if entry.given else 0
        if len(held) == BATCH_ARTICLES or size >= BATCH_CHARACTERS:
            yield held
            held, size = [], 0
    if held:
        yield held
