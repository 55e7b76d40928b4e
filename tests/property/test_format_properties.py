"""What formatting keeps of every file whatsoever: values, comments, and itself when it is run again."""

from __future__ import annotations

import datetime
import json
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vouchbank.corpus.format import format_corpus, format_layer, same_values
from vouchbank.schema import Table, default_schema_folder, load_schema
from vouchbank.spans import Span
from vouchbank.toml.reader import Document, read_toml

pytestmark = pytest.mark.system

SCHEMA = load_schema(default_schema_folder())

strings = st.one_of(
    st.text(st.characters(codec="utf-8"), max_size=8),
    st.text("\"'\\\n\r\t\x00\x1f\x7f\x85\u2028\u202e#[]{}=,é 👩\u200d", max_size=8),
    st.sampled_from(["Reuters", "at least", "“every element of American power”", "the words of a fragment " * 3]),
)
fragments = st.one_of(
    strings,
    st.fixed_dictionaries({"q": strings}, optional={"n": st.just("1/2"), "p": st.just("p7")}),
)
scalars = st.one_of(
    strings,
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(),
    st.datetimes(timezones=st.none() | st.just(datetime.UTC)),
    st.dates(),
    st.times(),
)
values = st.recursive(
    st.one_of(scalars, fragments),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(strings, inner, max_size=2)),
    max_leaves=5,
)
comments = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=6).map(lambda text: f"#{text}")


def written(draw: st.DrawFn, value: Any, inline: bool = True) -> str:
    """A value as some annotator may write it."""
    if isinstance(value, str):
        plain = all(c == "\t" or (c >= " " and c != "\x7f") for c in value)
        if plain and "'" not in value and draw(st.booleans()):
            return f"'{value}'"
        escaped = json.dumps(value, ensure_ascii=draw(st.booleans()) and value.isascii())
        return escaped.replace("\x7f", "\\u007F")
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return {"inf": "+inf"}.get(str(value), repr(value))
    if isinstance(value, datetime.datetime | datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, list):
        if draw(st.booleans()):
            items = "".join(
                f"{_note(draw)}  {written(draw, item)},{draw(st.sampled_from(['', ' # in a list']))}\n"
                for item in value
            )
            return f"[{draw(st.sampled_from(['', ' # opens']))}\n{items}{_note(draw)}]"
        return "[" + ",".join(written(draw, item) for item in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key(draw, k)}={written(draw, v)}" for k, v in value.items()) + "}"
    return str(value)


def key(draw: st.DrawFn, name: str) -> str:
    bare = bool(name) and all(c.isascii() and (c.isalnum() or c in "-_") for c in name)
    return name if bare and draw(st.integers(0, 9)) else written(draw, name)


def _note(draw: st.DrawFn) -> str:
    return "".join(f"{c}\n" for c in draw(st.lists(comments, max_size=1)))


def _beside(draw: st.DrawFn) -> str:
    return draw(st.sampled_from(["", "", " # beside", "\t#", " # \t "]))


def _pairs(draw: st.DrawFn, record: dict[str, Any], before: str = "") -> str:
    return "".join(
        f"{_note(draw)}{before}{key(draw, name)} = {written(draw, value)}{_beside(draw)}\n"
        for name, value in record.items()
    )


def records_of(table: Table) -> st.SearchStrategy[dict[str, Any]]:
    names = [c.name for c in table.written] + ["q", "n", "odd", "a b"]
    return st.dictionaries(st.sampled_from(names), values, max_size=5)


@st.composite
def layer_files(draw: st.DrawFn, file: str) -> str:
    """The text of an annotation file: any records in any notation and order, comments anywhere."""
    tables = SCHEMA.in_file(file)
    text = "\n".join(draw(st.lists(comments, max_size=2))) + "\n"
    text += _pairs(draw, draw(st.dictionaries(st.sampled_from(["status", "by", "via", "odd"]), scalars, max_size=3)))
    sections = draw(st.lists(st.sampled_from(["p1", "p2", "p10", "other"]), unique=True, max_size=3))
    for section in sections:
        prefixes = {table.prefix: table for table in tables}
        ids = draw(st.lists(st.tuples(st.sampled_from([*prefixes, "zz"]), st.integers(1, 3)), max_size=5, unique=True))
        lines, blocks = "", []
        for prefix, number in ids:
            name = f"{prefix}{number}"
            record = draw(records_of(prefixes.get(prefix, tables[0])))
            notation = draw(st.sampled_from(["inline", "table", "dotted"]))
            if notation == "table":
                blocks.append(f"{_note(draw)}[{section}.{name}]{_beside(draw)}\n{_pairs(draw, record)}")
            elif notation == "dotted" and record:
                lines += _pairs(draw, record, before=f"{name}.")
            else:
                lines += f"{_note(draw)}{name} = {written(draw, record)}{_beside(draw)}\n"
        if lines or not blocks or draw(st.booleans()):
            head = f"{_note(draw)}[{section}]{_beside(draw)}\n{lines}"
            blocks.insert(draw(st.integers(0, len(blocks))), head)
        text += "".join(blocks)
    text += _note(draw)
    return text.replace("\n", "\r\n") if draw(st.booleans()) else text


