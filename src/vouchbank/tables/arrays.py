"""Spans of many articles judged at once, as arrays: the words at their offsets, and their places in the raw text.

Nothing becomes a Python object but what is wrong. Offsets are half-open, in Unicode code points, as everywhere; the
texts stand in Arrow's buffers as UTF-8, so a code point is found by counting bytes that do not continue a character.
numpy comes with pyarrow's readers, not with the checks of sources: it is imported inside the functions.

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
from enum import IntFlag
from typing import TYPE_CHECKING, Any

from vouchbank.schema import Column, Table

if TYPE_CHECKING:
    import numpy
    import pyarrow
    from numpy.typing import ArrayLike

    Numbers = numpy.ndarray[Any, numpy.dtype[Any]]

# What `str.strip` takes away, as code points; a test compares.
WHITE = (*range(9, 14), *range(28, 33), 133, 160, 5760, *range(8192, 8203), 8232, 8233, 8239, 8287, 12288)
CONTINUES = -64  # of signed bytes, those below continue a character
OFFSETS = ("start", "end")
RAW_OFFSETS = ("raw_start", "raw_end")


class Wrong(IntFlag):
    """What may be wrong with a span; the first three keep the others from being judged."""

    NO_OFFSET = 1  # one of its offsets is missing
    OUTSIDE = 2  # it is empty, turned round, or does not lie in the text
    WORDS = 4  # its words are not those at its offsets
    RAW = 8  # its raw offsets are not those to which the map leads
    CUT = 16  # it holds only part of what is one character in the raw text
    EDGE = 32  # it begins or ends with white space
    PARAGRAPHS = 64  # it extends beyond the end of a paragraph
    ORDER = 128  # it begins before the end of the fragment before it


@dataclass(frozen=True, eq=False)
class Cells:
    """All values of one column, field or kind of item that rows hold; nulls count, what is within nulls does not.

    Attributes:
        column: What the schema says of them.
        steps: The names that lead there: `("quantities", "measured")`.
        index: For each list on the way the positions in it; of `quantities[2].measured[0]` 2 and 0.
        owner: For each value its row.
        values: The values.
    """

    column: Column
    steps: tuple[str, ...]
    index: tuple[Numbers, ...]
    owner: Numbers
    values: pyarrow.Array

    def path(self, number: int) -> str:
        """The path of one of the values within its row.

        >>> import numpy as np
        >>> from vouchbank.schema import Kind
        >>> at = (np.array([2]), np.array([0]))
        >>> Cells(Column("item", Kind.TEXT), ("quantities", "measured"), at, np.array([0]), None).path(0)
        'quantities[2].measured[0]'
        """
        at = [f"[{int(one[number])}]" for one in self.index]
        return ".".join(f"{name}{where}" for name, where in zip(self.steps, (*at, ""), strict=False))


@dataclass(frozen=True, eq=False)
class Spans(Cells):
    """All spans of one column that are there, as arrays of the same length.

    Attributes:
        start: Where each begins, in code points; `NONE` if that is not stated. So are the others.
        words: Its words; None if the column holds no words.
        raw_start: Where it begins in the raw text; None if the column holds no raw offsets.
    """

    start: Numbers
    end: Numbers
    words: pyarrow.Array | None = None
    raw_start: Numbers | None = None
    raw_end: Numbers | None = None


class Texts:
    """A column of texts, with the places of its code points.

    Args:
        column: Valid UTF-8, of any of Arrow's types of text; null counts as empty.

    Attributes:
        data: The bytes of all of them.
        offsets: Where each begins in `data`, and at last the end.
        lengths: The length of each text, in code points.
    """

    def __init__(self, column: pyarrow.Array) -> None:
        import numpy as np

        self.data, self.offsets = _bytes(column)
        continuing = np.flatnonzero(self.data.view(np.int8) < CONTINUES)
        self._begun = continuing - np.arange(len(continuing))  # how many characters have begun before each of them
        first = self.offsets - np.searchsorted(continuing, self.offsets)
        self._first, self.lengths = first[:-1], np.diff(first)
        self._ends = np.flatnonzero(self.data == ord("\n"))

    def at(self, owner: ArrayLike, place: ArrayLike) -> Numbers:
        """Where code points stand in `data`: the first of each is at the byte that is returned.

        Args:
            owner: For each the row of its text.
            place: For each its place in that text, up to the length of the text.
        """
        import numpy as np

        character = self._first[np.asarray(owner)] + np.asarray(place)
        if not len(self._begun):
            return np.asarray(character)
        return np.asarray(character + np.searchsorted(self._begun, character, side="right"))

    def sha256(self, row: int) -> str:
        """The digest of a text in UTF-8, in hex."""
        return hashlib.sha256(self.data[self.offsets[row] : self.offsets[row + 1]].data).hexdigest()

    def line_ends(self, begin: Numbers, end: Numbers) -> Numbers:
        """Whether a line ends between two bytes."""
        import numpy as np

        return np.asarray(np.searchsorted(self._ends, end) > np.searchsorted(self._ends, begin))

    def white(self, begin: Numbers) -> Numbers:
        """Whether the characters that begin at some bytes are white space."""
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


class Maps:
    """The offset maps of many articles, as the column `map` of `articles` holds them; see `vouchbank.text.OffsetMap`.

    Args:
        column: Lists of records `{kept, removed, inserted}`.

    Attributes:
        readable: Which of them are maps.
        lengths: The length of the text to which each leads, in code points; of what is not a map, any number.
        raw_lengths: The length of the raw text.
    """

    def __init__(self, column: pyarrow.Array) -> None:
        import numpy as np

        entries, owner = _items(column)
        counts = [_numbers(_field(entries, name)) for name in ("kept", "removed", "inserted")]
        rows, valid = len(column), entries.is_valid().to_numpy(zero_copy_only=False)
        sound = valid & (np.minimum.reduce(counts) >= 0)
        number = np.bincount(owner, minlength=rows)
        last = np.cumsum(number) - 1
        self.readable = (number > 0) & (np.bincount(owner[~sound], minlength=rows) == 0)
        closing = np.minimum(last, max(len(entries) - 1, 0))
        if len(entries):
            self.readable &= (counts[1][closing] == 0) & (counts[2][closing] == 0)
        kept, removed, inserted = (np.where(sound & self.readable[owner], count, 0) for count in counts)
        sides = []
        for changed in (removed, inserted):
            reached = np.concatenate([[0], np.cumsum(kept + changed)])
            base = np.repeat(reached[last - number + 1], number)
            sides.append(
                (reached[1:] - base - changed, reached[1:] - base, reached[last + 1] - reached[last - number + 1])
            )
        (raw_start, raw_end, self.raw_lengths), (start, end, self.lengths) = sides
        self._kept = owner, raw_start - kept, start - kept, kept
        runs = np.ones(len(entries), bool)
        runs[last[number > 0]] = False  # the last entry of each only keeps
        self._raw, self._clean = (raw_start[runs], raw_end[runs]), (start[runs], end[runs])
        self._owner = owner[runs]
        self._upto = np.cumsum(np.bincount(self._owner, minlength=rows))
        self._wide = int(max(np.max(self.lengths, initial=0), np.max(self.raw_lengths, initial=0))) + 2

    def to_raw(self, owner: Numbers, start: Numbers, end: Numbers) -> tuple[Numbers, Numbers, Numbers]:
        """Where spans of the texts, none empty and none outside, stand in the raw texts, and whether that is exact."""
        return self._projected(self._clean, self._raw, owner, start, end)

    def to_text(self, owner: Numbers, start: Numbers, end: Numbers) -> tuple[Numbers, Numbers, Numbers]:
        """Where spans of the raw texts, none empty and none outside, stand in the texts, and whether that is exact."""
        return self._projected(self._raw, self._clean, owner, start, end)

    def agree(self, raw: Texts, text: Texts) -> Numbers:
        """Which of them fit the lengths of raw text and text, and change nothing where they say so."""
        import numpy as np

        fits = self.readable & (self.raw_lengths == raw.lengths) & (self.lengths == text.lengths)
        some = np.flatnonzero(fits[self._kept[0]] & (self._kept[3] > 0))
        owner, raw_start, start, kept = (one[some] for one in self._kept)
        there = raw.at(owner, raw_start), raw.at(owner, raw_start + kept)
        same = same_bytes((raw.data, *there), (text.data, text.at(owner, start), text.at(owner, start + kept)))
        fits[owner[~same]] = False
        return fits

    def _projected(
        self, near: tuple[Numbers, Numbers], far: tuple[Numbers, Numbers], owner: Numbers, start: Numbers, end: Numbers
    ) -> tuple[Numbers, Numbers, Numbers]:
        """What `vouchbank.text.offsets` does with one span; the last two steps there are those of `_edge` here."""
        import numpy as np

        first, cut_left = self._edge(near, far, owner, start, left=True)
        last, cut_right = self._edge(near, far, owner, end, left=False)
        place = np.minimum(first, last)
        there = first < last
        return place, np.where(there, last, place), there & ~cut_left & ~cut_right

    def _edge(
        self, near: tuple[Numbers, Numbers], far: tuple[Numbers, Numbers], owner: Numbers, place: Numbers, left: bool
    ) -> tuple[Numbers, Numbers]:
        """Where spans that begin, or end, at some places do so on the other side, and whether that cuts a run."""
        import numpy as np

        found, cut, place = np.zeros_like(place), np.zeros(len(place), bool), place.copy()
        keys = self._owner * self._wide + near[left]
        waiting = np.arange(len(place))
        while len(waiting):
            whose, at = owner[waiting], place[waiting]
            behind = np.searchsorted(keys, whose * self._wide + at, side="right" if left else "left")
            begun, upto = np.where(whose > 0, self._upto[whose - 1], 0), self._upto[whose]
            run = np.clip(behind if left else behind - 1, 0, max(len(keys) - 1, 0))  # the one that may hold the place
            inside = (behind < upto) if left else (behind > begun)
            before = np.clip(behind - 1, 0, None)
            if len(keys):
                inside &= (near[0][run] <= at) if left else (near[1][run] >= at)
                shift = np.where(behind > begun, far[1][before] - near[1][before], 0)
            else:
                shift = np.zeros(len(waiting), np.int64)
            found[waiting] = at + shift
            waiting, at, run = waiting[inside], at[inside], run[inside]
            if len(waiting):
                cut[waiting] |= (at > near[0][run]) if left else (at < near[1][run])
                found[waiting] = far[0][run] if left else far[1][run]
                gone = far[0][run] == far[1][run]  # the other side has nothing of this run
                place[waiting] = near[1][run] if left else near[0][run]
                waiting = waiting[gone]
        return found, cut


def cells_of(
    rows: pyarrow.RecordBatch | pyarrow.Table, columns: Iterable[Column], wanted: Callable[[Column], bool]
) -> Iterator[Cells]:
    """All that rows hold in some columns, column by column, what is within lists and records after them.

    Args:
        rows: Rows of a table, or less: a column that they lack is left out, and so is what lacks its type.
        columns: The columns of the rows to go through.
        wanted: Which columns, fields and items to give; what is within others is given none the less.
    """
    import numpy as np

    for column in columns:
        if column.name in rows.schema.names:
            held = whole(rows.column(column.name))
            yield from _cells(Cells(column, (column.name,), (), np.arange(rows.num_rows), held), wanted)


def spans_of(rows: pyarrow.RecordBatch | pyarrow.Table, table: Table) -> Iterator[Spans]:
    """All spans that rows hold, column by column; those within lists and records too.

    Args:
        rows: Rows of a table, or less.
        table: The table.
    """
    from pyarrow import types

    columns = filter(_holds_spans, table.columns)
    for cells in cells_of(rows, columns, lambda column: column.span):
        if types.is_struct(cells.values.type):
            yield _spans(cells)


def wrong(spans: Spans, texts: Texts, maps: Maps | None = None, given: bool = False) -> Numbers:
    """For each span what is wrong with it, as flags of `Wrong`; 0 for nothing.

    Args:
        spans: The spans of a column.
        texts: The texts that own them.
        maps: The maps of these texts; where there is none, or none that fits its text, raw offsets are not judged.
        given: Whether they are those of an input, which may leave out their words.
    """
    import numpy as np

    owner, start, end = spans.owner, spans.start, spans.end
    found = np.zeros(len(owner), np.int64)
    known = (start != NONE) & (end != NONE)
    inside = known & (start >= 0) & (start < end) & (end <= texts.lengths[owner])
    found[~known] = Wrong.NO_OFFSET
    found[known & ~inside] = Wrong.OUTSIDE
    if len(spans.index) == len(spans.steps):  # in a list
        found[1:][_same_list(spans) & inside[1:] & inside[:-1] & (start[1:] < end[:-1])] |= Wrong.ORDER
    sound = np.flatnonzero(inside)
    owner, start, end = owner[sound], start[sound], end[sound]
    begin, stop = texts.at(owner, start), texts.at(owner, end)
    last = texts.at(owner, end - 1)
    found[sound[texts.white(begin) | texts.white(last)]] |= Wrong.EDGE
    found[sound[texts.line_ends(begin, stop)]] |= Wrong.PARAGRAPHS
    if spans.words is not None:
        said, offsets = _bytes(spans.words)
        same = same_bytes((texts.data, begin, stop), (said, offsets[:-1][sound], offsets[1:][sound]))
        if spans.words.null_count:
            stated = spans.words.is_valid().to_numpy(zero_copy_only=False)[sound]
            same = (same | ~stated) if given else (same & stated)
        found[sound[~same]] |= Wrong.WORDS
    if maps is not None:
        judged = maps.readable[owner] & (maps.lengths[owner] == texts.lengths[owner])
        found[sound[judged]] |= _in_raw(spans, sound[judged], maps)
    return found


# --- how it is done ---------------------------------------------------------------------------------------

NONE = -(2**63)


def _in_raw(spans: Spans, sound: Numbers, maps: Maps) -> Numbers:
    import numpy as np

    owner, start, end = spans.owner[sound], spans.start[sound], spans.end[sound]
    raw_start, raw_end, exact = maps.to_raw(owner, start, end)
    found = np.zeros(len(sound), np.int64)
    if spans.raw_start is not None and spans.raw_end is not None:
        found[(raw_start != spans.raw_start[sound]) | (raw_end != spans.raw_end[sound])] = Wrong.RAW
    there = np.flatnonzero(exact)
    back = maps.to_text(owner[there], raw_start[there], raw_end[there])
    exact[there] = back[2] & (back[0] == start[there]) & (back[1] == end[there])
    found[~exact] |= Wrong.CUT
    return found


def same_bytes(one: tuple[Numbers, Numbers, Numbers], other: tuple[Numbers, Numbers, Numbers]) -> Numbers:
    """Whether stretches of bytes are the same, each with the one at its place among the others.

    Args:
        one: The bytes, where each stretch begins in them and where it ends.
        other: The same, for as many stretches.
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


