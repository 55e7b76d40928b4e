"""A built corpus as read back: whole, or the row groups of some articles at a time.

A large corpus is judged in parts to limit memory use. Each part has the rows of the same articles in all tables, and
all shared tables.
"""

from __future__ import annotations

import contextlib
import json
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate, zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from vouchbank.corpus import Corpus
from vouchbank.findings import Fault, Place
from vouchbank.schema import Column, Kind, Schema, Table
from vouchbank.schema.derive import arrow_schema, tag_names
from vouchbank.text import OffsetMap

if TYPE_CHECKING:
    import pyarrow

T = TypeVar("T")
SHOWN = 120


@dataclass(frozen=True, slots=True)
class RowGroup:
    """The row groups of some articles, one from each table with rows of articles.

    Attributes:
        number: Its number, from 0.
        starts: The number of its first row, for each table.
        after: The last article of the row group before; empty for the first one.
        last: The last article of this row group; empty for the last one.
    """

    number: int
    starts: Mapping[str, int]
    after: str
    last: str

    def upto(self, ids: Sequence[str]) -> int:
        """How many of some sorted ids belong to this row group or those before it."""
        return bisect_right(ids, self.last) if self.last else len(ids)


def row_groups_of(folder: Path, schema: Schema) -> list[RowGroup]:
    """The parts in which tables can be judged; none if their row groups do not contain the same articles."""
    import pyarrow.parquet

    names = [name for name, table in schema.tables.items() if table.kind != "corpus"]
    ids: dict[str, list[list[Any]]] = {}
    for name in names:
        try:
            with pyarrow.parquet.ParquetFile(folder / "data" / f"{name}.parquet") as file:
                groups = range(file.num_row_groups)
                ids[name] = [file.read_row_group(n, ["article_id"]).column(0).to_pylist() for n in groups]
        except (pyarrow.ArrowException, OSError, ValueError, KeyError):
            return []
    articles = ids["articles"]
    listed = [name for group in articles for name in group]
    ordered = None not in listed and listed == sorted(set(listed)) and all(articles)
    aligned = all(len(held) == len(articles) and all(map(_within, held, articles)) for held in ids.values())
    if len(articles) < 2 or not ordered or not aligned:
        return []
    starts = {name: [0, *accumulate(map(len, held))] for name, held in ids.items()}
    return [
        RowGroup(
            number,
            {name: held[number] for name, held in starts.items()},
            articles[number - 1][-1] if number else "",
            group[-1] if number + 1 < len(articles) else "",
        )
        for number, group in enumerate(articles)
    ]


def _within(held: list[Any], articles: list[Any]) -> bool:
    return set(held) <= set(articles)