def read(text: str) -> Document:
    document = read_toml(text.encode(), "f.toml")
    assert document.faults == (), (document.faults, text)
    return document


def layer_in_form(document: Document, file: str, first: dict[str, Span | None]) -> str:
    """The canonical form, the places of annotations given by their id only."""
    sections = {k: v for k, v in document.values.items() if isinstance(v, dict)}
    by_path = {(section, name): first[name] for section, held in sections.items() for name in held if name in first}
    return format_layer(document, SCHEMA, file, by_path)


def said(document: Document) -> Counter[str]:
    return Counter(comment.text.rstrip() for comment in document.comments)


spans = st.none() | st.builds(lambda start, length: Span(start, start + length), st.integers(0, 5), st.integers(1, 3))
NAMES = [f"{t.prefix}{i}" for t in SCHEMA.layers for i in range(1, 4)] + [f"zz{i}" for i in range(1, 4)]
places = st.dictionaries(st.sampled_from(NAMES), spans, max_size=12)


@given(st.data(), st.sampled_from(SCHEMA.layer_files), places)
def test_a_layer_file_keeps_its_values_and_comments_and_its_form_when_formatted_again(
    data: st.DataObject, file: str, first: dict[str, Span | None]
) -> None:
    text = data.draw(layer_files(file))
    document = read(text)
    once = layer_in_form(document, file, first)
    again = read(once)
    assert same_values(dict(again.values), dict(document.values))
    assert said(again) == said(document)
    assert "\r" not in once
    assert layer_in_form(again, file, first) == once


@st.composite
def corpus_files(draw: st.DrawFn, table: Table) -> str:
    """The text of a file of the whole corpus."""
    text = "\n".join(draw(st.lists(comments, max_size=2))) + "\n"
    for name in draw(st.lists(st.sampled_from(["a", "b", "c-d", "x y"]), unique=True, max_size=4)):
        record = draw(records_of(table))
        if draw(st.booleans()):
            text += f"{_note(draw)}[{key(draw, name)}]{_beside(draw)}\n{_pairs(draw, record)}"
            for _ in range(draw(st.integers(0, 2))):
                row = draw(st.dictionaries(st.sampled_from(["a", "b", "reason"]), scalars, max_size=2))
                text += f"{_note(draw)}[[{key(draw, name)}.rows]]{_beside(draw)}\n{_pairs(draw, row)}"
        else:
            text += f"{_note(draw)}[{key(draw, name)}]\n"
    return text + _note(draw)


@given(st.data(), st.sampled_from(SCHEMA.corpus_tables))
def test_a_file_of_the_whole_corpus_keeps_its_values_and_comments(data: st.DataObject, table: Table) -> None:
    document = read(data.draw(corpus_files(table)))
    once = format_corpus(table, document)
    again = read(once)
    assert same_values(dict(again.values), dict(document.values))
    assert said(again) == said(document)
    assert format_corpus(table, again) == once


@given(st.data(), st.sampled_from(SCHEMA.layer_files), places, st.randoms())
def test_the_order_in_which_records_were_written_does_not_show(
    data: st.DataObject, file: str, first: dict[str, Span | None], random: Any
) -> None:
    prefixes = [t.prefix for t in SCHEMA.in_file(file)]
    names = data.draw(st.lists(st.sampled_from([f"{p}{i}" for p in prefixes for i in range(1, 4)]), unique=True))
    placed = {name: first.get(name) or Span(0, 1) for name in names}
    lines = [f"{name} = {{ q = 'x' }}\n" for name in names]
    texts = ["[p1]\n" + "".join(lines), "[p1]\n" + "".join(random.sample(lines, len(lines)))]
    assert len({layer_in_form(read(text), file, placed) for text in texts}) == 1


@given(st.permutations(["q1", "q2", "nq1", "nq2"]), st.lists(spans, min_size=4, max_size=4))
def test_records_without_a_place_find_a_place_that_they_keep(names: list[str], found: list[Span | None]) -> None:
    first = dict(zip(names, found, strict=True))
    text = "[p1]\n" + "".join(f"{name} = {{ }}\n" for name in names)
    once = layer_in_form(read(text), "quantities", first)
    assert layer_in_form(read(once), "quantities", first) == once