def _same_list(spans: Spans) -> Numbers:
    """For each span but the first whether it stands in one list of spans with the one before it."""
    import numpy as np

    behind = np.diff(spans.index[-1]) == 1
    for one in (spans.owner, *spans.index[:-1]):
        behind &= np.diff(one) == 0
    return np.asarray(behind)


def _holds_spans(column: Column) -> bool:
    return column.span or any(map(_holds_spans, (*column.fields, *([column.item] if column.item else ()))))


def whole(held: pyarrow.Array | pyarrow.ChunkedArray) -> pyarrow.Array:
    """A column of a batch or a table as one array."""
    return held.combine_chunks() if hasattr(held, "combine_chunks") else held


def _cells(cells: Cells, wanted: Callable[[Column], bool]) -> Iterator[Cells]:
    """The values of a column, and of all that it holds."""
    import numpy as np
    from pyarrow import types

    column, held = cells.column, cells.values
    if wanted(column):
        yield cells
    if column.item is not None and (types.is_list(held.type) or types.is_large_list(held.type)):
        items, parent = _items(held)
        place = np.arange(len(items)) - np.searchsorted(parent, parent)
        index = (*(one[parent] for one in cells.index), place)
        yield from _cells(Cells(column.item, cells.steps, index, cells.owner[parent], items), wanted)
    elif column.fields and types.is_struct(held.type) and any(map(wanted, _within(column))):
        there = _there(cells)
        for field in column.fields:
            if there.values.type.get_field_index(field.name) >= 0:
                inner = replace(there, column=field, steps=(*cells.steps, field.name))
                yield from _cells(replace(inner, values=there.values.field(field.name)), wanted)


