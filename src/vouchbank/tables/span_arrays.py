"""Validate the spans of many articles at once: their words, and their offsets in the text and the raw text.

Example:
    >>> import pyarrow
    >>> from vouchbank.tables.arrays import whole
    >>> from vouchbank.schema import default_schema_folder, load_schema
    >>> span = {"start": 8, "end": 9, "text": "5"}
    >>> rows = pyarrow.Table.from_pylist([{"text": "Zoë has 4 boats", "quantities": [{"number": span}]}])
    >>> spans = list(spans_of(rows, load_schema(default_schema_folder()).tables["articles"]))
    >>> spans[0].path(0), Wrong(int(wrong(spans, Texts(whole(rows["text"])))[0][0]))
    ('quantities[0].number', <Wrong.WORDS: 4>)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntFlag
from typing import TYPE_CHECKING

from vouchbank.schema import Column, Table
from vouchbank.tables.arrays import (
    NONE,
    Cells,
    Texts,
    bytes_of,
    cells_of,
    field_of,
    not_null,
    same_bytes,
    whole_numbers,
)
from vouchbank.tables.map_arrays import Maps

if TYPE_CHECKING:
    import pyarrow

    from vouchbank.tables.arrays import Numbers

OFFSETS = ("start", "end")
RAW_OFFSETS = ("raw_start", "raw_end")


class Wrong(IntFlag):
    """What can be wrong with a span; with any of the first three, the others are not tested."""

    NO_OFFSET = 1  # one of its offsets is missing
    OUTSIDE = 2  # it is empty, turned round, or does not lie in the text
    WORDS = 4  # its words are not those at its offsets
    RAW = 8  # its raw offsets are not those to which the map leads
    CUT = 16  # it holds only part of what is one character in the raw text
    EDGE = 32  # it begins or ends with white space
    PARAGRAPHS = 64  # it extends beyond the end of a paragraph
    ORDER = 128  # it begins before the end of the fragment before it


@dataclass(frozen=True, eq=False)
class Spans(Cells):
    """All spans of one column that are not null, as arrays of equal length.

    Attributes:
        start: The start of each span, in code points; `NONE` if it is missing. The other offsets are the same.
        words: The words of each span; None if the column has no words.
        raw_start: The start of each span in the raw text; None if the column has no raw offsets.
    """

    start: Numbers
    end: Numbers
    words: pyarrow.Array | None = None
    raw_start: Numbers | None = None
    raw_end: Numbers | None = None


def spans_of(rows: pyarrow.RecordBatch | pyarrow.Table, table: Table) -> Iterator[Spans]:
    """All spans of some rows, column by column, including those inside lists and records.

    Args:
        rows: Rows of a table; columns can be missing.
        table: The table.
    """
    from pyarrow import types

    columns = filter(_holds_spans, table.columns)
    for cells in cells_of(rows, columns, lambda column: column.span):
        if types.is_struct(cells.values.type):
            yield _spans(cells)


def wrong(spans: Sequence[Spans], texts: Texts, maps: Maps | None = None, given: bool = False) -> list[Numbers]:
    """The faults of each span of each column, as flags of `Wrong`; 0 for none.

    Args:
        spans: The spans of some columns.
        texts: The texts of the spans.
        maps: The offset maps of these texts; raw offsets are not tested without a valid map.
        given: Whether the spans come from an input, which can leave out the words.
    """
    import numpy as np

    if not spans:
        return []
    owner, start, end = (np.concatenate([getattr(one, name) for one in spans]) for name in ("owner", *OFFSETS))
    found = np.zeros(len(owner), np.int64)
    known = (start != NONE) & (end != NONE)
    inside = known & (start >= 0) & (start < end) & (end <= texts.lengths[owner])
    found[~known] = Wrong.NO_OFFSET
    found[known & ~inside] = Wrong.OUTSIDE
    sound = np.flatnonzero(inside)
    owner, start, end = owner[sound], start[sound], end[sound]
    begin, stop = texts.at(owner, start), texts.at(owner, end)
    found[sound[texts.white(begin) | texts.white(texts.at(owner, end - 1))]] |= Wrong.EDGE
    found[sound[texts.line_ends(begin, stop)]] |= Wrong.PARAGRAPHS
    found[sound[~_said(spans, texts, begin, stop, sound, given)]] |= Wrong.WORDS
    if maps is not None:
        judged = maps.readable[owner] & (maps.lengths[owner] == texts.lengths[owner])
        found[sound[judged]] |= _in_raw(spans, (owner[judged], start[judged], end[judged]), sound[judged], maps)
    ends = np.cumsum([len(one.owner) for one in spans])
    split = list(zip(spans, np.split(found, ends[:-1]), np.split(inside, ends[:-1]), strict=True))
    for one, flags, there in split:
        if len(one.index) == len(one.steps):  # in a list
            follows = _same_list(one) & there[1:] & there[:-1]
            flags[1:][follows & (one.start[1:] < one.end[:-1])] |= Wrong.ORDER
    return [flags for _, flags, _ in split]


def _said(spans: Sequence[Spans], texts: Texts, begin: Numbers, stop: Numbers, sound: Numbers, given: bool) -> Numbers:
    """Whether spans have the words between two byte offsets; spans without words count as correct."""
    import numpy as np
    import pyarrow

    kind = pyarrow.large_string()
    held = [pyarrow.nulls(len(s.owner), kind) if s.words is None else s.words.cast(kind) for s in spans]
    words = pyarrow.concat_arrays(held)
    said, offsets = bytes_of(words)
    same = same_bytes((texts.data, begin, stop), (said, offsets[:-1][sound], offsets[1:][sound]))
    if words.null_count:
        stated = words.is_valid().to_numpy(zero_copy_only=False)[sound]
        may = [np.full(len(one.owner), given or one.words is None) for one in spans]
        same = (same & stated) | (~stated & np.concatenate(may)[sound])
    return np.asarray(same)


def _in_raw(spans: Sequence[Spans], at: tuple[Numbers, Numbers, Numbers], sound: Numbers, maps: Maps) -> Numbers:
    """The faults of the raw offsets of some spans."""
    import numpy as np

    owner, start, end = at
    raw_start, raw_end, exact = maps.to_raw(owner, start, end)
    found = np.zeros(len(sound), np.int64)
    for name, right in zip(RAW_OFFSETS, (raw_start, raw_end), strict=True):
        sides = [getattr(one, name) for one in spans]
        judged = np.concatenate([np.full(len(o.owner), side is not None) for o, side in zip(spans, sides, strict=True)])
        stated = np.concatenate([o.start if side is None else side for o, side in zip(spans, sides, strict=True)])
        found[judged[sound] & (stated[sound] != right)] = Wrong.RAW
    there = np.flatnonzero(exact)
    back = maps.to_text(owner[there], raw_start[there], raw_end[there])
    exact[there] = back[2] & (back[0] == start[there]) & (back[1] == end[there])
    found[~exact] |= Wrong.CUT
    return found


def _same_list(spans: Spans) -> Numbers:
    """For each span but the first, whether it is in the same list as the one before it."""
    import numpy as np

    behind = np.diff(spans.index[-1]) == 1
    for one in (spans.owner, *spans.index[:-1]):
        behind &= np.diff(one) == 0
    return np.asarray(behind)


def _holds_spans(column: Column) -> bool:
    return column.span or any(map(_holds_spans, (*column.fields, *([column.item] if column.item else ()))))


def _spans(cells: Cells) -> Spans:
    from pyarrow import types

    cells = not_null(cells)
    held = cells.values
    start, end, raw_start, raw_end = (whole_numbers(field_of(held, name)) for name in (*OFFSETS, *RAW_OFFSETS))
    names = {field.name for field in held.type}
    words = held.field("text") if "text" in names else None
    if words is not None and not (types.is_string(words.type) or types.is_large_string(words.type)):
        words = words.cast("large_string")
    raw = (raw_start, raw_end) if {*RAW_OFFSETS} <= names else (None, None)
    return Spans(cells.column, cells.steps, cells.index, cells.owner, held, start, end, words, *raw)
