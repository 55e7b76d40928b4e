"""Remove the words from a row, and restore them at the published offsets.

schema/ says what stays: numbers, closed lists, and strings with a pattern (ids, dates, intervals, hashes). Every other
string may quote an article and becomes null, so this also covers new columns. A key of the registry, of a figure or of
a claim is made from a name, so it is replaced by the number of its row, wherever it is referred to.

Example:
    >>> from vouchbank.schema import default_schema_folder, load_schema
    >>> figures = load_schema(default_schema_folder()).tables["figures"]
    >>> row = {"id": "boats", "label": "Boats that wait", "members": ["001-q2"], "pairs": [], "note": None}
    >>> row |= dict.fromkeys(("by", "via", "guidelines"))
    >>> {name: held for name, held in without_words(figures, row, {"figures": {"boats": "figures-1"}}).items() if held}
    {'id': 'figures-1', 'members': ['001-q2']}
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from vouchbank.schema import Column, Kind, Schema, Table
from vouchbank.tables.one_line import lines_of_rows

if TYPE_CHECKING:
    import pyarrow

Row = Mapping[str, Any]
Keys = Mapping[str, Mapping[str, str]]


class Words(NamedTuple):
    """The clean text of an article, and its raw text if the reader has the seed itself."""

    text: str
    raw: str | None


def numbered_keys(schema: Schema, tables: Mapping[str, pyarrow.Table]) -> Keys:
    """The replacements for the keys of each corpus-wide table: the table's name and the number of the row."""
    keys = {table.name: tables[table.name].column(table.key).to_pylist() for table in schema.corpus_tables}
    return {name: {key: f"{name}-{number}" for number, key in enumerate(held, 1)} for name, held in keys.items()}


def without_words(table: Table, row: Row, keys: Keys) -> dict[str, Any]:
    """A row with its words replaced by null."""
    made = {column.name: _wordless(column, row[column.name], keys) for column in table.columns}
    return made | {table.key: keys[table.name][row[table.key]]} if table.key else made


def lines_of(tables: Mapping[str, pyarrow.Table], words: Mapping[str, Words]) -> dict[str, str]:
    """The statement of each quantity by its id, made from the words of the available articles."""
    texts = {article: held.text for article, held in words.items()}
    return lines_of_rows(texts, tables["quantities"].to_pylist(), tables["entities"].to_pylist())


def with_words(table: str, row: Row, words: Mapping[str, Words], lines: Mapping[str, str]) -> Row:
    """A row with the words at its offsets, if the text of its article is available.

    Args:
        table: The table.
        row: The row without words.
        words: The available texts by article.
        lines: The statements of their quantities (see `lines_of`).

    Example:
        >>> row = {"article_id": "000", "span": {"start": 5, "end": 10, "text": None}}
        >>> with_words("entities", row, {"000": Words("Rain stops play", None)}, {})["span"]["text"]
        'stops'
    """
    found = words.get(row.get("article_id", ""))
    if found is None:
        return row
    made: dict[str, Any] = _sliced(row, found.text)
    if table == "quantities":
        made["statement"] = lines.get(row["id"])
    elif table == "articles":
        nested = made["quantities"]
        made["quantities"] = nested and [{**one, "statement": lines.get(one["id"])} for one in nested]
        titles = [found.text[p["start"] : p["end"]] for p in row["paragraphs"] if p["role"] == "title"]
        made |= {"text": found.text, "title": titles[0] if titles else None}
    elif table == "tokens":
        made["tokens"] = [found.text[place["start"] : place["end"]] for place in row["offsets"]]
    elif table == "segments" and found.raw is not None:
        made["raw_text"] = found.raw[row["raw_start"] : row["raw_end"]]
    return made


def _wordless(column: Column, value: Any, keys: Keys) -> Any:
    if value is None:
        return None
    if column.item is not None:
        return [_wordless(column.item, inner, keys) for inner in value]
    if column.kind is Kind.RECORD:
        return {field.name: _wordless(field, value[field.name], keys) for field in column.fields}
    for target in column.references:
        if target in keys:
            return keys[target][value]
    return None if column.kind is Kind.TEXT and not (column.labels or column.pattern) else value


def _sliced(value: Any, text: str) -> Any:
    """A value with the words from `start` to `end` in every record with `start`, `end` and `text`."""
    if isinstance(value, list):
        return [_sliced(inner, text) for inner in value]
    if not isinstance(value, Mapping):
        return value
    made = {name: _sliced(inner, text) for name, inner in value.items()}
    return made | {"text": text[value["start"] : value["end"]]} if {"start", "end", "text"} <= made.keys() else made