def _within(column: Column) -> Iterator[Column]:
    """All that a column holds."""
    for one in (*column.fields, *([column.item] if column.item else ())):
        yield one
        yield from _within(one)


def _there(cells: Cells) -> Cells:
    """The values that are not null."""
    import numpy as np

    if not cells.values.null_count:
        return cells
    valid = np.flatnonzero(cells.values.is_valid().to_numpy(zero_copy_only=False))
    index = tuple(one[valid] for one in cells.index)
    return replace(cells, index=index, owner=cells.owner[valid], values=cells.values.take(valid))


def _spans(cells: Cells) -> Spans:
    from pyarrow import types

    cells = _there(cells)
    held = cells.values
    start, end, raw_start, raw_end = (_numbers(_field(held, name)) for name in (*OFFSETS, *RAW_OFFSETS))
    names = {field.name for field in held.type}
    words = held.field("text") if "text" in names else None
    if words is not None and not (types.is_string(words.type) or types.is_large_string(words.type)):
        words = words.cast("large_string")
    raw = (raw_start, raw_end) if {*RAW_OFFSETS} <= names else (None, None)
    return Spans(cells.column, cells.steps, cells.index, cells.owner, held, start, end, words, *raw)


def _field(held: pyarrow.Array, name: str) -> pyarrow.Array:
    import pyarrow

    found = held.type.get_field_index(name) if pyarrow.types.is_struct(held.type) else -1
    return held.field(found) if found >= 0 else pyarrow.nulls(len(held), "int64")


def _numbers(held: pyarrow.Array) -> Numbers:
    """Whole numbers; `NONE` for what is null or not a whole number."""
    import numpy as np
    import pyarrow

    if not pyarrow.types.is_integer(held.type):
        return np.full(len(held), NONE)
    wide = held.cast("int64", safe=False)
    return np.asarray(wide.fill_null(NONE) if wide.null_count else wide)


def _items(held: pyarrow.Array) -> tuple[pyarrow.Array, Numbers]:
    """The items of all lists in a row, and for each the list that holds it."""
    import numpy as np
    import pyarrow.compute

    number = np.asarray(pyarrow.compute.list_value_length(held).fill_null(0))
    return held.flatten(), np.repeat(np.arange(len(held)), number)


def _bytes(column: pyarrow.Array) -> tuple[Numbers, Numbers]:
    """The bytes of a column of texts, and where each begins and ends; a null is empty."""
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
