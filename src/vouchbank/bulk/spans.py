"""Check a batch of the output as arrays: its spans, and whether its segments and its offset map fit its text.

`vouchbank.tables.span_arrays` describes how spans are checked; bench/scale.md has what it costs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from vouchbank.checks.table_spans import Misplaced, PlacedTexts
from vouchbank.schema import Column, Schema
from vouchbank.tables.arrays import Texts
from vouchbank.tables.map_arrays import Maps

if TYPE_CHECKING:
    import pyarrow

_LISTS = re.compile(r"\.list\.(?:element|item)\b")


def wrong_spans(rows: pyarrow.RecordBatch, schema: Schema) -> Iterator[Misplaced]:
    """Findings on the spans of articles, from the same checks as for sources and tables.

    Args:
        rows: Rows of `articles`.
        schema: The tables.
    """
    yield from PlacedTexts(rows).misplaced(rows, schema.tables["articles"])


def span_columns(paths: Iterable[str], schema: Schema) -> list[str]:
    """The columns of a Parquet file that `wrong_spans` needs.

    Args:
        paths: The paths of its columns.
        schema: The tables.

    Example:
        >>> from vouchbank.bulk import resources
        >>> paths = ["text", "title", "entities.list.element.span.end", "entities.list.element.id"]
        >>> span_columns(paths, resources.schema())
        ['text', 'entities.list.element.span.end']
    """
    known = {".".join(steps) for steps in _spans(schema.tables["articles"].columns)}
    needed = ("article_id", "text", "map")
    return [path for path in paths if path.split(".")[0] in needed or _LISTS.sub("", path).rpartition(".")[0] in known]


def _spans(columns: Iterable[Column]) -> Iterator[tuple[str, ...]]:
    """The names that lead to each span within columns."""
    for column in columns:
        held = column.item or column
        if held.span:
            yield (column.name,)
        yield from ((column.name, *steps) for steps in _spans(held.fields))


def wrong_texts(rows: pyarrow.RecordBatch) -> Iterator[Misplaced]:
    """Articles whose text does not match its digest, segments, paragraphs or offset map.

    Args:
        rows: Rows of `articles`, with their `segments`.
    """
    text, raw = Texts(rows.column("text")), Texts(_joined(rows.column("segments")))
    stated = rows.column("text_sha256").to_pylist(), rows.column("seed_sha256").to_pylist()
    agrees = Maps(rows.column("map")).agree(raw, text) & _in_pieces(rows, raw, text)
    for row in range(rows.num_rows):
        if text.sha256(row) != stated[0][row]:
            yield Misplaced("text-file-differs", row, "text", "the text does not match its hash")
        if raw.sha256(row) != stated[1][row] or not agrees[row]:
            message = "the segments, the paragraphs or the offset map do not reproduce the seed and the text"
            yield Misplaced("seed-not-reassembled", row, "segments", message)


def _joined(segments: pyarrow.Array) -> pyarrow.Array:
    """The raw text of each article: its segments joined."""
    import numpy as np
    import pyarrow
    from pyarrow import compute

    number = compute.list_value_length(segments).fill_null(0).to_numpy(zero_copy_only=False)
    pieces = Texts(segments.flatten().field("raw_text"))
    offsets = pieces.offsets[np.concatenate([[0], np.cumsum(number)])]
    buffers = pyarrow.py_buffer(offsets.astype(np.int64)), pyarrow.py_buffer(pieces.data)
    return pyarrow.LargeStringArray.from_buffers(len(segments), *buffers)


def _in_pieces(rows: pyarrow.RecordBatch, raw: Texts, text: Texts) -> Any:
    """Which articles have no gaps between their segments, or between the paragraphs of their text."""
    import numpy as np
    from pyarrow import compute

    fits = np.ones(rows.num_rows, bool)
    for name, start, end, gap, lengths in (
        ("segments", "raw_start", "raw_end", 0, raw.lengths),
        ("paragraphs", "start", "end", 1, text.lengths),
    ):
        held = rows.column(name)
        number = compute.list_value_length(held).fill_null(0).to_numpy(zero_copy_only=False)
        owner = np.repeat(np.arange(len(held)), number)
        begin, stop = (held.flatten().field(one).fill_null(-1).to_numpy() for one in (start, end))
        first = np.concatenate([[True], owner[1:] != owner[:-1]])[: len(owner)]
        before = np.where(first, -gap, np.concatenate([[0], stop[:-1]])[: len(owner)])
        fits[owner[(begin != before + gap) | (stop < begin)]] = False
        last = np.cumsum(number) - 1
        fits &= (number > 0) & (np.concatenate([stop, [-1]])[np.maximum(last, 0)] == lengths)
    return fits
