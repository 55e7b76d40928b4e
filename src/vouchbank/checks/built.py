"""Checks of what was built: the tables as they are read back from their files.

The sources can be right and the tables wrong, if the build is; so nothing is published that was not read again. pandera
checks the columns on eager polars frames (on lazy ones it would look at the types only), the rest is checked here.

Each check is one function `(Built) -> findings`; the place of a finding is the file and, as line, the row from 1.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vouchbank.findings import Finding, Place, in_reading_order
from vouchbank.schema import Column, Kind, Schema, Table
from vouchbank.schema.derive import arrow_schema, pandera_schema, polars_schema
from vouchbank.tables.digest import digest_of
from vouchbank.text import OffsetMap

if TYPE_CHECKING:
    import polars

SUMS = "SHA256SUMS"


@dataclass(frozen=True)
class Built:
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

    def finding(self, slug: str, file: str, row: int, message: str, annotation: str = "") -> Finding:
        """A finding at a row (from 0) of a file of the corpus."""
        help_ = "run: vouchbank build (if that does not mend it, the build is wrong: report it)"
        return Finding(slug, message, Place(f"corpus/{file}", row + 1), help_, annotation=annotation)

    def each(self) -> Iterator[tuple[Table, int, dict[str, Any]]]:
        """Table, index and value of every row."""
        for name, rows in self.rows.items():
            for index, row in enumerate(rows):
                yield self.schema.tables[name], index, row


BuiltRule = Callable[[Built], Iterator[Finding]]
BUILT_CHECKS: dict[str, BuiltRule] = {}


def built_check(rule: BuiltRule) -> BuiltRule:
    """Register a rule that looks at the built corpus."""
    BUILT_CHECKS[rule.__name__.replace("_", "-")] = rule
    return rule


def check_built(folder: Path, schema: Schema) -> list[Finding]:
    """All findings of a built corpus. The digests of the rows are judged only where the rows have no findings."""
    built = Built(folder, schema)
    found = [f for slug, rule in BUILT_CHECKS.items() if slug != "digest-differs" for f in rule(built)]
    return in_reading_order(found or list(BUILT_CHECKS["digest-differs"](built)))


@built_check
def missing_table(built: Built) -> Iterator[Finding]:
    """A table of the schema has no file."""
    for name in built.schema.tables:
        if not built.path(name).is_file():
            yield built.finding("missing-table", f"data/{name}.parquet", 0, f"the table {name} has no file")


@built_check
def table_types(built: Built) -> Iterator[Finding]:
    """A file cannot be read, or has other columns or types than the schema states."""
    import pyarrow
    import pyarrow.parquet

    for name in built.schema.tables:
        path = built.path(name)
        if not path.is_file():
            continue
        try:
            found = pyarrow.parquet.read_schema(path).remove_metadata()
        except (pyarrow.ArrowException, OSError):
            found = None
        if name not in built.frames or found is None or not found.equals(arrow_schema(built.schema.tables[name])):
            message = f"the file of {name} cannot be read, or its columns or types differ from schema/{name}.json"
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
    for table, index, row in built.each():
        for path, field, value in _leaves_of(table, row):
            wrong = _wrong(field, value)
            if wrong and "." in path:
                message = f"{path}: {wrong}"
                yield built.finding("nested-values", f"data/{table.name}.parquet", index, message, _name(row))


@built_check
def span_text_differs(built: Built) -> Iterator[Finding]:
    """The words of a span are not those that stand at its offsets, in the text or through the map in the seed."""
    for table, index, row in built.each():
        article = str(row.get("article_id"))
        for span in _spans(table.columns, row):
            if article in built.maps and not _right(span, built.texts[article], built.maps[article]):
                message = f"{span['text']!r} is not what stands at {span['start']}:{span['end']}"
                yield built.finding("span-text-differs", f"data/{table.name}.parquet", index, message, _name(row))


@built_check
def tokens_differ(built: Built) -> Iterator[Finding]:
    """The tokens of a sentence are not the words at their offsets, or a column of tags has another length."""
    table = built.schema.tables["tokens"]
    tags = [c.name for c in table.columns if c.tags]
    for index, row in enumerate(built.rows.get("tokens", ())):
        text = built.texts.get(row["article_id"], "")
        words = [text[o["start"] or 0 : o["end"] or 0] for o in row["offsets"] or () if o]
        same = words == row["tokens"] and text[row["start"] : row["end"]] == row["text"]
        if not same or any(len(row[name] or ()) != len(words) for name in tags):
            message = f"the tokens of sentence {row['sentence']} of {row['article_id']} are not the words of the text"
            yield built.finding("tokens-differ", "data/tokens.parquet", index, message)


@built_check
def text_file_differs(built: Built) -> Iterator[Finding]:
    """The text of an article is not the one in text/, or not the one its hash speaks of."""
    for index, row in enumerate(built.rows.get("articles", ())):
        path = built.folder / "text" / f"{row['article_id']}.txt"
        text = built.texts[row["article_id"]]
        same = path.is_file() and path.read_bytes() == f"{text}\n".encode()
        if not same or hashlib.sha256(text.encode()).hexdigest() != row["text_sha256"]:
            message = f"the text of {row['article_id']} is not the one in text/{row['article_id']}.txt"
            yield built.finding("text-file-differs", "data/articles.parquet", index, message)


@built_check
def seed_not_reassembled(built: Built) -> Iterator[Finding]:
    """The segments of an article, joined, are not its seed; or the map does not lead from the seed to the text."""
    raws: dict[str, str] = {}
    for row in built.rows.get("segments", ()):
        raws[row["article_id"]] = raws.get(row["article_id"], "") + (row["raw_text"] or "")
    for index, row in enumerate(built.rows.get("articles", ())):
        raw, offsets = raws.get(row["article_id"], ""), built.maps.get(row["article_id"])
        same = hashlib.sha256(raw.encode()).hexdigest() == row["seed_sha256"]
        if "segments" in built.rows and (not same or offsets is None or not _agrees(offsets, raw, row["text"] or "")):
            message = f"the segments or the map of {row['article_id']} do not give its seed and text"
            yield built.finding("seed-not-reassembled", "data/articles.parquet", index, message)


@built_check
def reference_without_row(built: Built) -> Iterator[Finding]:
    """A reference leads to no row of the table it names, or an id stands in two tables."""
    ids = {name: {_key(built.schema.tables[name], row) for row in rows} for name, rows in built.rows.items()}
    owner: dict[str, str] = {}
    for table, index, row in built.each():
        if table.kind == "layer" and owner.setdefault(row["id"], table.name) != table.name:
            message = f"{row['id']} is also an id of {owner[row['id']]}"
            yield built.finding("reference-without-row", f"data/{table.name}.parquet", index, message, _name(row))
        for path, field, value in _leaves_of(table, row):
            readable = field.references and all(t in ids for t in field.references)
            if readable and value is not None and not any(value in ids[t] for t in field.references):
                message = f"{path}: there is no {value!r} in {' or '.join(field.references)}"
                yield built.finding("reference-without-row", f"data/{table.name}.parquet", index, message, _name(row))


@built_check
def checksum_differs(built: Built) -> Iterator[Finding]:
    """A file is not the one that SHA256SUMS speaks of, is not listed, or there is no list."""
    listed = built.folder / SUMS
    if not listed.is_file():
        yield built.finding("checksum-differs", SUMS, 0, "there is no list of checksums")
        return
    names = {SUMS}
    for number, line in enumerate(listed.read_text("utf-8", "replace").splitlines()):
        stated, _, name = line.partition("  ")
        names.add(name)
        path = built.folder / name
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != stated:
            yield built.finding("checksum-differs", SUMS, number, f"{name} is not the file that was listed")
    found = {p.relative_to(built.folder).as_posix() for p in built.folder.rglob("*") if p.is_file()}
    for name in sorted(found - names):
        yield built.finding("checksum-differs", SUMS, 0, f"{name} is not in the list of checksums")


@built_check
def digest_differs(built: Built) -> Iterator[Finding]:
    """The rows of a table are not those that digests.json speaks of."""
    import pyarrow.parquet

    try:
        stated = json.loads((built.folder / "digests.json").read_text("utf-8"))
    except (OSError, ValueError):
        stated = {}
    for name in built.schema.tables:
        table = pyarrow.parquet.read_table(built.path(name))
        if not isinstance(stated, dict) or stated.get(name) != digest_of(table):
            yield built.finding("digest-differs", "digests.json", 0, f"the rows of {name} are not those of the digest")


def _key(table: Table, row: Mapping[str, Any]) -> str:
    return str(row.get(table.key or ("id" if "id" in row else "article_id")))


def _id(frame: polars.DataFrame, row: int) -> str:
    return str(frame["id"][row]) if "id" in frame.columns and row < frame.height else ""


def _name(row: Mapping[str, Any]) -> str:
    return str(row.get("id", ""))


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


def _spans(columns: Iterable[Column], row: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Every span of a row, also in the rows nested in it."""
    for column in columns:
        listed = row[column.name] if column.item is not None else [row[column.name]]
        inner = column.item or column
        for value in listed or ():
            if value is not None and inner.span:
                yield value
            elif value is not None and inner.kind is Kind.RECORD:
                yield from _spans(inner.fields, value)


def _leaves_of(table: Table, row: Mapping[str, Any]) -> Iterator[tuple[str, Column, Any]]:
    for column in table.columns:
        yield from _leaves(column, row[column.name], column.name)


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
