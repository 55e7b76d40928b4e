"""Checks of what was built: the tables as they are read back from their files.

The sources can be right and the tables wrong, if the build is; so nothing is published that was not read again. pandera
checks the columns on eager polars frames (on lazy ones it would look at the types only), the rest is checked here.

The place of a finding is the file and, as line, the row from 1.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vouchbank.checks.rule import Faults, rule
from vouchbank.errors import needed
from vouchbank.findings import CHECKS, Fault, Finding, Level, Place, in_reading_order
from vouchbank.schema import Column, Kind, Schema, Table
from vouchbank.schema.derive import arrow_schema, pandera_schema, polars_schema
from vouchbank.tables.digest import digest_of
from vouchbank.text import OffsetMap

if TYPE_CHECKING:
    import polars

SUMS = "SHA256SUMS"


@dataclass(frozen=True)
class JudgedTables:
    """A built corpus, read back. What cannot be read is left out; the rules that look for it say so."""

    folder: Path
    schema: Schema

    @cached_property
    def frames(self) -> Mapping[str, polars.DataFrame]:
        """The tables whose files can be read."""
        import polars

        frames = {}
        for name in self.schema.tables:
            with contextlib.suppress(polars.exceptions.PolarsError, OSError):
                frames[name] = polars.read_parquet(self.path(name))
        return frames

    @cached_property
    def rows(self) -> Mapping[str, list[dict[str, Any]]]:
        """The rows of the tables whose columns and types are right."""
        return {
            name: frame.to_dicts()
            for name, frame in self.frames.items()
            if list(frame.schema.items()) == list(polars_schema(self.schema.tables[name]).items())
        }

    @cached_property
    def texts(self) -> Mapping[str, str]:
        """The text of each article."""
        return {row["article_id"]: row["text"] or "" for row in self.rows.get("articles", ())}

    @cached_property
    def maps(self) -> Mapping[str, OffsetMap]:
        """The offset map of each article whose file can be read."""
        maps = {}
        for article in self.texts:
            path = self.folder / "map" / f"{article}.json"
            with contextlib.suppress(OSError, ValueError, KeyError, TypeError, IndexError):
                maps[article] = OffsetMap.from_list(json.loads(path.read_text("utf-8"))["rows"])
        return maps

    def path(self, table: str) -> Path:
        """The file of a table."""
        return self.folder / "data" / f"{table}.parquet"

    def fault(self, file: str, row: int, message: str, annotation: str = "") -> Fault:
        """What is wrong at a row (from 0) of a file of the corpus."""
        help_ = "run: vouchbank build (if that does not fix it, the build is wrong: report it)"
        return Fault(message, Place(f"corpus/{file}", row + 1), help_, annotation=annotation)

    def at_row(self, table: str, row: int, message: str) -> Fault:
        """What is wrong at a row (from 0) of a table whose columns and types are right."""
        annotation = next((str(held.get("id", "")) for held in self.rows[table][row : row + 1]), "")
        return self.fault(f"data/{table}.parquet", row, message, annotation)

    def each(self) -> Iterator[tuple[str, int, str, Column, Any]]:
        """Table, row, path, column and value of all there is: of records only the spans, of lists their items."""
        for name, rows in self.rows.items():
            for index, row in enumerate(rows):
                for column in self.schema.tables[name].columns:
                    for path, inner, value in _held(column, row[column.name], column.name):
                        yield name, index, path, inner, value


@needed("checking tables")
def check_built(folder: Path, schema: Schema) -> list[Finding]:
    """All findings of a built corpus. A level is judged only where the levels before it have no findings."""
    tables = JudgedTables(folder, schema)
    for level in Level:
        checks = [one for one in CHECKS.values() if one.level is level and one.judges is JudgedTables]
        found = [one.finding(fault) for one in checks if one.rule for fault in one.rule(tables)]
        if found:
            return in_reading_order(found)
    return []


@rule(level=Level.TABLES)
def missing_table(tables: JudgedTables) -> Faults:
    """A table of the schema has no file."""
    for name in tables.schema.tables:
        if not tables.path(name).is_file():
            yield tables.fault(f"data/{name}.parquet", 0, f"the table {name} has no file")


@rule(level=Level.TABLES)
def table_types(tables: JudgedTables) -> Faults:
    """A file cannot be read, or its columns or types differ from the schema."""
    import pyarrow
    import pyarrow.parquet

    for name in tables.schema.tables:
        path = tables.path(name)
        if not path.is_file():
            continue  # missing-table has its finding
        try:
            found = pyarrow.parquet.read_schema(path).remove_metadata()
        except (pyarrow.ArrowException, OSError):
            found = None
        if name not in tables.frames or found is None or not found.equals(arrow_schema(tables.schema.tables[name])):
            message = f"the file of {name} cannot be read, or its columns or types differ from schema/{name}.json"
            yield tables.fault(f"data/{name}.parquet", 0, message)


@rule(level=Level.TABLES)
def table_values(tables: JudgedTables) -> Faults:
    """The schema does not allow a value (pandera)."""
    import pandera.errors

    for name in tables.rows:
        try:
            pandera_schema(tables.schema.tables[name]).validate(tables.frames[name], lazy=True)
        except pandera.errors.SchemaErrors as errors:
            for case in errors.failure_cases.to_dicts():
                message = f"{case['column'] or name}: {case['check']} fails for {case['failure_case']!r}"
                yield tables.at_row(name, case.get("index") or 0, message)


@rule(level=Level.TABLES)
def nested_values(tables: JudgedTables) -> Faults:
    """The schema does not allow a value inside a list or record."""
    for name, index, path, column, value in tables.each():
        if "." in path and (wrong := _wrong(column, value)):
            yield tables.at_row(name, index, f"{path}: {wrong}")


@rule(level=Level.TABLES)
def span_text_differs(tables: JudgedTables) -> Faults:
    """The words of a span are not the words at its offsets, in the text or, through the map, in the seed."""
    for name, index, _, column, span in tables.each():
        article = str(tables.rows[name][index].get("article_id")) if column.span and span is not None else ""
        if article in tables.maps and not _right(span, tables.texts[article], tables.maps[article]):
            message = f"{span['text']!r} is not the text at {span['start']}:{span['end']}"
            yield tables.at_row(name, index, message)


@rule(level=Level.TABLES)
def tokens_differ(tables: JudgedTables) -> Faults:
    """The tokens of a sentence are not the words at their offsets, or a column of tags has a different length."""
    table = tables.schema.tables["tokens"]
    tags = [c.name for c in table.columns if c.tags]
    for index, row in enumerate(tables.rows.get("tokens", ())):
        text = tables.texts.get(row["article_id"], "")
        words = [text[o["start"] or 0 : o["end"] or 0] for o in row["offsets"] or () if o]
        same = words == row["tokens"] and text[row["start"] : row["end"]] == row["text"]
        if not same or any(len(row[name] or ()) != len(words) for name in tags):
            message = f"the tokens of sentence {row['sentence']} of {row['article_id']} are not the words of the text"
            yield tables.at_row("tokens", index, message)


@rule(level=Level.TABLES)
def text_file_differs(tables: JudgedTables) -> Faults:
    """The text of an article differs from its file in text/, or does not match its hash."""
    for index, row in enumerate(tables.rows.get("articles", ())):
        path = tables.folder / "text" / f"{row['article_id']}.txt"
        text = tables.texts[row["article_id"]]
        same = path.is_file() and path.read_bytes() == f"{text}\n".encode()
        if not same or hashlib.sha256(text.encode()).hexdigest() != row["text_sha256"]:
            message = f"the text of {row['article_id']} differs from text/{row['article_id']}.txt or its hash"
            yield tables.at_row("articles", index, message)


@rule(level=Level.TABLES)
def seed_not_reassembled(tables: JudgedTables) -> Faults:
    """The joined segments of an article are not its seed, or the map does not lead from the seed to the text."""
    raws: dict[str, str] = {}
    for row in tables.rows.get("segments", ()):
        raws[row["article_id"]] = raws.get(row["article_id"], "") + (row["raw_text"] or "")
    for index, row in enumerate(tables.rows.get("articles", ())):
        raw, offsets = raws.get(row["article_id"], ""), tables.maps.get(row["article_id"])
        same = hashlib.sha256(raw.encode()).hexdigest() == row["seed_sha256"]
        if "segments" in tables.rows and (not same or offsets is None or not _agrees(offsets, raw, row["text"] or "")):
            message = f"the segments or the map of {row['article_id']} do not reproduce its seed and text"
            yield tables.at_row("articles", index, message)


@rule(level=Level.TABLES)
def reference_without_row(tables: JudgedTables) -> Faults:
    """A reference points to a row that does not exist, or two tables share an id."""
    ids = {name: {_key(tables.schema.tables[name], row) for row in rows} for name, rows in tables.rows.items()}
    owner: dict[str, str] = {}
    for name, index, path, column, value in tables.each():
        layer = path == "id" and tables.schema.tables[name].kind == "layer"
        if layer and owner.setdefault(value, name) != name:
            yield tables.at_row(name, index, f"{value} is also an id of {owner[value]}")
        readable = value is not None and column.references and all(t in ids for t in column.references)
        if readable and not any(value in ids[t] for t in column.references):
            message = f"{path}: there is no {value!r} in {' or '.join(column.references)}"
            yield tables.at_row(name, index, message)


@rule(level=Level.TABLES)
def checksum_differs(tables: JudgedTables) -> Faults:
    """A file does not match SHA256SUMS or is not listed there, or there is no SHA256SUMS."""
    listed = tables.folder / SUMS
    if not listed.is_file():
        yield tables.fault(SUMS, 0, "there is no list of checksums")
        return
    names = {SUMS}
    for number, line in enumerate(listed.read_text("utf-8", "replace").splitlines()):
        stated, _, name = line.partition("  ")
        names.add(name)
        path = tables.folder / name
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != stated:
            yield tables.fault(SUMS, number, f"{name} is missing or does not match its checksum")
    found = {p.relative_to(tables.folder).as_posix() for p in tables.folder.rglob("*") if p.is_file()}
    for name in sorted(found - names):
        yield tables.fault(SUMS, 0, f"{name} is not in the list of checksums")


@rule(level=Level.DIGESTS)
def digest_differs(tables: JudgedTables) -> Faults:
    """The rows of a table do not match digests.json."""
    import pyarrow.parquet

    try:
        stated = json.loads((tables.folder / "digests.json").read_text("utf-8"))
    except (OSError, ValueError):
        stated = {}
    for name in tables.schema.tables:
        table = pyarrow.parquet.read_table(tables.path(name))
        if not isinstance(stated, dict) or stated.get(name) != digest_of(table):
            yield tables.fault("digests.json", 0, f"the rows of {name} do not match their digest")


def _key(table: Table, row: Mapping[str, Any]) -> str:
    return str(row.get(table.key or ("id" if "id" in row else "article_id")))


def _agrees(offsets: OffsetMap, raw: str, text: str) -> bool:
    """Whether raw and text are equal wherever the map says that nothing was changed."""
    if (offsets.raw_length, offsets.length) != (len(raw), len(text)):
        return False
    raw_at = at = 0
    for run in offsets.runs:
        if raw[raw_at : run.raw_start] != text[at : run.start]:
            return False
        raw_at, at = run.raw_end, run.end
    return raw[raw_at:] == text[at:]


def _right(span: Mapping[str, Any], text: str, offsets: OffsetMap) -> bool:
    """Whether a span has its words in the text and its place in the seed."""
    places = [span[name] for name in ("start", "end", "raw_start", "raw_end")]
    if None in places or not 0 <= places[0] < places[1] <= len(text):
        return False
    raw = offsets.to_raw(places[0], places[1]) if offsets.length == len(text) else None
    return text[places[0] : places[1]] == span["text"] and raw is not None and [raw.start, raw.end] == places[2:]


def _held(column: Column, value: Any, path: str) -> Iterator[tuple[str, Column, Any]]:
    """Path, column and value of all that a value holds; where a field of a record lacks its value, None."""
    if value is None or column.tags:
        return
    if column.item is not None:
        for index, item in enumerate(value):
            yield from _held(column.item, item, f"{path}.{index}")
    for field in column.fields:
        if value[field.name] is None and not field.nullable:
            yield f"{path}.{field.name}", field, None
        yield from _held(field, value[field.name], f"{path}.{field.name}")
    if column.span or column.kind not in (Kind.LIST, Kind.RECORD):
        yield path, column, value


def _wrong(column: Column, value: Any) -> str:
    """What is wrong with a value; empty if nothing."""
    if value is None:
        return "must not be empty"
    if column.labels and value not in column.label_names:
        return f"invalid value {value!r}"
    if column.pattern and not re.search(column.pattern, value):
        return f"{value!r} does not have the right form"
    if column.minimum is not None and value < column.minimum:
        return f"{value!r} is below {column.minimum}"
    return ""
