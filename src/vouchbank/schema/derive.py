"""From a table's columns to the types of the libraries that read it: Arrow, pandera on polars, the Hub's features.

None of these is written by hand anywhere, so they cannot disagree with schema/; a test compares all of them.
Heavy libraries are imported inside the functions: a command that checks sources needs none of them.

Example:
    >>> from vouchbank.schema.load import load_schema, default_schema_folder
    >>> segments = load_schema(default_schema_folder()).tables["segments"]
    >>> arrow_schema(segments).field("raw_start").type
    DataType(int32)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vouchbank.schema.model import Column, Kind, Schema, Table

if TYPE_CHECKING:
    import datasets
    import pandera.polars as pandera
    import polars
    import pyarrow


def arrow_schema(table: Table) -> pyarrow.Schema:
    """The Arrow schema of the table, without metadata; null is allowed exactly where the schema says so."""
    import pyarrow

    return pyarrow.schema([_arrow_field(c) for c in table.columns])


def polars_schema(table: Table) -> dict[str, polars.DataType]:
    """Column names and polars types."""
    return {c.name: _polars_type(c) for c in table.columns}


def features(table: Table, schema: Schema) -> datasets.Features:
    """The features of the Hub's `datasets` library; BIO tags are ClassLabel, all other labels are strings."""
    import datasets

    return datasets.Features({c.name: _feature(c, schema) for c in table.columns})


def pandera_schema(table: Table) -> pandera.DataFrameSchema:
    """A pandera schema for an eager polars frame: types, nulls, closed lists, patterns, uniqueness, column order."""
    import pandera.polars as pandera

    columns = {c.name: _pandera_column(c) for c in table.columns}
    return pandera.DataFrameSchema(columns, strict=True, ordered=True, name=table.name)


def tag_names(column: Column, schema: Schema) -> list[str]:
    """The class names of a column of BIO tags, in order: O, then B- and I- of each label."""
    if column.tags is None:
        return []
    labels = (
        schema.tables[column.tags.table].column(column.tags.label).label_names
        if column.tags.label
        else tuple(name.upper() for name in column.tags.spans)
    )
    return ["O", *(f"{bio}-{label}" for label in labels for bio in "BI")]


def _arrow_type(column: Column) -> Any:
    import pyarrow

    if column.item is not None:
        item = pyarrow.int64() if column.tags else _arrow_type(column.item)
        return pyarrow.list_(pyarrow.field("item", item))
    if column.kind is Kind.RECORD:
        return pyarrow.struct([pyarrow.field(f.name, _arrow_type(f)) for f in column.fields])
    return {
        Kind.TEXT: pyarrow.string(),
        Kind.INTEGER: pyarrow.int32(),
        Kind.NUMBER: pyarrow.float64(),
        Kind.BOOLEAN: pyarrow.bool_(),
    }[column.kind]


def _arrow_field(column: Column) -> Any:
    import pyarrow

    return pyarrow.field(column.name, _arrow_type(column))


def _polars_type(column: Column) -> Any:
    import polars

    if column.item is not None:
        return polars.List(polars.Int64() if column.tags else _polars_type(column.item))
    if column.kind is Kind.RECORD:
        return polars.Struct([polars.Field(f.name, _polars_type(f)) for f in column.fields])
    return {
        Kind.TEXT: polars.String(),
        Kind.INTEGER: polars.Int32(),
        Kind.NUMBER: polars.Float64(),
        Kind.BOOLEAN: polars.Boolean(),
    }[column.kind]


def _feature(column: Column, schema: Schema) -> Any:
    import datasets

    if column.item is not None:
        if column.tags:
            return datasets.List(datasets.ClassLabel(names=tag_names(column, schema)))
        return datasets.List(_feature(column.item, schema))
    if column.kind is Kind.RECORD:
        return {f.name: _feature(f, schema) for f in column.fields}
    return datasets.Value(
        {Kind.TEXT: "string", Kind.INTEGER: "int32", Kind.NUMBER: "float64", Kind.BOOLEAN: "bool"}[column.kind]
    )


def _pandera_column(column: Column) -> Any:
    import pandera.polars as pandera

    checks = []
    if column.labels:
        checks.append(pandera.Check.isin(list(column.label_names)))
    if column.pattern:
        checks.append(pandera.Check.str_matches(column.pattern))
    if column.minimum is not None:
        checks.append(pandera.Check.ge(column.minimum))
    return pandera.Column(
        _polars_type(column), checks=checks, nullable=column.nullable, unique=column.unique, name=column.name
    )
