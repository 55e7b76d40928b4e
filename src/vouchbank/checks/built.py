"""Checks of what was built: the tables as they are read back from their files.

The sources can be right and the tables wrong, if the build is; so nothing is published that was not read again. Where
the sources are at hand, `made.py` compares with the rows that they make; what is here needs no sources. pandera has the
last word where tables are built, and not in `check --tables`: it would take longer to import than all checks to run.

The place of a finding is the file and, as line, the row from 1.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vouchbank.checks.placed import PlacedTexts
from vouchbank.checks.rule import Faults, rule
from vouchbank.corpus import Corpus
from vouchbank.errors import needed
from vouchbank.findings import CHECKS, Fault, Finding, Level, Place, in_reading_order
from vouchbank.hints import closest
from vouchbank.schema import Column, Kind, Schema, Table
from vouchbank.schema.derive import arrow_schema, pandera_schema, tag_names
from vouchbank.tables.digest import digest_of
from vouchbank.tables.tokens import UNKNOWN
from vouchbank.text import OffsetMap

if TYPE_CHECKING:
    import pyarrow

SUMS = "SHA256SUMS"
SHOWN = 120


@dataclass(frozen=True)
class JudgedTables:
    """A built corpus, read back. What cannot be read is left out; the rules that look for it say so.

    Attributes:
        sources: What it was built from, to compare with; None where the sources are not at hand, or have errors.
    """

    folder: Path
    schema: Schema
    sources: Corpus | None = None

    @cached_property
    def opened(self) -> Mapping[str, pyarrow.Table | str]:
        """Each table, or why it cannot be used."""
        return {name: _opened(self.path(name), table, self.schema) for name, table in self.schema.tables.items()}

    @cached_property
    def held(self) -> Mapping[str, pyarrow.Table]:
        """The tables whose columns, types and names of tags are right."""
        return {name: table for name, table in self.opened.items() if not isinstance(table, str)}

    @cached_property
    def rows(self) -> Mapping[str, list[dict[str, Any]]]:
        """The rows of those tables."""
        return {name: table.to_pylist() for name, table in self.held.items()}

    @cached_property
    def texts(self) -> Mapping[str, str]:
        """The text of each article."""
        return {row["article_id"]: row["text"] or "" for row in self.rows.get("articles", ())}

    @cached_property
    def maps(self) -> Mapping[str, OffsetMap]:
        """The offset map of each article that has a readable one."""
        maps = {}
        for row in self.rows.get("articles", ()):
            with contextlib.suppress(ValueError):
                maps[row["article_id"]] = OffsetMap.from_deltas(row["map"] or ())
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
def check_built(folder: Path, schema: Schema, sources: Corpus | None = None, pandera: bool = False) -> list[Finding]:
    """All findings of a built corpus. A level is judged only where the levels before it have no findings.

    Args:
        folder: The built corpus.
        schema: Its tables.
        sources: What it was built from, free of errors; None leaves out the checks that compare with them.
        pandera: Let pandera validate the tables too, if nothing else was found.
    """
    tables = JudgedTables(folder, schema, sources)
    for level in Level:
        checks = [one for one in CHECKS.values() if one.level is level and one.judges is JudgedTables]
        found = [one.finding(fault) for one in checks if one.rule for fault in one.rule(tables)]
        if found:
            return in_reading_order(found)
    return [CHECKS["table-values"].finding(fault) for fault in by_pandera(tables)] if pandera else []


def by_pandera(tables: JudgedTables) -> Iterator[Fault]:
    """What pandera says of the values of the columns; the same as `table-values`, from a library's own reading.

    On eager polars frames: on lazy ones it would look at the types only.
    """
    import pandera.errors
    import polars

    for name, table in tables.held.items():
        try:
            pandera_schema(tables.schema.tables[name]).validate(polars.DataFrame(table), lazy=True)
        except pandera.errors.SchemaErrors as errors:
            for case in errors.failure_cases.to_dicts():
                message = f"{case['column'] or name}: {case['check']} fails for {case['failure_case']!r} (pandera)"
                yield tables.at_row(name, case.get("index") or 0, message)


@rule(level=Level.TABLES)
def missing_table(tables: JudgedTables) -> Faults:
    """A table of the schema has no file.

    Of what `vouchbank bulk` wrote: a part lacks its file of articles, or that of findings.
    """
    for name in tables.schema.tables:
        if not tables.path(name).is_file():
            yield tables.fault(f"data/{name}.parquet", 0, f"the table {name} has no file")


@rule(level=Level.TABLES)
def table_types(tables: JudgedTables) -> Faults:
    """A file cannot be read, or its columns or types differ from the schema.

    The class names of tags that the file carries for `datasets` count too: in another order, every tag would change.
    """
    for name, why in tables.opened.items():
        if isinstance(why, str) and tables.path(name).is_file():  # else missing-table has its finding
            yield tables.fault(f"data/{name}.parquet", 0, f"the file of {name} {why}")


@rule(level=Level.TABLES)
def table_values(tables: JudgedTables) -> Faults:
    """The schema does not allow a value."""
    for name, rows in tables.rows.items():
        for column in tables.schema.tables[name].columns:
            values = [row[column.name] for row in rows]
            number = Counter(values if column.unique else ())
            for index, value in enumerate(values):
                wrong = "" if value is None and column.nullable else wrong_value(column, value)
                if not wrong and column.unique and number[value] > 1:
                    wrong = f"{value!r} is there {number[value]} times"
                if wrong:
                    yield tables.at_row(name, index, f"{column.name}: {wrong}")


@rule(level=Level.TABLES)
def nested_values(tables: JudgedTables) -> Faults:
    """The schema does not allow a value inside a list or record."""
    for name, index, path, column, value in tables.each():
        if path != column.name and (wrong := wrong_value(column, value)):
            yield tables.at_row(name, index, f"{path}: {wrong}")


@rule(level=Level.TABLES)
def span_text_differs(tables: JudgedTables) -> Faults:
    """The words of a span are not the words at its offsets, in the text or, through the map, in the seed."""
    if articles := tables.held.get("articles"):
        texts = PlacedTexts(articles)
        for name, held in tables.held.items():
            for one in texts.misplaced(held, tables.schema.tables[name]):
                if one.check == "span-text-differs":  # what else there is to say of spans, the sources say
                    yield tables.at_row(name, one.row, f"{one.path}: {one.message}")


@rule(level=Level.TABLES)
def tokens_differ(tables: JudgedTables) -> Faults:
    """The tokens of a sentence are not the words at their offsets, or its tags are not one class number for each."""
    table = tables.schema.tables["tokens"]
    tags = {c.name: range(UNKNOWN, len(tag_names(c, tables.schema))) for c in table.columns if c.tags}
    for index, row in enumerate(tables.rows.get("tokens", ())):
        text = tables.texts.get(row["article_id"], "")
        words = [text[o["start"] or 0 : o["end"] or 0] for o in row["offsets"] or () if o]
        same = words == row["tokens"] and text[row["start"] : row["end"]] == row["text"]
        tagged = all(
            len(t := row[name] or ()) == len(words) and all(n in known for n in t) for name, known in tags.items()
        )
        if not (same and tagged):
            message = f"the tokens of sentence {row['sentence']} of {row['article_id']} are not the words of the text"
            yield tables.at_row("tokens", index, message)


@rule(level=Level.TABLES)
def text_file_differs(tables: JudgedTables) -> Faults:
    """The text of an article differs from its file in text/, or does not match its hash.

    What `vouchbank bulk` wrote has only the hashes.
    """
    for index, row in enumerate(tables.rows.get("articles", ())):
        path = tables.folder / "text" / f"{row['article_id']}.txt"
        text = tables.texts[row["article_id"]]
        same = _read(path) == f"{text}\n".encode()
        if not same or hashlib.sha256(text.encode()).hexdigest() != row["text_sha256"]:
            message = f"the text of {row['article_id']} differs from text/{row['article_id']}.txt or its hash"
            yield tables.at_row("articles", index, message)


@rule(level=Level.TABLES)
def seed_not_reassembled(tables: JudgedTables) -> Faults:
    """The joined segments of an article are not its seed, or the map does not lead from the seed to the text.

    Of what `vouchbank bulk` wrote, the paragraphs are compared with the lines of the text, too.
    """
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
    """A file does not match SHA256SUMS or is not listed there, or there is no SHA256SUMS.

    What `vouchbank bulk` wrote has a receipt for each part instead, with the digests of its files and the number of its
    articles, and at last a file that says of which parts the run consists.
    """
    found = {p.relative_to(tables.folder).as_posix(): p for p in tables.folder.rglob("*") if p.is_file()}
    if found.pop(SUMS, None) is None:
        yield tables.fault(SUMS, 0, "there is no list of checksums")
        return
    for number, line in enumerate(_read(tables.folder / SUMS).decode("utf-8", "replace").splitlines()):
        stated, _, name = line.partition("  ")
        path = found.pop(name, None)
        if path is None or hashlib.sha256(_read(path)).hexdigest() != stated:
            yield tables.fault(SUMS, number, f"{name} is missing or does not match its checksum")
    for name in sorted(found):
        yield tables.fault(SUMS, 0, f"{name} is not in the list of checksums")


@rule(level=Level.DIGESTS)
def digest_differs(tables: JudgedTables) -> Faults:
    """The rows of a table do not match digests.json."""
    try:
        stated = json.loads(_read(tables.folder / "digests.json"))
    except (ValueError, RecursionError):
        stated = {}
    for name, table in tables.held.items():
        if not isinstance(stated, dict) or stated.get(name) != digest_of(table):
            yield tables.fault("digests.json", 0, f"the rows of {name} do not match their digest")


def _read(path: Path) -> bytes:
    """The bytes of a file; of one that cannot be read, or is a folder or a pipe, none."""
    try:
        return path.read_bytes() if path.is_file() else b""
    except OSError:
        return b""


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


def _held(column: Column, value: Any, path: str) -> Iterator[tuple[str, Column, Any]]:
    """Path, column and value of all that a value holds; where a field of a record lacks its value, None."""
    if value is None or column.tags:
        return
    if column.item:
        inner = [(f"{path}[{index}]", column.item, one) for index, one in enumerate(value)]
    else:
        inner = [(f"{path}.{field.name}", field, value[field.name]) for field in column.fields]
    for at, one, held in inner:
        if held is None and not one.nullable:
            yield at, one, None
        yield from _held(one, held, at)
    if column.span or column.kind not in (Kind.LIST, Kind.RECORD):
        yield path, column, value


def wrong_value(column: Column, value: Any) -> str:
    """What is wrong with a value; empty if nothing."""
    if value is None:
        return "must not be empty"
    if column.labels and value not in column.label_names:
        return f"invalid value {value!r}; {closest(value, column.label_names)}"
    if column.pattern and not re.fullmatch(column.pattern, value):  # `$` alone would let a line end pass
        return f"{value!r} does not have the right form"
    if isinstance(value, float) and not math.isfinite(value):
        return f"{value!r} is not a finite number"
    if column.minimum is not None and value < column.minimum:
        return f"{value!r} is below {column.minimum}"
    return ""


def _opened(path: Path, table: Table, schema: Schema) -> pyarrow.Table | str:
    """A table as its file holds it; a sentence without its subject if it cannot be used."""
    import pyarrow.parquet

    if not path.is_file():
        return "is not a file"
    try:
        held = pyarrow.parquet.ParquetFile(path).read()
        held.validate(full=True)  # text that is not UTF-8, lists whose offsets lead outside
    except (pyarrow.ArrowException, OSError, ValueError) as error:
        return f"cannot be read: {' '.join(str(error).split())[:SHOWN]}"
    for number, (right, found) in enumerate(zip_longest(arrow_schema(table), held.schema), 1):
        if right is None or found is None or not right.equals(found):
            said = [f"{field.name}: {field.type}"[:SHOWN] if field else "no column" for field in (right, found)]
            return f"differs from schema/{table.name}.json in column {number}: expected {said[0]}, found {said[1]}"
    return held if _named_tags(held.schema, table, schema) else "gives the classes of its tags other names"


def _named_tags(found: pyarrow.Schema, table: Table, schema: Schema) -> bool:
    """Whether a file gives the classes of its tags the names that the schema gives them, in the same order."""
    wanted = {column.name: tag_names(column, schema) for column in table.columns if column.tags}
    try:
        features = json.loads(found.metadata[b"huggingface"])["info"]["features"] if wanted else {}
        return all(features[name]["feature"]["names"] == names for name, names in wanted.items())
    except (KeyError, TypeError, ValueError, RecursionError):
        return False
