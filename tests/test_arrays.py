"""Spans judged as arrays are judged as by the plain rules, one by one: on every text, and on damaged rows."""

from __future__ import annotations

import sys
from random import Random
from typing import Any

import numpy as np
import pyarrow
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vouchbank.schema import default_schema_folder, load_schema
from vouchbank.spans import Span
from vouchbank.tables.arrays import WHITE, Texts
from vouchbank.tables.map_arrays import Maps
from vouchbank.tables.span_arrays import Wrong, spans_of, wrong
from vouchbank.text import OffsetMap

SCHEMA = load_schema(default_schema_folder())
Row = dict[str, Any]
DELTAS = pyarrow.list_(pyarrow.struct([(name, pyarrow.int32()) for name in ("kept", "removed", "inserted")]))
TYPE = pyarrow.struct(
    [(n, "string" if n == "text" else "int32") for n in ("start", "end", "text", "raw_start", "raw_end")]
)
RECORDS = pyarrow.list_(
    pyarrow.struct([("span", TYPE), ("number", TYPE), ("measured", pyarrow.list_(TYPE)), ("note", pyarrow.string())])
)
LAYERS = pyarrow.schema([("text", pyarrow.string()), ("map", DELTAS), ("quantities", RECORDS)])
CHARACTERS = "aaab \n\u00a0é“\u2009\u0301💥\x1c"
words = st.text(st.sampled_from(CHARACTERS), max_size=12)


def some_map(draw: Random, length: int) -> list[Row]:
    """The map of a text of this length, in the form in which it is published."""
    deltas, left = [], length
    while draw.random() < 0.7:
        kept = draw.randint(0, min(3, left))
        inserted = draw.randint(0, min(2, left - kept))
        left -= kept + inserted
        deltas.append({"kept": kept, "removed": draw.choice([0, 0, 1, 1, 2, 3]), "inserted": inserted})
    return [*deltas, {"kept": left, "removed": 0, "inserted": 0}]


def some_span(draw: Random, text: str, offsets: OffsetMap) -> Row | None:
    """A span, as it should be or with one value of it changed."""
    if not text or draw.random() < 0.1:
        return None
    start = draw.randrange(len(text))
    end = draw.randint(start + 1, len(text))
    raw = offsets.to_raw(start, end)
    span = {"start": start, "end": end, "text": text[start:end], "raw_start": raw.start, "raw_end": raw.end}
    if draw.random() < 0.3:
        name = draw.choice(sorted(span))
        other = draw.choice([None, 2**31 - 1, draw.randint(-2, 14), draw.randint(-2, 14)])
        said = draw.choice(CHARACTERS) + text[start + 1 : end]
        span[name] = draw.choice([None, said, said, text[start:]]) if name == "text" else other
    return span


def some_article(draw: Random) -> Row:
    text = "".join(draw.choices(CHARACTERS if draw.random() < 0.7 else "ab", k=draw.choice([0, 1, 4, 9, 14])))
    deltas: list[Any] = some_map(draw, len(text))
    offsets = OffsetMap.from_deltas(deltas)

    def span() -> Row | None:
        return some_span(draw, text, offsets)

    records = [
        {"span": span(), "number": span(), "measured": draw.choice([None, [span() for _ in range(draw.randrange(4))]])}
        for _ in range(draw.randrange(4))
    ]
    if draw.random() < 0.2:
        entry, name = draw.choice(deltas), draw.choice(["kept", "removed", "inserted"])
        entry[name] = draw.choice([None, -1, entry[name] + 1])
    whole = {"text": text, "map": deltas, "quantities": records}
    return whole if draw.random() < 0.8 else {**whole, draw.choice(sorted(whole)): None}


def plainly(row: Row) -> dict[str, Wrong]:
    """What is wrong with the spans of a row, one by one."""
    try:
        offsets = OffsetMap.from_deltas(row["map"] or ())
    except ValueError:
        offsets = None
    text, found = row["text"] or "", {}
    for number, record in enumerate(row["quantities"] or ()):
        for name in ("span", "number", "measured"):
            held = (record or {}).get(name)
            listed = held if isinstance(held, list) else [held]
            for at, span in enumerate(listed):
                if span is not None:
                    path = f"quantities[{number}].{name}" + (f"[{at}]" if name == "measured" else "")
                    found[path] = plain_span(span, text, offsets)
                    before = listed[at - 1] if at else None
                    if before and sound(before, text) and sound(span, text) and before["end"] > span["start"]:
                        found[path] |= Wrong.ORDER
    return found


def sound(span: Row, text: str) -> bool:
    return None not in (span["start"], span["end"]) and 0 <= span["start"] < span["end"] <= len(text)


