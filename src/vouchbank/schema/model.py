"""Tables, columns and labels as Python objects.

`schema/<table>.json` describes each table. `vouchbank.schema.load` reads it into these objects, from which everything
else is derived: Arrow and pandera schemas, `datasets` features, the data dictionary, the checks of source files.

Example:
    >>> Table("t", "T", "", "made", columns=(Column("a", Kind.TEXT),)).column("a").nullable
    True
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from typing import Any, Literal, NoReturn, TypeVar

from vouchbank.errors import SchemaError, UnknownTableError

V = TypeVar("V")
Written = Literal["required", "optional", "inherited", ""]
VERSION = re.compile(r"[0-9]{1,6}\.[0-9]{1,6}\Z", re.ASCII)


class Kind(StrEnum):
    """The types of values; simple types have the names that Arrow and `datasets` use."""

    TEXT = "string"
    INTEGER = "int32"
    NUMBER = "float64"
    BOOLEAN = "bool"
    LIST = "list"
    RECORD = "record"


def newer(since: str, guidelines: object) -> bool:
    """Whether `since` is a later version than `guidelines`; false if `guidelines` is not a version.

    >>> newer("0.10", "0.9"), newer("0.5", "0.5"), newer("", "0.5"), newer("0.5", None)
    (True, False, False, False)
    """
    known = isinstance(guidelines, str) and VERSION.match(guidelines)
    return bool(since and known) and _number(since) > _number(str(guidelines))


def _number(version: str) -> list[int]:
    return [int(part) for part in version.split(".")]


@dataclass(frozen=True, slots=True)
class Label:
    """A value of a closed list, and its meaning."""

    name: str
    description: str = ""
    kept: bool | None = None


@dataclass(frozen=True, slots=True)
class Tags:
    """How a column of BIO tags is derived: from which span columns of which table, labelled by which column."""

    table: str
    spans: tuple[str, ...]
    label: str = ""


@dataclass(frozen=True)
class Column:
    """A column of a table, or a field of a record inside one.

    Attributes:
        name: Its name.
        kind: The type of the value.
        description: Its meaning, for the data dictionary.
        nullable: Whether the value can be null.
        labels: The closed list of values, if any.
        pattern: A regular expression that the text must match, if any.
        minimum: The smallest allowed number, if any.
        unique: Whether no two rows have the same value.
        references: The tables that must contain this id or key.
        written: Whether annotators write it: required, optional or inherited (can be at the top of the file); empty if
            it is computed.
        since: The version of the guidelines that introduced it; empty for the first version.
        default: The value if it is not written.
        span: Whether it is a span, written as quoted words.
        annotation_id: Whether it is an annotation id, which can be shortened to `q3`.
        hull: The span columns that it covers from the first to the last code point.
        tags: How BIO tags are derived.
        item: For a list: its items.
        fields: For a record: its fields.
    """

    name: str
    kind: Kind
    description: str = ""
    nullable: bool = True
    labels: tuple[Label, ...] = ()
    pattern: str = ""
    minimum: float | None = None
    unique: bool = False
    references: tuple[str, ...] = ()
    written: Written = ""
    since: str = ""
    default: Any = None
    span: bool = False
    annotation_id: bool = False
    hull: tuple[str, ...] = ()
    tags: Tags | None = None
    item: Column | None = None
    fields: tuple[Column, ...] = ()

    @cached_property
    def spans(self) -> bool:
        """Whether it is a list of spans."""
        return self.item is not None and self.item.span

    @cached_property
    def annotation_ids(self) -> bool:
        """Whether it contains annotation ids, one or a list."""
        return self.annotation_id or (self.item is not None and self.item.annotation_id)

    @property
    def label_names(self) -> tuple[str, ...]:
        """The names of the labels."""
        return tuple(label.name for label in self.labels)

    @property
    def targets(self) -> tuple[str, ...]:
        """The tables that it or its items refer to."""
        return self.references or (self.item.targets if self.item else ())


@dataclass(frozen=True)
class Table:
    """A published table.

    Attributes:
        name: Its name.
        title: Its title, for people.
        description: What it contains.
        kind: `layer` (from annotations/<article>/<file>.toml), `corpus` (from annotations/<file>.toml) or `made`.
        columns: Its columns, in order.
        prefix: For a layer: the letters that its ids begin with.
        file: The source file without `.toml`.
        key: For a corpus table: the column that the section name fills.
        layout: How `format` writes a record: on one `line`, or as a section (`table`).
        anchor: The span columns whose first span orders the rows.
        row: What one row is, for people.
        default: Whether it is the default config of the dataset.
        exhaustive: Whether annotators annotate every instance; if not, a missing annotation means nothing, and
            agreement is not required.
        document: The JSON Schema itself.
    """

    name: str
    title: str
    description: str
    kind: Literal["layer", "corpus", "made"]
    columns: tuple[Column, ...]
    prefix: str = ""
    file: str = ""
    key: str = ""
    layout: Literal["line", "table"] = "line"
    anchor: tuple[str, ...] = ()
    row: str = "a row"
    default: bool = False
    exhaustive: bool = True
    document: Mapping[str, Any] = field(default_factory=dict)

    def column(self, name: str) -> Column:
        """The column with this name.

        Raises:
            SchemaError: the column is missing.
        """
        if name not in self._by_name:
            said = f"the column {name!r}, which this version of vouchbank needs, is missing"
            raise SchemaError(f"{self.name}.json", said, "restore it")
        return self._by_name[name]

    @cached_property
    def _by_name(self) -> Mapping[str, Column]:
        return {c.name: c for c in self.columns}

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of all columns, in order."""
        return tuple(c.name for c in self.columns)

    @cached_property
    def own_span(self) -> bool:
        """Whether a record is one span, written with `q` and `n` in the record itself."""
        return "span" in self.names and bool(self.column("span").written)

    @cached_property
    def quoted(self) -> tuple[Column, ...]:
        """The span columns that are written as quoted words, in order."""
        return tuple(c for c in self.columns if (c.span or c.spans) and not c.hull)

    @cached_property
    def written(self) -> tuple[Column, ...]:
        """The columns that annotators write, in order."""
        return tuple(c for c in self.columns if c.written)

    def came_later(self, name: str) -> bool:
        """Whether a column is newer than the version of the guidelines that this table follows."""
        return name not in self.names and name in self.document.get("properties", ())

    def at(self, guidelines: object) -> Table:
        """The table at a version of the guidelines, without newer columns and conditions."""
        columns = tuple(c for c in self.columns if not newer(c.since, guidelines))
        conditions = self.document.get("allOf", ())
        kept = [c for c in conditions if not newer(c.get("since", ""), guidelines)]
        if len(columns) == len(self.columns) and len(kept) == len(conditions):
            return self
        return replace(self, columns=columns, document={**self.document, "allOf": kept})


