"""Checks of what was built: the tables as they are read back from their files.

The sources can be right and the tables wrong, if the build is; so nothing is published that was not read again. pandera
checks the columns on eager polars frames (on lazy ones it would look at the types only), the rest is checked here.

Each check is one function `(Built) -> findings`; the place of a finding is the file and, as line, the row from 1.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vouchbank.findings import Finding, Place, in_reading_order
from vouchbank.schema import Column, Kind, Schema, Table
from vouchbank.schema.derive import arrow_schema, pandera_schema, polars_schema
from vouchbank.text import OffsetMap

if TYPE_CHECKING:
    import polars

SUMS = "SHA256SUMS"


@dataclass(frozen=True)
class Built:
    """A built corpus, read back."""

    folder: Path
    schema: Schema

    @cached_property
    def frames(self) -> Mapping[str, polars.DataFrame]:
        """The tables whose files can be read."""
        import polars

        return {name: polars.read_parquet(self.path(name)) for name in self.schema.tables if self.path(name).is_file()}

    @cached_property
    def rows(self) -> Mapping[str, list[dict[str, Any]]]:
        """The rows of the tables whose types are right."""
        right = {n: f for n, f in self.frames.items() if dict(f.schema) == polars_schema(self.schema.tables[n])}
        return {name: frame.to_dicts() for name, frame in right.items()}

    def path(self, table: str) -> Path:
        """The file of a table."""
        return self.folder / "data" / f"{table}.parquet"

    def finding(self, slug: str, file: str, row: int, message: str, annotation: str = "") -> Finding:
        """A finding at a row (from 0) of a file of the corpus."""
        help_ = "run: vouchbank build (if that does not mend it, the build is wrong: report it)"
        return Finding(slug, message, Place(f"corpus/{file}", row + 1), help_, annotation=annotation)


BuiltRule = Callable[[Built], Iterator[Finding]]
BUILT_CHECKS: dict[str, BuiltRule] = {}


def built_check(rule: BuiltRule) -> BuiltRule:
    """Register a rule that looks at the built corpus."""
    BUILT_CHECKS[rule.__name__.replace("_", "-")] = rule
    return rule


def check_built(folder: Path, schema: Schema) -> list[Finding]:
    """All findings of a built corpus."""
    built = Built(folder, schema)
    return in_reading_order([f for rule in BUILT_CHECKS.values() for f in rule(built)])


@built_check
def missing_table(built: Built) -> Iterator[Finding]:
    """A table of the schema has no file."""
    for name in built.schema.tables:
        if not built.path(name).is_file():
            yield built.finding("missing-table", f"data/{name}.parquet", 0, f"the table {name} has no file")


@built_check
def table_types(built: Built) -> Iterator[Finding]:
    """A file has other columns or types than the schema states."""
    import pyarrow.parquet

    for name in built.frames:
        found = pyarrow.parquet.read_schema(built.path(name)).remove_metadata()
        wanted = arrow_schema(built.schema.tables[name])
        if not found.equals(wanted):
            message = f"the columns or types of {name} differ from schema/{name}.json"
            yield built.finding("table-types", f"data/{name}.parquet", 0, message)


@built_check
def table_values(built: Built) -> Iterator[Finding]:
    """A value is not one that the schema allows (pandera)."""
    import pandera.errors

    for name in built.rows:
        table, frame = built.schema.tables[name], built.frames[name]
        try:
            pandera_schema(table).validate(frame, lazy=True)
        except pandera.errors.SchemaErrors as errors:
            for case in errors.failure_cases.to_dicts():
                row = case.get("index") or 0
                what = f"{case['column'] or name}: {case['check']} fails for {case['failure_case']!r}"
                yield built.finding("table-values", f"data/{name}.parquet", row, what, _id(frame, row))


@built_check
def nested_values(built: Built) -> Iterator[Finding]:
    """A value inside a list or record is not one that the schema allows."""
    for name, rows in built.rows.items():
        for index, row in enumerate(rows):
            for column in built.schema.tables[name].columns:
                for path, field, value in _leaves(column, row[column.name], column.name):
                    wrong = _wrong(field, value)
                    if wrong and "." in path:
                        message = f"{path}: {wrong}"
                        file = f"data/{name}.parquet"
                        yield built.finding("nested-values", file, index, message, str(row.get("id", "")))


@built_check
def span_text_differs(built: Built) -> Iterator[Finding]:
    """The words of a span are not those that stand at its offsets, in the text or through the map in the seed."""
    texts = {row["article_id"]: row["text"] for row in built.rows.get("articles", ())}
    maps = {name: _map(built, name) for name in texts}
    for name, rows in built.rows.items():
        for index, row in enumerate(rows):
            article = row.get("article_id")
            for span in _spans(built.schema.tables[name], row):
                text = texts.get(article, "")
                raw = maps[article].to_raw(span["start"], span["end"]) if article in maps else None
                same = text[span["start"] : span["end"]] == span["text"]
                if not same or raw is None or (raw.start, raw.end) != (span["raw_start"], span["raw_end"]):
                    message = f"{span['text']!r} is not what stands at {span['start']}:{span['end']}"
                    file = f"data/{name}.parquet"
                    yield built.finding("span-text-differs", file, index, message, str(row.get("id", "")))


@built_check
def seed_not_reassembled(built: Built) -> Iterator[Finding]:
    """The segments of an article, joined, are not its seed; or the map does not lead from the seed to the text."""
    raws: dict[str, str] = {}
    for row in built.rows.get("segments", ()):
        raws[row["article_id"]] = raws.get(row["article_id"], "") + row["raw_text"]
    for index, row in enumerate(built.rows.get("articles", ())):
        raw = raws.get(row["article_id"], "")
        same = hashlib.sha256(raw.encode()).hexdigest() == row["seed_sha256"]
        if not same or not _agrees(_map(built, row["article_id"]), raw, row["text"]):
            message = f"the segments or the map of {row['article_id']} do not give its seed and text"
            yield built.finding("seed-not-reassembled", "data/articles.parquet", index, message)


@built_check
def reference_without_row(built: Built) -> Iterator[Finding]:
    """A reference leads to no row of the table it names, or an id stands in two tables."""
    ids = {name: {_key(built.schema.tables[name], row) for row in rows} for name, rows in built.rows.items()}
    for name, rows in built.rows.items():
        for index, row in enumerate(rows):
            for column in built.schema.tables[name].columns:
                for path, field, value in _leaves(column, row[column.name], column.name):
                    if field.references and value not in set().union(*(ids.get(t, set()) for t in field.references)):
                        message = f"{path}: there is no {value!r} in {' or '.join(field.references)}"
                        file = f"data/{name}.parquet"
                        yield built.finding("reference-without-row", file, index, message, str(row.get("id", "")))


@built_check
def checksum_differs(built: Built) -> Iterator[Finding]:
    """A file is not the one that SHA256SUMS and digests.json speak of."""
    listed = built.folder / SUMS
    for number, line in enumerate(listed.read_text("utf-8").splitlines() if listed.is_file() else ()):
        stated, _, name = line.partition("  ")
        path = built.folder / name
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != stated:
            yield built.finding("checksum-differs", SUMS, number, f"{name} is not the file that was listed")
    if not listed.is_file():
        yield built.finding("checksum-differs", SUMS, 0, "there is no list of checksums")


def _key(table: Table, row: Mapping[str, Any]) -> str:
    return str(row.get(table.key or ("id" if "id" in row else "article_id")))


def _id(frame: polars.DataFrame, row: int) -> str:
    return str(frame["id"][row]) if "id" in frame.columns and row < frame.height else ""


def _map(built: Built, article: str) -> OffsetMap:
    held = json.loads((built.folder / "map" / f"{article}.json").read_text("utf-8"))
    return OffsetMap.from_list(held["rows"])


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


def _spans(table: Table, row: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for column in table.columns:
        value = row[column.name]
        if column.span and value is not None:
            yield value
        elif column.spans:
            yield from value or ()


def _leaves(column: Column, value: Any, path: str) -> Iterator[tuple[str, Column, Any]]:
    """Path, column and value of everything in a value that is no list and no record."""
    if value is None or column.tags:
        return
    if column.item is not None:
        for index, item in enumerate(value):
            yield from _leaves(column.item, item, f"{path}.{index}")
    elif column.kind is Kind.RECORD:
        for field in column.fields:
            if value[field.name] is None and not field.nullable:
                yield f"{path}.{field.name}", field, None
            yield from _leaves(field, value[field.name], f"{path}.{field.name}")
    else:
        yield path, column, value


def _wrong(column: Column, value: Any) -> str:
    import re

    if value is None:
        return "must not be empty"
    if column.labels and value not in column.label_names:
        return f"{value!r} is no label"
    if column.pattern and not re.search(column.pattern, value):
        return f"{value!r} has not the right form"
    if column.minimum is not None and value < column.minimum:
        return f"{value!r} is below {column.minimum}"
    return ""