def plain_span(span: Row, text: str, offsets: OffsetMap | None) -> Wrong:
    if None in (span["start"], span["end"]):
        return Wrong.NO_OFFSET
    if not sound(span, text):
        return Wrong.OUTSIDE
    said, found = text[span["start"] : span["end"]], Wrong(0)
    if said != span["text"]:
        found |= Wrong.WORDS
    if said.strip() != said:
        found |= Wrong.EDGE
    if "\n" in said:
        found |= Wrong.PARAGRAPHS
    if offsets and offsets.length == len(text):
        raw = offsets.to_raw(span["start"], span["end"])
        back = offsets.to_text(raw.start, raw.end)
        if (raw.start, raw.end) != (span["raw_start"], span["raw_end"]):
            found |= Wrong.RAW
        if not (raw.exact and back.exact and Span(back.start, back.end) == (span["start"], span["end"])):
            found |= Wrong.CUT
    return found


def as_arrays(rows: pyarrow.Table) -> list[dict[str, Wrong]]:
    texts, offsets = Texts(rows["text"].combine_chunks()), Maps(rows["map"].combine_chunks())
    found: list[dict[str, Wrong]] = [{} for _ in range(rows.num_rows)]
    held = list(spans_of(rows, SCHEMA.tables["articles"]))
    for spans, judged in zip(held, wrong(held, texts, offsets), strict=True):
        for number, flags in enumerate(judged.tolist()):
            found[spans.owner[number]][spans.path(number)] = Wrong(flags)
    return found


@given(st.integers(min_value=0), st.integers(0, 2))
def test_every_span_of_damaged_rows_is_judged_as_by_itself(seed: int, left_out: int) -> None:
    draw = Random(seed)
    rows = [some_article(draw) for _ in range(20)]
    table = pyarrow.Table.from_pylist(rows, schema=LAYERS).slice(left_out)  # a slice has its texts amid the buffers
    assert as_arrays(table) == [plainly(row) for row in rows[left_out:]]


@given(st.lists(words, max_size=4), st.sampled_from(["string", "large_string"]))
def test_every_code_point_is_found(texts: list[str], kind: str) -> None:
    found = Texts(pyarrow.array(texts, kind))
    assert found.lengths.tolist() == [len(text) for text in texts]
    data = "".join(texts).encode()
    assert found.data.tobytes() == data
    for row, text in enumerate(texts):
        before = len("".join(texts[:row]).encode())
        at = found.at(np.full(len(text) + 1, row), np.arange(len(text) + 1)).tolist()
        assert at == [before + len(text[:place].encode()) for place in range(len(text) + 1)]


def test_white_space_is_what_strip_takes_away() -> None:
    every = [chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code < 0xE000]
    white = Texts(pyarrow.array(every)).white
    begin = np.cumsum([0, *(len(one.encode()) for one in every)])[:-1]
    found = [every[at] for at in np.flatnonzero(white(begin))]
    assert found == [one for one in every if not one.strip()] == list(map(chr, WHITE))


def test_offsets_of_an_input_may_be_wide_and_its_words_left_out() -> None:
    rows = [{"text": "a boat", "entities": [{"span": {"start": 2, "end": 6}}, {"span": {"start": 2, "end": 9}}]}]
    table = pyarrow.Table.from_pylist(rows)
    (spans,) = spans_of(table, SCHEMA.tables["articles"])
    assert wrong([spans], Texts(table["text"].combine_chunks()), given=True)[0].tolist() == [0, Wrong.OUTSIDE]
    rows[0]["entities"][0]["span"]["text"] = "boat"
    table = pyarrow.Table.from_pylist(rows)
    (spans,) = spans_of(table, SCHEMA.tables["articles"])
    texts = Texts(table["text"].combine_chunks())
    assert wrong([spans], texts, given=True)[0].tolist() == [0, Wrong.OUTSIDE]
    assert wrong([spans], texts)[0].tolist() == [0, Wrong.OUTSIDE]


@pytest.mark.parametrize("offset", ["2", 2.0, None])
def test_an_offset_that_is_not_a_whole_number_is_missing(offset: Any) -> None:
    table = pyarrow.Table.from_pylist([{"text": "a boat", "entities": [{"span": {"start": offset, "end": 6}}]}])
    (spans,) = spans_of(table, SCHEMA.tables["articles"])
    assert wrong([spans], Texts(table["text"].combine_chunks()))[0].tolist() == [Wrong.NO_OFFSET]


def test_columns_that_hold_other_things_hold_no_spans() -> None:
    rows = [{"text": "a boat", "entities": ["boat"], "quantities": [{"span": 3, "measured": [1]}], "attributions": 4}]
    assert list(spans_of(pyarrow.Table.from_pylist(rows), SCHEMA.tables["articles"])) == []


@given(st.integers(min_value=0))
def test_what_is_a_map_is_told_with_both_its_lengths(seed: int) -> None:
    draw = Random(seed)
    held = [some_article(draw)["map"] for _ in range(20)]
    found = Maps(pyarrow.array(held, DELTAS))
    for number, deltas in enumerate(held):
        try:
            offsets = OffsetMap.from_deltas(deltas or ())
        except ValueError:
            assert not found.readable[number]
        else:
            assert found.readable[number]
            assert (found.raw_lengths[number], found.lengths[number]) == (offsets.raw_length, offsets.length)