@dataclass(frozen=True)
class JudgedTables:
    """A built corpus, read back. Unreadable tables are omitted; a rule reports them.

    Attributes:
        sources: The sources it was built from, to compare with; None if they are not available or have errors.
        part: The row groups of these tables; None if all are judged at once.
        whole: Ids and keys of all row groups, shared by all parts of the same tables.
    """

    folder: Path
    schema: Schema
    sources: Corpus | None = None
    part: RowGroup | None = None
    whole: dict[Any, Any] = field(default_factory=dict)

    @property
    def first(self) -> bool:
        """Whether files and shared tables are judged here: only in the first part."""
        return self.part is None or self.part.number == 0

    @property
    def judged(self) -> Mapping[str, list[dict[str, Any]]]:
        """The rows to judge, by table; shared tables are judged only with the first part."""
        tables = self.schema.tables
        return {name: rows for name, rows in self.rows.items() if self.first or tables[name].kind != "corpus"}

    @property
    def source_ids(self) -> Sequence[str]:
        """The articles of the sources whose rows belong to this part."""
        ids = self.sources.article_ids if self.sources else ()
        return ids if self.part is None else ids[bisect_right(ids, self.part.after) : self.part.upto(ids)]

    def start(self, table: str) -> int:
        """The number of the first row of this part."""
        return 0 if self.part is None else self.part.starts.get(table, 0)

    def everywhere(self, table: str, column: str) -> list[Any]:
        """The values of a column in all rows of a table, including other parts."""
        if self.part is None:
            return [row[column] for row in self.rows[table]]
        key = (table, column)
        if key not in self.whole:
            import pyarrow.parquet

            with pyarrow.parquet.ParquetFile(self.path(table)) as file:
                self.whole[key] = file.read([column]).column(0).to_pylist()
        values: list[Any] = self.whole[key]
        return values

    def once(self, make: Callable[[JudgedTables], T]) -> T:
        """The result of a function, computed once for all parts."""
        if make not in self.whole:
            self.whole[make] = make(self)
        made: T = self.whole[make]
        return made

    @cached_property
    def opened(self) -> Mapping[str, pyarrow.Table | str]:
        """Each table, or why it cannot be used."""
        group = None if self.part is None else self.part.number
        return {
            name: _opened(self.path(name), table, self.schema, None if table.kind == "corpus" else group)
            for name, table in self.schema.tables.items()
        }

    @cached_property
    def held(self) -> Mapping[str, pyarrow.Table]:
        """The tables whose columns, types and names of tags are right."""
        return {name: table for name, table in self.opened.items() if not isinstance(table, str)}

    @cached_property
    def rows(self) -> Mapping[str, list[dict[str, Any]]]:
        """The rows of these tables."""
        return {name: table.to_pylist() for name, table in self.held.items()}

    @cached_property
    def texts(self) -> Mapping[str, str]:
        """The text of each article."""
        return {row["article_id"]: row["text"] or "" for row in self.rows.get("articles", ())}

    @cached_property
    def maps(self) -> Mapping[str, OffsetMap]:
        """The offset map of each article, if readable."""
        maps = {}
        for row in self.rows.get("articles", ()):
            with contextlib.suppress(ValueError):
                maps[row["article_id"]] = OffsetMap.from_deltas(row["map"] or ())
        return maps

    def path(self, table: str) -> Path:
        """The file of a table."""
        return self.folder / "data" / f"{table}.parquet"

    def fault(self, file: str, row: int, message: str, annotation: str = "") -> Fault:
        """A fault at a row (from 0) of a file of the corpus."""
        help_ = "run: vouchbank build; if the finding remains, report a bug in the build"
        return Fault(message, Place(f"corpus/{file}", row + 1), help_, annotation=annotation)

    def at_row(self, table: str, row: int, message: str) -> Fault:
        """A fault at a row (from 0, within this part) of a table whose columns and types are right."""
        annotation = next((str(held.get("id", "")) for held in self.rows[table][row : row + 1]), "")
        return self.fault(f"data/{table}.parquet", self.start(table) + row, message, annotation)

    def each(self) -> Iterator[tuple[str, int, str, Column, Any]]:
        """Table, row, path, column and value of everything, inside lists and records too; spans are not divided."""
        for name, rows in self.judged.items():
            for index, row in enumerate(rows):
                for column in self.schema.tables[name].columns:
                    for path, inner, value in _held(column, row[column.name], column.name):
                        yield name, index, path, inner, value


def _held(column: Column, value: Any, path: str) -> Iterator[tuple[str, Column, Any]]:
    """Path, column and value of everything inside a value; None for a required field of a record without a value."""
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


def _opened(path: Path, table: Table, schema: Schema, group: int | None) -> pyarrow.Table | str:
    """A table, or one row group of it; if it cannot be used, the predicate of a message."""
    import pyarrow.parquet

    if not path.is_file():
        return "is not a file"
    try:
        with pyarrow.parquet.ParquetFile(path) as file:
            held = file.read() if group is None else file.read_row_group(group)
        held.validate(full=True)  # finds text that is not UTF-8 and lists with invalid offsets
    except (pyarrow.ArrowException, OSError, ValueError) as error:
        return f"cannot be read: {' '.join(str(error).split())[:SHOWN]}"
    for number, (right, found) in enumerate(zip_longest(arrow_schema(table), held.schema), 1):
        if right is None or found is None or not right.equals(found):
            columns = [f"{field.name}: {field.type}"[:SHOWN] if field else "no column" for field in (right, found)]
            return (
                f"differs from schema/{table.name}.json in column {number}: expected {columns[0]}, found {columns[1]}"
            )
    return held if _named_tags(held.schema, table, schema) else "has class names of tags that differ from schema/"


def _named_tags(found: pyarrow.Schema, table: Table, schema: Schema) -> bool:
    """Whether the class names of the tags in a file are those of the schema, in the same order."""
    wanted = {column.name: tag_names(column, schema) for column in table.columns if column.tags}
    try:
        features = json.loads(found.metadata[b"huggingface"])["info"]["features"] if wanted else {}
        return all(features[name]["feature"]["names"] == names for name, names in wanted.items())
    except (KeyError, TypeError, ValueError, RecursionError):
        return False