class ByTable(dict[str, V]):
    """A dictionary by table name; an unknown name raises an error that lists the known ones.

    >>> ByTable(entities=1, figures=2)["entity"]
    Traceback (most recent call last):
    vouchbank.errors.UnknownTableError: unknown table 'entity'; did you mean 'entities'?
    """

    def __missing__(self, name: str) -> NoReturn:
        raise UnknownTableError(name, list(self))


@dataclass(frozen=True, eq=False)
class Schema:
    """All tables, and the documents that they were read from, by file name."""

    tables: Mapping[str, Table]
    documents: Mapping[str, Mapping[str, Any]]
    _at: dict[tuple[str, ...], Schema] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "tables", ByTable(self.tables))

    def at(self, guidelines: Mapping[str, object]) -> Schema:
        """The schema for the files of an article, each at the version of the guidelines that it names.

        Args:
            guidelines: The version of each annotation file; files without one have all columns.
        """
        key = tuple(str(guidelines.get(file)) for file in self.layer_files)
        if key not in self._at:
            tables = {name: table.at(guidelines.get(table.file)) for name, table in self.tables.items()}
            same = all(tables[name] is table for name, table in self.tables.items())
            self._at[key] = self if same else Schema(tables, self.documents)
        return self._at[key]

    @cached_property
    def layers(self) -> tuple[Table, ...]:
        """The tables annotated article by article."""
        return tuple(t for t in self.tables.values() if t.kind == "layer")

    @cached_property
    def exhaustive_layers(self) -> tuple[Table, ...]:
        """The layers in which annotators annotate every instance."""
        return tuple(t for t in self.layers if t.exhaustive)

    @cached_property
    def corpus_tables(self) -> tuple[Table, ...]:
        """The tables annotated once for the whole corpus."""
        return tuple(t for t in self.tables.values() if t.kind == "corpus")

    @cached_property
    def layer_files(self) -> tuple[str, ...]:
        """The names of an article's annotation files, without `.toml`."""
        return tuple(dict.fromkeys(t.file for t in self.layers))

    def in_file(self, file: str) -> tuple[Table, ...]:
        """The layers whose records are in that file."""
        return tuple(t for t in self.layers if t.file == file)

    def by_prefix(self, file: str, prefix: str) -> Table | None:
        """The layer in `file` whose ids begin with `prefix`."""
        return next((t for t in self.in_file(file) if t.prefix == prefix), None)
