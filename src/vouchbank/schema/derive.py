"""Derive Arrow schemas, polars and pandera schemas, and `datasets` features from the columns of a table.

All of them are derived, so they cannot disagree with schema/; a test compares them. Large libraries are imported inside
the functions, because commands that check sources do not need them.

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
    """The Arrow schema of the table, without metadata."""
    import pyarrow

    return pyarrow.schema([pyarrow.field(c.name, _arrow_type(c)) for c in table.columns])


def polars_schema(table: Table) -> dict[str, polars.DataType]:
    """The polars type of each column, as polars converts the Arrow types."""
    import polars

    return dict(polars.DataFrame(arrow_schema(table).empty_table()).schema)


def features(table: Table, schema: Schema) -> datasets.Features:
    """The features for the `datasets` library; BIO tags are ClassLabel, all other labels are strings."""
    import datasets

    found = datasets.Features.from_arrow_schema(arrow_schema(table))
    tagged = {c.name: datasets.List(datasets.ClassLabel(names=tag_names(c, schema))) for c in table.columns if c.tags}
    return datasets.Features({**found, **tagged})


def pandera_schema(table: Table) -> pandera.DataFrameSchema:
    """A pandera schema for a polars data frame: types, nulls, labels, patterns, uniqueness and column order."""
    import pandera.polars as pandera

    types = polars_schema(table)
    columns = {
        c.name: pandera.Column(types[c.name], checks=_checks(c), nullable=c.nullable, unique=c.unique, name=c.name)
        for c in table.columns
    }
    return pandera.DataFrameSchema(columns, strict=True, ordered=True, name=table.name)


def tag_names(column: Column, schema: Schema) -> list[str]:
    """The class names of a column of BIO tags, in order: O, then B- and I- for each label."""
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
    return pyarrow.type_for_alias(column.kind.value)


def _checks(column: Column) -> list[pandera.Check]:
    import pandera.polars as pandera

    stated: list[tuple[Any, Any, Any]] = [
        (column.labels, pandera.Check.isin, list(column.label_names)),
        (column.pattern, pandera.Check.str_matches, column.pattern),
        (column.minimum is not None, pandera.Check.ge, column.minimum),
    ]
    return [check(value) for given, check, value in stated if given]
