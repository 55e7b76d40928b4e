"""The values of Arrow columns as numpy arrays, including those inside lists and records, and code points of texts.

No value becomes a Python object. Offsets are half-open and in Unicode code points; Arrow stores text as UTF-8, so code
points are found by counting the bytes that begin a character. numpy is imported inside the functions, because the
checks of sources do not need it.

Example:
    >>> import pyarrow
    >>> texts = Texts(pyarrow.array(["Zoë has 4 boats", ""]))
    >>> texts.lengths.tolist(), texts.at([0, 0, 0], [2, 3, 15]).tolist()
    ([15, 0], [2, 4, 16])
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from vouchbank.schema import Column

if TYPE_CHECKING:
    import numpy
    import pyarrow
    from numpy.typing import ArrayLike

    Numbers = numpy.ndarray[Any, numpy.dtype[Any]]

# the code points that `str.strip` removes; a test compares
WHITE = (*range(9, 14), *range(28, 33), 133, 160, 5760, *range(8192, 8203), 8232, 8233, 8239, 8287, 12288)
CONTINUES = -64  # of signed bytes, those below continue a character
NONE = -(2**63)  # a number that is not stated


@dataclass(frozen=True, eq=False)
class Cells:
    """All values of one column, field or list item in some rows, including nulls, but not values inside nulls.

    Attributes:
        column: The column in the schema.
        steps: The names in its path: `("quantities", "measured")`.
        index: For each list in the path, the positions in it: 2 and 0 for `quantities[2].measured[0]`.
        owner: The row of each value.
        values: The values.
    """

    column: Column
    steps: tuple[str, ...]
    index: tuple[Numbers, ...]
    owner: Numbers
    values: pyarrow.Array

    def path(self, number: int) -> str:
        """The path of a value within its row.

        >>> import numpy as np
        >>> from vouchbank.schema import Kind
        >>> at = (np.array([2]), np.array([0]))
        >>> Cells(Column("item", Kind.TEXT), ("quantities", "measured"), at, np.array([0]), None).path(0)
        'quantities[2].measured[0]'
        """
        at = [f"[{int(one[number])}]" for one in self.index]
        return ".".join(f"{name}{where}" for name, where in zip(self.steps, (*at, ""), strict=False))


class Texts:
    """A column of texts in which code points can be located.

    Args:
        column: Valid UTF-8 of any Arrow text type; null counts as empty.

    Attributes:
        data: The bytes of all texts.
        offsets: Where each text begins in `data`, and where the last one ends.
        lengths: The length of each text, in code points.
    """

    def __init__(self, column: pyarrow.Array) -> None:
        import numpy as np

        self.data, self.offsets = bytes_of(column)
        continuing = np.flatnonzero(self.data.view(np.int8) < CONTINUES)
        self._begun = continuing - np.arange(len(continuing))  # how many characters have begun before each of them
        first = self.offsets - np.searchsorted(continuing, self.offsets)
        self._first, self.lengths = first[:-1], np.diff(first)
        self._ends = np.flatnonzero(self.data == ord("\n"))

    def at(self, owner: ArrayLike, place: ArrayLike) -> Numbers:
        """The byte offsets of code points in `data`.

        Args:
            owner: The row of each code point's text.
            place: Its offset in that text, at most the length of the text.
        """
        import numpy as np

        character = self._first[np.asarray(owner)] + np.asarray(place)
        if not len(self._begun):
            return np.asarray(character)
        return np.asarray(character + np.searchsorted(self._begun, character, side="right"))

    def sha256(self, row: int) -> str:
        """The SHA-256 of a text in UTF-8, in hex."""
        return hashlib.sha256(self.data[self.offsets[row] : self.offsets[row + 1]].data).hexdigest()

    def line_ends(self, begin: Numbers, end: Numbers) -> Numbers:
        """Whether there is a line ending between two bytes."""
        import numpy as np

        return np.asarray(np.searchsorted(self._ends, end) > np.searchsorted(self._ends, begin))

    def white(self, begin: Numbers) -> Numbers:
        """Whether the characters at some byte offsets are white space."""
        import numpy as np

        lead = self.data[begin].astype(np.int64)
        code = np.where(lead < 0x80, lead, 0)
        for length, least, most in ((2, 0xC0, 0xDF), (3, 0xE0, 0xEF)):  # no white space takes four bytes
            number = np.flatnonzero((lead >= least) & (lead <= most))
            code[number] = lead[number] & (0x7F >> length)
            for step in range(1, length):
                code[number] = code[number] << 6 | self.data[begin[number] + step] & 63
        white = np.zeros(max(WHITE) + 2, bool)
        white[list(WHITE)] = True
        return white[np.minimum(code, len(white) - 1)]


def cells_of(
    rows: pyarrow.RecordBatch | pyarrow.Table, columns: Iterable[Column], wanted: Callable[[Column], bool]
) -> Iterator[Cells]:
    """The values in some columns, column by column; each column is followed by its items and fields.

    Args:
        rows: Rows of a table; columns that are missing or have another type are left out.
        columns: The columns to go through.
        wanted: The columns, fields and items to return; those inside other columns are returned too.
    """
    import numpy as np

    for column in columns:
        if column.name in rows.schema.names:
            held = whole(rows.column(column.name))
            yield from _cells(Cells(column, (column.name,), (), np.arange(rows.num_rows), held), wanted)


def same_bytes(one: tuple[Numbers, Numbers, Numbers], other: tuple[Numbers, Numbers, Numbers]) -> Numbers:
    """Whether ranges of bytes are equal, pair by pair.

    Args:
        one: The bytes, and the starts and ends of the ranges in them.
        other: The same, for the same number of ranges.
    """
    import numpy as np

    (data, begin, end), (said, first, last) = one, other
    length = end - begin
    same = length == last - first
    held = np.flatnonzero(same)
    length, begin, first = length[held], begin[held], first[held]
    after = np.cumsum(length)
    place = np.arange(after[-1] if len(after) else 0)
    place += np.repeat(begin - after + length, length)
    found = data[place]
    place += np.repeat(first - begin, length)
    differ = np.flatnonzero(found != said[place])
    same[held[np.searchsorted(after, differ, side="right")]] = False
    return np.asarray(same)


def _cells(cells: Cells, wanted: Callable[[Column], bool]) -> Iterator[Cells]:
    """The values of a column, and of its items and fields."""
    import numpy as np
    from pyarrow import types

    column, held = cells.column, cells.values
    if wanted(column):
        yield cells
    if column.item is not None and (types.is_list(held.type) or types.is_large_list(held.type)):
        items, parent = items_of(held)
        place = np.arange(len(items)) - np.searchsorted(parent, np.arange(len(held)))[parent]
        index = (*(one[parent] for one in cells.index), place)
        yield from _cells(Cells(column.item, cells.steps, index, cells.owner[parent], items), wanted)
    elif column.fields and types.is_struct(held.type) and any(map(wanted, _within(column))):
        there = not_null(cells)
        for field in column.fields:
            holds = field.item is not None or field.fields
            if (holds or wanted(field)) and there.values.type.get_field_index(field.name) >= 0:
                inner = replace(there, column=field, steps=(*cells.steps, field.name))
                yield from _cells(replace(inner, values=there.values.field(field.name)), wanted)


def _within(column: Column) -> Iterator[Column]:
    """The values of the items and fields of a column."""
    for one in (*column.fields, *([column.item] if column.item else ())):
        yield one
        yield from _within(one)


# --- arrays of Arrow ----------------------------------------------------------------------------------


def whole(held: pyarrow.Array | pyarrow.ChunkedArray) -> pyarrow.Array:
    """A column of a batch or a table as one array."""
    return held.combine_chunks() if hasattr(held, "combine_chunks") else held


def not_null(cells: Cells) -> Cells:
    """The values that are not null."""
    import numpy as np

    if not cells.values.null_count:
        return cells
    valid = np.flatnonzero(cells.values.is_valid().to_numpy(zero_copy_only=False))
    index = tuple(one[valid] for one in cells.index)
    return replace(cells, index=index, owner=cells.owner[valid], values=cells.values.take(valid))


def field_of(held: pyarrow.Array, name: str) -> pyarrow.Array:
    """A field of records; null if a record lacks it."""
    import pyarrow

    found = held.type.get_field_index(name) if pyarrow.types.is_struct(held.type) else -1
    return held.field(found) if found >= 0 else pyarrow.nulls(len(held), "int64")


def whole_numbers(held: pyarrow.Array) -> Numbers:
    """Integers; `NONE` for nulls and other types."""
    import numpy as np
    import pyarrow

    if not pyarrow.types.is_integer(held.type):
        return np.full(len(held), NONE)
    wide = held.cast("int64", safe=False)
    return np.asarray(wide.fill_null(NONE) if wide.null_count else wide)


def items_of(held: pyarrow.Array) -> tuple[pyarrow.Array, Numbers]:
    """The items of all lists in sequence, and the index of the list of each."""
    import numpy as np
    import pyarrow.compute

    number = np.asarray(pyarrow.compute.list_value_length(held).fill_null(0))
    return held.flatten(), np.repeat(np.arange(len(held)), number)


def bytes_of(column: pyarrow.Array) -> tuple[Numbers, Numbers]:
    """The bytes of a column of texts, and where each text begins and ends; null is empty."""
    import numpy as np
    import pyarrow

    if not pyarrow.types.is_string(column.type):
        column = column.cast("large_string")
    wide = np.int64 if pyarrow.types.is_large_string(column.type) else np.int32
    _, offsets, data = column.buffers()
    if offsets is None or not len(column):
        return np.zeros(0, np.uint8), np.zeros(len(column) + 1, np.int64)
    places = np.frombuffer(offsets, wide)[column.offset : column.offset + len(column) + 1].astype(np.int64)
    held = np.frombuffer(data, np.uint8) if data is not None else np.zeros(0, np.uint8)
    return held[places[0] : places[-1]], places - places[0]
