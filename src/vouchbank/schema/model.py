"""The shape of a table: columns, their types, their labels, and what each refers to.

A table of the corpus is stated once, in `schema/<table>.json`. Everything that needs to know it (Arrow, pandera, the
Hub's features, the data dictionary, the checks of source files) asks these small objects, which `vouchbank.schema.load`
makes from the file.

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
    """The types a value can have; a plain one has the name that Arrow and the Hub give it."""

    TEXT = "string"
    INTEGER = "int32"
    NUMBER = "float64"
    BOOLEAN = "bool"
    LIST = "list"
    RECORD = "record"


def newer(since: str, guidelines: object) -> bool:
    """Whether something came later than a version of the guidelines; later than what is not a version, nothing did.

    >>> newer("0.10", "0.9"), newer("0.5", "0.5"), newer("", "0.5"), newer("0.5", None)
    (True, False, False, False)
    """
    known = isinstance(guidelines, str) and VERSION.match(guidelines)
    return bool(since and known) and _number(since) > _number(str(guidelines))


def _number(version: str) -> list[int]:
    return [int(part) for part in version.split(".")]


@dataclass(frozen=True, slots=True)
class Label:
    """A value of a closed list, and what it means."""

    name: str
    description: str = ""
    kept: bool | None = None


@dataclass(frozen=True, slots=True)
class Tags:
    """How a column of BIO tags is derived: from which spans of which table, labelled by what."""

    table: str
    spans: tuple[str, ...]
    label: str = ""


@dataclass(frozen=True)
class Column:
    """A column of a table, or a field of a record within one.

    Attributes:
        kind: The type of the value.
        nullable: Whether it may be empty (null).
        labels: The closed list of values, if there is one.
        pattern: A regular expression its text matches, if any.
        minimum: The smallest number allowed, if any.
        unique: Whether no two rows share a value.
        references: The tables one of which has a row of this id (or key).
        written: Whether annotators write it: required, optional, inherited (may stand at the top of the file); empty
            if made.
        since: The version of the guidelines that brought it; empty if it was always there.
        default: The value when it is not written.
        span: Whether it is a span, so written as quoted words.
        annotation_id: Whether it is the id of an annotation, so may be written short, as `q3`.
        hull: The columns of spans whose hull it is.
        tags: How BIO tags are derived.
        item: Of a list: its items.
        fields: Of a record: its fields.
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
        """Whether it holds ids of annotations, one or a list."""
        return self.annotation_id or (self.item is not None and self.item.annotation_id)

    @property
    def label_names(self) -> tuple[str, ...]:
        """The names of the closed list."""
        return tuple(label.name for label in self.labels)

    @property
    def targets(self) -> tuple[str, ...]:
        """The tables it refers to, itself or through its items."""
        return self.references or (self.item.targets if self.item else ())


@dataclass(frozen=True)
class Table:
    """A published table.

    Attributes:
        kind: `layer` (from annotations/<article>/<file>.toml), `corpus` (from annotations/<file>.toml) or `made`.
        prefix: Of a layer: the letters its ids begin with.
        file: The source file without `.toml`.
        key: Of a corpus table: the column that the section name fills.
        layout: How `format` writes a record: on one `line`, or as a small `table`.
        anchor: The span columns whose first position orders the rows.
        row: What a row is, for people.
        default: Whether it is the default config.
        exhaustive: Whether annotators annotate all there is; if not, absence means nothing and agreement is not
            asked for.
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
        """The column of that name.

        Raises:
            SchemaError: there is none, though code asks for it.
        """
        if name not in self._by_name:
            said = f"there is no column {name!r}, which this version needs"
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
        """The columns of spans that are written as quoted words, in order; hulls are made of them."""
        return tuple(c for c in self.columns if (c.span or c.spans) and not c.hull)

    @cached_property
    def written(self) -> tuple[Column, ...]:
        """The columns that annotators write, in order."""
        return tuple(c for c in self.columns if c.written)

    def came_later(self, name: str) -> bool:
        """Whether a column is stated, but not known to the version of the guidelines that this table is of."""
        return name not in self.names and name in self.document.get("properties", ())

    def at(self, guidelines: object) -> Table:
        """The table as a version of the guidelines knows it: without the columns and conditions that came later."""
        columns = tuple(c for c in self.columns if not newer(c.since, guidelines))
        conditions = self.document.get("allOf", ())
        kept = [c for c in conditions if not newer(c.get("since", ""), guidelines)]
        if len(columns) == len(self.columns) and len(kept) == len(conditions):
            return self
        return replace(self, columns=columns, document={**self.document, "allOf": kept})


class ByTable(dict[str, V]):
    """Something for each table, by its name; a wrong name is told the right ones.

    >>> ByTable(entities=1, figures=2)["entity"]
    Traceback (most recent call last):
    vouchbank.errors.UnknownTableError: there is no table 'entity'; did you mean 'entities'?
    """

    def __missing__(self, name: str) -> NoReturn:
        raise UnknownTableError(name, list(self))


@dataclass(frozen=True, eq=False)
class Schema:
    """All tables, and the documents they were read from by file name."""

    tables: Mapping[str, Table]
    documents: Mapping[str, Mapping[str, Any]]
    _at: dict[tuple[str, ...], Schema] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "tables", ByTable(self.tables))

    def at(self, guidelines: Mapping[str, object]) -> Schema:
        """The schema for the files of an article, each judged by the version of the guidelines that it names.

        Args:
            guidelines: For each annotation file its version; what is not named has all columns.
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
        """The layers in which all there is gets annotated."""
        return tuple(t for t in self.layers if t.exhaustive)

    @cached_property
    def corpus_tables(self) -> tuple[Table, ...]:
        """The tables annotated once for the whole corpus."""
        return tuple(t for t in self.tables.values() if t.kind == "corpus")

    @cached_property
    def layer_files(self) -> tuple[str, ...]:
        """The names of an article's annotation files, without ending."""
        return tuple(dict.fromkeys(t.file for t in self.layers))

    def in_file(self, file: str) -> tuple[Table, ...]:
        """The layers whose records stand in that file."""
        return tuple(t for t in self.layers if t.file == file)

    def by_prefix(self, file: str, prefix: str) -> Table | None:
        """The layer in `file` whose ids begin with `prefix`."""
        return next((t for t in self.in_file(file) if t.prefix == prefix), None)
